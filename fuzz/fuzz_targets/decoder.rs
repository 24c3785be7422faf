//! Model files: anything.
#![no_main]

#[global_allocator]
static ALLOCATOR: assay_fuzz::allocation::Counting = assay_fuzz::allocation::Counting;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| assay_fuzz::decoder(bytes));
