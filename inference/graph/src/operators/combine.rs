//! What happens where an update meets an element.

use assay_numerics::Real;

use super::{
	NodeContext,
	host::{slice, tensor, with_types},
};
use crate::{
	dtype::DType,
	error::AttributeError,
	ops::KernelError,
	tensor::{Element, HostTensor, with_data},
};

/// How an update meets an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combination {
	/// The update takes its place.
	Replace,
	/// Their sum; of `bool`, whether either is true.
	Add,
	/// Their product; of `bool`, whether both are true.
	Mul,
	/// The greater; a NaN wins.
	Max,
	/// The lesser; a NaN wins.
	Min,
}

impl Combination {
	/// The attribute `reduction`, which the operator has in this operator set if `available`; `max` and `min` came with 18.
	pub(crate) fn parse(node: &mut NodeContext<'_>, available: bool) -> Result<Self, AttributeError> {
		if !available {
			return Ok(Self::Replace);
		}
		match node.attributes.string("reduction")?.as_deref() {
			None | Some("none") => Ok(Self::Replace),
			Some("add") => Ok(Self::Add),
			Some("mul") => Ok(Self::Mul),
			Some("max") if node.opset >= 18 => Ok(Self::Max),
			Some("min") if node.opset >= 18 => Ok(Self::Min),
			Some(_) => Err(NodeContext::bad(
				"reduction",
				"must be none, add, mul, or from operator set 18 max or min",
			)),
		}
	}
}

/// Elements that can be combined. Integers wrap.
pub(crate) trait Combine: Element {
	/// What changes nothing when multiplied; the default changes nothing when added.
	const ONE: Self;
	fn add(self, other: Self) -> Self;
	fn mul(self, other: Self) -> Self;
	fn max(self, other: Self) -> Self;
	fn min(self, other: Self) -> Self;
}

macro_rules! combine {
	($($ty:ty, $one:expr; $a:ident, $b:ident => $add:expr, $mul:expr, $max:expr, $min:expr;)+) => {
		$(impl Combine for $ty {
			const ONE: Self = $one;
			fn add(self, $b: Self) -> Self {
				let $a = self;
				$add
			}
			fn mul(self, $b: Self) -> Self {
				let $a = self;
				$mul
			}
			fn max(self, $b: Self) -> Self {
				let $a = self;
				$max
			}
			fn min(self, $b: Self) -> Self {
				let $a = self;
				$min
			}
		})+
	};
}

macro_rules! combine_integers {
	($($ty:ty),+) => {
		combine! { $($ty, 1; a, b => a.wrapping_add(b), a.wrapping_mul(b), Ord::max(a, b), Ord::min(a, b);)+ }
	};
}

combine_integers!(i8, i16, i32, i64, u8, u16, u32, u64);
combine! {
	f32, 1.0; a, b => a + b, a * b, Real::maximum(a, b), Real::minimum(a, b);
	f64, 1.0; a, b => a + b, a * b, Real::maximum(a, b), Real::minimum(a, b);
	bool, true; a, b => a | b, a & b, a | b, a & b;
}

/// Whether elements of a type can be combined; of 16-bit floats, their widened values are.
pub(crate) fn combines(dtype: DType) -> bool {
	dtype.is_real() || dtype == DType::Bool || dtype.is_integer()
}

/// Combines updates, `run` neighbouring elements at a time, with the elements from each of `addresses` on, in ascending
/// order of the updates. All addresses lie inside.
pub(crate) fn scatter(
	how: Combination,
	data: HostTensor,
	addresses: &[usize],
	run: usize,
	updates: &HostTensor,
) -> Result<HostTensor, KernelError> {
	fn each<E: Element>(
		mut data: alloc::vec::Vec<E>,
		addresses: &[usize],
		run: usize,
		updates: &[E],
		combine: impl Fn(E, E) -> E,
	) -> alloc::vec::Vec<E> {
		for (&at, updates) in addresses.iter().zip(updates.chunks_exact(run.max(1))) {
			for (element, &update) in data.iter_mut().skip(at).zip(updates) {
				*element = combine(*element, update);
			}
		}
		data
	}
	let (shape, data) = data.into_parts();
	if how == Combination::Replace {
		return with_data!(data, values => tensor(&shape, each(values, addresses, run, slice(updates)?, |_, new| new)));
	}
	with_types!(data, [F32 F64 I8 I16 I32 I64 U8 U16 U32 U64 Bool], values => {
		let updates = slice(updates)?;
		let combined = match how {
			Combination::Replace => values,
			Combination::Add => each(values, addresses, run, updates, Combine::add),
			Combination::Mul => each(values, addresses, run, updates, Combine::mul),
			Combination::Max => each(values, addresses, run, updates, Combine::max),
			Combination::Min => each(values, addresses, run, updates, Combine::min),
		};
		tensor(&shape, combined)
	})
}
