//! Benchmarks of every call and of every piece of work that the hooks do, each at its worst.

use super::*;
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance, Commitment, Hash, Outcome, Payload, RequestId, RequestState, ResultDigest, Salt,
	Security, VersionId, WorkerId,
	commitment::{commitment, output_hash},
	job::{Input, MaxInlineInput, MaxInlineOutput, Output},
	traits::{Models, Operators},
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
use sp_runtime::transaction_validity::InvalidTransaction;

const MAX_INPUT: u32 = 16_384;
const MAX_OUTPUT: u32 = 4_096;
const SALT: Salt = [5; 32];

fn fund<T: Config>(who: &AccountId, amount: Balance) {
	let reserve = T::Currency::minimum_balance().saturating_mul(1_000);
	let minted = T::Currency::mint_into(who, amount.saturating_add(reserve));
	assert!(minted.is_ok(), "{minted:?}");
}

fn security<T: Config>() -> Security {
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

/// A worker, the version that only it serves, and a funded requester.
struct Actors {
	worker: AccountId,
	version: VersionId,
	requester: AccountId,
}

fn actors<T: Config>() -> Result<Actors, BenchmarkError> {
	let worker = T::Operators::setup_operator(1);
	let version = T::Models::setup_server(&worker);
	let quote = Pallet::<T>::quote(version, security::<T>()).map_err(|_| "the version has no price")?;
	let requester: AccountId = account("requester", 0, 0);
	fund::<T>(&requester, quote.escrow.saturating_mul(4));
	fund::<T>(&T::TreasuryAccount::get(), 0);
	Ok(Actors { worker, version, requester })
}

impl Actors {
	fn ask<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = NextRequest::<T>::get();
		Pallet::<T>::request(
			RawOrigin::Signed(self.requester.clone()).into(),
			self.version,
			input(MAX_INPUT),
			security::<T>(),
			Balance::MAX,
			None,
		)?;
		Ok(id)
	}

	/// A request that the worker has to commit to, among as many others as it may have.
	fn assigned<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let others: Vec<RequestId> =
			(1..T::MaxOpenTasks::get()).map(|n| RequestId::MAX - u64::from(n)).collect();
		let others = BoundedVec::try_from(others).map_err(|_| "more tasks than there may be")?;
		Duties::<T>::insert(&self.worker, others);
		let id = self.ask::<T>()?;
		let request = Requests::<T>::get(id).ok_or("the request was stored")?;
		if !Pallet::<T>::engage(&request, &self.worker) {
			return Err("the worker cannot take the request".into());
		}
		Pallet::<T>::assign(id, request, self.worker.clone(), frame_system::Pallet::<T>::block_number());
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

	/// A request whose worker is bound to an output of `bytes` bytes.
	fn committed<T: Config>(&self, bytes: u32) -> Result<RequestId, BenchmarkError> {
		let id = self.assigned::<T>()?;
		include::<T>(self.commit_call::<T>(id, bytes)?)?;
		Ok(id)
	}

	/// A request that was answered with the longest output.
	fn provisional<T: Config>(&self) -> Result<RequestId, BenchmarkError> {
		let id = self.committed::<T>(MAX_OUTPUT)?;
		include::<T>(self.reveal_call::<T>(id, MAX_OUTPUT)?)?;
		Ok(id)
	}
}

/// Dispatches a call of a worker as a block does.
fn include<T: Config>(call: Call<T>) -> Result<(), BenchmarkError> {
	use frame_support::traits::UnfilteredDispatchable;
	call.dispatch_bypass_filter(RawOrigin::Authorized.into()).map_err(|refused| refused.error)?;
	Ok(())
}

/// Makes the present block the one in which the request is due.
fn wait<T: Config>(id: RequestId) -> Result<(), BenchmarkError> {
	let due: BlockNumberFor<T> = Requests::<T>::get(id).ok_or("the request was stored")?.due;
	frame_system::Pallet::<T>::set_block_number(due);
	Ok(())
}

#[benchmarks(where <T as frame_system::Config>::RuntimeCall: From<Call<T>>)]
#[allow(clippy::arithmetic_side_effects)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn request(i: Linear<0, MAX_INPUT>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(actors.requester.clone()),
			actors.version,
			input(i),
			security::<T>(),
			Balance::MAX,
			None,
		);

		assert!(Requests::<T>::contains_key(0));
		Ok(())
	}

	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.assigned::<T>()?;
		let call = actors.commit_call::<T>(id, 0)?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert!(Requests::<T>::get(id).is_some_and(|r| matches!(r.state, RequestState::Committed { .. })));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.assigned::<T>()?;
		let call = actors.commit_call::<T>(id, 0)?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn reveal(o: Linear<0, MAX_OUTPUT>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.committed::<T>(o)?;
		let call = actors.reveal_call::<T>(id, o)?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert!(Requests::<T>::get(id).is_some_and(|r| matches!(r.state, RequestState::Provisional { .. })));
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal(o: Linear<0, MAX_OUTPUT>) -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.committed::<T>(o)?;
		let call = actors.reveal_call::<T>(id, o)?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	/// Three payments, a refund and a release of stake, with the longest output.
	#[benchmark]
	fn finalise() -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.provisional::<T>()?;
		wait::<T>(id)?;

		#[extrinsic_call]
		advance(RawOrigin::Signed(actors.requester), id);

		assert!(Requests::<T>::get(id).is_some_and(|r| matches!(r.state, RequestState::Final { .. })));
		Ok(())
	}

	/// A slash with compensation, and a refund since it was the last round.
	#[benchmark]
	fn miss() -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.committed::<T>(MAX_OUTPUT)?;
		Requests::<T>::mutate_extant(id, |record| {
			record.failed = BoundedVec::truncate_from(vec![account("late", 0, 0), account("late", 1, 0)]);
		});
		wait::<T>(id)?;

		#[extrinsic_call]
		advance(RawOrigin::Signed(actors.requester), id);

		assert!(Requests::<T>::get(id).is_some_and(|r| r.state == RequestState::Expired));
		Ok(())
	}

	#[benchmark]
	fn prune() -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
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

	/// One pending request goes to the first worker that is drawn.
	#[benchmark]
	fn assign() -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.ask::<T>()?;
		let now = frame_system::Pallet::<T>::block_number();

		#[block]
		{
			Pallet::<T>::draw_for(id, Hash::repeat_byte(1), now);
		}

		assert!(Requests::<T>::get(id).is_some_and(|r| matches!(r.state, RequestState::Assigned { .. })));
		Ok(())
	}

	/// One more draw, of a worker that turns out to have too little free stake.
	#[benchmark]
	fn try_candidate() -> Result<(), BenchmarkError> {
		let actors = actors::<T>()?;
		let id = actors.ask::<T>()?;
		let mut record = Requests::<T>::get(id).ok_or("the request was stored")?;
		record.quote.worker_stake = Balance::MAX;
		let taken;

		#[block]
		{
			let candidate = T::Models::draw(record.version, 1).ok_or("somebody serves the version")?;
			taken = Pallet::<T>::engage(&record, &candidate);
		}

		assert!(!taken);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::Builder::build_for_benchmarks(), crate::mock::Test);
}
