//! In which order everybody is paid, and where the rest goes.

use super::*;
use sp_runtime::Permill;

const WORKER_LOSES: Balance = AT_RISK + (STAKE - AT_RISK) / 10;
const JUROR_LOSES: Balance = STAKE / 50;

fn burned() -> Balance {
	let settled = events().into_iter().find_map(|event| match event {
		Event::Settled { burned, .. } => Some(burned),
		_ => None,
	});
	settled.expect("the dispute was settled")
}

/// The reserve pays nothing.
fn without_reserve() {
	PresentReserveShare::set(Permill::zero());
}

#[test]
fn what_nobody_gets_should_be_burned() {
	Builder::default().run(|| {
		let issued = Balances::total_issuance();
		settled();
		let taken = WORKER_LOSES + 2 * JUROR_LOSES;
		let paid = 5 * JUROR_PAY + FEE + WORKER_LOSES / 5;
		assert_eq!(burned(), taken - paid);
		assert_eq!(Balances::total_issuance(), issued - burned());
		assert_eq!(free(RESERVE), INITIAL_BALANCE);
	});
}

#[test]
fn workers_who_were_right_should_get_their_fees() {
	Builder::default().run(|| {
		let claims = [(1, "wrong"), (2, "right"), (3, "right")];
		open(ID, claims.iter().map(|(n, text)| claim(*n, Role::Worker, text)).collect());
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!((bond(2).stake, bond(3).stake), (STAKE + FEE, STAKE + FEE));
		assert_eq!(burned(), WORKER_LOSES - 7 * JUROR_PAY - 2 * FEE - FEE);
	});
}

#[test]
fn worker_who_was_right_should_get_its_share_of_the_bonds_that_lost() {
	Builder::default().run(|| {
		challenge();
		play(ID, |i| if i < 2 { Nothing } else { Finds("wrong") });
		settle(ID);
		let taken = CHALLENGE_BOND + 2 * FEE;
		assert_eq!(bond(WORKER).stake, STAKE + CHALLENGE_BOND / 2);
		assert_eq!(burned(), taken - 5 * JUROR_PAY - CHALLENGE_BOND / 2);
	});
}

#[test]
fn jurors_should_be_paid_before_a_worker_gets_anything_of_the_bonds() {
	Builder::default().run(|| {
		challenge();
		let jury = play(ID, |_| Finds("wrong"));
		settle(ID);
		for n in jury {
			assert_eq!(bond(n).stake, STAKE + JUROR_PAY);
		}
		assert_eq!((bond(WORKER).stake, burned()), (STAKE, 0));
	});
}

#[test]
fn appeals_that_lost_should_pay_the_next_jury() {
	let target: Balance = 36_000;
	Builder::default().run(|| {
		decided();
		appeal(ID);
		play(ID, |_| Finds("right"));
		settle(ID);
		let paid = 22 * JUROR_PAY + FEE + WORKER_LOSES / 5;
		assert_eq!(burned(), WORKER_LOSES + target - paid);
	});
}

#[test]
fn reserve_should_pay_the_fees_of_jurors_that_the_losers_do_not() {
	Builder::default().run(|| {
		let mut challenger = claim(CHALLENGER, Role::Challenger, "wrong");
		challenger.at_risk = FEE;
		open(ID, vec![claim(WORKER, Role::Worker, "right"), challenger]);
		let jury = play(ID, |_| Finds("right"));
		settle(ID);
		for n in jury {
			assert_eq!(bond(n).stake, STAKE + FEE, "without a premium");
		}
		assert_eq!(free(RESERVE), INITIAL_BALANCE - 6 * FEE);
	});
}

#[test]
fn reserve_should_pay_no_more_than_its_share() {
	PresentReserveShare::set(Permill::from_parts(300));
	Builder::default().run(|| {
		open(ID, vec![]);
		let jury = play(ID, |_| Finds("right"));
		settle(ID);
		let paid = INITIAL_BALANCE * 300 / 1_000_000;
		assert_eq!(free(RESERVE), INITIAL_BALANCE - paid);
		for n in jury {
			assert_eq!(bond(n).stake, STAKE + paid / 7);
		}
		assert_eq!(burned(), paid % 7);
	});
}

