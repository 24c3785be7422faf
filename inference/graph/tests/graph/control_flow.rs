//! `If`, `Loop`, `Scan` and functions: what they compute, what they see, what they cost, and what is refused.

use crate::common::{
	bools, decode, f32s, float, graph, i64s, initializer, int, ints, like, model, node, run, strings, tensor,
	value,
};
use assay_graph::{
	BlockProblem, Budget, DType, DecodeError, ExecError, HostTensor, LimitKind, Limits, Model, NodeProblem,
	Run, ValueProblem,
	onnx::{
		AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, ValueInfoProto,
	},
};
use prost::Message;

/// A graph inside a node, with inputs and outputs that declare no types.
fn block(inputs: &[&str], outputs: &[&str], nodes: Vec<NodeProto>) -> GraphProto {
	let untyped = |name: &&str| ValueInfoProto { name: name.to_string(), ..Default::default() };
	GraphProto {
		input: inputs.iter().map(untyped).collect(),
		output: outputs.iter().map(untyped).collect(),
		node: nodes,
		..Default::default()
	}
}

fn with(mut node: NodeProto, attributes: Vec<AttributeProto>) -> NodeProto {
	node.attribute = attributes;
	node
}

/// A model of these nodes; inputs are declared as given, outputs by name and type.
fn of(nodes: Vec<NodeProto>, inputs: &[(&str, HostTensor)], outputs: &[(&str, DType)]) -> ModelProto {
	model(
		21,
		GraphProto {
			input: inputs.iter().map(|(name, tensor)| like(name, tensor)).collect(),
			output: outputs.iter().map(|(name, dtype)| value(name, *dtype, &[])).collect(),
			node: nodes,
			..Default::default()
		},
	)
}

fn try_run(model: &ModelProto, inputs: &[(&str, HostTensor)], budget: Budget) -> Result<Run, ExecError> {
	run(model, inputs.iter().map(|(name, tensor)| (name.to_string(), tensor.clone())).collect(), budget)
}

#[track_caller]
fn outputs(model: &ModelProto, inputs: &[(&str, HostTensor)]) -> Vec<HostTensor> {
	let run = try_run(model, inputs, Budget::UNLIMITED).unwrap_or_else(|error| panic!("{error}"));
	run.outputs.into_iter().map(|(_, tensor)| tensor).collect()
}

#[track_caller]
fn fails(model: &ModelProto, inputs: &[(&str, HostTensor)]) -> String {
	let error = try_run(model, inputs, Budget::UNLIMITED).unwrap_err();
	assert!(error.is_deterministic());
	error.to_string()
}

#[track_caller]
fn problem(model: &ModelProto) -> NodeProblem {
	match decode(model).expect_err("the model must be refused") {
		DecodeError::Node { problem, .. } => problem,
		other => panic!("{other}"),
	}
}

fn flag(value: bool) -> HostTensor {
	bools(&[], &[value])
}

fn number(value: i64) -> HostTensor {
	i64s(&[], &[value])
}

// If

/// `y = c ? x + x : Concat(x, x)`.
fn conditional() -> NodeProto {
	let then = block(&[], &["t"], vec![node("Add", &["x", "x"], &["t"])]);
	let otherwise = block(&[], &["e"], vec![with(node("Concat", &["x", "x"], &["e"]), vec![int("axis", 0)])]);
	with(node("If", &["c"], &["y"]), vec![graph("then_branch", then), graph("else_branch", otherwise)])
}

#[test]
fn if_should_run_one_branch_on_values_from_around_when_shapes_differ() {
	let x = f32s(&[2], &[1.0, 2.0]);
	let inputs = |c| [("c", flag(c)), ("x", x.clone())];
	let model = of(vec![conditional()], &inputs(true), &[("y", DType::F32)]);
	assert_eq!(outputs(&model, &inputs(true)), [f32s(&[2], &[2.0, 4.0])]);
	assert_eq!(outputs(&model, &inputs(false)), [f32s(&[4], &[1.0, 2.0, 1.0, 2.0])]);
}

