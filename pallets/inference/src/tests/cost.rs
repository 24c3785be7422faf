//! How many storage keys a request writes: what many requests of a block share, each of them does not pay for again.

use super::*;
use std::collections::BTreeMap;

/// All of this pallet's storage.
fn storage() -> BTreeMap<Vec<u8>, Vec<u8>> {
	let prefix = sp_io::hashing::twox_128(b"Inference").to_vec();
	let mut all = BTreeMap::new();
	let mut last = prefix.clone();
	while let Some(key) = sp_io::storage::next_key(&last).filter(|key| key.starts_with(&prefix)) {
		all.insert(key.clone(), sp_io::storage::get(&key).map(|value| value.to_vec()).unwrap_or_default());
		last = key;
	}
	all
}

/// How many keys `step` adds, changes or removes.
fn writes(step: impl FnOnce()) -> usize {
	let before = storage();
	step();
	let after = storage();
	let changed = before.iter().filter(|(key, value)| after.get(*key) != Some(value)).count();
	changed + after.keys().filter(|key| !before.contains_key(*key)).count()
}

/// Keys written by `count` requests of one block on their way: when they are made, drawn, committed to, revealed and
/// final.
fn path(count: usize) -> [usize; 5] {
	let mut written = [0; 5];
	Builder::default().operators([(1, 9 * STAKE)]).run(|| {
		let mut ids = Vec::new();
		written[0] = writes(|| ids = (0..count).map(|_| ask()).collect());
		next_block();
		written[1] = writes(|| {
			next_block();
		});
		let results: Vec<_> = ids.iter().map(|id| (*id, honest())).collect();
		written[2] = writes(|| {
			assert_ok!(submit(commit_many_call(1, &results)).expect("valid"));
		});
		written[3] = writes(|| {
			assert_ok!(submit(reveal_many_call(1, &results)).expect("valid"));
		});
		run_to(System::block_number() + WINDOW - 1);
		written[4] = writes(|| {
			next_block();
		});
		assert!(ids.iter().all(|id| matches!(state(*id), RequestState::Final { .. })));
	});
	written
}

#[test]
fn another_request_of_a_block_should_write_its_record_once_in_each_step_and_its_input() {
	let (one, three) = (path(1), path(3));
	let marginal = [0, 1, 2, 3, 4].map(|step| (three[step] - one[step]) / 2);
	assert_eq!(marginal, [2, 1, 1, 1, 1]);
	// And what the requests of a block share: numbers, queue, agenda, tasks and randomness.
	assert!(one.iter().zip(marginal).all(|(all, own)| all - own <= 8), "{one:?}");
}
