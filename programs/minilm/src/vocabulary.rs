//! The vocabulary: a text file that is searched as it is.
//!
//! A line is a token, a tab, and the token's number; lines are sorted by the bytes of their tokens. So a token is found by
//! bisecting the file, and a program that looks up a few hundred tokens never touches most of the thirty thousand.

/// The bytes of a sorted vocabulary file.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
	lines: &'a [u8],
}

/// What the vocabulary says of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
	/// The number of the token that is this piece.
	pub token: Option<i64>,
	/// Whether there are longer tokens that start with it.
	pub continues: bool,
	/// Where they are.
	at: usize,
}

impl<'a> Vocabulary<'a> {
	/// Takes the file as it is.
	pub fn new(lines: &'a [u8]) -> Self {
		Self { lines }
	}

	/// Number of a token.
	pub fn token(&self, token: &str) -> Option<i64> {
		self.find(token.as_bytes(), None).token
	}

	/// Looks a piece up. Knowing what was found for the beginning of it shortens the search.
	pub fn find(&self, piece: &[u8], beginning: Option<Found>) -> Found {
		let (mut low, mut high) = (beginning.map_or(0, |found| found.at), self.lines.len());
		// `low` and `high` are starts of lines, or the end; the lines before `low` are below the piece, those from `high` on
		// are not.
		while low < high {
			let start = self.start_of_line(low + (high - low) / 2).max(low);
			let line = self.line(start);
			if line.token < piece {
				low = line.end;
			} else {
				high = start;
			}
		}
		let line = self.line(low);
		if line.token == piece {
			let next = self.line(line.end);
			Found { token: line.number(), continues: next.token.starts_with(piece), at: low }
		} else {
			Found { token: None, continues: line.token.starts_with(piece), at: low }
		}
	}

	/// Where the line begins that the byte at `position` is in.
	fn start_of_line(&self, position: usize) -> usize {
		let before = &self.lines[..position];
		before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1)
	}

	/// The line that begins at `start`; an empty one at the end.
	fn line(&self, start: usize) -> Line<'a> {
		let rest = &self.lines[start..];
		let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
		let line = &rest[..length];
		let tab = line.iter().position(|&byte| byte == b'\t').unwrap_or(length);
		Line {
			token: &line[..tab],
			rest: line.get(tab + 1..).unwrap_or_default(),
			end: (start + length + 1).min(self.lines.len()),
		}
	}
}

struct Line<'a> {
	token: &'a [u8],
	/// What follows the tab.
	rest: &'a [u8],
	/// Where the next line begins.
	end: usize,
}

impl Line<'_> {
	fn number(&self) -> Option<i64> {
		core::str::from_utf8(self.rest).ok()?.parse().ok()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const LINES: &[u8] = b"##b\t7\n##bc\t8\na\t0\nab\t1\nabcd\t2\nx\t3\n";

	#[test]
	fn every_token_should_be_found_and_nothing_else() {
		for lines in [LINES, &LINES[..LINES.len() - 1]] {
			let vocabulary = Vocabulary::new(lines);
			for (token, number) in [("##b", 7), ("##bc", 8), ("a", 0), ("ab", 1), ("abcd", 2), ("x", 3)] {
				assert_eq!(vocabulary.token(token), Some(number), "{token}");
			}
			for other in ["", "#", "##", "##a", "##c", "abc", "abcde", "b", "y", "\u{10ffff}"] {
				assert_eq!(vocabulary.token(other), None, "{other}");
			}
		}
		assert_eq!(Vocabulary::new(b"").token("a"), None);
	}

	#[test]
	fn a_piece_should_tell_whether_longer_tokens_start_with_it() {
		let vocabulary = Vocabulary::new(LINES);
		let a = vocabulary.find(b"a", None);
		assert_eq!((a.token, a.continues), (Some(0), true));
		let ab = vocabulary.find(b"ab", Some(a));
		assert_eq!((ab.token, ab.continues), (Some(1), true));
		let abc = vocabulary.find(b"abc", Some(ab));
		assert_eq!((abc.token, abc.continues), (None, true));
		let abcd = vocabulary.find(b"abcd", Some(abc));
		assert_eq!((abcd.token, abcd.continues), (Some(2), false));
		assert!(!vocabulary.find(b"abce", Some(abc)).continues);
		assert!(!vocabulary.find(b"x", None).continues);
	}

	#[test]
	fn a_damaged_file_should_only_lack_tokens() {
		for lines in [&b"a\nb\tx\nc"[..], b"\n\n\n", b"\t\t\n", &[0xff, 0xfe, b'\t', b'1']] {
			assert_eq!(Vocabulary::new(lines).token("b"), None);
		}
	}
}
