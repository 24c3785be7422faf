//! `assay-bench`: what a request costs the chain, measured on the runtime's WebAssembly.
//!
//! Requests and balance transfers run in the same process on the same chain, so that their ratio means something on any
//! machine. `scripts/bench` adds the latency of a running node.

mod chain;
mod transactions;
mod worker;

use anyhow::{Context, Result, ensure};
use assay_primitives::{Balance, RequestState, Security, VersionId, api::RequestInfo};
use assay_runtime::{AccountId, BlockNumber};
use chain::{Chain, Executed};
use clap::Parser;
use codec::Encode;
use serde::Serialize;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use std::time::Duration;
use worker::Worker;

/// Measures block execution, off-chain worker time and bytes per request.
#[derive(Parser)]
struct Arguments {
	/// Requests, and transfers, to settle.
	#[arg(long, default_value_t = 512)]
	requests: u32,
	/// Print one JSON object instead of a table.
	#[arg(long)]
	json: bool,
}

/// What was measured.
#[derive(Serialize)]
struct Report {
	requests: u32,
	transfers_per_second: f64,
	requests_per_second: f64,
	/// Requests settled in the time of one transfer.
	request_to_transfer_ratio: f64,
	empty_block_micros: f64,
	extrinsic_bytes_per_request: f64,
	state_bytes_per_request: f64,
	offchain_worker_idle_micros: f64,
	offchain_worker_micros_per_duty: f64,
}

/// Blocks in which an answer can be challenged; the shortest possible.
const WINDOW: BlockNumber = 5;
/// Transactions of one kind per block: within the weight limit of any of the workloads, and what a block draws workers for.
const PER_BLOCK: u32 = 48;

/// Repetitions of what takes too little time to be measured once.
const SAMPLES: u32 = 20;

/// A development account and its next nonce.
struct Signer(Sr25519Keyring, u32);

impl Signer {
	fn sign(
		&mut self,
		genesis: assay_primitives::Hash,
		call: impl Into<assay_runtime::RuntimeCall>,
	) -> assay_runtime::UncheckedExtrinsic {
		let transaction = transactions::signed(genesis, self.0, self.1, call);
		self.1 += 1;
		transaction
	}
}

fn main() -> Result<()> {
	let arguments = Arguments::parse();
	let report = measure(arguments.requests)?;
	if arguments.json {
		println!("{}", serde_json::to_string(&report)?);
	} else {
		print_table(&report);
	}
	Ok(())
}

fn measure(requests: u32) -> Result<Report> {
	let mut chain = Chain::new("local_testnet")?;
	// The first block pays for filling caches and compiling.
	chain.block(Vec::new())?;
	let genesis = chain.genesis_hash();
	let version = publish(&mut chain, genesis)?;
	let worker = Worker::new(&mut chain, &["//Alice", "//Bob", "//Charlie", "//Dave"])?;

	let empty = average((0..SAMPLES).map(|_| chain.block(Vec::new())).collect::<Result<Vec<_>>>()?);
	let transfers = run_transfers(&mut chain, genesis, requests)?;
	let before = chain.state_bytes()?;
	let settled = run_requests(&mut chain, &worker, genesis, version, requests)?;
	let after = chain.state_bytes()?;

	let per_second = |time: Duration| f64::from(requests) / time.as_secs_f64();
	Ok(Report {
		requests,
		transfers_per_second: per_second(transfers.time),
		requests_per_second: per_second(settled.blocks.time),
		request_to_transfer_ratio: transfers.time.as_secs_f64() / settled.blocks.time.as_secs_f64(),
		empty_block_micros: micros(empty),
		extrinsic_bytes_per_request: settled.blocks.bytes as f64 / f64::from(requests),
		state_bytes_per_request: (after as f64 - before as f64) / f64::from(requests),
		offchain_worker_idle_micros: micros(settled.worker_idle),
		offchain_worker_micros_per_duty: micros(settled.worker_busy) / f64::from(settled.duties.max(1)),
	})
}

fn micros(time: Duration) -> f64 {
	time.as_secs_f64() * 1e6
}

fn average(blocks: Vec<Executed>) -> Duration {
	let count = blocks.len().max(1) as u32;
	blocks.into_iter().map(|block| block.time).sum::<Duration>() / count
}

/// //Alice publishes a model; the four operators serve it.
fn publish(chain: &mut Chain, genesis: assay_primitives::Hash) -> Result<VersionId> {
	let namespace = label("alice")?;
	let mut alice = Signer(Alice, 0);
	let version = 0;
	let mut block = vec![
		alice.sign(genesis, pallet_models::Call::claim_namespace { namespace: namespace.clone() }),
		alice.sign(
			genesis,
			pallet_models::Call::register { owner: namespace, name: label("digits")?, manifest: manifest() },
		),
		alice.sign(genesis, pallet_models::Call::serve { version }),
	];
	for operator in [Bob, Charlie, Dave] {
		block.push(Signer(operator, 0).sign(genesis, pallet_models::Call::serve { version }));
	}
	chain.block(block)?;
	Ok(version)
}

fn label(text: &str) -> Result<assay_primitives::model::Label> {
	text.as_bytes().to_vec().try_into().map_err(|_| anyhow::anyhow!("{text} is too long"))
}

