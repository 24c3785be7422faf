//! Audits: chosen by randomness that nobody knew at the commitment, and answered before the worker may show its result.

use super::*;
use crate::{AuditFunds, BlockSeeds, mock::Docket};
use assay_primitives::Hash;
use codec::Encode;
use frame_support::dispatch::RawOrigin;
use sp_runtime::{
	DispatchError, Permill,
	transaction_validity::{InvalidTransaction, TransactionValidityError, UnknownTransaction},
};

fn begin_audit(id: RequestId) -> DispatchResult {
	match submit(Call::begin_audit { request: id }) {
		Ok(result) => result.map(|_| ()).map_err(|refused| refused.error),
		Err(_) => Err(DispatchError::Other("not valid")),
	}
}

/// As a block that includes it without authorising it again.
fn dispatch(id: RequestId) -> DispatchResult {
	Inference::begin_audit(RawOrigin::Authorized.into(), id)
}

/// What the pool says of a reveal of [`digest`].
fn reveal_is(id: RequestId, n: u8) -> Result<(), TransactionValidityError> {
	validate(reveal_call(id, n, digest(), output())).map(|_| ())
}

const LATER: Result<(), TransactionValidityError> =
	Err(TransactionValidityError::Unknown(UnknownTransaction::CannotLookup));

/// Runs until it is known whether a commitment of this block is audited.
fn decide() {
	next_block();
	next_block();
}

/// Everybody is audited.
fn strict() {
	PresentAuditRate::set(Permill::one());
}

/// A request whose worker has committed and whose auditors are drawn, and the three of them.
fn audited() -> (RequestId, u8, Vec<u8>) {
	strict();
	let (id, worker) = committed();
	decide();
	assert_ok!(begin_audit(id));
	let panel = panel(id);
	assert_eq!(panel[0], worker);
	(id, worker, panel[1..].to_vec())
}

fn four() -> Builder {
	Builder::default().operators((1..=4).map(|n| (n, 3 * STAKE)))
}

#[test]
fn reveal_should_wait_for_the_randomness_of_the_block_after_the_commitment() {
	Builder::default().run(|| {
		strict();
		let (id, worker) = committed();
		for _ in 0..2 {
			assert_eq!(reveal_is(id, worker), LATER);
			assert_noop!(dispatch(id), Error::<Test>::AuditUndecided);
			next_block();
		}
		assert_noop!(dispatch(99), Error::<Test>::UnknownRequest);
		// Now it is known: it is audited, so that it has to wait for the auditors.
		assert_eq!(reveal_is(id, worker), LATER);
		assert_ok!(begin_audit(id));
	});
}

#[test]
fn decision_should_be_that_of_the_block_after_the_commitment_and_of_no_other() {
	Builder::default().run(|| {
		PresentAuditRate::set(Permill::from_percent(50));
		let (id, _) = committed();
		let at = System::block_number() + 1;
		decide();
		let seed = BlockSeeds::<Test>::get(at).flatten().expect("every block has randomness");
		let seed = (seed, System::block_hash(at - 1)).using_encoded(sp_io::hashing::blake2_256).into();
		let chosen = crate::math::is_audited(seed, id, Permill::from_percent(50));
		assert_eq!(dispatch(id).is_ok(), chosen);
	});
}

#[test]
fn decision_should_depend_on_the_block_with_the_commitment() {
	let decide_with = |hash| {
		let mut chosen = Vec::new();
		Builder::default().operators([(1, 30 * STAKE)]).run(|| {
			PresentAuditRate::set(Permill::from_percent(50));
			for _ in 0..8 {
				let (id, worker) = committed();
				let at = System::block_number();
				next_block();
				frame_system::BlockHash::<Test>::insert(at, hash);
				next_block();
				chosen.push(dispatch(id).is_ok());
				reveal(id, worker);
			}
		});
		chosen
	};
	assert_eq!(decide_with(Hash::repeat_byte(1)), decide_with(Hash::repeat_byte(1)));
	assert_ne!(decide_with(Hash::repeat_byte(1)), decide_with(Hash::repeat_byte(2)));
}

