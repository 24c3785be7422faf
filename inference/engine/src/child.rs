//! The child process: locks itself up, then executes one request after another until its input ends.

use crate::{
	execute,
	models::Models,
	protocol::{self, Reply, Request, Response, Source, Start},
	sandbox,
	stats::ModelUse,
};
use std::{
	fs::File,
	io::{self, Read, Write},
	os::{fd::AsFd, unix::ffi::OsStrExt},
	path::Path,
	process::ExitCode,
};

/// How far jobs stand back when processors are short: making and checking blocks comes first.
const NICENESS: i32 = 10;

/// The whole life of a child. The program that is named in [`ChildConfig`](crate::ChildConfig) calls it first thing when
/// its first argument is [`CHILD_ARGUMENT`](crate::CHILD_ARGUMENT), before it starts any thread.
pub fn main() -> ExitCode {
	match serve() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("engine child: {error} (the engine starts this process; it is of no use by hand)");
			ExitCode::FAILURE
		}
	}
}

fn serve() -> io::Result<()> {
	let parent_death = sandbox::die_with_parent();
	let mut requests = io::stdin().lock();
	let mut responses = take_stdout()?;
	let Some(start) = protocol::read::<Start>(&mut requests)? else { return Ok(()) };
	if start.version != protocol::VERSION {
		let reason = format!(
			"it speaks version {} of the engine protocol and was asked for {}: restart the node with the program that is \
			 installed now",
			protocol::VERSION,
			start.version
		);
		return reply(&mut responses, Response::Failed(reason), ModelUse::default());
	}
	let readable = match &start.source {
		Source::Store(path) | Source::Package(path) => {
			Path::new(std::ffi::OsStr::from_bytes(path)).to_path_buf()
		}
	};
	if let Source::Store(_) = start.source
		&& let Err(error) = rustix::process::nice(NICENESS)
	{
		eprintln!("the process competes with the node for processors: {error}");
	}
	let protections = sandbox::enter(&readable, start.address_space, parent_death);
	// After the sandbox: threads inherit it.
	let pool = rayon::ThreadPoolBuilder::new().num_threads(start.threads as usize).build_global();
	let ready = match pool.map_err(|error| error.to_string()).and_then(|()| check_numerics()) {
		Ok(kernels) => Response::Ready { protections, kernels },
		Err(reason) => Response::Failed(reason),
	};
	reply(&mut responses, ready, ModelUse::default())?;
	answer(&mut requests, &mut responses, &start, &readable)
}

fn answer(
	requests: &mut impl Read,
	responses: &mut impl Write,
	start: &Start,
	readable: &Path,
) -> io::Result<()> {
	let mut models = Models::new(&start.source, readable, start.model_bytes, start.memory_limit);
	while let Some(request) = protocol::read::<Request>(requests)? {
		if !sandbox::limit_processor_time(start.cpu_seconds) {
			eprintln!("the processor time is not limited");
		}
		let response = match check_numerics() {
			Ok(_) => execute::execute(&mut models, request),
			Err(reason) => Response::Failed(reason),
		};
		reply(responses, response, models.loaded())?;
	}
	Ok(())
}

fn reply(responses: &mut impl Write, response: Response, models: ModelUse) -> io::Result<()> {
	protocol::write(responses, &Reply { response, models })
}

/// The name of the kernels, if the profile's can run here and every thread computes as the profile says.
fn check_numerics() -> Result<String, String> {
	let cpu = assay_numerics::select().map_err(|error| error.to_string())?;
	assay_numerics::environment::check().map_err(|error| error.to_string())?;
	Ok(cpu.isa().name().into())
}

/// Takes standard output for the frames; whatever else is printed goes to standard error.
fn take_stdout() -> io::Result<File> {
	let responses = io::stdout().as_fd().try_clone_to_owned()?;
	rustix::stdio::dup2_stdout(io::stderr())?;
	Ok(File::from(responses))
}
