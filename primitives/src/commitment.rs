//! What a worker binds itself to before it shows its result.

use crate::{AccountId, ComputeUnits, Hash, JobId, RequestId, Round, dispute::Tier, job::Output};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_crypto_hashing::blake2_256;

/// Hash that binds a worker to a result without showing it.
pub type Commitment = Hash;
/// Keeps others from guessing a result from its commitment.
pub type Salt = [u8; 32];

/// How an execution ended. Every variant is a deterministic function of package, input, seed and limits, so a failure
/// is an answer like any other: agreed on, paid for, open to challenge.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Outcome {
	/// The output is the answer.
	Success,
	/// Input of wrong name, type or shape, or not decodable.
	InvalidInput,
	/// The package is not a model that the profile can run.
	InvalidModel,
	/// The compute limit was reached.
	OutOfCompute,
	/// The memory limit was reached.
	OutOfMemory,
	/// An operator, or the package's program, failed on these values or shapes.
	OperatorFailed,
}

/// A result without its bytes: what is compared when two workers are asked whether they agree.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ResultDigest {
	/// How the execution ended.
	pub outcome: Outcome,
	/// [`output_hash`] of the output; of no bytes at all unless `outcome` is [`Outcome::Success`].
	pub output_hash: Hash,
	/// Work done.
	pub compute_units: ComputeUnits,
}

impl ResultDigest {
	/// Whether this can be the digest of `output`: its hash if the bytes are here, and no bytes at all unless the
	/// execution succeeded. Whoever fetches bytes that are elsewhere checks their hash.
	pub fn admits(&self, output: &Output) -> bool {
		match output {
			Output::Inline(bytes) => {
				(self.outcome == Outcome::Success || bytes.is_empty())
					&& output_hash(bytes) == self.output_hash
			}
			Output::Content(_) => self.outcome == Outcome::Success,
		}
	}
}

/// blake2b-256 of an output's bytes.
pub fn output_hash(output: &[u8]) -> Hash {
	blake2_256(output).into()
}

/// Commitment of `worker` to `digest` for one round of one request on one chain.
///
/// It names the account, so a copied commitment opens for nobody else.
pub fn commitment(
	genesis: Hash,
	request: RequestId,
	round: Round,
	worker: &AccountId,
	digest: &ResultDigest,
	salt: &Salt,
) -> Commitment {
	(b"assay/commitment/1", genesis, request, round, worker, digest, salt).using_encoded(blake2_256).into()
}

/// What the worker key signs to derive the salt. ed25519 signatures are deterministic, so a restarted worker, or a
/// second node with the same key, finds the same salt and never equivocates.
///
/// It names the job, as every message below does: after a re-organisation the same number may belong to another request,
/// and what was signed for the first must mean nothing for the second.
pub fn salt_message(genesis: Hash, request: RequestId, round: Round, job: JobId) -> Hash {
	(b"assay/salt/1", genesis, request, round, job).using_encoded(blake2_256).into()
}

/// Salt from the signature of [`salt_message`].
pub fn salt(signature: &[u8]) -> Salt {
	blake2_256(signature)
}

/// What the worker key signs to submit a commitment.
pub fn commit_message(
	genesis: Hash,
	request: RequestId,
	round: Round,
	job: JobId,
	worker: &AccountId,
	commitment: Commitment,
) -> Hash {
	(b"assay/commit/1", genesis, request, round, job, worker, commitment).using_encoded(blake2_256).into()
}

/// What the worker key signs to open a commitment.
///
/// The opening alone is not enough: it binds the bytes of the output but not the content id under which they can be
/// fetched, so anybody who saw it could publish it first with an id that leads nowhere.
pub fn reveal_message(
	genesis: Hash,
	request: RequestId,
	round: Round,
	job: JobId,
	commitment: Commitment,
	output: &Output,
) -> Hash {
	(b"assay/reveal/1", genesis, request, round, job, commitment, output).using_encoded(blake2_256).into()
}

/// Most submissions in one transaction.
pub type MaxBatch = ConstU32<64>;

/// One of several commitments of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CommitEntry {
	/// What the worker was drawn for.
	pub request: RequestId,
	/// In which round.
	pub round: Round,
	/// What it executed.
	pub job: JobId,
	/// [`commitment`] of the result.
	pub commitment: Commitment,
}

/// One of several reveals of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct RevealEntry {
	/// What the worker was drawn for.
	pub request: RequestId,
	/// In which round.
	pub round: Round,
	/// What it executed.
	pub job: JobId,
	/// Opens its commitment, with `salt`.
	pub digest: ResultDigest,
	/// Opens its commitment, with `digest`.
	pub salt: Salt,
	/// The output, or its content id if it does not fit; empty unless the execution succeeded.
	pub output: Output,
}

/// What the worker key signs to submit several commitments.
pub fn commits_message(genesis: Hash, worker: &AccountId, entries: &[CommitEntry]) -> Hash {
	(b"assay/commits/1", genesis, worker, entries).using_encoded(blake2_256).into()
}

/// What the worker key signs to open several commitments; the digests and salts name them.
pub fn reveals_message(genesis: Hash, worker: &AccountId, entries: &[RevealEntry]) -> Hash {
	(b"assay/reveals/1", genesis, worker, entries).using_encoded(blake2_256).into()
}

