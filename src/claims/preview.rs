//! What a service would learn of a person: the very claims of its tokens, without issuing any.

use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::told::{Teller, Told};
use crate::authz::client_access::{Decision, decide};
use crate::authz::explanation::{Explanation, explain};
use crate::db;
use crate::db::clients::Client;

/// What would be told.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// May the person use the service? If not, nothing is told.
    pub access: Explanation,
    /// The scopes that it would get.
    pub scope: Vec<String>,
    /// In the ID token, beside what belongs to the moment and the sign-in (`told::OF_THE_MOMENT`).
    pub id_token: Option<Map<String, Value>>,
    /// By userinfo. None as well when its tokens are for somebody else.
    pub userinfo: Option<Map<String, Value>>,
    /// In the access token. None as well when it is opaque.
    pub access_token: Option<Map<String, Value>>,
}

/// What a service would learn of a person if it asked for these scopes, or for all that it may get. Others
/// than those that it may get are left out, as they are in an authorization; `openid` never is. None: there
/// is no such account.
///
/// # Errors
/// PostgreSQL's.
pub async fn preview(
    connection: &mut PgConnection,
    teller: Teller<'_>,
    user: Uuid,
    client: &Client,
    scopes: Option<&[String]>,
) -> sqlx::Result<Option<Preview>> {
    let asked = |scope: &String| scope == "openid" || scopes.is_none_or(|scopes| scopes.contains(scope));
    let scope: Vec<String> = client.scopes.iter().filter(|scope| asked(scope)).cloned().collect();
    let Some((facts, ways)) = db::access::facts(connection, user, &client.client_id).await? else { return Ok(None) };
    let Some(held) = db::tokens::would_hold(connection, user, &client.client_id, &scope).await? else {
        return Ok(None);
    };
    let mut preview =
        Preview { access: explain(&facts, &ways), scope, id_token: None, userinfo: None, access_token: None };
    if let Decision::Allowed(allowed) = decide(held.facts.clone()) {
        let told = Told { held: &held, client, allowed: &allowed, teller };
        let openid = held.scope.iter().any(|scope| scope == "openid");
        preview.id_token = openid.then(|| told.id_token());
        preview.userinfo = (openid && client.audience() == client.client_id).then(|| told.userinfo());
        preview.access_token = client.jwt_access_tokens.then(|| told.access_token());
    }
    Ok(Some(preview))
}
