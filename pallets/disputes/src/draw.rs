//! Who becomes a juror.

use crate::{Appeals, Config, Dispute, Event, Juries, Jury, Pallet, Phase, Summons, math};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Hash, RequestId,
	dispute::{Seat, Tier, Vote},
	job::compute_blocks,
	traits::{Models, Operators},
};
use codec::Encode;
use frame_support::{
	defensive,
	traits::{Defensive, Get, Randomness},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{SaturatedConversion, Saturating};

/// Draws per dispute and block.
pub(crate) const TRIES_PER_STEP: u32 = 8;

/// Draws in a row that find nobody new, after which a jury counts as complete: of operators that have the share `p` of the
/// stake that could be drawn, one is found but with probability `(1 - p)^64`.
pub(crate) const MAX_MISSES: u32 = 64;

impl<T: Config> Pallet<T> {
	/// Draws some jurors, or waits for randomness that appeared after the tier began.
	pub(crate) fn draw_jurors(
		id: RequestId,
		dispute: Dispute<T>,
		since: BlockNumberFor<T>,
		misses: u32,
		deadline: BlockNumberFor<T>,
	) {
		let jury = Juries::<T>::get(id, dispute.tier);
		match T::Randomness::random(b"assay/jury") {
			(Some(seed), appeared_at) if appeared_at > since => {
				let (jury, misses) = Self::fill(id, &dispute, jury, misses, seed);
				let complete = jury.len() as u32 >= dispute.tier.size() || misses >= MAX_MISSES;
				if complete {
					Self::seat(id, dispute, jury);
				} else {
					Juries::<T>::insert(id, dispute.tier, jury);
					Self::transition(id, dispute, Phase::Drawing { since, misses, deadline });
				}
			}
			_ if frame_system::Pallet::<T>::block_number() > deadline => Self::seat(id, dispute, jury),
			_ => Self::transition(id, dispute, Phase::Drawing { since, misses, deadline }),
		}
	}

	/// Up to [`TRIES_PER_STEP`] draws. Returns the jury and the number of misses in a row.
	pub(crate) fn fill(
		id: RequestId,
		dispute: &Dispute<T>,
		mut jury: Jury,
		mut misses: u32,
		seed: Hash,
	) -> (Jury, u32) {
		let excluded = Self::excluded(id, dispute);
		for _ in 0..TRIES_PER_STEP {
			if jury.len() as u32 >= dispute.tier.size() || misses >= MAX_MISSES {
				break;
			}
			// Both numbers change with every try, so no number is used twice.
			let number = draw_number(seed, id, dispute.tier, jury.len() as u32, misses);
			let Some(candidate) = T::Models::draw(dispute.case.version, number) else {
				// Nobody with stake serves the version; another number would not find anybody either.
				return (jury, MAX_MISSES);
			};
			let known = excluded.contains(&candidate) || jury.iter().any(|seat| seat.juror == candidate);
			if known || !Self::engage(id, dispute, &candidate) {
				misses = misses.saturating_add(1);
				continue;
			}
			misses = 0;
			let seat = Seat { juror: candidate.clone(), vote: Vote::Awaited };
			if jury.try_push(seat).is_err() {
				defensive!("no tier has more jurors than a jury has places");
				break;
			}
			Self::deposit_event(Event::JurorDrawn { request: id, tier: dispute.tier, juror: candidate });
		}
		(jury, misses)
	}

	/// Everybody who is involved: they can be no jurors.
	fn excluded(id: RequestId, dispute: &Dispute<T>) -> Vec<AccountId> {
		let mut excluded: Vec<AccountId> =
			dispute.case.claims.iter().map(|claim| claim.claimant.clone()).collect();
		excluded.push(dispute.case.requester.clone());
		excluded.extend(T::Models::owner(dispute.case.version));
		for tier in Tier::ALL.into_iter().filter(|tier| *tier < dispute.tier) {
			excluded.extend(Juries::<T>::get(id, tier).into_iter().map(|seat| seat.juror));
			let appeal = Appeals::<T>::get(id, tier);
			excluded.extend(appeal.into_iter().flat_map(|a| a.contributions).map(|(who, _)| who));
		}
		excluded
	}

	/// Locks the bond of an operator that can become a juror, and summons it; false if it cannot.
	fn engage(id: RequestId, dispute: &Dispute<T>, candidate: &AccountId) -> bool {
		let duties = Summons::<T>::decode_len(candidate).unwrap_or(0);
		let bond = dispute.case.fee;
		duties < T::MaxJuryDuties::get() as usize
			&& T::Operators::can_work(candidate)
			&& T::Operators::free_stake(candidate) >= bond
			&& T::Operators::lock(candidate, bond).is_ok()
			&& Summons::<T>::mutate(candidate, |open| open.try_push(id))
				.defensive_proof("there was room for another duty")
				.is_ok()
	}

	/// Lets a juror go that has nothing to submit any more.
	pub(crate) fn dismiss(id: RequestId, juror: &AccountId) {
		Summons::<T>::mutate_exists(juror, |duties| {
			if let Some(open) = duties {
				open.retain(|duty| *duty != id);
				if open.is_empty() {
					*duties = None;
				}
			}
		});
	}

	/// Gives the jury its work, or does without a jury if it is too small.
	fn seat(id: RequestId, dispute: Dispute<T>, jury: Jury) {
		let jurors = jury.len() as u32;
		let least = dispute.standing.map_or(math::MIN_JURY, |finding| finding.jury.saturating_add(1));
		if jurors < least {
			return Self::do_without(id, dispute, jury);
		}
		let compute = compute_blocks(dispute.case.compute_limit, T::ComputePerBlock::get());
		let period = T::CommitPeriod::get().saturating_add(compute.into()).min(T::MaxCommitPeriod::get());
		let deadline = frame_system::Pallet::<T>::block_number().saturating_add(period);
		Juries::<T>::insert(id, dispute.tier, jury);
		Self::deposit_event(Event::JurySeated { request: id, tier: dispute.tier, jurors, deadline });
		Self::transition(id, dispute, Phase::Committing { missing: jurors, deadline });
	}

	/// Ends a dispute in a tier that cannot have a jury: what stands stays, and who paid for the jury has the money back.
	pub(crate) fn do_without(id: RequestId, dispute: Dispute<T>, jury: Jury) {
		let drawn = jury.len().saturated_into();
		for seat in jury {
			T::Operators::unlock(&seat.juror, dispute.case.fee).defensive_unwrap_or_default();
			Self::dismiss(id, &seat.juror);
		}
		Juries::<T>::remove(id, dispute.tier);
		Self::deposit_event(Event::NoJury { request: id, tier: dispute.tier, drawn });
		// Only an appeal leads to another tier while a finding stands. Nobody lost it.
		if dispute.standing.is_some() {
			for tier in Tier::ALL.into_iter().filter(|tier| tier.next() == Some(dispute.tier)) {
				Self::return_appeal(id, tier);
			}
		}
		let ruling = Self::ruling_that_stands(&dispute);
		Self::conclude(id, dispute, ruling);
	}
}

/// Uniform number of one draw.
fn draw_number(seed: Hash, request: RequestId, tier: Tier, drawn: u32, misses: u32) -> u128 {
	u128::from_le_bytes((seed, request, tier, drawn, misses).using_encoded(sp_io::hashing::blake2_128))
}
