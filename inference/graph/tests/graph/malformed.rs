//! Files that are no models, in every way a check exists for, and mutated ones.

use crate::common::{self, decode, f32s, float, initializer, int, model, node, value};
use assay_graph::{
	AttributeError, DType, DecodeError, Feature, HostTensor, LimitKind, Limits, Model, NodeProblem,
	ValueProblem,
	onnx::{AttributeProto, AttributeType, GraphProto, ModelProto, OperatorSetIdProto, TensorProto},
};
use proptest::prelude::*;
use prost::Message;

/// `y = x + w`, well formed.
fn valid() -> ModelProto {
	let graph = GraphProto {
		input: vec![value("x", DType::F32, &["2"])],
		output: vec![value("y", DType::F32, &["2"])],
		initializer: vec![initializer("w", &f32s(&[2], &[1.0, 2.0]))],
		node: vec![node("Add", &["x", "w"], &["y"])],
		..Default::default()
	};
	model(13, graph)
}

/// The valid model with its graph changed.
fn with_graph(change: impl FnOnce(&mut GraphProto)) -> ModelProto {
	let mut model = valid();
	change(model.graph.as_mut().unwrap());
	model
}

#[track_caller]
fn error(model: &ModelProto) -> DecodeError {
	let error = decode(model).expect_err("the model must be refused");
	assert!(!error.to_string().is_empty());
	error
}

#[track_caller]
fn problem(model: &ModelProto) -> NodeProblem {
	match error(model) {
		DecodeError::Node { problem, .. } => problem,
		other => panic!("{other}"),
	}
}

#[track_caller]
fn limited(bytes: &[u8], limits: Limits, kind: LimitKind) {
	match Model::decode(bytes, &limits) {
		Err(DecodeError::Limit { kind: found, .. }) => assert_eq!(found, kind),
		other => panic!("{other:?}"),
	}
}

// Not a model at all

#[test]
fn valid_model_should_decode() {
	let model = decode(&valid()).unwrap();
	assert_eq!(model.opset(), 13);
	assert_eq!(model.inputs().map(|input| input.to_string()).collect::<Vec<_>>(), ["\"x\" float32[2]"]);
	assert_eq!((model.nodes().len(), model.parameters()), (1, 2));
}

#[test]
fn other_formats_should_be_recognised_and_named() {
	let said = |bytes: &[u8]| Model::decode(bytes, &Limits::default()).unwrap_err().to_string();
	assert!(said(b"").contains("empty"));
	assert!(said(b"PK\x03\x04rest").contains("torch.onnx.export"));
	assert!(said(b"{\"json\": 1}").contains("JSON"));
	assert!(said(b"\x89HDF\r\n").contains("Keras"));
	assert!(said(b"\x1c\x00\x00\x00TFL3").contains("TensorFlow Lite"));
	assert!(said(b"version https://git-lfs.github.com/spec/v1").contains("git lfs pull"));
	assert!(said(b"\x08\x08").contains("no graph"));
	assert!(said(&[0xff; 64]).contains("64 bits"));
	assert!(said(b"\x00\x00").contains("impossible number"));
}

#[test]
fn truncated_file_should_be_refused_wherever_it_ends() {
	let bytes = valid().encode_to_vec();
	for end in 0..bytes.len() {
		let error = Model::decode(&bytes[..end], &Limits::default()).unwrap_err();
		// A file that ends between two fields is a shorter, incomplete model.
		let expected = matches!(
			error,
			DecodeError::Truncated { .. } | DecodeError::NotOnnx(_) | DecodeError::OpsetMissing
		);
		assert!(expected, "{end}: {error}");
	}
	let cut = Model::decode(&bytes[..bytes.len() - 1], &Limits::default()).unwrap_err();
	assert!(matches!(cut, DecodeError::Truncated { missing: 1, .. }), "{cut}");
}

#[test]
fn field_longer_than_its_message_should_be_refused() {
	// ModelProto { opset_import { domain: 100 bytes, in 2 } }, then room.
	let bytes = [&[0x42, 0x02, 0x0a, 0x64][..], &[0; 200]].concat();
	let error = Model::decode(&bytes, &Limits::default()).unwrap_err();
	assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
}

