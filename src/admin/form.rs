//! A form with a page of its own: what it asks, and what is wrong with what was sent.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

/// A form.
#[derive(Default)]
pub struct Form {
    /// In one line.
    pub title: String,
    /// What comes of it.
    pub intro: Vec<String>,
    /// What it carries unseen.
    pub kept: Vec<(&'static str, String)>,
    /// What it asks.
    pub fields: Vec<Field>,
    /// Where it goes.
    pub action: String,
    /// The button; "": there is nothing to send.
    pub submit: String,
    /// Where one goes instead.
    pub back: String,
    /// Why nothing was done, when that is no field's fault; or "".
    pub conflict: String,
}

/// How something is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Line,
    Box,
    Radios,
    List,
}

/// Something that is asked.
pub struct Field {
    kind: Kind,
    id: &'static str,
    label: String,
    help: String,
    fault: String,
    value: String,
    choices: Vec<Choice>,
}

/// One of several answers.
pub struct Choice {
    /// As it is sent.
    pub value: String,
    /// As people read it.
    pub label: String,
    /// This one.
    pub chosen: bool,
}

impl Field {
    /// A line of text.
    pub fn line(id: &'static str, label: String, value: &str) -> Self {
        Self::of(Kind::Line, id, label, value.to_owned(), Vec::new())
    }

    /// A box to tick.
    pub fn tick(id: &'static str, label: String, ticked: bool) -> Self {
        Self::of(Kind::Box, id, label, if ticked { "yes" } else { "" }.to_owned(), Vec::new())
    }

    /// One of a few, all in sight.
    pub fn radios(id: &'static str, label: String, choices: Vec<Choice>) -> Self {
        Self::of(Kind::Radios, id, label, String::new(), choices)
    }

    /// One of many.
    pub fn list(id: &'static str, label: String, choices: Vec<Choice>) -> Self {
        Self::of(Kind::List, id, label, String::new(), choices)
    }

    fn of(kind: Kind, id: &'static str, label: String, value: String, choices: Vec<Choice>) -> Self {
        Self { kind, id, label, help: String::new(), fault: String::new(), value, choices }
    }

    /// The same, with what helps to answer.
    pub fn help(self, help: String) -> Self {
        Self { help, ..self }
    }

    /// The same, with what is wrong if it is this field’s.
    pub fn fault(self, fault: Option<&Fault>) -> Self {
        match fault {
            Some((id, words)) if *id == self.id => Self { fault: words.clone(), ..self },
            _ => self,
        }
    }

    fn is_line(&self) -> bool {
        self.kind == Kind::Line
    }

    fn is_box(&self) -> bool {
        self.kind == Kind::Box
    }

    fn is_list(&self) -> bool {
        self.kind == Kind::List
    }
}

/// Which field is wrong, and what to do about it.
pub type Fault = (&'static str, String);

#[derive(Template)]
#[template(path = "admin/form.html")]
struct FormPage<'a> {
    page: &'a Page,
    frame: Frame,
    form: Form,
    /// The field that is wrong, or "".
    at: &'static str,
    error: String,
}

/// Shows it.
///
/// # Errors
/// PostgreSQL's; when the template fails.
pub async fn show(console: &Console<'_>, tab: Tab, form: Form) -> Result<HttpResponse, PageError> {
    let frame = Frame::of(console, tab).await?;
    let wrong = form.fields.iter().find(|field| !field.fault.is_empty());
    let (status, at, error) = match wrong {
        Some(field) => (StatusCode::UNPROCESSABLE_ENTITY, field.id, field.fault.clone()),
        None if form.conflict.is_empty() => (StatusCode::OK, "", String::new()),
        None => (StatusCode::CONFLICT, "", form.conflict.clone()),
    };
    render(status, &console.page, &FormPage { page: &console.page, frame, form, at, error })
}
