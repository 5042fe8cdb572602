//! `[theme]`: the folder with which a host makes the pages its own. `docs/theme.md` says what may be in it and
//! which names later versions keep.
//!
//! Everything is read and checked at start: a folder with a fault is refused as any wrong setting is, with all
//! its faults at once. But for texts: where one of the host's is wrong, ours is said, because names of texts may
//! change in a later version, and an update must not keep people from signing in for a sentence.

mod findings;
mod images;
mod locales;
mod look;
mod pages;
mod style;

use std::path::{Path, PathBuf};

use super::{Fault, Reader};
use crate::i18n::TextFile;

pub use findings::{Inspection, inspect};
pub use images::Picture;
pub use look::{Link, Look, Words};
pub use pages::Pages;

/// `[theme]`, read.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// Where it is.
    pub directory: Option<PathBuf>,
    /// Colours and links.
    pub look: Look,
    /// In place of the drawing before the host's name.
    pub logo: Option<Picture>,
    /// The same in the dark.
    pub logo_dark: Option<Picture>,
    /// In place of our icon.
    pub favicon: Option<Picture>,
    /// Its style sheet, which goes after ours.
    pub style: Option<String>,
    /// Texts that go before ours, and those of other languages: those that are sound.
    pub texts: Vec<TextFile>,
    /// What is wrong in the others, which stop nothing: ours are said there.
    pub left_out: Vec<Fault>,
    /// Pages of the host.
    pub pages: Pages,
}

impl Theme {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let Some(directory) = r.optional::<PathBuf>("theme.directory")? else { return Some(Self::default()) };
        let found = inspect(&directory);
        for fault in &found.faults {
            r.fault(&fault.key, &fault.place, &fault.reason);
        }
        found.faults.is_empty().then_some(found.theme)
    }

    /// Whether pages speak a language because of this folder.
    #[must_use]
    pub fn speaks(&self, language: &str) -> bool {
        self.texts.iter().any(|file| file.language == language)
    }

    /// The files to serve, by the names that pages call them.
    pub fn files(&self) -> impl Iterator<Item = (&str, Vec<u8>)> {
        let pictures = [&self.logo, &self.logo_dark, &self.favicon].into_iter().flatten();
        let pictures = pictures.map(|picture| (picture.name.as_str(), picture.bytes.to_vec()));
        pictures.chain(self.style.iter().map(|style| (STYLE, style.clone().into_bytes())))
    }
}

/// The name of the style sheet.
pub const STYLE: &str = "theme.css";

/// Only where the folder is, for those who look at it before the other settings are right.
///
/// # Errors
/// When the file cannot be read or is not TOML.
pub fn directory(file: Option<&Path>, environment: &[(String, String)]) -> Result<Option<PathBuf>, Vec<Fault>> {
    Ok(Reader::new(file, environment)?.optional("theme.directory").flatten())
}
