//! The floating-point environment the profile assumes: round to nearest even, subnormals kept.
//!
//! Both are per-thread control bits that a library loaded into the process can change. Where they are wrong, results
//! are wrong, so a job checks them, in every thread, before it computes.

use core::{fmt, hint::black_box};

/// What is wrong with the floating-point environment of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironmentError {
	/// Subnormal operands or results are replaced by zero.
	FlushToZero,
	/// Results are not rounded to nearest even.
	Rounding,
}

impl fmt::Display for EnvironmentError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::FlushToZero => {
				"a thread flushes subnormal numbers to zero; find the library that sets FTZ/DAZ (often one built with \
				 -ffast-math) and remove it from this process"
			},
			Self::Rounding => {
				"a thread does not round to nearest even; find the code that calls fesetround and remove it from this process"
			},
		})
	}
}

impl core::error::Error for EnvironmentError {}

/// Whether this thread keeps subnormal operands and results, found by computing on them.
pub fn flush_to_zero_is_off() -> bool {
	let smallest = black_box(f32::from_bits(1));
	let smallest_normal = black_box(f32::MIN_POSITIVE);
	// An operand that must survive, and a result that must not be flushed.
	let operand = black_box(smallest * black_box(16_777_216.0));
	let result = black_box(smallest_normal * black_box(0.5));
	let tiny64 = black_box(black_box(f64::MIN_POSITIVE) * black_box(0.5));
	operand.to_bits() == 0x0100_0000 && result.to_bits() == 0x0040_0000 && tiny64.to_bits() == 1 << 51
}

/// Whether this thread rounds to nearest even, found by rounding ties and near-ties of both signs.
pub fn rounds_to_nearest_even() -> bool {
	let one = black_box(1.0f32);
	let tie = black_box(f32::EPSILON / 2.0);
	let above = black_box(f32::EPSILON * 0.75);
	let odd = black_box(1.0 + f32::EPSILON);
	one + tie == 1.0
		&& one + above == 1.0 + f32::EPSILON
		&& odd + tie == 1.0 + 2.0 * f32::EPSILON
		&& -one - tie == -1.0
		&& -one - above == -1.0 - f32::EPSILON
}

/// Checks the calling thread.
pub fn check_thread() -> Result<(), EnvironmentError> {
	if !flush_to_zero_is_off() {
		Err(EnvironmentError::FlushToZero)
	} else if !rounds_to_nearest_even() {
		Err(EnvironmentError::Rounding)
	} else {
		Ok(())
	}
}

/// Checks the calling thread and every thread of the current rayon pool.
#[cfg(feature = "std")]
pub fn check() -> Result<(), EnvironmentError> {
	check_thread()?;
	rayon::broadcast(|_| check_thread()).into_iter().collect()
}

/// Checks the calling thread.
#[cfg(not(feature = "std"))]
pub fn check() -> Result<(), EnvironmentError> {
	check_thread()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn environment_should_be_sound_in_every_thread() {
		assert_eq!(check(), Ok(()));
	}

	#[cfg(target_arch = "x86_64")]
	#[test]
	fn check_should_find_each_bad_control_bit() {
		use core::arch::asm;
		const DENORMALS_ARE_ZERO: u32 = 1 << 6;
		const ROUND_UP: u32 = 2 << 13;
		const FLUSH_TO_ZERO: u32 = 1 << 15;
		// On a thread of its own, so that no other test sees the changed bits.
		let found = |bits: u32| {
			std::thread::spawn(move || {
				let mut saved = 0u32;
				// SAFETY: stores and loads this thread's SSE control register, and puts the old value back.
				unsafe { asm!("stmxcsr [{}]", in(reg) &mut saved) };
				let changed = saved | bits;
				// SAFETY: as above.
				unsafe { asm!("ldmxcsr [{}]", in(reg) &changed) };
				let found = check_thread();
				// SAFETY: as above.
				unsafe { asm!("ldmxcsr [{}]", in(reg) &saved) };
				found
			})
			.join()
			.unwrap()
		};
		assert_eq!(found(0), Ok(()));
		assert_eq!(found(DENORMALS_ARE_ZERO), Err(EnvironmentError::FlushToZero));
		assert_eq!(found(FLUSH_TO_ZERO), Err(EnvironmentError::FlushToZero));
		assert_eq!(found(ROUND_UP), Err(EnvironmentError::Rounding));
	}
}
