//! `Strict` as a Burn backend: the bits of the scalar definitions, and numbers close to those of Flex.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use assay_backend::Strict;
use assay_numerics::{Binary, Unary, dot};
use burn_backend::{
	Backend, BoolDType, DType, Distribution, FloatDType, IntDType, Shape, TensorData,
	ops::{
		ActivationOps, AttentionModuleOptions, BoolTensorOps, ConvOptions, ConvTransposeOptions,
		DeformConvOptions, FloatTensorOps, IntTensorOps, InterpolateMode, InterpolateOptions, ModuleOps,
		QTensorOps,
	},
	quantization::QuantScheme,
	tensor::IndexingUpdateOp,
};
use burn_flex::{Flex, FlexDevice, FlexTensor};
use common::{finite, float};
use proptest::{collection::vec, prelude::*, sample::select};

fn tensor(elements: Vec<f32>, shape: &[usize]) -> FlexTensor {
	Strict::float_from_data(TensorData::new(elements, shape.to_vec()), &FlexDevice)
}

fn ints(elements: Vec<i64>, shape: &[usize]) -> FlexTensor {
	FlexTensor::from_data(TensorData::new(elements, shape.to_vec()))
}

/// The elements, with NaN canonical.
fn elements(x: FlexTensor) -> Vec<f32> {
	let data = burn_backend::read_sync(Strict::float_into_data(x)).unwrap();
	data.try_into_vec::<f32>().unwrap()
}

fn bits(x: FlexTensor) -> Vec<u32> {
	elements(x).into_iter().map(f32::to_bits).collect()
}

fn canonical_bits(x: impl IntoIterator<Item = f32>) -> Vec<u32> {
	x.into_iter().map(|x| assay_numerics::canonical(x).to_bits()).collect()
}

/// Closeness in the maximum norm: an element where large terms cancel carries the rounding of those terms, so it is the
/// largest element that sets the scale.
#[track_caller]
fn assert_close(strict: FlexTensor, flex: FlexTensor) {
	assert_eq!(strict.layout().shape(), flex.layout().shape());
	let (strict, flex) = (elements(strict), elements(flex));
	let scale = strict.iter().chain(&flex).fold(1.0f32, |scale, x| scale.max(x.abs()));
	for (i, (a, b)) in strict.into_iter().zip(flex).enumerate() {
		let tolerance = 1e-5 * scale;
		assert!((a - b).abs() <= tolerance, "element {i}: Strict has {a}, Flex has {b}");
	}
}

/// A random tensor of finite numbers.
fn some(shape: impl Into<Vec<usize>>) -> BoxedStrategy<FlexTensor> {
	let shape = shape.into();
	let count = shape.iter().product::<usize>();
	vec(finite(), count).prop_map(move |x| tensor(x, &shape)).boxed()
}

