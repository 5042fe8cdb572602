//! `/admin/groups/{group}/{act}`: asked first, then done, with a recent proof of identity (AD-04): a group opens
//! services, and two of them open this console.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::confirm::{self, Question};
use super::form::{self, Fault, Field, Form};
use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::users::User;
use crate::delegation::{Clash, GroupDossier, Refusal, Target};
use crate::groups::{ADMINISTRATORS, BUILT_IN};
use crate::http::page::{Page, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::paths::Paths;

/// What may be done to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Put somebody into it.
    Add,
    /// Take somebody out.
    Remove,
    /// Call it otherwise.
    Rename,
    /// Demand two steps of its members.
    Demand,
    /// …no longer.
    Relax,
    /// Remove it.
    Delete,
}

impl Deed {
    const ALL: [Self; 6] = [Self::Add, Self::Remove, Self::Rename, Self::Demand, Self::Relax, Self::Delete];

    /// As in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Rename => "rename",
            Self::Demand => "demand",
            Self::Relax => "relax",
            Self::Delete => "delete",
        }
    }

    fn named(name: &str) -> Result<Self, PageError> {
        Self::ALL.into_iter().find(|deed| deed.name() == name).ok_or(PageError::NotFound)
    }

    /// What Loquet needs is neither renamed nor removed.
    fn fits(self, group: &str) -> bool {
        !(matches!(self, Self::Rename | Self::Delete) && BUILT_IN.contains(&group))
    }
}

/// What is wrong with a field; none when it is something else.
#[must_use]
pub fn fault(refusal: &Refusal, page: &Page) -> Option<Fault> {
    let (field, key) = match refusal {
        Refusal::Clash(Clash::SlugTaken) => ("name", "places-group-taken"),
        Refusal::Invalid(flaw) if flaw.problem == "built-in" => ("name", "places-group-reserved"),
        Refusal::Invalid(flaw) if flaw.field == "name" => ("name", "places-group-wrong"),
        Refusal::Invalid(flaw) if flaw.problem == "unproven" => ("login", "places-login-unproven"),
        Refusal::Invalid(flaw) if flaw.field == "login" => ("login", "places-login-unknown"),
        _ => return None,
    };
    Some((field, page.text(key)))
}

/// `GET /admin/groups/{group}/{act}`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity; not found for what is no act, or not there.
pub async fn get(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let query = console.query()?;
    let (deed, dossier) = begin(&console, &path, &query).await?;
    ask(&console, &path.0, deed, &dossier, &query, None).await
}

/// `POST /admin/groups/{group}/{act}`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; not found for what is no act, or
/// not there.
pub async fn post(
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let (deed, dossier) = begin(&console, &path, &form).await?;
    let (name, desk, paths) = (path.0.as_str(), console.desk(), &state.paths);
    let this = paths.admin_group(name);
    let new = form.get("name").trim();
    let done = match deed {
        Deed::Add => desk.join_group(name, form.get("login").trim()).await.map(|_| (this.clone(), "added")),
        Deed::Remove => {
            let person: Uuid = form.get("person").parse().map_err(|_| PageError::NotFound)?;
            // Whoever takes themself out of the administrators sees this page no more.
            let left = name == ADMINISTRATORS && person == console.visitor.session.user.id;
            let to = if left { paths.account() } else { this.clone() };
            desk.leave_group(name, person).await.map(|_| (to, if left { "" } else { "taken" }))
        }
        Deed::Rename => desk.rename_group(name, new).await.map(|()| (paths.admin_group(new), "renamed")),
        Deed::Demand => desk.demand_second_factor(name, true).await.map(|()| (this.clone(), "demand")),
        Deed::Relax => desk.demand_second_factor(name, false).await.map(|()| (this.clone(), "relax")),
        Deed::Delete => desk.delete_group(name).await.map(|()| (paths.admin_groups(), "removed")),
    };
    match done {
        Ok((page, done)) => Ok(see_other(&Paths::with(&page, &[("done", done)]))),
        Err(refusal) => match fault(&refusal, &console.page) {
            Some(wrong) => ask(&console, name, deed, &dossier, &form, Some(wrong)).await,
            None => Err(console.refused(refusal, &this)),
        },
    }
}

