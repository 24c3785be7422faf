//! `engine stats` against nodes that answer, refuse, or answer something else.

mod common;

use assay_engine::{JobStats, Stats};
use common::{expect_error, expect_success, home, node::with_node};
use jsonrpsee::RpcModule;

/// Runs `test` with the address of a node that answers the method so, or does not offer it.
fn with_stats(answer: Option<serde_json::Value>, test: impl FnOnce(&str)) {
	let offer = |module: &mut RpcModule<()>| {
		if let Some(answer) = answer {
			module.register_method("assay_engineStats", move |_, _, _| answer.clone()).expect("is new");
		}
	};
	with_node(offer, test);
}

#[test]
fn stats_should_be_printed_as_the_node_gives_them() {
	let home = home();
	let stats = Stats { jobs: JobStats { done: 3, ..JobStats::default() }, ..Stats::default() };
	let answer = serde_json::to_value(stats).expect("is plain");
	with_stats(Some(answer.clone()), |node| {
		assert_eq!(expect_success(home.path(), &["engine", "stats", "--node", node]), answer);
	});
}

#[test]
fn stats_should_say_what_to_do_when_the_node_refuses_or_is_another_version() {
	let home = home();
	with_stats(None, |node| {
		let message = expect_error(home.path(), &["engine", "stats", "--node", node], "rpc", 4);
		assert!(message.contains("does not offer assay_engineStats"), "{message}");
	});
	with_stats(Some(serde_json::json!({"jobs": 7})), |node| {
		let message = expect_error(home.path(), &["engine", "stats", "--node", node], "incompatible", 4);
		assert!(message.contains("assay_engineStats"), "{message}");
	});
	expect_error(home.path(), &["engine", "stats", "--node", "ws://127.0.0.1:1"], "unreachable", 4);
}
