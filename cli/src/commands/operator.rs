//! `assay operator`: bonding stake and registering a node's worker key.

use super::table;
use crate::{
	amount::format_asy,
	args::OperatorCommand,
	chain::{Chain, api::OperatorInfo, call::Call},
	context::{Context, Signer},
	error::{Code, Error, Result},
	output::Report,
};
use assay_primitives::{AccountId, Balance};
use serde::{Deserialize, Serialize};
use sp_core::crypto::{ByteArray, Ss58Codec};

#[derive(Serialize)]
struct OperatorReport {
	operator: String,
	worker_key: String,
	stake: String,
	own_stake: String,
	weight: String,
	delegators: u32,
	locked: String,
	/// Parts per billion.
	commission: u32,
	/// Parts per billion, and the block.
	next_commission: Option<(u32, u32)>,
	jailed_until: Option<u32>,
	unbonding: Option<String>,
	withdrawable_at: Option<u32>,
	bonded_since: u32,
	can_work: bool,
	validates: bool,
	serves: Vec<u32>,
	open_tasks: u32,
	missed: u32,
}

/// What a node answers to `assay_generateWorkerKey`.
#[derive(Deserialize)]
struct WorkerKey {
	key: String,
	proof: String,
}

/// Runs `assay operator …`.
pub async fn run(context: &Context, command: OperatorCommand) -> Result<Report> {
	match command {
		OperatorCommand::Register { bond, commission, validate } => {
			register(context, bond.0, commission, validate).await
		}
		OperatorCommand::Bond { amount } => change(context, &Call::bond_more(amount.0), "bonding").await,
		OperatorCommand::Unbond { amount, leave: _ } => {
			let call = Call::begin_unbonding(amount.map(|amount| amount.0));
			change(context, &call, "unbonding").await
		}
		OperatorCommand::Withdraw => withdraw(context).await,
		OperatorCommand::ReplaceKey => replace_key(context).await,
		OperatorCommand::Validate { stop } => {
			let doing = if stop { "ending to stand for election" } else { "standing for election" };
			change(context, &Call::set_validating(!stop), doing).await
		}
		OperatorCommand::Commission { percent } => {
			change(context, &Call::set_commission(percent), "announcing the commission").await
		}
		OperatorCommand::Unjail => change(context, &Call::unjail(), "leaving jail").await,
		OperatorCommand::Status { account } => {
			let account = context.account(&account)?;
			let chain = context.connect().await?;
			status(&chain, &account).await
		}
	}
}

async fn register(context: &Context, bond: Balance, commission: u32, validate: bool) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	let (key, proof) = generate_key(&chain, &signer.account).await?;
	let call = Call::register_operator(bond, commission, key, proof, validate);
	submit(context, &chain, &signer, &call, "registering the operator").await?;
	status(&chain, &signer.account).await
}

async fn replace_key(context: &Context) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	// An account that may not change its key should not make the node keep one more.
	operator(&chain, &signer.account).await?;
	let (key, proof) = generate_key(&chain, &signer.account).await?;
	submit(context, &chain, &signer, &Call::set_worker_key(key, proof), "replacing the worker key").await?;
	status(&chain, &signer.account).await
}

/// Has the node make a worker key. The node keeps the secret; the proof says that it agreed to work for this account.
async fn generate_key(chain: &Chain, account: &AccountId) -> Result<([u8; 32], [u8; 64])> {
	let generated: WorkerKey = chain.request("assay_generateWorkerKey", Some(account.to_ss58check())).await?;
	Ok((from_hex(&generated.key)?, from_hex(&generated.proof)?))
}

async fn withdraw(context: &Context) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	submit(context, &chain, &signer, &Call::finish_unbonding(), "withdrawing").await?;
	if chain.operator(&signer.account).await?.is_some() {
		return status(&chain, &signer.account).await;
	}
	let address = signer.account.to_ss58check();
	let text = format!("all stake is withdrawn; {address} is no operator any more");
	Ok(Report::new(text, &serde_json::json!({ "operator": address, "left": true })))
}

