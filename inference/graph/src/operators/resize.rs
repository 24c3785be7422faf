//! `Resize` and `Upsample`.

use alloc::{format, vec, vec::Vec};

use assay_numerics::{Filter, Real, Resampling, Weights, resample};

use super::{
	NodeContext, Operator,
	host::{HostFamily, HostInputs, Split, count, slice, table_bytes, tensor, with_types},
	plan::{self, Inputs, Plan, Reason, dim},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	metering::{self, ARITHMETIC, MOVE},
	ops::KernelError,
	tensor::{Element, HostTensor, TensorData, TensorSpec, with_data},
};

/// Resamples axes of a tensor.
#[derive(Clone, Debug)]
pub(crate) struct Resize {
	mode: Mode,
	coordinates: Coordinates,
	antialias: bool,
	exclude_outside: bool,
	extrapolation: f32,
	policy: Policy,
	axes: Option<Vec<i64>>,
	arguments: Arguments,
}

/// Where scales and sizes come from.
#[derive(Clone, Debug)]
enum Arguments {
	/// Scales as an attribute.
	Attribute(Vec<f32>),
	/// Scales as the second input.
	Scales,
	/// Region of interest, scales, sizes.
	All,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
	Nearest(Rounding),
	Filter(Filter),
}

/// Which neighbour is the nearest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rounding {
	PreferFloor,
	PreferCeil,
	Floor,
	Ceil,
}

/// Which coordinate of the input belongs to one of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coordinates {
	HalfPixel,
	HalfPixelSymmetric,
	PytorchHalfPixel,
	AlignCorners,
	Asymmetric,
	TfHalfPixelForNearest,
	TfCropAndResize,
}

/// What becomes of sizes that would change the aspect ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
	Stretch,
	NotLarger,
	NotSmaller,
}

pub(crate) fn parse(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let opset = node.opset;
	let attributes = &mut node.attributes;
	let arguments = match (node.op_type, opset) {
		("Upsample", ..9) => {
			Arguments::Attribute(attributes.floats("scales")?.ok_or(AttributeError::Missing("scales"))?)
		}
		("Upsample", _) | (_, ..11) => Arguments::Scales,
		_ => Arguments::All,
	};
	let mode = attributes.string("mode")?;
	let choose = matches!(arguments, Arguments::All);
	let bad = |name: &str, value: &str| {
		NodeContext::bad(name, &format!("is {value:?}, which the operator does not know"))
	};
	let rounding =
		match if choose { attributes.string("nearest_mode")? } else { Some("floor".into()) }.as_deref() {
			None | Some("round_prefer_floor") => Rounding::PreferFloor,
			Some("round_prefer_ceil") => Rounding::PreferCeil,
			Some("floor") => Rounding::Floor,
			Some("ceil") => Rounding::Ceil,
			Some(other) => return Err(bad("nearest_mode", other)),
		};
	let a = if choose { attributes.float("cubic_coeff_a")? } else { None }.unwrap_or(-0.75);
	let mode = match mode.as_deref() {
		None | Some("nearest") => Mode::Nearest(rounding),
		Some("linear") => Mode::Filter(Filter::Linear),
		Some("cubic") if choose => Mode::Filter(Filter::Cubic { a }),
		Some(other) => return Err(bad("mode", other)),
	};
	let transformation =
		if choose { attributes.string("coordinate_transformation_mode")? } else { Some("asymmetric".into()) };
	let coordinates = match transformation.as_deref() {
		None | Some("half_pixel") => Coordinates::HalfPixel,
		Some("half_pixel_symmetric") if opset >= 19 => Coordinates::HalfPixelSymmetric,
		Some("pytorch_half_pixel") => Coordinates::PytorchHalfPixel,
		Some("align_corners") => Coordinates::AlignCorners,
		Some("asymmetric") => Coordinates::Asymmetric,
		Some("tf_half_pixel_for_nn") if opset < 13 => Coordinates::TfHalfPixelForNearest,
		Some("tf_crop_and_resize") => Coordinates::TfCropAndResize,
		Some(other) => return Err(bad("coordinate_transformation_mode", other)),
	};
	let (mut antialias, mut policy, mut axes) = (false, Policy::Stretch, None);
	if opset >= 18 {
		antialias = attributes.flag("antialias", false)?;
		axes = attributes.ints("axes")?;
		policy = match attributes.string("keep_aspect_ratio_policy")?.as_deref() {
			None | Some("stretch") => Policy::Stretch,
			Some("not_larger") => Policy::NotLarger,
			Some("not_smaller") => Policy::NotSmaller,
			Some(other) => return Err(bad("keep_aspect_ratio_policy", other)),
		};
	}
	let exclude_outside = choose && attributes.flag("exclude_outside", false)?;
	let extrapolation = if choose { attributes.float("extrapolation_value")? } else { None }.unwrap_or(0.0);
	Ok(Resize { mode, coordinates, antialias, exclude_outside, extrapolation, policy, axes, arguments }
		.into())
}

