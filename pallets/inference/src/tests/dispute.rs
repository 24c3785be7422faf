//! Verdicts: who is paid, who is given free, and what the requester gets.

use super::*;
use crate::{
	AuditFunds,
	mock::{Court, Docket},
};
use assay_primitives::{
	AccountId, Job,
	dispute::Verdict,
	traits::{Damages, Disputed},
};
use sp_runtime::Permill;

const FEE_OF_UNITS: Balance = BASE_PRICE + UNIT_PRICE * UNITS as Balance;
/// What a worker earns.
const EARNED: Balance = FEE_OF_UNITS - FEE_OF_UNITS * 5 / 100;

fn upheld(execution: &Execution) -> Verdict {
	Verdict::Upheld { digest: execution.digest, output: None }
}

fn damages(fees: &[(u8, Balance)], compensation: Balance) -> Damages<AccountId, Balance> {
	Damages { fees: fees.iter().map(|(n, fee)| (account(*n), *fee)).collect(), compensation }
}

/// A request whose worker said [`honest`], and which account 25 disputes with [`lie`].
fn challenged() -> (RequestId, u8) {
	let (id, worker) = provisional();
	let Execution { digest, output } = lie();
	assert_ok!(Inference::challenge(origin(25), id, digest, output, Balance::MAX));
	(id, worker)
}

/// A quorum of three of which the last one said [`lie`].
fn divided() -> (RequestId, Vec<u8>) {
	let (id, workers) = quorum();
	commit(id, workers[0]);
	commit(id, workers[1]);
	commit_to(id, workers[2], &lie());
	reveal(id, workers[0]);
	reveal(id, workers[1]);
	reveal_as(id, workers[2], &lie());
	(id, workers)
}

/// An audited request whose worker said [`honest`] and whose second auditor said [`lie`].
fn divided_audit() -> (RequestId, u8, Vec<u8>) {
	PresentAuditRate::set(Permill::one());
	let (id, worker) = committed();
	PresentAuditRate::set(Permill::zero());
	next_block();
	next_block();
	assert_ok!(submit(Call::begin_audit { request: id }).expect("audited"));
	let auditors = panel(id)[1..].to_vec();
	commit(id, auditors[0]);
	commit_to(id, auditors[1], &lie());
	reveal(id, worker);
	reveal(id, auditors[0]);
	reveal_as(id, auditors[1], &lie());
	(id, worker, auditors)
}

fn final_answer(id: RequestId) -> (Vec<u8>, Execution, Balance) {
	let RequestState::Final { workers, charged, .. } = state(id) else { panic!("not final") };
	(workers.iter().map(number).collect(), answer(id), charged)
}

#[test]
fn answer_that_withstands_a_challenge_should_be_paid_as_usual() {
	Builder::default().run(|| {
		let (id, worker) = challenged();
		let before = wealth(worker);
		assert_eq!(Court::settle(id, upheld(&honest())), damages(&[], 0));
		assert_eq!(final_answer(id), (vec![worker], honest(), FEE_OF_UNITS + ROYALTY));
		assert_eq!(wealth(worker), before + EARNED);
		assert_eq!((operator(worker).active, operator(worker).locked), (3 * STAKE + EARNED, 0));
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - FEE_OF_UNITS - ROYALTY);
		// It stays readable for as long as any other.
		assert_eq!(stored(id).due, Some(System::block_number() + RETENTION_PERIOD));
	});
}

#[test]
fn requester_should_get_everything_back_and_the_correct_answer_when_a_challenger_is_right() {
	Builder::default().run(|| {
		let (id, worker) = challenged();
		let before = free(worker);
		assert_eq!(Court::settle(id, upheld(&lie())), damages(&[], FEE));
		assert_eq!(final_answer(id), (vec![], lie(), 0));
		// The refund, and the compensation out of the worker's stake.
		assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (INITIAL_BALANCE + FEE, 0));
		assert_eq!((free(worker), operator(worker).active, operator(worker).locked), (before, 2 * STAKE, 0));
	});
}

