//! Answers to what clients and workers ask; the runtime API calls these.

use crate::{Config, Duties, Error, Inputs, Pallet, Requests, math};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, Duty, Job, Manifest, RequestId, RequestState, Security, Task, VersionId, WorkerId,
	api::{Quote, QuoteError, RequestInfo},
	traits::{Models, Operators},
};
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;

impl<T: Config> Pallet<T> {
	/// Price of a request to `version`, or why it would be refused.
	pub fn quote(version: VersionId, security: Security) -> Result<Quote<Balance>, QuoteError> {
		Self::offer(version, security).map(|(_, quote)| quote)
	}

	/// What a request to `version` would run, and its price.
	pub(crate) fn offer(
		version: VersionId,
		security: Security,
	) -> Result<(Manifest, Quote<Balance>), QuoteError> {
		let Security::Optimistic { window } = security;
		ensure!((T::MinWindow::get()..=T::MaxWindow::get()).contains(&window), QuoteError::InvalidWindow);
		let manifest = T::Models::manifest(version).ok_or(QuoteError::UnknownVersion)?;
		ensure!(!T::Models::is_deprecated(version), QuoteError::Deprecated);
		ensure!(T::Models::servers(version) > 0, QuoteError::NotServed);
		let prices = math::Prices {
			base: T::BasePrice::get(),
			unit: T::UnitPrice::get(),
			stake_multiple: T::StakeMultiple::get(),
		};
		let quote =
			math::quote(prices, manifest.compute_limit, manifest.royalty).ok_or(QuoteError::Overflow)?;
		Ok((manifest, quote))
	}

	/// A request by number; `None` if it does not exist, or not any more.
	pub fn request_info(id: RequestId) -> Option<RequestInfo<AccountId, Balance, BlockNumberFor<T>>> {
		let request = Requests::<T>::get(id)?;
		Some(RequestInfo {
			id,
			manifest: T::Models::manifest(request.version)?,
			input: Inputs::<T>::get(id)?,
			round: request.round(),
			requester: request.requester,
			version: request.version,
			seed: request.seed,
			security: request.security,
			escrow: request.quote.escrow,
			requested_at: request.requested_at,
			changed_at: request.changed_at,
			state: request.state,
		})
	}

	/// Open tasks of a worker key; at most `MaxOpenTasks`.
	pub fn duties(key: &WorkerId) -> Vec<Duty<AccountId, BlockNumberFor<T>>> {
		let Some(worker) = T::Operators::operator_of(key) else { return Vec::new() };
		Duties::<T>::get(&worker).into_iter().filter_map(|id| Self::duty(id, &worker)).collect()
	}

	fn duty(id: RequestId, worker: &AccountId) -> Option<Duty<AccountId, BlockNumberFor<T>>> {
		let request = Requests::<T>::get(id)?;
		let (task, deadline) = match &request.state {
			RequestState::Assigned { deadline, .. } => (Task::Commit, *deadline),
			RequestState::Committed { commitment, deadline, .. } => (Task::Reveal(*commitment), *deadline),
			_ => return None,
		};
		Some(Duty {
			request: id,
			round: request.round(),
			worker: worker.clone(),
			task,
			job: Job {
				package: T::Models::manifest(request.version)?.content,
				input: Inputs::<T>::get(id)?,
				seed: request.seed,
				compute_limit: request.quote.compute_limit,
			},
			deadline,
		})
	}
}

impl<T: Config> From<QuoteError> for Error<T> {
	fn from(error: QuoteError) -> Self {
		match error {
			QuoteError::UnknownVersion => Self::UnknownVersion,
			QuoteError::Deprecated => Self::Deprecated,
			QuoteError::NotServed => Self::NotServed,
			QuoteError::InvalidWindow => Self::InvalidWindow,
			QuoteError::Overflow => Self::Overflow,
		}
	}
}
