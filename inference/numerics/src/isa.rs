//! Which instruction set and how many threads a kernel may use. Neither changes a bit of any result.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{
	finish::Finish,
	fma::{Baseline, Fma},
	matmul::kernel::{self, Tile, Transposition},
	simd::{Portable, Simd},
};

/// An instruction-set path through the kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
	/// The definition: one element at a time, fused multiply-add in software where the target lacks it.
	Scalar,
	/// Any x86-64: fused multiply-add in software, two lanes at a time.
	Sse2,
	/// x86-64 with AVX2 and FMA.
	Avx2,
	/// x86-64 with AVX-512 F, VL, DQ and BW.
	Avx512,
	/// aarch64 Advanced SIMD.
	Neon,
}

impl Isa {
	/// Every path, slowest first.
	pub const ALL: [Self; 5] = [Self::Scalar, Self::Sse2, Self::Neon, Self::Avx2, Self::Avx512];

	/// The name used in `ASSAY_ISA`.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Scalar => "scalar",
			Self::Sse2 => "sse2",
			Self::Avx2 => "avx2",
			Self::Avx512 => "avx512",
			Self::Neon => "neon",
		}
	}

	/// The path called `name`.
	pub fn from_name(name: &str) -> Option<Self> {
		Self::ALL.into_iter().find(|isa| isa.name() == name)
	}

	/// Whether this machine can run the path. Without the `std` feature only the scalar one.
	pub fn is_available(self) -> bool {
		match self {
			Self::Scalar => true,
			#[cfg(all(feature = "std", target_arch = "x86_64"))]
			Self::Sse2 => true,
			#[cfg(all(feature = "std", target_arch = "x86_64"))]
			Self::Avx2 => std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma"),
			#[cfg(all(feature = "std", target_arch = "x86_64"))]
			Self::Avx512 => {
				Self::Avx2.is_available()
					&& std::is_x86_feature_detected!("avx512f")
					&& std::is_x86_feature_detected!("avx512vl")
					&& std::is_x86_feature_detected!("avx512dq")
					&& std::is_x86_feature_detected!("avx512bw")
			}
			#[cfg(all(feature = "std", target_arch = "aarch64"))]
			Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
			#[allow(unreachable_patterns, reason = "which arms exist depends on the target")]
			_ => false,
		}
	}
}

impl fmt::Display for Isa {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}

/// Why no instruction set could be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IsaError {
	/// `ASSAY_ISA` names no path.
	Unknown(String),
	/// This machine, or this build, cannot run the path.
	Unsupported(Isa),
}

impl fmt::Display for IsaError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Unknown(name) => {
				write!(f, "ASSAY_ISA is {name:?}, which is no instruction set; use one of")?
			}
			Self::Unsupported(isa) => {
				write!(f, "the instruction set {isa} is not available on this machine; use one of")?
			}
		}
		for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
			write!(f, " {isa}")?;
		}
		f.write_str(", or leave ASSAY_ISA unset")
	}
}

impl core::error::Error for IsaError {}

/// An instruction set this machine has, and whether to use threads: the first argument of every kernel.
///
/// Only obtainable through a check, which is what makes calling the vector kernels sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu {
	isa: Isa,
	threads: bool,
}

impl Cpu {
	/// The definition, on the calling thread.
	pub const fn scalar() -> Self {
		Self { isa: Isa::Scalar, threads: false }
	}

	/// The best path of this machine, whatever `ASSAY_ISA` says, on all threads of the current rayon pool.
	pub fn detect() -> Self {
		let best = Isa::ALL.into_iter().rfind(|isa| isa.is_available());
		Self { isa: best.unwrap_or(Isa::Scalar), threads: true }
	}

	/// The given path, on all threads of the current rayon pool.
	pub fn with_isa(isa: Isa) -> Result<Self, IsaError> {
		if isa.is_available() { Ok(Self { isa, threads: true }) } else { Err(IsaError::Unsupported(isa)) }
	}

	/// Every path this machine has, each on all threads.
	pub fn available() -> Vec<Self> {
		Isa::ALL.into_iter().filter_map(|isa| Self::with_isa(isa).ok()).collect()
	}

	/// The instruction set.
	pub const fn isa(self) -> Isa {
		self.isa
	}

	/// The same instruction set, on the calling thread only.
	pub const fn single_threaded(self) -> Self {
		Self { threads: false, ..self }
	}

