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

/// a · b + c by integer arithmetic, rounded to nearest even once, for normal a and b, finite c, and exponents such that all
/// bits of product and addend fit in 120.
fn exact(a: f32, b: f32, c: f32) -> f32 {
	let parts = |x: f32| {
		let (bits, field) = (x.to_bits(), (x.to_bits() >> 23) & 0xff);
		let significand = i128::from(bits & 0x007f_ffff) | i128::from(field != 0) << 23;
		(if x.is_sign_negative() { -significand } else { significand }, field.max(1) as i32 - 150)
	};
	let ((sa, ea), (sb, eb), (sc, ec)) = (parts(a), parts(b), parts(c));
	let low = (ea + eb).min(ec);
	let sum = ((sa * sb) << (ea + eb - low)) + (sc << (ec - low));
	if sum == 0 {
		// IEEE: −0 only if both terms are; a sum of opposite numbers is +0.
		return f32::from_bits(if c == 0.0 && sa * sb == 0 { (a * b + c).to_bits() } else { 0 });
	}
	let magnitude = sum.unsigned_abs();
	// The exponent of the result's last place.
	let place = (127 - magnitude.leading_zeros() as i32 + low - 23).max(-149);
	let drop = place - low;
	let rounded = if drop <= 0 {
		magnitude << -drop
	} else if drop > 125 {
		0
	} else {
		let (kept, rest, half) = (magnitude >> drop, magnitude & ((1 << drop) - 1), 1 << (drop - 1));
		kept + u128::from(rest > half || (rest == half && kept & 1 == 1))
	};
	// Adding the significand with its leading bit steps the exponent, and a carry does so again.
	let bits = ((place + 149) as u128) << 23;
	let bits = (bits + rounded).min(0x7f80_0000) as u32;
	f32::from_bits(if sum < 0 { bits | 1 << 31 } else { bits })
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

	#[test]
	fn software_should_equal_integer_arithmetic_when_exponents_are_near(
		a in any::<u32>(), b in any::<u32>(), c in any::<u32>(), ea in 1u32..255, gap in -70i32..70,
	) {
		let with = |bits: u32, exponent: u32| f32::from_bits((bits & 0x807f_ffff) | (exponent << 23));
		let eb = (b >> 16 & 0xff).clamp(1, 254);
		let ec = (ea as i32 + eb as i32 - 127 + gap).clamp(0, 254) as u32;
		let (a, b, c) = (with(a, ea), with(b, eb), with(c, ec));
		let near = (i64::from(ea) + i64::from(eb) - 150 - i64::from(ec.max(1))).abs() < 71;
		if near {
			let (found, expected) = (fma_soft(a, b, c), exact(a, b, c));
			prop_assert_eq!(found.to_bits(), expected.to_bits(), "fma({:e}, {:e}, {:e})", a, b, c);
		}
	}
}
