//! Models on this machine: `run` and `bench` through the real engine child, and every way in which they can be refused.

mod common;

use common::{
	assay,
	classifier::{graph, write_onnx, write_package},
	expect_error, expect_success, home, write,
};
use prost::Message;
use serde_json::Value;
use std::{fs, path::Path};

#[test]
fn a_bare_graph_should_run_and_give_the_same_hash_every_time() {
	let home = home();
	let model = write_onnx(home.path(), &graph("MatMul"));
	let input = write(home.path(), "image.json", "[[2, 4]]");
	let output = home.path().join("scores.npy").display().to_string();
	let run = ["run", &model, "-i", &input, "--hash", "--output", &output];
	let first = expect_success(home.path(), &run);
	assert_eq!(first["outcome"], "success");
	// 2·[1, 2, 3] + 4·[0.5, 0.25, 0.125]; exact in f32.
	assert_eq!(first["output"][0]["data"], serde_json::json!([4.0, 5.0, 6.5]));
	assert_eq!(first["output"][0]["name"], "scores");
	assert!(first["compute_units"].as_u64().expect("is a number") > 0);
	let named = format!("image={input}");
	let second = expect_success(home.path(), &["run", &model, "-i", &named]);
	assert_eq!(first["output_hash"], second["output_hash"]);
	let shown = expect_success(home.path(), &["tensor", "show", &output]);
	assert_eq!(shown["shape"], serde_json::json!([1, 3]));

	let people = assay(home.path(), &run);
	let text = String::from_utf8_lossy(&people.stdout);
	assert!(text.contains("scores f32 [1, 3]: 4, 5, 6.5"), "{text}");
	assert!(text.contains(first["output_hash"].as_str().expect("is text")), "{text}");
}

/// ONNX Runtime's answers to graphs that use many operators (see `scripts/golden`).
#[test]
fn golden_graphs_should_give_the_answers_of_onnx_runtime() {
	let golden = Path::new("../inference/graph/tests/golden").canonicalize().expect("is there");
	for name in ["cnn", "gemm_variants", "mlp", "softmax_since_13"] {
		let home = home();
		let case = fs::read_to_string(golden.join(name).with_extension("json")).expect("is there");
		let case: Value = serde_json::from_str(&case).expect("is JSON");
		let mut arguments =
			vec!["run".to_owned(), golden.join(name).with_extension("onnx").display().to_string()];
		for (input, tensor) in case["inputs"].as_object().expect("has inputs") {
			assert_eq!(tensor["dtype"], "float32", "{name}: {input}");
			let mut tensor = tensor.clone();
			tensor["dtype"] = "f32".into();
			let path = write(home.path(), &format!("{input}.json"), &tensor.to_string());
			arguments.extend(["-i".to_owned(), format!("{input}={path}")]);
		}
		let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
		let run = expect_success(home.path(), &arguments);
		let outputs = run["output"].as_array().expect("has outputs");
		assert_eq!(outputs.len(), case["outputs"].as_object().expect("has outputs").len(), "{name}");
		for output in outputs {
			let expected = &case["outputs"][output["name"].as_str().expect("has a name")];
			assert_eq!(output["shape"], expected["shape"], "{name}: {output}");
			let numbers = |tensor: &Value| -> Vec<f64> {
				tensor["data"].as_array().expect("is a list").iter().filter_map(Value::as_f64).collect()
			};
			let (found, expected) = (numbers(output), numbers(expected));
			assert_eq!(found.len(), expected.len(), "{name}");
			for (found, expected) in found.iter().zip(&expected) {
				let error = (found - expected).abs();
				assert!(error <= 1e-5 * expected.abs().max(1.0), "{name}: {found} is not {expected}");
			}
		}
	}
}

#[test]
fn a_package_with_classes_should_show_them() {
	let home = home();
	let package = write_package(home.path(), 1_000_000);
	let input = write(home.path(), "image.json", "[[2, 4]]");
	let run = expect_success(home.path(), &["run", &package, "-i", &input]);
	assert_eq!(run["classes"][0]["class"], "cow");
	assert_eq!(run["class"], "cow");
	let sum: f64 =
		run["classes"].as_array().expect("is a list").iter().filter_map(|c| c["probability"].as_f64()).sum();
	assert!((sum - 1.0).abs() < 1e-9, "{run}");
	let people = assay(home.path(), &["run", &package, "-i", &input]);
	assert!(String::from_utf8_lossy(&people.stdout).trim_start().starts_with("cow"), "{people:?}");
}

