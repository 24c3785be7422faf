//! Benchmarks of every call and of every step that the hook takes, each at its worst.

use super::*;
use crate::{
	math::Payout,
	types::{Finding, MaxAppellants, Owed, Place, Takings},
};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Balance, Commitment, Hash, Outcome, Payload, RequestId, ResultDigest, Salt, Subject,
	VersionId, WorkerId,
	commitment::{CommitEntry, MaxBatch, commits_message, jury_commitment, output_hash},
	dispute::{Case, Claim, MaxClaims, Role, Seat, Tier, Vote},
	job::{MaxInlineOutput, Output},
	traits::{Arbitration, Disputed, Models, Operators},
	worker::WorkerSignature,
};
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	dispatch::RawOrigin,
	pallet_prelude::TransactionSource,
	traits::{
		Authorize, Get,
		fungible::{Inspect, Mutate, MutateHold},
	},
};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::transaction_validity::InvalidTransaction;

const MAX_OUTPUT: u32 = 4_096;
const SALT: Salt = [5; 32];
const ID: RequestId = 1;
/// What an execution costs.
const FEE: u128 = 1_000_000_000_000;

fn fund<T: Config>(who: &AccountId, amount: Balance) {
	let reserve = T::Currency::minimum_balance().saturating_mul(1_000);
	let minted = T::Currency::mint_into(who, amount.saturating_add(reserve));
	assert!(minted.is_ok(), "{minted:?}");
}

fn digest(n: u64) -> ResultDigest {
	let output_hash = output_hash(&output(MAX_OUTPUT, n));
	ResultDigest { outcome: Outcome::Success, output_hash, compute_units: n }
}

fn output(bytes: u32, n: u64) -> Vec<u8> {
	assert_eq!(<MaxInlineOutput as Get<u32>>::get(), MAX_OUTPUT);
	vec![n as u8; bytes as usize]
}

