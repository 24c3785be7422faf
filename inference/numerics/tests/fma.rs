//! The software fused multiply-add against the hardware's.

use assay_numerics::{canonical, fma::fma_soft};
use proptest::prelude::*;

/// The machine's instruction, where there is one to compare with; the system library's function elsewhere.
fn reference(a: f32, b: f32, c: f32) -> f32 {
	#[cfg(target_arch = "x86_64")]
	if std::is_x86_feature_detected!("fma") {
		#[target_feature(enable = "fma")]
		fn hardware(a: f32, b: f32, c: f32) -> f32 {
			a.mul_add(b, c)
		}
		// SAFETY: the feature was detected.
		return unsafe { hardware(a, b, c) };
	}
	a.mul_add(b, c)
}

#[track_caller]
fn check(a: u32, b: u32, c: u32) {
	let [x, y, z] = [a, b, c].map(f32::from_bits);
	let (found, expected) = (canonical(fma_soft(x, y, z)).to_bits(), canonical(reference(x, y, z)).to_bits());
	assert!(found == expected, "fma({a:#x}, {b:#x}, {c:#x}) = {found:#x}, not {expected:#x}");
}

/// Bit patterns at every kind of edge: zeros, subnormals, powers of two and neighbours, overflow, infinities, NaN.
fn edges() -> Vec<u32> {
	let mut bits =
		vec![0, 1, 2, 3, 0x007f_fffe, 0x007f_ffff, 0x7f80_0000, 0x7f80_0001, 0x7fc0_0000, 0x7fff_ffff];
	for exponent in [1u32, 2, 12, 23, 24, 25, 63, 64, 102, 103, 104, 126, 127, 128, 150, 151, 190, 253, 254] {
		for significand in [0u32, 1, 0x0040_0000, 0x0040_0001, 0x007f_ffff] {
			bits.push((exponent << 23) | significand);
		}
	}
	bits.iter().flat_map(|&b| [b, b | (1 << 31)]).collect()
}

#[test]
fn software_should_equal_hardware_on_all_triples_of_edges() {
	let edges = edges();
	for &a in &edges {
		for &b in &edges {
			for &c in &edges {
				check(a, b, c);
			}
		}
	}
}

#[test]
fn software_should_equal_hardware_where_the_sum_is_nearly_a_tie() {
	// Products with a low part below c's last place: the double rounding that round-to-odd prevents.
	for shift in 0..60u32 {
		for low in 1u32..64 {
			let a = 0x3f80_0000 + low;
			let b = ((127 - shift) << 23) | (low * 4099);
			for c in [0x3f80_0000u32, 0x3f80_0001, 0x4b00_0001, 0x3380_0000] {
				check(a, b, c);
				check(a, b, c | (1 << 31));
			}
		}
	}
}

#[test]
fn software_should_equal_hardware_when_results_are_subnormal() {
	for i in 0..20_000u32 {
		let a = 0x1f00_0000 + i * 7919;
		let b = 0x2080_0000 - i * 31;
		check(a, b, i);
		check(a, b, i | (1 << 31));
		check(a, b, 0x0080_0000 + i);
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 200_000, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn software_should_equal_hardware_on_any_bits(a: u32, b: u32, c: u32) {
		check(a, b, c);
	}

	#[test]
	fn software_should_equal_hardware_when_exponents_meet(a: u32, b: u32, c: u32, gap in -26i32..27) {
		// Give c the product's exponent, off by `gap`, so that the addition matters.
		let exponent = (((a >> 23) & 0xff) as i32 + ((b >> 23) & 0xff) as i32 - 127 + gap).clamp(0, 254) as u32;
		check(a, b, (c & 0x807f_ffff) | (exponent << 23));
	}
}
