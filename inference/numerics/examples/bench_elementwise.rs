//! Speed of everything but the products, beside what copying the same bytes takes.
//!
//! `cargo run --release -p assay-numerics --example bench_elementwise [-- [--json] [NAME…]]`
//!
//! One thread, each instruction set of the machine. Prints nanoseconds per element (of the larger of input and output) and
//! the speed as a fraction of a copy's that reads and writes as many bytes. Both are the best of many short runs, so that
//! other load on the machine matters little. Names select the kernels that contain one of them.

use std::{error::Error, hint::black_box, time::Instant};

use assay_numerics::{
	BatchNorm, Binary, Comparison, Cpu, Pool, Reduction, ShapeError, Unary, Window, average_pool, batch_norm,
	binary, compare, layer_norm, log_softmax, max_pool, reduce, softmax, unary,
};

/// Best time of a call in seconds: runs of about a millisecond, for a while.
fn best(mut call: impl FnMut()) -> f64 {
	call();
	let start = Instant::now();
	call();
	let repeats = (1e-3 / start.elapsed().as_secs_f64().max(1e-9)).clamp(1.0, 1e5) as usize;
	let mut best = f64::INFINITY;
	for _ in 0..40 {
		let start = Instant::now();
		for _ in 0..repeats {
			call();
		}
		best = best.min(start.elapsed().as_secs_f64() / repeats as f64);
	}
	best
}

/// Values spread evenly over [from, to).
fn spread(len: usize, from: f32, to: f32) -> Vec<f32> {
	(0..len)
		.map(|i| from + (to - from) * ((i as u32).wrapping_mul(2_654_435_761) as f32 / 4_294_967_296.0))
		.collect()
}

/// A kernel on its operands: computes into the buffer and fails only where the shapes are wrong.
type Run = Box<dyn Fn(Cpu, &mut [f32]) -> Result<(), ShapeError>>;

struct Case {
	name: String,
	/// Elements read and written.
	read: usize,
	written: usize,
	run: Run,
}

/// Elements of an elementwise case: input and output lie in the second-level cache.
const SOME: usize = 1 << 16;
/// And with larger tensors, in the third or in memory.
const MANY: usize = 1 << 22;

fn elementwise(cases: &mut Vec<Case>) {
	let mut add = |name: &str, op: Unary, from: f32, to: f32, len: usize| {
		let x = spread(len, from, to);
		cases.push(Case {
			name: format!("unary {name}"),
			read: len,
			written: len,
			run: Box::new(move |cpu, out| unary(cpu, op, &x, out)),
		});
	};
	for (name, op) in [
		("abs", Unary::Abs),
		("sign", Unary::Sign),
		("floor", Unary::Floor),
		("round", Unary::Round),
		("trunc", Unary::Trunc),
		("relu", Unary::Relu),
		("clip", Unary::Clip { min: -1.0, max: 1.0 }),
		("leaky_relu", Unary::LeakyRelu { alpha: 0.1 }),
		("hard_swish", Unary::HardSwish),
		("shrink", Unary::Shrink { bias: 0.5, lambda: 1.0 }),
		("reciprocal", Unary::Reciprocal),
		("softsign", Unary::Softsign),
		("exp", Unary::Exp),
		("expm1", Unary::Expm1),
		("sin", Unary::Sin),
		("cos", Unary::Cos),
		("tan", Unary::Tan),
		("atan", Unary::Atan),
		("sinh", Unary::Sinh),
		("cosh", Unary::Cosh),
		("tanh", Unary::Tanh),
		("asinh", Unary::Asinh),
		("erf", Unary::Erf),
		("sigmoid", Unary::Sigmoid),
		("softplus", Unary::Softplus),
		("mish", Unary::Mish),
		("gelu", Unary::Gelu),
		("gelu_tanh", Unary::GeluTanh),
		("elu", Unary::Elu { alpha: 1.0 }),
		("celu", Unary::Celu { alpha: 1.5 }),
		("selu", Unary::Selu { alpha: 1.67, gamma: 1.05 }),
		("swish", Unary::Swish { alpha: 1.0 }),
	] {
		add(name, op, -8.0, 8.0, SOME);
	}
	for (name, op) in
		[("sqrt", Unary::Sqrt), ("log", Unary::Log), ("log1p", Unary::Log1p), ("acosh", Unary::Acosh)]
	{
		add(name, op, 1.0, 100.0, SOME);
	}
	for (name, op) in [("asin", Unary::Asin), ("acos", Unary::Acos), ("atanh", Unary::Atanh)] {
		add(name, op, -1.0, 1.0, SOME);
	}
	add("sin, large angles", Unary::Sin, 1e6, 1e30, SOME);
	add("relu, large", Unary::Relu, -1.0, 1.0, MANY);
	add("exp, large", Unary::Exp, -8.0, 8.0, MANY);
}

