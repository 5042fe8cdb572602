//! `/admin/services/{client_id}/{act}`: a service switched off or on, or removed; asked first, with a recent
//! proof of identity (AD-04).

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::confirm::{self, Question};
use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::clients::Client;
use crate::delegation::Target;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// What may be done to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Switch it off.
    Disable,
    /// Switch it on.
    Enable,
    /// Remove it.
    Delete,
}

/// Keys of its texts.
pub struct Words {
    /// The way there.
    pub link: &'static str,
    /// What is asked.
    title: &'static str,
    /// What follows.
    effect: &'static str,
    /// What was done.
    pub done: &'static str,
}

impl Deed {
    /// In the order of the page.
    pub const ALL: [Self; 3] = [Self::Disable, Self::Enable, Self::Delete];

    /// As in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Delete => "delete",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.name() == name)
    }

    /// Whether there is something to do.
    #[must_use]
    pub const fn fits(self, client: &Client) -> bool {
        match self {
            Self::Disable => client.enabled,
            Self::Enable => !client.enabled,
            Self::Delete => true,
        }
    }

    /// Its texts.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::Disable => Words {
                link: "admin-service-disable",
                title: "admin-service-disable-title",
                effect: "admin-service-disable-effect",
                done: "admin-service-disable-done",
            },
            Self::Enable => Words {
                link: "admin-service-enable",
                title: "admin-service-enable-title",
                effect: "admin-service-enable-effect",
                done: "admin-service-enable-done",
            },
            Self::Delete => Words {
                link: "admin-service-delete",
                title: "admin-service-delete-title",
                effect: "admin-service-delete-effect",
                done: "admin-service-delete-done",
            },
        }
    }
}

/// `GET /admin/services/{client_id}/{act}`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity; not found for what is no act, or no service.
pub async fn get(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let (client_id, act) = path.into_inner();
    let deed = Deed::named(&act).ok_or(PageError::NotFound)?;
    let (page, back) = (&console.page, state.paths.admin_service(&client_id));
    let refused = |refusal| console.refused(refusal, &back);
    console.desk().may(Act::TendServices, Target::Service(&client_id)).await.map_err(refused)?;
    let action = state.paths.admin_service_part(&client_id, deed.name());
    console.visitor.recent(&action)?;
    let file = console.desk().service_file(&client_id).await.map_err(refused)?;
    let (name, words) = (file.client.name(&page.lang), deed.words());
    let question = Question {
        title: page.text1(words.title, "name", name),
        effects: vec![page.text1(words.effect, "name", name)],
        kept: Vec::new(),
        action,
        submit: page.text(words.link),
        danger: deed != Deed::Enable,
        back: back.clone(),
    };
    confirm::ask(&console, Frame::of(&console, Tab::Services).await?, question)
}

/// `POST /admin/services/{client_id}/{act}`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; not found for what is no act, or no
/// service.
pub async fn post(
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, _) = Console::sent(&request, &body, &state).await?;
    let (client_id, act) = path.into_inner();
    let deed = Deed::named(&act).ok_or(PageError::NotFound)?;
    let (services, service) = (state.paths.admin_services(), state.paths.admin_service(&client_id));
    let desk = console.desk();
    let refused = |refusal| console.refused(refusal, &services);
    desk.may(Act::TendServices, Target::Service(&client_id)).await.map_err(refused)?;
    console.visitor.recent(&state.paths.admin_service_part(&client_id, deed.name()))?;
    let done = match deed {
        Deed::Disable => desk.switch_service(&client_id, false).await,
        Deed::Enable => desk.switch_service(&client_id, true).await,
        Deed::Delete => desk.remove_service(&client_id).await,
    };
    done.map_err(refused)?;
    let next = if deed == Deed::Delete { services.as_str() } else { service.as_str() };
    Ok(see_other(&Paths::with(next, &[("done", deed.name())])))
}
