//! Speed of the matrix product beside the machine's fused multiply-add peak.
//!
//! `cargo run --release -p assay-numerics --example bench_gemm [-- M K N]`
//!
//! Prints GFLOP/s (two operations per multiply-add) and the fraction of the peak: for one thread by its processor time, for
//! all threads by the clock, which needs an idle machine.

use std::{error::Error, hint::black_box, time::Instant};

use assay_numerics::{Cpu, Isa, MatMul, Strides, matmul, select};

/// Independent chains per instruction stream, enough to hide the latency of current machines.
const CHAINS: usize = 12;
const STEPS: usize = 200_000;

macro_rules! peak {
	($name:ident, $features:literal, $lanes:literal, $set:ident, $fma:ident, $add:ident, $store:ident) => {
		/// Runs `CHAINS` chains of vector multiply-adds; returns the operations done.
		#[cfg(target_arch = "x86_64")]
		#[target_feature(enable = $features)]
		fn $name() -> usize {
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
			2 * STEPS * CHAINS * $lanes
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
fn peak_pass(isa: Isa) -> usize {
	match isa {
		#[cfg(target_arch = "x86_64")]
		// SAFETY: a `Cpu` with this instruction set exists, so the machine has it.
		Isa::Avx2 => unsafe { peak_avx2() },
		#[cfg(target_arch = "x86_64")]
		// SAFETY: as above.
		Isa::Avx512 => unsafe { peak_avx512() },
		_ => 0,
	}
}

/// Processor time of the calling thread in seconds, where the system tells (Linux), so that a busy machine's scheduler is not
/// what is measured; wall-clock time elsewhere.
fn thread_seconds(start: Instant) -> f64 {
	let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
	let nanoseconds = schedule.and_then(|s| s.split_whitespace().next()?.parse::<f64>().ok());
	nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |n| n / 1e9)
}

/// Rate of `pass`, which returns its operations, in GFLOP/s over at least `SECONDS` by `clock`.
fn rate(clock: impl Fn(Instant) -> f64, mut pass: impl FnMut() -> usize) -> f64 {
	const SECONDS: f64 = 0.5;
	pass();
	let start = Instant::now();
	let from = clock(start);
	let (mut operations, mut seconds) = (0, 0.0);
	while seconds < SECONDS {
		operations += pass();
		seconds = clock(start) - from;
	}
	operations as f64 / seconds / 1e9
}

fn run(cpu: Cpu, shape: &MatMul) -> Result<f64, Box<dyn Error>> {
	let MatMul { m, k, n, .. } = *shape;
	let a: Vec<f32> = (0..m * k).map(|i| (i % 97) as f32 / 97.0).collect();
	let b: Vec<f32> = (0..k * n).map(|i| (i % 89) as f32 / 89.0).collect();
	let mut c = vec![0.0; m * n];
	matmul(cpu, shape, &a, &b, &mut c)?;
	// The same shapes were accepted just above. A product is repeated so that reading the clock does not count.
	let repeats = (1 << 24) / (m * n * k).max(1) + 1;
	let pass = || {
		for _ in 0..repeats {
			let _ = matmul(cpu, shape, black_box(&a), black_box(&b), &mut c);
			black_box(&c);
		}
		2 * m * n * k * repeats
	};
	let alone = cpu == cpu.single_threaded();
	Ok(if alone { rate(thread_seconds, pass) } else { rate(|start| start.elapsed().as_secs_f64(), pass) })
}

fn main() -> Result<(), Box<dyn Error>> {
	let all = select()?;
	let peak = rate(thread_seconds, || peak_pass(all.isa()));
	let of_peak =
		|rate: f64| if peak > 0.0 { format!("{:.1}%", 100.0 * rate / peak) } else { "unknown".into() };
	println!("instruction set {}; peak of one core {peak:.1} GFLOP/s", all.isa());
	println!("{:28} {:>10} {:>9} {:>10}", "shape", "1 thread", "of peak", "all");
	let sizes: Vec<usize> = std::env::args().skip(1).map(|s| s.parse()).collect::<Result<_, _>>()?;
	if let [m, k, n] = sizes[..] {
		let shape = MatMul::row_major(m, k, n);
		let (one, many) = (run(all.single_threaded(), &shape)?, run(all, &shape)?);
		println!("{:28} {one:10.1} {:>9} {many:10.1}", format!("{m} x {k} x {n}"), of_peak(one));
		return Ok(());
	}
	let shapes = [
		("128 square", MatMul::row_major(128, 128, 128)),
		("256 square", MatMul::row_major(256, 256, 256)),
		("512 square", MatMul::row_major(512, 512, 512)),
		("1024 square", MatMul::row_major(1024, 1024, 1024)),
		("128 x 384 x 1536", MatMul::row_major(128, 384, 1536)),
		(
			"128 x 384 x 384, B transposed",
			MatMul { b: Strides::transposed(384), ..MatMul::row_major(128, 384, 384) },
		),
		("row 1 x 1024 x 1024", MatMul::row_major(1, 1024, 1024)),
		("row, B transposed", MatMul { b: Strides::transposed(1024), ..MatMul::row_major(1, 1024, 1024) }),
		("column 1024 x 1024 x 1", MatMul::row_major(1024, 1024, 1)),
	];
	for (name, shape) in shapes {
		let one = run(all.single_threaded(), &shape)?;
		let many = run(all, &shape)?;
		println!("{name:28} {one:10.1} {:>9} {many:10.1}", of_peak(one));
	}
	Ok(())
}
