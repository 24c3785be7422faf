//! Where the money of a settled request goes.

use crate::{AuditFunds, Config, Event, HoldReason, Pallet, Request, math, types::Seat};
use assay_primitives::{
	AccountId, Balance, Execution, RequestId, RequestState,
	dispute::Role,
	traits::{Models, Operators},
};
use frame_support::{
	BoundedVec,
	traits::{
		Defensive, Get,
		fungible::{Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation, Restriction},
	},
};

impl<T: Config> Pallet<T> {
	/// Ends a request with an answer that is paid for: to those in `seats`, who gave it, to the model's owner and to the
	/// treasury. The rest of the escrow goes back.
	pub(crate) fn finish(id: RequestId, request: Request<T>, seats: &[Seat], answer: Execution) {
		let due = math::settle(&request.quote, answer.digest.compute_units, T::TreasuryShare::get());
		let from = &request.requester;
		let pot = T::Operators::pot();
		let (mut to_workers, mut treasury_share): (Balance, Balance) = (0, 0);
		for seat in seats.iter().filter(|seat| seat.role == Role::Worker) {
			let paid = Self::pay(from, &pot, due.worker);
			Self::reward(&seat.worker, paid);
			to_workers = to_workers.saturating_add(paid);
			treasury_share = treasury_share.saturating_add(due.treasury);
		}
		let to_owner = match due.owner {
			0 => 0,
			royalty => T::Models::owner(request.version).map_or(0, |owner| Self::pay(from, &owner, royalty)),
		};
		let to_treasury = Self::pay(from, &T::TreasuryAccount::get(), treasury_share);
		let to_audits = Self::pay(from, &T::AuditPot::get(), due.audit);
		if to_audits > 0 {
			AuditFunds::<T>::mutate(|funds| *funds = funds.saturating_add(to_audits));
		}
		Self::pay_auditors(&request, seats);
		let charged =
			to_workers.saturating_add(to_owner).saturating_add(to_treasury).saturating_add(to_audits);
		let refund = request.quote.escrow.saturating_sub(charged);
		Self::deposit_event(Event::Finalised {
			request: id,
			to_workers,
			to_owner,
			to_treasury,
			to_audits,
			refund,
		});
		Self::close(id, request, seats, answer, charged);
	}

	/// Ends a request with an answer that the requester does not pay for, since it was told another one first.
	pub(crate) fn finish_unpaid(id: RequestId, request: Request<T>, seats: &[Seat], answer: Execution) {
		let refund = request.quote.escrow;
		Self::deposit_event(Event::Finalised {
			request: id,
			to_workers: 0,
			to_owner: 0,
			to_treasury: 0,
			to_audits: 0,
			refund,
		});
		Self::close(id, request, seats, answer, 0);
	}

	/// Gives back what was not charged, gives free the stake of those who were right, and keeps the answer.
	fn close(id: RequestId, request: Request<T>, seats: &[Seat], answer: Execution, charged: Balance) {
		Self::refund(&request.requester, request.quote.escrow.saturating_sub(charged));
		for seat in seats {
			T::Operators::unlock(&seat.worker, seat.stake).defensive_unwrap_or_default();
			T::Operators::note_done(&seat.worker);
		}
		let workers = seats.iter().map(|seat| seat.worker.clone()).collect();
		let Execution { digest, output } = answer;
		let state =
			RequestState::Final { workers: BoundedVec::truncate_from(workers), digest, output, charged };
		Self::transition(id, request, state);
	}

	/// Pays one fee to each auditor out of what all requests paid for audits, as far as that goes.
	fn pay_auditors(request: &Request<T>, seats: &[Seat]) {
		let fee = math::execution_fee(&request.quote);
		let pot = T::Operators::pot();
		for seat in seats.iter().filter(|seat| seat.role == Role::Auditor) {
			let funds = AuditFunds::<T>::get();
			let share = fee.min(funds);
			// The pot's account keeps what it needs to exist.
			let paid = T::Currency::transfer(&T::AuditPot::get(), &pot, share, Preservation::Preserve);
			let paid = paid.unwrap_or(0);
			AuditFunds::<T>::put(funds.saturating_sub(paid));
			Self::reward(&seat.worker, paid);
		}
	}

	fn reward(worker: &AccountId, amount: Balance) {
		if amount > 0 {
			T::Operators::reward(worker, amount);
		}
	}

	/// Pays out of an escrow and returns what was paid: all of it, or nothing if the account cannot receive it, because
	/// it does not exist and the amount would be less than an account's existential deposit. What cannot be paid goes
	/// back to the requester with the rest of the escrow, so that nothing can hold up a settlement.
	fn pay(from: &AccountId, to: &AccountId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		T::Currency::transfer_on_hold(
			&HoldReason::Escrow.into(),
			from,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or(0)
	}

	/// Releases what is left of an escrow.
	pub(crate) fn refund(to: &AccountId, amount: Balance) {
		if amount > 0 {
			T::Currency::release(&HoldReason::Escrow.into(), to, amount, Precision::Exact)
				.defensive_unwrap_or_default();
		}
	}
}
