//! What happens to results that differ: the dispute, and how it ends.

use crate::{
	Config, Error, Event, Pallet, Request, Requests, math,
	types::{Panel, Seat},
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, Execution, Job, RequestId, RequestState, ResultDigest, Security,
	dispute::{Case, Claim, Role, Verdict},
	job::Output,
	request::Challenge,
	traits::{Arbitration, Damages, Disputed},
};
use frame_support::{
	BoundedVec, defensive, dispatch::DispatchResult, ensure, storage::with_storage_layer, traits::Get,
};
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	/// Does what follows from the results of a panel that has shown all of them: they are the answer if they agree, and
	/// the subject of a dispute if they do not. Returns whether they are disputed.
	pub(crate) fn compare(id: RequestId, request: Request<T>, panel: Panel) -> bool {
		let Some(digest) = agreed(&panel) else {
			Self::dispute(id, request, panel);
			return true;
		};
		let window = match request.security {
			Security::Optimistic { window } => window.into(),
			Security::Quorum(_) => T::QuorumWindow::get(),
		};
		let final_at = frame_system::Pallet::<T>::block_number().saturating_add(window);
		Self::deposit_event(Event::Answered { request: id, digest, final_at });
		Self::transition(id, request, RequestState::Provisional { panel, final_at });
		false
	}

	/// Disputes the results of a panel that is not of one mind.
	pub(crate) fn dispute(id: RequestId, request: Request<T>, panel: Panel) {
		let case = Self::case(id, &request, &panel, None);
		if with_storage_layer(|| T::Arbitration::open(case)).is_err() {
			// Nobody can say who is right: nobody pays, and nobody loses anything.
			return Self::expire(id, request, &panel);
		}
		Self::deposit_event(Event::Disputed { request: id, challenger: None });
		Self::transition(id, request, RequestState::Disputed { panel, challenge: None });
	}

	/// Opens a dispute of `challenger` about a provisional answer.
	pub(crate) fn do_challenge(
		id: RequestId,
		challenger: AccountId,
		execution: Execution,
		max_bond: Balance,
	) -> DispatchResult {
		let request = Requests::<T>::get(id).ok_or(Error::<T>::UnknownRequest)?;
		ensure!(!request.is_settled(), Error::<T>::AlreadySettled);
		let RequestState::Provisional { panel, final_at } = &request.state else {
			return Err(Error::<T>::NotProvisional.into());
		};
		ensure!(frame_system::Pallet::<T>::block_number() < *final_at, Error::<T>::WindowOver);
		ensure!(panel.iter().all(|seat| seat.worker != challenger), Error::<T>::OnThePanel);
		Self::check_answer(&execution.digest, &execution.output, request.quote.compute_limit)?;
		ensure!(agreed(panel) != Some(execution.digest), Error::<T>::SameAnswer);
		let bond = T::Arbitration::challenge_bond(math::execution_fee(&request.quote));
		ensure!(bond <= max_bond, Error::<T>::BondTooHigh);
		let (panel, challenge) = (panel.clone(), Challenge { challenger, execution });
		T::Arbitration::open(Self::case(id, &request, &panel, Some((&challenge, bond))))?;
		Self::deposit_event(Event::Disputed { request: id, challenger: Some(challenge.challenger.clone()) });
		Self::transition(id, request, RequestState::Disputed { panel, challenge: Some(challenge) });
		Ok(())
	}

	fn case(
		id: RequestId,
		request: &Request<T>,
		panel: &[Seat],
		challenge: Option<(&Challenge<AccountId>, Balance)>,
	) -> Case<AccountId, Balance> {
		let seats = panel.iter().filter_map(|seat| {
			Some(Claim {
				claimant: seat.worker.clone(),
				role: seat.role,
				digest: seat.revealed()?.digest,
				at_risk: seat.stake,
			})
		});
		let challenger = challenge.map(|(challenge, bond)| Claim {
			claimant: challenge.challenger.clone(),
			role: Role::Challenger,
			digest: challenge.execution.digest,
			at_risk: bond,
		});
		Case {
			request: id,
			requester: request.requester.clone(),
			version: request.version,
			job: request.job,
			compute_limit: request.quote.compute_limit,
			fee: math::execution_fee(&request.quote),
			// The largest panel and a challenger are as many as there may be.
			claims: BoundedVec::truncate_from(seats.chain(challenger).collect()),
		}
	}

	/// Pays for the upheld answer out of the escrow, or gives the escrow back if the requester was told something else.
	fn uphold(
		id: RequestId,
		request: Request<T>,
		panel: Panel,
		digest: ResultDigest,
		output: Output,
	) -> Damages<AccountId, Balance> {
		let is_right = |seat: &Seat| seat.revealed().is_some_and(|result| result.digest == digest);
		let misled = match request.security {
			// Auditors do not answer, they say whether the worker did.
			Security::Optimistic { .. } => {
				panel.iter().any(|seat| seat.role == Role::Worker && !is_right(seat))
			}
			Security::Quorum(_) => false,
		} || !panel.iter().any(is_right);
		let right: Vec<Seat> = panel.into_iter().filter(is_right).collect();
		let answer = Execution { digest, output };
		if !misled {
			Self::finish(id, request, &right, answer);
			return Damages { fees: Vec::new(), compensation: 0 };
		}
		let fee = math::execution_fee(&request.quote);
		let due = math::settle(&request.quote, digest.compute_units, T::TreasuryShare::get());
		let fees = right.iter().map(|seat| {
			let earned = if seat.role == Role::Auditor { fee } else { due.worker };
			(seat.worker.clone(), earned)
		});
		let damages = Damages { fees: fees.collect(), compensation: fee };
		Self::finish_unpaid(id, request, &right, answer);
		damages
	}
}

impl<T: Config> Disputed<AccountId, Balance> for Pallet<T> {
	fn job(id: RequestId) -> Option<Job> {
		Self::job_of(id, &Requests::<T>::get(id)?)
	}

	fn settle(id: RequestId, verdict: Verdict) -> Damages<AccountId, Balance> {
		let nothing = Damages { fees: Vec::new(), compensation: 0 };
		let Some(request) = Requests::<T>::get(id) else {
			defensive!("a disputed request is not forgotten");
			return nothing;
		};
		let RequestState::Disputed { panel, challenge } = &request.state else {
			defensive!("a dispute is about a disputed request");
			return nothing;
		};
		let panel = panel.clone();
		match verdict {
			Verdict::Void => {
				Self::expire(id, request, &panel);
				nothing
			}
			Verdict::Upheld { digest, output } => {
				let claims = panel.iter().filter_map(Seat::revealed);
				let shown = claims.chain(challenge.as_ref().map(|challenge| &challenge.execution));
				let claimed =
					shown.filter(|result| result.digest == digest).map(|result| result.output.clone()).next();
				// A result that nobody claimed comes with its output; if it had none, there would be nothing to show.
				let output = claimed.or(output).unwrap_or_else(|| Output::Inline(BoundedVec::new()));
				Self::uphold(id, request, panel, digest, output)
			}
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_disputed(case: &Case<AccountId, Balance>) {
		crate::benchmarking::setup_disputed::<T>(case);
	}
}

/// The result of a panel that is of one mind.
pub(crate) fn agreed(panel: &[Seat]) -> Option<ResultDigest> {
	let mut digests = panel.iter().map(|seat| seat.revealed().map(|result| result.digest));
	let first = digests.next()??;
	digests.all(|digest| digest == Some(first)).then_some(first)
}
