//! BERT's basic tokenisation: text to lower-case words without accents, punctuation and Chinese characters apart.
//!
//! As in the original code and in Hugging Face's `BertNormalizer` and `BertPreTokenizer`. Of all characters, 706 are treated
//! otherwise than by version 0.23 of the latter, which does not know them: its tables are those of an older Unicode. Texts
//! that spell special tokens, such as `[SEP]`, get no special tokens from it.

use alloc::string::String;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Calls `word` with every word of `text` until it returns `false`.
pub fn words(text: &str, mut word: impl FnMut(&str) -> bool) {
	let mut raw = String::new();
	let mut normal = String::new();
	for c in text.chars() {
		if is_dropped(c) {
			continue;
		}
		let is_apart = is_chinese(c);
		if !(is_apart || c.is_whitespace()) {
			raw.push(c);
			continue;
		}
		if !split(&raw, &mut normal, &mut word) {
			return;
		}
		raw.clear();
		if is_apart {
			raw.push(c);
			if !split(&raw, &mut normal, &mut word) {
				return;
			}
			raw.clear();
		}
	}
	split(&raw, &mut normal, &mut word);
}

/// Normalises what was between spaces, and takes it apart at punctuation. Returns whether to go on.
fn split(raw: &str, normal: &mut String, word: &mut impl FnMut(&str) -> bool) -> bool {
	if raw.is_empty() {
		return true;
	}
	normal.clear();
	if raw.is_ascii() {
		normal.extend(raw.chars().map(|c| c.to_ascii_lowercase()));
	} else {
		let without_accents =
			raw.nfd().filter(|c| c.is_ascii() || c.general_category() != GeneralCategory::NonspacingMark);
		normal.extend(without_accents.flat_map(char::to_lowercase));
	}
	let mut rest = normal.as_str();
	while !rest.is_empty() {
		let plain = rest.find(is_punctuation).unwrap_or(rest.len());
		let end = if plain > 0 { plain } else { rest.chars().next().map_or(0, char::len_utf8) };
		let (first, others) = rest.split_at(end);
		if !word(first) {
			return false;
		}
		rest = others;
	}
	true
}

/// Control and format characters, and what stands for undecodable ones.
fn is_dropped(c: char) -> bool {
	use GeneralCategory::{Control, Format, PrivateUse};
	match c {
		'\t' | '\n' | '\r' => false,
		'\u{fffd}' => true,
		_ if c.is_ascii() => c.is_ascii_control(),
		_ => matches!(c.general_category(), Control | Format | PrivateUse),
	}
}

fn is_punctuation(c: char) -> bool {
	if c.is_ascii() {
		return c.is_ascii_punctuation();
	}
	c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// The blocks of Chinese characters that the original code lists; Japanese and Korean syllables are not among them.
fn is_chinese(c: char) -> bool {
	matches!(
		u32::from(c),
		0x4e00..=0x9fff
			| 0x3400..=0x4dbf
			| 0x20000..=0x2a6df
			| 0x2a700..=0x2b73f
			| 0x2b740..=0x2b81f
			| 0x2b920..=0x2ceaf
			| 0xf900..=0xfaff
			| 0x2f800..=0x2fa1f
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec::Vec;

	fn all(text: &str) -> Vec<String> {
		let mut found = Vec::new();
		words(text, |word| {
			found.push(word.into());
			true
		});
		found
	}

	#[test]
	fn words_should_be_lower_case_without_accents() {
		assert_eq!(all("  Héllo\tWÖRLD \u{130}stanbul "), ["hello", "world", "istanbul"]);
		assert_eq!(all("Straße ΑΣ"), ["straße", "ασ"]);
	}

	#[test]
	fn punctuation_and_chinese_characters_should_stand_apart() {
		assert_eq!(all("don't... (yes)"), ["don", "'", "t", ".", ".", ".", "(", "yes", ")"]);
		assert_eq!(all("a$b^c`d"), ["a", "$", "b", "^", "c", "`", "d"]);
		assert_eq!(all("ab中文c。カナ"), ["ab", "中", "文", "c", "。", "カナ"]);
		assert_eq!(all("“quoted”—dash"), ["“", "quoted", "”", "—", "dash"]);
	}

	#[test]
	fn control_and_format_characters_should_vanish() {
		assert_eq!(all("a\u{200b}b\u{0}c\u{fffd}d\u{b}e"), ["abcde"]);
		assert_eq!(all("a\u{a0}b\u{3000}c"), ["a", "b", "c"]);
		assert_eq!(all("\u{0}\u{301} \u{fffd}"), [""; 0]);
	}

	#[test]
	fn words_should_stop_when_told_to() {
		let mut count = 0;
		words("a b c", |_| {
			count += 1;
			count < 2
		});
		assert_eq!(count, 2);
	}
}
