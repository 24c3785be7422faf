//! `assay request`, and what every command prints about a request.

use super::table;
use crate::{
	amount::format_asy,
	answer::{AnswerReport, Meaning},
	args::{RequestCommand, Wait},
	chain::{
		Chain, Head,
		api::{ModelInfo, RequestInfo},
	},
	context::Context,
	error::{Code, Error, Result},
	model_ref::{ModelRef, model_name},
	output::{Output, Report},
};
use assay_primitives::{AccountId, Execution, RequestId, RequestState, Security, api};
use assay_store::{Package, Store};
use serde::Serialize;
use sp_core::crypto::Ss58Codec;

/// A request in the form of reports.
#[derive(Serialize)]
pub struct RequestReport {
	/// Number of the request.
	pub request: RequestId,
	/// `owner/name@2`.
	pub model: String,
	/// Number of the version.
	pub version: u32,
	/// Who asked.
	pub requester: String,
	/// `pending`, `assigned`, `committed`, `provisional`, `disputed`, `final` or `expired`.
	pub state: &'static str,
	/// Who works on it or answered; the first of a panel.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub worker: Option<String>,
	/// The answer.
	#[serde(flatten)]
	pub answer: Option<AnswerReport>,
	/// How many operators failed it.
	pub round: u32,
	/// Block that included it.
	pub requested_at: u32,
	/// Block of the last state change.
	pub changed_at: u32,
	/// Blocks between the two.
	pub blocks: u32,
	/// Last block of the state it is in, or first block at which the answer can become final.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub deadline: Option<u32>,
	/// What was held, in the smallest unit.
	pub escrow: String,
	/// What was paid, in the smallest unit.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub charged: Option<String>,
}

impl RequestReport {
	/// Describes a request to `model`; `class_names` are those of its package, if it is at hand.
	pub fn new(info: &RequestInfo, model: &str, class_names: &[String]) -> Self {
		let (state, deadline, charged) = match &info.state {
			RequestState::Pending { deadline, .. } => ("pending", Some(*deadline), None),
			RequestState::Assigned { deadline, .. } => ("assigned", Some(*deadline), None),
			RequestState::Committed { deadline, .. } => ("committed", Some(*deadline), None),
			RequestState::Provisional { final_at, .. } => ("provisional", Some(*final_at), None),
			RequestState::Disputed { .. } => ("disputed", None, None),
			RequestState::Final { charged, .. } => ("final", None, Some(*charged)),
			RequestState::Expired => ("expired", None, None),
		};
		let worker = workers(info).into_iter().next();
		let task = String::from_utf8_lossy(&info.manifest.task);
		let meaning = Meaning { task: &task, classes: class_names };
		Self {
			request: info.id,
			model: model.into(),
			version: info.version,
			requester: info.requester.to_ss58check(),
			state,
			worker: worker.map(|worker| worker.to_ss58check()),
			answer: answer(info).map(|execution| AnswerReport::new(&execution, meaning)),
			round: info.round,
			requested_at: info.requested_at,
			changed_at: info.changed_at,
			blocks: info.changed_at.saturating_sub(info.requested_at),
			deadline,
			escrow: info.escrow.to_string(),
			charged: charged.map(|charged| charged.to_string()),
		}
	}

	/// Lines for people.
	pub fn text(&self, info: &RequestInfo) -> String {
		let security = match info.security {
			Security::Optimistic { window } => format!("window {window} blocks"),
			Security::Quorum(size) => format!("quorum of {}", size.workers()),
		};
		let mut rows = vec![
			("request", self.request.to_string()),
			("model", format!("{} (version {})", self.model, self.version)),
			("state", self.state.into()),
		];
		if let Some(worker) = &self.worker {
			rows.push(("worker", worker.clone()));
		}
		match self.deadline {
			Some(block) if self.state == "provisional" => {
				rows.push(("final from", format!("block {block}, if nobody challenges it")));
			}
			Some(block) => rows.push(("deadline", format!("block {block}"))),
			None => {}
		}
		rows.push(("requested", format!("block {}, {security}", self.requested_at)));
		rows.push(("changed", format!("block {}, {} blocks later", self.changed_at, self.blocks)));
		match &info.state {
			RequestState::Final { charged, .. } => rows.push(("paid", format_asy(*charged))),
			RequestState::Expired => rows.push(("paid", "nothing; the escrow was refunded".into())),
			_ => rows.push(("escrow", format_asy(info.escrow))),
		}
		if let Some(answer) = &self.answer {
			rows.push(("output hash", answer.output_hash.clone()));
			rows.push(("compute units", answer.compute_units.to_string()));
		}
		table(&rows) + &self.answer.as_ref().map(AnswerReport::text).unwrap_or_default()
	}
}

