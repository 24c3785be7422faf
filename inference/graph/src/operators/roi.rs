//! `RoiAlign` and `MaxRoiPool`: regions of images brought to one size.

use alloc::{format, vec, vec::Vec};

use assay_numerics::{Extent, Real, RoiGrid, RoiMode, RoiScale, roi_align, roi_bins};

use super::{
	NodeContext, Operator,
	host::{HostFamily, HostInputs, count, indices, slice, tensor, with_types},
	plan::{Inputs, Plan, Reason, dim, dim_product},
};
use crate::{
	dtype::DType,
	error::{AttributeError, wrong_dtype},
	metering::{self, ARITHMETIC, MOVE},
	ops::KernelError,
	tensor::{Element, HostTensor, TensorSpec},
};

/// Most numbers that describe regions: the plan looks at each region, for the cost depends on it.
const MAX_NUMBERS: u64 = 1 << 18;

/// Most samples of a bin along an axis.
const MAX_RATIO: i64 = 1 << 10;

/// What both operators look at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Regions {
	channels: usize,
	/// Height and width of the image.
	image: [usize; 2],
	/// Height and width of the result.
	bins: [usize; 2],
	shape: Vec<usize>,
}

impl Regions {
	/// Checks images and regions of `columns` numbers each.
	fn new(inputs: Inputs<'_>, bins: [usize; 2], columns: usize) -> Result<Self, Reason> {
		let dtype = inputs.dtype(0)?;
		if !dtype.is_real() {
			return Err(Reason(wrong_dtype("the input", dtype, "a float")));
		}
		let (x, rois) = (inputs.shape(0)?, inputs.spec(1)?);
		let (&[_, channels, height, width], &[regions, found]) = (x, rois.shape.as_slice()) else {
			return Err(Reason(format!(
				"images of shape {x:?} and regions of shape {:?} do not fit",
				rois.shape
			)));
		};
		if rois.dtype != dtype || found != columns {
			return Err(Reason(format!("regions must have {columns} numbers of type {dtype}, found {rois}")));
		}
		dim_product(&bins)?;
		let shape = vec![regions, channels, bins[0], bins[1]];
		if (height == 0 || width == 0) && metering::elements(&shape) > 0 {
			return Err("an image without pixels has no regions".into());
		}
		Ok(Self { channels, image: [height, width], bins, shape })
	}

	fn plan(self, dtype: DType, work: u64, scratch: u64) -> Plan<Self> {
		let output = TensorSpec::new(dtype, self.shape.clone());
		let work = work.saturating_add(metering::elements(&self.shape).saturating_mul(MOVE));
		let mut plan = Plan::new(output, work, self);
		plan.scratch = scratch;
		plan
	}

	/// The planes of an image with this index.
	fn planes<'a, T>(&self, x: &'a [T], images: usize, index: i64) -> Result<&'a [T], KernelError> {
		let size = self.channels * self.image[0] * self.image[1];
		let at = usize::try_from(index).ok().filter(|&at| at < images);
		let at = at.ok_or(KernelError::IndexOutOfRange { index, len: images })? * size;
		x.get(at..at + size).ok_or_else(|| KernelError::Backend("an image is not where it should be".into()))
	}
}

/// A region's bounds on both axes, rows first, from `[x1, y1, x2, y2]`.
fn extents<T: Copy>(region: &[T]) -> Option<[Extent<T>; 2]> {
	match *region {
		[x1, y1, x2, y2] => Some([Extent { start: y1, end: y2 }, Extent { start: x1, end: x2 }]),
		_ => None,
	}
}

/// `RoiAlign`: samples between pixels, averaged.
#[derive(Clone, Debug)]
pub(crate) struct RoiAlign {
	mode: RoiMode,
	scale: RoiScale,
	bins: [usize; 2],
}

