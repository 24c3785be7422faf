//! Signing a call, submitting it and finding out what became of it.

use super::{Chain, Head, call::Call, incompatible, refusal, root_cause, rpc_failed};
use crate::{
	error::{Code, Error, Result},
	output::Progress,
};
use assay_primitives::Hash;
use std::{sync::Arc, time::Duration};
use subxt::{
	OnlineClient, SubstrateConfig,
	backend::LegacyBackend,
	config::DefaultExtrinsicParamsBuilder,
	error::{BackendError, ExtrinsicError, RpcError, TransactionEventsError},
	ext::scale_value::Composite,
	extrinsics::ExtrinsicEvents,
	transactions::TransactionStatus,
	utils::AccountId32,
};
use subxt_signer::sr25519::Keypair;

/// Blocks for which a signed transaction is valid. After them it can no longer be included by surprise.
const MORTALITY: u64 = 64;
/// How long to wait for the inclusion of a transaction: longer than it is valid with 3-second blocks.
const INCLUSION_TIMEOUT: Duration = Duration::from_secs(300);

/// A transaction that a block includes and that succeeded.
pub struct Included {
	/// Hash of the transaction.
	pub extrinsic: Hash,
	events: ExtrinsicEvents<SubstrateConfig>,
}

impl Included {
	/// A number in the first event `pallet.event` of the transaction, by the name of its field.
	pub fn event_number(&self, pallet: &str, event: &str, field: &str) -> Option<u128> {
		let found = self
			.events
			.iter()
			.filter_map(std::result::Result::ok)
			.find(|found| found.pallet_name() == pallet && found.event_name() == event)?;
		match found.decode_fields_unchecked_as::<Composite<()>>().ok()? {
			Composite::Named(fields) => fields.iter().find(|(name, _)| name == field)?.1.as_u128(),
			Composite::Unnamed(_) => None,
		}
	}
}

impl Chain {
	/// Signs `call`, submits it and waits until a block includes it. Fails when the chain refuses it, with the name and
	/// the documentation of the pallet's error and the next step.
	pub async fn submit(&self, call: &Call, signer: &Keypair, progress: &Progress) -> Result<Included> {
		// The JSON-RPC methods that every node offers and that can ask about any block.
		let backend = LegacyBackend::builder().build(self.rpc.clone());
		let client = OnlineClient::<SubstrateConfig>::from_backend(Arc::new(backend))
			.await
			.map_err(|error| self.trouble(&error))?;
		// The signature names the block from which on it is valid: one that no other block will replace.
		let finalised = self.head(Head::Finalized).await?;
		let at = client
			.at_block(subxt::utils::H256::from(finalised.0))
			.await
			.map_err(|error| self.trouble(&error))?;
		let mut transactions = at.transactions();
		call.check(&transactions).map_err(|what| incompatible(self.node(), self.spec_version, &what))?;

		let account = AccountId32(signer.public_key().0);
		// Counts what waits in the node's pool too, which the state of no block knows.
		let nonce =
			self.methods.system_account_next_index(&account).await.map_err(|error| self.failed(error))?;
		let parameters = DefaultExtrinsicParamsBuilder::new().nonce(nonce).mortal(MORTALITY).build();
		progress.say("signing and submitting");
		let watched = transactions
			.create_signed(call, signer, parameters)
			.await
			.map_err(|error| self.not_taken(error))?
			.submit_and_watch()
			.await
			.map_err(|error| self.not_taken(error))?;
		progress.say("waiting for a block");
		tokio::time::timeout(INCLUSION_TIMEOUT, self.included(watched)).await.unwrap_or_else(|_| {
			Err(self.lost(&format!("no block took the transaction within {INCLUSION_TIMEOUT:?}")))
		})
	}

	async fn included<C>(
		&self,
		mut watched: subxt::transactions::TransactionProgress<SubstrateConfig, C>,
	) -> Result<Included>
	where
		C: subxt::client::OnlineClientAtBlockT<SubstrateConfig>,
	{
		while let Some(status) = watched.next().await {
			let block = match status.map_err(|error| self.trouble(&error))? {
				TransactionStatus::InBestBlock(block) | TransactionStatus::InFinalizedBlock(block) => block,
				TransactionStatus::Error { message }
				| TransactionStatus::Invalid { message }
				| TransactionStatus::Dropped { message } => return Err(rejected(&message)),
				_ => continue,
			};
			let events = block.wait_for_success().await.map_err(|error| match error {
				TransactionEventsError::ExtrinsicFailed(refused) => refusal::explain(&refused),
				error => self.trouble(&error),
			})?;
			return Ok(Included { extrinsic: Hash::from(block.extrinsic_hash().0), events });
		}
		Err(self.lost("the node stopped watching the transaction"))
	}

	/// The transaction did not even reach the pool.
	fn not_taken(&self, error: ExtrinsicError) -> Error {
		match error {
			ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(error))) => {
				match error {
					subxt::rpcs::Error::User(refused) => {
						let data = refused.data.as_ref().map(|data| data.get()).unwrap_or_default();
						rejected(&format!("{} {data}", refused.message))
					}
					error => rpc_failed(self.node(), error),
				}
			}
			error => self.trouble(&error),
		}
	}

	fn trouble(&self, error: &(dyn std::error::Error + 'static)) -> Error {
		Error::new(
			Code::Rpc,
			format!("the node at {} gave no usable answer: {error} ({})", self.node(), root_cause(error)),
			"look at the node's log, then run the command again",
		)
	}
}

/// Why the transaction pool did not take, or dropped, a transaction.
fn rejected(message: &str) -> Error {
	if message.contains("Inability to pay some fees") {
		return Error::new(
			Code::InsufficientFunds,
			"the account cannot pay the transaction's fee",
			"send it some ASY, or sign with an account that has some (`assay account inspect NAME --balance`)",
		);
	}
	Error::new(
		Code::Rejected,
		format!("the node did not take the transaction: {}", message.trim()),
		"another transaction of the same account may have been faster; run the command again",
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_empty_account_should_be_told_apart_from_other_rejections() {
		let message = "Invalid Transaction \"Inability to pay some fees (e.g. account balance too low)\"";
		assert_eq!(rejected(message).code, Code::InsufficientFunds);
		assert_eq!(rejected("Transaction is outdated").code, Code::Rejected);
	}
}
