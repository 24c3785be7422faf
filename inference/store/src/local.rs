//! The store: packages and byte strings under their ids, in one directory.
//!
//! ```text
//! packages/<id>/   the files of a package
//! objects/<id>     bytes: large inputs and outputs
//! temporary/       what is being written
//! ```
//! Everything is written under `temporary`, flushed to the disk, and renamed to its place. So several processes may share
//! a store, and a crash leaves nothing half-written under an id. What is kept may be read by every user of the machine, as the
//! user's mask permits: the one who adds a model need not be the one who runs the node.

use crate::{
	Package, PackageError, StoreError,
	tree::{self, Entry, Tree},
	unixfs,
};
use assay_primitives::ContentId;
use std::{
	collections::BTreeMap,
	fs::{self, File, Permissions},
	io::{self, Read, Write},
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};

const PACKAGES: &str = "packages";
const OBJECTS: &str = "objects";
const TEMPORARY: &str = "temporary";
/// Age at which a crashed writer's leftovers are deleted.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// A directory of content-addressed packages and bytes.
#[derive(Clone, Debug)]
pub struct Store {
	dir: PathBuf,
}

impl Store {
	/// Opens the store in `dir` and creates what is missing.
	pub fn open(dir: impl Into<PathBuf>) -> Result<Self, StoreError> {
		let store = Self { dir: dir.into() };
		for part in [PACKAGES, OBJECTS, TEMPORARY] {
			let path = store.dir.join(part);
			fs::create_dir_all(&path).map_err(StoreError::io(&path))?;
		}
		store.delete_abandoned();
		Ok(store)
	}

	/// The store in `dir`, to be read only; writes nothing, not even missing directories.
	pub fn attach(dir: impl Into<PathBuf>) -> Self {
		Self { dir: dir.into() }
	}

	/// The directory.
	pub fn path(&self) -> &Path {
		&self.dir
	}

	/// Checks the package in `dir`, copies it and returns its id. Nothing changes when it is there already.
	pub fn put_package(&self, dir: &Path) -> Result<ContentId, StoreError> {
		let source = Package::open(dir)?;
		let temporary = tempfile::Builder::new()
			.prefix("package-")
			.permissions(Permissions::from_mode(0o755))
			.tempdir_in(self.dir.join(TEMPORARY))
			.map_err(StoreError::io(self.dir.join(TEMPORARY)))?;
		copy(dir, temporary.path(), source.tree().entries())?;

		// The copy is what gets the id, whatever happened to the source meanwhile.
		let id = Package::open(temporary.path())?.content_id()?;
		let place = self.package_path(id);
		match fs::rename(temporary.path(), &place) {
			Ok(()) => {}
			Err(error) if exists(&error) && self.verify(id).is_ok() => return Ok(id),
			Err(error) if exists(&error) => self.replace_directory(temporary.path(), &place)?,
			Err(error) => return Err(StoreError::io(&place)(error)),
		}
		sync(&self.dir.join(PACKAGES))?;
		Ok(id)
	}

	/// The directory of a package, if it is in the store. Its content is not verified.
	pub fn package(&self, id: ContentId) -> Option<PathBuf> {
		let path = self.package_path(id);
		path.is_dir().then_some(path)
	}

	/// Keeps `bytes` and returns their id.
	pub fn put_bytes(&self, bytes: &[u8]) -> Result<ContentId, StoreError> {
		let id = unixfs::id_of(bytes);
		let place = self.object_path(id);
		if self.verify(id).is_ok() {
			return Ok(id);
		}
		let temporary = self.dir.join(TEMPORARY);
		let write = || {
			let mut file = tempfile::Builder::new()
				.prefix("object-")
				.permissions(Permissions::from_mode(0o644))
				.tempfile_in(&temporary)?;
			file.write_all(bytes)?;
			file.as_file().sync_all()?;
			file.persist(&place)?;
			Ok(())
		};
		write().map_err(StoreError::io(&place))?;
		sync(&self.dir.join(OBJECTS))?;
		Ok(id)
	}

	/// The bytes kept under `id`, verified; `limit` is in bytes.
	pub fn get_bytes(&self, id: ContentId, limit: u64) -> Result<Vec<u8>, StoreError> {
		let path = self.object_path(id);
		let file = self.open_object(id)?;
		let size = file.metadata().map_err(StoreError::io(&path))?.len();
		if size > limit {
			return Err(StoreError::TooLarge { id, size, limit });
		}
		let mut bytes = Vec::with_capacity(size as usize);
		file.take(limit).read_to_end(&mut bytes).map_err(StoreError::io(&path))?;
		match unixfs::id_of(&bytes) {
			found if found == id => Ok(bytes),
			found => Err(StoreError::Corrupt { path, expected: id, found }),
		}
	}

