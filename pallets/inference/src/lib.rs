//! Inference requests: escrow, draw, commit, reveal, finality and payment.
//!
//! ```text
//! request ─► Pending ─draw─► Assigned ─commit─► Committed ─reveal─► Provisional ─window─► Final
//!               ▲  │            │                  │
//!               │  │            └──────────────────┴─ deadline missed: slashed, and to another worker, twice
//!               └──┼────────────────────────────────┘
//!                  └─ no worker in time, or three failed ─► Expired (refunded)
//! ```
//!
//! Every state has a deadline. When it passes, the request moves on by itself in `on_initialize` (bounded work per
//! block), or earlier if anybody calls [`Pallet::advance`]. Settled requests stay readable for `RetentionPeriod`.
//!
//! | file | about |
//! | --- | --- |
//! | `math` | prices, settlements and penalties: pure functions |
//! | `agenda` | writes a request together with everything indexed by its state |
//! | `draw` | the queue of pending requests and who gets them |
//! | `answer` | what makes a commitment or a reveal valid |
//! | `progress` | deadlines, finality, payments |
//! | `queries` | what the runtime API answers |
//! | `offchain`, `journal` | the off-chain worker, and what it remembers having sent |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

mod agenda;
pub mod answer;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod draw;
mod journal;
pub mod math;
mod offchain;
mod progress;
mod queries;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{Position, Queued, Request};
pub use weights::WeightInfo;

