//! `/account/security/authenticator/remove`: the app goes, if the person may be without it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::factor_change::{self, Change};
use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::db::audit;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::mail::{Factor, Kind};

#[derive(Template)]
#[template(path = "account/authenticator_removal.html")]
struct RemovalPage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    /// A policy demands a second factor, and there is no other.
    must_stay: bool,
    /// There is no passkey besides.
    last: bool,
}

/// `GET /account/security/authenticator/remove`
///
/// # Errors
/// A way to a recent proof of identity; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Removal::of(&request, &state).await?.show(StatusCode::OK)
}

/// `POST /account/security/authenticator/remove`
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let removal = Removal::of(&request, &state).await?;
    let visitor = &removal.visitor;
    visitor.form(&body)?;
    if removal.must_stay {
        return removal.show(StatusCode::CONFLICT);
    }
    let mut transaction = state.pool.begin().await?;
    if !db::factors::remove_authenticator(&mut transaction, visitor.session.user.id).await? {
        return Ok(see_other(&state.paths.security()));
    }
    let change = Change {
        event: audit::Kind::AuthenticatorRemoved,
        details: json!({}),
        notice: Kind::FactorRemoved(Factor::Authenticator),
        proven: &[],
    };
    let cookie = factor_change::settle(visitor, &mut transaction, change).await?;
    transaction.commit().await?;
    let mut response = see_other(&state.paths.security());
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

struct Removal<'a> {
    visitor: Visitor<'a>,
    must_stay: bool,
    last: bool,
}

impl<'a> Removal<'a> {
    async fn of(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let visitor = Visitor::of(request, state).await?;
        visitor.recent(&state.paths.authenticator_removal())?;
        let mut connection = state.pool.acquire().await?;
        let factors = db::factors::of(&mut connection, visitor.session.user.id).await?;
        if factors.authenticator_since.is_none() {
            return Err(PageError::Elsewhere(state.paths.security()));
        }
        let last = factors.passkeys == 0;
        Ok(Self { must_stay: last && visitor.session.second_factor_demanded, visitor, last })
    }

    fn show(&self, status: StatusCode) -> Result<HttpResponse, PageError> {
        let paths = &self.visitor.state.paths;
        let page = self.visitor.page(Section::Security);
        let template = RemovalPage {
            page: &page,
            action: paths.authenticator_removal(),
            back: paths.security(),
            must_stay: self.must_stay,
            last: self.last,
        };
        render(status, &page, &template)
    }
}
