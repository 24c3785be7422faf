//! The off-chain worker, from the hook to the transactions that the chain then accepts.

use super::*;
use assay_primitives::{JobStatus, WorkerId};
use assay_worker::{RESEND_AFTER, SAID_NO_KEY, testing};
use codec::Decode;
use frame_support::traits::Hooks;
use sp_io::TestExternalities;

type Node = testing::Node<Call<Test>>;

impl testing::Submitted for Call<Test> {
	fn decode_from_transaction(transaction: &[u8]) -> Self {
		match Extrinsic::decode(&mut &transaction[..]).unwrap().function {
			RuntimeCall::Inference(call) => call,
			other => panic!("not a call of this pallet: {other:?}"),
		}
	}
}

/// Runs the hook of the present block.
fn work() {
	AfterBlock::set(true);
	Inference::offchain_worker(System::block_number());
	AfterBlock::set(false);
}

/// A chain that `node` follows, and one request assigned to operator 1.
fn chain(node: &Node) -> (TestExternalities, RequestId) {
	let mut ext = Builder::default().operators([(1, 3 * STAKE)]).build();
	node.run(&mut ext);
	let id = ext.execute_with(|| {
		let id = ask();
		assert_eq!(assigned(id), 1);
		id
	});
	(ext, id)
}

#[test]
fn request_should_be_answered_from_draw_to_reveal() {
	let node = Node::with_keys([1]);
	let (mut ext, id) = chain(&node);
	ext.execute_with(|| {
		work();
		assert_eq!(*node.engine.submitted.lock(), vec![job(id)]);
		assert!(node.sent().is_empty(), "the engine is still at it");

		next_block();
		node.engine.executes(digest(), output());
		work();
		let commit = node.sent_one();
		assert!(matches!(commit, Call::commit { request, round: 0, .. } if request == id));
		assert_ok!(submit(commit).expect("the pool accepts it"));

		next_block();
		work();
		let reveal = node.sent_one();
		assert_ok!(submit(reveal).expect("the pool accepts it"));
		assert!(matches!(state(id), RequestState::Provisional { .. }));
		assert_eq!(answer(id), honest());

		next_block();
		work();
		assert!(node.sent().is_empty(), "nothing is left to do");
		assert_eq!(node.engine.submitted.lock().len(), 1, "one job was run once");
		check();
	});
}

#[test]
fn node_without_worker_key_should_say_so_once_and_do_nothing() {
	let node = Node::with_keys([]);
	let (mut ext, _) = chain(&node);
	let said = || node.storage.get(SAID_NO_KEY).is_some();
	ext.execute_with(|| {
		assert!(!said());
		work();
		assert!(said());
		work();
		assert!(node.sent().is_empty() && node.engine.submitted.lock().is_empty());
		// A key is inserted while the node runs: it works, and would say it again without the key.
		node.insert_key(1);
		node.engine.executes(digest(), output());
		work();
		assert_eq!(node.sent().len(), 1);
		assert!(!said());
	});
}

#[test]
fn key_without_duty_should_do_nothing() {
	let node = Node::with_keys([2, 99]);
	let (mut ext, _) = chain(&node);
	ext.execute_with(|| {
		work();
		assert!(node.sent().is_empty() && node.engine.submitted.lock().is_empty());
	});
}

#[test]
fn submission_should_be_sent_once_and_again_only_when_it_is_lost() {
	let node = Node::with_keys([1]);
	let (mut ext, _) = chain(&node);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		let sent_at = System::block_number();
		work();
		let first = node.sent_one();
		// The same block once more, a re-organisation to an older block, and the next ones.
		for block in [sent_at, sent_at - 1, sent_at + 1, sent_at + RESEND_AFTER - 1] {
			System::set_block_number(block);
			work();
			assert!(node.sent().is_empty(), "sent again in block {block}");
		}
		System::set_block_number(sent_at + RESEND_AFTER);
		work();
		assert_eq!(node.sent_one(), first);
	});
}

