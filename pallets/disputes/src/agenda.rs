//! The one place that writes a dispute, and with it its entry in the agenda; and the hook that does what is due.

use crate::{Agenda, AgendaCursor, Config, Dispute, Disputes, Pallet, Phase, WeightInfo};
use alloc::vec::Vec;
use assay_primitives::RequestId;
use frame_support::{defensive, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, SaturatedConversion, Saturating};

impl<T: Config> Pallet<T> {
	/// Stores a new dispute.
	pub(crate) fn insert(id: RequestId, mut dispute: Dispute<T>) {
		dispute.due = Self::due(&dispute.phase, dispute.changed_at);
		Agenda::<T>::insert(dispute.due, id, ());
		Disputes::<T>::insert(id, dispute);
	}

	/// Moves a dispute into another phase, or further in the one it is in.
	pub(crate) fn transition(id: RequestId, mut dispute: Dispute<T>, phase: Phase<BlockNumberFor<T>>) {
		Agenda::<T>::remove(dispute.due, id);
		dispute.changed_at = frame_system::Pallet::<T>::block_number();
		dispute.phase = phase;
		Self::insert(id, dispute);
	}

	/// Forgets a dispute.
	pub(crate) fn remove(id: RequestId, dispute: &Dispute<T>) {
		Agenda::<T>::remove(dispute.due, id);
		Disputes::<T>::remove(id);
	}

	/// First block in which a dispute in `phase` since `changed_at` is to be moved on.
	pub(crate) fn due(phase: &Phase<BlockNumberFor<T>>, changed_at: BlockNumberFor<T>) -> BlockNumberFor<T> {
		// The hooks are done with the present block, so at least one block passes whatever the phase.
		match phase {
			Phase::Drawing { .. }
			| Phase::Concluded { .. }
			| Phase::Collecting { .. }
			| Phase::Paying { .. } => changed_at.saturating_add(One::one()),
			Phase::Committing { deadline, .. }
			| Phase::Revealing { deadline, .. }
			| Phase::Decided { deadline } => deadline.saturating_add(One::one()),
			Phase::Settled { .. } => changed_at.saturating_add(T::RetentionPeriod::get().max(One::one())),
		}
	}

	/// Does with a dispute what follows from its phase now that it is due. Cannot fail: whatever happens to an account, the
	/// dispute moves on.
	pub(crate) fn step(id: RequestId, dispute: Dispute<T>) {
		match dispute.phase.clone() {
			Phase::Drawing { since, misses, deadline } => {
				Self::draw_jurors(id, dispute, since, misses, deadline);
			}
			Phase::Committing { .. } => Self::close_commits(id, dispute),
			Phase::Revealing { .. } => Self::tally(id, dispute),
			Phase::Decided { .. } => {
				let ruling = Self::ruling_that_stands(&dispute);
				Self::rule(id, dispute, ruling);
			}
			Phase::Concluded { ruling } => Self::rule(id, dispute, ruling),
			Phase::Collecting { ruling, takings, winners, owed, next } => {
				Self::collect(id, dispute, ruling, takings, winners, owed, next);
			}
			Phase::Paying { ruling, left, payout, next } => {
				Self::pay_some(id, dispute, ruling, left, payout, next);
			}
			Phase::Settled { .. } => Self::forget(id, dispute),
		}
	}

	/// The most that [`Self::step`] can cost in a phase.
	fn weight_of_step_in(phase: &Phase<BlockNumberFor<T>>) -> Weight {
		match phase {
			Phase::Drawing { .. } => T::WeightInfo::draw_jurors().saturating_add(T::WeightInfo::do_without()),
			Phase::Committing { .. } | Phase::Revealing { .. } => T::WeightInfo::tally(),
			Phase::Decided { .. } | Phase::Concluded { .. } => T::WeightInfo::rule(),
			Phase::Collecting { .. } => T::WeightInfo::collect(),
			Phase::Paying { .. } => T::WeightInfo::pay_jurors().max(T::WeightInfo::pay_others()),
			Phase::Settled { .. } => T::WeightInfo::forget(),
		}
	}

	/// The most that [`Self::step`] can cost.
	pub(crate) fn weight_of_step() -> Weight {
		T::WeightInfo::draw_jurors()
			.saturating_add(T::WeightInfo::do_without())
			.max(T::WeightInfo::tally())
			.max(T::WeightInfo::rule())
			.max(T::WeightInfo::collect())
			.max(T::WeightInfo::pay_jurors())
			.max(T::WeightInfo::pay_others())
			.max(T::WeightInfo::forget())
	}

	/// Moves on disputes that are due, oldest first, at most `MaxStepsPerBlock` of them. What is left is done in the next
	/// blocks. Returns the weight of it.
	pub(crate) fn process_agenda(now: BlockNumberFor<T>) -> Weight {
		let mut weight = T::DbWeight::get().reads_writes(1, 1);
		let mut left = T::MaxStepsPerBlock::get();
		let mut cursor = AgendaCursor::<T>::get().unwrap_or(now);
		while cursor <= now && left > 0 {
			let due: Vec<RequestId> = Agenda::<T>::iter_key_prefix(cursor).take(left as usize).collect();
			for id in &due {
				weight = weight.saturating_add(Self::process_due(*id, cursor));
			}
			weight = weight.saturating_add(T::DbWeight::get().reads(1));
			let done: u32 = due.len().saturated_into();
			if done < left {
				// Nothing is left in this block.
				cursor = cursor.saturating_add(One::one());
			}
			// A block costs a read even when nothing is due in it, so it counts as well.
			left = left.saturating_sub(done).saturating_sub(1);
		}
		AgendaCursor::<T>::put(cursor);
		weight
	}

	fn process_due(id: RequestId, block: BlockNumberFor<T>) -> Weight {
		match Disputes::<T>::get(id) {
			Some(dispute) => {
				let weight = Self::weight_of_step_in(&dispute.phase);
				Self::step(id, dispute);
				weight
			}
			None => {
				defensive!("the agenda names only disputes that exist");
				Agenda::<T>::remove(block, id);
				T::DbWeight::get().reads_writes(1, 1)
			}
		}
	}
}
