//! The off-chain worker, from the hook to the transactions that the chain then accepts.

use super::*;
use assay_primitives::JobStatus;
use assay_worker::{RESEND_AFTER, testing};
use codec::Decode;
use frame_support::traits::Hooks;
use sp_io::TestExternalities;

type Node = testing::Node<Call<Test>>;

impl testing::Submitted for Call<Test> {
	fn decode_from_transaction(transaction: &[u8]) -> Self {
		match Extrinsic::decode(&mut &transaction[..]).unwrap().function {
			RuntimeCall::Jurors(call) => call,
			other => panic!("not a call of this pallet: {other:?}"),
		}
	}
}

/// Runs the hook of the present block.
fn work() {
	Jurors::offchain_worker(System::block_number());
}

/// A chain with a challenge whose first jury has to commit, and a node that follows it with the keys of its first `keys`
/// jurors, whose engine finds `text`.
fn chain(keys: usize, text: &str) -> (TestExternalities, Node, Vec<u8>) {
	let mut ext = Builder::default().build();
	let jury = ext.execute_with(|| {
		challenge();
		seated(ID)
	});
	let node = Node::with_keys(jury[..keys].iter().copied());
	node.run(&mut ext);
	node.engine.executes(result(text), inline(text));
	(ext, node, jury)
}

fn include(call: Call<Test>) {
	assert_ok!(submit(call).expect("the pool accepts it"));
}

fn job() -> Hash {
	dispute(ID).case.job
}

/// The output that a reveal shows.
fn shown(call: &Call<Test>) -> Option<Output> {
	match call {
		Call::reveal { output, .. } => output.clone(),
		other => panic!("not a reveal: {other:?}"),
	}
}

#[test]
fn juror_should_execute_commit_and_reveal() {
	let (mut ext, node, jury) = chain(1, "right");
	ext.execute_with(|| {
		node.engine.answers(JobStatus::Pending);
		work();
		assert_eq!(*node.engine.submitted.lock(), [job()]);
		assert!(node.sent().is_empty(), "the engine is still at it");

		next_block();
		node.engine.executes(result("right"), inline("right"));
		work();
		let call = node.sent_one();
		assert!(matches!(&call, Call::commit { juror, .. } if *juror == account(jury[0])));
		include(call);

		next_block();
		work();
		assert!(node.sent().is_empty(), "the others have not committed");
		for n in &jury[1..] {
			commit(ID, *n, "right");
		}
		work();
		include(node.sent_one());
		for n in &jury[1..] {
			reveal(ID, *n, "right");
		}
		next_block();
		work();
		assert!(node.sent().is_empty(), "nothing is left to do");
		assert_eq!(dispute(ID).standing.map(|finding| finding.digest), Some(result("right")));
		assert_eq!(node.engine.submitted.lock().len(), 1, "one job was run once");
	});
}

#[test]
fn every_key_of_a_node_should_serve_on_its_juries_in_one_pass() {
	let (mut ext, node, jury) = chain(7, "right");
	ext.execute_with(|| {
		work();
		let commits = node.sent();
		assert_eq!(commits.len(), jury.len());
		commits.into_iter().for_each(include);
		next_block();
		work();
		let reveals = node.sent();
		assert_eq!(reveals.len(), jury.len());
		reveals.into_iter().for_each(include);
		next_block();
		assert!(matches!(dispute(ID).phase, Phase::Decided { .. }));
		assert_eq!(node.engine.submitted.lock().len(), 1, "one execution is enough for all of them");
	});
}

#[test]
fn result_that_the_engine_has_kept_should_be_used_again() {
	let (mut ext, node, _) = chain(1, "right");
	ext.execute_with(|| {
		node.engine.keeps(job());
		work();
		include(node.sent_one());
		assert!(node.engine.submitted.lock().is_empty(), "nothing is executed again");
	});
}

/// The output that a juror shows whose engine finds `text`.
fn shown_with(text: &str) -> Option<Output> {
	let (mut ext, node, jury) = chain(1, text);
	ext.execute_with(|| {
		work();
		include(node.sent_one());
		for n in &jury[1..] {
			commit(ID, *n, "right");
		}
		work();
		let call = node.sent_one();
		let output = shown(&call);
		include(call);
		output
	})
}

#[test]
fn output_should_be_shown_only_when_no_claim_has_the_result() {
	assert_eq!(shown_with("right"), None);
	assert_eq!(shown_with("wrong"), None);
	assert_eq!(shown_with("something else"), Some(inline("something else")));
}

