//! `assay infer`: a request from input files to answer.

use super::request::{RequestReport, describe, wait_for};
use crate::{
	amount::format_asy,
	args::{InferArgs, Wait},
	chain::{
		Chain,
		api::{ModelInfo, RequestInfo},
		call::Call,
	},
	context::{Context, Signer},
	error::{Code, Error, Result},
	input,
	model_ref::model_name,
	output::Report,
};
use assay_primitives::{Balance, RequestId, Security, job::Input};

/// Runs `assay infer`.
pub async fn run(context: &Context, arguments: InferArgs) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	let model = chain.model(&arguments.model).await?;
	let declared = &model.manifest.inputs;
	let payload = input::inline(&input::read(&arguments.inputs, declared)?)?;
	let security = match arguments.quorum {
		Some(size) => Security::Quorum(size),
		None => Security::Optimistic { window: arguments.window },
	};
	let stake = arguments.stake.map(|amount| amount.0);
	let quote = chain.quote(&model, security, stake).await?;
	let permitted = arguments.max_fee.map(|amount| amount.0);
	let max_fee = price(&chain, quote.escrow, permitted, &signer).await?;

	let call = Call::request(model.id, &payload, security, max_fee, arguments.seed, stake);
	let id = submit(context, &chain, &call, &signer).await?;
	let info = wait_for(&chain, id, arguments.wait, context.output).await?;
	ensure_ours(&info, &signer, &model, &payload)?;

	let report: RequestReport = describe(context, &chain, &info).await?;
	if let Some(path) = &arguments.output {
		match &report.answer {
			Some(answer) => answer.write_first(path)?,
			None => {
				return Err(Error::new(
					Code::FileWrite,
					format!("request {id} has no answer yet that could be written to {}", path.display()),
					format!("fetch it later with `assay request get {id} --output {}`", path.display()),
				));
			}
		}
	}
	let mut text = report.text(&info);
	if arguments.wait != Wait::Final {
		text.push_str(&format!(
			"\nfollow it with `assay request watch {id}`, check it with `assay verify {id}`\n"
		));
	}
	Ok(Report::new(text, &report))
}

/// The most that the request may cost: what the caller permits, or the quoted price.
async fn price(
	chain: &Chain,
	escrow: Balance,
	permitted: Option<Balance>,
	signer: &Signer,
) -> Result<Balance> {
	let max_fee = affordable(escrow, permitted)?;
	let balance = chain.balance(&signer.account).await?;
	if balance.free < escrow {
		return Err(Error::new(
			Code::InsufficientFunds,
			format!(
				"the request holds {} in escrow; {} has {}",
				format_asy(escrow),
				signer.name,
				format_asy(balance.free)
			),
			"send the account some ASY, or sign with another; what is not used returns when the answer is final",
		));
	}
	Ok(max_fee)
}

fn affordable(escrow: Balance, permitted: Option<Balance>) -> Result<Balance> {
	let max_fee = permitted.unwrap_or(escrow);
	if escrow > max_fee {
		return Err(Error::new(
			Code::FeeAboveMaximum,
			format!(
				"the request holds {} in escrow, more than the {} that --max-fee permits",
				format_asy(escrow),
				format_asy(max_fee)
			),
			"raise --max-fee; what is not used returns when the answer is final",
		));
	}
	Ok(max_fee)
}

async fn submit(context: &Context, chain: &Chain, call: &Call, signer: &Signer) -> Result<RequestId> {
	let progress = context.output.spinner("sending the request");
	let included = chain.submit(call, &signer.key, &progress).await?;
	let id = included.event_number("Inference", "Requested", "request");
	id.and_then(|id| RequestId::try_from(id).ok()).ok_or_else(|| {
		Error::new(
			Code::Incompatible,
			format!("transaction {:?} succeeded without the event Inference.Requested", included.extrinsic),
			"install the release of `assay` that belongs to the chain's runtime version",
		)
	})
}

/// When the block that included the request is replaced, another block may give the number to somebody else's request.
fn ensure_ours(info: &RequestInfo, signer: &Signer, model: &ModelInfo, input: &Input) -> Result<()> {
	if info.requester == signer.account && info.version == model.id && info.input == *input {
		return Ok(());
	}
	Err(Error::new(
		Code::Replaced,
		format!(
			"the block that included the request was replaced, and request {} is another one now",
			info.id
		),
		format!(
			"look in a later block for the event Inference.Requested of {} on {}",
			signer.name,
			model_name(&model.name)
		),
	))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_price_should_be_the_quote_unless_the_caller_permits_less() {
		assert_eq!(affordable(10, None).expect("is the quote"), 10);
		assert_eq!(affordable(10, Some(12)).expect("is permitted"), 12);
		let error = affordable(10, Some(9)).expect_err("is too much");
		assert_eq!(error.code, Code::FeeAboveMaximum);
		assert!(error.next.contains("--max-fee"));
	}
}
