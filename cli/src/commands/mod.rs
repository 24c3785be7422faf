//! The commands: one file each, each from arguments to a report.

pub mod account;
pub mod bench;
pub mod dispute;
pub mod doctor;
pub mod engine;
pub mod infer;
pub mod model;
pub mod operator;
pub mod request;
pub mod run;
pub mod stake;
pub mod tensor;
pub mod verify;

/// Lines of `name: value` with the values below each other.
fn table(rows: &[(&str, String)]) -> String {
	let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
	rows.iter().map(|(name, value)| format!("{name:<width$}  {value}\n")).collect()
}
