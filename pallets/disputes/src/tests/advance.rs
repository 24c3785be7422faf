//! Deadlines, and what anybody can do about them. The hooks' bounds.

use super::*;
use crate::{Agenda, AgendaCursor, Numbers};
use frame_support::dispatch::Pays;

fn advance(n: u8) {
	let info = Jurors::advance(origin(n), ID).expect("it is due");
	assert_eq!(info.pays_fee, Pays::No);
}

fn too_early() {
	assert_noop!(Jurors::advance(origin(OTHER), ID), Error::<Test>::TooEarly);
}

/// Time passes without the hooks.
fn skip_to(block: BlockNumber) {
	System::set_block_number(block);
}

#[test]
fn every_phase_should_move_on_when_it_is_due_and_not_before() {
	Builder::default().run(|| {
		challenge();
		too_early();
		let jury = seated(ID);
		for n in &jury[..6] {
			commit(ID, *n, "right");
		}
		skip_to(deadline(ID));
		too_early();
		skip_to(deadline(ID) + 1);
		advance(OTHER);
		assert!(matches!(dispute(ID).phase, Phase::Revealing { missing: 6, .. }));
		for n in &jury[..5] {
			reveal(ID, *n, "right");
		}
		skip_to(deadline(ID));
		too_early();
		skip_to(deadline(ID) + 1);
		advance(OTHER);
		skip_to(deadline(ID));
		too_early();
		skip_to(deadline(ID) + 1);
		advance(OTHER);
		assert!(matches!(dispute(ID).phase, Phase::Collecting { .. }));
		too_early();
		skip_to(System::block_number() + 1);
		advance(OTHER);
		assert!(matches!(dispute(ID).phase, Phase::Paying { .. }));
		for _ in 0..2 {
			skip_to(System::block_number() + 1);
			advance(OTHER);
		}
		assert!(matches!(dispute(ID).phase, Phase::Settled { .. }));
		skip_to(System::block_number() + RETENTION_PERIOD - 1);
		too_early();
		skip_to(System::block_number() + 1);
		advance(OTHER);
		assert_eq!(Disputes::<Test>::get(ID), None);
	});
}

#[test]
fn jurors_should_be_drawn_by_blocks_alone_until_the_deadline() {
	Builder::default().run(|| {
		challenge();
		skip_to(deadline(ID));
		too_early();
		skip_to(deadline(ID) + 1);
		advance(OTHER);
		assert_eq!(jurors(ID, Tier::First).len(), 7, "the hooks lagged, and that is no reason for a void");
	});
}

#[test]
fn several_draws_in_one_block_should_not_repeat_themselves() {
	Builder::default().run(|| {
		challenge();
		play(ID, |_| Nothing);
		skip_to(deadline(ID) + 1);
		advance(OTHER);
		skip_to(System::block_number());
		let before = jurors(ID, Tier::Second);
		assert!(before.len() <= 8);
		advance(OTHER);
		assert!(jurors(ID, Tier::Second).len() > before.len());
	});
}

#[test]
fn advance_should_fail_when_there_is_no_dispute() {
	Builder::default().run(|| {
		assert_noop!(Jurors::advance(origin(OTHER), ID), Error::<Test>::UnknownDispute);
	});
}

#[test]
fn advance_should_fail_when_it_is_not_signed() {
	Builder::default().run(|| {
		decided();
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Jurors::advance(origin, ID), sp_runtime::DispatchError::BadOrigin);
		}
	});
}

#[test]
fn settled_dispute_should_stay_readable_and_then_be_forgotten() {
	Builder::default().run(|| {
		settled();
		run_to(System::block_number() + RETENTION_PERIOD - 1);
		assert!(Jurors::dispute_info(ID).is_some());
		next_block();
		assert_eq!(Jurors::dispute_info(ID), None);
		assert_eq!(last_event(), Event::Pruned { request: ID });
		assert_eq!(Juries::<Test>::iter().count(), 0);
		assert_eq!(Numbers::<Test>::iter().count(), 0);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(Outputs::<Test>::iter().count(), 0);
		assert_eq!(Appeals::<Test>::iter().count(), 0);
	});
}

#[test]
fn retention_period_should_be_the_one_at_the_verdict() {
	Builder::default().run(|| {
		settled();
		PresentRetention::set(1);
		next_block();
		assert!(Jurors::dispute_info(ID).is_some());
	});
}

#[test]
fn hooks_should_do_a_bounded_number_of_steps() {
	// Nobody can become a juror, so all are void in the end.
	Builder::default().operators([(1, STAKE), (2, STAKE)]).run(|| {
		for id in 0..20 {
			open(id, vec![claim(CHALLENGER, Role::Challenger, "right")]);
		}
		let most = Jurors::weight_of_step().saturating_mul(MAX_STEPS.into());
		assert!(most.all_gte(next_block()));
		assert_eq!(AgendaCursor::<Test>::get(), Some(2), "the rest is done in the next blocks");
		for id in 0..20 {
			ruled(id);
			assert_eq!(TestRequests::verdict(id), Some(Verdict::Void));
		}
	});
}

#[test]
fn dispute_should_not_wait_for_others_that_wait() {
	Builder::default().run(|| {
		for id in 100..108 {
			open(id, vec![claim(CHALLENGER, Role::Challenger, "right")]);
		}
		run_to(8);
		let waits = |id| matches!(dispute(id).phase, Phase::Committing { .. });
		assert!((100..108).all(waits));
		challenge();
		run_to(8 + 3);
		assert!(waits(ID));
	});
}
