//! `assay verify`: executing a request here and comparing every bit with the chain.

use super::request::{answer, class_names, model_of};
use crate::{
	answer::{AnswerReport, Meaning, outcome_name},
	args::VerifyArgs,
	chain::api::RequestInfo,
	compare,
	context::Context,
	error::{Code, Error, Result},
	local::{self, Model},
	output::Report,
};
use assay_primitives::{ContentId, Execution, Job};
use serde::Serialize;
use std::{path::Path, time::Duration};

#[derive(Serialize)]
struct VerifyReport {
	request: u64,
	model: String,
	state: &'static str,
	verified: bool,
	genesis: String,
	#[serde(flatten)]
	answer: AnswerReport,
	/// Milliseconds that the execution here took.
	milliseconds: u128,
}

/// Runs `assay verify`.
pub async fn run(context: &Context, arguments: VerifyArgs) -> Result<Report> {
	let chain = context.connect().await?;
	let info = chain.request_info(arguments.id).await?;
	let state = if matches!(info.state, assay_primitives::RequestState::Final { .. }) {
		"final"
	} else {
		"provisional"
	};
	let on_chain = answer(&info).ok_or_else(|| {
		Error::new(
			Code::NotAnswered,
			format!("request {} has no answer to verify", info.id),
			format!("wait for one with `assay request watch {}`", info.id),
		)
	})?;
	let (_, name) = model_of(&chain, &info).await?;
	let (here, time) = execute(context, &info, arguments.package.as_deref())?;
	let differences = compare::differences(&on_chain, &here);
	if !differences.is_empty() {
		let list: Vec<String> = differences.iter().map(ToString::to_string).collect();
		return Err(Error::new(
			Code::Mismatch,
			format!("request {} is not verified; it differs in {}", info.id, list.join("; in ")),
			format!(
				"run `assay doctor` to check this machine; if it is sound, challenge it with `assay dispute open {}`",
				info.id
			),
		));
	}
	let names = class_names(&context.store()?, &info.manifest);
	let task = String::from_utf8_lossy(&info.manifest.task);
	let answer = AnswerReport::new(&on_chain, Meaning { task: &task, classes: &names });
	let text = format!(
		"verified: request {} to {name}, executed here in {} ms, gives the same bits\n  outcome        {}\n  output hash    \
		 {}\n  compute units  {}\n{}",
		info.id,
		time.as_millis(),
		outcome_name(on_chain.digest.outcome),
		answer.output_hash,
		answer.compute_units,
		answer.text()
	);
	let report = VerifyReport {
		request: info.id,
		model: name,
		state,
		verified: true,
		genesis: format!("{:?}", chain.genesis()),
		answer,
		milliseconds: time.as_millis(),
	};
	Ok(Report::new(text, &report))
}

/// Executes a request here, with the package in the store or in a directory.
pub(super) fn execute(
	context: &Context,
	info: &RequestInfo,
	package: Option<&Path>,
) -> Result<(Execution, Duration)> {
	find(context, package, info.manifest.content)?;
	let job = Job {
		package: info.manifest.content,
		input: info.input.clone(),
		seed: info.seed,
		compute_limit: info.manifest.compute_limit,
	};
	let _progress = context.output.spinner("executing the request here");
	local::execute(context, package, job)
}

/// Looks, before anything is started, for the package that the chain names.
fn find(context: &Context, package: Option<&Path>, wanted: ContentId) -> Result<()> {
	let Some(directory) = package else {
		return Model::from_store(&context.store()?, wanted).map(drop);
	};
	let found = Model::from_directory(directory)?.id();
	if found != wanted {
		return Err(Error::new(
			Code::Package,
			format!("{} has the content id {found}, the request's model is {wanted}", directory.display()),
			"give the very files that were registered; any changed byte changes the id",
		));
	}
	Ok(())
}