#[test]
fn answer_should_be_that_of_the_verdict_when_nobody_was_right() {
	Builder::default().run(|| {
		let (id, _) = challenged();
		let third = Execution {
			digest: ResultDigest { output_hash: output_hash(b"nine"), ..digest() },
			output: inline(b"nine"),
		};
		let verdict = Verdict::Upheld { digest: third.digest, output: Some(third.output.clone()) };
		assert_eq!(Court::settle(id, verdict), damages(&[], FEE));
		assert_eq!(final_answer(id), (vec![], third, 0));
		assert_eq!(free(REQUESTER), INITIAL_BALANCE + FEE);
	});
}

#[test]
fn dissent_in_a_quorum_should_cost_the_requester_only_those_who_were_right() {
	Builder::default().run(|| {
		let (id, workers) = divided();
		let before = wealth(workers[0]);
		assert_eq!(Court::settle(id, upheld(&honest())), damages(&[], 0));
		let charged = 2 * FEE_OF_UNITS + ROYALTY;
		assert_eq!(final_answer(id), (workers[..2].to_vec(), honest(), charged));
		assert_eq!(wealth(workers[0]), before + EARNED);
		assert_eq!(free(REQUESTER), INITIAL_BALANCE - charged);
		assert_eq!(operator(workers[1]).locked, 0);
		assert_eq!(operator(workers[2]).active, 2 * STAKE);
	});
}

#[test]
fn minority_of_a_quorum_should_be_paid_when_it_was_right() {
	Builder::default().run(|| {
		let (id, workers) = divided();
		assert_eq!(Court::settle(id, upheld(&lie())), damages(&[], 0));
		// It was told nothing else before.
		assert_eq!(final_answer(id), (vec![workers[2]], lie(), FEE_OF_UNITS + ROYALTY));
		assert_eq!([0, 1].map(|i| operator(workers[i]).active), [2 * STAKE; 2]);
	});
}

#[test]
fn requester_should_be_compensated_when_a_whole_quorum_was_wrong() {
	Builder::default().run(|| {
		let (id, workers) = quorum();
		for n in &workers {
			commit(id, *n);
		}
		for n in &workers {
			reveal(id, *n);
		}
		let Execution { digest, output } = lie();
		assert_ok!(Inference::challenge(origin(25), id, digest, output, Balance::MAX));
		assert_eq!(Court::settle(id, upheld(&lie())), damages(&[], FEE));
		assert_eq!(final_answer(id), (vec![], lie(), 0));
		assert_eq!(free(REQUESTER), INITIAL_BALANCE + FEE);
		assert_eq!([1, 2, 3].map(|n| operator(n).active), [2 * STAKE; 3]);
	});
}

#[test]
fn worker_that_was_right_in_an_audit_should_be_paid_and_so_should_the_auditor_that_agreed() {
	Builder::default().run(|| {
		let (id, worker, auditors) = divided_audit();
		let before = (wealth(worker), wealth(auditors[0]), wealth(auditors[1]));
		assert_eq!(Court::settle(id, upheld(&honest())), damages(&[], 0));
		assert_eq!(wealth(worker), before.0 + EARNED);
		assert_eq!((wealth(auditors[0]), wealth(auditors[1])), (before.1 + FEE, before.2 - STAKE));
		// What the other auditor did not earn stays in the pot.
		assert_eq!(AuditFunds::<Test>::get(), FEE);
		assert_eq!(final_answer(id).0, vec![worker, auditors[0]]);
	});
}

#[test]
fn requester_should_pay_nothing_when_an_audit_finds_its_worker_wrong() {
	Builder::default().run(|| {
		let (id, worker, auditors) = divided_audit();
		let before = wealth(auditors[1]);
		// The auditor is paid out of what the worker loses.
		assert_eq!(Court::settle(id, upheld(&lie())), damages(&[(auditors[1], FEE)], FEE));
		assert_eq!(final_answer(id), (vec![auditors[1]], lie(), 0));
		assert_eq!(free(REQUESTER), INITIAL_BALANCE + FEE);
		assert_eq!((wealth(auditors[1]), AuditFunds::<Test>::get()), (before + FEE, 0));
		assert_eq!(operator(auditors[1]).locked, 0);
		assert_eq!([worker, auditors[0]].map(|n| operator(n).active), [2 * STAKE; 2]);
	});
}

