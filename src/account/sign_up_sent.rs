//! `/sign-up/sent`: the link is on its way, or so it says to everybody; and once more, if it got lost.
//!
//! What was asked travels sealed in the page's address: nothing is kept here for those who never come
//! back, and nobody has a link sent without having passed the captcha.

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::asked_mail::{self, Asked};
use super::mail_link::Link;
use super::{letter, letter_to, password_proof};
use crate::app::AppState;
use crate::config::RegistrationMode;
use crate::db;
use crate::db::registrations::NewRegistration;
use crate::http::browser::Browser;
use crate::http::csrf;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::i18n::Language;
use crate::mail::{self, Kind, Recipient};
use crate::types::{Email, masked_email};

/// How long a link is good: the texts say twenty-four hours. Also how long another may be had.
const LIFE: TimeDelta = TimeDelta::hours(24);
/// What is sealed.
const ABOUT: &str = "sign-up";

/// Somebody who asked for an account, and passed the captcha.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignUp {
    /// Their address, as they typed it.
    pub email: String,
    /// The service that they came from.
    pub client_id: Option<String>,
    /// Somebody of the host looks at the account first.
    pub to_approve: bool,
    /// When.
    pub asked_at: DateTime<Utc>,
}

impl SignUp {
    /// The address of the page about it.
    ///
    /// # Errors
    /// When it cannot be sealed: a fault of ours.
    pub fn page(&self, state: &AppState) -> Result<String, PageError> {
        let clear = serde_json::to_vec(self).map_err(PageError::internal)?;
        let sealed = state.vault.seal(ABOUT, &clear).map_err(PageError::internal)?;
        Ok(format!("{}?for={}", state.paths.sign_up_sent(), URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// From a page's address.
    fn read(request: &HttpRequest, state: &AppState) -> Option<Self> {
        let query = Params::parse(request.query_string().as_bytes()).ok()?;
        let sealed = URL_SAFE_NO_PAD.decode(query.get("for")).ok()?;
        let sign_up: Self = serde_json::from_slice(&state.vault.open(ABOUT, &sealed).ok()?).ok()?;
        (state.clock.now() < sign_up.asked_at + LIFE).then_some(sign_up)
    }

    /// Writes to the address: the link, or, to whoever has an account already, that they have one.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn send(
        &self,
        connection: &mut PgConnection,
        request: &HttpRequest,
        state: &Data<AppState>,
        language: &Language,
    ) -> Result<Asked, PageError> {
        let email = Email::parse(&self.email).map_err(PageError::internal)?;
        let asked = asked_mail::ask(connection, request, state, email.as_str()).await?;
        let owner = db::users::find_by_login(connection, email.as_str()).await?;
        if asked != Asked::Granted {
            return Ok(asked);
        }
        let message = match owner {
            Some(owner) if owner.active => {
                let recover = state.paths.public(&state.paths.recover());
                letter(&Kind::AlreadyRegistered { recover: &recover }, &owner, state)?
            }
            // Disabled, or waiting for somebody of the host: there is nothing that they could do.
            Some(_) => return Ok(asked),
            None => self.register(connection, &email, state, language).await?,
        };
        mail::queue(connection, &state.vault, &state.clock, &message).await?;
        Ok(asked)
    }

    async fn register(
        &self,
        connection: &mut PgConnection,
        email: &Email,
        state: &Data<AppState>,
        language: &Language,
    ) -> Result<mail::Message, PageError> {
        let (now, (token, link)) = (state.clock.now(), Link::SignUp.new(state));
        let client = match &self.client_id {
            Some(id) => state.directory.client(id, &state.pool).await?,
            None => None,
        };
        let new = NewRegistration {
            email,
            token,
            locale: language.code(),
            client_id: client.as_ref().map(|client| client.client_id.as_str()),
            invited: false,
            to_approve: self.to_approve,
            expires_at: now + LIFE,
        };
        db::registrations::replace(connection, &new, now).await?;
        let service = client.as_ref().map(|client| client.name(language.code()));
        letter_to(
            &Kind::SignUp { link: &link, service },
            &Recipient { email: email.as_str(), name: "" },
            language,
            state,
        )
    }
}

#[derive(Template)]
#[template(path = "account/sign_up_sent.html")]
struct SentPage<'a> {
    page: &'a Page,
    masked_email: String,
    /// Sent once more just now.
    again: bool,
    error: Option<String>,
    action: String,
    other: String,
}

/// `GET /sign-up/sent`
///
/// # Errors
/// When the template fails.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let Some(sign_up) = SignUp::read(&request, &state) else { return Ok(see_other(&state.paths.sign_up())) };
    let page = Page::new(&request, &state, &browser, None);
    show(&page, &state, &sign_up, StatusCode::OK, false, None)
}

/// `POST /sign-up/sent`: once more.
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let start = Instant::now();
    let browser = Browser::of(&request, &state);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let sign_up = SignUp::read(&request, &state).filter(|_| state.settings.registration.mode == RegistrationMode::Open);
    let Some(sign_up) = sign_up else { return Ok(see_other(&state.paths.sign_up())) };
    let page = Page::new(&request, &state, &browser, None);
    let mut transaction = state.pool.begin().await?;
    let asked = sign_up.send(&mut transaction, &request, &state, page.language()).await?;
    transaction.commit().await?;
    password_proof::wait_for_floor(start, &state).await;
    if asked == Asked::RangeSpent {
        let fault = Some(page.text("sign-up-throttled"));
        return show(&page, &state, &sign_up, StatusCode::TOO_MANY_REQUESTS, false, fault);
    }
    show(&page, &state, &sign_up, StatusCode::OK, true, None)
}

fn show(
    page: &Page,
    state: &AppState,
    sign_up: &SignUp,
    status: StatusCode,
    again: bool,
    error: Option<String>,
) -> Result<HttpResponse, PageError> {
    let template = SentPage {
        page,
        masked_email: masked_email(&sign_up.email),
        again,
        error,
        action: sign_up.page(state)?,
        other: state.paths.sign_up(),
    };
    render(status, page, &template)
}
