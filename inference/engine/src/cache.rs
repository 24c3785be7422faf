//! Results on disk, so that a restarted node answers the same without computing again.
//!
//! One file per job, named by the job's id in hexadecimal: a checksum and the SCALE encoding of the [`Execution`]. The
//! checksum, blake2b-256, covers the id too, so that a file under another name is no result. Files are flushed before they
//! appear by renaming, and the directory after that: what was answered survives a power cut, and there are no halves. A file
//! that fails its checksum all the same is deleted and the job computed again.

use crate::{process::LOG, stats::CacheStats};
use assay_primitives::{Execution, JobId};
use codec::{DecodeAll, Encode};
use parking_lot::Mutex;
use sp_crypto_hashing::blake2_256;
use std::{
	collections::VecDeque,
	fs::{self, File},
	io::{self, Read, Write},
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
	time::SystemTime,
};
use tempfile::NamedTempFile;

/// Bytes of the checksum.
const CHECKSUM: usize = 32;
/// Longest file that can be a result: its output is inline and short, or a content id.
const MAX_ENTRY: u64 = 8192;
/// Disks allocate in blocks; a small file is not cheaper.
const BLOCK: u64 = 4096;
/// What temporary files start with.
const TEMPORARY: &str = ".new-";

/// A directory of results.
pub(crate) struct Cache {
	dir: PathBuf,
	/// Bytes it may take.
	budget: u64,
	entries: Mutex<Entries>,
	/// Entries that failed their check.
	damaged: AtomicU64,
}

/// Files by age, oldest first, and the bytes of all.
#[derive(Default)]
struct Entries {
	by_age: VecDeque<(JobId, u64)>,
	bytes: u64,
}

impl Cache {
	/// Opens the cache in `dir`, creates the directory if need be, and brings it within `budget` bytes.
	pub(crate) fn open(dir: &Path, budget: u64) -> io::Result<Self> {
		fs::create_dir_all(dir)?;
		// A directory that was just made must survive a power cut as what is put into it does.
		if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
			File::open(parent)?.sync_all()?;
		}
		let mut found = Vec::new();
		for entry in fs::read_dir(dir)? {
			let entry = entry?;
			let Some(name) = entry.file_name().to_str().map(String::from) else { continue };
			let Ok(metadata) = entry.metadata() else { continue };
			match job_id(&name) {
				Some(id) => {
					let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
					found.push((written, id, on_disk(metadata.len())));
				}
				// Left by a crash. Another engine that is just writing it would compute its result again.
				None if name.starts_with(TEMPORARY) => drop(fs::remove_file(entry.path())),
				None => {}
			}
		}
		found.sort_unstable();
		let bytes = found.iter().map(|(_, _, size)| size).sum();
		let by_age = found.into_iter().map(|(_, id, size)| (id, size)).collect();
		let cache = Self {
			dir: dir.into(),
			budget,
			entries: Mutex::new(Entries { by_age, bytes }),
			damaged: AtomicU64::new(0),
		};
		cache.evict();
		Ok(cache)
	}

	/// The result of a job, if it is there and intact.
	pub(crate) fn get(&self, id: JobId) -> Option<Execution> {
		let path = self.path(id);
		let mut bytes = Vec::new();
		File::open(&path).ok()?.take(MAX_ENTRY).read_to_end(&mut bytes).ok()?;
		let execution = parse(id, &bytes);
		if execution.is_none() {
			log::warn!(target: LOG, "{} is damaged; it is deleted and computed again", path.display());
			self.damaged.fetch_add(1, Ordering::Relaxed);
			self.remove(id);
		}
		execution
	}

	/// How many results there are, what they take, and how many were damaged.
	pub(crate) fn stats(&self) -> CacheStats {
		let entries = self.entries.lock();
		CacheStats {
			damaged: self.damaged.load(Ordering::Relaxed),
			entries: entries.by_age.len(),
			bytes: entries.bytes,
			limit: self.budget,
			..CacheStats::default()
		}
	}

	/// Keeps a result; it is on the disk when this returns.
	pub(crate) fn put(&self, id: JobId, execution: &Execution) -> io::Result<()> {
		let body = execution.encode();
		let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(&self.dir)?;
		file.write_all(&checksum(id, &body))?;
		file.write_all(&body)?;
		file.as_file().sync_all()?;
		persist(file, &self.path(id))?;
		File::open(&self.dir)?.sync_all()?;

		let size = on_disk((CHECKSUM + body.len()) as u64);
		let mut entries = self.entries.lock();
		entries.forget(id);
		entries.by_age.push_back((id, size));
		entries.bytes += size;
		drop(entries);
		self.evict();
		Ok(())
	}

	/// Deletes a result.
	pub(crate) fn remove(&self, id: JobId) {
		// If it cannot be deleted it is overwritten by the next result of the job.
		let _ = fs::remove_file(self.path(id));
		self.entries.lock().forget(id);
	}

	/// Deletes the oldest results until the budget holds. The newest one always stays.
	fn evict(&self) {
		let mut entries = self.entries.lock();
		while entries.bytes > self.budget && entries.by_age.len() > 1 {
			if let Some((id, size)) = entries.by_age.pop_front() {
				entries.bytes -= size;
				let _ = fs::remove_file(self.path(id));
			}
		}
	}

	fn path(&self, id: JobId) -> PathBuf {
		self.dir.join(hex::encode(id.as_bytes()))
	}
}