#[test]
fn submission_should_be_tried_again_in_the_next_block_when_the_pool_is_full() {
	let node = Node::with_keys([1]);
	let (mut ext, _) = chain(&node);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		*node.pool.full.lock() = true;
		work();
		assert!(node.sent().is_empty());
		*node.pool.full.lock() = false;
		next_block();
		work();
		assert_ok!(submit(node.sent_one()).expect("valid"));
	});
}

#[test]
fn restarted_node_should_reveal_what_it_committed_to() {
	let node = Node::with_keys([1]);
	let (mut ext, id) = chain(&node);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		work();
		assert_ok!(submit(node.sent_one()).expect("valid"));
	});
	// It has lost everything but its key, and the engine runs the job again.
	let restarted = Node::with_keys([1]);
	restarted.engine.executes(digest(), output());
	restarted.run(&mut ext);
	ext.execute_with(|| {
		next_block();
		work();
		assert_eq!(*restarted.engine.submitted.lock(), vec![job(id)]);
		assert_ok!(submit(restarted.sent_one()).expect("valid"));
		assert!(matches!(state(id), RequestState::Provisional { .. }));
	});
}

#[test]
fn two_nodes_with_one_key_should_send_the_same_transactions() {
	let nodes = [Node::with_keys([1]), Node::with_keys([1])];
	let (mut ext, id) = chain(&nodes[0]);
	let both_send = |ext: &mut TestExternalities| {
		let [first, second] = nodes.each_ref().map(|node| {
			node.engine.executes(digest(), output());
			node.run(ext);
			ext.execute_with(|| {
				work();
				node.sent_one()
			})
		});
		assert_eq!(first, second);
		first
	};
	let commit = both_send(&mut ext);
	ext.execute_with(|| {
		assert_ok!(submit(commit.clone()).expect("valid"));
		assert!(submit(commit).is_err(), "the second copy is refused");
	});
	let reveal = both_send(&mut ext);
	ext.execute_with(|| {
		assert_ok!(submit(reveal).expect("valid"));
		assert!(matches!(state(id), RequestState::Provisional { .. }));
	});
}

#[test]
fn nothing_should_be_revealed_when_the_engine_changed_its_mind() {
	let node = Node::with_keys([1]);
	let (mut ext, _) = chain(&node);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		work();
		assert_ok!(submit(node.sent_one()).expect("valid"));
		next_block();
		node.engine.executes(ResultDigest { compute_units: UNITS + 1, ..digest() }, output());
		work();
		assert!(node.sent().is_empty());
		// It says the same as before again: there is still time.
		node.engine.executes(digest(), output());
		next_block();
		work();
		assert_ok!(submit(node.sent_one()).expect("valid"));
	});
}

#[test]
fn key_should_never_sign_two_commitments_for_one_task() {
	let node = Node::with_keys([1]);
	let (mut ext, _) = chain(&node);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		work();
		let first = node.sent_one();
		node.engine.executes(ResultDigest { compute_units: UNITS + 1, ..digest() }, output());
		for _ in 0..=RESEND_AFTER {
			work();
			assert!(node.sent().is_empty());
			System::set_block_number(System::block_number() + 1);
		}
		node.engine.executes(digest(), output());
		work();
		assert_eq!(node.sent_one(), first);
	});
}

#[test]
fn task_should_be_done_anew_when_a_reorganisation_gave_its_number_to_another_request() {
	let node = Node::with_keys([1]);
	let (mut ext, id) = chain(&node);
	node.engine.executes(digest(), output());
	let (first, first_job) = ext.execute_with(|| {
		work();
		(node.sent_one(), job(id))
	});
	// Another fork: the same number, another input.
	let mut fork = Builder::default().operators([(1, 3 * STAKE)]).build();
	node.run(&mut fork);
	fork.execute_with(|| {
		let other = Payload::Inline(vec![9].try_into().unwrap());
		assert_ok!(Inference::request(origin(REQUESTER), VERSION, other, security(), ESCROW, None, None));
		assert_eq!(assigned(id), 1);
		assert_ne!(job(id), first_job);
		assert!(validate(first.clone()).is_err(), "what was signed for the first request is worthless");
		work();
		let second = node.sent_one();
		assert_ne!(second, first);
		assert_ok!(submit(second).expect("valid"));
	});
}

