//! Accounts in a directory, one encrypted file each.

mod password;
mod polkadot_js;

pub use password::{PasswordSource, new_password, password};

use crate::{
	error::{Code, Error, Result},
	model_ref,
};
use assay_primitives::AccountId;
use polkadot_js::OpenError;
use sp_core::{Pair, crypto::Ss58Codec, sr25519};
use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
};
use subxt_signer::{SecretUri, sr25519::Keypair};
use zeroize::Zeroizing;

/// The directory of account files.
#[derive(Clone, Debug)]
pub struct Keystore {
	directory: PathBuf,
}

/// An account of the keystore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
	/// Name of the file.
	pub name: String,
	/// Its account.
	pub id: AccountId,
}

impl Keystore {
	/// The keystore in `directory`, which is created with the first account.
	pub fn new(directory: impl Into<PathBuf>) -> Self {
		Self { directory: directory.into() }
	}

	/// Creates an account. Returns it with the phrase that restores it, which is not stored anywhere.
	pub fn create(&self, name: &str, password: &str) -> Result<(Account, Zeroizing<String>)> {
		model_ref::label(name).map_err(|why| Error::new(Code::Usage, why, "choose another name"))?;
		let path = self.path(name);
		let taken = || {
			Error::new(
				Code::AccountExists,
				format!("the keystore already has an account {name:?} in {}", path.display()),
				"choose another name; to replace the account, move that file away first",
			)
		};
		if path.exists() {
			return Err(taken());
		}
		let failed = |why: String| {
			Error::new(
				Code::FileWrite,
				format!("cannot write {}: {why}", path.display()),
				"choose a directory that you may write to with --keystore",
			)
		};
		let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
		let phrase = Zeroizing::new(phrase);
		let mut randomness = [0; 56];
		getrandom::fill(&mut randomness).map_err(|error| failed(error.to_string()))?;
		let sealed = polkadot_js::seal(name, &pair, password, &randomness).map_err(failed)?;

		fs::create_dir_all(&self.directory).map_err(|error| failed(error.to_string()))?;
		// `NamedTempFile` is created readable by its owner only and keeps that when it gets its name.
		tempfile::NamedTempFile::new_in(&self.directory)
			.and_then(|mut file| {
				file.write_all(sealed.as_bytes())?;
				file.as_file().sync_all()?;
				file.persist_noclobber(&path).map_err(|error| error.error)
			})
			.map_err(|error| match error.kind() {
				std::io::ErrorKind::AlreadyExists => taken(),
				_ => failed(error.to_string()),
			})?;
		Ok((Account { name: name.into(), id: AccountId::new(pair.public().0) }, phrase))
	}

	/// Every account, by name.
	pub fn list(&self) -> Result<Vec<Account>> {
		let entries = match fs::read_dir(&self.directory) {
			Ok(entries) => entries,
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(unreadable(&self.directory, error)),
		};
		let mut accounts = Vec::new();
		for entry in entries {
			let path = entry.map_err(|error| unreadable(&self.directory, error))?.path();
			if path.extension().is_some_and(|extension| extension == "json")
				&& let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
			{
				accounts.push(Account { name: name.into(), id: self.address(name)? });
			}
		}
		accounts.sort_by(|a, b| a.name.cmp(&b.name));
		Ok(accounts)
	}

	/// The account called `name`, or the one with this address.
	pub fn find(&self, name: &str) -> Result<Account> {
		if model_ref::label(name).is_ok() && self.path(name).exists() {
			return Ok(Account { name: name.into(), id: self.address(name)? });
		}
		let address = AccountId::from_ss58check(name).ok();
		let found = self.list()?.into_iter().find(|account| Some(&account.id) == address.as_ref());
		found.ok_or_else(|| {
			Error::new(
				Code::UnknownAccount,
				format!("the keystore {} has no account {name:?}", self.directory.display()),
				"see `assay account list`, or create the account with `assay account new NAME`",
			)
		})
	}

	/// Decrypts an account's key.
	pub fn unlock(&self, account: &Account, password: &str) -> Result<Keypair> {
		polkadot_js::open(&self.read(&account.name)?, password).map_err(|error| match error {
			OpenError::Password => Error::new(
				Code::Password,
				format!("the password of account {:?} is wrong", account.name),
				"try again; a forgotten password means restoring the account from its phrase in a wallet",
			),
			OpenError::Damaged(why) => self.damaged(&account.name, &why),
		})
	}

