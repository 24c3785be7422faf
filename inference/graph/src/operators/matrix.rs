//! `Trilu`, `EyeLike` and `Det`: operators on the last two dimensions as matrices.

use alloc::{format, vec, vec::Vec};

use assay_numerics::{Real, determinant};

use super::{
	Family, NodeContext, Operator,
	host::{HostFamily, HostInputs, tensor, with_types},
	plan::{Inputs, Plan, Reason, Tensors},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE},
	ops::{KernelError, TensorOps},
	tensor::{Element, HostTensor, TensorSpec},
};

/// The last two dimensions, and those before.
fn matrices(shape: &[usize]) -> Result<(&[usize], [usize; 2]), Reason> {
	match shape.split_last_chunk() {
		Some((outer, &matrix)) => Ok((outer, matrix)),
		None => Err(Reason(format!("the input must have at least two dimensions, found shape {shape:?}"))),
	}
}

/// Row-major truth values of a matrix: what holds for column less row.
fn by_diagonal([rows, columns]: [usize; 2], holds: impl Fn(i64) -> bool) -> Vec<bool> {
	(0..rows as i64).flat_map(|row| (0..columns as i64).map(move |column| column - row)).map(holds).collect()
}

/// `Trilu`: the upper or lower triangle, zeros elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Trilu {
	upper: bool,
}

pub(crate) fn parse_trilu(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Trilu { upper: node.attributes.flag("upper", true)? }.into())
}

impl Family for Trilu {
	/// The matrix, and the diagonal at which the triangle begins.
	type Call = ([usize; 2], i64);

	const HOST_INPUTS: &'static [usize] = &[1];
	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		let (_, matrix) = matrices(&x.shape)?;
		let k = match inputs.ints(1)?.as_deref() {
			None => 0,
			Some(&[k]) => k,
			Some(_) => return Err("k must be one integer".into()),
		};
		let mut plan = Plan::per_element(x.clone(), MOVE, (matrix, k));
		plan.scratch = metering::elements(&matrix);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		(matrix, k): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let x = inputs.get(0)?;
		let kept = by_diagonal(matrix, |diagonal| if self.upper { diagonal >= k } else { diagonal <= k });
		let kept = ops.from_host(tensor(&matrix, kept)?)?;
		let zero = ops.cast(&ops.from_host(HostTensor::scalar(false))?, ops.spec(x).dtype)?;
		Ok(vec![ops.select(&kept, x, &zero)?])
	}
}

/// `EyeLike`: ones on a diagonal, of the shape and, unless told otherwise, the type of the input.
#[derive(Clone, Debug)]
pub(crate) struct EyeLike {
	k: i64,
	dtype: Option<DType>,
}

pub(crate) fn parse_eye_like(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let k = node.attributes.int("k")?.unwrap_or(0);
	let number = node.attributes.int("dtype")?;
	let dtype = number
		.map(|number| i32::try_from(number).ok().and_then(DType::from_onnx))
		.map(|dtype| dtype.ok_or_else(|| NodeContext::bad("dtype", "is not a supported element type")));
	Ok(EyeLike { k, dtype: dtype.transpose()? }.into())
}

impl Family for EyeLike {
	/// The shape and the type.
	type Call = ([usize; 2], DType);

	const WIDENS: bool = false;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		let &[rows, columns] = x.shape.as_slice() else {
			return Err(Reason(format!("the input must have two dimensions, found shape {:?}", x.shape)));
		};
		let dtype = self.dtype.unwrap_or(x.dtype);
		let mut plan =
			Plan::per_element(TensorSpec::new(dtype, x.shape.clone()), MOVE, ([rows, columns], dtype));
		plan.scratch = metering::elements(&x.shape);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		(shape, dtype): Self::Call,
		ops: &T,
		_: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let ones = ops.from_host(tensor(&shape, by_diagonal(shape, |diagonal| diagonal == self.k))?)?;
		Ok(vec![ops.cast(&ones, dtype)?])
	}
}

/// `Det`: the determinant of square matrices.
#[derive(Clone, Debug)]
pub(crate) struct Det;

pub(crate) fn parse_det(_: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Det.into())
}

impl HostFamily for Det {
	/// Rows, and the shape of the output.
	type Call = (usize, Vec<usize>);

	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let x = inputs.spec(0)?;
		if !x.dtype.is_real() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a float")));
		}
		let (outer, [rows, columns]) = matrices(&x.shape)?;
		if rows != columns {
			return Err(Reason(format!(
				"the matrices must be square, found {rows} rows and {columns} columns"
			)));
		}
		// Every element meets every pivot, at most.
		let work = metering::elements(&x.shape).saturating_mul(rows as u64 + 1).saturating_mul(ARITHMETIC);
		Ok(Plan::new(TensorSpec::new(x.dtype, outer), work.saturating_add(MOVE), (rows, outer.to_vec())))
	}

	fn compute(
		&self,
		(n, shape): Self::Call,
		mut inputs: HostInputs,
	) -> Result<Vec<HostTensor>, KernelError> {
		fn each<E: Real + Element>(
			mut x: Vec<E>,
			n: usize,
			shape: &[usize],
		) -> Result<HostTensor, KernelError> {
			if n == 0 {
				return tensor(shape, vec![E::ONE; super::host::count(shape)?]);
			}
			tensor(shape, x.chunks_exact_mut(n * n).map(|matrix| determinant(n, matrix)).collect())
		}
		let (_, data) = inputs.take(0)?.into_parts();
		with_types!(data, [F32 F64], values => Ok(vec![each(values, n, &shape)?]))
	}
}
