//! Amounts of the chain's token as people write them: `1.5` is 1.5 ASY, 10^12 of the smallest unit each.

use assay_primitives::{ASY, Balance};
use std::str::FromStr;

/// Decimals of the token.
const DECIMALS: usize = 12;

/// An amount given on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Balance);

impl FromStr for Amount {
	type Err = String;

	/// Accepts `12`, `0.25` and `1_000`; in ASY.
	fn from_str(text: &str) -> Result<Self, String> {
		let invalid =
			|| format!("`{text}` is not an amount; write ASY with at most 12 decimals, such as 1.5");
		let digits: String = text.chars().filter(|c| *c != '_').collect();
		let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
		let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
		if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > DECIMALS {
			return Err(invalid());
		}
		let whole: Balance = whole.parse().map_err(|_| invalid())?;
		let fraction: Balance = format!("{fraction:0<DECIMALS$}").parse().map_err(|_| invalid())?;
		whole.checked_mul(ASY).and_then(|units| units.checked_add(fraction)).map(Self).ok_or_else(invalid)
	}
}

/// `amount` in ASY, without trailing zeros.
pub fn format_asy(amount: Balance) -> String {
	let fraction = format!("{:012}", amount % ASY);
	match fraction.trim_end_matches('0') {
		"" => format!("{} ASY", amount / ASY),
		fraction => format!("{}.{fraction} ASY", amount / ASY),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amount_should_parse_decimal_asy() {
		for (text, expected) in [
			("0", 0),
			("1", ASY),
			("1.5", 1_500_000_000_000),
			("0.000000000001", 1),
			("1_000", 1_000 * ASY),
			("3.", 3 * ASY),
		] {
			assert_eq!(text.parse(), Ok(Amount(expected)), "{text}");
		}
	}

	#[test]
	fn amount_should_be_refused_when_it_is_not_exact() {
		for text in ["", ".5", "-1", "1e3", "0.0000000000001", "1,5", "999999999999999999999999999999"] {
			assert!(text.parse::<Amount>().is_err(), "{text}");
		}
	}

	#[test]
	fn format_should_drop_trailing_zeros() {
		assert_eq!(format_asy(0), "0 ASY");
		assert_eq!(format_asy(ASY), "1 ASY");
		assert_eq!(format_asy(1_250_000_000_000), "1.25 ASY");
		assert_eq!(format_asy(1), "0.000000000001 ASY");
	}
}