#[test]
fn dispute_should_be_settled_even_if_nothing_can_be_paid() {
	without_reserve();
	Builder::default().run(|| {
		open(ID, vec![]);
		let jury = play(ID, |_| Finds("right"));
		settle(ID);
		for n in jury {
			assert_eq!((bond(n).stake, bond(n).locked), (STAKE, 0));
		}
	});
}

#[test]
fn jurors_of_a_void_dispute_should_be_paid_if_most_of_the_last_jury_agreed() {
	Builder::default().run(|| {
		challenge();
		let mut right = play(ID, |i| Finds(if i < 3 { "wrong" } else { "right" })).split_off(3);
		right.extend(play(ID, |i| Finds(if i < 6 { "wrong" } else { "right" })).split_off(6));
		right.extend(play(ID, |i| Finds(if i < 11 { "wrong" } else { "right" })).split_off(11));
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
		assert_eq!(right.len(), 4 + 9 + 20);
		for n in right {
			assert_eq!(bond(n).stake, STAKE + FEE);
		}
		assert_eq!(free(RESERVE), INITIAL_BALANCE - 33 * FEE);
	});
}

#[test]
fn jurors_of_a_void_dispute_should_not_be_paid_for_anything() {
	Builder::default().run(|| {
		challenge();
		play(ID, |_| Finds("a"));
		// Nothing that less than half of the jury says is paid for.
		appeal(ID);
		play(ID, |i| Finds(if i % 2 == 0 { "a" } else { "b" }));
		play(ID, |i| {
			Finds(if i < 15 {
				"a"
			} else if i < 30 {
				"b"
			} else {
				"c"
			})
		});
		settle(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
		assert_eq!(free(RESERVE), INITIAL_BALANCE);
	});
}

#[test]
fn payment_should_be_skipped_when_the_account_cannot_receive_it() {
	Builder::default().run(|| {
		let mut case = case(ID, vec![claim(WORKER, Role::Worker, "wrong")]);
		case.requester = account(0);
		case.fee = EXISTENTIAL_DEPOSIT - 1;
		assert_ok!(TestOperators::lock(&account(WORKER), AT_RISK));
		assert_ok!(<Jurors as assay_primitives::traits::Arbitration<_, _>>::open(case));
		play(ID, |_| Finds("right"));
		settle(ID);
		assert_eq!(free(0), 0);
		let paid = events().iter().any(|event| matches!(event, Event::Paid { .. }));
		assert!(!paid, "it is burned with the rest");
	});
}

#[test]
fn juror_who_left_should_be_paid_directly() {
	Builder::default().run(|| {
		decided();
		let n = jurors(ID, Tier::First)[0];
		until(ID, |dispute| matches!(dispute.phase, Phase::Paying { .. }));
		let before = free(n);
		TestOperators::leave(n);
		settle(ID);
		assert_eq!(free(n), before + STAKE + EXISTENTIAL_DEPOSIT + JUROR_PAY);
	});
}

#[test]
fn payment_should_take_bounded_work_per_block() {
	Builder::default().run(|| {
		challenge();
		play(ID, |_| Nothing);
		play(ID, |_| Nothing);
		play(ID, |_| Finds("right"));
		ruled(ID);
		for _ in 0..7 {
			// 7, 15 and 31 jurors, eight in a block.
			assert!(matches!(dispute(ID).phase, Phase::Collecting { .. }));
			let before = events().len();
			next_block();
			assert!(events().len() <= before + 8);
		}
		for _ in 0..8 {
			assert!(matches!(dispute(ID).phase, Phase::Paying { .. }));
			next_block();
		}
		assert!(matches!(dispute(ID).phase, Phase::Settled { .. }));
	});
}
