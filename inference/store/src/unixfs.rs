//! UnixFS: files and directories as Merkle DAGs, and the ids of their roots.
//!
//! A file of at most [`CHUNK`] bytes is one `raw` block. A longer one is cut into raw leaves under a balanced tree of
//! `dag-pb` nodes with at most [`MAX_LINKS`] children, all leaves at the same depth. A directory is a `dag-pb` node
//! whose links are its entries by name. Only ids are computed here; files stay whole on disk.
//!
//! Specifications: <https://specs.ipfs.tech/unixfs/> and <https://ipld.io/specs/codecs/dag-pb/spec/>.

use assay_primitives::{Codec, ContentId};
use cid::Cid;
use prost::Message;
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// Bytes of a full leaf.
pub const CHUNK: usize = 1 << 20;
/// Most children of a file's inner node; the default of `ipfs add`.
pub const MAX_LINKS: usize = 174;

/// The root of a file's or directory's DAG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
	/// Id of the root block.
	pub id: ContentId,
	/// Bytes of the file; 0 for a directory.
	pub file_size: u64,
	/// Bytes of all blocks below and including the root: the `Tsize` of a link to it.
	pub dag_size: u64,
}

/// The root of the file that `reader` yields, read once and never held as a whole.
pub fn file(reader: impl Read) -> io::Result<Node> {
	balanced(reader, CHUNK)
}

/// The id of `bytes` as a file.
pub fn id_of(bytes: &[u8]) -> ContentId {
	let mut tree = Balanced::default();
	bytes.chunks(CHUNK).for_each(|chunk| tree.push(0, leaf(chunk)));
	tree.finish().id
}

/// The root of a directory. `entries` must be sorted by the bytes of their names, each name once.
pub fn directory<'a>(entries: impl IntoIterator<Item = (&'a str, Node)>) -> Node {
	let links = entries.into_iter().map(|(name, node)| Link::new(name, &node)).collect();
	inner_node(links, &Data { kind: Kind::Directory.into(), file_size: None, block_sizes: Vec::new() }, 0)
}

fn balanced(mut reader: impl Read, chunk: usize) -> io::Result<Node> {
	let mut tree = Balanced::default();
	let mut buffer = Vec::with_capacity(chunk);
	loop {
		buffer.clear();
		reader.by_ref().take(chunk as u64).read_to_end(&mut buffer)?;
		if !buffer.is_empty() {
			tree.push(0, leaf(&buffer));
		}
		if buffer.len() < chunk {
			return Ok(tree.finish());
		}
	}
}

/// A file's tree while it grows: per level (leaves first) the nodes that have no parent yet.
#[derive(Default)]
struct Balanced {
	levels: Vec<Vec<Node>>,
}

impl Balanced {
	fn push(&mut self, level: usize, node: Node) {
		if self.levels.len() == level {
			self.levels.push(Vec::new());
		}
		let nodes = &mut self.levels[level];
		nodes.push(node);
		if nodes.len() == MAX_LINKS {
			let children = std::mem::take(nodes);
			self.push(level + 1, file_node(&children));
		}
	}

	/// Closes every level from the leaves up. A level below the top always gets a parent, even for a single node,
	/// so that all leaves stay at the same depth.
	fn finish(mut self) -> Node {
		let mut level = 0;
		while level < self.levels.len() {
			let nodes = std::mem::take(&mut self.levels[level]);
			let is_top = level + 1 == self.levels.len();
			match (nodes.as_slice(), is_top) {
				([root], true) => return *root,
				([], _) => {}
				(children, _) => self.push(level + 1, file_node(children)),
			}
			level += 1;
		}
		leaf(&[])
	}
}

fn leaf(bytes: &[u8]) -> Node {
	let size = bytes.len() as u64;
	Node { id: content_id(Codec::Raw, bytes), file_size: size, dag_size: size }
}

fn file_node(children: &[Node]) -> Node {
	let file_size = children.iter().map(|child| child.file_size).sum();
	let data = Data {
		kind: Kind::File.into(),
		file_size: Some(file_size),
		block_sizes: children.iter().map(|child| child.file_size).collect(),
	};
	inner_node(children.iter().map(|child| Link::new("", child)).collect(), &data, file_size)
}

fn inner_node(links: Vec<Link>, data: &Data, file_size: u64) -> Node {
	let children: u64 = links.iter().filter_map(|link| link.dag_size).sum();
	// Canonical dag-pb has the links (field 2) before the data (field 1), an order no single message encodes to. The
	// concatenation of two encodings is the encoding of the merged message.
	let mut block = PbLinks { links }.encode_to_vec();
	block.extend(PbData { data: Some(data.encode_to_vec()) }.encode_to_vec());
	Node { id: content_id(Codec::DagPb, &block), file_size, dag_size: children + block.len() as u64 }
}

