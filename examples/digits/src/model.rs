//! The network.

use burn::{
	module::Module,
	nn::{
		BatchNorm, BatchNormConfig, Linear, LinearConfig, PaddingConfig2d,
		conv::{Conv2d, Conv2dConfig},
		pool::{MaxPool2d, MaxPool2dConfig},
	},
	tensor::{Device, Tensor, activation::relu},
};

use crate::data::{CLASSES, SIDE};

/// Output channels of the two blocks.
const CHANNELS: [usize; 2] = [16, 32];
/// Each block halves height and width.
const FEATURES: usize = CHANNELS[1] * (SIDE / 4) * (SIDE / 4);

/// Two convolutional blocks and a linear classifier.
#[derive(Module, Debug)]
pub struct Cnn {
	/// `[n, 1, 8, 8]` to `[n, 16, 4, 4]`.
	pub first: Block,
	/// `[n, 16, 4, 4]` to `[n, 32, 2, 2]`.
	pub second: Block,
	/// `[n, 128]` to `[n, 10]`.
	pub classifier: Linear,
}

impl Cnn {
	/// A network with random weights, drawn from the device's generator.
	pub fn new(device: &Device) -> Self {
		Self {
			first: Block::new(1, CHANNELS[0], device),
			second: Block::new(CHANNELS[0], CHANNELS[1], device),
			classifier: LinearConfig::new(FEATURES, CLASSES).init(device),
		}
	}

	/// `[n, 1, 8, 8]` to `[n, 10]`: the logits. Their softmax is what the exported model returns.
	pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
		let features = self.second.forward(self.first.forward(images));
		self.classifier.forward(features.flatten(1, 3))
	}
}

/// Convolution 3×3, batch normalisation, ReLU, and the maximum of each 2×2.
#[derive(Module, Debug)]
pub struct Block {
	/// Without bias: the normalisation after it has one.
	pub conv: Conv2d,
	/// Over the convolution's output channels.
	pub norm: BatchNorm,
	/// Windows of 2×2 that do not overlap.
	pub pool: MaxPool2d,
}

impl Block {
	fn new(channels_in: usize, channels_out: usize, device: &Device) -> Self {
		let conv = Conv2dConfig::new([channels_in, channels_out], [3, 3])
			.with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
			.with_bias(false);
		Self {
			conv: conv.init(device),
			norm: BatchNormConfig::new(channels_out).init(device),
			pool: MaxPool2dConfig::new([2, 2]).init(),
		}
	}

	fn forward(&self, input: Tensor<4>) -> Tensor<4> {
		self.pool.forward(relu(self.norm.forward(self.conv.forward(input))))
	}
}
