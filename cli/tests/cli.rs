//! The binary as a user runs it: exit statuses, error codes, files in and out. Needs no network but the loopback device.

mod common;

use common::{assay, expect_error, expect_success, home, write};
use std::{fs, net::TcpListener};

mod usage {
	use super::*;

	#[test]
	fn wrong_arguments_should_exit_with_2() {
		let home = home();
		for arguments in [
			&["unknown"][..],
			&["infer"],
			&["request", "get", "seven"],
			&["model", "info", "no-slash"],
			&["account", "list", "--node", "http://127.0.0.1"],
			&["account", "list", "--genesis", "0x12"],
			&["infer", "a/b", "--max-fee", "-1", "--dev", "//Alice"],
			&["model", "push", ".", "--name", "a/b/c", "--dev", "//Alice"],
			&["doctor", "--only", "everything"],
			&["model", "serve", "a/b", "--dev", "//Alice", "--account", "alice"],
		] {
			expect_error(home.path(), arguments, "usage", 2);
		}
	}

	#[test]
	fn help_and_version_should_go_to_standard_output() {
		let home = home();
		for arguments in [&["--help"][..], &["--version"], &["model", "push", "--help"]] {
			let output = assay(home.path(), arguments);
			assert!(output.status.success() && !output.stdout.is_empty(), "{arguments:?}: {output:?}");
		}
	}

	#[test]
	fn the_engine_child_should_not_be_listed() {
		let help = assay(home().path(), &["--help"]);
		assert!(!String::from_utf8_lossy(&help.stdout).contains("engine-child"));
	}
}

mod accounts {
	use super::*;

	#[test]
	fn an_account_should_round_trip_through_the_keystore() {
		let home = home();
		let password = write(home.path(), "password", "correct horse\n");
		let created = expect_success(home.path(), &["account", "new", "carol", "--password-file", &password]);
		let listed = expect_success(home.path(), &["account", "list"]);
		assert_eq!(listed["accounts"][0]["address"], created["address"]);
		let inspected = expect_success(home.path(), &["account", "inspect", "carol"]);
		assert_eq!(inspected["public_key"], created["public_key"]);
		assert!(home.path().join(".local/share/assay/keystore/carol.json").exists());
		expect_error(
			home.path(),
			&["account", "new", "carol", "--password-file", &password],
			"account-exists",
			8,
		);
	}

	#[test]
	fn the_phrase_should_be_shown_once_and_never_on_standard_output() {
		let home = home();
		let password = write(home.path(), "password", "correct horse");
		let output = assay(home.path(), &["account", "new", "carol", "--password-file", &password, "--json"]);
		let shown = String::from_utf8_lossy(&output.stderr);
		let phrase =
			shown.lines().find(|line| line.split_whitespace().count() == 12).expect("is shown").trim();
		assert!(!String::from_utf8_lossy(&output.stdout).contains(phrase));
		let file = fs::read_to_string(home.path().join(".local/share/assay/keystore/carol.json"))
			.expect("is written");
		assert!(!file.contains(phrase));
	}

