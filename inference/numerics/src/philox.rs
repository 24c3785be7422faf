//! Philox4x32-10, the counter-based generator of J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy
//! as 1, 2, 3" (SC 2011). [`random`](crate::random) draws from it.

const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
const KEY_STEPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// The block of random words at `counter` of the stream `key`.
pub fn block(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
	for round in 0..10 {
		if round > 0 {
			key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
		}
		let [low0, high0] = wide(MULTIPLIERS[0], counter[0]);
		let [low1, high1] = wide(MULTIPLIERS[1], counter[2]);
		counter = [high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0];
	}
	counter
}

/// Low and high word of a product.
fn wide(a: u32, b: u32) -> [u32; 2] {
	let product = u64::from(a) * u64::from(b);
	[product as u32, (product >> 32) as u32]
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The known-answer vectors of the authors' Random123 distribution.
	#[test]
	fn block_should_match_the_published_vectors() {
		assert_eq!(block([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
		assert_eq!(block([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
		assert_eq!(
			block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
			[0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
		);
	}
}