#[test]
fn wrong_wire_types_and_groups_should_be_refused() {
	for bytes in [&[0x3a + 3, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0x38, 1], &[0x3b, 0x3c]] {
		let error = Model::decode(bytes, &Limits::default()).unwrap_err();
		assert!(matches!(error, DecodeError::Malformed { .. }), "{bytes:?}: {error}");
	}
}

#[test]
fn text_that_is_not_utf8_should_be_refused() {
	let mut bytes = valid().encode_to_vec();
	bytes.extend([0x12, 0x01, 0xff]); // producer_name
	let error = Model::decode(&bytes, &Limits::default()).unwrap_err();
	assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
}

// Limits, before anything is allocated

#[test]
fn file_size_should_be_limited() {
	let limits = Limits { file_bytes: 10, ..Limits::default() };
	limited(&valid().encode_to_vec(), limits, LimitKind::FileBytes);
}

#[test]
fn number_of_nodes_and_attributes_should_be_limited() {
	let many = with_graph(|graph| {
		graph.node = vec![node("Add", &["x", "w"], &["y"]); 11];
		graph.node[0].attribute = vec![int("a", 1); 12];
	});
	let bytes = many.encode_to_vec();
	limited(&bytes, Limits { nodes: 10, ..Limits::default() }, LimitKind::Nodes);
	limited(&bytes, Limits { attributes: 11, ..Limits::default() }, LimitKind::Attributes);
}

#[test]
fn memory_for_messages_should_be_limited_when_a_small_file_has_many_empty_ones() {
	// A graph of 100,000 empty initialisers in 200 kB of file.
	let graph: Vec<u8> = [0x2a, 0x00].repeat(100_000);
	let mut bytes = vec![0x08, 0x08, 0x3a];
	prost::encoding::encode_varint(graph.len() as u64, &mut bytes);
	bytes.extend(graph);
	limited(&bytes, Limits { decoded_bytes: 1 << 20, ..Limits::default() }, LimitKind::DecodedBytes);
	// Packed integers grow too: one byte each in the file, eight in memory.
	let proto = TensorProto { int64_data: vec![1; 10_000], ..Default::default() };
	let bytes = with_graph(|graph| graph.initializer.push(proto)).encode_to_vec();
	limited(&bytes, Limits { decoded_bytes: 50_000, ..Limits::default() }, LimitKind::DecodedBytes);
}

#[test]
fn nesting_should_be_limited() {
	limited(&valid().encode_to_vec(), Limits { depth: 3, ..Limits::default() }, LimitKind::Depth);
}

#[test]
fn tensors_of_2_to_the_40_elements_should_be_refused() {
	let huge =
		TensorProto { name: "h".into(), dims: vec![1 << 20, 1 << 20], data_type: 1, ..Default::default() };
	let bytes = with_graph(|graph| graph.initializer.push(huge)).encode_to_vec();
	limited(&bytes, Limits::default(), LimitKind::TensorElements);
	let huge_input = with_graph(|graph| graph.input.push(value("h", DType::F32, &["1048576", "1048576"])));
	limited(&huge_input.encode_to_vec(), Limits::default(), LimitKind::TensorElements);
	// Overflows 64 bits on the way.
	let dims = vec![i64::from(i32::MAX); 8];
	let overflow = TensorProto { name: "h".into(), dims, data_type: 1, ..Default::default() };
	let bytes = with_graph(|graph| graph.initializer.push(overflow)).encode_to_vec();
	limited(&bytes, Limits::default(), LimitKind::TensorElements);
}

#[test]
fn bytes_of_all_initializers_and_constants_should_be_limited() {
	let limits = Limits { initializer_bytes: 15, ..Limits::default() };
	let two = with_graph(|graph| graph.initializer.push(initializer("v", &f32s(&[2], &[0.0; 2]))));
	limited(&two.encode_to_vec(), limits.clone(), LimitKind::InitializerBytes);
	let constant = with_graph(|graph| {
		let mut constant = node("Constant", &[], &["c"]);
		constant.attribute = vec![common::tensor("value", &f32s(&[2], &[0.0; 2]))];
		graph.node.insert(0, constant);
	});
	limited(&constant.encode_to_vec(), limits, LimitKind::InitializerBytes);
}

