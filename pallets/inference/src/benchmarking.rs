//! Benchmarks of every call and of every piece of work that the hooks do, each at its worst.

use super::*;
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance, Commitment, Execution, Hash, Outcome, Payload, RequestId, RequestState, ResultDigest,
	Salt, Security, VersionId, WorkerId,
	commitment::{CommitEntry, RevealEntry, commitment, output_hash},
	dispute::Role,
	job::{Input, MaxInlineInput, MaxInlineOutput, Output},
	request::{Answer, QuorumSize},
	traits::{Arbitration, Models, Operators},
	worker::WorkerSignature,
};
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	dispatch::RawOrigin,
	pallet_prelude::TransactionSource,
	traits::{
		Authorize, Get,
		fungible::{Inspect, Mutate},
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{Permill, transaction_validity::InvalidTransaction};

const MAX_INPUT: u32 = 16_384;
const MAX_OUTPUT: u32 = 4_096;
const MAX_SEATS: u32 = 7;
const MAX_BATCH: u32 = 64;
const SALT: Salt = [5; 32];

fn fund<T: Config>(who: &AccountId, amount: Balance) {
	let reserve = T::Currency::minimum_balance().saturating_mul(1_000);
	let minted = T::Currency::mint_into(who, amount.saturating_add(reserve));
	assert!(minted.is_ok(), "{minted:?}");
}

fn optimistic<T: Config>() -> Security {
	Security::Optimistic { window: T::MaxWindow::get() }
}

fn input(bytes: u32) -> Input {
	assert_eq!(<MaxInlineInput as Get<u32>>::get(), MAX_INPUT);
	Payload::Inline(vec![7; bytes as usize].try_into().unwrap_or_default())
}

fn output(bytes: u32) -> Output {
	assert_eq!(<MaxInlineOutput as Get<u32>>::get(), MAX_OUTPUT);
	Payload::Inline(vec![7; bytes as usize].try_into().unwrap_or_default())
}

fn digest(bytes: u32) -> ResultDigest {
	ResultDigest {
		outcome: Outcome::Success,
		output_hash: output_hash(&vec![7; bytes as usize]),
		compute_units: 1,
	}
}

/// A result with the longest output.
fn result() -> Execution {
	Execution { digest: digest(MAX_OUTPUT), output: output(MAX_OUTPUT) }
}

/// Another one, no shorter.
fn other_result() -> Execution {
	let Execution { digest, output } = result();
	Execution { digest: ResultDigest { compute_units: 0, ..digest }, output }
}

/// A valid signature of a key from the keystore. Nobody can sign with the keys that operators of benchmarks have.
struct Signed {
	key: WorkerId,
	message: Hash,
	signature: WorkerSignature,
}

impl Signed {
	fn new() -> Result<Self, BenchmarkError> {
		let (key, message) = (WorkerId::generate_pair(None), Hash::repeat_byte(1));
		let signature = key.sign(&message).ok_or("no keystore")?;
		Ok(Self { key, message, signature })
	}

	/// What `authorize` does with a call that passes every check but that of its signature, and then what it would do
	/// with the signature of a key that can sign.
	fn authorize<T: Config>(
		&self,
		call: &<T as frame_system::Config>::RuntimeCall,
	) -> Result<(), BenchmarkError> {
		let authorized = call.authorize(TransactionSource::InBlock).ok_or("no authorize function")?;
		let refused_last = authorized.is_err_and(|error| error == InvalidTransaction::BadProof.into());
		if refused_last && self.key.verify(&self.message, &self.signature) {
			Ok(())
		} else {
			Err("not everything was checked".into())
		}
	}
}

/// A worker, the version that only it serves with any weight, others to fill a panel, and a funded requester.
struct Actors {
	worker: AccountId,
	others: Vec<AccountId>,
	version: VersionId,
	requester: AccountId,
}

fn actors<T: Config>(seats: u32) -> Result<Actors, BenchmarkError> {
	let worker = T::Operators::setup_operator(1);
	let others = (1..seats).map(|n| T::Operators::setup_operator(n.saturating_add(1))).collect();
	let version = T::Models::setup_server(&worker);
	let security = Security::Quorum(QuorumSize::Seven);
	let quote = Pallet::<T>::quote(version, security, None).map_err(|_| "the version has no price")?;
	let requester: AccountId = account("requester", 0, 0);
	fund::<T>(&requester, quote.escrow.saturating_mul(2 * u128::from(MAX_BATCH)));
	for pot in [T::TreasuryAccount::get(), T::AuditPot::get(), T::Operators::pot()] {
		fund::<T>(&pot, 0);
	}
	Ok(Actors { worker, others, version, requester })
}

impl Actors {
	fn ask<T: Config>(&self, security: Security) -> Result<RequestId, BenchmarkError> {
		let id = NextRequest::<T>::get();
		Pallet::<T>::request(
			RawOrigin::Signed(self.requester.clone()).into(),
			self.version,
			input(MAX_INPUT),
			security,
			Balance::MAX,
			None,
			None,
		)?;
		Ok(id)
	}

	/// The seats of everybody, with stake locked for the request and as many other tasks as there may be.
	fn engage<T: Config>(&self, id: RequestId) -> Result<Panel, BenchmarkError> {
		let request = stored::<T>(id)?;
		let mut panel = Panel::new();
		for worker in self.others.iter().chain([&self.worker]) {
			let others = (1..T::MaxOpenTasks::get()).map(|n| RequestId::MAX - u64::from(n)).collect();
			let open = BoundedVec::truncate_from(others);
			Workloads::<T>::insert(worker, Workload { open, capacity: None });
			if !Pallet::<T>::engage(id, &request, &panel, worker) {
				return Err("the worker cannot take the request".into());
			}
			push(&mut panel, self.seat(&request, worker, Answer::Waiting))?;
		}
		Ok(panel)
	}

	fn seat<T: Config>(&self, request: &Request<T>, worker: &AccountId, answer: Answer) -> Seat {
		let stake = request.quote.worker_stake;
		Seat { worker: worker.clone(), role: Role::Worker, round: 0, stake, answer }
	}

	/// A request that a panel of all has to commit to.
	fn assigned<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let security = match self.others.len() {
			0 => optimistic::<T>(),
			_ => Security::Quorum(QuorumSize::Seven),
		};
		let id = self.ask::<T>(security)?;
		let panel = self.engage::<T>(id)?;
		let now = frame_system::Pallet::<T>::block_number();
		Pallet::<T>::assign(id, stored::<T>(id)?, panel, now);
		Ok(id)
	}

	/// One that only the worker has not committed to.
	fn last_to_commit<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = self.assigned::<T>()?;
		for other in &self.others {
			let committing = Pallet::<T>::check_commit(id, 0, other).map_err(|_| "it has a seat")?;
			Pallet::<T>::do_commit(id, other.clone(), Default::default(), committing);
		}
		Ok(id)
	}

	/// One that everybody has committed to, the worker to an output of `bytes` bytes.
	fn committed<T: Config>(&self, bytes: u32) -> Result<RequestId, BenchmarkError> {
		let id = self.last_to_commit::<T>()?;
		include::<T>(self.commit_call::<T>(id, bytes)?)?;
		Requests::<T>::mutate_extant(id, |request| request.audit_rate = Permill::zero());
		Ok(id)
	}

	/// One that everybody but the worker has answered with `answers`, the worker being bound to an output of `bytes`.
	fn last_to_reveal<T: Config>(
		&self,
		bytes: u32,
		answers: &Execution,
	) -> Result<RequestId, BenchmarkError> {
		let id = self.committed::<T>(bytes)?;
		Requests::<T>::mutate_extant(id, |request| {
			if let RequestState::Committed { panel, .. } = &mut request.state {
				for seat in panel.iter_mut().filter(|seat| seat.worker != self.worker) {
					seat.answer = Answer::Revealed(answers.clone());
				}
			}
		});
		Ok(id)
	}

	/// One that everybody has answered with the longest output.
	fn provisional<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = self.last_to_reveal::<T>(MAX_OUTPUT, &result())?;
		include::<T>(self.reveal_call::<T>(id, MAX_OUTPUT)?)?;
		Ok(id)
	}

	fn commitment<T: Config>(&self, id: RequestId, bytes: u32) -> Commitment {
		commitment(Pallet::<T>::genesis(), id, 0, &self.worker, &digest(bytes), &SALT)
	}

	fn commit_call<T: Config>(&self, id: RequestId, bytes: u32) -> Result<Call<T>, BenchmarkError> {
		let (worker, commitment) = (self.worker.clone(), self.commitment::<T>(id, bytes));
		Ok(Call::commit { request: id, round: 0, worker, commitment, signature: Signed::new()?.signature })
	}

	fn reveal_call<T: Config>(&self, id: RequestId, bytes: u32) -> Result<Call<T>, BenchmarkError> {
		let (worker, digest, output) = (self.worker.clone(), digest(bytes), output(bytes));
		let signature = Signed::new()?.signature;
		Ok(Call::reveal { request: id, round: 0, worker, digest, salt: SALT, output, signature })
	}

	/// Requests that are the worker's alone. There may be more than it could have at a time.
	fn many<T: Config>(&self, count: u32) -> Result<Vec<RequestId>, BenchmarkError> {
		let now = frame_system::Pallet::<T>::block_number();
		let mut ids = Vec::new();
		for _ in 0..count {
			let id = self.ask::<T>(optimistic::<T>())?;
			let request = stored::<T>(id)?;
			let mut panel = Panel::new();
			push(&mut panel, self.seat(&request, &self.worker, Answer::Waiting))?;
			Pallet::<T>::assign(id, request, panel, now);
			ids.push(id);
		}
		let open = BoundedVec::truncate_from(ids.clone());
		Workloads::<T>::insert(&self.worker, Workload { open, capacity: None });
		Ok(ids)
	}

	fn commit_many_call<T: Config>(&self, ids: &[RequestId], bytes: u32) -> Result<Call<T>, BenchmarkError> {
		let mut entries = Vec::new();
		for id in ids {
			let (job, commitment) = (stored::<T>(*id)?.job, self.commitment::<T>(*id, bytes));
			entries.push(CommitEntry { request: *id, round: 0, job, commitment });
		}
		let (worker, entries) = (self.worker.clone(), BoundedVec::truncate_from(entries));
		Ok(Call::commit_many { worker, entries, signature: Signed::new()?.signature })
	}

	/// A batch of reveals that have `bytes` bytes together, and whose requests are committed to.
	fn reveal_many_call<T: Config>(&self, count: u32, bytes: u32) -> Result<Call<T>, BenchmarkError> {
		let each = bytes.checked_div(count).unwrap_or_default().min(MAX_OUTPUT);
		let ids = self.many::<T>(count)?;
		include::<T>(self.commit_many_call::<T>(&ids, each)?)?;
		let mut entries = Vec::new();
		for id in ids {
			Requests::<T>::mutate_extant(id, |request| request.audit_rate = Permill::zero());
			let (job, digest, output) = (stored::<T>(id)?.job, digest(each), output(each));
			entries.push(RevealEntry { request: id, round: 0, job, digest, salt: SALT, output });
		}
		let (worker, entries) = (self.worker.clone(), BoundedVec::truncate_from(entries));
		Ok(Call::reveal_many { worker, entries, signature: Signed::new()?.signature })
	}

	/// A request whose commitment is audited, and whose version nobody serves: no draw finds anybody.
	fn to_be_audited<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = self.committed::<T>(0)?;
		let now = frame_system::Pallet::<T>::block_number();
		BlockSeeds::<T>::insert(now + 1u32.into(), Some(Hash::repeat_byte(1)));
		Requests::<T>::mutate_extant(id, |request| {
			request.audit_rate = Permill::one();
			request.version = VersionId::MAX;
		});
		Ok(id)
	}
}

