//! Looks at a theme's folder: what is in it, and everything that is wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Theme, images, locales, look, pages, style};
use crate::config::Fault;
use crate::i18n::Coverage;

/// Largest file, in bytes.
const LARGEST: u64 = 512 * 1024;

/// What a theme's folder holds.
const KNOWN: [&str; 12] = [
    "theme.toml",
    "extra.css",
    "logo.svg",
    "logo.png",
    "logo-dark.svg",
    "logo-dark.png",
    "favicon.svg",
    "favicon.png",
    "favicon.ico",
    "locales",
    "pages",
    "README.md",
];

/// What was found.
#[derive(Debug, Default)]
pub struct Inspection {
    /// What may be used, if there is no fault.
    pub theme: Theme,
    /// What keeps the server from starting.
    pub faults: Vec<Fault>,
    /// What is worth a look.
    pub notes: Vec<Fault>,
    /// How much of each language is the host's.
    pub languages: Vec<Coverage>,
}

impl Inspection {
    pub(super) fn fault(&mut self, place: impl ToString, reason: impl ToString) {
        self.faults.push(remark(place, reason));
    }

    pub(super) fn note(&mut self, place: impl ToString, reason: impl ToString) {
        self.notes.push(remark(place, reason));
    }

    /// The bytes of a file, if it is there and of a reasonable size.
    pub(super) fn bytes(&mut self, path: &Path) -> Option<Vec<u8>> {
        let read = || match std::fs::metadata(path) {
            Ok(about) if about.len() > LARGEST => Err(format!("is longer than {} KiB", LARGEST / 1024)),
            Ok(about) if !about.is_file() => Err("is not a file".to_owned()),
            _ => std::fs::read(path).map_err(|error| format!("cannot be read: {error}")),
        };
        match read() {
            Ok(bytes) => Some(bytes),
            Err(reason) => {
                self.fault(path.display(), reason);
                None
            }
        }
    }

    /// The same, as text.
    pub(super) fn text(&mut self, path: &Path) -> Option<String> {
        let bytes = self.bytes(path)?;
        match String::from_utf8(bytes) {
            Ok(text) => Some(text.trim_start_matches('\u{feff}').to_owned()),
            Err(_) => {
                self.fault(path.display(), "is not UTF-8");
                None
            }
        }
    }

    /// What is in a folder, in the order of names; hidden files are left alone.
    pub(super) fn entries(&mut self, folder: &Path) -> Vec<(String, PathBuf)> {
        let mut found = Vec::new();
        match std::fs::read_dir(folder) {
            Ok(entries) => {
                for entry in entries.flatten() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    if !name.starts_with('.') {
                        found.push((name, entry.path()));
                    }
                }
            }
            Err(error) => self.fault(folder.display(), format!("cannot be read: {error}")),
        }
        found.sort();
        found
    }
}

fn remark(place: impl ToString, reason: impl ToString) -> Fault {
    Fault { key: String::new(), place: place.to_string(), reason: reason.to_string() }
}

/// Reads the whole folder, and goes on after each fault.
#[must_use]
pub fn inspect(directory: &Path) -> Inspection {
    let mut found = Inspection::default();
    found.theme.directory = Some(directory.to_owned());
    let entries = found.entries(directory);
    let there: BTreeSet<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    for (name, path) in &entries {
        if !KNOWN.contains(&name.as_str()) {
            found.note(path.display(), format!("is no part of a theme, and not used; parts are {}", KNOWN.join(", ")));
        }
    }
    if there.contains("locales") {
        locales::read(&directory.join("locales"), &mut found);
    }
    let mut languages: Vec<String> = found.languages.iter().map(|language| language.code.clone()).collect();
    for ours in ["en", "fr"] {
        if !languages.iter().any(|language| language == ours) {
            languages.push(ours.to_owned());
        }
    }
    if there.contains("theme.toml") {
        look::read(&directory.join("theme.toml"), &languages, &mut found);
    }
    found.theme.logo = images::read(directory, "logo", &["svg", "png"], &there, &mut found);
    found.theme.logo_dark = images::read(directory, "logo-dark", &["svg", "png"], &there, &mut found);
    if found.theme.logo_dark.is_some() && found.theme.logo.is_none() {
        found.fault(directory.display(), "has a logo for the dark (logo-dark) and none for the light (logo)");
    }
    found.theme.favicon = images::read(directory, "favicon", &["svg", "png", "ico"], &there, &mut found);
    let extra = there.contains("extra.css").then(|| style::read(&directory.join("extra.css"), &mut found)).flatten();
    found.theme.style = style::sheet(&found.theme.look, extra.as_deref());
    if there.contains("pages") {
        pages::read(&directory.join("pages"), &languages, &mut found);
    }
    found
}
