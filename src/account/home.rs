//! `/`: where a person lands.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::AppState;
use crate::authn::duty::duty;
use crate::authz::client_access::admit;
use crate::db;
use crate::http::browser::Browser;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::session;

#[derive(Template)]
#[template(path = "account/home.html")]
struct HomePage<'a> {
    page: &'a Page,
    name: String,
    picture: Option<String>,
    email: String,
    /// Where to prove the address, if it is not.
    verify: Option<String>,
    /// Where to look after the account.
    account: String,
    /// What the person may open.
    services: Vec<ServiceFace>,
}

/// `GET /account`: the first of its pages.
pub async fn account(state: Data<AppState>) -> HttpResponse {
    see_other(&state.paths.profile())
}

/// `GET /`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let Some(session) = session::of(&request, &state).await? else { return Ok(see_other(&state.paths.sign_in())) };
    if let Some(duty) = duty(session::duty_facts(&session)) {
        return Ok(see_other(&state.paths.of_duty(duty)));
    }
    let (user, deletion_due) = (session.user, session.deletion_due);
    let mut connection = state.pool.acquire().await?;
    let candidates = db::clients::openings(&mut connection, user.id).await?;
    let details = db::users::details(&mut connection, user.id).await?;
    drop(connection);
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None)
        .signed_in(user.display_name())
        .leaving(deletion_due, &state);
    let mut services = Vec::new();
    for (client_id, openings) in candidates {
        if admit(openings).is_ok()
            && let Some(client) = state.directory.client(&client_id, &state.pool).await?
        {
            services.push(ServiceFace::of(&client, &page.lang, state.paths.issuer()));
        }
    }
    services.sort_by_key(|service| service.name.to_lowercase());
    let template = HomePage {
        page: &page,
        name: user.display_name(),
        picture: state.paths.shown_picture(details.profile.get("picture")),
        verify: (!user.email_verified).then(|| state.paths.verify_email()),
        email: user.email,
        account: state.paths.account(),
        services,
    };
    render(StatusCode::OK, &page, &template)
}