proptest! {
	#[test]
	fn elementwise_functions_should_be_those_of_numerics(x in vec(float(), 1..40)) {
		let len = [x.len()];
		type Method = fn(FlexTensor) -> FlexTensor;
		let cases: [(Method, Unary); 12] = [
			(Strict::float_exp, Unary::Exp), (Strict::float_log, Unary::Log), (Strict::float_log1p, Unary::Log1p),
			(Strict::float_tanh, Unary::Tanh), (Strict::float_erf, Unary::Erf), (Strict::float_sin, Unary::Sin),
			(Strict::float_cos, Unary::Cos), (Strict::float_sqrt, Unary::Sqrt),
			(Strict::float_recip, Unary::Reciprocal), (Strict::float_round, Unary::Round),
			(Strict::sigmoid, Unary::Sigmoid), (Strict::gelu, Unary::Gelu),
		];
		for (method, definition) in cases {
			let found = bits(method(tensor(x.clone(), &len)));
			prop_assert_eq!(found, canonical_bits(x.iter().map(|&x| definition.apply(x))), "{:?}", definition);
		}
	}

	#[test]
	fn pairwise_functions_should_be_those_of_numerics(x in vec((float(), float()), 1..40)) {
		let len = [x.len()];
		let (a, b): (Vec<f32>, Vec<f32>) = x.iter().copied().unzip();
		type Method = fn(FlexTensor, FlexTensor) -> FlexTensor;
		let cases: [(Method, Binary); 7] = [
			(Strict::float_add, Binary::Add), (Strict::float_sub, Binary::Sub), (Strict::float_mul, Binary::Mul),
			(Strict::float_div, Binary::Div), (Strict::float_powf, Binary::Pow),
			(Strict::float_remainder, Binary::FloorMod), (Strict::float_atan2, Binary::Atan2),
		];
		for (method, definition) in cases {
			let found = bits(method(tensor(a.clone(), &len), tensor(b.clone(), &len)));
			prop_assert_eq!(found, canonical_bits(x.iter().map(|&(a, b)| definition.apply(a, b))), "{:?}", definition);
		}
	}

	#[test]
	fn matmul_should_be_dot_products_of_the_definition(
		(a, b, m, k, n) in (1usize..5, 0usize..600, 1usize..5).prop_flat_map(|(m, k, n)| {
			(vec(finite(), m * k), vec(finite(), k * n), Just(m), Just(k), Just(n))
		}),
	) {
		let found = bits(Strict::float_matmul(tensor(a.clone(), &[m, k]), tensor(b.clone(), &[k, n])));
		let expected = (0..m * n).map(|i| {
			let column: Vec<f32> = (0..k).map(|j| b[j * n + i % n]).collect();
			dot(&a[i / n * k..][..k], &column)
		});
		prop_assert_eq!(found, canonical_bits(expected));
	}

	#[test]
	fn conv2d_should_be_dot_products_over_channel_row_column(
		(x, w, b) in (vec(finite(), 2 * 3 * 6 * 5), vec(finite(), 4 * 3 * 3 * 2), vec(finite(), 4)),
	) {
		let options = ConvOptions::new_with_padding([2, 1], [(1, 0), (1, 1)], [1, 2], 1);
		let found = Strict::conv2d(
			tensor(x.clone(), &[2, 3, 6, 5]), tensor(w.clone(), &[4, 3, 3, 2]), Some(tensor(b.clone(), &[4])), options,
		);
		let (rows, columns) = (3, 5);
		prop_assert_eq!(found.layout().shape().as_slice(), &[2, 4, rows, columns]);
		let at = |n: usize, c: usize, y: isize, x_: isize| {
			let inside = (0..6).contains(&y) && (0..5).contains(&x_);
			if inside { x[((n * 3 + c) * 6 + y as usize) * 5 + x_ as usize] } else { 0. }
		};
		let expected = (0..2 * 4 * rows * columns).map(|i| {
			let (n, m, oy, ox) = (i / (4 * rows * columns), i / (rows * columns) % 4, i / columns % rows, i % columns);
			let patch: Vec<f32> = (0..3 * 3 * 2)
				.map(|tap| {
					let (c, ky, kx) = (tap / 6, tap / 2 % 3, tap % 2);
					at(n, c, (oy * 2 + ky) as isize - 1, (ox + kx * 2) as isize - 1)
				})
				.collect();
			dot(&w[m * 18..][..18], &patch) + b[m]
		});
		prop_assert_eq!(bits(found), canonical_bits(expected));
	}

	#[test]
	fn sums_should_be_those_of_the_definition(x in vec(float(), 1..700)) {
		let found = bits(Strict::float_sum(tensor(x.clone(), &[x.len()])));
		prop_assert_eq!(found, canonical_bits([assay_numerics::sum(&x)]));
	}

	#[test]
	fn cumulative_sum_should_be_a_chain(x in vec(float(), 1..40)) {
		let mut sum = 0f32;
		let expected: Vec<f32> =
			x.iter().enumerate().map(|(i, &x)| { sum = if i == 0 { x } else { sum + x }; sum }).collect();
		prop_assert_eq!(bits(Strict::float_cumsum(tensor(x.clone(), &[1, x.len()]), 1)), canonical_bits(expected));
	}

	#[test]
	fn views_should_give_the_bits_of_copies(x in some([4, 6])) {
		let view = Strict::float_transpose(x);
		let copy = tensor(elements(view.clone()), &[6, 4]);
		prop_assert_eq!(bits(Strict::float_exp(view.clone())), bits(Strict::float_exp(copy.clone())));
		prop_assert_eq!(bits(Strict::softmax(view.clone(), 1)), bits(Strict::softmax(copy.clone(), 1)));
		prop_assert_eq!(bits(Strict::float_sum_dim(view.clone(), 0)), bits(Strict::float_sum_dim(copy.clone(), 0)));
		let flat = Strict::float_transpose(view.clone());
		prop_assert_eq!(bits(Strict::float_matmul(flat, view.clone())), bits(Strict::float_matmul(
			Strict::float_from_data(Strict::float_transpose(copy.clone()).into_data(), &FlexDevice), copy)));
	}

	#[test]
	fn half_floats_should_be_computed_wide_and_rounded_once(x in vec(-8f32..8., 1..40)) {
		for dtype in [FloatDType::F16, FloatDType::BF16] {
			let narrow = Strict::float_cast(tensor(x.clone(), &[x.len()]), dtype);
			let wide = Strict::float_cast(narrow.clone(), FloatDType::F32);
			let found = Strict::float_exp(narrow.clone());
			prop_assert_eq!(found.dtype(), DType::from(dtype));
			let expected = Strict::float_cast(Strict::float_exp(wide), dtype);
			prop_assert_eq!(found.into_data().bytes().to_vec(), expected.into_data().bytes().to_vec());
		}
	}

	#[test]
	fn sorting_should_be_stable(x in vec(-2i8..2, 1..30), descending in any::<bool>()) {
		let values = tensor(x.iter().map(|&x| x.into()).collect(), &[x.len()]);
		let indices = Strict::float_argsort(values, 0, descending, IntDType::I64);
		let mut expected: Vec<i64> = (0..x.len() as i64).collect();
		expected.sort_by(|&a, &b| {
			let order = x[a as usize].cmp(&x[b as usize]);
			if descending { order.reverse() } else { order }
		});
		prop_assert_eq!(indices.into_data().try_into_vec::<i64>().unwrap(), expected);
	}

	#[test]
	fn modules_should_be_close_to_those_of_flex(
		(x, w, b, wt) in (some([2, 4, 7, 6]), some([6, 2, 3, 2]), some([6]), some([4, 3, 3, 2])),
	) {
		let conv = || ConvOptions::new([2, 1], [1, 1], [1, 2], 2);
		assert_close(
			Strict::conv2d(x.clone(), w.clone(), Some(b.clone()), conv()),
			Flex::conv2d(x.clone(), w.clone(), Some(b.clone()), conv()),
		);
		let transposed = || ConvTransposeOptions::new([2, 2], [1, 0], [1, 1], [1, 2], 2);
		assert_close(
			Strict::conv_transpose2d(x.clone(), wt.clone(), Some(b.clone()), transposed()),
			Flex::conv_transpose2d(x.clone(), wt, Some(b), transposed()),
		);
		for ceil_mode in [false, true] {
			assert_close(
				Strict::max_pool2d(x.clone(), [3, 2], [2, 2], [1, 1], [1, 2], ceil_mode),
				Flex::max_pool2d(x.clone(), [3, 2], [2, 2], [1, 1], [1, 2], ceil_mode),
			);
			for include in [false, true] {
				assert_close(
					Strict::avg_pool2d(x.clone(), [3, 2], [2, 2], [1, 1], include, ceil_mode),
					Flex::avg_pool2d(x.clone(), [3, 2], [2, 2], [1, 1], include, ceil_mode),
				);
			}
		}
		assert_close(Strict::adaptive_avg_pool2d(x.clone(), [3, 4]), Flex::adaptive_avg_pool2d(x.clone(), [3, 4]));
		for mode in [
			InterpolateMode::Nearest, InterpolateMode::Bilinear,
			InterpolateMode::Bicubic, InterpolateMode::Lanczos3,
		] {
			for align in [false, true] {
				let options = InterpolateOptions::new(mode.clone()).with_align_corners(align);
				assert_close(
					Strict::interpolate(x.clone(), [5, 11], options.clone()),
					Flex::interpolate(x.clone(), [5, 11], options),
				);
			}
		}
	}

	#[test]
	fn gradients_of_pools_should_be_close_to_those_of_flex((x, grad) in (some([2, 3, 7, 6]), some([2, 3, 4, 4]))) {
		let (kernel, stride, padding) = ([3, 2], [2, 2], [1, 1]);
		for include in [false, true] {
			assert_close(
				Strict::avg_pool2d_backward(x.clone(), grad.clone(), kernel, stride, padding, include, false),
				Flex::avg_pool2d_backward(x.clone(), grad.clone(), kernel, stride, padding, include, false),
			);
		}
		let strict =
			Strict::max_pool2d_with_indices(x.clone(), kernel, stride, padding, [1, 1], false, IntDType::I64);
		assert_close(
			Strict::max_pool2d_with_indices_backward(
				x.clone(), kernel, stride, padding, [1, 1], false, grad.clone(), strict.indices.clone(),
			)
			.x_grad,
			Flex::max_pool2d_with_indices_backward(
				x.clone(), kernel, stride, padding, [1, 1], false, grad.clone(), strict.indices,
			)
			.x_grad,
		);
		assert_close(
			Strict::adaptive_avg_pool2d_backward(x.clone(), grad.clone()),
			Flex::adaptive_avg_pool2d_backward(x.clone(), grad.clone()),
		);
		for mode in [InterpolateMode::Bilinear, InterpolateMode::Bicubic] {
			let options = InterpolateOptions::new(mode);
			assert_close(
				Strict::interpolate_backward(x.clone(), grad.clone(), [4, 4], options.clone()),
				Flex::interpolate_backward(x.clone(), grad.clone(), [4, 4], options),
			);
		}
	}

	#[test]
	fn deformable_convolution_should_be_close_to_that_of_flex(
		(x, offset, w, mask, b) in (
			some([2, 4, 5, 5]), some([2, 2 * 2 * 6, 5, 4]), some([6, 2, 3, 2]), some([2, 2 * 6, 5, 4]), some([6]),
		),
	) {
		let options = || DeformConvOptions::new([1, 1], [1, 0], [1, 1], 2, 2);
		assert_close(
			Strict::deform_conv2d(
				x.clone(), offset.clone(), w.clone(), Some(mask.clone()), Some(b.clone()), options()),
			Flex::deform_conv2d(x, offset, w, Some(mask), Some(b), options()),
		);
	}

	#[test]
	fn attention_and_norms_should_be_close_to_those_of_flex(
		(q, k, v, gamma, beta) in (some([1, 2, 5, 8]), some([1, 2, 7, 8]), some([1, 2, 7, 6]), some([8]), some([8])),
	) {
		let options = AttentionModuleOptions { is_causal: true, ..Default::default() };
		assert_close(
			Strict::attention(q.clone(), k.clone(), v.clone(), None, None, options),
			Flex::attention(q.clone(), k.clone(), v.clone(), None, None, options),
		);
		for dim in 0..4 {
			assert_close(Strict::softmax(q.clone(), dim), Flex::softmax(q.clone(), dim));
			assert_close(Strict::log_softmax(q.clone(), dim), Flex::log_softmax(q.clone(), dim));
		}
		assert_close(
			Strict::layer_norm(q.clone(), gamma.clone(), Some(beta.clone()), 1e-3),
			Flex::layer_norm(q, gamma, Some(beta), 1e-3),
		);
	}

	#[test]
	fn reductions_and_scans_should_be_close_to_those_of_flex(x in some([3, 4, 5]), dim in 0usize..3) {
		type Both = fn(FlexTensor, usize) -> (FlexTensor, FlexTensor);
		let cases: [Both; 9] = [
			|x, d| (Strict::float_sum_dim(x.clone(), d), Flex::float_sum_dim(x, d)),
			|x, d| (Strict::float_mean_dim(x.clone(), d), Flex::float_mean_dim(x, d)),
			|x, d| (Strict::float_prod_dim(x.clone(), d), Flex::float_prod_dim(x, d)),
			|x, d| (Strict::float_max_dim(x.clone(), d), Flex::float_max_dim(x, d)),
			|x, d| (Strict::float_min_dim(x.clone(), d), Flex::float_min_dim(x, d)),
			|x, d| (Strict::float_cumsum(x.clone(), d), Flex::float_cumsum(x, d)),
			|x, d| (Strict::float_cumprod(x.clone(), d), Flex::float_cumprod(x, d)),
			|x, d| (Strict::float_cummin(x.clone(), d), Flex::float_cummin(x, d)),
			|x, d| (Strict::float_cummax(x.clone(), d), Flex::float_cummax(x, d)),
		];
		for case in cases {
			let (strict, flex) = case(x.clone(), dim);
			assert_close(strict, flex);
		}
		let (strict, flex) =
			(Strict::float_argmax(x.clone(), dim, IntDType::I32), Flex::float_argmax(x, dim, IntDType::I32));
		prop_assert_eq!(strict.into_data(), flex.into_data());
	}

	#[test]
	fn scattering_should_be_close_to_that_of_flex(
		x in some([3, 4]), value in some([5, 4]), indices in vec(0i64..3, 20),
		update in select(vec![
			IndexingUpdateOp::Assign, IndexingUpdateOp::Add, IndexingUpdateOp::Mul, IndexingUpdateOp::Min,
			IndexingUpdateOp::Max,
		]),
	) {
		let scattered = ints(indices.clone(), &[5, 4]);
		assert_close(
			Strict::float_scatter(0, x.clone(), scattered.clone(), value.clone(), update),
			Flex::float_scatter(0, x.clone(), scattered, value.clone(), update),
		);
		let rows = ints(indices[..5].to_vec(), &[5]);
		assert_close(
			Strict::float_select_assign(x.clone(), 0, rows.clone(), value.clone(), update),
			Flex::float_select_assign(x.clone(), 0, rows, value.clone(), update),
		);
		let tuples = ints(indices[..5].to_vec(), &[5, 1]);
		assert_close(
			Strict::float_scatter_nd(x.clone(), tuples.clone(), value.clone(), update),
			Flex::float_scatter_nd(x, tuples, value, update),
		);
	}

	#[test]
	fn cross_product_should_be_that_of_the_formula(a in vec(finite(), 6), b in vec(finite(), 6)) {
		let found = bits(Strict::float_cross(tensor(a.clone(), &[2, 3]), tensor(b.clone(), &[2, 3]), 1));
		let expected = (0..6).map(|i| {
			let (row, i) = (i / 3 * 3, i % 3);
			let (j, k) = (row + (i + 1) % 3, row + (i + 2) % 3);
			a[j] * b[k] - a[k] * b[j]
		});
		prop_assert_eq!(found, canonical_bits(expected));
	}
}