fn stored<T: Config>(id: RequestId) -> Result<Request<T>, BenchmarkError> {
	Requests::<T>::get(id).ok_or("the request was stored".into())
}

fn push(panel: &mut Panel, seat: Seat) -> Result<(), BenchmarkError> {
	panel.try_push(seat).map_err(|_| "more seats than there may be".into())
}

fn is<T: Config>(id: RequestId, state: impl FnOnce(&types::StateOf<T>) -> bool) -> bool {
	Requests::<T>::get(id).is_some_and(|request| state(&request.state))
}

/// Dispatches a call of a worker as a block does.
fn include<T: Config>(call: Call<T>) -> Result<(), BenchmarkError> {
	use frame_support::traits::UnfilteredDispatchable;
	call.dispatch_bypass_filter(RawOrigin::Authorized.into()).map_err(|refused| refused.error)?;
	Ok(())
}

/// Makes the present block the one in which the request is due.
fn wait<T: Config>(id: RequestId) -> Result<(), BenchmarkError> {
	let request = stored::<T>(id)?;
	let by_state: Option<BlockNumberFor<T>> = Pallet::<T>::due(&request.state, request.changed_at);
	let due = if request.is_settled() { request.due } else { by_state };
	frame_system::Pallet::<T>::set_block_number(due.ok_or("it waits for the time")?);
	Ok(())
}

