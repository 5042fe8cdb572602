//! Access tokens: a random name that is looked up here, or a signed document that a resource server
//! can read by itself (RFC 9068). Both are rows, so both can be revoked; what is stored of a JWT is the
//! hash of its `jti`.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::acr::acr;
use super::lives;
use super::oauth_error::OAuthError;
use crate::app::AppState;
use crate::authz::client_access::Allowed;
use crate::claims::told::Told;
use crate::clock::after;
use crate::crypto::{Hashed, Plain};
use crate::db::clients::Client;
use crate::db::held::Held;
use crate::http::bearer::{self, Owner, TYP, of_jti};

/// A token about to be issued.
#[derive(Debug)]
pub struct AccessToken {
    /// The token itself, or its `jti`.
    name: Plain,
    jwt: bool,
}

impl AccessToken {
    /// In the form that the client is set to get.
    #[must_use]
    pub fn new(client: &Client, owner: Owner) -> Self {
        let prefix = match owner {
            _ if client.jwt_access_tokens => "",
            Owner::Person => bearer::PERSON,
            Owner::Client => bearer::CLIENT,
        };
        Self { name: Plain::random(prefix), jwt: client.jwt_access_tokens }
    }

    /// What is stored of it.
    #[must_use]
    pub fn hashed(&self) -> Hashed {
        if self.jwt { of_jti(self.name.reveal()) } else { self.name.hashed() }
    }

    /// What a person's client gets.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn for_person(
        &self,
        held: &Held,
        client: &Client,
        allowed: &Allowed,
        state: &AppState,
        now: DateTime<Utc>,
    ) -> Result<String, OAuthError> {
        if !self.jwt {
            return Ok(self.name.reveal().to_owned());
        }
        let mut payload = Told { held, client, allowed, teller: state.teller() }.access_token();
        payload.extend(members(json!({
            "auth_time": held.authenticated_at.timestamp(),
            "acr": acr(&held.amr),
            "amr": held.amr,
        })));
        self.sign(payload, client, state, now)
    }

    /// What a client gets for itself.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn for_client(
        &self,
        client: &Client,
        scope: &[String],
        state: &AppState,
        now: DateTime<Utc>,
    ) -> Result<String, OAuthError> {
        if !self.jwt {
            return Ok(self.name.reveal().to_owned());
        }
        let payload = members(json!({
            "iss": state.paths.issuer(),
            "sub": client_subject(&client.client_id),
            "aud": client.audience(),
            "client_id": client.client_id,
            "scope": scope.join(" "),
        }));
        self.sign(payload, client, state, now)
    }

    /// RFC 9068 2.2: with what is of the moment.
    fn sign(
        &self,
        mut payload: Map<String, Value>,
        client: &Client,
        state: &AppState,
        now: DateTime<Utc>,
    ) -> Result<String, OAuthError> {
        payload.extend(members(json!({
            "iat": now.timestamp(),
            "exp": after(now, lives::of(client, &state.settings.tokens).access).timestamp(),
            "jti": self.name.reveal(),
        })));
        state.directory.sign(client.id_token_alg, TYP, &payload, now).map_err(OAuthError::Internal)
    }
}

/// The members of an object.
pub(super) fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The `sub` of a client acting for itself: no account id nor pairwise subject holds a colon.
#[must_use]
pub fn client_subject(client_id: &str) -> String {
    format!("client:{client_id}")
}
