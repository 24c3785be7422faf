//! Errors as a user meets them: a stable code, what happened, what to do next, and the exit status of the process.

use serde::Serialize;
use std::fmt;

/// Result of a command.
pub type Result<T> = std::result::Result<T, Error>;

/// Stable names of what can go wrong. `docs/cli.md` lists every one with its exit status; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
	/// The arguments do not form a command.
	Usage,
	/// `doctor` found a problem.
	Unhealthy,
	/// A file cannot be read.
	FileRead,
	/// A file cannot be written.
	FileWrite,
	/// A file's contents are not what its name says.
	FileFormat,
	/// An input has no name, an unknown name, or is given twice or not at all.
	InputName,
	/// An input has another element type than the model declares.
	InputType,
	/// An input has another shape than the model declares.
	InputShape,
	/// The inputs together do not fit a request.
	InputTooLarge,
	/// The directory or file is not a model that can be run.
	Package,
	/// No node answers at the address.
	Unreachable,
	/// The node does not run an Assay chain, or not the pinned one.
	WrongChain,
	/// The node answered a call with an error.
	Rpc,
	/// This program and the chain disagree about a type.
	Incompatible,
	/// The chain stopped making blocks, or a transaction was not included in time.
	Timeout,
	/// The chain executed the transaction and refused it.
	Refused,
	/// The chain did not take the transaction at all.
	Rejected,
	/// The account cannot pay.
	InsufficientFunds,
	/// The escrow is above the most that the caller wants to pay.
	FeeAboveMaximum,
	/// No such model, request, operator or account on the chain.
	NotFound,
	/// The version takes no new requests because its owner deprecated it.
	Deprecated,
	/// No operator serves the version.
	NotServed,
	/// No worker answered the request; it was refunded.
	Expired,
	/// The block that included the request was replaced by another.
	Replaced,
	/// The answer on the chain is not what the execution gives here.
	Mismatch,
	/// The answer that was to be challenged is what the execution gives here.
	NotWrong,
	/// The request has no answer that could be verified yet.
	NotAnswered,
	/// The local store does not hold the package.
	PackageNotInStore,
	/// The engine could not run the model.
	Engine,
	/// The model ran and failed; the failure is deterministic.
	ExecutionFailed,
	/// No account of this name in the keystore, or no account given.
	UnknownAccount,
	/// An account of this name exists already.
	AccountExists,
	/// Wrong, missing or empty password.
	Password,
	/// A keystore file is damaged or of another kind.
	KeystoreFile,
}

impl Code {
	/// Every code, in the order of the documentation.
	#[cfg(test)]
	pub const ALL: [Code; 34] = [
		Code::Usage,
		Code::Unhealthy,
		Code::FileRead,
		Code::FileWrite,
		Code::FileFormat,
		Code::InputName,
		Code::InputType,
		Code::InputShape,
		Code::InputTooLarge,
		Code::Package,
		Code::Unreachable,
		Code::WrongChain,
		Code::Rpc,
		Code::Incompatible,
		Code::Timeout,
		Code::Refused,
		Code::Rejected,
		Code::InsufficientFunds,
		Code::FeeAboveMaximum,
		Code::NotFound,
		Code::Deprecated,
		Code::NotServed,
		Code::Expired,
		Code::Replaced,
		Code::Mismatch,
		Code::NotWrong,
		Code::NotAnswered,
		Code::PackageNotInStore,
		Code::Engine,
		Code::ExecutionFailed,
		Code::UnknownAccount,
		Code::AccountExists,
		Code::Password,
		Code::KeystoreFile,
	];

