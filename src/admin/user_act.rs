//! `/admin/users/{id}/{act}`: asked first, then done. What takes something away from somebody needs a recent
//! proof of identity (AD-04).

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::confirm::{self, Question};
use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::people::Account;
use crate::delegation::Target;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// What may be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Send the link again that proves the address.
    Verify,
    /// End sessions: one, or all with every token.
    SignOut,
    /// Take the second factors away.
    ResetFactor,
    /// Switch the account off.
    Disable,
    /// Switch it on.
    Enable,
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
    pub const ALL: [Self; 5] = [Self::Verify, Self::SignOut, Self::ResetFactor, Self::Disable, Self::Enable];

    /// As in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::SignOut => "sign-out",
            Self::ResetFactor => "reset-factor",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.name() == name)
    }

    /// Whether there is something to do. A new account that waits is answered on its own page.
    #[must_use]
    pub fn fits(self, account: &Account, two_steps: bool) -> bool {
        let (user, waiting) = (&account.user, account.waiting_since.is_some());
        match self {
            Self::Verify => !user.email_verified && user.active,
            Self::SignOut | Self::Disable => user.active,
            Self::ResetFactor => two_steps,
            Self::Enable => !user.active && !waiting,
        }
    }

    /// Its texts.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::Verify => Words {
                link: "admin-verify",
                title: "admin-verify-title",
                effect: "admin-verify-effect",
                done: "admin-verify-done",
            },
            Self::SignOut => Words {
                link: "admin-sign-out",
                title: "admin-sign-out-title",
                effect: "admin-sign-out-effect",
                done: "admin-sign-out-done",
            },
            Self::ResetFactor => Words {
                link: "admin-reset-factor",
                title: "admin-reset-factor-title",
                effect: "admin-reset-factor-effect",
                done: "admin-reset-factor-done",
            },
            Self::Disable => Words {
                link: "admin-disable",
                title: "admin-disable-title",
                effect: "admin-disable-effect",
                done: "admin-disable-done",
            },
            Self::Enable => Words {
                link: "admin-enable",
                title: "admin-enable-title",
                effect: "admin-enable-effect",
                done: "admin-enable-done",
            },
        }
    }

    /// What the rule is asked.
    const fn act(self, oneself: bool) -> Act {
        match self {
            Self::Verify => Act::WriteAgain,
            Self::SignOut => Act::SignOut { oneself },
            Self::ResetFactor => Act::ResetFactor { oneself },
            Self::Disable => Act::SwitchOff { oneself, last_administrator: false },
            Self::Enable => Act::SwitchOn,
        }
    }
}

/// `GET /admin/users/{id}/{act}`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity; not found for what is no act, or nobody.
pub async fn get(
    request: HttpRequest,
    path: Path<(Uuid, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let (id, act) = path.into_inner();
    let deed = Deed::named(&act).ok_or(PageError::NotFound)?;
    let (page, back) = (&console.page, state.paths.admin_user(id));
    let refused = |refusal| console.refused(refusal, &back);
    let own = console.visitor.session.user.id == id;
    console.desk().may(deed.act(own), Target::Person(id)).await.map_err(refused)?;
    let action = state.paths.admin_user_act(id, deed.name());
    let session = console.query()?.get("session").parse::<Uuid>().ok();
    let sealed = session.map(|session| session.to_string()).unwrap_or_default();
    recent(&console, deed, &Paths::with(&action, &[("session", &sealed)]))?;
    let dossier = console.desk().dossier(id).await.map_err(refused)?;
    let name = dossier.account.user.display_name();
    let words = deed.words();
    let one = dossier.sessions.iter().find(|open| Some(open.id) == session && deed == Deed::SignOut);
    let (title, effect) = match (one, session) {
        (Some(open), _) => {
            let device =
                if open.device.is_empty() { page.text("sessions-unknown-device") } else { open.device.clone() };
            (page.text2("admin-sign-out-one-title", "name", &name, "device", &device), "admin-sign-out-one-effect")
        }
        // Over in the meantime.
        (None, Some(_)) => return Err(PageError::NotFound),
        (None, None) => (page.text1(words.title, "name", &name), words.effect),
    };
    let question = Question {
        title,
        effects: vec![page.text2(effect, "name", &name, "email", &dossier.account.user.email)],
        kept: session.map(|session| ("session", session.to_string())).into_iter().collect(),
        action,
        submit: page.text(if session.is_some() { "sessions-end" } else { words.link }),
        danger: !matches!(deed, Deed::Verify | Deed::Enable),
        back: back.clone(),
    };
    confirm::ask(&console, Frame::of(&console, Tab::Users).await?, question)
}

/// `POST /admin/users/{id}/{act}`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; not found for what is no act, or
/// nobody.
pub async fn post(
    request: HttpRequest,
    path: Path<(Uuid, String)>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let (id, act) = path.into_inner();
    let deed = Deed::named(&act).ok_or(PageError::NotFound)?;
    let back = state.paths.admin_user(id);
    let own = console.visitor.session.user.id == id;
    let desk = console.desk();
    let refused = |refusal| console.refused(refusal, &back);
    desk.may(deed.act(own), Target::Person(id)).await.map_err(refused)?;
    let action = state.paths.admin_user_act(id, deed.name());
    // One that cannot be read is not all of them.
    let session = Some(form.get("session")).filter(|session| !session.is_empty());
    let session = session.map(str::parse::<Uuid>).transpose().map_err(|_| PageError::NotFound)?;
    let sealed = session.map(|session| session.to_string()).unwrap_or_default();
    recent(&console, deed, &Paths::with(&action, &[("session", &sealed)]))?;
    let done = match deed {
        Deed::Verify => desk.write_again(id).await,
        Deed::ResetFactor => desk.reset_factor(id).await,
        Deed::Disable => desk.switch_account(id, false).await,
        Deed::Enable => desk.switch_account(id, true).await,
        Deed::SignOut => desk.sign_out(id, session).await,
    };
    done.map_err(refused)?;
    Ok(see_other(&Paths::with(&back, &[("done", deed.name())])))
}

fn recent(console: &Console<'_>, deed: Deed, page: &str) -> Result<(), PageError> {
    if deed == Deed::Verify { Ok(()) } else { console.visitor.recent(page) }
}
