//! Quantised operators, on values worked out by hand and against sums of integers.

use crate::common::{apply, f32s, fails, i64s, int, ints, one};
use assay_graph::{DType, HostTensor};

fn u8s(shape: &[usize], values: &[u8]) -> HostTensor {
	HostTensor::from_vec(shape, values.to_vec()).unwrap()
}

fn i8s(shape: &[usize], values: &[i8]) -> HostTensor {
	HostTensor::from_vec(shape, values.to_vec()).unwrap()
}

fn i32s(shape: &[usize], values: &[i32]) -> HostTensor {
	HostTensor::from_vec(shape, values.to_vec()).unwrap()
}

fn scalar(value: f32) -> HostTensor {
	HostTensor::scalar(value)
}

/// Numbers without a pattern.
fn bytes(count: usize, seed: u32) -> Vec<u8> {
	(0..count as u32).map(|i| ((i ^ seed).wrapping_mul(0x9e37_79b9) >> 24) as u8).collect()
}

#[test]
fn quantize_should_round_ties_to_even_before_it_adds_the_zero_point_and_saturate() {
	let x = f32s(&[6], &[1.0, 3.0, -5.0, 1e9, -1e9, f32::NAN]);
	let quantized = one("QuantizeLinear", 13, vec![], &[x.clone(), scalar(2.0), HostTensor::scalar(1u8)]);
	assert_eq!(quantized, u8s(&[6], &[1, 3, 0, 255, 0, 0]));
	let signed = one("QuantizeLinear", 13, vec![], &[x.clone(), scalar(2.0), HostTensor::scalar(-1i8)]);
	assert_eq!(signed, i8s(&[6], &[-1, 1, -3, 127, -128, 0]));
	assert_eq!(one("QuantizeLinear", 10, vec![], &[x, scalar(2.0)]), u8s(&[6], &[0, 2, 0, 255, 0, 0]));
}

#[test]
fn quantize_should_lay_scales_over_axes_and_blocks() {
	let x = f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let (scale, zero) = (f32s(&[3], &[1.0, 2.0, 3.0]), u8s(&[3], &[0, 10, 20]));
	assert_eq!(
		one("QuantizeLinear", 13, vec![], &[x.clone(), scale, zero]),
		u8s(&[2, 3], &[1, 11, 21, 4, 12, 22])
	);
	let rows = f32s(&[2], &[1.0, 2.0]);
	let by_row = one("QuantizeLinear", 13, vec![int("axis", -2)], &[x.clone(), rows]);
	assert_eq!(by_row, u8s(&[2, 3], &[1, 2, 3, 2, 2, 3]));
	// Blocks of two along an axis of three: the last one is cut.
	let blocks = f32s(&[2, 2], &[1.0, 3.0, 2.0, 6.0]);
	let attributes =
		vec![int("axis", 1), int("block_size", 2), int("output_dtype", DType::I16.onnx().into())];
	let blocked = one("QuantizeLinear", 21, attributes, &[x.clone(), blocks]);
	assert_eq!(blocked.as_slice::<i16>().unwrap(), [1, 2, 1, 2, 2, 1]);
	let misfit = f32s(&[2], &[1.0, 2.0]);
	assert!(fails("QuantizeLinear", 13, vec![], &[x.clone(), misfit.clone()]).contains("do not fit"));
	assert!(fails("QuantizeLinear", 13, vec![int("axis", 2)], &[x.clone(), misfit]).contains("axis 2"));
	let zero = u8s(&[3], &[0; 3]);
	assert!(fails("QuantizeLinear", 13, vec![], &[x, scalar(1.0), zero]).contains("shape of the scales"));
}