#[test]
fn double_to_half_should_round_once() {
	// 1 + 2^-11 lies halfway between two f16; the rest is lost on the way through f32, but decides.
	let x = 1. + 2f64.powi(-11) + 2f64.powi(-40);
	let x = FlexTensor::from_data(TensorData::new(vec![x, -x, 1e300, 1e-300, f64::NAN], [5]));
	let half = Strict::float_cast(x, FloatDType::F16).into_data().try_into_vec::<half::f16>().unwrap();
	let bits: Vec<u16> = half.into_iter().map(half::f16::to_bits).collect();
	assert_eq!(bits, [0x3c01, 0xbc01, 0x7c00, 0, 0x7e00]);
}

#[test]
fn nearest_exact_should_take_the_pixel_under_the_middle_of_the_output_pixel() {
	let x = tensor(vec![0., 1., 2., 3., 4.], &[1, 1, 1, 5]);
	let options = InterpolateOptions::new(InterpolateMode::NearestExact);
	assert_eq!(elements(Strict::interpolate(x, [1, 3], options)), [0., 2., 4.]);
}

#[test]
fn integers_beyond_the_signed_range_should_fill_a_tensor() {
	let x = Strict::int_full(Shape::new([2]), u64::MAX.into(), &FlexDevice, IntDType::U64);
	assert_eq!(x.storage::<u64>(), [u64::MAX; 2]);
}

