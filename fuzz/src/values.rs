//! Tensors full of numbers, from two bytes of choice.

use assay_graph::{DType, HostTensor};

/// Numbers that kernels have to treat well.
const SPECIAL: [f32; 16] = [
	0.0,
	-0.0,
	1.0,
	-1.0,
	f32::INFINITY,
	f32::NEG_INFINITY,
	f32::NAN,
	f32::MIN_POSITIVE,
	1e-45,
	-1e-42,
	f32::MAX,
	f32::MIN,
	0.5,
	2_147_483_648.0,
	-9.3e18,
	255.5,
];

/// A tensor whose elements follow from `choice`: small integers, moderate numbers, special numbers among them, or any bits.
pub(crate) fn tensor(dtype: DType, shape: &[usize], choice: u16) -> HostTensor {
	let count: usize = shape.iter().product();
	let mut numbers = Numbers(u64::from(choice));
	if choice % 8 == 7 && dtype.packing().is_none() {
		let mask = if dtype == DType::Bool { 1 } else { 0xff };
		let bytes: Vec<u8> = (0..count * dtype.size()).map(|_| numbers.next() as u8 & mask).collect();
		return HostTensor::from_le_bytes(dtype, shape, &bytes).unwrap();
	}
	let element = |number: u64| {
		let small = (number >> 32) as i32 % 5;
		match choice % 8 {
			0 | 1 => small as f32,
			2..=5 => ((number >> 40) as f32 / (1 << 24) as f32 - 0.5) * 8.0,
			_ => SPECIAL[number as usize % SPECIAL.len()],
		}
	};
	let values: Vec<f32> = (0..count).map(|_| element(numbers.next())).collect();
	HostTensor::from_vec(shape, values).unwrap().cast(dtype)
}

/// SplitMix64.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
	pub(crate) fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// A number below `count`, which is not 0.
	pub(crate) fn below(&mut self, count: usize) -> usize {
		(self.next() % count as u64) as usize
	}
}
