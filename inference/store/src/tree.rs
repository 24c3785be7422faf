//! The files of a directory, checked before anything else is done with them.

use crate::{PackageError, unixfs};
use rustix::fs::OFlags;
use std::{
	collections::BTreeMap,
	fs::{self, File, OpenOptions},
	io::Read,
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

/// Most files and directories of a package.
pub(crate) const MAX_ENTRIES: usize = 256;
/// Most directories above a file, the package included.
pub(crate) const MAX_DEPTH: usize = 4;
/// Longest file name in bytes.
pub(crate) const MAX_NAME: usize = 128;
/// Most bytes of all files.
pub(crate) const MAX_SIZE: u64 = 64 << 30;

/// A file or directory of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
	/// A regular file and its size in bytes.
	File(u64),
	/// A directory and its entries, in the order of the bytes of their names.
	Directory(BTreeMap<String, Entry>),
}

/// A directory on disk whose names, kinds and sizes passed the checks. Its content may be anything.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
	root: PathBuf,
	entries: BTreeMap<String, Entry>,
	size: u64,
}

impl Tree {
	/// Lists `root`.
	pub(crate) fn scan(root: &Path) -> Result<Self, PackageError> {
		let kind = fs::metadata(root).map_err(PackageError::io(root))?;
		if !kind.is_dir() {
			return Err(PackageError::invalid(".", "is a file: give the directory that holds assay.toml"));
		}
		let mut scan = Scan { root, entries: 0, size: 0 };
		let entries = scan.directory(Path::new(""), 1)?;
		Ok(Self { root: root.to_path_buf(), entries, size: scan.size })
	}

	/// Where it is.
	pub(crate) fn root(&self) -> &Path {
		&self.root
	}

	/// Entries by name.
	pub(crate) fn entries(&self) -> &BTreeMap<String, Entry> {
		&self.entries
	}

	/// Bytes of all files.
	pub(crate) fn size(&self) -> u64 {
		self.size
	}

	/// Size of the file at `path`, its components separated by `/`; `None` when there is no such file. Only scanned
	/// names are found, so no `path` leaves the tree.
	pub(crate) fn file_size(&self, path: &str) -> Option<u64> {
		let mut entries = &self.entries;
		let mut components = path.split('/').peekable();
		while let Some(name) = components.next() {
			match (entries.get(name)?, components.peek()) {
				(Entry::File(size), None) => return Some(*size),
				(Entry::Directory(inner), Some(_)) => entries = inner,
				_ => return None,
			}
		}
		None
	}

	/// Reads the file at `path`; `limit` is in bytes.
	pub(crate) fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, PackageError> {
		let Some(size) = self.file_size(path) else {
			return Err(PackageError::invalid(path, "is missing: put the file into the package"));
		};
		if size > limit {
			return Err(PackageError::invalid(
				path,
				format!("has {size} bytes; at most {limit} are allowed"),
			));
		}
		let absolute = self.root.join(path);
		let mut bytes = Vec::with_capacity(size as usize);
		open(&absolute)
			.and_then(|file| file.take(size + 1).read_to_end(&mut bytes))
			.map_err(PackageError::io(&absolute))?;
		unchanged(path, size, bytes.len() as u64)?;
		Ok(bytes)
	}

	/// The id and sizes of the whole tree. The files named in `known` were read before: their bytes are taken from
	/// there, so that what the caller uses is what the id covers.
	pub(crate) fn node(&self, known: &[(&str, &[u8])]) -> Result<unixfs::Node, PackageError> {
		self.directory_node("", &self.entries, known)
	}

	fn directory_node(
		&self,
		prefix: &str,
		entries: &BTreeMap<String, Entry>,
		known: &[(&str, &[u8])],
	) -> Result<unixfs::Node, PackageError> {
		let mut nodes = Vec::with_capacity(entries.len());
		for (name, entry) in entries {
			let path = format!("{prefix}{name}");
			let node = match entry {
				Entry::Directory(inner) => self.directory_node(&format!("{path}/"), inner, known)?,
				Entry::File(size) => self.file_node(&path, *size, known)?,
			};
			nodes.push((name.as_str(), node));
		}
		Ok(unixfs::directory(nodes))
	}

