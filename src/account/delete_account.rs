//! `/account/data/delete`: what ends with the account, before it does.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::db;
use crate::deletion::{self, Asked, GRACE};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::post::Post;

#[derive(Template)]
#[template(path = "account/delete.html")]
struct DeletePage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    export: String,
    organizations: String,
    contact: Option<&'a str>,
    date: String,
    /// Organizations that nobody else could look after: they come first.
    alone: Vec<String>,
    /// Organizations that the person leaves by this.
    leaves: Vec<String>,
    services: Vec<String>,
}

/// `GET /account/data/delete`
///
/// # Errors
/// A way to a recent proof of identity; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.recent(&state.paths.deletion())?;
    if visitor.session.deletion_due.is_some() {
        return Ok(see_other(&state.paths.data()));
    }
    show(&visitor, StatusCode::OK).await
}

/// `POST /account/data/delete`: in a week, unless the person thinks again (RS-14).
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.form(&body)?;
    visitor.recent(&state.paths.deletion())?;
    let user = &visitor.session.user;
    let mut transaction = state.pool.begin().await?;
    db::own_organizations::lock(&mut transaction, user.id).await?;
    if !db::own_organizations::last_referent_of(&mut transaction, user.id).await?.is_empty() {
        drop(transaction);
        return show(&visitor, StatusCode::CONFLICT).await;
    }
    let asked = Asked { actor: Some(user.id), origin: &visitor.origin() };
    deletion::schedule(&mut transaction, &Post::of(&state), user, &asked).await?;
    transaction.commit().await?;
    Ok(see_other(&state.paths.data()))
}

async fn show(visitor: &Visitor<'_>, status: StatusCode) -> Result<HttpResponse, PageError> {
    let (state, user) = (visitor.state, visitor.session.user.id);
    let page = visitor.page(Section::Data);
    let now = state.clock.now();
    let mut connection = state.pool.acquire().await?;
    let organizations = db::own_organizations::list(&mut connection, user, None).await?;
    let uses = db::consents::uses(&mut connection, user, None, now).await?;
    drop(connection);
    let mut services = Vec::new();
    for used in uses {
        if let Some(client) = state.directory.client(&used.client_id, &state.pool).await? {
            services.push(client.name(&page.lang).to_owned());
        }
    }
    services.sort_by_key(|name| name.to_lowercase());
    let (alone, leaves): (Vec<_>, Vec<_>) = organizations.into_iter().partition(|found| found.last_referent);
    let names = |found: Vec<db::own_organizations::Membership>| found.into_iter().map(|one| one.name).collect();
    let template = DeletePage {
        page: &page,
        action: state.paths.deletion(),
        back: state.paths.data(),
        export: state.paths.export(),
        organizations: state.paths.organizations(),
        contact: state.settings.host.contact.as_deref(),
        date: page.language().date(&(now + GRACE).with_timezone(&state.settings.host.time_zone)),
        alone: names(alone),
        leaves: names(leaves),
        services,
    };
    render(status, &page, &template)
}