/// What is asked, if it may be done: the rule first, then whether it is there, then the proof.
async fn begin(
    console: &Console<'_>,
    path: &(String, String),
    given: &Params,
) -> Result<(Deed, GroupDossier), PageError> {
    let ((name, act), paths) = (path, &console.state().paths);
    let deed = Deed::named(act)?;
    let refused = |refusal| console.refused(refusal, &paths.admin_groups());
    console.desk().may(Act::Regroup { last_administrator: false }, Target::Group(name)).await.map_err(refused)?;
    // Nobody of it is shown.
    let dossier = console.desk().group(name, "", None, 1).await.map_err(refused)?;
    if !deed.fits(name) {
        return Err(PageError::NotFound);
    }
    let page = paths.admin_group_act(name, deed.name());
    console.visitor.recent(&Paths::with(&page, &[("person", given.get("person"))]))?;
    Ok((deed, dossier))
}

async fn ask(
    console: &Console<'_>,
    name: &str,
    deed: Deed,
    dossier: &GroupDossier,
    given: &Params,
    fault: Option<Fault>,
) -> Result<HttpResponse, PageError> {
    let (page, paths) = (&console.page, &console.state().paths);
    let (action, back) = (paths.admin_group_act(name, deed.name()), paths.admin_group(name));
    let about = |key| page.text1(key, "group", name);
    let (title, effects, kept, submit) = match deed {
        Deed::Add => {
            let login = Field::line("login", page.text("places-login"), given.get("login")).fault(fault.as_ref());
            let form = Form {
                title: about("places-group-add-title"),
                intro: opens(page, name, dossier),
                fields: vec![login],
                action,
                submit: page.text("places-group-add"),
                back,
                ..Form::default()
            };
            return form::show(console, Tab::Groups, form).await;
        }
        Deed::Rename => {
            let typed = if fault.is_some() { given.get("name") } else { name };
            let field = Field::line("name", page.text("places-group-name"), typed).help(page.text("places-group-help"));
            let form = Form {
                title: about("places-group-rename-title"),
                intro: vec![page.text("places-group-rename-effect")],
                fields: vec![field.fault(fault.as_ref())],
                action,
                submit: page.text("places-group-rename"),
                back,
                ..Form::default()
            };
            return form::show(console, Tab::Groups, form).await;
        }
        Deed::Remove => {
            let id: Uuid = given.get("person").parse().map_err(|_| PageError::NotFound)?;
            let person = console.desk().dossier(id).await.map_err(|refusal| console.refused(refusal, &back))?;
            let user: &User = &person.account.user;
            if !person.account.groups.iter().any(|group| group == name) {
                return Err(PageError::NotFound);
            }
            let mut effects = vec![page.text("places-group-remove-effect")];
            effects.extend(opens(page, name, dossier));
            let title = page.text2("places-group-remove-title", "name", &user.display_name(), "group", name);
            (title, effects, vec![("person", id.to_string())], "places-group-remove")
        }
        Deed::Demand => {
            let effects = vec![page.text("places-group-demand-effect")];
            (about("places-group-demand-title"), effects, Vec::new(), "places-group-demand")
        }
        Deed::Relax => {
            let effects = vec![page.text("places-group-relax-effect")];
            (about("places-group-relax-title"), effects, Vec::new(), "places-group-relax")
        }
        Deed::Delete => {
            let mut effects = vec![page.count("places-group-delete-effect", dossier.count)];
            effects.extend(opens(page, name, dossier));
            if dossier.second_factor {
                effects.push(page.text("places-group-delete-steps"));
            }
            (about("places-group-delete-title"), effects, Vec::new(), "places-group-delete")
        }
    };
    let danger = matches!(deed, Deed::Remove | Deed::Delete);
    let question = Question { title, effects, kept, action, submit: page.text(submit), danger, back };
    confirm::ask(console, Frame::of(console, Tab::Groups).await?, question)
}

/// What comes with a group, and ends with it.
fn opens(page: &Page, name: &str, dossier: &GroupDossier) -> Vec<String> {
    let mut told = Vec::new();
    match name {
        ADMINISTRATORS => told.push(page.text("places-group-admins")),
        name if BUILT_IN.contains(&name) => told.push(page.text("places-group-auditors")),
        _ => {}
    }
    if !dossier.services.is_empty() {
        told.push(page.text1("places-group-services", "services", &dossier.services.join(", ")));
    }
    told
}
