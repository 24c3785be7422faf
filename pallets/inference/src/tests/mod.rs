//! One file per call or scenario; `invariants` breaks storage by hand, `random` mixes everything.

mod audit;
mod authorize;
mod batch;
mod capacity;
mod challenge;
mod commit;
mod cost;
mod deadlines;
mod dispute;
mod draw;
mod finalise;
mod insurance;
mod invariants;
mod money;
mod offchain;
mod price;
mod pruning;
mod queries;
mod quorum;
mod random;
mod request;
mod reveal;

use crate::{Call, Error, Event, HoldReason, Requests, mock::*};
use assay_primitives::{
	Balance, BlockNumber, Commitment, Execution, JobId, Outcome, Payload, QuorumSize, RequestId,
	RequestState, ResultDigest, Round, Salt, Security, VersionId,
	commitment::{
		CommitEntry, RevealEntry, commit_message, commitment, commits_message, output_hash, reveal_message,
		reveals_message,
	},
	dispute::Role,
	job::{Input, Output},
	request::Answer,
};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchResult,
	traits::fungible::{Inspect, InspectHold},
};
use sp_core::Pair;

const SALT: Salt = [5; 32];
const WINDOW: u32 = 20;
/// Compute units of [`digest`].
const UNITS: u64 = 600;

fn origin(n: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(n))
}

fn input() -> Input {
	Payload::Inline(vec![1, 2, 3].try_into().unwrap())
}

fn security() -> Security {
	Security::Optimistic { window: WINDOW }
}

fn request(n: u8, version: VersionId, max_fee: Balance) -> DispatchResult {
	Inference::request(origin(n), version, input(), security(), max_fee, None, None)
}

/// `REQUESTER` asks `VERSION`.
fn ask() -> RequestId {
	let id = crate::NextRequest::<Test>::get();
	assert_ok!(request(REQUESTER, VERSION, Balance::MAX));
	id
}

/// Runs until a worker is drawn and returns its number.
fn assigned(id: RequestId) -> u8 {
	for _ in 0..PENDING_PERIOD {
		if let RequestState::Assigned { panel, .. } = state(id) {
			return number(&panel[0].worker);
		}
		next_block();
	}
	panic!("nobody was drawn for request {id}");
}

/// Numbers of everybody on the panel of a request.
fn panel(id: RequestId) -> Vec<u8> {
	state(id).panel().iter().map(|seat| number(&seat.worker)).collect()
}

/// Asks for a quorum of three and runs until it is drawn.
fn quorum() -> (RequestId, Vec<u8>) {
	quorum_of(QuorumSize::Three)
}

fn quorum_of(size: QuorumSize) -> (RequestId, Vec<u8>) {
	let id = crate::NextRequest::<Test>::get();
	let security = Security::Quorum(size);
	assert_ok!(Inference::request(origin(REQUESTER), VERSION, input(), security, Balance::MAX, None, None));
	assigned(id);
	(id, panel(id))
}

/// Another result than [`digest`], with its output.
fn lie() -> Execution {
	let digest = ResultDigest { output_hash: output_hash(b"eight"), ..digest() };
	Execution { digest, output: inline(b"eight") }
}

/// Operator `n` commits to `execution`.
fn commit_to(id: RequestId, n: u8, execution: &Execution) {
	let call = commit_call(id, n, bound(id, n, &execution.digest));
	assert_ok!(submit(call).expect("a valid commitment"));
}

/// Operator `n` reveals `execution`.
fn reveal_as(id: RequestId, n: u8, execution: &Execution) {
	let call = reveal_call(id, n, execution.digest, execution.output.clone());
	assert_ok!(submit(call).expect("a valid reveal"));
}

/// The answer of a request that has one.
fn answer(id: RequestId) -> Execution {
	state(id).answer().expect("there is an answer")
}

fn honest() -> Execution {
	Execution { digest: digest(), output: output() }
}

fn output() -> Output {
	inline(b"seven")
}

fn inline(bytes: &[u8]) -> Output {
	Payload::Inline(bytes.to_vec().try_into().unwrap())
}

fn digest() -> ResultDigest {
	ResultDigest { outcome: Outcome::Success, output_hash: output_hash(b"seven"), compute_units: UNITS }
}

fn stored(id: RequestId) -> crate::Request<Test> {
	Requests::<Test>::get(id).expect("the request exists")
}

fn round(id: RequestId) -> Round {
	stored(id).round()
}

/// The round in which operator `n` was drawn.
fn round_of(id: RequestId, n: u8) -> Round {
	let seat = stored(id).state.panel().iter().find(|seat| seat.worker == account(n)).map(|seat| seat.round);
	seat.unwrap_or(round(id))
}

fn job(id: RequestId) -> JobId {
	stored(id).job
}

