//! A look at a module's sections before wasmi sees them.

/// Header of a module: magic number and version.
const HEADER: usize = 8;

/// Number of the code section.
const CODE: u8 = 10;

/// Whether there is a code section with bytes and no functions, which is no valid module. wasmi 2.0 divides the one by the other
/// before it finds that out.
pub(crate) fn has_code_without_functions(module: &[u8]) -> bool {
	let mut rest = module.get(HEADER..).unwrap_or_default();
	while let Some((&id, after)) = rest.split_first() {
		rest = after;
		let Some(size) = number(&mut rest).map(|size| size as usize) else { break };
		// wasmi does not wait for the end of the section.
		let (section, after) = rest.split_at(size.min(rest.len()));
		rest = after;
		let mut content = section;
		if id == CODE && number(&mut content) == Some(0) && size > section.len() - content.len() {
			return true;
		}
	}
	false
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
	fn code_without_functions_should_be_found_wherever_it_is() {
		let module = |sections: &[u8]| [b"\0asm\x01\0\0\0", sections].concat();
		for (sections, expected) in [
			(&[][..], false),
			(&[10, 1, 0], false),
			(&[10, 3, 1, 1, 0], false),
			(&[10, 2, 0, 0], true),
			(&[10, 0x80, 0x41, 0], true),
			(&[10, 0x83, 0, 0x80, 0, 7], true),
			(&[0, 2, 10, 10, 10, 2, 0, 0], true),
			(&[10, 1, 0, 10, 2, 0, 0], true),
			(&[0, 9, 10, 2, 0, 0], false),
			(&[10, 0xff, 0xff, 0xff, 0xff, 0xff], false),
			(&[10], false),
		] {
			assert_eq!(has_code_without_functions(&module(sections)), expected, "{sections:?}");
		}
		assert!(!has_code_without_functions(b"\0asm"));
	}
}
