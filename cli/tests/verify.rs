//! `verify` and `request` against a node that answers what a chain with one request would: the engine, the comparison and
//! the exit status are the real ones.

mod common;

use assay_primitives::{
	AccountId, ContentId, DataType, Manifest, NamedTensor, NumericProfile, Outcome, RequestState,
	ResultDigest, Security, Tensor, api,
	commitment::output_hash,
	job::{Input, Output},
};
use codec::Encode;
use common::{classifier::write_package, expect_error, expect_success, home, node::with_node, write};
use jsonrpsee::{
	RpcModule,
	types::{ErrorObjectOwned, error::INTERNAL_ERROR_CODE},
};
use std::path::Path;

type RequestInfo = api::RequestInfo<AccountId, u128, u32>;
type ModelInfo = api::ModelInfo<AccountId, u128, u32>;

fn tensors(name: &str, values: &[f32]) -> Vec<u8> {
	let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
	let tensor = Tensor::new(DataType::F32, vec![1, values.len() as u64], data).expect("fits");
	vec![NamedTensor { name: name.into(), tensor }].encode()
}

/// What the chain holds of the classifier's answer to `[2, 4]`.
struct Answer {
	manifest: Manifest,
	digest: ResultDigest,
	output: Vec<u8>,
}

impl Answer {
	/// The right one. Compute units come from a run here; the output is exact arithmetic: `2·[1, 2, 3] + 4·[½, ¼, ⅛]`.
	fn right(home: &Path, package: &str) -> Self {
		let input = write(home, "image.json", "[[2, 4]]");
		let run = expect_success(home, &["run", package, "-i", &input]);
		let content: ContentId = run["package"].as_str().expect("is text").parse().expect("is an id");
		let output = tensors("scores", &[4.0, 5.0, 6.5]);
		Self {
			manifest: Manifest {
				content,
				size: 1,
				profile: NumericProfile::StrictF32V1,
				inputs: Default::default(),
				outputs: Default::default(),
				compute_limit: 1_000_000,
				royalty: 0,
				task: Default::default(),
				licence: Default::default(),
				tags: Default::default(),
			},
			digest: ResultDigest {
				outcome: Outcome::Success,
				output_hash: output_hash(&output),
				compute_units: run["compute_units"].as_u64().expect("is a number"),
			},
			output,
		}
	}

	fn model(&self) -> ModelInfo {
		let label = |text: &str| text.as_bytes().to_vec().try_into().expect("is short");
		ModelInfo {
			id: 3,
			name: assay_primitives::ModelName { owner: label("alice"), name: label("classifier") },
			number: 1,
			owner: AccountId::new([1; 32]),
			manifest: self.manifest.clone(),
			deposit: 0,
			registered_at: 1,
			deprecated: false,
			servers: 1,
		}
	}

	fn request(&self) -> RequestInfo {
		self.in_state(RequestState::Final {
			workers: vec![AccountId::new([2; 32])].try_into().expect("is a panel"),
			digest: self.digest,
			output: Output::Inline(self.output.clone().try_into().expect("is short")),
			charged: 5,
		})
	}

	fn in_state(&self, state: RequestState<AccountId, u128, u32>) -> RequestInfo {
		RequestInfo {
			id: 0,
			requester: AccountId::new([3; 32]),
			version: 3,
			manifest: self.manifest.clone(),
			input: Input::Inline(tensors("image", &[2.0, 4.0]).try_into().expect("is short")),
			seed: 0,
			security: Security::Optimistic { window: 5 },
			escrow: 9,
			requested_at: 10,
			changed_at: 18,
			round: 0,
			state,
		}
	}
}

