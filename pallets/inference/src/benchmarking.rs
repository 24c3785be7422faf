//! Benchmarks of every call and of every piece of work that the hooks do, each at its worst.

mod setup;

use super::*;
use alloc::vec;
use assay_primitives::{
	AccountId, Balance, Execution, Hash, RequestState, ResultDigest, Security,
	request::{Answer, QuorumSize},
	traits::{Arbitration, Models},
};
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	dispatch::RawOrigin,
	pallet_prelude::TransactionSource,
	traits::{Authorize, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
pub(crate) use setup::setup_disputed;
use setup::*;

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
