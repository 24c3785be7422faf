//! strict-f32: kernels whose results are the same bits on every machine.
//!
//! Every result is *defined*: which operations, in which order, each rounded once. The scalar code here is that
//! definition (in prose: `docs/numeric-profile.md`); vector and threaded code only computes several results at once and
//! never reorders what makes up one result. Tests hold the two together bit for bit.
//!
//! Tensors are contiguous row-major slices with explicit shapes. Kernels take a [`Cpu`], a checked choice of instruction
//! set and threads, from [`select`].
//!
//! NaN payloads of results are not defined: [`canonical_nan`] makes them so, before bits are looked at.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod cast;
pub mod environment;
pub mod fma;
pub mod math;
pub mod philox;
pub mod random;
pub mod signal;

mod blocks;
mod conv;
mod determinant;
mod elementwise;
mod error;
mod finish;
mod isa;
mod matmul;
mod nan;
mod norm;
mod overlap;
mod parallel;
mod pool;
mod real;
mod reduce;
mod resize;
mod roi;
mod sample;
mod scan;
mod simd;
mod softmax;

pub use conv::{
	Conv, ConvKind, ConvTranspose, ConvWeight, PackedConv, Window, conv, conv_f64, conv_packed, conv_to_vec,
	conv_transpose, conv_transpose_f64, conv_transpose_packed,
};
pub use determinant::determinant;
pub use elementwise::{
	Binary, Comparison, Unary, binary, binary_same, binary_scalar, broadcast_map, broadcast_shape, compare,
	unary, unary_in_place,
};
pub use error::ShapeError;
pub use finish::{Operand, Side, Simple, Step, finish, finish_to_vec};
pub use isa::{Cpu, Isa, IsaError, select};
pub use matmul::{
	BLOCK, MatMul, PackedMatrix, Strides, batch_offsets, dot, matmul, matmul_batched, matmul_batched_f64,
	matmul_batched_to_vec, matmul_i32, matmul_packed, matmul_packed_to_vec,
};
pub use nan::{CANONICAL_NAN, CANONICAL_NAN_64, canonical, canonical_nan};
pub use norm::{BatchNorm, batch_norm, batch_norm_factor, layer_norm};
pub use overlap::Box2;
pub use parallel::on_pool;
pub use pool::{Pool, average_pool, max_pool};
pub use real::Real;
pub use reduce::{ArgReduction, Reduction, arg_reduce, reduce, sum};
pub use resize::{Filter, Resampling, Weights, resample};
pub use roi::{Extent, RoiGrid, RoiMode, RoiScale, roi_align, roi_bins};
pub use sample::{Axis, Interpolation, MAX_TAPS, Padding, Tap, Taps, interpolate};
pub use scan::{Scan, scan};
pub use softmax::{log_softmax, softmax};