/// An axis that is resized: which one, its length, and the part of it to show, see [`AxisPlan::roi`].
type Place = (usize, usize, (f64, f64));

/// How one axis changes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct AxisPlan {
	axis: usize,
	input: usize,
	output: usize,
	/// Output positions for one input position.
	scale: f64,
	/// Length of the output before it was rounded to an integer.
	length: f64,
	/// The part of the input to show, 0 to 1 being all of it.
	roi: (f64, f64),
}

/// Axes to resize, the last first, and the shape of the output.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ResizeCall {
	axes: Vec<AxisPlan>,
	shape: Vec<usize>,
}

impl HostFamily for Resize {
	type Call = ResizeCall;

	const HOST_INPUTS: &'static [usize] = &[1, 2, 3];
	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<ResizeCall>, Reason> {
		let x = inputs.spec(0)?;
		let axes = self.resized(inputs, &x.shape)?;
		let mut shape = x.shape.clone();
		let (mut work, mut scratch) = (0u64, 0u64);
		for plan in &axes {
			if let Some(dim) = shape.get_mut(plan.axis) {
				*dim = plan.output;
			}
			if plan.input == 0 && plan.output > 0 {
				return Err(Reason(format!(
					"axis {} has nothing to make {} elements from",
					plan.axis, plan.output
				)));
			}
			let taps = self.resampling(plan).map_or(1, |resampling| resampling.window());
			if taps > 4 * plan.input as u64 + 8 {
				return Err(Reason(format!(
					"the scale {} is too small for an axis of {}",
					plan.scale, plan.input
				)));
			}
			let elements = metering::elements(&shape);
			let per_element = MOVE.saturating_add(taps.saturating_mul(ARITHMETIC));
			let table = (plan.output as u64).saturating_mul(taps);
			work = work
				.saturating_add(elements.saturating_mul(per_element))
				.saturating_add(table.saturating_mul(MOVE));
			// The result so far, in the precision of the computation, and the table.
			scratch = scratch
				.saturating_add(elements.saturating_mul(8))
				.saturating_add(table_bytes(table).saturating_mul(4));
		}
		let mut plan = Plan::new(TensorSpec::new(x.dtype, shape.clone()), work, ResizeCall { axes, shape });
		plan.scratch = scratch.saturating_add(metering::elements(&x.shape).saturating_mul(8));
		Ok(plan)
	}

	fn compute(&self, call: ResizeCall, mut inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let x = inputs.take(0)?;
		if let Mode::Nearest(rounding) = self.mode {
			return Ok(vec![
				with_data!(x.data(), values => self.nearest(rounding, &call, x.shape(), values))?,
			]);
		}
		let dtype = x.dtype();
		let resized = match x.data() {
			TensorData::F32(values) => self.filtered(&call, x.shape(), values)?,
			TensorData::F64(values) => self.filtered(&call, x.shape(), values)?,
			// Integers are computed in binary64 and rounded.
			_ => {
				let wide = x.cast(DType::F64);
				let wide =
					with_types!(wide.data(), [F64], values => self.filtered(&call, x.shape(), values)?);
				let rounded = with_types!(wide.data(), [F64], values => {
					tensor(&call.shape, values.iter().map(|value| Real::round_half_even(*value)).collect::<Vec<f64>>())?
				});
				rounded.cast(dtype)
			}
		};
		Ok(vec![resized])
	}
}