	fn file_node(
		&self,
		path: &str,
		size: u64,
		known: &[(&str, &[u8])],
	) -> Result<unixfs::Node, PackageError> {
		let absolute = self.root.join(path);
		let node = match known.iter().find(|(known, _)| *known == path) {
			Some((_, bytes)) => unixfs::file(*bytes),
			None => open(&absolute).and_then(|file| unixfs::file(file.take(size + 1))),
		};
		let node = node.map_err(PackageError::io(&absolute))?;
		unchanged(path, size, node.file_size)?;
		Ok(node)
	}
}

/// Opens a regular file for reading, but not through a symbolic link.
pub(crate) fn open(path: &Path) -> std::io::Result<File> {
	OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits() as i32).open(path)
}

fn unchanged(path: &str, scanned: u64, read: u64) -> Result<(), PackageError> {
	if scanned == read { Ok(()) } else { Err(PackageError::Changed { path: path.into() }) }
}

struct Scan<'a> {
	root: &'a Path,
	entries: usize,
	size: u64,
}

impl Scan<'_> {
	fn directory(&mut self, relative: &Path, depth: usize) -> Result<BTreeMap<String, Entry>, PackageError> {
		let shown = if depth == 1 { ".".into() } else { relative.display().to_string() };
		if depth > MAX_DEPTH {
			return Err(PackageError::invalid(
				shown,
				format!("is nested deeper than {MAX_DEPTH} directories"),
			));
		}
		let absolute = self.root.join(relative);
		let mut entries = BTreeMap::new();
		for entry in fs::read_dir(&absolute).map_err(PackageError::io(&absolute))? {
			let entry = entry.map_err(PackageError::io(&absolute))?;
			self.entries += 1;
			if self.entries > MAX_ENTRIES {
				let problem = format!("holds more than {MAX_ENTRIES} files and directories");
				return Err(PackageError::invalid(".", problem));
			}
			let name = entry.file_name();
			let path = relative.join(&name);
			let invalid = |problem: String| Err(PackageError::invalid(path.display().to_string(), problem));
			let name = match name.into_string() {
				Ok(name) if is_valid_name(&name) => name,
				_ => {
					return invalid(format!(
						"is not a permitted name: rename it to at most {MAX_NAME} ASCII letters, digits, `-`, `_` \
						 and `.`, not starting with `.`, or delete it"
					));
				}
			};
			// Of the entry itself: a link is not followed.
			let metadata = entry.metadata().map_err(PackageError::io(entry.path()))?;
			let entry = if metadata.is_dir() {
				Entry::Directory(self.directory(&path, depth + 1)?)
			} else if metadata.is_file() {
				self.size = self.size.saturating_add(metadata.len());
				if self.size > MAX_SIZE {
					return invalid(format!("makes the package larger than {MAX_SIZE} bytes"));
				}
				Entry::File(metadata.len())
			} else {
				return invalid(
					"is neither a file nor a directory: replace links by what they point to".into(),
				);
			};
			entries.insert(name, entry);
		}
		if entries.is_empty() {
			return Err(PackageError::invalid(
				shown,
				"is an empty directory: delete it or put files into it",
			));
		}
		Ok(entries)
	}
}

