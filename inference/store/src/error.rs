//! What can be wrong with a package or a store.

use assay_primitives::ContentId;
use std::{io, path::PathBuf};

/// Why a directory is not a usable package.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
	/// The content breaks a rule. The same content is refused on every machine.
	#[error("{path}: {problem}")]
	Invalid {
		/// The file or directory inside the package; `.` is the package itself.
		path: String,
		/// What is wrong and what to do.
		problem: String,
	},
	/// The content changed between two looks at it.
	#[error("{path} changed while it was read: let its writer finish, then try again")]
	Changed {
		/// The file inside the package.
		path: String,
	},
	/// The content is not what its id says.
	#[error("the content at {path} has the id {found}, not {expected}: add the package to the store again")]
	Mismatch {
		/// Where.
		path: PathBuf,
		/// The id it should have.
		expected: ContentId,
		/// The id it has.
		found: ContentId,
	},
	/// This machine could not read it.
	#[error("cannot read {path}: {source}; check that it exists and this user may read it")]
	Io {
		/// Where.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
}

impl PackageError {
	pub(crate) fn invalid(path: impl Into<String>, problem: impl Into<String>) -> Self {
		Self::Invalid { path: path.into(), problem: problem.into() }
	}

	pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		move |source| Self::Io { path: path.into(), source }
	}
}

/// Why the store cannot give or take something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// Nothing is kept under the id.
	#[error("{id} is not in the store at {store}: add it there first")]
	NotFound {
		/// What was asked for.
		id: ContentId,
		/// Of which store.
		store: PathBuf,
	},
	/// The bytes are longer than the caller accepts.
	#[error("{id} has {size} bytes; at most {limit} are accepted here")]
	TooLarge {
		/// What was asked for.
		id: ContentId,
		/// Bytes on disk.
		size: u64,
		/// Bytes accepted.
		limit: u64,
	},
	/// The disk holds something else than what was stored.
	#[error("{path} is damaged: its content has the id {found}; delete it and add {expected} again")]
	Corrupt {
		/// Where.
		path: PathBuf,
		/// The id it is kept under.
		expected: ContentId,
		/// The id it has.
		found: ContentId,
	},
	/// The package itself is at fault.
	#[error(transparent)]
	Package(#[from] PackageError),
	/// This machine could not read or write.
	#[error("cannot access {path}: {source}; check that the disk has space and the directory is writable")]
	Io {
		/// Where.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
}

impl StoreError {
	pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		move |source| Self::Io { path: path.into(), source }
	}
}
