//! `/invitation/account`: an account for somebody whom an organization invites. The link proves the
//! address, so the last step of a sign-up is the only one; its button says that they join.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::invitation;
use super::sign_up_finish::Finish;
use super::sign_up_ticket::Ticket;
use crate::app::AppState;
use crate::http::browser::Browser;
use crate::http::page::{Page, see_other};
use crate::http::page_error::PageError;

/// `GET /invitation/account`: the same, for somebody whom an organization invites.
///
/// # Errors
/// A page that says the link is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    match invited(&request, &state).await? {
        Ok(finish) => finish.get().await,
        Err(response) => Ok(response),
    }
}

/// `POST /invitation/account`: the account, a member from the start.
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    match invited(&request, &state).await? {
        Ok(finish) => finish.post(&body).await,
        Err(response) => Ok(response),
    }
}

/// Whoever is signed in has an account: they answer the invitation, or are told that it is not theirs.
async fn invited<'a>(
    request: &'a HttpRequest,
    state: &'a Data<AppState>,
) -> Result<Result<Finish<'a>, HttpResponse>, PageError> {
    let page = Page::new(request, state, &Browser::of(request, state), None);
    let ticket = Ticket::of_invitation(request, state, &page).await?;
    Ok(match (invitation::guest(request, state).await?, &ticket.invitation) {
        (Some(user), Some(found)) if !invitation::is_for(found, &user) => {
            Err(invitation::of_another(page, found, &user, state)?)
        }
        (Some(_), _) => Err(see_other(&state.paths.invitation())),
        (None, _) => Ok(Finish::of(request, state, ticket)),
    })
}
