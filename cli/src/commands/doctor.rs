//! `assay doctor`: whether the node, the engine and this machine are in order.

use crate::{
	args::CheckName,
	chain::{Chain, Head},
	context::Context,
	error::{Code, Error, Result},
	local,
	output::Report,
};
use assay_engine::Protections;
use clap::ValueEnum;
use serde::{Serialize, Serializer};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
	Good,
	/// Works, with something missing.
	Warning,
	Bad,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
struct Check {
	#[serde(serialize_with = "serialize_name")]
	name: CheckName,
	health: Health,
	found: String,
	#[serde(skip_serializing_if = "str::is_empty")]
	next: String,
}

/// As `--only` takes it.
fn name_of(name: CheckName) -> String {
	name.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn serialize_name<S: Serializer>(name: &CheckName, serializer: S) -> std::result::Result<S::Ok, S::Error> {
	serializer.serialize_str(&name_of(*name))
}

#[derive(Serialize)]
struct DoctorReport {
	healthy: bool,
	checks: Vec<Check>,
}

impl Check {
	fn good(name: CheckName, found: impl Into<String>) -> Self {
		Self { name, health: Health::Good, found: found.into(), next: String::new() }
	}

	fn warning(name: CheckName, found: impl Into<String>, next: impl Into<String>) -> Self {
		Self { name, health: Health::Warning, found: found.into(), next: next.into() }
	}

	/// Good, or what the error says.
	fn from_result(name: CheckName, result: Result<String>) -> Self {
		match result {
			Ok(found) => Self::good(name, found),
			Err(error) => Self { name, health: Health::Bad, found: error.message, next: error.next },
		}
	}
}

/// Runs `assay doctor`. Every check that was asked for runs, whatever the others found; it fails when one of them is bad.
pub async fn run(context: &Context, only: &[CheckName]) -> Result<Report> {
	let wanted = |name| only.is_empty() || only.contains(&name);
	// A check that failed is the reason why one that depends on it is not there.
	let kept = |check: &Check| wanted(check.name) || check.health == Health::Bad;
	let progress = context.output.spinner("checking this machine");
	let mut checks = Vec::new();
	if wanted(CheckName::Kernels) {
		checks.push(kernels());
	}
	if wanted(CheckName::Floats) {
		checks.push(floats());
	}
	if wanted(CheckName::Store) {
		checks.push(store(context));
	}
	if wanted(CheckName::Engine) || wanted(CheckName::Sandbox) {
		checks.extend(engine().into_iter().filter(kept));
	}
	if wanted(CheckName::Node) || wanted(CheckName::WorkerKey) {
		progress.say("checking the node");
		checks.extend(node(context).await.into_iter().filter(kept));
	}
	drop(progress);

	let text = render(&checks);
	let bad: Vec<&Check> = checks.iter().filter(|check| check.health == Health::Bad).collect();
	if let Some(first) = bad.first() {
		let names: Vec<String> = bad.iter().map(|check| name_of(check.name)).collect();
		eprint!("{text}");
		return Err(Error::new(
			Code::Unhealthy,
			format!(
				"{} of {} checks failed ({}): {}",
				bad.len(),
				checks.len(),
				names.join(", "),
				first.found
			),
			first.next.clone(),
		));
	}
	Ok(Report::new(text, &DoctorReport { healthy: true, checks }))
}

fn kernels() -> Check {
	match assay_numerics::select() {
		Ok(cpu) => Check::good(CheckName::Kernels, format!("strict-f32-v1 with {}", cpu.isa())),
		Err(error) => Check::from_result(
			CheckName::Kernels,
			Err(Error::new(Code::Unhealthy, error.to_string(), "unset ASSAY_ISA, or set it to `scalar`")),
		),
	}
}

fn floats() -> Check {
	let checked = assay_numerics::environment::check().map(|()| "round to nearest, subnormals kept".into());
	Check::from_result(
		CheckName::Floats,
		checked.map_err(|error| {
			Error::new(
				Code::Unhealthy,
				error.to_string(),
				"do not preload libraries that change the float mode",
			)
		}),
	)
}

fn store(context: &Context) -> Check {
	let listed = context.store().and_then(|store| {
		let packages =
			if store.path().is_dir() { store.list().map_err(crate::context::store_failed)?.len() } else { 0 };
		Ok(format!("{packages} packages in {}", store.path().display()))
	});
	Check::from_result(CheckName::Store, listed)
}

/// A model with a known result, and what the child process that ran it was locked up with.
fn engine() -> Vec<Check> {
	match local::self_test() {
		Err(error) => vec![Check::from_result(CheckName::Engine, Err(error))],
		Ok(found) => {
			let time = found.time.as_micros();
			let right = format!("a fused dot product has the right bits ({time} µs)");
			vec![Check::good(CheckName::Engine, right), sandbox(&found.protections)]
		}
	}
}

fn sandbox(protections: &Protections) -> Check {
	if protections.are_complete() {
		return Check::good(CheckName::Sandbox, protections.to_string());
	}
	Check::warning(
		CheckName::Sandbox,
		protections.to_string(),
		"models of others run with fewer barriers; a newer Linux kernel with Landlock and seccomp has all of them",
	)
}

async fn node(context: &Context) -> Vec<Check> {
	match context.connect().await {
		Err(error) => vec![Check::from_result(CheckName::Node, Err(error))],
		Ok(chain) => {
			vec![Check::from_result(CheckName::Node, progress_of(&chain).await), worker_key(&chain).await]
		}
	}
}

/// The chain behind the node, when it makes blocks.
async fn progress_of(chain: &Chain) -> Result<String> {
	let (best, finalized) = (chain.height(Head::Best).await?, chain.height(Head::Finalized).await?);
	if best == 0 {
		return Err(Error::new(
			Code::Timeout,
			format!("{} is at block 0", chain.node()),
			"wait some seconds; if it stays there, the node finds no peers or no validator is running",
		));
	}
	Ok(format!(
		"{} at {}, runtime {}, block {best}, final {finalized}, genesis {:?}",
		chain.name().await?,
		chain.node(),
		chain.spec_version(),
		chain.genesis()
	))
}

/// Whether the node would make a worker key, asked without making one: only unsafe methods are listed to local callers.
async fn worker_key(chain: &Chain) -> Check {
	match chain.offers("assay_generateWorkerKey").await {
		Ok(true) => {
			Check::good(CheckName::WorkerKey, "the node makes worker keys (`assay operator register`)")
		}
		Ok(false) => Check::warning(
			CheckName::WorkerKey,
			"the node does not offer assay_generateWorkerKey",
			"to register an operator, ask an `assay-node` on its own machine",
		),
		Err(error) => Check::from_result(CheckName::WorkerKey, Err(error)),
	}
}

fn render(checks: &[Check]) -> String {
	let width = checks.iter().map(|check| name_of(check.name).len()).max().unwrap_or_default();
	checks
		.iter()
		.map(|check| {
			let mark = match check.health {
				Health::Good => "ok  ",
				Health::Warning => "warn",
				Health::Bad => "BAD ",
			};
			let mut line = format!("{mark}  {:<width$}  {}\n", name_of(check.name), check.found);
			if !check.next.is_empty() {
				line.push_str(&format!("      {:<width$}  next: {}\n", "", check.next));
			}
			line
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn this_machine_should_compute_by_the_profile() {
		for check in [kernels(), floats()] {
			assert_eq!(check.health, Health::Good, "{check:?}");
		}
	}

	#[test]
	fn a_failed_check_should_show_its_next_step() {
		let failed =
			Check::from_result(CheckName::Node, Err(Error::new(Code::Unreachable, "no node", "start one")));
		let text = render(&[Check::good(CheckName::Store, "0 packages"), failed]);
		assert_eq!(text, "ok    store  0 packages\nBAD   node   no node\n             next: start one\n");
	}
}
