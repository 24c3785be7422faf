//! A request from the push of the model to the verified answer, and everything that can be wrong with one.

use anyhow::Result;
use assay_e2e::{Devnet, assay_at, program, repository};
use std::fs;

/// Hash of the committed model's output for `examples/digit-7.npy`: the same on every machine, or determinism is broken.
const DIGIT_7_OUTPUT: &str = "0x34fe3ee3d14520de425864f735612f6699f77eeba7138c5f17eb056d923e6acb";

#[test]
fn request_should_be_answered_finalised_and_verified() -> Result<()> {
	let devnet = Devnet::start()?;
	let digits = repository()?.join("models/digits");
	devnet.publish(&digits)?;
	let image = digits.join("examples/digit-7.npy");

	let answer = devnet.ok(&format!(
		"infer alice/digits --dev //Bob --input image={} --window 5 --wait provisional",
		image.display()
	))?;
	let id = answer["request"].as_u64().expect("a request has a number");
	assert_eq!(answer["state"], "provisional");
	assert_eq!(answer["outcome"], "success");
	assert_eq!(answer["output_hash"], DIGIT_7_OUTPUT);
	assert_eq!(answer["output"][0]["shape"], serde_json::json!([1, 10]));
	let probabilities: Vec<f64> = answer["output"][0]["data"]
		.as_array()
		.expect("the data are a list")
		.iter()
		.filter_map(serde_json::Value::as_f64)
		.collect();
	let best = (0..10).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
	assert_eq!(best, Some(7), "{probabilities:?}");

	devnet.fails(&format!("dispute open {id} --dev //Charlie"), "not-wrong")?;
	devnet.fails(&format!("dispute show {id}"), "not-found")?;
	let settled = devnet.ok(&format!("request watch {id} --until final"))?;
	assert_eq!(settled["state"], "final");
	assert_eq!(settled["output_hash"], answer["output_hash"]);

	let verification = devnet.ok(&format!("verify {id}"))?;
	assert_eq!(verification["verified"], true, "{verification}");

	// The worker's stake is free again, and it missed nothing.
	let operator = devnet.ok("operator status //Alice")?;
	assert_eq!(operator["locked"], "0", "{operator}");
	assert_eq!(operator["open_tasks"], 0, "{operator}");
	assert_eq!(operator["missed"], 0, "{operator}");
	Ok(())
}

