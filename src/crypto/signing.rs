//! Keys that sign tokens. The parsed key pair is kept: parsing an RSA key costs more than signing
//! with it, and `jsonwebtoken::encode` would parse at every call.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Signature algorithms that we publish (RFC 7518 3.1). No `EdDSA`: one such key in the set makes
/// several clients refuse all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// RSA 2048, PKCS#1 v1.5, SHA-256: what a client that asks nothing gets.
    Rs256,
    /// ECDSA over P-256 with SHA-256: eighteen times cheaper to make.
    Es256,
}

impl Algorithm {
    /// All, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// The registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    /// The same for the library that verifies.
    #[must_use]
    pub fn for_verification(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
        }
    }

    /// The algorithm of that registered name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// A key pair ready to sign.
pub struct SigningKey {
    kid: String,
    pair: Pair,
    decoding: DecodingKey,
}

enum Pair {
    Rsa(rsa::KeyPair),
    Ec(EcdsaKeyPair),
}

/// The key is damaged or of another kind, or the library refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing key cannot be used")]
pub struct SigningKeyError;

impl SigningKey {
    /// Makes a key pair: its private half as PKCS#8, to be sealed.
    ///
    /// # Errors
    /// When the library cannot generate.
    pub fn generate(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, SigningKeyError> {
        match algorithm {
            Algorithm::Rs256 => {
                let pair = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(|_| SigningKeyError)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| SigningKeyError)?;
                Ok(Zeroizing::new(der.as_ref().to_vec()))
            }
            Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map(|der| Zeroizing::new(der.as_ref().to_vec()))
                .map_err(|_| SigningKeyError),
        }
    }

    /// Reads a private key made by [`SigningKey::generate`].
    ///
    /// # Errors
    /// When the bytes are no such key.
    pub fn from_pkcs8(kid: String, algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SigningKeyError> {
        let pair = match algorithm {
            Algorithm::Rs256 => Pair::Rsa(rsa::KeyPair::from_pkcs8(pkcs8).map_err(|_| SigningKeyError)?),
            Algorithm::Es256 => Pair::Ec(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| SigningKeyError)?,
            ),
        };
        let decoding =
            DecodingKey::from_jwk(&serde_json::from_value(public_jwk(&kid, &pair)).map_err(|_| SigningKeyError)?)
                .map_err(|_| SigningKeyError)?;
        Ok(Self { kid, pair, decoding })
    }

    /// The public half, to verify with.
    #[must_use]
    pub fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// The key's name in the JWKS and in the header of what it signs.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        algorithm_of(&self.pair)
    }

    /// The public half as a JWK (RFC 7517): `kid`, `use`, `alg` and public members only.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        public_jwk(&self.kid, &self.pair)
    }

    /// Signs claims as a compact JWS (RFC 7515 3.1) whose header says `typ`.
    ///
    /// # Errors
    /// When the claims are no JSON object or the library refuses to sign.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, SigningKeyError> {
        let header = jsonwebtoken::Header {
            typ: Some(typ.to_owned()),
            kid: Some(self.kid.clone()),
            ..jsonwebtoken::Header::new(self.algorithm().for_verification())
        };
        let header = serde_json::to_vec(&header).map_err(|_| SigningKeyError)?;
        let claims = serde_json::to_vec(claims).map_err(|_| SigningKeyError)?;
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature)
                    .map_err(|_| SigningKeyError)?;
                signature
            }
            Pair::Ec(pair) => pair.sign(&random, message.as_bytes()).map_err(|_| SigningKeyError)?.as_ref().to_vec(),
        };
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn algorithm_of(pair: &Pair) -> Algorithm {
    match pair {
        Pair::Rsa(_) => Algorithm::Rs256,
        Pair::Ec(_) => Algorithm::Es256,
    }
}

fn public_jwk(kid: &str, pair: &Pair) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let alg = algorithm_of(pair).name();
    match pair {
        Pair::Rsa(pair) => {
            let public = pair.public_key();
            json!({ "kty": "RSA", "use": "sig", "alg": alg, "kid": kid,
                    "n": encode(public.modulus().big_endian_without_leading_zero()),
                    "e": encode(public.exponent().big_endian_without_leading_zero()) })
        }
        Pair::Ec(pair) => {
            // Uncompressed point: 0x04, 32 bytes of x, 32 bytes of y.
            let point = pair.public_key().as_ref();
            json!({ "kty": "EC", "use": "sig", "alg": alg, "kid": kid, "crv": "P-256",
                    "x": encode(&point[1..33]), "y": encode(&point[33..65]) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_what_others_verify() {
        for algorithm in Algorithm::ALL {
            let der = SigningKey::generate(algorithm).unwrap();
            let key = SigningKey::from_pkcs8("k1".to_owned(), algorithm, &der).unwrap();
            let token = key.sign("JWT", &json!({"sub": "alice", "exp": 4_000_000_000_u32})).unwrap();
            let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.public_jwk()).unwrap();
            let rule = jsonwebtoken::Validation::new(jwk.common.key_algorithm.unwrap().to_string().parse().unwrap());
            let decoding = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
            let read = jsonwebtoken::decode::<Value>(&token, &decoding, &rule).unwrap();
            assert_eq!(read.claims["sub"], "alice");
            assert_eq!(read.header.kid.as_deref(), Some("k1"));
            let public = key.public_jwk();
            assert!(["d", "p", "q", "k"].iter().all(|member| public.get(member).is_none()));
        }
    }
}
