//! Money: what a request costs, who is paid, and what a fault costs. Pure functions; every sum that goes in comes out.
//!
//! `F`, the fee of one execution, is `base + compute_limit * unit_price`: the most that a worker can earn, but for what it
//! gets for a stake beyond the usual. The royalty is not part of it, since it is the same whoever works. `S`, at least
//! `StakeMultiple * F`, is locked while a worker holds a task.

use crate::types::AUDITORS;
use assay_primitives::{
	Balance, ComputeUnits, Hash, RequestId,
	api::{Quote, QuoteError},
	traits::Fault,
};
use codec::Encode;
use sp_runtime::{
	FixedPointNumber, FixedU128, PerThing, Perbill, Permill, Rounding,
	helpers_128bit::multiply_by_rational_with_rounding,
	traits::{One, Saturating, Zero},
};

/// What the runtime charges now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
	/// Paid for every answer, whatever the work.
	pub base: Balance,
	/// Price of one compute unit.
	pub unit: Balance,
	/// The usual `S / F`.
	pub stake_multiple: u32,
	/// Chance that an optimistic request is audited.
	pub audit_rate: Permill,
	/// Price of a stake beyond the usual, as a share of what it is more.
	pub insurance_rate: Permill,
}

/// What a requester wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
	/// How many workers are to execute it.
	pub workers: u32,
	/// Whether it may be audited.
	pub audited: bool,
	/// Most work of one execution.
	pub compute_limit: ComputeUnits,
	/// Paid to the model's owner.
	pub royalty: Balance,
	/// What each worker has to put at risk; the usual stake unless given.
	pub stake: Option<Balance>,
}

/// Price of one request.
pub fn quote(prices: Prices, terms: Terms) -> Result<Quote<Balance>, QuoteError> {
	let sum = || -> Option<_> {
		let fee = prices.unit.checked_mul(terms.compute_limit.into())?.checked_add(prices.base)?;
		Some((fee, fee.checked_mul(prices.stake_multiple.into())?))
	};
	let (fee, usual) = sum().ok_or(QuoteError::Overflow)?;
	let worker_stake = terms.stake.unwrap_or(usual);
	let more = worker_stake.checked_sub(usual).ok_or(QuoteError::StakeTooLow)?;
	let insurance = prices.insurance_rate.mul_ceil(more);
	let total = || -> Option<_> {
		let rate = if terms.audited { prices.audit_rate } else { Permill::zero() };
		let audit = rate.mul_ceil(fee.checked_mul(AUDITORS.into())?);
		let executions = fee.checked_add(insurance)?.checked_mul(terms.workers.into())?;
		Some((audit, executions.checked_add(audit)?.checked_add(terms.royalty)?))
	};
	let (audit, escrow) = total().ok_or(QuoteError::Overflow)?;
	Ok(Quote {
		escrow,
		base: prices.base,
		unit_price: prices.unit,
		royalty: terms.royalty,
		audit,
		insurance,
		workers: terms.workers,
		compute_limit: terms.compute_limit,
		worker_stake,
	})
}

/// What a worker earns with `units` of work, before the treasury's share and without what it gets for its stake.
fn fee_of(quote: &Quote<Balance>, units: ComputeUnits) -> Balance {
	// Neither operation saturates: with the limit instead of the units, `quote` has computed the same without overflow.
	let units = units.min(quote.compute_limit);
	quote.unit_price.saturating_mul(units.into()).saturating_add(quote.base)
}

/// `F`: the most that one execution of this request costs.
pub fn execution_fee(quote: &Quote<Balance>) -> Balance {
	fee_of(quote, quote.compute_limit)
}

/// What a requester pays for an answer that took `units`, if everybody answered and can receive what is theirs.
pub fn charge(quote: &Quote<Balance>, units: ComputeUnits) -> Balance {
	fee_of(quote, units)
		.saturating_add(quote.insurance)
		.saturating_mul(quote.workers.into())
		.saturating_add(quote.audit)
		.saturating_add(quote.royalty)
}

/// How an escrow is paid out. The parts and what is left of the escrow add up to the escrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
	/// To each worker.
	pub worker: Balance,
	/// To the treasury, for each worker; a share of the fee, rounded down.
	pub treasury: Balance,
	/// To the model's owner.
	pub owner: Balance,
	/// To the pot that audits are paid from.
	pub audit: Balance,
}

