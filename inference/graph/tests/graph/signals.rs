//! Fourier transforms, windows and mel filters.

use crate::common::{apply, f32s, fails, i64s, int, one};
use assay_graph::{DType, HostTensor};

#[track_caller]
fn close(found: &HostTensor, shape: &[usize], expected: &[f32]) {
	assert_eq!(found.shape(), shape);
	let found = found.cast(DType::F32);
	let found = found.as_slice::<f32>().unwrap();
	let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1e-5 * b.abs().max(1.0));
	assert!(near && found.len() == expected.len(), "{found:?} instead of {expected:?}");
}

fn number(value: i64) -> HostTensor {
	i64s(&[], &[value])
}

#[test]
fn dft_should_transform_real_and_complex_signals_both_ways() {
	let real = f32s(&[1, 4, 1], &[1.0, 2.0, 3.0, 4.0]);
	let spectrum = [10.0, 0.0, -2.0, 2.0, -2.0, 0.0, -2.0, -2.0];
	let forward = one("DFT", 20, vec![], std::slice::from_ref(&real));
	close(&forward, &[1, 4, 2], &spectrum);
	close(
		&one("DFT", 20, vec![int("inverse", 1)], &[forward]),
		&[1, 4, 2],
		&[1., 0., 2., 0., 3., 0., 4., 0.],
	);
	let half = one("DFT", 20, vec![int("onesided", 1)], std::slice::from_ref(&real));
	close(&half, &[1, 3, 2], &spectrum[..6]);
	let back = one("DFT", 20, vec![int("onesided", 1), int("inverse", 1)], &[half]);
	close(&back, &[1, 4, 1], &[1.0, 2.0, 3.0, 4.0]);
	// Multiplied by j: the spectrum too.
	let turned = f32s(&[1, 4, 2], &[0., 1., 0., 2., 0., 3., 0., 4.]);
	close(&one("DFT", 20, vec![], &[turned]), &[1, 4, 2], &[0., 10., -2., -2., 0., -2., 2., -2.]);
	let double = one("DFT", 17, vec![], &[real.cast(DType::F64)]);
	assert_eq!(double.dtype(), DType::F64);
	close(&double, &[1, 4, 2], &spectrum);
}

#[test]
fn dft_should_pad_and_cut_and_take_any_axis_but_the_last() {
	let x = f32s(&[3, 2, 1], &[1.0, 5.0, 2.0, 6.0, 4.0, 7.0]);
	let by_rows = one("DFT", 20, vec![], &[x.clone(), number(2), number(0)]);
	close(&by_rows, &[2, 2, 2], &[3., 0., 11., 0., -1., 0., -1., 0.]);
	let padded = one("DFT", 17, vec![int("axis", 0)], &[x.clone(), number(4)]);
	close(&padded, &[4, 2, 2], &[7., 0., 18., 0., -3., -2., -2., -6., 3., 0., 6., 0., -3., 2., -2., 6.]);
	assert!(fails("DFT", 17, vec![int("axis", 2)], std::slice::from_ref(&x)).contains("last axis"));
	assert!(fails("DFT", 20, vec![], &[x.clone(), number(0)]).contains("at least 1"));
	assert!(fails("DFT", 20, vec![int("inverse", 1), int("onesided", 1)], &[x]).contains("complex"));
	assert!(fails("DFT", 20, vec![], &[f32s(&[2, 3], &[0.0; 6])]).contains("complex"));
}

#[test]
fn stft_should_transform_windowed_frames() {
	let x = f32s(&[1, 6, 1], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let inputs = |window: Option<&[f32]>, length: Option<i64>| {
		let window = window.map(|window| f32s(&[window.len()], window));
		[Some(x.clone()), Some(number(2)), window, length.map(number)]
	};
	let run = |window, length| apply("STFT", 17, vec![], &inputs(window, length), 1).map(|mut y| y.remove(0));
	let plain = run(None, Some(4)).unwrap();
	close(&plain, &[1, 2, 3, 2], &[10., 0., -2., 2., -2., 0., 18., 0., -2., 2., -2., 0.]);
	let windowed = run(Some(&[0.0, 1.0, 0.0, 0.0]), None).unwrap();
	close(&windowed, &[1, 2, 3, 2], &[2., 0., 0., -2., -2., 0., 4., 0., 0., -4., -4., 0.]);
	assert!(run(Some(&[1.0; 3]), Some(4)).unwrap_err().contains("frames of 4"));
	assert!(run(None, Some(7)).unwrap_err().contains("frames of 7"));
}

#[test]
fn windows_should_follow_their_formulas() {
	let window = |name, attributes| one(name, 17, attributes, &[number(4)]);
	close(&window("HannWindow", vec![]), &[4], &[0.0, 0.5, 1.0, 0.5]);
	close(&window("HannWindow", vec![int("periodic", 0)]), &[4], &[0.0, 0.75, 0.75, 0.0]);
	close(&window("HammingWindow", vec![]), &[4], &[4.0 / 46.0, 25.0 / 46.0, 1.0, 25.0 / 46.0]);
	close(&window("BlackmanWindow", vec![]), &[4], &[0.0, 0.34, 1.0, 0.34]);
	assert_eq!(window("HannWindow", vec![int("output_datatype", 11)]).dtype(), DType::F64);
	assert!(fails("HannWindow", 17, vec![], &[number(-1)]).contains("-1"));
	assert!(
		fails("HannWindow", 17, vec![int("output_datatype", 9)], &[number(1)]).contains("output_datatype")
	);
}

#[test]
fn mel_weights_should_be_triangles_over_the_bins() {
	let inputs = |upper: f32| {
		let [bands, length, rate] = [2, 16, 8192].map(number);
		[bands, length, rate, HostTensor::scalar(0.0f32), HostTensor::scalar(upper)]
	};
	let weights = one("MelWeightMatrix", 17, vec![], &inputs(4096.0));
	assert_eq!(weights.shape(), [9, 2]);
	let weights = weights.as_slice::<f32>().unwrap();
	assert!(
		(0..2).all(|band| (0..9).any(|bin| weights[bin * 2 + band] == 1.0)),
		"each has its peak: {weights:?}"
	);
	assert!(fails("MelWeightMatrix", 17, vec![], &inputs(1e9)).contains("outside an axis of length 9"));
	assert!(
		fails("MelWeightMatrix", 17, vec![], &[number(1), number(1), number(1), number(1), number(1)])
			.contains("floating")
	);
}
