//! Metadata of made-up chains, for tests.

use codec::Compact;
use scale_info::{TypeInfo, meta_type};
use subxt::{Metadata, ext::frame_metadata::v16};

/// A chain whose one pallet is `Models`, at `index`, with the calls of `C` and the errors of `E`.
pub fn metadata<C: TypeInfo + 'static, E: TypeInfo + 'static>(index: u8) -> Metadata {
	let no_deprecation = v16::EnumDeprecationInfo::nothing_deprecated;
	v16::RuntimeMetadataV16::new(
		vec![v16::PalletMetadata {
			name: "Models",
			storage: None,
			calls: Some(v16::PalletCallMetadata { ty: meta_type::<C>(), deprecation_info: no_deprecation() }),
			event: None,
			constants: Vec::new(),
			error: Some(v16::PalletErrorMetadata {
				ty: meta_type::<E>(),
				deprecation_info: no_deprecation(),
			}),
			associated_types: Vec::new(),
			view_functions: Vec::new(),
			index,
			docs: Vec::new(),
			deprecation_info: v16::ItemDeprecationInfo::NotDeprecated,
		}],
		v16::ExtrinsicMetadata {
			versions: vec![5],
			address_ty: meta_type::<u8>(),
			call_ty: meta_type::<C>(),
			signature_ty: meta_type::<u8>(),
			transaction_extensions_by_version: [(0, Vec::<Compact<u32>>::new())].into_iter().collect(),
			transaction_extensions: Vec::new(),
		},
		Vec::new(),
		v16::OuterEnums {
			call_enum_ty: meta_type::<C>(),
			// Somewhere in the registry, as in a real chain, there has to be the type of dispatch errors.
			event_enum_ty: meta_type::<sp_runtime::DispatchError>(),
			error_enum_ty: meta_type::<E>(),
		},
		v16::CustomMetadata { map: Default::default() },
	)
	.try_into()
	.expect("is valid metadata")
}
