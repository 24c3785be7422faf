//! Transcendental functions: accuracy against binary64, golden hashes, special values.

use assay_numerics::{Cpu, math};
use sha2::{Digest, Sha256};

#[path = "common/reference.rs"]
mod reference;
use reference::{FUNCTIONS, Recorded, TABLE, Worst, digest, error, sample};

/// The table also holds the hash over all 2³² inputs, which the example `exhaustive` computes.
#[test]
fn functions_should_give_the_recorded_bits_with_every_instruction_set() {
	let x: Vec<f32> = sample().into_iter().map(f32::from_bits).collect();
	let table = Recorded::all(TABLE);
	let mut wrong = String::new();
	for function in &FUNCTIONS {
		let recorded = table.iter().find(|line| line.name == function.name).map_or("-", |line| &line.sampled);
		for cpu in Cpu::available() {
			let found = digest(&function.outputs(cpu, &x));
			if found != recorded {
				wrong += &format!("\n{} with {}: {found}, recorded {recorded}", function.name, cpu.isa());
			}
		}
	}
	assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn functions_should_stay_within_their_error_bound() {
	let x: Vec<f32> = sample().into_iter().map(f32::from_bits).collect();
	let mut wrong = String::new();
	for function in &FUNCTIONS {
		let mut worst = Worst::NONE;
		for (&x, bytes) in x.iter().zip(function.outputs(Cpu::detect(), &x).chunks_exact(4)) {
			let found = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
			worst = worst.or(function.error(x, found));
		}
		println!("{:16} {:8.4} ulp at {:#010x}", function.name, worst.error, worst.at);
		if worst.error > function.limit {
			let Worst { error, at } = worst;
			wrong += &format!("\n{}: {error} ulp at {at:#010x}, allowed {}", function.name, function.limit);
		}
	}
	assert!(wrong.is_empty(), "{wrong}");
}

/// Pairs that meet all exponents, and ordinary pairs whose power is finite.
fn pow_sample() -> impl Iterator<Item = (f32, f32)> {
	let wild = (0..=u32::MAX)
		.step_by(8191)
		.map(|i| (f32::from_bits(i), f32::from_bits(i.wrapping_mul(2_654_435_761))));
	let tame = (0..1_000_000u32).map(|i| {
		let x = f32::from_bits(0x3000_0000 + i.wrapping_mul(2_654_435_761) % 0x2000_0000);
		let room = 88.0 / x.ln().abs().max(1e-6);
		(x, room * ((i % 2001) as f32 / 1000.0 - 1.0))
	});
	let near_one = (0..200_000u32).map(|i| {
		let x = f32::from_bits(0x3f80_0000 - 100_000 + i);
		(x, 80.0 / f64::from(x).ln().abs().max(1e-7) as f32)
	});
	wild.chain(tame).chain(near_one)
}

#[test]
fn pow_should_give_the_golden_bits_within_its_error_bound() {
	let mut hash = Sha256::new();
	let (mut worst, mut at) = (0.0, (0.0, 0.0));
	for (x, y) in pow_sample() {
		let found = math::pow(x, y);
		hash.update(assay_numerics::canonical(found).to_bits().to_le_bytes());
		let error = error(found, f64::from(x).powf(f64::from(y)));
		if error > worst {
			(worst, at) = (error, (x, y));
		}
	}
	println!("pow {worst:.4} ulp at {at:?}");
	assert!(worst <= 1.0, "{worst} ulp at {at:?}");
	let hash: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
	assert_eq!(hash, "024bf38769584ac5ccf7cbebfda363c72eed2a42ffcaa9f95d736c4ad706064d");
}

#[test]
fn pow_should_follow_ieee_at_special_values() {
	let values = [
		0.0,
		-0.0,
		1.0,
		-1.0,
		0.5,
		-0.5,
		2.0,
		-2.0,
		3.0,
		-3.0,
		2.5,
		-2.5,
		1e30,
		-1e30,
		16_777_217.0,
		16_777_216.0,
		f32::INFINITY,
		f32::NEG_INFINITY,
		f32::NAN,
		f32::MIN_POSITIVE,
		f32::MAX,
		f32::from_bits(1),
		-f32::from_bits(1),
	];
	for x in values {
		for y in values {
			let (found, exact) = (math::pow(x, y), f64::from(x).powf(f64::from(y)));
			// The edge cases are exact: compare the rounded reference, signs of zero included.
			let rounded = exact as f32;
			assert!(
				(found.is_nan() && exact.is_nan())
					|| (error(found, exact) <= 1.0 && found.is_sign_negative() == rounded.is_sign_negative()),
				"pow({x:e}, {y:e}) = {found:e}, not {rounded:e}"
			);
			if rounded == 0.0 || rounded.is_infinite() {
				assert_eq!(found.to_bits(), rounded.to_bits(), "pow({x:e}, {y:e})");
			}
		}
	}
}

#[test]
fn atan2_should_follow_the_quadrants() {
	let values = [0.0, -0.0, 1.0, -1.0, 0.3, -7.5, f32::INFINITY, f32::NEG_INFINITY, 1e-30, -1e30];
	for y in values {
		for x in values {
			let (found, exact) = (math::atan2(y, x), f64::from(y).atan2(f64::from(x)));
			assert!(error(found, exact) <= 3.0, "atan2({y:e}, {x:e}) = {found:e}, not {exact:e}");
			assert_eq!(found.is_sign_negative(), exact.is_sign_negative(), "atan2({y:e}, {x:e})");
		}
	}
	assert!(math::atan2(f32::NAN, 1.0).is_nan() && math::atan2(1.0, f32::NAN).is_nan());
}

#[test]
fn functions_should_be_exact_at_special_values() {
	let bits = |f: fn(f32) -> f32, x: f32| f(x).to_bits();
	for f in [math::expm1, math::log1p, math::sin, math::tan, math::asin, math::atan, math::sinh, math::tanh]
	{
		assert_eq!((bits(f, 0.0), bits(f, -0.0)), (0, 1 << 31), "odd functions keep the sign of zero");
	}
	for f in [math::asinh, math::atanh, math::erf] {
		assert_eq!((bits(f, 0.0), bits(f, -0.0)), (0, 1 << 31), "odd functions keep the sign of zero");
	}
	assert_eq!([math::exp(0.0), math::cos(-0.0), math::cosh(0.0)], [1.0; 3]);
	assert_eq!([math::exp(f32::NEG_INFINITY), math::sigmoid(f32::NEG_INFINITY)], [0.0; 2]);
	assert_eq!([math::exp(f32::INFINITY), math::exp(88.73), math::cosh(-90.0)], [f32::INFINITY; 3]);
	assert_eq!([math::log(0.0), math::log(-0.0), math::log1p(-1.0)], [f32::NEG_INFINITY; 3]);
	assert_eq!([math::tanh(f32::INFINITY), math::erf(9.0), math::sigmoid(f32::INFINITY)], [1.0; 3]);
	assert_eq!(
		[math::atanh(1.0), math::asinh(f32::INFINITY), math::acosh(f32::INFINITY)],
		[f32::INFINITY; 3]
	);
	assert_eq!([math::log(1.0), math::acosh(1.0), math::acos(1.0)], [0.0; 3]);
	for nan in
		[math::log(-1.0), math::asin(1.1), math::acosh(0.9), math::sin(f32::INFINITY), math::cos(f32::NAN)]
	{
		assert!(nan.is_nan());
	}
}
