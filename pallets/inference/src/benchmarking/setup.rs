//! What the benchmarks start with: operators, a version, and requests in every state, each as large as it may be.

use crate::*;
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance, Commitment, Execution, Hash, Outcome, Payload, RequestId, RequestState, ResultDigest,
	Salt, Security, VersionId, WorkerId,
	commitment::{CommitEntry, RevealEntry, commitment, output_hash},
	dispute::{Case, Claim, Role},
	job::{Input, MaxInlineInput, MaxInlineOutput, Output},
	request::{Answer, Challenge, QuorumSize},
	traits::{Models, Operators},
	worker::WorkerSignature,
};
use frame_benchmarking::{BenchmarkError, account};
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
use sp_runtime::{Permill, traits::Saturating, transaction_validity::InvalidTransaction};

pub(super) const MAX_INPUT: u32 = 16_384;
pub(super) const MAX_OUTPUT: u32 = 4_096;
pub(super) const MAX_SEATS: u32 = 7;
pub(super) const MAX_BATCH: u32 = 64;
pub(super) const SALT: Salt = [5; 32];

pub(super) fn fund<T: Config>(who: &AccountId, amount: Balance) {
	let reserve = T::Currency::minimum_balance().saturating_mul(1_000);
	let minted = T::Currency::mint_into(who, amount.saturating_add(reserve));
	assert!(minted.is_ok(), "{minted:?}");
}

pub(super) fn optimistic<T: Config>() -> Security {
	Security::Optimistic { window: T::MaxWindow::get() }
}

pub(super) fn input(bytes: u32) -> Input {
	assert_eq!(<MaxInlineInput as Get<u32>>::get(), MAX_INPUT);
	Payload::Inline(vec![7; bytes as usize].try_into().unwrap_or_default())
}

pub(super) fn output(bytes: u32) -> Output {
	assert_eq!(<MaxInlineOutput as Get<u32>>::get(), MAX_OUTPUT);
	Payload::Inline(vec![7; bytes as usize].try_into().unwrap_or_default())
}

pub(super) fn digest(bytes: u32) -> ResultDigest {
	ResultDigest {
		outcome: Outcome::Success,
		output_hash: output_hash(&vec![7; bytes as usize]),
		compute_units: 1,
	}
}

/// A result with the longest output.
pub(super) fn result() -> Execution {
	Execution { digest: digest(MAX_OUTPUT), output: output(MAX_OUTPUT) }
}

/// Another one, no shorter.
pub(super) fn other_result() -> Execution {
	let Execution { digest, output } = result();
	Execution { digest: ResultDigest { compute_units: 0, ..digest }, output }
}

/// A valid signature of a key from the keystore. Nobody can sign with the keys that operators of benchmarks have.
pub(super) struct Signed {
	key: WorkerId,
	message: Hash,
	signature: WorkerSignature,
}

impl Signed {
	pub(super) fn new() -> Result<Self, BenchmarkError> {
		let (key, message) = (WorkerId::generate_pair(None), Hash::repeat_byte(1));
		let signature = key.sign(&message).ok_or("no keystore")?;
		Ok(Self { key, message, signature })
	}

