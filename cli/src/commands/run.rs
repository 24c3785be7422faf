//! `assay run`: a model on this machine, without a chain.

use crate::{
	answer::{AnswerReport, Meaning},
	args::RunArgs,
	context::Context,
	error::{Code, Error, Result},
	input,
	local::{self, Model},
	output::Report,
};
use assay_primitives::Outcome;
use serde::Serialize;

#[derive(Serialize)]
struct RunReport {
	package: String,
	#[serde(flatten)]
	answer: AnswerReport,
	milliseconds: u128,
}

/// Runs `assay run`.
pub fn run(context: &Context, arguments: &RunArgs) -> Result<Report> {
	let model = Model::find(context, &arguments.model)?;
	let inputs = input::read(&arguments.inputs, &model.config().inputs)?;
	let progress = context.output.spinner("running the model");
	let run = local::run(&model, &inputs, arguments.seed, arguments.compute_limit)?;
	drop(progress);

	if !run.log.is_empty() {
		context.output.note(&run.log);
	}
	let outcome = run.execution.digest.outcome;
	if outcome != Outcome::Success {
		return Err(failed(&run));
	}
	let config = model.config();
	let meaning = Meaning { task: &config.task, classes: &config.classes };
	let answer = AnswerReport::new(&run.execution, meaning).with_outputs(run.outputs, meaning);
	if let Some(path) = &arguments.output {
		answer.write_first(path)?;
	}
	let mut text = answer.text();
	if arguments.hash {
		text.push_str(&format!("output hash {}\n", answer.output_hash));
	}
	text.push_str(&format!(
		"{} compute units, {:.1} ms\n",
		answer.compute_units,
		run.time.as_secs_f64() * 1e3
	));
	let report = RunReport { package: model.id().to_string(), answer, milliseconds: run.time.as_millis() };
	Ok(Report::new(text, &report))
}

/// A deterministic failure: the answer that every worker would give too.
pub fn failed(run: &local::Run) -> Error {
	let next = match run.execution.digest.outcome {
		Outcome::OutOfCompute => "raise --compute-limit, or compute_limit in the package's assay.toml",
		Outcome::OutOfMemory => "raise memory_limit in the package's assay.toml, or give a smaller input",
		Outcome::InvalidInput => "give inputs of the names, types and shapes that the model declares",
		Outcome::InvalidModel => "export the model with the operators and versions that docs/cli.md names",
		Outcome::OperatorFailed | Outcome::Success => {
			"check that the inputs' shapes and values suit the model"
		}
	};
	let reason = run.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
	Error::new(
		Code::ExecutionFailed,
		format!("the model ended with {}{reason}", crate::answer::outcome_name(run.execution.digest.outcome)),
		next,
	)
}
