//! What a jury found.

use crate::{Config, Dispute, Event, Juries, Jury, Outputs, Pallet, Phase, Ruling, math, types::Finding};
use assay_primitives::{
	Hash, RequestId, ResultDigest,
	dispute::{MaxJury, Vote},
};
use frame_support::traits::Get;
use sp_runtime::traits::{SaturatedConversion, Saturating};

/// The result that most jurors revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leader {
	pub digest: ResultDigest,
	pub votes: u32,
	/// The output that most of these jurors showed. A content id that leads nowhere fits any digest, but jurors who have the
	/// bytes all name the same.
	pub output: Option<Hash>,
}

/// Counts the votes; `None` if nobody revealed.
pub(crate) fn leader(jury: &Jury) -> Option<Leader> {
	let revealed = || {
		jury.iter().filter_map(|seat| match seat.vote {
			Vote::Revealed { digest, shown } => Some((digest, shown)),
			Vote::Awaited | Vote::Committed(_) => None,
		})
	};
	let votes = |wanted| revealed().filter(|(digest, _)| *digest == wanted).count();
	let (digest, _) = revealed().max_by_key(|(digest, _)| votes(*digest))?;
	let shown = || revealed().filter(|(other, _)| *other == digest).map(|(_, shown)| shown);
	let output = shown().max_by_key(|wanted| shown().filter(|other| other == wanted).count())?;
	Some(Leader { digest, votes: votes(digest).saturated_into(), output })
}

impl<T: Config> Pallet<T> {
	/// Lets those reveal who committed in time.
	pub(crate) fn close_commits(id: RequestId, dispute: Dispute<T>) {
		let jury = Juries::<T>::get(id, dispute.tier);
		let committed = jury.iter().filter(|seat| matches!(seat.vote, Vote::Committed(_))).count();
		if committed == 0 {
			Self::tally(id, dispute);
		} else {
			Self::reveal_now(id, dispute, committed.saturated_into());
		}
	}

	/// Says what the jury found, now that nobody can reveal any more.
	pub(crate) fn tally(id: RequestId, mut dispute: Dispute<T>) {
		let jury = Juries::<T>::get(id, dispute.tier);
		for seat in jury.iter().filter(|seat| !matches!(seat.vote, Vote::Revealed { .. })) {
			Self::dismiss(id, &seat.juror);
		}
		let drawn: u32 = jury.len().saturated_into();
		let leader = leader(&jury);
		let agreed = leader.filter(|leader| leader.votes >= math::threshold(drawn));
		Self::keep_only(id, agreed.and_then(|leader| leader.output));
		let (request, tier) = (id, dispute.tier);
		dispute.standing =
			agreed.map(|Leader { digest, output, .. }| Finding { digest, output, jury: drawn });
		match (agreed, tier.next()) {
			(Some(Leader { digest, votes, .. }), next) => {
				Self::deposit_event(Event::Decided { request, tier, digest, votes });
				if next.is_some() {
					let now = frame_system::Pallet::<T>::block_number();
					let deadline = now.saturating_add(T::AppealPeriod::get());
					Self::transition(id, dispute, Phase::Decided { deadline });
				} else {
					Self::conclude(id, dispute, Ruling::Upheld(digest));
				}
			}
			(None, Some(next)) => {
				Self::deposit_event(Event::Undecided { request, tier });
				Self::begin_tier(id, dispute, next);
			}
			(None, None) => {
				Self::deposit_event(Event::Undecided { request, tier });
				let majority = leader.filter(|leader| leader.votes.saturating_mul(2) > drawn);
				let prevailing = majority.map(|leader| leader.digest);
				Self::conclude(id, dispute, Ruling::Void { prevailing });
			}
		}
	}

	/// Draws the jury of the next tier.
	pub(crate) fn begin_tier(id: RequestId, mut dispute: Dispute<T>, tier: assay_primitives::dispute::Tier) {
		dispute.tier = tier;
		let now = frame_system::Pallet::<T>::block_number();
		Self::transition(id, dispute, Self::drawing(now));
	}

	/// Forgets the outputs that jurors showed, but for this one.
	pub(crate) fn keep_only(id: RequestId, wanted: Option<Hash>) {
		let kept = wanted.and_then(|hash| Outputs::<T>::get(id, hash).map(|output| (hash, output)));
		// Those of one jury, and the one that stood before.
		let most = <MaxJury as Get<u32>>::get().saturating_add(1);
		let cleared = Outputs::<T>::clear_prefix(id, most, None);
		frame_support::defensive_assert!(cleared.maybe_cursor.is_none(), "a jury shows one output a juror");
		if let Some((hash, output)) = kept {
			Outputs::<T>::insert(id, hash, output);
		}
	}
}