#[benchmarks(where <T as frame_system::Config>::RuntimeCall: From<Call<T>>)]
#[allow(clippy::arithmetic_side_effects)]
mod benchmarks {
	use super::*;

	/// What every block does, whatever there is to do.
	#[benchmark]
	fn begin_block() {
		let now: BlockNumberFor<T> = (2 * audit::KEPT).into();
		BlockSeeds::<T>::insert(now - (audit::KEPT + 1).into(), Some(Hash::repeat_byte(1)));
		RequestedCompute::<T>::put(u64::MAX);
		UnitPrice::<T>::put(T::UnitPriceFloor::get().saturating_add(1_000));

		#[block]
		{
			Pallet::<T>::adjust_unit_price();
			Pallet::<T>::note_randomness(Some(Hash::repeat_byte(2)), now);
		}

		assert_eq!(BlockSeeds::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn request(i: Linear<0, MAX_INPUT>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let quote = Pallet::<T>::quote(actors.version, optimistic::<T>(), None).map_err(|_| "no price")?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(actors.requester.clone()),
			actors.version,
			input(i),
			optimistic::<T>(),
			Balance::MAX,
			None,
			Some(quote.worker_stake),
		);

		assert!(Requests::<T>::contains_key(0));
		Ok(())
	}

	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let id = actors.last_to_commit::<T>()?;
		let call = actors.commit_call::<T>(id, 0)?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert!(is::<T>(id, |state| matches!(state, RequestState::Committed { .. })));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let id = actors.last_to_commit::<T>()?;
		let call = actors.commit_call::<T>(id, 0)?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn commit_many(n: Linear<1, MAX_BATCH>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let ids = actors.many::<T>(n)?;
		let call = actors.commit_many_call::<T>(&ids, 0)?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert!(is::<T>(u64::from(n) - 1, |state| matches!(state, RequestState::Committed { .. })));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit_many(n: Linear<1, MAX_BATCH>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let ids = actors.many::<T>(n)?;
		let call = actors.commit_many_call::<T>(&ids, 0)?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn reveal(o: Linear<0, MAX_OUTPUT>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let same = Execution { digest: digest(o), output: output(o) };
		let id = actors.last_to_reveal::<T>(o, &same)?;
		let call = actors.reveal_call::<T>(id, o)?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert!(is::<T>(id, |state| matches!(state, RequestState::Provisional { .. })));
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal(o: Linear<0, MAX_OUTPUT>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let id = actors.last_to_reveal::<T>(o, &result())?;
		let call = actors.reveal_call::<T>(id, o)?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn reveal_many(
		n: Linear<1, MAX_BATCH>,
		o: Linear<0, { MAX_BATCH * MAX_OUTPUT }>,
	) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let call = actors.reveal_many_call::<T>(n, o)?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert!(is::<T>(u64::from(n) - 1, |state| matches!(state, RequestState::Provisional { .. })));
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal_many(
		n: Linear<1, MAX_BATCH>,
		o: Linear<0, { MAX_BATCH * MAX_OUTPUT }>,
	) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let call = actors.reveal_many_call::<T>(n, o)?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	/// Everything about the begin of an audit but the draws.
	#[benchmark]
	fn begin_audit() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let id = actors.to_be_audited::<T>()?;

		#[block]
		{
			include::<T>(Call::begin_audit { request: id })?;
		}

		assert!(stored::<T>(id)?.audited);
		Ok(())
	}

	#[benchmark]
	fn authorize_begin_audit() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let id = actors.to_be_audited::<T>()?;
		let call: <T as frame_system::Config>::RuntimeCall = Call::<T>::begin_audit { request: id }.into();
		let valid;

		#[block]
		{
			valid = call.authorize(TransactionSource::InBlock).is_some_and(|checked| checked.is_ok());
		}

		assert!(valid);
		Ok(())
	}

	/// The largest panel is not of one mind.
	#[benchmark]
	fn open_dispute() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let id = actors.last_to_reveal::<T>(MAX_OUTPUT, &other_result())?;
		let record = stored::<T>(id)?;
		let mut panel = Panel::truncate_from(record.locked().to_vec());
		for seat in panel.iter_mut().filter(|seat| seat.worker == actors.worker) {
			seat.answer = Answer::Revealed(result());
		}

		#[block]
		{
			Pallet::<T>::dispute(id, record, panel);
		}

		assert!(is::<T>(id, |state| matches!(state, RequestState::Disputed { .. })));
		Ok(())
	}

	/// Against the largest panel.
	#[benchmark]
	fn challenge(o: Linear<0, MAX_OUTPUT>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let id = actors.provisional::<T>()?;
		let challenger: AccountId = account("challenger", 0, 0);
		let fee = math::execution_fee(&stored::<T>(id)?.quote);
		fund::<T>(&challenger, T::Arbitration::challenge_bond(fee));
		let other = ResultDigest { compute_units: 0, ..digest(o) };

		#[extrinsic_call]
		_(RawOrigin::Signed(challenger), id, other, output(o), Balance::MAX);

		assert!(is::<T>(id, |state| matches!(state, RequestState::Disputed { .. })));
		Ok(())
	}

	#[benchmark]
	fn set_capacity() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let most = T::MaxOpenTasks::get();
		let open = BoundedVec::truncate_from((0..u64::from(most)).collect());
		Workloads::<T>::insert(&actors.worker, Workload { open, capacity: None });

		#[extrinsic_call]
		_(RawOrigin::Signed(actors.worker.clone()), 0);

		assert_eq!(Pallet::<T>::workload(&actors.worker), (most, 0));
		Ok(())
	}

	/// Payments to all, a refund and a release of stake, with the longest outputs.
	#[benchmark]
	fn finalise(s: Linear<1, MAX_SEATS>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(s)?;
		let id = actors.provisional::<T>()?;
		wait::<T>(id)?;

		#[extrinsic_call]
		advance(RawOrigin::Signed(actors.requester), id);

		assert!(is::<T>(id, |state| matches!(state, RequestState::Final { .. })));
		Ok(())
	}

	/// Slashes with compensation, and a refund since nobody is left.
	#[benchmark]
	fn miss(s: Linear<1, MAX_SEATS>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>(s)?;
		let id = actors.committed::<T>(MAX_OUTPUT)?;
		Requests::<T>::mutate_extant(id, |record| {
			record.failed = BoundedVec::truncate_from(vec![account("late", 0, 0), account("late", 1, 0)]);
		});
		wait::<T>(id)?;

		#[extrinsic_call]
		advance(RawOrigin::Signed(actors.requester), id);

		assert!(is::<T>(id, |state| *state == RequestState::Expired));
		Ok(())
	}

	#[benchmark]
	fn prune() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let id = actors.provisional::<T>()?;
		wait::<T>(id)?;
		Pallet::<T>::advance(RawOrigin::Signed(actors.requester.clone()).into(), id)
			.map_err(|refused| refused.error)?;
		wait::<T>(id)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(actors.requester), id);

