//! `/account/security`: how one signs in, and the way to each change.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::users::User;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage<'a> {
    page: &'a Page,
    user: &'a User,
    /// What has just been changed.
    done: Option<String>,
    password_changed: Option<String>,
    password: String,
    email: String,
    username: String,
    codes_left: i64,
    passkey_count: i64,
    passkeys: Option<String>,
    /// The person has a second factor.
    two_steps: bool,
    authenticator_since: Option<String>,
    authenticator: String,
    authenticator_removal: String,
    recovery_codes: String,
    tokens: String,
}

/// `GET /account/security`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let page = visitor.page(Section::Security);
    let user = &visitor.session.user;
    let mut connection = state.pool.acquire().await?;
    let changed = db::users::password_changed_at(&mut connection, user.id).await?;
    let factors = db::factors::of(&mut connection, user.id).await?;
    drop(connection);
    let zone = state.settings.host.time_zone;
    let template = SecurityPage {
        page: &page,
        user,
        done: match request.query_string() {
            "done=password" => Some(page.text("change-password-done")),
            "done=username" => Some(page.text("change-username-done")),
            _ => None,
        },
        password_changed: changed.map(|at| page.language().date(&at.with_timezone(&zone))),
        password: state.paths.password(),
        email: state.paths.email(),
        username: state.paths.username(),
        authenticator_since: factors.authenticator_since.map(|at| page.language().date(&at.with_timezone(&zone))),
        codes_left: factors.codes_left,
        passkey_count: factors.passkeys,
        passkeys: state.passkeys.is_some().then(|| state.paths.passkeys()),
        two_steps: visitor.session.second_factor,
        authenticator: state.paths.authenticator(),
        authenticator_removal: state.paths.authenticator_removal(),
        recovery_codes: state.paths.recovery_codes(),
        tokens: state.paths.personal_tokens(),
    };
    render(StatusCode::OK, &page, &template)
}
