//! `/sign-up`: an address, and nothing else yet. The answer is the same, and comes at the same time,
//! whatever is behind the address (EN-03): no account exists before it is proven.

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::asked_mail::Asked;
use super::names::email_fault;
use super::onward::Onward;
use super::password_proof;
use super::sign_up_sent::SignUp;
use crate::app::AppState;
use crate::config::{Approval, RegistrationMode};
use crate::http::browser::Browser;
use crate::http::captcha::{self, Captcha, Way};
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, session};
use crate::types::Email;

#[derive(Template)]
#[template(path = "account/sign_up.html")]
struct SignUpPage<'a> {
    page: &'a Page,
    action: String,
    service: Option<ServiceFace>,
    typed: &'a str,
    error: Option<String>,
    /// The field is at fault, not the captcha or the moment.
    wrong: bool,
    captcha: Captcha,
    sign_in: String,
}

#[derive(Template)]
#[template(path = "account/sign_up_closed.html")]
struct ClosedPage<'a> {
    page: &'a Page,
    by_invitation: bool,
    contact: Option<&'a str>,
    sign_in: String,
}

/// `GET /sign-up`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let form = Form::of(&request, &state).await?;
    if state.settings.registration.mode != RegistrationMode::Open {
        return closed(&form.page, &state);
    }
    if session::of(&request, &state).await?.is_some() {
        return Ok(see_other(&form.onward.address(&state)));
    }
    form.show("", StatusCode::OK, None).await
}

/// `POST /sign-up`
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let start = Instant::now();
    let fields = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    let form = Form::of(&request, &state).await?;
    if state.settings.registration.mode != RegistrationMode::Open {
        return closed(&form.page, &state);
    }
    csrf::check(&request, &state, &form.browser, &fields)?;
    let typed = fields.get("email").trim();
    let address = match Email::parse(typed) {
        Ok(address) => address,
        Err(error) => {
            let fault = email_fault(error, &form.page);
            return form.show(typed, StatusCode::UNPROCESSABLE_ENTITY, Some(fault)).await;
        }
    };
    let mut transaction = state.pool.begin().await?;
    let way = match captcha::check(&mut transaction, captcha::Form::SignUp, &fields, &request, &state).await? {
        Ok(way) => way,
        Err(refusal) => {
            // What it counted counts.
            transaction.commit().await?;
            let mut response = form.show(typed, refusal.status(), Some(refusal.message(&form.page))).await?;
            if let Some(free_at) = refusal.free_at() {
                let seconds = (free_at - state.clock.now()).num_seconds().max(1);
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            return Ok(response);
        }
    };
    let sign_up = SignUp {
        email: address.as_str().to_owned(),
        client_id: form.onward.flow.as_ref().map(|flow| flow.client.client_id.clone()),
        to_approve: way == Way::WithoutScript || state.settings.registration.approval == Approval::Always,
        asked_at: state.clock.now(),
    };
    let asked = sign_up.send(&mut transaction, &request, &state, form.page.language()).await?;
    transaction.commit().await?;
    password_proof::wait_for_floor(start, &state).await;
    if asked == Asked::RangeSpent {
        let fault = form.page.text("sign-up-throttled");
        return form.show(typed, StatusCode::TOO_MANY_REQUESTS, Some(fault)).await;
    }
    Ok(see_other(&sign_up.page(&state)?))
}

/// The form, for a request.
struct Form<'a> {
    request: &'a HttpRequest,
    state: &'a Data<AppState>,
    browser: Browser,
    onward: Onward,
    page: Page,
}

impl<'a> Form<'a> {
    async fn of(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let browser = Browser::of(request, state);
        let onward = Onward::of(request, &browser, state).await?;
        let page = Page::new(request, state, &browser, onward.ui_locales());
        Ok(Self { request, state, browser, onward, page })
    }

    async fn show(&self, typed: &str, status: StatusCode, error: Option<String>) -> Result<HttpResponse, PageError> {
        let (state, page) = (self.state, &self.page);
        let template = SignUpPage {
            page,
            action: self.onward.by(&state.paths.sign_up()),
            service: self.onward.service(page, state),
            typed: typed.get(..254).unwrap_or(typed),
            error,
            wrong: status == StatusCode::UNPROCESSABLE_ENTITY,
            captcha: Captcha::new(captcha::Form::SignUp, self.request, state, page).await?,
            sign_in: self.onward.by(&state.paths.sign_in()),
        };
        render(status, page, &template)
    }
}

/// Says whom to ask.
///
/// # Errors
/// When the template fails.
pub(super) fn closed(page: &Page, state: &AppState) -> Result<HttpResponse, PageError> {
    let template = ClosedPage {
        page,
        by_invitation: state.settings.registration.mode == RegistrationMode::Invitation,
        contact: state.settings.host.contact.as_deref(),
        sign_in: state.paths.sign_in(),
    };
    render(StatusCode::NOT_FOUND, page, &template)
}
