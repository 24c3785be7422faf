//! `engine stats` against nodes that answer, refuse, or answer something else.

mod common;

use assay_engine::{JobStats, Stats};
use common::{expect_error, expect_success, home};
use jsonrpsee::{RpcModule, server::Server};

/// Runs `test` with the address of a node that answers the method so, or does not offer it.
fn with_node(answer: Option<serde_json::Value>, test: impl FnOnce(&str)) {
	let runtime = tokio::runtime::Runtime::new().expect("threads");
	let (node, handle) = runtime.block_on(async move {
		let server = Server::builder().build("127.0.0.1:0").await.expect("loopback");
		let address = server.local_addr().expect("is bound");
		let mut module = RpcModule::new(());
		let version = serde_json::json!({"specName": "assay", "specVersion": 1, "transactionVersion": 1});
		module.register_method("state_getRuntimeVersion", move |_, _, _| version.clone()).expect("is new");
		module
			.register_method("chain_getBlockHash", |_, _, _| format!("0x{}", "ab".repeat(32)))
			.expect("is new");
		if let Some(answer) = answer {
			module.register_method("assay_engineStats", move |_, _, _| answer.clone()).expect("is new");
		}
		(format!("ws://{address}"), server.start(module))
	});
	test(&node);
	handle.stop().expect("is running");
}

#[test]
fn stats_should_be_printed_as_the_node_gives_them() {
	let home = home();
	let stats = Stats { jobs: JobStats { done: 3, ..JobStats::default() }, ..Stats::default() };
	let answer = serde_json::to_value(stats).expect("is plain");
	with_node(Some(answer.clone()), |node| {
		assert_eq!(expect_success(home.path(), &["engine", "stats", "--node", node]), answer);
	});
}

#[test]
fn stats_should_say_what_to_do_when_the_node_refuses_or_is_another_version() {
	let home = home();
	with_node(None, |node| {
		let message = expect_error(home.path(), &["engine", "stats", "--node", node], "rpc", 4);
		assert!(message.contains("does not offer assay_engineStats"), "{message}");
	});
	with_node(Some(serde_json::json!({"jobs": 7})), |node| {
		let message = expect_error(home.path(), &["engine", "stats", "--node", node], "incompatible", 4);
		assert!(message.contains("assay_engineStats"), "{message}");
	});
	expect_error(home.path(), &["engine", "stats", "--node", "ws://127.0.0.1:1"], "unreachable", 4);
}
