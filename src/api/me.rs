//! `/api/v1/me`: whose token it is.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::json;
use super::caller::{Caller, Token};
use super::refusal::of_refusal;
use crate::app::AppState;
use crate::authz::delegation::Standing;
use crate::db;
use crate::http::api_error::{ApiError, Kind};

/// The person whose token it is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f5c0-7b1e-7c3a-9d0e-2f6a1b3c4d5e", "name": "Rita Moreau", "standing": null,
    "token": { "kind": "personal", "name": "Spreadsheet", "only": "le-fournil", "expires_at": "2027-01-31T09:00:00Z" }
}))]
pub struct Me {
    /// The account; `null`: a service in its own name.
    pub id: Option<Uuid>,
    /// What they are called; or the service.
    pub name: String,
    /// What they are to the whole instance: `administrator`, `auditor`, or `null`.
    pub standing: Option<InstanceStanding>,
    /// The token.
    pub token: TokenFacts,
}

/// What somebody is to the whole instance.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InstanceStanding {
    /// Does everything.
    Administrator,
    /// Sees everything and changes nothing.
    Auditor,
}

/// What is known of a token.
#[derive(Serialize, ToSchema)]
pub struct TokenFacts {
    /// `personal`, made by the person, `access`, issued to a service, or `client`, to a service for itself.
    pub kind: TokenKind,
    /// What the person calls it, or the service.
    pub name: String,
    /// The organization that it is good for alone.
    pub only: Option<String>,
    /// Its end.
    pub expires_at: DateTime<Utc>,
}

/// Where a token comes from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Made by the person for their own programs.
    Personal,
    /// Issued to a service.
    Access,
    /// Issued to a service for itself.
    Client,
}

/// Whose token this is.
///
/// # Errors
/// PostgreSQL's.
#[utoipa::path(get, path = "/api/v1/me", tag = "You", operation_id = "me", responses((status = 200, body = Me)))]
pub async fn get(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut connection = state.pool.acquire().await?;
    let standing = caller.desk(&state).standing(&mut connection).await.map_err(of_refusal(&state))?;
    let user = match caller.person {
        Some(person) => Some(db::users::find(&mut connection, person).await?.ok_or(Kind::Unauthorized)?),
        None => None,
    };
    let (kind, name) = match caller.token {
        Token::Personal(name) => (TokenKind::Personal, name),
        Token::Access(client_id) => (TokenKind::Access, client_id),
        Token::Client(client_id) => (TokenKind::Client, client_id),
    };
    Ok(json(&Me {
        id: user.as_ref().map(|user| user.id),
        name: user.map_or_else(|| name.clone(), |user| user.display_name()),
        standing: match standing {
            Standing::Administrator => Some(InstanceStanding::Administrator),
            Standing::Auditor => Some(InstanceStanding::Auditor),
            _ => None,
        },
        token: TokenFacts { kind, name, only: caller.only.map(|(_, slug)| slug), expires_at: caller.expires_at },
    }))
}