/// Commitment of a juror to `digest` for one tier of the dispute about one request on one chain. Like [`commitment`], it
/// opens for nobody else; it never equals one of those, so that what a juror said as a worker is worth nothing here.
pub fn jury_commitment(
	genesis: Hash,
	request: RequestId,
	tier: Tier,
	juror: &AccountId,
	digest: &ResultDigest,
	salt: &Salt,
) -> Commitment {
	(b"assay/jury/commitment/1", genesis, request, tier, juror, digest, salt).using_encoded(blake2_256).into()
}

/// What the worker key signs to derive the [`salt`] of a juror's commitment.
pub fn jury_salt_message(genesis: Hash, request: RequestId, tier: Tier, job: JobId) -> Hash {
	(b"assay/jury/salt/1", genesis, request, tier, job).using_encoded(blake2_256).into()
}

/// What the worker key signs to submit a juror's commitment.
pub fn jury_commit_message(
	genesis: Hash,
	request: RequestId,
	tier: Tier,
	job: JobId,
	juror: &AccountId,
	commitment: Commitment,
) -> Hash {
	(b"assay/jury/commit/1", genesis, request, tier, job, juror, commitment).using_encoded(blake2_256).into()
}

/// What the worker key signs to open a juror's commitment; with the output if no claim has shown it.
pub fn jury_reveal_message(
	genesis: Hash,
	request: RequestId,
	tier: Tier,
	job: JobId,
	commitment: Commitment,
	output: Option<&Output>,
) -> Hash {
	(b"assay/jury/reveal/1", genesis, request, tier, job, commitment, output).using_encoded(blake2_256).into()
}

/// What the worker key signs to prove to the chain that its holder agreed to work for `operator`.
pub fn worker_key_message(genesis: Hash, operator: &AccountId) -> Hash {
	(b"assay/worker-key/1", genesis, operator).using_encoded(blake2_256).into()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn commitment_should_change_when_any_part_changes() {
		let digest =
			ResultDigest { outcome: Outcome::Success, output_hash: output_hash(b"7"), compute_units: 9 };
		let alice = AccountId::new([1; 32]);
		let base = commitment(Hash::zero(), 1, 0, &alice, &digest, &[0; 32]);
		let others = [
			commitment(Hash::repeat_byte(1), 1, 0, &alice, &digest, &[0; 32]),
			commitment(Hash::zero(), 2, 0, &alice, &digest, &[0; 32]),
			commitment(Hash::zero(), 1, 1, &alice, &digest, &[0; 32]),
			commitment(Hash::zero(), 1, 0, &AccountId::new([2; 32]), &digest, &[0; 32]),
			commitment(Hash::zero(), 1, 0, &alice, &ResultDigest { compute_units: 10, ..digest }, &[0; 32]),
			commitment(Hash::zero(), 1, 0, &alice, &digest, &[1; 32]),
		];
		for other in others {
			assert_ne!(base, other);
		}
	}

	#[test]
	fn jury_commitment_should_change_when_any_part_changes() {
		let digest =
			ResultDigest { outcome: Outcome::Success, output_hash: output_hash(b"7"), compute_units: 9 };
		let (alice, bob) = (AccountId::new([1; 32]), AccountId::new([2; 32]));
		let zero = Hash::zero();
		let base = jury_commitment(zero, 1, Tier::First, &alice, &digest, &[0; 32]);
		let others = [
			commitment(zero, 1, 0, &alice, &digest, &[0; 32]),
			jury_commitment(Hash::repeat_byte(1), 1, Tier::First, &alice, &digest, &[0; 32]),
			jury_commitment(zero, 2, Tier::First, &alice, &digest, &[0; 32]),
			jury_commitment(zero, 1, Tier::Second, &alice, &digest, &[0; 32]),
			jury_commitment(zero, 1, Tier::First, &bob, &digest, &[0; 32]),
			jury_commitment(
				zero,
				1,
				Tier::First,
				&alice,
				&ResultDigest { compute_units: 10, ..digest },
				&[0; 32],
			),
			jury_commitment(zero, 1, Tier::First, &alice, &digest, &[1; 32]),
		];
		for other in others {
			assert_ne!(base, other);
		}
	}

	#[test]
	fn digest_should_admit_only_its_own_output() {
		let inline = |bytes: &[u8]| Output::Inline(bytes.to_vec().try_into().unwrap());
		let digest =
			|outcome, bytes| ResultDigest { outcome, output_hash: output_hash(bytes), compute_units: 1 };
		let elsewhere = Output::Content(crate::ContentId { codec: crate::Codec::Raw, digest: [1; 32] });
		assert!(digest(Outcome::Success, b"7").admits(&inline(b"7")));
		assert!(!digest(Outcome::Success, b"7").admits(&inline(b"8")));
		assert!(digest(Outcome::Success, b"7").admits(&elsewhere));
		assert!(digest(Outcome::OutOfMemory, b"").admits(&inline(b"")));
		assert!(!digest(Outcome::OutOfMemory, b"7").admits(&inline(b"7")));
		assert!(!digest(Outcome::OutOfMemory, b"").admits(&elsewhere));
	}
}