#[test]
fn void_dispute_should_refund_the_requester_and_take_from_nobody() {
	for dispute in [|| challenged().0, || divided().0, || divided_audit().0] {
		Builder::default().run(|| {
			let id = dispute();
			let issuance = Balances::total_issuance();
			assert_eq!(Court::settle(id, Verdict::Void), damages(&[], 0));
			let refund = stored(id).quote.escrow;
			assert_eq!(last_event(), Event::Expired { request: id, refund });
			assert_eq!((state(id), free(REQUESTER)), (RequestState::Expired, INITIAL_BALANCE));
			assert_eq!([1, 2, 3].map(|n| (operator(n).active, operator(n).locked)), [(3 * STAKE, 0); 3]);
			assert_eq!(Balances::total_issuance(), issuance);
		});
	}
}

#[test]
fn jurors_should_get_the_job_of_a_request_as_long_as_it_is_disputed() {
	Builder::default().run(|| {
		let (id, _) = challenged();
		run_to(System::block_number() + 3 * RETENTION_PERIOD);
		let job_of = <Inference as Disputed<AccountId, Balance>>::job;
		assert_eq!(job_of(id).map(|job| job.id()), Some(Docket::get(id).expect("disputed").job));
		assert_eq!(job_of(id).map(|Job { input, .. }| input), Some(input()));
		assert_eq!(job_of(id + 1), None);
	});
}

#[test]
fn dispute_should_not_hold_up_other_requests() {
	Builder::default().run(|| {
		let (disputed, _) = challenged();
		let (other, _) = finalised();
		assert!(matches!(state(disputed), RequestState::Disputed { .. }));
		assert!(matches!(state(other), RequestState::Final { .. }));
	});
}

#[test]
fn money_should_be_neither_created_nor_lost_by_a_verdict_but_by_the_slash() {
	for execution in [honest(), lie()] {
		for dispute in [|| challenged().0, || divided().0, || divided_audit().0] {
			Builder::default().run(|| {
				let id = dispute();
				let before = Balances::total_issuance();
				let staked = [1, 2, 3].map(|n| operator(n).active);
				let paid = Court::settle(id, upheld(&execution));
				// Those who were right are paid into their stake.
				let lost = |n: u8| staked[usize::from(n) - 1].saturating_sub(operator(n).active);
				let slashed: Balance = (1..=3).map(lost).sum();
				let out = paid.compensation + paid.fees.iter().map(|(_, fee)| fee).sum::<Balance>();
				assert_eq!(before - Balances::total_issuance(), slashed - out);
			});
		}
	}
}

#[cfg(feature = "runtime-benchmarks")]
#[test]
fn request_that_benchmarks_have_disputed_should_be_settled() {
	use assay_primitives::{
		dispute::{Case, Claim, Role},
		traits::Operators as _,
	};
	Builder::default().operators((1..=7).map(|n| (n, 3 * STAKE))).run(|| {
		let workers: Vec<_> = (1..=7).map(account).collect();
		let claim = |(worker, answer): (&AccountId, Execution)| {
			assert_ok!(Operators::lock(worker, STAKE));
			Claim { claimant: worker.clone(), role: Role::Worker, digest: answer.digest, at_risk: STAKE }
		};
		let answers = core::iter::once(lie()).chain(core::iter::repeat_with(honest));
		let claims: Vec<_> = workers.iter().zip(answers).map(claim).collect();
		let case = Case {
			request: 5,
			requester: account(REQUESTER),
			version: VERSION,
			job: Default::default(),
			compute_limit: COMPUTE_LIMIT,
			fee: FEE,
			claims: claims.try_into().expect("seven"),
		};
		Inference::setup_disputed(&case);
		Docket::insert(5, case);
		assert!(matches!(state(5), RequestState::Disputed { .. }));
		check();
		Court::settle(5, upheld(&honest()));
		assert!(matches!(state(5), RequestState::Final { .. }));
	});
}
