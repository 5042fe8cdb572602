//! `/sign-in`: who are you?

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::entry::Arrival;
use super::onward::Onward;
use super::password_proof::{self, Refusal};
use super::sign_in_captcha;
use crate::app::AppState;
use crate::authn::password::MAX_BYTES;
use crate::config::RegistrationMode;
use crate::db::sessions::Session;
use crate::http::browser::Browser;
use crate::http::captcha::{self, Captcha};
use crate::http::csrf;
use crate::http::flow::{Flow, ServiceFace};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::session;
use crate::i18n::Language;
use crate::metrics::SignIn;

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage<'a> {
    page: &'a Page,
    action: String,
    service: Option<ServiceFace>,
    login: String,
    error: Option<String>,
    /// The fields are at fault, not the moment.
    wrong: bool,
    /// The first of them.
    at_fault: &'static str,
    /// How long to wait before the next try.
    wait: Option<String>,
    /// Where to go without the password.
    recover: Option<String>,
    /// Where to open an account.
    sign_up: Option<String>,
    /// The person is signed in and shows that it is still them.
    confirm: bool,
    /// After many failures.
    captcha: Option<Captcha>,
    /// Where to send a passkey, and where to ask for a challenge.
    passkey: Option<(String, String)>,
    script: String,
}

/// Why the form is shown again.
enum Problem {
    Refused(Refusal),
    Captcha(captcha::Refusal),
    PageExpired,
    Passkey,
}

impl Problem {
    /// How the try ended; none: it was none.
    fn outcome(&self) -> Option<SignIn> {
        match self {
            Self::Refused(Refusal::Wrong) => Some(SignIn::Wrong),
            Self::Refused(Refusal::Throttled { .. }) => Some(SignIn::Throttled),
            Self::Refused(Refusal::Busy(_)) => Some(SignIn::Busy),
            Self::Captcha(_) => Some(SignIn::Captcha),
            Self::Passkey => Some(SignIn::Passkey),
            Self::PageExpired => None,
        }
    }
}

/// `GET /sign-in`: with `confirm`, for somebody who is signed in and must show that it is still them.
///
/// # Errors
/// PostgreSQL's; a page that says the authorization is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let form = Form::of(&request, &browser, &state).await?;
    if form.onward.flow.is_none() && !form.onward.over && form.signed_in.is_some() && !form.confirm {
        return Ok(see_other(&form.onward.address(&state)));
    }
    let login = form.onward.flow.as_ref().map(Flow::login_hint).unwrap_or_default().to_owned();
    form.show(&login, None).await
}

/// `POST /sign-in`
///
/// # Errors
/// PostgreSQL's; a page that says the authorization is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let start = Instant::now();
    let browser = Browser::of(&request, &state);
    let fields = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    let form = Form::of(&request, &browser, &state).await?;
    let login = fields.get("username").trim();
    match csrf::check(&request, &state, &browser, &fields) {
        // A page kept open too long, or cookies cleared meanwhile: a new form, and another try.
        Err(PageError::FormExpired) => return form.show(login, Some(&Problem::PageExpired)).await,
        checked => checked?,
    }
    let password = fields.get("password");
    if password.len() > MAX_BYTES {
        return Err(PageError::BadRequest("password too long"));
    }
    if let Err(refusal) = sign_in_captcha::check(&fields, login, &request, &state, &browser).await? {
        return form.show(login, Some(&Problem::Captcha(refusal))).await;
    }
    let proof = match password_proof::prove(&request, &state, &browser, login, password).await? {
        Ok(proof) => proof,
        Err(refusal) => {
            if !matches!(refusal, Refusal::Busy(_)) {
                password_proof::wait_for_floor(start, &state).await;
            }
            return form.show(login, Some(&Problem::Refused(refusal))).await;
        }
    };
    let arrival = Arrival::of(&request, &state, &browser).await?;
    let amr = ["pwd".to_owned()];
    let mut transaction = state.pool.begin().await?;
    proof.settle(&mut transaction).await?;
    let (cookie, next) = if proof.second_factor {
        let cookie = arrival.wait(&mut transaction, proof.user, &amr).await?;
        (cookie, form.onward.by(&state.paths.second_factor()))
    } else {
        (arrival.enter(&mut transaction, proof.user, &amr).await?, form.onward.address(&state))
    };
    transaction.commit().await?;
    let mut response = see_other(&next);
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

/// The form, after a passkey that was not the right one.
///
/// # Errors
/// PostgreSQL's.
pub(super) async fn refuse_passkey(
    request: &HttpRequest,
    browser: &Browser,
    state: &Data<AppState>,
) -> Result<HttpResponse, PageError> {
    Form::of(request, browser, state).await?.show("", Some(&Problem::Passkey)).await
}

