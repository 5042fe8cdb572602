//! `/organizations/{slug}/invitations`: who was invited, and what has become of it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::confirm::listing;
use super::done::Done;
use super::frame::{Frame, Office, Tab};
use super::people::address;
use crate::app::AppState;
use crate::db::attachments::Service;
use crate::db::invitations::{Sent, State};
use crate::delegation::{Invitations, Refusal};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;

/// Invitations on a page.
const LINES: i64 = 50;

#[derive(Template)]
#[template(path = "organization/invitations.html")]
struct InvitationsPage<'a> {
    page: &'a Page,
    frame: Frame,
    told: String,
    error: String,
    action: String,
    after: &'a str,
    lines: Vec<Line>,
    invite: String,
    list: String,
    /// Not the first page: the way there.
    first: Option<String>,
    next: Option<String>,
}

struct Line {
    id: Uuid,
    email: String,
    pending: bool,
    state: String,
    /// Who sent it, and when.
    sent: String,
    /// What it gives.
    gives: String,
    referent: bool,
    /// Where it is withdrawn.
    withdraw: String,
}

/// `GET /organizations/{slug}/invitations?after={cursor}`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, slug: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    let query = office.query()?;
    show(&office, query.get("after"), StatusCode::OK, String::new()).await
}

/// `POST /organizations/{slug}/invitations`: sends again the one that the button names.
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn post(
    request: HttpRequest,
    slug: Path<String>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    let form = office.form(&body)?;
    let id = form.get("resend").parse().map_err(|_| PageError::NotFound)?;
    match office.change(async |work| work.resend(id).await).await {
        Ok(sent) => {
            let page = address(&office.part("invitations"), &[("after", form.get("after"))]);
            Ok(see_other(&office.telling(&page, Done::InvitedAgain { email: sent.email })?))
        }
        Err(Refusal::TooMany(until)) => {
            let until = office.page.language().moment(until, state.settings.host.time_zone);
            let message = office.page.text1("organization-too-many", "until", &until);
            show(&office, form.get("after"), StatusCode::TOO_MANY_REQUESTS, message).await
        }
        Err(refusal) => Err(office.refused(refusal).await),
    }
}

async fn show(office: &Office<'_>, after: &str, status: StatusCode, error: String) -> Result<HttpResponse, PageError> {
    let cursor = Some(after).filter(|cursor| !cursor.is_empty());
    let seen = office
        .read(async |work| {
            let frame = Frame::of(work, office, Tab::Invitations).await?;
            Ok((frame, work.services().await?, work.invitations(cursor, LINES).await?))
        })
        .await;
    let (frame, services, Invitations { invitations, next }) = match seen {
        Ok(seen) => seen,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let (page, path) = (&office.page, office.part("invitations"));
    let told = match office.told() {
        Some((Done::Invited { email }, _)) => page.text1("invitations-sent", "email", &email),
        Some((Done::InvitedAgain { email }, _)) => page.text1("invitations-sent-again", "email", &email),
        Some((Done::Withdrawn { email }, _)) => page.text1("invitations-withdrawn", "email", &email),
        _ => String::new(),
    };
    let template = InvitationsPage {
        page,
        told: if error.is_empty() { told } else { String::new() },
        error,
        after,
        lines: invitations.into_iter().map(|sent| line(sent, &services, office)).collect(),
        invite: office.part("invite"),
        list: office.part("list"),
        first: cursor.map(|_| path.clone()),
        next: next.map(|cursor| address(&path, &[("after", &cursor)])),
        action: path,
        frame,
    };
    render(status, page, &template)
}

fn line(sent: Sent, services: &[Service], office: &Office<'_>) -> Line {
    let page = &office.page;
    let day = |at: chrono::DateTime<chrono::Utc>| {
        page.language().date(&at.with_timezone(&office.state().settings.host.time_zone))
    };
    let state = match sent.state {
        State::Pending => page.text1("invited-pending", "date", &day(sent.expires_at)),
        State::Declined => page.text("invited-declined"),
        State::Expired => page.text1("invited-expired", "date", &day(sent.expires_at)),
        State::Void => page.text("invited-void"),
    };
    let by = match sent.inviter.filter(|_| !sent.by_host) {
        Some(name) => name,
        None => page.text1("invited-by-host", "host", &page.host),
    };
    let gives: Vec<String> = sent.grants.iter().map(|grant| granted(grant, services, page)).collect();
    Line {
        withdraw: office.state().paths.organization_invitation(&office.slug, sent.id),
        id: sent.id,
        email: sent.email,
        pending: sent.state == State::Pending,
        state,
        sent: page.text2("invited-sent-by", "name", &by, "date", &day(sent.created_at)),
        gives: listing(&gives, page),
        referent: sent.referent,
    }
}

/// A service and the roles there, in words.
#[must_use]
pub fn granted((service, roles): &(String, Vec<String>), services: &[Service], page: &Page) -> String {
    let found = services.iter().find(|found| found.client_id == *service);
    let name = found.map_or(service.as_str(), |found| found.name(&page.lang));
    if roles.is_empty() { name.to_owned() } else { format!("{name} ({})", roles.join(", ")) }
}