fn content_id(codec: Codec, block: &[u8]) -> ContentId {
	ContentId { codec, digest: Sha256::digest(block).into() }
}

/// `PBNode.Links` of dag-pb.
#[derive(Clone, PartialEq, Message)]
struct PbLinks {
	#[prost(message, repeated, tag = "2")]
	links: Vec<Link>,
}

/// `PBNode.Data` of dag-pb.
#[derive(Clone, PartialEq, Message)]
struct PbData {
	#[prost(bytes = "vec", optional, tag = "1")]
	data: Option<Vec<u8>>,
}

/// `PBLink` of dag-pb. A file's links carry an empty name, not an absent one.
#[derive(Clone, PartialEq, Message)]
struct Link {
	#[prost(bytes = "vec", optional, tag = "1")]
	hash: Option<Vec<u8>>,
	#[prost(string, optional, tag = "2")]
	name: Option<String>,
	#[prost(uint64, optional, tag = "3")]
	dag_size: Option<u64>,
}

impl Link {
	fn new(name: &str, node: &Node) -> Self {
		Self {
			hash: Some(Cid::from(node.id).to_bytes()),
			name: Some(name.into()),
			dag_size: Some(node.dag_size),
		}
	}
}

/// `Data` of UnixFS.
#[derive(Clone, PartialEq, Message)]
struct Data {
	#[prost(enumeration = "Kind", required, tag = "1")]
	kind: i32,
	#[prost(uint64, optional, tag = "3")]
	file_size: Option<u64>,
	#[prost(uint64, repeated, packed = "false", tag = "4")]
	block_sizes: Vec<u64>,
}

/// `Data.DataType` of UnixFS, as far as used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
enum Kind {
	Directory = 1,
	File = 2,
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Every byte differs from its neighbours and every chunk from the others.
	fn pattern(length: usize) -> Vec<u8> {
		(0..length).map(|i| ((i * 31 + (i >> 8) * 7 + (i >> 16) * 13) & 255) as u8).collect()
	}

	#[test]
	fn id_should_match_ipfs_car_when_file_is_one_chunk() {
		// npm `ipfs-car` 3.1.0: `ipfs-car pack FILE --no-wrap`
		assert_eq!(
			id_of(b"hello world").to_string(),
			"bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
		);
		assert_eq!(id_of(b"").to_string(), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
	}

	#[test]
	fn id_and_size_should_match_ipld_unixfs_when_tree_has_one_to_three_levels() {
		// npm `@ipld/unixfs` 3.0.0, fixed chunker, raw leaves, balanced layout of width 174: root CID and dagByteLength.
		// Small chunks reach a tree of three levels without half a terabyte of input.
		let goldens = [
			(1024, 1024, "bafkreibotui2cuwbsvhwppfkysp6sdxtkldmcl72i7fe4elndlgqtiagp4", 1024),
			(1025, 1024, "bafybeiag5f6t4gg6y52f7mbjk64m76q223dnhe5ml5z4tzotoefj56odjy", 1126),
			(174 * 16, 16, "bafybeieyhwzdsdzpjfnrsbmlk4fenzr7apsodveigi7r652vdqqtzxccam", 10796),
			(174 * 16 + 1, 16, "bafybeidsfidfzf2qvkewwsmvluyui4rvlyyhgkq2c7me6eagofvhzlfe6a", 10950),
			(175 * 16, 16, "bafybeigyu27whbgf7ovllk46makcwq3x2724peqdif3so7zfgpvmoruwtm", 10965),
			(174 * 174 * 16, 16, "bafybeihwv5wp7c22pbxcpf5yi4tuq467vx4seh7hgbm2uzkiq7e3a5z62m", 1886865),
			(174 * 174 * 16 + 1, 16, "bafybeib6rluuwlrzx7vugn5hh3otmrlffyjhv2bf5oknmoxrxlphofczwy", 1887074),
			(3 * CHUNK + 5, CHUNK, "bafybeibjvhc7oj63js437p43k7ljwohzrvtefyzocy43bz6e5d7hjbg344", 3145938),
		];
		for (length, chunk, id, dag_size) in goldens {
			let node = balanced(pattern(length).as_slice(), chunk).unwrap();
			assert_eq!(node.id.to_string(), id, "{length} bytes in chunks of {chunk}");
			assert_eq!((node.file_size, node.dag_size), (length as u64, dag_size), "{length} bytes");
		}
	}

	#[test]
	fn file_should_agree_with_id_of_when_chunks_are_partial() {
		for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
			let bytes = pattern(length);
			assert_eq!(file(bytes.as_slice()).unwrap().id, id_of(&bytes), "{length} bytes");
		}
	}
}
