//! How a model is named on the command line: `owner/name`, `owner/name@2`, or a version's number.

use assay_primitives::{
	ModelName, api,
	model::{Label, is_valid_label},
};
use std::{fmt, str::FromStr};

/// A model given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRef(pub api::ModelRef);

const FORMS: &str = "write `owner/name`, `owner/name@2` or a version's number";

/// `text` as a namespace or model name.
pub fn label(text: &str) -> Result<Label, String> {
	if !is_valid_label(text.as_bytes()) {
		return Err(format!(
			"`{text}` is not a name; names are lower-case letters, digits, `-`, `_` and `.`, and start with a letter \
			 or digit"
		));
	}
	Label::try_from(text.as_bytes().to_vec()).map_err(|_| format!("`{text}` is longer than 32 characters"))
}

/// The name of a model to publish: `owner/name`, or `name` in the namespace of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushName {
	/// Namespace, if it is given.
	pub owner: Option<Label>,
	/// Name within the namespace.
	pub name: Label,
}

impl FromStr for PushName {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		match text.split_once('/') {
			Some((owner, name)) => Ok(Self { owner: Some(label(owner)?), name: label(name)? }),
			None => Ok(Self { owner: None, name: label(text)? }),
		}
	}
}

impl FromStr for ModelRef {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if let Ok(id) = text.parse() {
			return Ok(Self(api::ModelRef::Id(id)));
		}
		let (name, number) = match text.split_once('@') {
			None => (text, None),
			Some((name, number)) => match number.parse() {
				Ok(number) if number > 0 => (name, Some(number)),
				_ => return Err(format!("`{number}` is not a version; versions count from 1; {FORMS}")),
			},
		};
		let Some((owner, name)) = name.split_once('/') else {
			return Err(format!("`{text}` does not name a model; {FORMS}"));
		};
		let name = ModelName { owner: label(owner)?, name: label(name)? };
		Ok(Self(api::ModelRef::Name(name, number)))
	}
}

impl fmt::Display for ModelRef {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match &self.0 {
			api::ModelRef::Id(id) => write!(f, "{id}"),
			api::ModelRef::Name(name, None) => f.write_str(&model_name(name)),
			api::ModelRef::Name(name, Some(number)) => write!(f, "{}@{number}", model_name(name)),
		}
	}
}

/// `owner/name` as text.
pub fn model_name(name: &ModelName) -> String {
	format!("{}/{}", String::from_utf8_lossy(&name.owner), String::from_utf8_lossy(&name.name))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn reference_should_round_trip_through_text() {
		for text in ["7", "alice/digits", "alice/digits@2"] {
			let reference: ModelRef = text.parse().expect("is a reference");
			assert_eq!(reference.to_string(), text);
		}
	}

	#[test]
	fn a_name_to_publish_should_have_at_most_one_slash() {
		let with = |text: &str| text.parse::<PushName>();
		let owned = with("alice/digits").expect("is a name");
		assert_eq!(owned.owner.as_ref().map(|owner| owner.as_slice()), Some(&b"alice"[..]));
		assert_eq!(with("digits").expect("is a name").owner, None);
		assert!(with("a/b/c").is_err() && with("alice/digits@2").is_err() && with("/digits").is_err());
	}

	#[test]
	fn reference_should_say_which_forms_exist_when_it_is_none() {
		for text in ["", "digits", "alice/digits@0", "alice/digits@x", "Alice/digits", "a/b/c", "-1"] {
			let refused = text.parse::<ModelRef>();
			assert!(refused.is_err(), "{text}: {refused:?}");
		}
	}
}
