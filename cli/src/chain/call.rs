//! Calls of the chain's pallets: found by name in the chain's own metadata, with arguments encoded by our own types.
//!
//! The metadata gives the indices, so a runtime may renumber its pallets and calls. It also gives the names and types of
//! the arguments: a call whose arguments changed is refused here, before anything is signed.

use assay_primitives::{
	AccountId, Balance, Execution, Manifest, RequestId, Security, VersionId, job::Input, model::Label,
};
use codec::{Compact, Encode};
use subxt::{
	Config,
	client::OfflineClientAtBlockT,
	ext::scale_encode::{self, EncodeAsFields, FieldIter, TypeResolver},
	transactions::{Payload, TransactionsClient},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
	pallet: &'static str,
	name: &'static str,
	arguments: Arguments,
}

/// Arguments in order: the name in the pallet's declaration and the SCALE encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments(Vec<(&'static str, Vec<u8>)>);

impl Call {
	fn new(pallet: &'static str, name: &'static str, arguments: Vec<(&'static str, Vec<u8>)>) -> Self {
		Self { pallet, name, arguments: Arguments(arguments) }
	}

	/// `Models.claim_namespace`
	pub fn claim_namespace(label: &Label) -> Self {
		Self::new("Models", "claim_namespace", vec![("namespace", label.encode())])
	}

	/// `Models.register`
	pub fn register_model(owner: &Label, name: &Label, manifest: &Manifest) -> Self {
		let arguments =
			vec![("owner", owner.encode()), ("name", name.encode()), ("manifest", manifest.encode())];
		Self::new("Models", "register", arguments)
	}

	/// `Models.serve`
	pub fn serve(version: VersionId) -> Self {
		Self::new("Models", "serve", vec![("version", version.encode())])
	}

	/// `Models.stop_serving`
	pub fn stop_serving(version: VersionId) -> Self {
		Self::new("Models", "stop_serving", vec![("version", version.encode())])
	}

	/// `Models.deprecate`
	pub fn deprecate(version: VersionId) -> Self {
		Self::new("Models", "deprecate", vec![("version", version.encode())])
	}

	/// `Operators.register`. `commission` is in parts per billion.
	pub fn register_operator(
		self_bond: Balance,
		commission: u32,
		worker_key: [u8; 32],
		proof: [u8; 64],
		validate: bool,
	) -> Self {
		let arguments = vec![
			("self_bond", Compact(self_bond).encode()),
			("commission", commission.encode()),
			("worker_key", worker_key.encode()),
			("proof", proof.encode()),
			("validate", validate.encode()),
		];
		Self::new("Operators", "register", arguments)
	}

	/// `Operators.set_worker_key`
	pub fn set_worker_key(worker_key: [u8; 32], proof: [u8; 64]) -> Self {
		let arguments = vec![("worker_key", worker_key.encode()), ("proof", proof.encode())];
		Self::new("Operators", "set_worker_key", arguments)
	}

	/// `Operators.bond_more`
	pub fn bond_more(amount: Balance) -> Self {
		Self::new("Operators", "bond_more", vec![("amount", Compact(amount).encode())])
	}

	/// `Operators.set_validating`
	pub fn set_validating(validating: bool) -> Self {
		Self::new("Operators", "set_validating", vec![("validating", validating.encode())])
	}

	/// `Operators.begin_unbonding`; without an amount, the operator leaves.
	pub fn begin_unbonding(amount: Option<Balance>) -> Self {
		Self::new("Operators", "begin_unbonding", vec![("amount", amount.encode())])
	}

	/// `Operators.finish_unbonding`
	pub fn finish_unbonding() -> Self {
		Self::new("Operators", "finish_unbonding", vec![])
	}

	/// `Operators.set_commission`, in parts per billion.
	pub fn set_commission(commission: u32) -> Self {
		Self::new("Operators", "set_commission", vec![("commission", commission.encode())])
	}

	/// `Operators.unjail`
	pub fn unjail() -> Self {
		Self::new("Operators", "unjail", vec![])
	}

	/// `Operators.delegate`
	pub fn delegate(operator: &AccountId, amount: Balance) -> Self {
		let arguments = vec![("operator", operator.encode()), ("amount", Compact(amount).encode())];
		Self::new("Operators", "delegate", arguments)
	}

	/// `Operators.undelegate`; without an amount, everything.
	pub fn undelegate(operator: &AccountId, amount: Option<Balance>) -> Self {
		let arguments = vec![("operator", operator.encode()), ("amount", amount.encode())];
		Self::new("Operators", "undelegate", arguments)
	}

	/// `Operators.withdraw`
	pub fn withdraw(operator: &AccountId) -> Self {
		Self::new("Operators", "withdraw", vec![("operator", operator.encode())])
	}

	/// `Inference.challenge`
	pub fn challenge(request: RequestId, execution: &Execution, max_bond: Balance) -> Self {
		let arguments = vec![
			("request", request.encode()),
			("digest", execution.digest.encode()),
			("output", execution.output.encode()),
			("max_bond", Compact(max_bond).encode()),
		];
		Self::new("Inference", "challenge", arguments)
	}

	/// `Disputes.appeal`
	pub fn appeal(request: RequestId, amount: Balance) -> Self {
		Self::new("Disputes", "appeal", vec![("request", request.encode()), ("amount", amount.encode())])
	}

	/// `Inference.request`; without a stake, each worker puts the usual one at risk.
	pub fn request(
		version: VersionId,
		input: &Input,
		security: Security,
		max_fee: Balance,
		seed: Option<u64>,
		stake: Option<Balance>,
	) -> Self {
		let arguments = vec![
			("version", version.encode()),
			("input", input.encode()),
			("security", security.encode()),
			("max_fee", Compact(max_fee).encode()),
			("seed", seed.encode()),
			("stake", stake.encode()),
		];
		Self::new("Inference", "request", arguments)
	}

	/// Checks against the chain's metadata that the call exists, that its arguments have these names, and that the
	/// encoded arguments decode as their types there.
	pub fn check<T: Config, C: OfflineClientAtBlockT<T>>(
		&self,
		transactions: &TransactionsClient<T, C>,
	) -> Result<(), String> {
		let data = transactions.call_data(self).map_err(|error| error.to_string())?;
		transactions
			.from_call_data_bytes(&data)
			.map(drop)
			.map_err(|error| format!("{}.{} takes other arguments: {error}", self.pallet, self.name))
	}
}

impl Payload for Call {
	type CallData = Arguments;

