//! One request to one instance of a program.

use crate::{
	abi::{self, Span},
	error::RunError,
	host::{Exports, Host, State, linker},
	limits::{FUEL_PER_UNIT, MAX_RESPONSE_BYTES, copying},
	memory::Refusal,
	program::Program,
};
use assay_graph::Budget;
use wasmi::{
	Store, TrapCode,
	errors::{ErrorKind, InstantiationError, MemoryError, TableError},
};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
	/// The response's bytes, or why there are none.
	pub response: Result<Vec<u8>, RunError>,
	/// Compute units to account for: all of the budget if it was exceeded.
	pub compute_units: u64,
	/// Most bytes held at once: memory and tables of the program and, while one ran, tensors of a graph.
	pub peak_bytes: u64,
	/// What the program logged, a line for each call.
	pub log: String,
}

impl Program {
	/// Runs the program on a request's bytes, within a budget that its graphs share. Whatever it did to its memory and
	/// globals is forgotten after the run.
	pub fn run(&self, host: &dyn Host, request: &[u8], seed: u64, budget: &Budget) -> Finished {
		let mut store = Store::new(self.engine(), State::new(host, seed, budget.memory_bytes));
		store.limiter(|state| &mut state.limiter);
		let all = budget.compute_units.saturating_mul(FUEL_PER_UNIT);
		let response = self
			.start(&mut store, all, request)
			.and_then(|(exports, request)| self.answer(&mut store, exports, request, seed));
		let left = store.get_fuel().unwrap_or_default();
		let state = store.into_data();

		let response = response.map_err(|error| explain(&state, error, budget));
		let compute_units = match &response {
			Err(RunError::OutOfCompute { budget }) => *budget,
			_ => all.saturating_sub(left).div_ceil(FUEL_PER_UNIT),
		};
		let peak_bytes = state.peak_bytes.max(state.limiter.bytes());
		Finished { response, compute_units, peak_bytes, log: state.log }
	}

	/// Instantiates the program with `fuel`, and hands the request over.
	fn start(
		&self,
		store: &mut Store<State<'_>>,
		fuel: u64,
		request: &[u8],
	) -> Result<(wasmi::Instance, Span), Stop> {
		let first_memory = usize::try_from(self.first_memory_bytes()).unwrap_or(usize::MAX);
		let cost = (self.bytes() as u64)
			.saturating_add(copying(first_memory))
			.saturating_add(copying(request.len()));
		store.set_fuel(fuel)?;
		let left = fuel.checked_sub(cost).ok_or(TrapCode::OutOfFuel)?;
		store.set_fuel(left)?;

		let instance = linker(self.engine())?.instantiate_and_start(&mut *store, self.module())?;
		let memory = instance.get_memory(&*store, abi::MEMORY);
		let exports = Exports {
			// It was there when the program was compiled.
			memory: memory.ok_or_else(|| wasmi::Error::new("the memory is gone"))?,
			alloc: instance.get_typed_func(&*store, abi::ALLOC)?,
		};
		let state = store.data_mut();
		state.exports = Some(exports);
		state.allocating = true;
		let placed = exports.place(&mut *store, request)?;
		store.data_mut().allocating = false;
		match placed {
			Ok(span) => Ok((instance, span)),
			Err(Span { start, length }) => Err(Stop::Run(RunError::Call {
				call: abi::ALLOC,
				problem: format!("it returned {start} for {length} bytes, outside its memory"),
			})),
		}
	}

	fn answer(
		&self,
		store: &mut Store<State<'_>>,
		instance: wasmi::Instance,
		request: Span,
		seed: u64,
	) -> Result<Vec<u8>, Stop> {
		let run = instance.get_typed_func::<(i32, i32, i64), i64>(&*store, abi::RUN)?;
		let arguments = (request.start.cast_signed(), request.length.cast_signed(), seed.cast_signed());
		let response = Span::unpack(run.call(&mut *store, arguments)?);
		let exports = store.data().exports.ok_or_else(|| wasmi::Error::new("the memory is gone"))?;
		match response.of(exports.memory.data(&*store)) {
			Some(bytes) if bytes.len() <= MAX_RESPONSE_BYTES => Ok(bytes.to_vec()),
			Some(bytes) => {
				Err(Stop::Run(RunError::ResponseTooLong { bytes: bytes.len(), most: MAX_RESPONSE_BYTES }))
			}
			None => Err(Stop::Run(RunError::Response { start: response.start, length: response.length })),
		}
	}
}

/// What ended a run before its response.
enum Stop {
	Run(RunError),
	Wasm(wasmi::Error),
}

impl From<wasmi::Error> for Stop {
	fn from(error: wasmi::Error) -> Self {
		Self::Wasm(error)
	}
}

impl From<TrapCode> for Stop {
	fn from(code: TrapCode) -> Self {
		Self::Wasm(code.into())
	}
}

fn explain(state: &State<'_>, stop: Stop, budget: &Budget) -> RunError {
	let error = match stop {
		Stop::Run(error) => return error,
		Stop::Wasm(error) => error,
	};
	if let Some(failure) = &state.failure {
		return failure.clone();
	}
	match state.limiter.refusal() {
		Some(Refusal::System) => return out_of_system_memory(),
		Some(Refusal::Budget(needed)) => {
			return RunError::OutOfMemory { needed, budget: budget.memory_bytes };
		}
		None => {}
	}
	match error.kind() {
		ErrorKind::TrapCode(TrapCode::OutOfFuel)
		| ErrorKind::Memory(MemoryError::OutOfFuel { .. })
		| ErrorKind::Table(TableError::OutOfFuel { .. })
		| ErrorKind::Fuel(_) => RunError::OutOfCompute { budget: budget.compute_units },
		ErrorKind::TrapCode(TrapCode::OutOfSystemMemory)
		| ErrorKind::Memory(MemoryError::OutOfSystemMemory)
		| ErrorKind::Table(TableError::OutOfSystemMemory)
		| ErrorKind::Instantiation(
			InstantiationError::FailedToInstantiateMemory(MemoryError::OutOfSystemMemory)
			| InstantiationError::FailedToInstantiateTable(TableError::OutOfSystemMemory),
		) => out_of_system_memory(),
		// wasmi's own words name an internal number.
		ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit {
			table_index, len, ..
		}) => RunError::Trap(format!("{len} elements do not fit a table at {table_index}")),
		_ => RunError::Trap(error.to_string()),
	}
}

fn out_of_system_memory() -> RunError {
	RunError::Machine("this machine has no memory left for the program: free some, or run fewer jobs".into())
}