	/// How many threads a kernel may use.
	pub(crate) fn threads(self) -> usize {
		#[cfg(feature = "std")]
		if self.threads {
			return rayon::current_num_threads();
		}
		1
	}

	/// Runs `kernel` compiled for this instruction set.
	#[inline]
	pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
		match self.isa {
			#[cfg(all(feature = "std", target_arch = "x86_64"))]
			// SAFETY: a `Cpu` with this path exists only where `is_available` found the features.
			Isa::Avx2 => unsafe { x86::avx2(kernel) },
			#[cfg(all(feature = "std", target_arch = "x86_64"))]
			// SAFETY: as above.
			Isa::Avx512 => unsafe { x86::avx512(kernel) },
			#[cfg(all(feature = "std", target_arch = "x86_64"))]
			Isa::Sse2 => kernel.run::<sse2::Sse2>(),
			#[cfg(all(feature = "std", target_arch = "aarch64"))]
			Isa::Neon => kernel.run::<neon::Neon>(),
			_ => kernel.run::<Scalar>(),
		}
	}
}

/// Work written once and compiled for every instruction set. `run` and what it calls must be `#[inline(always)]`: only
/// what is inlined into the function that enables the instructions can use them.
pub(crate) trait Kernel {
	type Output;
	fn run<A: Arch>(self) -> Self::Output;
}

/// An instruction set as the kernels see it: a fused multiply-add for scalar loops (which the compiler vectorises) and the
/// inner loops of the matrix product. `Kernel::run` is only ever called with one the machine has.
pub(crate) trait Arch: Fma {
	type Vector: Simd;

	/// [`kernel::compute`], a function of its own so that it is compiled once for all products.
	///
	/// # Safety
	///
	/// The machine has the instruction set, and as there.
	unsafe fn tile(tile: &Tile) {
		// SAFETY: the caller's condition.
		unsafe { kernel::compute::<Self::Vector>(tile) }
	}

	/// [`kernel::transpose`].
	///
	/// # Safety
	///
	/// The machine has the instruction set, and as there.
	unsafe fn transpose(blocks: &Transposition) {
		// SAFETY: the caller's condition.
		unsafe { kernel::transpose::<Self::Vector>(blocks) }
	}

	/// [`Finish::compute`].
	///
	/// # Safety
	///
	/// The machine has the instruction set.
	unsafe fn finish(finish: &Finish<'_>, x: &mut [f32]) {
		finish.compute::<Self>(x);
	}
}

/// [`Isa::Scalar`].
#[derive(Clone, Copy)]
struct Scalar;

impl Fma for Scalar {
	#[inline(always)]
	fn fma(a: f32, b: f32, c: f32) -> f32 {
		Baseline::fma(a, b, c)
	}
	#[inline(always)]
	fn fma64(a: f64, b: f64, c: f64) -> f64 {
		Baseline::fma64(a, b, c)
	}
}

impl Arch for Scalar {
	type Vector = Portable;
}

#[cfg(all(feature = "std", target_arch = "aarch64"))]
mod neon {
	use super::Arch;
	use crate::fma::Fma;

	#[derive(Clone, Copy)]
	pub(super) struct Neon;

	impl Fma for Neon {
		#[inline(always)]
		fn fma(a: f32, b: f32, c: f32) -> f32 {
			a.mul_add(b, c)
		}
		#[inline(always)]
		fn fma64(a: f64, b: f64, c: f64) -> f64 {
			a.mul_add(b, c)
		}
	}

