//! `[membership]`: what the host says of its members' membership.

use std::str::FromStr;

use super::Reader;
use super::sections::whole;
use crate::types::{Bilingual, Snippet, SnippetError};

/// Longest text, in bytes.
const LONGEST: u64 = 64 * 1024;

/// `[membership]`.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    /// Days before the last one at which a mail reminds people; none: nobody is reminded.
    pub reminder_days: Option<u32>,
    /// What the host says beside it on the home page.
    pub snippet: Option<Bilingual<Snippet>>,
}

impl Membership {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let days = whole(r, "membership.reminder_days", "0", 0..=366);
        let fr = r.optional::<File>("membership.snippet_fr");
        let en = r.optional::<File>("membership.snippet_en");
        let days = u32::try_from(days?).ok()?;
        let snippet = match (fr?, en?) {
            (Some(fr), Some(en)) => Some(Bilingual { fr: fr.0, en: en.0 }),
            (None, None) => None,
            (fr, _) => {
                let (missing, there) = if fr.is_some() { ("en", "fr") } else { ("fr", "en") };
                let reason = format!("is not set, and membership.snippet_{there} is: pages are in both languages");
                r.fault(&format!("membership.snippet_{missing}"), "", &reason);
                return None;
            }
        };
        Some(Self { reminder_days: (days > 0).then_some(days), snippet })
    }
}

/// A text, by the path of its file; HTML when its name ends so, otherwise Markdown.
struct File(Snippet);

impl FromStr for File {
    type Err = FileError;

    fn from_str(path: &str) -> Result<Self, FileError> {
        if std::fs::metadata(path)?.len() > LONGEST {
            return Err(FileError::TooLong);
        }
        let text = std::fs::read_to_string(path)?;
        let is_html = std::path::Path::new(path)
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"));
        Ok(Self(Snippet::new(text.trim_start_matches('\u{feff}'), is_html)?))
    }
}

#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("is longer than {} KiB", LONGEST / 1024)]
    TooLong,
    #[error(transparent)]
    Snippet(#[from] SnippetError),
}
