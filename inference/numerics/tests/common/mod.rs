//! Shared by the integration tests.
#![allow(dead_code, reason = "each test file uses some of it")]

use assay_numerics::{Cpu, canonical};

/// Every instruction set of this machine, with and without threads.
pub fn every_cpu() -> Vec<Cpu> {
	Cpu::available().into_iter().flat_map(|cpu| [cpu, cpu.single_threaded()]).collect()
}

/// Pseudo-random values of mixed sign and of magnitudes from 2⁻¹⁵ to 2¹⁶, so that rounding and order show.
pub fn values(len: usize, seed: u64) -> Vec<f32> {
	let mut state = seed;
	(0..len)
		.map(|_| {
			// SplitMix64.
			state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
			let mut z = state;
			z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
			z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
			z ^= z >> 31;
			let exponent = 112 + (z >> 32) as u32 % 32;
			f32::from_bits((z as u32 & 0x807f_ffff) | (exponent << 23))
		})
		.collect()
}

/// Fails at the first element whose bits differ; any NaN equals any other.
#[track_caller]
pub fn assert_same_bits(found: &[f32], expected: &[f32], what: &str) {
	assert_eq!(found.len(), expected.len(), "{what}");
	for (i, (f, e)) in found.iter().zip(expected).enumerate() {
		let (fb, eb) = (canonical(*f).to_bits(), canonical(*e).to_bits());
		assert!(fb == eb, "{what}: element {i} is {f:e} ({fb:#010x}), defined as {e:e} ({eb:#010x})");
	}
}