/// Names that mean the same in every file system, shell and URL. Hidden files are left out because `ipfs add` leaves
/// them out, which would change the id.
fn is_valid_name(name: &str) -> bool {
	let permitted = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
	(1..=MAX_NAME).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(permitted)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::symlink;

	fn problem(result: Result<Tree, PackageError>) -> String {
		match result {
			Err(error @ PackageError::Invalid { .. }) => error.to_string(),
			other => panic!("expected an invalid tree, got {other:?}"),
		}
	}

	#[test]
	fn id_should_match_ipfs_car_when_directory_is_flat_or_nested() {
		// npm `ipfs-car` 3.1.0: `ipfs-car pack DIRECTORY`
		let dir = tempfile::tempdir().unwrap();
		let model =
			(0..(1usize << 20) + 1).map(|i| ((i * 31 + (i >> 8) * 7 + (i >> 16) * 13 + 1) & 255) as u8);
		for (name, bytes) in [
			("assay.toml", b"name = \"x\"\n".to_vec()),
			("model.onnx", model.collect()),
			("Zed", b"z".to_vec()),
			("empty", Vec::new()),
		] {
			fs::write(dir.path().join(name), bytes).unwrap();
		}
		let flat = Tree::scan(dir.path()).unwrap();
		assert_eq!(
			flat.node(&[]).unwrap().id.to_string(),
			"bafybeidhkpuqqlvh2vdotngzduoaeg4b5hrlsdb6dazw3wkk7g4bjicxay"
		);
		assert_eq!(flat.size(), 11 + (1 << 20) + 1 + 1);

		let dir = tempfile::tempdir().unwrap();
		fs::create_dir(dir.path().join("sub")).unwrap();
		for (name, bytes) in [("a.txt", "a"), ("sub/b.txt", "b"), ("sub.txt", "c")] {
			fs::write(dir.path().join(name), bytes).unwrap();
		}
		let nested = Tree::scan(dir.path()).unwrap();
		assert_eq!(
			nested.node(&[]).unwrap().id.to_string(),
			"bafybeifmncapr3ehvdfgyhin6xb7g2afv7kejvhi4gcqbu2pl2xjifykve"
		);
		assert_eq!(nested.file_size("sub/b.txt"), Some(1));
	}

	#[test]
	fn file_size_should_be_none_when_path_leaves_the_tree() {
		let dir = tempfile::tempdir().unwrap();
		fs::create_dir(dir.path().join("package")).unwrap();
		fs::write(dir.path().join("secret"), "s").unwrap();
		fs::write(dir.path().join("package/model.onnx"), "m").unwrap();
		let tree = Tree::scan(&dir.path().join("package")).unwrap();
		assert_eq!(tree.file_size("model.onnx"), Some(1));
		let secret = dir.path().join("secret").display().to_string();
		for path in ["../secret", &secret, "./model.onnx", "model.onnx/", "", "/", "model.onnx/x"] {
			assert_eq!(tree.file_size(path), None, "{path}");
		}
	}

	#[test]
	fn scan_should_name_the_file_when_entry_is_not_permitted() {
		for name in [".hidden", "a b", "ä", "x\n"] {
			let dir = tempfile::tempdir().unwrap();
			fs::write(dir.path().join(name), "").unwrap();
			assert!(problem(Tree::scan(dir.path())).contains("rename it"), "{name}");
		}
		let dir = tempfile::tempdir().unwrap();
		symlink("/etc/passwd", dir.path().join("model.onnx")).unwrap();
		assert!(problem(Tree::scan(dir.path())).starts_with("model.onnx: is neither"));

		let dir = tempfile::tempdir().unwrap();
		fs::create_dir_all(dir.path().join("a/b/c/d")).unwrap();
		assert!(problem(Tree::scan(dir.path())).starts_with("a/b/c/d: is nested"));

		let dir = tempfile::tempdir().unwrap();
		assert!(problem(Tree::scan(dir.path())).contains("empty directory"));

		let dir = tempfile::tempdir().unwrap();
		(0..=MAX_ENTRIES).for_each(|i| fs::write(dir.path().join(i.to_string()), "").unwrap());
		assert!(problem(Tree::scan(dir.path())).contains("more than 256"));
	}

	#[test]
	fn read_should_fail_when_file_is_replaced_after_the_scan() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("model.onnx");
		fs::write(&path, "before").unwrap();
		let tree = Tree::scan(dir.path()).unwrap();
		fs::write(&path, "much longer").unwrap();
		assert!(matches!(tree.read("model.onnx", 100), Err(PackageError::Changed { .. })));
		assert!(matches!(tree.node(&[]), Err(PackageError::Changed { .. })));
		fs::remove_file(&path).unwrap();
		symlink("/etc/passwd", &path).unwrap();
		assert!(matches!(tree.read("model.onnx", 100), Err(PackageError::Io { .. })));
	}
}
