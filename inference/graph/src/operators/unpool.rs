//! `MaxUnpool` and `Col2Im`: windows put back where they came from.

use alloc::{format, vec, vec::Vec};

use super::{
	NodeContext, Operator,
	combine::{Combination, Combine, combines, scatter},
	host::{
		Counter, HostFamily, HostInputs, count, indices, position, strides, table_bytes, tensor, with_types,
	},
	plan::{Inputs, Plan, Reason, dim, dim_product},
	spatial::{Spatial, Windows},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, MOVE},
	ops::KernelError,
	tensor::{HostTensor, TensorSpec},
};

/// `MaxUnpool`: maxima at the places they had before pooling, zeros elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct MaxUnpool {
	kernel: Vec<usize>,
	spatial: Spatial,
}

pub(crate) fn parse_max_unpool(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let spatial = Spatial::parse(&mut node.attributes)?;
	let kernel = spatial.kernel.clone().ok_or(AttributeError::Missing("kernel_shape"))?;
	Ok(MaxUnpool { kernel, spatial }.into())
}

impl HostFamily for MaxUnpool {
	/// The shape that the indices count in, and that of the output, which has it at its beginning.
	type Call = (Vec<usize>, Vec<usize>);

	const HOST_INPUTS: &'static [usize] = &[2];
	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let (x, places) = (inputs.spec(0)?, inputs.spec(1)?);
		if !x.dtype.is_real() {
			return Err(Reason(wrong_dtype("the input", x.dtype, "a float")));
		}
		if places.dtype != DType::I64 || places.shape != x.shape {
			return Err(Reason(format!("the indices must be int64 of shape {:?}, found {places}", x.shape)));
		}
		let (outer, spatial) =
			x.shape.split_at_checked(2).ok_or("the input has no batch and channel dimensions")?;
		if spatial.len() != self.kernel.len() {
			return Err(Reason(format!("kernel_shape {:?} does not fit shape {:?}", self.kernel, x.shape)));
		}
		let Windows { strides, pads_begin, pads_end, .. } = self.spatial.explicit(spatial.len())?;
		let mut counted = outer.to_vec();
		for ((((&dim, &kernel), stride), begin), end) in
			spatial.iter().zip(&self.kernel).zip(strides).zip(pads_begin).zip(pads_end)
		{
			let size = dim.saturating_sub(1).saturating_mul(stride).saturating_add(kernel);
			let size =
				size.checked_sub(begin.saturating_add(end)).ok_or("the pads are larger than the output")?;
			counted.push(size);
		}
		let shape = match inputs.ints(2)? {
			None => counted.clone(),
			Some(sizes) => sizes.into_iter().map(dim).collect::<Result<Vec<_>, _>>()?,
		};
		if shape.len() != counted.len() || shape.iter().zip(&counted).any(|(dim, counted)| dim < counted) {
			return Err(Reason(format!("an output of shape {shape:?} has no room for {counted:?}")));
		}
		let mut plan = Plan::per_element(TensorSpec::new(x.dtype, shape.clone()), MOVE, (counted, shape));
		plan.work = plan.work.saturating_add(metering::elements(&x.shape).saturating_mul(2 * MOVE));
		// Addresses, and the zeros as `bool` before they have their type.
		let zeros = plan.outputs.first().map_or(0, |output| metering::elements(&output.shape));
		plan.scratch = table_bytes(metering::elements(&x.shape)).saturating_mul(2).saturating_add(zeros);
		Ok(plan)
	}

	fn compute(
		&self,
		(counted, shape): Self::Call,
		inputs: HostInputs,
	) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.get(0)?;
		let (inner, outer) = (strides(&counted), strides(&shape));
		let len = count(&counted)?;
		let addresses = indices(inputs.get(1)?)?
			.into_iter()
			.map(|index| {
				let at = position(index, len)?;
				let places = inner.iter().zip(&counted).zip(&outer);
				Ok(places.map(|((&step, &dim), &to)| at / step.max(1) % dim.max(1) * to).sum())
			})
			.collect::<Result<Vec<usize>, KernelError>>()?;
		let zeros = HostTensor::from_vec(shape.as_slice(), vec![false; count(&shape)?])?.cast(x.dtype());
		Ok(vec![scatter(Combination::Replace, zeros, &addresses, 1, x)?])
	}
}

/// `Col2Im`: columns of blocks added up to an image.
#[derive(Clone, Debug)]
pub(crate) struct Col2Im {
	spatial: Spatial,
}