#[test]
fn unaudited_commitments_should_be_revealed_at_once() {
	let (mut audited, mut spared) = (0, 0);
	for entropy in 0..24 {
		Builder::default().run(|| {
			Entropy::set(Some(entropy));
			PresentAuditRate::set(Permill::from_percent(40));
			let (id, worker) = committed();
			decide();
			match reveal_is(id, worker) {
				Ok(()) => {
					assert_noop!(dispatch(id), Error::<Test>::NotAudited);
					reveal(id, worker);
					assert!(matches!(state(id), RequestState::Provisional { .. }));
					spared += 1;
				}
				Err(_) => {
					assert_ok!(begin_audit(id));
					audited += 1;
				}
			}
		});
	}
	assert!(audited > 3 && spared > 5, "{audited} audited, {spared} spared");
}

#[test]
fn commitment_should_not_be_audited_when_the_block_after_it_has_no_randomness() {
	Builder::default().run(|| {
		strict();
		let (id, worker) = committed();
		Entropy::set(None);
		assert_eq!(reveal_is(id, worker), LATER);
		decide();
		assert_noop!(dispatch(id), Error::<Test>::NotAudited);
		reveal(id, worker);
	});
}

#[test]
fn audit_should_draw_two_others_and_wait_for_them() {
	four().run(|| {
		let (id, worker, auditors) = audited();
		assert_eq!(auditors.len(), 2);
		let RequestState::Assigned { panel, deadline } = state(id) else { panic!("not assigned") };
		assert_eq!(deadline, System::block_number() + FULL_COMMIT_PERIOD);
		assert_eq!(panel[0].answer, Answer::Committed(bound(id, worker, &digest())));
		for seat in &panel[1..] {
			assert_eq!((seat.role, seat.stake, &seat.answer), (Role::Auditor, STAKE, &Answer::Waiting));
			assert_eq!(operator(number(&seat.worker)).locked, STAKE);
		}
		let events = System::read_events_for_pallet::<Event<Test>>();
		assert!(events.contains(&Event::AuditBegun { request: id, auditors: 2 }));
		assert_eq!(reveal_is(id, worker), LATER);
		commit(id, auditors[0]);
		assert_eq!(reveal_is(id, worker), LATER);
		commit(id, auditors[1]);
		assert_eq!(reveal_is(id, worker), Ok(()));
	});
}

#[test]
fn audit_that_agrees_should_end_in_the_answer_and_pay_the_auditors_out_of_the_pot() {
	four().run(|| {
		let (id, worker, auditors) = audited();
		let quote = stored(id).quote;
		assert_eq!((quote.audit, quote.escrow), (2 * FEE, FEE + 2 * FEE + ROYALTY));
		let (before, earned) = (auditors.iter().map(|n| wealth(*n)).collect::<Vec<_>>(), wealth(worker));
		for n in &auditors {
			commit(id, *n);
		}
		// In any order.
		reveal(id, auditors[1]);
		reveal(id, worker);
		reveal(id, auditors[0]);
		let RequestState::Provisional { final_at, .. } = state(id) else { panic!("not answered") };
		assert_eq!(final_at, System::block_number() + WINDOW);
		run_to(final_at);
		let fee = BASE_PRICE + UNIT_PRICE * Balance::from(UNITS);
		assert_eq!(wealth(worker), earned + fee - fee * 5 / 100);
		for (n, before) in auditors.iter().zip(before) {
			assert_eq!((wealth(*n), operator(*n).locked), (before + FEE, 0));
		}
		// All of what this request paid for audits went to its own auditors.
		assert_eq!((AuditFunds::<Test>::get(), free(AUDIT_POT)), (0, EXISTENTIAL_DEPOSIT));
		let charged = crate::math::charge(&quote, UNITS);
		assert_eq!(charged, fee + 2 * FEE + ROYALTY);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - charged);
	});
}

#[test]
fn premium_should_fill_the_pot_when_nobody_was_audited() {
	Builder::default().run(|| {
		PresentAuditRate::set(Permill::from_percent(10));
		let (id, worker) = committed();
		Entropy::set(None);
		decide();
		reveal(id, worker);
		run_to(System::block_number() + WINDOW);
		assert!(matches!(state(id), RequestState::Final { .. }));
		let premium = 2 * FEE / 10;
		assert_eq!((AuditFunds::<Test>::get(), free(AUDIT_POT)), (premium, premium + EXISTENTIAL_DEPOSIT));
	});
}

