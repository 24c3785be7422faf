//! The exports' insides, the host calls, the allocator, and what happens when a program panics.

use alloc::{boxed::Box, string::String, vec, vec::Vec};
use core::{fmt::Write, panic::PanicInfo};
use dlmalloc::GlobalDlmalloc;

#[global_allocator]
static ALLOCATOR: GlobalDlmalloc = GlobalDlmalloc;

mod imports {
	#[link(wasm_import_module = "assay")]
	unsafe extern "C" {
		pub fn graph_run(name: *const u8, name_length: usize, tensors: *const u8, length: usize) -> u64;
		pub fn file_read(
			name: *const u8,
			name_length: usize,
			offset: u64,
			into: *mut u8,
			into_length: usize,
		) -> i64;
		pub fn log(text: *const u8, length: usize);
	}
}

/// What [`program!`](crate::program) exports.
pub mod exports {
	use super::*;

	/// Memory for what the host hands over.
	pub fn alloc(length: u32) -> u32 {
		Box::into_raw(vec![0u8; length as usize].into_boxed_slice()).cast::<u8>() as u32
	}

	/// Answers a request that lies where [`alloc`] put it.
	pub fn run(start: u32, length: u32, seed: u64, answer: fn(&[u8], u64) -> Result<Vec<u8>, String>) -> u64 {
		let request = take(start, length);
		match answer(&request, seed) {
			Ok(response) => {
				let length = response.len() as u64;
				// Given away: the instance ends with this call.
				let start = Box::into_raw(response.into_boxed_slice()).cast::<u8>() as u64;
				(start << 32) | length
			}
			Err(problem) => {
				log(&problem);
				core::arch::wasm32::unreachable()
			}
		}
	}
}

/// Runs a graph of the package on encoded tensors and returns its encoded outputs. If it fails, the run ends.
pub fn graph_run(name: &str, tensors: &[u8]) -> Box<[u8]> {
	// SAFETY: the host reads the two slices, which live until it returns.
	let packed = unsafe { imports::graph_run(name.as_ptr(), name.len(), tensors.as_ptr(), tensors.len()) };
	take((packed >> 32) as u32, packed as u32)
}

/// The whole of a file of the package; `None` when there is no such file.
pub fn file(name: &str) -> Option<Vec<u8>> {
	// SAFETY: the host reads the name and writes nothing.
	let size = unsafe { imports::file_read(name.as_ptr(), name.len(), 0, core::ptr::null_mut(), 0) };
	let mut bytes = vec![0; usize::try_from(size).ok()?];
	// SAFETY: the host reads the name and writes to no more than the vector's bytes.
	unsafe { imports::file_read(name.as_ptr(), name.len(), 0, bytes.as_mut_ptr(), bytes.len()) };
	Some(bytes)
}

/// Says something to people. It is never part of a result.
pub fn log(text: &str) {
	// SAFETY: the host reads the text, which lives until it returns.
	unsafe { imports::log(text.as_ptr(), text.len()) }
}

/// What the host put where [`exports::alloc`] said.
fn take(start: u32, length: u32) -> Box<[u8]> {
	let slice = core::ptr::slice_from_raw_parts_mut(start as *mut u8, length as usize);
	// SAFETY: the host calls `alloc` for every piece that it hands over, once, and passes on what that returned: a box of
	// this length whose bytes are initialised.
	unsafe { Box::from_raw(slice) }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
	let mut text = String::new();
	// Writing to a string does not fail.
	let _ = write!(text, "{info}");
	log(&text);
	core::arch::wasm32::unreachable()
}