/// Who gets what for an answer that took `units`.
pub fn settle(quote: &Quote<Balance>, units: ComputeUnits, treasury_share: Permill) -> Settlement {
	let fee = fee_of(quote, units);
	let treasury = treasury_share.mul_floor(fee);
	Settlement {
		worker: fee.saturating_sub(treasury).saturating_add(quote.insurance),
		treasury,
		owner: quote.royalty,
		audit: quote.audit,
	}
}

/// No commitment by the deadline: 1 F; the rest of the stake is given free.
///
/// All of it is burned. A requester could make any worker late, for example with an input that nobody can fetch, and
/// must not earn by it.
pub fn missed_commit(quote: &Quote<Balance>, stake: Balance) -> Fault<Balance> {
	Fault { unlock: stake, amount: execution_fee(quote).min(stake), share: Perbill::zero() }
}

/// A commitment and no reveal: all of S.
///
/// The worker had the result, so only the worker can be at fault: withholding it because of what it says must cost as
/// much as lying.
pub fn missed_reveal(stake: Balance) -> Fault<Balance> {
	Fault { unlock: stake, amount: stake, share: Perbill::zero() }
}

/// Whether `some` are at least two thirds of `all`.
pub fn is_supermajority(some: usize, all: usize) -> bool {
	some > 0 && some.saturating_mul(3) >= all.saturating_mul(2)
}

/// Whether the randomness `seed` chooses a request to be audited, with the chance `rate`.
pub fn is_audited(seed: Hash, request: RequestId, rate: Permill) -> bool {
	let number =
		u128::from_le_bytes((b"assay/audit", seed, request).using_encoded(sp_io::hashing::blake2_128));
	// The bias of the remainder is less than 2^-100.
	number.checked_rem(Permill::ACCURACY.into()).is_some_and(|number| number < rate.deconstruct().into())
}

/// What makes lying more or less risky.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
	/// `a`: chance that an answer is audited.
	pub audit_rate: Permill,
	/// `k`: auditors of an audited answer.
	pub auditors: u32,
	/// `p`: share of the stake that lies together.
	pub bad_share: Permill,
	/// `w`: chance that somebody else executes the request again in its window, and challenges a lie.
	pub watched: Permill,
}

impl Risk {
	/// `d = 1 − (1 − a(1 − p^k))(1 − w)`: chance that a lie is found out.
	pub fn detection(&self) -> FixedU128 {
		let one = FixedU128::one();
		let bad: FixedU128 = self.bad_share.into();
		let caught = FixedU128::from(self.audit_rate)
			.saturating_mul(one.saturating_sub(bad.saturating_pow(self.auditors as usize)));
		let unseen = one.saturating_sub(self.watched.into());
		one.saturating_sub(one.saturating_sub(caught).saturating_mul(unseen))
	}
}