impl Resize {
	/// What happens to every axis that is resized.
	fn resized(&self, inputs: Inputs<'_>, shape: &[usize]) -> Result<Vec<AxisPlan>, Reason> {
		let rank = shape.len();
		let axes = self.axes.clone().unwrap_or_else(|| (0..rank as i64).collect());
		plan::axes(&axes, rank)?;
		let axes = axes.iter().map(|&axis| plan::axis(axis, rank)).collect::<Result<Vec<_>, _>>()?;
		let per_axis = |name: &str, found: usize, each: usize| {
			if found == each * axes.len() {
				return Ok(());
			}
			Err(Reason(format!("{found} {name} are given for {} axes", axes.len())))
		};
		let given = |index: usize| inputs.value(index).filter(|value| !value.is_empty());
		let (scales, sizes, roi) = match &self.arguments {
			Arguments::Attribute(scales) => {
				(Some(scales.iter().copied().map(f64::from).collect()), None, None)
			}
			Arguments::Scales => (given(1).map(numbers).transpose()?, None, None),
			Arguments::All => {
				let roi = given(1).filter(|_| self.coordinates == Coordinates::TfCropAndResize);
				let sizes = if given(3).is_some() { inputs.ints(3)? } else { None };
				(given(2).map(numbers).transpose()?, sizes, roi.map(numbers).transpose()?)
			}
		};
		let roi = match (roi, self.coordinates) {
			(None, Coordinates::TfCropAndResize) => return Err("the region of interest is missing".into()),
			(None, _) => [vec![0.0; axes.len()], vec![1.0; axes.len()]].concat(),
			(Some(roi), _) => roi,
		};
		per_axis("bounds of the region of interest", roi.len(), 2)?;
		if roi.iter().any(|bound| !bound.is_finite()) {
			return Err("the region of interest must be finite".into());
		}
		let (starts, ends) = roi.split_at(axes.len());
		let rois = starts.iter().copied().zip(ends.iter().copied());
		let places =
			axes.iter().zip(rois).map(|(&axis, roi)| (axis, shape.get(axis).copied().unwrap_or(0), roi));
		let mut plans = match (scales, sizes) {
			(Some(scales), None) => {
				per_axis("scales", scales.len(), 1)?;
				places
					.zip(scales)
					.map(|((axis, input, roi), scale)| {
						if !(scale.is_finite() && scale > 0.0) {
							return Err(Reason(format!("the scale {scale} is not a positive number")));
						}
						// Of an axis of which a part is shown, that part is scaled.
						let length = input as f64 * (roi.1 - roi.0) * scale;
						Ok(AxisPlan { axis, input, output: dim(length as i64)?, scale, length, roi })
					})
					.collect::<Result<Vec<_>, _>>()?
			}
			(None, Some(sizes)) => {
				per_axis("sizes", sizes.len(), 1)?;
				let sizes = sizes.into_iter().map(dim).collect::<Result<Vec<_>, _>>()?;
				self.to_sizes(places.zip(sizes).collect())?
			}
			_ => return Err("either scales or sizes must be given, not both".into()),
		};
		plans.sort_unstable_by_key(|plan| core::cmp::Reverse(plan.axis));
		Ok(plans)
	}

	/// Scales for given sizes.
	fn to_sizes(&self, axes: Vec<(Place, usize)>) -> Result<Vec<AxisPlan>, Reason> {
		let scale = |input: usize, size: usize| if input == 0 { 1.0 } else { size as f64 / input as f64 };
		let scales = axes.iter().map(|&((_, input, _), size)| scale(input, size));
		let common = match self.policy {
			Policy::Stretch => None,
			Policy::NotLarger => scales.reduce(f64::min),
			Policy::NotSmaller => scales.reduce(f64::max),
		};
		axes.into_iter()
			.map(|((axis, input, roi), size)| {
				let Some(scale) = common else {
					let scale = scale(input, size);
					return Ok(AxisPlan { axis, input, output: size, scale, length: size as f64, roi });
				};
				let length = scale * input as f64;
				Ok(AxisPlan { axis, input, output: dim((length + 0.5) as i64)?, scale, length, roi })
			})
			.collect()
	}

	/// The weights' definition for an axis; `None` if the nearest element is taken.
	fn resampling(&self, plan: &AxisPlan) -> Option<Resampling> {
		let Mode::Filter(filter) = self.mode else { return None };
		let stretch = (self.antialias && plan.scale < 1.0).then_some(plan.scale);
		Some(Resampling { filter, stretch, exclude_outside: self.exclude_outside })
	}