	fn address(&self, name: &str) -> Result<AccountId> {
		polkadot_js::address(&self.read(name)?).map_err(|why| self.damaged(name, &why))
	}

	fn read(&self, name: &str) -> Result<String> {
		let path = self.path(name);
		fs::read_to_string(&path).map_err(|error| unreadable(&path, error))
	}

	fn path(&self, name: &str) -> PathBuf {
		self.directory.join(format!("{name}.json"))
	}

	fn damaged(&self, name: &str, why: &str) -> Error {
		Error::new(
			Code::KeystoreFile,
			format!("{} is not an encrypted sr25519 account: {why}", self.path(name).display()),
			"restore the file from a backup, or export the account again as JSON from a polkadot-js wallet",
		)
	}
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
	Error::new(
		Code::KeystoreFile,
		format!("cannot read {}: {error}", path.display()),
		"check the directory given by --keystore and its permissions",
	)
}

/// The key of a development account such as `//Alice`. Everybody knows these keys.
pub fn development_key(path: &str) -> Result<Keypair> {
	// A phrase would be a secret on the command line, where every process of the machine can read it.
	let refused = || {
		Error::new(
			Code::Usage,
			"--dev takes the path of a development account, nothing else",
			"write --dev //Alice; for an account of your own use --account NAME",
		)
	};
	if !path.starts_with("//") || path.contains("///") {
		return Err(refused());
	}
	let uri: SecretUri = path.parse().map_err(|_| refused())?;
	Keypair::from_uri(&uri).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_account_should_survive_a_round_trip_through_the_directory() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let keystore = Keystore::new(directory.path().join("keystore"));
		assert_eq!(keystore.list().expect("is empty"), []);
		let (account, phrase) = keystore.create("carol", "secret").expect("is created");
		assert_eq!(phrase.split(' ').count(), 12);
		assert_eq!(keystore.list().expect("is readable"), std::slice::from_ref(&account));
		for name in ["carol", &account.id.to_ss58check()] {
			assert_eq!(keystore.find(name).expect("is found"), account);
		}
		let key = keystore.unlock(&account, "secret").expect("opens");
		assert_eq!(key.public_key().0, <[u8; 32]>::from(account.id.clone()));
		let restored = sr25519::Pair::from_phrase(&phrase, None).expect("is a phrase").0;
		assert_eq!(restored.public().0, key.public_key().0);
		assert_eq!(keystore.unlock(&account, "wrong").expect_err("is refused").code, Code::Password);
	}

	#[cfg(unix)]
	#[test]
	fn account_files_should_be_private() {
		use std::os::unix::fs::PermissionsExt;
		let directory = tempfile::tempdir().expect("temporary directory");
		let keystore = Keystore::new(directory.path());
		keystore.create("carol", "secret").expect("is created");
		let mode = fs::metadata(directory.path().join("carol.json")).expect("exists").permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
	}

	#[test]
	fn create_should_never_overwrite() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let keystore = Keystore::new(directory.path());
		let (account, _) = keystore.create("carol", "secret").expect("is created");
		assert_eq!(keystore.create("carol", "other").expect_err("exists").code, Code::AccountExists);
		assert!(keystore.unlock(&account, "secret").is_ok());
		assert_eq!(keystore.create("../carol", "other").expect_err("is no name").code, Code::Usage);
	}

	#[test]
	fn damaged_files_should_be_named() {
		let directory = tempfile::tempdir().expect("temporary directory");
		fs::write(directory.path().join("eve.json"), "{}").expect("is writable");
		let error = Keystore::new(directory.path()).list().expect_err("is damaged");
		assert_eq!(error.code, Code::KeystoreFile);
		assert!(error.message.contains("eve.json"), "{error}");
	}

	#[test]
	fn development_keys_should_come_from_a_path_alone() {
		let alice = development_key("//Alice").expect("is a development account");
		assert_eq!(alice.public_key().0, subxt_signer::sr25519::dev::alice().public_key().0);
		let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
		for secret in
			[phrase, "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a", "//A///pw", ""]
		{
			assert_eq!(development_key(secret).expect_err("is a secret").code, Code::Usage);
		}
	}
}
