//! Inputs for a run without libFuzzer: files of a corpus, changed at random from a seed.

use crate::values::Numbers;

/// Numbers that lengths, counts and sizes are compared with.
const INTERESTING: [u64; 8] = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0xffff_ffff, u64::MAX];

/// Longest input that is made.
const LONGEST: usize = 1 << 14;

/// One of the inputs with one to eight changes, which follow from `seed`: bits and bytes changed, pieces left out, repeated,
/// moved, or taken from another input.
pub fn mutated(inputs: &[Vec<u8>], seed: u64) -> Vec<u8> {
	let mut random = Numbers(seed);
	let Some(mut bytes) = inputs.get(random.below(inputs.len().max(1))).cloned() else { return Vec::new() };
	for _ in 0..1 + random.below(8) {
		change(&mut bytes, inputs, &mut random);
	}
	bytes.truncate(LONGEST);
	bytes
}

fn change(bytes: &mut Vec<u8>, inputs: &[Vec<u8>], random: &mut Numbers) {
	let at = random.below(bytes.len() + 1);
	let length = random.below((bytes.len() - at).min(32) + 1);
	match random.below(7) {
		0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
		1 if at < bytes.len() => bytes[at] = random.next() as u8,
		2 => {
			let number = INTERESTING[random.below(INTERESTING.len())].to_le_bytes();
			let end = bytes.len().min(at + (1 << random.below(4)));
			bytes[at..end].iter_mut().zip(number).for_each(|(byte, new)| *byte = new);
		}
		3 => {
			bytes.drain(at..at + length);
		}
		4 => {
			let piece = bytes[at..at + length].to_vec();
			bytes.splice(at..at, piece);
		}
		5 => {
			let other = &inputs[random.below(inputs.len())];
			let from = random.below(other.len() + 1);
			let piece = &other[from..other.len().min(from + random.below(64) + 1)];
			bytes.splice(at..at + length, piece.iter().copied());
		}
		_ => {
			let new: Vec<u8> = (0..1 + random.below(8)).map(|_| random.next() as u8).collect();
			bytes.splice(at..at, new);
		}
	}
}
