//! What a client holds for a person, as every statement that finds it reads it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::authz::client_access::Facts;
use crate::types::{CustomValues, Profile};

/// A client's session, its person, and whether that person may still use that client.
#[derive(Debug)]
pub struct Held {
    /// Identity of the session.
    pub oauth_session: Uuid,
    /// The client.
    pub client_id: String,
    /// The browser session it came from.
    pub sid: Uuid,
    /// Granted scopes.
    pub scope: Vec<String>,
    /// Echoed in ID tokens.
    pub nonce: Option<String>,
    /// Single claims asked for the ID token.
    pub id_token_claims: Vec<String>,
    /// Single claims asked for userinfo.
    pub userinfo_claims: Vec<String>,
    /// When the person proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// How.
    pub amr: Vec<String>,
    /// The person.
    pub user: Uuid,
    /// Their username.
    pub username: String,
    /// Their address.
    pub email: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// Language.
    pub locale: String,
    /// The other standard claims.
    pub profile: Profile,
    /// The answers to the fields of the host.
    pub custom: CustomValues,
    /// Last change of the above.
    pub updated_at: DateTime<Utc>,
    /// For [`crate::authz::client_access::decide`].
    pub facts: Facts,
}

/// Turns a row of the statements that find one into [`Held`]; they name their columns alike.
macro_rules! held {
    ($row:ident) => {
        Held {
            oauth_session: $row.oauth_session,
            client_id: $row.client_id,
            sid: $row.sid,
            scope: $row.scope,
            nonce: $row.nonce,
            id_token_claims: $row.id_token_claims,
            userinfo_claims: $row.userinfo_claims,
            authenticated_at: $row.authenticated_at,
            amr: $row.amr,
            user: $row.user_id,
            username: $row.username,
            email: $row.email,
            given_name: $row.given_name,
            family_name: $row.family_name,
            locale: $row.locale,
            profile: $row.profile.0,
            custom: $row.custom.0,
            updated_at: $row.updated_at,
            facts: facts!($row),
        }
    };
}

pub(super) use held;
