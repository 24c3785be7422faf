//! The two binary formats that kernels compute in, so that every definition is written once.
//!
//! Additions, products, comparisons and the like are the IEEE operations of the format. Functions that are not exactly
//! rounded are this crate's own in binary32 ([`crate::math`]), and those of the crate `libm` in binary64: portable
//! software, with the same bits wherever binary64 is.

use core::{
	fmt::Debug,
	ops::{Add, Div, Mul, Neg, Rem, Sub},
};

use crate::{
	elementwise::{BinaryPart, ComparePart, UnaryPart},
	fma::Fma,
	isa::Cpu,
	math,
	norm::{BatchNormPlanes, LayerNormRow, Moments},
	pool::PoolPlanes,
	reduce::{Columns, Gathered, Runs},
	softmax::{SoftmaxColumns, SoftmaxRun},
};

/// `f32` or `f64`.
///
/// Functions take the way to compute a fused multiply-add as a type parameter, see [`Fma`]; all ways give the same bits.
pub trait Real:
	Launch
	+ Copy
	+ Debug
	+ Default
	+ PartialOrd
	+ Send
	+ Sync
	+ From<f32>
	+ Neg<Output = Self>
	+ Add<Output = Self>
	+ Sub<Output = Self>
	+ Mul<Output = Self>
	+ Div<Output = Self>
	+ Rem<Output = Self>
	+ 'static
{
	/// An integer as wide as the format.
	type Key: Copy + Ord;

	/// The key of −∞, the least of all.
	const LEAST: Self::Key;
	/// +0.
	const ZERO: Self;
	/// 1.
	const ONE: Self;
	/// +∞.
	const INFINITY: Self;
	/// −∞.
	const NEG_INFINITY: Self;
	/// The canonical NaN: quiet, positive, empty payload.
	const NAN: Self;
	/// √2.
	const SQRT_2: Self;
	/// √(2/π).
	const SQRT_2_OVER_PI: Self;
	/// 0.044715.
	const GELU_CUBE: Self;
	/// Up to this magnitude `sin_near` and its kin are defined.
	const NEAR: Self;

	/// The nearest number, ties to even.
	fn from_f64(x: f64) -> Self;
	/// The same number in binary64.
	fn to_f64(self) -> f64;
	/// The nearest number to a count, ties to even.
	fn from_count(count: usize) -> Self;
	/// Itself, or the canonical NaN for any NaN.
	fn canonical(self) -> Self;
	/// An integer for each number, in the order of [`maximum`](Self::maximum): −0 is below +0, a NaN above everything.
	fn key(self) -> Self::Key;
	/// The number with this key.
	fn from_key(key: Self::Key) -> Self;
	/// Whether it is a NaN.
	fn is_nan(self) -> bool;
	/// Whether it is neither infinite nor a NaN.
	fn is_finite(self) -> bool;
	/// The magnitude.
	fn abs(self) -> Self;
	/// The magnitude with the sign of `sign`.
	fn copysign(self, sign: Self) -> Self;
	/// The square root, correctly rounded; −0 at −0, NaN below.
	fn sqrt(self) -> Self;
	/// The largest integer not above.
	fn floor(self) -> Self;
	/// The smallest integer not below.
	fn ceil(self) -> Self;
	/// The integer part.
	fn trunc(self) -> Self;
	/// The nearest integer, ties to even.
	fn round_half_even(self) -> Self;
	/// The greater of two numbers. A NaN wins over any number; +0 is greater than −0 (IEEE 754-2019 `maximum`).
	fn maximum(self, other: Self) -> Self;
	/// The lesser of two numbers. A NaN wins over any number; −0 is less than +0 (IEEE 754-2019 `minimum`).
	fn minimum(self, other: Self) -> Self;
	/// `self · b + c`, rounded once.
	fn fma<F: Fma>(self, b: Self, c: Self) -> Self;
	/// `self^y` with the special values of IEEE 754-2019, section 9.2.1.
	fn pow<F: Fma>(self, y: Self) -> Self;
	/// The angle of the point (`x`, `self`), in [−π, π].
	fn atan2<F: Fma>(self, x: Self) -> Self;
	/// e^x.
	fn exp<F: Fma>(self) -> Self;
	/// e^x − 1.
	fn expm1<F: Fma>(self) -> Self;
	/// The natural logarithm.
	fn log<F: Fma>(self) -> Self;
	/// ln(1 + x).
	fn log1p<F: Fma>(self) -> Self;
	/// The sine.
	fn sin<F: Fma>(self) -> Self;
	/// The cosine.
	fn cos<F: Fma>(self) -> Self;
	/// The tangent.
	fn tan<F: Fma>(self) -> Self;
	/// The sine up to [`NEAR`](Self::NEAR), in code that vectorises where there is such.
	fn sin_near<F: Fma>(self) -> Self;
	/// The cosine up to [`NEAR`](Self::NEAR).
	fn cos_near<F: Fma>(self) -> Self;
	/// The tangent up to [`NEAR`](Self::NEAR).
	fn tan_near<F: Fma>(self) -> Self;
	/// The sine beyond [`NEAR`](Self::NEAR), likewise.
	fn sin_far<F: Fma>(self) -> Self;
	/// The cosine beyond [`NEAR`](Self::NEAR).
	fn cos_far<F: Fma>(self) -> Self;
	/// The tangent beyond [`NEAR`](Self::NEAR).
	fn tan_far<F: Fma>(self) -> Self;
	/// The angle whose sine is x.
	fn asin<F: Fma>(self) -> Self;
	/// The angle whose cosine is x.
	fn acos<F: Fma>(self) -> Self;
	/// The angle whose tangent is x.
	fn atan<F: Fma>(self) -> Self;
	/// The hyperbolic sine.
	fn sinh<F: Fma>(self) -> Self;
	/// The hyperbolic cosine.
	fn cosh<F: Fma>(self) -> Self;
	/// The hyperbolic tangent.
	fn tanh<F: Fma>(self) -> Self;
	/// The inverse hyperbolic sine.
	fn asinh<F: Fma>(self) -> Self;
	/// The inverse hyperbolic cosine.
	fn acosh<F: Fma>(self) -> Self;
	/// The inverse hyperbolic tangent.
	fn atanh<F: Fma>(self) -> Self;
	/// The error function.
	fn erf<F: Fma>(self) -> Self;
}