// What is not supported

#[test]
fn external_data_should_be_refused_and_never_followed() {
	let mut bytes = valid().encode_to_vec();
	// graph { initializer { external_data { key: "location" } } } merges into the graph.
	let entry = [&[0x0a, 0x08][..], b"location"].concat();
	let tensor = [&[0x6a, entry.len() as u8][..], &entry].concat();
	let graph = [&[0x2a, tensor.len() as u8][..], &tensor].concat();
	bytes.extend([0x3a, graph.len() as u8]);
	bytes.extend(graph);
	let error = Model::decode(&bytes, &Limits::default()).unwrap_err();
	assert_eq!(error, DecodeError::Unsupported(Feature::ExternalData));
	// data_location: EXTERNAL alone is enough.
	let mut bytes = valid().encode_to_vec();
	bytes.extend([0x3a, 0x04, 0x2a, 0x02, 0x70, 0x01]);
	let error = Model::decode(&bytes, &Limits::default()).unwrap_err();
	assert_eq!(error, DecodeError::Unsupported(Feature::ExternalData));
}

#[test]
fn sparse_initializers_and_lists_of_graphs_should_be_refused() {
	for (tail, feature) in [
		(&[0x3a, 0x02, 0x7a, 0x00][..], Feature::SparseInitializer),
		(&[0x3a, 0x06, 0x0a, 0x04, 0x2a, 0x02, 0x5a, 0x00], Feature::GraphList),
	] {
		let bytes = [&valid().encode_to_vec(), tail].concat();
		assert_eq!(Model::decode(&bytes, &Limits::default()).unwrap_err(), DecodeError::Unsupported(feature));
	}
}

#[test]
fn newer_versions_of_the_format_should_be_refused() {
	assert_eq!(error(&ModelProto { ir_version: 14, ..valid() }), DecodeError::IrVersion(14));
	assert!(decode(&ModelProto { ir_version: 13, ..valid() }).is_ok());
	assert!(decode(&ModelProto { ir_version: 3, ..valid() }).is_ok());
}

#[test]
fn operator_sets_should_be_declared_once_and_in_range() {
	let with_opsets = |versions: &[(&str, i64)]| {
		let mut model = valid();
		model.opset_import = versions
			.iter()
			.map(|&(domain, version)| OperatorSetIdProto { domain: domain.into(), version })
			.collect();
		model
	};
	assert_eq!(error(&with_opsets(&[])), DecodeError::OpsetMissing);
	assert_eq!(error(&with_opsets(&[("com.microsoft", 1)])), DecodeError::OpsetMissing);
	for version in [i64::MIN, 0, 28, i64::MAX] {
		assert_eq!(error(&with_opsets(&[("", version)])), DecodeError::OpsetVersion(version));
	}
	assert_eq!(error(&with_opsets(&[("", 13), ("ai.onnx", 14)])), DecodeError::OpsetConflict);
	assert!(decode(&with_opsets(&[("ai.onnx", 13), ("ai.onnx.ml", 3)])).is_ok());
}

#[test]
fn operators_of_other_domains_unknown_and_newer_ones_should_be_refused() {
	let mut foreign = node("FusedMatMul", &["x", "w"], &["y"]);
	foreign.domain = "com.microsoft".into();
	assert_eq!(
		problem(&with_graph(|graph| graph.node = vec![foreign])),
		NodeProblem::Domain("com.microsoft".into())
	);
	let unknown = with_graph(|graph| graph.node = vec![node("Frobnicate", &["x"], &["y"])]);
	assert_eq!(problem(&unknown), NodeProblem::UnknownOperator);
	assert!(error(&unknown).to_string().contains("node 0 (\"Frobnicate\")"));
	assert_eq!(
		problem(&with_graph(|graph| graph.node = vec![node("Gelu", &["x"], &["y"])])),
		NodeProblem::OperatorVersion { since: 20, opset: 13 }
	);
}