/// Runs `test` with the address of a node whose chain has this model and this request.
fn with_request(model: ModelInfo, request: RequestInfo, test: impl FnOnce(&str)) {
	let (model, request) = (Some(model).encode(), Some(request).encode());
	let offer = |module: &mut RpcModule<()>| {
		module
			.register_method("state_call", move |parameters, _, _| {
				let (function, argument, _): (String, String, String) = parameters.parse()?;
				match (function.as_str(), argument.as_str()) {
					("InferenceApi_request", "0x0000000000000000") => {
						Ok(format!("0x{}", hex::encode(&request)))
					}
					("InferenceApi_request", _) => Ok("0x00".into()),
					("InferenceApi_model", _) => Ok(format!("0x{}", hex::encode(&model))),
					_ => Err(ErrorObjectOwned::owned(INTERNAL_ERROR_CODE, function, None::<()>)),
				}
			})
			.expect("is new");
	};
	with_node(offer, test);
}

#[test]
fn a_right_answer_should_be_verified() {
	let home = home();
	let package = write_package(home.path(), 1_000_000);
	let right = Answer::right(home.path(), &package);
	with_request(right.model(), right.request(), |node| {
		let verified = expect_success(home.path(), &["verify", "0", "--package", &package, "--node", node]);
		assert_eq!(verified["verified"], true);
		assert_eq!(verified["model"], "alice/classifier@1");
		assert_eq!(verified["state"], "final");
		assert_eq!(verified["output_hash"], format!("{:?}", right.digest.output_hash));
		let shown = expect_success(home.path(), &["request", "get", "0", "--node", node]);
		assert_eq!((&shown["state"], &shown["blocks"]), (&"final".into(), &8.into()));
	});
}

#[test]
fn one_flipped_bit_should_not_be_verified() {
	let home = home();
	let package = write_package(home.path(), 1_000_000);
	let mut forged = Answer::right(home.path(), &package);
	// The lowest bit of the last element; the forger also records the hash of the forged output.
	let last_element = forged.output.len() - 4;
	forged.output[last_element] ^= 1;
	forged.digest.output_hash = output_hash(&forged.output);
	with_request(forged.model(), forged.request(), |node| {
		let message =
			expect_error(home.path(), &["verify", "0", "--package", &package, "--node", node], "mismatch", 6);
		assert!(
			message.contains("\"scores\"[2] is 6.500000476837158 (0x40d00001) on the chain, 6.5"),
			"{message}"
		);
		assert!(message.contains("output hash"), "{message}");
	});
}

#[test]
fn other_lies_should_not_be_verified() {
	let home = home();
	let package = write_package(home.path(), 1_000_000);
	let verify = |lie: Answer, expected: &str| {
		with_request(lie.model(), lie.request(), |node| {
			let command = ["verify", "0", "--package", &package, "--node", node];
			let message = expect_error(home.path(), &command, "mismatch", 6);
			assert!(message.contains(expected), "{message}");
		});
	};
	let mut overcharged = Answer::right(home.path(), &package);
	overcharged.digest.compute_units += 1;
	verify(overcharged, "compute units");
	let mut gave_up = Answer::right(home.path(), &package);
	gave_up.digest.outcome = Outcome::OperatorFailed;
	gave_up.output.clear();
	gave_up.digest.output_hash = output_hash(&[]);
	verify(gave_up, "OperatorFailed on the chain, Success here");
}

#[test]
fn verify_should_say_what_is_missing() {
	let home = home();
	let package = write_package(home.path(), 1_000_000);
	let right = Answer::right(home.path(), &package);
	with_request(
		right.model(),
		right.in_state(RequestState::Pending { panel: Default::default(), deadline: 20 }),
		|node| {
			expect_error(
				home.path(),
				&["verify", "0", "--package", &package, "--node", node],
				"not-answered",
				6,
			);
			expect_error(
				home.path(),
				&["verify", "1", "--package", &package, "--node", node],
				"not-found",
				5,
			);
		},
	);
	with_request(right.model(), right.request(), |node| {
		expect_error(home.path(), &["verify", "0", "--node", node], "package-not-in-store", 7);
		write(Path::new(&package), "README.md", "another byte, another package");
		let message =
			expect_error(home.path(), &["verify", "0", "--package", &package, "--node", node], "package", 3);
		assert!(message.contains(&right.manifest.content.to_string()), "{message}");
	});
}
