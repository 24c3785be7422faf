//! The unary functions with binary64 references, how errors are measured, and how outputs are hashed. Used by the test of
//! `math` and by the example that goes through all 2³² inputs.
#![allow(dead_code, reason = "each user needs some of it")]

use assay_numerics::{Cpu, Unary, canonical, unary};
use sha2::{Digest, Sha256};

/// The committed table: name, hash over [`sample`], hash over all inputs, largest error in ulp, the bits of the input where
/// it is, every how many-th input was measured for that, and the instruction sets that all inputs were computed with.
/// What is not known is `-`.
pub const TABLE: &str = include_str!("../functions.tsv");

/// A line of the table.
pub struct Recorded {
	pub name: String,
	pub sampled: String,
	pub exhaustive: String,
	pub error: String,
	pub at: String,
	pub error_step: String,
	pub paths: String,
}

impl Recorded {
	pub fn all(table: &str) -> Vec<Self> {
		let lines = table.lines().filter(|line| !line.starts_with('#'));
		lines
			.map(|line| {
				let mut fields = line.split('\t').map(str::to_owned);
				let mut next = || fields.next().unwrap_or_else(|| "-".into());
				let (name, sampled, exhaustive, error) = (next(), next(), next(), next());
				Self { name, sampled, exhaustive, error, at: next(), error_step: next(), paths: next() }
			})
			.collect()
	}

	pub fn line(&self) -> String {
		let Self { name, sampled, exhaustive, error, at, error_step, paths } = self;
		[name, sampled, exhaustive, error, at, error_step, paths].map(String::as_str).join("\t")
	}
}

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

fn sigmoid(x: f64) -> f64 {
	1.0 / (1.0 + (-x).exp())
}

fn elu(x: f64) -> f64 {
	if x < 0.0 { x.exp_m1() } else { x }
}

/// A function whose error is measured in units in the last place of the result.
const fn function(name: &'static str, op: Unary, limit: f64, reference: fn(f64) -> f64) -> Function {
	Function { name, op, reference, limit, by_argument: false }
}

/// A function whose ONNX formula cancels: its error is measured in units in the last place of the larger of result and argument.
const fn product(name: &'static str, op: Unary, limit: f64, reference: fn(f64) -> f64) -> Function {
	Function { by_argument: true, ..function(name, op, limit, reference) }
}

/// ONNX's default parameters of Selu.
const SELU: [f32; 2] = [1.673_263_2, 1.050_701];

/// Every function of one argument; parameters are ONNX's defaults.
pub const FUNCTIONS: [Function; 43] =
	[
		function("exp", Unary::Exp, 1.0, f64::exp),
		function("expm1", Unary::Expm1, 1.5, f64::exp_m1),
		function("log", Unary::Log, 1.0, f64::ln),
		function("log1p", Unary::Log1p, 1.0, f64::ln_1p),
		function("sin", Unary::Sin, 1.0, f64::sin),
		function("cos", Unary::Cos, 1.0, f64::cos),
		function("tan", Unary::Tan, 2.5, f64::tan),
		function("asin", Unary::Asin, 2.25, f64::asin),
		function("acos", Unary::Acos, 1.5, f64::acos),
		function("atan", Unary::Atan, 1.5, f64::atan),
		function("sinh", Unary::Sinh, 2.0, f64::sinh),
		function("cosh", Unary::Cosh, 1.5, f64::cosh),
		function("tanh", Unary::Tanh, 1.5, f64::tanh),
		function("asinh", Unary::Asinh, 2.0, f64::asinh),
		function("acosh", Unary::Acosh, 2.5, f64::acosh),
		function("atanh", Unary::Atanh, 1.5, f64::atanh),
		function("erf", Unary::Erf, 1.25, libm::erf),
		function("sigmoid", Unary::Sigmoid, 2.5, sigmoid),
		function("softplus", Unary::Softplus, 2.0, softplus),
		product("mish", Unary::Mish, 2.5, |x| x * softplus(x).tanh()),
		product("gelu", Unary::Gelu, 2.0, |x| 0.5 * x * libm::erfc(-x * core::f64::consts::FRAC_1_SQRT_2)),
		product("gelu_tanh", Unary::GeluTanh, 2.0, |x| {
			let inner = (2.0 / core::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x);
			0.5 * x * (1.0 + inner.tanh())
		}),
		product("swish", Unary::Swish { alpha: 1.0 }, 3.0, |x| x * sigmoid(x)),
		function("softsign", Unary::Softsign, 1.5, |x| x / (1.0 + x.abs())),
		product("hard_swish", Unary::HardSwish, 2.0, |x| x * (x / 6.0 + 0.5).clamp(0.0, 1.0)),
		product("hard_sigmoid", Unary::HardSigmoid { alpha: 0.2, beta: 0.5 }, 1.5, |x| {
			(f64::from(0.2f32) * x + 0.5).clamp(0.0, 1.0)
		}),
		function("elu", Unary::Elu { alpha: 1.0 }, 1.5, elu),
		function("celu", Unary::Celu { alpha: 1.0 }, 1.5, elu),
		function("selu", Unary::Selu { alpha: SELU[0], gamma: SELU[1] }, 3.0, |x| {
			let [alpha, gamma] = SELU.map(f64::from);
			gamma * if x < 0.0 { alpha * x.exp_m1() } else { x }
		}),
		function("leaky_relu", Unary::LeakyRelu { alpha: 0.01 }, 0.51, |x| {
			if x < 0.0 { f64::from(0.01f32) * x } else { x }
		}),
		function("thresholded_relu", Unary::ThresholdedRelu { alpha: 1.0 }, 0.0, |x| {
			if x > 1.0 { x } else { 0.0 }
		}),
		function("shrink", Unary::Shrink { bias: 0.25, lambda: 0.5 }, 0.51, |x| match x {
			x if x < -0.5 => x + 0.25,
			x if x > 0.5 => x - 0.25,
			_ => 0.0,
		}),
		function("relu", Unary::Relu, 0.0, |x| if x <= 0.0 { 0.0 } else { x }),
		function("clip", Unary::Clip { min: -1.0, max: 1.0 }, 0.0, |x| x.clamp(-1.0, 1.0)),
		function("sqrt", Unary::Sqrt, 0.51, f64::sqrt),
		function("reciprocal", Unary::Reciprocal, 0.51, f64::recip),
		function("abs", Unary::Abs, 0.0, f64::abs),
		function("neg", Unary::Neg, 0.0, |x| -x),
		function("sign", Unary::Sign, 0.0, |x| if x == 0.0 || x.is_nan() { x } else { x.signum() }),
		function("floor", Unary::Floor, 0.0, f64::floor),
		function("ceil", Unary::Ceil, 0.0, f64::ceil),
		function("round", Unary::Round, 0.0, f64::round_ties_even),
		function("trunc", Unary::Trunc, 0.0, f64::trunc),
	];

