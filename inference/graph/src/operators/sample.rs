//! `GridSample`, `AffineGrid` and `DeformConv`: values at computed places between pixels.

use alloc::{format, vec, vec::Vec};

use assay_numerics::{Axis, Interpolation, MAX_TAPS, Padding, Real, Taps, interpolate};

use super::{
	Family, NodeContext, Operator,
	host::{Counter, HostFamily, HostInputs, count, slice, strides, tensor, with_types},
	plan::{Inputs, Plan, Reason, Tensors, dim, dim_product},
	spatial::{Spatial, Windows},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE},
	ops::{Binary, KernelError, TensorOps},
	tensor::{Element, HostTensor, TensorSpec},
};

/// `GridSample`: for every output position, the value at the place that a grid says.
#[derive(Clone, Debug)]
pub(crate) struct GridSample {
	interpolation: Interpolation,
	padding: Padding,
	align_corners: bool,
}

pub(crate) fn parse_grid_sample(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let named = node.opset >= 20;
	let interpolation = match node.attributes.string("mode")?.as_deref() {
		None => Interpolation::Linear,
		Some("nearest") => Interpolation::Nearest,
		Some("linear") if named => Interpolation::Linear,
		Some("cubic") if named => Interpolation::Cubic,
		Some("bilinear") if !named => Interpolation::Linear,
		Some("bicubic") if !named => Interpolation::Cubic,
		Some(_) => {
			return Err(NodeContext::bad(
				"mode",
				"must be nearest, linear or cubic, or before operator set 20 nearest, bilinear or bicubic",
			));
		}
	};
	let padding = match node.attributes.string("padding_mode")?.as_deref() {
		None | Some("zeros") => Padding::Zeros,
		Some("border") => Padding::Border,
		Some("reflection") => Padding::Reflection,
		Some(_) => return Err(NodeContext::bad("padding_mode", "must be zeros, border or reflection")),
	};
	let align_corners = node.attributes.flag("align_corners", false)?;
	Ok(GridSample { interpolation, padding, align_corners }.into())
}

/// The most taps that a value between points has.
fn taps_of(interpolation: Interpolation, axes: usize) -> u64 {
	let each = match interpolation {
		Interpolation::Nearest => 1u64,
		Interpolation::Linear => 2,
		Interpolation::Cubic => MAX_TAPS as u64,
	};
	each.saturating_pow(u32::try_from(axes).unwrap_or(u32::MAX))
}

impl HostFamily for GridSample {
	/// The shape of the output.
	type Call = Vec<usize>;

	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Vec<usize>>, Reason> {
		let (x, grid) = (inputs.spec(0)?, inputs.spec(1)?);
		if !grid.dtype.is_real() {
			return Err(Reason(wrong_dtype("the grid", grid.dtype, "a float")));
		}
		let unfit = || {
			Reason(format!("a grid of shape {:?} does not fit an input of shape {:?}", grid.shape, x.shape))
		};
		let (&[batch, channels], spatial) = x.shape.split_first_chunk().ok_or_else(unfit)?;
		let [same, places @ .., rank] = grid.shape.as_slice() else { return Err(unfit()) };
		if *same != batch || *rank != spatial.len() || places.len() != spatial.len() || spatial.is_empty() {
			return Err(unfit());
		}
		let shape = [&[batch, channels], places].concat();
		let output = TensorSpec::new(x.dtype, shape.clone());
		if spatial.contains(&0) && metering::elements(&shape) > 0 {
			return Err("an image without pixels cannot be sampled".into());
		}
		let weight =
			taps_of(self.interpolation, spatial.len()).saturating_mul(2 * ARITHMETIC).saturating_add(MOVE);
		let mut plan = Plan::per_element(output, weight, shape);
		// Integers are computed in binary64.
		if !x.dtype.is_float() {
			plan.scratch = metering::elements(&x.shape)
				.saturating_add(plan.outputs.first().map_or(0, |output| metering::elements(&output.shape)))
				.saturating_mul(8);
		}
		Ok(plan)
	}

	fn compute(&self, shape: Vec<usize>, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let (x, grid) = (inputs.get(0)?, inputs.get(1)?);
		let dtype = x.dtype();
		let wide = if dtype.is_real() { x.clone() } else { x.cast(DType::F64) };
		let sampled = with_types!(wide.data(), [F32 F64], values => {
			with_types!(grid.data(), [F32 F64], grid => tensor(&shape, self.sample(&shape, x.shape(), values, grid)?)?)
		});
		Ok(vec![if sampled.dtype() == dtype { sampled } else { sampled.cast(dtype) }])
	}
}