#[test]
fn if_should_charge_the_branch_that_is_taken_only() {
	let expensive = block(&[], &["t"], vec![node("MatMul", &["x", "x"], &["t"])]);
	let cheap = block(&[], &["e"], vec![node("Identity", &["x"], &["e"])]);
	let choice = vec![graph("then_branch", expensive), graph("else_branch", cheap)];
	let x = f32s(&[64, 64], &[1.0; 64 * 64]);
	let inputs = |c| [("c", flag(c)), ("x", x.clone())];
	let model = of(vec![with(node("If", &["c"], &["y"]), choice)], &inputs(true), &[("y", DType::F32)]);
	let cost = |c| try_run(&model, &inputs(c), Budget::UNLIMITED).unwrap().compute_units;
	assert!(cost(true) > cost(false) + 64 * 64 * 64 / 1024);
}

#[test]
fn if_should_be_refused_when_the_condition_is_not_one_bool() {
	for condition in [bools(&[2], &[true, true]), number(1), f32s(&[], &[1.0])] {
		let inputs = [("c", condition), ("x", f32s(&[1], &[0.0]))];
		let said = fails(&of(vec![conditional()], &inputs, &[("y", DType::F32)]), &inputs);
		assert!(said.contains("\"If\"") && said.contains("one bool"), "{said}");
	}
}

#[test]
fn branches_may_use_the_same_names_and_have_constants_of_their_own() {
	let branch = |scale: f32| GraphProto {
		initializer: vec![initializer("k", &f32s(&[], &[scale]))],
		..block(&[], &["r"], vec![node("Mul", &["x", "k"], &["r"])])
	};
	let choice = vec![graph("then_branch", branch(2.0)), graph("else_branch", branch(3.0))];
	let inputs = |c| [("c", flag(c)), ("x", f32s(&[1], &[5.0]))];
	let model = of(vec![with(node("If", &["c"], &["y"]), choice)], &inputs(true), &[("y", DType::F32)]);
	assert_eq!(outputs(&model, &inputs(true)), [f32s(&[1], &[10.0])]);
	assert_eq!(outputs(&model, &inputs(false)), [f32s(&[1], &[15.0])]);
}

// Loop

/// `(sum, sums) = Loop(trips, condition, start)` over `sum += x`, on while `sum < limit`.
fn accumulation(first: [&str; 2]) -> NodeProto {
	let body = block(
		&["i", "on", "sum"],
		&["again", "next", "each"],
		vec![
			node("Add", &["sum", "x"], &["next"]),
			node("Less", &["next", "limit"], &["again"]),
			node("Identity", &["next"], &["each"]),
		],
	);
	let [trips, condition] = first;
	with(node("Loop", &[trips, condition, "start"], &["total", "sums"]), vec![graph("body", body)])
}

fn accumulate(first: [&str; 2], trips: i64, condition: bool, limit: f32) -> Vec<HostTensor> {
	let inputs = [
		("trips", number(trips)),
		("condition", flag(condition)),
		("start", f32s(&[], &[0.0])),
		("x", f32s(&[], &[1.5])),
		("limit", f32s(&[], &[limit])),
	];
	outputs(&of(vec![accumulation(first)], &inputs, &[("total", DType::F32), ("sums", DType::F32)]), &inputs)
}

#[test]
fn loop_should_end_with_the_trip_count_or_the_condition_whichever_comes_first() {
	let both = ["trips", "condition"];
	assert_eq!(accumulate(both, 3, true, 9.0), [f32s(&[], &[4.5]), f32s(&[3], &[1.5, 3.0, 4.5])]);
	assert_eq!(accumulate(both, 30, true, 2.0), [f32s(&[], &[3.0]), f32s(&[2], &[1.5, 3.0])]);
	assert_eq!(accumulate(["", "condition"], 0, true, 4.0)[0], f32s(&[], &[4.5]));
	// Without a condition to begin with, what the body says of it is ignored.
	assert_eq!(accumulate(["trips", ""], 4, true, 2.0)[0], f32s(&[], &[6.0]));
}

