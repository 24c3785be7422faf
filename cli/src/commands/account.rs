//! `assay account`: keys in the keystore.

use super::table;
use crate::{
	amount::format_asy, args::AccountCommand, context::Context, error::Result, keystore, output::Report,
};
use serde::Serialize;
use sp_core::crypto::Ss58Codec;

#[derive(Serialize)]
struct AccountReport {
	#[serde(skip_serializing_if = "Option::is_none")]
	name: Option<String>,
	address: String,
	public_key: String,
	#[serde(skip_serializing_if = "Option::is_none")]
	free: Option<String>,
	#[serde(skip_serializing_if = "Option::is_none")]
	reserved: Option<String>,
}

/// Runs `assay account …`.
pub async fn run(context: &Context, command: AccountCommand) -> Result<Report> {
	match command {
		AccountCommand::New { name } => create(context, &name),
		AccountCommand::List => list(context),
		AccountCommand::Inspect { account, balance } => inspect(context, &account, balance).await,
	}
}

fn create(context: &Context, name: &str) -> Result<Report> {
	let password = keystore::new_password(&context.password_source(), name)?;
	let (account, phrase) = context.keystore()?.create(name, &password)?;
	// On standard error, so that the phrase is not in a file that standard output was sent to.
	eprintln!(
		"Write these words down and keep them off line. Whoever has them has the account; they are not shown again.\n\n  \
		 {}\n",
		*phrase
	);
	let report = describe(Some(account.name), &account.id);
	let text = table(&[("account", name.into()), ("address", report.address.clone())]);
	Ok(Report::new(text, &report))
}

fn list(context: &Context) -> Result<Report> {
	#[derive(Serialize)]
	struct List {
		accounts: Vec<AccountReport>,
	}
	let accounts: Vec<AccountReport> = context
		.keystore()?
		.list()?
		.into_iter()
		.map(|account| describe(Some(account.name), &account.id))
		.collect();
	let text = if accounts.is_empty() {
		"no accounts yet; create one with `assay account new NAME`".into()
	} else {
		let rows: Vec<(&str, String)> = accounts
			.iter()
			.map(|account| (account.name.as_deref().unwrap_or_default(), account.address.clone()))
			.collect();
		table(&rows)
	};
	Ok(Report::new(text, &List { accounts }))
}

async fn inspect(context: &Context, account: &str, balance: bool) -> Result<Report> {
	let id = context.account(account)?;
	let mut report = describe(None, &id);
	let mut rows = vec![("address", report.address.clone()), ("public key", report.public_key.clone())];
	if balance {
		let balance = context.connect().await?.balance(&id).await?;
		rows.push(("free", format_asy(balance.free)));
		rows.push(("held", format_asy(balance.reserved)));
		report.free = Some(balance.free.to_string());
		report.reserved = Some(balance.reserved.to_string());
	}
	Ok(Report::new(table(&rows), &report))
}

fn describe(name: Option<String>, id: &assay_primitives::AccountId) -> AccountReport {
	let bytes: &[u8] = id.as_ref();
	AccountReport {
		name,
		address: id.to_ss58check(),
		public_key: format!("0x{}", hex::encode(bytes)),
		free: None,
		reserved: None,
	}
}