#[test]
fn nothing_should_be_sent_that_no_block_may_include() {
	let node = Node::with_keys([1]);
	let (mut ext, id) = chain(&node);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		run_to(deadline(id));
		work();
		assert!(node.sent().is_empty());
		System::set_block_number(deadline(id) - 1);
		work();
		let last = node.sent_one();
		System::set_block_number(deadline(id));
		assert_ok!(submit(last).expect("valid in the last block of the deadline"));
	});
}

/// An engine that answers with this status in two blocks, and then executes, loses nothing.
fn asked_again_after(status: JobStatus) {
	let node = Node::with_keys([1]);
	let (mut ext, _) = chain(&node);
	ext.execute_with(|| {
		node.engine.answers(status);
		work();
		next_block();
		work();
		assert!(node.sent().is_empty());
		// Submitted in the first block, and again since that came to nothing.
		assert_eq!(node.engine.submitted.lock().len(), 2);
		node.engine.executes(digest(), output());
		next_block();
		work();
		assert_ok!(submit(node.sent_one()).expect("valid"));
	});
}

#[test]
fn failing_engine_should_be_asked_again_in_the_next_block() {
	asked_again_after(JobStatus::Failed(b"the package is not on this machine".to_vec()));
}

#[test]
fn busy_engine_should_be_asked_again_in_the_next_block() {
	asked_again_after(JobStatus::Busy);
}

#[test]
fn node_without_engine_should_do_nothing() {
	let mut ext = Builder::default().operators([(1, 3 * STAKE)]).build();
	let node = Node::with_keys([1]);
	node.run_without_engine(&mut ext);
	ext.execute_with(|| {
		assigned(ask());
		work();
		assert!(node.sent().is_empty());
	});
}

#[test]
fn answer_that_could_not_be_revealed_should_not_be_committed_to() {
	let node = Node::with_keys([1]);
	let (mut ext, _) = chain(&node);
	ext.execute_with(|| {
		let failed = ResultDigest { outcome: Outcome::OutOfMemory, ..digest() };
		let greedy = ResultDigest { compute_units: COMPUTE_LIMIT + 1, ..digest() };
		for (digest, output) in [(digest(), inline(b"eight")), (failed, output()), (greedy, output())] {
			node.engine.executes(digest, output);
			work();
			assert!(node.sent().is_empty());
			next_block();
		}
	});
}

#[test]
fn every_worker_key_of_a_node_should_do_its_duty() {
	let node = Node::with_keys([1, 2, 3]);
	let mut ext = Builder::default().build();
	node.run(&mut ext);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		let ids = [ask(), ask(), ask(), ask()];
		run_to(3);
		work();
		for commit in node.sent() {
			assert_ok!(submit(commit).expect("valid"));
		}
		assert!(ids.iter().all(|id| matches!(state(*id), RequestState::Committed { .. })));
		work();
		for reveal in node.sent() {
			assert_ok!(submit(reveal).expect("valid"));
		}
		assert!(ids.iter().all(|id| matches!(state(*id), RequestState::Provisional { .. })));
	});
}

#[test]
fn all_duties_of_a_block_should_go_into_one_transaction_for_each_step() {
	let node = Node::with_keys([1]);
	let mut ext = Builder::default().operators([(1, 9 * STAKE)]).build();
	node.run(&mut ext);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		let ids = [ask(), ask(), ask()];
		run_to(3);
		work();
		let commits = node.sent_one();
		assert!(matches!(&commits, Call::commit_many { entries, .. } if entries.len() == ids.len()));
		assert_ok!(submit(commits).expect("valid"));
		work();
		let reveals = node.sent_one();
		assert!(matches!(&reveals, Call::reveal_many { entries, .. } if entries.len() == ids.len()));
		assert_ok!(submit(reveals).expect("valid"));
		assert!(ids.iter().all(|id| matches!(state(*id), RequestState::Provisional { .. })));
	});
}

