//! Eras, and what making blocks earns.

use super::*;
use crate::{AuthoredBlocks, Event, PendingPayout, era::Era};
use frame_support::assert_ok;

/// The events of a kind that this pallet emitted so far.
fn paid() -> Vec<(u32, AccountId, Balance)> {
	System::read_events_for_pallet::<Event<Test>>()
		.into_iter()
		.filter_map(|event| match event {
			Event::AuthorPaid { era, author, amount } => Some((era, author, amount)),
			_ => None,
		})
		.collect()
}

#[test]
fn era_should_be_a_fixed_number_of_blocks() {
	Builder::default().run(|| {
		run_to(ERA_LENGTH - 1);
		assert_eq!(era(), 0);
		run_to(ERA_LENGTH);
		assert_eq!(CurrentEra::<Test>::get(), Era { index: 1, began_at: ERA_LENGTH, blocks: 0 });
		System::assert_has_event(Event::EraEnded { era: 0, blocks: 0, inflation: ERA_INFLATION }.into());
		run_to(7 * ERA_LENGTH);
		assert_eq!(CurrentEra::<Test>::get(), Era { index: 7, began_at: 7 * ERA_LENGTH, blocks: 0 });
	});
}

#[test]
fn authors_should_share_the_inflation_of_their_era_by_blocks() {
	let genesis = (1..=2).map(|n| genesis_operator(n, 5_000, true));
	Builder::default().operators(genesis).run(|| {
		assert_ok!(delegate(9, 2, 5_000));
		let issuance = Balances::total_issuance();
		for author in [1, 2, 2, 2] {
			next_block(Some(author));
		}
		// The era ended with the last of these blocks, and one author is paid in each.
		assert_eq!((era(), paid().len()), (1, 1));
		next_block(None);
		assert_eq!(PendingPayout::<Test>::get(), None);
		let mut paid = paid();
		paid.sort();
		assert_eq!(paid, [(0, account(1), 2_500), (0, account(2), 7_500)]);
		assert_eq!(Balances::total_issuance(), issuance + ERA_INFLATION);
		assert_eq!((bonded(1), bonded(2)), (7_500, 17_500));
		assert!(delegated(9, 2) > 8_000, "delegators have their part");
		// Weight follows.
		assert_eq!(Operators::stake(&account(2)), 17_500);
		assert_eq!(candidates(), [account(2), account(1)]);
		assert_eq!(AuthoredBlocks::<Test>::iter().count(), 0);
	});
}

#[test]
fn authors_should_all_be_paid_before_the_next_era_ends() {
	let genesis = (1..=5).map(|n| genesis_operator(n, 5_000, false));
	Builder::default().operators(genesis).run(|| {
		run_to(ERA_LENGTH);
		// As many as there can be: another one in each block.
		for author in 1..=5 {
			assert_eq!(paid().len(), 0);
			next_block(Some(author));
		}
		assert_eq!(era(), 2);
		for count in 1..=5 {
			assert_eq!((era(), paid().len()), (2, count));
			assert_eq!(PendingPayout::<Test>::exists(), count < 5);
			next_block(None);
		}
		assert_eq!(era(), 3);
		assert!(paid().iter().all(|(era, _, amount)| (*era, *amount) == (1, ERA_INFLATION / 5)));
	});
}

#[test]
fn nothing_should_be_minted_for_who_is_no_operator() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		let issuance = Balances::total_issuance();
		for author in [1, 9, 9, 9] {
			next_block(Some(author));
		}
		run_to(2 * ERA_LENGTH - 1);
		assert_eq!(Balances::total_issuance(), issuance + ERA_INFLATION / 4);
		assert_eq!(PendingPayout::<Test>::get(), None);
	});
}

#[test]
fn nothing_should_be_minted_for_an_era_without_blocks() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		let issuance = Balances::total_issuance();
		run_to(4 * ERA_LENGTH);
		assert_eq!(Balances::total_issuance(), issuance);
	});
}

#[test]
fn inflation_should_compound_to_no_more_than_the_annual_rate_on_each_issuance() {
	Builder::default().operators([genesis_operator(1, 5_000, true)]).run(|| {
		let mut expected = Balances::total_issuance();
		for _ in 0..6 {
			let era = Operators::era_info();
			assert_eq!(era.inflation, expected / 10 * 5 / 1_000);
			expected += era.inflation;
			for _ in 0..ERA_LENGTH {
				next_block(Some(1));
			}
			assert_eq!(Balances::total_issuance(), expected);
		}
	});
}
