//! `assay dispute`: challenging an answer, and what juries find.

use super::{
	request::{answer, model_of},
	table, verify,
};
use crate::{
	amount::{Amount, format_asy},
	args::DisputeCommand,
	chain::{Chain, api::DisputeInfo, call::Call},
	compare,
	context::Context,
	error::{Code, Error, Result},
	output::Report,
};
use assay_primitives::{
	Balance, RequestId, RequestState, ResultDigest,
	dispute::{DisputeState, Role, Tier, Vote},
};
use serde::Serialize;
use sp_core::crypto::Ss58Codec;
use std::path::Path;

#[derive(Serialize)]
struct DisputeReport {
	dispute: u64,
	request: RequestId,
	/// `drawing`, `committing`, `revealing`, `appealable`, `settling` or `settled`.
	state: &'static str,
	tier: u32,
	opened_at: u32,
	#[serde(skip_serializing_if = "Option::is_none")]
	deadline: Option<u32>,
	claims: Vec<Claim>,
	/// Of each tier so far.
	juries: Vec<Vec<Juror>>,
	/// Output hash of what stands; none if nothing does.
	verdict: Option<String>,
	/// What an appeal takes in all, and what was contributed.
	#[serde(skip_serializing_if = "Option::is_none")]
	appeal: Option<Appeal>,
}

#[derive(Serialize)]
struct Claim {
	claimant: String,
	role: &'static str,
	output_hash: String,
	at_risk: String,
}

#[derive(Serialize)]
struct Juror {
	juror: String,
	/// `awaited`, `committed` or `revealed`.
	vote: &'static str,
	output_hash: Option<String>,
}

#[derive(Serialize)]
struct Appeal {
	target: String,
	pooled: String,
}

/// Runs `assay dispute …`.
pub async fn run(context: &Context, command: DisputeCommand) -> Result<Report> {
	match command {
		DisputeCommand::Open { id, package, max_bond } => {
			open(context, id, package.as_deref(), max_bond).await
		}
		DisputeCommand::Appeal { id, amount } => appeal(context, id, amount).await,
		DisputeCommand::Show { id } => show(&context.connect().await?, id).await,
		DisputeCommand::List { start } => list(&context.connect().await?, start).await,
	}
}

async fn open(
	context: &Context,
	id: RequestId,
	package: Option<&Path>,
	max_bond: Option<Amount>,
) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	let info = chain.request_info(id).await?;
	let provisional = matches!(info.state, RequestState::Provisional { .. });
	let Some(on_chain) = answer(&info).filter(|_| provisional) else {
		return Err(Error::new(
			Code::NotAnswered,
			format!("request {id} has no provisional answer that could be challenged"),
			format!("see `assay request get {id}`; an answer can be challenged until its window is over"),
		));
	};
	let (here, _) = verify::execute(context, &info, package)?;
	if compare::differences(&on_chain, &here).is_empty() {
		return Err(Error::new(
			Code::NotWrong,
			format!("the answer to request {id} is what its execution gives here"),
			"there is nothing to challenge; nothing was sent",
		));
	}
	let call = Call::challenge(id, &here, max_bond.map_or(Balance::MAX, |bond| bond.0));
	let progress = context.output.spinner("challenging the answer");
	chain.submit(&call, &signer.key, &progress).await?;
	drop(progress);
	show(&chain, id).await
}

async fn appeal(context: &Context, id: RequestId, amount: Option<Amount>) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	let missing = match chain.dispute(id).await?.state {
		DisputeState::Appealable { target, pooled, .. } => target.saturating_sub(pooled),
		_ => {
			return Err(Error::new(
				Code::Refused,
				format!("no jury has found anything about request {id} that could be appealed now"),
				format!("see `assay dispute show {id}`"),
			));
		}
	};
	let amount = amount.map_or(missing, |amount| amount.0);
	let progress = context.output.spinner("contributing to the appeal");
	chain.submit(&Call::appeal(id, amount), &signer.key, &progress).await?;
	drop(progress);
	show(&chain, id).await
}