#[test]
fn batch_should_be_tried_again_when_the_pool_is_full() {
	let node = Node::with_keys([1]);
	let mut ext = Builder::default().operators([(1, 9 * STAKE)]).build();
	node.run(&mut ext);
	node.engine.executes(digest(), output());
	ext.execute_with(|| {
		let (_, _) = (ask(), ask());
		run_to(3);
		*node.pool.full.lock() = true;
		work();
		*node.pool.full.lock() = false;
		next_block();
		work();
		let commits = node.sent_one();
		assert!(matches!(&commits, Call::commit_many { entries, .. } if entries.len() == 2));
		work();
		assert!(node.sent().is_empty(), "both are noted as sent");
	});
}

/// A chain with a committed request of operator 1 whose commitment is audited for sure.
fn audited_chain(node: &Node, operators: u8) -> (TestExternalities, RequestId) {
	let mut ext = Builder::default().operators((1..=operators).map(|n| (n, 3 * STAKE))).build();
	node.run(&mut ext);
	node.engine.executes(digest(), output());
	let id = ext.execute_with(|| {
		PresentAuditRate::set(sp_runtime::Permill::one());
		let id = ask();
		assigned(id);
		work();
		assert_ok!(submit(node.sent_one()).expect("valid"));
		id
	});
	(ext, id)
}

#[test]
fn node_should_begin_the_audit_of_its_worker_and_do_that_of_its_auditors() {
	let node = Node::with_keys([1, 2, 3]);
	let (mut ext, id) = audited_chain(&node, 3);
	ext.execute_with(|| {
		let committed_at = System::block_number();
		work();
		assert!(node.sent().is_empty(), "nobody knows yet whether it is audited");
		// The block after it decides. The next one may include what follows from it.
		next_block();
		work();
		let begin = node.sent_one();
		assert_eq!(begin, Call::begin_audit { request: id });
		System::set_block_number(committed_at + 2);
		assert!(validate(begin.clone()).is_ok(), "a pool asks before the hooks have run");
		System::set_block_number(committed_at + 1);
		next_block();
		assert_ok!(submit(begin).expect("valid"));

		next_block();
		work();
		let commits = node.sent();
		assert_eq!(commits.len(), 2, "one of each auditor");
		for commit in commits {
			assert_ok!(submit(commit).expect("valid"));
		}
		next_block();
		work();
		let reveals = node.sent();
		assert_eq!(reveals.len(), 3);
		for reveal in reveals {
			assert_ok!(submit(reveal).expect("valid"));
		}
		assert!(matches!(state(id), RequestState::Provisional { .. }));
		check();
	});
}

#[test]
fn unaudited_commitment_should_be_revealed_two_blocks_after_it() {
	let node = Node::with_keys([1]);
	let (mut ext, id) = audited_chain(&node, 1);
	ext.execute_with(|| {
		// A block without randomness.
		Entropy::set(None);
		let committed_at = System::block_number();
		next_block();
		work();
		let reveal = node.sent_one();
		System::set_block_number(committed_at + 2);
		assert!(validate(reveal.clone()).is_ok(), "a pool asks before the hooks have run");
		System::set_block_number(committed_at + 1);
		next_block();
		assert_ok!(submit(reveal).expect("valid"));
		assert!(matches!(state(id), RequestState::Provisional { .. }));
	});
}

#[test]
fn public_key_of_the_tests_should_be_what_the_keystore_signs_with() {
	let node = Node::with_keys([7]);
	let mut ext = TestExternalities::default();
	node.run(&mut ext);
	ext.execute_with(|| {
		use sp_application_crypto::RuntimeAppPublic;
		assert_eq!(WorkerId::all(), vec![worker_pair(7).public()]);
		let key: WorkerId = worker_pair(7).public();
		assert_eq!(key.sign(b"message"), Some(worker_pair(7).sign(b"message")));
	});
}
