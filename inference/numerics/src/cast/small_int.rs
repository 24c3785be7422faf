//! Integers of four and two bits, and how codes below eight bits are packed into bytes.

use alloc::vec::Vec;

/// A 4-bit or 2-bit integer type. Its values are kept in `i8`, its codes (two's complement) in the low bits of `u8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SmallInt {
	/// −8 to 7.
	I4,
	/// 0 to 15.
	U4,
	/// −2 to 1.
	I2,
	/// 0 to 3.
	U2,
}

impl SmallInt {
	/// Every type.
	pub const ALL: [Self; 4] = [Self::I4, Self::U4, Self::I2, Self::U2];

	/// How codes share bytes.
	pub const fn packing(self) -> Packing {
		match self {
			Self::I4 | Self::U4 => Packing::Four,
			Self::I2 | Self::U2 => Packing::Two,
		}
	}

	/// Bits of a code.
	pub const fn bits(self) -> u32 {
		self.packing().bits()
	}

	const fn is_signed(self) -> bool {
		matches!(self, Self::I4 | Self::I2)
	}

	/// The least value.
	pub const fn min(self) -> i8 {
		if self.is_signed() { -(1 << (self.bits() - 1)) } else { 0 }
	}

	/// The greatest value.
	pub const fn max(self) -> i8 {
		self.min() + (1 << self.bits()) as i8 - 1
	}

	/// The value of a code, whose higher bits do not count.
	pub const fn decode(self, code: u8) -> i8 {
		let unused = 8 - self.bits();
		// Shifting right keeps the sign of an `i8`.
		if self.is_signed() { (code << unused) as i8 >> unused } else { (code << unused >> unused) as i8 }
	}

	/// The code of a value of this type.
	pub const fn encode(self, value: i8) -> u8 {
		value as u8 & ((1 << self.bits()) - 1)
	}

	/// An integer cast: the low bits, reinterpreted.
	pub const fn wrap(self, x: i64) -> i8 {
		self.decode(x as u8)
	}

	/// A float cast: to a 32-bit integer (truncated towards zero, saturated, NaN to 0), and that wrapped. (ONNX leaves numbers
	/// out of range undefined; its backend tests expect them wrapped.)
	pub const fn from_f64(self, x: f64) -> i8 {
		self.wrap(x as i32 as i64)
	}
}

/// How codes of less than eight bits share bytes, in ONNX's tensors and in ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
	/// Two codes of four bits.
	Four,
	/// Four codes of two bits.
	Two,
}

impl Packing {
	/// Bits of a code.
	pub const fn bits(self) -> u32 {
		match self {
			Self::Four => 4,
			Self::Two => 2,
		}
	}

	/// How many bytes `count` codes take.
	pub const fn bytes(self, count: usize) -> usize {
		count.div_ceil(8 / self.bits() as usize)
	}

	/// The bytes of `codes`, the first in the lowest bits; the last byte is filled with zeros.
	pub fn pack(self, codes: &[u8]) -> Vec<u8> {
		let mask = (1u8 << self.bits()) - 1;
		let byte =
			|codes: &[u8]| codes.iter().rev().fold(0u8, |byte, code| byte << self.bits() | (code & mask));
		codes.chunks(8 / self.bits() as usize).map(byte).collect()
	}

	/// The first `count` codes in `bytes`; fewer where there are fewer.
	pub fn unpack(self, bytes: &[u8], count: usize) -> Vec<u8> {
		let mask = (1u8 << self.bits()) - 1;
		let shifts = (0..8).step_by(self.bits() as usize);
		let codes = bytes.iter().flat_map(|byte| shifts.clone().map(move |shift| (byte >> shift) & mask));
		codes.take(count).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_code_should_survive_decoding_and_encoding_within_the_range() {
		for (int, min, max) in
			[(SmallInt::I4, -8, 7), (SmallInt::U4, 0, 15), (SmallInt::I2, -2, 1), (SmallInt::U2, 0, 3)]
		{
			assert_eq!((int.min(), int.max()), (min, max));
			let mut values: Vec<i8> = (0..1 << int.bits()).map(|code| int.decode(code)).collect();
			for (code, &value) in (0u8..).zip(&values) {
				assert_eq!(int.encode(value), code);
			}
			values.sort_unstable();
			assert!(values.into_iter().eq(min..=max));
			for code in 0..=255 {
				assert_eq!(
					int.decode(code),
					int.decode(code & ((1 << int.bits()) - 1)),
					"high bits do not count"
				);
			}
		}
	}

	/// ONNX 1.22, test_cast_FLOAT_to_INT4 and its like.
	#[test]
	fn casts_should_truncate_and_wrap_as_in_the_onnx_tests() {
		let expected =
			[7, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1];
		for (x, wrapped) in (-9..16).zip(expected) {
			assert_eq!(SmallInt::I4.from_f64(x.into()), wrapped);
			assert_eq!(SmallInt::I4.wrap(x.into()), wrapped);
			assert_eq!(SmallInt::U4.from_f64(x.into()), ((x + 16) % 16) as i8);
		}
		assert_eq!([-3.0, -2.0, 1.9, 2.0, 3.0].map(|x| SmallInt::I2.from_f64(x)), [1, -2, 1, -2, -1]);
		assert_eq!([-3.0, -1.0, 3.9, 4.0].map(|x| SmallInt::U2.from_f64(x)), [1, 3, 3, 0]);
		assert_eq!(
			[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300].map(|x| SmallInt::I4.from_f64(x)),
			[0, -1, 0, -1]
		);
	}

	#[test]
	fn packing_should_put_the_first_code_in_the_lowest_bits_and_pad_with_zeros() {
		assert_eq!(Packing::Four.pack(&[1, 2, 0xf]), [0x21, 0x0f]);
		assert_eq!(Packing::Two.pack(&[1, 2, 3, 0, 2]), [0b00_11_10_01, 0b10]);
		assert_eq!(Packing::Four.unpack(&[0x21, 0x0f], 3), [1, 2, 0xf]);
		assert_eq!(Packing::Two.unpack(&[0b00_11_10_01, 0b10], 5), [1, 2, 3, 0, 2]);
		assert_eq!(Packing::Four.unpack(&[0x21], 9), [1, 2], "no more than there is");
		let codes: Vec<u8> = (0..99).map(|i| i % 4).collect();
		for packing in [Packing::Four, Packing::Two] {
			let bytes = packing.pack(&codes);
			assert_eq!(bytes.len(), packing.bytes(codes.len()));
			assert_eq!(packing.unpack(&bytes, codes.len()), codes);
		}
	}
}
