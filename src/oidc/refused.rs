//! The page for somebody who may not use a service: says so and why, asks on their behalf to be let in, leads
//! back.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::dispatcher::{Authorization, Visit};
use super::next_step::NextStep;
use super::refusal_words::{Told, tell};
use crate::app::AppState;
use crate::authz::delegation::Reach;
use crate::db;
use crate::db::sessions::Session;
use crate::delegation::{Actor, Desk, Refusal};
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, trace};
use crate::paths::Paths;
use crate::post::Post;

#[derive(Template)]
#[template(path = "oidc/refused.html")]
struct RefusedPage<'a> {
    page: &'a Page,
    service: ServiceFace,
    told: Told,
    /// Nobody was asked now: too many requests for a day.
    too_many: bool,
    /// Where to send the request.
    action: String,
    /// Address of the host.
    instance_contact: Option<String>,
    /// Tells the service and goes back to it.
    back: String,
    /// For signing in as somebody else.
    authorization: String,
}

/// `GET /refused?authorization={id}`
///
/// # Errors
/// A page that says the request is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visit = Visit::of(&request, &state).await?;
    let (id, authorization) = Authorization::of(&visit).await?;
    match refused(&authorization, &visit).await? {
        Some(session) => show(&authorization, session, &visit, false).await,
        None => Ok(see_other(&state.paths.authorization(id))),
    }
}

/// `POST /refused?authorization={id}`: asks to be let in.
///
/// # Errors
/// A page that says the request is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visit = Visit::of(&request, &state).await?;
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &visit.browser, &form)?;
    let (id, authorization) = Authorization::of(&visit).await?;
    let Some(session) = refused(&authorization, &visit).await? else {
        return Ok(see_other(&state.paths.authorization(id)));
    };
    let (origin, actor) =
        (trace::origin(&request, &state), Actor::Person { id: session.user.id, reach: Reach::Everything });
    let desk = Desk { pool: &state.pool, post: Post::of(&state), actor, origin: &origin };
    match desk.ask(&session.user, &authorization.client).await {
        // It says there what was asked; or leads in, if access came in the meantime.
        Ok(_) | Err(Refusal::Hidden) => {
            Ok(see_other(&format!("{}#asked", Paths::within(&state.paths.refused(), Some(id)))))
        }
        Err(Refusal::Database(error)) => Err(PageError::Database(error)),
        Err(_) => show(&authorization, session, &visit, true).await,
    }
}

/// Whoever is refused; none: something else comes next by now.
async fn refused<'a>(authorization: &Authorization, visit: &'a Visit<'_>) -> Result<Option<&'a Session>, PageError> {
    let step = authorization.step(visit).await?;
    Ok(visit.session.as_ref().filter(|_| step == NextStep::Refuse))
}

async fn show(
    authorization: &Authorization,
    session: &Session,
    visit: &Visit<'_>,
    too_many: bool,
) -> Result<HttpResponse, PageError> {
    let (state, client, user) = (visit.state, &authorization.client, &session.user);
    let mut connection = state.pool.acquire().await?;
    let access = db::access::explanation(&mut connection, user.id, &client.client_id).await?;
    let desks = db::access_requests::desks(&mut connection, user.id, &client.client_id).await?;
    drop(connection);
    let page = Page::new(visit.request, state, &visit.browser, authorization.request.ui_locales.as_deref())
        .signed_in(user.display_name());
    let service = ServiceFace::of(client, &page.lang, &state.paths);
    let told = tell(access.as_ref(), &desks, &service.name, &page, state);
    let id = authorization.id.unwrap_or_default();
    let template = RefusedPage {
        page: &page,
        service,
        told,
        too_many,
        action: Paths::within(&state.paths.refused(), authorization.id),
        instance_contact: state.settings.host.contact.clone(),
        back: state.paths.authorization_decline(id),
        authorization: id.to_string(),
    };
    render(if too_many { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::FORBIDDEN }, &page, &template)
}