async fn show(chain: &Chain, id: RequestId) -> Result<Report> {
	let info = chain.dispute(id).await?;
	let (_, model) = model_of(chain, &chain.request_info(id).await?).await?;
	let report = describe(&info);
	Ok(Report::new(format!("about request {id} to {model}\n{}", timeline(&info, &report)), &report))
}

async fn list(chain: &Chain, start: u64) -> Result<Report> {
	let reports: Vec<DisputeReport> = chain.disputes(start).await?.iter().map(describe).collect();
	let line = |report: &DisputeReport| {
		format!(
			"{:>6}  request {:<8} tier {}  {}\n",
			report.dispute, report.request, report.tier, report.state
		)
	};
	let mut text: String = reports.iter().map(line).collect();
	if reports.is_empty() {
		text.push_str("there are no disputes\n");
	}
	Ok(Report::new(text, &serde_json::json!({ "disputes": reports })))
}

fn describe(info: &DisputeInfo) -> DisputeReport {
	let claims = info.case.claims.iter().map(|claim| Claim {
		claimant: claim.claimant.to_ss58check(),
		role: role_name(claim.role),
		output_hash: hash(&claim.digest),
		at_risk: claim.at_risk.to_string(),
	});
	let juries = info.juries.iter().map(|jury| {
		let juror = |seat: &assay_primitives::dispute::Seat<_>| {
			let (vote, output_hash) = match &seat.vote {
				Vote::Awaited => ("awaited", None),
				Vote::Committed(_) => ("committed", None),
				Vote::Revealed { digest, .. } => ("revealed", Some(hash(digest))),
			};
			Juror { juror: sp_core::crypto::AccountId32::to_ss58check(&seat.juror), vote, output_hash }
		};
		jury.iter().map(juror).collect()
	});
	let (state, deadline, verdict, appeal) = match &info.state {
		DisputeState::Drawing => ("drawing", None, None, None),
		DisputeState::Committing { deadline } => ("committing", Some(*deadline), None, None),
		DisputeState::Revealing { deadline } => ("revealing", Some(*deadline), None, None),
		DisputeState::Appealable { digest, deadline, target, pooled } => {
			let appeal = Appeal { target: target.to_string(), pooled: pooled.to_string() };
			("appealable", Some(*deadline), Some(hash(digest)), Some(appeal))
		}
		DisputeState::Settling { verdict } => ("settling", None, verdict.as_ref().map(hash), None),
		DisputeState::Settled { verdict } => ("settled", None, verdict.as_ref().map(hash), None),
	};
	DisputeReport {
		dispute: info.number,
		request: info.case.request,
		state,
		tier: tier_number(info.tier),
		opened_at: info.opened_at,
		deadline,
		claims: claims.collect(),
		juries: juries.collect(),
		verdict,
		appeal,
	}
}

/// What happened, in order, and what comes next.
fn timeline(info: &DisputeInfo, report: &DisputeReport) -> String {
	let mut rows = vec![("opened", format!("in block {}", info.opened_at))];
	for (claim, at_risk) in report.claims.iter().zip(info.case.claims.iter().map(|claim| claim.at_risk)) {
		let what =
			format!("{} says {}, and risks {}", claim.claimant, claim.output_hash, format_asy(at_risk));
		rows.push((claim.role, what));
	}
	for (tier, jury) in report.juries.iter().enumerate() {
		rows.push(("jury", format!("of tier {}: {} drawn", tier.saturating_add(1), jury.len())));
		for juror in jury {
			let said = juror.output_hash.as_deref().unwrap_or(juror.vote);
			rows.push(("juror", format!("{}: {said}", juror.juror)));
		}
	}
	rows.push((
		"state",
		match &info.state {
			DisputeState::Drawing => "a jury is being drawn".into(),
			DisputeState::Committing { deadline } => {
				format!("the jurors execute and commit, until block {deadline}")
			}
			DisputeState::Revealing { deadline } => {
				format!("the jurors open their commitments, until block {deadline}")
			}
			DisputeState::Appealable { digest, deadline, target, pooled } => format!(
				"the jury found {}; it stands unless it is appealed until block {deadline} (`assay dispute appeal {}`; {} of {} \
				 are there)",
				hash(digest),
				report.request,
				format_asy(*pooled),
				format_asy(*target)
			),
			DisputeState::Settling { verdict } => {
				format!("{}; everybody is being paid", verdict_text(verdict.as_ref()))
			}
			DisputeState::Settled { verdict } => verdict_text(verdict.as_ref()),
		},
	));
	table(&rows)
}

