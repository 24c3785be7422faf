//! Memory for packed panels.

use alloc::vec::Vec;

/// A cache line, so that packed panels start on one.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; 16]);

const EMPTY: Line = Line([0.0; 16]);

/// Elements that start on a cache line.
#[derive(Default)]
pub(crate) struct Aligned(Vec<Line>);

impl Aligned {
	/// `len` zeros.
	pub(crate) fn zeros(len: usize) -> Self {
		Self(alloc::vec![EMPTY; len.div_ceil(16)])
	}

	/// The elements, and zeros up to a whole line.
	pub(crate) fn as_slice(&self) -> &[f32] {
		// SAFETY: a `Line` is sixteen `f32`s without padding.
		unsafe { core::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len() * 16) }
	}

	/// As [`as_slice`](Self::as_slice).
	pub(crate) fn as_mut_slice(&mut self) -> &mut [f32] {
		// SAFETY: as above.
		unsafe { core::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * 16) }
	}
}

#[cfg(feature = "std")]
std::thread_local! {
	static IDLE: core::cell::RefCell<Vec<Aligned>> = const { core::cell::RefCell::new(Vec::new()) };
}

/// Four mebibytes.
#[cfg(feature = "std")]
const KEPT_LINES: usize = 1 << 16;

/// Scratch memory of a thread, kept for its next product: fresh pages would cost more than a small product.
pub(crate) struct Scratch(Aligned);

impl Scratch {
	/// What the thread gave back last.
	pub(crate) fn take() -> Self {
		#[cfg(feature = "std")]
		return Self(IDLE.with_borrow_mut(Vec::pop).unwrap_or_default());
		#[cfg(not(feature = "std"))]
		Self(Aligned::default())
	}

	/// `len` elements of unspecified value.
	pub(crate) fn floats(&mut self, len: usize) -> &mut [f32] {
		let lines = len.div_ceil(16);
		if self.0.0.len() < lines {
			self.0.0.resize(lines, EMPTY);
		}
		&mut self.0.as_mut_slice()[..len]
	}
}

impl Drop for Scratch {
	fn drop(&mut self) {
		// As many as are in use at the same time, but none that is larger than a cache. A thread that is ending has no list
		// any more.
		#[cfg(feature = "std")]
		if self.0.0.len() <= KEPT_LINES {
			let _ = IDLE.try_with(|idle| idle.borrow_mut().push(core::mem::take(&mut self.0)));
		}
	}
}
