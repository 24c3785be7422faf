//! Elementwise operations: one rounding for each arithmetic operation, nothing fused.

mod binary;
mod broadcast;
mod compare;
mod unary;

pub use binary::{Binary, BinaryPart, binary, binary_same, binary_scalar};
pub use broadcast::{broadcast_map, broadcast_shape};
pub use compare::{ComparePart, Comparison, compare};
pub use unary::{Unary, UnaryPart, unary, unary_in_place};

/// Elements a thread takes at a time.
const CHUNK: usize = 1 << 14;