#[test]
fn selected_booleans_should_stay_booleans() {
	let x = FlexTensor::from_data(TensorData::new(vec![true, false], [2]));
	let selected = Strict::bool_select(x, 0, ints(vec![1, 0, 0], &[3])).into_data();
	assert_eq!(selected.try_into_vec::<bool>().unwrap(), [false, true, true]);
}

#[test]
fn scalars_should_be_rounded_to_half_before_they_are_compared() {
	// 2049 lies between two f16; ties go to even, 2048.
	let x = Strict::float_cast(tensor(vec![2048., 2050.], &[2]), FloatDType::F16);
	let equal = Strict::float_equal_elem(x, 2049f64.into(), BoolDType::Native).into_data();
	assert_eq!(equal.try_into_vec::<bool>().unwrap(), [true, false]);
}

#[test]
fn nan_should_leave_the_backend_canonical() {
	let x = tensor(vec![f32::from_bits(0xffc1_2345), 1.0], &[2]);
	let data = burn_backend::read_sync(Strict::float_into_data(x)).unwrap();
	assert_eq!(data.as_slice::<f32>().unwrap()[0].to_bits(), 0x7fc0_0000);
}

#[test]
fn random_tensors_should_repeat_after_the_same_seed_and_differ_between_draws() {
	let draw =
		|distribution| Strict::float_random(Shape::new([1000]), distribution, &FlexDevice, FloatDType::F32);
	let normal = Distribution::Normal(1., 2.);
	Strict::seed(&FlexDevice, 7);
	let (first, second) = (bits(draw(normal)), bits(draw(normal)));
	Strict::seed(&FlexDevice, 7);
	assert_eq!(bits(draw(normal)), first);
	assert_ne!(first, second);

	let uniform = elements(draw(Distribution::Uniform(-1., 3.)));
	assert!(uniform.iter().all(|x| (-1. ..3.).contains(x)));
	let coins = elements(draw(Distribution::Bernoulli(0.25)));
	assert!((200..300).contains(&coins.iter().filter(|&&x| x == 1.).count()));
	let dice =
		Strict::int_random(Shape::new([1000]), Distribution::Uniform(0., 6.), &FlexDevice, IntDType::U8);
	assert!((0..6).all(|face| dice.storage::<u8>().contains(&face)));
}