impl Entries {
	fn forget(&mut self, id: JobId) {
		if let Some(position) = self.by_age.iter().position(|(entry, _)| *entry == id)
			&& let Some((_, size)) = self.by_age.remove(position)
		{
			self.bytes -= size;
		}
	}
}

fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
	file.persist(path).map(drop).map_err(|error| error.error)
}

fn checksum(id: JobId, body: &[u8]) -> [u8; CHECKSUM] {
	blake2_256(&[id.as_bytes(), body].concat())
}

fn parse(id: JobId, bytes: &[u8]) -> Option<Execution> {
	let (expected, body) = bytes.split_at_checked(CHECKSUM)?;
	if checksum(id, body) != expected {
		return None;
	}
	Execution::decode_all(&mut &*body).ok()
}

fn job_id(name: &str) -> Option<JobId> {
	let mut id = [0; 32];
	hex::decode_to_slice(name, &mut id).ok()?;
	Some(id.into())
}

fn on_disk(length: u64) -> u64 {
	length.div_ceil(BLOCK) * BLOCK
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{Outcome, Payload, ResultDigest, commitment::output_hash};
	use std::time::Duration;

	fn execution(output: &[u8]) -> Execution {
		let digest =
			ResultDigest { outcome: Outcome::Success, output_hash: output_hash(output), compute_units: 1 };
		Execution { digest, output: Payload::Inline(output.to_vec().try_into().unwrap()) }
	}

	fn id(number: u8) -> JobId {
		[number; 32].into()
	}

	#[test]
	fn get_should_return_what_was_put_after_a_restart() {
		let dir = tempfile::tempdir().unwrap();
		let cache = Cache::open(dir.path(), 1 << 20).unwrap();
		assert_eq!(cache.get(id(1)), None);
		cache.put(id(1), &execution(b"one")).unwrap();
		cache.put(id(2), &execution(&[0; 4096])).unwrap();
		let cache = Cache::open(dir.path(), 1 << 20).unwrap();
		assert_eq!(cache.get(id(1)), Some(execution(b"one")));
		assert_eq!(cache.get(id(2)), Some(execution(&[0; 4096])));
	}

	#[test]
	fn get_should_delete_the_file_when_any_byte_of_it_changed() {
		let dir = tempfile::tempdir().unwrap();
		let cache = Cache::open(dir.path(), 1 << 20).unwrap();
		cache.put(id(1), &execution(b"one")).unwrap();
		let good = fs::read(cache.path(id(1))).unwrap();
		for position in 0..good.len() {
			let mut bad = good.clone();
			bad[position] ^= 1;
			fs::write(cache.path(id(1)), bad).unwrap();
			assert_eq!(cache.get(id(1)), None, "byte {position}");
			assert!(!cache.path(id(1)).exists());
		}
		for length in 0..good.len() {
			fs::write(cache.path(id(1)), &good[..length]).unwrap();
			assert_eq!(cache.get(id(1)), None, "the first {length} bytes");
		}
		fs::write(cache.path(id(1)), [&good[..], &[0]].concat()).unwrap();
		assert_eq!(cache.get(id(1)), None, "a byte too many");
		fs::write(cache.path(id(2)), &good).unwrap();
		assert_eq!(cache.get(id(2)), None, "the result of another job");
		assert_eq!(cache.stats().damaged, 2 * good.len() as u64 + 2);
		cache.put(id(1), &execution(b"one")).unwrap();
		assert_eq!(cache.get(id(1)), Some(execution(b"one")));
	}

	#[test]
	fn put_should_evict_the_oldest_when_the_budget_is_exceeded() {
		let dir = tempfile::tempdir().unwrap();
		let cache = Cache::open(dir.path(), 2 * BLOCK).unwrap();
		for number in 1..=2 {
			cache.put(id(number), &execution(b"x")).unwrap();
		}
		// Putting again makes it the newest.
		cache.put(id(1), &execution(b"x")).unwrap();
		cache.put(id(3), &execution(b"x")).unwrap();
		assert_eq!(cache.get(id(2)), None);
		assert!(cache.get(id(1)).is_some() && cache.get(id(3)).is_some());
	}

	#[test]
	fn open_should_evict_by_age_and_delete_leftovers() {
		let dir = tempfile::tempdir().unwrap();
		let cache = Cache::open(dir.path(), 1 << 20).unwrap();
		for number in 1..=3 {
			cache.put(id(number), &execution(b"x")).unwrap();
			let written = SystemTime::now() - Duration::from_secs(100 * u64::from(number));
			File::options().write(true).open(cache.path(id(number))).unwrap().set_modified(written).unwrap();
		}
		fs::write(dir.path().join(".new-crashed"), "").unwrap();
		fs::write(dir.path().join("notes.txt"), "").unwrap();
		let cache = Cache::open(dir.path(), 2 * BLOCK).unwrap();
		assert_eq!(cache.get(id(3)), None);
		assert!(cache.get(id(1)).is_some() && cache.get(id(2)).is_some());
		assert!(!dir.path().join(".new-crashed").exists());
		assert!(dir.path().join("notes.txt").exists());
	}
}
