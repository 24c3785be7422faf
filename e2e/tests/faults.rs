//! Crashes in the middle of a request: it is answered all the same, and nobody is slashed.

use anyhow::Result;
use assay_e2e::{Devnet, models};
use std::{fs, path::PathBuf};

/// Publishes the slow model and asks it something without waiting.
fn ask_slow_model(devnet: &Devnet, products: usize) -> Result<u64> {
	let package = devnet.scratch().join("slow");
	models::slow(&package, products)?;
	devnet.publish(&package)?;
	let input: PathBuf = devnet.scratch().join("x.json");
	fs::write(&input, r#"{"dtype":"f32","shape":[1],"data":[42]}"#)?;
	let asked = devnet
		.ok(&format!("infer alice/slow --dev //Bob --input {} --window 5 --wait none", input.display()))?;
	Ok(asked["request"].as_u64().expect("a request has a number"))
}

fn assert_answered_without_slash(devnet: &Devnet, id: u64) -> Result<()> {
	let answer = devnet.wait_for_state(id, &["provisional", "final", "expired"])?;
	assert_eq!(answer["outcome"], "success", "{answer}\n{}", devnet.log());
	assert_eq!(answer["output"][0]["data"], serde_json::json!([42.0]), "{answer}");
	assert_eq!(answer["round"], 0, "the first worker answered: {answer}");
	let operator = devnet.ok("operator status //Alice")?;
	assert_eq!(operator["missed"], 0, "{operator}");
	// What it earned may be there already.
	let stake = operator["stake"].as_str().and_then(|stake| stake.parse::<u128>().ok());
	assert!(stake >= Some(100_000_000_000_000_000), "{operator}");
	Ok(())
}

#[test]
fn request_should_be_answered_when_the_engine_child_is_killed_in_the_middle() -> Result<()> {
	let devnet = Devnet::start()?;
	let id = ask_slow_model(&devnet, 200)?;
	devnet.wait_for_state(id, &["assigned"])?;
	devnet.wait_for("an engine child", |devnet| Ok(devnet.kill_engine_children()? > 0))?;
	assert_answered_without_slash(&devnet, id)
}

#[test]
fn request_should_be_answered_when_the_node_is_killed_between_commit_and_reveal() -> Result<()> {
	let mut devnet = Devnet::start()?;
	let id = ask_slow_model(&devnet, 1)?;
	devnet.wait_for_state(id, &["committed"])?;
	devnet.kill()?;
	devnet.start()?;
	assert_answered_without_slash(&devnet, id)
}
