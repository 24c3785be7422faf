//! WordPiece: words to the longest pieces that the vocabulary has.

use crate::{basic, vocabulary::Vocabulary};
use alloc::{format, string::String, vec, vec::Vec};

/// Most tokens of a sentence, with the two around it. What is beyond is cut off, as the model's authors do.
pub const MAX_TOKENS: usize = 256;
/// Longest word in characters; a longer one is unknown.
const MAX_WORD: usize = 100;
/// What a piece inside a word starts with.
const CONTINUATION: &str = "##";

/// A vocabulary and the numbers of its special tokens.
#[derive(Clone, Copy, Debug)]
pub struct Tokenizer<'a> {
	vocabulary: Vocabulary<'a>,
	start: i64,
	end: i64,
	unknown: i64,
}

impl<'a> Tokenizer<'a> {
	/// The vocabulary must have `[CLS]`, `[SEP]` and `[UNK]`.
	pub fn new(vocabulary: Vocabulary<'a>) -> Result<Self, String> {
		let special =
			|token| vocabulary.token(token).ok_or_else(|| format!("the vocabulary has no token {token}"));
		Ok(Self { vocabulary, start: special("[CLS]")?, end: special("[SEP]")?, unknown: special("[UNK]")? })
	}

	/// The numbers of a sentence's tokens, at most [`MAX_TOKENS`].
	pub fn tokenize(&self, sentence: &str) -> Vec<i64> {
		let mut tokens = vec![self.start];
		basic::words(sentence, |word| {
			self.push_pieces(word, &mut tokens);
			tokens.len() < MAX_TOKENS
		});
		tokens.truncate(MAX_TOKENS - 1);
		tokens.push(self.end);
		tokens
	}

	fn push_pieces(&self, word: &str, tokens: &mut Vec<i64>) {
		let before = tokens.len();
		let mut rest = word;
		let mut piece = String::new();
		let is_known = word.chars().count() <= MAX_WORD
			&& loop {
				if rest.is_empty() {
					break true;
				}
				piece.clear();
				if rest.len() < word.len() {
					piece.push_str(CONTINUATION);
				}
				let Some((token, length)) = self.longest(rest, &mut piece) else { break false };
				tokens.push(token);
				rest = &rest[length..];
			};
		if !is_known {
			tokens.truncate(before);
			tokens.push(self.unknown);
		}
	}

	/// The longest token that is `piece` and characters from `rest`, and how many bytes of `rest` it takes.
	fn longest(&self, rest: &str, piece: &mut String) -> Option<(i64, usize)> {
		let mut longest = None;
		let mut found = None;
		for (index, c) in rest.char_indices() {
			piece.push(c);
			let here = self.vocabulary.find(piece.as_bytes(), found);
			if let Some(token) = here.token {
				longest = Some((token, index + c.len_utf8()));
			}
			if !here.continues {
				break;
			}
			found = Some(here);
		}
		longest
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const LINES: &[u8] =
		b"##a\t10\n##able\t11\n##b\t12\n,\t3\n[CLS]\t1\n[SEP]\t2\n[UNK]\t0\naff\t20\nun\t21\nuna\t22\n";

	fn tokens(text: &str) -> Vec<i64> {
		let tokenizer = Tokenizer::new(Vocabulary::new(LINES)).expect("has the special tokens");
		tokenizer.tokenize(text)
	}

	#[test]
	fn words_should_become_their_longest_pieces() {
		assert_eq!(tokens("un"), [1, 21, 2]);
		assert_eq!(tokens("aff,una"), [1, 20, 3, 22, 2]);
		assert_eq!(tokens("UNAB"), [1, 22, 12, 2]);
		assert_eq!(tokens("affable"), [1, 20, 11, 2]);
	}

	#[test]
	fn a_word_with_an_unknown_piece_should_be_unknown_as_a_whole() {
		assert_eq!(tokens("unx aff"), [1, 0, 20, 2]);
		// The longest piece is taken although a shorter one would have led on.
		assert_eq!(tokens("unable"), [1, 0, 2]);
		assert_eq!(tokens(&"a".repeat(101)), [1, 0, 2]);
	}

	#[test]
	fn special_tokens_in_a_text_should_be_words() {
		assert_eq!(tokens("[SEP]"), [1, 0, 0, 0, 2]);
	}

	#[test]
	fn long_sentences_should_be_cut() {
		let cut = tokens(&"un ".repeat(1000));
		assert_eq!((cut.len(), cut[0], cut[254], cut[255]), (MAX_TOKENS, 1, 21, 2));
		assert_eq!(tokens(&"un ".repeat(254)).len(), MAX_TOKENS);
		assert_eq!(tokens(""), [1, 2]);
	}

	#[test]
	fn a_vocabulary_without_special_tokens_should_be_refused() {
		assert!(Tokenizer::new(Vocabulary::new(b"a\t0\n")).is_err());
	}
}
