//! Answers to what clients and workers ask; the runtime API calls these.

use crate::{Config, Error, Inputs, Pallet, Request, Requests, Workloads, audit::Decision, math};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, Duty, Job, Manifest, RequestId, RequestState, Security, Task, VersionId, WorkerId,
	api::{Quote, QuoteError, RequestInfo},
	request::Answer,
	traits::{Models, Operators},
};
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{Permill, traits::SaturatedConversion};

impl<T: Config> Pallet<T> {
	/// Price of a request to `version`, or why it would be refused. `stake` is what each worker has to put at risk.
	pub fn quote(
		version: VersionId,
		security: Security,
		stake: Option<Balance>,
	) -> Result<Quote<Balance>, QuoteError> {
		Self::offer(version, security, stake).map(|(_, quote, _)| quote)
	}

	/// What a request to `version` would run, its price, and the chance that it is audited.
	pub(crate) fn offer(
		version: VersionId,
		security: Security,
		stake: Option<Balance>,
	) -> Result<(Manifest, Quote<Balance>, Permill), QuoteError> {
		if let Security::Optimistic { window } = security {
			let valid = T::MinWindow::get()..=T::MaxWindow::get();
			ensure!(valid.contains(&window), QuoteError::InvalidWindow);
		}
		let manifest = T::Models::manifest(version).ok_or(QuoteError::UnknownVersion)?;
		ensure!(!T::Models::is_deprecated(version), QuoteError::Deprecated);
		let servers = T::Models::servers(version);
		ensure!(servers > 0, QuoteError::NotServed);
		ensure!(servers >= security.workers(), QuoteError::TooFewServers);
		let audited = matches!(security, Security::Optimistic { .. });
		let audit_rate = if audited { T::AuditRate::get() } else { Permill::zero() };
		let prices = math::Prices {
			base: T::BasePrice::get(),
			unit: Self::unit_price(),
			stake_multiple: T::StakeMultiple::get(),
			audit_rate,
			// Nobody insures what is not asked for.
			insurance_rate: if stake.is_some() { T::InsuranceRate::get() } else { Permill::zero() },
		};
		let terms = math::Terms {
			workers: security.workers(),
			audited,
			compute_limit: manifest.compute_limit,
			royalty: manifest.royalty,
			stake,
		};
		let quote = math::quote(prices, terms)?;
		Ok((manifest, quote, audit_rate))
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

	/// How many tasks an operator has, and how many it may have.
	pub fn workload(operator: &AccountId) -> (u32, u32) {
		let workload = Workloads::<T>::get(operator);
		(workload.open.len().saturated_into(), workload.capacity())
	}

	/// What a worker key has to submit now; at most `MaxOpenTasks`.
	pub fn duties(key: &WorkerId) -> Vec<Duty<AccountId, BlockNumberFor<T>>> {
		Self::duties_with(key, Self::audit_decision)
	}

	/// What a worker key has to submit, if `decide` says which commitments are audited.
	pub(crate) fn duties_with(
		key: &WorkerId,
		decide: impl Fn(RequestId, &Request<T>) -> Decision,
	) -> Vec<Duty<AccountId, BlockNumberFor<T>>> {
		let Some(worker) = T::Operators::operator_of(key) else { return Vec::new() };
		let open = Workloads::<T>::get(&worker).open;
		open.into_iter().filter_map(|id| Self::duty(id, &worker, &decide)).collect()
	}

	fn duty(
		id: RequestId,
		worker: &AccountId,
		decide: impl Fn(RequestId, &Request<T>) -> Decision,
	) -> Option<Duty<AccountId, BlockNumberFor<T>>> {
		let request = Requests::<T>::get(id)?;
		let seat = request.state.panel().iter().find(|seat| seat.worker == *worker)?;
		let (task, deadline) = match (&request.state, &seat.answer) {
			(RequestState::Assigned { deadline, .. }, Answer::Waiting) => (Task::Commit, *deadline),
			(RequestState::Committed { deadline, .. }, Answer::Committed(commitment)) => {
				let task = match decide(id, &request) {
					Decision::Open => return None,
					Decision::Audited(_) => Task::BeginAudit(*commitment),
					Decision::Spared => Task::Reveal(*commitment),
				};
				(task, *deadline)
			}
			_ => return None,
		};
		Some(Duty {
			request: id,
			round: seat.round,
			worker: worker.clone(),
			task,
			job: Self::job_of(id, &request)?,
			deadline,
		})
	}

	/// What has to be executed to answer a request.
	pub(crate) fn job_of(id: RequestId, request: &Request<T>) -> Option<Job> {
		Some(Job {
			package: T::Models::manifest(request.version)?.content,
			input: Inputs::<T>::get(id)?,
			seed: request.seed,
			compute_limit: request.quote.compute_limit,
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
			QuoteError::TooFewServers => Self::TooFewServers,
			QuoteError::StakeTooLow => Self::StakeTooLow,
		}
	}
}