/// The bit patterns of the sampled test: every 4093rd (a prime, so that all exponents and low bits occur), and the
/// surroundings of every power of two, both zeros and infinities, the ends of the subnormal numbers, and every bound at which a
/// function changes from one formula to another.
pub fn sample() -> Vec<u32> {
	const BOUNDS: [f32; 24] = [
		0.2,
		0.25,
		0.3465736,
		0.414_213_57,
		0.5,
		0.625,
		f32::from_bits(0x3f35_04f4),
		0.921_875,
		1.0,
		core::f32::consts::SQRT_2,
		2.5,
		3.0,
		4.0,
		8.5,
		17.328_68,
		18.0,
		88.722_84,
		89.0,
		90.0,
		103.972_08,
		104.5,
		8192.0,
		65_536.0,
		16_777_216.0,
	];
	let mut bits: Vec<u32> = (0..=u32::MAX).step_by(4093).collect();
	let powers = (0..=255u32).map(|exponent| exponent << 23).chain((0..23).map(|i| 1 << i));
	for bound in powers.chain(BOUNDS.map(f32::to_bits)).chain([f32::NAN.to_bits()]) {
		for near in bound.saturating_sub(9)..=bound + 9 {
			bits.extend([near, near | (1 << 31)]);
		}
	}
	bits
}

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
	// The exponent from the bits, so that it is exact; the spacing there is a power of two.
	let exponent = (((place.to_bits() >> 52) & 0x7ff) as i64 - 1023).clamp(-126, 127);
	let per_unit = f64::from_bits(((1023 + 23 - exponent) as u64) << 52);
	let distance = (value - exact).abs();
	if distance.is_nan() { f64::INFINITY } else { distance * per_unit }
}

/// The largest error found, and the bits of the input where it is (the least of several).
#[derive(Clone, Copy)]
pub struct Worst {
	pub error: f64,
	pub at: u32,
}

impl Worst {
	pub const NONE: Self = Self { error: 0.0, at: 0 };

	pub fn or(self, other: Self) -> Self {
		let more = other.error > self.error || (other.error == self.error && other.at < self.at);
		if more { other } else { self }
	}
}

impl Function {
	/// The error of one result.
	pub fn error(&self, x: f32, found: f32) -> Worst {
		let exact = (self.reference)(f64::from(x));
		let place = if self.by_argument && f64::from(x).abs() > exact.abs() { f64::from(x) } else { exact };
		Worst { error: error_at(found, exact, place), at: x.to_bits() }
	}

	/// The bits of all results, NaN canonical, little-endian.
	pub fn outputs(&self, cpu: Cpu, x: &[f32]) -> Vec<u8> {
		let (mut y, mut bytes) = (vec![], vec![]);
		self.outputs_into(cpu, x, &mut y, &mut bytes);
		bytes
	}

	/// The same into `bytes`; `y` is scratch.
	pub fn outputs_into(&self, cpu: Cpu, x: &[f32], y: &mut Vec<f32>, bytes: &mut Vec<u8>) {
		y.resize(x.len(), 0.0);
		bytes.resize(4 * x.len(), 0);
		unary(cpu, self.op, x, y).expect("lengths are equal; qed");
		for (to, &v) in bytes.chunks_exact_mut(4).zip(&*y) {
			to.copy_from_slice(&canonical(v).to_bits().to_le_bytes());
		}
	}
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
	Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
