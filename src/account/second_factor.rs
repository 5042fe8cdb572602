//! `/sign-in/second-factor`: the second of two steps. Reads the cookie of the half-done sign-in and
//! nothing else; that cookie is read by nothing else (SE-11).

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::entry::Arrival;
use super::factor_proof::{self, Answer, Proof, Refusal};
use super::letter;
use super::onward::Onward;
use super::passkey_proof;
use super::sign_in::duration;
use crate::app::AppState;
use crate::crypto::{Hashed, Purpose};
use crate::db;
use crate::db::audit::{self, Event};
use crate::db::passkeys::Purpose as PasskeyPurpose;
use crate::db::pending_sign_ins::Pending;
use crate::http::browser::Browser;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, session, trace};
use crate::mail::{self, Kind};
use crate::metrics::SignIn;

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SecondFactorPage<'a> {
    page: &'a Page,
    action: String,
    service: Option<ServiceFace>,
    /// It asks for a recovery code.
    recovery: bool,
    /// The other way.
    other: Option<String>,
    start_again: String,
    error: Option<String>,
    /// The field is at fault, not the moment.
    wrong: bool,
    wait: Option<String>,
    /// Where to ask for a challenge, for those who have a passkey.
    passkey: Option<String>,
    script: String,
}

/// Why the form is shown again.
enum Problem {
    /// Not a code at all.
    Malformed,
    /// Not the answer of a passkey of theirs.
    Passkey,
    Refused(Refusal),
}

/// `GET /sign-in/second-factor`
///
/// # Errors
/// A way to the sign-in page when no sign-in is half done; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    Step::of(&request, &browser, &state).await?.show(None)
}

/// `POST /sign-in/second-factor`
///
/// # Errors
/// A way to the sign-in page when no sign-in is half done; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let step = Step::of(&request, &browser, &state).await?;
    if !form.get("credential").is_empty() {
        let proof = passkey_proof::prove_second(form.get("credential"), step.pending.user, &browser, &state).await?;
        return match proof {
            Some(proof) => step.enter(&Shown::Passkey(proof)).await,
            None => step.refuse(&Problem::Passkey).await,
        };
    }
    let Some(answer) = Answer::read(&form) else { return step.show(Some(&Problem::Malformed)) };
    let proof = match factor_proof::prove(&state, &browser, step.pending.user, &answer).await? {
        Ok(proof) => proof,
        Err(Refusal::Wrong) => return step.refuse(&WRONG).await,
        Err(throttled) => return step.show(Some(&Problem::Refused(throttled))),
    };
    step.enter(&Shown::Code(proof)).await
}

/// `POST /sign-in/second-factor/challenge`: for the script of the page, which asks a passkey.
///
/// # Errors
/// A way to the sign-in page when no sign-in is half done; PostgreSQL's, or a form that is not ours.
pub async fn challenge(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let user = Step::of(&request, &browser, &state).await?.pending.user;
    let mut connection = state.pool.acquire().await?;
    let known = db::passkeys::list(&mut connection, user).await?;
    drop(connection);
    if known.is_empty() {
        return Err(PageError::NotFound);
    }
    let credentials: Vec<Value> = known.into_iter().map(|passkey| passkey.credential).collect();
    let asked = passkey_proof::passkeys(&state)?.ask_one_of(&credentials);
    passkey_proof::ask(asked, PasskeyPurpose::SecondFactor, Some(user), &browser, &state).await
}

/// A second factor that was shown.
enum Shown {
    Code(Proof),
    Passkey(passkey_proof::Proof),
}

impl Shown {
    async fn settle(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<bool> {
        match self {
            Self::Code(proof) => proof.settle(connection, now).await,
            Self::Passkey(proof) => proof.settle(connection, now).await,
        }
    }

    /// RFC 8176
    fn amr(&self) -> &'static [&'static str] {
        match self {
            Self::Code(_) => &["otp", "mfa"],
            Self::Passkey(_) => &passkey_proof::Proof::AMR,
        }
    }
}