#[test]
fn bench_should_use_the_example_and_measure() {
	let home = home();
	let package = write_package(home.path(), 1_000_000);
	let bench = expect_success(home.path(), &["bench", &package, "--runs", "5", "--warm-up", "1"]);
	assert_eq!(bench["runs"], 5);
	let time = |name: &str| bench[name].as_f64().expect("is a number");
	assert!(time("min_ms") <= time("median_ms"), "{bench}");
	assert!(time("units_per_second") > 0.0, "{bench}");
}

#[test]
fn inputs_that_do_not_fit_should_exit_with_3() {
	let home = home();
	let model = write_onnx(home.path(), &graph("MatMul"));
	let good = write(home.path(), "good.json", "[[1, 2]]");
	let wide = write(home.path(), "wide.json", "[[1, 2, 3]]");
	let integers = write(home.path(), "i.json", r#"{"dtype": "i64", "data": [[1, 2]]}"#);
	let picture = format!("picture={good}");
	for (input, code) in [(&wide, "input-shape"), (&integers, "input-type"), (&picture, "input-name")] {
		expect_error(home.path(), &["run", &model, "-i", input], code, 3);
	}
	let message = expect_error(home.path(), &["run", &model], "input-name", 3);
	assert!(message.contains("image"), "{message}");
}

#[test]
fn files_that_are_no_models_should_exit_with_3() {
	let home = home();
	let input = write(home.path(), "image.json", "[[1, 2]]");
	let bytes = graph("MatMul").encode_to_vec();
	let mut huge = graph("MatMul");
	if let Some(weights) = huge.graph.as_mut().and_then(|graph| graph.initializer.first_mut()) {
		weights.dims = vec![1 << 20, 1 << 20];
	}
	let cases: [(&str, Vec<u8>); 5] = [
		("truncated.onnx", bytes[..bytes.len() / 2].to_vec()),
		("empty.onnx", Vec::new()),
		("text.onnx", b"not a model".to_vec()),
		("unknown.onnx", graph("Teleport").encode_to_vec()),
		("huge.onnx", huge.encode_to_vec()),
	];
	for (name, bytes) in cases {
		let path = home.path().join(name);
		fs::write(&path, bytes).expect("is writable");
		let path = path.display().to_string();
		let message = expect_error(home.path(), &["run", &path, "-i", &input], "package", 3);
		assert!(message.contains(name), "{message}");
	}
	expect_error(home.path(), &["run", "nowhere", "-i", &input], "package", 3);
	let empty = home.path().join("empty");
	fs::create_dir(&empty).expect("is writable");
	expect_error(home.path(), &["bench", &empty.display().to_string()], "package", 3);
	let id = "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
	expect_error(home.path(), &["run", id, "-i", &input], "package-not-in-store", 7);
}

#[test]
fn a_deterministic_failure_should_exit_with_7() {
	let home = home();
	let package = write_package(home.path(), 1);
	let input = write(home.path(), "image.json", "[[1, 2]]");
	let message = expect_error(home.path(), &["run", &package, "-i", &input], "execution-failed", 7);
	assert!(message.contains("out-of-compute"), "{message}");
	let raised = ["run", &package, "-i", &input, "--compute-limit", "1000000"];
	assert_eq!(expect_success(home.path(), &raised)["outcome"], "success");
}

#[test]
fn the_engine_should_pass_its_self_test() {
	let home = home();
	let output = assay(home.path(), &["doctor", "--node", "ws://127.0.0.1:1"]);
	let text = String::from_utf8_lossy(&output.stderr);
	assert!(text.contains("ok    engine"), "{text}");
	assert!(text.contains("BAD   node"), "{text}");
	assert_eq!(output.status.code(), Some(1));
	let checked = expect_success(home.path(), &["doctor", "--only", "engine", "--only", "floats"]);
	assert_eq!(checked["checks"].as_array().map(Vec::len), Some(2), "{checked}");
	expect_error(
		home.path(),
		&["doctor", "--only", "worker-key", "--node", "ws://127.0.0.1:1"],
		"unhealthy",
		1,
	);
}
