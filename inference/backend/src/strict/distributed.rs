//! Reading several tensors at once, and collective operations: Burn's defaults. The latter refuse to run.

use burn_backend::{distributed::DistributedOps, ops::TransactionOps};

use super::Strict;

impl TransactionOps<Self> for Strict {}

impl DistributedOps<Self> for Strict {}
