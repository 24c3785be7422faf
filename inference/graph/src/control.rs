//! The operators that run graphs: `If`, `Loop`, `Scan` and `FlexAttention`.

use alloc::{boxed::Box, vec::Vec};

use crate::{
	error::AttributeError,
	model::Block,
	operators::{NodeContext, attributes::Attributes, flex_attention::FlexAttention},
};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
	If,
	Loop,
	Scan,
	FlexAttention,
}

impl Construct {
	/// Those of the standard domain.
	pub(crate) const ALL: [Self; 3] = [Self::If, Self::Loop, Self::Scan];

	pub(crate) const fn name(self) -> &'static str {
		match self {
			Self::If => "If",
			Self::Loop => "Loop",
			Self::Scan => "Scan",
			Self::FlexAttention => "FlexAttention",
		}
	}

	/// The first operator set that has it.
	pub(crate) const fn since(self) -> i64 {
		match self {
			Self::If | Self::Loop | Self::FlexAttention => 1,
			Self::Scan => 8,
		}
	}

	/// The one of this domain with this name.
	pub(crate) fn find(domain: &str, name: &str) -> Option<Self> {
		match domain {
			"ai.onnx.preview" => Some(Self::FlexAttention).filter(|construct| construct.name() == name),
			"" => Self::ALL.into_iter().find(|construct| construct.name() == name),
			_ => None,
		}
	}
}

/// A node with graphs inside.
#[derive(Clone, Debug)]
pub(crate) enum Control {
	If(Box<Branch>),
	Loop(Box<Loop>),
	Scan(Box<Scan>),
	Flex(Box<Flex>),
}

impl Control {
	/// The graphs inside.
	pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block> {
		let (first, second) = match self {
			Self::If(branch) => (Some(&branch.then_branch), Some(&branch.else_branch)),
			Self::Loop(r#loop) => (Some(&r#loop.body), None),
			Self::Scan(scan) => (Some(&scan.body), None),
			Self::Flex(flex) => (flex.scores.as_ref(), flex.probabilities.as_ref()),
		};
		first.into_iter().chain(second)
	}
}

/// `If`: one of two graphs without inputs.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
	pub(crate) then_branch: Block,
	pub(crate) else_branch: Block,
}

/// `Loop`. The body maps (iteration, condition, states…) to (condition, states…, elements to stack…).
#[derive(Clone, Debug)]
pub(crate) struct Loop {
	pub(crate) body: Block,
}

impl Loop {
	/// Number of values carried from one iteration to the next.
	pub(crate) fn states(&self) -> usize {
		self.body.inputs.len().saturating_sub(2)
	}
}

/// `Scan`. The body maps (states…, elements…) to (states…, elements to stack…).
#[derive(Clone, Debug)]
pub(crate) struct Scan {
	pub(crate) body: Block,
	/// Whether every input and output has a batch axis in front, as before operator set 9.
	pub(crate) batched: bool,
	/// Number of values carried from one iteration to the next.
	pub(crate) states: usize,
	/// How each of the other inputs is taken apart.
	pub(crate) inputs: Vec<Walk>,
	/// How each of the other outputs is put together.
	pub(crate) outputs: Vec<Walk>,
}

/// `FlexAttention`. Each graph maps one tensor to another of the same type.
#[derive(Clone, Debug)]
pub(crate) struct Flex {
	pub(crate) attention: FlexAttention,
	/// Of scores.
	pub(crate) scores: Option<Block>,
	/// Of probabilities.
	pub(crate) probabilities: Option<Block>,
}

/// Along which axis elements are taken or put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Walk {
	/// May be negative.
	pub(crate) axis: i64,
	/// Whether from the last to the first.
	pub(crate) reversed: bool,
}

/// The attributes of `Scan` but its body.
#[derive(Clone, Debug)]
pub(crate) struct ScanAttributes {
	batched: bool,
	states: usize,
	inputs: Vec<Walk>,
	output_axes: Option<Vec<i64>>,
	output_directions: Option<Vec<i64>>,
}

impl ScanAttributes {
	/// Takes the attributes of a `Scan` with so many inputs.
	pub(crate) fn parse(
		attributes: &mut Attributes,
		opset: i64,
		inputs: usize,
	) -> Result<Self, AttributeError> {
		let count = attributes.int("num_scan_inputs")?.ok_or(AttributeError::Missing("num_scan_inputs"))?;
		let scanned =
			usize::try_from(count).ok().filter(|&count| (1..=inputs).contains(&count)).ok_or_else(|| {
				NodeContext::bad("num_scan_inputs", "it must be at least 1 and at most the number of inputs")
			})?;
		let batched = opset < 9;
		let (axes, directions) = if batched {
			(None, attributes.ints("directions")?)
		} else {
			(attributes.ints("scan_input_axes")?, attributes.ints("scan_input_directions")?)
		};
		let names = ("scan_input_axes", if batched { "directions" } else { "scan_input_directions" });
		Ok(Self {
			batched,
			states: inputs - scanned,
			inputs: walks(names, axes, directions, scanned)?,
			output_axes: if batched { None } else { attributes.ints("scan_output_axes")? },
			output_directions: if batched { None } else { attributes.ints("scan_output_directions")? },
		})
	}

	/// Number of values carried from one iteration to the next.
	pub(crate) fn states(&self) -> usize {
		self.states
	}

	/// Adds the body, which has at least as many outputs as there are states.
	pub(crate) fn with_body(self, body: Block) -> Result<Scan, AttributeError> {
		let stacked = body.outputs.len().saturating_sub(self.states);
		let names = ("scan_output_axes", "scan_output_directions");
		let outputs = walks(names, self.output_axes, self.output_directions, stacked)?;
		Ok(Scan { body, batched: self.batched, states: self.states, inputs: self.inputs, outputs })
	}
}

/// One walk for each of `count` values: along axis 0 and forward unless an attribute says otherwise.
fn walks(
	names: (&str, &str),
	axes: Option<Vec<i64>>,
	directions: Option<Vec<i64>>,
	count: usize,
) -> Result<Vec<Walk>, AttributeError> {
	let full = |name: &str, values: Option<Vec<i64>>| match values {
		None => Ok(alloc::vec![0; count]),
		Some(values) if values.len() == count => Ok(values),
		Some(_) => Err(NodeContext::bad(name, "it must have an entry for every value scanned")),
	};
	let (axes, directions) = (full(names.0, axes)?, full(names.1, directions)?);
	axes.into_iter()
		.zip(directions)
		.map(|(axis, direction)| match direction {
			0 | 1 => Ok(Walk { axis, reversed: direction == 1 }),
			_ => Err(NodeContext::bad(names.1, "a direction is 0 (forward) or 1 (reverse)")),
		})
		.collect()
}
