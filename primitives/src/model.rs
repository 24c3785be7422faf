//! Models: `owner/name` with immutable versions.

use crate::{Balance, ComputeUnits, ContentId, TensorSpec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Number of a model version, unique on the chain; never reused.
pub type VersionId = u32;
/// Number of a version within its model: the `2` of `alice/digits@2`. Counts from 1.
pub type VersionNumber = u32;
/// Longest namespace or model name, in bytes.
pub type MaxNameLength = ConstU32<32>;
/// Lower-case ASCII letters, digits, `-`, `_` and `.`; starts with a letter or digit.
pub type Label = BoundedVec<u8, MaxNameLength>;
/// The namespace in front of a model's name. It belongs to the account that claimed it first.
pub type Owner = Label;
/// Most inputs or outputs of a version.
pub type MaxTensors = ConstU32<16>;
/// Longest of each descriptive text of a version, in bytes.
pub type MaxText = ConstU32<64>;
/// Most tags of a version.
pub type MaxTags = ConstU32<8>;

/// `owner/name`.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct ModelName {
	/// Namespace.
	pub owner: Owner,
	/// Name within the namespace.
	pub name: Label,
}

/// Whether `label` may name a namespace or a model.
pub fn is_valid_label(label: &[u8]) -> bool {
	let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
	label.first().is_some_and(alphanumeric)
		&& label.iter().all(|byte| alphanumeric(byte) || matches!(byte, b'-' | b'_' | b'.'))
}

/// The definition of every float result; changing any bit means a new variant.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum NumericProfile {
	/// `strict-f32` version 1.
	StrictF32V1,
}

/// What a version is. Fixed at registration.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Manifest {
	/// The package: every file that a worker needs.
	pub content: ContentId,
	/// Size of the package in bytes.
	pub size: u64,
	/// Definition of its float results.
	pub profile: NumericProfile,
	/// What a request must give.
	pub inputs: BoundedVec<TensorSpec, MaxTensors>,
	/// What an answer holds.
	pub outputs: BoundedVec<TensorSpec, MaxTensors>,
	/// Most work one request may cause; the escrow covers it.
	pub compute_limit: ComputeUnits,
	/// Paid to the owner for each answer.
	pub royalty: Balance,
	/// What it is for, such as `image-classification`.
	pub task: BoundedVec<u8, MaxText>,
	/// SPDX licence expression.
	pub licence: BoundedVec<u8, MaxText>,
	/// Words to find it by.
	pub tags: BoundedVec<BoundedVec<u8, MaxNameLength>, MaxTags>,
}

#[cfg(test)]
mod tests {
	use super::is_valid_label;

	#[test]
	fn labels_should_be_lower_case_words() {
		for good in ["digits", "all-minilm_l6.v2", "7b"] {
			assert!(is_valid_label(good.as_bytes()), "{good}");
		}
		for bad in ["", "Digits", "-x", "a/b", "a b", "ä"] {
			assert!(!is_valid_label(bad.as_bytes()), "{bad}");
		}
	}
}
