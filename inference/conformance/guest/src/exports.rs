//! What the host calls, the allocator, and what happens when something panics.

use alloc::{boxed::Box, vec};
use core::panic::PanicInfo;
use dlmalloc::GlobalDlmalloc;

#[global_allocator]
static ALLOCATOR: GlobalDlmalloc = GlobalDlmalloc;

/// Memory for a request.
#[unsafe(no_mangle)]
extern "C" fn alloc(length: u32) -> u32 {
	Box::into_raw(vec![0u8; length as usize].into_boxed_slice()).cast::<u8>() as u32
}

/// Answers the request that lies where [`alloc`] said.
#[unsafe(no_mangle)]
extern "C" fn run(start: u32, length: u32) -> u64 {
	let request = core::ptr::slice_from_raw_parts_mut(start as *mut u8, length as usize);
	// SAFETY: the host passes on what `alloc` returned for this length, once: a box whose bytes are initialised.
	let request = unsafe { Box::from_raw(request) };
	let answer = crate::answer(&request).into_boxed_slice();
	let length = answer.len() as u64;
	// Given away: an instance answers one request.
	((Box::into_raw(answer).cast::<u8>() as u64) << 32) | length
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
	core::arch::wasm32::unreachable()
}