// Names and order

#[test]
fn undefined_unsorted_and_cyclic_inputs_should_be_refused() {
	assert_eq!(
		problem(&with_graph(|graph| graph.node = vec![node("Add", &["x", "gone"], &["y"])])),
		NodeProblem::UndefinedInput("gone".into())
	);
	let unsorted =
		with_graph(|graph| graph.node = vec![node("Neg", &["late"], &["y"]), node("Abs", &["x"], &["late"])]);
	assert_eq!(problem(&unsorted), NodeProblem::NotSorted("late".into()));
	let cycle = with_graph(|graph| graph.node = vec![node("Add", &["x", "y"], &["y"])]);
	assert_eq!(problem(&cycle), NodeProblem::NotSorted("y".into()));
}

#[test]
fn duplicate_names_should_be_refused() {
	for taken in ["x", "w", "y"] {
		let twice = with_graph(|graph| {
			graph.node = vec![node("Add", &["x", "w"], &["y"]), node("Abs", &["x"], &[taken])]
		});
		assert_eq!(problem(&twice), NodeProblem::DuplicateOutput(taken.into()));
	}
	let twice = with_graph(|graph| graph.input.push(value("x", DType::F32, &[])));
	assert_eq!(error(&twice), DecodeError::Input { name: "x".into(), problem: ValueProblem::Duplicate });
	let twice = with_graph(|graph| graph.output.push(value("y", DType::F32, &[])));
	assert_eq!(error(&twice), DecodeError::Output { name: "y".into(), problem: ValueProblem::Duplicate });
	let twice = with_graph(|graph| graph.initializer.push(graph.initializer[0].clone()));
	assert_eq!(error(&twice), DecodeError::InitializerName { name: "w".into() });
	let unnamed = with_graph(|graph| graph.initializer[0].name.clear());
	assert_eq!(error(&unnamed), DecodeError::InitializerName { name: String::new() });
}

