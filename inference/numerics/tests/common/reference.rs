//! The unary functions with binary64 references, how errors are measured, and how outputs are hashed. Used by the test of
//! `math` and by the example that goes through all 2³² inputs.
#![allow(dead_code, reason = "each user needs some of it")]

use assay_numerics::{Cpu, Unary, canonical, unary};
use sha2::{Digest, Sha256};

/// A function under measurement.
pub struct Function {
	pub name: &'static str,
	pub op: Unary,
	/// Accurate to far less than a binary32 unit in the last place.
	pub reference: fn(f64) -> f64,
	/// The largest error allowed, in units in the last place of the result or, for `by_argument`, of the larger of result
	/// and argument.
	pub limit: f64,
	/// For functions whose ONNX formula cancels: x times something near 0.
	pub by_argument: bool,
}

/// ln(1 + e^x).
fn softplus(x: f64) -> f64 {
	x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Every transcendental function of one argument.
pub const FUNCTIONS: [Function; 22] = [
	Function { name: "exp", op: Unary::Exp, reference: f64::exp, limit: 1.0, by_argument: false },
	Function { name: "expm1", op: Unary::Expm1, reference: f64::exp_m1, limit: 1.5, by_argument: false },
	Function { name: "log", op: Unary::Log, reference: f64::ln, limit: 1.0, by_argument: false },
	Function { name: "log1p", op: Unary::Log1p, reference: f64::ln_1p, limit: 1.0, by_argument: false },
	Function { name: "sin", op: Unary::Sin, reference: f64::sin, limit: 1.0, by_argument: false },
	Function { name: "cos", op: Unary::Cos, reference: f64::cos, limit: 1.0, by_argument: false },
	Function { name: "tan", op: Unary::Tan, reference: f64::tan, limit: 2.5, by_argument: false },
	Function { name: "asin", op: Unary::Asin, reference: f64::asin, limit: 2.0, by_argument: false },
	Function { name: "acos", op: Unary::Acos, reference: f64::acos, limit: 1.5, by_argument: false },
	Function { name: "atan", op: Unary::Atan, reference: f64::atan, limit: 1.5, by_argument: false },
	Function { name: "sinh", op: Unary::Sinh, reference: f64::sinh, limit: 2.0, by_argument: false },
	Function { name: "cosh", op: Unary::Cosh, reference: f64::cosh, limit: 1.5, by_argument: false },
	Function { name: "tanh", op: Unary::Tanh, reference: f64::tanh, limit: 1.5, by_argument: false },
	Function { name: "asinh", op: Unary::Asinh, reference: f64::asinh, limit: 2.0, by_argument: false },
	Function { name: "acosh", op: Unary::Acosh, reference: f64::acosh, limit: 2.5, by_argument: false },
	Function { name: "atanh", op: Unary::Atanh, reference: f64::atanh, limit: 1.5, by_argument: false },
	Function { name: "erf", op: Unary::Erf, reference: libm::erf, limit: 1.0, by_argument: false },
	Function {
		name: "sigmoid",
		op: Unary::Sigmoid,
		reference: |x| 1.0 / (1.0 + (-x).exp()),
		limit: 2.5,
		by_argument: false,
	},
	Function { name: "softplus", op: Unary::Softplus, reference: softplus, limit: 2.0, by_argument: false },
	Function {
		name: "mish",
		op: Unary::Mish,
		reference: |x| x * softplus(x).tanh(),
		limit: 2.0,
		by_argument: true,
	},
	Function {
		name: "gelu",
		op: Unary::Gelu,
		reference: |x| 0.5 * x * libm::erfc(-x * core::f64::consts::FRAC_1_SQRT_2),
		limit: 1.5,
		by_argument: true,
	},
	Function {
		name: "gelu_tanh",
		op: Unary::GeluTanh,
		reference: |x| {
			let inner = (2.0 / core::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x);
			0.5 * x * (1.0 + inner.tanh())
		},
		limit: 1.5,
		by_argument: true,
	},
];

/// Distance of `found` from `exact`, in units in the last place of a binary32 at `exact`. Infinity counts as 2¹²⁸.
pub fn error(found: f32, exact: f64) -> f64 {
	error_at(found, exact, exact)
}

/// As `error`, in units in the last place at `place`.
fn error_at(found: f32, exact: f64, place: f64) -> f64 {
	if exact.is_nan() {
		return if found.is_nan() { 0.0 } else { f64::INFINITY };
	}
	let bound = 2f64.powi(128);
	let value = if found.is_infinite() { bound.copysign(f64::from(found)) } else { f64::from(found) };
	let exact = exact.clamp(-bound, bound);
	// The exponent from the bits, so that it is exact.
	let exponent = (((place.to_bits() >> 52) & 0x7ff) as i32 - 1023).clamp(-126, 127);
	let distance = (value - exact).abs();
	if distance.is_nan() { f64::INFINITY } else { distance / 2f64.powi(exponent - 23) }
}

/// What going through some inputs found.
pub struct Measured {
	/// Largest error, in units in the last place.
	pub error: f64,
	/// Where it is.
	pub at: f32,
	/// SHA-256 of the outputs' bits, little-endian, NaN canonical, in the order of the inputs' bits.
	pub hash: String,
}

/// Goes through every `hash_step`-th bit pattern for the hash, and every `error_step`-th of those for the error.
pub fn measure(cpu: Cpu, function: &Function, hash_step: u32, error_step: usize) -> Measured {
	const RUN: usize = 1 << 20;
	let mut hash = Sha256::new();
	let (mut worst, mut at) = (0.0, 0.0);
	let mut inputs = (0..=u32::MAX).step_by(hash_step as usize).peekable();
	let (mut x, mut y, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
	let mut done = 0;
	while inputs.peek().is_some() {
		x.clear();
		x.extend(inputs.by_ref().take(RUN).map(f32::from_bits));
		y.resize(x.len(), 0.0);
		unary(cpu, function.op, &x, &mut y).expect("lengths are equal; qed");
		bytes.clear();
		bytes.extend(y.iter().flat_map(|&v| canonical(v).to_bits().to_le_bytes()));
		hash.update(&bytes);
		for (i, (&v, &found)) in x.iter().zip(&y).enumerate() {
			if (done + i).is_multiple_of(error_step) {
				let exact = (function.reference)(f64::from(v));
				let larger = if f64::from(v).abs() > exact.abs() { f64::from(v) } else { exact };
				let error = error_at(found, exact, if function.by_argument { larger } else { exact });
				if error > worst {
					(worst, at) = (error, v);
				}
			}
		}
		done += x.len();
	}
	let hash = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
	Measured { error: worst, at, hash }
}
