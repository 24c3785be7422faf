//! What the global options give to every command.

use crate::{
	args::Global,
	chain::Chain,
	error::{Code, Error, Result},
	keystore::{self, Keystore, PasswordSource},
	output::Output,
};
use assay_primitives::AccountId;
use assay_store::{Store, StoreError};
use sp_core::crypto::Ss58Codec;
use std::{env, path::PathBuf};
use subxt_signer::sr25519::Keypair;

/// The global options, resolved.
pub struct Context {
	global: Global,
	/// Where results and progress go.
	pub output: Output,
}

/// A key that signs, and what its account is called.
pub struct Signer {
	/// The key.
	pub key: Keypair,
	/// Its account.
	pub account: AccountId,
	/// Name in the keystore, or of the development account.
	pub name: String,
}

impl Context {
	/// From the command line.
	pub fn new(global: Global) -> Self {
		let output = Output { json: global.json };
		Self { global, output }
	}

	/// Connects to the node and checks the chain.
	pub async fn connect(&self) -> Result<Chain> {
		let _progress = self.output.spinner(format!("connecting to {}", self.global.node));
		Chain::connect(&self.global.node, self.global.genesis).await
	}

	/// The directory of packages.
	pub fn store_path(&self) -> Result<PathBuf> {
		self.global.store.clone().map_or_else(|| data_directory("--store").map(|data| data.join("store")), Ok)
	}

	/// The store for reading.
	pub fn store(&self) -> Result<Store> {
		Ok(Store::attach(self.store_path()?))
	}

	/// The store for writing; its directory is created.
	pub fn writable_store(&self) -> Result<Store> {
		Store::open(self.store_path()?).map_err(store_failed)
	}

	/// The directory of accounts.
	pub fn keystore(&self) -> Result<Keystore> {
		let path = match &self.global.keystore {
			Some(path) => path.clone(),
			None => data_directory("--keystore")?.join("keystore"),
		};
		Ok(Keystore::new(path))
	}

	/// Where the account's password comes from.
	pub fn password_source(&self) -> PasswordSource {
		self.global.password_file.clone().map_or(PasswordSource::Prompt, PasswordSource::File)
	}

	/// The key that a command signs with.
	pub fn signer(&self) -> Result<Signer> {
		let named = |key: Keypair, name: String| {
			let account = AccountId::new(key.public_key().0);
			Signer { key, account, name }
		};
		match (&self.global.dev, &self.global.account) {
			(Some(path), _) => {
				let name = path.trim_start_matches('/').to_lowercase();
				Ok(named(keystore::development_key(path)?, name))
			}
			(None, Some(wanted)) => {
				let keystore = self.keystore()?;
				let account = keystore.find(wanted)?;
				let password = keystore::password(&self.password_source(), &account.name)?;
				Ok(named(keystore.unlock(&account, &password)?, account.name))
			}
			(None, None) => Err(Error::new(
				Code::UnknownAccount,
				"the command signs a transaction and was not told with which account",
				"add --account NAME (see `assay account list`), or --dev //Alice on a development chain",
			)),
		}
	}

	/// An account by keystore name, address, or development path.
	pub fn account(&self, text: &str) -> Result<AccountId> {
		if text.starts_with("//") {
			return Ok(AccountId::new(keystore::development_key(text)?.public_key().0));
		}
		match AccountId::from_ss58check(text) {
			Ok(account) => Ok(account),
			Err(_) => Ok(self.keystore()?.find(text)?.id),
		}
	}
}

/// A store's error for users.
pub fn store_failed(error: StoreError) -> Error {
	match error {
		StoreError::Package(error) => {
			Error::new(Code::Package, error.to_string(), "correct the package; docs/cli.md shows an example")
		}
		StoreError::NotFound { .. } => Error::new(
			Code::PackageNotInStore,
			error.to_string(),
			"add it with `assay model push DIR`, or choose another directory with --store",
		),
		error => Error::new(Code::FileRead, error.to_string(), "check the directory given by --store"),
	}
}

/// `$XDG_DATA_HOME/assay`, by default `~/.local/share/assay`.
fn data_directory(option: &str) -> Result<PathBuf> {
	let absolute =
		|variable: &str| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
	absolute("XDG_DATA_HOME")
		.or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
		.map(|data| data.join("assay"))
		.ok_or_else(|| {
			Error::new(
				Code::Usage,
				"neither XDG_DATA_HOME nor HOME is set, so there is no default directory",
				format!("give one with {option} DIR"),
			)
		})
}
