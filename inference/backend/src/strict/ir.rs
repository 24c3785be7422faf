//! Handles for Burn's intermediate representation. Burn's own tensors choose among the backends that Burn comes with; to run
//! a module on another one, record its operations with Burn's capture device and let `burn_router::TensorInterpreter`
//! execute them here, as `tests/modules.rs` does.

use burn_ir::{BackendIr, HandleKind, TensorHandle};

use super::{Bool, Float, Int, Quantized, Strict, values::refuse};

/// Methods that take a tensor of one kind out of a handle, and those that put it in.
macro_rules! handles {
	($($take:ident, $put:ident: $kind:ident($ty:ty);)+) => {
		$(
			fn $take(handle: TensorHandle<Self::Handle>) -> $ty {
				match handle.handle {
					HandleKind::$kind(tensor) => tensor,
					other => refuse(stringify!($take), format!("the handle is that of a {} tensor", other.name())),
				}
			}

			fn $put(tensor: $ty) -> Self::Handle {
				HandleKind::$kind(tensor)
			}
		)+
	};
}

impl BackendIr for Strict {
	type Handle = HandleKind<Self>;

	handles! {
		float_tensor, float_tensor_handle: Float(Float);
		int_tensor, int_tensor_handle: Int(Int);
		bool_tensor, bool_tensor_handle: Bool(Bool);
		quantized_tensor, quantized_tensor_handle: Quantized(Quantized);
	}
}