/// What is exact or exactly rounded, and so the same text in both formats.
macro_rules! exact {
	($float:ident, $key:ident, libm: $sqrt:ident $floor:ident $ceil:ident $trunc:ident $rint:ident) => {
		type Key = $key;

		const LEAST: $key = $float::NEG_INFINITY.to_bits().cast_signed() ^ $key::MAX;
		const ZERO: Self = 0.0;
		const ONE: Self = 1.0;
		const INFINITY: Self = $float::INFINITY;
		const NEG_INFINITY: Self = $float::NEG_INFINITY;

		#[inline(always)]
		fn to_f64(self) -> f64 {
			self.into()
		}
		#[inline(always)]
		fn from_f64(x: f64) -> Self {
			(x as $float).canonical()
		}
		#[inline(always)]
		fn from_count(count: usize) -> Self {
			count as $float
		}
		#[inline(always)]
		fn canonical(self) -> Self {
			if self.is_nan() { Self::NAN } else { self }
		}
		#[inline(always)]
		fn key(self) -> $key {
			let bits = self.canonical().to_bits().cast_signed();
			// Negative numbers are stored by magnitude, which counts the other way.
			bits ^ ((bits >> ($key::BITS - 1)) & $key::MAX)
		}
		#[inline(always)]
		fn from_key(key: $key) -> Self {
			// The same again gives back what it was.
			$float::from_bits((key ^ ((key >> ($key::BITS - 1)) & $key::MAX)).cast_unsigned())
		}
		#[inline(always)]
		fn is_nan(self) -> bool {
			$float::is_nan(self)
		}
		#[inline(always)]
		fn is_finite(self) -> bool {
			$float::is_finite(self)
		}
		#[inline(always)]
		fn abs(self) -> Self {
			$float::abs(self)
		}
		#[inline(always)]
		fn copysign(self, sign: Self) -> Self {
			$float::copysign(self, sign)
		}
		exact! { @rounding $float, sqrt = sqrt $sqrt, floor = floor $floor, ceil = ceil $ceil, trunc = trunc $trunc,
			round_half_even = round_ties_even $rint }
		#[inline(always)]
		fn maximum(self, other: Self) -> Self {
			let equal = $float::from_bits(self.to_bits() & other.to_bits());
			// Two selections: the first is an instruction of its own.
			let number = if self > other { self } else { other };
			let number = if self == other { equal } else { number };
			if self.is_nan() { self } else { number }
		}
		#[inline(always)]
		fn minimum(self, other: Self) -> Self {
			let equal = $float::from_bits(self.to_bits() | other.to_bits());
			// Two selections: the first is an instruction of its own.
			let number = if self < other { self } else { other };
			let number = if self == other { equal } else { number };
			if self.is_nan() { self } else { number }
		}
	};
	(@rounding $float:ident, $($name:ident = $method:ident $libm:ident),*) => {
		$(
			#[inline(always)]
			fn $name(self) -> Self {
				#[cfg(feature = "std")]
				return $float::$method(self);
				#[cfg(not(feature = "std"))]
				libm::$libm(self)
			}
		)*
	};
}

/// Functions of one argument from one module, by the names there.
macro_rules! functions {
	(own: $($name:ident = $own:ident),* $(,)?) => {
		$(
			#[inline(always)]
			fn $name<F: Fma>(self) -> Self {
				math::$own::<F>(self)
			}
		)*
	};
	(libm: $($name:ident = $libm:ident),* $(,)?) => {
		$(
			#[inline(always)]
			fn $name<F: Fma>(self) -> Self {
				libm::$libm(self)
			}
		)*
	};
}

