//! `assay model`: publishing models and finding them.

use super::table;
use crate::{
	amount::format_asy,
	args::ModelCommand,
	chain::{Chain, api::ModelInfo, call::Call},
	context::{Context, store_failed},
	error::{Code, Error, Result},
	local::{self, Model, Run},
	model_ref::{ModelRef, PushName, label, model_name},
	output::{Output, Report},
	tensor::format_spec,
};
use assay_primitives::{Balance, ModelName, Outcome, VersionId, api, model::Label};
use serde::Serialize;
use sp_core::crypto::Ss58Codec;
use std::path::Path;

#[derive(Serialize)]
struct ModelReport {
	/// `owner/name@2`
	model: String,
	version: VersionId,
	owner: String,
	content: String,
	size: u64,
	inputs: Vec<String>,
	outputs: Vec<String>,
	compute_limit: u64,
	royalty: String,
	task: String,
	licence: String,
	tags: Vec<String>,
	deposit: String,
	registered_at: u32,
	deprecated: bool,
	servers: u32,
	/// Whether the local store holds the package.
	stored: bool,
}

#[derive(Serialize)]
struct ListReport {
	models: Vec<ModelReport>,
}

/// Runs `assay model …`.
pub async fn run(context: &Context, command: ModelCommand) -> Result<Report> {
	match command {
		ModelCommand::Push { package, name, royalty } => push(context, &package, name, royalty.0).await,
		ModelCommand::List => list(context).await,
		ModelCommand::Info { model } => {
			let chain = context.connect().await?;
			let model = chain.model(&model).await?;
			one(context, &model)
		}
		ModelCommand::Serve { model, stop } => {
			let (call, doing): (fn(VersionId) -> Call, _) = if stop {
				(Call::stop_serving, "ending to serve")
			} else {
				(Call::serve, "declaring to serve")
			};
			change(context, &model, call, doing).await
		}
		ModelCommand::Deprecate { model } => change(context, &model, Call::deprecate, "deprecating").await,
	}
}

async fn push(
	context: &Context,
	directory: &Path,
	name: Option<PushName>,
	royalty: Balance,
) -> Result<Report> {
	// Everything that can be wrong with the package is found before anything is signed or sent.
	let model = Model::from_directory(directory)?;
	let manifest = model.package().manifest(royalty).map_err(local::refused)?;
	let examples = self_check(&model, context.output)?;
	let signer = context.signer()?;
	let (owner, name) = match name {
		Some(PushName { owner, name }) => (owner, name),
		None => (None, as_label(&model.config().name)?),
	};
	let owner = owner.map_or_else(|| as_label(&signer.name), Ok)?;
	let name = ModelName { owner, name };
	let chain = context.connect().await?;
	ensure_namespace(context, &chain, &name, &signer).await?;

	let stored = context.writable_store()?.put_package(directory).map_err(store_failed)?;
	if stored != manifest.content {
		return Err(Error::new(
			Code::Package,
			format!("{} changed while it was read", directory.display()),
			"let whatever writes there finish, then run the command again",
		));
	}
	let progress = context.output.spinner(format!("registering {}", model_name(&name)));
	let call = Call::register_model(&name.owner, &name.name, &manifest);
	chain.submit(&call, &signer.key, &progress).await?;
	drop(progress);
	let registered = chain.model(&ModelRef(api::ModelRef::Name(name, None))).await?;
	let report = describe(context, &registered)?;
	let text = format!(
		"{}\n{}{}serve it from an operator's node with `assay model serve {}`",
		report.model,
		table(&[("version", report.version.to_string()), ("content", report.content.clone())]),
		if examples > 0 { format!("{examples} examples ran without error\n") } else { String::new() },
		report.model
	);
	Ok(Report::new(text, &report))
}

/// Runs the package's examples, so that no version is published that fails for everybody. Returns their number.
fn self_check(model: &Model, output: Output) -> Result<usize> {
	let examples = model.examples()?;
	if examples.is_empty() {
		return Ok(0);
	}
	let progress = output.bar(examples.len() as u64, "running the package's examples");
	let mut runner = local::start(model)?;
	for example in &examples {
		let run = runner.run(example, 0, None).map(Run::from).map_err(local::failed)?;
		if run.execution.digest.outcome != Outcome::Success {
			return Err(super::run::failed(&run));
		}
		progress.step();
	}
	Ok(examples.len())
}

