//! Operator sets before 7, as exporters of that time used them.

use crate::common::{f32s, fails, int, one};

#[test]
fn axis_should_say_which_axes_meet_when_the_operator_set_is_old() {
	let a = f32s(&[2, 3, 2], &[1.0; 12]);
	let b = f32s(&[3], &[10.0, 20.0, 30.0]);
	let aligned = vec![int("broadcast", 1), int("axis", 1)];
	let row = [11.0, 11.0, 21.0, 21.0, 31.0, 31.0];
	assert_eq!(
		one("Add", 6, aligned.clone(), &[a.clone(), b.clone()]),
		f32s(&[2, 3, 2], &[row, row].concat())
	);
	// Without an axis, the last ones.
	let last = one("Add", 6, vec![int("broadcast", 1)], &[f32s(&[1, 3], &[1.0; 3]), b.clone()]);
	assert_eq!(last, f32s(&[1, 3], &[11.0, 21.0, 31.0]));
	let outside = vec![int("broadcast", 1), int("axis", 2)];
	let said = fails("Add", 6, outside, &[a.clone(), f32s(&[2, 2], &[0.0; 4])]);
	assert!(said.contains("does not fit"), "{said}");
	// Since operator set 7 there is no such attribute.
	assert!(fails("Add", 7, aligned, &[a, b]).contains("no attribute"));
}

#[test]
fn slopes_should_be_those_of_channels_when_the_operator_set_is_old() {
	let x = f32s(&[1, 2, 2], &[-1.0, 1.0, -2.0, 2.0]);
	let slope = f32s(&[2], &[0.5, 0.25]);
	assert_eq!(one("PRelu", 6, vec![], &[x, slope]), f32s(&[1, 2, 2], &[-0.5, 1.0, -0.5, 2.0]));
}

#[test]
fn defaults_that_have_changed_should_be_the_old_ones_or_refused() {
	let x = f32s(&[1, 2], &[1.0, 2.0]);
	assert_eq!(one("Concat", 3, vec![], &[x.clone(), x.clone()]), f32s(&[1, 4], &[1.0, 2.0, 1.0, 2.0]));
	assert!(fails("Concat", 4, vec![], &[x.clone(), x.clone()]).contains("axis"));
	// Training, unless told otherwise.
	assert!(fails("Dropout", 6, vec![], std::slice::from_ref(&x)).contains("is_test"));
	assert_eq!(one("Dropout", 6, vec![int("is_test", 1)], std::slice::from_ref(&x)), x);
}
