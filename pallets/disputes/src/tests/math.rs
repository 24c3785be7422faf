use super::*;
use assay_primitives::{Outcome, ResultDigest};
use proptest::prelude::*;

fn amount() -> impl Strategy<Value = Balance> {
	prop_oneof![8 => 0..1_000_000_000_000u128, 1 => 0..u128::MAX / 1_000]
}

fn any_amount() -> impl Strategy<Value = Balance> {
	prop_oneof![6 => amount(), 1 => any::<u128>(), 1 => Just(u128::MAX)]
}

fn permill() -> impl Strategy<Value = Permill> {
	(0..=1_000_000u32).prop_map(Permill::from_parts)
}

fn perbill() -> impl Strategy<Value = Perbill> {
	(0..=1_000_000_000u32).prop_map(Perbill::from_parts)
}

prop_compose! {
	fn rates()(juror_premium in permill(), challenger in permill(), bonds in permill()) -> Rates {
		Rates { juror_premium, challenger, bonds }
	}
}

prop_compose! {
	fn takings()(claims in amount(), jurors in amount(), appeals in amount(), part in permill()) -> Takings {
		Takings { claims, jurors, appeals, challenges: part.mul_floor(claims) }
	}
}

prop_compose! {
	fn winners()(jurors in 0..=53u32, challengers in 0..=8u32, workers in 0..=8u32) -> Winners {
		Winners { jurors, challengers, workers }
	}
}

prop_compose! {
	fn owed()(fees in prop::collection::vec(any_amount(), 0..=8), compensation in any_amount()) -> Owed {
		let fees = fees.into_iter().map(|fee| (AccountId::new([1; 32]), fee)).collect::<Vec<_>>();
		Owed { fees: fees.try_into().unwrap(), compensation }
	}
}

/// All that is paid.
fn total(payout: &Payout, winners: Winners) -> Balance {
	payout.juror * Balance::from(winners.jurors)
		+ payout.fees.iter().map(|(_, fee)| fee).sum::<Balance>()
		+ payout.compensation
		+ payout.challenger * Balance::from(winners.challengers)
		+ payout.worker * Balance::from(winners.workers)
}