const WRONG: Problem = Problem::Refused(Refusal::Wrong);

/// A sign-in that is half done.
struct Step<'a> {
    request: &'a HttpRequest,
    browser: &'a Browser,
    state: &'a Data<AppState>,
    onward: Onward,
    token: Hashed,
    pending: Pending,
    /// What the person can do.
    has_authenticator: bool,
    has_passkey: bool,
    recovery: bool,
}

impl<'a> Step<'a> {
    async fn of(request: &'a HttpRequest, browser: &'a Browser, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let onward = Onward::of(request, browser, state).await?;
        let start = || PageError::Elsewhere(onward.by(&state.paths.sign_in()));
        let token = session::pending_token(request, state).ok_or_else(start)?;
        let mut connection = state.pool.acquire().await?;
        let found = db::pending_sign_ins::find(&mut connection, token, browser.hashed(), state.clock.now()).await?;
        let pending = found.ok_or_else(start)?;
        let factors = db::factors::of(&mut connection, pending.user).await?;
        let has_authenticator = factors.authenticator_since.is_some();
        drop(connection);
        let recovery = !has_authenticator || request.query_string().contains("by=recovery-code");
        Ok(Self {
            request,
            browser,
            state,
            onward,
            token,
            pending,
            has_authenticator,
            has_passkey: factors.passkeys > 0,
            recovery,
        })
    }

    /// Uses up the proof and the half-session, and opens the door.
    async fn enter(&self, shown: &Shown) -> Result<HttpResponse, PageError> {
        let (state, now) = (self.state, self.state.clock.now());
        let arrival = Arrival::of(self.request, state, self.browser).await?;
        let mut transaction = state.pool.begin().await?;
        if !shown.settle(&mut transaction, now).await? {
            drop(transaction);
            return self.refuse(if matches!(shown, Shown::Code(_)) { &WRONG } else { &Problem::Passkey }).await;
        }
        let pending = db::pending_sign_ins::consume(&mut transaction, self.token, self.browser.hashed(), now).await?;
        // Another request of the same browser was quicker.
        let Some(pending) = pending else { return Ok(see_other(&self.onward.by(&state.paths.sign_in()))) };
        if matches!(shown, Shown::Code(proof) if proof.is_recovery()) {
            self.tell_of_recovery(&mut transaction, pending.user).await?;
        }
        let amr: Vec<String> = pending.amr.into_iter().chain(shown.amr().iter().map(ToString::to_string)).collect();
        let cookie = arrival.enter(&mut transaction, pending.user, &amr).await?;
        transaction.commit().await?;
        let mut response = see_other(&self.onward.address(state));
        for cookie in [cookie, session::pending_forgotten(state)] {
            response.add_cookie(&cookie).map_err(PageError::internal)?;
        }
        Ok(response)
    }

    async fn tell_of_recovery(&self, transaction: &mut PgConnection, user: Uuid) -> Result<(), PageError> {
        let (state, now) = (self.state, self.state.clock.now());
        let left = db::factors::of(transaction, user).await?.codes_left;
        let origin = trace::origin(self.request, state);
        let event = Event::own(audit::Kind::RecoveryCodeUsed, user, &origin).with(json!({ "left": left }));
        audit::record(transaction, &event, now).await?;
        if let Some(person) = db::users::find(transaction, user).await? {
            let notice = letter(&Kind::RecoveryCodeUsed { left }, &person, state)?;
            mail::queue(transaction, &state.vault, &state.clock, &notice).await?;
        }
        Ok(())
    }

