//! The handwritten digits: loading, shuffling, augmentation and batches.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::{Context, Result, ensure};
use burn::tensor::{Device, Int, Tensor, TensorData};
use npyz::NpyFile;
use rand::{Rng, RngExt, seq::SliceRandom};

/// Height and width of an image.
pub const SIDE: usize = 8;
/// Number of classes.
pub const CLASSES: usize = 10;
/// The value of a pixel that is all ink.
const MAX_PIXEL: f32 = 16.0;

const PIXELS: usize = SIDE * SIDE;
/// How far augmentation moves an image along each axis.
const MAX_SHIFT: i8 = 1;
/// Most that augmentation adds to a pixel or takes from it.
const MAX_NOISE: f32 = 0.06;

/// One image in row-major order, pixels from 0 (paper) to 1 (ink).
pub type Image = [f32; PIXELS];

/// Images with what they show.
pub struct Digits {
	/// The images.
	pub images: Vec<Image>,
	/// The class of each, 0 to 9.
	pub labels: Vec<u8>,
}

impl Digits {
	/// Reads `{part}-images.npy` (uint8 `[n, 8, 8]`, 0 to 16) and `{part}-labels.npy` (uint8 `[n]`) in `directory`.
	pub fn load(directory: &Path, part: &str) -> Result<Self> {
		let (shape, pixels) = read_npy(&directory.join(format!("{part}-images.npy")))?;
		let (_, labels) = read_npy(&directory.join(format!("{part}-labels.npy")))?;
		ensure!(
			shape == [labels.len() as u64, SIDE as u64, SIDE as u64],
			"{part} images have shape {shape:?} for {} labels: run export_data.py again",
			labels.len(),
		);
		ensure!(labels.iter().all(|&label| usize::from(label) < CLASSES), "{part} labels exceed 9");
		let (images, _) = pixels.as_chunks::<PIXELS>();
		let images = images.iter().map(|image| image.map(|pixel| f32::from(pixel) / MAX_PIXEL)).collect();
		Ok(Self { images, labels })
	}

	/// Number of images.
	pub fn len(&self) -> usize {
		self.labels.len()
	}

	/// All images in random order, each moved and with noise, in batches of at most `size`.
	pub fn augmented_batches<'a, R: Rng>(
		&'a self,
		size: usize,
		rng: &'a mut R,
		device: &'a Device,
	) -> impl Iterator<Item = Batch> + 'a {
		let mut order = (0..self.len()).collect::<Vec<_>>();
		order.shuffle(rng);
		let batches = order.chunks(size).map(<[usize]>::to_vec).collect::<Vec<_>>();
		batches.into_iter().map(move |indices| {
			let images = indices.iter().map(|&i| augment(&self.images[i], rng)).collect::<Vec<_>>();
			let labels = indices.iter().map(|&i| self.labels[i]).collect::<Vec<_>>();
			Batch::new(&images, &labels, device)
		})
	}

	/// All images as they are, as one batch.
	pub fn batch(&self, device: &Device) -> Batch {
		Batch::new(&self.images, &self.labels, device)
	}
}

/// Images and labels on a device.
pub struct Batch {
	/// `[n, 1, 8, 8]`.
	pub images: Tensor<4>,
	/// `[n]`.
	pub labels: Tensor<1, Int>,
}

impl Batch {
	fn new(images: &[Image], labels: &[u8], device: &Device) -> Self {
		let pixels = TensorData::new(images.as_flattened().to_vec(), [images.len(), 1, SIDE, SIDE]);
		let classes = labels.iter().map(|&label| i64::from(label)).collect::<Vec<_>>();
		let classes = TensorData::new(classes, [labels.len()]);
		Self { images: Tensor::from_data(pixels, device), labels: Tensor::from_data(classes, device) }
	}
}

/// Moves the image by up to [`MAX_SHIFT`] pixels, paper coming in at the edge, and changes pixels by up to [`MAX_NOISE`].
fn augment(image: &Image, rng: &mut impl Rng) -> Image {
	let mut shift = || isize::from(rng.random_range(-MAX_SHIFT..=MAX_SHIFT));
	let (down, right) = (shift(), shift());
	let source = |row: usize, column: usize| -> Option<f32> {
		let row = row.checked_add_signed(-down).filter(|&row| row < SIDE)?;
		let column = column.checked_add_signed(-right).filter(|&column| column < SIDE)?;
		Some(image[row * SIDE + column])
	};
	std::array::from_fn(|i| {
		let pixel = source(i / SIDE, i % SIDE).unwrap_or(0.0);
		(pixel + rng.random_range(-MAX_NOISE..=MAX_NOISE)).clamp(0.0, 1.0)
	})
}

/// Shape and elements of a uint8 `.npy` file.
fn read_npy(path: &Path) -> Result<(Vec<u64>, Vec<u8>)> {
	let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
	let npy =
		NpyFile::new(BufReader::new(file)).with_context(|| format!("cannot read {}", path.display()))?;
	let shape = npy.shape().to_vec();
	let values = npy.into_vec().with_context(|| format!("{} does not hold uint8", path.display()))?;
	Ok((shape, values))
}
