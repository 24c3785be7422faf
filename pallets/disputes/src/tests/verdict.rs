//! The table of consequences, row by row.

use super::*;
use crate::math::Conduct;

/// What a worker loses who was wrong: all that it put at risk and a tenth of the rest.
const WORKER_LOSES: Balance = AT_RISK + (STAKE - AT_RISK) / 10;
/// What a juror loses who was wrong.
const JUROR_LOSES: Balance = STAKE / 50;

#[test]
fn worker_who_was_wrong_should_lose_its_risk_and_a_tenth_of_the_rest() {
	Builder::default().run(|| {
		settled();
		assert_eq!(bond(WORKER).stake, STAKE - WORKER_LOSES);
		assert_eq!(bond(WORKER).locked, 0);
		let event = Event::ClaimLost {
			request: ID,
			claimant: account(WORKER),
			role: Role::Worker,
			lost: WORKER_LOSES,
		};
		assert!(events().contains(&event));
	});
}

#[test]
fn auditor_who_was_wrong_should_lose_its_risk_alone() {
	Builder::default().run(|| {
		open(ID, vec![claim(1, Role::Worker, "right"), claim(2, Role::Auditor, "wrong")]);
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!((bond(2).stake, bond(2).locked), (STAKE - AT_RISK, 0));
		assert_eq!(bond(1).locked, 0);
	});
}

#[test]
fn challenger_who_was_wrong_should_lose_its_bond() {
	Builder::default().run(|| {
		challenge();
		play(ID, |_| Finds("wrong"));
		settle(ID);
		assert_eq!(free(CHALLENGER), INITIAL_BALANCE - CHALLENGE_BOND);
		assert_eq!(held(CHALLENGER, HoldReason::Challenge), 0);
		assert!(bond(WORKER).stake >= STAKE && bond(WORKER).locked == 0);
	});
}

#[test]
fn challenger_who_was_right_should_get_its_bond_back_and_a_fifth_of_the_slash() {
	Builder::default().run(|| {
		settled();
		assert_eq!(free(CHALLENGER), INITIAL_BALANCE + WORKER_LOSES / 5);
		assert_eq!(held(CHALLENGER, HoldReason::Challenge), 0);
	});
}

#[test]
fn requester_of_a_wrong_answer_should_be_compensated() {
	Builder::default().run(|| {
		settled();
		assert_eq!(free(REQUESTER), INITIAL_BALANCE + FEE);
	});
}

#[test]
fn jurors_in_the_majority_should_get_their_fee_and_a_premium() {
	Builder::default().run(|| {
		let jury = settled();
		for n in &jury[2..] {
			assert_eq!(bond(*n), Bond { stake: STAKE + JUROR_PAY, serves: true, done: 1, ..Bond::default() });
			let event = Event::JurorPaid { request: ID, juror: account(*n), amount: JUROR_PAY };
			assert!(events().contains(&event));
		}
	});
}

#[test]
fn jurors_who_were_wrong_should_lose_a_fiftieth() {
	Builder::default().run(|| {
		let jury = settled();
		for n in &jury[..2] {
			assert_eq!((bond(*n).stake, bond(*n).locked), (STAKE - JUROR_LOSES, 0));
			let event = Event::JurorPunished {
				request: ID,
				juror: account(*n),
				conduct: Conduct::Wrong,
				lost: JUROR_LOSES,
			};
			assert!(events().contains(&event));
		}
	});
}

#[test]
fn jurors_who_missed_should_lose_their_bond_and_more_if_they_had_committed() {
	Builder::default().run(|| {
		challenge();
		let jury = play(ID, |i| match i {
			0 => Nothing,
			1 => Withholds,
			_ => Finds("right"),
		});
		settle(ID);
		let (silent, withheld) = (bond(jury[0]), bond(jury[1]));
		assert_eq!((silent.stake, silent.locked, silent.missed, silent.done), (STAKE - FEE, 0, 1, 0));
		assert_eq!(withheld.stake, STAKE - FEE - (STAKE - FEE) / 50);
		assert_eq!((withheld.locked, withheld.missed, withheld.done), (0, 1, 0));
	});
}

