//! What a program can reach, and the three calls by which it does.

use crate::{
	abi::{self, Span},
	error::RunError,
	limits::{FUEL_PER_CALL, FUEL_PER_UNIT, MAX_GRAPH_TENSORS, MAX_LOG_BYTES, MAX_NAME_BYTES, copying},
	memory::MemoryLimiter,
	tensors,
};
use assay_graph::{Budget, ExecError, HostTensor, Run, RunOptions};
use wasmi::{AsContextMut, Caller, Linker, Memory, TypedFunc};

/// The package around a program.
pub trait Host {
	/// Runs the graph of this name within a budget, with a seed for its random operators; `None` when there is no such graph.
	fn graph_run(
		&self,
		name: &str,
		inputs: Vec<(String, HostTensor)>,
		options: RunOptions,
	) -> Option<Result<Run, ExecError>>;

	/// The bytes of the file of this name; `None` when there is no such file.
	fn file(&self, name: &str) -> Option<&[u8]>;
}

/// What the host knows of one run.
pub(crate) struct State<'a> {
	pub(crate) host: &'a dyn Host,
	/// The request's.
	seed: u64,
	/// Graphs that were run.
	graph_calls: u64,
	pub(crate) limiter: MemoryLimiter,
	/// Most bytes held at once, the graphs' included.
	pub(crate) peak_bytes: u64,
	pub(crate) log: String,
	/// Why a host call ended the run.
	pub(crate) failure: Option<RunError>,
	/// Set when the program is instantiated, before it runs.
	pub(crate) exports: Option<Exports>,
	/// While the program's `alloc` runs on behalf of the host: it must not call the host.
	pub(crate) allocating: bool,
}

/// What the host uses of an instance.
#[derive(Clone, Copy)]
pub(crate) struct Exports {
	pub(crate) memory: Memory,
	pub(crate) alloc: TypedFunc<i32, i32>,
}

impl<'a> State<'a> {
	pub(crate) fn new(host: &'a dyn Host, seed: u64, memory_bytes: u64) -> Self {
		Self {
			host,
			seed,
			graph_calls: 0,
			limiter: MemoryLimiter::new(memory_bytes),
			peak_bytes: 0,
			log: String::new(),
			failure: None,
			exports: None,
			allocating: false,
		}
	}
}

/// A program that calls.
type Calling<'c, 'a> = Caller<'c, State<'a>>;

/// The host calls.
pub(crate) fn linker<'a>(engine: &wasmi::Engine) -> Result<Linker<State<'a>>, wasmi::Error> {
	let mut linker = Linker::new(engine);
	linker
		.func_wrap(
			abi::MODULE,
			abi::GRAPH_RUN,
			|mut caller: Calling<'_, 'a>, name: i32, name_length: i32, tensors: i32, length: i32| {
				graph_run(&mut caller, Span::new(name, name_length), Span::new(tensors, length))
			},
		)?
		.func_wrap(
			abi::MODULE,
			abi::FILE_READ,
			|mut caller: Calling<'_, 'a>,
			 name: i32,
			 name_length: i32,
			 offset: i64,
			 into: i32,
			 into_length: i32| {
				let name = Span::new(name, name_length);
				file_read(&mut caller, name, offset.cast_unsigned(), Span::new(into, into_length))
			},
		)?
		.func_wrap(abi::MODULE, abi::LOG, |mut caller: Calling<'_, 'a>, text: i32, length: i32| {
			log(&mut caller, Span::new(text, length))
		})?;
	Ok(linker)
}

fn graph_run(caller: &mut Calling<'_, '_>, name: Span, tensors: Span) -> Result<i64, wasmi::Error> {
	begin(caller, abi::GRAPH_RUN)?;
	charge(caller, copying(tensors.length as usize))?;
	let (name, inputs) = {
		let memory = memory(caller)?.data(&*caller);
		(name_at(memory, name), tensors.of(memory).map(|bytes| tensors::decode(bytes, MAX_GRAPH_TENSORS)))
	};
	let name = name.map_err(|problem| wrong_call(caller, abi::GRAPH_RUN, problem))?;
	let inputs = match inputs {
		Some(Ok(inputs)) => inputs,
		Some(Err(problem)) => {
			return Err(wrong_call(caller, abi::GRAPH_RUN, format!("the tensors for {name:?}: {problem}")));
		}
		None => return Err(outside(caller, abi::GRAPH_RUN, tensors)),
	};

	let held = caller.data().limiter.bytes();
	let budget = Budget {
		compute_units: caller.get_fuel()? / FUEL_PER_UNIT,
		memory_bytes: caller.data().limiter.budget().saturating_sub(held),
	};
	let state = caller.data_mut();
	let options = RunOptions::of_call(budget, state.seed, state.graph_calls);
	// Each costs fuel, so that they do not come to an end.
	state.graph_calls = state.graph_calls.wrapping_add(1);
	let run = match state.host.graph_run(&name, inputs, options) {
		Some(Ok(run)) => run,
		Some(Err(error)) => {
			// Within the budget, so that this cannot fail.
			charge(caller, error.compute_units().unwrap_or_default().saturating_mul(FUEL_PER_UNIT))?;
			return Err(fail(caller, RunError::Graph { graph: name, error }));
		}
		None => {
			return Err(wrong_call(
				caller,
				abi::GRAPH_RUN,
				format!("the package has no graph {name:?}; assay.toml must list it"),
			));
		}
	};
	charge(caller, run.compute_units.saturating_mul(FUEL_PER_UNIT))?;
	let state = caller.data_mut();
	state.peak_bytes = state.peak_bytes.max(held.saturating_add(run.peak_bytes));
	let Some(outputs) = tensors::encode_outputs(&run.outputs, u32::MAX as usize) else {
		let problem =
			format!("the outputs of {name:?} are of a storage type, or more than a 32-bit memory can hold");
		return Err(wrong_call(caller, abi::GRAPH_RUN, problem));
	};
	place(caller, abi::GRAPH_RUN, &outputs).map(Span::pack)
}