// What the macro generates contains `expect`; what is written here does not.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		Position, Queued, Request, WeightInfo,
		answer::{Committing, Revealing},
		draw::MAX_TRIES,
	};
	use assay_primitives::{
		AccountId, Balance, Commitment, ComputeUnits, Hash, Job, RequestId, RequestState, ResultDigest,
		Round, Salt, Security, VersionId,
		job::{Input, Output},
		traits::{Models, Operators},
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
		traits::{Saturating, Zero},
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

		/// Randomness of each block and the block in which it appeared; `pallet_babe::ParentBlockRandomness`. A block
		/// without randomness draws nobody.
		type Randomness: Randomness<Option<Hash>, BlockNumberFor<Self>>;

		/// Price of every answer, whatever the work.
		type BasePrice: Get<Balance>;

		/// Price of one compute unit.
		type UnitPrice: Get<Balance>;

		/// Stake locked for a task, in units of its fee (`S / F`).
		type StakeMultiple: Get<u32>;

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

		/// Blocks that a worker gets to reveal.
		type RevealPeriod: Get<BlockNumberFor<Self>>;

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

		/// Most requests given to workers in a block.
		#[pallet::constant]
		type MaxDrawsPerBlock: Get<u32>;

		/// Most requests moved on by a block itself because they are due.
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

	/// When each of them is to be moved on: exactly one entry for each, under its `due` block.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, RequestId, ()>;

	/// First block of the agenda that may still have entries. `None` before the first block with this pallet.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>>;

	/// Pending requests in the order in which they are given to workers. A place is empty once its request expired.
	#[pallet::storage]
	pub type Queue<T: Config> = StorageMap<_, Twox64Concat, Position, Queued<BlockNumberFor<T>>>;

	/// First place of the queue that may be taken.
	#[pallet::storage]
	pub type QueueHead<T: Config> = StorageValue<_, Position, ValueQuery>;

	/// Place of the next request that queues.
	#[pallet::storage]
	pub type QueueTail<T: Config> = StorageValue<_, Position, ValueQuery>;

	/// Requests that a worker has to submit something for.
	#[pallet::storage]
	pub type Duties<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId, BoundedVec<RequestId, T::MaxOpenTasks>, ValueQuery>;

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
		/// A worker was drawn.
		Assigned {
			/// For which request.
			request: RequestId,
			/// Its round.
			round: Round,
			/// Who.
			worker: AccountId,
			/// Last block that may include the commitment.
			deadline: BlockNumberFor<T>,
		},
		/// A worker is bound to a result.
		Committed {
			/// Of which request.
			request: RequestId,
			/// Its round.
			round: Round,
			/// Who.
			worker: AccountId,
			/// To what.
			commitment: Commitment,
			/// Last block that may include the reveal.
			deadline: BlockNumberFor<T>,
		},
		/// The answer is there.
		Revealed {
			/// To which request.
			request: RequestId,
			/// Whose.
			worker: AccountId,
			/// Its outcome, hash and work.
			digest: ResultDigest,
			/// First block at which it can become final.
			final_at: BlockNumberFor<T>,
		},
		/// The answer stands, and everybody is paid.
		Finalised {
			/// Which request.
			request: RequestId,
			/// Who answered.
			worker: AccountId,
			/// Paid to the worker.
			to_worker: Balance,
			/// Paid to the model's owner.
			to_owner: Balance,
			/// Paid to the treasury.
			to_treasury: Balance,
			/// Given back to the requester.
			refund: Balance,
		},
		/// A worker did not commit in time.
		MissedCommit {
			/// To which request.
			request: RequestId,
			/// Its round.
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
			/// Its round.
			round: Round,
			/// Who.
			worker: AccountId,
			/// Taken from its stake.
			slashed: Balance,
			/// Part of it for the requester; the rest was burned.
			to_requester: Balance,
		},
		/// A request waits for another worker.
		Reassigned {
			/// Which.
			request: RequestId,
			/// Its new round.
			round: Round,
		},
		/// No worker answered a request.
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
		/// No worker has been drawn for this round yet.
		NotAssigned,
		/// The worker has not committed yet.
		NotCommitted,
		/// The worker has submitted this already.
		AlreadySubmitted,
		/// Another worker was drawn.
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
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let agenda = Self::process_agenda(now);
			agenda.saturating_add(Self::process_queue(now))
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
			let draw = T::WeightInfo::assign()
				.saturating_add(T::WeightInfo::try_candidate().saturating_mul(MAX_TRIES.into()));
			let hooks = Self::weight_of_move()
				.saturating_mul(T::MaxDuePerBlock::get().into())
				.saturating_add(draw.saturating_mul(T::MaxDrawsPerBlock::get().into()));
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
		/// Asks for one execution of a model version.
		///
		/// The price is held from the caller's free balance until the request is settled; what was not used comes back
		/// then. It is fixed now, whatever happens to prices later.
		///
		/// - `version`: number of the version; served by at least one operator.
		/// - `input`: the input, or its content id. One that the model cannot take is answered (and paid for) with
		///   [`Outcome::InvalidInput`](assay_primitives::Outcome::InvalidInput).
		/// - `security`: how sure to be of the answer, and for how long it stays provisional.
		/// - `max_fee`: the most that the caller agrees to pay; at least the quote's escrow.
		/// - `seed`: key of the model's random operators; the number of the request unless given.
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
		) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			let (manifest, quote) = Self::offer(version, security).map_err(Error::<T>::from)?;
			ensure!(quote.escrow <= max_fee, Error::<T>::FeeTooLow);
			let id = NextRequest::<T>::get();
			NextRequest::<T>::put(id.checked_add(1).ok_or(Error::<T>::Overflow)?);
			T::Currency::hold(&HoldReason::Escrow.into(), &requester, quote.escrow)
				.map_err(|_| Error::<T>::InsufficientBalance)?;

			let now = frame_system::Pallet::<T>::block_number();
			let seed = seed.unwrap_or(id);
			let compute_limit = quote.compute_limit;
			let job = Job { package: manifest.content, input, seed, compute_limit };
			let escrow = quote.escrow;
			Self::insert(
				id,
				Request {
					requester: requester.clone(),
					version,
					job: job.id(),
					seed,
					security,
					quote,
					requested_at: now,
					changed_at: now,
					failed: BoundedVec::new(),
					due: Zero::zero(),
					position: None,
					state: RequestState::Pending { deadline: now.saturating_add(T::PendingPeriod::get()) },
				},
			);
			Inputs::<T>::insert(id, job.input);
			Self::deposit_event(Event::Requested { request: id, requester, version, escrow });
			Ok(())
		}

		/// Binds a worker to a result without showing it. Free of charge; sent by the worker's node.
		///
		/// - `request`, `round`: what the worker was drawn for.
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
			let Committing { request: record, stake, .. } = Self::check_commit(request, round, &worker)?;
			let now = frame_system::Pallet::<T>::block_number();
			let deadline = now.saturating_add(T::RevealPeriod::get());
			Self::transition(
				request,
				record,
				RequestState::Committed { worker: worker.clone(), stake, commitment, deadline },
			);
			Self::deposit_event(Event::Committed { request, round, worker, commitment, deadline });
			Ok(())
		}

		/// Shows the result that a worker is bound to. Free of charge; sent by the worker's node.
		///
		/// - `request`, `round`: what the worker was drawn for.
		/// - `worker`: the drawn operator.
		/// - `digest`, `salt`: open its commitment.
		/// - `output`: the output, or its content id if it does not fit; empty unless the execution succeeded.
		/// - `signature`: signature of [`reveal_message`](assay_primitives::commitment::reveal_message) by the
		///   operator's worker key.
		///
		/// Emits [`Event::Revealed`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::reveal(output_length(output)))]
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
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let Revealing { request: record, stake, .. } =
				Self::check_reveal(request, round, &worker, &digest, &salt, &output)?;
			let Security::Optimistic { window } = record.security;
			let now = frame_system::Pallet::<T>::block_number();
			let final_at = now.saturating_add(window.into());
			Self::transition(
				request,
				record,
				RequestState::Provisional { worker: worker.clone(), stake, digest, output, final_at },
			);
			Self::deposit_event(Event::Revealed { request, worker, digest, final_at });
			Ok(())
		}

		/// Moves a request on whose deadline or window is over, without waiting for a block to do it. Anybody may call
		/// it; it costs nothing if it succeeds.
		///
		/// - `request`: a request that is not settled.
		///
		/// Emits [`Event::Finalised`], or [`Event::MissedCommit`] or [`Event::MissedReveal`] with [`Event::Reassigned`]
		/// or [`Event::Expired`], or [`Event::Expired`] alone.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::finalise().max(T::WeightInfo::miss()))]
		pub fn advance(origin: OriginFor<T>, request: RequestId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let record = Requests::<T>::get(request).ok_or(Error::<T>::UnknownRequest)?;
			ensure!(!record.is_settled(), Error::<T>::AlreadySettled);
			Self::ensure_due(&record)?;
			Self::move_on(request, record);
			Ok(Pays::No.into())
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
}