#[test]
#[should_panic = "this thread has no seed"]
fn random_tensors_should_be_refused_when_the_thread_was_not_seeded() {
	std::thread::spawn(|| {
		Strict::float_random(Shape::new([1]), Distribution::Default, &FlexDevice, FloatDType::F32)
	})
	.join()
	.map_err(|panic| std::panic::resume_unwind(panic))
	.ok();
}

#[test]
#[should_panic = "cast the tensor to f32 first"]
fn arithmetic_on_doubles_should_be_refused() {
	let x = FlexTensor::from_data(TensorData::new(vec![1f64], [1]));
	let _ = Strict::float_exp(x);
}

#[test]
fn doubles_should_be_stored_but_not_supported() {
	assert!(!Strict::supports_dtype(&FlexDevice, DType::F64));
	assert!(Strict::supports_dtype(&FlexDevice, DType::F32));
	assert!(Strict::supports_dtype(&FlexDevice, DType::F16));
}

#[test]
fn defaults_of_burn_should_run_on_this_backend() {
	let x = tensor(vec![3., -4., 0., f32::INFINITY], &[2, 2]);
	let ones = tensor(vec![1.; 4], &[2, 2]);
	assert_eq!(elements(Strict::float_hypot(tensor(vec![3.], &[1]), tensor(vec![4.], &[1]))), [5.]);
	let infinite = Strict::float_is_inf(x.clone(), BoolDType::Native).into_data();
	assert_eq!(infinite.iter::<bool>().collect::<Vec<_>>(), [false, false, false, true]);
	let linear = Strict::linear(ones.clone(), ones.clone(), Some(tensor(vec![0.5, 0.], &[2])));
	assert_eq!(elements(linear), [2.5, 2., 2.5, 2.]);
	let (top, at) = Strict::float_topk_with_indices(x, 1, 1, IntDType::I64);
	assert_eq!((elements(top), at.storage::<i64>().to_vec()), (vec![3., f32::INFINITY], vec![0, 1]));

	let scheme = QuantScheme::default();
	let quantised = Strict::quantize_dynamic(tensor(vec![-1., 0.5, 0.25, 1.], &[4]), &scheme);
	let back = elements(Strict::dequantize(quantised, FloatDType::F32));
	assert!(back.iter().zip([-1., 0.5, 0.25, 1.]).all(|(a, b)| (a - b).abs() < 0.01));
}

#[test]
fn description_should_name_profile_and_instruction_set() {
	let isa = assay_numerics::select().unwrap().isa().to_string();
	assert_eq!(assay_backend::describe(), format!("burn 0.22 backend strict-f32/1, kernels {isa}"));
	assert_eq!(Strict::name(&FlexDevice), assay_backend::PROFILE);
}
