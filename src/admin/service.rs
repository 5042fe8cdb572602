//! `/admin/services/{client_id}`: all of one service, and what may be done about it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use super::service_act::Deed;
use super::service_facts::{self, Fact};
use super::services::who;
use crate::app::AppState;
use crate::db::host_services::SecretLife;
use crate::db::logouts::Notice;
use crate::delegation::ServiceFile;
use crate::http::page::{NavLink, Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/service.html")]
struct ServicePage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    off: bool,
    /// What was just done; or "".
    done: String,
    /// Who may use it.
    who: String,
    closed: bool,
    /// Groups and organizations through which.
    ways: Vec<String>,
    access: String,
    test: String,
    logo: Option<String>,
    change_logo: String,
    us: Vec<Fact>,
    facts: Vec<Fact>,
    /// For what is changed on the server only.
    command: String,
    /// Its secrets, in words.
    secrets: Vec<String>,
    /// A new one.
    renew: Option<String>,
    /// It is told of sign-outs.
    told_of_sign_outs: bool,
    deliveries: Vec<(String, String)>,
    notices: Vec<Row>,
    /// What may be done.
    deeds: Vec<NavLink>,
    services: String,
}

/// A sign-out notice.
struct Row {
    ended: String,
    outcome: String,
    told: bool,
    /// Why not.
    error: String,
}

/// `GET /admin/services/{client_id}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor, and when there is no such service.
pub async fn get(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Services).await?;
    let (page, paths) = (&console.page, &state.paths);
    let services = paths.admin_services();
    let file = console.desk().service_file(&client_id).await.map_err(|refusal| console.refused(refusal, &services))?;
    let client = &file.client;
    let name = client.name(&page.lang).to_owned();
    let done = console.query()?.get("done").to_owned();
    let done = match (Deed::named(&done), done.as_str()) {
        (Some(deed), _) => page.text1(deed.words().done, "name", &name),
        (None, "logo") => page.text1("admin-service-logo-done", "name", &name),
        _ => String::new(),
    };
    let deeds = Deed::ALL.into_iter().filter(|deed| console.administrator && deed.fits(client));
    let organizations = file.organizations.first().map_or(0, |organization| organization.open);
    let groups = count(file.groups.len());
    let template = ServicePage {
        page,
        frame,
        off: !client.enabled,
        done,
        who: who(page, client.everyone, groups, organizations),
        closed: !client.everyone && groups == 0 && organizations == 0,
        ways: ways(&file, page),
        access: paths.admin_service_part(&client_id, "access"),
        test: paths.admin_service_part(&client_id, "test"),
        logo: client.logo.map(|id| paths.service_logo(id)),
        change_logo: paths.admin_service_part(&client_id, "logo"),
        us: service_facts::of_us(&console, &client_id),
        facts: service_facts::of_client(client, &console),
        command: format!("loquet client set {}", client.client_id),
        secrets: file.secrets.iter().map(|secret| life(secret, &console)).collect(),
        renew: (console.administrator && file.has_secret()).then(|| paths.admin_service_part(&client_id, "secret")),
        told_of_sign_outs: client.backchannel_logout_uri.is_some(),
        deliveries: deliveries(&file, &console),
        notices: file.notices.iter().map(|notice| row(notice, &console)).collect(),
        deeds: deeds
            .map(|deed| NavLink {
                href: paths.admin_service_part(&client_id, deed.name()),
                label: page.text(deed.words().link),
                current: false,
            })
            .collect(),
        services,
        name,
    };
    render(StatusCode::OK, page, &template)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn ways(file: &ServiceFile, page: &Page) -> Vec<String> {
    let groups = file.groups.iter().map(|group| page.text1("admin-service-by-group", "group", group));
    let organizations = file.organizations.iter().map(|organization| {
        let how = match (organization.active, organization.all_members) {
            (false, _) => "admin-service-by-organization-off",
            (true, true) => "admin-service-by-organization-all",
            (true, false) => "admin-service-by-organization",
        };
        page.text1(how, "organization", &organization.name)
    });
    let mut ways: Vec<String> = groups.chain(organizations).collect();
    let named = count(file.organizations.len());
    let others = file.organizations.first().map_or(0, |organization| organization.total - named);
    if others > 0 {
        ways.push(page.count("admin-service-other-organizations", others));
    }
    ways
}

fn life(secret: &SecretLife, console: &Console<'_>) -> String {
    let (page, since) = (&console.page, console.moment(secret.created_at));
    match secret.expires_at {
        Some(until) => page.text2("admin-service-secret-until", "since", &since, "until", &console.moment(until)),
        None => page.text1("admin-service-secret-since", "since", &since),
    }
}

fn deliveries(file: &ServiceFile, console: &Console<'_>) -> Vec<(String, String)> {
    let (page, told) = (&console.page, &file.deliveries);
    let last = told.last.map_or_else(|| page.text("admin-service-told-never"), |at| console.moment(at));
    vec![
        (page.text("admin-service-told-last"), last),
        (page.text("admin-service-told-waiting"), told.waiting.to_string()),
        (page.text("admin-service-told-failed"), told.failed.to_string()),
    ]
}

fn row(notice: &Notice, console: &Console<'_>) -> Row {
    let (page, tries) = (&console.page, i64::from(notice.attempts));
    let outcome = match (notice.delivered_at, notice.failed_at) {
        (Some(at), _) => page.text1("admin-service-told-at", "when", &console.moment(at)),
        (None, Some(_)) => page.count("admin-service-told-given-up", tries),
        (None, None) => page.count("admin-service-told-waits", tries),
    };
    Row {
        ended: console.moment(notice.created_at),
        outcome,
        told: notice.delivered_at.is_some(),
        error: notice.last_error.clone().unwrap_or_default(),
    }
}
