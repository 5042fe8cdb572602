//! `/admin/groups/{group}`: who is in a group, what it opens, and what may be done.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use super::group_act::Deed;
use crate::app::AppState;
use crate::db::groups::Member;
use crate::delegation::Refusal;
use crate::groups::{ADMINISTRATORS, BUILT_IN};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// People on a page.
const PEOPLE: i64 = 50;

#[derive(Template)]
#[template(path = "admin/group.html")]
struct GroupPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: &'a str,
    built_in: bool,
    /// What its members may do here, of a built-in one.
    power: String,
    /// What was just done; or "".
    done: String,
    count: String,
    steps: String,
    services: Vec<String>,
    /// What was searched for.
    q: &'a str,
    members: Vec<Row>,
    add: String,
    rename: String,
    delete: String,
    /// Two steps demanded, or no longer.
    demand: String,
    demanded: bool,
    this: String,
    first: Option<String>,
    next: Option<String>,
    all: String,
}

struct Row {
    name: String,
    username: String,
    email: String,
    href: String,
    off: bool,
    remove: String,
}

/// What was just done, by its name in the address, and its text.
const DONE: [(&str, &str); 6] = [
    ("created", "places-group-created"),
    ("renamed", "places-group-renamed"),
    ("added", "places-group-added"),
    ("taken", "places-group-taken-out"),
    ("demand", "places-group-demand-done"),
    ("relax", "places-group-relax-done"),
];

/// `GET /admin/groups/{group}?q={text}&after={cursor}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor, and when there is no such group; a cursor that is
/// none of ours.
pub async fn get(request: HttpRequest, name: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Groups).await?;
    let query = console.query()?;
    let (q, after) = (query.get("q").trim(), query.get("after"));
    let cursor = Some(after).filter(|cursor| !cursor.is_empty());
    let (page, paths, name) = (&console.page, &state.paths, name.as_str());
    let all = paths.admin_groups();
    let dossier = match console.desk().group(name, q, cursor, PEOPLE).await {
        // Nobody’s name is that long.
        Err(Refusal::Invalid(flaw)) if flaw.field == "q" => console.desk().group(name, "", None, PEOPLE).await,
        other => other,
    };
    let dossier = dossier.map_err(|refusal| console.refused(refusal, &all))?;
    let act = |deed: Deed| paths.admin_group_act(name, deed.name());
    let row = |member: Member| Row {
        href: paths.admin_user(member.id),
        remove: Paths::with(&act(Deed::Remove), &[("person", &member.id.to_string())]),
        name: member.name,
        username: member.username,
        email: member.email,
        off: !member.active,
    };
    let this = paths.admin_group(name);
    let demanded = dossier.second_factor;
    let built_in = BUILT_IN.contains(&name);
    let always = built_in && state.settings.second_factor.administrators;
    let power = match name {
        ADMINISTRATORS => page.text("places-group-admins"),
        _ if built_in => page.text("places-group-auditors"),
        _ => String::new(),
    };
    let done = DONE.into_iter().find(|(name, _)| *name == query.get("done"));
    let template = GroupPage {
        page,
        frame,
        name,
        built_in,
        power,
        done: done.map(|(_, key)| page.text(key)).unwrap_or_default(),
        count: page.count("places-group-count", dossier.count),
        steps: page.text(if demanded || always { "places-group-demanded" } else { "places-group-free" }),
        services: dossier.services,
        q,
        members: dossier.members.into_iter().map(row).collect(),
        add: act(Deed::Add),
        rename: act(Deed::Rename),
        delete: act(Deed::Delete),
        demand: act(if demanded { Deed::Relax } else { Deed::Demand }),
        demanded,
        first: cursor.map(|_| Paths::with(&this, &[("q", q)])),
        next: dossier.next.map(|next| Paths::with(&this, &[("q", q), ("after", &next)])),
        this,
        all,
    };
    render(StatusCode::OK, page, &template)
}
