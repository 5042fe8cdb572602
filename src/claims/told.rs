//! What each answer tells of a person, but for what belongs to the moment and the sign-in ([`OF_THE_MOMENT`]).
//! Pure: tokens and their preview are made here alike.

use serde_json::{Map, Value, json};

use super::{Target, claims, subject};
use crate::authz::client_access::Allowed;
use crate::config::ProfileFields;
use crate::crypto::Vault;
use crate::db::clients::Client;
use crate::db::held::Held;

/// What an ID token or an access token says beside that.
pub const OF_THE_MOMENT: [&str; 9] = ["iat", "exp", "auth_time", "sid", "amr", "acr", "nonce", "at_hash", "jti"];

/// Whoever tells it.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The issuer's address.
    pub issuer: &'a str,
    /// For pairwise subjects.
    pub vault: &'a Vault,
    /// The fields of the host.
    pub fields: &'a ProfileFields,
}

/// Who is told of, to whom, by whom.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The person, and what their session with the client is for.
    pub held: &'a Held,
    /// The client.
    pub client: &'a Client,
    /// What it may learn of their place.
    pub allowed: &'a Allowed,
    /// By whom.
    pub teller: Teller<'a>,
}

impl Told<'_> {
    /// In an ID token (OpenID Connect Core 2).
    #[must_use]
    pub fn id_token(&self) -> Map<String, Value> {
        self.with(
            Target::IdToken,
            [
                ("iss", json!(self.teller.issuer)),
                ("sub", json!(self.subject())),
                ("aud", json!(self.client.client_id)),
                ("azp", json!(self.client.client_id)),
            ],
        )
    }

    /// By the userinfo endpoint.
    #[must_use]
    pub fn userinfo(&self) -> Map<String, Value> {
        self.with(Target::Userinfo, [("sub", json!(self.subject()))])
    }

    /// In an access token that is a JWT (RFC 9068 2.2).
    #[must_use]
    pub fn access_token(&self) -> Map<String, Value> {
        self.with(
            Target::AccessToken,
            [
                ("iss", json!(self.teller.issuer)),
                ("sub", json!(self.subject())),
                ("aud", json!(self.client.audience())),
                ("client_id", json!(self.client.client_id)),
                ("scope", json!(self.held.scope.join(" "))),
            ],
        )
    }

    /// The person's name for the client.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(self.held.user, self.client, self.teller.vault)
    }

    /// The claims of a person never take the place of the protocol's.
    fn with<const N: usize>(&self, target: Target, protocol: [(&str, Value); N]) -> Map<String, Value> {
        let mut all = claims(self.held, self.client, self.allowed, target, self.teller.fields);
        all.extend(protocol.map(|(name, value)| (name.to_owned(), value)));
        all
    }
}
