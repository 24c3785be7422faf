//! What the runtime API answers.

use super::*;
use assay_primitives::{
	Task,
	dispute::{DisputeState, JuryDuty},
};

fn state() -> DisputeState<Balance, BlockNumber> {
	Jurors::dispute_info(ID).expect("disputed").state
}

#[test]
fn dispute_should_be_shown_in_each_of_its_states() {
	Builder::default().run(|| {
		assert_eq!(Jurors::dispute_info(ID), None);
		challenge();
		assert_eq!(state(), DisputeState::Drawing);
		let jury = seated(ID);
		assert_eq!(state(), DisputeState::Committing { deadline: deadline(ID) });
		for n in &jury {
			commit(ID, *n, "right");
		}
		assert_eq!(state(), DisputeState::Revealing { deadline: deadline(ID) });
		for n in &jury {
			reveal(ID, *n, "right");
		}
		next_block();
		assert_ok!(Jurors::appeal(origin(OTHER), ID, 6_000));
		let appealable = DisputeState::Appealable {
			digest: result("right"),
			deadline: deadline(ID),
			target: 36_000,
			pooled: 6_000,
		};
		assert_eq!(state(), appealable);
		run_to(deadline(ID) + 1);
		assert_eq!(state(), DisputeState::Settling { verdict: Some(result("right")) });
		settle(ID);
		assert_eq!(state(), DisputeState::Settled { verdict: Some(result("right")) });
		let info = Jurors::dispute_info(ID).unwrap();
		assert_eq!((info.number, info.opened_at, info.tier), (0, 1, Tier::First));
		assert_eq!(info.case, dispute(ID).case);
		let shown: Vec<u8> = info.juries[0].iter().map(|seat| number(&seat.juror)).collect();
		assert_eq!((info.juries.len(), shown), (1, jury));
	});
}

#[test]
fn jury_duties_should_say_what_to_submit() {
	Builder::default().run(|| {
		challenge();
		let jury = seated(ID);
		let n = jury[0];
		let duties = || Jurors::jury_duties(&worker_pair(n).public());
		let duty = |task| JuryDuty {
			request: ID,
			tier: Tier::First,
			juror: account(n),
			task,
			job: job(ID),
			known: vec![result("wrong"), result("right")],
			deadline: deadline(ID),
		};
		assert_eq!(duties(), [duty(Task::Commit)]);
		commit(ID, n, "right");
		assert_eq!(duties(), [], "the others have not committed yet");
		run_to(deadline(ID) + 1);
		assert_eq!(duties(), [duty(Task::Reveal(bound(ID, n, &result("right"))))]);
		assert_eq!(Jurors::jury_duties(&worker_pair(jury[1]).public()), [], "it did not commit");
		reveal(ID, n, "right");
		assert_eq!(duties(), []);
		assert_eq!(Jurors::jury_duties(&worker_pair(250).public()), [], "a key of nobody");
	});
}

#[test]
fn disputes_should_be_listed_by_number() {
	Builder::default().run(|| {
		for id in [50, 20, 90] {
			open(id, vec![claim(CHALLENGER, Role::Challenger, "right")]);
		}
		let list = |start, limit| -> Vec<RequestId> {
			Jurors::list(start, limit).into_iter().map(|info| info.case.request).collect()
		};
		assert_eq!(list(0, 10), [50, 20, 90]);
		assert_eq!(list(1, 1), [20]);
		assert!(list(3, 10).is_empty());
		assert!(list(u64::MAX, u32::MAX).is_empty());
		assert!(list(0, 0).is_empty());
	});
}

#[test]
fn list_should_be_bounded() {
	Builder::default().build().execute_with(|| {
		for id in 0..120 {
			open(id, vec![]);
		}
		assert_eq!(Jurors::list(0, u32::MAX).len(), 100);
	});
}
