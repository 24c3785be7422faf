//! Disputes: juries that execute again, appeals, verdicts, and what they cost.
//!
//! ```text
//!                 ┌──── no two thirds, or appealed ────┐
//!                 ▼                                    │
//! open ─► Drawing ─► Committing ─► Revealing ─► Decided┴─verdict─► Collecting ─► Paying ─► Settled
//!                                   └────── last tier ─► Concluded ─┘
//! ```
//!
//! A [`Case`](assay_primitives::dispute::Case) names results that differ, and who answers for each. A jury is drawn among
//! the operators that serve the version, of whom none is involved; it executes the job again, commits and reveals. Two
//! thirds of it settle the dispute, unless somebody pays for a larger jury. Only the verdict moves money, and it moves all
//! of it.
//!
//! Every phase has a deadline. When it passes, the dispute moves on by itself in `on_initialize`, one bounded step per
//! dispute and block, or if anybody calls [`Pallet::advance`].
//!
//! | file | about |
//! | --- | --- |
//! | `math` | who pays and who is paid: pure functions |
//! | `agenda` | writes a dispute together with its deadline, and does what is due |
//! | `open` | how a dispute begins |
//! | `draw` | who becomes a juror |
//! | `vote` | what makes a juror's commitment or reveal valid |
//! | `tally` | what a jury found |
//! | `appeal` | money for the next jury |
//! | `verdict` | the end: who loses |
//! | `payment` | the end: who is paid |
//! | `equivocation` | two signed commitments that contradict each other |
//! | `queries` | what the runtime API answers |
//! | `offchain` | the off-chain worker of jurors |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

mod agenda;
mod appeal;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod draw;
mod equivocation;
pub mod math;
mod offchain;
mod open;
mod payment;
mod queries;
mod tally;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
mod verdict;
pub mod vote;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{Appeal, Dispute, Jury, Phase, Ruling, SignedCommitment};
pub use weights::WeightInfo;