#[test]
fn submission_should_be_sent_once_and_again_only_when_it_is_lost() {
	let (mut ext, node, _) = chain(1, "right");
	ext.execute_with(|| {
		let sent_at = System::block_number();
		work();
		let first = node.sent_one();
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
	let (mut ext, node, _) = chain(1, "right");
	ext.execute_with(|| {
		*node.pool.full.lock() = true;
		work();
		assert!(node.sent().is_empty());
		*node.pool.full.lock() = false;
		next_block();
		work();
		include(node.sent_one());
	});
}

#[test]
fn key_should_never_sign_two_commitments_for_one_tier() {
	let (mut ext, node, _) = chain(1, "right");
	ext.execute_with(|| {
		work();
		let first = node.sent_one();
		let seated_at = System::block_number();
		node.engine.executes(result("changed"), inline("changed"));
		for block in seated_at..deadline(ID) {
			System::set_block_number(block);
			work();
			assert!(node.sent().is_empty());
		}
		System::set_block_number(seated_at + 1);
		node.engine.executes(result("right"), inline("right"));
		System::set_block_number(seated_at + RESEND_AFTER);
		work();
		assert_eq!(node.sent_one(), first);
	});
}

#[test]
fn nothing_should_be_revealed_when_the_engine_changed_its_mind() {
	let (mut ext, node, jury) = chain(1, "right");
	ext.execute_with(|| {
		work();
		include(node.sent_one());
		for n in &jury[1..] {
			commit(ID, *n, "right");
		}
		node.engine.executes(result("changed"), inline("changed"));
		work();
		assert!(node.sent().is_empty());
		node.engine.executes(result("right"), inline("right"));
		work();
		include(node.sent_one());
	});
}

#[test]
fn restarted_node_should_reveal_what_it_committed_to() {
	let (mut ext, node, jury) = chain(1, "something else");
	ext.execute_with(|| {
		work();
		include(node.sent_one());
		for n in &jury[1..] {
			commit(ID, *n, "right");
		}
	});
	let restarted = Node::with_keys([jury[0]]);
	restarted.engine.executes(result("something else"), inline("something else"));
	restarted.run(&mut ext);
	ext.execute_with(|| {
		work();
		include(restarted.sent_one());
	});
}

#[test]
fn answer_that_could_not_be_revealed_should_not_be_committed_to() {
	let (mut ext, node, _) = chain(1, "right");
	ext.execute_with(|| {
		let greedy = ResultDigest { compute_units: COMPUTE_LIMIT + 1, ..result("right") };
		for (digest, output) in [(greedy, "right"), (result("right"), "left")] {
			node.engine.executes(digest, inline(output));
			work();
			assert!(node.sent().is_empty());
		}
	});
}

#[test]
fn failing_engine_should_be_asked_again_in_the_next_block() {
	for status in [JobStatus::Failed(b"the package is not on this machine".to_vec()), JobStatus::Busy] {
		let (mut ext, node, _) = chain(1, "right");
		ext.execute_with(|| {
			node.engine.answers(status);
			work();
			next_block();
			work();
			assert!(node.sent().is_empty());
			assert_eq!(node.engine.submitted.lock().len(), 2);
			node.engine.executes(result("right"), inline("right"));
			next_block();
			work();
			include(node.sent_one());
		});
	}
}

#[test]
fn node_without_engine_should_do_nothing() {
	let mut ext = Builder::default().build();
	let node = Node::with_keys(1..=60);
	node.run_without_engine(&mut ext);
	ext.execute_with(|| {
		challenge();
		seated(ID);
		work();
		assert!(node.sent().is_empty());
	});
}

#[test]
fn keys_of_others_should_do_nothing() {
	let (mut ext, _, jury) = chain(0, "right");
	let outsider = (1..60).find(|n| !jury.contains(n)).expect("not everybody is a juror");
	for keys in [vec![], vec![outsider, 250]] {
		let node = Node::with_keys(keys);
		node.run(&mut ext);
		ext.execute_with(|| {
			work();
			assert!(node.sent().is_empty() && node.engine.submitted.lock().is_empty());
		});
	}
}

#[test]
fn nothing_should_be_sent_that_no_block_may_include() {
	let (mut ext, node, _) = chain(1, "right");
	ext.execute_with(|| {
		let last = deadline(ID);
		System::set_block_number(last);
		work();
		assert!(node.sent().is_empty());
		System::set_block_number(last - 1);
		work();
		let call = node.sent_one();
		System::set_block_number(last);
		include(call);
	});
}

#[test]
fn juror_of_a_later_tier_should_use_what_the_node_executed_before() {
	let (mut ext, node, _) = chain(1, "right");
	ext.execute_with(|| {
		work();
		assert_eq!(node.engine.submitted.lock().len(), 1);
		let _ = node.sent();
		play(ID, |_| Finds("right"));
		appeal(ID);
		let jury = seated(ID);
		node.insert_key(jury[0]);
		work();
		let call = node.sent_one();
		assert!(matches!(call, Call::commit { tier: Tier::Second, .. }));
		include(call);
		assert_eq!(node.engine.submitted.lock().len(), 1, "the same job");
	});
}