pub(crate) fn parse_align(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let opset = node.opset;
	let attributes = &mut node.attributes;
	let mode = match attributes.string("mode")?.as_deref() {
		None | Some("avg") => RoiMode::Average,
		Some("max") => RoiMode::Max,
		Some(_) => return Err(NodeContext::bad("mode", "must be avg or max")),
	};
	let half_pixel = match attributes.string("coordinate_transformation_mode")?.as_deref() {
		_ if opset < 16 => false,
		None | Some("half_pixel") => true,
		Some("output_half_pixel") => false,
		Some(_) => {
			return Err(NodeContext::bad(
				"coordinate_transformation_mode",
				"must be half_pixel or output_half_pixel",
			));
		}
	};
	let size = |value: Option<i64>, name: &str| {
		dim(value.unwrap_or(1)).map_err(|_| NodeContext::bad(name, "must be a size"))
	};
	let height = size(attributes.int("output_height")?, "output_height")?;
	let width = size(attributes.int("output_width")?, "output_width")?;
	let ratio = attributes.int("sampling_ratio")?.unwrap_or(0);
	let sampling_ratio = u32::try_from(ratio)
		.ok()
		.filter(|_| ratio <= MAX_RATIO)
		.ok_or_else(|| NodeContext::bad("sampling_ratio", &format!("must be 0 to {MAX_RATIO}")))?;
	let spatial_scale = attributes.float("spatial_scale")?.unwrap_or(1.0);
	Ok(RoiAlign {
		mode,
		scale: RoiScale { spatial_scale, half_pixel, sampling_ratio },
		bins: [height, width],
	}
	.into())
}

impl RoiAlign {
	/// A region on both axes.
	fn grids<T: Real>(&self, regions: &Regions, region: &[T]) -> Option<[RoiGrid<T>; 2]> {
		let [rows, columns] = extents(region)?;
		let [height, width] = regions.image;
		Some([
			RoiGrid::new(&self.scale, rows, self.bins[0], height),
			RoiGrid::new(&self.scale, columns, self.bins[1], width),
		])
	}

	/// Samples of all regions in one channel, and the most that the tables of a region have.
	fn samples<T: Real + Element>(&self, regions: &Regions, rois: &HostTensor) -> (u64, u64) {
		let rois = rois.as_slice::<T>().unwrap_or_default().chunks_exact(4);
		rois.filter_map(|region| self.grids(regions, region)).fold((0, 0), |(all, most), [rows, columns]| {
			let (rows, columns) = (rows.samples(), columns.samples());
			let table = rows.saturating_add(columns);
			(u64::saturating_add(all, rows.saturating_mul(columns)), u64::max(most, table))
		})
	}
}

impl HostFamily for RoiAlign {
	type Call = Regions;

	const HOST_INPUTS: &'static [usize] = &[1];
	const MAX_HOST_ELEMENTS: u64 = MAX_NUMBERS;
	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Regions>, Reason> {
		let dtype = inputs.dtype(0)?;
		let regions = Regions::new(inputs, self.bins, 4)?;
		let batches = inputs.spec(2)?;
		if batches.dtype != DType::I64 || Some(batches.shape.as_slice()) != regions.shape.get(..1) {
			return Err(Reason(format!(
				"there must be one int64 batch index for every region, found {batches}"
			)));
		}
		let rois = inputs.value(1).ok_or("the regions are missing")?;
		let (samples, table) = match rois.dtype() {
			DType::F64 => self.samples::<f64>(&regions, rois),
			_ => self.samples::<f32>(&regions, &rois.cast(DType::F32)),
		};
		let work = samples.saturating_mul(regions.channels as u64).saturating_mul(MOVE);
		let bins = (self.bins[0] as u64).saturating_add(self.bins[1] as u64);
		let scratch = table.saturating_mul(32).saturating_add(bins.saturating_mul(16));
		Ok(regions.plan(dtype, work.saturating_add(table.saturating_mul(MOVE)), scratch))
	}