fn verdict_text(verdict: Option<&ResultDigest>) -> String {
	match verdict {
		Some(digest) => format!("the verdict is {}", hash(digest)),
		None => "void: the juries did not agree; everybody got back what they had at risk".into(),
	}
}

fn hash(digest: &ResultDigest) -> String {
	format!("{:?}", digest.output_hash)
}

fn role_name(role: Role) -> &'static str {
	match role {
		Role::Worker => "worker",
		Role::Auditor => "auditor",
		Role::Challenger => "challenger",
	}
}

fn tier_number(tier: Tier) -> u32 {
	match tier {
		Tier::First => 1,
		Tier::Second => 2,
		Tier::Third => 3,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{
		AccountId, Outcome,
		commitment::output_hash,
		dispute::{self, Case, Seat},
	};

	fn digest(output: &[u8]) -> ResultDigest {
		ResultDigest { outcome: Outcome::Success, output_hash: output_hash(output), compute_units: 9 }
	}

	fn dispute(state: DisputeState<Balance, u32>) -> DisputeInfo {
		let claim = |n: u8, role, output: &[u8]| dispute::Claim {
			claimant: AccountId::new([n; 32]),
			role,
			digest: digest(output),
			at_risk: 15,
		};
		let claims = vec![claim(1, Role::Worker, b"lie"), claim(2, Role::Challenger, b"truth")];
		DisputeInfo {
			number: 4,
			case: Case {
				request: 3,
				requester: AccountId::new([9; 32]),
				version: 0,
				job: Default::default(),
				compute_limit: 10,
				fee: 1,
				claims: claims.try_into().expect("are few"),
			},
			opened_at: 80,
			tier: Tier::First,
			juries: vec![vec![
				Seat {
					juror: AccountId::new([5; 32]),
					vote: Vote::Revealed { digest: digest(b"truth"), shown: None },
				},
				Seat { juror: AccountId::new([6; 32]), vote: Vote::Awaited },
			]],
			state,
		}
	}

	#[test]
	fn every_state_should_have_a_name_and_a_text() {
		let truth = digest(b"truth");
		for (state, name, text) in [
			(DisputeState::Drawing, "drawing", "being drawn"),
			(DisputeState::Committing { deadline: 90 }, "committing", "until block 90"),
			(DisputeState::Revealing { deadline: 91 }, "revealing", "until block 91"),
			(
				DisputeState::Appealable { digest: truth, deadline: 92, target: 7, pooled: 2 },
				"appealable",
				"assay dispute appeal 3",
			),
			(DisputeState::Settling { verdict: Some(truth) }, "settling", "being paid"),
			(DisputeState::Settled { verdict: None }, "settled", "void"),
		] {
			let info = dispute(state);
			let report = describe(&info);
			assert_eq!((report.state, report.request, report.tier), (name, 3, 1));
			let timeline = timeline(&info, &report);
			assert!(timeline.contains(text), "{timeline}");
			assert!(timeline.contains("challenger") && timeline.contains("awaited"), "{timeline}");
		}
	}

	#[test]
	fn votes_and_verdict_should_be_part_of_the_object() {
		let truth = digest(b"truth");
		let info = dispute(DisputeState::Settled { verdict: Some(truth) });
		let json = serde_json::to_value(describe(&info)).expect("is JSON");
		assert_eq!(json["verdict"], hash(&truth));
		assert_eq!(json["juries"][0][0]["output_hash"], hash(&truth));
		assert_eq!(json["juries"][0][1]["vote"], "awaited");
		assert_eq!(json["claims"][0]["role"], "worker");
	}
}
