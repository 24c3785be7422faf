//! Time in milliseconds, slots and blocks.

use assay_primitives::BlockNumber;

/// Length of a slot.
pub const SLOT_MILLIS: u64 = 3_000;
/// One minute in blocks.
pub const MINUTES: BlockNumber = 20;
/// One hour in blocks.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// One day in blocks.
pub const DAYS: BlockNumber = 24 * HOURS;
/// Slots of an epoch, which is also a session: the pace at which the validator set changes.
pub const EPOCH_SLOTS: u32 = 10 * MINUTES;
/// Share of slots that have a primary author (BABE's `c`).
pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);

/// BABE's start configuration. Every slot has a VRF output, primary or secondary, for the draws depend on it.
pub const BABE_GENESIS: sp_consensus_babe::BabeEpochConfiguration =
	sp_consensus_babe::BabeEpochConfiguration {
		c: PRIMARY_PROBABILITY,
		allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
	};
