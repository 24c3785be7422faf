//! Inputs of operators whose shapes depend on each other.

use crate::{
	attributes::{int, ints, list, string},
	operands::{Layout, Operand, shape, size},
	source::Source,
};

use Operand::{Absent, Data, Ints, Within};

/// The inputs of such an operator; `None` for all others.
pub(crate) fn layout(operator: &str, source: &mut Source<'_>) -> Option<Layout> {
	Some(match operator {
		"Conv" | "ConvInteger" | "QLinearConv" | "ConvTranspose" | "DeformConv" => conv(operator, source),
		"MatMul" | "MatMulInteger" | "QLinearMatMul" => matmul(source),
		"Gemm" => gemm(source),
		"RNN" | "GRU" | "LSTM" => recurrent(operator, source),
		"Attention" => attention(source),
		"LinearAttention" => linear_attention(source),
		"RotaryEmbedding" => rotary(source),
		"BatchNormalization" | "InstanceNormalization" | "GroupNormalization" => channels(operator, source),
		"LayerNormalization" | "RMSNormalization" => trailing(source),
		"NegativeLogLikelihoodLoss" | "SoftmaxCrossEntropyLoss" => loss(source),
		"QuantizeLinear" | "DequantizeLinear" => quantize(source),
		"Einsum" => einsum(source),
		_ => return images(operator, source).or_else(|| positions(operator, source)),
	})
}

