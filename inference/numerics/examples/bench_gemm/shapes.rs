//! What is measured: cubes, the products of a transformer, and the convolutions of well-known networks.

use assay_numerics::{MatMul, Strides};

/// Names, batch sizes and shapes of matrix products.
pub fn products() -> Vec<(String, usize, MatMul)> {
	let mut products: Vec<_> = [128, 256, 512, 1024, 2048]
		.map(|n| (format!("{n} cube"), 1, MatMul::row_major(n, n, n)))
		.into_iter()
		.collect();
	let b_transposed = |m, k, n| MatMul { b: Strides::transposed(k), ..MatMul::row_major(m, k, n) };
	let others = [
		("128 x 384 x 384", 1, MatMul::row_major(128, 384, 384)),
		("128 x 384 x 1536", 1, MatMul::row_major(128, 384, 1536)),
		("128 x 1536 x 384", 1, MatMul::row_major(128, 1536, 384)),
		("128 x 384 x 384, B transposed", 1, b_transposed(128, 384, 384)),
		("attention 12 x 128 x 32 x 128, Bt", 12, b_transposed(128, 32, 128)),
		("attention 12 x 128 x 128 x 32", 12, MatMul::row_major(128, 128, 32)),
		("row 1 x 1024 x 1024", 1, MatMul::row_major(1, 1024, 1024)),
		("row 1 x 1024 x 1024, Bt", 1, b_transposed(1, 1024, 1024)),
		("row 1 x 4096 x 4096", 1, MatMul::row_major(1, 4096, 4096)),
		("row 1 x 4096 x 4096, Bt", 1, b_transposed(1, 4096, 4096)),
		("4 rows, 4 x 1024 x 1024", 1, MatMul::row_major(4, 1024, 1024)),
		("column 1024 x 1024 x 1", 1, MatMul::row_major(1024, 1024, 1)),
		("3 columns, 1024 x 1024 x 3", 1, MatMul::row_major(1024, 1024, 3)),
	];
	products.extend(others.map(|(name, batch, shape)| (name.into(), batch, shape)));
	products
}

/// M, K and N of products with a right-hand side packed before.
pub const PACKED: [[usize; 3]; 9] = [
	[512, 512, 512],
	[1024, 1024, 1024],
	[128, 384, 384],
	[128, 384, 1536],
	[128, 1536, 384],
	[1, 1024, 1024],
	[1, 4096, 4096],
	[4, 1024, 1024],
	[4, 4096, 4096],
];

/// A square convolution over two axes, padded to keep the size at stride 1.
pub struct Convolution {
	pub name: &'static str,
	/// In, out.
	pub channels: [usize; 2],
	pub groups: usize,
	/// Input height and width.
	pub size: usize,
	pub kernel: usize,
	pub stride: usize,
}

const fn layer(
	name: &'static str,
	channels: [usize; 2],
	size: usize,
	kernel: usize,
	stride: usize,
) -> Convolution {
	Convolution { name, channels, groups: 1, size, kernel, stride }
}

const fn depthwise(name: &'static str, channels: usize, size: usize, stride: usize) -> Convolution {
	Convolution { name, channels: [channels; 2], groups: channels, size, kernel: 3, stride }
}

pub const CONVOLUTIONS: &[Convolution] = &[
	layer("resnet conv 3>64 224 7x7/2", [3, 64], 224, 7, 2),
	layer("resnet conv 64>64 56 1x1", [64, 64], 56, 1, 1),
	layer("resnet conv 64>256 56 1x1", [64, 256], 56, 1, 1),
	layer("resnet conv 64>64 56 3x3", [64, 64], 56, 3, 1),
	layer("resnet conv 256>512 56 1x1/2", [256, 512], 56, 1, 2),
	layer("resnet conv 128>128 28 3x3", [128, 128], 28, 3, 1),
	layer("resnet conv 512>128 28 1x1", [512, 128], 28, 1, 1),
	layer("resnet conv 256>256 14 3x3", [256, 256], 14, 3, 1),
	layer("resnet conv 256>1024 14 1x1", [256, 1024], 14, 1, 1),
	layer("resnet conv 512>512 7 3x3", [512, 512], 7, 3, 1),
	layer("resnet conv 512>2048 7 1x1", [512, 2048], 7, 1, 1),
	layer("vgg conv 3>64 224 3x3", [3, 64], 224, 3, 1),
	layer("vgg conv 64>64 224 3x3", [64, 64], 224, 3, 1),
	layer("vgg conv 128>128 112 3x3", [128, 128], 112, 3, 1),
	layer("vgg conv 512>512 28 3x3", [512, 512], 28, 3, 1),
	depthwise("depthwise 144 56 3x3/1", 144, 56, 1),
	depthwise("depthwise 144 56 3x3/2", 144, 56, 2),
	depthwise("depthwise 240 28 3x3/1", 240, 28, 1),
	depthwise("depthwise 240 28 3x3/2", 240, 28, 2),
	depthwise("depthwise 480 14 3x3/1", 480, 14, 1),
	depthwise("depthwise 960 7 3x3/1", 960, 7, 1),
	Convolution {
		name: "grouped 240>240 28 1x1, 3 groups",
		channels: [240; 2],
		groups: 3,
		size: 28,
		kernel: 1,
		stride: 1,
	},
];
