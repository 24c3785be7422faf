//! `assay bench`: how fast a model runs on this machine.

use super::table;
use crate::{
	args::BenchArgs,
	context::Context,
	error::Result,
	input,
	local::{self, Model, Run},
	output::Report,
};
use assay_primitives::{NamedTensor, Outcome, Tensor, TensorSpec, tensor::Dimension};
use serde::Serialize;
use std::time::Duration;

#[derive(Serialize)]
struct BenchReport {
	package: String,
	runs: u32,
	compute_units: u64,
	first_ms: f64,
	median_ms: f64,
	min_ms: f64,
	units_per_second: f64,
}

/// Runs `assay bench`.
pub fn run(context: &Context, arguments: &BenchArgs) -> Result<Report> {
	let model = Model::find(context, &arguments.model)?;
	let declared = &model.config().inputs;
	let inputs = if arguments.inputs.is_empty() {
		match model.examples()?.into_iter().next() {
			Some(example) => example,
			None => declared.iter().map(zeros).collect::<Result<_>>()?,
		}
	} else {
		input::read(&arguments.inputs, declared)?
	};
	let runs = u64::from(arguments.warm_up) + u64::from(arguments.runs);
	let progress = context.output.bar(runs, "running");
	let mut runner = local::start(&model)?;
	let mut times = Vec::new();
	let mut units = 0;
	for _ in 0..runs {
		let run = runner.run(&inputs, 0, None).map(Run::from).map_err(local::failed)?;
		if run.execution.digest.outcome != Outcome::Success {
			return Err(super::run::failed(&run));
		}
		units = run.execution.digest.compute_units;
		times.push(run.time);
		progress.step();
	}
	drop(progress);

	let first = times.first().copied().unwrap_or_default();
	let measured = times.split_off(arguments.warm_up as usize);
	let (median, min) = median_and_min(measured);
	let report = BenchReport {
		package: model.id().to_string(),
		runs: arguments.runs,
		compute_units: units,
		first_ms: milliseconds(first),
		median_ms: milliseconds(median),
		min_ms: milliseconds(min),
		units_per_second: units as f64 / median.as_secs_f64().max(f64::MIN_POSITIVE),
	};
	let text = table(&[
		("compute units", units.to_string()),
		("first run", format!("{:.3} ms", report.first_ms)),
		("median", format!("{:.3} ms of {} runs", report.median_ms, report.runs)),
		("minimum", format!("{:.3} ms", report.min_ms)),
		("speed", format!("{:.3e} compute units per second", report.units_per_second)),
	]);
	Ok(Report::new(text, &report))
}

fn milliseconds(time: Duration) -> f64 {
	time.as_secs_f64() * 1e3
}

fn median_and_min(mut times: Vec<Duration>) -> (Duration, Duration) {
	times.sort_unstable();
	let median = times.get(times.len() / 2).copied().unwrap_or_default();
	(median, times.first().copied().unwrap_or_default())
}

/// An input of zeros; dimensions of any size get size 1.
fn zeros(spec: &TensorSpec) -> Result<NamedTensor> {
	let dims: Vec<u64> = spec
		.dims
		.iter()
		.map(|dim| match dim {
			Dimension::Fixed(size) => u64::from(*size),
			Dimension::Any => 1,
		})
		.collect();
	let bytes = dims.iter().try_fold(spec.data_type.size(), |bytes, dim| {
		bytes.checked_mul(*dim as usize).filter(|bytes| *bytes <= 1 << 30)
	});
	let tensor = bytes.and_then(|bytes| Tensor::new(spec.data_type, dims, vec![0; bytes]).ok());
	tensor.map(|tensor| NamedTensor { name: spec.name.to_vec(), tensor }).ok_or_else(|| {
		crate::error::Error::new(
			crate::error::Code::InputShape,
			format!("the input {} is too large to fill with zeros", crate::tensor::format_spec(spec)),
			"give one with --input",
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::DataType;

	#[test]
	fn the_median_should_be_the_middle_of_the_sorted_times() {
		let times = [5, 1, 9].map(Duration::from_millis).to_vec();
		assert_eq!(median_and_min(times), (Duration::from_millis(5), Duration::from_millis(1)));
	}

	#[test]
	fn zeros_should_fill_the_declared_shape() {
		let spec = |dims: Vec<Dimension>| TensorSpec {
			name: b"x".to_vec().try_into().expect("short"),
			data_type: DataType::F32,
			dims: dims.try_into().expect("short"),
		};
		let filled = zeros(&spec(vec![Dimension::Any, Dimension::Fixed(3)])).expect("is small");
		assert_eq!((filled.tensor.dims(), filled.tensor.data()), (&[1, 3][..], &[0; 12][..]));
		let huge = vec![Dimension::Fixed(u32::MAX); 3];
		assert!(zeros(&spec(huge)).is_err());
	}
}
