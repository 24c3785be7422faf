//! Transcendental functions: accuracy against binary64, golden hashes, special values.

use assay_numerics::{Cpu, math};
use sha2::{Digest, Sha256};

#[path = "common/reference.rs"]
mod reference;
use reference::{FUNCTIONS, error, measure};

/// A prime, so that the sample meets all exponents and low bits: a million inputs.
const STEP: u32 = 4093;

/// SHA-256 of the outputs at every 4093rd bit pattern.
const GOLDEN: [(&str, &str); 22] = [
	("exp", "8b250294a9d31699c3ba8e8f00f80fdd07070471b954fe24c3cd95c22312a541"),
	("expm1", "f6d782258636a2872b8e38e733733e9d5092c452dbd05de06418ee38e4d95bbc"),
	("log", "c9536106e699d8788cbdb98d1543fa4dcb9133aee5f895d09c08da1ec71b62a6"),
	("log1p", "fb1582a3639d6f787f70376306000963dd23818ab559616a61d121096f8c2afb"),
	("sin", "6b91905729288ee4504918661584c58bac1e28f49ebc12d8a8274a2ad1ebd923"),
	("cos", "a173ba63e6c986e9fbd00b29c3b23d6c6d7fcedb589cb104cb0bc3307a0cb764"),
	("tan", "8e302f5b806e20526785f8278ffc49dbcd822b2679f42220ace5066445779699"),
	("asin", "6a918ba5e16b0ccf27228c50e24162f9af6c59d13724f749911df3d3009eee8c"),
	("acos", "ed325ac8d88a2b1ea12d9ee879e6a4bd43caa31938ab5039b21d9942b3c98c68"),
	("atan", "3abb90f645494dfe77df032047014b473bee92682fc2a54244c54060ace09b29"),
	("sinh", "5a0d6c7b8143b1f9d17e2aab6e490460e9934b0343dab1a00cd909dabf9dedb0"),
	("cosh", "4b70d9736e2250a99727402a340b5e4c7de26e16b1f1170bd567a42773df787c"),
	("tanh", "f38c0b44c49483fedd6bbb5d4e3fcc680e4fdf56de6e9601e8bb0b0c42b61b39"),
	("asinh", "3e4f0ef9575d6f3308a34877115e596c851e8055cb417e36b0e508d4a4939171"),
	("acosh", "e67d3520a8fb55d9e07520de45b3d8b3345c73998f04be6672b8fd2bf291e228"),
	("atanh", "5acc03bbd44c9a89d54873980dbd8bb9a42b711cf7c3dc3f096a00b35e885f40"),
	("erf", "0945c1ec034fa469309c132aee063409ca62df6bac42a2f7e1df14d8fc685d7e"),
	("sigmoid", "f15c8f2e0a3c1f789ea6cfa48841c3ca30ab6e5f4c1f9c765f5c562b5afcdeef"),
	("softplus", "e3ef19f370b01d0d9bef0e262ec00c60406216e000949e4b10b1b3896699c4ea"),
	("mish", "7a066be5ee7a5010b05519ca470859f7f0171419eda34a54f870372830aadcfd"),
	("gelu", "3d6df393f548a9d5564e43be4442cff94c9ad4e5e01a26427ba4aa58c3d8796d"),
	("gelu_tanh", "4ca822f3334d62986fdf328f976f3a8bde134a703a1a292e7e753ae6ae522db7"),
];

#[test]
fn functions_should_give_the_golden_bits_within_their_error_bound() {
	let mut wrong = String::new();
	for function in &FUNCTIONS {
		let found = measure(Cpu::detect(), function, STEP, 1);
		let golden = GOLDEN.iter().find(|(name, _)| *name == function.name).map_or("", |(_, hash)| hash);
		println!(
			"{:10} {:8.4} ulp at {:e} ({:#010x})",
			function.name,
			found.error,
			found.at,
			found.at.to_bits()
		);
		if found.error > function.limit {
			wrong += &format!(
				"\n{}: {} ulp at {:e}, allowed {}",
				function.name, found.error, found.at, function.limit
			);
		}
		if found.hash != golden {
			wrong += &format!("\n(\"{}\", \"{}\"),", function.name, found.hash);
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
