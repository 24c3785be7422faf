//! The end of a dispute: who loses.
//!
//! First the claims, in one step with [`Disputed::settle`], so that the stake of those who were right and of those who were
//! wrong is given free or taken in the same block. Then the jurors and the appeals, some in each block, since all of it has
//! to be in the pot before the first is paid.

use crate::{
	Appeals, Config, Dispute, Event, HoldReason, Juries, Outputs, Pallet, Phase, Ruling,
	math::{self, Conduct},
	types::{Owed, Place, Takings},
};
use assay_primitives::{
	AccountId, Balance, RequestId,
	dispute::{Claim, Role, Tier, Verdict},
	traits::{Damages, Disputed, Fault, Operators},
};
use frame_support::{
	BoundedVec, PalletId,
	traits::{
		Defensive, Get,
		fungible::{Inspect, MutateHold},
		tokens::Precision,
	},
};
use sp_runtime::traits::AccountIdConversion;

/// Jurors that are made to pay, or paid, in one step.
pub(crate) const SEATS_PER_STEP: u32 = 8;

impl<T: Config> Pallet<T> {
	/// Where the losers' money waits.
	pub fn pot() -> AccountId {
		let id: PalletId = T::PalletId::get();
		id.into_account_truncating()
	}

	/// The end of a dispute that no further jury will hear.
	pub(crate) fn ruling_that_stands(dispute: &Dispute<T>) -> Ruling {
		dispute.standing.map_or(Ruling::Void { prevailing: None }, |finding| Ruling::Upheld(finding.digest))
	}

	/// Ends a dispute in the next block.
	pub(crate) fn conclude(id: RequestId, dispute: Dispute<T>, ruling: Ruling) {
		Self::transition(id, dispute, Phase::Concluded { ruling });
	}

	/// Ends a dispute: tells the requests, and takes from those whose claims were wrong.
	pub(crate) fn rule(id: RequestId, dispute: Dispute<T>, ruling: Ruling) {
		// One that was not filled: a filled one has led to another tier.
		Self::return_appeal(id, dispute.tier);
		let verdict = match ruling {
			Ruling::Upheld(digest) => {
				let shown = dispute.standing.and_then(|finding| finding.output);
				Verdict::Upheld { digest, output: shown.and_then(|hash| Outputs::<T>::get(id, hash)) }
			}
			Ruling::Void { .. } => Verdict::Void,
		};
		Self::keep_only(id, None);
		Self::deposit_event(Event::Ruled { request: id, digest: ruling.digest() });
		let Damages { fees, compensation } = T::Requests::settle(id, verdict);
		let owed = Owed { fees: BoundedVec::truncate_from(fees), compensation };
		let mut takings = Takings::default();
		for claim in &dispute.case.claims {
			let wrong = ruling.digest().is_some_and(|digest| digest != claim.digest);
			match (wrong, claim.role) {
				(true, role) => {
					let lost = Self::take_claim(claim);
					takings.claims = takings.claims.saturating_add(lost);
					if role == Role::Challenger {
						takings.challenges = takings.challenges.saturating_add(lost);
					}
					let claimant = claim.claimant.clone();
					Self::deposit_event(Event::ClaimLost { request: id, claimant, role, lost });
				}
				(false, Role::Challenger) => {
					let reason = HoldReason::Challenge.into();
					T::Currency::release(&reason, &claim.claimant, claim.at_risk, Precision::Exact)
						.defensive_unwrap_or_default();
				}
				(false, Role::Worker | Role::Auditor) => {}
			}
		}
		let next = Place::FIRST;
		Self::transition(id, dispute, Phase::Collecting { ruling, takings, winners: 0, owed, next });
	}

	/// Takes what somebody loses who stood for a wrong result. Returns what is in the pot of it.
	fn take_claim(claim: &Claim<AccountId, Balance>) -> Balance {
		match math::claim_fault(claim.role, claim.at_risk, T::WorkerShare::get()) {
			Some(fault) => Self::take_stake(&claim.claimant, fault),
			None => Self::take_held(HoldReason::Challenge, &claim.claimant, claim.at_risk),
		}
	}

	/// Slashes an operator. Returns what came into the pot.
	pub(crate) fn take_stake(operator: &AccountId, fault: Fault<Balance>) -> Balance {
		let pot = Self::pot();
		let before = T::Currency::balance(&pot);
		T::Operators::slash(operator, fault, &[(&pot, Balance::MAX)]);
		T::Currency::balance(&pot).saturating_sub(before)
	}

	/// Takes from the next jurors what they lose, and gives free the bonds of the others.
	pub(crate) fn collect(
		id: RequestId,
		dispute: Dispute<T>,
		ruling: Ruling,
		mut takings: Takings,
		mut winners: u32,
		owed: Owed,
		next: Place,
	) {
		let jury = Juries::<T>::get(id, next.tier);
		for seat in jury.iter().skip(next.seat as usize).take(SEATS_PER_STEP as usize) {
			let conduct = math::conduct(&seat.vote, &ruling);
			let lost = Self::judge(id, &dispute, &seat.juror, conduct);
			takings.jurors = takings.jurors.saturating_add(lost);
			winners = winners.saturating_add((conduct == Conduct::Right).into());
		}
		let rest = match Self::after(next, jury.len(), &dispute) {
			Some(place) if place.tier == next.tier => Some(place),
			other => {
				let lost = Self::judge_appeal(id, &ruling, next.tier);
				takings.appeals = takings.appeals.saturating_add(lost);
				other
			}
		};
		match rest {
			Some(next) => {
				Self::transition(id, dispute, Phase::Collecting { ruling, takings, winners, owed, next })
			}
			None => Self::begin_paying(id, dispute, ruling, takings, winners, owed),
		}
	}

	/// Where the next step goes on after one at `place`, in a jury of `jurors`; `None` after the last juror.
	pub(crate) fn after(place: Place, jurors: usize, dispute: &Dispute<T>) -> Option<Place> {
		let seat = place.seat.saturating_add(SEATS_PER_STEP);
		if (seat as usize) < jurors {
			Some(Place { seat, ..place })
		} else {
			place.tier.next().filter(|tier| *tier <= dispute.tier).map(|tier| Place { tier, seat: 0 })
		}
	}

	/// Takes what a juror loses, which is nothing if it did its duty and was not wrong.
	fn judge(id: RequestId, dispute: &Dispute<T>, juror: &AccountId, conduct: Conduct) -> Balance {
		let bond = dispute.case.fee;
		match conduct {
			Conduct::Silent | Conduct::Withheld => T::Operators::note_missed(juror),
			Conduct::Right | Conduct::Undecided | Conduct::Wrong => T::Operators::note_done(juror),
		}
		match math::juror_fault(conduct, bond, T::JurorShare::get()) {
			Some(fault) => {
				let lost = Self::take_stake(juror, fault);
				let juror = juror.clone();
				Self::deposit_event(Event::JurorPunished { request: id, juror, conduct, lost });
				lost
			}
			None => {
				T::Operators::unlock(juror, bond).defensive_unwrap_or_default();
				0
			}
		}
	}

	/// Gives back the appeal against the finding of `tier` if it was right or nobody knows, and takes it otherwise. Returns
	/// what was taken.
	fn judge_appeal(id: RequestId, ruling: &Ruling, tier: Tier) -> Balance {
		let against = Appeals::<T>::get(id, tier).map(|appeal| appeal.against);
		if against.is_some() && against == ruling.digest() {
			Self::take_appeal(id, tier)
		} else {
			Self::return_appeal(id, tier);
			0
		}
	}
}
