//! Parameters of every pallet, by subject.

mod consensus;
mod inference;
mod money;
mod system;

pub use inference::{RuntimeParameters, parameters};
pub use system::ProxyType;