proptest! {
	#[test]
	fn payout_should_never_exceed_what_was_taken(
		takings in takings(), reserve in amount(), fee in any_amount(), owed in owed(),
		winners in winners(), rates in rates(),
	) {
		let paid = total(&payout(&takings, reserve, fee, owed, winners, rates), winners);
		prop_assert!(paid <= takings.total() + reserve);
	}

	#[test]
	fn payout_should_pay_everybody_in_order(
		takings in takings(), reserve in amount(), fee in amount(), owed in owed(),
		winners in winners(), rates in rates(),
	) {
		let payout = payout(&takings, reserve, fee, owed.clone(), winners, rates);
		let pot = takings.total() + reserve;
		let wanted = juror_pay(fee, rates.juror_premium);
		prop_assert!(payout.juror <= wanted);
		let jurors = payout.juror * Balance::from(winners.jurors);
		// Whoever comes later gets something only if those before them got all, up to the rounding of an equal share.
		if winners.jurors > 0 && payout.juror < wanted {
			prop_assert!(pot - jurors < winners.jurors.into());
		}
		let mut left = pot - jurors;
		for ((_, paid), (_, owed)) in payout.fees.iter().zip(&owed.fees) {
			prop_assert_eq!(*paid, (*owed).min(left));
			left -= paid;
		}
		prop_assert_eq!(payout.compensation, owed.compensation.min(fee).min(left));
		left -= payout.compensation;
		let challengers = payout.challenger * Balance::from(winners.challengers);
		prop_assert!(challengers <= rates.challenger.mul_floor(takings.claims).min(left));
		left -= challengers;
		let lost = takings.challenges + takings.appeals;
		let workers = payout.worker * Balance::from(winners.workers);
		prop_assert!(workers <= rates.bonds.mul_floor(lost).min(left));
	}

	#[test]
	fn reserve_should_be_needed_for_fees_alone(pot in amount(), winners in 1..=53u32, fee in amount()) {
		let needed = reserve_needed(pot, winners, fee);
		prop_assert_eq!(needed, (fee * Balance::from(winners)).saturating_sub(pot));
		// With it, each juror gets its fee, and not the premium unless the pot pays it.
		let rates = Rates {
			juror_premium: Permill::from_percent(5),
			challenger: Permill::zero(),
			bonds: Permill::zero(),
		};
		let takings = Takings { jurors: pot, ..Takings::default() };
		let owed = Owed { fees: BoundedVec::new(), compensation: 0 };
		let winners = Winners { jurors: winners, ..Winners::default() };
		let juror = payout(&takings, needed, fee, owed, winners, rates).juror;
		prop_assert!(juror >= fee);
		prop_assert!(needed == 0 || juror == fee);
	}

	#[test]
	fn threshold_should_be_two_thirds_rounded_up(drawn in 1..=1_000u32) {
		let needed = threshold(drawn);
		prop_assert!(3 * needed >= 2 * drawn && 3 * (needed - 1) < 2 * drawn);
	}

	#[test]
	fn least_contributions_should_fill_every_appeal(target in any_amount()) {
		let places: u32 = MaxAppellants::get();
		let least = least_contribution(target);
		prop_assert!(least.saturating_mul(places.into()) >= target);
		prop_assert!(least <= target);
	}

	#[test]
	fn appeal_should_pay_the_next_jury(fee in amount(), margin in permill()) {
		for tier in [Tier::Second, Tier::Third] {
			let jury = fee * Balance::from(tier.size());
			prop_assert_eq!(appeal_target(tier, fee, margin), jury + margin.mul_ceil(jury));
		}
	}

	#[test]
	fn amounts_should_not_overflow(fee in any_amount(), premium in permill(), margin in permill()) {
		prop_assert!(juror_pay(fee, premium) >= fee);
		prop_assert!(challenge_bond(fee, premium) >= fee);
		prop_assert!(appeal_target(Tier::Third, fee, margin) >= fee);
		prop_assert!(reserve_needed(0, u32::MAX, fee) >= fee);
	}

	#[test]
	fn faults_should_give_free_exactly_what_was_locked(bond in any_amount(), share in perbill()) {
		use Conduct::*;
		for conduct in [Wrong, Silent, Withheld] {
			let fault = juror_fault(conduct, bond, share).expect("it costs something");
			prop_assert_eq!(fault.unlock, bond);
			prop_assert!(fault.amount <= fault.unlock);
		}
		for conduct in [Right, Undecided] {
			prop_assert_eq!(juror_fault(conduct, bond, share), None);
		}
		for role in [Role::Worker, Role::Auditor] {
			let fault = claim_fault(role, bond, share).expect("it costs something");
			prop_assert_eq!((fault.unlock, fault.amount), (bond, bond));
		}
		prop_assert_eq!(claim_fault(Role::Challenger, bond, share), None);
	}

	#[test]
	fn slash_should_never_exceed_the_stake(stake in any_amount(), bond in any_amount(), share in perbill()) {
		let faults = [
			juror_fault(Conduct::Withheld, bond, share),
			claim_fault(Role::Worker, bond, share),
		];
		for fault in faults.into_iter().flatten() {
			let first = fault.amount.min(stake);
			prop_assert!(first + fault.share.mul_floor(stake - first) <= stake);
		}
	}

	#[test]
	fn reporter_should_get_less_than_an_equivocation_costs(slashed in any_amount(), percent in 0..100u32) {
		let reward = reporter_reward(slashed, Permill::from_percent(percent));
		prop_assert!(slashed == 0 || reward < slashed);
	}
}

/// The chain's parameters.
const RATES: Rates = Rates {
	juror_premium: Permill::from_percent(5),
	challenger: Permill::from_percent(20),
	bonds: Permill::from_percent(50),
};

/// Somebody who is on every side of one dispute, and holds fewer than half of the seats of each jury.
#[derive(Clone, Debug)]
struct Attacker {
	/// Fee of one execution.
	fee: Balance,
	/// Stake of each operator, in units of the fee; at least what is at risk.
	stake: Balance,
	/// Whether its worker is the one who was wrong, rather than its challenger.
	worker_lies: bool,
	/// Seats of each tier that are its own, and how many of them say something else than what is right.
	seats: [(u32, u32); 3],
	/// Whether it appeals what is right.
	appeals: [bool; 2],
}

