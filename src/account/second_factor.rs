//! `/sign-in/second-factor`: the second of two steps. Reads the cookie of the half-done sign-in and
//! nothing else; that cookie is read by nothing else (SE-11).

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::entry::Arrival;
use super::factor_proof::{self, Answer, Proof, Refusal};
use super::letter;
use super::onward::Onward;
use super::sign_in::duration;
use crate::app::AppState;
use crate::crypto::{Hashed, Purpose};
use crate::db;
use crate::db::audit::{self, Event};
use crate::db::pending_sign_ins::Pending;
use crate::http::browser::Browser;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, session, trace};
use crate::mail::{self, Kind};

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
}

/// Why the form is shown again.
enum Problem {
    /// Not a code at all.
    Malformed,
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
    let Some(answer) = Answer::read(&form) else { return step.show(Some(&Problem::Malformed)) };
    let proof = match factor_proof::prove(&state, &browser, step.pending.user, &answer).await? {
        Ok(proof) => proof,
        Err(Refusal::Wrong) => return step.refuse().await,
        Err(throttled) => return step.show(Some(&Problem::Refused(throttled))),
    };
    step.enter(&proof).await
}

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
        let has_authenticator = db::factors::of(&mut connection, pending.user).await?.authenticator_since.is_some();
        drop(connection);
        let recovery = !has_authenticator || request.query_string().contains("by=recovery-code");
        Ok(Self { request, browser, state, onward, token, pending, has_authenticator, recovery })
    }

    /// Uses up the proof and the half-session, and opens the door.
    async fn enter(&self, proof: &Proof) -> Result<HttpResponse, PageError> {
        let (state, now) = (self.state, self.state.clock.now());
        let arrival = Arrival::of(self.request, state, self.browser).await?;
        let mut transaction = state.pool.begin().await?;
        if !proof.settle(&mut transaction, now).await? {
            drop(transaction);
            return self.refuse().await;
        }
        let pending = db::pending_sign_ins::consume(&mut transaction, self.token, self.browser.hashed(), now).await?;
        // Another request of the same browser was quicker.
        let Some(pending) = pending else { return Ok(see_other(&self.onward.by(&state.paths.sign_in()))) };
        if proof.is_recovery() {
            self.tell_of_recovery(&mut transaction, pending.user).await?;
        }
        let amr: Vec<String> = pending.amr.into_iter().chain(["otp", "mfa"].map(str::to_owned)).collect();
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
    async fn refuse(&self) -> Result<HttpResponse, PageError> {
        let (state, now, user) = (self.state, self.state.clock.now(), self.pending.user);
        let origin = trace::origin(self.request, state);
        let mut transaction = state.pool.begin().await?;
        let event = Event::own(audit::Kind::SecondFactorFailed, user, &origin);
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
        self.show(Some(&Problem::Refused(Refusal::Wrong)))
    }

    fn show(&self, problem: Option<&Problem>) -> Result<HttpResponse, PageError> {
        let state = self.state;
        // The request named an authorization that is over: signing in would lead nowhere.
        if self.onward.over {
            return Err(PageError::AuthorizationExpired);
        }
        let page = Page::new(self.request, state, self.browser, self.onward.ui_locales());
        let (status, error, wait) = match problem {
            None => (StatusCode::OK, None, None),
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
            wrong: wait.is_none(),
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