    /// Somebody knows the password and not the code: the journal says so each time, a mail the third
    /// time in a day, and at most one a day.
    async fn refuse(&self, problem: &Problem) -> Result<HttpResponse, PageError> {
        let (state, now, user) = (self.state, self.state.clock.now(), self.pending.user);
        let origin = trace::origin(self.request, state);
        let mut transaction = state.pool.begin().await?;
        let event = Event::own(audit::Kind::SecondFactorFailed, user, &origin).refused("second-factor");
        audit::record(&mut transaction, &event, now).await?;
        let day = TimeDelta::days(1);
        let failures = audit::count_since(&mut transaction, user, audit::Kind::SecondFactorFailed, now - day).await?;
        let key = state.vault.mac(Purpose::Throttle, &[b"factor mail", user.as_bytes()]);
        if failures >= TELLING
            && db::throttles::once_in(&mut transaction, &key, day, now).await?
            && let Some(person) = db::users::find(&mut transaction, user).await?
        {
            let kind = Kind::SecondFactorRefused { device: &origin.device, place: &origin.address_range, when: now };
            let notice = letter(&kind, &person, state)?;
            mail::queue(&mut transaction, &state.vault, &state.clock, &notice).await?;
        }
        transaction.commit().await?;
        tracing::info!(%user, "second factor refused");
        self.show(Some(problem))
    }

    fn show(&self, problem: Option<&Problem>) -> Result<HttpResponse, PageError> {
        let state = self.state;
        match problem {
            Some(Problem::Refused(Refusal::Throttled { .. })) => state.metrics.sign_in(SignIn::Throttled),
            Some(Problem::Passkey | Problem::Refused(Refusal::Wrong)) => state.metrics.sign_in(SignIn::SecondFactor),
            // Not a code at all: a slip of the finger.
            Some(Problem::Malformed) | None => {}
        }
        // The request named an authorization that is over: signing in would lead nowhere.
        if self.onward.over {
            return Err(PageError::AuthorizationExpired);
        }
        let page = Page::new(self.request, state, self.browser, self.onward.ui_locales());
        let (status, error, wait) = match problem {
            None => (StatusCode::OK, None, None),
            Some(Problem::Passkey) => (StatusCode::UNAUTHORIZED, Some("passkey-refused"), None),
            Some(Problem::Malformed) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(if self.recovery { "second-factor-recovery-malformed" } else { "second-factor-malformed" }),
                None,
            ),
            Some(Problem::Refused(Refusal::Wrong)) => (
                StatusCode::UNAUTHORIZED,
                Some(if self.recovery { "second-factor-recovery-wrong" } else { "second-factor-wrong" }),
                None,
            ),
            Some(Problem::Refused(Refusal::Throttled { free_at })) => (
                StatusCode::TOO_MANY_REQUESTS,
                Some("sign-in-throttled"),
                Some((*free_at - state.clock.now()).num_seconds().max(1).unsigned_abs()),
            ),
        };
        let own = self.onward.by(&state.paths.second_factor());
        let by_recovery = and(&own, "by=recovery-code");
        let (action, other) = if self.recovery { (by_recovery, own) } else { (own, by_recovery) };
        let template = SecondFactorPage {
            page: &page,
            action,
            service: self.onward.service(&page, state),
            recovery: self.recovery,
            other: self.has_authenticator.then_some(other),
            start_again: self.onward.by(&state.paths.sign_in()),
            error: error.map(|key| page.text(key)),
            wrong: wait.is_none() && !matches!(problem, Some(Problem::Passkey)),
            passkey: (self.has_passkey && state.passkeys.is_some())
                .then(|| self.onward.by(&state.paths.second_factor_challenge())),
            script: state.paths.asset(state.assets.name("passkeys.js")),
            wait: wait.map(|seconds| duration(page.language(), seconds)),
        };
        let mut response = render(status, &page, &template)?;
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

/// Wrong codes in a day that a mail tells of: fewer are slips of the finger.
const TELLING: i64 = 3;

/// An address with one more parameter.
fn and(address: &str, parameter: &str) -> String {
    format!("{address}{}{parameter}", if address.contains('?') { '&' } else { '?' })
}
