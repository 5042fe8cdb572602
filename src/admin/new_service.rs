//! `/admin/new-service`: adding a service, after a recipe of `docs/clients/` or by its redirect URI. What the
//! recipe knows is not asked. The secret is shown once, by the answer that made it, which needs a recent proof
//! of identity (AD-04).

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use super::service_facts;
use super::service_secret::KeptPage;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::clients::guided::{Unusable, Wanted, Way};
use crate::clients::recipe::{self, Card, Recipe};
use crate::crypto::Plain;
use crate::db::clients::Client;
use crate::delegation::{Refusal, Target};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::paths::Paths;

/// «Another service»: as in addresses.
const OTHER: &str = "other";

#[derive(Template)]
#[template(path = "admin/new_service_choice.html")]
struct ChoicePage<'a> {
    page: &'a Page,
    frame: Frame,
    /// Where, and what.
    recipes: Vec<(String, String)>,
    services: String,
}

#[derive(Template)]
#[template(path = "admin/new_service.html")]
struct FormPage<'a> {
    page: &'a Page,
    frame: Frame,
    title: String,
    action: String,
    /// Its name in the form.
    recipe: &'a str,
    /// For a service without a recipe.
    other: bool,
    name: String,
    url: String,
    /// Asked where it makes a difference.
    provider: Option<String>,
    redirect_uris: String,
    ours: bool,
    pkce: bool,
    /// Field and what is wrong with it.
    fault: Option<(&'static str, String)>,
    back: String,
}

impl FormPage<'_> {
    fn error(&self, field: &str) -> &str {
        self.fault.as_ref().filter(|(other, _)| *other == field).map_or("", |(_, why)| why)
    }
}

/// What was chosen: a recipe; none for another service.
type Chosen = Option<Card>;

/// `GET /admin/new-service?recipe={name}`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity; not found for a recipe that is none.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let (page, services) = (&console.page, state.paths.admin_services());
    console
        .desk()
        .may(Act::TendServices, Target::Instance)
        .await
        .map_err(|refusal| console.refused(refusal, &services))?;
    let query = console.query()?;
    let path = state.paths.admin_new_service();
    let wanted = query.get("recipe");
    if wanted.is_empty() {
        let cards = recipe::all().map_err(PageError::internal)?;
        let ways = cards.into_iter().map(|card| (Paths::with(&path, &[("recipe", card.name)]), card.title));
        let other = (Paths::with(&path, &[("recipe", OTHER)]), page.text("admin-service-other"));
        let recipes = ways.chain([other]).collect();
        let frame = Frame::of(&console, Tab::Services).await?;
        return render(StatusCode::OK, page, &ChoicePage { page, frame, recipes, services });
    }
    let chosen = chosen(wanted)?;
    console.visitor.recent(&Paths::with(&path, &[("recipe", wanted)]))?;
    show(&console, &chosen, None, None).await
}