pub(crate) fn parse_col2im(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(Col2Im { spatial: Spatial::parse(&mut node.attributes)? }.into())
}

/// How columns lie in an image.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Columns {
	/// The images' batch and channels together.
	planes: usize,
	image: Vec<usize>,
	block: Vec<usize>,
	/// Positions of a block along each axis.
	positions: Vec<usize>,
	windows: Windows,
	output: Vec<usize>,
}

impl HostFamily for Col2Im {
	type Call = Columns;

	const HOST_INPUTS: &'static [usize] = &[1, 2];
	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Columns>, Reason> {
		let x = inputs.spec(0)?;
		if !combines(x.dtype) {
			return Err(Reason(wrong_dtype("the columns", x.dtype, "a number or bool")));
		}
		let sizes = |index: usize| -> Result<Vec<usize>, Reason> {
			inputs.ints(index)?.unwrap_or_default().into_iter().map(dim).collect()
		};
		let (image, block) = (sizes(1)?, sizes(2)?);
		let unfit = || {
			Reason(format!("columns of shape {:?} do not make images {image:?} of blocks {block:?}", x.shape))
		};
		let &[batch, rows, length] = x.shape.as_slice() else { return Err(unfit()) };
		if image.len() != block.len() || block.contains(&0) {
			return Err(unfit());
		}
		let windows = self.spatial.explicit(image.len())?;
		let axes = image.iter().zip(&block).enumerate();
		let positions = axes
			.map(|(axis, (&image, &block))| {
				let at = |list: &[usize]| list.get(axis).copied().unwrap_or(0);
				let reach = (block - 1).checked_mul(at(&windows.dilations))?.checked_add(1)?;
				let padded =
					image.checked_add(at(&windows.pads_begin))?.checked_add(at(&windows.pads_end))?;
				(padded.checked_sub(reach)? / at(&windows.strides).max(1)).checked_add(1)
			})
			.collect::<Option<Vec<_>>>()
			.ok_or_else(unfit)?;
		let taps = dim_product(&block)?;
		if rows % taps != 0 || dim_product(&positions)? != length {
			return Err(unfit());
		}
		let channels = rows / taps;
		let output = [&[batch, channels], image.as_slice()].concat();
		let call = Columns {
			planes: batch.saturating_mul(channels),
			image,
			block,
			positions,
			windows,
			output: output.clone(),
		};
		let mut plan = Plan::per_element(TensorSpec::new(x.dtype, output), MOVE, call);
		plan.work = plan.work.saturating_add(metering::elements(&x.shape).saturating_mul(2 * MOVE));
		Ok(plan)
	}

	fn compute(&self, columns: Columns, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.get(0)?;
		with_types!(x.data(), [F32 F64 I8 I16 I32 I64 U8 U16 U32 U64 Bool], values => {
			Ok(vec![tensor(&columns.output, columns.add_up(values)?)?])
		})
	}
}

impl Columns {
	/// Every pixel is the sum, from zero, of what its taps bring, in row-major order of the taps.
	fn add_up<E: Combine>(&self, x: &[E]) -> Result<Vec<E>, KernelError> {
		let mut out = vec![E::default(); count(&self.output)?];
		let (pixels, steps) = (count(&self.image)?.max(1), strides(&self.image));
		let (taps, places) = (count(&self.block)?, count(&self.positions)?.max(1));
		let mut columns = x.chunks_exact(places);
		for image in out.chunks_exact_mut(pixels).take(self.planes) {
			let mut tap = Counter::new(&self.block);
			for column in columns.by_ref().take(taps) {
				let mut place = Counter::new(&self.positions);
				for &value in column {
					if let Some(pixel) =
						self.pixel(&place.index, &tap.index, &steps).and_then(|at| image.get_mut(at))
					{
						*pixel = pixel.add(value);
					}
					place.advance();
				}
				tap.advance();
			}
		}
		Ok(out)
	}

	/// The pixel that a tap of a block at some place stands on, if it is inside the image.
	fn pixel(&self, place: &[usize], tap: &[usize], steps: &[usize]) -> Option<usize> {
		let Windows { strides, dilations, pads_begin, .. } = &self.windows;
		let mut at = 0;
		for (axis, (&place, &tap)) in place.iter().zip(tap).enumerate() {
			let padded = place * strides.get(axis)? + tap * dilations.get(axis)?;
			let inside = padded.checked_sub(*pads_begin.get(axis)?)?;
			if inside >= *self.image.get(axis)? {
				return None;
			}
			at += inside * steps.get(axis)?;
		}
		Some(at)
	}
}
