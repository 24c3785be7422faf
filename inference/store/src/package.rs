//! A package: a directory with an `assay.toml` and the files it names.

use crate::{CONFIG_FILE, PackageConfig, PackageError, config::MAX_CONFIG, tree::Tree};
use assay_primitives::{Balance, ContentId, Manifest};
use std::{collections::BTreeMap, path::Path};

/// Longest file that running a package takes: protobuf's own limit for an ONNX file.
const MAX_FILE: u64 = i32::MAX as u64;

/// A package directory that passed every check that does not need its files to be decoded.
#[derive(Clone, Debug)]
pub struct Package {
	tree: Tree,
	config: PackageConfig,
	/// The bytes that `config` was read from.
	config_bytes: Vec<u8>,
}

/// The files that running a package takes, by the paths that `assay.toml` names them by.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Package {
	/// Reads and checks the directory `dir`.
	pub fn open(dir: &Path) -> Result<Self, PackageError> {
		let tree = Tree::scan(dir)?;
		let config_bytes = tree.read(CONFIG_FILE, MAX_CONFIG)?;
		let config = PackageConfig::parse(&config_bytes)?;
		for path in config.kind.paths() {
			match tree.file_size(path) {
				Some(size) if size <= MAX_FILE => {}
				Some(size) => {
					let problem = format!("has {size} bytes; at most {MAX_FILE} are possible");
					return Err(PackageError::invalid(path, problem));
				}
				None => {
					let problem = format!(
						"{path:?} is not a file of the package: give its path relative to {CONFIG_FILE}"
					);
					return Err(PackageError::invalid(CONFIG_FILE, problem));
				}
			}
		}
		Ok(Self { tree, config, config_bytes })
	}

	/// What the package says of itself.
	pub fn config(&self) -> &PackageConfig {
		&self.config
	}

	/// The directory.
	pub fn path(&self) -> &Path {
		self.tree.root()
	}

	/// Bytes of all files.
	pub fn size(&self) -> u64 {
		self.tree.size()
	}

	/// The id of the directory as it is now. Reads every file.
	pub fn content_id(&self) -> Result<ContentId, PackageError> {
		Ok(self.tree.node(&[(CONFIG_FILE, &self.config_bytes)])?.id)
	}

	/// Bytes of the files that running the package takes.
	pub fn files_size(&self) -> u64 {
		let sizes = self.config.kind.paths().filter_map(|path| self.tree.file_size(path));
		sizes.fold(0, u64::saturating_add)
	}

	/// The files that running the package takes.
	pub fn files(&self) -> Result<Files, PackageError> {
		let paths = self.config.kind.paths();
		paths.map(|path| Ok((path.to_string(), self.tree.read(path, MAX_FILE)?))).collect()
	}

	/// The files that running the package takes, after it was checked that they, the configuration and every other file
	/// are those that `expected` names.
	pub fn verified_files(&self, expected: ContentId) -> Result<Files, PackageError> {
		let files = self.files()?;
		let mut known = vec![(CONFIG_FILE, self.config_bytes.as_slice())];
		known.extend(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
		match self.tree.node(&known)?.id {
			id if id == expected => Ok(files),
			found => Err(PackageError::Mismatch { path: self.path().into(), expected, found }),
		}
	}

	/// What to register on the chain; `royalty` is paid to the owner for each answer.
	pub fn manifest(&self, royalty: Balance) -> Result<Manifest, PackageError> {
		let config = &self.config;
		// `PackageConfig::parse` checked every bound.
		let unfit = |key: &str| PackageError::invalid(CONFIG_FILE, format!("{key} does not fit a manifest"));
		let tags = config
			.tags
			.iter()
			.map(|tag| tag.clone().into_bytes().try_into())
			.collect::<Result<Vec<_>, _>>()
			.map_err(|_| unfit("tags"))?;
		Ok(Manifest {
			content: self.content_id()?,
			size: self.size(),
			profile: config.profile,
			inputs: config.inputs.clone().try_into().map_err(|_| unfit("inputs"))?,
			outputs: config.outputs.clone().try_into().map_err(|_| unfit("outputs"))?,
			compute_limit: config.compute_limit,
			royalty,
			task: config.task.clone().into_bytes().try_into().map_err(|_| unfit("task"))?,
			licence: config.licence.clone().into_bytes().try_into().map_err(|_| unfit("licence"))?,
			tags: tags.try_into().map_err(|_| unfit("tags"))?,
		})
	}

	pub(crate) fn tree(&self) -> &Tree {
		&self.tree
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use std::{fs, os::unix::fs::symlink};

	const CONFIG: &str = r#"
		name = "identity"
		kind = "graph"
		graph = "model.onnx"
		profile = "strict-f32-v1"
		compute_limit = 100
		task = "test"
		licence = "Apache-2.0"
		inputs = [{ name = "x", data_type = "f32", dims = ["any"] }]
		outputs = [{ name = "y", data_type = "f32", dims = ["any"] }]
	"#;

	/// A valid package whose graph is `graph`.
	pub(crate) fn write(dir: &Path, graph: &[u8]) {
		fs::write(dir.join(CONFIG_FILE), CONFIG).unwrap();
		fs::write(dir.join("model.onnx"), graph).unwrap();
	}

	#[test]
	fn manifest_should_carry_id_size_and_limits() {
		let dir = tempfile::tempdir().unwrap();
		write(dir.path(), b"graph");
		let package = Package::open(dir.path()).unwrap();
		let manifest = package.manifest(7).unwrap();
		assert_eq!(manifest.content, package.content_id().unwrap());
		assert_eq!(manifest.size, CONFIG.len() as u64 + 5);
		assert_eq!((manifest.royalty, manifest.compute_limit), (7, 100));
		assert_eq!(manifest.inputs[0].name.as_slice(), b"x");
	}

	#[test]
	fn open_should_say_what_to_do_when_a_file_is_missing_or_outside() {
		let dir = tempfile::tempdir().unwrap();
		fs::write(dir.path().join("other"), "").unwrap();
		let missing = Package::open(dir.path()).unwrap_err().to_string();
		assert!(missing.contains("put the file into the package"), "{missing}");

		write(dir.path(), b"graph");
		for outside in ["../model.onnx", "/etc/passwd", "models/model.onnx"] {
			fs::write(dir.path().join(CONFIG_FILE), CONFIG.replace("model.onnx", outside)).unwrap();
			let problem = Package::open(dir.path()).unwrap_err().to_string();
			assert!(problem.contains("not a file of the package"), "{problem}");
		}

		fs::remove_file(dir.path().join(CONFIG_FILE)).unwrap();
		symlink("/etc/hostname", dir.path().join(CONFIG_FILE)).unwrap();
		assert!(matches!(Package::open(dir.path()), Err(PackageError::Invalid { .. })));

		fs::remove_file(dir.path().join(CONFIG_FILE)).unwrap();
		fs::write(dir.path().join(CONFIG_FILE), vec![b'#'; MAX_CONFIG as usize + 1]).unwrap();
		let long = Package::open(dir.path()).unwrap_err().to_string();
		assert!(long.contains("at most 262144"), "{long}");
	}

	#[test]
	fn verified_files_should_fail_when_any_file_differs() {
		let dir = tempfile::tempdir().unwrap();
		write(dir.path(), b"graph");
		let package = Package::open(dir.path()).unwrap();
		let id = package.content_id().unwrap();
		assert_eq!(package.verified_files(id).unwrap()["model.onnx"], b"graph");

		fs::write(dir.path().join("model.onnx"), b"forge").unwrap();
		assert!(matches!(
			Package::open(dir.path()).unwrap().verified_files(id),
			Err(PackageError::Mismatch { expected, .. }) if expected == id
		));
		write(dir.path(), b"graph");
		fs::write(dir.path().join("extra"), b"").unwrap();
		assert!(matches!(
			Package::open(dir.path()).unwrap().verified_files(id),
			Err(PackageError::Mismatch { .. })
		));
	}
}
