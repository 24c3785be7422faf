//! Two signed commitments that contradict each other.

use super::*;
use crate::{Proven, SignedCommitment, types::MaxRemembered};
use assay_primitives::{
	commitment::{CommitEntry, MaxBatch, commit_message, commits_message},
	worker::WorkerPair,
};
use frame_support::{BoundedVec, dispatch::Pays, traits::Get};

const JOB: Hash = Hash::repeat_byte(3);

fn subject(request: RequestId) -> Subject {
	Subject::Request { request, round: 1, job: JOB }
}

fn jury_subject() -> Subject {
	Subject::Jury { request: 1, tier: Tier::Second, job: JOB }
}

/// What the node of operator `n` would have signed to submit commitment `byte`, with this key.
fn signed_with(key: &WorkerPair, subject: Subject, n: u8, byte: u8) -> SignedCommitment {
	let commitment = Hash::repeat_byte(byte);
	let message = match subject {
		Subject::Request { request, round, job } => {
			commit_message(genesis(), request, round, job, &account(n), commitment)
		}
		Subject::Jury { request, tier, job } => {
			jury_commit_message(genesis(), request, tier, job, &account(n), commitment)
		}
	};
	SignedCommitment::One { commitment, signature: key.sign(message.as_bytes()) }
}

/// The same, submitted among commitments for other requests.
fn signed_among_others(request: RequestId, n: u8, byte: u8) -> SignedCommitment {
	let entry =
		|request, byte| CommitEntry { request, round: 1, job: JOB, commitment: Hash::repeat_byte(byte) };
	let entries: BoundedVec<_, MaxBatch> =
		vec![entry(50, 9), entry(request, byte), entry(51, 9)].try_into().unwrap();
	let message = commits_message(genesis(), &account(n), &entries);
	SignedCommitment::Many { entries, signature: worker_pair(n).sign(message.as_bytes()) }
}

fn signed(subject: Subject, n: u8, byte: u8) -> SignedCommitment {
	signed_with(&worker_pair(n), subject, n, byte)
}

fn report(n: u8, subject: Subject) -> frame_support::dispatch::DispatchResultWithPostInfo {
	let key = worker_pair(n).public();
	Jurors::report_equivocation(origin(OTHER), key, subject, signed(subject, n, 1), signed(subject, n, 2))
}

#[test]
fn equivocation_should_cost_everything() {
	Builder::default().run(|| {
		let issued = Balances::total_issuance();
		let info = report(3, subject(1)).expect("proven");
		assert_eq!(info.pays_fee, Pays::No);
		assert_eq!(bond(3).stake, 0);
		let reward = STAKE / 20;
		assert_eq!(free(OTHER), INITIAL_BALANCE + reward);
		assert_eq!(Balances::total_issuance(), issued - (STAKE - reward));
		let event = Event::EquivocationProven {
			operator: account(3),
			subject: subject(1),
			slashed: STAKE,
			reporter: account(OTHER),
			reward,
		};
		assert_eq!(last_event(), event);
	});
}

#[test]
fn equivocation_of_a_juror_should_cost_as_much() {
	Builder::default().run(|| {
		assert_ok!(report(3, jury_subject()));
		assert_eq!(bond(3).stake, 0);
	});
}

#[test]
fn equivocation_should_be_provable_from_batches() {
	Builder::default().run(|| {
		let key = worker_pair(3).public();
		let (first, second) = (signed(subject(1), 3, 1), signed_among_others(1, 3, 2));
		assert_ok!(Jurors::report_equivocation(origin(OTHER), key, subject(1), first, second));
		let key = worker_pair(4).public();
		let (first, second) = (signed_among_others(1, 4, 1), signed_among_others(1, 4, 2));
		assert_ok!(Jurors::report_equivocation(origin(OTHER), key, subject(1), first, second));
		assert_eq!((bond(3).stake, bond(4).stake), (0, 0));
	});
}

#[test]
fn report_should_fail_when_a_batch_is_about_other_tasks() {
	Builder::default().run(|| {
		let key = || worker_pair(3).public();
		let (first, second) = (signed(subject(2), 3, 1), signed_among_others(1, 3, 2));
		assert_noop!(
			Jurors::report_equivocation(origin(OTHER), key(), subject(2), first.clone(), second.clone()),
			Error::<Test>::NotInBatch
		);
		let SignedCommitment::Many { mut entries, signature } = second else { unreachable!() };
		entries[1].request = 2;
		let forged = SignedCommitment::Many { entries, signature };
		assert_noop!(
			Jurors::report_equivocation(origin(OTHER), key(), subject(2), first, forged),
			Error::<Test>::BadSignature
		);
	});
}

#[test]
fn equivocation_should_reach_locked_stake_and_wedge_nothing() {
	Builder::default().run(|| {
		challenge();
		let n = seated(ID)[0];
		assert_ok!(report(n, subject(1)));
		assert_ok!(report(WORKER, subject(1)));
		assert_eq!((bond(n).stake, bond(n).locked), (0, FEE));
		play_rest(n);
		settle(ID);
		assert_eq!((bond(n).locked, bond(WORKER).locked), (0, 0));
	});
}