#[test]
fn loop_without_iterations_should_give_the_initial_states_and_empty_stacks_of_the_declared_type() {
	let mut body =
		block(&["i", "on", "s"], &["on", "s", "each"], vec![node("Concat", &["x", "x"], &["each"])]);
	body.node[0].attribute = vec![int("axis", 0)];
	body.output[2] = value("each", DType::F32, &["4", "n"]);
	let nodes = |body: &GraphProto| {
		vec![with(node("Loop", &["trips", "", "start"], &["end", "all"]), vec![graph("body", body.clone())])]
	};
	let inputs = [("trips", number(0)), ("start", number(7)), ("x", f32s(&[2, 3], &[0.0; 6]))];
	let declared = [("end", DType::I64), ("all", DType::F32)];
	let model = of(nodes(&body), &inputs, &declared);
	assert_eq!(outputs(&model, &inputs), [number(7), f32s(&[0, 4, 0], &[])]);
	// An iteration more, and the type is what is computed.
	let once = [("trips", number(1)), inputs[1].clone(), inputs[2].clone()];
	assert_eq!(outputs(&model, &once)[1].shape(), [1, 4, 3]);
	// Negative trip counts are no iterations either.
	let never = [("trips", number(-5)), inputs[1].clone(), inputs[2].clone()];
	assert_eq!(outputs(&model, &never)[0], number(7));
	body.output[2].r#type = None;
	assert!(fails(&of(nodes(&body), &inputs, &declared), &inputs).contains("declare"));
}

#[test]
fn loop_states_may_grow_and_may_not_change_their_type() {
	let grow = |op: NodeProto| {
		let body = block(&["i", "on", "s"], &["on", "t"], vec![op]);
		vec![with(node("Loop", &["trips", "", "start"], &["end"]), vec![graph("body", body)])]
	};
	let inputs = [("trips", number(3)), ("start", f32s(&[1], &[2.0]))];
	let doubled = with(node("Concat", &["s", "s"], &["t"]), vec![int("axis", 0)]);
	let model = of(grow(doubled), &inputs, &[("end", DType::F32)]);
	assert_eq!(outputs(&model, &inputs), [f32s(&[8], &[2.0; 8])]);
	let cast = with(node("Cast", &["s"], &["t"]), vec![int("to", 7)]);
	let model = of(grow(cast), &inputs, &[("end", DType::F32)]);
	assert!(fails(&model, &inputs).contains("turns a float32"));
}

#[test]
fn elements_should_be_refused_when_their_shapes_cannot_be_stacked() {
	let body = block(
		&["i", "on", "s"],
		&["on", "t", "t"],
		vec![with(node("Concat", &["s", "s"], &["t"]), vec![int("axis", 0)])],
	);
	let nodes = vec![with(node("Loop", &["trips", "", "start"], &["end", "all"]), vec![graph("body", body)])];
	let inputs = [("trips", number(2)), ("start", f32s(&[1], &[2.0]))];
	let model = of(nodes, &inputs, &[("end", DType::F32), ("all", DType::F32)]);
	assert!(fails(&model, &inputs).contains("cannot be stacked"));
}

#[test]
fn loops_should_nest_and_see_values_of_every_graph_around() {
	// total = Σ_i Σ_j (i · w + j), i < 3, j < 2
	let inner = block(
		&["j", "on2", "t"],
		&["on2", "u"],
		vec![
			node("Mul", &["i", "w"], &["iw"]),
			node("Add", &["iw", "j"], &["ij"]),
			node("Add", &["t", "ij"], &["u"]),
		],
	);
	let outer = block(
		&["i", "on", "s"],
		&["on", "r"],
		vec![with(node("Loop", &["two", "", "s"], &["r"]), vec![graph("body", inner)])],
	);
	let nodes = vec![with(node("Loop", &["three", "", "zero"], &["total"]), vec![graph("body", outer)])];
	let inputs = [("two", number(2)), ("three", number(3)), ("zero", number(0)), ("w", number(10))];
	let model = of(nodes, &inputs, &[("total", DType::I64)]);
	assert_eq!(outputs(&model, &inputs), [number((10 + 20) * 2 + 3)]);
}

