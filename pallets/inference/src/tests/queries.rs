//! What the runtime API answers.

use super::*;
use assay_primitives::{
	Task,
	api::{Quote, QuoteError},
};

#[test]
fn quote_should_be_what_a_request_costs() {
	Builder::default().run(|| {
		let quote = Inference::quote(VERSION, security(), None).unwrap();
		assert_eq!(
			quote,
			Quote {
				escrow: ESCROW,
				base: BASE_PRICE,
				unit_price: UNIT_PRICE,
				royalty: ROYALTY,
				audit: 0,
				insurance: 0,
				workers: 1,
				compute_limit: COMPUTE_LIMIT,
				worker_stake: STAKE,
			}
		);
		assert_eq!(stored(ask()).quote, quote);
	});
}

#[test]
fn quote_should_say_why_a_request_would_be_refused() {
	Builder::default().run(|| {
		assert_eq!(Inference::quote(9, security(), None), Err(QuoteError::UnknownVersion));
		let security = Security::Optimistic { window: 0 };
		assert_eq!(Inference::quote(VERSION, security, None), Err(QuoteError::InvalidWindow));
	});
}

#[test]
fn request_info_should_tell_everything_about_a_request() {
	Builder::default().run(|| {
		assert_eq!(Inference::request_info(0), None);
		let (id, _) = provisional();
		let info = Inference::request_info(id).unwrap();
		assert_eq!((info.id, info.requester, info.version), (id, account(REQUESTER), VERSION));
		assert_eq!((info.manifest, info.input, info.seed), (manifest(1), input(), id));
		assert_eq!((info.security, info.escrow, info.round), (security(), ESCROW, 0));
		assert_eq!((info.requested_at, info.changed_at), (1, System::block_number()));
		assert_eq!(info.state, state(id));
	});
}

#[test]
fn duties_should_name_the_task_and_its_job() {
	Builder::default().run(|| {
		let id = ask();
		let n = assigned(id);
		let key = worker_pair(n).public();
		let duties = Inference::duties(&key);
		assert_eq!(duties.len(), 1);
		let duty = &duties[0];
		assert_eq!((duty.request, duty.round, &duty.worker), (id, 0, &account(n)));
		assert_eq!((duty.task, duty.deadline), (Task::Commit, deadline(id)));
		assert_eq!(duty.job.id(), job(id));

		commit(id, n);
		let duties = Inference::duties(&key);
		assert_eq!(duties[0].task, Task::Reveal(bound(id, n, &digest())));
		assert_eq!(duties[0].deadline, deadline(id));

		reveal(id, n);
		assert_eq!(Inference::duties(&key), vec![]);
	});
}

#[test]
fn duties_should_be_empty_for_a_key_without_operator() {
	Builder::default().run(|| {
		assigned(ask());
		assert_eq!(Inference::duties(&worker_pair(99).public()), vec![]);
	});
}
