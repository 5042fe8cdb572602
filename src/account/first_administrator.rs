//! `/first-administrator`: an instance that never had an administrator gets one by a link that `loquet serve`
//! prints, and by no password that somebody could know (AD-02, AD-03). Good for an hour, once.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use super::entry::Arrival;
use super::mail_link::Link;
use super::names::{email_fault, username_fault};
use super::password_choice;
use crate::app::AppState;
use crate::crypto::Hashed;
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::users::NewUser;
use crate::groups::{ADMINISTRATORS, By, Fault};
use crate::http::browser::Browser;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, trace};
use crate::types::{Email, Username};

/// How long a link is good; the words of `loquet serve` say an hour.
const LIFE: TimeDelta = TimeDelta::hours(1);

#[derive(Template)]
#[template(path = "account/first_administrator.html")]
struct FirstPage<'a> {
    page: &'a Page,
    action: String,
    minimum: i64,
    answers: &'a Answers,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Answers {
    username: String,
    username_error: String,
    email: String,
    email_error: String,
    password_error: String,
}

impl Answers {
    /// Every fault, with the id of its field.
    fn faults(&self) -> Vec<(&str, &str)> {
        let all =
            [("username", &self.username_error), ("email", &self.email_error), ("password", &self.password_error)];
        all.into_iter().filter(|(_, fault)| !fault.is_empty()).map(|(id, fault)| (id, fault.as_str())).collect()
    }
}

/// Makes the link, at a start of the server; the one before is worth nothing from now on. None: there was
/// an administrator once, whatever became of them.
///
/// # Errors
/// PostgreSQL's.
pub async fn offer(state: &AppState) -> sqlx::Result<Option<String>> {
    let (token, address) = Link::FirstAdministrator.fresh(state);
    let expires_at = state.clock.now() + LIFE;
    let mut connection = state.pool.acquire().await?;
    let made = db::first_administrator::renew(&mut connection, token, expires_at).await?;
    Ok(made.then_some(address))
}

/// `GET /first-administrator/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::FirstAdministrator.arrive(&token, &state)
}

/// `GET /first-administrator`
///
/// # Errors
/// A page that says the link is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    good_link(&request, &state).await?;
    show(&page, &state, &Answers::default(), StatusCode::OK)
}

/// `POST /first-administrator`: the account, in the group `admins`, and its first session. The address is
/// not proven yet: the next page asks for that.
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let browser = Browser::of(&request, &state);
    let page = Page::new(&request, &state, &browser, None);
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
    csrf::check(&request, &state, &browser, &form)?;
    let link = good_link(&request, &state).await?;
    let (mut answers, username, email) = read(&form, &page);
    let refused = |answers: &Answers| show(&page, &state, answers, StatusCode::UNPROCESSABLE_ENTITY);
    let names = [answers.username.as_str()];
    let password = form.get("password");
    if let Some(weakness) = password_choice::weakness(password, &names, &answers.email, &state) {
        answers.password_error = password_choice::words(weakness, &page, &state);
    }
    let (Some(username), Some(email), true) = (username, email, answers.faults().is_empty()) else {
        return refused(&answers);
    };
    let hash = password_choice::hash(password, &[username.as_str()], email.as_str(), None, &state).await?;
    let hash = hash.map_err(|_| PageError::BadRequest("a password that was good a moment ago"))?;
    let user = NewUser {
        id: Uuid::now_v7(),
        username: &username,
        email: &email,
        email_verified: false,
        given_name: "",
        family_name: "",
        locale: &page.lang,
        password_hash: Some(&hash),
    };
    let arrival = Arrival::of(&request, &state, &browser).await?;
    let origin = trace::origin(&request, &state);
    let mut transaction = state.pool.begin().await?;
    // First, so that parallel tries wait here for the one that gets it.
    if !db::first_administrator::consume(&mut transaction, link, state.clock.now()).await? {
        return Err(PageError::LinkExpired);
    }
    if !db::users::insert(&mut transaction, &user, state.clock.now()).await? {
        // What was consumed comes back.
        transaction.rollback().await?;
        if db::users::find_by_login(&mut *state.pool.acquire().await?, email.as_str()).await?.is_some() {
            answers.email_error = page.text("first-administrator-email-taken");
        } else {
            answers.username_error = page.text("username-taken");
        }
        return refused(&answers);
    }
    promote(&mut transaction, &state, user.id, &origin).await?;
    let cookie = arrival.enter(&mut transaction, user.id, &["pwd".to_owned()]).await?;
    transaction.commit().await?;
    tracing::info!(user = %user.id, "first administrator created");
    let mut response = see_other(&state.paths.home());
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Link::FirstAdministrator.forget(&mut response, &state)?;
    Ok(response)
}

/// The link of this browser, while it is good.
async fn good_link(request: &HttpRequest, state: &AppState) -> Result<Hashed, PageError> {
    let token = Link::FirstAdministrator.token(request, state)?;
    let mut connection = state.pool.acquire().await?;
    let good = db::first_administrator::is_good(&mut connection, token, state.clock.now()).await?;
    good.then_some(token).ok_or(PageError::LinkExpired)
}

async fn promote(
    connection: &mut PgConnection,
    state: &AppState,
    user: Uuid,
    origin: &Origin,
) -> Result<(), PageError> {
    let event = Event::own(Kind::AccountCreated, user, origin);
    db::audit::record(connection, &event, state.clock.now()).await?;
    let by = By { actor: Some(user), origin, clock: &state.clock };
    match by.make_administrator(connection, user).await {
        Ok(_) => Ok(()),
        Err(Fault::Database(error)) => Err(PageError::Database(error)),
        Err(fault) => Err(PageError::internal(format!("{ADMINISTRATORS}: {fault}"))),
    }
}

/// Reads the form, but for the password.
fn read(form: &Params, page: &Page) -> (Answers, Option<Username>, Option<Email>) {
    let (name, address) = (form.get("username").trim(), form.get("email").trim());
    let (username, email) = (Username::parse(name), Email::parse(address));
    let answers = Answers {
        username: name.get(..64).unwrap_or(name).to_owned(),
        username_error: username.as_ref().err().map(|error| username_fault(*error, page)).unwrap_or_default(),
        email: address.get(..254).unwrap_or(address).to_owned(),
        email_error: email.as_ref().err().map(|error| email_fault(*error, page)).unwrap_or_default(),
        password_error: String::new(),
    };
    (answers, username.ok(), email.ok())
}

fn show(page: &Page, state: &AppState, answers: &Answers, status: StatusCode) -> Result<HttpResponse, PageError> {
    let action = state.paths.first_administrator();
    render(status, page, &FirstPage { page, action, minimum: password_choice::minimum(state), answers })
}