#[test]
fn endless_loop_should_run_out_of_compute_and_growing_loop_out_of_memory() {
	let endless = block(&["i", "go"], &["go"], vec![]);
	let nodes = vec![with(node("Loop", &["", "on"], &[]), vec![graph("body", endless)])];
	let inputs = [("on", flag(true))];
	let mut model = of([nodes, vec![node("Not", &["on"], &["y"])]].concat(), &inputs, &[("y", DType::Bool)]);
	let budget = Budget { compute_units: 10_000, memory_bytes: 1 << 20 };
	let error = try_run(&model, &inputs, budget).unwrap_err();
	assert!(matches!(error, ExecError::OutOfCompute { .. }), "{error}");
	assert!(error.to_string().contains("\"Loop\""));

	let stacking = block(&["i", "go"], &["go", "x"], vec![]);
	let inputs = [("on", flag(true)), ("x", f32s(&[1024], &[0.0; 1024]))];
	let nodes = vec![with(node("Loop", &["", "on"], &["y"]), vec![graph("body", stacking)])];
	model = of(nodes, &inputs, &[("y", DType::F32)]);
	let budget = Budget { compute_units: u64::MAX, memory_bytes: 1 << 20 };
	let error = try_run(&model, &inputs, budget).unwrap_err();
	assert!(matches!(error, ExecError::OutOfMemory { .. }), "{error}");
}

#[test]
fn collecting_tensors_without_elements_should_run_out_of_memory_too() {
	let body = block(&["i", "go"], &["go", "x"], vec![]);
	let inputs = [("on", flag(true)), ("x", f32s(&[0], &[]))];
	let nodes = vec![with(node("Loop", &["", "on"], &["y"]), vec![graph("body", body)])];
	let model = of(nodes, &inputs, &[("y", DType::F32)]);
	let budget = Budget { compute_units: u64::MAX, memory_bytes: 1 << 16 };
	let error = try_run(&model, &inputs, budget).unwrap_err();
	assert!(matches!(error, ExecError::OutOfMemory { .. }), "{error}");
}

#[test]
fn memory_of_a_loop_should_not_grow_with_its_iterations_when_nothing_is_stacked() {
	let body = block(&["i", "on", "s"], &["on", "t"], vec![node("Add", &["s", "s"], &["t"])]);
	let nodes = vec![with(node("Loop", &["trips", "", "start"], &["end"]), vec![graph("body", body)])];
	let inputs = |trips| [("trips", number(trips)), ("start", f32s(&[1000], &[1.0; 1000]))];
	let model = of(nodes, &inputs(1), &[("end", DType::F32)]);
	let peak = |trips| try_run(&model, &inputs(trips), Budget::UNLIMITED).unwrap().peak_bytes;
	assert_eq!(peak(2), peak(50));
	// The value around, the state, and the next one.
	assert!(peak(50) < 4 * 4000, "{}", peak(50));
}

#[test]
fn what_fails_in_a_body_should_name_the_node_and_those_around_it() {
	let body = block(&["i", "on"], &["on", "y"], vec![node("Div", &["a", "i"], &["y"])]);
	let nodes = vec![with(node("Loop", &["n", ""], &["ys"]), vec![graph("body", body)])];
	let inputs = [("n", number(1)), ("a", number(1))];
	let said = fails(&of(nodes, &inputs, &[("ys", DType::I64)]), &inputs);
	assert_eq!(said, "node 0 (\"Div\") in node 0 (\"Loop\"): integer division by zero");
}

// Scan

