//! Speed of matrix products and convolutions beside the machine's fused multiply-add peak.
//!
//! `cargo run --release -p assay-numerics --example bench_gemm [-- OPTIONS]`
//!
//! | option | |
//! | --- | --- |
//! | `--filter TEXT` | only cases whose name contains the text |
//! | `--threads N` | besides one thread, measure with N (default: all) |
//! | `--seconds S` | time per case and thread count (default 0.4) |
//! | `--json` | one JSON object per line instead of a table |
//! | `M K N` | one product of that shape |
//!
//! Prints GFLOP/s (two operations per multiply-add) and their fraction of what the cores' multiply-add units can do. Every
//! measured run is short, runs alternate with runs of the peak loop, and the best of each counts: what is compared was
//! undisturbed and at the same clock. Cases that read each weight once are limited by memory: for them the table
//! also has the rate of reading, to be compared with the rate at which this machine reads memory at all.

use std::{
	error::Error,
	hint::black_box,
	time::{Duration, Instant},
};

use assay_numerics::{
	Conv, ConvKind, Cpu, Isa, MatMul, PackedConv, PackedMatrix, Strides, Window, conv, conv_packed,
	matmul_batched, matmul_packed, select,
};

mod shapes;
use shapes::{CONVOLUTIONS, Convolution};

/// Independent chains per instruction stream, enough to hide the latency of current machines.
const CHAINS: usize = 12;
const STEPS: usize = 20_000;

macro_rules! peak {
	($name:ident, $features:literal, $lanes:literal, $set:ident, $fma:ident, $add:ident, $store:ident) => {
		/// Runs `CHAINS` chains of vector multiply-adds; returns the operations done.
		#[cfg(target_arch = "x86_64")]
		#[target_feature(enable = $features)]
		fn $name() -> f64 {
			use std::arch::x86_64::*;
			let (a, b) = ($set(black_box(0.999)), $set(black_box(1e-3)));
			let mut sums = [$set(black_box(1.0)); CHAINS];
			for _ in 0..STEPS {
				for sum in &mut sums {
					*sum = $fma(*sum, a, b);
				}
			}
			let mut out = [0.0f32; $lanes];
			let total = sums.into_iter().fold(a, |t, s| $add(t, s));
			// SAFETY: `out` has a vector's elements.
			unsafe { $store(out.as_mut_ptr(), total) };
			black_box(out);
			(2 * STEPS * CHAINS * $lanes) as f64
		}
	};
}

peak!(peak_avx2, "avx2,fma", 8, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_add_ps, _mm256_storeu_ps);
peak!(
	peak_avx512,
	"avx512f,avx512vl,avx2,fma",
	16,
	_mm512_set1_ps,
	_mm512_fmadd_ps,
	_mm512_add_ps,
	_mm512_storeu_ps
);

/// One pass of the peak loop for the instruction set; 0 where there is none.
fn peak_pass(isa: Isa) -> f64 {
	match isa {
		#[cfg(target_arch = "x86_64")]
		// SAFETY: a `Cpu` with this instruction set exists, so the machine has it.
		Isa::Avx2 => unsafe { peak_avx2() },
		#[cfg(target_arch = "x86_64")]
		// SAFETY: as above.
		Isa::Avx512 => unsafe { peak_avx512() },
		_ => 0.0,
	}
}

/// Seconds that the fastest of many passes takes, with passes of the peak loop in between.
struct Best {
	seconds: f64,
	/// Operations per second of the peak loop on one core.
	peak: f64,
}

fn timed(pass: impl FnOnce()) -> f64 {
	let start = Instant::now();
	pass();
	start.elapsed().as_secs_f64()
}

fn best(isa: Isa, limit: Duration, mut pass: impl FnMut()) -> Best {
	/// Long enough for the clock, short enough to run undisturbed.
	const RUN: f64 = 5e-4;
	let first = timed(&mut pass);
	let repeats = (RUN / first.max(1e-9)).ceil().clamp(1.0, 1e5) as usize;
	let start = Instant::now();
	let mut best = Best { seconds: f64::INFINITY, peak: 0.0 };
	while start.elapsed() < limit || !best.seconds.is_finite() {
		let mut operations = 0.0;
		let seconds = timed(|| operations = peak_pass(isa));
		best.peak = best.peak.max(operations / seconds);
		let seconds = timed(|| (0..repeats).for_each(|_| pass()));
		best.seconds = best.seconds.min(seconds / repeats as f64);
	}
	best
}

