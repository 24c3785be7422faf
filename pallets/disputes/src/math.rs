//! Money: what a dispute costs, who pays and who is paid. Pure functions; every sum that goes in comes out.
//!
//! `F` is the fee of one execution. What losers lose goes to one pot, and out of it are paid, in this order: the jurors who
//! were right, the fees of those whose answer was right, the requester's compensation, the challenger who was right, and
//! the workers who were right. The rest is burned, so that whoever pays into the pot from one pocket never gets as much
//! back into the others.

use crate::types::{MaxAppellants, Owed, Ruling, Takings};
use assay_primitives::{
	AccountId, Balance,
	dispute::{MaxClaims, Role, Tier, Vote},
	traits::Fault,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, traits::Get};
use scale_info::TypeInfo;
use sp_runtime::{Perbill, Permill};

/// Fewer jurors settle nothing.
pub const MIN_JURY: u32 = 3;

/// Jurors who have to find the same: two thirds of those drawn, rounded up.
pub fn threshold(drawn: u32) -> u32 {
	drawn.saturating_mul(2).div_ceil(3)
}

/// What a juror who was right is paid: `F` and a premium.
pub fn juror_pay(fee: Balance, premium: Permill) -> Balance {
	fee.saturating_add(premium.mul_floor(fee))
}

/// What a challenger puts at risk: the pay of a whole first jury.
pub fn challenge_bond(fee: Balance, premium: Permill) -> Balance {
	juror_pay(fee, premium).saturating_mul(Tier::First.size().into())
}

/// What an appeal to `tier` takes: `F` for each juror, and a margin.
pub fn appeal_target(tier: Tier, fee: Balance, margin: Permill) -> Balance {
	let jury = fee.saturating_mul(tier.size().into());
	jury.saturating_add(margin.mul_ceil(jury))
}

/// Least contribution to an appeal that takes `target`. As many of these as there are places reach the target, so small
/// contributions cannot fill the places without filling the appeal.
pub fn least_contribution(target: Balance) -> Balance {
	target.div_ceil(<MaxAppellants as Get<u32>>::get().into())
}

/// What a juror's vote was worth in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Conduct {
	/// It found what was right, and is paid.
	Right,
	/// It did its duty, and nobody knows whether it was right.
	Undecided,
	/// It found something else.
	Wrong,
	/// It did not commit.
	Silent,
	/// It committed and did not reveal.
	Withheld,
}

/// Judges a vote.
pub fn conduct(vote: &Vote, ruling: &Ruling) -> Conduct {
	match (vote, ruling) {
		(Vote::Awaited, _) => Conduct::Silent,
		(Vote::Committed(_), _) => Conduct::Withheld,
		(Vote::Revealed { digest, .. }, Ruling::Upheld(right)) if digest == right => Conduct::Right,
		(Vote::Revealed { .. }, Ruling::Upheld(_)) => Conduct::Wrong,
		(Vote::Revealed { digest, .. }, Ruling::Void { prevailing }) if *prevailing == Some(*digest) => {
			Conduct::Right
		}
		(Vote::Revealed { .. }, Ruling::Void { .. }) => Conduct::Undecided,
	}
}

/// What a juror loses whose `bond` is locked; nothing if it did its duty and was not wrong.
pub fn juror_fault(conduct: Conduct, bond: Balance, share: Perbill) -> Option<Fault<Balance>> {
	let fault = |amount, share| Some(Fault { unlock: bond, amount, share });
	match conduct {
		Conduct::Right | Conduct::Undecided => None,
		Conduct::Wrong => fault(0, share),
		Conduct::Silent => fault(bond, Perbill::zero()),
		Conduct::Withheld => fault(bond, share),
	}
}

/// What a claimant loses of its stake whose result was wrong: all that it put at risk, and who was drawn to answer also a
/// share of the rest. `None` for a challenger, which loses its bond.
pub fn claim_fault(role: Role, at_risk: Balance, share: Perbill) -> Option<Fault<Balance>> {
	let fault = |share| Some(Fault { unlock: at_risk, amount: at_risk, share });
	match role {
		Role::Worker => fault(share),
		Role::Auditor => fault(Perbill::zero()),
		Role::Challenger => None,
	}
}

/// What the jurors' fees, without a premium, exceed the pot by.
pub fn reserve_needed(pot: Balance, winners: u32, fee: Balance) -> Balance {
	fee.saturating_mul(winners.into()).saturating_sub(pot)
}

/// Shares that the runtime chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
	/// What a juror who was right is paid besides `F`, as a share of it.
	pub juror_premium: Permill,
	/// Share of what wrong claims cost, for challengers who were right.
	pub challenger: Permill,
	/// Share of the bonds that lost, for workers and auditors who were right.
	pub bonds: Permill,
}

/// How many are paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Winners {
	/// Jurors.
	pub jurors: u32,
	/// Challengers.
	pub challengers: u32,
	/// Workers and auditors.
	pub workers: u32,
}

/// How a pot is paid out. What is left of the pot is burned.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Payout {
	/// To each juror who was right.
	pub juror: Balance,
	/// To those whose answer was right.
	pub fees: BoundedVec<(AccountId, Balance), MaxClaims>,
	/// To the requester.
	pub compensation: Balance,
	/// To each challenger who was right.
	pub challenger: Balance,
	/// To each worker and auditor who was right, besides its fee.
	pub worker: Balance,
}

/// Who gets what out of what was taken and what the reserve added, for executions that cost `fee`.
pub fn payout(
	takings: &Takings,
	reserve: Balance,
	fee: Balance,
	owed: Owed,
	winners: Winners,
	rates: Rates,
) -> Payout {
	let mut left = takings.total().saturating_add(reserve);
	let juror = share_out(&mut left, winners.jurors, juror_pay(fee, rates.juror_premium));
	let mut fees = owed.fees;
	for (_, amount) in fees.iter_mut() {
		*amount = share_out(&mut left, 1, *amount);
	}
	let compensation = share_out(&mut left, 1, owed.compensation.min(fee));
	let reward = rates.challenger.mul_floor(takings.claims);
	let challenger = share_out(&mut left, winners.challengers, per_head(reward, winners.challengers));
	let bonds = rates.bonds.mul_floor(takings.challenges.saturating_add(takings.appeals));
	let worker = share_out(&mut left, winners.workers, per_head(bonds, winners.workers));
	Payout { juror, fees, compensation, challenger, worker }
}

/// Pays `each` to `count` out of `left`, or as much of it as there is for all of them. Returns what each gets.
fn share_out(left: &mut Balance, count: u32, each: Balance) -> Balance {
	let each = each.min(per_head(*left, count));
	*left = left.saturating_sub(each.saturating_mul(count.into()));
	each
}

fn per_head(amount: Balance, count: u32) -> Balance {
	amount.checked_div(count.into()).unwrap_or(0)
}

/// What somebody is paid for proving an equivocation, out of what it cost.
pub fn reporter_reward(slashed: Balance, share: Permill) -> Balance {
	share.mul_floor(slashed)
}

#[cfg(test)]
#[path = "tests/math.rs"]
mod tests;