/// The least stake with which a lie does not pay: `S ≥ (cost + (1 − d)·gain)/d − F`, rounded up. `cost` is what the liar
/// saves by not executing, `gain` what a wrong answer is worth to it. `None` if no stake is enough, since no lie is found
/// out or the number does not fit a balance.
pub fn required_stake(risk: Risk, fee: Balance, cost: Balance, gain: Balance) -> Option<Balance> {
	let found = risk.detection();
	if found.is_zero() {
		return None;
	}
	let (found, unit) = (found.into_inner(), FixedU128::DIV);
	let kept = multiply_by_rational_with_rounding(gain, unit.saturating_sub(found), unit, Rounding::Up)?;
	let worth = cost.checked_add(kept)?;
	multiply_by_rational_with_rounding(worth, unit, found, Rounding::Up)
		.map(|stake| stake.saturating_sub(fee))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn prices() -> impl Strategy<Value = Prices> {
		let amount = || prop_oneof![8 => 0..1_000_000_000_000u128, 1 => any::<u128>(), 1 => Just(u128::MAX)];
		let rate = || (0..=1_000_000u32).prop_map(Permill::from_parts);
		(amount(), amount(), any::<u32>(), rate(), rate()).prop_map(
			|(base, unit, stake_multiple, audit_rate, insurance_rate)| Prices {
				base,
				unit,
				stake_multiple,
				audit_rate,
				insurance_rate,
			},
		)
	}

	fn terms() -> impl Strategy<Value = Terms> {
		let workers = prop_oneof![Just(1u32), Just(3), Just(5), Just(7)];
		let stake = prop_oneof![3 => Just(None), 1 => any::<u128>().prop_map(Some)];
		(workers, any::<u64>(), 0..u128::from(u64::MAX), stake).prop_map(
			|(workers, compute_limit, royalty, stake)| Terms {
				workers,
				audited: workers == 1,
				compute_limit,
				royalty,
				stake,
			},
		)
	}

	proptest! {
		#[test]
		fn quote_should_be_exact_or_refused(prices in prices(), terms in terms()) {
			let Ok(quote) = quote(prices, terms) else { return Ok(()) };
			let fee = prices.base + prices.unit * u128::from(terms.compute_limit);
			let usual = fee * u128::from(prices.stake_multiple);
			prop_assert_eq!(execution_fee(&quote), fee);
			prop_assert_eq!(quote.worker_stake, terms.stake.unwrap_or(usual));
			prop_assert!(quote.worker_stake >= usual);
			prop_assert_eq!(quote.insurance, prices.insurance_rate.mul_ceil(quote.worker_stake - usual));
			prop_assert_eq!(quote.audit > 0, terms.audited && fee > 0 && !prices.audit_rate.is_zero());
			let executions = u128::from(terms.workers) * (fee + quote.insurance);
			prop_assert_eq!(quote.escrow, executions + quote.audit + terms.royalty);
		}

		#[test]
		fn settlement_should_be_the_quoted_charge_and_never_exceed_the_escrow(
			prices in prices(),
			terms in terms(),
			units: u64,
			share in 0..=1_000_000u32,
		) {
			let Ok(quote) = quote(prices, terms) else { return Ok(()) };
			let parts = settle(&quote, units, Permill::from_parts(share));
			let workers = u128::from(quote.workers);
			let charged = workers * (parts.worker + parts.treasury) + parts.owner + parts.audit;
			prop_assert_eq!(charged, charge(&quote, units));
			prop_assert!(charged <= quote.escrow);
			// Doing all the work that was paid for leaves nothing over, and less work costs exactly its units less.
			let unused = u128::from(quote.compute_limit - units.min(quote.compute_limit)) * prices.unit;
			prop_assert_eq!(quote.escrow - charged, unused * workers);
			prop_assert!(parts.treasury <= Permill::from_parts(share).mul_ceil(execution_fee(&quote)));
		}

		#[test]
		fn faults_should_never_cost_more_than_the_locked_stake(
			prices in prices(),
			terms in terms(),
			stake: u128,
		) {
			let Ok(quote) = quote(prices, terms) else { return Ok(()) };
			let (late, silent) = (missed_commit(&quote, stake), missed_reveal(stake));
			for fault in [late, silent] {
				prop_assert_eq!(fault.unlock, stake);
				prop_assert!(fault.amount <= stake && fault.share.is_zero());
			}
			prop_assert_eq!(late.amount, execution_fee(&quote).min(stake));
			prop_assert_eq!(silent.amount, stake);
		}

		#[test]
		fn required_stake_should_make_lying_unprofitable_and_hardly_be_more(
			(audit, bad, watched) in (0..=1_000_000u32, 0..=1_000_000u32, 0..=1_000_000u32),
			auditors in 1..4u32,
			(fee, cost, gain) in (1..1_000_000_000u128, 0..1_000_000_000u128, 0..1_000_000_000_000u128),
		) {
			let rate = Permill::from_parts;
			let risk =
				Risk { audit_rate: rate(audit), auditors, bad_share: rate(bad), watched: rate(watched) };
			let found = risk.detection().into_inner() as f64 / 1e18;
			let Some(stake) = required_stake(risk, fee, cost, gain) else { return Ok(()) };
			let loss = |stake: f64| found * (stake + fee as f64);
			let profit = cost as f64 + (1.0 - found) * gain as f64;
			prop_assert!(loss(stake as f64) >= profit * (1.0 - 1e-9));
			prop_assert!(stake == 0 || loss(stake as f64 - 3.0) <= profit * (1.0 + 1e-9));
		}
	}

	const CHEAP: Prices = Prices {
		base: 1,
		unit: 1,
		stake_multiple: 15,
		audit_rate: Permill::from_percent(10),
		insurance_rate: Permill::from_percent(1),
	};
	const ONE: Terms = Terms { workers: 1, audited: true, compute_limit: 10, royalty: 0, stake: None };

	#[test]
	fn quote_should_be_refused_when_the_price_overflows() {
		assert!(quote(CHEAP, ONE).is_ok());
		let overflow = Err(QuoteError::Overflow);
		assert_eq!(quote(Prices { unit: u128::MAX, ..CHEAP }, Terms { compute_limit: 2, ..ONE }), overflow);
		assert_eq!(quote(Prices { base: u128::MAX, ..CHEAP }, ONE), overflow);
		assert_eq!(quote(CHEAP, Terms { royalty: u128::MAX, ..ONE }), overflow);
		let stake = Prices { unit: u128::MAX / 10, ..CHEAP };
		assert_eq!(quote(stake, Terms { compute_limit: 1, ..ONE }), overflow, "the stake overflows");
		let insured = Prices { insurance_rate: Permill::one(), ..CHEAP };
		assert_eq!(quote(insured, Terms { stake: Some(u128::MAX), workers: 3, ..ONE }), overflow);
	}

	#[test]
	fn quote_should_be_refused_when_the_stake_is_less_than_usual() {
		let usual = 15 * 11;
		assert_eq!(quote(CHEAP, Terms { stake: Some(usual - 1), ..ONE }), Err(QuoteError::StakeTooLow));
		let insured = |stake| quote(CHEAP, Terms { stake: Some(stake), ..ONE }).unwrap();
		assert_eq!(insured(usual), quote(CHEAP, ONE).unwrap());
		assert_eq!((insured(usual + 100).insurance, insured(usual + 100).worker_stake), (1, usual + 100));
		assert_eq!(insured(usual + 101).insurance, 2, "rounded up");
	}

	#[test]
	fn supermajority_should_be_two_thirds() {
		for (some, all, enough) in [
			(0, 1, false),
			(1, 1, true),
			(1, 2, false),
			(2, 3, true),
			(3, 5, false),
			(4, 5, true),
			(4, 7, false),
			(5, 7, true),
		] {
			assert_eq!(is_supermajority(some, all), enough, "{some} of {all}");
		}
	}

	#[test]
	fn audits_should_be_as_frequent_as_their_rate() {
		let audited = |percent| {
			let rate = Permill::from_percent(percent);
			(0..10_000u64).filter(|id| is_audited(Hash::repeat_byte(3), *id, rate)).count()
		};
		assert_eq!((audited(0), audited(100)), (0, 10_000));
		assert!((900..1_100).contains(&audited(10)), "{}", audited(10));
	}

	#[test]
	fn detection_should_follow_its_formula() {
		let percent = Permill::from_percent;
		let risk =
			Risk { audit_rate: percent(10), auditors: 2, bad_share: percent(50), watched: Permill::zero() };
		assert_eq!(risk.detection(), FixedU128::from_rational(75, 1_000));
		let watched = Risk { watched: percent(20), ..risk };
		assert_eq!(watched.detection(), FixedU128::from_rational(26, 100));
		assert_eq!(Risk { audit_rate: Permill::zero(), ..risk }.detection(), FixedU128::zero());
	}

	#[test]
	fn fifteen_fees_should_be_enough_against_laziness_of_a_third() {
		let risk = Risk {
			audit_rate: Permill::from_percent(10),
			auditors: AUDITORS,
			bad_share: Permill::from_rational(1u32, 3),
			watched: Permill::zero(),
		};
		// Who does not execute saves at most the whole fee.
		let fee = 1_000_000;
		assert!(required_stake(risk, fee, fee, 0).unwrap() <= 15 * fee);
		assert_eq!(required_stake(Risk { audit_rate: Permill::zero(), ..risk }, fee, fee, 0), None);
	}
}
