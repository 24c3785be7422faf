//! Who becomes a juror, and when.

use super::*;
use crate::{Summons, draw::MAX_MISSES};
use assay_primitives::traits::Arbitration;
use frame_support::traits::Hooks;
use std::collections::BTreeSet;

#[test]
fn jurors_should_be_drawn_from_randomness_that_appeared_after_the_case() {
	Builder::default().run(|| {
		challenge();
		// The randomness that block 2 sees appeared in block 1, whose author knew it.
		run_to(2);
		assert!(jurors(ID, Tier::First).is_empty());
		run_to(3);
		assert_eq!(jurors(ID, Tier::First).len(), 7);
		assert_eq!(deadline(ID), 3 + COMMIT_PERIOD);
		let event =
			Event::JurySeated { request: ID, tier: Tier::First, jurors: 7, deadline: 3 + COMMIT_PERIOD };
		assert_eq!(last_event(), event);
	});
}

#[test]
fn another_seed_should_draw_another_jury() {
	let jury = |entropy| {
		let mut ext = Builder::default().build();
		ext.execute_with(|| {
			Entropy::set(Some(entropy));
			challenge();
			seated(ID)
		})
	};
	assert_eq!(jury(1), jury(1));
	assert_ne!(jury(1), jury(2));
}

#[test]
fn draw_should_wait_for_randomness_and_give_up_at_its_deadline() {
	Builder::default().run(|| {
		challenge();
		Entropy::set(None);
		run_to(1 + DRAW_PERIOD);
		assert!(matches!(dispute(ID).phase, Phase::Drawing { .. }));
		next_block();
		assert!(matches!(dispute(ID).phase, Phase::Concluded { .. }));
		next_block();
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
	});
}

#[test]
fn draw_should_go_on_when_randomness_comes_late() {
	Builder::default().run(|| {
		challenge();
		Entropy::set(None);
		run_to(DRAW_PERIOD);
		Entropy::set(Some(1));
		next_block();
		assert_eq!(jurors(ID, Tier::First).len(), 7);
	});
}

#[test]
fn draw_should_lock_a_bond_and_summon_each_juror() {
	Builder::default().run(|| {
		challenge();
		for n in seated(ID) {
			assert_eq!(bond(n).locked, FEE);
			assert_eq!(Summons::<Test>::get(account(n)), vec![ID]);
		}
	});
}

#[test]
fn nobody_involved_should_be_drawn() {
	// As many uninvolved operators as the first two tiers need, and some who are involved and have most of the stake.
	let involved = [WORKER, REQUESTER, OWNER, CHALLENGER].map(|n| (n, 5 * STAKE));
	let operators = (2..=23).map(|n| (n, STAKE)).chain(involved);
	Builder::default().operators(operators).build().execute_with(|| {
		challenge();
		let mut all: Vec<u8> = play(ID, |_| Finds("right"));
		let appellant = (2..=23).find(|n| !all.contains(n)).expect("seven of 22 were drawn");
		assert_ok!(Jurors::appeal(origin(appellant), ID, Balance::MAX));
		all.extend(seated(ID));
		let distinct: BTreeSet<u8> = all.iter().copied().collect();
		assert_eq!(all.len(), distinct.len());
		assert_eq!(all.len(), 21, "all but the appellant");
		assert!(distinct.iter().all(|n| (2..=23).contains(n) && *n != appellant));
	});
}

#[test]
fn operators_that_cannot_work_or_are_busy_should_not_be_drawn() {
	Builder::default().operators((1..=12).map(|n| (n, STAKE))).run(|| {
		TestOperators::change(&account(2), |bond| bond.idle = true);
		assert_ok!(TestOperators::lock(&account(3), STAKE - FEE + 1));
		let busy: Vec<RequestId> = (0..MAX_JURY_DUTIES.into()).map(|n| 1_000 + n).collect();
		Summons::<Test>::insert(account(4), sp_runtime::BoundedVec::try_from(busy).unwrap());
		TestOperators::change(&account(5), |bond| bond.serves = false);
		assert_ok!(Jurors::open(case(ID, vec![])));
		// Without the checks after each block: these locks and summons are of no dispute.
		while matches!(dispute(ID).phase, Phase::Drawing { .. }) {
			System::set_block_number(System::block_number() + 1);
			Jurors::on_initialize(System::block_number());
		}
		let jury = jurors(ID, Tier::First);
		assert_eq!(jury.len(), 7);
		assert!(!jury.iter().any(|n| (2..=5).contains(n)), "{jury:?}");
		Summons::<Test>::remove(account(4));
		assert_ok!(TestOperators::unlock(&account(3), STAKE - FEE + 1));
	});
}