	/// Whether bytes are kept under `id`. They are not verified.
	pub fn has_bytes(&self, id: ContentId) -> bool {
		self.object_path(id).is_file()
	}

	/// Computes the id of what is kept under `id` again and compares.
	pub fn verify(&self, id: ContentId) -> Result<(), StoreError> {
		let (path, found) = match self.package(id) {
			Some(path) => {
				let found = Tree::scan(&path).and_then(|tree| tree.node(&[]))?.id;
				(path, found)
			}
			None => {
				let path = self.object_path(id);
				let found = unixfs::file(self.open_object(id)?).map_err(StoreError::io(&path))?.id;
				(path, found)
			}
		};
		if found == id { Ok(()) } else { Err(StoreError::Corrupt { path, expected: id, found }) }
	}

	/// Ids of all packages, ascending.
	pub fn list(&self) -> Result<Vec<ContentId>, StoreError> {
		let path = self.dir.join(PACKAGES);
		let mut ids = Vec::new();
		for entry in fs::read_dir(&path).map_err(StoreError::io(&path))? {
			let entry = entry.map_err(StoreError::io(&path))?;
			ids.extend(entry.file_name().to_str().and_then(|name| name.parse::<ContentId>().ok()));
		}
		ids.sort_unstable();
		Ok(ids)
	}

	fn package_path(&self, id: ContentId) -> PathBuf {
		self.dir.join(PACKAGES).join(id.to_string())
	}

	fn object_path(&self, id: ContentId) -> PathBuf {
		self.dir.join(OBJECTS).join(id.to_string())
	}

	fn open_object(&self, id: ContentId) -> Result<File, StoreError> {
		let path = self.object_path(id);
		tree::open(&path).map_err(|error| match error.kind() {
			io::ErrorKind::NotFound => StoreError::NotFound { id, store: self.dir.clone() },
			_ => StoreError::io(path)(error),
		})
	}

	/// Puts `new` where a damaged package is.
	fn replace_directory(&self, new: &Path, place: &Path) -> Result<(), StoreError> {
		let damaged = tempfile::Builder::new()
			.prefix("damaged-")
			.tempdir_in(self.dir.join(TEMPORARY))
			.map_err(StoreError::io(self.dir.join(TEMPORARY)))?;
		fs::rename(place, damaged.path().join("package")).map_err(StoreError::io(place))?;
		match fs::rename(new, place) {
			// Another process was faster.
			Err(error) if exists(&error) => Ok(()),
			result => result.map_err(StoreError::io(place)),
		}
	}

	/// Deletes what crashed writers left behind. Failing to is no reason not to open the store.
	fn delete_abandoned(&self) {
		let now = SystemTime::now();
		for entry in fs::read_dir(self.dir.join(TEMPORARY)).into_iter().flatten().flatten() {
			let Ok(metadata) = entry.metadata() else { continue };
			let age = metadata.modified().ok().and_then(|modified| now.duration_since(modified).ok());
			if age.is_some_and(|age| age > ABANDONED) {
				let path = entry.path();
				let _ = if metadata.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
			}
		}
	}
}

/// Copies the scanned `entries` and flushes them to the disk.
fn copy(from: &Path, to: &Path, entries: &BTreeMap<String, Entry>) -> Result<(), StoreError> {
	for (name, entry) in entries {
		let (from, to) = (from.join(name), to.join(name));
		match entry {
			Entry::Directory(inner) => {
				fs::create_dir(&to).map_err(StoreError::io(&to))?;
				copy(&from, &to, inner)?;
			}
			Entry::File(size) => {
				let source = tree::open(&from).map_err(PackageError::io(&from))?;
				let write = || {
					let mut target = File::create_new(&to)?;
					io::copy(&mut source.take(*size), &mut target)?;
					target.sync_all()
				};
				write().map_err(StoreError::io(&to))?;
			}
		}
	}
	sync(to)
}

/// Flushes a directory's entries to the disk.
fn sync(dir: &Path) -> Result<(), StoreError> {
	File::open(dir).and_then(|dir| dir.sync_all()).map_err(StoreError::io(dir))
}

