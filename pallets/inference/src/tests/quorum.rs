//! Several workers: all of them commit before one reveals, and what their results say.

use super::*;
use crate::mock::Docket;
use frame_support::dispatch::RawOrigin;

fn final_at(id: RequestId) -> BlockNumber {
	let RequestState::Provisional { final_at, .. } = state(id) else { panic!("not answered") };
	final_at
}

/// A quorum of three whose workers have all committed to [`digest`].
fn bound_quorum() -> (RequestId, Vec<u8>) {
	let (id, workers) = quorum();
	for n in &workers {
		commit(id, *n);
	}
	(id, workers)
}

fn four() -> Builder {
	Builder::default().operators((1..=4).map(|n| (n, 3 * STAKE)))
}

#[test]
fn quorum_should_have_distinct_workers_that_are_all_locked() {
	for (size, count) in [(QuorumSize::Three, 3), (QuorumSize::Five, 5), (QuorumSize::Seven, 7)] {
		Builder::default().operators((1..=9).map(|n| (n, 2 * STAKE))).run(|| {
			let (id, workers) = quorum_of(size);
			assert_eq!(workers.len(), count);
			let royalty = ROYALTY;
			assert_eq!(escrowed(REQUESTER), count as Balance * FEE + royalty);
			for seat in state(id).panel() {
				assert_eq!((seat.role, seat.stake, &seat.answer), (Role::Worker, STAKE, &Answer::Waiting));
				assert_eq!(operator(number(&seat.worker)).locked, STAKE);
			}
			let assigned = System::read_events_for_pallet::<Event<Test>>()
				.into_iter()
				.filter(|event| matches!(event, Event::Assigned { .. }));
			assert_eq!(assigned.count(), count);
		});
	}
}

#[test]
fn quorum_should_be_refused_when_too_few_serve_the_version() {
	Builder::default().run(|| {
		let security = Security::Quorum(QuorumSize::Five);
		let ask = Inference::request(origin(REQUESTER), VERSION, input(), security, Balance::MAX, None, None);
		assert_noop!(ask, Error::<Test>::TooFewServers);
	});
}

#[test]
fn quorum_should_answer_when_all_agree_and_pay_each_worker() {
	Builder::default().run(|| {
		let before = [1, 2, 3].map(wealth);
		let (treasury, owner) = (free(TREASURY), free(OWNER));
		let (id, workers) = quorum();
		let quote = stored(id).quote;
		commit(id, workers[0]);
		commit(id, workers[1]);
		assert!(matches!(state(id), RequestState::Assigned { .. }), "one of them has not committed");
		let early = reveal_call(id, workers[0], digest(), output());
		assert!(validate(early).is_err(), "nobody may reveal before all have committed");
		commit(id, workers[2]);
		reveal(id, workers[0]);
		reveal(id, workers[2]);
		assert!(matches!(state(id), RequestState::Committed { .. }));
		// Who has revealed has nothing more to do, and its stake stays locked.
		assert!(crate::Workloads::<Test>::get(account(workers[0])).open.is_empty());
		assert_eq!(operator(workers[0]).locked, STAKE);
		reveal(id, workers[1]);
		assert_eq!(final_at(id), System::block_number() + QUORUM_WINDOW);
		assert_eq!(answer(id), honest());
		run_to(final_at(id));

		let fee = BASE_PRICE + UNIT_PRICE * Balance::from(UNITS);
		let to_treasury = fee * 5 / 100;
		assert_eq!([1, 2, 3].map(wealth), before.map(|balance| balance + fee - to_treasury));
		assert_eq!((free(TREASURY), free(OWNER)), (treasury + 3 * to_treasury, owner + ROYALTY));
		let charged = crate::math::charge(&quote, UNITS);
		assert_eq!(charged, 3 * fee + ROYALTY);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - charged);
		let RequestState::Final { workers: paid, charged: stored, .. } = state(id) else {
			panic!("not final")
		};
		assert_eq!((paid.iter().map(number).collect(), stored), (workers, charged));
		assert_eq!([1, 2, 3].map(|n| operator(n).locked), [0; 3]);
	});
}

#[test]
fn quorum_should_go_to_court_by_itself_when_one_differs() {
	Builder::default().run(|| {
		let (id, workers) = quorum();
		commit(id, workers[0]);
		commit(id, workers[1]);
		commit_to(id, workers[2], &lie());
		reveal(id, workers[0]);
		reveal_as(id, workers[2], &lie());
		assert!(matches!(state(id), RequestState::Committed { .. }), "one may still reveal");
		reveal(id, workers[1]);
		let RequestState::Disputed { panel, challenge } = state(id) else { panic!("not disputed") };
		assert_eq!((panel.len(), challenge), (3, None));
		assert_eq!(last_event(), Event::Disputed { request: id, challenger: None });
		let case = Docket::get(id).expect("a case was opened");
		assert_eq!((case.request, &case.requester, case.version), (id, &account(REQUESTER), VERSION));
		assert_eq!((case.job, case.compute_limit, case.fee), (job(id), COMPUTE_LIMIT, FEE));
		let claims: Vec<_> = case
			.claims
			.iter()
			.map(|claim| (number(&claim.claimant), claim.role, claim.digest, claim.at_risk))
			.collect();
		let claim = |n: usize, digest| (workers[n], Role::Worker, digest, STAKE);
		assert_eq!(claims, [claim(0, digest()), claim(1, digest()), claim(2, lie().digest)]);
	});
}