		assert!(!Requests::<T>::contains_key(id));
		Ok(())
	}

	/// A pending request goes to the largest panel, whose seats are drawn.
	#[benchmark]
	fn assign() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(MAX_SEATS)?;
		let id = actors.ask::<T>(Security::Quorum(QuorumSize::Seven))?;
		let panel = actors.engage::<T>(id)?;
		let now = frame_system::Pallet::<T>::block_number();

		#[block]
		{
			Pallet::<T>::assign(id, stored::<T>(id)?, panel, now);
		}

		assert!(is::<T>(id, |state| matches!(state, RequestState::Assigned { .. })));
		Ok(())
	}

	/// One draw, of an operator that can take the request.
	#[benchmark]
	fn draw_seat() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let id = actors.ask::<T>(optimistic::<T>())?;
		let record = stored::<T>(id)?;
		let taken;

		#[block]
		{
			let candidate = T::Models::draw(record.version, 1).ok_or("somebody serves the version")?;
			taken = Pallet::<T>::engage(id, &record, &[], &candidate);
		}

		assert!(taken);
		Ok(())
	}

	/// One draw, of an operator that turns out to have too little free stake.
	#[benchmark]
	fn try_candidate() -> Result<(), BenchmarkError> {
		let actors = actors::<T>(1)?;
		let id = actors.ask::<T>(optimistic::<T>())?;
		let mut record = stored::<T>(id)?;
		record.quote.worker_stake = Balance::MAX;
		let taken;

		#[block]
		{
			let candidate = T::Models::draw(record.version, 1).ok_or("somebody serves the version")?;
			taken = Pallet::<T>::engage(id, &record, &[], &candidate);
		}

		assert!(!taken);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::Builder::build_for_benchmarks(), crate::mock::Test);
}
