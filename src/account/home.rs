//! `/`: where a person lands.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::home_membership::{self, Membership};
use super::home_services::{MOST, Shelf, arrange};
use crate::app::AppState;
use crate::authn::duty::duty;
use crate::authz::client_access::{Openings, admit};
use crate::db;
use crate::db::clients::Client;
use crate::http::browser::Browser;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::session;
use crate::types::note;

/// Most organizations that are shown; all of them have a page.
const ORGANIZATIONS: usize = 12;
/// From so many services on, one may search.
const MANY: usize = 8;
/// Longest text that is searched for, in characters.
const LONGEST: usize = 100;

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
    /// Where those who see the whole instance do.
    console: Option<String>,
    /// What the person may open, in categories.
    categories: Vec<Category>,
    /// One may search; for this.
    search: bool,
    q: String,
    /// How many more there are; or "".
    others: String,
    organizations: Vec<Place>,
    /// Where all of them are.
    all_organizations: String,
    more_organizations: bool,
    membership: Option<Membership>,
    news: Option<News>,
}

/// Services that stand together.
struct Category {
    /// "": they are all there is.
    name: String,
    services: Vec<ServiceFace>,
}

struct Place {
    name: String,
    /// What it opens, and how to leave it.
    details: String,
    /// Where a referent looks after it.
    manage: Option<String>,
}

struct News {
    html: String,
    since: String,
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
    if !state.settings.home.enabled {
        return Ok(see_other(&state.paths.profile()));
    }
    let query =
        Params::parse(request.query_string().as_bytes()).map_err(|_| PageError::BadRequest("query is not UTF-8"))?;
    let q: String = query.get("q").trim().chars().take(LONGEST).collect();
    let (user, deletion_due) = (session.user, session.deletion_due);
    let mut connection = state.pool.acquire().await?;
    let candidates = db::clients::openings(&mut connection, user.id).await?;
    let details = db::users::details(&mut connection, user.id).await?;
    let most = i64::try_from(ORGANIZATIONS + 1).unwrap_or(i64::MAX);
    let mut facts = db::home::facts(&mut connection, user.id, most).await?;
    drop(connection);
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None)
        .signed_in(user.display_name())
        .leaving(deletion_due, &state);
    let more_organizations = facts.organizations.len() > ORGANIZATIONS;
    facts.organizations.truncate(ORGANIZATIONS);
    // They are in memory, but for one that was added this very moment.
    let mut admitted: Vec<(Arc<Client>, Openings)> = Vec::new();
    for (client_id, openings) in candidates {
        if admit(openings).is_ok()
            && let Some(client) = state.directory.client(&client_id, &state.pool).await?
        {
            admitted.push((client, openings));
        }
    }
    let search = admitted.len() > MANY || !q.is_empty();
    let (categories, others) = categories(admitted, &q, &page, &state);
    let template = HomePage {
        page: &page,
        name: user.display_name(),
        picture: state.paths.shown_picture(details.profile.get("picture")),
        verify: (!user.email_verified).then(|| state.paths.verify_email()),
        account: state.paths.account(),
        console: session.oversees.then(|| state.paths.admin()),
        categories,
        search,
        q,
        others,
        membership: home_membership::of(&user, &facts, &page, &state),
        news: facts.news.as_ref().and_then(|news| told(news, &page, &state)),
        organizations: facts.organizations.into_iter().map(|place| shown(place, &state)).collect(),
        all_organizations: state.paths.organizations(),
        more_organizations,
        email: user.email,
    };
    render(StatusCode::OK, &page, &template)
}

fn categories(
    admitted: Vec<(Arc<Client>, Openings)>,
    q: &str,
    page: &Page,
    state: &AppState,
) -> (Vec<Category>, String) {
    let own = &state.settings.home.categories;
    let arranged = arrange(admitted, own, q, &page.lang);
    // A name says something only beside another, or when the host chose it.
    let alone = arranged.stands.len() == 1;
    let named = |shelf: Shelf| match shelf {
        Shelf::Host(place) => own.get(place).map(|category| category.name.of(&page.lang).clone()).unwrap_or_default(),
        _ if alone => String::new(),
        Shelf::Own => page.text("home-category-own"),
        Shelf::Organization => page.text("home-category-organizations"),
        Shelf::Everybody => page.text("home-category-everybody"),
    };
    let face = |client: &Arc<Client>| ServiceFace::of(client, &page.lang, &state.paths);
    let categories = arranged
        .stands
        .iter()
        .map(|stand| Category { name: named(stand.shelf), services: stand.services.iter().map(face).collect() });
    let more = i64::try_from(arranged.found.saturating_sub(MOST)).unwrap_or(i64::MAX);
    (categories.collect(), if more > 0 { page.count("home-others", more) } else { String::new() })
}

fn shown(place: db::home::Place, state: &AppState) -> Place {
    Place {
        details: state.paths.organization(&place.slug),
        manage: place.referent.then(|| state.paths.organization_people(&place.slug)),
        name: place.name,
    }
}

/// None when there are none in the language of the page.
fn told(news: &db::home::News, page: &Page, state: &AppState) -> Option<News> {
    let text = if page.lang == "en" { &news.en } else { &news.fr };
    if text.trim().is_empty() {
        return None;
    }
    let since = page.language().date(&news.updated_at.with_timezone(&state.settings.host.time_zone));
    Some(News { html: note(text), since })
}
