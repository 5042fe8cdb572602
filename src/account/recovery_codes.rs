//! `/account/security/recovery-codes`: for the day the telephone is lost. Shown once, when they are
//! made; afterwards only how many are left.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::factor_change::{self, Change};
use super::factor_proof::hash_of;
use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::authn::recovery_code::RecoveryCode;
use crate::db;
use crate::db::audit;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::mail::Kind;

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct RecoveryCodesPage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    left: i64,
}

#[derive(Template)]
#[template(path = "account/new_codes.html")]
struct NewCodesPage<'a> {
    page: &'a Page,
    codes: &'a [RecoveryCode],
    /// The first factor has just been added.
    added: bool,
    /// On the printed page.
    name: String,
    date: String,
    next: &'a str,
}

/// `GET /account/security/recovery-codes`
///
/// # Errors
/// A way to a recent proof of identity; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = visitor(&request, &state).await?;
    let mut connection = state.pool.acquire().await?;
    let left = db::factors::of(&mut connection, visitor.session.user.id).await?.codes_left;
    drop(connection);
    let page = visitor.page(Section::Security);
    let (action, back) = (state.paths.recovery_codes(), state.paths.security());
    render(StatusCode::OK, &page, &RecoveryCodesPage { page: &page, action, back, left })
}

/// `POST /account/security/recovery-codes`: new ones.
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = visitor(&request, &state).await?;
    visitor.form(&body)?;
    let mut transaction = state.pool.begin().await?;
    let codes = renew(&mut transaction, visitor.session.user.id, &state).await?;
    let change = Change {
        event: audit::Kind::RecoveryCodesRenewed,
        details: json!({}),
        notice: Kind::RecoveryCodesRenewed,
        proven: &[],
    };
    let cookie = factor_change::settle(&visitor, &mut transaction, change).await?;
    transaction.commit().await?;
    let mut response = show_new(&visitor, &codes, &state.paths.security(), false)?;
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

/// Somebody who has a second factor and has just shown it.
async fn visitor<'a>(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Visitor<'a>, PageError> {
    let visitor = Visitor::of(request, state).await?;
    visitor.recent(&state.paths.recovery_codes())?;
    if visitor.session.second_factor { Ok(visitor) } else { Err(PageError::Elsewhere(state.paths.security())) }
}

/// Makes ten, in place of all that the person had.
///
/// # Errors
/// PostgreSQL's.
pub(super) async fn renew(
    connection: &mut PgConnection,
    user: Uuid,
    state: &AppState,
) -> sqlx::Result<Vec<RecoveryCode>> {
    let codes = RecoveryCode::set().to_vec();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash_of(code, user, &state.vault)).collect();
    db::factors::set_recovery_codes(connection, user, &hashes).await?;
    Ok(codes)
}

/// The only page that shows them. It is made by the request that made them: it cannot be asked for.
///
/// # Errors
/// When the template fails.
pub(super) fn show_new(
    visitor: &Visitor<'_>,
    codes: &[RecoveryCode],
    next: &str,
    added: bool,
) -> Result<HttpResponse, PageError> {
    let state = visitor.state;
    let mut page = visitor.page(Section::Security);
    // First these must be kept.
    page.nav.clear();
    let today = state.clock.now().with_timezone(&state.settings.host.time_zone);
    let template = NewCodesPage {
        page: &page,
        codes,
        added,
        name: visitor.session.user.username.clone(),
        date: page.language().date(&today),
        next,
    };
    render(StatusCode::OK, &page, &template)
}