impl GridSample {
	fn sample<T: Real, C: Real>(
		&self,
		output: &[usize],
		shape: &[usize],
		x: &[T],
		grid: &[C],
	) -> Result<Vec<T>, KernelError> {
		let count = count(output)?;
		let (dims, steps) = (shape.get(2..).unwrap_or_default(), strides(shape.get(2..).unwrap_or_default()));
		let channels = output.get(1).copied().unwrap_or(0);
		let plane: usize = dims.iter().product();
		let places: usize = output.iter().skip(2).product();
		let mut out = vec![T::ZERO; count];
		let images =
			x.chunks_exact((plane * channels).max(1)).zip(grid.chunks_exact((places * dims.len()).max(1)));
		for ((image, grid), out) in images.zip(out.chunks_exact_mut((places * channels).max(1))) {
			for (place, point) in grid.chunks_exact(dims.len().max(1)).enumerate() {
				// A point lists its coordinates from the innermost axis outwards.
				let taps: Vec<Taps<T>> =
					dims.iter().zip(point.iter().rev()).map(|(&len, &at)| self.taps(len, at)).collect();
				for (plane, out) in image.chunks_exact(plane).zip(out.chunks_exact_mut(places)) {
					if let Some(value) = out.get_mut(place) {
						*value = interpolate(plane, &taps, &steps);
					}
				}
			}
		}
		Ok(out)
	}

	/// The taps for a coordinate of which −1 to 1 is the whole axis.
	fn taps<T: Real, C: Real>(&self, len: usize, normalised: C) -> Taps<T> {
		let [half, size] = [C::from_f64(0.5), C::from_count(len)];
		let shifted = normalised + C::ONE;
		let coordinate = if self.align_corners {
			shifted * half * (size - C::ONE)
		} else {
			(shifted * size - C::ONE) * half
		};
		let axis = Axis { len, padding: self.padding, ends_at_points: self.align_corners };
		Taps::new(self.interpolation, axis, coordinate)
	}
}

/// `AffineGrid`: the grid of an affine map, for `GridSample`.
#[derive(Clone, Debug)]
pub(crate) struct AffineGrid {
	align_corners: bool,
}

pub(crate) fn parse_affine_grid(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	Ok(AffineGrid { align_corners: node.attributes.flag("align_corners", false)? }.into())
}

impl Family for AffineGrid {
	/// The batch and the spatial dimensions.
	type Call = (usize, Vec<usize>);

	const HOST_INPUTS: &'static [usize] = &[1];

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Self::Call>, Reason> {
		let theta = inputs.spec(0)?;
		if !theta.dtype.is_real() {
			return Err(Reason(wrong_dtype("theta", theta.dtype, "a float")));
		}
		let size = inputs.ints(1)?.unwrap_or_default().into_iter().map(dim).collect::<Result<Vec<_>, _>>()?;
		let unfit =
			|| Reason(format!("theta of shape {:?} does not fit an image of size {size:?}", theta.shape));
		let [batch, _, spatial @ ..] = size.as_slice() else { return Err(unfit()) };
		let rank = spatial.len();
		if !(2..=3).contains(&rank) || theta.shape != [*batch, rank, rank + 1] {
			return Err(unfit());
		}
		let shape = [&[*batch], spatial, &[rank]].concat();
		let mut plan =
			Plan::per_element(TensorSpec::new(theta.dtype, shape), 2 * MOVE, (*batch, spatial.to_vec()));
		plan.scratch = plan.outputs.first().map_or(0, metering::bytes).saturating_mul(4);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		(batch, spatial): Self::Call,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let theta = inputs.get(0)?;
		let (rank, places) = (spatial.len(), count(&spatial)?);
		let base = match ops.spec(theta).dtype {
			DType::F64 => self.base::<f64>(&spatial)?,
			_ => self.base::<f32>(&spatial)?,
		};
		let product = ops.matmul(theta, &ops.from_host(base)?)?;
		let rows = ops.reshape(&ops.transpose(&product, &[0, 2, 1])?, &[batch, places, rank])?;
		Ok(vec![ops.reshape(&rows, &[&[batch], spatial.as_slice(), &[rank]].concat())?])
	}
}

