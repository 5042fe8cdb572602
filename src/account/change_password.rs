//! `/account/security/password`: another password, by somebody who knows the present one.

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::credential::Change;
use super::frame::{Section, Visitor};
use super::password_proof::Refusal;
use super::sign_in::duration;
use super::{letter, password_choice, password_proof};
use crate::app::AppState;
use crate::authn::password::{MAX_BYTES, Weakness};
use crate::db;
use crate::db::audit;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::mail::Kind;

#[derive(Template)]
#[template(path = "account/change_password.html")]
struct ChangePasswordPage<'a> {
    page: &'a Page,
    action: String,
    back: String,
    username: &'a str,
    /// The account has one, to be given first.
    has_password: bool,
    current_error: String,
    error: String,
    wait: String,
    minimum: i64,
}

/// Why the form is shown again.
enum Problem {
    Wrong,
    Throttled(DateTime<Utc>),
    Weak(Weakness),
}

/// `GET /account/security/password`
///
/// # Errors
/// A way to the page that comes first; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    visitor.recent(&state.paths.password())?;
    let old = db::users::password_hash(&mut *state.pool.acquire().await?, visitor.session.user.id).await?;
    show(&visitor, old.is_some(), None)
}

/// `POST /account/security/password`: a wrong present password counts as a sign-in that failed (PW-11).
///
/// # Errors
/// A way to the page that comes first; PostgreSQL's.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let start = Instant::now();
    let visitor = Visitor::of(&request, &state).await?;
    let form = visitor.form(&body)?;
    visitor.recent(&state.paths.password())?;
    let user = &visitor.session.user;
    let (current, password) = (form.get("current"), form.get("password"));
    if current.len() > MAX_BYTES {
        return Err(PageError::BadRequest("password too long"));
    }
    let old = db::users::password_hash(&mut *state.pool.acquire().await?, user.id).await?;
    let proof = match &old {
        Some(_) => Some(password_proof::prove(&request, &state, &visitor.browser, &user.username, current).await?),
        None => None,
    };
    let proof = match proof.transpose() {
        Ok(proof) => proof,
        Err(Refusal::Busy(busy)) => return Err(busy.into()),
        Err(refusal) => {
            password_proof::wait_for_floor(start, &state).await;
            let problem = match refusal {
                Refusal::Throttled { free_at } => Problem::Throttled(free_at),
                Refusal::Wrong | Refusal::Busy(_) => Problem::Wrong,
            };
            return show(&visitor, true, Some(&problem));
        }
    };
    let has_password = old.is_some();
    let hash = match password_choice::hash_for(password, user, old, &state).await? {
        Ok(hash) => hash,
        Err(weakness) => return show(&visitor, has_password, Some(&Problem::Weak(weakness))),
    };
    let change = Change {
        user: user.id,
        kind: audit::Kind::PasswordChanged,
        acting: Some(&visitor.session),
        origin: &visitor.origin(),
        letters: &[letter(&Kind::PasswordChanged, user, &state)?],
    };
    let mut transaction = state.pool.begin().await?;
    if let Some(proof) = proof {
        proof.settle(&mut transaction).await?;
    }
    db::users::set_password(&mut transaction, user.id, &hash, state.clock.now()).await?;
    let cookie = change.settle(&mut transaction, &state).await?;
    transaction.commit().await?;
    let mut response = see_other(&format!("{}?done=password", state.paths.security()));
    if let Some(cookie) = cookie {
        response.add_cookie(&cookie).map_err(PageError::internal)?;
    }
    Ok(response)
}

fn show(visitor: &Visitor<'_>, has_password: bool, problem: Option<&Problem>) -> Result<HttpResponse, PageError> {
    let (page, state) = (visitor.page(Section::Security), visitor.state);
    let seconds = match problem {
        Some(Problem::Throttled(free_at)) => Some((*free_at - state.clock.now()).num_seconds().max(1).unsigned_abs()),
        _ => None,
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(Problem::Wrong) => StatusCode::FORBIDDEN,
        Some(Problem::Throttled(_)) => StatusCode::TOO_MANY_REQUESTS,
        Some(Problem::Weak(_)) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let template = ChangePasswordPage {
        page: &page,
        action: state.paths.password(),
        back: state.paths.security(),
        username: &visitor.session.user.username,
        has_password,
        current_error: if matches!(problem, Some(Problem::Wrong)) {
            page.text("change-password-wrong")
        } else {
            String::new()
        },
        error: match problem {
            Some(Problem::Weak(weakness)) => password_choice::words(*weakness, &page, state),
            _ => String::new(),
        },
        wait: seconds
            .map(|seconds| page.text1("retry-in", "duration", &duration(page.language(), seconds)))
            .unwrap_or_default(),
        minimum: password_choice::minimum(state),
    };
    let mut response = render(status, &page, &template)?;
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}