	/// What `authorize` does with a call that passes every check but that of its signature, and then what it would do
	/// with the signature of a key that can sign.
	pub(super) fn authorize<T: Config>(
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
pub(super) struct Actors {
	pub worker: AccountId,
	pub others: Vec<AccountId>,
	pub version: VersionId,
	pub requester: AccountId,
}

pub(super) fn actors<T: Config>(seats: u32) -> Result<Actors, BenchmarkError> {
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

fn ask<T: Config>(
	requester: &AccountId,
	version: VersionId,
	security: Security,
) -> Result<RequestId, BenchmarkError> {
	let id = NextRequest::<T>::get();
	let origin = RawOrigin::Signed(requester.clone()).into();
	Pallet::<T>::request(origin, version, input(MAX_INPUT), security, Balance::MAX, None, None)?;
	Ok(id)
}

impl Actors {
	pub(super) fn ask<T: Config>(&self, security: Security) -> Result<RequestId, BenchmarkError> {
		ask::<T>(&self.requester, self.version, security)
	}

	/// The seats of everybody, with stake locked for the request and as many other tasks as there may be.
	pub(super) fn engage<T: Config>(&self, id: RequestId) -> Result<Panel, BenchmarkError> {
		let request = stored::<T>(id)?;
		let mut panel = Panel::new();
		for worker in self.others.iter().chain([&self.worker]) {
			let others =
				(1..T::MaxOpenTasks::get()).map(|n| RequestId::MAX.saturating_sub(n.into())).collect();
			let open = BoundedVec::truncate_from(others);
			Workloads::<T>::insert(worker, Workload { open, capacity: None });
			if !Pallet::<T>::engage(id, &request, &panel, worker) {
				return Err("the worker cannot take the request".into());
			}
			push(&mut panel, self.seat(&request, worker, Answer::Waiting))?;
		}
		Ok(panel)
	}

	pub(super) fn seat<T: Config>(&self, request: &Request<T>, worker: &AccountId, answer: Answer) -> Seat {
		let stake = request.quote.worker_stake;
		Seat { worker: worker.clone(), role: Role::Worker, round: 0, stake, answer }
	}

	/// A request that a panel of all has to commit to.
	pub(super) fn assigned<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
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
	pub(super) fn last_to_commit<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = self.assigned::<T>()?;
		for other in &self.others {
			let committing = Pallet::<T>::check_commit(id, 0, other).map_err(|_| "it has a seat")?;
			Pallet::<T>::do_commit(id, other.clone(), Default::default(), committing);
		}
		Ok(id)
	}

	/// One that everybody has committed to, the worker to an output of `bytes` bytes.
	pub(super) fn committed<T: Config>(&self, bytes: u32) -> Result<RequestId, BenchmarkError> {
		let id = self.last_to_commit::<T>()?;
		include::<T>(self.commit_call::<T>(id, bytes)?)?;
		Requests::<T>::mutate_extant(id, |request| request.audit_rate = Permill::zero());
		Ok(id)
	}

	/// One that everybody but the worker has answered with `answers`, the worker being bound to an output of `bytes`.
	pub(super) fn last_to_reveal<T: Config>(
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
	pub(super) fn provisional<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = self.last_to_reveal::<T>(MAX_OUTPUT, &result())?;
		include::<T>(self.reveal_call::<T>(id, MAX_OUTPUT)?)?;
		Ok(id)
	}

	pub(super) fn commitment<T: Config>(&self, id: RequestId, bytes: u32) -> Commitment {
		commitment(Pallet::<T>::genesis(), id, 0, &self.worker, &digest(bytes), &SALT)
	}

	pub(super) fn commit_call<T: Config>(
		&self,
		id: RequestId,
		bytes: u32,
	) -> Result<Call<T>, BenchmarkError> {
		let (worker, commitment) = (self.worker.clone(), self.commitment::<T>(id, bytes));
		Ok(Call::commit { request: id, round: 0, worker, commitment, signature: Signed::new()?.signature })
	}

	pub(super) fn reveal_call<T: Config>(
		&self,
		id: RequestId,
		bytes: u32,
	) -> Result<Call<T>, BenchmarkError> {
		let (worker, digest, output) = (self.worker.clone(), digest(bytes), output(bytes));
		let signature = Signed::new()?.signature;
		Ok(Call::reveal { request: id, round: 0, worker, digest, salt: SALT, output, signature })
	}

	/// Requests that are the worker's alone. There may be more than it could have at a time.
	pub(super) fn many<T: Config>(&self, count: u32) -> Result<Vec<RequestId>, BenchmarkError> {
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

	pub(super) fn commit_many_call<T: Config>(
		&self,
		ids: &[RequestId],
		bytes: u32,
	) -> Result<Call<T>, BenchmarkError> {
		let mut entries = Vec::new();
		for id in ids {
			let (job, commitment) = (stored::<T>(*id)?.job, self.commitment::<T>(*id, bytes));
			entries.push(CommitEntry { request: *id, round: 0, job, commitment });
		}
		let (worker, entries) = (self.worker.clone(), BoundedVec::truncate_from(entries));
		Ok(Call::commit_many { worker, entries, signature: Signed::new()?.signature })
	}

	/// A batch of reveals that have `bytes` bytes together, and whose requests are committed to.
	pub(super) fn reveal_many_call<T: Config>(
		&self,
		count: u32,
		bytes: u32,
	) -> Result<Call<T>, BenchmarkError> {
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
	pub(super) fn to_be_audited<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = self.committed::<T>(0)?;
		let now = frame_system::Pallet::<T>::block_number();
		BlockSeeds::<T>::insert(now.saturating_add(1u32.into()), Some(Hash::repeat_byte(1)));
		Requests::<T>::mutate_extant(id, |request| {
			request.audit_rate = Permill::one();
			request.version = VersionId::MAX;
		});
		Ok(id)
	}
}

/// The request of a case, of a full panel with the longest outputs.
pub(crate) fn setup_disputed<T: Config>(case: &Case<AccountId, Balance>) {
	let disputed = dispute::<T>(case);
	assert!(disputed.is_ok(), "{disputed:?}");
}

fn dispute<T: Config>(case: &Case<AccountId, Balance>) -> Result<(), BenchmarkError> {
	let security = Security::Quorum(QuorumSize::Seven);
	let quote = Pallet::<T>::quote(case.version, security, None).map_err(|_| "the version has no price")?;
	fund::<T>(&case.requester, quote.escrow);
	NextRequest::<T>::put(case.request);
	let id = ask::<T>(&case.requester, case.version, security)?;
	let (mut panel, mut challenge) = (Panel::new(), None);
	for Claim { claimant, role, digest, at_risk } in case.claims.clone() {
		let execution = Execution { digest, output: output(MAX_OUTPUT) };
		if role == Role::Challenger {
			challenge = Some(Challenge { challenger: claimant, execution });
		} else {
			let answer = Answer::Revealed(execution);
			push(&mut panel, Seat { worker: claimant, role, round: 0, stake: at_risk, answer })?;
		}
	}
	Pallet::<T>::transition(id, stored::<T>(id)?, RequestState::Disputed { panel, challenge });
	Ok(())
}

pub(super) fn stored<T: Config>(id: RequestId) -> Result<Request<T>, BenchmarkError> {
	Requests::<T>::get(id).ok_or("the request was stored".into())
}

pub(super) fn push(panel: &mut Panel, seat: Seat) -> Result<(), BenchmarkError> {
	panel.try_push(seat).map_err(|_| "more seats than there may be".into())
}

pub(super) fn is<T: Config>(id: RequestId, state: impl FnOnce(&types::StateOf<T>) -> bool) -> bool {
	Requests::<T>::get(id).is_some_and(|request| state(&request.state))
}

/// Dispatches a call of a worker as a block does.
pub(super) fn include<T: Config>(call: Call<T>) -> Result<(), BenchmarkError> {
	use frame_support::traits::UnfilteredDispatchable;
	call.dispatch_bypass_filter(RawOrigin::Authorized.into()).map_err(|refused| refused.error)?;
	Ok(())
}

/// Makes the present block the one in which the request is due.
pub(super) fn wait<T: Config>(id: RequestId) -> Result<(), BenchmarkError> {
	let request = stored::<T>(id)?;
	let by_state: Option<BlockNumberFor<T>> = Pallet::<T>::due(&request.state, request.changed_at);
	let due = if request.is_settled() { request.due } else { by_state };
	frame_system::Pallet::<T>::set_block_number(due.ok_or("it waits for the time")?);
	Ok(())
}
