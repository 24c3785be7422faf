//! Short loops over blocks of sizes that the compiler knows.

/// Does `$body` for blocks that together are `0..$len`: `$at` is where one starts, `$size`, a constant, how long it is. All have the
/// same size, the last may overlap the one before; so the body must not mind being done twice to the same elements. Rows
/// are often too short for the loops that a compiler makes of an iterator, which end one by one.
macro_rules! in_blocks {
	($len:expr, |$at:ident, $size:ident| $body:expr) => {
		$crate::blocks::in_blocks!(@sizes $len, $at, $size, $body, 16 8 4 2 1)
	};
	(@sizes $len:expr, $at:ident, $size:ident, $body:expr, $($literal:literal)*) => {{
		let len: usize = $len;
		'done: {
			$(if len >= $literal {
				const $size: usize = $literal;
				let mut next = 0;
				while next < len {
					let $at = next.min(len - $size);
					$body;
					next += $size;
				}
				break 'done;
			})*
		}
	}};
}
pub(crate) use in_blocks;
