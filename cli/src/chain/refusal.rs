//! Why the chain refused a transaction, and what to do about it.
//!
//! The name and the documentation of a pallet's error come from the chain's metadata. What to do next, in the words of
//! this program, comes from the table below; an error that is not in it still has its name and documentation.

use crate::error::{Code, Error};
use subxt::error::{DispatchError, ModuleError, TokenError};

/// The error of a refused transaction, as users see it.
pub fn explain(error: &DispatchError) -> Error {
	match error {
		DispatchError::Module(error) => module(error),
		DispatchError::Token(
			TokenError::FundsUnavailable | TokenError::BelowMinimum | TokenError::NotExpendable,
		) => no_funds(),
		DispatchError::BadOrigin | DispatchError::RootNotAllowed => Error::new(
			Code::Refused,
			"the chain refused the transaction: this account may not make that call",
			"sign with the account that owns the model or operator",
		),
		other => Error::new(
			Code::Refused,
			format!("the chain refused the transaction: {other}"),
			"nothing changed but the fee; correct the command and run it again",
		),
	}
}

fn no_funds() -> Error {
	Error::new(
		Code::InsufficientFunds,
		"the account does not have the tokens that the transaction moves or holds",
		"send it some ASY; `assay account inspect NAME --balance` shows what it has",
	)
}

fn module(error: &ModuleError) -> Error {
	let Ok(details) = error.details() else {
		return Error::new(
			Code::Refused,
			format!("the chain refused the transaction: {error}"),
			"install the release of `assay` that belongs to the chain's runtime version",
		);
	};
	let (pallet, name) = (details.pallet.name(), details.variant.name.as_str());
	if pallet == "Balances" && matches!(name, "InsufficientBalance" | "Expendability") {
		return no_funds();
	}
	let documentation = details.variant.docs.join(" ");
	let (code, next) = next_step(pallet, name);
	Error::new(
		code,
		format!("the chain refused the transaction: {pallet}.{name}: {}", documentation.trim()),
		next,
	)
}