/// Commitment of operator `n` to `digest` for its round.
fn bound(id: RequestId, n: u8, digest: &ResultDigest) -> Commitment {
	commitment(genesis(), id, round_of(id, n), &account(n), digest, &SALT)
}

/// Operator `n` commits to `commitment`, validly signed.
fn commit_call(id: RequestId, n: u8, commitment: Commitment) -> Call<Test> {
	let worker = account(n);
	let round = round_of(id, n);
	let message = commit_message(genesis(), id, round, job(id), &worker, commitment);
	let signature = worker_pair(n).sign(message.as_bytes());
	Call::commit { request: id, round, worker, commitment, signature }
}

/// Operator `n` opens its commitment, validly signed.
fn reveal_call(id: RequestId, n: u8, digest: ResultDigest, output: Output) -> Call<Test> {
	let worker = account(n);
	let round = round_of(id, n);
	let message = reveal_message(genesis(), id, round, job(id), bound(id, n, &digest), &output);
	let signature = worker_pair(n).sign(message.as_bytes());
	Call::reveal { request: id, round, worker, digest, salt: SALT, output, signature }
}

/// Operator `n` commits to these results in one transaction, validly signed.
fn commit_many_call(n: u8, results: &[(RequestId, Execution)]) -> Call<Test> {
	let worker = account(n);
	let entry = |(id, execution): &(RequestId, Execution)| CommitEntry {
		request: *id,
		round: round_of(*id, n),
		job: job(*id),
		commitment: bound(*id, n, &execution.digest),
	};
	let entries: Vec<_> = results.iter().map(entry).collect();
	let signature = worker_pair(n).sign(commits_message(genesis(), &worker, &entries).as_bytes());
	Call::commit_many { worker, entries: entries.try_into().expect("a batch"), signature }
}

/// Operator `n` reveals these results in one transaction, validly signed.
fn reveal_many_call(n: u8, results: &[(RequestId, Execution)]) -> Call<Test> {
	let worker = account(n);
	let entry = |(id, execution): &(RequestId, Execution)| RevealEntry {
		request: *id,
		round: round_of(*id, n),
		job: job(*id),
		digest: execution.digest,
		salt: SALT,
		output: execution.output.clone(),
	};
	let entries: Vec<_> = results.iter().map(entry).collect();
	let signature = worker_pair(n).sign(reveals_message(genesis(), &worker, &entries).as_bytes());
	Call::reveal_many { worker, entries: entries.try_into().expect("a batch"), signature }
}

/// Operator `n` commits to [`digest`].
fn commit(id: RequestId, n: u8) {
	let call = commit_call(id, n, bound(id, n, &digest()));
	assert_ok!(submit(call).expect("a valid commitment"));
}

/// Operator `n` reveals [`digest`] and [`output`].
fn reveal(id: RequestId, n: u8) {
	assert_ok!(submit(reveal_call(id, n, digest(), output())).expect("a valid reveal"));
}

/// A request whose drawn worker has committed to [`digest`].
fn committed() -> (RequestId, u8) {
	let id = ask();
	let worker = assigned(id);
	commit(id, worker);
	(id, worker)
}

/// A request that was answered with [`digest`].
fn provisional() -> (RequestId, u8) {
	let (id, worker) = committed();
	reveal(id, worker);
	(id, worker)
}

/// A request whose answer is final.
fn finalised() -> (RequestId, u8) {
	let (id, worker) = provisional();
	run_to(System::block_number() + WINDOW);
	assert!(matches!(state(id), RequestState::Final { .. }));
	(id, worker)
}

fn free(n: u8) -> Balance {
	Balances::balance(&account(n))
}

fn escrowed(n: u8) -> Balance {
	Balances::balance_on_hold(&HoldReason::Escrow.into(), &account(n))
}

/// What an operator without delegators can spend or has bonded: fees are added to its bond.
fn wealth(n: u8) -> Balance {
	free(n) + operator(n).active
}

/// What the tests look at of an operator.
struct Bond {
	active: Balance,
	locked: Balance,
	missed: u32,
}

fn operator(n: u8) -> Bond {
	let operator = pallet_operators::Ledger::<Test>::get(account(n)).expect("registered");
	Bond { active: operator.active.stake, locked: operator.locked, missed: operator.misses.total }
}

/// Last block of the present state in which its submission may be included.
fn deadline(id: RequestId) -> BlockNumber {
	match state(id) {
		RequestState::Pending { deadline, .. }
		| RequestState::Assigned { deadline, .. }
		| RequestState::Committed { deadline, .. } => deadline,
		other => panic!("no deadline: {other:?}"),
	}
}

/// The last event of this pallet.
fn last_event() -> Event<Test> {
	System::read_events_for_pallet::<Event<Test>>().pop().expect("an event was emitted")
}
