//! Eras: who made blocks, and what that earns.
//!
//! An era is a fixed number of blocks. Each block is noted for its author. When an era ends, what its inflation is follows
//! from the issuance of that moment; its authors are then paid in proportion to their blocks, a few in each of the next
//! blocks, through the pool of stake that stood behind them: whatever the number of delegators, that is one write.

use crate::{AuthoredBlocks, Config, CurrentEra, Event, Ledger, Pallet, PendingPayout, WeightInfo, math};
use assay_primitives::{AccountId, Balance};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	defensive,
	traits::{
		Get,
		fungible::{Inspect, Mutate},
	},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::{
	SaturatedConversion, Saturating,
	traits::{AtLeast32BitUnsigned, Zero},
};

/// Number of an era.
pub type EraIndex = u32;

/// The present era.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Era<BlockNumber> {
	/// Number of the era.
	pub index: EraIndex,
	/// Its first block.
	pub began_at: BlockNumber,
	/// Blocks in it that were noted for an author.
	pub blocks: u32,
}

impl<BlockNumber: AtLeast32BitUnsigned + Copy> Era<BlockNumber> {
	/// First block of a later era; that of this one for earlier ones.
	pub fn begin_of(&self, index: EraIndex, length: BlockNumber) -> BlockNumber {
		let ahead = BlockNumber::from(index.saturating_sub(self.index));
		self.began_at.saturating_add(length.saturating_mul(ahead))
	}
}

/// Inflation of an era whose authors are being paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Payout {
	/// Of which era.
	pub era: EraIndex,
	/// Blocks that share it.
	pub blocks: u32,
	/// To be minted in all.
	pub amount: Balance,
}

impl<T: Config> Pallet<T> {
	/// Ends the era if it is over, and pays some authors of the last one. Returns the weight.
	pub(crate) fn advance_era(now: BlockNumberFor<T>) -> Weight {
		// `pallet-authorship` does not count what it costs to note an author.
		let mut weight = T::WeightInfo::note_author();
		let era = CurrentEra::<T>::get();
		if now >= era.begin_of(era.index.saturating_add(1), T::EraLength::get()) {
			weight.saturating_accrue(T::WeightInfo::end_era());
			Self::end_era(era, now);
		}
		let Some(payout) = PendingPayout::<T>::get() else { return weight };
		let most = T::MaxPayoutsPerBlock::get() as usize;
		let mut paid: u32 = 0;
		for (author, blocks) in AuthoredBlocks::<T>::drain_prefix(payout.era).take(most) {
			Self::pay_author(&payout, &author, blocks);
			paid.saturating_inc();
		}
		weight.saturating_accrue(T::WeightInfo::pay_author().saturating_mul(paid.into()));
		if AuthoredBlocks::<T>::iter_key_prefix(payout.era).next().is_none() {
			PendingPayout::<T>::kill();
		}
		weight
	}

	/// The most that [`Self::advance_era`] can cost.
	pub(crate) fn weight_of_hook() -> Weight {
		T::WeightInfo::note_author()
			.saturating_add(T::WeightInfo::end_era())
			.saturating_add(T::WeightInfo::pay_author().saturating_mul(T::MaxPayoutsPerBlock::get().into()))
	}

	/// Fixes what the authors of `era` are going to be paid, and begins the next one.
	pub(crate) fn end_era(era: Era<BlockNumberFor<T>>, now: BlockNumberFor<T>) {
		let amount = math::inflation(
			T::Currency::total_issuance(),
			T::AnnualInflation::get(),
			now.saturating_sub(era.began_at).saturated_into(),
			T::BlocksPerYear::get().saturated_into(),
		);
		let payout = Payout { era: era.index, blocks: era.blocks, amount };
		if PendingPayout::<T>::exists() {
			defensive!("the authors of an era are fewer than its blocks, and one is paid in each");
		}
		PendingPayout::<T>::put(payout);
		CurrentEra::<T>::put(Era { index: era.index.saturating_add(1), began_at: now, blocks: 0 });
		Self::deposit_event(Event::EraEnded { era: era.index, blocks: era.blocks, inflation: amount });
	}

	/// Mints an author's part of a payout. Nothing is minted for an author that is no operator any more.
	pub(crate) fn pay_author(payout: &Payout, author: &AccountId, blocks: u32) {
		let amount = math::pro_rata(payout.amount, blocks, payout.blocks);
		if amount.is_zero() || !Ledger::<T>::contains_key(author) {
			return;
		}
		if T::Currency::mint_into(&Self::pot_account(), amount).is_err() {
			defensive!("the issuance fits a balance, and the pot exists");
			return;
		}
		let era = CurrentEra::<T>::get();
		let rewarded = Self::reweigh(author, |operator| {
			operator.reward(amount, era.index);
			Ok(())
		});
		if rewarded.is_ok() {
			Self::deposit_event(Event::AuthorPaid { era: payout.era, author: author.clone(), amount });
		}
	}
}

impl<T: Config> pallet_authorship::EventHandler<AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn note_author(author: AccountId) {
		let index = CurrentEra::<T>::mutate(|era| {
			era.blocks.saturating_inc();
			era.index
		});
		AuthoredBlocks::<T>::mutate(index, author, |blocks| blocks.saturating_inc());
	}
}