	fn pallet_name(&self) -> &str {
		self.pallet
	}

	fn call_name(&self) -> &str {
		self.name
	}

	fn call_data(&self) -> &Arguments {
		&self.arguments
	}
}

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		fields: &mut dyn FieldIter<'_, R::TypeId>,
		_types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		let expected: Vec<_> = fields.map(|field| field.name.unwrap_or_default().to_owned()).collect();
		if !self.0.iter().map(|(name, _)| *name).eq(expected.iter().map(String::as_str)) {
			return Err(scale_encode::Error::custom_string(format!(
				"the chain's call takes the arguments ({})",
				expected.join(", ")
			)));
		}
		self.0.iter().for_each(|(_, argument)| out.extend(argument));
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::test_metadata::metadata;
	use std::sync::Arc;
	use subxt::{
		OfflineClient, OfflineClientAtBlock, SubstrateConfig, config::substrate::SpecVersionForRange,
	};

	/// The calls of `Models` as one runtime has them.
	#[derive(scale_info::TypeInfo)]
	#[allow(dead_code, non_camel_case_types)]
	enum ModelsCall {
		serve { version: u32 },
	}

	/// The same calls with other indices.
	#[derive(scale_info::TypeInfo)]
	#[allow(dead_code, non_camel_case_types)]
	enum RenumberedCall {
		#[codec(index = 9)]
		serve { version: u32 },
	}

	/// The same call with an argument more.
	#[derive(scale_info::TypeInfo)]
	#[allow(dead_code, non_camel_case_types)]
	enum LongerCall {
		serve { version: u32, capacity: u32 },
	}

	/// The same call with an argument of another type.
	#[derive(scale_info::TypeInfo)]
	#[allow(dead_code, non_camel_case_types)]
	enum WiderCall {
		serve { version: u64 },
	}

	#[derive(scale_info::TypeInfo)]
	enum NoErrors {}

	/// A chain whose one pallet is `Models` with the calls of `C` at `index`.
	fn chain<C: scale_info::TypeInfo + 'static>(index: u8) -> OfflineClientAtBlock<SubstrateConfig> {
		let metadata = metadata::<C, NoErrors>(index);
		let config = SubstrateConfig::builder()
			.set_metadata_for_spec_versions([(0, Arc::new(metadata))])
			.set_spec_version_for_block_ranges([SpecVersionForRange {
				block_range: 0..u64::MAX,
				spec_version: 0,
				transaction_version: 0,
			}])
			.build();
		OfflineClient::new_with_config(config).at_block(0u64).expect("knows its metadata")
	}

	#[test]
	fn indices_should_come_from_the_chain() {
		let call = Call::serve(7);
		for (chain, indices) in [(chain::<ModelsCall>(3), [3, 0]), (chain::<RenumberedCall>(40), [40, 9])] {
			assert_eq!(call.check(&chain.tx()), Ok(()));
			let data = chain.tx().call_data(&call).expect("is encodable");
			assert_eq!(data, [&indices[..], &7u32.encode()].concat());
		}
	}

	#[test]
	fn a_call_should_be_refused_when_the_chain_has_another_form_of_it() {
		for chain in [chain::<LongerCall>(0), chain::<WiderCall>(0)] {
			assert!(Call::serve(7).check(&chain.tx()).is_err());
		}
		let claim = Call::claim_namespace(&b"alice".to_vec().try_into().expect("is short"));
		let error = claim.check(&chain::<ModelsCall>(0).tx()).expect_err("does not exist");
		assert!(error.contains("claim_namespace"), "{error}");
	}
}
