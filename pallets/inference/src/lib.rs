//! Inference requests: escrow, draw, commit, audit, reveal, challenge, finality and payment.
//!
//! ```text
//! request ─► Pending ─draw─► Assigned ─commit─► Committed ─reveal─► Provisional ─window─► Final
//!               ▲  │            │  ▲               │  │                   │                 ▲
//!               │  │            │  └──── audit ────┤  └─ results differ ─┐│ challenge       │
//!               │  │            │                  │                     ▼▼                 │
//!               │  │            └──────────────────┤                  Disputed ── verdict ──┘
//!               │  │               deadline missed │                     │
//!               └──┼────────────── slashed, redrawn┘                     │ void
//!                  └─ no panel in time, or too many failed ─► Expired ◄──┘ (refunded)
//! ```
//!
//! The operators that work on a request are its **panel**: one worker, later joined by two auditors if it is audited, or
//! the workers of a quorum. Every state has a deadline. When it passes, the request moves on by itself in
//! `on_initialize` (bounded work per block), or earlier if anybody calls [`Pallet::advance`]. Settled requests stay
//! readable for `RetentionPeriod`.
//!
//! | file | about |
//! | --- | --- |
//! | `math`, `price` | prices, settlements, penalties and the stake they need: pure functions |
//! | `agenda` | writes a request together with everything indexed by its state |
//! | `queue`, `draw` | the queue of pending requests and who gets them |
//! | `answer`, `batch` | what makes commitments and reveals valid, one by one and many at once |
//! | `audit` | which commitments are audited |
//! | `progress` | deadlines and windows |
//! | `settlement` | payments |
//! | `dispute` | results that differ, challenges and verdicts |
//! | `queries` | what the runtime API answers |
//! | `offchain` | the off-chain worker |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

mod agenda;
pub mod answer;
mod audit;
mod batch;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispute;
mod draw;
pub mod math;
mod offchain;
pub mod price;
mod progress;
mod queries;
mod queue;
mod settlement;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{Panel, Position, Queued, Request, Seat, Workload};
pub use weights::WeightInfo;