#[test]
fn quorum_should_be_refunded_when_nobody_takes_its_case() {
	Builder::default().run(|| {
		CourtClosed::set(true);
		let (id, workers) = quorum();
		commit_to(id, workers[0], &lie());
		commit(id, workers[1]);
		commit(id, workers[2]);
		reveal_as(id, workers[0], &lie());
		reveal(id, workers[1]);
		reveal(id, workers[2]);
		CourtClosed::set(false);
		assert_eq!((free(REQUESTER), state(id)), (INITIAL_BALANCE, RequestState::Expired));
		assert_eq!([1, 2, 3].map(|n| (operator(n).active, operator(n).locked)), [(3 * STAKE, 0); 3]);
	});
}

#[test]
fn late_member_should_be_replaced_while_the_others_stay_bound() {
	four().run(|| {
		let (id, workers) = quorum();
		commit(id, workers[0]);
		commit(id, workers[1]);
		run_to(deadline(id) + 1);
		let late = operator(workers[2]);
		assert_eq!((late.active, late.locked, late.missed), (3 * STAKE - FEE, 0, 1));
		let RequestState::Pending { panel: left, .. } = state(id) else { panic!("not waiting") };
		assert_eq!((left.len(), round(id)), (2, 1));
		// A commitment that is there cannot be replaced, and nothing may be revealed yet.
		assert!(validate(commit_call(id, workers[0], bound(id, workers[0], &lie().digest))).is_err());
		assert!(validate(reveal_call(id, workers[0], digest(), output())).is_err());

		assigned(id);
		let now = panel(id);
		let fresh = *now.last().unwrap();
		assert_eq!(now[..2], workers[..2]);
		assert!(!workers.contains(&fresh));
		assert_eq!(round_of(id, fresh), 1);
		commit(id, fresh);
		for n in now {
			reveal(id, n);
		}
		run_to(final_at(id));
		assert!(matches!(state(id), RequestState::Final { .. }));
	});
}

#[test]
fn quorum_should_expire_when_more_are_late_than_may_be_replaced() {
	Builder::default().operators((1..=6).map(|n| (n, 3 * STAKE))).run(|| {
		let (id, workers) = quorum();
		let before = wealth(workers[0]);
		commit(id, workers[0]);
		run_to(deadline(id) + 1);
		assert_eq!(round(id), 2, "two replacements are all there are");
		assigned(id);
		let fresh: Vec<_> = panel(id)[1..].to_vec();
		commit(id, fresh[0]);
		run_to(deadline(id) + 1);
		assert_eq!(state(id), RequestState::Expired);
		assert_eq!(operator(fresh[1]).active, 3 * STAKE - FEE);
		// Nobody is paid, and who did its part loses nothing.
		assert_eq!((free(REQUESTER), wealth(workers[0])), (INITIAL_BALANCE, before));
		for n in [workers[0], fresh[0]] {
			assert_eq!((operator(n).active, operator(n).locked), (3 * STAKE, 0));
		}
	});
}

#[test]
fn quorum_should_expire_when_all_of_it_is_late() {
	Builder::default().operators((1..=6).map(|n| (n, 3 * STAKE))).run(|| {
		let (id, workers) = quorum();
		run_to(deadline(id) + 1);
		assert_eq!((state(id), free(REQUESTER)), (RequestState::Expired, INITIAL_BALANCE));
		for n in workers {
			assert_eq!((operator(n).active, operator(n).missed), (3 * STAKE - FEE, 1));
		}
	});
}

#[test]
fn quorum_should_wait_for_a_panel_and_give_free_who_was_drawn_when_it_is_not_filled() {
	Builder::default().operators([(1, 3 * STAKE), (2, 3 * STAKE), (3, STAKE - 1)]).run(|| {
		let id = crate::NextRequest::<Test>::get();
		let security = Security::Quorum(QuorumSize::Three);
		assert_ok!(Inference::request(
			origin(REQUESTER),
			VERSION,
			input(),
			security,
			Balance::MAX,
			None,
			None
		));
		run_to(4);
		assert_eq!(panel(id).len(), 2, "the third has too little stake");
		assert!(matches!(state(id), RequestState::Pending { .. }));
		assert_eq!([1, 2].map(|n| operator(n).locked), [STAKE; 2]);
		run_to(2 + PENDING_PERIOD);
		assert_eq!((state(id), free(REQUESTER)), (RequestState::Expired, INITIAL_BALANCE));
		assert_eq!([1, 2].map(|n| operator(n).locked), [0; 2]);
		assert_eq!(crate::Workloads::<Test>::iter().count(), 0);
	});
}