impl AffineGrid {
	/// The places of all pixels of an image, −1 to 1 along each axis: a column for each, with its coordinates from the
	/// innermost axis outwards, and a 1.
	fn base<E: Real + Element>(&self, spatial: &[usize]) -> Result<HostTensor, KernelError> {
		let places = count(spatial)?;
		let steps = strides(spatial);
		let mut out = Vec::with_capacity(places.saturating_mul(spatial.len() + 1));
		for (&len, step) in spatial.iter().zip(steps).rev() {
			let line: Vec<E> = (0..len).map(|i| self.along(i, len)).collect();
			out.extend((0..places).filter_map(|place| line.get(place / step.max(1) % len.max(1))));
		}
		out.extend(core::iter::repeat_n(E::ONE, places));
		tensor(&[spatial.len() + 1, places], out)
	}

	/// `2i / (len − 1) − 1`, or in the middle of pixels `(2i + 1) / len − 1`, each operation rounded; 0 of a single pixel.
	fn along<E: Real>(&self, i: usize, len: usize) -> E {
		if len == 1 {
			E::ZERO
		} else if self.align_corners {
			E::from_count(2 * i) / E::from_count(len - 1) - E::ONE
		} else {
			E::from_count(2 * i + 1) / E::from_count(len) - E::ONE
		}
	}
}

/// `DeformConv`: a convolution whose taps are moved by offsets and scaled by a mask.
#[derive(Clone, Debug)]
pub(crate) struct DeformConv {
	spatial: Spatial,
	group: usize,
	offset_group: usize,
}

pub(crate) fn parse_deform_conv(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let spatial = Spatial::parse(&mut node.attributes)?;
	let mut groups = |name: &str| {
		let groups = dim(node.attributes.int(name)?.unwrap_or(1)).ok().filter(|&groups| groups > 0);
		groups.ok_or_else(|| NodeContext::bad(name, "must be positive"))
	};
	let group = groups("group")?;
	Ok(DeformConv { spatial, group, offset_group: groups("offset_group")? }.into())
}

/// A deformable convolution with all sizes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Deformation {
	batch: usize,
	channels: usize,
	input: Vec<usize>,
	kernel: Vec<usize>,
	windows: Windows,
	output: Vec<usize>,
	/// Channels of the output.
	maps: usize,
}

impl Family for DeformConv {
	type Call = Deformation;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Deformation>, Reason> {
		let dtype = inputs.common_dtype()?;
		if !dtype.is_real() {
			return Err(Reason(wrong_dtype("an input", dtype, "a float")));
		}
		let (x, w, offset) = (inputs.shape(0)?, inputs.shape(1)?, inputs.shape(2)?);
		let unfit = || {
			Reason(format!(
				"input {x:?}, weights {w:?}, offsets {offset:?}, group {} and offset_group {} do not fit",
				self.group, self.offset_group
			))
		};
		let (&[batch, channels], input) = x.split_first_chunk().ok_or_else(unfit)?;
		let (&[maps, depth], kernel) = w.split_first_chunk().ok_or_else(unfit)?;
		let rank = input.len();
		let divided = depth.checked_mul(self.group) == Some(channels)
			&& maps % self.group == 0
			&& channels % self.offset_group == 0;
		if rank == 0 || kernel.len() != rank || !divided || kernel.contains(&0) {
			return Err(unfit());
		}
		if self.spatial.kernel.as_deref().is_some_and(|given| given != kernel) {
			return Err(unfit());
		}
		let windows = self.spatial.explicit(rank)?;
		let output = assay_numerics::Window::new(
			kernel,
			&windows.strides,
			&windows.dilations,
			&windows.pads_begin,
			&windows.pads_end,
		)?
		.output(input, false)?;
		let taps = dim_product(kernel)?;
		let moved = self.offset_group.checked_mul(taps).ok_or_else(unfit)?;
		let places = |channels: usize| [&[batch, channels], output.as_slice()].concat();
		let bias = inputs.optional(3).is_none_or(|bias| bias.shape == [maps]);
		let mask = inputs.optional(4).is_none_or(|mask| mask.shape == places(moved));
		if offset != places(moved.checked_mul(rank).ok_or_else(unfit)?) || !bias || !mask {
			return Err(unfit());
		}
		let shape = places(maps);
		let columns = metering::elements(&output)
			.saturating_mul(batch as u64)
			.saturating_mul(channels as u64)
			.saturating_mul(taps as u64);
		let sampling =
			taps_of(Interpolation::Linear, rank).saturating_mul(2 * ARITHMETIC).saturating_add(MOVE);
		let products = metering::elements(&shape)
			.saturating_mul((depth as u64).saturating_mul(taps as u64).saturating_add(MOVE));
		let work = columns.saturating_mul(sampling).saturating_add(products);
		let call = Deformation {
			batch,
			channels,
			input: input.to_vec(),
			kernel: kernel.to_vec(),
			windows,
			output,
			maps,
		};
		let mut plan = Plan::new(TensorSpec::new(dtype, shape), work, call);
		let copies = inputs.specs().map(metering::bytes).fold(0, u64::saturating_add);
		let results = plan.outputs.first().map_or(0, metering::bytes);
		plan.scratch =
			columns.saturating_mul(dtype.size() as u64).saturating_add(copies).saturating_add(results);
		Ok(plan)
	}