/// What to do about an error of our pallets.
fn next_step(pallet: &str, name: &str) -> (Code, &'static str) {
	let step = match (pallet, name) {
		("Operators", "AlreadyRegistered") => {
			"see `assay operator status NAME`; it needs to be registered once only"
		}
		("Operators", "NotAnOperator") => {
			"register first: `assay operator register --bond ASY --account NAME`"
		}
		("Operators", "BelowMinSelfBond") => {
			"bond more: raise --bond to the chain's minimum (1000 ASY by default)"
		}
		("Operators", "WorkerKeyAlreadyUsed") => {
			"run the command again: the node then makes another key; one key belongs to one operator"
		}
		("Operators", "TooManyRetiredKeys") => {
			"wait some eras: an operator answers for its old keys until stake of then has unbonded"
		}
		("Operators", "InvalidWorkerKeyProof") => {
			"use the node that makes the key on this same chain, and sign with the account that the key was made for"
		}
		("Operators", "OpenTasks") => {
			"stop serving with `assay model serve --stop`, and wait until the tasks are settled"
		}
		("Operators", "TooManyCandidates") => {
			"bond more than the last candidate, or register without --validate"
		}
		("Operators", "NothingToUnbond" | "StakeLocked") => {
			"see `assay operator status NAME`: open tasks lock stake until they are settled"
		}
		("Operators", "TooManyUnbondings") => "withdraw what has matured first: `assay operator withdraw`",
		("Operators", "NothingMatured") => "wait until the block that `assay operator status NAME` shows",
		("Operators", "IsLeaving") => "register it again, or choose another operator if it is not yours",
		("Operators", "AmountTooSmall" | "DelegationTooSmall") => {
			"stake more; what remains of a delegation is the minimum (10 ASY by default) or nothing (--all)"
		}
		("Operators", "NotADelegator" | "NotEnoughStake") => "see `assay stake list ACCOUNT`",
		("Operators", "TooManyDelegations") => "take all stake out of another operator first",
		("Operators", "OwnBond") => "use `assay operator bond`, `unbond` and `withdraw` for your own bond",
		("Operators", "UnbondingPoolSlashed") => "wait for the next era, then unbond",
		("Operators", "CommissionTooHigh") => "choose a lower commission",
		("Operators", "NotJailed" | "StillJailed") => "see `assay operator status NAME`",
		("Disputes", "UnknownDispute") => return (Code::NotFound, "see `assay dispute list`"),
		("Models", "NamespaceTaken" | "NotTheOwner") => {
			"publish under a namespace of your own with --name OWNER/NAME, or sign with the account that owns this one"
		}
		("Models" | "Inference", "UnknownVersion") => return (Code::NotFound, "see `assay model list`"),
		("Models", "UnknownNamespace") => {
			"run `assay model push` again; it claims a namespace that nobody owns"
		}
		("Models", "InvalidTensors" | "InvalidText" | "EmptyPackage" | "NoComputeLimit") => {
			"correct the package's assay.toml, then push it again"
		}
		("Models", "NotAnOperator") => "register first: `assay operator register --bond ASY --account NAME`",
		("Models", "AlreadyServing") => {
			"nothing is left to do; `assay operator status NAME` shows what it serves"
		}
		("Models", "NotServing") => {
			"nothing is left to do; `assay operator status NAME` shows what it serves"
		}
		("Models", "TooManyServed") => "stop another first: `assay model serve MODEL --stop --account NAME`",
		("Models", "VersionDeprecated") | ("Inference", "Deprecated") => {
			return (Code::Deprecated, "use a newer version; see `assay model list`");
		}
		("Models" | "Inference", "NotServed") => {
			return (
				Code::NotServed,
				"wait until an operator serves it, or serve it with `assay model serve`",
			);
		}
		("Inference", "FeeTooLow") => {
			return (
				Code::FeeAboveMaximum,
				"the price rose since it was quoted; raise --max-fee or run the command again",
			);
		}
		("Inference", "InsufficientBalance") => {
			return (
				Code::InsufficientFunds,
				"send the account some ASY; what is not used returns when the answer is final",
			);
		}
		("Inference", "UnknownRequest") => {
			return (Code::NotFound, "check the number; settled requests are kept for a limited time only");
		}
		("Inference", "TooFewServers") => {
			return (Code::NotServed, "ask for a smaller quorum, or wait until more operators serve it");
		}
		("Inference", "InvalidWindow") => "choose another --window; without the option it is 300 blocks",
		_ => "nothing changed but the fee; correct the command and run it again",
	};
	(Code::Refused, step)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::test_metadata::metadata;
	use codec::Encode;
	use std::sync::Arc;

	/// The calls of `Models`.
	#[derive(scale_info::TypeInfo)]
	#[allow(dead_code, non_camel_case_types)]
	enum Calls {
		serve { version: u32 },
	}

	/// The errors of `Models`, with their documentation as pallets have it.
	#[derive(scale_info::TypeInfo)]
	#[scale_info(capture_docs = "always")]
	#[allow(dead_code)]
	enum Errors {
		/// Nobody owns this namespace; `claim_namespace` first.
		UnknownNamespace,
		/// Somebody owns this namespace;
		/// choose another.
		NamespaceTaken,
	}

	#[test]
	fn a_pallets_error_should_be_named_and_documented_by_the_chain() {
		let taken = sp_runtime::ModuleError { index: 7, error: [1, 0, 0, 0], message: None };
		// What follows the error in the event `ExtrinsicFailed`: weight, class, whether a fee was paid.
		let event = (sp_runtime::DispatchError::Module(taken), 9u8, 9u8, 0u8, 0u8).encode();
		let chain = Arc::new(metadata::<Calls, Errors>(7));
		let refused = DispatchError::decode_from(event, chain).expect("is a dispatch error");
		let error = explain(&refused);
		assert_eq!(error.code, Code::Refused);
		let message = "Models.NamespaceTaken: Somebody owns this namespace; choose another.";
		assert!(error.message.ends_with(message), "{error}");
		assert!(error.next.contains("--name OWNER/NAME"), "{error}");
	}

	#[test]
	fn missing_tokens_should_have_a_code_of_their_own() {
		let error = explain(&DispatchError::Token(TokenError::FundsUnavailable));
		assert_eq!(error.code, Code::InsufficientFunds);
		assert_eq!(explain(&DispatchError::BadOrigin).code, Code::Refused);
	}

	#[test]
	fn errors_of_the_pallets_should_have_their_next_step() {
		assert_eq!(next_step("Inference", "Deprecated").0, Code::Deprecated);
		assert!(next_step("Operators", "NotAnOperator").1.contains("assay operator register"));
		assert_eq!(next_step("Utility", "TooManyCalls").0, Code::Refused);
	}
}
