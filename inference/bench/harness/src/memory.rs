//! Memory of this process, as Linux counts it.

use std::fs;

use anyhow::{Context, Result};

/// Bytes in physical memory now.
pub fn resident() -> Result<u64> {
	field("VmRSS:")
}

/// Most bytes that ever were.
pub fn peak() -> Result<u64> {
	field("VmHWM:")
}

/// A line of `/proc/self/status` such as `VmRSS:     1234 kB`.
fn field(name: &str) -> Result<u64> {
	let status = fs::read_to_string("/proc/self/status").context("memory is measured on Linux only")?;
	let line = status.lines().find_map(|line| line.strip_prefix(name));
	let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
	Ok(kibibytes.with_context(|| format!("/proc/self/status has no {name}"))? * 1024)
}

#[cfg(test)]
mod tests {
	#[test]
	fn peak_should_count_memory_that_was_freed_again() {
		let before = super::peak().unwrap();
		let touched = vec![1u8; 64 << 20];
		assert!(super::resident().unwrap() > 64 << 20, "{}", touched[12345]);
		drop(touched);
		assert!(super::peak().unwrap() >= before.max(64 << 20));
	}
}