// What the macro generates contains `expect`; what is written here does not.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		Appeal, Dispute, Jury, Phase, SignedCommitment, WeightInfo,
		math::Conduct,
		types::MaxRemembered,
		vote::{Committing, Revealing},
	};
	use assay_primitives::{
		AccountId, Balance, Commitment, ComputeUnits, Hash, RequestId, ResultDigest, Salt, Subject, WorkerId,
		dispute::{DisputeNumber, Role, Tier, Vote},
		job::Output,
		traits::{Disputed, Models, Operators},
		worker::WorkerSignature,
	};
	use core::marker::PhantomData;
	use frame_support::{
		PalletId,
		pallet_prelude::*,
		traits::{
			Randomness,
			fungible::{Inspect, Mutate, MutateHold},
		},
	};
	use frame_system::{ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use sp_runtime::{Perbill, Permill, traits::Saturating};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The disputes pallet.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime chooses. It needs `frame_system::AuthorizeCall` among its transaction extensions: jurors do not pay
	/// for their submissions.
	#[pallet::config]
	pub trait Config:
		CreateAuthorizedTransaction<Call<Self>> + frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
		/// The runtime's reasons to hold balance.
		type RuntimeHoldReason: From<HoldReason>;

		/// The token that is paid with.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ Mutate<AccountId>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// Bonded operators; `pallet-operators`.
		type Operators: Operators<AccountId, Balance>;

		/// Registered models; `pallet-models`.
		type Models: Models<AccountId>;

		/// Disputed requests; `pallet-inference`.
		type Requests: Disputed<AccountId, Balance>;

		/// Randomness of each block and the block in which it appeared; `pallet_babe::ParentBlockRandomness`.
		type Randomness: Randomness<Option<Hash>, BlockNumberFor<Self>>;

		/// Names the account in which what losers lost waits for those who are paid.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Pays jurors when what was slashed does not.
		type Reserve: Get<AccountId>;

		/// Most that one dispute may take from it, as a share of what is there.
		type ReserveShare: Get<Permill>;

		/// Blocks that the draw of a jury waits for randomness.
		type DrawPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks that a juror gets to commit, besides those of the execution itself.
		type CommitPeriod: Get<BlockNumberFor<Self>>;

		/// Compute units that a juror has to manage in a block: how a compute limit becomes a deadline.
		type ComputePerBlock: Get<ComputeUnits>;

		/// Most blocks that a juror gets to commit, whatever the compute limit.
		type MaxCommitPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks that a juror gets to reveal.
		type RevealPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks in which the finding of a jury can be appealed.
		type AppealPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks that a settled dispute stays readable.
		type RetentionPeriod: Get<BlockNumberFor<Self>>;

		/// What an appeal takes besides `F` for each juror, as a share of that.
		type AppealMargin: Get<Permill>;

		/// What a juror who was right is paid besides `F`, as a share of it.
		type JurorPremium: Get<Permill>;

		/// What a juror who was wrong or did not reveal loses of its stake.
		type JurorShare: Get<Perbill>;

		/// What a worker who was wrong loses of the stake that it did not put at risk.
		type WorkerShare: Get<Perbill>;

		/// What challengers who were right get of what wrong claims cost.
		type ChallengerShare: Get<Permill>;

		/// What workers and auditors who were right get of the bonds that lost.
		type BondShare: Get<Permill>;

		/// What is paid, out of the stake that an equivocation costs, to who proves it.
		type ReporterShare: Get<Permill>;

		/// Most juries that an operator sits on at a time.
		#[pallet::constant]
		type MaxJuryDuties: Get<u32>;

		/// Most disputes moved on by a block itself because they are due.
		#[pallet::constant]
		type MaxStepsPerBlock: Get<u32>;

		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds balance.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// At risk until a dispute says whether the challenger was right.
		Challenge,
		/// Contributed to an appeal.
		Appeal,
	}

	/// Number of the next dispute.
	#[pallet::storage]
	pub type NextDispute<T: Config> = StorageValue<_, DisputeNumber, ValueQuery>;

	/// Every dispute that is not settled, and settled ones for `RetentionPeriod`, by request.
	#[pallet::storage]
	pub type Disputes<T: Config> = StorageMap<_, Twox64Concat, RequestId, Dispute<T>>;

	/// The request that each of them is about, by the number of the dispute.
	#[pallet::storage]
	pub type Numbers<T: Config> = StorageMap<_, Twox64Concat, DisputeNumber, RequestId>;

	/// The jury of each tier that one was drawn for.
	#[pallet::storage]
	pub type Juries<T: Config> =
		StorageDoubleMap<_, Twox64Concat, RequestId, Twox64Concat, Tier, Jury, ValueQuery>;

	/// Outputs that jurors showed of results that no claim has, by their hash. Those of the present tier, and the one of
	/// what stands.
	#[pallet::storage]
	pub type Outputs<T: Config> =
		StorageDoubleMap<_, Twox64Concat, RequestId, Blake2_128Concat, Hash, Output>;

	/// Appeals against the finding of a tier, until the verdict.
	#[pallet::storage]
	pub type Appeals<T: Config> = StorageDoubleMap<_, Twox64Concat, RequestId, Twox64Concat, Tier, Appeal>;

	/// When each dispute is to be moved on: exactly one entry for each, under its `due` block.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, RequestId, ()>;

	/// First block of the agenda that may still have entries. `None` before the first block with this pallet.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>>;

	/// Disputes in whose present jury an operator sits and has not revealed.
	#[pallet::storage]
	pub type Summons<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId, BoundedVec<RequestId, T::MaxJuryDuties>, ValueQuery>;

	/// Equivocations of a worker key that were proven: they count once.
	#[pallet::storage]
	pub type Proven<T: Config> =
		StorageMap<_, Blake2_128Concat, WorkerId, BoundedVec<Subject, MaxRemembered>, ValueQuery>;

	/// Nothing to choose: the pot gets the existential deposit.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Nothing.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let minimum = T::Currency::minimum_balance();
			if T::Currency::balance(&Pallet::<T>::pot()) < minimum {
				let minted = T::Currency::mint_into(&Pallet::<T>::pot(), minimum);
				assert!(minted.is_ok(), "the pot cannot get an existential deposit: {minted:?}");
			}
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Results differ, and a jury will say which is right.
		Opened {
			/// About which request.
			request: RequestId,
			/// Counts disputes from 0.
			number: DisputeNumber,
		},
		/// A juror was drawn.
		JurorDrawn {
			/// For the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
			/// Who.
			juror: AccountId,
		},
		/// A jury is complete and executes.
		JurySeated {
			/// For the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
			/// How many.
			jurors: u32,
			/// Last block that may include a commitment.
			deadline: BlockNumberFor<T>,
		},
		/// Too few operators could become jurors, and the tier has no jury.
		NoJury {
			/// For the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
			/// How many could.
			drawn: u32,
		},
		/// A juror is bound to a result.
		Committed {
			/// In the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
			/// Who.
			juror: AccountId,
			/// To what.
			commitment: Commitment,
		},
		/// Jurors show their results now: all committed, or it is too late to.
		CommitsClosed {
			/// In the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
			/// Last block that may include a reveal.
			deadline: BlockNumberFor<T>,
		},
		/// A juror showed its result.
		Revealed {
			/// In the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
			/// Who.
			juror: AccountId,
			/// What its execution gave.
			digest: ResultDigest,
		},
		/// Two thirds of a jury found the same.
		Decided {
			/// In the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
			/// What.
			digest: ResultDigest,
			/// How many of them.
			votes: u32,
		},
		/// No two thirds of a jury found the same.
		Undecided {
			/// In the dispute about which request.
			request: RequestId,
			/// Its tier.
			tier: Tier,
		},
		/// Somebody contributed to an appeal.
		Appealed {
			/// In the dispute about which request.
			request: RequestId,
			/// Against the finding of which tier.
			tier: Tier,
			/// Who.
			appellant: AccountId,
			/// How much.
			amount: Balance,
			/// What is still missing; nothing if the next jury is drawn now.
			missing: Balance,
		},
		/// An appeal did not come about or was right, and everybody has their contribution back.
		AppealReturned {
			/// In the dispute about which request.
			request: RequestId,
			/// Against the finding of which tier.
			tier: Tier,
		},
		/// An appeal was wrong, and its contributions are lost.
		AppealLost {
			/// In the dispute about which request.
			request: RequestId,
			/// Against the finding of which tier.
			tier: Tier,
			/// How much.
			lost: Balance,
		},
		/// The dispute is over; what follows from it is done in the next blocks.
		Ruled {
			/// About which request.
			request: RequestId,
			/// The result; none if nobody could settle it.
			digest: Option<ResultDigest>,
		},
		/// Somebody stood for a result that was wrong.
		ClaimLost {
			/// In the dispute about which request.
			request: RequestId,
			/// Who.
			claimant: AccountId,
			/// As what.
			role: Role,
			/// What that cost.
			lost: Balance,
		},
		/// A juror was wrong or did not do its duty.
		JurorPunished {
			/// In the dispute about which request.
			request: RequestId,
			/// Who.
			juror: AccountId,
			/// Why.
			conduct: Conduct,
			/// What that cost.
			lost: Balance,
		},
		/// A juror was right.
		JurorPaid {
			/// In the dispute about which request.
			request: RequestId,
			/// Who.
			juror: AccountId,
			/// What it got.
			amount: Balance,
		},
		/// Somebody else got part of what the losers lost.
		Paid {
			/// In the dispute about which request.
			request: RequestId,
			/// Who.
			to: AccountId,
			/// What.
			amount: Balance,
		},
		/// Everybody was paid.
		Settled {
			/// About which request.
			request: RequestId,
			/// What was left.
			burned: Balance,
		},
		/// The record of a settled dispute is gone.
		Pruned {
			/// About which request.
			request: RequestId,
		},
		/// An operator signed two different commitments for one task.
		EquivocationProven {
			/// Who.
			operator: AccountId,
			/// For which task.
			subject: Subject,
			/// What that cost: everything.
			slashed: Balance,
			/// Who proved it.
			reporter: AccountId,
			/// Its part of it; the rest was burned.
			reward: Balance,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is a dispute about this request already; wait for its verdict.
		AlreadyDisputed,
		/// The account cannot put that much at risk and keep the existential deposit; add funds.
		InsufficientBalance,
		/// There is no dispute about this request, or its record was pruned.
		UnknownDispute,
		/// The dispute has not come to this tier yet.
		FutureTier,
		/// The dispute is in a later tier, or over.
		TierOver,
		/// The jury of this tier is not complete yet.
		NotSeated,
		/// The operator is not a juror of this tier.
		NotAJuror,
		/// The juror has submitted this already.
		AlreadySubmitted,
		/// The juror has not committed, and is too late if the others reveal.
		NotCommitted,
		/// Not all jurors have committed; reveal when they have, or when the deadline for it is over.
		TooEarlyToReveal,
		/// The last block for this is over.
		DeadlinePassed,
		/// Digest and salt do not open the commitment.
		CommitmentMismatch,
		/// The output is not what the digest says: another hash, or bytes of a failed execution.
		OutputMismatch,
		/// No claim has this result; show its output.
		OutputMissing,
		/// A claim has this result, so its output is known; leave it out.
		NeedlessOutput,
		/// The digest claims more compute units than the request pays for.
		ComputeLimitExceeded,
		/// There is no finding to appeal against: the jury has not agreed, the last tier is over, or another jury has been
		/// paid for.
		NotAppealable,
		/// The contribution is less than the sixteenth of what the appeal takes; contribute more.
		ContributionTooSmall,
		/// The dispute is not to be moved on yet; try again in the block named by its state.
		TooEarly,
		/// No operator answers for this worker key.
		UnknownKey,
		/// The two commitments are the same: nothing contradicts itself.
		SameCommitment,
		/// The batch has no commitment for this task.
		NotInBatch,
		/// A signature is not of this key, or not over this commitment.
		BadSignature,
		/// This equivocation was proven before.
		AlreadyProven,
		/// The operator has no stake left to lose.
		NothingToSlash,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::process_agenda(now)
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			Self::work(now);
		}

		fn integrity_test() {
			assert!(T::MaxJuryDuties::get() > 0, "nobody could become a juror");
			assert!(T::MaxStepsPerBlock::get() > 1, "the agenda would never catch up");
			let hooks = Self::weight_of_step().saturating_mul(T::MaxStepsPerBlock::get().into());
			let half = T::BlockWeights::get().max_block.saturating_div(2);
			assert!(half.all_gte(hooks), "hooks of {hooks} would fill more than half of a block");
			// A worker loses at most what a slash of everything takes, and nobody is paid more than was taken.
			let shares = [T::ChallengerShare::get(), T::BondShare::get(), T::ReporterShare::get()];
			assert!(shares.iter().all(|share| *share < Permill::one()), "attacking oneself would be free");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Binds a juror to a result without showing it. Free of charge; sent by the juror's node.
		///
		/// - `request`, `tier`: what the juror was drawn for.
		/// - `juror`: the drawn operator.
		/// - `commitment`: [`jury_commitment`](assay_primitives::commitment::jury_commitment) of the result.
		/// - `signature`: signature of [`jury_commit_message`](assay_primitives::commitment::jury_commit_message) by the
		///   operator's worker key.
		///
		/// Emits [`Event::Committed`], and [`Event::CommitsClosed`] if it was the last.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::commit())]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit())]
		#[pallet::authorize(|_source, request, tier, juror, commitment, signature| {
			Pallet::<T>::authorize_commit(*request, *tier, juror, *commitment, signature)
		})]
		pub fn commit(
			origin: OriginFor<T>,
			request: RequestId,
			tier: Tier,
			juror: AccountId,
			commitment: Commitment,
			_signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let Committing { dispute, chair, missing, .. } = Self::check_commit(request, tier, &juror)?;
			let jurors = chair.say::<T>(Vote::Committed(commitment));
			Self::deposit_event(Event::Committed { request, tier, juror, commitment });
			Self::count_commit(request, dispute, missing.saturating_sub(1), jurors);
			Ok(())
		}

		/// Shows the result that a juror is bound to. Free of charge; sent by the juror's node.
		///
		/// - `request`, `tier`: what the juror was drawn for.
		/// - `juror`: the drawn operator.
		/// - `digest`, `salt`: open its commitment.
		/// - `output`: the output, or its content id if it does not fit; only if no claim has this result.
		/// - `signature`: signature of [`jury_reveal_message`](assay_primitives::commitment::jury_reveal_message) by the
		///   operator's worker key.
		///
		/// Emits [`Event::Revealed`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::reveal(output_length(output)))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_reveal(output_length(output)))]
		#[pallet::authorize(|_source, request, tier, juror, digest, salt, output, signature| {
			Pallet::<T>::authorize_reveal(*request, *tier, juror, digest, salt, output.as_ref(), signature)
		})]
		#[allow(clippy::too_many_arguments)]
		pub fn reveal(
			origin: OriginFor<T>,
			request: RequestId,
			tier: Tier,
			juror: AccountId,
			digest: ResultDigest,
			salt: Salt,
			output: Option<Output>,
			_signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let Revealing { dispute, chair, missing, .. } =
				Self::check_reveal(request, tier, &juror, &digest, &salt, output.as_ref())?;
			let shown = output.map(|output| Self::keep_output(request, output));
			chair.say::<T>(Vote::Revealed { digest, shown });
			Self::dismiss(request, &juror);
			Self::deposit_event(Event::Revealed { request, tier, juror, digest });
			Self::count_reveal(request, dispute, missing.saturating_sub(1));
			Ok(())
		}

		/// Contributes to an appeal against what a jury found. Once an appeal has what the next jury costs, that jury is
		/// drawn; if it never has, everybody gets their contribution back. They also do if the verdict is another one than
		/// what was appealed against; otherwise the contributions pay the jurors.
		///
		/// - `request`: the disputed request.
		/// - `amount`: held from the caller's free balance; no more than is missing.
		///
		/// Emits [`Event::Appealed`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::appeal())]
		pub fn appeal(origin: OriginFor<T>, request: RequestId, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_appeal(request, who, amount)
		}

		/// Moves a dispute on that is due, without waiting for a block to do it, or removes the record of one that was
		/// settled long enough ago. Anybody may call it; it costs nothing if it succeeds. Jurors are drawn by blocks alone,
		/// so that nobody chooses the block whose randomness draws them, unless none has come to it until the deadline.
		///
		/// - `request`: the disputed request.
		///
		/// Emits what the step brings about, at least one of this pallet's events unless jurors or payments are left.
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::weight_of_step())]
		pub fn advance(origin: OriginFor<T>, request: RequestId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let dispute = Disputes::<T>::get(request).ok_or(Error::<T>::UnknownDispute)?;
			let now = frame_system::Pallet::<T>::block_number();
			let from = match dispute.phase {
				Phase::Drawing { deadline, .. } => deadline.saturating_add(1u32.into()),
				_ => dispute.due,
			};
			ensure!(now >= from, Error::<T>::TooEarly);
			Self::step(request, dispute);
			Ok(Pays::No.into())
		}

		/// Proves that a worker key signed two different commitments for one task. The operator that answers for the key
		/// loses all of its stake, whether or not the task still exists. It costs nothing if it succeeds.
		///
		/// - `key`: the worker key, or one that was replaced and that its operator still answers for.
		/// - `subject`: the task. The job is part of it: after a re-organisation a request's number may belong to another
		///   request.
		/// - `first`, `second`: the commitments and the signatures that submitted them, by themselves or among others.
		///
		/// Emits [`Event::EquivocationProven`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::report_equivocation())]
		pub fn report_equivocation(
			origin: OriginFor<T>,
			key: WorkerId,
			subject: Subject,
			first: SignedCommitment,
			second: SignedCommitment,
		) -> DispatchResultWithPostInfo {
			let reporter = ensure_signed(origin)?;
			Self::do_report(reporter, key, subject, first, second)?;
			Ok(Pays::No.into())
		}
	}

	/// Bytes that a reveal brings.
	fn output_length(output: &Option<Output>) -> u32 {
		match output {
			Some(Output::Inline(bytes)) => bytes.len() as u32,
			Some(Output::Content(_)) | None => 0,
		}
	}
}
