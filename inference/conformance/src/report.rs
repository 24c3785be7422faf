//! What people and programs read in the end.

use crate::{cases::Case, check::Outcome, expected::Expected};
use serde::Serialize;
use std::{
	collections::BTreeMap,
	fmt::{self, Write},
};

/// The outcome of every case, and whether the table of expected ones holds.
#[derive(Debug)]
pub struct Report {
	outcomes: Vec<(Case, Outcome)>,
	/// Cases that must pass and do not, or give other bits.
	broken: Vec<String>,
	/// Cases that pass and are not in the table.
	new: usize,
}

#[derive(Serialize)]
struct Json<'a> {
	passed: usize,
	failed: usize,
	skipped: usize,
	broken: &'a [String],
	cases: Vec<JsonCase<'a>>,
}

#[derive(Serialize)]
struct JsonCase<'a> {
	case: String,
	outcome: &'static str,
	#[serde(skip_serializing_if = "Option::is_none")]
	hash: Option<&'a str>,
	#[serde(skip_serializing_if = "Option::is_none")]
	reason: Option<String>,
}

impl Report {
	/// Compares outcomes with the table.
	pub fn new(outcomes: Vec<(Case, Outcome)>, expected: &Expected) -> Self {
		let (mut broken, mut new) = (Vec::new(), 0);
		for (case, outcome) in &outcomes {
			match (outcome, expected.hash(case)) {
				(Outcome::Passed { hash }, Some(pinned)) if hash != pinned => {
					broken.push(format!("{}: bits {hash}, pinned are {pinned}", case.id()));
				}
				(Outcome::Passed { .. }, Some(_)) => {}
				(Outcome::Passed { .. }, None) => new += 1,
				(Outcome::Failed { group, detail }, Some(_)) => {
					broken.push(format!("{}: {group}: {detail}", case.id()));
				}
				(Outcome::Skipped { .. }, Some(_)) => broken.push(format!("{}: not run", case.id())),
				(_, None) => {}
			}
		}
		Self { outcomes, broken, new }
	}

	/// Whether every case of the table that ran passed with the pinned bits.
	pub fn holds(&self) -> bool {
		self.broken.is_empty()
	}

	/// All of it as one JSON object.
	pub fn to_json(&self) -> serde_json::Result<String> {
		let [passed, failed, skipped] = self.counts();
		let cases = self.outcomes.iter().map(|(case, outcome)| {
			let (outcome, hash, reason) = match outcome {
				Outcome::Passed { hash } => ("passed", Some(hash.as_str()), None),
				Outcome::Failed { group, detail } => ("failed", None, Some(format!("{group}: {detail}"))),
				Outcome::Skipped { reason } => ("skipped", None, Some((*reason).to_owned())),
			};
			JsonCase { case: case.id(), outcome, hash, reason }
		});
		serde_json::to_string(&Json { passed, failed, skipped, broken: &self.broken, cases: cases.collect() })
	}

	fn counts(&self) -> [usize; 3] {
		self.outcomes.iter().fold([0; 3], |mut counts, (_, outcome)| {
			let index = match outcome {
				Outcome::Passed { .. } => 0,
				Outcome::Failed { .. } => 1,
				Outcome::Skipped { .. } => 2,
			};
			counts[index] += 1;
			counts
		})
	}

	/// Cases by what they have in common, the largest group first.
	fn groups(&self, line: impl Fn(&Case, &Outcome) -> Option<(String, String)>) -> String {
		let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
		for (case, outcome) in &self.outcomes {
			if let Some((group, line)) = line(case, outcome) {
				groups.entry(group).or_default().push(line);
			}
		}
		let mut groups: Vec<_> = groups.into_iter().collect();
		groups.sort_by_key(|(_, lines)| usize::MAX - lines.len());
		groups.iter().fold(String::new(), |mut text, (group, lines)| {
			// Writing to a string does not fail.
			let _ = writeln!(text, "  {group} ({})", lines.len());
			lines.iter().for_each(|line| {
				let _ = writeln!(text, "    {line}");
			});
			text
		})
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let skipped = self.groups(|case, outcome| match outcome {
			Outcome::Skipped { reason } => Some(((*reason).to_owned(), case.id())),
			_ => None,
		});
		let failed = self.groups(|case, outcome| match outcome {
			Outcome::Failed { group, detail } => Some((group.clone(), format!("{}  {detail}", case.id()))),
			_ => None,
		});
		for (title, lines) in [("skipped:", &skipped), ("failed:", &failed)] {
			if !lines.is_empty() {
				writeln!(f, "{title}\n{lines}")?;
			}
		}
		if self.new > 0 {
			writeln!(f, "{} cases pass and are not pinned: add them with --bless\n", self.new)?;
		}
		if !self.broken.is_empty() {
			writeln!(f, "pinned in expected.txt and broken:")?;
			self.broken.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
			writeln!(f)?;
		}
		let [passed, failed, skipped] = self.counts();
		write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
	}
}
