//! The cases that must pass, each with the hash of its outputs.

use crate::{cases::Case, check::Outcome};
use anyhow::{Context, Result};
use std::{collections::BTreeMap, fs, path::Path};

/// Case and hash, a line each, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected(BTreeMap<String, String>);

impl Expected {
	/// The table this program was built with.
	pub fn committed() -> Result<Self> {
		Self::parse(include_str!("../expected.txt")).context("reading the committed table")
	}

	/// The table in a file; an empty one if there is no file.
	pub fn read(path: &Path) -> Result<Self> {
		if !path.exists() {
			return Ok(Self::default());
		}
		Self::parse(&fs::read_to_string(path)?).with_context(|| format!("reading {}", path.display()))
	}

	fn parse(text: &str) -> Result<Self> {
		let lines = text.lines().map(|line| {
			let (case, hash) =
				line.split_once(' ').with_context(|| format!("{line:?} is not `case hash`"))?;
			Ok((case.to_owned(), hash.to_owned()))
		});
		lines.collect::<Result<_>>().map(Self)
	}

	/// Writes the table to a file.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text: String = self.0.iter().map(|(case, hash)| format!("{case} {hash}\n")).collect();
		fs::write(path, text).with_context(|| format!("writing {}", path.display()))
	}

	/// Adds the cases that pass and are not in the table.
	pub fn add(&mut self, outcomes: &[(Case, Outcome)]) {
		for (case, outcome) in outcomes {
			if let Outcome::Passed { hash } = outcome {
				self.0.entry(case.id()).or_insert_with(|| hash.clone());
			}
		}
	}

	/// The hash a case must have; `None` if it need not pass.
	pub fn hash(&self, case: &Case) -> Option<&str> {
		self.0.get(&case.id()).map(String::as_str)
	}
}
