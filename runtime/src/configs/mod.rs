//! Parameters of every pallet, by subject.

mod consensus;
pub(crate) mod inference;
pub(crate) mod money;
mod system;

pub use inference::{RuntimeParameters, parameters};
pub use system::ProxyType;