#[test]
fn inputs_and_outputs_should_be_declared_properly() {
	let input = |change: fn(&mut GraphProto)| match error(&with_graph(change)) {
		DecodeError::Input { problem, .. } => problem,
		other => panic!("{other}"),
	};
	assert_eq!(input(|graph| graph.input[0].name.clear()), ValueProblem::Unnamed);
	assert_eq!(input(|graph| graph.input[0].r#type = None), ValueProblem::NotATensor);
	assert_eq!(input(|graph| graph.input[0] = value("x", DType::F32, &["1"; 9])), ValueProblem::Rank(9));
	assert_eq!(
		input(|graph| graph.input[0] = value("x", DType::F32, &["4294967296"])),
		ValueProblem::Dimension(1 << 32)
	);
	let strings = |graph: &mut GraphProto| {
		graph.input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap().elem_type = 8;
	};
	assert_eq!(input(strings), ValueProblem::DataType(8));
	let undefined = with_graph(|graph| graph.output[0].name = "z".into());
	assert_eq!(error(&undefined), DecodeError::Output { name: "z".into(), problem: ValueProblem::Undefined });
	assert_eq!(error(&with_graph(|graph| graph.output.clear())), DecodeError::NoOutputs);
}

#[test]
fn input_with_an_initializer_should_be_a_constant() {
	let old_style = with_graph(|graph| graph.input.push(value("w", DType::F32, &["2"])));
	assert_eq!(decode(&old_style).unwrap().inputs().len(), 1);
}

// Nodes

#[test]
fn arity_should_be_checked() {
	let arity = |inputs: &[&str], outputs: &[&str], op| {
		problem(&with_graph(|graph| graph.node = vec![node(op, inputs, outputs)]))
	};
	assert_eq!(arity(&["x"], &["y"], "Add"), NodeProblem::Inputs { found: 1, min: 2, max: 2 });
	assert_eq!(arity(&["x", "x", "x"], &["y"], "Add"), NodeProblem::Inputs { found: 3, min: 2, max: 2 });
	assert_eq!(arity(&["", "x"], &["y"], "Add"), NodeProblem::Inputs { found: 2, min: 2, max: 2 });
	assert_eq!(arity(&[], &["y"], "Sum"), NodeProblem::Inputs { found: 0, min: 1, max: usize::MAX });
	assert_eq!(
		arity(&["x", "", "x"], &["y"], "Sum"),
		NodeProblem::Inputs { found: 3, min: 1, max: usize::MAX }
	);
	assert_eq!(arity(&["x"], &["y", "z"], "Neg"), NodeProblem::Outputs { found: 2, max: 1 });
	// A name left out at the end is no output.
	assert!(decode(&with_graph(|graph| graph.node = vec![node("Dropout", &["x"], &["y", ""])])).is_ok());
}

#[test]
fn attributes_should_be_known_single_and_of_the_right_kind() {
	let attribute = |op, attributes: Vec<AttributeProto>| {
		let mut wrong = node(op, &["x"], &["y"]);
		wrong.attribute = attributes;
		match problem(&with_graph(|graph| graph.node = vec![wrong])) {
			NodeProblem::Attribute(error) => error,
			other => panic!("{other}"),
		}
	};
	assert_eq!(attribute("Neg", vec![int("axis", 1)]), AttributeError::Unknown("axis".into()));
	assert_eq!(
		attribute("Softmax", vec![int("axis", 1), int("axis", 1)]),
		AttributeError::Duplicate("axis".into())
	);
	assert_eq!(
		attribute("Softmax", vec![float("axis", 1.0)]),
		AttributeError::Kind { name: "axis".into(), expected: "INT" }
	);
	let graph =
		AttributeProto { name: "axis".into(), r#type: AttributeType::Graph as i32, ..Default::default() };
	assert_eq!(
		attribute("Softmax", vec![graph]),
		AttributeError::Kind { name: "axis".into(), expected: "INT" }
	);
	let by_reference = AttributeProto { ref_attr_name: "outer".into(), ..int("axis", 1) };
	assert!(matches!(attribute("Softmax", vec![by_reference]), AttributeError::Value { .. }));
	assert_eq!(attribute("Cast", vec![]), AttributeError::Missing("to"));
}

#[test]
fn payloads_should_match_shape_and_type() {
	let payload = |tensor: TensorProto| {
		let tensor = TensorProto { name: "t".into(), ..tensor };
		match error(&with_graph(|graph| graph.initializer.push(tensor))) {
			DecodeError::Initializer { problem, .. } => problem.to_string(),
			other => panic!("{other}"),
		}
	};
	let base = || TensorProto { dims: vec![2], data_type: 1, ..Default::default() };
	assert!(payload(TensorProto { raw_data: Some(vec![0; 4].into()), ..base() }).contains("1 elements"));
	assert!(payload(TensorProto { raw_data: Some(vec![0; 7].into()), ..base() }).contains("7 bytes"));
	assert!(payload(base()).contains("0 elements"));
	assert!(payload(TensorProto { float_data: vec![0.0; 3], ..base() }).contains("3 elements"));
	assert!(payload(TensorProto { int64_data: vec![0; 2], ..base() }).contains("raw_data"));
	assert!(
		payload(TensorProto { float_data: vec![0.0; 2], raw_data: Some(vec![0; 8].into()), ..base() })
			.contains("not several")
	);
	assert!(payload(TensorProto { dims: vec![-1], ..base() }).contains("-1"));
	assert!(payload(TensorProto { dims: vec![1; 9], ..base() }).contains("at most 8"));
	assert!(payload(TensorProto { data_type: 8, ..base() }).contains("type 8"));
	assert!(
		payload(TensorProto { data_type: 9, raw_data: Some(vec![1, 2].into()), ..base() }).contains("bool")
	);
	assert!(payload(TensorProto { data_type: 9, int32_data: vec![1, 2], ..base() }).contains("no bool"));
	assert!(payload(TensorProto { data_type: 3, int32_data: vec![1, 128], ..base() }).contains("no int8"));
}

#[test]
fn every_type_should_survive_writing_and_reading() {
	for dtype in DType::ALL {
		let tensor = HostTensor::vector(vec![0i64, 1]).cast(dtype);
		let raw = TensorProto::from(&tensor);
		assert_eq!(HostTensor::try_from(raw.clone()).unwrap(), tensor);
		// The same elements in the typed list.
		let mut listed = TensorProto { raw_data: None, ..raw };
		match dtype {
			DType::F32 => listed.float_data = vec![0.0, 1.0],
			DType::F64 => listed.double_data = vec![0.0, 1.0],
			DType::I64 => listed.int64_data = vec![0, 1],
			DType::U32 | DType::U64 => listed.uint64_data = vec![0, 1],
			DType::F16 => listed.int32_data = vec![0, 0x3c00],
			DType::BF16 => listed.int32_data = vec![0, 0x3f80],
			// A byte each, or for several elements.
			storage if storage.is_storage() => {
				listed.int32_data = tensor.to_le_bytes().into_iter().map(i32::from).collect();
			}
			_ => listed.int32_data = vec![0, 1],
		}
		assert_eq!(HostTensor::try_from(listed).unwrap(), tensor, "{dtype}");
	}
}

#[test]
fn messages_should_quote_names_from_the_file_safely() {
	let evil = format!("\u{1b}[2J\n{}", "x".repeat(500));
	let message =
		error(&with_graph(|graph| graph.node = vec![node("Neg", &[evil.as_str()], &["y"])])).to_string();
	assert!(!message.contains('\u{1b}') && !message.contains('\n') && message.len() < 400, "{message}");
}

// Anything at all

/// Decodes, and runs what decodes, under limits that keep the test small. Dimensions that are not declared become
/// `unknown`. Must not panic.
fn survive(bytes: &[u8], unknown: usize) {
	let limits = Limits {
		decoded_bytes: 1 << 22,
		tensor_elements: 1 << 16,
		initializer_bytes: 1 << 20,
		..Limits::default()
	};
	let Ok(model) = Model::decode(bytes, &limits) else { return };
	let inputs = model
		.inputs()
		.map(|decl| {
			let dims = decl.dims.iter().flatten();
			let shape: Vec<usize> = dims
				.map(|dim| match dim {
					assay_graph::Dim::Fixed(size) => (*size).min(64),
					_ => unknown,
				})
				.collect();
			let zeros = vec![0i64; shape.iter().product()];
			(decl.name.clone(), HostTensor::from_vec(shape, zeros).unwrap().cast(decl.dtype))
		})
		.collect();
	let ops = assay_graph::SliceOps::new(assay_numerics::Cpu::scalar());
	let executor = assay_graph::Executor::new(model, ops).unwrap();
	let budget = assay_graph::Budget { compute_units: 10_000, memory_bytes: 1 << 22 };
	if let Err(error) = executor.run(inputs, &budget) {
		assert!(error.is_deterministic(), "{error}");
	}
}

fn golden_models() -> Vec<Vec<u8>> {
	let mut paths: Vec<_> =
		std::fs::read_dir("tests/golden").unwrap().map(|entry| entry.unwrap().path()).collect();
	paths.retain(|path| path.extension().is_some_and(|extension| extension == "onnx"));
	paths.sort();
	paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

proptest! {
	#![proptest_config(ProptestConfig {
		// More with PROPTEST_CASES.
		cases: ProptestConfig::default().cases.max(2000),
		failure_persistence: None,
		..ProptestConfig::default()
	})]

	#[test]
	fn decoder_should_not_panic_when_bytes_are_random(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
		survive(&bytes, 2);
	}

	#[test]
	fn nothing_should_panic_when_real_models_are_mutated(
		which in any::<prop::sample::Index>(),
		edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
		cut in prop::option::of(any::<prop::sample::Index>()),
		unknown in 0usize..4,
	) {
		let models = golden_models();
		let mut bytes = which.get(&models).clone();
		for (at, byte) in edits {
			let at = at.index(bytes.len());
			bytes[at] = byte;
		}
		if let Some(cut) = cut {
			let at = cut.index(bytes.len());
			bytes.remove(at);
		}
		survive(&bytes, unknown);
	}
}
