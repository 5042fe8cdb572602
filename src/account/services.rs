//! `/account/services`: the services that one uses, what they receive, and how that ends.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::consents::Use;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::receives::receives;

/// A service that the person uses.
struct Row {
    service: ServiceFace,
    /// The host's own: what it receives is not the person's choice.
    ours: bool,
    receives: Vec<String>,
    since: String,
    last_used: Option<String>,
    /// Where it ends.
    end: String,
}

impl Row {
    /// None when the service is gone.
    async fn of(found: Use, page: &Page, visitor: &Visitor<'_>) -> Result<Option<Self>, PageError> {
        let state = visitor.state;
        let Some(client) = state.directory.client(&found.client_id, &state.pool).await? else { return Ok(None) };
        let zone = state.settings.host.time_zone;
        Ok(Some(Self {
            service: ServiceFace::of(&client, &page.lang, &state.paths),
            ours: client.ours,
            receives: receives(page, &visitor.session.user, state, &found.scopes),
            since: page.language().date(&found.since.with_timezone(&zone)),
            last_used: found.last_used_at.map(|at| page.language().moment(at, zone)),
            end: state.paths.service(&found.client_id),
        }))
    }
}

#[derive(Template)]
#[template(path = "account/services.html")]
struct ServicesPage<'a> {
    page: &'a Page,
    done: bool,
    services: Vec<Row>,
}

#[derive(Template)]
#[template(path = "account/service_end.html")]
struct ServiceEndPage<'a> {
    page: &'a Page,
    used: Row,
    back: String,
}

/// `GET /account/services`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let page = visitor.page(Section::Services);
    let mut connection = state.pool.acquire().await?;
    let found = db::consents::uses(&mut connection, visitor.session.user.id, None, state.clock.now()).await?;
    drop(connection);
    let mut services = Vec::new();
    for found in found {
        services.extend(Row::of(found, &page, &visitor).await?);
    }
    services.sort_by_key(|used| used.service.name.to_lowercase());
    let done = request.query_string() == "ended=1";
    render(StatusCode::OK, &page, &ServicesPage { page: &page, done, services })
}

/// `GET /account/services/{client_id}`: what ends, before it does.
///
/// # Errors
/// PostgreSQL's; a service that the person does not use is none.
pub async fn ask(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let page = visitor.page(Section::Services);
    // An id that is none does not go to PostgreSQL.
    state.directory.client(&client_id, &state.pool).await?.ok_or(PageError::NotFound)?;
    let user = visitor.session.user.id;
    let mut connection = state.pool.acquire().await?;
    let mut found = db::consents::uses(&mut connection, user, Some(&client_id), state.clock.now()).await?;
    drop(connection);
    let used = match found.pop() {
        Some(found) => Row::of(found, &page, &visitor).await?,
        None => None,
    };
    let template = ServiceEndPage { page: &page, used: used.ok_or(PageError::NotFound)?, back: state.paths.services() };
    render(StatusCode::OK, &page, &template)
}

/// `POST /account/services/{client_id}`: what the service holds ends now, and what the person agreed to.
///
/// # Errors
/// PostgreSQL's; a service that the person does not use is none.
pub async fn end(
    request: HttpRequest,
    client_id: Path<String>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.form(&body)?;
    let (user, origin, now) = (visitor.session.user.id, visitor.origin(), state.clock.now());
    state.directory.client(&client_id, &state.pool).await?.ok_or(PageError::NotFound)?;
    let mut transaction = state.pool.begin().await?;
    if !db::consents::revoke(&mut transaction, user, &client_id, now).await? {
        return Err(PageError::NotFound);
    }
    let event = Event::own(Kind::ServiceWithdrawn, user, &origin).of_client(&client_id);
    db::audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    tracing::info!(%user, client = *client_id, "took back what a service was given");
    Ok(see_other(&format!("{}?ended=1", state.paths.services())))
}