#[test]
fn jurors_of_every_tier_should_be_judged_by_the_last() {
	Builder::default().run(|| {
		challenge();
		let first = play(ID, |i| Finds(if i < 6 { "wrong" } else { "right" }));
		appeal(ID);
		let second = play(ID, |i| Finds(if i < 2 { "wrong" } else { "right" }));
		settle(ID);
		let right = first[6..].iter().chain(&second[2..]);
		for n in right {
			assert_eq!(bond(*n).stake, STAKE + JUROR_PAY);
		}
		for n in first[..6].iter().chain(&second[..2]) {
			assert_eq!(bond(*n).stake, STAKE - JUROR_LOSES);
		}
	});
}

#[test]
fn void_dispute_should_cost_nobody_but_jurors_who_missed() {
	Builder::default().run(|| {
		challenge();
		let mut all = play(ID, |i| Finds(if i < 3 { "wrong" } else { "right" }));
		all.extend(play(ID, |i| Finds(if i < 6 { "wrong" } else { "right" })));
		let last = play(ID, |i| match i {
			0 => Nothing,
			1 => Withholds,
			2..12 => Finds("wrong"),
			_ => Finds("right"),
		});
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
		assert_eq!((free(CHALLENGER), free(REQUESTER)), (INITIAL_BALANCE, INITIAL_BALANCE));
		assert_eq!((bond(WORKER).stake, bond(WORKER).locked), (STAKE, 0));
		assert_eq!(bond(last[0]).stake, STAKE - FEE);
		assert_eq!(bond(last[1]).stake, STAKE - FEE - (STAKE - FEE) / 50);
		for n in all.iter().chain(&last[2..]) {
			assert!(bond(*n).stake >= STAKE && bond(*n).locked == 0);
			assert_eq!((bond(*n).missed, bond(*n).done), (0, 1));
		}
	});
}

#[test]
fn everybody_should_lose_who_stood_for_anything_but_the_verdict() {
	Builder::default().run(|| {
		let roles = [(1, Role::Worker), (2, Role::Worker), (3, Role::Auditor)];
		let mut claims: Vec<_> = roles.iter().map(|(n, role)| claim(*n, *role, "wrong")).collect();
		claims.push(claim(CHALLENGER, Role::Challenger, "also wrong"));
		open(ID, claims);
		play(ID, |_| Finds("third"));
		settle(ID);
		assert_eq!(bond(1).stake, STAKE - WORKER_LOSES);
		assert_eq!(bond(2).stake, STAKE - WORKER_LOSES);
		assert_eq!(bond(3).stake, STAKE - AT_RISK);
		assert_eq!(free(CHALLENGER), INITIAL_BALANCE - CHALLENGE_BOND);
	});
}

#[test]
fn worker_whose_stake_was_taken_before_should_lose_what_is_left() {
	use assay_primitives::traits::{Fault, Operators};
	Builder::default().run(|| {
		challenge();
		let offence = Fault { unlock: 0, amount: STAKE - 1_000, share: sp_runtime::Perbill::zero() };
		TestOperators::slash(&account(WORKER), offence, &[]);
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!((bond(WORKER).stake, bond(WORKER).locked), (0, 0));
		assert_eq!(free(CHALLENGER), INITIAL_BALANCE, "nothing is left for it after the jurors");
	});
}

#[test]
fn verdict_should_be_told_once_and_before_anybody_is_paid() {
	Builder::default().run(|| {
		decided();
		run_to(deadline(ID) + 1);
		// `TestRequests` fails when it is told a second time.
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
		assert!(matches!(dispute(ID).phase, Phase::Collecting { .. }));
		assert!(events().contains(&Event::Ruled { request: ID, digest: Some(result("right")) }));
		settle(ID);
	});
}
