//! A program: checked, compiled, ready to be run.

use crate::{
	abi,
	error::ProgramError,
	limits::{MAX_CALL_DEPTH, MAX_PROGRAM_BYTES, MAX_STACK_BYTES},
	sections,
};
use wasmi::{
	CompilationMode, Config, CustomFuelCosts, EnforcedLimits, Engine, ExternType, FuncType, Module, ValType,
};

/// Bytes of a page of memory; the proposal to choose it is not enabled.
const PAGE_BYTES: u64 = 1 << 16;

/// A program that may be run any number of times. Runs do not change it.
#[derive(Debug)]
pub struct Program {
	engine: Engine,
	module: Module,
	/// Bytes of the file.
	bytes: usize,
	/// Bytes of an instance's memory before it grows.
	first_memory_bytes: u64,
}

impl Program {
	/// Checks and compiles the bytes of a `program.wasm`.
	pub fn new(bytes: &[u8]) -> Result<Self, ProgramError> {
		if bytes.len() > MAX_PROGRAM_BYTES {
			return Err(ProgramError::TooLong { bytes: bytes.len(), most: MAX_PROGRAM_BYTES });
		}
		if let Some(fault) = sections::fault(bytes) {
			return Err(ProgramError::Module(fault.message().into()));
		}
		let engine = Engine::new(&config());
		let module = Module::new(&engine, bytes).map_err(|error| ProgramError::Module(error.to_string()))?;
		check_imports(&module)?;
		check_functions(&module)?;
		let first_memory_bytes = match module.get_export(abi::MEMORY) {
			Some(ExternType::Memory(memory)) => memory.minimum().saturating_mul(PAGE_BYTES),
			other => return Err(missing(abi::MEMORY, "a memory", other.as_ref())),
		};
		Ok(Self { engine, module, bytes: bytes.len(), first_memory_bytes })
	}

	pub(crate) fn engine(&self) -> &Engine {
		&self.engine
	}

	pub(crate) fn module(&self) -> &Module {
		&self.module
	}

	/// Bytes of the file.
	pub(crate) fn bytes(&self) -> usize {
		self.bytes
	}

	/// Bytes of an instance's memory before it grows.
	pub(crate) fn first_memory_bytes(&self) -> u64 {
		self.first_memory_bytes
	}
}

/// What every machine must agree on: which programs are valid, what they cost, and where a stack ends.
fn config() -> Config {
	let mut config = Config::default();
	config
		// Eager, because compiling costs fuel when it happens while a program runs.
		.compilation_mode(CompilationMode::Eager)
		.consume_fuel(true)
		.fuel_cost(CustomFuelCosts {
			bytes_copied_per_fuel: crate::limits::BYTES_PER_FUEL as u32,
			fuel_per_bytes_translated: 0,
			fuel_per_bytes_validated: 0,
		})
		.enforced_limits(EnforcedLimits::strict())
		.ignore_custom_sections(true)
		// It would run before the host could hand anything over.
		.allow_start_fn(false)
		.set_max_recursion_depth(MAX_CALL_DEPTH)
		.set_max_stack_height(MAX_STACK_BYTES)
		// Floats are allowed: built with its feature `deterministic`, wasmi makes every NaN that an instruction computes the
		// canonical one, and the rest of their arithmetic is IEEE 754 to the bit. SIMD and 64-bit memories are left out of
		// the build, threads do not exist in wasmi.
		.floats(true)
		.wasm_mutable_global(true)
		.wasm_sign_extension(true)
		.wasm_saturating_float_to_int(true)
		.wasm_multi_value(true)
		.wasm_bulk_memory(true)
		.wasm_reference_types(true)
		.wasm_extended_const(true)
		.wasm_multi_memory(false)
		.wasm_tail_call(false)
		.wasm_custom_page_sizes(false)
		.wasm_wide_arithmetic(false);
	config
}

fn check_imports(module: &Module) -> Result<(), ProgramError> {
	use ValType::{I32, I64};
	for import in module.imports() {
		let expected = match (import.module(), import.name()) {
			(abi::MODULE, abi::GRAPH_RUN) => Some(FuncType::new([I32; 4], [I64])),
			(abi::MODULE, abi::FILE_READ) => Some(FuncType::new([I32, I32, I64, I32, I32], [I64])),
			(abi::MODULE, abi::LOG) => Some(FuncType::new([I32; 2], [])),
			_ => None,
		};
		if expected.is_none() || import.ty().func() != expected.as_ref() {
			return Err(ProgramError::Import {
				module: import.module().into(),
				name: import.name().into(),
				found: describe(import.ty()),
			});
		}
	}
	Ok(())
}

fn check_functions(module: &Module) -> Result<(), ProgramError> {
	use ValType::{I32, I64};
	let alloc = (abi::ALLOC, "a function (i32) -> i32", FuncType::new([I32], [I32]));
	let run = (abi::RUN, "a function (i32, i32, i64) -> i64", FuncType::new([I32, I32, I64], [I64]));
	for (name, expected, func) in [alloc, run] {
		let found = module.get_export(name);
		if found.as_ref().and_then(ExternType::func) != Some(&func) {
			return Err(missing(name, expected, found.as_ref()));
		}
	}
	Ok(())
}

fn missing(name: &'static str, expected: &'static str, found: Option<&ExternType>) -> ProgramError {
	let found = match found {
		None => "exports nothing of that name".into(),
		Some(other) => format!("exports {}", describe(other)),
	};
	ProgramError::Export { name, expected, found }
}

fn describe(found: &ExternType) -> String {
	let list = |types: &[ValType]| {
		types.iter().map(|ty| format!("{ty:?}").to_lowercase()).collect::<Vec<_>>().join(", ")
	};
	match found {
		ExternType::Func(func) => {
			format!("a function ({}) -> ({})", list(func.params()), list(func.results()))
		}
		ExternType::Memory(_) => "a memory".into(),
		ExternType::Table(_) => "a table".into(),
		ExternType::Global(_) => "a global".into(),
	}
}