impl Real for f32 {
	exact! { f32, i32, libm: sqrtf floorf ceilf truncf rintf }

	const NAN: Self = f32::from_bits(crate::CANONICAL_NAN);
	const SQRT_2: Self = f32::from_bits(0x3fb5_04f3);
	const SQRT_2_OVER_PI: Self = f32::from_bits(0x3f4c_422a);
	const GELU_CUBE: Self = f32::from_bits(0x3d37_2713);
	const NEAR: Self = math::NEAR;

	#[inline(always)]
	fn fma<F: Fma>(self, b: Self, c: Self) -> Self {
		F::fma(self, b, c)
	}
	#[inline(always)]
	fn pow<F: Fma>(self, y: Self) -> Self {
		math::pow_with::<F>(self, y)
	}
	#[inline(always)]
	fn atan2<F: Fma>(self, x: Self) -> Self {
		math::atan2_with::<F>(self, x)
	}
	#[inline(always)]
	fn tan_near<F: Fma>(self) -> Self {
		math::sin_near::<F>(self) / math::cos_near::<F>(self)
	}
	#[inline(always)]
	fn tan_far<F: Fma>(self) -> Self {
		math::sin_far::<F>(self) / math::cos_far::<F>(self)
	}
	functions! { own:
		exp = exp_with, expm1 = expm1_with, log = log_with, log1p = log1p_with, sin = sin_with, cos = cos_with,
		tan = tan_with, sin_near = sin_near, cos_near = cos_near, sin_far = sin_far, cos_far = cos_far, asin = asin_with, acos = acos_with, atan = atan_with,
		sinh = sinh_with, cosh = cosh_with, tanh = tanh_with, asinh = asinh_with, acosh = acosh_with,
		atanh = atanh_with, erf = erf_with,
	}
}

impl Real for f64 {
	exact! { f64, i64, libm: sqrt floor ceil trunc rint }

	const NAN: Self = f64::from_bits(crate::CANONICAL_NAN_64);
	const SQRT_2: Self = core::f64::consts::SQRT_2;
	const SQRT_2_OVER_PI: Self = f64::from_bits(0x3fe9_8845_33d4_3651);
	const GELU_CUBE: Self = 0.044715;
	const NEAR: Self = f64::INFINITY;

	#[inline(always)]
	fn fma<F: Fma>(self, b: Self, c: Self) -> Self {
		F::fma64(self, b, c)
	}
	#[inline(always)]
	fn pow<F: Fma>(self, y: Self) -> Self {
		libm::pow(self, y)
	}
	#[inline(always)]
	fn atan2<F: Fma>(self, x: Self) -> Self {
		libm::atan2(self, x)
	}
	functions! { libm:
		exp = exp, expm1 = expm1, log = log, log1p = log1p, sin = sin, cos = cos, tan = tan, sin_near = sin,
		cos_near = cos, tan_near = tan, sin_far = sin, cos_far = cos, tan_far = tan, asin = asin, acos = acos, atan = atan, sinh = sinh, cosh = cosh, tanh = tanh,
		asinh = asinh, atanh = atanh, erf = erf,
	}
	/// That of `libm` answers some numbers far below 1.
	#[inline(always)]
	fn acosh<F: Fma>(self) -> Self {
		if self < 1.0 { Self::NAN } else { libm::acosh(self) }
	}
}

/// Entry points of the generic kernels, one for each format: so they are compiled in this crate once, and not in every
/// crate that calls them. Closed, as it cannot be named outside.
macro_rules! launch {
	($($name:ident($kernel:ty) $(-> $output:ty)?;)*) => {
		#[allow(missing_docs, reason = "one method per kernel, and only callable here")]
		pub trait Launch: Sized {
			$(fn $name(cpu: Cpu, kernel: $kernel) $(-> $output)?;)*
		}
		launch! { @impl f32: $($name($kernel) $(-> $output)?;)* }
		launch! { @impl f64: $($name($kernel) $(-> $output)?;)* }
	};
	(@impl $float:ident: $($name:ident($kernel:ty) $(-> $output:ty)?;)*) => {
		impl Launch for $float {
			$(fn $name(cpu: Cpu, kernel: $kernel) $(-> $output)? {
				cpu.run(kernel)
			})*
		}
	};
}

launch! {
	unary(UnaryPart<'_, Self>);
	binary(BinaryPart<'_, Self>);
	compare(ComparePart<'_, Self>);
	reduce_runs(Runs<'_, Self>);
	reduce_gathered(Gathered<'_, Self>);
	reduce_columns(Columns<'_, Self>);
	pool(PoolPlanes<'_, Self>);
	softmax(SoftmaxRun<'_, Self>);
	softmax_columns(SoftmaxColumns<'_, Self>);
	moments(Moments<'_, Self>) -> (Self, Self);
	layer_norm(LayerNormRow<'_, Self>);
	batch_norm(BatchNormPlanes<'_, Self>);
}
