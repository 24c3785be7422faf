//! The test vectors of `docs/numeric-profile.md`, so that the specification and the code cannot drift apart.

use assay_numerics::{
	Cpu, canonical, dot, fma::fma_soft, layer_norm, log_softmax, math, random::Stream, softmax, sum,
};

const PROFILE: &str = include_str!("../../../docs/numeric-profile.md");

/// Cells of each table row of the section "Test vectors".
fn rows() -> Vec<Vec<&'static str>> {
	let (_, section) = PROFILE.split_once("\n## Test vectors\n").expect("the profile has test vectors");
	let section = section.split("\n## ").next().expect("a split has a first part; qed");
	let tables = section.lines().filter(|line| line.starts_with('|'));
	tables.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn float(bits: &str) -> f32 {
	f32::from_bits(u32::from_str_radix(bits, 16).expect("vectors are hexadecimal"))
}

#[track_caller]
fn check(found: f32, bits: &str, what: &str) {
	assert_eq!(format!("{:08x}", canonical(found).to_bits()), bits, "{what}");
}

fn function(name: &str) -> Option<fn(f32) -> f32> {
	Some(match name {
		"exp" => math::exp,
		"expm1" => math::expm1,
		"log" => math::log,
		"log1p" => math::log1p,
		"sin" => math::sin,
		"cos" => math::cos,
		"tan" => math::tan,
		"asin" => math::asin,
		"acos" => math::acos,
		"atan" => math::atan,
		"sinh" => math::sinh,
		"cosh" => math::cosh,
		"tanh" => math::tanh,
		"asinh" => math::asinh,
		"acosh" => math::acosh,
		"atanh" => math::atanh,
		"erf" => math::erf,
		"sigmoid" => math::sigmoid,
		"softplus" => math::softplus,
		"mish" => math::mish,
		"gelu" => math::gelu,
		"gelu_tanh" => math::gelu_tanh,
		_ => return None,
	})
}

#[test]
fn functions_should_give_the_published_vectors() {
	let (mut inputs, mut checked) = (Vec::new(), 0);
	for row in rows() {
		match (row[0], function(row[0])) {
			("x", _) => inputs = row[1..].to_vec(),
			(name, Some(f)) => {
				for (x, bits) in inputs.iter().zip(&row[1..]) {
					check(f(float(x)), bits, &format!("{name}({x})"));
					checked += 1;
				}
			}
			_ => {}
		}
	}
	assert_eq!(checked, 22 * 10 + 2 * 4, "all vectors were found");
}

#[test]
fn pow_and_fma_should_give_the_published_vectors() {
	let (mut table, mut checked) = ("", 0);
	for row in rows() {
		match (&row[..], table) {
			(["x", "y", "pow"], _) => table = "pow",
			(["a", "b", "c", "fma"], _) => table = "fma",
			(["---", ..], _) => {}
			(&[x, y, bits], "pow") => {
				check(math::pow(float(x), float(y)), bits, "pow");
				checked += 1;
			}
			(&[a, b, c, bits], "fma") => {
				check(fma_soft(float(a), float(b), float(c)), bits, "fma");
				checked += 1;
			}
			_ => table = "",
		}
	}
	assert_eq!(checked, 9, "all vectors were found");
}

#[test]
fn sums_should_give_the_published_vectors() {
	let a: Vec<f32> = (0..600).map(|i| 1.0 / (i as f32 + 1.0)).collect();
	let b: Vec<f32> = (0..600).map(|i| (i as f32 - 300.0) / 7.0).collect();
	let vectors = [
		("dot product of 256 pairs", dot(&a[..256], &b[..256])),
		("of 257", dot(&a[..257], &b[..257])),
		("of 600", dot(&a, &b)),
		("sum of the first 17 of a", sum(&a[..17])),
		("sum of 600", sum(&a)),
	];
	let rows = rows();
	for (name, found) in vectors {
		let row = rows.iter().find(|row| row[0] == name).expect("the vector is published");
		check(found, row[1], name);
	}
}

#[test]
fn compositions_and_random_numbers_should_give_the_published_vectors() {
	let (cpu, x) = (Cpu::detect(), [1.0, 2.0, 3.0, -4.5]);
	let stream = Stream { seed: 42, node: 7, execution: 0 };
	let rows = rows();
	let against = |name: &str, fill: &dyn Fn(&mut [f32])| {
		let mut found = [0.0; 4];
		fill(&mut found);
		let row = rows.iter().find(|row| row[0] == name).expect("the vector is published");
		for (found, bits) in found.iter().zip(&row[1..]) {
			check(*found, bits, name);
		}
	};
	against("softmax", &|out| softmax(cpu, &[4], 0, &x, out).expect("shapes fit"));
	against("log-softmax", &|out| log_softmax(cpu, &[4], 0, &x, out).expect("shapes fit"));
	against("layer norm, ε = 10⁻⁵, scale 1", &|out| {
		layer_norm(cpu, 4, 1e-5, &x, &[1.0; 4], None, out, None).expect("shapes fit");
	});
	against("uniform on [0, 1)", &|out| stream.uniform(0.0, 1.0, out));
	against("normal (0, 1)", &|out| stream.normal(0.0, 1.0, out));
}
