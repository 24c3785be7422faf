//! Attacks that must not pay, with the real balances.

use super::*;

/// Everything that these accounts and operators have.
fn wealth(accounts: &[u8]) -> Balance {
	accounts
		.iter()
		.map(|n| {
			let stake = TestOperators::get(&account(*n)).map_or(0, |bond| bond.stake);
			Balances::total_balance(&account(*n)) + stake
		})
		.sum()
}

#[test]
fn disputing_oneself_should_not_pay() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let own = [WORKER, CHALLENGER, REQUESTER, jury[0], jury[1]];
		let before = wealth(&own);
		play(ID, |_| Finds("right"));
		settle(ID);
		assert!(wealth(&own) < before);
	});
}

#[test]
fn challenging_oneself_without_reason_should_not_pay() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let own = [WORKER, CHALLENGER, REQUESTER, jury[0], jury[1]];
		let before = wealth(&own);
		play(ID, |i| Finds(if i < 2 { "right" } else { "wrong" }));
		settle(ID);
		assert!(wealth(&own) < before);
	});
}

#[test]
fn challenger_should_pay_for_griefing_honest_workers() {
	Builder::default().run(|| {
		challenge();
		let before = wealth(&[WORKER]);
		play(ID, |_| Finds("wrong"));
		settle(ID);
		assert_eq!(wealth(&[CHALLENGER]), INITIAL_BALANCE - CHALLENGE_BOND);
		assert!(wealth(&[WORKER]) >= before);
	});
}

#[test]
fn appeals_against_what_is_right_should_not_pay() {
	Builder::default().run(|| {
		decided();
		let own = [WORKER, OTHER];
		let before = wealth(&own);
		appeal(ID);
		play(ID, |_| Finds("right"));
		assert_ok!(Jurors::appeal(origin(OTHER), ID, Balance::MAX));
		play(ID, |_| Finds("right"));
		settle(ID);
		let target = |jury: Balance| jury * FEE * 12 / 10;
		assert!(wealth(&own) < before - target(15) - target(31));
	});
}

#[test]
fn minority_that_blocks_a_jury_should_pay_for_the_next() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let own = [jury[0], jury[1], jury[2]];
		let before = wealth(&own);
		play(ID, |i| if i < 3 { Nothing } else { Finds("right") });
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
		assert_eq!(wealth(&own), before - 3 * FEE);
	});
}

#[test]
fn losers_should_not_get_away_by_an_appeal_that_no_jury_can_hear() {
	// A small network: an appeal would leave fewer jurors than the finding had.
	Builder::default().operators((1..=14).map(|n| (n, STAKE))).run(|| {
		decided();
		appeal(ID);
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
		assert!(bond(WORKER).stake < STAKE - AT_RISK);
	});
}

#[test]
fn garbage_should_not_be_paid_for_in_a_void_dispute() {
	Builder::default().run(|| {
		challenge();
		let first = seated(ID);
		play(ID, |i| Finds(if i < 3 { "wrong" } else { "right" }));
		let second = seated(ID);
		play(ID, |i| Finds(if i < 6 { "wrong" } else { "right" }));
		let third = seated(ID);
		let own: Vec<u8> = [&first[..3], &second[..6], &third[..11]].concat();
		let before = wealth(&own);
		play(ID, |i| Finds(if i < 11 { "wrong" } else { "right" }));
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
		assert_eq!(wealth(&own), before);
	});
}

#[test]
fn withholding_should_not_hold_up_the_verdict() {
	Builder::default().run(|| {
		challenge();
		play(ID, |_| Withholds);
		play(ID, |_| Withholds);
		play(ID, |_| Nothing);
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
	});
}

#[test]
fn money_should_only_move_or_burn() {
	let all = || {
		let accounts = (0..=255).map(account);
		accounts.map(|who| Balances::total_balance(&who) + vault(&who)).sum::<Balance>()
			+ Balances::total_balance(&Jurors::pot())
	};
	fn vault(who: &AccountId) -> Balance {
		Balances::total_balance(&TestOperators::vault(who))
	}
	Builder::default().run(|| {
		assert_eq!(all(), Balances::total_issuance());
		settled();
		assert_eq!(all(), Balances::total_issuance());
	});
}