// What the macro generates contains `expect`; what is written here does not.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		Position, Queued, Request, WeightInfo, Workload,
		answer::{Committing, Revealing},
		audit::SUBJECT,
		queue::PageLength,
		types::Panel,
	};
	use assay_primitives::{
		AccountId, Balance, Commitment, ComputeUnits, Execution, Hash, Job, RequestId, RequestState,
		ResultDigest, Round, Salt, Security, VersionId,
		commitment::{CommitEntry, MaxBatch, RevealEntry},
		dispute::Role,
		job::{Input, Output},
		traits::{Arbitration, Models, Operators},
		worker::WorkerSignature,
	};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			Randomness,
			fungible::{Inspect, Mutate, MutateHold},
		},
	};
	use frame_system::{ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use sp_runtime::{
		Permill,
		traits::{SaturatedConversion, Saturating, Zero},
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The inference pallet.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime chooses. It needs `frame_system::AuthorizeCall` among its transaction extensions: workers do not
	/// pay for their submissions.
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

		/// Settles who is right when results differ; `pallet-disputes`.
		type Arbitration: Arbitration<AccountId, Balance>;

		/// Randomness of each block and the block in which it appeared, its parent; `pallet_babe::ParentBlockRandomness`.
		/// A block without randomness draws nobody, and nobody is audited because of it.
		type Randomness: Randomness<Option<Hash>, BlockNumberFor<Self>>;

		/// Price of every answer, whatever the work.
		type BasePrice: Get<Balance>;

		/// Least price of one compute unit. The price moves with load and is never less.
		type UnitPriceFloor: Get<Balance>;

		/// Compute units asked for in a block at which the price stands still.
		type TargetCompute: Get<ComputeUnits>;

		/// Usual stake locked for a task, in units of its fee (`S / F`).
		type StakeMultiple: Get<u32>;

		/// What a requester pays to each worker for a stake beyond the usual, as a share of what it is more.
		type InsuranceRate: Get<Permill>;

		/// Chance that an optimistic request is audited.
		type AuditRate: Get<Permill>;

		/// Keeps what requests paid for audits. Has to hold the existential deposit besides: auditors would not be paid
		/// the last of it otherwise.
		type AuditPot: Get<AccountId>;

		/// The treasury's share of each fee.
		type TreasuryShare: Get<Permill>;

		/// Receives it. Has to hold the existential deposit: a smaller share is not charged otherwise.
		type TreasuryAccount: Get<AccountId>;

		/// Blocks that a request waits for a worker, in each round.
		type PendingPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks that a worker gets to commit, besides those of the execution itself.
		type CommitPeriod: Get<BlockNumberFor<Self>>;

		/// Compute units that a worker has to manage in a block: how a version's compute limit becomes a deadline.
		type ComputePerBlock: Get<ComputeUnits>;

		/// Most blocks that a worker gets to commit, whatever the compute limit.
		type MaxCommitPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks that a worker gets to reveal, or more if it committed before its deadline; at most 1,024.
		type RevealPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks in which the answer of a quorum can be challenged.
		type QuorumWindow: Get<BlockNumberFor<Self>>;

		/// Shortest window of an optimistic request, in blocks; at least 1.
		#[pallet::constant]
		type MinWindow: Get<u32>;

		/// Longest window of an optimistic request, in blocks.
		#[pallet::constant]
		type MaxWindow: Get<u32>;

		/// Blocks that a settled request stays readable.
		type RetentionPeriod: Get<BlockNumberFor<Self>>;

		/// Most tasks a worker has to submit something for at a time.
		#[pallet::constant]
		type MaxOpenTasks: Get<u32>;

		/// Seats drawn in a block, but for those that complete the last panel.
		#[pallet::constant]
		type MaxDrawsPerBlock: Get<u32>;

		/// Seats of requests that a block itself moves on because they are due, but for the others of the last request.
		#[pallet::constant]
		type MaxDuePerBlock: Get<u32>;

		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds balance.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Price of requests that are not settled.
		Escrow,
	}

	/// Number of the next request.
	#[pallet::storage]
	pub type NextRequest<T: Config> = StorageValue<_, RequestId, ValueQuery>;

	/// Every request that is not settled, and settled ones for `RetentionPeriod`.
	#[pallet::storage]
	pub type Requests<T: Config> = StorageMap<_, Twox64Concat, RequestId, Request<T>>;

	/// The input of each of them.
	#[pallet::storage]
	pub type Inputs<T: Config> = StorageMap<_, Twox64Concat, RequestId, Input>;

	/// When each of them is to be moved on, but for those that wait for a verdict: the bit of a request, under the block
	/// of its `due` and the number of its 64 neighbours.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, u64, u64, ValueQuery>;

	/// First block of the agenda that may still have entries. `None` before the first block with this pallet.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>>;

	/// Pending requests in the order in which panels are drawn for them, in pages. A place is void when its request does
	/// not name it.
	#[pallet::storage]
	pub type Queue<T: Config> =
		StorageMap<_, Twox64Concat, u64, BoundedVec<Queued<BlockNumberFor<T>>, PageLength>, ValueQuery>;

	/// First place of the queue that may be taken.
	#[pallet::storage]
	pub type QueueHead<T: Config> = StorageValue<_, Position, ValueQuery>;

	/// Place of the next request that queues.
	#[pallet::storage]
	pub type QueueTail<T: Config> = StorageValue<_, Position, ValueQuery>;

	/// Tasks of operators, and how many they want to have.
	#[pallet::storage]
	pub type Workloads<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Workload<T>, ValueQuery>;

	/// Randomness of recent blocks, by the block in which it appeared. It decides which commitments are audited.
	#[pallet::storage]
	pub type BlockSeeds<T: Config> = StorageMap<_, Twox64Concat, BlockNumberFor<T>, Option<Hash>>;

	/// What requests paid for audits and auditors have not earned yet.
	#[pallet::storage]
	pub type AuditFunds<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// Price of one compute unit while it is above its floor.
	#[pallet::storage]
	pub type UnitPrice<T: Config> = StorageValue<_, Balance>;

	/// Compute units that the requests of this block ask for.
	#[pallet::storage]
	pub type RequestedCompute<T: Config> = StorageValue<_, ComputeUnits, ValueQuery>;

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A request was taken and its price is in escrow.
		Requested {
			/// Its number.
			request: RequestId,
			/// Who asked and pays.
			requester: AccountId,
			/// Of which version.
			version: VersionId,
			/// Held until it is settled.
			escrow: Balance,
		},
		/// An operator was drawn.
		Assigned {
			/// For which request.
			request: RequestId,
			/// The round in which it was drawn.
			round: Round,
			/// Who.
			worker: AccountId,
			/// As what.
			role: Role,
			/// Last block that may include the commitment.
			deadline: BlockNumberFor<T>,
		},
		/// An operator is bound to a result.
		Committed {
			/// Of which request.
			request: RequestId,
			/// The round in which it was drawn.
			round: Round,
			/// Who.
			worker: AccountId,
			/// To what.
			commitment: Commitment,
			/// Last block that may include the reveals, once the whole panel is bound.
			deadline: Option<BlockNumberFor<T>>,
		},
		/// A commitment is audited. Without auditors it stays unaudited, for nobody else serves the version.
		AuditBegun {
			/// Of which request.
			request: RequestId,
			/// How many auditors were drawn.
			auditors: u32,
		},
		/// An operator has shown its result.
		Revealed {
			/// Of which request.
			request: RequestId,
			/// Whose.
			worker: AccountId,
			/// Its outcome, hash and work.
			digest: ResultDigest,
		},
		/// The answer is there.
		Answered {
			/// To which request.
			request: RequestId,
			/// Its outcome, hash and work.
			digest: ResultDigest,
			/// First block at which it can become final.
			final_at: BlockNumberFor<T>,
		},
		/// There are different results.
		Disputed {
			/// Of which request.
			request: RequestId,
			/// Who came forward against a provisional answer; nobody if a panel was not of one mind.
			challenger: Option<AccountId>,
		},
		/// The answer stands, and everybody is paid.
		Finalised {
			/// Which request.
			request: RequestId,
			/// Paid to those who gave it.
			to_workers: Balance,
			/// Paid to the model's owner.
			to_owner: Balance,
			/// Paid to the treasury.
			to_treasury: Balance,
			/// Paid towards audits.
			to_audits: Balance,
			/// Given back to the requester.
			refund: Balance,
		},
		/// A worker did not commit in time.
		MissedCommit {
			/// To which request.
			request: RequestId,
			/// The round in which it was drawn.
			round: Round,
			/// Who.
			worker: AccountId,
			/// Taken from its stake and burned.
			slashed: Balance,
		},
		/// A worker committed and did not reveal in time.
		MissedReveal {
			/// Of which request.
			request: RequestId,
			/// The round in which it was drawn.
			round: Round,
			/// Who.
			worker: AccountId,
			/// Taken from its stake.
			slashed: Balance,
			/// Part of it for the requester; the rest was burned.
			to_requester: Balance,
		},
		/// A request waits for others to be drawn.
		Reassigned {
			/// Which.
			request: RequestId,
			/// Its new round.
			round: Round,
		},
		/// There is no answer to a request, or nobody can say which is right.
		Expired {
			/// Which.
			request: RequestId,
			/// Given back to the requester.
			refund: Balance,
		},
		/// The record of a settled request is gone.
		Pruned {
			/// Which.
			request: RequestId,
		},
		/// An operator wants to have at most this many tasks.
		CapacitySet {
			/// Who.
			operator: AccountId,
			/// How many.
			capacity: u32,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// No version has this number; look models up by name with `assay model list`.
		UnknownVersion,
		/// The owner deprecated this version; ask for a newer one.
		Deprecated,
		/// No operator serves this version now; try later, or run an operator that serves it.
		NotServed,
		/// The window is shorter than `MinWindow` or longer than `MaxWindow`.
		InvalidWindow,
		/// The price does not fit a balance.
		Overflow,
		/// The request costs more than `max_fee`; ask for a quote and raise it.
		FeeTooLow,
		/// The requester cannot pay the escrow and keep the existential deposit; add funds.
		InsufficientBalance,
		/// No request has this number, or its record was pruned.
		UnknownRequest,
		/// The request is final or expired already.
		AlreadySettled,
		/// The request is not settled yet.
		NotSettled,
		/// The request has not come to this round yet.
		FutureRound,
		/// The request was given to another worker since.
		RoundOver,
		/// The panel has not been drawn yet.
		NotAssigned,
		/// Not all of the panel have committed yet; reveal when they have.
		NotCommitted,
		/// The worker has submitted this already.
		AlreadySubmitted,
		/// Others were drawn.
		NotTheWorker,
		/// The last block for this submission is over.
		DeadlinePassed,
		/// Digest and salt do not open the commitment.
		CommitmentMismatch,
		/// The output is not what the digest says: another hash, or bytes of a failed execution.
		OutputMismatch,
		/// The digest claims more compute units than the request pays for.
		ComputeLimitExceeded,
		/// The deadline or window is not over; try again in the block named by the request's state.
		TooEarly,
		/// Fewer operators serve this version than the quorum has workers; ask for a smaller quorum.
		TooFewServers,
		/// The stake is less than the usual one; ask for a quote, and raise it or leave it out.
		StakeTooLow,
		/// Whether the commitment is audited is decided by the next block; reveal then.
		AuditUndecided,
		/// The commitment is audited; call `begin_audit`, and reveal when the auditors have committed.
		AuditNotBegun,
		/// The commitment is not audited, or its audit was begun; reveal it.
		NotAudited,
		/// The request is disputed; the verdict moves it on.
		InDispute,
		/// Only a provisional answer can be challenged.
		NotProvisional,
		/// The window of the answer is over.
		WindowOver,
		/// Members of the panel have said what they say.
		OnThePanel,
		/// This is the answer that is there.
		SameAnswer,
		/// A challenge puts more at risk than `max_bond`; raise it.
		BondTooHigh,
		/// The caller is not a registered operator.
		NotAnOperator,
		/// The capacity is more than `MaxOpenTasks`.
		CapacityTooHigh,
		/// None of the requests is due, or exists; requests with a missed deadline are for `advance`.
		NothingDue,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::adjust_unit_price();
			let (seed, appeared_at) = T::Randomness::random(SUBJECT);
			Self::note_randomness(seed, appeared_at);
			let agenda = Self::process_agenda(now);
			let queue = seed.map_or(Zero::zero(), |seed| Self::process_queue(seed, appeared_at, now));
			T::WeightInfo::begin_block().saturating_add(agenda).saturating_add(queue)
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			Self::work(now);
		}

		fn integrity_test() {
			assert!(T::MinWindow::get() > 0, "an answer would be final before anybody could see it");
			assert!(T::MinWindow::get() <= T::MaxWindow::get(), "no window would be valid");
			assert!(T::MaxOpenTasks::get() > 0, "nobody could be given a task");
			assert!(T::MaxDrawsPerBlock::get() > 0, "no request would be given to a worker");
			assert!(T::MaxDuePerBlock::get() > 1, "the agenda would never catch up");
			let hooks = Self::weight_of_hooks();
			let half = T::BlockWeights::get().max_block.saturating_div(2);
			assert!(half.all_gte(hooks), "hooks of {hooks} would fill more than half of a block");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Asks for an answer of a model version.
		///
		/// The price is held from the caller's free balance until the request is settled; what was not used comes back
		/// then. It is fixed now, whatever happens to prices later.
		///
		/// - `version`: number of the version; served by at least as many operators as are to answer.
		/// - `input`: the input, or its content id. One that the model cannot take is answered (and paid for) with
		///   [`Outcome::InvalidInput`](assay_primitives::Outcome::InvalidInput).
		/// - `security`: how sure to be of the answer, and for how long it stays provisional.
		/// - `max_fee`: the most that the caller agrees to pay; at least the quote's escrow.
		/// - `seed`: key of the model's random operators; the number of the request unless given.
		/// - `stake`: what each worker has to put at risk; the usual stake unless given, and at least that. More insures a
		///   larger value, and is paid for.
		///
		/// Emits [`Event::Requested`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::request(input_length(input)))]
		pub fn request(
			origin: OriginFor<T>,
			version: VersionId,
			input: Input,
			security: Security,
			#[pallet::compact] max_fee: Balance,
			seed: Option<u64>,
			stake: Option<Balance>,
		) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			let (manifest, quote, audit_rate) =
				Self::offer(version, security, stake).map_err(Error::<T>::from)?;
			ensure!(quote.escrow <= max_fee, Error::<T>::FeeTooLow);
			let id = NextRequest::<T>::get();
			NextRequest::<T>::put(id.checked_add(1).ok_or(Error::<T>::Overflow)?);
			T::Currency::hold(&HoldReason::Escrow.into(), &requester, quote.escrow)
				.map_err(|_| Error::<T>::InsufficientBalance)?;
			Self::note_compute(quote.compute_limit.saturating_mul(quote.workers.into()));

			let now = frame_system::Pallet::<T>::block_number();
			let seed = seed.unwrap_or(id);
			let compute_limit = quote.compute_limit;
			let job = Job { package: manifest.content, input, seed, compute_limit };
			let escrow = quote.escrow;
			let deadline = now.saturating_add(T::PendingPeriod::get());
			Self::insert(
				id,
				Request {
					requester: requester.clone(),
					version,
					job: job.id(),
					seed,
					security,
					quote,
					audit_rate,
					audited: false,
					requested_at: now,
					changed_at: now,
					failed: BoundedVec::new(),
					due: None,
					position: None,
					state: RequestState::Pending { panel: Panel::new(), deadline },
				},
			);
			Inputs::<T>::insert(id, job.input);
			Self::deposit_event(Event::Requested { request: id, requester, version, escrow });
			Ok(())
		}

		/// Binds an operator to a result without showing it. Free of charge; sent by the operator's node.
		///
		/// - `request`, `round`: what the operator was drawn for.
		/// - `worker`: the drawn operator.
		/// - `commitment`: [`commitment`](assay_primitives::commitment::commitment) of the result.
		/// - `signature`: signature of [`commit_message`](assay_primitives::commitment::commit_message) by the
		///   operator's worker key.
		///
		/// Emits [`Event::Committed`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::commit())]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit())]
		#[pallet::authorize(|_source, request, round, worker, commitment, signature| {
			Pallet::<T>::authorize_commit(*request, *round, worker, *commitment, signature)
		})]
		pub fn commit(
			origin: OriginFor<T>,
			request: RequestId,
			round: Round,
			worker: AccountId,
			commitment: Commitment,
			_signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let committing: Committing<T> = Self::check_commit(request, round, &worker)?;
			Self::do_commit(request, worker, commitment, committing);
			Ok(())
		}

		/// Shows the result that an operator is bound to. Free of charge; sent by the operator's node.
		///
		/// - `request`, `round`: what the operator was drawn for.
		/// - `worker`: the drawn operator.
		/// - `digest`, `salt`: open its commitment.
		/// - `output`: the output, or its content id if it does not fit; empty unless the execution succeeded.
		/// - `signature`: signature of [`reveal_message`](assay_primitives::commitment::reveal_message) by the
		///   operator's worker key.
		///
		/// Emits [`Event::Revealed`], and [`Event::Answered`] or [`Event::Disputed`] if it was the last one.
		#[pallet::call_index(2)]
		#[pallet::weight(Pallet::<T>::weight_of_reveals(1, output_length(output), 1))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_reveal(output_length(output)))]
		#[pallet::authorize(|_source, request, round, worker, digest, salt, output, signature| {
			Pallet::<T>::authorize_reveal(*request, *round, worker, digest, salt, output, signature)
		})]
		#[allow(clippy::too_many_arguments)]
		pub fn reveal(
			origin: OriginFor<T>,
			request: RequestId,
			round: Round,
			worker: AccountId,
			digest: ResultDigest,
			salt: Salt,
			output: Output,
			_signature: WorkerSignature,
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			let bytes = output_length(&output);
			let revealing: Revealing<T> =
				Self::check_reveal(request, round, &worker, &digest, &salt, &output)?;
			let disputed = Self::do_reveal(request, worker, Execution { digest, output }, revealing);
			Ok(Some(Self::weight_of_reveals(1, bytes, disputed.into())).into())
		}

		/// Moves a request on whose deadline or window is over, without waiting for a block to do it. Anybody may call
		/// it; it costs nothing if it succeeds.
		///
		/// - `request`: a request that is not settled.
		///
		/// Emits [`Event::Finalised`], or [`Event::MissedCommit`] or [`Event::MissedReveal`] with [`Event::Reassigned`],
		/// [`Event::Answered`], [`Event::Disputed`] or [`Event::Expired`], or [`Event::Expired`] alone.
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::weight_of_move(Panel::bound() as u32))]
		pub fn advance(origin: OriginFor<T>, request: RequestId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let record = Requests::<T>::get(request).ok_or(Error::<T>::UnknownRequest)?;
			ensure!(!record.is_settled(), Error::<T>::AlreadySettled);
			Self::ensure_due(&record)?;
			let seats = record.state.panel().len().max(1).saturated_into();
			Self::move_on(request, record);
			Ok((Some(Self::weight_of_move(seats)), Pays::No).into())
		}

		/// Removes the record of a settled request that has been readable for `RetentionPeriod`, without waiting for a
		/// block to do it. Anybody may call it; it costs nothing if it succeeds.
		///
		/// - `request`: a settled request.
		///
		/// Emits [`Event::Pruned`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::prune())]
		pub fn prune(origin: OriginFor<T>, request: RequestId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let record = Requests::<T>::get(request).ok_or(Error::<T>::UnknownRequest)?;
			ensure!(record.is_settled(), Error::<T>::NotSettled);
			Self::ensure_due(&record)?;
			Self::move_on(request, record);
			Ok(Pays::No.into())
		}

		/// Has the auditors of an audited commitment drawn, without whom its worker cannot reveal it. Anybody may send it,
		/// free of charge; the worker's node does.
		///
		/// - `request`: a request whose only worker has committed, chosen to be audited by the randomness that appeared in
		///   the next block.
		///
		/// Emits [`Event::AuditBegun`] and [`Event::Assigned`] for each auditor.
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::weight_of_audit())]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_begin_audit())]
		#[pallet::authorize(|_source, request| Pallet::<T>::authorize_begin_audit(*request))]
		pub fn begin_audit(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
			ensure_authorized(origin)?;
			let auditing = Self::check_audit(request)?;
			Self::do_begin_audit(request, auditing);
			Ok(())
		}

		/// Disputes a provisional answer with another one. A jury that executes the request again finds who is right; the
		/// bond of a challenger who is wrong is lost.
		///
		/// - `request`: a request whose answer is provisional; the caller is not on its panel.
		/// - `digest`, `output`: the other result.
		/// - `max_bond`: the most that the caller agrees to put at risk.
		///
		/// Emits [`Event::Disputed`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::challenge(output_length(output)))]
		pub fn challenge(
			origin: OriginFor<T>,
			request: RequestId,
			digest: ResultDigest,
			output: Output,
			#[pallet::compact] max_bond: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_challenge(request, who, Execution { digest, output }, max_bond)
		}

		/// Chooses how many tasks the calling operator has at most. It keeps those that it has.
		///
		/// - `capacity`: at most `MaxOpenTasks`, which is what it is until the first call; 0 for none.
		///
		/// Emits [`Event::CapacitySet`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_capacity())]
		pub fn set_capacity(origin: OriginFor<T>, capacity: u32) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			ensure!(T::Operators::worker_key(&operator).is_some(), Error::<T>::NotAnOperator);
			let most = T::MaxOpenTasks::get();
			ensure!(capacity <= most, Error::<T>::CapacityTooHigh);
			Workloads::<T>::mutate_exists(&operator, |stored| {
				let mut workload = stored.take().unwrap_or_default();
				workload.capacity = Some(capacity).filter(|capacity| *capacity < most);
				*stored = Some(workload).filter(|workload| !workload.is_default());
			});
			Self::deposit_event(Event::CapacitySet { operator, capacity });
			Ok(())
		}

		/// [`Self::commit`] for many requests. Commitments that are not valid, or not any more, are passed over.
		///
		/// - `worker`: the drawn operator.
		/// - `entries`: its commitments; at least one is valid.
		/// - `signature`: signature of [`commits_message`](assay_primitives::commitment::commits_message) by the
		///   operator's worker key.
		///
		/// Emits [`Event::Committed`] for each.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::commit_many(entries.len() as u32))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit_many(entries.len() as u32))]
		#[pallet::authorize(|_source, worker, entries, signature| {
			Pallet::<T>::authorize_commit_many(worker, entries, signature)
		})]
		pub fn commit_many(
			origin: OriginFor<T>,
			worker: AccountId,
			entries: BoundedVec<CommitEntry, MaxBatch>,
			_signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_commit_many(&worker, entries);
			Ok(())
		}

		/// [`Self::reveal`] for many requests. Reveals that are not valid, or not any more, are passed over.
		///
		/// - `worker`: the drawn operator.
		/// - `entries`: its results; at least one is valid.
		/// - `signature`: signature of [`reveals_message`](assay_primitives::commitment::reveals_message) by the
		///   operator's worker key.
		///
		/// Emits what [`Self::reveal`] emits for each.
		#[pallet::call_index(9)]
		#[pallet::weight({
			let count = entries.len() as u32;
			Pallet::<T>::weight_of_reveals(count, output_lengths(entries), count)
		})]
		#[pallet::weight_of_authorize(
			T::WeightInfo::authorize_reveal_many(entries.len() as u32, output_lengths(entries))
		)]
		#[pallet::authorize(|_source, worker, entries, signature| {
			Pallet::<T>::authorize_reveal_many(worker, entries, signature)
		})]
		pub fn reveal_many(
			origin: OriginFor<T>,
			worker: AccountId,
			entries: BoundedVec<RevealEntry, MaxBatch>,
			_signature: WorkerSignature,
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			let (count, bytes) = (entries.len() as u32, output_lengths(&entries));
			let disputes = Self::do_reveal_many(&worker, entries);
			Ok(Some(Self::weight_of_reveals(count, bytes, disputes)).into())
		}

		/// Settles many requests whose window is over, and removes the records of settled ones that have been readable for
		/// `RetentionPeriod`. All others are passed over; those whose deadline was missed are for [`Self::advance`], since
		/// a punishment costs a block much more than a payment. Costs nothing if one of them is due.
		///
		/// - `requests`: their numbers.
		///
		/// Emits [`Event::Finalised`] or [`Event::Pruned`] for each.
		#[pallet::call_index(10)]
		#[pallet::weight(
			Pallet::<T>::weight_of_settling(Panel::bound() as u32).saturating_mul(requests.len() as u64)
		)]
		pub fn advance_many(
			origin: OriginFor<T>,
			requests: BoundedVec<RequestId, MaxBatch>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let mut weight = Weight::zero();
			let mut done = false;
			for id in requests {
				let answered = |record: &Request<T>| {
					record.is_settled() || matches!(record.state, RequestState::Provisional { .. })
				};
				let due = |record: &Request<T>| answered(record) && Self::ensure_due(record).is_ok();
				let Some(record) = Requests::<T>::get(id).filter(due) else {
					weight.saturating_accrue(T::DbWeight::get().reads(1));
					continue;
				};
				let seats = record.state.panel().len().max(1).saturated_into();
				weight.saturating_accrue(Self::weight_of_settling(seats));
				Self::move_on(id, record);
				done = true;
			}
			ensure!(done, Error::<T>::NothingDue);
			Ok((Some(weight), Pays::No).into())
		}
	}

	/// Bytes that a request brings.
	fn input_length(input: &Input) -> u32 {
		match input {
			Input::Inline(bytes) => bytes.len() as u32,
			Input::Content(_) => 0,
		}
	}

	/// Bytes that a reveal brings.
	fn output_length(output: &Output) -> u32 {
		match output {
			Output::Inline(bytes) => bytes.len() as u32,
			Output::Content(_) => 0,
		}
	}
	/// Bytes that several reveals bring.
	fn output_lengths(entries: &[RevealEntry]) -> u32 {
		entries.iter().fold(0, |sum, entry| sum.saturating_add(output_length(&entry.output)))
	}
}
