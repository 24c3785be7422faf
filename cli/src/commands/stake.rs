//! `assay stake`: stake with operators of others.

use super::table;
use crate::{
	amount::format_asy,
	args::StakeCommand,
	chain::{
		Chain,
		api::{DelegationInfo, EraInfo},
		call::Call,
	},
	context::Context,
	error::Result,
	output::Report,
};
use assay_primitives::AccountId;
use serde::Serialize;
use sp_core::crypto::Ss58Codec;

#[derive(Serialize)]
struct Delegation {
	operator: String,
	stake: String,
	unbonding: Vec<Unbonding>,
}

#[derive(Serialize)]
struct Unbonding {
	amount: String,
	withdrawable_at: u32,
}

/// Runs `assay stake …`.
pub async fn run(context: &Context, command: StakeCommand) -> Result<Report> {
	match command {
		StakeCommand::Delegate { operator, amount } => {
			let operator = context.account(&operator)?;
			change(context, &Call::delegate(&operator, amount.0), "delegating").await
		}
		StakeCommand::Undelegate { operator, amount, all: _ } => {
			let operator = context.account(&operator)?;
			let call = Call::undelegate(&operator, amount.map(|amount| amount.0));
			change(context, &call, "undelegating").await
		}
		StakeCommand::Withdraw { operator } => {
			let operator = context.account(&operator)?;
			change(context, &Call::withdraw(&operator), "withdrawing").await
		}
		StakeCommand::Rewards { account } => {
			let account = context.account(&account)?;
			rewards(&context.connect().await?, &account).await
		}
		StakeCommand::List { account } => {
			let account = context.account(&account)?;
			list(&context.connect().await?, &account).await
		}
	}
}

/// Submits a call, and shows what the account has staked then.
async fn change(context: &Context, call: &Call, doing: &'static str) -> Result<Report> {
	let signer = context.signer()?;
	let chain = context.connect().await?;
	let progress = context.output.spinner(doing);
	chain.submit(call, &signer.key, &progress).await?;
	drop(progress);
	list(&chain, &signer.account).await
}

async fn list(chain: &Chain, account: &AccountId) -> Result<Report> {
	let delegations = chain.delegations(account).await?;
	let mut text: String = delegations.iter().map(|delegation| describe(account, delegation)).collect();
	if delegations.is_empty() {
		text.push_str("nothing is staked; `assay stake delegate OPERATOR ASY` backs an operator\n");
	}
	let delegations: Vec<Delegation> = delegations.iter().map(report).collect();
	let object = serde_json::json!({ "account": account.to_ss58check(), "delegations": delegations });
	Ok(Report::new(text, &object))
}

fn describe(account: &AccountId, delegation: &DelegationInfo) -> String {
	let whose = if delegation.operator == *account { " (its own bond)" } else { "" };
	let mut rows = vec![
		("operator", format!("{}{whose}", delegation.operator.to_ss58check())),
		("worth", format_asy(delegation.stake)),
	];
	rows.extend(
		delegation
			.unbonding
			.iter()
			.map(|(amount, block)| ("unbonding", format!("{}, from block {block} on", format_asy(*amount)))),
	);
	table(&rows)
}

fn report(delegation: &DelegationInfo) -> Delegation {
	let unbonding =
		|(amount, block): &(u128, u32)| Unbonding { amount: amount.to_string(), withdrawable_at: *block };
	Delegation {
		operator: delegation.operator.to_ss58check(),
		stake: delegation.stake.to_string(),
		unbonding: delegation.unbonding.iter().map(unbonding).collect(),
	}
}

async fn rewards(chain: &Chain, account: &AccountId) -> Result<Report> {
	let EraInfo { index, began_at, ends_at, blocks, inflation } = chain.era().await?;
	let mut text = table(&[
		("era", format!("{index}, blocks {began_at} to {}", ends_at.saturating_sub(1))),
		("blocks so far", blocks.to_string()),
		("inflation so far", format!("{}, for who made them", format_asy(inflation))),
	]);
	let mut operators = Vec::new();
	for delegation in chain.delegations(account).await? {
		// Gone since it was listed.
		let Some(operator) = chain.operator(&delegation.operator).await? else { continue };
		let address = delegation.operator.to_ss58check();
		text.push_str(&table(&[
			("operator", address.clone()),
			("worth", format!("{} of its {}", format_asy(delegation.stake), format_asy(operator.stake))),
			("commission", format!("{:?} of what it earns; the rest is shared", operator.commission)),
		]));
		operators.push(serde_json::json!({
			"operator": address,
			"stake": delegation.stake.to_string(),
			"operator_stake": operator.stake.to_string(),
			"commission": operator.commission.deconstruct(),
		}));
	}
	let object = serde_json::json!({
		"era": index,
		"began_at": began_at,
		"ends_at": ends_at,
		"blocks": blocks,
		"inflation": inflation.to_string(),
		"operators": operators,
	});
	Ok(Report::new(text, &object))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn delegations_should_say_what_is_leaving_and_whose_the_bond_is() {
		let account = AccountId::new([1; 32]);
		let own = DelegationInfo { operator: account.clone(), stake: 5, unbonding: vec![(7, 90)] };
		let text = describe(&account, &own);
		assert!(text.contains("its own bond") && text.contains("from block 90 on"), "{text}");
		let other = DelegationInfo { operator: AccountId::new([2; 32]), ..own };
		assert!(!describe(&account, &other).contains("its own bond"));
		let json = serde_json::to_value(report(&other)).expect("is JSON");
		assert_eq!((&json["stake"], &json["unbonding"][0]["withdrawable_at"]), (&"5".into(), &90.into()));
	}
}
