//! `/api/v1/organizations/{slug}/invitations`. No answer holds a link (OR-23), nor tells whether an address
//! has an account (EN-05).

use actix_web::http::header::LOCATION;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::{json, nothing};
use super::caller::Caller;
use super::read;
use super::shapes::{Access, InOrganization, Page, Paging, RoleName};
use crate::app::AppState;
use crate::db::invitations::{Grant, Sent, State};
use crate::http::api_error::ApiError;
use crate::types::{Email, Role};

/// An invitation that was not accepted. Whoever accepted is a member; what was withdrawn is gone.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f5c0-8c2f-7d4b-8e1f-3a7b2c4d5e6f", "email": "noe@le-fournil.example", "role": "member",
    "accesses": [{ "client_id": "cloud", "roles": [] }], "state": "pending",
    "sent_at": "2026-11-20T09:00:00Z", "expires_at": "2026-11-27T09:00:00Z"
}))]
pub struct Invitation {
    /// Which one.
    pub id: Uuid,
    /// The address invited, and no other.
    pub email: String,
    /// What whoever accepts becomes.
    pub role: RoleName,
    /// What they get.
    pub accesses: Vec<Access>,
    /// What has become of it.
    pub state: InvitationState,
    /// When it was sent, for the last time.
    pub sent_at: DateTime<Utc>,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
}

/// What has become of an invitation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    /// Can be answered.
    Pending,
    /// Its person does not want to.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Whoever sent it may invite nobody any more, or the organization is switched off.
    Void,
}

impl From<Sent> for Invitation {
    fn from(sent: Sent) -> Self {
        Self {
            id: sent.id,
            email: sent.email,
            role: if sent.referent { RoleName::Referent } else { RoleName::Member },
            accesses: sent.grants.into_iter().map(Access::from).collect(),
            state: match sent.state {
                State::Pending => InvitationState::Pending,
                State::Declined => InvitationState::Declined,
                State::Expired => InvitationState::Expired,
                State::Void => InvitationState::Void,
            },
            sent_at: sent.created_at,
            expires_at: sent.expires_at,
        }
    }
}

/// In the address: an invitation of an organization.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneInvitation {
    /// The organization, as in addresses.
    #[param(example = "le-fournil")]
    pub slug: String,
    /// The `id` of the invitation.
    pub id: Uuid,
}

/// Invitations
///
/// In the order of their addresses.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/invitations", tag = "Invitations", operation_id = "listInvitations",
    params(InOrganization, Paging), responses((status = 200, body = Page<Invitation>))
)]
pub async fn list(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let paging: Paging = read::query(&request)?;
    let (cursor, limit) = (paging.cursor.as_deref(), paging.count());
    let found = caller.read(&state, &at.slug, async |work| work.invitations(cursor, limit).await).await?;
    Ok(json(&Page { items: found.invitations.into_iter().map(Invitation::from).collect(), next: found.next }))
}

/// Somebody to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "noe@le-fournil.example", "accesses": [{ "client_id": "cloud" }] }))]
pub struct NewInvitation {
    /// Their address.
    #[schema(format = "email", max_length = 254)]
    pub email: String,
    /// What they become.
    #[serde(default = "member")]
    #[schema(default = "member")]
    pub role: RoleName,
    /// What they get.
    #[serde(default)]
    pub accesses: Vec<Access>,
}

const fn member() -> RoleName {
    RoleName::Member
}

/// Invite somebody
///
/// A mail goes to the address, with a link that is good for seven days. The answer is the same whether or not
/// somebody has an account with it. An earlier invitation of that address becomes this one. An address can
/// be invited once in 24 hours.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations/{slug}/invitations", tag = "Invitations", operation_id = "invite",
    params(InOrganization), request_body = NewInvitation,
    responses((status = 202, body = Invitation, description = "The mail is on its way.",
        headers(("Location" = String, description = "Where the invitation is."))))
)]
pub async fn create(
    request: HttpRequest,
    caller: Caller,
    at: Path<InOrganization>,
    bytes: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let new: NewInvitation = read::body(&request, &bytes)?;
    let role = Role::from(new.role);
    let grants: Vec<Grant> = new.accesses.into_iter().map(|access| (access.client_id, access.roles)).collect();
    let email = Email::parse(&new.email);
    let sent = caller.change(&state, &at.slug, async |work| {
        // Who may not invite hears that first.
        work.must(crate::authz::delegation::Deed::Invite)?;
        let email = email.map_err(|_| crate::delegation::Refusal::invalid("email", "not-an-address", &new.email))?;
        work.invite(&email, role, &grants).await
    });
    let sent = sent.await?;
    let location = state.paths.public(&state.paths.api_invitation(&at.slug, sent.id));
    Ok(HttpResponse::Accepted().insert_header((LOCATION, location)).json(Invitation::from(sent)))
}

/// An invitation
///
/// # Errors
/// What is refused.
#[utoipa::path(
    get, path = "/api/v1/organizations/{slug}/invitations/{id}", tag = "Invitations", operation_id = "getInvitation",
    params(OneInvitation), responses((status = 200, body = Invitation))
)]
pub async fn show(caller: Caller, at: Path<OneInvitation>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let sent = caller.read(&state, &at.slug, async |work| work.invitation(at.id).await).await?;
    Ok(json(&Invitation::from(sent)))
}

/// Send an invitation again
///
/// With a new link: the former is worth nothing.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    post, path = "/api/v1/organizations/{slug}/invitations/{id}/resend", tag = "Invitations",
    operation_id = "resendInvitation", params(OneInvitation),
    responses((status = 202, body = Invitation, description = "The mail is on its way."))
)]
pub async fn resend(caller: Caller, at: Path<OneInvitation>, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let sent = caller.change(&state, &at.slug, async |work| work.resend(at.id).await).await?;
    Ok(HttpResponse::Accepted().json(Invitation::from(sent)))
}

/// Take an invitation back
///
/// Its link is worth nothing.
///
/// # Errors
/// What is refused.
#[utoipa::path(
    delete, path = "/api/v1/organizations/{slug}/invitations/{id}", tag = "Invitations",
    operation_id = "withdrawInvitation", params(OneInvitation), responses((status = 204, description = "It is gone."))
)]
pub async fn withdraw(
    caller: Caller,
    at: Path<OneInvitation>,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    caller.change(&state, &at.slug, async |work| work.withdraw_invitation(at.id).await).await?;
    Ok(nothing())
}