	/// The input coordinate of every output position; `None` where the extrapolation value stands.
	fn coordinates(&self, plan: &AxisPlan) -> Vec<Option<f64>> {
		let AxisPlan { input, output, scale, length, roi: (start, end), .. } = *plan;
		let last = input as f64 - 1.0;
		let half_pixel = |x: f64| (x + 0.5) / scale - 0.5;
		(0..output)
			.map(|x| {
				let x = x as f64;
				let coordinate = match self.coordinates {
					Coordinates::HalfPixel => half_pixel(x),
					Coordinates::HalfPixelSymmetric => {
						let adjustment = output as f64 / length;
						input as f64 / 2.0 * (1.0 - adjustment) + half_pixel(x)
					}
					Coordinates::PytorchHalfPixel if length > 1.0 => half_pixel(x),
					Coordinates::PytorchHalfPixel => 0.0,
					Coordinates::AlignCorners if length == 1.0 => 0.0,
					Coordinates::AlignCorners => x * last / (length - 1.0),
					Coordinates::Asymmetric => x / scale,
					Coordinates::TfHalfPixelForNearest => (x + 0.5) / scale,
					Coordinates::TfCropAndResize if length > 1.0 => {
						start * last + x * (end - start) * last / (length - 1.0)
					}
					Coordinates::TfCropAndResize => 0.5 * (start + end) * last,
				};
				let beyond =
					self.coordinates == Coordinates::TfCropAndResize && !(0.0..=last).contains(&coordinate);
				(!beyond).then_some(coordinate)
			})
			.collect()
	}

	/// Resizes by taking, along every axis, the nearest element.
	fn nearest<E: Element>(
		&self,
		rounding: Rounding,
		call: &ResizeCall,
		shape: &[usize],
		x: &[E],
	) -> Result<HostTensor, KernelError> {
		let fixed = HostTensor::scalar(self.extrapolation).cast(E::DTYPE);
		let fixed = slice::<E>(&fixed)?.first().copied().unwrap_or_default();
		let (mut shape, mut values) = (shape.to_vec(), x.to_vec());
		for plan in &call.axes {
			let last = plan.input.saturating_sub(1) as i64;
			let places: Vec<Option<usize>> = self
				.coordinates(plan)
				.into_iter()
				.map(|x| x.and_then(|x| usize::try_from(rounding.round(x).clamp(0, last)).ok()))
				.collect();
			let identity =
				plan.input == plan.output && places.iter().enumerate().all(|(at, place)| *place == Some(at));
			if identity {
				continue;
			}
			let Split { outer, len, inner } = Split::new(&shape, plan.axis);
			let mut picked = Vec::with_capacity(outer.saturating_mul(places.len()).saturating_mul(inner));
			for plane in values.chunks_exact((len * inner).max(1)).take(outer) {
				for place in &places {
					let run = place.and_then(|place| plane.get(place * inner..(place + 1) * inner));
					match (run, inner) {
						(Some(&[element]), _) => picked.push(element),
						(Some(run), _) => picked.extend_from_slice(run),
						(None, _) => picked.extend(core::iter::repeat_n(fixed, inner)),
					}
				}
			}
			values = picked;
			if let Some(dim) = shape.get_mut(plan.axis) {
				*dim = plan.output;
			}
		}
		tensor(&call.shape, values)
	}

	/// Resizes with weights, axis by axis.
	fn filtered<E: Element + Real>(
		&self,
		call: &ResizeCall,
		shape: &[usize],
		x: &[E],
	) -> Result<HostTensor, KernelError> {
		let (mut shape, mut values) = (shape.to_vec(), None::<Vec<E>>);
		for plan in &call.axes {
			let Some(resampling) = self.resampling(plan) else { continue };
			let weights = Weights::new(&resampling, &self.coordinates(plan), plan.input);
			if weights.is_identity(plan.input) {
				continue;
			}
			let Split { len, inner, .. } = Split::new(&shape, plan.axis);
			if let Some(dim) = shape.get_mut(plan.axis) {
				*dim = plan.output;
			}
			let mut out = vec![E::ZERO; count(&shape)?];
			let fixed = E::from_f64(self.extrapolation.into());
			resample(&weights, fixed, [len, inner], values.as_deref().unwrap_or(x), &mut out);
			values = Some(out);
		}
		tensor(&call.shape, values.unwrap_or_else(|| x.to_vec()))
	}
}

impl Rounding {
	fn round(self, x: f64) -> i64 {
		let below = Real::floor(x);
		let rest = x - below;
		let up = match self {
			Self::PreferFloor => rest > 0.5,
			Self::PreferCeil => rest >= 0.5,
			Self::Floor => false,
			Self::Ceil => rest > 0.0,
		};
		(below as i64).saturating_add(i64::from(up))
	}
}

/// The numbers in a vector of floats, exactly.
fn numbers(value: &HostTensor) -> Result<Vec<f64>, Reason> {
	if !value.dtype().is_float() || value.shape().len() > 1 {
		return Err(Reason(format!("expected a vector of floats, found {}", value.spec())));
	}
	Ok(value.cast(DType::F64).as_slice::<f64>().unwrap_or_default().to_vec())
}
