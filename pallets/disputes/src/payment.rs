//! The end of a dispute: who is paid, and how it is forgotten.

use crate::{
	Config, Dispute, Event, Juries, Numbers, Pallet, Phase, Ruling,
	math::{self, Conduct, Payout, Rates, Winners},
	types::{Owed, Place, Takings},
	verdict::SEATS_PER_STEP,
};
use assay_primitives::{
	AccountId, Balance, RequestId,
	dispute::{Role, Tier},
	traits::Operators,
};
use frame_support::traits::{
	Get,
	fungible::{Inspect, Mutate},
	tokens::{Fortitude, Precision, Preservation},
};

impl<T: Config> Pallet<T> {
	/// Decides who gets what, now that everything that is lost is in the pot.
	pub(crate) fn begin_paying(
		id: RequestId,
		dispute: Dispute<T>,
		ruling: Ruling,
		takings: Takings,
		winners: u32,
		owed: Owed,
	) {
		let fee = dispute.case.fee;
		let reserve = Self::draw_on_reserve(math::reserve_needed(takings.total(), winners, fee));
		let right = |wanted: fn(Role) -> bool| {
			let claims = dispute.case.claims.iter();
			claims.filter(|claim| wanted(claim.role) && Some(claim.digest) == ruling.digest()).count() as u32
		};
		let winners = Winners {
			jurors: winners,
			challengers: right(|role| role == Role::Challenger),
			workers: right(|role| role != Role::Challenger),
		};
		let payout = math::payout(&takings, reserve, fee, owed, winners, Self::rates());
		let left = takings.total().saturating_add(reserve);
		Self::transition(id, dispute, Phase::Paying { ruling, left, payout, next: Place::FIRST });
	}

	fn rates() -> Rates {
		Rates {
			juror_premium: T::JurorPremium::get(),
			challenger: T::ChallengerShare::get(),
			bonds: T::BondShare::get(),
		}
	}

	/// Takes up to `needed` out of the reserve into the pot. Returns what was taken.
	fn draw_on_reserve(needed: Balance) -> Balance {
		let reserve = T::Reserve::get();
		let most = T::ReserveShare::get().mul_floor(T::Currency::balance(&reserve));
		let amount = needed.min(most);
		if amount == 0 {
			return 0;
		}
		T::Currency::transfer(&reserve, &Self::pot(), amount, Preservation::Preserve).unwrap_or(0)
	}

	/// Pays the next jurors who were right, and everybody else after the last of them.
	pub(crate) fn pay_some(
		id: RequestId,
		dispute: Dispute<T>,
		ruling: Ruling,
		mut left: Balance,
		payout: Payout,
		next: Place,
	) {
		let jury = Juries::<T>::get(id, next.tier);
		// Outside every jury everybody else is next.
		if next.seat as usize >= jury.len() && next.tier == dispute.tier {
			return Self::pay_others(id, dispute, ruling, left, payout);
		}
		for seat in jury.iter().skip(next.seat as usize).take(SEATS_PER_STEP as usize) {
			if math::conduct(&seat.vote, &ruling) == Conduct::Right {
				let amount = Self::pay_operator(&seat.juror, payout.juror.min(left));
				left = left.saturating_sub(amount);
				Self::deposit_event(Event::JurorPaid { request: id, juror: seat.juror.clone(), amount });
			}
		}
		let after = Place { tier: dispute.tier, seat: u32::MAX };
		let next = Self::after(next, jury.len(), &dispute).unwrap_or(after);
		Self::transition(id, dispute, Phase::Paying { ruling, left, payout, next });
	}

	/// Pays those who are no jurors, and burns the rest.
	fn pay_others(id: RequestId, dispute: Dispute<T>, ruling: Ruling, mut left: Balance, payout: Payout) {
		let mut pay = |to: &AccountId, amount: Balance, is_operator: bool| {
			let amount = amount.min(left);
			let paid = if is_operator { Self::pay_operator(to, amount) } else { Self::pay(to, amount) };
			left = left.saturating_sub(paid);
			if paid > 0 {
				Self::deposit_event(Event::Paid { request: id, to: to.clone(), amount: paid });
			}
		};
		for (to, amount) in &payout.fees {
			pay(to, *amount, true);
		}
		pay(&dispute.case.requester, payout.compensation, false);
		let right = || dispute.case.claims.iter().filter(|claim| Some(claim.digest) == ruling.digest());
		for claim in right().filter(|claim| claim.role == Role::Challenger) {
			pay(&claim.claimant, payout.challenger, false);
		}
		for claim in right().filter(|claim| claim.role != Role::Challenger) {
			pay(&claim.claimant, payout.worker, true);
		}
		let burned = Self::burn(left);
		Self::deposit_event(Event::Settled { request: id, burned });
		Self::transition(id, dispute, Phase::Settled { ruling });
	}

	/// Pays out of the pot and returns what was paid: all of it, or nothing if the account cannot receive it, because it
	/// does not exist and the amount would be less than an account's existential deposit.
	pub(crate) fn pay(to: &AccountId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		T::Currency::transfer(&Self::pot(), to, amount, Preservation::Preserve).unwrap_or(0)
	}

	/// Burns what is left of somebody's money in the pot. Returns what was burned.
	pub(crate) fn burn(amount: Balance) -> Balance {
		T::Currency::burn_from(
			&Self::pot(),
			amount,
			Preservation::Preserve,
			Precision::BestEffort,
			Fortitude::Force,
		)
		.unwrap_or(0)
	}

	/// Pays an operator and those who back it; as [`Self::pay`], if it is no operator any more.
	fn pay_operator(operator: &AccountId, amount: Balance) -> Balance {
		if T::Operators::worker_key(operator).is_none() {
			return Self::pay(operator, amount);
		}
		let paid = Self::pay(&T::Operators::pot(), amount);
		if paid > 0 {
			T::Operators::reward(operator, paid);
		}
		paid
	}

	/// Removes everything about a settled dispute.
	pub(crate) fn forget(id: RequestId, dispute: Dispute<T>) {
		for tier in Tier::ALL {
			Juries::<T>::remove(id, tier);
		}
		Numbers::<T>::remove(dispute.number);
		Self::remove(id, &dispute);
		Self::deposit_event(Event::Pruned { request: id });
	}
}
