//! What a host wrote in place of our texts, compared with them: what would not be shown, or not as meant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::format::{Item, StrftimeItems};
use fluent_langneg::LanguageIdentifier;

use super::I18n;
use super::book::{Book, Mention, Name};
use super::load::{FALLBACK, TextFile, TextsError, ours};
use crate::types::distance;

/// Something to tell whoever wrote a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The file, and its line.
    pub place: String,
    /// The text.
    pub key: String,
    /// What is wrong.
    pub reason: String,
}

/// How much of a language is the host's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Its code.
    pub code: String,
    /// How many texts there are, parts counted.
    pub texts: usize,
    /// How many of them the host says.
    pub own: usize,
    /// Those that nobody says in this language: people read them in English.
    pub missing: Vec<String>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Review {
    /// Wrong.
    pub faults: Vec<Remark>,
    /// Perhaps not meant.
    pub notes: Vec<Remark>,
    /// Each language that the host has files for.
    pub languages: Vec<Coverage>,
}

/// Compares all files of a host with our texts.
///
/// # Errors
/// When ours cannot be read: a fault of the build.
pub fn review(files: &[TextFile]) -> Result<Review, TextsError> {
    let shelf = ours()?;
    let mut books: BTreeMap<&str, Book<'_>> = BTreeMap::new();
    for file in shelf.values().flatten() {
        books.entry(&file.language).or_default().add(&file.text);
    }
    let mut review = Review::default();
    let codes: BTreeSet<&str> = files.iter().map(|file| file.language.as_str()).collect();
    let nothing = Book::default();
    for code in codes {
        let base = books.get(code).or_else(|| books.get(FALLBACK)).unwrap_or(&nothing);
        let is_ours = books.contains_key(code);
        let files = files.iter().filter(|file| file.language == code).collect();
        Reader { files, base, review: &mut review }.read(code, is_ours);
    }
    if review.faults.is_empty() {
        check_clocks(files, &mut review);
    }
    Ok(review)
}

/// Reads the files of one language.
struct Reader<'r, 'a> {
    files: Vec<&'a TextFile>,
    /// Ours, of that language or of the one that stands in for it.
    base: &'r Book<'a>,
    review: &'r mut Review,
}

