//! The training loop.

use std::time::Instant;

use anyhow::{Result, anyhow};
use burn::{
	lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig,
	module::Module,
	nn::loss::CrossEntropyLossConfig,
	optim::{AdamWConfig, GradientsParams},
	tensor::Device,
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{data::Digits, evaluation::accuracy, model::Cnn};

const SEED: u64 = 1;
const EPOCHS: usize = 60;
const BATCH: usize = 64;
const LEARNING_RATE: f64 = 5e-3;
const WEIGHT_DECAY: f32 = 1e-3;

/// Trains a network and returns it ready for inference. Prints one line per epoch; the test set is looked at only to
/// print, never to choose.
pub fn train(training: &Digits, test: &Digits, device: &Device) -> Result<Cnn> {
	device.seed(SEED);
	let mut rng = ChaCha8Rng::seed_from_u64(SEED);
	let training_device = device.clone().autodiff();

	let mut model = Cnn::new(&training_device);
	let mut optimizer = AdamWConfig::new().with_weight_decay(WEIGHT_DECAY).init();
	let steps = EPOCHS * training.len().div_ceil(BATCH);
	let mut schedule = CosineAnnealingLrSchedulerConfig::new(LEARNING_RATE, steps)
		.init()
		.map_err(|reason| anyhow!("learning-rate schedule: {reason}"))?;
	let cross_entropy = CrossEntropyLossConfig::new().init(&training_device);
	println!("{} parameters, {} training and {} test digits", model.num_params(), training.len(), test.len());

	let start = Instant::now();
	for epoch in 1..=EPOCHS {
		let mut total_loss = 0.0;
		for batch in training.augmented_batches(BATCH, &mut rng, &training_device) {
			let [size] = batch.labels.dims();
			let loss = cross_entropy.forward(model.forward(batch.images), batch.labels);
			let gradients = GradientsParams::from_grads(loss.backward(), &model);
			model = optimizer.step(schedule.step(), model, gradients);
			total_loss += loss.into_scalar::<f32>() * size as f32;
		}
		println!(
			"epoch {epoch:2}/{EPOCHS}: loss {:.4}, test accuracy {}, {:.1} s",
			total_loss / training.len() as f32,
			accuracy(&model.valid(), test, device)?,
			start.elapsed().as_secs_f32(),
		);
	}
	Ok(model.valid())
}
