//! From what is noted to the transaction pool.

use crate::{LOG_TARGET, Obstacle, Submission, journal};
use assay_primitives::WorkerId;
use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};

/// Sends a transaction that does what was [noted](crate::note). What was not sent is tried again in the next block.
pub fn send<T, C>(key: &WorkerId, noted: &[Submission], call: impl FnOnce() -> Result<C, Obstacle>)
where
	T: CreateAuthorizedTransaction<C>,
{
	let sent = call().and_then(|call| {
		let transaction = T::create_authorized_transaction(call.into());
		SubmitTransaction::<T, C>::submit_transaction(transaction).map_err(|()| Obstacle::Pool)
	});
	for submission in noted {
		let Submission { subject, step, .. } = submission;
		match &sent {
			Ok(()) => log::info!(target: LOG_TARGET, "{subject}: {step:?} sent"),
			Err(obstacle) => {
				journal::not_sent(key, *submission);
				obstacle.log(subject);
			}
		}
	}
}