	fn compute(&self, regions: Regions, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let (x, rois) = (inputs.get(0)?, inputs.get(1)?);
		let batches = indices(inputs.get(2)?)?;
		let images = x.shape().first().copied().unwrap_or(0);
		with_types!(x.data(), [F32 F64], values => {
			let mut out = values.to_vec();
			out.clear();
			out.resize(count(&regions.shape)?, Default::default());
			let results = out.chunks_exact_mut(count(&regions.shape[1..])?.max(1));
			for ((region, &batch), out) in slice(rois)?.chunks_exact(4).zip(&batches).zip(results) {
				let planes = regions.planes(values, images, batch)?;
				if let Some([rows, columns]) = self.grids(&regions, region) {
					roi_align(self.mode, &rows, &columns, planes, out);
				}
			}
			Ok(vec![tensor(&regions.shape, out)?])
		})
	}
}

/// `MaxRoiPool`: the greatest pixel of each bin; 0 of a bin without pixels.
#[derive(Clone, Debug)]
pub(crate) struct MaxRoiPool {
	spatial_scale: f32,
	bins: [usize; 2],
}

pub(crate) fn parse_max_pool(node: &mut NodeContext<'_>) -> Result<Operator, AttributeError> {
	let spatial_scale = node.attributes.float("spatial_scale")?.unwrap_or(1.0);
	let sizes = super::spatial::sizes(&mut node.attributes, "pooled_shape")?;
	let sizes = sizes.ok_or(AttributeError::Missing("pooled_shape"))?;
	let &[height, width] = sizes.as_slice() else {
		return Err(NodeContext::bad("pooled_shape", "must be a height and a width"));
	};
	Ok(MaxRoiPool { spatial_scale, bins: [height, width] }.into())
}

impl HostFamily for MaxRoiPool {
	type Call = Regions;

	const WIDENS: bool = true;

	fn plan(&self, inputs: Inputs<'_>) -> Result<Plan<Regions>, Reason> {
		let dtype = inputs.dtype(0)?;
		let regions = Regions::new(inputs, self.bins, 5)?;
		// Bins may share a row or a column with each neighbour.
		let [rows, columns] = [0, 1].map(|axis: usize| {
			let (image, bins) = (regions.image.get(axis), regions.bins.get(axis));
			(image.copied().unwrap_or(0) as u64).saturating_add(2 * bins.copied().unwrap_or(0) as u64)
		});
		let planes = metering::elements(regions.shape.get(..2).unwrap_or_default());
		let work = planes.saturating_mul(rows).saturating_mul(columns).saturating_mul(ARITHMETIC);
		let bins = (self.bins[0] as u64).saturating_add(self.bins[1] as u64);
		Ok(regions.plan(dtype, work, bins.saturating_mul(16)))
	}

	fn compute(&self, regions: Regions, inputs: HostInputs) -> Result<Vec<HostTensor>, KernelError> {
		let (x, rois) = (inputs.get(0)?, inputs.get(1)?);
		let images = x.shape().first().copied().unwrap_or(0);
		with_types!(x.data(), [F32 F64], values => {
			let mut out = Vec::with_capacity(count(&regions.shape)?);
			for region in slice(rois)?.chunks_exact(5) {
				let Some((batch, region)) = region.split_first() else { continue };
				let planes = regions.planes(values, images, Real::to_f64(*batch) as i64)?;
				self.pool(&regions, planes, region, &mut out);
			}
			Ok(vec![tensor(&regions.shape, out)?])
		})
	}
}

impl MaxRoiPool {
	fn pool<T: Real>(&self, regions: &Regions, planes: &[T], region: &[T], out: &mut Vec<T>) {
		let Some([rows, columns]) = extents(region) else { return };
		let [height, width] = regions.image;
		let rows = roi_bins(self.spatial_scale, rows, self.bins[0], height);
		let columns = roi_bins(self.spatial_scale, columns, self.bins[1], width);
		for plane in planes.chunks_exact(height * width) {
			for rows in &rows {
				for columns in &columns {
					let lines = plane.chunks_exact(width).take(rows.end).skip(rows.start);
					let pixels = lines.flat_map(|line| line.get(columns.clone()).unwrap_or_default());
					out.push(pixels.copied().reduce(Real::maximum).unwrap_or(T::ZERO));
				}
			}
		}
	}
}
