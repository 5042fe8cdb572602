//! What is left out of a host's texts, so that people read ours there.

use std::collections::BTreeSet;

use fluent_syntax::ast::{Entry, Resource};
use fluent_syntax::{parser, serializer};

use super::load::TextFile;

/// What is wrong in files of texts.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    /// Languages that are none.
    pub languages: BTreeSet<String>,
    /// By language: a text (`mail-test`), a term (`-team`), or nothing where something is not Fluent.
    pub entries: BTreeSet<(String, String)>,
}

impl Wrong {
    /// Nothing is.
    pub fn is_empty(&self) -> bool {
        self.languages.is_empty() && self.entries.is_empty()
    }

    /// Whether something is in a language.
    pub fn concerns(&self, language: &str) -> bool {
        self.languages.contains(language) || self.entries.iter().any(|(other, _)| other == language)
    }

    /// The files, without it.
    pub fn taken_out_of(&self, files: &[TextFile]) -> Vec<TextFile> {
        let sound = files.iter().filter(|file| !self.languages.contains(&file.language));
        sound
            .map(|file| {
                let text = if self.concerns(&file.language) { self.rest_of(file) } else { file.text.clone() };
                TextFile { text, ..file.clone() }
            })
            .collect()
    }

    fn rest_of(&self, file: &TextFile) -> String {
        let parsed = parser::parse_runtime(file.text.as_str());
        let Resource { mut body } = parsed.unwrap_or_else(|(resource, _)| resource);
        body.retain(|entry| {
            let name = match entry {
                Entry::Message(message) => message.id.name.to_owned(),
                Entry::Term(term) => format!("-{}", term.id.name),
                // Comments say nothing to readers, and the rest is not Fluent.
                _ => return false,
            };
            !self.entries.contains(&(file.language.clone(), name))
        });
        serializer::serialize(&Resource { body })
    }
}
