//! The questions of `InferenceApi` and `DisputesApi`.

use super::{Chain, Head};
use crate::{
	error::{Code, Error, Result},
	model_ref::ModelRef,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, RequestId, Security, VersionId, api,
	dispute::{self, DisputeNumber},
	model::Label,
};
use codec::{Decode, Encode};

/// A version as this chain describes it.
pub type ModelInfo = api::ModelInfo<AccountId, Balance, BlockNumber>;
/// A request as this chain describes it.
pub type RequestInfo = api::RequestInfo<AccountId, Balance, BlockNumber>;
/// An operator as this chain describes it.
pub type OperatorInfo = api::OperatorInfo<Balance, BlockNumber>;
/// What an account has staked with an operator.
pub type DelegationInfo = api::DelegationInfo<AccountId, Balance, BlockNumber>;
/// The present era.
pub type EraInfo = api::EraInfo<Balance, BlockNumber>;
/// A dispute as this chain describes it.
pub type DisputeInfo = dispute::DisputeInfo<AccountId, Balance, BlockNumber>;
/// Most versions the runtime lists at once.
pub const PAGE: u32 = 100;

impl Chain {
	/// A version by name or number.
	pub async fn model(&self, model: &ModelRef) -> Result<ModelInfo> {
		self.find_model(model).await?.ok_or_else(|| {
			Error::new(
				Code::NotFound,
				format!("the chain has no model {model}, or every version of it is deprecated"),
				"see `assay model list`, or publish it with `assay model push DIR`",
			)
		})
	}

	/// A version by name or number, if there is one.
	pub async fn find_model(&self, model: &ModelRef) -> Result<Option<ModelInfo>> {
		let at = self.head(Head::Best).await?;
		self.runtime(at, "InferenceApi_model", &model.0).await
	}

	/// Every version, in the order of their numbers.
	pub async fn models(&self) -> Result<Vec<ModelInfo>> {
		let at = self.head(Head::Best).await?;
		let mut all: Vec<ModelInfo> = Vec::new();
		loop {
			let start = all.last().map_or(0, |last| last.id.saturating_add(1));
			let page: Vec<ModelInfo> = self.runtime(at, "InferenceApi_models", &(start, PAGE)).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// The account that claimed a namespace: `Models.Namespaces` of the chain's state.
	pub async fn namespace_owner(&self, namespace: &Label) -> Result<Option<AccountId>> {
		#[derive(Decode)]
		struct Namespace {
			owner: AccountId,
			_deposit: Balance,
			_held: Balance,
		}
		let found: Option<Namespace> = self.stored("Models", "Namespaces", &namespace.encode()).await?;
		Ok(found.map(|namespace| namespace.owner))
	}

	/// Price of a request whose workers put `stake` at risk, or the usual stake.
	pub async fn quote(
		&self,
		model: &ModelInfo,
		security: Security,
		stake: Option<Balance>,
	) -> Result<api::Quote<Balance>> {
		let at = self.head(Head::Best).await?;
		let quoted: std::result::Result<_, api::QuoteError> =
			self.runtime(at, "InferenceApi_quote", &(model.id, security, stake)).await?;
		quoted.map_err(|error| quote_refused(model.id, error))
	}

	/// A request, at one block.
	pub async fn request_at(&self, id: RequestId, at: Hash) -> Result<RequestInfo> {
		let found: Option<_> = self.runtime(at, "InferenceApi_request", &id).await?;
		found.ok_or_else(|| {
			Error::new(
				Code::NotFound,
				format!("the chain at {} has no request {id}", self.node()),
				"check the number that `assay infer` printed and that --node is the same chain; settled requests are kept for a \
				 limited time",
			)
		})
	}

	/// A request, at the newest block.
	pub async fn request_info(&self, id: RequestId) -> Result<RequestInfo> {
		self.request_at(id, self.head(Head::Best).await?).await
	}

	/// An operator by account.
	pub async fn operator(&self, account: &AccountId) -> Result<Option<OperatorInfo>> {
		let at = self.head(Head::Best).await?;
		self.runtime(at, "InferenceApi_operator", account).await
	}

	/// All that an account has staked.
	pub async fn delegations(&self, account: &AccountId) -> Result<Vec<DelegationInfo>> {
		let at = self.head(Head::Best).await?;
		self.runtime(at, "InferenceApi_delegations", account).await
	}

	/// The present era.
	pub async fn era(&self) -> Result<EraInfo> {
		let at = self.head(Head::Best).await?;
		self.runtime(at, "InferenceApi_era", &()).await
	}

	/// The dispute about a request.
	pub async fn dispute(&self, id: RequestId) -> Result<DisputeInfo> {
		let at = self.head(Head::Best).await?;
		let found: Option<_> = self.runtime(at, "DisputesApi_dispute", &id).await?;
		found.ok_or_else(|| {
			Error::new(
				Code::NotFound,
				format!("nobody disputes request {id} on the chain at {}", self.node()),
				"see `assay dispute list`; settled disputes are kept for a limited time",
			)
		})
	}

	/// Disputes with numbers from `start` on, at most [`PAGE`].
	pub async fn disputes(&self, start: DisputeNumber) -> Result<Vec<DisputeInfo>> {
		let at = self.head(Head::Best).await?;
		self.runtime(at, "DisputesApi_disputes", &(start, PAGE)).await
	}
}

fn quote_refused(version: VersionId, error: api::QuoteError) -> Error {
	match error {
		api::QuoteError::UnknownVersion => Error::new(
			Code::NotFound,
			format!("the chain has no model version {version}"),
			"see `assay model list`",
		),
		api::QuoteError::Deprecated => Error::new(
			Code::Deprecated,
			format!("the owner of model version {version} deprecated it; it takes no new requests"),
			"use a newer version; see `assay model list`",
		),
		api::QuoteError::NotServed => Error::new(
			Code::NotServed,
			format!("no operator serves model version {version} now"),
			format!("an operator that holds its files can serve it with `assay model serve {version}`"),
		),
		api::QuoteError::InvalidWindow => Error::new(
			Code::Usage,
			"the chain does not permit a challenge window of that length",
			"choose another with --window; without the option it is 300 blocks",
		),
		api::QuoteError::TooFewServers => Error::new(
			Code::NotServed,
			format!("fewer operators serve model version {version} than the quorum has workers"),
			"ask for a smaller quorum, or wait until more operators serve it",
		),
		api::QuoteError::StakeTooLow => Error::new(
			Code::Usage,
			"the stake is less than what each worker puts at risk anyway",
			"raise it, or leave it out",
		),
		api::QuoteError::Overflow => Error::new(
			Code::Refused,
			format!("the price of a request to model version {version} does not fit a balance"),
			"the version cannot be used; tell its owner to publish one with a smaller royalty or compute limit",
		),
	}
}