fn attacker() -> impl Strategy<Value = Attacker> {
	let tier = |most: u32| (0..=most).prop_flat_map(|seats| (Just(seats), 0..=seats));
	(100..1_000_000u128, 15..10_000u128, any::<bool>(), tier(3), tier(7), tier(15), any::<[bool; 2]>())
		.prop_map(|(fee, stake, worker_lies, first, second, third, appeals)| Attacker {
			fee,
			stake,
			worker_lies,
			seats: [first, second, third],
			appeals,
		})
}

impl Attacker {
	/// Everything that the attacker gets minus everything that it loses; `None` if the dispute is void. What the executions
	/// cost that its jurors have to do is not even counted.
	fn profit(&self) -> Option<i128> {
		let fee = self.fee;
		let stake = self.stake * fee;
		let at_risk = 15 * fee;
		let bond = challenge_bond(fee, RATES.juror_premium);
		let mut takings = Takings::default();
		let (mut lost, mut right, mut own_right) = (0, 0, 0);
		let mut upheld = false;
		for (index, tier) in Tier::ALL.into_iter().enumerate() {
			let (own, dissent) = self.seats[index];
			let honest = tier.size() - dissent;
			right += honest;
			own_right += own - dissent;
			// The cheapest dissent is to say nothing: one fee.
			takings.jurors += Balance::from(dissent) * fee;
			lost += Balance::from(dissent) * fee;
			upheld = honest >= threshold(tier.size());
			let appealed = self.appeals.get(index) == Some(&true);
			if upheld
				&& appealed && let Some(next) = tier.next()
			{
				let target = appeal_target(next, fee, Permill::from_percent(20));
				takings.appeals += target;
				lost += target;
			} else if upheld {
				break;
			}
		}
		if !upheld {
			return None;
		}
		let (challengers, workers) = if self.worker_lies { (1, 0) } else { (0, 1) };
		if self.worker_lies {
			takings.claims = at_risk + (stake - at_risk) / 10;
		} else {
			takings.claims = bond;
			takings.challenges = bond;
		}
		lost += takings.claims;
		let compensation = if self.worker_lies { fee } else { 0 };
		let owed = Owed { fees: BoundedVec::new(), compensation };
		let reserve = reserve_needed(takings.total(), right, fee);
		let winners = Winners { jurors: right, challengers, workers };
		let payout = payout(&takings, reserve, fee, owed, winners, RATES);
		let won =
			payout.juror * Balance::from(own_right) + payout.compensation + payout.challenger + payout.worker;
		Some(won as i128 - lost as i128)
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

	#[test]
	fn disputing_oneself_should_never_pay(attacker in attacker()) {
		if let Some(profit) = attacker.profit() {
			prop_assert!(profit < 0, "{profit} in units of {}", attacker.fee);
		}
	}
}

#[test]
fn thresholds_should_be_those_of_the_protocol() {
	let thresholds = Tier::ALL.map(|tier| (tier.size(), threshold(tier.size())));
	assert_eq!(thresholds, [(7, 5), (15, 10), (31, 21)]);
	assert_eq!(threshold(3), 2);
}

#[test]
fn votes_should_be_judged_by_the_ruling() {
	let digest = |compute_units| ResultDigest {
		outcome: Outcome::Success,
		output_hash: Default::default(),
		compute_units,
	};
	let revealed = |n| Vote::Revealed { digest: digest(n), shown: None };
	let upheld = Ruling::Upheld(digest(1));
	let void = Ruling::Void { prevailing: Some(digest(1)) };
	let nothing = Ruling::Void { prevailing: None };
	assert_eq!(conduct(&revealed(1), &upheld), Conduct::Right);
	assert_eq!(conduct(&revealed(2), &upheld), Conduct::Wrong);
	assert_eq!(conduct(&revealed(1), &void), Conduct::Right);
	assert_eq!(conduct(&revealed(2), &void), Conduct::Undecided);
	assert_eq!(conduct(&revealed(1), &nothing), Conduct::Undecided);
	for ruling in [upheld, void, nothing] {
		assert_eq!(conduct(&Vote::Awaited, &ruling), Conduct::Silent);
		assert_eq!(conduct(&Vote::Committed(Default::default()), &ruling), Conduct::Withheld);
	}
}