impl<'a> Reader<'_, 'a> {
    fn read(mut self, code: &str, is_ours: bool) {
        let mut own = Book::default();
        for file in self.files.clone() {
            for error in own.add(&file.text) {
                let line = line_of(&file.text, error.pos.start);
                self.fault(format!("{}:{line}", file.path), "", format!("is not Fluent: {error}"));
            }
        }
        for name in own.again.clone() {
            self.fault(self.place(name), name, "is there twice: keep one".to_owned());
        }
        let place = self.files.first().map(|file| file.path.clone()).unwrap_or_default();
        if !code.parse::<LanguageIdentifier>().is_ok_and(|identifier| identifier.to_string() == code) {
            let reason = format!("«{code}» is no code of a language, such as de or pt-BR");
            self.fault(place.clone(), "", reason);
        }
        if !is_ours && !own.has("language-name") {
            let reason = "is missing: the name of the language in itself, to choose it by".to_owned();
            self.fault(place, "language-name", reason);
        }
        let all = self.merged(&own);
        for term in own.terms.keys() {
            // Fluent keeps both under one name.
            if all.has(term) {
                self.fault(self.place(term), &format!("-{term}"), "has the name of a text: take another".to_owned());
            }
        }
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
            code: code.to_owned(),
            texts,
            own: texts - missing.len(),
            missing: if is_ours { Vec::new() } else { missing },
        });
    }

    /// Theirs over ours.
    fn merged(&self, own: &Book<'a>) -> Book<'a> {
        let mut all = Book { texts: self.base.texts.clone(), terms: self.base.terms.clone(), again: Vec::new() };
        all.texts.extend(own.texts.iter().map(|(name, inside)| (*name, inside.clone())));
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
            if all.is_circular(name) {
                self.fault(place, &key, "leads back to itself".to_owned());
                continue;
            }
            let (ours, theirs) = (self.base.variables(name), all.variables(name));
            let left_out: Vec<String> = ours.difference(&theirs).map(|name| format!("${name}")).collect();
            if !left_out.is_empty() {
                let reason = format!("does not say {}, which ours says", left_out.join(", "));
                self.review.notes.push(Remark { place, key, reason });
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

    fn fault(&mut self, place: String, key: &str, reason: String) {
        self.review.faults.push(Remark { place, key: key.to_owned(), reason });
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

/// The hour is written as `clock` says, which is no sentence.
fn check_clocks(files: &[TextFile], review: &mut Review) {
    let Ok(texts) = I18n::with(FALLBACK, files) else { return };
    for language in texts.languages() {
        let clock = language.text("clock");
        if StrftimeItems::new(&clock).any(|item| item == Item::Error) {
            let own = files.iter().find(|file| file.language == language.code());
            let place = own.map(|file| file.path.clone()).unwrap_or_default();
            let reason = format!("«{clock}» does not say how to write the hour, as %H:%M does");
            review.faults.push(Remark { place, key: "clock".to_owned(), reason });
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reviewed(files: &[(&str, &str)]) -> Review {
        let file = |(language, text): &(&str, &str)| TextFile {
            language: (*language).to_owned(),
            path: format!("{language}/own.ftl"),
            text: (*text).to_owned(),
        };
        review(&files.iter().map(file).collect::<Vec<_>>()).unwrap()
    }

    fn lines(remarks: &[Remark]) -> Vec<String> {
        remarks.iter().map(|remark| format!("{} {} {}", remark.place, remark.key, remark.reason)).collect()
    }

    #[test]
    fn sound_files() {
        let found = reviewed(&[(
            "fr",
            "-maison = la Maison\nsign-in-to-service = Entrez dans { -maison }, vers { $service }\n\
             sign-in-title = { sign-in }\nmail-test = Essai de { $host }\n    .body = Tout va bien. { mail-ask }\n",
        )]);
        assert_eq!(lines(&found.faults), Vec::<String>::new());
        assert_eq!((found.languages[0].own, found.languages[0].missing.len()), (4, 0));
    }

    /// Everything at once, at its file and line.
    #[test]
    fn every_fault_is_told() {
        let text = "sign-in-titel = x\nsign-in-title = { $host }\n\nsign-in = { nowhere } { -nothing }\n\
            cancel = { NUMBER(1) }\nshow-password = { password-too-short }\nmail-test =\n    .buton = x\nhide-password = a\n\
            hide-password = b\n-date = x\nuse-another-account = { use-another-account }\nno text\n";
        let told = lines(&reviewed(&[("fr", text)]).faults);
        for expected in [
            "fr/own.ftl:1 sign-in-titel there is no such text (did you mean sign-in-title?)",
            "fr/own.ftl:2 sign-in-title $host is nothing here: this text has no variables",
            "fr/own.ftl:4 sign-in { nowhere }: there is no such text",
            "fr/own.ftl:4 sign-in { -nothing }: there is no such term",
            "fr/own.ftl:5 cancel NUMBER(): there are no functions",
            "fr/own.ftl:6 show-password { password-too-short } says $min",
            "fr/own.ftl:8 mail-test.buton there is no such part; there is mail-test, mail-test.body",
            "fr/own.ftl:10 hide-password is there twice",
            "fr/own.ftl:11 -date has the name of a text",
            "fr/own.ftl:12 use-another-account leads back to itself",
            "fr/own.ftl:13  is not Fluent: ",
        ] {
            assert!(told.iter().any(|line| line.starts_with(expected)), "{expected} in {told:#?}");
        }
        assert_eq!(told.len(), 11, "{told:#?}");
    }

    #[test]
    fn what_is_left_out_is_a_note() {
        let found = reviewed(&[("fr", "sign-in-to-service = Entrez\n")]);
        assert_eq!(lines(&found.faults), Vec::<String>::new());
        let expected = "fr/own.ftl:1 sign-in-to-service does not say $service, which ours says";
        assert_eq!(lines(&found.notes), [expected]);
    }

    #[test]
    fn another_language() {
        let found = reviewed(&[("de", "sign-in-title = Anmelden\n"), ("not_one", "language-name = x\n")]);
        let told = lines(&found.faults);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("de/own.ftl language-name is missing"), "{told:?}");
        assert!(told[1].starts_with("not_one/own.ftl  «not_one» is no code"), "{told:?}");
        let german = &found.languages[0];
        assert_eq!((german.own, german.missing.len()), (1, german.texts - 1));
        assert!(german.missing.contains(&"mail-test.body".to_owned()) && german.texts > 1000);
        let clock = reviewed(&[("de", "language-name = Deutsch\nclock = %Q\n")]);
        assert!(lines(&clock.faults)[0].starts_with("de/own.ftl clock «%Q» does not say"), "{:?}", clock.faults);
    }
}
