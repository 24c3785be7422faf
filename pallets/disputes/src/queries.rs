//! Answers to what clients and jurors ask; the runtime API calls these.

use crate::{Appeal, Appeals, Config, Dispute, Disputes, Juries, Numbers, Pallet, Phase, Summons};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, RequestId, Task, WorkerId,
	dispute::{DisputeInfo, DisputeNumber, DisputeState, JuryDuty, Tier, Vote},
	traits::{Disputed, Operators},
};
use frame_system::pallet_prelude::BlockNumberFor;

/// Most disputes that one query lists.
const MAX_LISTED: u32 = 100;

impl<T: Config> Pallet<T> {
	/// The dispute about a request; `None` if there is none, or not any more.
	pub fn dispute_info(id: RequestId) -> Option<DisputeInfo<AccountId, Balance, BlockNumberFor<T>>> {
		let dispute = Disputes::<T>::get(id)?;
		let tiers = Tier::ALL.into_iter().filter(|tier| *tier <= dispute.tier);
		Some(DisputeInfo {
			juries: tiers.map(|tier| Juries::<T>::get(id, tier).into_inner()).collect(),
			state: Self::state(id, &dispute),
			number: dispute.number,
			case: dispute.case,
			opened_at: dispute.opened_at,
			tier: dispute.tier,
		})
	}

	/// Up to `limit` (at most 100) disputes with numbers from `start` on, but for those that were forgotten.
	pub fn list(start: DisputeNumber, limit: u32) -> Vec<DisputeInfo<AccountId, Balance, BlockNumberFor<T>>> {
		let end = start.saturating_add(limit.min(MAX_LISTED).into());
		(start..end).filter_map(Numbers::<T>::get).filter_map(Self::dispute_info).collect()
	}

	/// What a worker key has to submit as a juror; at most `MaxJuryDuties`.
	pub fn jury_duties(key: &WorkerId) -> Vec<JuryDuty<AccountId, BlockNumberFor<T>>> {
		let Some(juror) = T::Operators::operator_of(key) else { return Vec::new() };
		Summons::<T>::get(&juror).into_iter().filter_map(|id| Self::jury_duty(id, &juror)).collect()
	}

	fn jury_duty(id: RequestId, juror: &AccountId) -> Option<JuryDuty<AccountId, BlockNumberFor<T>>> {
		let dispute = Disputes::<T>::get(id)?;
		let seat = Juries::<T>::get(id, dispute.tier).into_iter().find(|seat| seat.juror == *juror)?;
		let (task, deadline) = match (&dispute.phase, seat.vote) {
			(Phase::Committing { deadline, .. }, Vote::Awaited) => (Task::Commit, *deadline),
			(Phase::Revealing { deadline, .. }, Vote::Committed(commitment)) => {
				(Task::Reveal(commitment), *deadline)
			}
			_ => return None,
		};
		Some(JuryDuty {
			request: id,
			tier: dispute.tier,
			juror: juror.clone(),
			task,
			job: T::Requests::job(id)?,
			known: dispute.case.claims.iter().map(|claim| claim.digest).collect(),
			deadline,
		})
	}

	fn state(id: RequestId, dispute: &Dispute<T>) -> DisputeState<Balance, BlockNumberFor<T>> {
		match &dispute.phase {
			Phase::Drawing { .. } => DisputeState::Drawing,
			Phase::Committing { deadline, .. } => DisputeState::Committing { deadline: *deadline },
			Phase::Revealing { deadline, .. } => DisputeState::Revealing { deadline: *deadline },
			Phase::Decided { deadline } => match (dispute.standing, dispute.tier.next()) {
				(Some(finding), Some(next)) => DisputeState::Appealable {
					digest: finding.digest,
					deadline: *deadline,
					target: Self::appeal_target(next, dispute.case.fee),
					pooled: Appeals::<T>::get(id, dispute.tier).as_ref().map_or(0, Appeal::pooled),
				},
				_ => DisputeState::Settling { verdict: dispute.standing.map(|finding| finding.digest) },
			},
			Phase::Concluded { ruling } | Phase::Collecting { ruling, .. } | Phase::Paying { ruling, .. } => {
				DisputeState::Settling { verdict: ruling.digest() }
			}
			Phase::Settled { ruling } => DisputeState::Settled { verdict: ruling.digest() },
		}
	}
}