/// `POST /admin/new-service`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; not found for a recipe that is none.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let services = state.paths.admin_services();
    let refused = |refusal| console.refused(refusal, &services);
    console.desk().may(Act::TendServices, Target::Instance).await.map_err(refused)?;
    let wanted = form.get("recipe");
    let chosen = chosen(wanted)?;
    console.visitor.recent(&Paths::with(&state.paths.admin_new_service(), &[("recipe", wanted)]))?;
    let (client, recipe) = match read(&form, chosen.as_ref())? {
        Ok(read) => read,
        Err(fault) => return show(&console, &chosen, Some(&form), Some(fault)).await,
    };
    let frame = Frame::of(&console, Tab::Services).await?;
    match console.desk().add_service(&client).await {
        Ok(secret) => kept(&console, frame, &client, recipe.as_ref(), secret.as_ref()),
        // What only the rules of services know: an address that is not public, say.
        Err(Refusal::Invalid(flaw)) => {
            let field = if chosen.is_some() { "url" } else { "redirect_uris" };
            let key = match flaw.field {
                "backchannel_logout_uri" => "admin-service-error-private",
                _ => "admin-service-error-address",
            };
            show(&console, &chosen, Some(&form), Some((field, key))).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

fn chosen(name: &str) -> Result<Chosen, PageError> {
    if name == OTHER {
        return Ok(None);
    }
    let cards = recipe::all().map_err(PageError::internal)?;
    cards.into_iter().find(|card| card.name == name).map(Some).ok_or(PageError::NotFound)
}

/// A field, and the key of what is wrong with it.
type Fault = (&'static str, &'static str);

/// The service that the form means.
fn read(form: &Params, card: Option<&Card>) -> Result<Result<(Client, Option<Recipe>), Fault>, PageError> {
    if form.hold_nul() {
        return Err(PageError::BadRequest("NUL"));
    }
    let way = match card {
        Some(card) => Way::Recipe { name: card.name, url: form.get("url"), provider: form.get("provider") },
        None => Way::Addresses {
            redirect_uris: form.get("redirect_uris").split_whitespace().map(str::to_owned).collect(),
            pkce: !form.get("pkce").is_empty(),
        },
    };
    let wanted = Wanted { name: form.get("name"), ours: !form.get("ours").is_empty(), way };
    Ok(match wanted.client() {
        Ok(read) => Ok(read),
        Err(Unusable::Name) => Err(("name", "admin-service-error-name")),
        Err(Unusable::RedirectUris) => Err(("redirect_uris", "admin-service-error-redirect")),
        Err(Unusable::Url) => Err(("url", "admin-service-error-url")),
        Err(Unusable::Provider) => Err(("provider", "admin-service-error-provider")),
        Err(Unusable::Recipe) => return Err(PageError::NotFound),
    })
}

async fn show(
    console: &Console<'_>,
    chosen: &Chosen,
    typed: Option<&Params>,
    fault: Option<Fault>,
) -> Result<HttpResponse, PageError> {
    let frame = Frame::of(console, Tab::Services).await?;
    let (page, paths) = (&console.page, &console.state().paths);
    let card = chosen.as_ref();
    let value = |name: &str, usual: &str| typed.map_or(usual, |typed| typed.get(name)).to_owned();
    let ticked = |name: &str, usual: bool| typed.map_or(usual, |typed| !typed.get(name).is_empty());
    let template = FormPage {
        page,
        frame,
        title: card.map_or_else(
            || page.text("admin-service-other"),
            |card| page.text1("admin-service-new-of", "title", &card.title),
        ),
        action: paths.admin_new_service(),
        recipe: card.map_or(OTHER, |card| card.name),
        other: card.is_none(),
        name: value("name", card.map_or("", |card| card.service.as_str())),
        url: value("url", ""),
        provider: card.and_then(|card| card.provider.as_ref()).map(|usual| value("provider", usual)),
        redirect_uris: value("redirect_uris", ""),
        ours: ticked("ours", false),
        pkce: ticked("pkce", true),
        fault: fault.map(|(field, key)| (field, page.text(key))),
        back: paths.admin_new_service(),
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render(status, page, &template)
}

/// What the service must be told, once.
fn kept(
    console: &Console<'_>,
    frame: Frame,
    client: &Client,
    recipe: Option<&Recipe>,
    secret: Option<&Plain>,
) -> Result<HttpResponse, PageError> {
    let (page, paths) = (&console.page, &console.state().paths);
    let revealed = secret.map(Plain::reveal);
    let settings = recipe.map(|recipe| recipe.settings(paths, &client.client_id, revealed.unwrap_or_default()));
    let template = KeptPage {
        page,
        frame,
        title: page.text1("admin-service-added", "name", client.name(&page.lang)),
        text: page.text("admin-service-added-text"),
        secret: revealed,
        facts: service_facts::of_us(console, &client.client_id),
        settings: settings.unwrap_or_default(),
        recipe: recipe.map(|recipe| recipe.page().to_owned()).unwrap_or_default(),
        next: vec![
            (paths.admin_service_part(&client.client_id, "access"), page.text("admin-service-next-access")),
            (paths.admin_service(&client.client_id), page.text("admin-service-next-page")),
        ],
    };
    render(StatusCode::OK, page, &template)
}
