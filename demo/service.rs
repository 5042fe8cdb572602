//! The pages of the pretend service: a bike workshop that one signs in to.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use loquet::app::AppState;
use loquet::crypto::Plain;
use loquet::http::browser::{Browser, only_cookie};
use loquet::http::page::{Page, render, see_other};
use loquet::http::page_error::PageError;
use loquet::http::params::Params;
use serde_json::{Map, Value};

use crate::relying_party::RelyingParty;

const COOKIE: &str = "workshop";

/// The service: its relying party, and who is signed in to it.
pub struct Service {
    /// OpenID Connect.
    pub relying_party: RelyingParty,
    /// Where it is.
    address: String,
    /// What is known of whoever holds a cookie.
    people: Mutex<HashMap<String, Known>>,
}

/// What the provider said of a person, and the ID token they came with.
type Known = (Map<String, Value>, String);

impl Service {
    /// Nobody is signed in.
    pub fn new(relying_party: RelyingParty, address: String) -> Self {
        Self { relying_party, address, people: Mutex::default() }
    }
}

struct Person {
    name: String,
    groups: Vec<String>,
    claims: Vec<Claim>,
}

struct Claim {
    name: String,
    value: String,
}

#[derive(Template)]
#[template(path = "service_home.html")]
struct HomePage<'a> {
    page: &'a Page,
    person: Option<Person>,
    sign_in: &'static str,
    sign_in_asking: &'static str,
    sign_out: &'static str,
}

#[derive(Template)]
#[template(path = "service_leave.html")]
struct LeavePage<'a> {
    page: &'a Page,
    next: String,
}

#[derive(Template)]
#[template(path = "service_error.html")]
struct ErrorPage<'a> {
    page: &'a Page,
    denied: bool,
    error: String,
    description: Option<String>,
    back: &'static str,
}

/// `GET /`
pub async fn home(
    request: HttpRequest,
    state: Data<AppState>,
    service: Data<Service>,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let people = service.people.lock().unwrap_or_else(PoisonError::into_inner);
    let person = only_cookie(&request, COOKIE).and_then(|cookie| people.get(&cookie)).map(person);
    let template = HomePage {
        page: &page,
        person,
        sign_in: "/sign-in",
        sign_in_asking: "/sign-in?ask=yes",
        sign_out: "/sign-out",
    };
    render(StatusCode::OK, &page, &template)
}

fn person((claims, _): &Known) -> Person {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Person {
        name: claims.get("name").map(text).unwrap_or_default(),
        groups: claims.get("groups").and_then(Value::as_array).into_iter().flatten().map(text).collect(),
        claims: claims.iter().map(|(name, value)| Claim { name: name.clone(), value: text(value) }).collect(),
    }
}

/// `GET /sign-in`: off to Loquet.
pub async fn sign_in(
    request: HttpRequest,
    state: Data<AppState>,
    service: Data<Service>,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    match service.relying_party.begin(&page.lang, request.query_string().contains("ask=yes")).await {
        Ok((address, state)) => {
            let mut response = see_other(&address);
            // The answer must come back to the browser that asked.
            response.add_cookie(&cookie("workshop-state", state)).map_err(PageError::internal)?;
            Ok(response)
        }
        Err(error) => show_error(&page, "discovery", Some(error)),
    }
}

/// `POST /callback`: the browser does not send the cookie of `/sign-in` with a form of another site; with
/// the GET that follows it does.
pub async fn posted(body: Bytes) -> HttpResponse {
    see_other(&format!("/callback?{}", String::from_utf8_lossy(&body)))
}

/// `GET /callback`: back from Loquet.
pub async fn callback(
    request: HttpRequest,
    state: Data<AppState>,
    service: Data<Service>,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let answer = Params::parse(request.query_string().as_bytes()).map_err(|_| PageError::BadRequest("not UTF-8"))?;
    if !answer.get("error").is_empty() {
        let description = answer.get("error_description").to_owned();
        return show_error(&page, answer.get("error"), Some(description).filter(|text| !text.is_empty()));
    }
    if only_cookie(&request, "workshop-state").as_deref() != Some(answer.get("state")) {
        return show_error(&page, "state", None);
    }
    match service.relying_party.finish(answer.get("state"), answer.get("code")).await {
        Ok(known) => {
            let session = Plain::random("demo_").reveal().to_owned();
            service.people.lock().unwrap_or_else(PoisonError::into_inner).insert(session.clone(), known);
            let mut response = see_other("/");
            response.add_cookie(&cookie(COOKIE, session)).map_err(PageError::internal)?;
            Ok(response)
        }
        Err(error) => show_error(&page, "exchange", Some(error)),
    }
}

/// `POST /sign-out`: of the workshop, and of Loquet if the person wants.
pub async fn sign_out(
    request: HttpRequest,
    body: Bytes,
    state: Data<AppState>,
    service: Data<Service>,
) -> Result<HttpResponse, PageError> {
    let form = Params::parse(&body).map_err(|_| PageError::BadRequest("not UTF-8"))?;
    if !Browser::of(&request, &state).owns(form.get("csrf"), &state) {
        return Err(PageError::FormExpired);
    }
    let cookie = only_cookie(&request, COOKIE).unwrap_or_default();
    let known = service.people.lock().unwrap_or_else(PoisonError::into_inner).remove(&cookie);
    let (Some((_, id_token)), "yes") = (known, form.get("everywhere")) else { return Ok(see_other("/")) };
    match service.relying_party.leave(&id_token, &service.address).await {
        // By a page of ours: Chromium would hold our own `form-action` against the address.
        Ok(address) => {
            let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
            render(StatusCode::OK, &page, &LeavePage { page: &page, next: address })
        }
        Err(_) => Ok(see_other("/")),
    }
}

fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).finish()
}

fn show_error(page: &Page, error: &str, description: Option<String>) -> Result<HttpResponse, PageError> {
    let template =
        ErrorPage { page, denied: error == "access_denied", error: error.to_owned(), description, back: "/" };
    render(StatusCode::OK, page, &template)
}