fn broadcasts(cases: &mut Vec<Case>) {
	let mut add = |name: &str, op: Binary, a_shape: &[usize], b_shape: &[usize]| {
		let (a_shape, b_shape) = (a_shape.to_vec(), b_shape.to_vec());
		let a = spread(a_shape.iter().product(), 0.5, 4.0);
		let b = spread(b_shape.iter().product(), -3.0, 3.0);
		cases.push(Case {
			name: format!("binary {name}"),
			read: a.len() + b.len(),
			written: a.len().max(b.len()),
			run: Box::new(move |cpu, out| binary(cpu, op, &a, &a_shape, &b, &b_shape, out)),
		});
	};
	add("add", Binary::Add, &[SOME], &[SOME]);
	add("add, large", Binary::Add, &[MANY], &[MANY]);
	add("add a scalar", Binary::Add, &[SOME], &[]);
	add("add [16, 14, 14] + [16, 1, 1]", Binary::Add, &[1, 256, 14, 14], &[256, 1, 1]);
	add("add [64, 56, 56] + [64, 1, 1]", Binary::Add, &[1, 64, 56, 56], &[64, 1, 1]);
	add("add [2048, 7, 7] + [2048, 1, 1]", Binary::Add, &[1, 2048, 7, 7], &[2048, 1, 1]);
	add("add [128, 768] + [768]", Binary::Add, &[128, 768], &[768]);
	add("add [4096, 16] + [16]", Binary::Add, &[4096, 16], &[16]);
	add("sub [128, 768] - [128, 1]", Binary::Sub, &[128, 768], &[128, 1]);
	add("add [256, 64, 4] + [64, 1]", Binary::Add, &[256, 64, 4], &[64, 1]);
	add("mul", Binary::Mul, &[SOME], &[SOME]);
	add("div", Binary::Div, &[SOME], &[SOME]);
	add("max", Binary::Max, &[SOME], &[SOME]);
	add("pow", Binary::Pow, &[SOME], &[SOME]);
	add("pow 2", Binary::Pow, &[SOME], &[]);
	add("prelu", Binary::PRelu, &[1, 64, 32, 32], &[64, 1, 1]);
	add("atan2", Binary::Atan2, &[SOME], &[SOME]);
	add("fmod", Binary::Fmod, &[SOME], &[SOME]);
	add("floor_mod", Binary::FloorMod, &[SOME], &[SOME]);
	let (a, b) = (spread(SOME, 0.0, 1.0), spread(SOME, 0.0, 1.0));
	cases.push(Case {
		name: "compare less".into(),
		read: 2 * SOME,
		written: SOME / 4,
		run: Box::new(move |cpu, out| {
			let mut found = vec![false; SOME];
			compare(cpu, Comparison::Less, &a, &[SOME], &b, &[SOME], &mut found)?;
			out[0] = f32::from(u8::from(found[7]));
			Ok(())
		}),
	});
}

fn reductions(cases: &mut Vec<Case>) {
	let mut add = |name: &str, op: Reduction, shape: &[usize], axes: &[usize]| {
		let (shape, axes) = (shape.to_vec(), axes.to_vec());
		let x = spread(shape.iter().product(), -1.0, 1.0);
		let kept = (0..shape.len()).filter(|i| !axes.contains(i)).map(|i| shape[i]).product();
		cases.push(Case {
			name: format!("reduce {name} {shape:?} over {axes:?}"),
			read: x.len(),
			written: kept,
			run: Box::new(move |cpu, out| reduce(cpu, op, &shape, &axes, &x, &mut out[..kept])),
		});
	};
	add("sum", Reduction::Sum, &[128, 768], &[1]);
	add("sum", Reduction::Sum, &[128, 768], &[0]);
	add("sum", Reduction::Sum, &[4096, 16], &[1]);
	add("sum", Reduction::Sum, &[16, 64, 64], &[1]);
	add("sum", Reduction::Sum, &[64, 1024], &[0]);
	add("sum", Reduction::Sum, &[8, 16, 32, 16], &[0, 2]);
	add("mean", Reduction::Mean, &[1, 2048, 7, 7], &[2, 3]);
	add("mean", Reduction::Mean, &[1, 128, 768], &[1]);
	add("max", Reduction::Max, &[128, 768], &[1]);
	add("max", Reduction::Max, &[128, 768], &[0]);
	add("l2", Reduction::L2, &[128, 768], &[1]);
	add("log_sum_exp", Reduction::LogSumExp, &[128, 768], &[1]);
	add("log_sum_exp", Reduction::LogSumExp, &[128, 768], &[0]);
	add("sum, large,", Reduction::Sum, &[2048, 2048], &[0]);
}

