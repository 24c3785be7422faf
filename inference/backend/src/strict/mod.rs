//! [`Strict`]: a Burn backend whose results are the same bits on every machine.
//!
//! One file per family of operators. A method is either listed in a `delegate!` block, and then it is that of
//! [`Flex`], or it is defined here in terms of [`assay_numerics`], or it is absent, and then Burn's default builds it
//! from methods of the first two kinds.

mod activation;
mod bool;
mod delegate;
mod distributed;
pub(crate) mod finish;
pub(crate) mod float;
mod int;
mod ir;
pub(crate) mod module;
mod quantized;
mod random;
mod sort;
pub(crate) mod values;

use burn_backend::{
	Backend, BackendTypes, DType, DTypeUsage, DTypeUsageSet, ExecutionError, GraphUnsupported,
	tensor::{BoolTensor, FloatTensor, IntTensor, QuantizedTensor},
};
use burn_flex::{Flex, FlexDevice, FlexQTensor, FlexTensor};

// Short names for the long tables of methods.
type Float = FloatTensor<Strict>;
type Int = IntTensor<Strict>;
type Bool = BoolTensor<Strict>;
type Quantized = QuantizedTensor<Strict>;

/// A Burn backend that computes floats as profile `strict-f32` defines them.
///
/// Tensors are those of [`Flex`]: one layout, reference-counted storage, views without copies. Moving elements,
/// integers, booleans and quantised storage are Flex's too. Every float operation that rounds is computed by
/// [`assay_numerics`], so the result depends neither on the processor nor on the number of threads.
///
/// # Element types
///
/// `f32` is computed. `f16` and `bf16` are widened, computed in `f32`, and rounded once. `f64` can be stored, moved,
/// compared and cast, but not computed with: such an operation panics, as does every other one that cannot be
/// answered reproducibly. `Strict` never answers with bits that another machine might not get.
///
/// # Modules
///
/// Those of `burn-nn` run too: recorded with Burn's capture device, as Burn's `Tensor` knows only the backends that come with
/// Burn, and executed here through [`burn_ir::BackendIr`].
///
/// # Random numbers
///
/// Come from Philox4x32-10, per thread, after [`Backend::seed`] on that thread; drawing without a seed panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strict;

impl BackendTypes for Strict {
	type Device = FlexDevice;
	type FloatTensorPrimitive = FlexTensor;
	type IntTensorPrimitive = FlexTensor;
	type BoolTensorPrimitive = FlexTensor;
	type QuantizedTensorPrimitive = FlexQTensor;
	type GraphPrimitive = GraphUnsupported;
}

impl Backend for Strict {
	fn name(_device: &FlexDevice) -> String {
		crate::PROFILE.into()
	}

	fn seed(_device: &FlexDevice, seed: u64) {
		random::seed(seed);
	}

	fn dtype_usage(device: &FlexDevice, dtype: DType) -> DTypeUsageSet {
		match dtype {
			DType::F64 => DTypeUsage::Storage.into(),
			_ => Flex::dtype_usage(device, dtype),
		}
	}

	fn device_count(type_id: u16) -> usize {
		Flex::device_count(type_id)
	}

	fn flush(_device: &FlexDevice) -> Result<(), ExecutionError> {
		Ok(())
	}
}
