//! Content ids: CIDv1 over sha2-256, the ids that IPFS tools compute for the same bytes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What the block behind a [`ContentId`] holds (a multicodec code).
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Codec {
	/// Bytes of a file of at most one chunk (multicodec `raw`, 0x55).
	Raw,
	/// A UnixFS file of several chunks, or a directory (multicodec `dag-pb`, 0x70).
	DagPb,
}

/// CIDv1 with a sha2-256 digest. Names the bytes of a file or of a whole model package.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct ContentId {
	/// What the root block holds.
	pub codec: Codec,
	/// sha2-256 of the root block.
	pub digest: [u8; 32],
}

#[cfg(feature = "std")]
mod text {
	use super::{Codec, ContentId};
	use cid::{Cid, multihash::Multihash};
	use std::{fmt, str::FromStr};

	/// Multicodec codes (multiformats table).
	const RAW: u64 = 0x55;
	const DAG_PB: u64 = 0x70;
	const SHA2_256: u64 = 0x12;

	/// Why a text is not a content id of this network.
	#[derive(Clone, Debug, PartialEq, Eq)]
	pub enum ContentIdError {
		/// Not a CID at all.
		NotACid(String),
		/// A CID of another version, codec or hash function.
		Unsupported(String),
	}

	impl fmt::Display for ContentIdError {
		fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
			match self {
				Self::NotACid(why) => {
					write!(f, "not a content id ({why}); expected a CIDv1 such as `bafybei…`")
				}
				Self::Unsupported(what) => write!(
					f,
					"unsupported content id ({what}); expected CIDv1 with sha2-256 and codec raw or dag-pb, as \
					 `ipfs add --cid-version=1` prints it"
				),
			}
		}
	}

	impl std::error::Error for ContentIdError {}

	impl From<ContentId> for Cid {
		fn from(id: ContentId) -> Cid {
			let codec = match id.codec {
				Codec::Raw => RAW,
				Codec::DagPb => DAG_PB,
			};
			#[allow(clippy::expect_used)]
			let hash = Multihash::wrap(SHA2_256, &id.digest).expect("32 bytes fit a 64-byte multihash; qed");
			Cid::new_v1(codec, hash)
		}
	}

	impl TryFrom<Cid> for ContentId {
		type Error = ContentIdError;

		fn try_from(cid: Cid) -> Result<Self, ContentIdError> {
			let unsupported = |what: String| Err(ContentIdError::Unsupported(what));
			if cid.version() != cid::Version::V1 {
				return unsupported("CIDv0".into());
			}
			let codec = match cid.codec() {
				RAW => Codec::Raw,
				DAG_PB => Codec::DagPb,
				other => return unsupported(format!("codec {other:#x}")),
			};
			if cid.hash().code() != SHA2_256 {
				return unsupported(format!("hash function {:#x}", cid.hash().code()));
			}
			match <[u8; 32]>::try_from(cid.hash().digest()) {
				Ok(digest) => Ok(ContentId { codec, digest }),
				Err(_) => unsupported("digest is not 32 bytes".into()),
			}
		}
	}

	/// The usual text form: base32, lower case, prefix `b`.
	impl fmt::Display for ContentId {
		fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
			Cid::from(*self).fmt(f)
		}
	}

	impl FromStr for ContentId {
		type Err = ContentIdError;

		fn from_str(text: &str) -> Result<Self, ContentIdError> {
			Cid::try_from(text).map_err(|error| ContentIdError::NotACid(error.to_string()))?.try_into()
		}
	}
}

#[cfg(feature = "std")]
pub use text::ContentIdError;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn text_should_match_ipfs_when_file_is_hello_world() {
		// `printf 'hello world' | ipfs add --cid-version=1 --raw-leaves`
		let id = ContentId { codec: Codec::Raw, digest: sp_crypto_hashing::sha2_256(b"hello world") };
		let text = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
		assert_eq!(id.to_string(), text);
		assert_eq!(text.parse(), Ok(id));
	}

	#[test]
	fn parse_should_say_what_is_expected_when_cid_is_foreign() {
		let v0 = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG".parse::<ContentId>();
		assert!(matches!(&v0, Err(ContentIdError::Unsupported(what)) if what == "CIDv0"), "{v0:?}");
		let garbage = "hello".parse::<ContentId>();
		assert!(matches!(&garbage, Err(ContentIdError::NotACid(_))), "{garbage:?}");
	}
}
