//! `/api/v1/users`: everybody, for administrators and auditors.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::json;
use super::caller::Caller;
use super::read;
use super::refusal::of_refusal;
use super::shapes::{Page, RoleName, Search};
use crate::app::AppState;
use crate::db::own_organizations::Membership;
use crate::db::own_sessions::OwnSession;
use crate::db::people::Found;
use crate::delegation::Dossier;
use crate::http::api_error::ApiError;

/// What an account is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccountState {
    /// It may be used.
    Active,
    /// It is switched off.
    Disabled,
    /// It is new, and waits for somebody of the host.
    Waiting,
}

impl AccountState {
    const fn of(active: bool, waiting: bool) -> Self {
        match (active, waiting) {
            (_, true) => Self::Waiting,
            (true, false) => Self::Active,
            (false, false) => Self::Disabled,
        }
    }
}

/// Somebody.
#[derive(Serialize, ToSchema)]
pub struct User {
    /// The account.
    pub id: Uuid,
    /// The name that they sign in with.
    pub username: String,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// It is proven to be theirs.
    pub email_verified: bool,
    /// What the account is good for.
    pub state: AccountState,
}

impl From<Found> for User {
    fn from(found: Found) -> Self {
        Self {
            id: found.id,
            username: found.username,
            name: found.name,
            email: found.email,
            email_verified: found.email_verified,
            state: AccountState::of(found.active, found.waiting),
        }
    }
}

/// People
///
/// Looked for by the beginning of a name, a username or an address, or by an id. For administrators and auditors.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "Users", operation_id = "listUsers", params(Search),
    responses((status = 200, body = Page<User>))
)]
pub async fn list(request: HttpRequest, caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let search: Search = read::query(&request)?;
    let count = usize::try_from(search.count()).unwrap_or_default();
    let found = caller.desk(&state).people(&search.q, search.cursor.as_deref(), count).await;
    let found = found.map_err(of_refusal(&state))?;
    Ok(json(&Page { items: found.people.into_iter().map(User::from).collect(), next: found.next }))
}

/// In the address: somebody.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Somebody {
    /// The person's `id`.
    pub person: Uuid,
}

/// How somebody proves who they are, besides the password.
#[derive(Serialize, ToSchema)]
pub struct UserFactors {
    /// Since when they have an authenticator app; `null`: they have none.
    pub authenticator_since: Option<DateTime<Utc>>,
    /// How many passkeys.
    pub passkeys: i64,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
}

/// Where somebody is signed in.
#[derive(Serialize, ToSchema)]
pub struct UserSession {
    /// To end it alone.
    pub id: Uuid,
    /// With what; may be empty.
    pub device: String,
    /// From where; may be empty.
    pub address_range: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
}

impl From<OwnSession> for UserSession {
    fn from(session: OwnSession) -> Self {
        Self {
            id: session.id,
            device: session.device,
            address_range: session.address_range,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
        }
    }
}

/// An organization that somebody is in.
#[derive(Serialize, ToSchema)]
pub struct UserOrganization {
    /// In addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What they are in it.
    pub role: RoleName,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl From<Membership> for UserOrganization {
    fn from(membership: Membership) -> Self {
        Self {
            slug: membership.slug,
            name: membership.name,
            role: if membership.referent { RoleName::Referent } else { RoleName::Member },
            since: membership.since,
        }
    }
}

/// All that is told of somebody.
#[derive(Serialize, ToSchema)]
pub struct UserDetail {
    /// Who it is.
    #[serde(flatten)]
    pub user: User,
    /// Since when there is an account.
    pub created_at: DateTime<Utc>,
    /// Since when the address is proven.
    pub verified_at: Option<DateTime<Utc>>,
    /// Since when it waits for somebody of the host.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When it goes, if its person or the host asked for that.
    pub deletion_due: Option<DateTime<Utc>>,
    /// When they were last here, as far as a session of now tells.
    pub last_seen: Option<DateTime<Utc>>,
    /// Groups of the host.
    pub groups: Vec<String>,
    /// Second factors.
    pub factors: UserFactors,
    /// Where they are signed in.
    pub sessions: Vec<UserSession>,
    /// Organizations that they are in.
    pub organizations: Vec<UserOrganization>,
}

impl From<Dossier> for UserDetail {
    fn from(dossier: Dossier) -> Self {
        let Dossier { account, factors, sessions, memberships, .. } = dossier;
        Self {
            user: User {
                id: account.user.id,
                name: account.user.display_name(),
                email_verified: account.user.email_verified,
                state: AccountState::of(account.user.active, account.waiting_since.is_some()),
                username: account.user.username,
                email: account.user.email,
            },
            created_at: account.created_at,
            verified_at: account.verified_at,
            waiting_since: account.waiting_since,
            deletion_due: account.deletion_due,
            last_seen: account.last_seen,
            groups: account.groups,
            factors: UserFactors {
                authenticator_since: factors.authenticator_since,
                passkeys: factors.passkeys,
                recovery_codes: factors.codes_left,
            },
            sessions: sessions.into_iter().map(UserSession::from).collect(),
            organizations: memberships.into_iter().map(UserOrganization::from).collect(),
        }
    }
}

/// Somebody
///
/// For administrators and auditors. What happened to them is in the journal (`person`).
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/users/{person}", tag = "Users", operation_id = "getUser", params(Somebody),
    responses((status = 200, body = UserDetail))
)]
pub async fn show(caller: Caller, at: Path<Somebody>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let dossier = caller.desk(&state).dossier(at.person).await.map_err(of_refusal(&state))?;
    Ok(json(&UserDetail::from(dossier)))
}
