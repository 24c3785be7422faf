//! Threads over independent outputs. Which thread computes an output never changes its bits.

use crate::isa::Cpu;

/// Below this many element operations a kernel stays on the calling thread: waking others costs about as much.
pub(crate) const MIN_WORK_PER_THREAD: usize = 1 << 17;

/// Runs `f` on one of the threads of the current pool, if there are several and the calling thread is none of them: kernels that
/// start there share their work with the others at once, while a thread from outside would be put to sleep and woken for each.
pub fn on_pool<R: Send>(f: impl FnOnce() -> R + Send) -> R {
	#[cfg(feature = "std")]
	if rayon::current_num_threads() > 1 && rayon::current_thread_index().is_none() {
		return awake::with_pool(f);
	}
	f()
}

#[cfg(feature = "std")]
mod awake {
	use std::{
		sync::atomic::{AtomicBool, Ordering},
		time::{Duration, Instant},
	};

	/// How long a thread looks for work before it goes to sleep. Kernels follow each other faster than a sleeping thread is woken,
	/// which takes tens of microseconds on a virtual machine.
	const PATIENCE: Duration = Duration::from_micros(500);

	/// Runs `f` on the pool; the pool's other threads look for work meanwhile, until there is none for a while.
	pub(super) fn with_pool<R: Send>(f: impl FnOnce() -> R + Send) -> R {
		let ended = AtomicBool::new(false);
		rayon::scope(|scope| {
			let _end = EndOfScope(&ended);
			for _ in 1..rayon::current_num_threads() {
				scope.spawn(|_| look_for_work(&ended));
			}
			f()
		})
	}

	/// Says that `f` has ended, also when it panics.
	struct EndOfScope<'a>(&'a AtomicBool);

	impl Drop for EndOfScope<'_> {
		fn drop(&mut self) {
			self.0.store(true, Ordering::Release);
		}
	}

	fn look_for_work(ended: &AtomicBool) {
		let mut idle_since = Instant::now();
		while !ended.load(Ordering::Acquire) && idle_since.elapsed() < PATIENCE {
			if rayon::yield_now() == Some(rayon::Yield::Executed) {
				idle_since = Instant::now();
			} else {
				core::hint::spin_loop();
			}
		}
	}
}

/// Splits `out` into runs of `chunk` elements (the last may be shorter) and calls `f(index, run)` for each.
pub(crate) fn for_each_chunk<T: Send>(
	cpu: Cpu,
	work_per_chunk: usize,
	out: &mut [T],
	chunk: usize,
	f: impl Fn(usize, &mut [T]) + Sync,
) {
	let chunk = chunk.max(1);
	#[cfg(feature = "std")]
	{
		use rayon::prelude::*;
		let chunks = out.len().div_ceil(chunk);
		if cpu.threads() > 1 && chunks > 1 && chunks.saturating_mul(work_per_chunk) >= 2 * MIN_WORK_PER_THREAD
		{
			let grain = (MIN_WORK_PER_THREAD / work_per_chunk.max(1)).max(1);
			return out.par_chunks_mut(chunk).with_min_len(grain).enumerate().for_each(|(i, run)| f(i, run));
		}
	}
	let _ = (cpu.threads(), work_per_chunk);
	for (i, run) in out.chunks_mut(chunk).enumerate() {
		f(i, run);
	}
}

/// Calls `f(i)` for every `i` below `count`, on several threads where each call is worth it.
pub(crate) fn for_each_index(cpu: Cpu, count: usize, f: impl Fn(usize) + Send + Sync) {
	#[cfg(feature = "std")]
	if cpu.threads() > 1 && count > 1 {
		use rayon::prelude::*;
		return (0..count).into_par_iter().for_each(f);
	}
	let _ = cpu;
	for i in 0..count {
		f(i);
	}
}

#[cfg(all(test, feature = "std"))]
mod tests {
	use super::*;

	#[test]
	fn on_pool_should_run_on_a_thread_of_the_pool_and_give_the_result() {
		let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
		let inside = || on_pool(|| (rayon::current_num_threads(), rayon::current_thread_index().is_some()));
		assert_eq!(pool.install(inside), (3, true));
		let (threads, on_thread) = inside();
		assert!(on_thread || threads == 1);
	}

	#[test]
	fn on_pool_should_end_when_what_it_runs_panics() {
		let result = std::panic::catch_unwind(|| on_pool(|| panic!("on purpose")));
		assert_eq!(result.unwrap_err().downcast_ref::<&str>(), Some(&"on purpose"));
	}
}
