//! A chain in memory whose blocks are built and executed by the WebAssembly runtime, as a node would.

use anyhow::{Context, Result, anyhow, bail};
use assay_engine_interface::HostFunctions as EngineFunctions;
use assay_runtime::{Block, Hash, Header, UncheckedExtrinsic, WASM_BINARY, time::SLOT_MILLIS};
use codec::{Decode, Encode};
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use sc_executor::WasmExecutor;
use sp_consensus_babe::{
	Slot,
	digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
	make_vrf_sign_data,
};
use sp_core::{
	crypto::VrfSecret,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	ApplyExtrinsicResult, Digest, DigestItem,
	traits::{BlakeTwo256, Header as _},
};
use sp_state_machine::TestExternalities;
use std::time::{Duration, Instant};

type HostFunctions = (sp_io::SubstrateHostFunctions, EngineFunctions);

/// Where the chain stands.
pub struct Chain {
	/// State after the last block.
	pub state: TestExternalities<BlakeTwo256>,
	executor: WasmExecutor<HostFunctions>,
	code: Vec<u8>,
	parent: Header,
	slot: u64,
}

/// What executing one block took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Executed {
	/// Time of `Core_execute_block`, signatures and state root included.
	pub time: Duration,
	/// Bytes of its transactions.
	pub bytes: usize,
}

impl Executed {
	/// Adds another block.
	pub fn add(&mut self, other: Self) {
		self.time += other.time;
		self.bytes += other.bytes;
	}
}

impl Chain {
	/// Genesis of a preset.
	pub fn new(preset: &str) -> Result<Self> {
		let code =
			WASM_BINARY.context("built without the runtime; unset SKIP_WASM_BUILD and build again")?.to_vec();
		let genesis = GenesisConfigBuilderRuntimeCaller::<HostFunctions>::new(&code)
			.get_storage_for_named_preset(Some(&preset.to_owned()))
			.map_err(|error| anyhow!("genesis: {error}"))?;
		Ok(Self {
			state: TestExternalities::new_with_code(&code, genesis),
			executor: WasmExecutor::builder().build(),
			code,
			parent: Header::new(0, Hash::zero(), Hash::zero(), Hash::zero(), Digest::default()),
			// Any slot will do for the first block; this one has a timestamp above zero.
			slot: 1_000_000,
		})
	}

	/// Hash of block 0, as transactions name the chain.
	pub fn genesis_hash(&mut self) -> Hash {
		self.state.execute_with(|| frame_system::Pallet::<assay_runtime::Runtime>::block_hash(0))
	}

	/// Calls the runtime without keeping what it changes in storage, and decodes its answer.
	pub fn query<T: Decode>(&mut self, method: &str, arguments: &[u8]) -> Result<T> {
		let answer = self.call(method, arguments);
		self.state.reset_overlay();
		answer
	}

	/// The head.
	pub fn head(&self) -> &Header {
		&self.parent
	}

	/// Builds a block with these transactions, all of which must succeed in being included, then executes it on the state
	/// of its parent and measures that.
	pub fn block(&mut self, transactions: Vec<UncheckedExtrinsic>) -> Result<Executed> {
		self.slot += 1;
		let header = self.unsealed_header()?;
		let block = self.build(header, transactions)?;
		self.state.reset_overlay();

		let executed = Executed {
			bytes: block.extrinsics.iter().skip(1).map(Encode::encoded_size).sum(),
			time: {
				let encoded = block.encode();
				let started = Instant::now();
				let _: () = self.call("Core_execute_block", &encoded)?;
				started.elapsed()
			},
		};
		self.state.commit_all().map_err(|error| anyhow!(error))?;
		self.parent = block.header;
		Ok(executed)
	}

	/// Bytes of all keys and values in state.
	pub fn state_bytes(&mut self) -> Result<usize> {
		use sp_state_machine::Backend;
		let backend = self.state.as_backend();
		let mut bytes = 0;
		for pair in backend.pairs(Default::default()).map_err(|error| anyhow!(error))? {
			let (key, value) = pair.map_err(|error| anyhow!(error))?;
			bytes += key.len() + value.len();
		}
		Ok(bytes)
	}

	fn call<T: Decode>(&mut self, method: &str, arguments: &[u8]) -> Result<T> {
		let fetcher = WrappedRuntimeCode(self.code.as_slice().into());
		let runtime_code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: vec![0] };
		let (answer, _) = self.executor.call(
			&mut self.state.ext(),
			&runtime_code,
			method,
			arguments,
			CallContext::Offchain,
		);
		let answer = answer.map_err(|error| anyhow!("{method}: {error}"))?;
		T::decode(&mut &answer[..]).with_context(|| format!("{method} answered something else"))
	}

	/// The next header, with the pre-digest of a secondary VRF slot of the author whose turn the runtime accepts.
	fn unsealed_header(&mut self) -> Result<Header> {
		let epoch: sp_consensus_babe::Epoch = self.query("BabeApi_current_epoch", &[])?;
		let slot = Slot::from(self.slot);
		let author = Sr25519Keyring::Alice.pair();
		let vrf_signature = author.vrf_sign(&make_vrf_sign_data(&epoch.randomness, slot, epoch.epoch_index));
		let digest =
			PreDigest::SecondaryVRF(SecondaryVRFPreDigest { authority_index: 0, slot, vrf_signature });
		Ok(Header::new(
			self.parent.number + 1,
			Hash::zero(),
			Hash::zero(),
			self.parent.hash(),
			Digest { logs: vec![DigestItem::babe_pre_digest(digest)] },
		))
	}

	fn build(&mut self, header: Header, transactions: Vec<UncheckedExtrinsic>) -> Result<Block> {
		self.call::<sp_runtime::ExtrinsicInclusionMode>("Core_initialize_block", &header.encode())?;
		let timestamp =
			UncheckedExtrinsic::new_bare(pallet_timestamp::Call::set { now: self.slot * SLOT_MILLIS }.into());
		let mut extrinsics = vec![timestamp];
		extrinsics.extend(transactions);
		for (index, extrinsic) in extrinsics.iter().enumerate() {
			let result: ApplyExtrinsicResult =
				self.call("BlockBuilder_apply_extrinsic", &extrinsic.encode())?;
			match result {
				Ok(Ok(())) => (),
				Ok(Err(error)) => bail!("transaction {index} failed: {error:?}"),
				Err(error) => bail!("transaction {index} was refused: {error:?}"),
			}
		}
		let header: Header = self.call("BlockBuilder_finalize_block", &[])?;
		Ok(Block { header, extrinsics })
	}
}
