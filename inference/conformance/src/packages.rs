//! The set `package`: graphs of packages, on inputs made here. For whole networks with trained weights.

use crate::{
	cases::{Case, Data, Set, Source, Tolerance},
	large::SEED,
};
use anyhow::{Context, Result, ensure};
use assay_graph::{DType, Dim, HostTensor, ValueDecl};
use assay_numerics::random::Stream;
use std::{collections::BTreeMap, fs, path::Path};

/// What dimensions without a size are, in the order in which their names occur: a batch, and the length of its sequences.
const SIZES: [usize; 2] = [2, 16];

/// Identifiers of tokens are below.
const TOKENS: f32 = 1000.0;

/// The one graph in a directory; the directory gives the case its name.
pub fn case(directory: &Path) -> Result<Case> {
	let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
	let entries = fs::read_dir(directory).with_context(|| format!("reading {}", directory.display()))?;
	let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
	let mut graphs =
		paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "onnx"));
	let model = graphs.next().with_context(|| format!("{} has no .onnx file", directory.display()))?;
	ensure!(graphs.next().is_none(), "{} has several .onnx files", directory.display());
	let (model, data) = (Source::File(model), Data::Made);
	Ok(Case { set: Set::Package, name, model, data, tolerance: Tolerance::default() })
}

/// Inputs for a graph: pixels between 0 and 1, identifiers of tokens, and masks that hide the end of the last sequence.
pub fn inputs(declared: &[ValueDecl]) -> Result<Vec<(String, HostTensor)>> {
	let mut named = BTreeMap::new();
	let inputs = (0..).zip(declared).map(|(index, decl)| {
		let tensor = input(decl, index, &mut named).with_context(|| format!("no inputs: for {decl}"))?;
		Ok((decl.name.clone(), tensor))
	});
	inputs.collect()
}

fn input<'a>(decl: &'a ValueDecl, index: u32, named: &mut BTreeMap<&'a str, usize>) -> Option<HostTensor> {
	let mut size = |dim: &'a Dim| match dim {
		Dim::Fixed(size) => Some(*size),
		Dim::Symbolic(name) => {
			let next = SIZES.get(named.len()).copied();
			named.get(name.as_str()).copied().or_else(|| {
				named.insert(name, next?);
				next
			})
		}
		Dim::Unknown => None,
	};
	let shape = decl.dims.as_ref()?.iter().map(&mut size).collect::<Option<Vec<_>>>()?;
	let count = shape.iter().product();
	let mut values = vec![0.0; count];
	let stream = Stream { seed: SEED, node: index, execution: 0 };
	match decl.dtype {
		DType::F32 => stream.uniform(0.0, 1.0, &mut values),
		DType::I64 if decl.name.contains("mask") => {
			let hidden = shape.last()? / 4;
			values[..count - hidden].fill(1.0);
		}
		DType::I64 => stream.uniform(0.0, TOKENS, &mut values),
		_ => return None,
	}
	Some(HostTensor::from_vec(shape, values).ok()?.cast(decl.dtype))
}