/// The form, for a request.
struct Form<'a> {
    request: &'a HttpRequest,
    browser: &'a Browser,
    state: &'a Data<AppState>,
    onward: Onward,
    signed_in: Option<Session>,
    confirm: bool,
}

impl<'a> Form<'a> {
    async fn of(request: &'a HttpRequest, browser: &'a Browser, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let onward = Onward::of(request, browser, state).await?;
        let signed_in = session::of(request, state).await?;
        let confirm = signed_in.is_some() && onward.flow.is_none() && request.query_string().contains("confirm=1");
        Ok(Self { request, browser, state, onward, signed_in, confirm })
    }

    async fn show(&self, login: &str, problem: Option<&Problem>) -> Result<HttpResponse, PageError> {
        let state = self.state;
        if let Some(outcome) = problem.and_then(Problem::outcome) {
            state.metrics.sign_in(outcome);
        }
        // The request named an authorization that is over: signing in would lead nowhere.
        if self.onward.over {
            return Err(PageError::AuthorizationExpired);
        }
        let mut page = Page::new(self.request, state, self.browser, self.onward.ui_locales());
        let address = self.onward.by(&state.paths.sign_in());
        let address = if self.confirm { format!("{address}&confirm=1") } else { address };
        // Not that of a passkey, which answers no GET: another language is chosen here too.
        page.here.clone_from(&address);
        let until = |free_at: &DateTime<Utc>| (*free_at - state.clock.now()).num_seconds().max(1).unsigned_abs();
        let told = |status: StatusCode, key: &'static str| (status, Some(page.text(key)), None);
        let (status, error, retry_after) = match problem {
            None => (StatusCode::OK, None, None),
            Some(Problem::Passkey) => told(StatusCode::UNAUTHORIZED, "passkey-refused"),
            Some(Problem::PageExpired) => told(StatusCode::BAD_REQUEST, "sign-in-page-expired"),
            Some(Problem::Refused(Refusal::Wrong)) => told(StatusCode::UNAUTHORIZED, "sign-in-wrong"),
            Some(Problem::Refused(Refusal::Busy(busy))) => {
                (StatusCode::SERVICE_UNAVAILABLE, Some(page.text("sign-in-busy")), Some(busy.retry_after))
            }
            Some(Problem::Refused(Refusal::Throttled { free_at })) => {
                (StatusCode::TOO_MANY_REQUESTS, Some(page.text("sign-in-throttled")), Some(until(free_at)))
            }
            Some(Problem::Captcha(captcha::Refusal::Unsolved)) => told(StatusCode::BAD_REQUEST, "sign-in-captcha"),
            Some(Problem::Captcha(refusal)) => {
                (refusal.status(), Some(refusal.message(&page)), refusal.free_at().as_ref().map(until))
            }
        };
        let captcha = if sign_in_captcha::is_due(login, self.request, state, self.browser).await? {
            Some(Captcha::new(captcha::Form::SignIn, self.request, state, &page).await?)
        } else {
            None
        };
        let known = self.signed_in.as_ref().map(|session| session.user.username.clone()).unwrap_or_default();
        let template = SignInPage {
            page: &page,
            action: address,
            service: self.onward.service(&page, state),
            login: if self.confirm { known } else { login.chars().take(254).collect() },
            at_fault: if self.confirm { "password" } else { "username" },
            confirm: self.confirm,
            error,
            wrong: matches!(problem, Some(Problem::Refused(Refusal::Wrong))),
            wait: retry_after
                .filter(|_| status == StatusCode::TOO_MANY_REQUESTS)
                .map(|seconds| duration(page.language(), seconds)),
            recover: Some(self.onward.by(&state.paths.recover())),
            sign_up: (state.settings.registration.mode == RegistrationMode::Open && !self.confirm)
                .then(|| self.onward.by(&state.paths.sign_up())),
            captcha,
            passkey: state
                .passkeys
                .is_some()
                .then(|| (self.onward.by(&state.paths.passkey_sign_in()), state.paths.passkey_sign_in_challenge())),
            script: state.paths.asset(state.assets.name("passkeys.js")),
        };
        let mut response = render(status, &page, &template)?;
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

/// A wait in words, rounded up: «30 seconds», «2 minutes», «1 hour».
pub(super) fn duration(language: &Language, seconds: u64) -> String {
    let (key, number) = match seconds {
        0..=90 => ("duration-seconds", seconds),
        91..=5400 => ("duration-minutes", seconds.div_ceil(60)),
        _ => ("duration-hours", seconds.div_ceil(3600)),
    };
    language.count(key, i64::try_from(number).unwrap_or(i64::MAX))
}