/// Running sums of `x` along an axis, with the sum so far in every element.
fn running_sums(attributes: Vec<AttributeProto>) -> NodeProto {
	let body = block(&["s", "e"], &["t", "t"], vec![node("Add", &["s", "e"], &["t"])]);
	let attributes = [vec![graph("body", body), int("num_scan_inputs", 1)], attributes].concat();
	with(node("Scan", &["start", "x"], &["end", "all"]), attributes)
}

fn scanned(attributes: Vec<AttributeProto>, x: HostTensor) -> Vec<HostTensor> {
	let inputs = [("start", f32s(&[2], &[0.0, 0.0])), ("x", x)];
	let declared = [("end", DType::F32), ("all", DType::F32)];
	outputs(&of(vec![running_sums(attributes)], &inputs, &declared), &inputs)
}

#[test]
fn scan_should_walk_axes_in_both_directions() {
	let x = f32s(&[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	assert_eq!(
		scanned(vec![], x.clone()),
		[f32s(&[2], &[9.0, 12.0]), f32s(&[3, 2], &[1.0, 2.0, 4.0, 6.0, 9.0, 12.0])]
	);
	assert_eq!(
		scanned(vec![ints("scan_input_directions", &[1])], x.clone())[1],
		f32s(&[3, 2], &[5.0, 6.0, 8.0, 10.0, 9.0, 12.0])
	);
	assert_eq!(
		scanned(vec![ints("scan_output_directions", &[1])], x)[1],
		f32s(&[3, 2], &[9.0, 12.0, 4.0, 6.0, 1.0, 2.0])
	);
	let columns = f32s(&[2, 3], &[1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
	let axes = vec![ints("scan_input_axes", &[-1]), ints("scan_output_axes", &[1])];
	assert_eq!(scanned(axes, columns)[1], f32s(&[2, 3], &[1.0, 4.0, 9.0, 2.0, 6.0, 12.0]));
}

#[test]
fn scan_should_take_batches_before_operator_set_9() {
	let inputs =
		[("start", f32s(&[2, 1], &[0.0, 10.0])), ("x", f32s(&[2, 3, 1], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))];
	let mut scan = running_sums(vec![]);
	scan.input.insert(0, String::new());
	let mut model = of(vec![scan], &inputs, &[("end", DType::F32), ("all", DType::F32)]);
	model.opset_import[0].version = 8;
	let expected = [f32s(&[2, 1], &[6.0, 25.0]), f32s(&[2, 3, 1], &[1.0, 3.0, 6.0, 14.0, 19.0, 25.0])];
	assert_eq!(outputs(&model, &inputs), expected);
}

#[test]
fn scan_should_be_refused_when_sequences_or_attributes_do_not_fit() {
	let inputs = [("start", f32s(&[2], &[0.0; 2])), ("x", f32s(&[3, 2], &[0.0; 6]))];
	let declared = [("end", DType::F32), ("all", DType::F32)];
	for attributes in [
		vec![ints("scan_input_axes", &[0, 1])],
		vec![ints("scan_input_directions", &[2])],
		vec![ints("scan_output_axes", &[])],
	] {
		let model = of(vec![running_sums(attributes)], &inputs, &declared);
		assert!(matches!(problem(&model), NodeProblem::Attribute(_)));
	}
	let outside = of(vec![running_sums(vec![ints("scan_input_axes", &[2])])], &inputs, &declared);
	assert!(fails(&outside, &inputs).contains("axis 2"));

	let body = block(&["a", "b"], &["a"], vec![]);
	let attributes = vec![graph("body", body), int("num_scan_inputs", 2)];
	let pair = with(node("Scan", &["p", "q"], &["all"]), attributes);
	let inputs = [("p", f32s(&[2], &[0.0; 2])), ("q", f32s(&[3], &[0.0; 3]))];
	assert!(
		fails(&of(vec![pair], &inputs, &[("all", DType::F32)]), &inputs)
			.contains("cannot be scanned together")
	);
}

// Names and limits

#[test]
fn names_should_be_visible_inwards_only_and_taken_once() {
	let inputs = [("c", flag(true)), ("x", f32s(&[1], &[0.0]))];
	let choice = |then: GraphProto, outside: Vec<NodeProto>| {
		let otherwise = block(&[], &["x"], vec![]);
		let attributes = vec![graph("then_branch", then), graph("else_branch", otherwise)];
		let nodes = [vec![with(node("If", &["c"], &["y"]), attributes)], outside].concat();
		of(nodes, &inputs, &[("y", DType::F32)])
	};
	// A name of a branch is not visible around it.
	let hidden = block(&[], &["t"], vec![node("Neg", &["x"], &["t"])]);
	let outside = vec![node("Neg", &["t"], &["z"])];
	assert_eq!(problem(&choice(hidden, outside)), NodeProblem::UndefinedInput("t".into()));
	// A name from around cannot be defined again inside.
	let shadow = block(&[], &["x"], vec![node("Neg", &["c"], &["x"])]);
	assert_eq!(problem(&choice(shadow, vec![])), NodeProblem::DuplicateOutput("x".into()));
	// What is defined later around is not there yet.
	let early = block(&[], &["t"], vec![node("Neg", &["z"], &["t"])]);
	let outside = vec![node("Neg", &["x"], &["z"])];
	assert_eq!(problem(&choice(early, outside)), NodeProblem::NotSorted("z".into()));
	let nothing = block(&[], &["gone"], vec![]);
	assert_eq!(
		problem(&choice(nothing, vec![])),
		NodeProblem::Block {
			attribute: "then_branch",
			problem: BlockProblem::Output { name: "gone".into(), problem: ValueProblem::Undefined }
		}
	);
}

#[test]
fn graphs_in_nodes_should_have_the_inputs_and_outputs_of_their_operator() {
	let inputs = [("n", number(1)), ("c", flag(true))];
	let in_loop = |body: GraphProto| {
		let repeat = with(node("Loop", &["n", "c", "n"], &["y"]), vec![graph("body", body)]);
		problem(&of(vec![repeat], &inputs, &[("y", DType::I64)]))
	};
	let inputs_error = |found| BlockProblem::Inputs { found, expected: 3 };
	for (names, expected) in [(&["i", "o"][..], inputs_error(2)), (&["i", "o", "s", "t"], inputs_error(4))] {
		let body = block(names, &["o", "i"], vec![]);
		assert_eq!(in_loop(body), NodeProblem::Block { attribute: "body", problem: expected });
	}
	let body = block(&["i", "o", "s"], &["o"], vec![]);
	let problem_ = BlockProblem::Outputs { found: 1, expected: 2 };
	assert_eq!(in_loop(body), NodeProblem::Block { attribute: "body", problem: problem_ });
	let body = block(&["i", "i", "s"], &["i", "s"], vec![]);
	assert!(matches!(in_loop(body), NodeProblem::Block { problem: BlockProblem::Input { .. }, .. }));
	let missing = of(vec![node("Loop", &["n", "c"], &[])], &inputs, &[("n", DType::I64)]);
	assert!(matches!(problem(&missing), NodeProblem::Attribute(_)));
	let kind = with(node("Loop", &["n", "c"], &[]), vec![int("body", 1)]);
	assert!(matches!(problem(&of(vec![kind], &inputs, &[("n", DType::I64)])), NodeProblem::Attribute(_)));
}

#[test]
fn nesting_should_be_limited_in_files_and_in_calls() {
	let mut inner = block(&[], &["x"], vec![]);
	for _ in 0..40 {
		let attributes =
			vec![graph("then_branch", inner.clone()), graph("else_branch", block(&[], &["x"], vec![]))];
		inner = block(&[], &["x"], vec![with(node("If", &["c"], &[""]), attributes)]);
	}
	let inputs = [("c", flag(true)), ("x", flag(true))];
	let model = of(inner.node, &inputs, &[("x", DType::Bool)]);
	let error = decode(&model).unwrap_err();
	assert!(matches!(error, DecodeError::Limit { kind: LimitKind::Depth, .. }), "{error}");
}

// Functions

fn function(name: &str, inputs: &[&str], outputs: &[&str], nodes: Vec<NodeProto>) -> FunctionProto {
	FunctionProto {
		name: name.into(),
		domain: "own".into(),
		input: inputs.iter().map(ToString::to_string).collect(),
		output: outputs.iter().map(ToString::to_string).collect(),
		node: nodes,
		opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 13 }],
		..Default::default()
	}
}

fn call(name: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
	NodeProto { domain: "own".into(), ..node(name, inputs, outputs) }
}

fn by_reference(name: &str, to: &str) -> AttributeProto {
	AttributeProto { name: name.into(), ref_attr_name: to.into(), ..Default::default() }
}

#[test]
fn functions_should_stand_for_their_nodes_with_attributes_of_the_call_or_defaults() {
	let mut soft = function(
		"Soft",
		&["a"],
		&["b"],
		vec![with(node("LeakyRelu", &["a"], &["b"]), vec![by_reference("alpha", "slope")])],
	);
	soft.attribute_proto = vec![float("slope", 0.5)];
	let twice =
		function("Twice", &["p"], &["r"], vec![call("Soft", &["p"], &["q"]), call("Soft", &["q"], &["r"])]);
	let inputs = [("x", f32s(&[2], &[-8.0, 8.0]))];
	let nodes =
		vec![call("Twice", &["x"], &["y"]), with(call("Soft", &["x"], &["z"]), vec![float("slope", 0.25)])];
	let mut model = of(nodes, &inputs, &[("y", DType::F32), ("z", DType::F32)]);
	model.functions = vec![soft, twice];
	assert_eq!(outputs(&model, &inputs), [f32s(&[2], &[-2.0, 8.0]), f32s(&[2], &[-2.0, 8.0])]);
}

#[test]
fn function_should_substitute_attributes_in_graphs_and_leave_out_inputs() {
	// Clip with bounds that the call may leave out, in both branches of an If.
	let clip = |output: &str| block(&[], &[output], vec![node("Clip", &["a", "low", "high"], &[output])]);
	let leak = block(
		&[],
		&["e"],
		vec![with(node("LeakyRelu", &["a"], &["e"]), vec![by_reference("alpha", "slope")])],
	);
	let choice =
		with(node("If", &["c"], &["r"]), vec![graph("then_branch", clip("t")), graph("else_branch", leak)]);
	let mut body = function("Bounded", &["c", "a", "low", "high"], &["r"], vec![choice]);
	body.attribute = vec!["slope".into()];
	let inputs = |c| [("c", flag(c)), ("x", f32s(&[2], &[-8.0, 8.0])), ("h", f32s(&[], &[1.0]))];
	let nodes = vec![with(call("Bounded", &["c", "x", "", "h"], &["y"]), vec![float("slope", 0.5)])];
	let mut model = of(nodes, &inputs(true), &[("y", DType::F32)]);
	model.functions = vec![body];
	assert_eq!(outputs(&model, &inputs(true)), [f32s(&[2], &[-8.0, 1.0])]);
	assert_eq!(outputs(&model, &inputs(false)), [f32s(&[2], &[-4.0, 8.0])]);
}

#[test]
fn functions_should_be_refused_when_they_recurse_explode_or_see_what_is_outside() {
	let inputs = [("x", f32s(&[1], &[1.0]))];
	let with_functions = |functions: Vec<FunctionProto>| {
		let mut model = of(vec![call("F", &["x"], &["y"])], &inputs, &[("y", DType::F32)]);
		model.functions = functions;
		model
	};
	let recursive = function("F", &["a"], &["b"], vec![call("F", &["a"], &["b"])]);
	assert_eq!(problem(&with_functions(vec![recursive])), NodeProblem::Nesting);
	let open = function("F", &["a"], &["b"], vec![node("Add", &["a", "x"], &["b"])]);
	assert_eq!(problem(&with_functions(vec![open])), NodeProblem::UndefinedInput("x".into()));
	let empty = function("F", &["a"], &["b"], vec![]);
	assert!(matches!(problem(&with_functions(vec![empty])), NodeProblem::Refused(_)));
	let foreign = FunctionProto {
		opset_import: vec![],
		..function("F", &["a"], &["b"], vec![node("Neg", &["a"], &["b"])])
	};
	assert_eq!(problem(&with_functions(vec![foreign])), NodeProblem::OpsetMissing(String::new()));
	let same = function("F", &["a"], &["b"], vec![]);
	let error = decode(&with_functions(vec![same.clone(), same])).unwrap_err();
	assert_eq!(error, DecodeError::FunctionName { name: "F".into() });

	// Twelve functions, each calling the next eight times.
	let names: Vec<String> =
		(0..12).map(|level| if level == 0 { "F".into() } else { format!("F{level}") }).collect();
	let explosive = names.iter().enumerate().map(|(level, name)| {
		let calls = match names.get(level + 1) {
			Some(next) => (0..8).map(|i| call(next, &["a"], &[&format!("b{i}")])).collect(),
			None => vec![node("Neg", &["a"], &["b0"])],
		};
		function(name, &["a"], &["b0"], calls)
	});
	let bytes = with_functions(explosive.collect()).encode_to_vec();
	let error = Model::decode(&bytes, &Limits { nodes: 2000, ..Limits::default() }).unwrap_err();
	assert!(matches!(error, DecodeError::Limit { kind: LimitKind::Nodes, .. }), "{error}");
}

#[test]
fn functions_should_be_refused_when_their_copies_exceed_the_limit() {
	let inputs = [("x", f32s(&[1], &[1.0]))];
	let limits = Limits { decoded_bytes: 1 << 20, ..Limits::default() };
	let refused = |attributes: Vec<AttributeProto>, body: FunctionProto| {
		let mut model = of(vec![with(call("F", &["x"], &["y"]), attributes)], &inputs, &[("y", DType::F32)]);
		model.functions = vec![body];
		let bytes = model.encode_to_vec();
		assert!(bytes.len() < 100_000);
		let error = Model::decode(&bytes, &limits).unwrap_err();
		assert!(matches!(error, DecodeError::Limit { kind: LimitKind::DecodedBytes, .. }), "{error}");
	};
	// One node that takes a large argument of its function again and again.
	let references = (0..100).map(|index| by_reference(&format!("a{index}"), "large")).collect();
	let mut body = function("F", &["a"], &["b"], vec![with(node("Neg", &["a"], &["b"]), references)]);
	body.attribute = vec!["large".into()];
	refused(vec![tensor("large", &f32s(&[10_000], &[0.0; 10_000]))], body);
	// A function that calls itself, and takes much more memory than its two bytes for each text.
	let texts = with(node("Neg", &["a"], &["c"]), vec![strings("many", &[""; 10_000])]);
	refused(vec![], function("F", &["a"], &["b"], vec![call("F", &["a"], &["b"]), texts]));
}

#[test]
fn calls_should_be_refused_when_they_do_not_fit_the_function() {
	let inputs = [("x", f32s(&[1], &[1.0]))];
	let refused = |call: NodeProto| {
		let mut model = of(vec![call], &inputs, &[("y", DType::F32)]);
		model.functions = vec![function("F", &["a"], &["b"], vec![node("Neg", &["a"], &["b"])])];
		assert!(matches!(problem(&model), NodeProblem::Refused(_)));
	};
	refused(call("F", &["x", "x"], &["y"]));
	refused(call("F", &["x"], &["y", "z"]));
	refused(with(call("F", &["x"], &["y"]), vec![int("unknown", 1)]));
	let mut model = of(vec![call("G", &["x"], &["y"])], &inputs, &[("y", DType::F32)]);
	model.functions = vec![function("F", &["a"], &["b"], vec![])];
	assert_eq!(problem(&model), NodeProblem::Domain("own".into()));
}