/// The answer of a request that has one.
pub fn answer(info: &RequestInfo) -> Option<Execution> {
	info.state.answer()
}

/// Who works on a request or answered it.
fn workers(info: &RequestInfo) -> Vec<&AccountId> {
	match &info.state {
		RequestState::Final { workers, .. } => workers.iter().collect(),
		state => state.panel().iter().map(|seat| &seat.worker).collect(),
	}
}

/// Whether a request has come as far as `wait` asks.
fn reached(info: &RequestInfo, wait: Wait) -> bool {
	matches!(
		(&info.state, wait),
		(_, Wait::None)
			| (RequestState::Final { .. } | RequestState::Expired, _)
			| (RequestState::Provisional { .. }, Wait::Provisional)
	)
}

/// Waits for a request. An answer counts as final only in a block that is itself final. Fails when the request expired.
pub async fn wait_for(chain: &Chain, id: RequestId, wait: Wait, output: Output) -> Result<RequestInfo> {
	let progress = output.spinner(format!("request {id}"));
	let head = if wait == Wait::Final { Head::Finalized } else { Head::Best };
	let info = chain
		.wait(head, async |at| {
			let info = match chain.request_at(id, at).await {
				// The finalised block may be older than the request.
				Err(error) if error.code == Code::NotFound && head == Head::Finalized => {
					chain.request_info(id).await?;
					return Ok(None);
				}
				found => found?,
			};
			progress.say(progress_line(&info));
			Ok(reached(&info, wait).then_some(info))
		})
		.await?;
	if matches!(info.state, RequestState::Expired) {
		return Err(Error::new(
			Code::Expired,
			format!("request {id} expired after {} rounds: no worker answered in time", info.round),
			"the escrow was refunded; ask again, or see with `assay model info MODEL` how many operators serve it",
		));
	}
	Ok(info)
}

fn progress_line(info: &RequestInfo) -> String {
	let id = info.id;
	let names: Vec<String> = workers(info).into_iter().map(|worker| worker.to_ss58check()).collect();
	let names = names.join(", ");
	match &info.state {
		RequestState::Pending { .. } => format!("request {id}: waiting for the draw of a worker"),
		RequestState::Assigned { .. } => format!("request {id}: assigned to {names}"),
		RequestState::Committed { .. } => format!("request {id}: {names} committed to an answer"),
		RequestState::Disputed { .. } => format!("request {id}: disputed; waiting for the verdict"),
		RequestState::Provisional { final_at, .. } => {
			format!("request {id}: answered; final at block {final_at}")
		}
		RequestState::Final { .. } => format!("request {id}: final; waiting for the block to be final"),
		RequestState::Expired => format!("request {id}: expired"),
	}
}

/// The version of a request with its name.
pub async fn model_of(chain: &Chain, info: &RequestInfo) -> Result<(ModelInfo, String)> {
	let model = chain.model(&ModelRef(api::ModelRef::Id(info.version))).await?;
	let name = format!("{}@{}", model_name(&model.name), model.number);
	Ok((model, name))
}

/// Names of the model's classes, when its package is in the store. They are for display: without them the answer is
/// shown as numbers.
pub fn class_names(store: &Store, model: &assay_primitives::Manifest) -> Vec<String> {
	store
		.package(model.content)
		.and_then(|path| Package::open(&path).ok())
		.map(|package| package.config().classes.clone())
		.unwrap_or_default()
}

/// The report about a request.
pub async fn describe(context: &Context, chain: &Chain, info: &RequestInfo) -> Result<RequestReport> {
	let (_, name) = model_of(chain, info).await?;
	let names = class_names(&context.store()?, &info.manifest);
	Ok(RequestReport::new(info, &name, &names))
}

