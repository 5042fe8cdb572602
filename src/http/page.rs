//! What every page is made with.

use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};

use super::browser::Browser;
use super::dress::{self, Dress};
use super::locale;
use super::page_error::PageError;
use crate::app::AppState;
use crate::i18n::Language;

/// The part of a page that all pages share: templates read it as `page`.
pub struct Page {
    language: Arc<Language>,
    /// Code of the page's language.
    pub lang: String,
    /// Name of the host.
    pub host: String,
    /// A demonstration: a banner says so.
    pub demo: bool,
    /// Path of the style sheet.
    pub css: String,
    /// Path of the script.
    pub js: String,
    /// Way of its writing, `ltr` or `rtl`.
    pub dir: &'static str,
    /// Path of our icon.
    pub icon: String,
    /// What the host's theme gives.
    pub dress: Dress,
    /// Path of the home page.
    pub home: String,
    /// Token of this page's forms.
    pub csrf: String,
    /// The languages to choose from.
    pub languages: Vec<LanguageChoice>,
    /// Where to send the choice.
    pub language_action: String,
    /// Path of this page, to come back to.
    pub here: String,
    /// Name of the person who is signed in.
    pub signed_in: Option<String>,
    /// Where to send a sign-out.
    pub sign_out: String,
    /// Terms and privacy, pages and links of the host, where there are such.
    pub legal: Vec<NavLink>,
    /// The parts of the account, on its pages.
    pub nav: Vec<NavLink>,
    /// The account is about to go.
    pub leaving: Option<Leaving>,
    cookie: Option<Cookie<'static>>,
}

/// A page that one can go to from many.
pub struct NavLink {
    /// Its address.
    pub href: String,
    /// Its name.
    pub label: String,
    /// One is there.
    pub current: bool,
}

/// An account that is about to go.
pub struct Leaving {
    /// The day.
    pub date: String,
    /// Where to call it off.
    pub cancel: String,
}

/// A language of the language switch.
pub struct LanguageChoice {
    /// Its code.
    pub code: String,
    /// Its name in itself.
    pub name: String,
    /// The page speaks it.
    pub current: bool,
}

impl Page {
    /// For a request and its browser; `wishes` are the `ui_locales` of the authorization, if any.
    #[must_use]
    pub fn new(request: &HttpRequest, state: &Data<AppState>, browser: &Browser, wishes: Option<&str>) -> Self {
        let language = locale::of(request, state, wishes);
        let choice = |other: &Arc<Language>| LanguageChoice {
            code: other.code().to_owned(),
            name: other.text("language-name"),
            current: other.code() == language.code(),
        };
        let asset = |file: &str| state.paths.asset(state.assets.name(file));
        Self {
            lang: language.code().to_owned(),
            dir: language.direction(),
            dress: Dress::of(state),
            host: state.settings.host.name.clone(),
            demo: state.demo,
            css: asset("loquet.css"),
            js: asset("loquet.js"),
            icon: asset("icon.svg"),
            home: state.paths.home(),
            csrf: browser.form_token(state),
            languages: state.texts.languages().iter().map(choice).collect(),
            language_action: state.paths.language(),
            here: request.uri().path_and_query().map_or_else(|| state.paths.home(), ToString::to_string),
            signed_in: None,
            sign_out: state.paths.sign_out(),
            legal: dress::links(request, state, &language),
            nav: Vec::new(),
            leaving: None,
            cookie: browser.cookie(state),
            language,
        }
    }

    /// The same, for a person who is signed in.
    #[must_use]
    pub fn signed_in(mut self, name: String) -> Self {
        self.signed_in = Some(name);
        self
    }

    /// The same, for somebody whose account goes on that day.
    #[must_use]
    pub fn leaving(mut self, due_at: Option<DateTime<Utc>>, state: &AppState) -> Self {
        self.leaving = due_at.map(|due_at| Leaving {
            date: self.language.date(&due_at.with_timezone(&state.settings.host.time_zone)),
            cancel: state.paths.deletion_cancel(),
        });
        self
    }

    /// The page's language.
    #[must_use]
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// A text.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.language.text(key)
    }

    /// A text with one variable.
    #[must_use]
    pub fn text1(&self, key: &str, name: &'static str, value: &str) -> String {
        self.language.text_with(key, &[(name, &value)])
    }

    /// A text with two variables.
    #[must_use]
    pub fn text2(&self, key: &str, name1: &'static str, value1: &str, name2: &'static str, value2: &str) -> String {
        self.language.text_with(key, &[(name1, &value1), (name2, &value2)])
    }

    /// A text about a number.
    #[must_use]
    pub fn count(&self, key: &str, number: i64) -> String {
        self.language.count(key, number)
    }

    /// The cookie that the answer must set: a new browser's.
    #[must_use]
    pub fn cookie(&self) -> Option<&Cookie<'static>> {
        self.cookie.as_ref()
    }
}

/// Renders a page made with `page`.
///
/// # Errors
/// When the template fails: a fault of ours.
pub fn render(status: StatusCode, page: &Page, template: &impl Template) -> Result<HttpResponse, PageError> {
    let body = template.render().map_err(PageError::internal)?;
    let mut response = HttpResponse::build(status);
    response.content_type(ContentType::html()).insert_header((CACHE_CONTROL, "no-store"));
    if let Some(cookie) = page.cookie() {
        response.cookie(cookie.clone());
    }
    Ok(response.body(body))
}

/// Sends the browser to another page with a GET.
#[must_use]
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((actix_web::http::header::LOCATION, path)).finish()
}