fn manifest() -> assay_primitives::Manifest {
	use assay_primitives::{
		Codec, ContentId, DataType, Manifest, NumericProfile, TensorSpec, tensor::Dimension::Fixed,
	};
	let spec = |name: &str, dims: Vec<u32>| TensorSpec {
		name: name.as_bytes().to_vec().try_into().unwrap_or_default(),
		data_type: DataType::F32,
		dims: dims.into_iter().map(Fixed).collect::<Vec<_>>().try_into().unwrap_or_default(),
	};
	Manifest {
		content: ContentId { codec: Codec::DagPb, digest: [1; 32] },
		size: 40_000,
		profile: NumericProfile::StrictF32V1,
		inputs: vec![spec("image", vec![1, 1, 8, 8])].try_into().unwrap_or_default(),
		outputs: vec![spec("probabilities", vec![1, 10])].try_into().unwrap_or_default(),
		compute_limit: 1_000_000,
		royalty: assay_primitives::MILLI_ASY,
		task: b"image-classification".to_vec().try_into().unwrap_or_default(),
		licence: b"Apache-2.0".to_vec().try_into().unwrap_or_default(),
		tags: Default::default(),
	}
}

fn run_transfers(chain: &mut Chain, genesis: assay_primitives::Hash, count: u32) -> Result<Executed> {
	let mut total = Executed::default();
	let mut eve = Signer(Eve, 0);
	for batch in batches(count) {
		let block = (0..batch)
			.map(|_| {
				eve.sign(
					genesis,
					pallet_balances::Call::transfer_keep_alive {
						dest: Ferdie.to_account_id().into(),
						value: assay_primitives::ASY,
					},
				)
			})
			.collect();
		total.add(chain.block(block)?);
	}
	Ok(total)
}

/// What settling the requests took.
struct Settled {
	blocks: Executed,
	worker_idle: Duration,
	worker_busy: Duration,
	duties: u32,
}

fn run_requests(
	chain: &mut Chain,
	worker: &Worker,
	genesis: assay_primitives::Hash,
	version: VersionId,
	count: u32,
) -> Result<Settled> {
	let optimistic = Security::Optimistic { window: WINDOW };
	let quote: Result<assay_primitives::api::Quote<Balance>, assay_primitives::api::QuoteError> =
		chain.query("InferenceApi_quote", &(version, optimistic, None::<Balance>).encode())?;
	let quote = quote.map_err(|error| anyhow::anyhow!("no quote: {error:?}"))?;
	let mut worker_idle = Duration::ZERO;
	for _ in 0..SAMPLES {
		let (time, sent) = worker.run(chain)?;
		ensure!(sent.is_empty(), "a worker without duties sent {} transactions", sent.len());
		worker_idle += time / SAMPLES;
	}

	let mut settled =
		Settled { blocks: Executed::default(), worker_idle, worker_busy: Duration::ZERO, duties: 0 };
	let mut ferdie = Signer(Ferdie, 0);
	let mut waiting = batches(count);
	// Every round of blocks brings new requests, the workers' commits and reveals, and what the hooks settle.
	for _ in 0..10 * count {
		let (time, mut block) = worker.run(chain)?;
		if !block.is_empty() {
			settled.worker_busy += time;
			settled.duties += block.len() as u32;
		}
		let requests = waiting.next().unwrap_or(0);
		block.extend(
			(0..requests).map(|_| ferdie.sign(genesis, transactions::request(version, WINDOW, quote.escrow))),
		);
		settled.blocks.add(chain.block(block)?);
		if requests == 0 && is_final(chain, u64::from(count) - 1)? {
			return Ok(settled);
		}
	}
	anyhow::bail!("{count} requests were not settled in {} blocks", 10 * count)
}

fn is_final(chain: &mut Chain, id: u64) -> Result<bool> {
	let request: Option<RequestInfo<AccountId, Balance, BlockNumber>> =
		chain.query("InferenceApi_request", &id.encode())?;
	let request = request.with_context(|| format!("request {id} does not exist"))?;
	ensure!(!matches!(request.state, RequestState::Expired), "request {id} expired");
	Ok(matches!(request.state, RequestState::Final { .. }))
}

fn batches(count: u32) -> impl Iterator<Item = u32> {
	(0..count.div_ceil(PER_BLOCK)).map(move |batch| PER_BLOCK.min(count - batch * PER_BLOCK))
}

fn print_table(report: &Report) {
	println!("{} requests and {} transfers on the WebAssembly runtime:", report.requests, report.requests);
	println!("  transfers per second of block execution  {:>10.0}", report.transfers_per_second);
	println!("  requests settled per second              {:>10.0}", report.requests_per_second);
	println!("  ratio                                    {:>10.3}", report.request_to_transfer_ratio);
	println!("  empty block                              {:>10.0} µs", report.empty_block_micros);
	println!("  extrinsics per request                   {:>10.0} bytes", report.extrinsic_bytes_per_request);
	println!("  state per settled request                {:>10.0} bytes", report.state_bytes_per_request);
	println!(
		"  off-chain worker, nothing to do          {:>10.0} µs per block",
		report.offchain_worker_idle_micros
	);
	println!(
		"  off-chain worker, answer ready           {:>10.0} µs per duty",
		report.offchain_worker_micros_per_duty
	);
}
