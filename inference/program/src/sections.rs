//! A look at a module's sections before wasmi sees them.

/// Header of a module: magic number and version.
const HEADER: usize = 8;

/// Number of the code section.
const CODE: u8 = 10;

/// Sections that are lists: how many items, then the items, each of at least a byte.
const LISTS: [u8; 10] = [1, 2, 3, 4, 5, 6, 7, 9, CODE, 11];

/// What makes a module invalid that wasmi 2.0 had better not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
	/// wasmi divides the bytes of the code section by its functions before it finds that there are none.
	CodeWithoutFunctions,
	/// wasmi takes memory for as many items as a list announces.
	TooFewItems,
}

impl Fault {
	/// In words.
	pub(crate) fn message(self) -> &'static str {
		match self {
			Self::CodeWithoutFunctions => "its code section has bytes and no functions",
			Self::TooFewItems => "a section announces more items than it has bytes",
		}
	}
}

/// The first fault of a module, if it has one.
pub(crate) fn fault(module: &[u8]) -> Option<Fault> {
	let mut rest = module.get(HEADER..).unwrap_or_default();
	while let Some((&id, after)) = rest.split_first() {
		rest = after;
		let Some(size) = number(&mut rest).map(|size| size as usize) else { break };
		// wasmi does not wait for the end of the section.
		let (section, after) = rest.split_at(size.min(rest.len()));
		rest = after;
		let mut content = section;
		let Some(items) = number(&mut content).filter(|_| LISTS.contains(&id)) else { continue };
		if id == CODE && items == 0 && size > section.len() - content.len() {
			return Some(Fault::CodeWithoutFunctions);
		}
		if items as usize > content.len() {
			return Some(Fault::TooFewItems);
		}
	}
	None
}

/// Reads an unsigned number in LEB128. Where this gives up, so does wasmi.
fn number(bytes: &mut &[u8]) -> Option<u32> {
	let mut value = 0u32;
	for shift in (0..32).step_by(7) {
		let byte = *bytes.split_off_first()?;
		value |= u32::from(byte & 0x7f) << shift;
		if byte < 0x80 {
			return Some(value);
		}
	}
	None
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn faults_should_be_found_wherever_they_are() {
		use Fault::{CodeWithoutFunctions, TooFewItems};
		let module = |sections: &[u8]| [b"\0asm\x01\0\0\0", sections].concat();
		for (sections, expected) in [
			(&[][..], None),
			(&[10, 1, 0], None),
			(&[10, 3, 1, 1, 0], None),
			(&[10, 2, 0, 0], Some(CodeWithoutFunctions)),
			(&[10, 0x80, 0x41, 0], Some(CodeWithoutFunctions)),
			(&[10, 0x83, 0, 0x80, 0, 7], Some(CodeWithoutFunctions)),
			(&[0, 2, 10, 10, 10, 2, 0, 0], Some(CodeWithoutFunctions)),
			(&[10, 1, 0, 10, 2, 0, 0], Some(CodeWithoutFunctions)),
			(&[0, 9, 10, 2, 0, 0], None),
			(&[10, 0xff, 0xff, 0xff, 0xff, 0xff], None),
			(&[10], None),
			(&[7, 3, 2, 0, 0], None),
			(&[7, 3, 3, 0, 0], Some(TooFewItems)),
			(&[1, 4, 0xff, 0xff, 0x7f, 0], Some(TooFewItems)),
			(&[7, 24, 5, 0, 0], Some(TooFewItems)),
			// The number of a function, the number of data segments, and no list at all.
			(&[8, 1, 9], None),
			(&[12, 1, 9], None),
			(&[0, 1, 9], None),
		] {
			assert_eq!(fault(&module(sections)), expected, "{sections:?}");
		}
		assert_eq!(fault(b"\0asm"), None);
	}
}
