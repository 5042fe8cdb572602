//! The captcha of a form: what the page shows, and the check of what came back.
//!
//! On the page (`templates/_captcha.html`): `widget` above the button that sends the form, `other_way`
//! below it (the first button of a form is what Enter presses). In the handler of the POST: [`check`],
//! in the transaction of what the form does and after everything else about the form was found right,
//! because a solution is good once.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::client_address::{client_address, range};
use super::page::Page;
use super::page_error::PageError;
use super::params::Params;
use crate::app::AppState;
use crate::authn::proof_of_work::{self, ProofOfWork};
use crate::authn::signed_form;
use crate::authn::throttle::{WITHOUT_CAPTCHA, WITHOUT_CAPTCHA_OVERALL};
use crate::crypto::Purpose;
use crate::db;

pub use crate::authn::proof_of_work::Form;

/// Name of the field that the widget fills in.
const SOLUTION: &str = "altcha";

/// What a page with a captcha shows; templates read it as `captcha`.
pub struct Captcha {
    /// The challenge, in the page itself: nothing to fetch.
    pub challenge: String,
    /// What the widget says.
    pub strings: String,
    /// Mark of the form, for those who cannot solve the challenge.
    pub stamp: String,
    /// Path of the widget.
    pub widget: String,
    /// Path of its style sheet.
    pub style: String,
    /// Path of the script that sets it up.
    pub script: String,
    /// Path of the script that searches.
    pub worker: String,
}

impl Captcha {
    /// A new challenge for a form, as hard as the load asks for. Not within a transaction: it takes a
    /// connection of its own.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn new(
        form: Form,
        request: &HttpRequest,
        state: &Data<AppState>,
        page: &Page,
    ) -> Result<Self, PageError> {
        let now = state.clock.now();
        let level = level(&mut *state.pool.acquire().await?, request, state, now).await?;
        let steps = state.settings.captcha.steps;
        let challenge = ProofOfWork::new(&state.vault).issue(form, steps, level, now).map_err(PageError::internal)?;
        let strings = json!({
            "label": page.text("captcha-label"),
            "verifying": page.text("captcha-verifying"),
            "verified": page.text("captcha-verified"),
            "waitAlert": page.text("captcha-wait"),
            "error": page.text("captcha-error"),
            "expired": page.text("captcha-error"),
        });
        let asset = |file: &str| state.paths.asset(state.assets.name(file));
        Ok(Self {
            challenge,
            strings: strings.to_string(),
            stamp: signed_form::stamp(&state.vault, form, now),
            widget: asset("altcha.js"),
            style: asset("altcha.css"),
            script: asset("captcha.js"),
            worker: asset("altcha-worker.js"),
        })
    }
}

/// How a form came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The work was done.
    Solved,
    /// By the way of those who cannot: a person should look at what comes of it.
    WithoutScript,
}

/// Why a form is shown again, with a new captcha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not solved.
    Unsolved,
    /// Solved, but too long ago, before, or when less was asked for.
    Stale,
    /// Without solving, and quicker than a person.
    TooEarly,
    /// Without solving, and what must be left empty was filled in.
    Trapped,
    /// Without solving, too often.
    Quota {
        /// When again.
        free_at: DateTime<Utc>,
    },
}

impl Refusal {
    /// Status of the page that is shown again.
    #[must_use]
    pub fn status(self) -> StatusCode {
        if matches!(self, Self::Quota { .. }) { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::BAD_REQUEST }
    }

    /// When to come again, if that is the matter.
    #[must_use]
    pub fn free_at(self) -> Option<DateTime<Utc>> {
        if let Self::Quota { free_at } = self { Some(free_at) } else { None }
    }

    /// What it says.
    #[must_use]
    pub fn message(self, page: &Page) -> String {
        page.text(match self {
            Self::Unsolved => "captcha-unsolved",
            Self::Stale => "captcha-stale",
            Self::TooEarly => "captcha-too-early",
            Self::Trapped => "captcha-trapped",
            Self::Quota { .. } => "captcha-quota",
        })
    }
}

/// Checks the captcha of a form that came back, and uses it up. `connection` is in the transaction of
/// what the form does: when that fails, the captcha may be sent again.
///
/// # Errors
/// PostgreSQL's.
pub async fn check(
    connection: &mut PgConnection,
    form: Form,
    fields: &Params,
    request: &HttpRequest,
    state: &Data<AppState>,
) -> sqlx::Result<Result<Way, Refusal>> {
    let now = state.clock.now();
    let solution = fields.get(SOLUTION);
    let (way, key) = if !solution.is_empty() {
        match ProofOfWork::new(&state.vault).verify(form, solution, now) {
            // Challenges gathered while they were easy are worth nothing in a rush.
            Ok(solved) if solved.level + 1 < level(connection, request, state, now).await? => {
                return Ok(Err(Refusal::Stale));
            }
            Ok(solved) => (Way::Solved, solved.key),
            Err(proof_of_work::Fault::Wrong) => return Ok(Err(Refusal::Unsolved)),
            Err(proof_of_work::Fault::Expired) => return Ok(Err(Refusal::Stale)),
        }
    } else if fields.get("captcha_way") == "other" {
        match signed_form::verify(&state.vault, form, fields.get("captcha_stamp"), now) {
            Ok(_) if !fields.get("captcha_subject").is_empty() => return Ok(Err(Refusal::Trapped)),
            Ok(key) => (Way::WithoutScript, key),
            Err(signed_form::Fault::Wrong) => return Ok(Err(Refusal::Unsolved)),
            Err(signed_form::Fault::TooEarly) => return Ok(Err(Refusal::TooEarly)),
            Err(signed_form::Fault::Expired) => return Ok(Err(Refusal::Stale)),
        }
    } else {
        return Ok(Err(Refusal::Unsolved));
    };
    // Before it is written down as used: what costs nothing to send must not fill the table.
    if way == Way::WithoutScript
        && let Some(free_at) = over_quota(connection, form, request, state, now).await?
    {
        return Ok(Err(Refusal::Quota { free_at }));
    }
    let spent = db::captchas::spend(connection, &key, &range_key(request, state), now).await?;
    Ok(if spent { Ok(way) } else { Err(Refusal::Stale) })
}

async fn over_quota(
    connection: &mut PgConnection,
    form: Form,
    request: &HttpRequest,
    state: &AppState,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    if state.settings.testing.unlimited {
        return Ok(None);
    }
    let key = |range: &[u8]| {
        state.vault.mac(Purpose::Throttle, &[b"without captcha", form.name().as_bytes(), range]).to_vec()
    };
    let (own, overall) = (key(&range(client_address(request, state))), key(b""));
    let limits = [(own, WITHOUT_CAPTCHA), (overall, WITHOUT_CAPTCHA_OVERALL)];
    Ok(db::throttles::take(connection, &limits, now).await?.map(|refused| refused.free_at))
}

/// How often the difficulty is doubled for a request of now.
async fn level(
    connection: &mut PgConnection,
    request: &HttpRequest,
    state: &AppState,
    now: DateTime<Utc>,
) -> sqlx::Result<u32> {
    if state.settings.testing.unlimited {
        return Ok(0);
    }
    Ok(db::captchas::load(connection, &range_key(request, state), now).await?.level())
}

fn range_key(request: &HttpRequest, state: &AppState) -> Vec<u8> {
    state.vault.mac(Purpose::Throttle, &[b"captcha", &range(client_address(request, state))]).to_vec()
}