/// Runs `assay request …`.
pub async fn run(context: &Context, command: RequestCommand) -> Result<Report> {
	let chain = context.connect().await?;
	let (info, output) = match command {
		RequestCommand::Get { id, output } => (chain.request_info(id).await?, output),
		RequestCommand::Watch { id, until } => (wait_for(&chain, id, until, context.output).await?, None),
	};
	let report = describe(context, &chain, &info).await?;
	if let (Some(path), Some(answer)) = (&output, &report.answer) {
		answer.write_first(path)?;
	}
	Ok(Report::new(report.text(&info), &report))
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use assay_primitives::{
		Codec, ContentId, Manifest, NumericProfile, Outcome, ResultDigest,
		commitment::output_hash,
		dispute::Role,
		job,
		request::{Answer, Seat},
	};

	/// A request in some state.
	pub fn request(state: RequestState<AccountId, u128, u32>) -> RequestInfo {
		api::RequestInfo {
			id: 3,
			requester: AccountId::new([1; 32]),
			version: 0,
			manifest: Manifest {
				content: ContentId { codec: Codec::DagPb, digest: [0; 32] },
				size: 1,
				profile: NumericProfile::StrictF32V1,
				inputs: Default::default(),
				outputs: Default::default(),
				compute_limit: 100,
				royalty: 0,
				task: Default::default(),
				licence: Default::default(),
				tags: Default::default(),
			},
			input: job::Input::Inline(Default::default()),
			seed: 5,
			security: Security::Optimistic { window: 10 },
			escrow: 1_000,
			requested_at: 100,
			changed_at: 104,
			round: 0,
			state,
		}
	}

	fn digest() -> ResultDigest {
		ResultDigest { outcome: Outcome::Success, output_hash: output_hash(&[]), compute_units: 9 }
	}

	type State = RequestState<AccountId, u128, u32>;

	fn states() -> Vec<(State, &'static str, bool, bool)> {
		let worker = AccountId::new([2; 32]);
		let output = || job::Output::Inline(Default::default());
		let panel = |answer| {
			let seat = Seat { worker: worker.clone(), role: Role::Worker, round: 0, stake: 1, answer };
			vec![seat].try_into().expect("is a panel")
		};
		let revealed = || Answer::Revealed(Execution { digest: digest(), output: output() });
		let workers = vec![worker.clone()].try_into().expect("is a panel");
		vec![
			(RequestState::Pending { panel: Default::default(), deadline: 110 }, "pending", false, false),
			(
				RequestState::Assigned { panel: panel(Answer::Waiting), deadline: 110 },
				"assigned",
				false,
				false,
			),
			(
				RequestState::Committed {
					panel: panel(Answer::Committed(Default::default())),
					deadline: 110,
				},
				"committed",
				false,
				false,
			),
			(
				RequestState::Provisional { panel: panel(revealed()), final_at: 114 },
				"provisional",
				true,
				false,
			),
			(
				RequestState::Final { workers, digest: digest(), output: output(), charged: 7 },
				"final",
				true,
				true,
			),
			(RequestState::Expired, "expired", true, true),
			(RequestState::Disputed { panel: panel(revealed()), challenge: None }, "disputed", false, false),
		]
	}

	#[test]
	fn every_state_should_have_a_name_a_text_and_an_end() {
		for (state, name, provisional, last) in states() {
			let info = request(state);
			let report = RequestReport::new(&info, "a/b@1", &[]);
			assert_eq!((report.state, report.blocks), (name, 4));
			assert!(report.text(&info).contains(name));
			assert_eq!(reached(&info, Wait::Provisional), provisional, "{name}");
			assert_eq!(reached(&info, Wait::Final), last, "{name}");
			assert!(reached(&info, Wait::None));
		}
	}

	#[test]
	fn the_answer_should_be_part_of_the_object() {
		let (state, ..) = states().remove(4);
		let json = serde_json::to_value(RequestReport::new(&request(state), "a/b@1", &[])).expect("is JSON");
		assert_eq!(json["state"], "final");
		assert_eq!(json["outcome"], "success");
		assert_eq!(json["charged"], "7");
		assert_eq!(json["output_hash"], format!("{:?}", output_hash(&[])));
		let (state, ..) = states().remove(0);
		let json = serde_json::to_value(RequestReport::new(&request(state), "a/b@1", &[])).expect("is JSON");
		assert_eq!(json.get("output_hash"), None);
	}
}
