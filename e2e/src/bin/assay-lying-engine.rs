//! An engine that lies: it has the true engine run the model and turns one bit of what comes out, always the same one, so
//! that several of its kind tell the same lie. For `assay-node --engine`.

use anyhow::{Context, Result, ensure};
use codec::{Compact, Decode};
use std::{
	io::{self, Read, Write},
	process::{Command, Stdio},
};

fn main() -> Result<()> {
	let mut child = Command::new(assay_e2e::program("assay-engine")?)
		.args(std::env::args_os().skip(1))
		.stdin(Stdio::inherit())
		.stdout(Stdio::piped())
		.spawn()?;
	let mut replies = child.stdout.take().context("the engine's output is a pipe")?;
	let mut out = io::stdout().lock();
	while let Some(mut reply) = read_frame(&mut replies)? {
		lie(&mut reply)?;
		out.write_all(&u32::try_from(reply.len())?.to_le_bytes())?;
		out.write_all(&reply)?;
		out.flush()?;
	}
	let status = child.wait()?;
	ensure!(status.success(), "the engine ended with {status}");
	Ok(())
}

/// The next frame of the engine's protocol, a length and so many bytes; `None` at the end.
fn read_frame(from: &mut impl Read) -> Result<Option<Vec<u8>>> {
	let mut length = [0; 4];
	if let Err(error) = from.read_exact(&mut length) {
		return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error.into()) };
	}
	let mut body = vec![0; u32::from_le_bytes(length) as usize];
	from.read_exact(&mut body)?;
	Ok(Some(body))
}

/// Number of the reply that holds a result.
const EXECUTED: u8 = 1;
/// Number of the outcome that has an output.
const SUCCESS: u8 = 0;

/// Turns the last bit of the output's last binary32, if the reply has an output.
fn lie(reply: &mut [u8]) -> Result<()> {
	let [EXECUTED, SUCCESS, report @ ..] = reply else { return Ok(()) };
	let mut rest = &report[..];
	let Compact(length) = Compact::<u32>::decode(&mut rest)?;
	let from = report.len() - rest.len();
	let output = report.get_mut(from..from + length as usize).context("the output is in the reply")?;
	if let [.., last, _, _, _] = output {
		*last ^= 1;
	}
	Ok(())
}
