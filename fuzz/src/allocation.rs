//! What a thread allocates, counted by the global allocator of every program that runs the targets.

use std::{
	alloc::{GlobalAlloc, Layout, System},
	cell::Cell,
};

thread_local! {
	/// Bytes that this thread has allocated more than freed since the measurement began.
	static HELD: Cell<isize> = const { Cell::new(0) };
	/// The most that `HELD` has been.
	static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, with an account for each thread.
pub struct Counting;

/// The result of `f`, and the most bytes that it held at once on this thread. Nothing is counted where [`Counting`] is not the
/// global allocator.
pub fn peak<R>(f: impl FnOnce() -> R) -> (R, usize) {
	HELD.set(0);
	PEAK.set(0);
	let result = f();
	(result, PEAK.get().unsigned_abs())
}

/// `PEAK` is never below zero. A thread that ends has no account any more, and needs none.
fn count(bytes: isize) {
	let _ = HELD.try_with(|held| {
		held.set(held.get().wrapping_add(bytes));
		let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
	});
}

// SAFETY: every call is passed on to the system's allocator as it is; the accounts are cells without destructors, which
// allocate nothing.
unsafe impl GlobalAlloc for Counting {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		count(layout.size().cast_signed());
		// SAFETY: the caller's promises are those that `System` asks for.
		unsafe { System.alloc(layout) }
	}

	unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
		count(layout.size().cast_signed());
		// SAFETY: as above.
		unsafe { System.alloc_zeroed(layout) }
	}

	unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
		count(-layout.size().cast_signed());
		// SAFETY: as above.
		unsafe { System.dealloc(pointer, layout) }
	}

	unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
		count(size.cast_signed() - layout.size().cast_signed());
		// SAFETY: as above.
		unsafe { System.realloc(pointer, layout, size) }
	}
}