#[test]
fn auditors_should_be_paid_as_far_as_the_pot_goes() {
	four().run(|| {
		let (id, worker, auditors) = audited();
		let before = wealth(auditors[0]) + wealth(auditors[1]);
		for n in &auditors {
			commit(id, *n);
		}
		for n in [worker, auditors[0], auditors[1]] {
			reveal(id, n);
		}
		// It was taken for a lower price than its auditors cost.
		Requests::<Test>::mutate(id, |request| {
			let quote = &mut request.as_mut().unwrap().quote;
			quote.audit = FEE + 1;
		});
		run_to(System::block_number() + WINDOW);
		assert!(matches!(state(id), RequestState::Final { .. }));
		assert_eq!(wealth(auditors[0]) + wealth(auditors[1]), before + FEE + 1);
		assert_eq!(AuditFunds::<Test>::get(), 0);
	});
}

#[test]
fn audit_should_make_do_with_one_auditor_when_there_is_no_other() {
	Builder::default().operators([(1, 3 * STAKE), (2, 3 * STAKE)]).run(|| {
		let (id, worker, auditors) = audited();
		assert_eq!(auditors.len(), 1);
		commit(id, auditors[0]);
		reveal(id, auditors[0]);
		reveal(id, worker);
		assert!(matches!(state(id), RequestState::Provisional { .. }));
	});
}

#[test]
fn commitment_should_be_revealed_without_audit_when_there_is_no_auditor() {
	Builder::default().operators([(1, 3 * STAKE)]).run(|| {
		strict();
		let (id, worker) = committed();
		let reveal_by = deadline(id);
		decide();
		assert_eq!(reveal_is(id, worker), LATER);
		assert_ok!(begin_audit(id));
		assert_eq!(last_event(), Event::AuditBegun { request: id, auditors: 0 });
		assert_eq!(deadline(id), reveal_by, "it has no more time than before");
		reveal(id, worker);
		assert!(matches!(state(id), RequestState::Provisional { .. }));
	});
}

#[test]
fn audit_should_begin_once_and_only_of_what_is_audited() {
	four().run(|| {
		let id = ask();
		strict();
		assert_noop!(dispatch(id), Error::<Test>::NotCommitted);
		let worker = assigned(id);
		assert_noop!(dispatch(id), Error::<Test>::NotCommitted);
		commit(id, worker);
		decide();
		// It was asked for when nobody was audited.
		assert_noop!(dispatch(id), Error::<Test>::NotAudited);
		reveal(id, worker);
		assert_noop!(dispatch(id), Error::<Test>::NotAudited);
		run_to(System::block_number() + WINDOW);
		assert_noop!(dispatch(id), Error::<Test>::AlreadySettled);

		let (id, worker, auditors) = audited();
		assert_noop!(dispatch(id), Error::<Test>::NotAudited);
		for n in &auditors {
			commit(id, *n);
		}
		assert_noop!(dispatch(id), Error::<Test>::NotAudited);
		for n in [worker, auditors[0], auditors[1]] {
			reveal(id, n);
		}
		assert_noop!(dispatch(id), Error::<Test>::NotAudited);
		assert_noop!(Inference::begin_audit(origin(worker), id), DispatchError::BadOrigin);
	});
}

#[test]
fn audit_should_not_begin_for_a_quorum() {
	Builder::default().run(|| {
		strict();
		let (id, workers) = quorum();
		assert_eq!(stored(id).quote.audit, 0);
		for n in &workers {
			commit(id, *n);
		}
		decide();
		assert_noop!(dispatch(id), Error::<Test>::NotAudited);
		assert_eq!(reveal_is(id, workers[0]), Ok(()));
	});
}

#[test]
fn begin_of_an_audit_should_enter_a_pool_once_until_the_deadline() {
	Builder::default().run(|| {
		strict();
		let (id, _) = committed();
		let call = || Call::begin_audit { request: id };
		assert_eq!(validate(call()).map(|_| ()), LATER);
		decide();
		let valid = validate(call()).unwrap();
		assert_eq!((valid.provides.len(), valid.requires.len()), (1, 0));
		assert_eq!(valid.longevity, u64::from(deadline(id) - System::block_number()) + 1);
		System::set_block_number(deadline(id) + 1);
		assert_eq!(validate(call()), Err(InvalidTransaction::Stale.into()));
		assert_noop!(dispatch(id), Error::<Test>::DeadlinePassed);
		System::set_block_number(deadline(id));
		assert_ok!(begin_audit(id));
		assert!(validate(call()).is_err());
	});
}