#[test]
fn jury_should_be_as_small_as_there_are_operators() {
	Builder::default().operators((1..=5).map(|n| (n, STAKE))).run(|| {
		challenge();
		let jury = seated(ID);
		assert_eq!(jury.len(), 4);
	});
}

#[test]
fn dispute_should_be_void_when_fewer_than_three_can_be_drawn() {
	Builder::default().operators((1..=3).map(|n| (n, STAKE))).run(|| {
		challenge();
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
		assert_eq!(free(CHALLENGER), INITIAL_BALANCE);
		for n in 1..=3 {
			assert_eq!((bond(n).stake, bond(n).missed), (STAKE, 0), "nobody did anything wrong");
		}
		assert!(events().contains(&Event::NoJury { request: ID, tier: Tier::First, drawn: 2 }));
	});
}

#[test]
fn dispute_should_be_void_at_once_when_nobody_serves_the_version() {
	Builder::default().operators([(WORKER, STAKE)]).run(|| {
		challenge();
		TestOperators::change(&account(WORKER), |bond| bond.serves = false);
		run_to(4);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
	});
}

#[test]
fn draw_should_take_bounded_work_per_block() {
	Builder::default().operators((1..=4).map(|n| (n, STAKE))).run(|| {
		challenge();
		let blocks = MAX_MISSES / crate::draw::TRIES_PER_STEP;
		run_to(2 + blocks);
		assert!(matches!(dispute(ID).phase, Phase::Drawing { misses, .. } if misses < MAX_MISSES));
		seated(ID);
	});
}

#[test]
fn draw_should_find_those_who_have_little_stake_beside_one_who_is_involved() {
	let operators = (2..=8).map(|n| (n, STAKE)).chain([(WORKER, 30 * STAKE)]);
	Builder::default().operators(operators).run(|| {
		challenge();
		assert_eq!(seated(ID).len(), 7);
	});
}

#[test]
fn draw_should_prefer_stake() {
	let operators = (1..=40).map(|n| (n, if n <= 20 { 20 * STAKE } else { STAKE }));
	Builder::default().operators(operators).run(|| {
		let mut rich = 0;
		for id in 0..10 {
			assert_ok!(Jurors::open(case(id, vec![])));
			until(id, |dispute| matches!(dispute.phase, Phase::Committing { .. }));
			rich += jurors(id, Tier::First).iter().filter(|n| **n <= 20).count();
			until(id, |dispute| matches!(dispute.phase, Phase::Settled { .. }));
		}
		assert!(rich >= 60, "{rich} of 70 jurors are from those with 95 % of the stake");
	});
}

#[test]
fn finding_should_stand_when_an_appeal_finds_no_larger_jury() {
	Builder::default().operators((1..=15).map(|n| (n, STAKE))).run(|| {
		decided();
		appeal(ID);
		settle(ID);
		assert!(events().contains(&Event::NoJury { request: ID, tier: Tier::Second, drawn: 7 }));
		assert!(events().contains(&Event::AppealReturned { request: ID, tier: Tier::First }));
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
		assert_eq!((free(OTHER), held(OTHER, HoldReason::Appeal)), (INITIAL_BALANCE, 0));
		assert_eq!(Juries::<Test>::get(ID, Tier::Second), vec![]);
	});
}

#[test]
fn smaller_jury_should_do_when_the_one_before_did_not_agree() {
	Builder::default().operators((1..=12).map(|n| (n, STAKE))).run(|| {
		challenge();
		play(ID, |i| Finds(if i < 4 { "wrong" } else { "right" }));
		assert_eq!(seated(ID).len(), 4);
	});
}