#[test]
fn bad_requests_should_be_refused_with_the_next_step() -> Result<()> {
	let devnet = Devnet::start()?;
	let digits = repository()?.join("models/digits");
	let image = digits.join("examples/digit-3.npy");
	let infer =
		|model: &str, more: &str| format!("infer {model} --input {} --window 5 {more}", image.display());

	devnet.fails(&infer("alice/digits", "--dev //Bob"), "not-found")?;
	let pushed = devnet.ok(&format!("model push {} --name alice/digits --dev //Alice", digits.display()))?;
	assert_eq!(pushed["model"], "alice/digits@1");
	devnet.fails(&infer("alice/digits", "--dev //Bob"), "not-served")?;
	devnet.ok("model serve alice/digits --dev //Alice")?;

	devnet.fails(&infer("alice/digits", "--dev //Bob --max-fee 0.000001"), "fee-above-maximum")?;
	devnet.fails(&infer("alice/digits", "--dev //Nobody"), "insufficient-funds")?;
	devnet.fails(
		&format!("infer alice/digits --dev //Bob --input picture={} --window 5", image.display()),
		"input-name",
	)?;
	let wrong_shape = devnet.scratch().join("shape.json");
	fs::write(&wrong_shape, r#"{"dtype":"f32","shape":[1,1,4,4],"data":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#)?;
	devnet.fails(
		&format!("infer alice/digits --dev //Bob --input {} --window 5", wrong_shape.display()),
		"input-shape",
	)?;
	devnet.fails("operator register --bond 5000 --dev //Alice", "refused")?;

	devnet.ok("model serve alice/digits --stop --dev //Alice")?;
	devnet.fails(&infer("alice/digits", "--dev //Bob"), "not-served")?;

	devnet.fails("model deprecate alice/digits@1 --dev //Bob", "refused")?;
	assert_eq!(devnet.ok("model deprecate alice/digits@1 --dev //Alice")?["deprecated"], true);
	devnet.fails(&infer("alice/digits@1", "--dev //Bob"), "deprecated")?;
	Ok(())
}

#[test]
fn operator_should_change_stake_and_key_and_go_on_answering() -> Result<()> {
	let devnet = Devnet::start()?;
	let stake =
		|answer: &serde_json::Value| answer["stake"].as_str().and_then(|stake| stake.parse::<u128>().ok());
	let before = devnet.ok("operator status //Alice")?;
	let bonded = devnet.ok("operator bond 100 --dev //Alice")?;
	let hundred = 100 * 10u128.pow(12);
	assert_eq!(stake(&bonded), stake(&before).map(|stake| stake + hundred), "{bonded}");
	let unbonded = devnet.ok("operator unbond 100 --dev //Alice")?;
	assert_eq!(stake(&unbonded), stake(&before), "{unbonded}");
	assert_eq!(unbonded["unbonding"], hundred.to_string(), "{unbonded}");
	devnet.fails("operator withdraw --dev //Alice", "refused")?;
	devnet.fails("operator bond 100 --dev //Bob", "refused")?;
	devnet.fails("operator unbond --dev //Alice", "usage")?;

	let backed = devnet.ok("stake delegate //Alice 50 --dev //Bob")?;
	assert_eq!(backed["delegations"][0]["stake"], "50000000000000", "{backed}");
	let status = devnet.ok("operator status //Alice")?;
	assert_eq!(status["delegators"], 1, "{status}");
	assert_eq!(devnet.ok("stake rewards //Bob")?["operators"][0]["commission"], 100_000_000);
	devnet.fails("stake undelegate //Alice 45 --dev //Bob", "refused")?;
	let leaving = devnet.ok("stake undelegate //Alice --all --dev //Bob")?;
	assert_eq!(leaving["delegations"][0]["stake"], "0", "{leaving}");
	assert_eq!(leaving["delegations"][0]["unbonding"][0]["amount"], "50000000000000", "{leaving}");
	devnet.fails("stake withdraw //Alice --dev //Bob", "refused")?;
	devnet.fails("operator unjail --dev //Alice", "refused")?;
	let announced = devnet.ok("operator commission 12 --dev //Alice")?;
	assert_eq!(announced["next_commission"][0], 120_000_000, "{announced}");

	let replaced = devnet.ok("operator replace-key --dev //Alice")?;
	assert_ne!(replaced["worker_key"], before["worker_key"]);
	let digits = repository()?.join("models/digits");
	devnet.publish(&digits)?;
	let image = digits.join("examples/digit-3.npy");
	let infer =
		format!("infer alice/digits --dev //Bob --input {} --window 5 --wait provisional", image.display());
	assert_eq!(devnet.ok(&infer)?["outcome"], "success");
	Ok(())
}

#[test]
fn commands_should_say_what_to_do_when_the_node_is_away_or_another() -> Result<()> {
	let store = tempfile::tempdir()?;
	let away = assay_at("ws://127.0.0.1:1", store.path(), "request get 0")?;
	assert_eq!((away.code, away.error_code()), (4, "unreachable"), "{away:?}");

	let devnet = Devnet::start()?;
	let other = format!("request get 0 --genesis 0x{}", "11".repeat(32));
	devnet.fails(&other, "wrong-chain")?;
	Ok(())
}

#[test]
fn verify_should_refuse_an_answer_when_the_engine_of_its_worker_lies() -> Result<()> {
	let engine = format!("--engine={}", program("assay-lying-engine")?.display());
	let devnet = Devnet::start_with(&[&engine])?;
	let digits = repository()?.join("models/digits");
	devnet.publish(&digits)?;
	let image = digits.join("examples/digit-7.npy");
	let answer = devnet.ok(&format!(
		"infer alice/digits --dev //Bob --input image={} --window 100 --wait provisional",
		image.display()
	))?;
	assert_eq!(answer["outcome"], "success");
	assert_ne!(answer["output_hash"], DIGIT_7_OUTPUT, "the engine lied");
	let id = &answer["request"];
	devnet.fails(&format!("verify {id}"), "mismatch")?;

	let disputed = devnet.ok(&format!("dispute open {id} --dev //Charlie"))?;
	assert_eq!(disputed["request"], *id);
	assert_eq!(disputed["claims"][0]["role"], "worker", "{disputed}");
	assert_eq!(disputed["claims"][0]["output_hash"], answer["output_hash"], "{disputed}");
	assert_eq!(disputed["claims"][1]["role"], "challenger", "{disputed}");
	assert_eq!(disputed["claims"][1]["output_hash"], DIGIT_7_OUTPUT, "{disputed}");
	assert_eq!(devnet.ok(&format!("request get {id}"))?["state"], "disputed");
	assert_eq!(devnet.ok("dispute list")?["disputes"][0]["request"], *id);
	devnet.fails(&format!("dispute open {id} --dev //Charlie"), "not-answered")?;
	devnet.fails(&format!("dispute appeal {id} --dev //Charlie"), "refused")?;
	Ok(())
}
