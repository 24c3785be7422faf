//! Transactions of the workloads.

use assay_primitives::{Hash, Security, VersionId, job::Input};
use assay_runtime::{
	BlockNumber, Nonce, RuntimeCall, SignedPayload, TxExtension, UncheckedExtrinsic, VERSION,
};
use codec::Encode;
use sp_core::Pair;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{MultiSignature, generic::Era};

/// An image of 8 × 8 floats with its name and shape.
const INPUT: [u8; 280] = [1; 280];

fn extension(nonce: Nonce) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}

/// `call`, signed by a development account.
pub fn signed(
	genesis: Hash,
	signer: Sr25519Keyring,
	nonce: Nonce,
	call: impl Into<RuntimeCall>,
) -> UncheckedExtrinsic {
	let call = call.into();
	let extension = extension(nonce);
	let implicit =
		((), (), VERSION.spec_version, VERSION.transaction_version, genesis, genesis, (), (), (), None, ());
	let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
	let signature = MultiSignature::Sr25519(payload.using_encoded(|bytes| signer.pair().sign(bytes)));
	UncheckedExtrinsic::new_signed(call, signer.to_account_id().into(), signature, extension)
}

/// A request of the size of the demo's.
pub fn request(version: VersionId, window: BlockNumber, max_fee: u128) -> RuntimeCall {
	let input = Input::Inline(INPUT.to_vec().try_into().unwrap_or_default());
	pallet_inference::Call::request {
		version,
		input,
		security: Security::Optimistic { window },
		max_fee,
		seed: None,
		stake: None,
	}
	.into()
}