/// Bytes per second of reading a buffer larger than the caches.
fn memory_rate(limit: Duration) -> f64 {
	let buffer: Vec<u64> = (0..1 << 25).collect();
	let mut best = f64::INFINITY;
	let start = Instant::now();
	while start.elapsed() < limit {
		let seconds = timed(|| {
			let mut sums = [0u64; 32];
			for line in buffer.chunks_exact(32) {
				for (sum, &v) in sums.iter_mut().zip(line) {
					*sum ^= v;
				}
			}
			black_box(sums);
		});
		best = best.min(seconds);
	}
	(buffer.len() * 8) as f64 / best
}

/// Something to measure.
struct Case<'a> {
	name: String,
	/// Floating-point operations of a pass.
	operations: f64,
	/// Bytes of operands and result, if each is touched once: then memory is the limit, not arithmetic.
	bytes: Option<f64>,
	pass: Box<dyn FnMut(Cpu) + Send + 'a>,
}

fn data(len: usize, modulus: usize) -> Vec<f32> {
	(0..len).map(|i| (i % modulus) as f32 / modulus as f32 - 0.5).collect()
}

/// `batch` products of one shape.
fn product(name: impl Into<String>, batch: usize, shape: MatMul) -> Result<Case<'static>, Box<dyn Error>> {
	let MatMul { m, k, n, .. } = shape;
	let (a, b) = (data(batch * m * k, 97), data(batch * k * n, 89));
	let mut c = vec![0.0; batch * m * n];
	let offsets: Vec<_> = (0..batch).map(|i| (i * m * k, i * k * n)).collect();
	matmul_batched(Cpu::detect(), &shape, &offsets, &a, &b, &mut c)?;
	Ok(Case {
		name: name.into(),
		operations: (2 * batch * m * n * k) as f64,
		bytes: (m == 1 || n == 1).then_some((4 * batch * (m * k + k * n + m * n)) as f64),
		// The same shapes were accepted just above.
		pass: Box::new(move |cpu| {
			let _ = matmul_batched(cpu, &shape, &offsets, black_box(&a), black_box(&b), &mut c);
			black_box(&c);
		}),
	})
}

/// A product with a right-hand side packed before.
fn packed(m: usize, k: usize, n: usize) -> Result<Case<'static>, Box<dyn Error>> {
	let (a, b, mut c) = (data(m * k, 97), data(k * n, 89), vec![0.0; m * n]);
	let b = PackedMatrix::new(Cpu::detect(), k, n, &b, Strides::row_major(n))?;
	Ok(Case {
		name: format!("{m} x {k} x {n}, packed"),
		operations: (2 * m * n * k) as f64,
		bytes: (m < 8).then_some((4 * (m * k + k * n + m * n)) as f64),
		// Buffers are as long as the shapes say.
		pass: Box::new(move |cpu| {
			let _ = matmul_packed(cpu, m, black_box(&a), Strides::row_major(k), black_box(&b), None, &mut c);
			black_box(&c);
		}),
	})
}

fn convolution(shape: &Convolution) -> Result<Case<'static>, Box<dyn Error>> {
	let &Convolution { name, channels: [inputs, outputs], groups, size, kernel, stride } = shape;
	let window = Window::new(&[kernel; 2], &[stride; 2], &[1; 2], &[kernel / 2; 2], &[kernel / 2; 2])?;
	let sizes = [size; 2];
	let positions: usize = window.output(&sizes, false)?.iter().product();
	let depth = inputs / groups * kernel * kernel;
	let (x, w, bias) = (data(inputs * size * size, 97), data(outputs * depth, 89), data(outputs, 83));
	let mut y = vec![0.0; outputs * positions];
	// As an executor does: packed once where that is of use.
	let packed =
		PackedConv::new(Cpu::detect(), ConvKind::Forward, inputs, outputs, groups, kernel * kernel, &w)?;
	let mut pass = move |cpu| {
		let shape = Conv {
			batch: 1,
			in_channels: inputs,
			out_channels: outputs,
			groups,
			input: &sizes,
			window: &window,
		};
		let done = match &packed {
			Some(w) => conv_packed(cpu, &shape, black_box(&x), black_box(w), Some(&bias), &mut y),
			None => conv(cpu, &shape, black_box(&x), black_box(&w), Some(&bias), &mut y),
		};
		black_box(&y);
		done
	};
	pass(Cpu::detect())?;
	Ok(Case {
		name: name.into(),
		operations: (2 * outputs * positions * depth) as f64,
		bytes: None,
		// The same shapes were accepted just above.
		pass: Box::new(move |cpu| {
			let _ = pass(cpu);
		}),
	})
}