	/// The name in JSON output.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Usage => "usage",
			Self::Unhealthy => "unhealthy",
			Self::FileRead => "file-read",
			Self::FileWrite => "file-write",
			Self::FileFormat => "file-format",
			Self::InputName => "input-name",
			Self::InputType => "input-type",
			Self::InputShape => "input-shape",
			Self::InputTooLarge => "input-too-large",
			Self::Package => "package",
			Self::Unreachable => "unreachable",
			Self::WrongChain => "wrong-chain",
			Self::Rpc => "rpc",
			Self::Incompatible => "incompatible",
			Self::Timeout => "timeout",
			Self::Refused => "refused",
			Self::Rejected => "rejected",
			Self::InsufficientFunds => "insufficient-funds",
			Self::FeeAboveMaximum => "fee-above-maximum",
			Self::NotFound => "not-found",
			Self::Deprecated => "deprecated",
			Self::NotServed => "not-served",
			Self::Expired => "expired",
			Self::Replaced => "replaced",
			Self::Mismatch => "mismatch",
			Self::NotWrong => "not-wrong",
			Self::NotAnswered => "not-answered",
			Self::PackageNotInStore => "package-not-in-store",
			Self::Engine => "engine",
			Self::ExecutionFailed => "execution-failed",
			Self::UnknownAccount => "unknown-account",
			Self::AccountExists => "account-exists",
			Self::Password => "password",
			Self::KeystoreFile => "keystore-file",
		}
	}

	/// Exit status of the process.
	pub const fn exit_status(self) -> u8 {
		match self {
			Self::Unhealthy => 1,
			Self::Usage => 2,
			Self::FileRead
			| Self::FileWrite
			| Self::FileFormat
			| Self::InputName
			| Self::InputType
			| Self::InputShape
			| Self::InputTooLarge
			| Self::Package => 3,
			Self::Unreachable | Self::WrongChain | Self::Rpc | Self::Incompatible | Self::Timeout => 4,
			Self::Refused
			| Self::Rejected
			| Self::InsufficientFunds
			| Self::FeeAboveMaximum
			| Self::NotFound
			| Self::Deprecated
			| Self::NotServed
			| Self::Expired
			| Self::Replaced => 5,
			Self::Mismatch | Self::NotWrong | Self::NotAnswered => 6,
			Self::PackageNotInStore | Self::Engine | Self::ExecutionFailed => 7,
			Self::UnknownAccount | Self::AccountExists | Self::Password | Self::KeystoreFile => 8,
		}
	}
}

/// What a user is told when a command fails.
#[derive(Debug)]
pub struct Error {
	/// Which kind of failure.
	pub code: Code,
	/// What happened, with the values that matter.
	pub message: String,
	/// What to do about it.
	pub next: String,
}

impl Error {
	/// An error with its next step.
	pub fn new(code: Code, message: impl Into<String>, next: impl Into<String>) -> Self {
		Self { code, message: message.into(), next: next.into() }
	}

	/// The object that `--json` prints.
	pub fn to_json(&self) -> String {
		#[derive(Serialize)]
		struct Outer<'a> {
			error: Inner<'a>,
		}
		#[derive(Serialize)]
		struct Inner<'a> {
			code: &'a str,
			message: &'a str,
			next: &'a str,
		}
		let outer =
			Outer { error: Inner { code: self.code.name(), message: &self.message, next: &self.next } };
		// A struct of strings cannot fail to serialise; the fallback keeps the contract of one object per command.
		serde_json::to_string(&outer).unwrap_or_else(|_| r#"{"error":{"code":"usage"}}"#.into())
	}
}

impl fmt::Display for Error {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "error: {}", self.message)?;
		if !self.next.is_empty() {
			write!(f, "\n next: {}", self.next)?;
		}
		Ok(())
	}
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn documentation_should_list_every_code_with_its_exit_status() {
		let documentation = include_str!("../../docs/cli.md");
		for code in Code::ALL {
			let row = format!("| `{}` | {} |", code.name(), code.exit_status());
			assert!(documentation.contains(&row), "docs/cli.md lacks the row {row:?}");
		}
	}

	#[test]
	fn names_should_be_unique() {
		let mut names = Code::ALL.map(Code::name);
		names.sort_unstable();
		assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
	}

	#[test]
	fn json_should_hold_code_message_and_next_step() {
		let error = Error::new(Code::NotServed, "nobody serves a/b@1", "ask an operator");
		let value: serde_json::Value = serde_json::from_str(&error.to_json()).expect("is JSON");
		assert_eq!(value["error"]["code"], "not-served");
		assert_eq!(value["error"]["message"], "nobody serves a/b@1");
		assert_eq!(value["error"]["next"], "ask an operator");
	}
}