/// Whether `rename(2)` failed because a package, which is never an empty directory, is there already.
fn exists(error: &io::Error) -> bool {
	matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::package::tests::write;
	use tempfile::{TempDir, tempdir};

	fn store() -> (TempDir, Store) {
		let dir = tempdir().unwrap();
		let store = Store::open(dir.path().join("store")).unwrap();
		(dir, store)
	}

	fn temporary_files(store: &Store) -> usize {
		fs::read_dir(store.path().join(TEMPORARY)).unwrap().count()
	}

	fn package(dir: &TempDir, graph: &[u8]) -> PathBuf {
		let path = dir.path().join("source");
		fs::create_dir_all(&path).unwrap();
		write(&path, graph);
		path
	}

	#[test]
	fn put_package_should_change_nothing_when_it_is_there_already() {
		let (dir, store) = store();
		let source = package(&dir, b"graph");
		let id = store.put_package(&source).unwrap();
		assert_eq!(store.put_package(&source).unwrap(), id);
		assert_eq!(Package::open(&source).unwrap().content_id().unwrap(), id);

		let kept = Package::open(&store.package(id).unwrap()).unwrap();
		assert_eq!(kept.verified_files(id).unwrap()["model.onnx"], b"graph");
		assert_eq!(store.list().unwrap(), [id]);
		assert_eq!(temporary_files(&store), 0);
		store.verify(id).unwrap();
	}

	#[test]
	fn put_package_should_replace_it_when_the_kept_one_is_damaged() {
		let (dir, store) = store();
		let source = package(&dir, b"graph");
		let id = store.put_package(&source).unwrap();
		fs::write(store.package(id).unwrap().join("model.onnx"), b"forge").unwrap();
		let damaged = store.verify(id).unwrap_err();
		assert!(matches!(damaged, StoreError::Corrupt { expected, .. } if expected == id), "{damaged}");

		assert_eq!(store.put_package(&source).unwrap(), id);
		store.verify(id).unwrap();
		assert_eq!(temporary_files(&store), 0);
	}

	#[test]
	fn put_package_should_leave_nothing_when_the_package_is_refused() {
		let (dir, store) = store();
		let source = package(&dir, b"graph");
		fs::write(source.join(crate::CONFIG_FILE), "name = 1").unwrap();
		assert!(matches!(store.put_package(&source), Err(StoreError::Package(_))));
		assert_eq!(store.list().unwrap(), []);
		assert_eq!(temporary_files(&store), 0);
	}

	#[test]
	fn put_package_should_succeed_when_many_put_the_same_at_once() {
		let (dir, store) = store();
		let source = package(&dir, &[7; 100_000]);
		let ids: Vec<_> = std::thread::scope(|scope| {
			let puts: Vec<_> = (0..8).map(|_| scope.spawn(|| store.put_package(&source).unwrap())).collect();
			puts.into_iter().map(|put| put.join().unwrap()).collect()
		});
		assert_eq!(ids, [ids[0]; 8]);
		store.verify(ids[0]).unwrap();
		assert_eq!(temporary_files(&store), 0);
	}

	#[test]
	fn get_bytes_should_return_what_was_put_unless_it_is_longer_than_the_limit() {
		let (_dir, store) = store();
		for length in [0, 5, unixfs::CHUNK, 2 * unixfs::CHUNK + 1] {
			let bytes = vec![3; length];
			let id = store.put_bytes(&bytes).unwrap();
			assert_eq!(store.get_bytes(id, length as u64).unwrap(), bytes);
			assert_eq!(store.put_bytes(&bytes).unwrap(), id);
			assert!(store.has_bytes(id));
			if length > 0 {
				let refused = store.get_bytes(id, length as u64 - 1);
				assert!(matches!(refused, Err(StoreError::TooLarge { .. })), "{refused:?}");
			}
		}
		let absent = unixfs::id_of(b"absent");
		assert!(!store.has_bytes(absent));
		assert!(matches!(store.get_bytes(absent, 10), Err(StoreError::NotFound { id, .. }) if id == absent));
		assert!(matches!(store.verify(absent), Err(StoreError::NotFound { .. })));
		assert_eq!(temporary_files(&store), 0);
	}

	#[test]
	fn get_bytes_should_fail_when_the_disk_changed_them_and_put_should_repair() {
		let (_dir, store) = store();
		let id = store.put_bytes(b"bytes").unwrap();
		fs::write(store.object_path(id), b"bytez").unwrap();
		assert!(
			matches!(store.get_bytes(id, 10), Err(StoreError::Corrupt { expected, .. }) if expected == id)
		);
		assert_eq!(store.put_bytes(b"bytes").unwrap(), id);
		assert_eq!(store.get_bytes(id, 10).unwrap(), b"bytes");
	}

	#[test]
	fn open_should_delete_what_a_crashed_writer_left_a_day_ago() {
		let (_dir, store) = store();
		let (old, fresh) =
			(store.path().join("temporary/object-old"), store.path().join("temporary/object-new"));
		fs::write(&old, "").unwrap();
		fs::write(&fresh, "").unwrap();
		let long_ago = SystemTime::now() - 2 * ABANDONED;
		File::options().write(true).open(&old).unwrap().set_modified(long_ago).unwrap();
		Store::open(store.path()).unwrap();
		assert!(!old.exists() && fresh.exists());
	}
}