fn inline(bytes: Vec<u8>) -> Output {
	Payload::Inline(bytes.try_into().unwrap_or_default())
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

/// Operators number `from` and on, which serve one version.
fn operators<T: Config>(from: u32, count: u32) -> (Vec<AccountId>, VersionId) {
	let seeds = from..from.saturating_add(count);
	let operators: Vec<_> = seeds.map(T::Operators::setup_operator).collect();
	let version = T::Models::setup_servers(&operators);
	(operators, version)
}

/// A dispute with as many claims as there may be, of which the last is right; a challenger's is among the others.
fn open<T: Config>() -> Result<Dispute<T>, BenchmarkError> {
	let most = <MaxClaims as Get<u32>>::get();
	let (workers, version) = operators::<T>(1, most.saturating_sub(1));
	let requester = account("requester", 0, 0);
	let challenger: AccountId = account("challenger", 0, 0);
	for who in [&requester, &challenger, &T::Reserve::get()] {
		fund::<T>(who, 1_000 * FEE);
	}
	let at_risk = 15 * FEE;
	let mut claims: Vec<_> = workers
		.into_iter()
		.map(|claimant| Claim { claimant, role: Role::Worker, digest: digest(1), at_risk })
		.collect();
	for claim in &claims {
		T::Operators::lock(&claim.claimant, at_risk)?;
	}
	claims.push(Claim { claimant: challenger, role: Role::Challenger, digest: digest(2), at_risk });
	<Pallet<T> as Arbitration<_, _>>::open(Case {
		request: ID,
		requester,
		version,
		job: Hash::repeat_byte(1),
		compute_limit: u64::MAX,
		fee: FEE,
		claims: claims.try_into().map_err(|_| "more claims than there may be")?,
	})?;
	Ok(Disputes::<T>::get(ID).ok_or("the dispute was stored")?)
}

/// Seats operators number `from` and on in a jury, with these votes.
fn sit<T: Config>(
	tier: Tier,
	from: u32,
	count: u32,
	vote: impl Fn(u32, &AccountId) -> Vote,
) -> Result<Vec<AccountId>, BenchmarkError> {
	let (jurors, _) = operators::<T>(from, count);
	let mut jury = Jury::default();
	for (n, juror) in (0..).zip(&jurors) {
		T::Operators::lock(juror, FEE)?;
		let vote = vote(n, juror);
		if !matches!(vote, Vote::Revealed { .. }) {
			Summons::<T>::mutate(juror, |duties| duties.try_push(ID)).map_err(|_| "too many duties")?;
		}
		jury.try_push(Seat { juror: juror.clone(), vote }).map_err(|_| "more jurors than seats")?;
	}
	Juries::<T>::insert(ID, tier, jury);
	Ok(jurors)
}

/// Fills the appeal against the finding of `tier`.
fn contribute<T: Config>(tier: Tier) -> Result<(), BenchmarkError> {
	let mut contributions = BoundedVec::new();
	for n in 0..<MaxAppellants as Get<u32>>::get() {
		let who: AccountId = account("appellant", n, tier as u32);
		fund::<T>(&who, FEE);
		T::Currency::hold(&HoldReason::Appeal.into(), &who, FEE)?;
		contributions.try_push((who, FEE)).map_err(|_| "more appellants than places")?;
	}
	Appeals::<T>::insert(ID, tier, Appeal { against: digest(2), contributions });
	Ok(())
}

/// Brings the dispute to a phase of the last tier.
fn enter<T: Config>(
	mut dispute: Dispute<T>,
	phase: Phase<frame_system::pallet_prelude::BlockNumberFor<T>>,
) -> Dispute<T> {
	dispute.tier = Tier::Third;
	Pallet::<T>::transition(ID, dispute.clone(), phase);
	Disputes::<T>::get(ID).unwrap_or(dispute)
}

fn upheld() -> Ruling {
	Ruling::Upheld(digest(2))
}

/// A result that a jury decided on, with an output.
fn finding<T: Config>() -> Finding {
	let hash = Pallet::<T>::keep_output(ID, inline(output(MAX_OUTPUT, 3)));
	Finding { digest: digest(2), output: Some(hash), jury: 15 }
}

fn bound<T: Config>(juror: &AccountId, digest: &ResultDigest) -> Commitment {
	jury_commitment(Pallet::<T>::genesis(), ID, Tier::Third, juror, digest, &SALT)
}

/// A full jury of the last tier whose jurors have to commit. Returns the last one's call.
fn committing<T: Config>() -> Result<Call<T>, BenchmarkError> {
	let dispute = open::<T>()?;
	let jurors = sit::<T>(Tier::Third, 20, 31, |n, juror| {
		if n < 30 { Vote::Committed(bound::<T>(juror, &digest(3))) } else { Vote::Awaited }
	})?;
	enter(dispute, Phase::Committing { missing: 1, deadline: 1_000u32.into() });
	let juror = jurors.last().ok_or("a jury has jurors")?.clone();
	let (commitment, signature) = (bound::<T>(&juror, &digest(3)), Signed::new()?.signature);
	Ok(Call::commit { request: ID, tier: Tier::Third, juror, commitment, signature })
}

/// A full jury of the last tier whose jurors have to reveal. Returns the last one's call, with an output of `bytes`.
fn revealing<T: Config>(bytes: u32) -> Result<Call<T>, BenchmarkError> {
	let dispute = open::<T>()?;
	let output = output(bytes, 3);
	let digest = ResultDigest { output_hash: output_hash(&output), ..digest(3) };
	let jurors = sit::<T>(Tier::Third, 20, 31, |_, juror| Vote::Committed(bound::<T>(juror, &digest)))?;
	enter(dispute, Phase::Revealing { missing: 31, deadline: 1_000u32.into() });
	let juror = jurors.last().ok_or("a jury has jurors")?.clone();
	let (output, signature) = (Some(inline(output)), Signed::new()?.signature);
	Ok(Call::reveal { request: ID, tier: Tier::Third, juror, digest, salt: SALT, output, signature })
}

/// Dispatches a call of a juror as a block does.
fn include<T: Config>(call: Call<T>) -> Result<(), BenchmarkError> {
	use frame_support::traits::UnfilteredDispatchable;
	call.dispatch_bypass_filter(RawOrigin::Authorized.into()).map_err(|refused| refused.error)?;
	Ok(())
}

#[benchmarks(where <T as frame_system::Config>::RuntimeCall: From<Call<T>>)]
#[allow(clippy::arithmetic_side_effects)]
mod benchmarks {
	use super::*;

	/// The last commitment, which opens the reveals.
	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		let call = committing::<T>()?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert!(Disputes::<T>::get(ID).is_some_and(|d| matches!(d.phase, Phase::Revealing { .. })));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		let call = committing::<T>()?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn reveal(o: Linear<0, MAX_OUTPUT>) -> Result<(), BenchmarkError> {
		let call = revealing::<T>(o)?;

		#[block]
		{
			include::<T>(call)?;
		}

		assert_eq!(Outputs::<T>::iter_prefix(ID).count(), 1);
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal(o: Linear<0, MAX_OUTPUT>) -> Result<(), BenchmarkError> {
		let call = revealing::<T>(o)?.into();
		let signed = Signed::new()?;

		#[block]
		{
			signed.authorize::<T>(&call)?;
		}

		Ok(())
	}

	/// The last of as many contributions as there may be, which lets the next jury be drawn.
	#[benchmark]
	fn appeal() -> Result<(), BenchmarkError> {
		let mut dispute = open::<T>()?;
		dispute.standing = Some(finding::<T>());
		Pallet::<T>::transition(ID, dispute, Phase::Decided { deadline: 1_000u32.into() });
		contribute::<T>(Tier::First)?;
		Appeals::<T>::mutate(ID, Tier::First, |filled| {
			filled.as_mut().and_then(|filled| filled.contributions.pop())
		});
		let who: AccountId = account("last", 0, 0);
		fund::<T>(&who, 1_000 * FEE);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), ID, Balance::MAX);

		assert!(Disputes::<T>::get(ID).is_some_and(|d| d.tier == Tier::Second));
		Ok(())
	}

	/// Everything but the signatures, which the keys of operators cannot give here: they are verified beside it.
	#[benchmark]
	fn report_equivocation() -> Result<(), BenchmarkError> {
		let (operators, _) = operators::<T>(1, 1);
		let operator = operators.first().ok_or("one operator")?;
		let key = T::Operators::worker_key(operator).ok_or("it has a key")?;
		let subject = |n| Subject::Request { request: n, round: 0, job: Hash::repeat_byte(1) };
		Proven::<T>::mutate(&key, |proven| {
			for n in 0..16 {
				let _ = proven.try_push(subject(n));
			}
		});
		let reporter: AccountId = account("reporter", 0, 0);
		fund::<T>(&reporter, 0);
		fund::<T>(&Pallet::<T>::pot(), 0);
		let signed = Signed::new()?;
		let entry = |n| CommitEntry {
			request: n,
			round: 0,
			job: Hash::repeat_byte(1),
			commitment: Hash::repeat_byte(2),
		};
		let entries: Vec<_> = (0..<MaxBatch as Get<u32>>::get().into()).map(entry).collect();
		let valid;

		#[block]
		{
			let verify = || {
				let message = commits_message(Pallet::<T>::genesis(), operator, &entries);
				message != signed.message && signed.key.verify(&signed.message, &signed.signature)
			};
			valid = verify() && verify();
			Pallet::<T>::punish(reporter, &key, operator.clone(), subject(99))?;
		}

		assert!(valid && T::Operators::stake(operator) == 0);
		Ok(())
	}

	/// As many draws as a step makes, each of which finds a juror, in the last tier with everybody who may be involved.
	#[benchmark]
	fn draw_jurors() -> Result<(), BenchmarkError> {
		let mut dispute = open::<T>()?;
		sit::<T>(Tier::First, 20, 7, |_, _| Vote::Awaited)?;
		sit::<T>(Tier::Second, 30, 15, |_, _| Vote::Awaited)?;
		contribute::<T>(Tier::First)?;
		contribute::<T>(Tier::Second)?;
		dispute.case.version = operators::<T>(50, 40).1;
		dispute.tier = Tier::Third;
		let since = frame_system::Pallet::<T>::block_number();

		#[block]
		{
			let drawn = Pallet::<T>::fill(ID, &dispute, Jury::default(), 0, Hash::repeat_byte(1)).0;
			Juries::<T>::insert(ID, Tier::Third, drawn);
			let phase = Phase::Drawing { since, misses: 0, deadline: since };
			Pallet::<T>::transition(ID, dispute, phase);
		}

		assert!(!Juries::<T>::get(ID, Tier::Third).is_empty());
		Ok(())
	}

	/// As many jurors as there may be, let go, and an appeal that is returned.
	#[benchmark]
	fn do_without() -> Result<(), BenchmarkError> {
		let mut dispute = open::<T>()?;
		sit::<T>(Tier::Third, 20, 31, |_, _| Vote::Awaited)?;
		contribute::<T>(Tier::Second)?;
		(dispute.tier, dispute.standing) = (Tier::Third, Some(finding::<T>()));
		let jury = Juries::<T>::get(ID, Tier::Third);

		#[block]
		{
			Pallet::<T>::do_without(ID, dispute, jury);
		}

		assert!(Disputes::<T>::get(ID).is_some_and(|d| matches!(d.phase, Phase::Concluded { .. })));
		Ok(())
	}

	/// The last jury, of which every other juror showed an output of its own and the others have to be let go.
	#[benchmark]
	fn tally() -> Result<(), BenchmarkError> {
		let dispute = open::<T>()?;
		sit::<T>(Tier::Third, 20, 31, |n, juror| {
			if n % 2 == 0 {
				let digest = digest(10 + u64::from(n));
				let shown = inline(output(MAX_OUTPUT, digest.compute_units));
				Vote::Revealed { digest, shown: Some(Pallet::<T>::keep_output(ID, shown)) }
			} else {
				Vote::Committed(bound::<T>(juror, &digest(3)))
			}
		})?;
		let dispute = enter(dispute, Phase::Revealing { missing: 15, deadline: 1u32.into() });

		#[block]
		{
			Pallet::<T>::tally(ID, dispute);
		}

		assert!(Disputes::<T>::get(ID).is_some_and(|d| matches!(d.phase, Phase::Concluded { .. })));
		Ok(())
	}

	/// As many claims as there may be, all of which but a challenger's are wrong, and an appeal that was not filled.
	#[benchmark]
	fn rule() -> Result<(), BenchmarkError> {
		let mut dispute = open::<T>()?;
		T::Requests::setup_disputed(&dispute.case);
		contribute::<T>(Tier::First)?;
		dispute.standing = Some(finding::<T>());
		let ruling = upheld();

		#[block]
		{
			Pallet::<T>::rule(ID, dispute, ruling);
		}

		assert!(Disputes::<T>::get(ID).is_some_and(|d| d.is_ruled()));
		Ok(())
	}

	/// As many jurors as a step takes, all of which were wrong, and an appeal that lost.
	#[benchmark]
	fn collect() -> Result<(), BenchmarkError> {
		let dispute = open::<T>()?;
		sit::<T>(Tier::Third, 20, 8, |_, _| Vote::Revealed { digest: digest(1), shown: None })?;
		contribute::<T>(Tier::Third)?;
		fund::<T>(&Pallet::<T>::pot(), 0);
		let (takings, next) = (Takings::default(), Place { tier: Tier::Third, seat: 0 });
		let owed = Owed { fees: BoundedVec::new(), compensation: FEE };
		let phase = Phase::Collecting { ruling: upheld(), takings, winners: 0, owed: owed.clone(), next };
		let dispute = enter(dispute, phase);

		#[block]
		{
			Pallet::<T>::collect(ID, dispute, upheld(), takings, 0, owed, next);
		}

		assert!(Disputes::<T>::get(ID).is_some_and(|d| matches!(d.phase, Phase::Paying { .. })));
		Ok(())
	}

	/// As many jurors as a step takes, all of which were right.
	#[benchmark]
	fn pay_jurors() -> Result<(), BenchmarkError> {
		let dispute = open::<T>()?;
		let jurors = sit::<T>(Tier::Third, 20, 8, |_, _| Vote::Revealed { digest: digest(2), shown: None })?;
		fund::<T>(&Pallet::<T>::pot(), 100 * FEE);
		fund::<T>(&T::Operators::pot(), 0);
		let before: Vec<_> = jurors.iter().map(T::Operators::stake).collect();
		let payout =
			Payout { juror: FEE, fees: BoundedVec::new(), compensation: 0, challenger: 0, worker: 0 };
		let next = Place { tier: Tier::Third, seat: 0 };
		let phase = Phase::Paying { ruling: upheld(), left: 100 * FEE, payout: payout.clone(), next };
		let dispute = enter(dispute, phase);

		#[block]
		{
			Pallet::<T>::pay_some(ID, dispute, upheld(), 100 * FEE, payout, next);
		}

		assert!(jurors.iter().zip(before).all(|(juror, stake)| T::Operators::stake(juror) >= stake));
		Ok(())
	}

	/// As many fees and claims as there may be, and something to burn.
	#[benchmark]
	fn pay_others() -> Result<(), BenchmarkError> {
		let dispute = open::<T>()?;
		fund::<T>(&Pallet::<T>::pot(), 100 * FEE);
		fund::<T>(&T::Operators::pot(), 0);
		let claimants = dispute.case.claims.iter().map(|claim| (claim.claimant.clone(), FEE));
		let fees = BoundedVec::truncate_from(claimants.collect());
		let payout = Payout { juror: 0, fees, compensation: FEE, challenger: FEE, worker: FEE };
		// Seven workers are right, and paid twice.
		let ruling = Ruling::Upheld(digest(1));
		let next = Place { tier: Tier::Third, seat: u32::MAX };
		let phase = Phase::Paying { ruling, left: 100 * FEE, payout: payout.clone(), next };
		let dispute = enter(dispute, phase);

		#[block]
		{
			Pallet::<T>::pay_some(ID, dispute, ruling, 100 * FEE, payout, next);
		}

		assert!(Disputes::<T>::get(ID).is_some_and(|d| matches!(d.phase, Phase::Settled { .. })));
		Ok(())
	}

	#[benchmark]
	fn forget() -> Result<(), BenchmarkError> {
		let dispute = open::<T>()?;
		for (tier, from) in [(Tier::First, 20), (Tier::Second, 30), (Tier::Third, 50)] {
			sit::<T>(tier, from, tier.size(), |_, _| Vote::Revealed { digest: digest(2), shown: None })?;
		}
		let dispute = enter(dispute, Phase::Settled { ruling: upheld() });

		#[block]
		{
			Pallet::<T>::forget(ID, dispute);
		}

		assert!(!Disputes::<T>::contains_key(ID));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::Builder::build_for_benchmarks(), crate::mock::Test);
}
