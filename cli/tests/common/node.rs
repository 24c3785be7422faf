//! A node of canned answers.

use jsonrpsee::{RpcModule, server::Server};

/// Runs `test` with the address of a node that says of itself what every node says, and answers the methods that `offer`
/// adds.
pub fn with_node(offer: impl FnOnce(&mut RpcModule<()>), test: impl FnOnce(&str)) {
	let mut module = RpcModule::new(());
	let version = serde_json::json!({"specName": "assay", "specVersion": 1, "transactionVersion": 1});
	module.register_method("state_getRuntimeVersion", move |_, _, _| version.clone()).expect("is new");
	module.register_method("chain_getBlockHash", |_, _, _| format!("0x{}", "ab".repeat(32))).expect("is new");
	offer(&mut module);
	let runtime = tokio::runtime::Runtime::new().expect("threads");
	let (node, handle) = runtime.block_on(async move {
		let server = Server::builder().build("127.0.0.1:0").await.expect("loopback");
		let address = server.local_addr().expect("is bound");
		(format!("ws://{address}"), server.start(module))
	});
	test(&node);
	handle.stop().expect("is running");
}
