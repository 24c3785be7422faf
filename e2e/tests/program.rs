//! A package with a program, from the push to the verified answer, and what the engine says of it.

use anyhow::Result;
use assay_e2e::{Devnet, models};
use std::fs;

/// Hash of the noisy model's output for 42 and seed 7: the same on every machine, or determinism is broken.
const NOISY_OUTPUT: &str = "0x62ac0cb0153947e6f0bc01df05abd07b8fddc2a32fd02fe5f9dd63759635fb91";

#[test]
fn package_with_a_program_should_be_pushed_served_asked_and_verified() -> Result<()> {
	let devnet = Devnet::start()?;
	let package = devnet.scratch().join("noisy");
	models::noisy(&package)?;
	devnet.publish(&package)?;
	let input = devnet.scratch().join("x.json");
	fs::write(&input, r#"{"dtype":"f32","shape":[1],"data":[42]}"#)?;
	let answer = devnet.ok(&format!(
		"infer alice/noisy --dev //Bob --input {} --seed 7 --window 5 --wait provisional",
		input.display()
	))?;
	assert_eq!(answer["outcome"], "success", "{answer}\n{}", devnet.log());
	assert_eq!(answer["output_hash"], NOISY_OUTPUT, "{answer}");
	let noise = answer["output"][0]["data"][0].as_f64().unwrap_or_default() - 42.0;
	assert!((0.0..1.0).contains(&noise), "{answer}");
	let verified = devnet.ok(&format!("verify {}", answer["request"]))?;
	assert_eq!(verified["verified"], true, "{verified}");

	let stats = devnet.ok("engine stats")?;
	assert_eq!(stats["jobs"]["outcomes"]["success"], 1, "{stats}");
	assert_eq!((&stats["jobs"]["failed"], &stats["jobs"]["refused"]), (&0.into(), &0.into()), "{stats}");
	assert_eq!(stats["cache"]["entries"], 1, "{stats}");
	assert_eq!(stats["children"][0]["models"]["count"], 1, "{stats}");
	assert!(stats["children"][0]["peak_memory"].as_u64() > Some(1 << 20), "{stats}");
	assert_eq!(stats["protections"]["system_calls"], true, "{stats}");
	Ok(())
}
