//! `/organizations/{slug}/invitations/{id}`: an invitation is withdrawn, once that was asked.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::confirm::{self, Question};
use super::done::Done;
use super::frame::{Frame, Office, Tab};
use crate::app::AppState;
use crate::authz::delegation::Deed;
use crate::http::page::see_other;
use crate::http::page_error::PageError;

/// `GET /organizations/{slug}/invitations/{id}`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(
    request: HttpRequest,
    path: Path<(String, Uuid)>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (slug, id) = path.into_inner();
    let office = Office::of(&request, &slug, &state).await?;
    let seen = office
        .read(async |work| {
            work.must(Deed::Invite)?;
            Ok((Frame::of(work, &office, Tab::Invitations).await?, work.invitation(id).await?))
        })
        .await;
    let (frame, sent) = match seen {
        Ok(seen) => seen,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let page = &office.page;
    let question = Question {
        title: page.text1("withdraw-title", "email", &sent.email),
        effects: vec![page.text("withdraw-effect")],
        warning: String::new(),
        kept: Vec::new(),
        action: state.paths.organization_invitation(&office.slug, id),
        submit: Some(page.text("withdraw-submit")),
        danger: true,
        back: office.part("invitations"),
    };
    confirm::ask(&office, frame, question, false)
}

/// `POST /organizations/{slug}/invitations/{id}`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn post(
    request: HttpRequest,
    path: Path<(String, Uuid)>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (slug, id) = path.into_inner();
    let office = Office::of(&request, &slug, &state).await?;
    office.form(&body)?;
    let withdrawn = office
        .change(async |work| {
            work.must(Deed::Invite)?;
            let sent = work.invitation(id).await?;
            work.withdraw_invitation(id).await?;
            Ok(sent)
        })
        .await;
    match withdrawn {
        Ok(sent) => Ok(see_other(&office.telling(&office.part("invitations"), Done::Withdrawn { email: sent.email })?)),
        Err(refusal) => Err(office.refused(refusal).await),
    }
}