	impl Arch for Neon {
		type Vector = core::arch::aarch64::float32x4_t;
	}
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod sse2 {
	use super::Arch;
	use crate::{
		fma::{Baseline, Fma},
		simd::sse2,
	};

	/// [`Isa::Sse2`](super::Isa::Sse2).
	#[derive(Clone, Copy)]
	pub(super) struct Sse2;

	impl Fma for Sse2 {
		#[inline(always)]
		fn fma(a: f32, b: f32, c: f32) -> f32 {
			Baseline::fma(a, b, c)
		}
		#[inline(always)]
		fn fma64(a: f64, b: f64, c: f64) -> f64 {
			Baseline::fma64(a, b, c)
		}
	}

	impl Arch for Sse2 {
		type Vector = sse2::Sse2;
	}
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod x86 {
	use core::arch::x86_64::{__m256, __m512};

	use super::{Arch, Kernel};
	use crate::{
		finish::Finish,
		fma::Fma,
		matmul::kernel::{self, Tile, Transposition},
	};

	macro_rules! arch {
		($name:ident, $vector:ty, $enter:ident, $tile:ident, $transpose:ident, $finish:ident, $features:literal) => {
			#[derive(Clone, Copy)]
			pub(super) struct $name;

			impl Fma for $name {
				#[inline(always)]
				fn fma(a: f32, b: f32, c: f32) -> f32 {
					a.mul_add(b, c)
				}
				#[inline(always)]
				fn fma64(a: f64, b: f64, c: f64) -> f64 {
					a.mul_add(b, c)
				}
			}

			impl Arch for $name {
				type Vector = $vector;

				unsafe fn tile(tile: &Tile) {
					// SAFETY: the caller's conditions.
					unsafe { $tile(tile) }
				}

				unsafe fn transpose(blocks: &Transposition) {
					// SAFETY: the caller's conditions.
					unsafe { $transpose(blocks) }
				}

				unsafe fn finish(finish: &Finish<'_>, x: &mut [f32]) {
					// SAFETY: the caller's condition.
					unsafe { $finish(finish, x) }
				}
			}

			#[target_feature(enable = $features)]
			unsafe fn $tile(tile: &Tile) {
				// SAFETY: the caller's conditions.
				unsafe { kernel::compute::<$vector>(tile) }
			}

			#[target_feature(enable = $features)]
			unsafe fn $transpose(blocks: &Transposition) {
				// SAFETY: the caller's conditions.
				unsafe { kernel::transpose::<$vector>(blocks) }
			}

			#[target_feature(enable = $features)]
			fn $finish(finish: &Finish<'_>, x: &mut [f32]) {
				finish.compute::<$name>(x);
			}

			#[target_feature(enable = $features)]
			pub(super) fn $enter<K: Kernel>(kernel: K) -> K::Output {
				kernel.run::<$name>()
			}
		};
	}

	arch!(Avx2, __m256, avx2, avx2_tile, avx2_transpose, avx2_finish, "avx2,fma");
	arch!(
		Avx512,
		__m512,
		avx512,
		avx512_tile,
		avx512_transpose,
		avx512_finish,
		"avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"
	);
}

/// What kernels of this process should use: `ASSAY_ISA` (`scalar`, `sse2`, `neon`, `avx2` or `avx512`; read once) or, where it
/// is unset or empty, the best path of this machine; on all threads of the current rayon pool.
///
/// Call it when a process starts, to refuse a bad setting; afterwards it is as cheap as reading a variable.
#[cfg(feature = "std")]
pub fn select() -> Result<Cpu, IsaError> {
	use std::sync::OnceLock;
	static SELECTED: OnceLock<Result<Cpu, IsaError>> = OnceLock::new();
	SELECTED.get_or_init(|| from_setting(std::env::var_os("ASSAY_ISA"))).clone()
}

#[cfg(feature = "std")]
fn from_setting(setting: Option<std::ffi::OsString>) -> Result<Cpu, IsaError> {
	let Some(setting) = setting.filter(|s| !s.is_empty()) else { return Ok(Cpu::detect()) };
	let name = setting.to_string_lossy();
	Cpu::with_isa(Isa::from_name(&name).ok_or_else(|| IsaError::Unknown(name.into_owned()))?)
}

/// Without the `std` feature there is nothing to detect with: the definition itself.
#[cfg(not(feature = "std"))]
pub fn select() -> Result<Cpu, IsaError> {
	Ok(Cpu::scalar())
}

#[cfg(all(test, feature = "std"))]
mod tests {
	use super::*;

	#[test]
	fn setting_should_force_a_path_and_default_to_the_best() {
		assert_eq!(from_setting(Some("scalar".into())).map(Cpu::isa), Ok(Isa::Scalar));
		assert_eq!(from_setting(None), Ok(Cpu::detect()));
		assert_eq!(from_setting(Some("".into())), Ok(Cpu::detect()));
	}

	#[test]
	fn setting_should_be_refused_when_unknown_or_unsupported() {
		let unknown = from_setting(Some("avx9000".into())).unwrap_err();
		assert_eq!(unknown, IsaError::Unknown("avx9000".into()));
		assert!(unknown.to_string().contains("scalar"), "the message should offer what works: {unknown}");
		let foreign = if cfg!(target_arch = "aarch64") { Isa::Avx2 } else { Isa::Neon };
		assert_eq!(from_setting(Some(foreign.name().into())), Err(IsaError::Unsupported(foreign)));
	}
}
