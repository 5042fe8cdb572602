//! `/account/security/passkeys/{id}`: a passkey goes, if the person may be without it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use super::factor_change::{self, Change};
use super::frame::{Section, Visitor};
use super::passkeys::name_of;
use crate::app::AppState;
use crate::db;
use crate::db::audit;
use crate::db::passkeys::StoredPasskey;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::mail::{Factor, Kind};

#[derive(Template)]
#[template(path = "account/passkey_removal.html")]
struct RemovalPage<'a> {
    page: &'a Page,
    name: String,
    action: String,
    back: String,
    /// A policy demands a second factor, and there is no other.
    must_stay: bool,
    /// There is no other factor.
    last: bool,
}

/// `GET /account/security/passkeys/{id}`
///
/// # Errors
/// A way to a recent proof of identity; not found for what is not theirs.
pub async fn get(request: HttpRequest, id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Removal::of(&request, *id, &state).await?.show(StatusCode::OK)
}

/// `POST /account/security/passkeys/{id}`
///
/// # Errors
/// The refusal that leads to a recent proof of identity; not found for what is not theirs.
pub async fn post(
    request: HttpRequest,
    id: Path<Uuid>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let removal = Removal::of(&request, *id, &state).await?;
    let visitor = &removal.visitor;
    visitor.form(&body)?;
    if removal.must_stay() {
        return removal.show(StatusCode::CONFLICT);
    }
    let mut transaction = state.pool.begin().await?;
    if !db::passkeys::remove(&mut transaction, visitor.session.user.id, *id).await? {
        return Ok(see_other(&state.paths.passkeys()));
    }
    let name = &removal.passkey.name;
    let change = Change {
        event: audit::Kind::PasskeyRemoved,
        details: json!({ "name": name }),
        notice: Kind::FactorRemoved(Factor::Passkey(name)),
        proven: &[],
    };
    let cookie = factor_change::settle(visitor, &mut transaction, change).await?;
    transaction.commit().await?;
    let mut response = see_other(&state.paths.passkeys());
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

struct Removal<'a> {
    visitor: Visitor<'a>,
    passkey: StoredPasskey,
    last: bool,
}

impl<'a> Removal<'a> {
    async fn of(request: &'a HttpRequest, id: Uuid, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let visitor = Visitor::of(request, state).await?;
        visitor.recent(&state.paths.passkey(id))?;
        let mut connection = state.pool.acquire().await?;
        let user = visitor.session.user.id;
        let mut known = db::passkeys::list(&mut connection, user).await?;
        let position = known.iter().position(|passkey| passkey.id == id).ok_or(PageError::NotFound)?;
        let passkey = known.swap_remove(position);
        let app = db::factors::of(&mut connection, user).await?.authenticator_since.is_some();
        Ok(Self { visitor, passkey, last: known.is_empty() && !app })
    }

    fn must_stay(&self) -> bool {
        self.last && self.visitor.session.second_factor_demanded
    }

    fn show(&self, status: StatusCode) -> Result<HttpResponse, PageError> {
        let paths = &self.visitor.state.paths;
        let page = self.visitor.page(Section::Security);
        let template = RemovalPage {
            page: &page,
            name: name_of(&self.passkey, &page),
            action: paths.passkey(self.passkey.id),
            back: paths.passkeys(),
            must_stay: self.must_stay(),
            last: self.last,
        };
        render(status, &page, &template)
    }
}
