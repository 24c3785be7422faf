//! The validator set: elections by stake, and what an offence costs.

use crate::{Candidates, Config, CurrentEra, Event, Ledger, Pallet, WeightInfo, math};
use alloc::vec::Vec;
use assay_primitives::AccountId;
use frame_support::{
	dispatch::DispatchClass,
	traits::{Get, ValidatorRegistration},
	weights::Weight,
};
use pallet_session::{SessionInterface, historical};
use sp_runtime::{Perbill, traits::Convert};
use sp_staking::{
	SessionIndex,
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
};

impl<T: Config> Pallet<T> {
	/// The candidates with most stake that have session keys, up to `MaxValidators`. `None`, which keeps the present
	/// validators, when there is nobody: a chain without authors could never elect one.
	pub(crate) fn elect(session: SessionIndex) -> Option<Vec<AccountId>> {
		let elected: Vec<_> = Candidates::<T>::get()
			.into_iter()
			.map(|candidate| candidate.operator)
			.filter(T::Session::is_registered)
			.take(T::MaxValidators::get() as usize)
			.collect();
		if elected.is_empty() {
			return None;
		}
		Self::deposit_event(Event::Elected { session, validators: elected.len() as u32 });
		Some(elected)
	}
}

impl<T: Config> pallet_session::SessionManager<AccountId> for Pallet<T> {
	fn new_session(session: SessionIndex) -> Option<Vec<AccountId>> {
		let candidates = Candidates::<T>::decode_len().unwrap_or_default() as u32;
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::elect(candidates),
			DispatchClass::Mandatory,
		);
		Self::elect(session)
	}

	fn new_session_genesis(session: SessionIndex) -> Option<Vec<AccountId>> {
		Self::elect(session)
	}

	fn start_session(_: SessionIndex) {}

	fn end_session(_: SessionIndex) {}
}

/// The `FullIdentificationOf` of `pallet-session`'s history: validators are identified by their account alone. A slash
/// takes its fraction of all that is bonded when the offence is reported, including what began to unbond since, so no
/// snapshot of the stake is needed.
pub struct UnitIdentification;

impl Convert<AccountId, Option<()>> for UnitIdentification {
	fn convert(_: AccountId) -> Option<()> {
		Some(())
	}
}

impl<T: Config> historical::SessionManager<AccountId, ()> for Pallet<T> {
	fn new_session(session: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		let elected = <Self as pallet_session::SessionManager<_>>::new_session(session)?;
		Some(elected.into_iter().map(|validator| (validator, ())).collect())
	}

	fn new_session_genesis(session: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		let elected = <Self as pallet_session::SessionManager<_>>::new_session_genesis(session)?;
		Some(elected.into_iter().map(|validator| (validator, ())).collect())
	}

	fn start_session(_: SessionIndex) {}

	fn end_session(_: SessionIndex) {}
}

/// Slashes each offender, takes it off the list of candidates and lets the session pallet disable it.
///
/// `pallet-offences` passes earlier offenders of the same slot again with a fraction that counts the new ones too, and a
/// validator can offend in several slots: of all offences in one session, only the worst is paid for. An offence of an
/// older session than the last one reported is slashed in full.
impl<T: Config> OnOffenceHandler<AccountId, (AccountId, ()), Weight> for Pallet<T> {
	fn on_offence(
		offenders: &[OffenceDetails<AccountId, (AccountId, ())>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		let mut weight = Weight::zero();
		for (details, fraction) in offenders.iter().zip(fractions) {
			let (offender, ()) = &details.offender;
			weight.saturating_accrue(T::WeightInfo::slash_offender());
			Self::slash_offender(offender, *fraction, session);
		}
		weight
	}
}

impl<T: Config> Pallet<T> {
	/// Slashes `fraction` of an operator's stake, active and unbonding, for an offence in `session`. Nothing happens to
	/// an account that is no operator: its stake matured before the report.
	pub(crate) fn slash_offender(offender: &AccountId, fraction: Perbill, session: SessionIndex) {
		if fraction.is_zero() || !Ledger::<T>::contains_key(offender) {
			return;
		}
		let era = CurrentEra::<T>::get();
		let updated = Self::reweigh(offender, |operator| {
			let before = match operator.offence {
				Some((last, worst)) if last == session => worst,
				_ => Perbill::zero(),
			};
			let taken = operator.slash(0, math::offence_share(before, fraction), &era);
			operator.offence = Some((session, before.max(fraction)));
			let stood_down = operator.validating;
			operator.validating = false;
			Ok((taken, stood_down))
		});
		let Ok((_, (taken, stood_down))) = updated else { return };
		if stood_down {
			Self::deposit_event(Event::ValidatingChanged { operator: offender.clone(), validating: false });
		}
		Self::pay_out(offender, taken, &[]);
		T::Session::report_offence(offender.clone(), OffenceSeverity(fraction));
	}
}
