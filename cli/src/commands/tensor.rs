//! `assay tensor`: looking at tensor files.

use crate::{
	args::TensorCommand,
	error::Result,
	output::Report,
	tensor::{self, art},
};
use serde::Serialize;

#[derive(Serialize)]
struct Shown {
	dtype: &'static str,
	shape: Vec<u64>,
	art: Vec<String>,
}

/// Runs `assay tensor …`.
pub fn run(command: TensorCommand) -> Result<Report> {
	let TensorCommand::Show { file } = command;
	let value = tensor::read(&file, Some(assay_primitives::DataType::F32))?;
	let drawn = art::render(&value)?;
	let report = Shown {
		dtype: tensor::type_name(value.data_type()),
		shape: value.dims().to_vec(),
		art: drawn.lines().map(str::to_owned).collect(),
	};
	Ok(Report::new(format!("{drawn}{}", art::caption(&value)), &report))
}
