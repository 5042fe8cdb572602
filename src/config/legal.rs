//! `[legal]`: the texts that people agree to or must be able to read.

use std::str::FromStr;

use super::Reader;
use super::profile::Line;
use crate::types::{Bilingual, Markdown, MarkdownError};

/// Longest text, in bytes.
const LONGEST: u64 = 256 * 1024;

/// `[legal]`.
#[derive(Debug, Clone, Default)]
pub struct Legal {
    /// What people accept before they use their account.
    pub terms: Option<Terms>,
    /// What becomes of what we know of them.
    pub privacy: Option<Bilingual<Markdown>>,
}

/// The terms of use.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Names this state of the text: everybody is asked to accept when it changes.
    pub version: String,
    /// The text.
    pub text: Bilingual<Markdown>,
}

impl Legal {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let version = r.optional::<Line<40>>("legal.version");
        let terms = text(r, "terms");
        let privacy = text(r, "privacy");
        let terms = match (terms?, version?) {
            (Some(text), Some(version)) => Some(Terms { version: version.0, text }),
            (None, None) => None,
            (Some(_), None) => {
                r.fault("legal.version", "", "is not set: people accept a version of the terms, such as its date");
                return None;
            }
            (None, Some(_)) => {
                r.fault("legal.version", "", "is that of no text: legal.terms_fr and legal.terms_en are not set");
                return None;
            }
        };
        Some(Self { terms, privacy: privacy? })
    }

    /// The version of the terms to accept, if there are any.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.terms.as_ref().map(|terms| terms.version.as_str())
    }
}

/// Both languages or neither.
fn text(r: &mut Reader, name: &str) -> Option<Option<Bilingual<Markdown>>> {
    let (in_french, in_english) = (format!("legal.{name}_fr"), format!("legal.{name}_en"));
    let fr = r.optional::<File>(&in_french);
    let en = r.optional::<File>(&in_english);
    match (fr?, en?) {
        (Some(fr), Some(en)) => Some(Some(Bilingual { fr: fr.0, en: en.0 })),
        (None, None) => Some(None),
        (fr, _) => {
            let (missing, there) = if fr.is_some() { (in_english, in_french) } else { (in_french, in_english) };
            r.fault(&missing, "", &format!("is not set, and {there} is: pages are in both languages"));
            None
        }
    }
}

/// A text, by the path of its file.
struct File(Markdown);

impl FromStr for File {
    type Err = FileError;

    fn from_str(path: &str) -> Result<Self, FileError> {
        if std::fs::metadata(path)?.len() > LONGEST {
            return Err(FileError::TooLong);
        }
        Ok(Self(std::fs::read_to_string(path)?.trim_start_matches('\u{feff}').parse()?))
    }
}

#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("is longer than {} KiB", LONGEST / 1024)]
    TooLong,
    #[error(transparent)]
    Markdown(#[from] MarkdownError),
}
