//! `/account/sessions`: where one is signed in.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::session;

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage<'a> {
    page: &'a Page,
    action: String,
    password: String,
    services: String,
    done: Option<String>,
    sessions: Vec<Row>,
}

struct Row {
    id: Uuid,
    device: String,
    place: String,
    since: String,
    last_seen: String,
    here: bool,
}

/// `GET /account/sessions`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let page = visitor.page(Section::Sessions);
    let own = &visitor.session;
    let mut connection = state.pool.acquire().await?;
    let found = db::own_sessions::list(&mut connection, own.user.id, session::idle(&state), state.clock.now()).await?;
    drop(connection);
    let moment = |at| page.language().moment(at, state.settings.host.time_zone);
    let mut sessions: Vec<Row> = found
        .into_iter()
        .map(|session| Row {
            id: session.id,
            device: if session.device.is_empty() { page.text("sessions-unknown-device") } else { session.device },
            place: session.address_range,
            since: moment(session.created_at),
            last_seen: moment(session.last_seen_at),
            here: session.id == own.id,
        })
        .collect();
    sessions.sort_by_key(|row| !row.here);
    let done = match request.query_string() {
        "ended=one" => Some(page.text("sessions-ended")),
        "ended=others" => Some(page.text("sessions-others-ended")),
        _ => None,
    };
    let template = SessionsPage {
        page: &page,
        action: state.paths.sessions(),
        password: state.paths.password(),
        services: state.paths.services(),
        done,
        sessions,
    };
    render(StatusCode::OK, &page, &template)
}

/// `POST /account/sessions`: ends the session that the button names, or all but this one.
///
/// # Errors
/// PostgreSQL's; somebody else's session is none.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let form = visitor.form(&body)?;
    let (own, origin, now) = (&visitor.session, visitor.origin(), state.clock.now());
    let user = own.user.id;
    let mut transaction = state.pool.begin().await?;
    let done = if form.get("session") == "others" {
        db::own_sessions::end_others(&mut transaction, user, own.id, now).await?;
        db::audit::record(&mut transaction, &Event::own(Kind::OtherSessionsEnded, user, &origin), now).await?;
        "others"
    } else {
        let session = form.get("session").parse().map_err(|_| PageError::NotFound)?;
        let ended = db::own_sessions::end(&mut transaction, user, session, now).await?;
        let device = ended.ok_or(PageError::NotFound)?;
        let event = Event::own(Kind::SessionEnded, user, &origin).with(json!({ "device": device }));
        db::audit::record(&mut transaction, &event, now).await?;
        "one"
    };
    transaction.commit().await?;
    tracing::info!(%user, done, "ended sessions");
    Ok(see_other(&format!("{}?ended={done}", state.paths.sessions())))
}