fn file_read(caller: &mut Calling<'_, '_>, name: Span, offset: u64, into: Span) -> Result<i64, wasmi::Error> {
	begin(caller, abi::FILE_READ)?;
	let name = name_at(memory(caller)?.data(&*caller), name);
	let name = name.map_err(|problem| wrong_call(caller, abi::FILE_READ, problem))?;
	let Some(file) = caller.data().host.file(&name) else { return Ok(-1) };
	// Nothing is left beyond the end.
	let rest = usize::try_from(offset).ok().and_then(|offset| file.get(offset..)).unwrap_or_default();
	let piece = &rest[..rest.len().min(into.length as usize)];
	charge(caller, copying(piece.len()))?;
	let memory = memory(caller)?;
	match into.of_mut(memory.data_mut(&mut *caller)) {
		Some(target) => target[..piece.len()].copy_from_slice(piece),
		None => return Err(outside(caller, abi::FILE_READ, into)),
	}
	Ok(i64::try_from(file.len()).unwrap_or(i64::MAX))
}

fn log(caller: &mut Calling<'_, '_>, line: Span) -> Result<(), wasmi::Error> {
	begin(caller, abi::LOG)?;
	// Every byte is looked at.
	charge(caller, line.length.into())?;
	let memory = memory(caller)?;
	let (memory, state) = memory.data_and_store_mut(&mut *caller);
	let Some(line) = line.of(memory) else { return Err(outside(caller, abi::LOG, line)) };
	let room = MAX_LOG_BYTES.saturating_sub(state.log.len());
	if room > 0 {
		let line = String::from_utf8_lossy(&line[..line.len().min(room)]);
		// It goes to terminals: nothing but text.
		let clean = |c: char| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c };
		state.log.extend(line.chars().map(clean));
		state.log.push('\n');
	}
	Ok(())
}

/// What every host call does first.
fn begin(caller: &mut Calling<'_, '_>, call: &'static str) -> Result<(), wasmi::Error> {
	if caller.data().allocating {
		return Err(wrong_call(caller, call, "alloc must not call the host".into()));
	}
	charge(caller, FUEL_PER_CALL)
}

/// Takes fuel.
fn charge(caller: &mut Calling<'_, '_>, fuel: u64) -> Result<(), wasmi::Error> {
	match caller.get_fuel()?.checked_sub(fuel) {
		Some(left) => caller.set_fuel(left),
		None => Err(wasmi::TrapCode::OutOfFuel.into()),
	}
}

/// Puts bytes where the program's `alloc` says, on behalf of a host call.
fn place(caller: &mut Calling<'_, '_>, call: &'static str, bytes: &[u8]) -> Result<Span, wasmi::Error> {
	charge(caller, copying(bytes.len()))?;
	let exports = exports(caller)?;
	caller.data_mut().allocating = true;
	let span = exports.place(&mut *caller, bytes)?;
	caller.data_mut().allocating = false;
	span.map_err(|span| outside(caller, call, span))
}

impl Exports {
	/// Asks `alloc` for room and writes `bytes` there. The inner error is where that would have been, outside the memory.
	pub(crate) fn place(
		self,
		mut context: impl AsContextMut,
		bytes: &[u8],
	) -> Result<Result<Span, Span>, wasmi::Error> {
		let length = u32::try_from(bytes.len())
			.map_err(|_| wasmi::Error::new("more bytes than a 32-bit memory can hold"))?
			.cast_signed();
		let span = Span::new(self.alloc.call(&mut context, length)?, length);
		Ok(match span.of_mut(self.memory.data_mut(&mut context)) {
			Some(target) => {
				target.copy_from_slice(bytes);
				Ok(span)
			}
			None => Err(span),
		})
	}
}

fn exports(caller: &Calling<'_, '_>) -> Result<Exports, wasmi::Error> {
	caller.data().exports.ok_or_else(|| wasmi::Error::new("the program runs before it is instantiated"))
}

fn memory(caller: &Calling<'_, '_>) -> Result<Memory, wasmi::Error> {
	exports(caller).map(|exports| exports.memory)
}

/// A name in a program's memory. Every call costs the same for it, so that it cannot be as long as the program likes.
fn name_at(memory: &[u8], span: Span) -> Result<String, String> {
	if span.length as usize > MAX_NAME_BYTES {
		return Err(format!("a name has {} bytes; at most {MAX_NAME_BYTES} are possible", span.length));
	}
	let bytes = span.of(memory).ok_or_else(|| format!("{span:?} is outside the memory"))?;
	String::from_utf8(bytes.to_vec()).map_err(|_| "a name is not UTF-8".into())
}

fn wrong_call(caller: &mut Calling<'_, '_>, call: &'static str, problem: String) -> wasmi::Error {
	fail(caller, RunError::Call { call, problem })
}

fn outside(caller: &mut Calling<'_, '_>, call: &'static str, span: Span) -> wasmi::Error {
	let problem = format!("{} bytes at {} are outside the memory", span.length, span.start);
	wrong_call(caller, call, problem)
}

/// Ends the run.
fn fail(caller: &mut Calling<'_, '_>, failure: RunError) -> wasmi::Error {
	caller.data_mut().failure = Some(failure);
	wasmi::Error::new("a host call ended the run")
}