	#[test]
	fn development_accounts_should_need_no_keystore() {
		let alice = expect_success(home().path(), &["account", "inspect", "//Alice"]);
		assert_eq!(alice["address"], "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
	}

	#[test]
	fn missing_accounts_and_passwords_should_exit_with_8() {
		let home = home();
		let password = write(home.path(), "password", "right");
		let wrong = write(home.path(), "wrong", "wrong");
		let empty = write(home.path(), "empty", "\n");
		expect_success(home.path(), &["account", "new", "carol", "--password-file", &password]);
		let serve = ["model", "serve", "a/b"];
		let with = |rest: &[&'static str]| [&serve[..], rest].concat();
		expect_error(home.path(), &with(&["--account", "dave"]), "unknown-account", 8);
		expect_error(home.path(), &with(&[]), "unknown-account", 8);
		expect_error(home.path(), &["account", "inspect", "dave"], "unknown-account", 8);
		expect_error(home.path(), &with(&["--account", "carol"]), "password", 8);
		expect_error(
			home.path(),
			&["model", "serve", "a/b", "--account", "carol", "--password-file", &wrong],
			"password",
			8,
		);
		expect_error(home.path(), &["account", "new", "dave", "--password-file", &empty], "password", 8);
	}

	#[test]
	fn a_phrase_should_be_refused_on_the_command_line() {
		let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
		let message = expect_error(home().path(), &["model", "serve", "a/b", "--dev", phrase], "usage", 2);
		assert!(!message.contains("bottom"), "the secret is repeated: {message}");
	}
}

mod network {
	use super::*;
	use jsonrpsee::{RpcModule, server::Server};

	/// An address at which nothing listens.
	fn nobody() -> String {
		let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
		format!("ws://{}", listener.local_addr().expect("is bound"))
	}

	#[test]
	fn an_unreachable_node_should_exit_with_4() {
		let (home, node) = (home(), nobody());
		for command in [
			&["request", "get", "0"][..],
			&["request", "watch", "0"],
			&["verify", "0"],
			&["model", "list"],
			&["model", "info", "a/b"],
			&["operator", "status", "//Alice"],
			&["account", "inspect", "//Alice", "--balance"],
			&["model", "serve", "a/b", "--dev", "//Alice"],
			&["infer", "a/b", "--dev", "//Alice"],
		] {
			let message =
				expect_error(home.path(), &[command, &["--node", &node]].concat(), "unreachable", 4);
			assert!(message.contains(&node), "{message}");
		}
	}

	/// A server with the methods that `assay` asks first, of a chain called `name`.
	async fn serve(name: &'static str) -> (String, jsonrpsee::server::ServerHandle) {
		let server = Server::builder().build("127.0.0.1:0").await.expect("loopback");
		let address = server.local_addr().expect("is bound");
		let mut module = RpcModule::new(());
		module
			.register_method(
				"state_getRuntimeVersion",
				move |_, _, _| serde_json::json!({"specName": name, "specVersion": 1, "transactionVersion": 1}),
			)
			.expect("is new");
		module
			.register_method("chain_getBlockHash", |_, _, _| format!("0x{}", "ab".repeat(32)))
			.expect("is new");
		(format!("ws://{address}"), server.start(module))
	}

	fn with_chain(name: &'static str, test: impl FnOnce(&str)) {
		let runtime = tokio::runtime::Runtime::new().expect("threads");
		let (node, handle) = runtime.block_on(serve(name));
		test(&node);
		handle.stop().expect("is running");
	}

	#[test]
	fn another_chain_should_be_refused_by_its_name() {
		with_chain("polkadot", |node| {
			let message =
				expect_error(home().path(), &["request", "get", "0", "--node", node], "wrong-chain", 4);
			assert!(message.contains("polkadot"), "{message}");
		});
	}

	#[test]
	fn another_genesis_should_be_refused_when_one_is_given() {
		with_chain("assay", |node| {
			let pinned = format!("0x{}", "cd".repeat(32));
			let command = ["request", "get", "0", "--node", node, "--genesis", &pinned];
			let message = expect_error(home().path(), &command, "wrong-chain", 4);
			assert!(message.contains("0xabab"), "{message}");
			// The right one passes, and the command goes on to the next question.
			let right = format!("0x{}", "ab".repeat(32));
			let command = ["request", "get", "0", "--node", node, "--genesis", &right];
			expect_error(home().path(), &command, "rpc", 4);
		});
	}
}

mod tensors {
	use super::*;

	#[test]
	fn a_digit_should_be_drawn() {
		let home = home();
		let file = write(home.path(), "digit.json", "[[[[0, 16], [8, 0]]]]");
		let shown = expect_success(home.path(), &["tensor", "show", &file]);
		assert_eq!(shown["art"], serde_json::json!(["  ██", "▒▒"]));
		let output = assay(home.path(), &["tensor", "show", &file]);
		assert!(String::from_utf8_lossy(&output.stdout).starts_with("  ██\n▒▒\n"));
	}

	#[test]
	fn other_files_should_exit_with_3() {
		let home = home();
		let text = write(home.path(), "digit.txt", "1");
		let vector = write(home.path(), "vector.json", "[1, 2]");
		let broken = write(home.path(), "broken.npy", "no");
		expect_error(home.path(), &["tensor", "show", &text], "file-format", 3);
		expect_error(home.path(), &["tensor", "show", &broken], "file-format", 3);
		expect_error(home.path(), &["tensor", "show", &vector], "input-shape", 3);
		expect_error(home.path(), &["tensor", "show", "gone.npy"], "file-read", 3);
	}
}
