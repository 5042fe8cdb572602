//! A page that asks before something is done: it names whom it concerns and what follows.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::{Console, Frame};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

/// What is asked.
pub struct Question {
    /// In one line.
    pub title: String,
    /// What follows from it.
    pub effects: Vec<String>,
    /// What the form carries.
    pub kept: Vec<(&'static str, String)>,
    /// Where it goes.
    pub action: String,
    /// The button.
    pub submit: String,
    /// Somebody loses something.
    pub danger: bool,
    /// Where one goes instead.
    pub back: String,
}

#[derive(Template)]
#[template(path = "admin/confirm.html")]
struct ConfirmPage<'a> {
    page: &'a Page,
    frame: Frame,
    question: Question,
}

/// Asks.
///
/// # Errors
/// When the template fails: a fault of ours.
pub fn ask(console: &Console<'_>, frame: Frame, question: Question) -> Result<HttpResponse, PageError> {
    render(StatusCode::OK, &console.page, &ConfirmPage { page: &console.page, frame, question })
}