#[test]
fn quantize_should_reach_the_storage_types_and_round_quotients_to_its_precision() {
	let x = f32s(&[3], &[100.0, -100.0, 0.3]);
	let to = |dtype: DType, more| {
		let attributes = [vec![int("output_dtype", dtype.onnx().into())], more].concat();
		one("QuantizeLinear", 23, attributes, &[x.clone(), scalar(1.0)]).cast(DType::F32)
	};
	assert_eq!(to(DType::I4, vec![]), f32s(&[3], &[7.0, -8.0, 0.0]));
	assert_eq!(to(DType::F8E4M3Fn, vec![]), f32s(&[3], &[96.0, -96.0, 0.3125]));
	// 2049 / 1 is 2048 in float16.
	let large = f32s(&[1], &[2049.0]);
	let attributes = |precision: DType| {
		vec![int("output_dtype", DType::I16.onnx().into()), int("precision", precision.onnx().into())]
	};
	let rounded = |precision| one("QuantizeLinear", 23, attributes(precision), &[large.clone(), scalar(1.0)]);
	assert_eq!(rounded(DType::F16).as_slice::<i16>().unwrap(), [2048]);
	assert_eq!(rounded(DType::F32).as_slice::<i16>().unwrap(), [2049]);
	assert!(
		fails("QuantizeLinear", 23, vec![int("precision", 7)], &[large.clone(), scalar(1.0)])
			.contains("precision")
	);
	assert!(
		fails("QuantizeLinear", 21, vec![int("output_dtype", 1)], &[large.clone(), scalar(1.0)])
			.contains("float32")
	);
	assert!(
		fails("QuantizeLinear", 21, vec![int("output_dtype", 8)], &[large.clone(), scalar(1.0)])
			.contains("8")
	);
	assert!(
		fails("QuantizeLinear", 21, vec![int("block_size", -1)], &[large, scalar(1.0)])
			.contains("block_size")
	);
}

#[test]
fn dequantize_should_subtract_the_zero_point_and_scale() {
	let x = u8s(&[2, 2], &[0, 128, 255, 3]);
	let zero = HostTensor::scalar(128u8);
	assert_eq!(
		one("DequantizeLinear", 10, vec![], &[x.clone(), scalar(0.5), zero]),
		f32s(&[2, 2], &[-64.0, 0.0, 63.5, -62.5])
	);
	let scales = f32s(&[2], &[1.0, 2.0]);
	assert_eq!(
		one("DequantizeLinear", 13, vec![], &[x.clone(), scales.clone()]),
		f32s(&[2, 2], &[0.0, 256.0, 255.0, 6.0])
	);
	assert_eq!(one("DequantizeLinear", 13, vec![], &[i32s(&[1], &[-7]), scalar(2.0)]), f32s(&[1], &[-14.0]));
	let half = scales.cast(DType::F16);
	assert_eq!(one("DequantizeLinear", 19, vec![], &[x.clone(), half.clone()]).dtype(), DType::F16);
	let wide = vec![int("output_dtype", 1)];
	assert_eq!(one("DequantizeLinear", 23, wide, &[x.clone(), half]).dtype(), DType::F32);
	assert!(
		fails("DequantizeLinear", 13, vec![], &[x.clone(), scales, i8s(&[2], &[0; 2])])
			.contains("zero point")
	);
	assert!(fails("DequantizeLinear", 13, vec![], &[i64s(&[1], &[1]), scalar(1.0)]).contains("int64"));
	assert!(fails("DequantizeLinear", 13, vec![], &[x, scalar(1.0).cast(DType::F64)]).contains("float64"));
}

#[test]
fn dynamic_quantize_should_span_the_elements_and_zero() {
	let dynamic = |values: &[f32]| {
		let x = f32s(&[values.len()], values);
		let outputs = apply("DynamicQuantizeLinear", 11, vec![], &[Some(x)], 3).unwrap();
		let [y, scale, zero] = outputs.try_into().unwrap();
		(
			y.as_slice::<u8>().unwrap().to_vec(),
			scale.as_slice::<f32>().unwrap()[0],
			zero.as_slice::<u8>().unwrap()[0],
		)
	};
	assert_eq!(dynamic(&[-1.0, 0.0, 4.1]), (vec![0, 50, 255], 5.1 / 255.0, 50));
	assert_eq!(dynamic(&[0.0, 0.0]), (vec![0, 0], 1.0 / 255.0, 0));
	assert_eq!(dynamic(&[2.0]).2, 0);
}