struct Options {
	filter: String,
	threads: usize,
	limit: Duration,
	json: bool,
	sizes: Vec<usize>,
}

fn options() -> Result<Options, Box<dyn Error>> {
	let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
	let limit = Duration::from_millis(400);
	let mut options = Options { filter: String::new(), threads, limit, json: false, sizes: vec![] };
	let mut arguments = std::env::args().skip(1);
	while let Some(argument) = arguments.next() {
		let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
		match argument.as_str() {
			"--filter" => options.filter = value()?,
			"--threads" => options.threads = value()?.parse()?,
			"--seconds" => options.limit = Duration::from_secs_f64(value()?.parse()?),
			"--json" => options.json = true,
			size => options.sizes.push(size.parse().map_err(|_| format!("{size:?} is no option"))?),
		}
	}
	Ok(options)
}

fn cases(options: &Options) -> Result<Vec<Case<'static>>, Box<dyn Error>> {
	if let [m, k, n] = options.sizes[..] {
		return Ok(vec![product(format!("{m} x {k} x {n}"), 1, MatMul::row_major(m, k, n))?]);
	}
	let wanted = |name: &str| name.contains(&options.filter);
	let mut cases = Vec::new();
	for (name, batch, shape) in shapes::products() {
		if wanted(&name) {
			cases.push(product(name, batch, shape)?);
		}
	}
	for [m, k, n] in shapes::PACKED {
		if wanted(&format!("{m} x {k} x {n}, packed")) {
			cases.push(packed(m, k, n)?);
		}
	}
	for shape in CONVOLUTIONS.iter().filter(|shape| wanted(shape.name)) {
		cases.push(convolution(shape)?);
	}
	Ok(cases)
}

fn main() -> Result<(), Box<dyn Error>> {
	let options = options()?;
	let all = select()?;
	let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
	let memory = memory_rate(options.limit);
	if !options.json {
		println!("instruction set {}; one core reads memory at {:.1} GB/s", all.isa(), memory / 1e9);
		println!(
			"{:36} {:>7} {:>8} {:>8}  {:>10} {:>8}",
			"GFLOP/s",
			"peak",
			"1 thread",
			"of peak",
			format!("{} threads", options.threads),
			"of peak"
		);
	}
	for mut case in cases(&options)? {
		let one = best(all.isa(), options.limit, || (case.pass)(all.single_threaded()));
		let many = pool.install(|| best(all.isa(), options.limit, || (case.pass)(all)));
		let peak = one.peak.max(many.peak);
		let (rate_one, rate_many) = (case.operations / one.seconds, case.operations / many.seconds);
		let (of_one, of_many) = (rate_one / peak, rate_many / peak / options.threads as f64);
		let reading = case.bytes.map(|bytes| bytes / one.seconds);
		if options.json {
			let number = |x: f64| if x.is_finite() { format!("{x:.4}") } else { "null".into() };
			println!(
				"{{\"isa\":\"{}\",\"case\":\"{}\",\"peak_gflops\":{},\"gflops\":{},\"of_peak\":{},\"threads\":{},\
				 \"gflops_threads\":{},\"of_peak_threads\":{},\"gbytes\":{},\"memory_gbytes\":{}}}",
				all.isa(),
				case.name,
				number(peak / 1e9),
				number(rate_one / 1e9),
				number(of_one),
				options.threads,
				number(rate_many / 1e9),
				number(of_many),
				number(reading.unwrap_or(f64::NAN) / 1e9),
				number(memory / 1e9),
			);
			continue;
		}
		let percent = |x: f64| if x.is_finite() { format!("{:.1}%", 100.0 * x) } else { "unknown".into() };
		println!(
			"{:36} {:7.1} {:8.1} {:>8}  {:10.1} {:>8}{}",
			case.name,
			peak / 1e9,
			rate_one / 1e9,
			percent(of_one),
			rate_many / 1e9,
			percent(of_many),
			reading.map_or(String::new(), |r| format!("  {:.1} GB/s", r / 1e9))
		);
	}
	Ok(())
}
