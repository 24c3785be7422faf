//! The encrypted account files that polkadot-js and its wallets export and import: PKCS #8 of an sr25519 pair,
//! encrypted with XSalsa20-Poly1305 under a key that scrypt derives from the password (encoding version 3).

use assay_primitives::AccountId;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305, aead::Aead, aead::KeyInit};
use serde::{Deserialize, Serialize};
use sp_core::{crypto::Ss58Codec, sr25519};
use subxt_signer::{polkadot_js_compat, sr25519::Keypair};
use zeroize::Zeroizing;

/// scrypt with N = 2^15, p = 1, r = 8: the parameters that polkadot-js writes, 32 MiB and about 0.1 s.
const LOG_N: u8 = 15;
const P: u32 = 1;
const R: u32 = 8;
/// Salt, three scrypt parameters, nonce.
const HEADER: usize = 32 + 12 + 24;
/// Around the secret and the public key in PKCS #8, as polkadot-js writes it.
const PKCS8_HEADER: [u8; 16] = [48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const PKCS8_DIVIDER: [u8; 5] = [161, 35, 3, 33, 0];

/// Why a file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
	/// The password is not the one it was encrypted with, or the file was changed.
	#[error("the password is wrong")]
	Password,
	/// Not an account file of this kind.
	#[error("{0}")]
	Damaged(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
	encoded: String,
	encoding: Encoding,
	address: String,
	#[serde(default)]
	meta: Meta,
}

#[derive(Debug, Serialize, Deserialize)]
struct Encoding {
	content: Vec<String>,
	r#type: Vec<String>,
	version: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Meta {
	#[serde(default)]
	name: String,
}

/// Encrypts `pair` under `password`. `randomness` makes salt and nonce and is never used twice.
pub fn seal(
	name: &str,
	pair: &sr25519::Pair,
	password: &str,
	randomness: &[u8; 56],
) -> Result<String, String> {
	let (salt, nonce) = randomness.split_at(32);
	let keypair: &schnorrkel::Keypair = pair.as_ref();
	let secret = Zeroizing::new(keypair.secret.to_ed25519_bytes());
	let public = keypair.public.to_bytes();
	let plain =
		Zeroizing::new([&PKCS8_HEADER[..], secret.as_slice(), &PKCS8_DIVIDER, public.as_slice()].concat());

	let parameters = scrypt::Params::new(LOG_N, R, P, 32).map_err(|error| error.to_string())?;
	let mut key = Zeroizing::new([0; 32]);
	scrypt::scrypt(password.as_bytes(), salt, &parameters, key.as_mut_slice())
		.map_err(|error| error.to_string())?;
	let sealed = XSalsa20Poly1305::new(Key::from_slice(key.as_slice()))
		.encrypt(Nonce::from_slice(nonce), plain.as_slice())
		.map_err(|error| error.to_string())?;

	let n = (1u32 << LOG_N).to_le_bytes();
	let encoded = [salt, &n, &P.to_le_bytes(), &R.to_le_bytes(), nonce, &sealed].concat();
	let file = File {
		encoded: BASE64.encode(encoded),
		encoding: Encoding {
			content: vec!["pkcs8".into(), "sr25519".into()],
			r#type: vec!["scrypt".into(), "xsalsa20-poly1305".into()],
			version: "3".into(),
		},
		address: AccountId::new(public).to_ss58check(),
		meta: Meta { name: name.into() },
	};
	serde_json::to_string_pretty(&file).map_err(|error| error.to_string())
}

/// The account of a file; needs no password.
pub fn address(json: &str) -> Result<AccountId, String> {
	let file: File = serde_json::from_str(json).map_err(|error| error.to_string())?;
	AccountId::from_ss58check(&file.address).map_err(|error| format!("address: {error}"))
}

/// Decrypts a file.
pub fn open(json: &str, password: &str) -> Result<Keypair, OpenError> {
	let file: File = serde_json::from_str(json).map_err(|error| OpenError::Damaged(error.to_string()))?;
	// `decrypt_json` slices the header off without looking at the length.
	match BASE64.decode(&file.encoded) {
		Ok(encoded) if encoded.len() > HEADER => {}
		_ => return Err(OpenError::Damaged("`encoded` is not an encrypted key".into())),
	}
	polkadot_js_compat::decrypt_json(json, password).map_err(|error| match error {
		polkadot_js_compat::Error::Secretbox(_) => OpenError::Password,
		other => OpenError::Damaged(other.to_string()),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::Pair;

	fn sealed() -> (sr25519::Pair, String) {
		let pair = sr25519::Pair::from_seed(&[7; 32]);
		let json = seal("carol", &pair, "correct horse", &[9; 56]).expect("can be sealed");
		(pair, json)
	}

	#[test]
	fn subxt_should_decrypt_what_was_sealed() {
		let (pair, json) = sealed();
		let opened = polkadot_js_compat::decrypt_json(&json, "correct horse").expect("is a polkadot-js file");
		assert_eq!(opened.public_key().0, pair.public().0);
		let signature = opened.sign(b"message");
		assert!(sr25519::Pair::verify(&signature.0.into(), b"message", &pair.public()));
		assert_eq!(address(&json).expect("has an address"), AccountId::new(pair.public().0));
	}

	#[test]
	fn open_should_decrypt_what_polkadot_js_wrote() {
		// Exported by polkadot-js with the password "whoisalice"; from the tests of subxt-signer.
		let json = r#"{"encoded": "DumgApKCTqoCty1OZW/8WS+sgo6RdpHhCwAkA2IoDBMAgAAAAQAAAAgAAAB6IG/q24EeVf0JqWqcBd5m2tKq5BlyY84IQ8oamLn9DZe9Ouhgunr7i36J1XxUnTI801axqL/ym1gil0U8440Qvj0lFVKwGuxq38zuifgoj0B3Yru0CI6QKEvQPU5xxj4MpyxdSxP+2PnTzYao0HDH0fulaGvlAYXfqtU89xrx2/z9z7IjSwS3oDFPXRQ9kAdDebtyCVreZ9Otw9v3",
			"encoding": {"content": ["pkcs8", "sr25519"], "type": ["scrypt", "xsalsa20-poly1305"], "version": "3"},
			"address": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "meta": {"name": "Alice"}}"#;
		let opened = open(json, "whoisalice").expect("is a polkadot-js file");
		assert_eq!(opened.public_key().0, subxt_signer::sr25519::dev::alice().public_key().0);
	}

	#[test]
	fn open_should_tell_a_wrong_password_from_a_damaged_file() {
		let (_, json) = sealed();
		assert!(matches!(open(&json, "wrong horse"), Err(OpenError::Password)));
		let mut file: File = serde_json::from_str(&json).expect("is JSON");
		file.encoded = BASE64.encode([0; HEADER]);
		let short = serde_json::to_string(&file).expect("is JSON");
		assert!(matches!(open(&short, "correct horse"), Err(OpenError::Damaged(_))));
		assert!(matches!(open("{}", "correct horse"), Err(OpenError::Damaged(_))));
	}

	#[test]
	fn the_secret_should_not_be_in_the_file() {
		let (pair, json) = sealed();
		let keypair: &schnorrkel::Keypair = pair.as_ref();
		let file: File = serde_json::from_str(&json).expect("is JSON");
		let encoded = BASE64.decode(file.encoded).expect("is base64");
		let secret = keypair.secret.to_ed25519_bytes();
		assert!(encoded.windows(32).all(|window| window != &secret[..32]));
	}
}