	fn run<T: TensorOps>(
		&self,
		call: Deformation,
		ops: &T,
		inputs: Tensors<'_, T>,
	) -> Result<Vec<T::Tensor>, KernelError> {
		let host =
			|index: usize| inputs.optional(index).map(|tensor| ops.to_host(tensor.clone())).transpose();
		let (Some(x), Some(offset), mask) = (host(0)?, host(2)?, host(4)?) else {
			return Err(KernelError::Backend("an input is missing".into()));
		};
		let columns = with_types!(x.data(), [F32 F64], values => {
			let mask = mask.as_ref().map(|mask| slice(mask)).transpose()?;
			self.columns(&call, values, slice(&offset)?, mask)?
		});
		let (groups, depth) = (self.group, call.channels / self.group * count(&call.kernel)?);
		let places = count(&call.output)?;
		let columns = ops.reshape(&ops.from_host(columns)?, &[call.batch, groups, depth, places])?;
		let weights = ops.reshape(inputs.get(1)?, &[1, groups, call.maps / groups, depth])?;
		let product = ops.matmul(&weights, &columns)?;
		let output = ops.reshape(&product, &[&[call.batch, call.maps], call.output.as_slice()].concat())?;
		let Some(bias) = inputs.optional(3) else { return Ok(vec![output]) };
		let bias = ops.reshape(bias, &[&[1, call.maps], vec![1; call.output.len()].as_slice()].concat())?;
		Ok(vec![ops.binary(Binary::Add, &output, &bias)?])
	}
}

impl DeformConv {
	/// The moved taps of all outputs: `[batch, channels, taps, places]`. A tap stands at
	/// `o · stride + t · dilation − pad`, an integer, plus its offset; its value is interpolated linearly, zeros outside, and
	/// multiplied by the mask.
	fn columns<E: Real + Element>(
		&self,
		call: &Deformation,
		x: &[E],
		offset: &[E],
		mask: Option<&[E]>,
	) -> Result<HostTensor, KernelError> {
		let Deformation { batch, channels, input, kernel, windows, output, .. } = call;
		let (pixels, taps, places) = (count(input)?, count(kernel)?, count(output)?);
		let (rank, steps, per_group) = (input.len(), strides(input), channels / self.offset_group);
		let mut columns = vec![E::ZERO; count(&[*batch, *channels, taps, places])?];
		let at = |list: &[usize], axis: usize| list.get(axis).copied().unwrap_or(0) as i64;
		let mut sampled: Vec<Taps<E>> = Vec::with_capacity(rank);
		for image in 0..*batch {
			for group in 0..self.offset_group {
				let mut tap = Counter::new(kernel);
				for tap_at in 0..taps {
					let moved = (image * self.offset_group + group) * taps + tap_at;
					let mut place = Counter::new(output);
					for place_at in 0..places {
						sampled.clear();
						for (axis, &len) in input.iter().enumerate() {
							let regular = at(&place.index, axis) * at(&windows.strides, axis)
								+ at(&tap.index, axis) * at(&windows.dilations, axis)
								- at(&windows.pads_begin, axis);
							let offset = offset
								.get((moved * rank + axis) * places + place_at)
								.copied()
								.unwrap_or(E::ZERO);
							let axis = Axis { len, padding: Padding::Zeros, ends_at_points: true };
							sampled.push(Taps::new(
								Interpolation::Linear,
								axis,
								E::from_f64(regular as f64) + offset,
							));
						}
						let scale =
							mask.map(|mask| mask.get(moved * places + place_at).copied().unwrap_or(E::ZERO));
						for channel in group * per_group..(group + 1) * per_group {
							let plane = image * channels + channel;
							let value = x
								.get(plane * pixels..)
								.map_or(E::ZERO, |plane| interpolate(plane, &sampled, &steps));
							if let Some(column) = columns.get_mut((plane * taps + tap_at) * places + place_at)
							{
								*column = scale.map_or(value, |scale| value * scale);
							}
						}
						place.advance();
					}
					tap.advance();
				}
			}
		}
		tensor(&[*batch, *channels, taps, places], columns)
	}
}
