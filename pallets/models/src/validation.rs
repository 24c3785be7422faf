//! Which manifests may be registered. A version is immutable, so what cannot work is refused at once.

use crate::{Config, Error};
use assay_primitives::{Manifest, TensorSpec};
use frame_support::ensure;

/// Refuses a manifest that no worker could fulfil or no client could show.
pub(crate) fn check<T: Config>(manifest: &Manifest) -> Result<(), Error<T>> {
	ensure!(manifest.size > 0, Error::<T>::EmptyPackage);
	ensure!(manifest.compute_limit > 0, Error::<T>::NoComputeLimit);
	for tensors in [&manifest.inputs, &manifest.outputs] {
		ensure!(are_valid(tensors), Error::<T>::InvalidTensors);
	}
	let texts = [&manifest.task, &manifest.licence].map(|text| text.as_slice());
	let tags = manifest.tags.iter().map(|tag| tag.as_slice());
	ensure!(texts.into_iter().chain(tags).all(is_printable), Error::<T>::InvalidText);
	Ok(())
}

/// At least one tensor, each with a name of its own.
fn are_valid(tensors: &[TensorSpec]) -> bool {
	!tensors.is_empty()
		&& tensors.iter().all(|tensor| !tensor.name.is_empty() && is_printable(&tensor.name))
		&& tensors.iter().enumerate().all(|(place, tensor)| {
			// At most sixteen tensors: comparing each with those before it is cheaper than a set.
			tensors.iter().take(place).all(|earlier| earlier.name != tensor.name)
		})
}

/// UTF-8 that cannot garble a terminal.
fn is_printable(text: &[u8]) -> bool {
	core::str::from_utf8(text).is_ok_and(|text| !text.chars().any(char::is_control))
}