#[test]
fn matmul_integer_should_be_exact_beyond_what_floats_hold() {
	let (m, k, n) = (3, 700, 2);
	let (mut a, b) = (bytes(m * k, 1), bytes(k * n, 2));
	// A row of the largest numbers: its sums exceed 2^24 and are odd.
	a[..k].fill(255);
	let zero_b: Vec<i32> = vec![3, 250];
	let product = |a_zero: &dyn Fn(usize) -> i32, b_zero: &dyn Fn(usize) -> i32| -> Vec<i32> {
		let dot = |i: usize, j: usize| {
			(0..k)
				.map(|p| (i32::from(a[i * k + p]) - a_zero(i)) * (i32::from(b[p * n + j]) - b_zero(j)))
				.sum()
		};
		(0..m * n).map(|i| dot(i / n, i % n)).collect()
	};
	let (a_tensor, b_tensor) = (u8s(&[m, k], &a), u8s(&[k, n], &b));
	let plain = one("MatMulInteger", 10, vec![], &[a_tensor.clone(), b_tensor.clone()]);
	assert_eq!(plain, i32s(&[m, n], &product(&|_| 0, &|_| 0)));
	let zeros = [u8s(&[3], &[7, 0, 255]), u8s(&[2], &[3, 250])];
	let [by_row, by_column] = zeros;
	let shifted = one("MatMulInteger", 10, vec![], &[a_tensor.clone(), b_tensor.clone(), by_row, by_column]);
	assert_eq!(shifted, i32s(&[m, n], &product(&|i| [7, 0, 255][i], &|j| zero_b[j])));
	let vector = one("MatMulInteger", 10, vec![], &[u8s(&[k], &a[..k]), b_tensor.clone()]);
	assert_eq!(vector, i32s(&[n], &product(&|_| 0, &|_| 0)[..n]));
	let wrong = u8s(&[2], &[0; 2]);
	assert!(
		fails("MatMulInteger", 10, vec![], &[a_tensor.clone(), b_tensor.clone(), wrong])
			.contains("do not fit")
	);
	assert!(
		fails("MatMulInteger", 10, vec![], &[a_tensor.clone(), a_tensor.clone()]).contains("do not multiply")
	);
	assert!(fails("MatMulInteger", 10, vec![], &[i32s(&[1, 1], &[1]), b_tensor]).contains("int32"));
	assert!(
		fails("MatMulInteger", 10, vec![], &[a_tensor, u8s(&[700, 1], &[0; 700]), HostTensor::scalar(0i8)])
			.contains("zero point")
	);
}

/// A convolution along one axis, as sums of integers.
fn conv(
	x: &[u8],
	w: &[u8],
	[channels, length]: [usize; 2],
	[outputs, group]: [usize; 2],
	taps: usize,
	zero: i32,
) -> Vec<i32> {
	let per_group = channels / group;
	let positions = length - taps + 1;
	let mut y = vec![];
	for m in 0..outputs {
		for o in 0..positions {
			let mut sum = 0;
			for c in 0..per_group {
				for t in 0..taps {
					let from = (m / (outputs / group) * per_group + c) * length + o + t;
					sum += (i32::from(x[from]) - zero) * i32::from(w[(m * per_group + c) * taps + t]);
				}
			}
			y.push(sum);
		}
	}
	y
}

