//! Where a password comes from: a prompt or a file, never an argument.

use crate::error::{Code, Error, Result};
use std::{
	fs,
	io::{self, IsTerminal},
	path::PathBuf,
};
use zeroize::Zeroizing;

/// Where to get a password.
#[derive(Clone, Debug)]
pub enum PasswordSource {
	/// Ask on the terminal.
	Prompt,
	/// The first line of a file.
	File(PathBuf),
}

/// The password of an existing account.
pub fn password(source: &PasswordSource, account: &str) -> Result<Zeroizing<String>> {
	match source {
		PasswordSource::File(path) => from_file(path),
		PasswordSource::Prompt => prompt(&format!("Password of {account}: ")),
	}
}

/// The password of a new account; a prompt asks twice.
pub fn new_password(source: &PasswordSource, account: &str) -> Result<Zeroizing<String>> {
	let chosen = match source {
		PasswordSource::File(path) => from_file(path)?,
		PasswordSource::Prompt => {
			let first = prompt(&format!("New password of {account}: "))?;
			if *first != *prompt("The same again: ")? {
				return Err(Error::new(Code::Password, "the two passwords differ", "run the command again"));
			}
			first
		}
	};
	if chosen.is_empty() {
		return Err(Error::new(Code::Password, "the password is empty", "choose one that is not"));
	}
	Ok(chosen)
}

fn from_file(path: &PathBuf) -> Result<Zeroizing<String>> {
	let text = fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
		Error::new(
			Code::Password,
			format!("cannot read the password file {}: {error}", path.display()),
			"give a text file whose first line is the password",
		)
	})?;
	Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn prompt(question: &str) -> Result<Zeroizing<String>> {
	let failed = |why: String| {
		Error::new(Code::Password, why, "run the command in a terminal, or give --password-file FILE")
	};
	if !io::stdin().is_terminal() {
		return Err(failed("there is no terminal to ask for the password".into()));
	}
	rpassword::prompt_password(question)
		.map(Zeroizing::new)
		.map_err(|error| failed(format!("cannot ask for the password: {error}")))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_password_file_should_give_its_first_line() {
		let directory = tempfile::tempdir().expect("temporary directory");
		let path = directory.path().join("password");
		fs::write(&path, "two words\r\nsecond line\n").expect("is writable");
		let source = PasswordSource::File(path.clone());
		assert_eq!(*password(&source, "carol").expect("is readable"), "two words");
		fs::write(&path, "\n").expect("is writable");
		assert_eq!(new_password(&source, "carol").expect_err("is empty").code, Code::Password);
		fs::remove_file(&path).expect("is there");
		assert_eq!(password(&source, "carol").expect_err("is missing").code, Code::Password);
	}
}