fn play_rest(silent: u8) {
	let jury = jurors(ID, Tier::First);
	for n in jury.iter().filter(|n| **n != silent) {
		commit(ID, *n, "right");
	}
	run_to(deadline(ID) + 1);
	for n in jury.iter().filter(|n| **n != silent) {
		reveal(ID, *n, "right");
	}
	run_to(deadline(ID) + 1);
}

#[test]
fn equivocation_should_cost_everything_when_the_key_was_replaced_since() {
	Builder::default().run(|| {
		TestOperators::replace_key(3, 250);
		assert_eq!(TestOperators::operator_of(&worker_pair(3).public()), None);
		assert_ok!(report(3, subject(1)));
		assert_eq!(bond(3).stake, 0);
	});
}

#[test]
fn report_should_fail_when_nobody_has_the_key() {
	Builder::default().run(|| {
		assert_noop!(report(99, subject(1)), Error::<Test>::UnknownKey);
	});
}

#[test]
fn report_should_fail_when_the_commitments_are_the_same() {
	Builder::default().run(|| {
		let (key, once) = (worker_pair(3).public(), signed(subject(1), 3, 1));
		assert_noop!(
			Jurors::report_equivocation(origin(OTHER), key, subject(1), once.clone(), once),
			Error::<Test>::SameCommitment
		);
	});
}

#[test]
fn report_should_fail_when_a_signature_is_not_the_workers() {
	Builder::default().run(|| {
		let key = worker_pair(3).public();
		let one = signed(subject(1), 3, 1);
		let forged = signed_with(&worker_pair(4), subject(1), 3, 2);
		for (first, second) in [(one.clone(), forged.clone()), (forged, one)] {
			assert_noop!(
				Jurors::report_equivocation(origin(OTHER), key.clone(), subject(1), first, second),
				Error::<Test>::BadSignature
			);
		}
	});
}

#[test]
fn commitments_for_different_tasks_should_not_contradict_each_other() {
	Builder::default().run(|| {
		let others = [
			subject(2),
			Subject::Request { request: 1, round: 2, job: JOB },
			Subject::Request { request: 1, round: 1, job: Hash::repeat_byte(4) },
			jury_subject(),
		];
		for other in others {
			let (key, first, second) =
				(worker_pair(3).public(), signed(subject(1), 3, 1), signed(other, 3, 2));
			assert_noop!(
				Jurors::report_equivocation(origin(OTHER), key, subject(1), first, second),
				Error::<Test>::BadSignature
			);
		}
	});
}

#[test]
fn equivocation_should_count_once() {
	Builder::default().run(|| {
		assert_ok!(report(3, subject(1)));
		TestOperators::bond(3, STAKE);
		assert_noop!(report(3, subject(1)), Error::<Test>::AlreadyProven);
		let key = worker_pair(3).public();
		let (third, fourth) = (signed(subject(1), 3, 3), signed(subject(1), 3, 4));
		assert_noop!(
			Jurors::report_equivocation(origin(OTHER), key, subject(1), third, fourth),
			Error::<Test>::AlreadyProven
		);
		assert_ok!(report(3, subject(2)));
		assert_eq!(bond(3).stake, 0);
	});
}

#[test]
fn only_the_newest_equivocations_should_be_remembered() {
	Builder::default().run(|| {
		let places: u32 = MaxRemembered::get();
		for request in 0..=places.into() {
			TestOperators::bond(3, STAKE);
			assert_ok!(report(3, subject(request)));
		}
		let proven = Proven::<Test>::get(worker_pair(3).public());
		assert_eq!((proven.len() as u32, proven[0]), (places, subject(1)));
	});
}

#[test]
fn report_should_fail_when_nothing_is_left() {
	Builder::default().run(|| {
		assert_ok!(report(3, subject(1)));
		assert_noop!(report(3, subject(2)), Error::<Test>::NothingToSlash);
	});
}

#[test]
fn report_should_fail_when_it_is_not_signed() {
	Builder::default().run(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			let (key, first, second) =
				(worker_pair(3).public(), signed(subject(1), 3, 1), signed(subject(1), 3, 2));
			assert_noop!(
				Jurors::report_equivocation(origin, key, subject(1), first, second),
				sp_runtime::DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn operator_should_not_earn_by_reporting_itself() {
	Builder::default().run(|| {
		let before = free(3) + bond(3).stake;
		let key = worker_pair(3).public();
		let (first, second) = (signed(subject(1), 3, 1), signed(subject(1), 3, 2));
		assert_ok!(Jurors::report_equivocation(origin(3), key, subject(1), first, second));
		assert_eq!(free(3) + bond(3).stake, before - STAKE + STAKE / 20);
	});
}