/// Claims the namespace if nobody has.
async fn ensure_namespace(
	context: &Context,
	chain: &Chain,
	name: &ModelName,
	signer: &crate::context::Signer,
) -> Result<()> {
	let owner = String::from_utf8_lossy(&name.owner);
	match chain.namespace_owner(&name.owner).await? {
		Some(account) if account == signer.account => Ok(()),
		Some(account) => Err(Error::new(
			Code::Refused,
			format!("the namespace {owner:?} belongs to {}", account.to_ss58check()),
			"publish under a namespace of your own with --name OWNER/NAME, or sign with the account that owns this one",
		)),
		None => {
			let progress = context.output.spinner(format!("claiming the namespace {owner}"));
			chain.submit(&Call::claim_namespace(&name.owner), &signer.key, &progress).await.map(drop)
		}
	}
}

async fn list(context: &Context) -> Result<Report> {
	let chain = context.connect().await?;
	let models: Vec<ModelReport> =
		chain.models().await?.iter().map(|model| describe(context, model)).collect::<Result<_>>()?;
	let text = if models.is_empty() {
		"no models yet; publish one with `assay model push DIR`".into()
	} else {
		let rows: Vec<(&str, String)> = models
			.iter()
			.map(|model| {
				let state = if model.deprecated { "deprecated" } else { "open" };
				let line = format!(
					"version {}, {state}, served by {}, {}",
					model.version, model.servers, model.task
				);
				(model.model.as_str(), line)
			})
			.collect();
		table(&rows)
	};
	Ok(Report::new(text, &ListReport { models }))
}

/// Submits a call about one version, and shows the version as it is then.
async fn change(
	context: &Context,
	model: &ModelRef,
	call: fn(VersionId) -> Call,
	doing: &str,
) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	let model = chain.model(model).await?;
	let progress = context.output.spinner(format!("{doing} {}", model_name(&model.name)));
	chain.submit(&call(model.id), &signer.key, &progress).await?;
	drop(progress);
	one(context, &chain.model(&ModelRef(api::ModelRef::Id(model.id))).await?)
}

fn one(context: &Context, model: &ModelInfo) -> Result<Report> {
	let report = describe(context, model)?;
	let text = table(&[
		("model", report.model.clone()),
		("version", report.version.to_string()),
		("state", if model.deprecated { "deprecated" } else { "open" }.into()),
		("owner", report.owner.clone()),
		("served by", format!("{} operators", model.servers)),
		("inputs", report.inputs.join("; ")),
		("outputs", report.outputs.join("; ")),
		("compute limit", format!("{} units", model.manifest.compute_limit)),
		("royalty", format_asy(model.manifest.royalty)),
		("task", report.task.clone()),
		("licence", report.licence.clone()),
		("tags", report.tags.join(", ")),
		("content", format!("{}, {} bytes", report.content, report.size)),
		("in the store", if report.stored { "yes" } else { "no" }.into()),
		("registered", format!("block {}, deposit {}", model.registered_at, format_asy(model.deposit))),
	]);
	Ok(Report::new(text, &report))
}

fn describe(context: &Context, model: &ModelInfo) -> Result<ModelReport> {
	let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
	let manifest = &model.manifest;
	Ok(ModelReport {
		model: format!("{}@{}", model_name(&model.name), model.number),
		version: model.id,
		owner: model.owner.to_ss58check(),
		content: manifest.content.to_string(),
		size: manifest.size,
		inputs: manifest.inputs.iter().map(format_spec).collect(),
		outputs: manifest.outputs.iter().map(format_spec).collect(),
		compute_limit: manifest.compute_limit,
		royalty: manifest.royalty.to_string(),
		task: text(&manifest.task),
		licence: text(&manifest.licence),
		tags: manifest.tags.iter().map(|tag| text(tag)).collect(),
		deposit: model.deposit.to_string(),
		registered_at: model.registered_at,
		deprecated: model.deprecated,
		servers: model.servers,
		stored: context.store()?.package(manifest.content).is_some(),
	})
}

fn as_label(text: &str) -> Result<Label> {
	label(text).map_err(|why| Error::new(Code::Usage, why, "choose one with --name OWNER/NAME"))
}