#[test]
fn conv_integer_should_be_exact_with_many_channels_groups_and_taps() {
	for (channels, group, outputs, taps, length) in
		[(4, 1, 2, 3, 5), (300, 2, 4, 3, 5), (6, 3, 3, 300, 303), (1, 1, 1, 513, 514)]
	{
		let per_group = channels / group;
		let (mut x, mut w) = (bytes(channels * length, 3), bytes(outputs * per_group * taps, 4));
		x[..length].fill(255);
		w[..taps].fill(255);
		let expected = conv(&x, &w, [channels, length], [outputs, group], taps, 9);
		let inputs =
			[u8s(&[1, channels, length], &x), u8s(&[outputs, per_group, taps], &w), HostTensor::scalar(9u8)];
		let found = one("ConvInteger", 10, vec![int("group", group as i64)], &inputs);
		assert_eq!(
			found,
			i32s(&[1, outputs, length - taps + 1], &expected),
			"{channels} channels, {taps} taps"
		);
	}
}

#[test]
fn conv_integer_should_pad_with_the_zero_point_and_take_one_for_each_channel() {
	let (x, w) = (u8s(&[1, 1, 2], &[5, 6]), i8s(&[2, 1, 3], &[1, 1, 1, 2, 2, 2]));
	let inputs = [x.clone(), w.clone(), HostTensor::scalar(4u8), i8s(&[2], &[0, 1])];
	let y = one("ConvInteger", 10, vec![ints("pads", &[1, 1])], &inputs);
	assert_eq!(y, i32s(&[1, 2, 2], &[3, 3, 3, 3]));
	let three = i8s(&[3], &[0; 3]);
	assert!(
		fails(
			"ConvInteger",
			10,
			vec![ints("pads", &[1, 1])],
			&[x.clone(), w.clone(), HostTensor::scalar(0u8), three]
		)
		.contains("one or 2")
	);
	assert!(fails("ConvInteger", 10, vec![], &[x, w]).contains("window"));
}

#[test]
fn quantized_products_should_scale_round_and_saturate_the_sums() {
	let (a, b) = (u8s(&[2, 2], &[1, 2, 3, 4]), i8s(&[2, 2], &[1, -1, 2, 3]));
	let zero = HostTensor::scalar(0u8);
	let inputs = |y_scale: f32, y_zero: HostTensor| {
		[
			a.clone(),
			scalar(0.5),
			zero.clone(),
			b.clone(),
			scalar(1.0),
			HostTensor::scalar(0i8),
			scalar(y_scale),
			y_zero,
		]
	};
	// Sums 5, 5, 11, 9.
	let y = one("QLinearMatMul", 10, vec![], &inputs(1.0, HostTensor::scalar(10u8)));
	assert_eq!(y, u8s(&[2, 2], &[12, 12, 16, 14]), "2.5, 2.5, 5.5 and 4.5 tie to even");
	let y = one("QLinearMatMul", 10, vec![], &inputs(0.01, HostTensor::scalar(0i8)));
	assert_eq!(y, i8s(&[2, 2], &[127; 4]));
	assert!(fails("QLinearMatMul", 10, vec![], &inputs(1.0, i32s(&[], &[0]))).contains("int32"));

	let (x, w) = (u8s(&[1, 1, 2, 2], &[10, 20, 30, 40]), u8s(&[2, 1, 1, 1], &[3, 5]));
	let bias = i32s(&[2], &[100, -100]);
	let one_each = |w_scale: HostTensor, bias: HostTensor| {
		let zero = HostTensor::scalar(10u8);
		[
			x.clone(),
			scalar(1.0),
			zero,
			w.clone(),
			w_scale,
			HostTensor::scalar(1u8),
			scalar(1.0),
			HostTensor::scalar(0u8),
			bias,
		]
	};
	let y = one("QLinearConv", 10, vec![], &one_each(f32s(&[2], &[0.5, 2.0]), bias.clone()));
	assert_eq!(y, u8s(&[1, 2, 2, 2], &[50, 60, 70, 80, 0, 0, 0, 40]));
	assert!(fails("QLinearConv", 10, vec![], &one_each(f32s(&[3], &[1.0; 3]), bias)).contains("one or 2"));
	assert!(fails("QLinearConv", 10, vec![], &one_each(scalar(1.0), i32s(&[1], &[0]))).contains("bias"));
}