fn of(operands: Vec<(&'static str, Operand)>) -> Layout {
	Layout { operands, attributes: Vec::new() }
}

/// Half of the time.
fn maybe(operand: Operand, source: &mut Source<'_>) -> Operand {
	if source.flag() { operand } else { Absent }
}

fn conv(operator: &str, source: &mut Source<'_>) -> Layout {
	let rank = if operator == "DeformConv" { 2 } else { source.pick(&[2, 1, 3]) };
	let (batch, group) = (size(source).min(3), source.pick(&[1, 1, 2, 3]));
	let (per_group, out_per_group) = (source.pick(&[1, 2, 3, 5]), source.pick(&[1, 2, 3, 17]));
	let kernel: Vec<usize> = (0..rank).map(|_| source.pick(&[1, 2, 3])).collect();
	let image: Vec<usize> = kernel.iter().map(|&taps| taps + source.below(5)).collect();
	let (channels, out) = (group * per_group, group * out_per_group);
	let weight = if operator == "ConvTranspose" { [channels, out_per_group] } else { [out, per_group] };
	let places: Vec<usize> = image.iter().zip(&kernel).map(|(size, taps)| size - taps + 1).collect();
	let sampled = |factor: usize| {
		let taps: usize = kernel.iter().product();
		Data([&[batch, factor * taps], places.as_slice()].concat())
	};
	let x = Data([&[batch, channels], image.as_slice()].concat());
	let w = Data([&weight, kernel.as_slice()].concat());
	let bias = maybe(Data(vec![out]), source);
	let per_channel = maybe(Data(vec![out]), source);
	let w_scale = if matches!(per_channel, Absent) { Operand::scalar() } else { per_channel };
	let mut attributes = vec![int("group", group as i64)];
	if source.flag() {
		attributes.push(ints("kernel_shape", kernel.iter().map(|&taps| taps as i64).collect()));
	}
	let operands = vec![
		("X", x.clone()),
		("x", x),
		("W", w.clone()),
		("w", w),
		("B", bias),
		("offset", sampled(2)),
		("mask", maybe(sampled(1), source)),
		("x_zero_point", Operand::scalar()),
		("w_zero_point", w_scale.clone()),
		("w_scale", w_scale),
		("x_scale", Operand::scalar()),
		("y_scale", Operand::scalar()),
		("y_zero_point", Operand::scalar()),
	];
	Layout { operands, attributes }
}

fn matmul(source: &mut Source<'_>) -> Layout {
	let (m, n) = (size(source), size(source));
	let k = if source.once_in(12) { 300 } else { size(source) };
	let batch = shape(source.pick(&[0, 0, 1, 2]), source);
	let (mut a, mut b) = ([batch.as_slice(), &[m, k]].concat(), [batch.as_slice(), &[k, n]].concat());
	match source.below(6) {
		0 => b = vec![k, n],
		1 => a = vec![m, k],
		2 => b = vec![k],
		3 => a = vec![k],
		_ => {}
	}
	let zero = |length| if source.flag() { Data(vec![length]) } else { Operand::scalar() };
	let [a_zero, b_zero] = [m, n].map(zero);
	let scale = Operand::scalar;
	let rest = [
		("a_zero_point", a_zero),
		("b_zero_point", b_zero),
		("a_scale", scale()),
		("b_scale", scale()),
		("y_scale", scale()),
		("y_zero_point", scale()),
	];
	let (a, b) = (Data(a), Data(b));
	of([("A", a.clone()), ("a", a), ("B", b.clone()), ("b", b)].into_iter().chain(rest).collect())
}

fn gemm(source: &mut Source<'_>) -> Layout {
	let [m, k, n] = [(); 3].map(|()| size(source));
	let (across_a, across_b) = (source.flag(), source.flag());
	let oriented = |rows, cols, across| Data(if across { vec![cols, rows] } else { vec![rows, cols] });
	let c = source.pick(&[[m, n], [1, n], [m, 1], [1, 1]]).to_vec();
	let operands =
		vec![("A", oriented(m, k, across_a)), ("B", oriented(k, n, across_b)), ("C", maybe(Data(c), source))];
	Layout { operands, attributes: vec![int("transA", across_a.into()), int("transB", across_b.into())] }
}

fn recurrent(operator: &str, source: &mut Source<'_>) -> Layout {
	let gates = match operator {
		"RNN" => 1,
		"GRU" => 3,
		_ => 4,
	};
	let direction = source.pick(&["forward", "reverse", "bidirectional"]);
	let directions = if direction == "bidirectional" { 2 } else { 1 };
	let [length, batch, input] = [(); 3].map(|()| size(source));
	let hidden = source.pick(&[1, 2, 3, 5]);
	let by_batch = source.flag();
	let (x, state) = if by_batch {
		([batch, length, input], [batch, directions, hidden])
	} else {
		([length, batch, input], [directions, batch, hidden])
	};
	let operands = vec![
		("X", Data(x.to_vec())),
		("W", Data(vec![directions, gates * hidden, input])),
		("R", Data(vec![directions, gates * hidden, hidden])),
		("B", maybe(Data(vec![directions, 2 * gates * hidden]), source)),
		("sequence_lens", maybe(Within(vec![batch], 0, length as i64), source)),
		("initial_h", maybe(Data(state.to_vec()), source)),
		("initial_c", maybe(Data(state.to_vec()), source)),
		("P", maybe(Data(vec![directions, 3 * hidden]), source)),
	];
	let attributes = vec![
		int("hidden_size", hidden as i64),
		string("direction", direction),
		int("layout", by_batch.into()),
	];
	Layout { operands, attributes }
}

fn attention(source: &mut Source<'_>) -> Layout {
	let [batch, queries, keys, past] = [(); 4].map(|()| size(source));
	let (kv_heads, groups) = (source.pick(&[1, 2]), source.pick(&[1, 2]));
	let (width, values) = (source.pick(&[1, 2, 4, 8]), source.pick(&[1, 3]));
	let heads = kv_heads * groups;
	let flat = source.flag();
	let of_heads = |heads: usize, length: usize, width: usize| {
		Data(if flat { vec![batch, length, heads * width] } else { vec![batch, heads, length, width] })
	};
	let cached = source.once_in(3);
	let cache = |width| if cached { Data(vec![batch, kv_heads, past, width]) } else { Absent };
	let all = keys + if cached { past } else { 0 };
	let mask = source.pick(&[[1, 1, queries, all], [batch, heads, queries, all], [1, 1, 1, all]]);
	let skipped = source.below(3);
	let operands = vec![
		("Q", of_heads(heads, queries, width)),
		("K", of_heads(kv_heads, keys, width)),
		("V", of_heads(kv_heads, keys, values)),
		("attn_mask", maybe(Data(mask[skipped..].to_vec()), source)),
		("past_key", cache(width)),
		("past_value", cache(values)),
		(
			"nonpad_kv_seqlen",
			if cached { Absent } else { maybe(Within(vec![batch], 0, keys as i64), source) },
		),
	];
	let attributes = match flat {
		true => vec![int("q_num_heads", heads as i64), int("kv_num_heads", kv_heads as i64)],
		false => Vec::new(),
	};
	Layout { operands, attributes }
}

fn linear_attention(source: &mut Source<'_>) -> Layout {
	let [batch, length, keys, values] = [(); 4].map(|()| size(source));
	let (kv_heads, groups) = (source.pick(&[1, 2]), source.pick(&[1, 2]));
	let rule = source.pick(&["linear", "gated", "delta", "gated_delta"]);
	let flat = |width: usize| Data(vec![batch, length, width]);
	let when = |word: &str, operand| if rule.contains(word) { operand } else { Absent };
	let operands = vec![
		("query", flat(kv_heads * groups * keys)),
		("key", flat(kv_heads * keys)),
		("value", flat(kv_heads * values)),
		("past_state", maybe(Data(vec![batch, kv_heads, keys, values]), source)),
		("decay", when("gated", flat(kv_heads))),
		("beta", when("delta", flat(kv_heads))),
	];
	let attributes = vec![
		int("q_num_heads", (kv_heads * groups) as i64),
		int("kv_num_heads", kv_heads as i64),
		string("update_rule", rule),
	];
	Layout { operands, attributes }
}

fn rotary(source: &mut Source<'_>) -> Layout {
	let [batch, heads, length] = [(); 3].map(|()| size(source));
	let half = source.pick(&[1, 2, 3]);
	let positions = source.flag();
	let cache = Data(if positions { vec![5, half] } else { vec![batch, length, half] });
	of(vec![
		("X", Data(vec![batch, heads, length, 2 * half])),
		("cos_cache", cache.clone()),
		("sin_cache", cache),
		("position_ids", if positions { Within(vec![batch, length], 0, 5) } else { Absent }),
	])
}

fn channels(operator: &str, source: &mut Source<'_>) -> Layout {
	let (batch, groups) = (size(source), source.pick(&[1, 2, 3]));
	let channels = groups * source.pick(&[1, 2, 3]);
	let rest = shape(source.pick(&[2, 1, 3]), source);
	let mut operands = vec![
		("X", Data([&[batch, channels], rest.as_slice()].concat())),
		("input", Data([&[batch, channels], rest.as_slice()].concat())),
	];
	operands
		.extend(["scale", "B", "bias", "input_mean", "input_var"].map(|name| (name, Data(vec![channels]))));
	let attributes = match operator {
		"GroupNormalization" => vec![int("num_groups", groups as i64)],
		_ => Vec::new(),
	};
	Layout { operands, attributes }
}

fn trailing(source: &mut Source<'_>) -> Layout {
	let x = shape(source.pick(&[2, 3, 4, 1]), source);
	let axis = source.below(x.len());
	let scale = Data(x[axis..].to_vec());
	let operands =
		vec![("Scale", scale.clone()), ("scale", scale.clone()), ("B", maybe(scale, source)), ("X", Data(x))];
	Layout { operands, attributes: vec![int("axis", axis as i64)] }
}

fn loss(source: &mut Source<'_>) -> Layout {
	let [batch, classes] = [(); 2].map(|()| size(source));
	let rest = shape(source.pick(&[0, 1, 2]), source);
	let scores = Data([&[batch, classes], rest.as_slice()].concat());
	let targets = Within([&[batch], rest.as_slice()].concat(), 0, (classes as i64 - 1).max(0));
	let weights = maybe(Data(vec![classes]), source);
	of(vec![
		("input", scores.clone()),
		("scores", scores),
		("target", targets.clone()),
		("labels", targets),
		("weight", weights.clone()),
		("weights", weights),
	])
}

fn quantize(source: &mut Source<'_>) -> Layout {
	let x = shape(source.pick(&[2, 3, 1]), source);
	let axis = source.below(x.len());
	let (scale, attributes) = match source.below(3) {
		0 => (vec![], vec![]),
		1 => (vec![x[axis]], vec![int("axis", axis as i64)]),
		_ => {
			let block = source.pick(&[1, 2, 3]);
			let mut scale = x.clone();
			scale[axis] = x[axis].div_ceil(block);
			(scale, vec![int("axis", axis as i64), int("block_size", block as i64)])
		}
	};
	let zero = maybe(Data(scale.clone()), source);
	let operands = vec![
		("x", Data(x)),
		("x_scale", Data(scale.clone())),
		("y_scale", Data(scale)),
		("x_zero_point", zero.clone()),
		("y_zero_point", zero),
	];
	Layout { operands, attributes }
}

fn einsum(source: &mut Source<'_>) -> Layout {
	let [a, b, c, d] = [(); 4].map(|()| size(source));
	let (equation, shapes): (_, Vec<Vec<usize>>) = match source.below(9) {
		0 => ("ab,bc->ac", vec![vec![a, b], vec![b, c]]),
		1 => ("abc,acd->abd", vec![vec![a, b, c], vec![a, c, d]]),
		2 => ("aa->a", vec![vec![a, a]]),
		3 => ("ab->", vec![vec![a, b]]),
		4 => ("...a,...a", vec![vec![b, a], vec![b, a]]),
		5 => ("ab,cd->abcd", vec![vec![a, b], vec![c, d]]),
		6 => ("ab->ba", vec![vec![a, b]]),
		7 => ("abc,ab,bc->c", vec![vec![a, b, c], vec![a, b], vec![b, c]]),
		_ => ("...ab,...b->...a", vec![vec![c, d, a, b], vec![d, b]]),
	};
	let operands = shapes.into_iter().map(|shape| ("Inputs", Data(shape))).collect();
	Layout { operands, attributes: vec![string("equation", equation)] }
}

/// Operators on images and signals.
fn images(operator: &str, source: &mut Source<'_>) -> Option<Layout> {
	let [batch, channels] = [(); 2].map(|()| size(source));
	let [height, width, rois] = [(); 3].map(|()| size(source));
	let image = vec![batch, channels, height, width];
	Some(match operator {
		"GridSample" => of(vec![("X", Data(image)), ("grid", Data(vec![batch, rois, channels, 2]))]),
		"AffineGrid" => {
			let size = image.iter().map(|&size| size as i64).collect();
			of(vec![("theta", Data(vec![batch, 2, 3])), ("size", Ints(size, 1))])
		}
		"RoiAlign" => of(vec![
			("X", Data(image)),
			("rois", Data(vec![rois, 4])),
			("batch_indices", Within(vec![rois], 0, (batch as i64 - 1).max(0))),
		]),
		"MaxRoiPool" => of(vec![("X", Data(image)), ("rois", Within(vec![rois, 5], 0, 3))]),
		"MaxUnpool" => {
			let count = image.iter().product::<usize>() as i64;
			of(vec![("X", Data(image.clone())), ("I", Within(image, 0, 4 * count)), ("output_shape", Absent)])
		}
		"DepthToSpace" => {
			let block = source.pick(&[1, 2, 3]);
			let operands = vec![("input", Data(vec![batch, channels * block * block, height, width]))];
			Layout { operands, attributes: vec![int("blocksize", block as i64)] }
		}
		"Col2Im" => {
			let [h, w] = [(); 2].map(|()| source.pick(&[1usize, 2, 3]));
			let places = (height.max(h) - h + 1) * (width.max(w) - w + 1);
			of(vec![
				("input", Data(vec![batch, channels * h * w, places])),
				("image_shape", Ints(vec![height.max(h) as i64, width.max(w) as i64], 1)),
				("block_shape", Ints(vec![h as i64, w as i64], 1)),
			])
		}
		"CausalConvWithState" => {
			let taps = source.pick(&[1, 2, 3, 4]);
			of(vec![
				("input", Data(vec![batch, channels, width])),
				("weight", Data(vec![channels, 1, taps])),
				("bias", maybe(Data(vec![channels]), source)),
				("past_state", maybe(Data(vec![batch, channels, taps - 1]), source)),
			])
		}
		"DFT" => {
			let parts = source.pick(&[1, 2]);
			of(vec![
				("input", Data(vec![batch, channels, width, parts])),
				("dft_length", maybe(Within(Vec::new(), 0, 9), source)),
				("axis", maybe(Ints(list(1, -3, 2, source), 0), source)),
			])
		}
		"STFT" => {
			let (length, parts) = (width + source.below(8), source.pick(&[1, 2]));
			of(vec![
				("signal", Data(vec![batch, length, parts])),
				("frame_step", Within(Vec::new(), 1, 4)),
				("window", maybe(Data(vec![width]), source)),
				("frame_length", maybe(Ints(vec![width as i64], 0), source)),
			])
		}
		_ => return None,
	})
}

/// Operators with positions in other tensors.
fn positions(operator: &str, source: &mut Source<'_>) -> Option<Layout> {
	let data = shape(source.pick(&[2, 3, 1, 4]), source);
	let rank = data.len();
	let axis = source.below(rank);
	let least = data.iter().copied().min().unwrap_or_default() as i64;
	let most = (least - 1).max(0) + i64::from(source.once_in(8));
	let on_axis = vec![int("axis", axis as i64)];
	let (operands, attributes) = match operator {
		"GatherElements" | "Scatter" | "ScatterElements" => {
			let part: Vec<usize> = data.iter().map(|&size| size - source.below(size.min(2) + 1)).collect();
			let indices = Within(part.clone(), -least, most);
			(vec![("data", Data(data)), ("indices", indices), ("updates", Data(part))], on_axis)
		}
		"GatherND" | "ScatterND" => {
			let depth = source.below(rank) + 1;
			let many = size(source);
			let updates = [&[many], &data[depth..]].concat();
			let indices = Within(vec![many, depth], -least, most);
			(vec![("data", Data(data)), ("indices", indices), ("updates", Data(updates))], Vec::new())
		}
		"TensorScatter" => {
			let mut update = data.clone();
			update[axis] = source.below(data[axis] + 1);
			let places = Within(vec![data[0]], 0, (data[axis] - update[axis]) as i64);
			let operands = vec![
				("past_cache", Data(data)),
				("update", Data(update)),
				("write_indices", maybe(places, source)),
			];
			(operands, on_axis)
		}
		"ReverseSequence" => {
			let [time, batch] = [data[0], data.get(1).copied().unwrap_or(1)];
			let lengths = Within(vec![batch], 0, time as i64);
			(vec![("input", Data(data)), ("sequence_lens", lengths)], Vec::new())
		}
		"OneHot" => {
			let depth = Within(source.pick(&[&[][..], &[1]]).to_vec(), 0, 5);
			(vec![("indices", Within(data, -4, 5)), ("depth", depth), ("values", Data(vec![2]))], Vec::new())
		}
		"NonMaxSuppression" => {
			let [batch, boxes, classes] = [(); 3].map(|()| size(source));
			let scalar = |source: &mut Source<'_>| maybe(Data(vec![1]), source);
			let operands = vec![
				("boxes", Data(vec![batch, boxes, 4])),
				("scores", Data(vec![batch, classes, boxes])),
				("max_output_boxes_per_class", maybe(Within(vec![1], 0, 4), source)),
				("iou_threshold", scalar(source)),
				("score_threshold", scalar(source)),
			];
			(operands, Vec::new())
		}
		"Concat" => {
			let mut other = data.clone();
			other[axis] = size(source);
			(vec![("inputs", Data(data)), ("inputs", Data(other))], on_axis)
		}
		_ => return None,
	};
	Some(Layout { operands, attributes })
}
