//! `/admin/organizations/{slug}/{act}`: asked first, then done. What opens or closes something to people needs
//! a recent proof of identity (AD-04).

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::frame::Console;
use super::organization_forms::{Asked, fault};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::{Change, Desk, Named, OrganizationDossier, Refusal, Target, Version};
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::paths::Paths;
use crate::types::Role;

/// What may be done to an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Call it otherwise, write to somebody else.
    Edit,
    /// Name somebody who looks after it.
    Referent,
    /// Somebody does not any more.
    Dismiss,
    /// Open a service to it, or to others of it.
    Attach,
    /// Take a service away.
    Detach,
    /// Switch it off.
    Disable,
    /// Switch it on.
    Enable,
}

impl Deed {
    const ALL: [Self; 7] =
        [Self::Edit, Self::Referent, Self::Dismiss, Self::Attach, Self::Detach, Self::Disable, Self::Enable];

    /// As in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Referent => "referent",
            Self::Dismiss => "dismiss",
            Self::Attach => "attach",
            Self::Detach => "detach",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }

    fn named(name: &str) -> Result<Self, PageError> {
        Self::ALL.into_iter().find(|deed| deed.name() == name).ok_or(PageError::NotFound)
    }
}

/// `GET /admin/organizations/{slug}/{act}`
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
    Asked { console: &console, deed, dossier: &dossier, given: &query, fault: None, stale: false }.ask().await
}

/// `POST /admin/organizations/{slug}/{act}`
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
    let back = state.paths.admin_organization(&dossier.place.slug);
    match act(&console, &dossier.place.slug, deed, &form).await {
        Ok(done) => Ok(see_other(&Paths::with(&back, &[("done", done)]))),
        // With what is there now, for whoever decides what to keep of what they typed.
        Err(Refusal::Stale) => {
            let now = console.desk().organization_dossier(&dossier.place.slug).await;
            let dossier = now.map_err(|refusal| console.refused(refusal, &back))?;
            Asked { console: &console, deed, dossier: &dossier, given: &form, fault: None, stale: true }.ask().await
        }
        Err(refusal) => match fault(&refusal, &console.page) {
            fault @ Some(_) => {
                Asked { console: &console, deed, dossier: &dossier, given: &form, fault, stale: false }.ask().await
            }
            None => Err(console.refused(refusal, &back)),
        },
    }
}

/// What is asked, if it may be done: the rule first, then whether it is there, then the proof.
async fn begin(
    console: &Console<'_>,
    path: &(String, String),
    given: &Params,
) -> Result<(Deed, OrganizationDossier), PageError> {
    let (slug, act) = path;
    let (deed, paths) = (Deed::named(act)?, &console.state().paths);
    let refused = |refusal| console.refused(refusal, &paths.admin_organizations());
    console.desk().may(Act::Organize, Target::Organization(slug)).await.map_err(refused)?;
    let dossier = console.desk().organization_dossier(slug).await.map_err(refused)?;
    if deed != Deed::Edit {
        let page = paths.admin_organization_act(&dossier.place.slug, deed.name());
        let about = [("person", given.get("person")), ("service", given.get("service"))];
        console.visitor.recent(&Paths::with(&page, &about))?;
    }
    Ok((deed, dossier))
}

/// On the sight of that version; none: whatever is there.
async fn change(desk: Desk<'_>, slug: &str, change: &Change<'_>, seen: Option<&Version>) -> Result<(), Refusal> {
    desk.change(slug, async |work| work.change_organization(change, seen).await).await.map(drop)
}

/// Does it; what the page says then.
async fn act(console: &Console<'_>, slug: &str, deed: Deed, form: &Params) -> Result<&'static str, Refusal> {
    let desk = console.desk();
    match deed {
        Deed::Edit => {
            let (name, contact) = (form.get("name").trim(), form.get("contact").trim());
            let despite_likeness = !form.get("despite").is_empty();
            let wanted = Change { name: Some(name), contact: Some(contact), active: None, despite_likeness };
            change(desk, slug, &wanted, Some(&Version::presented(form.get("version")))).await?;
            Ok("edited")
        }
        Deed::Disable | Deed::Enable => {
            let active = deed == Deed::Enable;
            change(desk, slug, &Change { active: Some(active), ..Change::default() }, None).await?;
            Ok(if active { "enabled" } else { "disabled" })
        }
        Deed::Referent => {
            let login = form.get("login").trim();
            let named = desk.change(slug, async |work| work.name_referent(login).await).await?;
            Ok(match named {
                Named::Already => "already",
                Named::Made => "named",
                Named::Invited => "invited",
            })
        }
        Deed::Dismiss => {
            let person: Uuid = form.get("person").parse().map_err(|_| Refusal::Hidden)?;
            desk.change(slug, async |work| work.change_role(person, Role::Member, None).await).await?;
            Ok("dismissed")
        }
        Deed::Attach => {
            let (service, all) = (form.get("service"), form.get("who") == "all");
            desk.change(slug, async |work| work.attach(service, all).await).await?;
            Ok("attached")
        }
        Deed::Detach => {
            desk.change(slug, async |work| work.detach(form.get("service")).await).await?;
            Ok("detached")
        }
    }
}
