//! ONNX bytes to a checked graph, metering, and an executor over tensor operations.
//!
//! ```text
//! bytes ── Model::decode ──▶ Model ── Executor::new(model, ops) ──▶ Executor ── run(inputs, budget) ──▶ Run
//!          limits, checks                constants to the backend               metering, kernels
//! ```
//!
//! - [`Model::decode`] takes bytes from anybody. It never panics, allocates within [`Limits`], and says what is wrong.
//! - [`TensorOps`] is what a backend provides. [`SliceOps`] is the reference: plain slices over [`assay_numerics`], which
//!   defines the bits of every result. It runs wherever `core` and `alloc` do, a blockchain's runtime included.
//! - [`Executor::run`] interprets the graph as it is written. What it costs is known before it happens ([`metering`]), and
//!   every way to fail but a backend's own is the same on every machine ([`ExecError`]).
//! - [`onnx`] has the file format's messages, for tools that write models.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod cast;
pub mod codes;
mod control;
mod decode;
mod dtype;
mod error;
mod execute;
pub mod limits;
pub mod metering;
mod model;
pub mod onnx;
mod operators;
mod ops;
mod slice_ops;
mod tensor;
mod weights;
mod wire;

pub use dtype::DType;
pub use error::{
	AttributeError, BlockProblem, DecodeError, Feature, LimitKind, NodeProblem, NodeRef, ValueProblem,
};
pub use execute::{ExecError, Executor, InputError, Run, RunOptions};
pub use limits::Limits;
pub use metering::Budget;
pub use model::{Dim, Model, Node, ValueDecl};
pub use operators::supported as supported_operators;
pub use ops::{
	ArgReduction, AxisSlice, BatchNormParams, Binary, Comparison, ConvParams, ConvTransposeParams,
	GemmParams, KernelError, Logical, PadMode, PoolParams, Reduction, Side, TensorOps, Then, Unary,
	WeightRole, one_by_one,
};
pub use slice_ops::{SliceOps, SliceTensor};
pub use tensor::{Element, HostTensor, TensorData, TensorError, TensorSpec};
pub use weights::PackedWeight;
