//! A page that asks before something is done that cannot be undone by a press: it names whom it concerns
//! and what they lose.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::{Frame, Office};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

/// What is asked.
pub struct Question {
    /// In one line.
    pub title: String,
    /// What follows from it.
    pub effects: Vec<String>,
    /// What speaks against it; or "".
    pub warning: String,
    /// What the form carries.
    pub kept: Vec<(String, String)>,
    /// Where it goes.
    pub action: String,
    /// The button; none when it cannot be done.
    pub submit: Option<String>,
    /// Somebody loses something.
    pub danger: bool,
    /// Where one goes instead.
    pub back: String,
}

#[derive(Template)]
#[template(path = "organization/confirm.html")]
struct ConfirmPage<'a> {
    page: &'a Page,
    frame: Frame,
    question: Question,
    /// What was asked before was about something that has changed.
    stale: bool,
}

/// Asks. `stale`: once more, about what is there by now.
///
/// # Errors
/// When the template fails: a fault of ours.
pub fn ask(office: &Office<'_>, frame: Frame, question: Question, stale: bool) -> Result<HttpResponse, PageError> {
    let status = match (stale, &question.submit) {
        (true, _) => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    };
    render(status, &office.page, &ConfirmPage { page: &office.page, frame, question, stale })
}

/// «A, B and C».
#[must_use]
pub fn listing(names: &[String], page: &Page) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => page.text2("list-and", "first", &first.join(", "), "last", last),
    }
}
