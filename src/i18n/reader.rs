//! Reads what a host wrote in one language, beside our texts.

use std::collections::BTreeSet;

use fluent_langneg::LanguageIdentifier;

use super::book::{Book, Mention, Name};
use super::load::TextFile;
use super::review::{Coverage, Remark, Review};
use super::wrong::Wrong;
use crate::types::distance;

/// Reads the files of one language.
pub(super) struct Reader<'r, 'a> {
    pub code: &'a str,
    pub files: Vec<&'a TextFile>,
    /// Ours, of that language or of the one that stands in for it.
    pub base: &'r Book<'a>,
    pub review: &'r mut Review,
    pub wrong: &'r mut Wrong,
}

impl<'a> Reader<'_, 'a> {
    pub fn read(mut self, is_ours: bool) {
        let mut own = Book::default();
        for file in self.files.clone() {
            for error in own.add(&file.text) {
                let slice = error.slice.clone().unwrap_or_else(|| error.pos.clone());
                let piece = file.text.get(slice.clone()).unwrap_or_default();
                // Where a bracket is not closed, the parser looks for it in the next text.
                let last = slice.start + piece.trim_end().len().saturating_sub(1);
                let line = line_of(&file.text, error.pos.start.min(last));
                self.wrong.entries.insert((self.code.to_owned(), String::new()));
                let place = format!("{}:{line}", file.path);
                self.review.faults.push(Remark::new(
                    place,
                    name_of(piece).unwrap_or_default(),
                    format!("is not Fluent: {error}"),
                ));
            }
        }
        for again in own.again.clone() {
            let (name, key) = match again {
                Mention::Term(name) => (name, format!("-{name}")),
                Mention::Text((name, _)) | Mention::Variable(name) | Mention::Function(name) => (name, name.to_owned()),
            };
            self.fault(self.place(name), &key, "is there twice: keep one".to_owned());
        }
        self.check_language(&own, is_ours);
        let all = self.merged(&own);
        self.check_terms(&own, &all);
        let ids: BTreeSet<&str> = own.texts.keys().map(|(id, _)| *id).collect();
        for id in ids {
            if self.base.has(id) {
                self.compare(id, &own, &all);
            } else {
                let reason = format!("there is no such text{}", self.meant(id));
                self.fault(self.place(id), id, reason);
            }
        }
        let ours = |name: &&Name<'a>| !own.texts.contains_key(*name);
        let missing: Vec<String> = self.base.texts.keys().filter(ours).map(|name| written(*name)).collect();
        let texts = self.base.texts.len();
        self.review.languages.push(Coverage {
            code: self.code.to_owned(),
            texts,
            own: texts - missing.len(),
            missing: if is_ours { Vec::new() } else { missing },
        });
    }

    /// A language that cannot be called by its name is none.
    fn check_language(&mut self, own: &Book<'a>, is_ours: bool) {
        let (code, place) = (self.code, self.files.first().map(|file| file.path.clone()).unwrap_or_default());
        if !code.parse::<LanguageIdentifier>().is_ok_and(|identifier| identifier.to_string() == code) {
            let reason = format!("«{code}» is no code of a language, such as de or pt-BR");
            self.review.faults.push(Remark::new(place.clone(), "", reason));
            self.wrong.languages.insert(code.to_owned());
        }
        if !is_ours && !own.texts.contains_key(&("language-name", None)) {
            let reason = "is missing: the name of the language in itself, to choose it by".to_owned();
            self.review.faults.push(Remark::new(place, "language-name", reason));
            self.wrong.languages.insert(code.to_owned());
        }
    }

    fn check_terms(&mut self, own: &Book<'a>, all: &Book<'a>) {
        for (term, inside) in &own.terms {
            let key = format!("-{term}");
            // Fluent keeps both under one name.
            if all.has(term) {
                self.fault(self.place(term), &key, "has the name of a text: take another".to_owned());
            }
            if all.is_circular(Mention::Term(term)) {
                self.fault(self.place(term), &key, "leads back to itself".to_owned());
                continue;
            }
            // What a text gives to a term in brackets is the term's.
            for mention in inside.iter().filter(|mention| !matches!(mention, Mention::Variable(_))) {
                self.check(&key, *mention, &BTreeSet::new(), all);
            }
        }
    }

    /// Theirs over ours.
    fn merged(&self, own: &Book<'a>) -> Book<'a> {
        let mut all = Book { texts: self.base.texts.clone(), terms: self.base.terms.clone(), again: Vec::new() };
        let known = own.texts.iter().filter(|((id, _), _)| self.base.has(id));
        all.texts.extend(known.map(|(name, inside)| (*name, inside.clone())));
        all.terms.extend(own.terms.iter().map(|(name, inside)| (*name, inside.clone())));
        all
    }

    /// One text, with its parts.
    fn compare(&mut self, id: &'a str, own: &Book<'a>, all: &Book<'a>) {
        let given = self.base.given(id);
        let parts: Vec<(Name<'a>, Vec<Mention<'a>>)> = own
            .texts
            .iter()
            .filter(|((other, _), _)| *other == id)
            .map(|(name, inside)| (*name, inside.clone()))
            .collect();
        for (name, inside) in parts {
            let key = written(name);
            let place = self.place(name.1.unwrap_or(id));
            if !self.base.texts.contains_key(&name) {
                let there: Vec<String> = self.base.parts(id).map(|(name, _)| written(name)).collect();
                self.fault(place, &key, format!("there is no such part; there is {}", there.join(", ")));
                continue;
            }
            for mention in inside {
                self.check(&key, mention, &given, all);
            }
            if all.is_circular(Mention::Text(name)) {
                self.fault(place, &key, "leads back to itself".to_owned());
                continue;
            }
            let (ours, theirs) = (self.base.variables(name), all.variables(name));
            let left_out: Vec<String> = ours.difference(&theirs).map(|name| format!("${name}")).collect();
            if !left_out.is_empty() {
                let reason = format!("does not say {}, which ours says", left_out.join(", "));
                self.review.notes.push(Remark::new(place, &key, reason));
            }
        }
    }

    fn check(&mut self, key: &str, mention: Mention<'a>, given: &BTreeSet<&'a str>, all: &Book<'a>) {
        let allowed = || match given.len() {
            0 => "this text has no variables".to_owned(),
            _ => format!("there is {}", given.iter().map(|name| format!("${name}")).collect::<Vec<_>>().join(", ")),
        };
        let (at, reason) = match mention {
            Mention::Variable(name) if !given.contains(name) => {
                (name, format!("${name} is nothing here: {}", allowed()))
            }
            Mention::Text(name) if !all.texts.contains_key(&name) => {
                (name.0, format!("{{ {} }}: there is no such text", written(name)))
            }
            Mention::Text(name) => {
                let inside = all.variables(name);
                let Some(foreign) = inside.difference(given).next() else { return };
                (name.0, format!("{{ {} }} says ${foreign}, which is nothing here: {}", written(name), allowed()))
            }
            Mention::Term(name) if !all.terms.contains_key(name) => {
                (name, format!("{{ -{name} }}: there is no such term"))
            }
            Mention::Function(name) => (name, format!("{name}(): there are no functions")),
            Mention::Variable(_) | Mention::Term(_) => return,
        };
        self.fault(self.place(at), key, reason);
    }

    /// Something wrong in a text, a part of one, or a term.
    fn fault(&mut self, place: String, key: &str, reason: String) {
        let entry = key.split('.').next().unwrap_or(key);
        self.wrong.entries.insert((self.code.to_owned(), entry.to_owned()));
        self.review.faults.push(Remark::new(place, key, reason));
    }

    /// The file and the line of a name, which is a slice of its text.
    fn place(&self, slice: &str) -> String {
        let at = slice.as_ptr().addr();
        let file = self.files.iter().find(|file| (start(file)..start(file) + file.text.len()).contains(&at));
        file.map_or_else(String::new, |file| format!("{}:{}", file.path, line_of(&file.text, at - start(file))))
    }

    /// The text that was meant, perhaps.
    fn meant(&self, id: &str) -> String {
        let near = self.base.texts.keys().map(|(other, _)| (distance(id, other), *other)).min();
        near.filter(|(far, _)| *far <= 3).map_or_else(String::new, |(_, other)| format!(" (did you mean {other}?)"))
    }
}

/// What a piece that is not Fluent was to be, perhaps.
fn name_of(piece: &str) -> Option<&str> {
    let name = piece.split_once('=')?.0.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (!name.is_empty() && name.bytes().all(plain)).then_some(name)
}

/// `mail-test.body`.
fn written((id, part): Name<'_>) -> String {
    part.map_or_else(|| id.to_owned(), |part| format!("{id}.{part}"))
}

/// Where the text of a file is in memory.
fn start(file: &TextFile) -> usize {
    file.text.as_ptr().addr()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}
