//! One file per call or scenario; `invariants` breaks storage by hand, `random` mixes everything.

mod advance;
mod appeal;
mod attacks;
mod authorize;
mod commit;
mod draw;
mod equivocation;
mod invariants;
mod offchain;
mod open;
mod payment;
mod queries;
mod random;
mod reveal;
mod tally;
mod verdict;

use crate::{Appeals, Call, Dispute, Disputes, Error, Event, HoldReason, Juries, Outputs, Phase, mock::*};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Commitment, Hash, Payload, RequestId, ResultDigest, Salt, Subject,
	commitment::{jury_commit_message, jury_commitment, jury_reveal_message},
	dispute::{Role, Tier, Verdict, Vote},
	job::Output,
	traits::Operators as _,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, InspectHold},
};
use sp_core::Pair;

const SALT: Salt = [5; 32];
/// The request that most tests dispute.
const ID: RequestId = 7;

fn origin(n: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(n))
}

/// `WORKER` says "wrong", a challenger says "right".
fn challenge() {
	open(ID, vec![claim(WORKER, Role::Worker, "wrong"), claim(CHALLENGER, Role::Challenger, "right")]);
}

fn dispute(id: RequestId) -> Dispute<Test> {
	Disputes::<Test>::get(id).expect("the dispute exists")
}

fn jurors(id: RequestId, tier: Tier) -> Vec<u8> {
	Juries::<Test>::get(id, tier).iter().map(|seat| number(&seat.juror)).collect()
}

/// Runs blocks until the dispute is in another phase, or in another tier, than now.
fn until(id: RequestId, wanted: impl Fn(&Dispute<Test>) -> bool) {
	for _ in 0..200 {
		if wanted(&dispute(id)) {
			return;
		}
		next_block();
	}
	panic!("it never came to that: {:?}", dispute(id).phase);
}

/// Runs until the jury of the present tier is complete and returns it.
fn seated(id: RequestId) -> Vec<u8> {
	until(id, |dispute| matches!(dispute.phase, Phase::Committing { .. }));
	jurors(id, dispute(id).tier)
}

fn inline(text: &str) -> Output {
	Payload::Inline(text.as_bytes().to_vec().try_into().unwrap())
}

/// The output that a juror has to show with a result.
fn needed(id: RequestId, digest: &ResultDigest, text: &str) -> Option<Output> {
	let claimed = dispute(id).case.claims.iter().any(|claim| claim.digest == *digest);
	(!claimed).then(|| inline(text))
}

/// Commitment of operator `n` to the result for the present tier.
fn bound(id: RequestId, n: u8, digest: &ResultDigest) -> Commitment {
	jury_commitment(genesis(), id, dispute(id).tier, &account(n), digest, &SALT)
}

/// Operator `n` commits to `commitment`, validly signed.
fn commit_call(id: RequestId, n: u8, commitment: Commitment) -> Call<Test> {
	let (tier, job, juror) = (dispute(id).tier, dispute(id).case.job, account(n));
	let message = jury_commit_message(genesis(), id, tier, job, &juror, commitment);
	let signature = worker_pair(n).sign(message.as_bytes());
	Call::commit { request: id, tier, juror, commitment, signature }
}

/// Operator `n` opens its commitment, validly signed.
fn reveal_call(id: RequestId, n: u8, digest: ResultDigest, output: Option<Output>) -> Call<Test> {
	let (tier, job, juror) = (dispute(id).tier, dispute(id).case.job, account(n));
	let commitment = bound(id, n, &digest);
	let message = jury_reveal_message(genesis(), id, tier, job, commitment, output.as_ref());
	let signature = worker_pair(n).sign(message.as_bytes());
	Call::reveal { request: id, tier, juror, digest, salt: SALT, output, signature }
}

fn commit(id: RequestId, n: u8, text: &str) {
	assert_ok!(submit(commit_call(id, n, bound(id, n, &result(text)))).expect("a valid commitment"));
}

fn reveal(id: RequestId, n: u8, text: &str) {
	let digest = result(text);
	let output = needed(id, &digest, text);
	assert_ok!(submit(reveal_call(id, n, digest, output)).expect("a valid reveal"));
}

/// What a juror does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
	Finds(&'static str),
	Withholds,
	Nothing,
}
use Says::{Finds, Nothing, Withholds};

/// Draws the jury of the present tier and lets it commit and reveal: juror number `i` of the tier does `says(i)`. Returns
/// the jury, when its tier is over.
fn play(id: RequestId, says: impl Fn(usize) -> Says) -> Vec<u8> {
	let jury = seated(id);
	let tier = dispute(id).tier;
	for (i, n) in jury.iter().enumerate() {
		match says(i) {
			Finds(text) => commit(id, *n, text),
			Withholds => commit(id, *n, "never shown"),
			Nothing => {}
		}
	}
	until(id, |dispute| !matches!(dispute.phase, Phase::Committing { .. }));
	for (i, n) in jury.iter().enumerate() {
		if let Finds(text) = says(i) {
			reveal(id, *n, text);
		}
	}
	until(id, |dispute| dispute.tier != tier || !matches!(dispute.phase, Phase::Revealing { .. }));
	jury
}

/// Runs until everybody is paid.
fn settle(id: RequestId) {
	until(id, |dispute| matches!(dispute.phase, Phase::Settled { .. }));
}

/// Runs until the verdict.
fn ruled(id: RequestId) {
	until(id, |dispute| dispute.is_ruled());
}

/// Two jurors say "wrong" and five "right", nobody appeals. Returns the jury.
fn settled() -> Vec<u8> {
	challenge();
	let jury = play(ID, |i| Finds(if i < 2 { "wrong" } else { "right" }));
	settle(ID);
	jury
}

/// `OTHER` pays for the next jury.
fn appeal(id: RequestId) {
	assert_ok!(Jurors::appeal(origin(OTHER), id, Balance::MAX));
	assert!(matches!(dispute(id).phase, Phase::Drawing { .. }));
}

/// A finding of the first jury that can be appealed.
fn decided() -> Vec<u8> {
	challenge();
	let jury = play(ID, |_| Finds("right"));
	assert!(matches!(dispute(ID).phase, Phase::Decided { .. }));
	jury
}

fn free(n: u8) -> Balance {
	Balances::balance(&account(n))
}

fn held(n: u8, reason: HoldReason) -> Balance {
	Balances::balance_on_hold(&reason.into(), &account(n))
}

fn bond(n: u8) -> Bond {
	TestOperators::get(&account(n)).expect("registered")
}

/// The last event of this pallet.
fn last_event() -> Event<Test> {
	events().pop().expect("an event was emitted")
}

fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}

/// Last block of the present phase.
fn deadline(id: RequestId) -> BlockNumber {
	match dispute(id).phase {
		Phase::Drawing { deadline, .. }
		| Phase::Committing { deadline, .. }
		| Phase::Revealing { deadline, .. }
		| Phase::Decided { deadline } => deadline,
		other => panic!("no deadline: {other:?}"),
	}
}

fn verdict(text: &str) -> Verdict {
	Verdict::Upheld { digest: result(text), output: None }
}
