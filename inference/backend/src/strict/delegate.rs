//! The one way in which `Strict` hands an operation to `Flex`.

/// Defines methods that are those of [`Flex`](burn_flex::Flex), unchanged.
///
/// What stands inside `delegate!` either moves elements without changing them, works on integers or booleans, or is one
/// exactly specified IEEE-754 operation per element (comparisons, conversions, quantisation steps). Everything that
/// rounds in another way is outside, and defined by `assay-numerics`.
macro_rules! delegate {
	($(fn $name:ident($($argument:ident: $ty:ty),* $(,)?) -> $result:ty;)+) => {
		$(fn $name($($argument: $ty),*) -> $result {
			Flex::$name($($argument),*)
		})+
	};
}

pub(crate) use delegate;
