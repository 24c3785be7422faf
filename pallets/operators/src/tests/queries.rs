//! What clients ask.

use super::*;
use assay_primitives::api::{DelegationInfo, EraInfo};
use frame_support::assert_ok;
use sp_core::Pair;

#[test]
fn info_should_tell_own_and_delegated_stake() {
	Builder::default().operators([genesis_operator(1, 2_000, true)]).run(|| {
		assert_ok!(delegate(9, 1, 10_000));
		assert_ok!(Operators::lock(&account(1), 700));
		let info = Operators::info(&account(1)).expect("of the genesis block");
		assert_eq!(info.worker_key, worker_pair(1).public());
		assert_eq!((info.stake, info.own_stake, info.weight), (12_000, 2_000, 10_000));
		assert_eq!((info.delegators, info.locked, info.unbonding), (1, 700, None));
		assert_eq!((info.commission, info.next_commission), (Perbill::from_percent(5), None));
		assert!(info.can_work && info.validates && !info.leaving);
		assert_eq!((info.jailed_until, info.missed, info.missed_in_a_row), (None, 0, 0));
	});
}

#[test]
fn delegations_should_tell_what_everything_is_worth_now() {
	let genesis = (1..=2).map(|n| genesis_operator(n, 2_000, true));
	Builder::default().operators(genesis).run(|| {
		assert_ok!(delegate(1, 2, 1_000));
		assert_ok!(undelegate(1, 2, 400));
		assert_ok!(Operators::bond_more(origin(1), 500));
		assert_eq!(slash_share(2, 10), 300);
		let own = DelegationInfo { operator: account(1), stake: 2_500, unbonding: vec![] };
		let other = DelegationInfo { operator: account(2), stake: 540, unbonding: vec![(360, UNBONDED_AT)] };
		assert_eq!(Operators::delegations(&account(1)), [own, other]);
		assert!(Operators::delegations(&account(9)).is_empty());
		// The answer stays while it is not withdrawn, wherever the pool is kept.
		for era in 1..8 {
			run_to(era * ERA_LENGTH);
			let _nothing_yet = Operators::finish_unbonding(origin(2));
			assert_ok!(Operators::begin_unbonding(origin(2), Some(10)));
		}
		let told = Operators::delegations(&account(1));
		assert_eq!(told[1].unbonding[0].0, 360);
		assert!(told[1].stake >= 540, "others' rounding never costs anything");
		assert!(told[1].unbonding[0].1 <= System::block_number());
	});
}

#[test]
fn era_info_should_tell_when_the_era_ends() {
	Builder::default().run(|| {
		run_to(ERA_LENGTH);
		next_block(Some(9));
		let expected = EraInfo {
			index: 1,
			began_at: ERA_LENGTH,
			ends_at: 2 * ERA_LENGTH,
			blocks: 1,
			inflation: ERA_INFLATION,
		};
		assert_eq!(Operators::era_info(), expected);
	});
}
