//! Money for the next jury.

use crate::{Appeal, Appeals, Config, Disputes, Error, Event, HoldReason, Pallet, Phase, math};
use assay_primitives::{AccountId, Balance, RequestId, dispute::Tier};
use frame_support::{
	BoundedVec,
	dispatch::DispatchResult,
	ensure,
	traits::{
		Defensive, Get,
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};

impl<T: Config> Pallet<T> {
	/// What an appeal to `tier` takes of a request whose execution costs `fee`.
	pub(crate) fn appeal_target(tier: Tier, fee: Balance) -> Balance {
		math::appeal_target(tier, fee, T::AppealMargin::get())
	}

	pub(crate) fn do_appeal(id: RequestId, who: AccountId, amount: Balance) -> DispatchResult {
		let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		let (tier, finding, next) = match (&dispute.phase, dispute.standing, dispute.tier.next()) {
			(Phase::Decided { deadline }, Some(finding), Some(next)) => {
				Self::ensure_in_time(*deadline)?;
				(dispute.tier, finding, next)
			}
			_ => return Err(Error::<T>::NotAppealable.into()),
		};
		let target = Self::appeal_target(next, dispute.case.fee);
		let mut appeal = Appeals::<T>::get(id, tier)
			.unwrap_or(Appeal { against: finding.digest, contributions: BoundedVec::new() });
		let missing = target.saturating_sub(appeal.pooled());
		let amount = amount.min(missing);
		ensure!(amount >= math::least_contribution(target).min(missing), Error::<T>::ContributionTooSmall);
		T::Currency::hold(&HoldReason::Appeal.into(), &who, amount)
			.map_err(|_| Error::<T>::InsufficientBalance)?;
		match appeal.contributions.iter_mut().find(|(other, _)| *other == who) {
			Some((_, sum)) => *sum = sum.saturating_add(amount),
			// There is room as long as something is missing: see `math::least_contribution`.
			None => appeal
				.contributions
				.try_push((who.clone(), amount))
				.map_err(|_| Error::<T>::ContributionTooSmall)?,
		}
		Appeals::<T>::insert(id, tier, appeal);
		let missing = missing.saturating_sub(amount);
		Self::deposit_event(Event::Appealed { request: id, tier, appellant: who, amount, missing });
		if missing == 0 {
			Self::begin_tier(id, dispute, next);
		}
		Ok(())
	}

	/// Gives back what was contributed to the appeal against the finding of `tier`, if there is one.
	pub(crate) fn return_appeal(id: RequestId, tier: Tier) {
		let Some(appeal) = Appeals::<T>::take(id, tier) else { return };
		for (who, amount) in appeal.contributions {
			T::Currency::release(&HoldReason::Appeal.into(), &who, amount, Precision::Exact)
				.defensive_unwrap_or_default();
		}
		Self::deposit_event(Event::AppealReturned { request: id, tier });
	}

	/// Takes what was contributed to the appeal against the finding of `tier` into the pot, if there is one. Returns what
	/// was taken.
	pub(crate) fn take_appeal(id: RequestId, tier: Tier) -> Balance {
		let Some(appeal) = Appeals::<T>::take(id, tier) else { return 0 };
		let lost = appeal.contributions.into_iter().fold(0, |sum: Balance, (who, amount)| {
			sum.saturating_add(Self::take_held(HoldReason::Appeal, &who, amount))
		});
		Self::deposit_event(Event::AppealLost { request: id, tier, lost });
		lost
	}

	/// Moves what is on hold into the pot. Returns what was moved.
	pub(crate) fn take_held(reason: HoldReason, who: &AccountId, amount: Balance) -> Balance {
		T::Currency::transfer_on_hold(
			&reason.into(),
			who,
			&Self::pot(),
			amount,
			Precision::BestEffort,
			Restriction::Free,
			Fortitude::Force,
		)
		.defensive_unwrap_or_default()
	}
}