#[test]
fn two_thirds_should_answer_when_a_third_does_not_reveal() {
	Builder::default().run(|| {
		let (id, workers) = bound_quorum();
		let before = wealth(workers[0]);
		reveal(id, workers[0]);
		reveal(id, workers[1]);
		run_to(deadline(id) + 1);
		assert_eq!(panel(id), workers[..2]);
		assert_eq!(final_at(id), System::block_number() + QUORUM_WINDOW);
		let silent = operator(workers[2]);
		assert_eq!((silent.active, silent.locked, silent.missed), (2 * STAKE, 0, 1));
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - stored(id).quote.escrow + FEE);
		run_to(final_at(id));
		let fee = BASE_PRICE + UNIT_PRICE * Balance::from(UNITS);
		assert_eq!(wealth(workers[0]), before + fee - fee * 5 / 100);
		// The silent one is not paid for.
		assert_eq!(free(REQUESTER), INITIAL_BALANCE + FEE - 2 * fee - ROYALTY);
	});
}

#[test]
fn two_thirds_should_go_to_court_when_they_differ() {
	Builder::default().run(|| {
		let (id, workers) = quorum();
		commit(id, workers[0]);
		commit_to(id, workers[1], &lie());
		commit(id, workers[2]);
		reveal(id, workers[0]);
		reveal_as(id, workers[1], &lie());
		run_to(deadline(id) + 1);
		assert!(matches!(state(id), RequestState::Disputed { .. }));
		assert_eq!(Docket::get(id).expect("a case").claims.len(), 2);
	});
}

#[test]
fn results_that_differ_should_go_to_court_however_few_they_are() {
	Builder::default().operators((1..=5).map(|n| (n, 3 * STAKE))).run(|| {
		let (id, workers) = quorum_of(QuorumSize::Five);
		commit_to(id, workers[0], &lie());
		for n in &workers[1..] {
			commit(id, *n);
		}
		reveal_as(id, workers[0], &lie());
		reveal(id, workers[1]);
		run_to(deadline(id) + 1);
		assert!(matches!(state(id), RequestState::Disputed { .. }));
	});
}

#[test]
fn quorum_should_expire_when_too_few_reveal() {
	Builder::default().run(|| {
		let (id, workers) = bound_quorum();
		reveal(id, workers[0]);
		let issuance = Balances::total_issuance();
		run_to(deadline(id) + 1);
		assert_eq!(state(id), RequestState::Expired);
		// The requester is compensated once.
		assert_eq!(free(REQUESTER), INITIAL_BALANCE + FEE);
		assert_eq!(Balances::total_issuance(), issuance - 2 * STAKE + FEE);
		assert_eq!((operator(workers[0]).active, operator(workers[0]).locked), (3 * STAKE, 0));
	});
}

#[test]
fn commit_should_be_refused_when_it_names_another_round_than_that_of_its_seat() {
	four().run(|| {
		let (id, workers) = quorum();
		commit(id, workers[0]);
		commit(id, workers[1]);
		run_to(deadline(id) + 1);
		assigned(id);
		let fresh = *panel(id).last().unwrap();
		let dispatch = |round, n| {
			let Call::commit { commitment, signature, .. } = commit_call(id, n, bound(id, n, &digest()))
			else {
				unreachable!()
			};
			Inference::commit(RawOrigin::Authorized.into(), id, round, account(n), commitment, signature)
		};
		assert_noop!(dispatch(0, fresh), Error::<Test>::RoundOver);
		assert_noop!(dispatch(2, fresh), Error::<Test>::FutureRound);
		assert_noop!(dispatch(0, workers[0]), Error::<Test>::AlreadySubmitted);
		assert_noop!(dispatch(0, workers[2]), Error::<Test>::RoundOver);
		assert_ok!(dispatch(1, fresh));
	});
}

#[test]
fn copied_commitment_should_be_worthless_within_a_panel() {
	Builder::default().run(|| {
		let (id, workers) = quorum();
		commit(id, workers[0]);
		commit(id, workers[1]);
		let copied = bound(id, workers[0], &digest());
		assert_ok!(submit(commit_call(id, workers[2], copied)).expect("it says nothing of its content"));
		reveal(id, workers[0]);
		assert!(validate(reveal_call(id, workers[2], digest(), output())).is_err());
	});
}
