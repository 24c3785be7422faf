//! `CumSum` and `CumProd`: running sums and products along an axis.

use alloc::{vec, vec::Vec};

use assay_numerics::Scan;

use super::{
	NodeContext, Operator,
	combine::Combine,
	host::{HostFamily, HostInputs, Split, tensor, with_types},
	plan::{self, Inputs, Plan, Reason},
};
use crate::{
	error::{AttributeError, wrong_dtype},
	metering::MOVE,
	ops::KernelError,
	tensor::HostTensor,
};

/// A running sum or product.
#[derive(Clone, Debug)]
pub(crate) struct Cumulative {
	product: bool,
	exclusive: bool,
	reverse: bool,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let product = node.op_type == "CumProd";
	let exclusive = node.attributes.flag("exclusive", false)?;
	Ok(Cumulative { product, exclusive, reverse: node.attributes.flag("reverse", false)? }.into())
}

impl HostFamily for Cumulative {
	type Call = Scan;

	const HOST_INPUTS: &'static [usize] = &[1];
	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Scan>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_real() && !x.dtype.is_integer() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a number")));
		}
		let Some(&[axis]) = inputs.ints(1)?.as_deref() else {
			return Err("the axis must be one integer".into());
		};
		let Split { outer, len, inner } = Split::new(&x.shape, plan::axis(axis, x.shape.len())?);
		let scan = Scan { shape: [outer, len, inner], exclusive: self.exclusive, reverse: self.reverse };
		Ok(Plan::per_element(x.clone(), MOVE, scan))
	}

	fn compute(&self, scan: Scan, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.get(0)?;
		with_types!(x.data(), [F32 F64 I8 I16 I32 I64 U8 U16 U32 U64], values => {
			Ok(vec![tensor(x.shape(), self.scan(&scan, values))?])
		})
	}
}

impl Cumulative {
	fn scan<E: Combine>(&self, scan: &Scan, x: &[E]) -> Vec<E> {
		let mut out = x.to_vec();
		if self.product {
			assay_numerics::scan(scan, E::ONE, E::mul, x, &mut out);
		} else {
			assay_numerics::scan(scan, E::default(), E::add, x, &mut out);
		}
		out
	}
}