fn norms(cases: &mut Vec<Case>) {
	let mut add = |name: &str, len: usize, run: Run| {
		cases.push(Case { name: name.into(), read: len, written: len, run });
	};
	let x = spread(12 * 128 * 128, -4.0, 4.0);
	add("softmax [1536, 128]", x.len(), Box::new(move |cpu, out| softmax(cpu, &[1536, 128], 1, &x, out)));
	let x = spread(1000 * 64, -4.0, 4.0);
	add("softmax [64, 1000]", x.len(), Box::new(move |cpu, out| softmax(cpu, &[64, 1000], 1, &x, out)));
	let x = spread(4 * 64 * 256, -4.0, 4.0);
	add(
		"softmax [4, 64, 256] over 1",
		x.len(),
		Box::new(move |cpu, out| softmax(cpu, &[4, 64, 256], 1, &x, out)),
	);
	let x = spread(1000 * 64, -4.0, 4.0);
	add(
		"log_softmax [64, 1000]",
		x.len(),
		Box::new(move |cpu, out| log_softmax(cpu, &[64, 1000], 1, &x, out)),
	);
	let (x, scale) = (spread(128 * 768, -4.0, 4.0), spread(768, 0.0, 1.0));
	add(
		"layer_norm [128, 768]",
		x.len(),
		Box::new(move |cpu, out| layer_norm(cpu, 768, 1e-5, &x, &scale, Some(&scale), out, None)),
	);
	for [channels, inner] in [[64, 3136], [512, 49]] {
		let (x, p) = (spread(channels * inner, -4.0, 4.0), spread(channels, 0.5, 1.0));
		add(
			&format!("batch_norm [{channels}, {inner}]"),
			x.len(),
			Box::new(move |cpu, out| {
				let p = BatchNorm { mean: &p, factor: &p, bias: &p };
				batch_norm(cpu, &p, inner, &x, out)
			}),
		);
	}
}

fn pools(cases: &mut Vec<Case>) -> Result<(), ShapeError> {
	for (planes, size, kernel, stride, pad) in [
		(64, 64, 2, 2, 0),
		(64, 56, 3, 2, 1),
		(64, 28, 3, 1, 1),
		(64, 28, 5, 1, 2),
		(256, 14, 2, 2, 0),
		(2048, 7, 7, 1, 0),
	] {
		for max in [true, false] {
			let window = Window::new(&[kernel; 2], &[stride; 2], &[1; 2], &[pad; 2], &[pad; 2])?;
			let output = window.output(&[size; 2], false)?;
			let x = spread(planes * size * size, -1.0, 1.0);
			let written = planes * output.iter().product::<usize>();
			cases.push(Case {
				name: format!(
					"{}_pool {kernel}x{kernel} stride {stride} [{planes}, {size}, {size}]",
					if max { "max" } else { "average" }
				),
				read: x.len(),
				written,
				run: Box::new(move |cpu, out| {
					let shape = Pool { planes, input: &[size; 2], output: &output, window: &window };
					if max {
						max_pool(cpu, &shape, &x, &mut out[..written], None)
					} else {
						average_pool(cpu, &shape, false, &x, &mut out[..written])
					}
				}),
			});
		}
	}
	Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
	let (json, names): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a == "--json");
	let json = !json.is_empty();
	let mut cases = vec![];
	elementwise(&mut cases);
	broadcasts(&mut cases);
	reductions(&mut cases);
	norms(&mut cases);
	pools(&mut cases)?;
	cases.retain(|case| names.is_empty() || names.iter().any(|name| case.name.contains(name.as_str())));
	let cpus: Vec<Cpu> = Cpu::available().into_iter().map(Cpu::single_threaded).collect();
	if !json {
		print!("{:46}", "kernel");
		for cpu in &cpus {
			print!(" {:>8} {:>8}", cpu.isa().name(), "of copy");
		}
		println!("    (ns per element, speed beside a copy of the same bytes)");
	}
	for case in &cases {
		let len = (case.read + case.written).div_ceil(2);
		let (from, mut to) = (spread(len, 0.0, 1.0), vec![0.0f32; len]);
		let copy = best(|| black_box(&mut to).copy_from_slice(black_box(&from)));
		let mut out = vec![0.0; case.written.max(1)];
		if !json {
			print!("{:46}", case.name);
		}
		for cpu in &cpus {
			(case.run)(*cpu, &mut out)?;
			// The shapes were accepted just above.
			let seconds = best(|| {
				let _ = (case.run)(*cpu, black_box(&mut out));
			});
			let nanoseconds = seconds * 1e9 / case.read.max(case.written) as f64;
			if json {
				println!(
					"{{\"kernel\":\"{}\",\"isa\":\"{}\",\"ns_per_element\":{nanoseconds:.4},\"of_copy\":{:.4}}}",
					case.name,
					cpu.isa(),
					copy / seconds
				);
			} else {
				print!(" {nanoseconds:8.3} {:8.2}", copy / seconds);
			}
		}
		if !json {
			println!();
		}
	}
	Ok(())
}
