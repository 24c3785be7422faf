//! `Strict`: a Burn backend with the bits of `strict-f32`, and ONNX operators on any Burn backend.
//!
//! - [`Strict`] implements [`burn_backend::Backend`], so that whatever is written against Burn computes the same bits on
//!   every machine.
//! - [`BurnOps`] runs the graphs of [`assay_graph`] on a Burn backend. [`StrictOps`] is what answers requests; a stock
//!   backend such as [`burn_flex::Flex`] can take its place in comparisons.
//!
//! ```
//! use assay_backend::Strict;
//! use assay_numerics::{Cpu, softmax};
//! use burn_backend::{TensorData, ops::{ActivationOps, FloatTensorOps}};
//!
//! let x = [0.5f32, -1.0, 2.0];
//! let tensor = Strict::float_from_data(TensorData::new(x.to_vec(), [1, 3]), &Default::default());
//! let probabilities = Strict::softmax(tensor, 1).into_data().try_into_vec::<f32>().unwrap();
//!
//! let mut definition = [0.0; 3];
//! softmax(Cpu::scalar(), &[1, 3], 1, &x, &mut definition).unwrap();
//! assert_eq!(probabilities, definition);
//! ```

mod executor;
mod onnx;
mod strict;

pub use executor::StrictExecutor;
pub use onnx::{BurnOps, BurnTensor, OnnxBackend};
pub use strict::Strict;

/// The operations of a graph with the bits of `strict-f32`.
pub type StrictOps = BurnOps<Strict>;

/// Name and version of the numeric profile that [`Strict`] computes.
pub const PROFILE: &str = "strict-f32/1";

/// One line for people: backend, numeric profile, and the instruction set its kernels use here, or why none can be.
///
/// # Example
///
/// `burn 0.22 backend strict-f32/1, kernels avx512`
pub fn describe() -> String {
	match assay_numerics::select() {
		Ok(cpu) => format!("burn 0.22 backend {PROFILE}, kernels {}", cpu.isa()),
		Err(error) => format!("burn 0.22 backend {PROFILE}, kernels unavailable: {error}"),
	}
}