/// Submits a call, and shows the operator as it is then.
async fn change(context: &Context, call: &Call, doing: &'static str) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	submit(context, &chain, &signer, call, doing).await?;
	status(&chain, &signer.account).await
}

/// Submits a call and waits until it is included.
async fn submit(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	call: &Call,
	doing: &'static str,
) -> Result<()> {
	let progress = context.output.spinner(doing);
	chain.submit(call, &signer.key, &progress).await?;
	Ok(())
}

async fn operator(chain: &Chain, account: &AccountId) -> Result<OperatorInfo> {
	chain.operator(account).await?.ok_or_else(|| {
		Error::new(
			Code::NotFound,
			format!("{} is not an operator", account.to_ss58check()),
			"register it with `assay operator register --bond ASY --account NAME`",
		)
	})
}

async fn status(chain: &Chain, account: &AccountId) -> Result<Report> {
	let operator = operator(chain, account).await?;
	let report = describe(account, &operator);
	let mut rows = vec![
		("operator", report.operator.clone()),
		("worker key", report.worker_key.clone()),
		("stake", format!("{}, of which {} locked", format_asy(operator.stake), format_asy(operator.locked))),
		("its own", format_asy(operator.own_stake)),
		("delegators", operator.delegators.to_string()),
		("weight", format_asy(operator.weight)),
		("commission", format!("{:?}", operator.commission)),
		("bonded since", format!("block {}", operator.bonded_since)),
		("gets tasks", if operator.can_work { "yes" } else { "no" }.into()),
		("validates", if operator.validates { "yes" } else { "no" }.into()),
		("serves", format!("{:?}", operator.serves)),
		("open tasks", operator.open_tasks.to_string()),
		("missed tasks", operator.missed.to_string()),
	];
	if let Some((commission, block)) = operator.next_commission {
		rows.push(("next commission", format!("{commission:?}, from block {block} on")));
	}
	if let Some(block) = operator.jailed_until {
		rows.push(("in jail", format!("`assay operator unjail` from block {block} on")));
	}
	if let Some((amount, block)) = operator.unbonding {
		rows.push(("unbonding", format!("{}, from block {block} on", format_asy(amount))));
	}
	Ok(Report::new(table(&rows), &report))
}

fn describe(account: &AccountId, operator: &OperatorInfo) -> OperatorReport {
	OperatorReport {
		operator: account.to_ss58check(),
		worker_key: format!("0x{}", hex::encode(operator.worker_key.as_slice())),
		stake: operator.stake.to_string(),
		own_stake: operator.own_stake.to_string(),
		weight: operator.weight.to_string(),
		delegators: operator.delegators,
		commission: operator.commission.deconstruct(),
		next_commission: operator.next_commission.map(|(next, block)| (next.deconstruct(), block)),
		jailed_until: operator.jailed_until,
		locked: operator.locked.to_string(),
		unbonding: operator.unbonding.map(|(amount, _)| amount.to_string()),
		withdrawable_at: operator.unbonding.map(|(_, block)| block),
		bonded_since: operator.bonded_since,
		can_work: operator.can_work,
		validates: operator.validates,
		serves: operator.serves.clone(),
		open_tasks: operator.open_tasks,
		missed: operator.missed,
	}
}

fn from_hex<const N: usize>(text: &str) -> Result<[u8; N]> {
	let mut bytes = [0; N];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes).map_err(|error| {
		Error::new(
			Code::Incompatible,
			format!("the node answered `assay_generateWorkerKey` with {text:?}: {error}"),
			"use releases of `assay` and `assay-node` that belong together",
		)
	})?;
	Ok(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_should_be_read_with_or_without_prefix() {
		assert_eq!(from_hex::<2>("0x0aff").expect("is hex"), [10, 255]);
		assert_eq!(from_hex::<2>("0aff").expect("is hex"), [10, 255]);
		assert_eq!(from_hex::<2>("0x0a").expect_err("is short").code, Code::Incompatible);
	}
}
