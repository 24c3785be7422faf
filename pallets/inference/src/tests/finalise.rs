//! The window, and who is paid when it is over.

use super::*;
use frame_support::dispatch::Pays;

const FEE_OF_UNITS: Balance = BASE_PRICE + UNIT_PRICE * UNITS as Balance;
const TO_TREASURY: Balance = FEE_OF_UNITS * 5 / 100;

#[test]
fn answer_should_be_final_when_the_window_is_over() {
	Builder::default().run(|| {
		let (id, worker) = provisional();
		let answered_at = System::block_number();
		run_to(answered_at + WINDOW - 1);
		assert!(matches!(state(id), RequestState::Provisional { .. }));
		next_block();
		assert_eq!(
			state(id),
			RequestState::Final {
				workers: vec![account(worker)].try_into().unwrap(),
				digest: digest(),
				output: output(),
				charged: FEE_OF_UNITS + ROYALTY
			}
		);
	});
}

#[test]
fn settlement_should_pay_everybody_and_refund_the_rest() {
	Builder::default().run(|| {
		let before = [1, 2, 3].map(wealth);
		let (owner, treasury) = (free(OWNER), free(TREASURY));
		let (id, worker) = finalised();
		let to_worker = FEE_OF_UNITS - TO_TREASURY;
		assert_eq!(wealth(worker), before[usize::from(worker) - 1] + to_worker);
		assert_eq!(free(OWNER), owner + ROYALTY);
		assert_eq!(free(TREASURY), treasury + TO_TREASURY);
		assert_eq!(escrowed(REQUESTER), 0);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - FEE_OF_UNITS - ROYALTY);
		assert_eq!(operator(worker).locked, 0);
		assert_eq!(
			last_event(),
			Event::Finalised {
				request: id,
				to_workers: to_worker,
				to_owner: ROYALTY,
				to_treasury: TO_TREASURY,
				to_audits: 0,
				refund: ESCROW - FEE_OF_UNITS - ROYALTY,
			}
		);
	});
}

#[test]
fn deterministic_failure_should_be_paid() {
	Builder::default().run(|| {
		let id = ask();
		let worker = assigned(id);
		let failed = ResultDigest {
			outcome: Outcome::OutOfCompute,
			output_hash: output_hash(b""),
			compute_units: COMPUTE_LIMIT,
		};
		assert_ok!(submit(commit_call(id, worker, bound(id, worker, &failed))).unwrap());
		assert_ok!(submit(reveal_call(id, worker, failed, inline(b""))).unwrap());
		run_to(System::block_number() + WINDOW);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - ESCROW, "all of the escrow was used");
	});
}

#[test]
fn anybody_should_be_able_to_finalise_when_the_hooks_lag() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		System::set_block_number(System::block_number() + WINDOW - 1);
		assert_noop!(Inference::advance(origin(25), id), Error::<Test>::TooEarly);
		System::set_block_number(System::block_number() + 1);
		let done = Inference::advance(origin(25), id).unwrap();
		assert_eq!(done.pays_fee, Pays::No);
		assert!(matches!(state(id), RequestState::Final { .. }));
		assert_noop!(Inference::advance(origin(25), id), Error::<Test>::AlreadySettled);
	});
}

#[test]
fn royalty_should_go_to_the_present_owner() {
	Builder::default().run(|| {
		let (id, _) = provisional();
		let before = free(21);
		give_models_to(21);
		run_to(System::block_number() + WINDOW);
		assert!(matches!(state(id), RequestState::Final { .. }));
		assert_eq!(free(21), before + ROYALTY);
	});
}

#[test]
fn share_should_not_be_charged_when_its_account_cannot_receive_it() {
	Builder::default().run(|| {
		// The treasury does not exist and its share is less than the existential deposit.
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), account(TREASURY), 0));
		let id = ask();
		let worker = assigned(id);
		let small = ResultDigest { compute_units: 0, ..digest() };
		let share = BASE_PRICE * 5 / 100;
		assert!(share < EXISTENTIAL_DEPOSIT);
		assert_ok!(submit(commit_call(id, worker, bound(id, worker, &small))).unwrap());
		assert_ok!(submit(reveal_call(id, worker, small, output())).unwrap());
		run_to(System::block_number() + WINDOW);
		let charged = BASE_PRICE - share + ROYALTY;
		assert!(matches!(state(id), RequestState::Final { charged: c, .. } if c == charged));
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - charged);
	});
}

#[test]
fn worker_that_asks_itself_should_only_lose() {
	Builder::default().operators([(1, 3 * STAKE)]).run(|| {
		let before = wealth(1);
		assert_ok!(request(1, VERSION, ESCROW));
		let worker = assigned(0);
		commit(0, worker);
		reveal(0, worker);
		run_to(System::block_number() + WINDOW);
		assert_eq!(wealth(1), before - TO_TREASURY - ROYALTY);
	});
}
