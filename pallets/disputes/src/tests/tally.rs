//! What a jury found: two thirds, and what becomes of the rest.

use super::*;
use crate::tally::leader;
use assay_primitives::dispute::Seat;

#[test]
fn two_thirds_of_the_drawn_jury_should_decide() {
	Builder::default().run(|| {
		challenge();
		play(ID, |i| Finds(if i < 2 { "wrong" } else { "right" }));
		let standing = dispute(ID).standing.expect("decided");
		assert_eq!((standing.digest, standing.jury), (result("right"), 7));
		let event = Event::Decided { request: ID, tier: Tier::First, digest: result("right"), votes: 5 };
		assert!(events().contains(&event));
		assert_eq!(deadline(ID), System::block_number() + APPEAL_PERIOD);
		assert_eq!(TestRequests::verdict(ID), None, "only the verdict moves money");
		assert_eq!(held(CHALLENGER, HoldReason::Challenge), CHALLENGE_BOND);
	});
}

#[test]
fn next_tier_should_be_drawn_at_once_when_fewer_agree() {
	Builder::default().run(|| {
		challenge();
		let first = play(ID, |i| Finds(if i < 3 { "wrong" } else { "right" }));
		assert_eq!((dispute(ID).tier, dispute(ID).standing), (Tier::Second, None));
		assert!(events().contains(&Event::Undecided { request: ID, tier: Tier::First }));
		let second = play(ID, |i| Finds(if i < 6 { "wrong" } else { "right" }));
		assert_eq!((first.len(), second.len(), dispute(ID).tier), (7, 15, Tier::Third));
		let third = play(ID, |i| Finds(if i < 10 { "wrong" } else { "right" }));
		assert_eq!(third.len(), 31);
		ruled(ID);
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
	});
}

#[test]
fn last_tier_should_not_be_appealable() {
	Builder::default().run(|| {
		challenge();
		play(ID, |_| Nothing);
		play(ID, |_| Nothing);
		play(ID, |_| Finds("right"));
		assert!(matches!(dispute(ID).phase, Phase::Concluded { .. }));
		assert_noop!(Jurors::appeal(origin(OTHER), ID, Balance::MAX), Error::<Test>::NotAppealable);
		next_block();
		assert_eq!(TestRequests::verdict(ID), Some(verdict("right")));
		assert_noop!(Jurors::appeal(origin(OTHER), ID, Balance::MAX), Error::<Test>::NotAppealable);
	});
}

#[test]
fn dispute_should_be_void_when_the_last_tier_does_not_agree() {
	Builder::default().run(|| {
		challenge();
		play(ID, |i| Finds(if i < 3 { "wrong" } else { "right" }));
		play(ID, |i| Finds(if i < 6 { "wrong" } else { "right" }));
		play(ID, |i| Finds(if i < 11 { "wrong" } else { "right" }));
		ruled(ID);
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Void));
		assert!(events().contains(&Event::Ruled { request: ID, digest: None }));
	});
}

#[test]
fn jurors_who_say_nothing_should_count_as_drawn() {
	Builder::default().run(|| {
		challenge();
		play(ID, |i| match i {
			0 => Nothing,
			1 => Withholds,
			2 => Finds("wrong"),
			_ => Finds("right"),
		});
		assert_eq!(dispute(ID).tier, Tier::Second, "four of seven are not two thirds");
	});
}

#[test]
fn dissent_should_not_decide_when_it_is_spread() {
	Builder::default().run(|| {
		challenge();
		play(ID, |i| Finds(["a", "b", "c", "d", "e", "f", "g"][i]));
		assert_eq!(dispute(ID).tier, Tier::Second);
		assert_eq!(Outputs::<Test>::iter().count(), 0, "outputs of nothing are not kept");
	});
}

#[test]
fn result_that_no_claim_has_should_win_with_its_output() {
	Builder::default().run(|| {
		challenge();
		play(ID, |i| Finds(if i < 2 { "other" } else { "third" }));
		let kept: Vec<_> = Outputs::<Test>::iter_prefix_values(ID).collect();
		assert_eq!(kept, [inline("third")]);
		settle(ID);
		let output = Some(inline("third"));
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Upheld { digest: result("third"), output }));
		assert_eq!(Outputs::<Test>::iter().count(), 0);
	});
}

#[test]
fn output_that_most_jurors_showed_should_win() {
	let content = |n| {
		let id = assay_primitives::ContentId { codec: assay_primitives::Codec::DagPb, digest: [n; 32] };
		Payload::Content(id)
	};
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		for n in &jury {
			commit(ID, *n, "long");
		}
		// The first names an id that leads nowhere: it fits the digest as well as any.
		for (i, n) in jury.iter().enumerate() {
			let output = content(if i < 2 { 0 } else { 1 });
			assert_ok!(submit(reveal_call(ID, *n, result("long"), Some(output))).expect("valid"));
		}
		settle(ID);
		let output = Some(content(1));
		assert_eq!(TestRequests::verdict(ID), Some(Verdict::Upheld { digest: result("long"), output }));
	});
}

#[test]
fn leader_should_be_who_most_jurors_follow() {
	let seat = |n: u8, vote| Seat { juror: account(n), vote };
	let revealed = |n, text| seat(n, Vote::Revealed { digest: result(text), shown: None });
	let jury = |seats: Vec<Seat<AccountId>>| crate::Jury::try_from(seats).unwrap();
	let silent = jury(vec![seat(1, Vote::Awaited), seat(2, Vote::Committed(Hash::zero()))]);
	assert_eq!(leader(&silent), None);
	let mixed = jury(vec![
		revealed(1, "a"),
		revealed(2, "b"),
		seat(3, Vote::Awaited),
		revealed(4, "b"),
		revealed(5, "c"),
	]);
	let found = leader(&mixed).unwrap();
	assert_eq!((found.digest, found.votes), (result("b"), 2));
}
