//! Content-addressed model packages in a local directory.
//!
//! - [`unixfs`] computes the ids that `ipfs add --cid-version=1 --raw-leaves --chunker=size-1048576` computes;
//! - [`Package`] reads and checks a package directory and its `assay.toml`;
//! - [`Store`] keeps packages and byte strings under their ids, and notices when the disk changed them.
//!
//! Everything read from a directory is hostile until checked: sizes and counts are limited before memory is taken,
//! symbolic links are refused, and no path leaves the package.

mod config;
mod error;
mod local;
mod package;
mod tree;
pub mod unixfs;

pub use config::{CONFIG_FILE, DEFAULT_MEMORY_LIMIT, Kind, PackageConfig};
pub use error::{PackageError, StoreError};
pub use local::Store;
pub use package::{Files, Package};
