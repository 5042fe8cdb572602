//! What a host's theme gives to every page: its logo, its colours, its links.

use std::sync::Arc;

use actix_web::HttpRequest;

use super::page::NavLink;
use crate::app::AppState;
use crate::config::theme::{Picture, STYLE};
use crate::i18n::Language;

/// What every page wears.
pub struct Dress {
    /// Path of the host's style sheet.
    pub css: Option<String>,
    /// Path of the icon that browsers show.
    pub favicon: String,
    /// Its kind.
    pub favicon_kind: &'static str,
    /// The host's drawing.
    pub logo: Option<Logo>,
    /// Colour of the ground in the light…
    pub ground: String,
    /// …and in the dark: browsers continue it around the page.
    pub ground_dark: String,
}

/// A logo.
pub struct Logo {
    /// Its path.
    pub src: String,
    /// Its path in the dark, if it has another one there.
    pub dark: Option<String>,
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// It names the host.
    pub says_name: bool,
}

impl Dress {
    /// In force.
    #[must_use]
    pub fn of(state: &AppState) -> Self {
        let theme = &state.settings.theme;
        let asset = |file: &str| state.paths.asset(state.assets.name(file));
        let path = |picture: &Picture| asset(&picture.name);
        let logo = theme.logo.as_ref().map(|logo| Logo {
            src: path(logo),
            dark: theme.logo_dark.as_ref().map(path),
            width: logo.size.0,
            height: logo.size.1,
            says_name: theme.look.logo_says_name,
        });
        Self {
            css: theme.style.as_ref().map(|_| asset(STYLE)),
            favicon: theme.favicon.as_ref().map_or_else(|| asset("icon.svg"), path),
            favicon_kind: theme.favicon.as_ref().map_or("image/svg+xml", |favicon| favicon.kind),
            logo,
            ground: theme.look.light.get("background").to_string(),
            ground_dark: theme.look.dark.get("background").to_string(),
        }
    }
}

/// The foot of a page: the terms and what becomes of data, pages of the host, its links.
#[must_use]
pub fn links(request: &HttpRequest, state: &AppState, language: &Arc<Language>) -> Vec<NavLink> {
    let (settings, paths, code) = (&state.settings, &state.paths, language.code());
    let legal = [
        (settings.legal.terms.is_some(), paths.terms(), "legal-terms"),
        (settings.legal.privacy.is_some(), paths.privacy(), "legal-privacy"),
    ];
    let legal = legal.into_iter().filter(|(there, ..)| *there).map(|(_, href, label)| (href, language.text(label)));
    let theme = &settings.theme;
    let pages = theme
        .pages
        .names()
        .filter_map(|name| Some((paths.host_page(name), theme.pages.find(name, code)?.title.clone())));
    let own = theme.look.links.iter().map(|link| (link.href.of(code).to_owned(), link.label.of(code).to_owned()));
    legal
        .chain(pages)
        .chain(own)
        .map(|(href, label)| NavLink { current: request.path() == href, href, label })
        .collect()
}
