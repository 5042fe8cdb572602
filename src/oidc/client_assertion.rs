//! `private_key_jwt` (OpenID Connect Core 9, RFC 7523 3): a client proves who it is with a short
//! assertion, signed with its own key, good once.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::client_keys;
use crate::app::AppState;
use crate::crypto::{Hashed, Plain};
use crate::db;
use crate::db::clients::{Authentication, Client};
use crate::http::params::{ParamError, Params};

/// `client_assertion_type`.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Algorithms that an assertion may be signed with: asymmetric ones only.
pub const ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

/// Longest life of an assertion; it is remembered as long. An hour is what Authlib gives its own.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// How far a client's clock may be from ours.
const SKEW: TimeDelta = TimeDelta::seconds(30);

/// Why an assertion is not accepted; for the log.
pub type Refusal = &'static str;

/// An assertion that a client presents, and whom it names. Not verified yet.
#[derive(Debug)]
pub struct Presented {
    /// The assertion.
    token: String,
    /// Who it says it is.
    pub client_id: String,
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
    jti: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Exactly one: an assertion for two servers lets one of them use it at the other (CVE-2025-27370).
    fn sole(&self) -> Option<&str> {
        match self {
            Self::One(audience) => Some(audience),
            Self::Several(list) => match list.as_slice() {
                [audience] => Some(audience),
                _ => None,
            },
        }
    }
}

/// The assertion in a form, if there is one.
///
/// # Errors
/// A parameter given twice.
pub fn presented(form: &Params) -> Result<Option<Presented>, ParamError> {
    let (kind, token) = (form.one("client_assertion_type")?, form.one("client_assertion")?);
    let (Some(TYPE), Some(token)) = (kind, token) else { return Ok(None) };
    // Whom to ask for the key; what it says is believed once it is verified.
    let named = jsonwebtoken::dangerous::insecure_decode::<Claims>(token).ok().map(|token| token.claims.iss);
    let client_id = form.one("client_id")?.map(str::to_owned).or(named).unwrap_or_default();
    Ok(Some(Presented { token: token.to_owned(), client_id }))
}

/// Verifies an assertion of a client and spends it. `endpoint` is the full address it was sent to.
///
/// # Errors
/// PostgreSQL's; inside, why it is refused.
pub async fn verify(
    presented: &Presented,
    client: &Client,
    endpoint: &str,
    state: &AppState,
) -> sqlx::Result<Result<(), Refusal>> {
    if client.authentication != Authentication::PrivateKeyJwt {
        return Ok(Err("the client has another method"));
    }
    let Ok(header) = jsonwebtoken::decode_header(&presented.token) else { return Ok(Err("no JWT")) };
    // RFC 7515 4.1.11: what the signer calls critical must be understood, and we understand nothing more.
    if header.crit.is_some() {
        return Ok(Err("crit"));
    }
    let kid = header.kid.as_deref();
    let mut verified = None;
    // A key that was added since we last looked is worth another look.
    for look_again in [false, true] {
        if look_again && !client_keys::may_have_changed(client, state) {
            break;
        }
        let Some(keys) = client_keys::of(client, look_again, state).await else { continue };
        verified = signed_by(&presented.token, header.alg, kid, &keys);
        if verified.is_some() {
            break;
        }
    }
    let Some(claims) = verified else { return Ok(Err("no key of the client verifies it")) };
    let audiences = [state.paths.issuer().to_owned(), state.paths.public(&state.paths.token()), endpoint.to_owned()];
    let now = state.clock.now();
    let expires_at = match check(&claims, client, &audiences, now) {
        Ok(expires_at) => expires_at,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut connection = state.pool.acquire().await?;
    let spent = db::client_tokens::spend_assertion(&mut connection, spent_as(client, &claims.jti), expires_at).await?;
    Ok(if spent { Ok(()) } else { Err("used before") })
}

fn check(claims: &Claims, client: &Client, audiences: &[String], now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    if claims.iss != client.client_id || claims.sub != client.client_id {
        return Err("iss or sub is not the client");
    }
    if !claims.aud.sole().is_some_and(|sole| audiences.iter().any(|audience| audience == sole)) {
        return Err("aud is not this server alone");
    }
    let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).ok_or("a time out of range");
    let expires_at = at(claims.exp)?;
    if expires_at <= now - SKEW {
        return Err("expired");
    }
    if expires_at > now + LONGEST + SKEW {
        return Err("good for longer than an hour");
    }
    for moment in claims.iat.into_iter().chain(claims.nbf) {
        if at(moment)? > now + SKEW {
            return Err("from the future");
        }
    }
    if claims.jti.is_empty() || claims.jti.len() > 255 {
        return Err("jti is missing or too long");
    }
    // Kept as long as it would be accepted.
    Ok(expires_at + SKEW)
}

/// What is stored of a spent assertion.
fn spent_as(client: &Client, jti: &str) -> Hashed {
    Plain::presented(&format!("{} {jti}", client.client_id)).hashed()
}

/// The claims, if one of the client's own keys signed them. Nothing in the header chooses the key but
/// `kid`, and each key verifies its own kind of signature only.
fn signed_by(token: &str, algorithm: Algorithm, kid: Option<&str>, keys: &JwkSet) -> Option<Claims> {
    let fits = |key: &&Jwk| kid.is_none() || key.common.key_id.is_none() || key.common.key_id.as_deref() == kid;
    keys.keys.iter().filter(fits).filter(|key| may_sign(key, algorithm)).find_map(|key| {
        let mut rule = Validation::new(algorithm);
        // Checked by `check`, with our clock.
        rule.validate_exp = false;
        rule.validate_aud = false;
        rule.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
        let decoding = DecodingKey::from_jwk(key).ok()?;
        jsonwebtoken::decode::<Claims>(token, &decoding, &rule).ok().map(|token| token.claims)
    })
}

fn may_sign(key: &Jwk, algorithm: Algorithm) -> bool {
    let of_its_kind = matches!(
        (&key.algorithm, algorithm),
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256)
            | (AlgorithmParameters::EllipticCurve(_), Algorithm::ES256)
            | (AlgorithmParameters::OctetKeyPair(_), Algorithm::EdDSA)
    );
    let declared = key.common.key_algorithm.is_none_or(|declared| declared.to_string() == format!("{algorithm:?}"));
    let for_signing = key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    of_its_kind && declared && for_signing
}