#[test]
fn worker_that_avoids_its_audit_should_lose_its_stake() {
	Builder::default().run(|| {
		strict();
		let (id, worker) = committed();
		run_to(deadline(id) + 1);
		let operator = operator(worker);
		assert_eq!((operator.active, operator.missed), (2 * STAKE, 1));
		// The next worker is audited by its own chance.
		let next = assigned(id);
		assert_ne!(next, worker);
		commit(id, next);
		decide();
		assert_ok!(begin_audit(id));
	});
}

#[test]
fn late_auditor_should_be_replaced() {
	four().run(|| {
		let (id, worker, auditors) = audited();
		commit(id, auditors[0]);
		run_to(deadline(id) + 1);
		assert_eq!(operator(auditors[1]).active, 3 * STAKE - FEE);
		assigned(id);
		let now = panel(id);
		assert_eq!(now[..2], [worker, auditors[0]]);
		let fresh = now[2];
		assert!(fresh != worker && !auditors.contains(&fresh));
		assert_eq!(state(id).panel()[2].role, Role::Auditor);
		commit(id, fresh);
		for n in now {
			reveal(id, n);
		}
		assert!(matches!(state(id), RequestState::Provisional { .. }));
	});
}

#[test]
fn audit_should_go_on_without_auditors_that_cannot_be_replaced() {
	Builder::default().run(|| {
		let (id, worker, auditors) = audited();
		commit(id, auditors[0]);
		run_to(deadline(id) + 1);
		// The third operator is the late one: nobody is left.
		let RequestState::Pending { deadline: until, .. } = state(id) else { panic!("not waiting") };
		run_to(until + 1);
		assert!(matches!(state(id), RequestState::Committed { .. }));
		assert_eq!(panel(id), [worker, auditors[0]]);
		reveal(id, worker);
		reveal(id, auditors[0]);
		assert!(matches!(state(id), RequestState::Provisional { .. }));
	});
}

#[test]
fn worker_should_be_spared_when_all_auditors_are_late_too_often() {
	Builder::default().operators((1..=6).map(|n| (n, 3 * STAKE))).run(|| {
		let (id, worker, _) = audited();
		run_to(deadline(id) + 1);
		assert_eq!(round(id), 2);
		assigned(id);
		run_to(deadline(id) + 1);
		let RequestState::Committed { panel, .. } = state(id) else { panic!("not bound") };
		assert_eq!((panel.len(), number(&panel[0].worker)), (1, worker));
		reveal(id, worker);
		run_to(System::block_number() + WINDOW);
		assert!(matches!(state(id), RequestState::Final { .. }));
	});
}

#[test]
fn auditors_should_answer_when_the_worker_does_not_reveal() {
	Builder::default().run(|| {
		let (id, worker, auditors) = audited();
		for n in &auditors {
			commit(id, *n);
		}
		for n in &auditors {
			reveal(id, *n);
		}
		run_to(deadline(id) + 1);
		assert!(matches!(state(id), RequestState::Provisional { .. }));
		assert_eq!((answer(id), panel(id)), (honest(), auditors));
		assert_eq!(operator(worker).active, 2 * STAKE);
		let escrow = stored(id).quote.escrow;
		run_to(System::block_number() + WINDOW);
		// The fee is not paid, since nobody earned it; the auditors are.
		let charged = 2 * FEE + ROYALTY;
		assert!(matches!(state(id), RequestState::Final { charged: c, .. } if c == charged));
		assert!(charged < escrow);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - charged + FEE);
	});
}

#[test]
fn audit_that_differs_should_go_to_court_by_itself() {
	four().run(|| {
		let (id, worker, auditors) = audited();
		commit_to(id, auditors[0], &lie());
		commit(id, auditors[1]);
		reveal(id, worker);
		reveal_as(id, auditors[0], &lie());
		reveal(id, auditors[1]);
		assert!(matches!(state(id), RequestState::Disputed { challenge: None, .. }));
		let roles: Vec<_> = Docket::get(id).expect("a case").claims.iter().map(|claim| claim.role).collect();
		assert_eq!(roles, [Role::Worker, Role::Auditor, Role::Auditor]);
	});
}

#[test]
fn randomness_should_be_forgotten_after_the_longest_deadline() {
	Builder::default().run(|| {
		for block in 0..crate::audit::KEPT + 50 {
			Inference::note_randomness(Some(Hash::repeat_byte(1)), block);
		}
		assert_eq!(BlockSeeds::<Test>::iter().count() as u32, crate::audit::KEPT + 1);
		assert!(BlockSeeds::<Test>::get(49).is_some() && BlockSeeds::<Test>::get(48).is_none());
	});
}
