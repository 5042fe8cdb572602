//! What a host wrote in place of our texts, compared with them: what would not be shown, or not as meant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::format::{Item, StrftimeItems};

use super::I18n;
use super::book::Book;
use super::load::{FALLBACK, TextFile, TextsError, ours};
use super::reader::Reader;
use super::wrong::Wrong;

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

impl Remark {
    pub(super) fn new(place: String, key: &str, reason: String) -> Self {
        Self { place, key: key.to_owned(), reason }
    }
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
    /// Wrong: people read ours instead.
    pub faults: Vec<Remark>,
    /// Perhaps not meant.
    pub notes: Vec<Remark>,
    /// Each language that the host has files for.
    pub languages: Vec<Coverage>,
    /// The files without what is wrong in them.
    pub sound: Vec<TextFile>,
}

/// Our texts, by language.
type Books<'a> = BTreeMap<&'a str, Book<'a>>;

/// Compares all files of a host with our texts.
///
/// # Errors
/// When ours cannot be read: a fault of the build.
pub fn review(files: &[TextFile]) -> Result<Review, TextsError> {
    let shelf = ours()?;
    let mut books = Books::new();
    for file in shelf.values().flatten() {
        books.entry(&file.language).or_default().add(&file.text);
    }
    let (mut review, mut wrong) = compare(files, &books);
    review.sound = files.to_vec();
    // What quotes a text that was left out is seen at the next look.
    for _ in 0..MOST_LOOKS {
        if wrong.is_empty() {
            break;
        }
        review.sound = wrong.taken_out_of(&review.sound);
        wrong = compare(&review.sound, &books).1;
    }
    review.sound.retain(|file| !wrong.concerns(&file.language));
    let clocks = wrong_clocks(&review.sound, files);
    if !clocks.is_empty() {
        let mut wrong = Wrong::default();
        for (language, remark) in clocks {
            wrong.entries.insert((language, remark.key.clone()));
            review.faults.push(remark);
        }
        review.sound = wrong.taken_out_of(&review.sound);
    }
    Ok(review)
}

/// Texts quote texts that quote texts, but not for long.
const MOST_LOOKS: usize = 8;

fn compare(files: &[TextFile], books: &Books<'_>) -> (Review, Wrong) {
    let (mut review, mut wrong) = (Review::default(), Wrong::default());
    let codes: BTreeSet<&str> = files.iter().map(|file| file.language.as_str()).collect();
    let nothing = Book::default();
    for code in codes {
        let base = books.get(code).or_else(|| books.get(FALLBACK)).unwrap_or(&nothing);
        let is_ours = books.contains_key(code);
        let files = files.iter().filter(|file| file.language == code).collect();
        Reader { code, files, base, review: &mut review, wrong: &mut wrong }.read(is_ours);
    }
    (review, wrong)
}

/// The hour is written as `clock` says, which is no sentence.
fn wrong_clocks(sound: &[TextFile], written: &[TextFile]) -> Vec<(String, Remark)> {
    let mut wrong = Vec::new();
    let Ok(texts) = I18n::with(FALLBACK, sound) else { return wrong };
    for language in texts.languages() {
        let clock = language.text("clock");
        if StrftimeItems::new(&clock).any(|item| item == Item::Error) {
            let own = written.iter().filter(|file| file.language == language.code());
            let lines = own.filter_map(|file| Some((file, file.text.lines().position(|line| is_of(line, "clock"))?)));
            let place = lines.map(|(file, line)| format!("{}:{}", file.path, line + 1)).next().unwrap_or_default();
            let reason = format!("«{clock}» does not say how to write the hour, as %H:%M does");
            wrong.push((language.code().to_owned(), Remark::new(place, "clock", reason)));
        }
    }
    wrong
}

/// Whether a line begins a text.
fn is_of(line: &str, id: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| name.trim_end() == id)
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
            hide-password = b\n-date = x\nuse-another-account = { use-another-account }\nno text\n\
            password-label = Sésame { $x\npassword-label = Sésame\n";
        let found = reviewed(&[("fr", text)]);
        let told = lines(&found.faults);
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
            "fr/own.ftl:14 password-label is not Fluent: ",
        ] {
            assert!(told.iter().any(|line| line.starts_with(expected)), "{expected} in {told:#?}");
        }
        assert_eq!(told.len(), 12, "{told:#?}");
        assert_eq!(found.sound[0].text, "password-label = Sésame\n", "what is wrong is left out, and no more");
    }

    /// What stands on something wrong is left out with it, or it would be said by halves.
    #[test]
    fn what_is_left_out_is_quoted_by_nobody() {
        let found = reviewed(&[
            ("fr", "-a = { -b }\n-b = { nowhere }\n-c = { -c }\nsign-in = { -a }\n# ours\ncancel = Non\nclock = %Q\n"),
            ("de", "sign-in-title = Anmelden\n"),
        ]);
        let told = lines(&found.faults);
        for (line, expected) in told.iter().zip([
            "de/own.ftl language-name is missing",
            "fr/own.ftl:2 -b { nowhere }: there is no such text",
            "fr/own.ftl:3 -c leads back to itself",
            "fr/own.ftl:7 clock «%Q» does not say",
        ]) {
            assert!(line.starts_with(expected), "{expected}: {line}");
        }
        assert_eq!(told.len(), 4, "{told:#?}");
        let sound: Vec<(&str, &str)> =
            found.sound.iter().map(|file| (file.language.as_str(), file.text.as_str())).collect();
        assert_eq!(sound, [("fr", "cancel = Non\n")]);
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
        assert!(lines(&clock.faults)[0].starts_with("de/own.ftl:2 clock «%Q» does not say"), "{:?}", clock.faults);
    }
}
