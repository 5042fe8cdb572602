//! `/admin/settings`: what was set, and where. They are changed in their file, and read at start.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct SettingsPage<'a> {
    page: &'a Page,
    frame: Frame,
    /// What is wrong in texts of the theme, as `loquet theme check` says it.
    left_out: Vec<String>,
    sections: Vec<Section>,
}

struct Section {
    name: String,
    settings: Vec<Setting>,
}

struct Setting {
    key: String,
    value: String,
    /// It says something in words of ours, not what was written.
    told: bool,
    by_default: bool,
    /// File and line, or an environment variable.
    origin: String,
}

/// `GET /admin/settings`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let page = &console.page;
    let mut sections: Vec<Section> = Vec::new();
    for entry in &state.settings.in_force {
        let name = entry.key.split('.').next().unwrap_or_default();
        // As the reader writes what has no value of its own to show; of a secret, nothing but that it is there.
        let words = match entry.value.as_str() {
            "(set)" => "places-setting-secret",
            "(not set)" => "places-setting-unset",
            "(empty)" => "places-setting-empty",
            "" => "places-setting-blank",
            _ => "",
        };
        let setting = Setting {
            key: entry.key.clone(),
            value: if words.is_empty() { entry.value.clone() } else { page.text(words) },
            told: !words.is_empty(),
            by_default: entry.origin == "default",
            origin: entry.origin.clone(),
        };
        match sections.iter_mut().find(|section| section.name == name) {
            Some(section) => section.settings.push(setting),
            None => sections.push(Section { name: name.to_owned(), settings: vec![setting] }),
        }
    }
    let frame = Frame::of(&console, Tab::Settings).await?;
    let left_out = state.settings.theme.left_out.iter().map(ToString::to_string).collect();
    render(StatusCode::OK, page, &SettingsPage { page, frame, left_out, sections })
}
