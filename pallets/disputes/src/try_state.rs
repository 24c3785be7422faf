//! What must always be true of this pallet's storage.

use crate::{
	Agenda, AgendaCursor, Appeals, Config, Dispute, Disputes, HoldReason, Juries, NextDispute, Numbers,
	Outputs, Pallet, Phase, Proven, Summons, math,
};
use alloc::collections::{BTreeMap, BTreeSet};
use assay_primitives::{
	AccountId, Balance, RequestId,
	dispute::{Role, Seat, Tier, Vote},
	traits::Operators,
};
use frame_support::{
	ensure,
	traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (id, dispute) in Disputes::<T>::iter() {
			Self::check_dispute(id, &dispute)?;
			Self::check_juries(id, &dispute)?;
			Self::check_votes(id, &dispute)?;
		}
		ensure!(
			Numbers::<T>::iter_keys().count() == Disputes::<T>::iter_keys().count(),
			"a number is kept without its dispute"
		);
		for (id, _) in Juries::<T>::iter_keys() {
			ensure!(Disputes::<T>::contains_key(id), "a jury is kept without its dispute");
		}
		for subjects in Proven::<T>::iter_values() {
			let distinct = subjects
				.iter()
				.enumerate()
				.all(|(n, one)| !subjects.iter().skip(n.saturating_add(1)).any(|other| one == other));
			ensure!(distinct, "an equivocation was proven twice");
		}
		Self::check_outputs()?;
		Self::check_appeals()?;
		Self::check_agenda()?;
		Self::check_summons()?;
		Self::check_holds()?;
		Self::check_pot()
	}

	fn check_dispute(id: RequestId, dispute: &Dispute<T>) -> Result<(), TryRuntimeError> {
		ensure!(dispute.case.request == id, "a dispute is kept under another request than its own");
		ensure!(dispute.number < NextDispute::<T>::get(), "a dispute has a number that was not given yet");
		ensure!(Numbers::<T>::get(dispute.number) == Some(id), "a dispute's number leads elsewhere");
		ensure!(dispute.opened_at <= dispute.changed_at, "a dispute changed before it was opened");
		if matches!(dispute.phase, Phase::Decided { .. }) {
			ensure!(dispute.standing.is_some(), "a jury decided on nothing");
			ensure!(dispute.tier.next().is_some(), "the last tier waits for an appeal");
		}
		Ok(())
	}

	/// Jurors are distinct, uninvolved and drawn for tiers that there were.
	fn check_juries(id: RequestId, dispute: &Dispute<T>) -> Result<(), TryRuntimeError> {
		let mut seen: BTreeSet<AccountId> =
			dispute.case.claims.iter().map(|claim| claim.claimant.clone()).collect();
		seen.insert(dispute.case.requester.clone());
		for tier in Tier::ALL {
			let jury = Juries::<T>::get(id, tier);
			ensure!(jury.is_empty() || tier <= dispute.tier, "a jury sits in a tier to come");
			ensure!(jury.len() <= tier.size() as usize, "a jury is larger than its tier");
			let incomplete = tier == dispute.tier && matches!(dispute.phase, Phase::Drawing { .. });
			ensure!(
				incomplete || jury.is_empty() || jury.len() >= math::MIN_JURY as usize,
				"a jury is too small to settle anything"
			);
			for seat in jury {
				ensure!(seen.insert(seat.juror), "a juror is involved or sits twice");
			}
		}
		Ok(())
	}

	/// The votes are those that the phase allows, and counted right.
	fn check_votes(id: RequestId, dispute: &Dispute<T>) -> Result<(), TryRuntimeError> {
		let jury = Juries::<T>::get(id, dispute.tier);
		let count = |wanted: fn(&Vote) -> bool| jury.iter().filter(|seat| wanted(&seat.vote)).count();
		let awaited = count(|vote| matches!(vote, Vote::Awaited));
		let committed = count(|vote| matches!(vote, Vote::Committed(_)));
		let revealed = count(|vote| matches!(vote, Vote::Revealed { .. }));
		match dispute.phase {
			Phase::Drawing { .. } => {
				ensure!(awaited == jury.len(), "a juror spoke before the jury was complete");
			}
			Phase::Committing { missing, .. } => {
				ensure!(missing as usize == awaited, "another number of commitments is missing");
				ensure!(awaited > 0, "a jury waits for commitments that are all there");
				ensure!(revealed == 0, "a juror revealed before all committed");
			}
			Phase::Revealing { missing, .. } => {
				ensure!(missing as usize == committed, "another number of reveals is missing");
			}
			_ => {}
		}
		for tier in Tier::ALL {
			for seat in Juries::<T>::get(id, tier) {
				if let Vote::Revealed { digest, shown } = seat.vote {
					let claimed = dispute.case.claims.iter().any(|claim| claim.digest == digest);
					ensure!(claimed == shown.is_none(), "an output was shown that was known, or not shown");
				}
			}
		}
		Ok(())
	}

	/// Outputs are those that the present jury showed, and that of what stands.
	fn check_outputs() -> Result<(), TryRuntimeError> {
		let mut expected = BTreeSet::new();
		for (id, dispute) in Disputes::<T>::iter() {
			if dispute.is_ruled() {
				continue;
			}
			expected.extend(dispute.standing.and_then(|finding| finding.output).map(|hash| (id, hash)));
			if matches!(dispute.phase, Phase::Revealing { .. }) {
				let shown = |seat: Seat<AccountId>| match seat.vote {
					Vote::Revealed { shown, .. } => shown,
					Vote::Awaited | Vote::Committed(_) => None,
				};
				let jury = Juries::<T>::get(id, dispute.tier);
				expected.extend(jury.into_iter().filter_map(shown).map(|hash| (id, hash)));
			}
		}
		let kept: BTreeSet<_> = Outputs::<T>::iter_keys().collect();
		ensure!(kept == expected, "outputs are not exactly those that may still be needed");
		Ok(())
	}

	/// Appeals are against findings of tiers that there were, and are gone after the verdict.
	fn check_appeals() -> Result<(), TryRuntimeError> {
		for (id, tier, appeal) in Appeals::<T>::iter() {
			let dispute = Disputes::<T>::get(id).ok_or("an appeal is kept without its dispute")?;
			ensure!(
				!matches!(dispute.phase, Phase::Paying { .. } | Phase::Settled { .. }),
				"an appeal outlived the verdict"
			);
			let next = tier.next().ok_or("there is no appeal after the last tier")?;
			let target = Self::appeal_target(next, dispute.case.fee);
			ensure!(tier <= dispute.tier, "an appeal is against a finding to come");
			let open = tier == dispute.tier && matches!(dispute.phase, Phase::Decided { .. });
			ensure!(
				open == (appeal.pooled() < target),
				"an appeal waits that is filled, or does not that is not"
			);
			let distinct: BTreeSet<_> = appeal.contributions.iter().map(|(who, _)| who).collect();
			ensure!(distinct.len() == appeal.contributions.len(), "somebody contributed to an appeal twice");
		}
		Ok(())
	}

	/// Each dispute has one live deadline, where its phase says, and the hooks will come to it.
	fn check_agenda() -> Result<(), TryRuntimeError> {
		let mut entries = 0usize;
		for (block, id, ()) in Agenda::<T>::iter() {
			entries = entries.saturating_add(1);
			let dispute = Disputes::<T>::get(id).ok_or("the agenda names a dispute that does not exist")?;
			ensure!(dispute.due == block, "the agenda has a dispute under another block than its own");
			// A settled dispute keeps the retention period that it was settled with.
			ensure!(
				matches!(dispute.phase, Phase::Settled { .. })
					|| block == Self::due(&dispute.phase, dispute.changed_at),
				"the agenda has a dispute under another block than its phase says"
			);
			ensure!(
				AgendaCursor::<T>::get().is_none_or(|cursor| cursor <= block),
				"the hooks have passed a dispute of the agenda"
			);
		}
		// Entries are distinct, so equal numbers mean that each dispute has exactly one.
		ensure!(entries == Disputes::<T>::iter_keys().count(), "a dispute is missing in the agenda");
		Ok(())
	}

	/// Summoned is who sits in a present jury and has not revealed, and nobody whom the chain does not know.
	fn check_summons() -> Result<(), TryRuntimeError> {
		let mut expected: BTreeMap<AccountId, BTreeSet<RequestId>> = BTreeMap::new();
		for (id, dispute) in Disputes::<T>::iter() {
			let open = matches!(
				dispute.phase,
				Phase::Drawing { .. } | Phase::Committing { .. } | Phase::Revealing { .. }
			);
			for seat in Juries::<T>::get(id, dispute.tier) {
				if open && !matches!(seat.vote, Vote::Revealed { .. }) {
					ensure!(
						T::Operators::worker_key(&seat.juror).is_some(),
						"an unknown operator is a juror"
					);
					expected.entry(seat.juror).or_default().insert(id);
				}
			}
		}
		let mut listed = BTreeMap::new();
		for (juror, duties) in Summons::<T>::iter() {
			let distinct: BTreeSet<_> = duties.iter().copied().collect();
			ensure!(distinct.len() == duties.len(), "a juror is summoned twice");
			listed.insert(juror, distinct);
		}
		ensure!(listed == expected, "summons are not exactly the jurors that have to submit something");
		Ok(())
	}

	/// What is on hold is exactly what challengers risk and appellants contributed.
	fn check_holds() -> Result<(), TryRuntimeError> {
		let mut bonds: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for dispute in Disputes::<T>::iter_values() {
			let challengers = dispute.case.claims.iter().filter(|claim| claim.role == Role::Challenger);
			for claim in challengers {
				let sum = bonds.entry(claim.claimant.clone()).or_default();
				if !dispute.is_ruled() {
					*sum = sum.checked_add(claim.at_risk).ok_or("bonds overflow")?;
				}
			}
		}
		let mut appeals: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for appeal in Appeals::<T>::iter_values() {
			for (who, amount) in appeal.contributions {
				let sum = appeals.entry(who).or_default();
				*sum = sum.checked_add(amount).ok_or("contributions overflow")?;
			}
		}
		for (reason, expected) in [(HoldReason::Challenge, bonds), (HoldReason::Appeal, appeals)] {
			for (who, sum) in expected {
				ensure!(
					T::Currency::balance_on_hold(&reason.into(), &who) == sum,
					"a hold is not the sum of an account's bonds or contributions"
				);
			}
		}
		Ok(())
	}

	/// The pot has everything that was taken and not paid out yet, and its existential deposit. Anybody can send it more.
	fn check_pot() -> Result<(), TryRuntimeError> {
		let mut owed: Balance = 0;
		for dispute in Disputes::<T>::iter_values() {
			let part = match dispute.phase {
				Phase::Collecting { takings, .. } => takings.total(),
				Phase::Paying { left, .. } => left,
				_ => 0,
			};
			owed = owed.checked_add(part).ok_or("what the pot owes overflows")?;
		}
		let spendable = T::Currency::balance(&Self::pot()).saturating_sub(T::Currency::minimum_balance());
		ensure!(spendable >= owed, "the pot has less than it owes");
		Ok(())
	}
}
