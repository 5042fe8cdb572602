//! Texts: both languages say everything, nothing is said nowhere, French is set as French.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Key → text of a language.
pub fn texts(language: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("locales").join(language)).unwrap() {
        let mut key = None;
        for line in std::fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            if line.starts_with([' ', '\t', '}']) {
                if let Some(key) = &key {
                    let text: &mut String = found.entry(String::clone(key)).or_default();
                    text.push('\n');
                    text.push_str(line);
                }
            } else if line.is_empty() {
                // Between two paragraphs of one text, or between two texts.
            } else if let Some((name, text)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
                key = Some(name.trim().to_owned());
                assert!(found.insert(name.trim().to_owned(), text.to_owned()).is_none(), "{name} twice in {language}");
            }
        }
    }
    found
}

fn files(folder: &str, extension: &[&str], found: &mut String) {
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(path.strip_prefix(root()).unwrap().to_str().unwrap(), extension, found);
        } else if path.extension().is_some_and(|other| extension.iter().any(|one| other == *one)) {
            found.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let (fr, en) = (texts("fr"), texts("en"));
    let keys = |texts: &BTreeMap<String, String>| texts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&fr), keys(&en));
    for (key, text) in &fr {
        let variables = |text: &str| {
            text.split('$')
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).collect::<String>())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(variables(text), variables(&en[key]), "{key}");
        // Attributes: `    .button = …`.
        let parts = |text: &str| {
            let starts = text.lines().filter_map(|line| line.trim().strip_prefix('.')?.split_once(" ="));
            starts.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(parts(text), parts(&en[key]), "{key}");
        // The two languages happen to count minutes alike.
        let alike = key == "duration-minutes" || text.trim().len() < 15;
        assert!(alike || text.trim() != en[key].trim(), "{key} is not translated");
    }
}

#[test]
fn every_text_is_used_and_every_use_has_a_text() {
    let mut uses = String::new();
    files("src", &["rs"], &mut uses);
    files("demo", &["rs", "html"], &mut uses);
    files("templates", &["html", "txt"], &mut uses);
    let known = texts("fr");
    for key in known.keys() {
        let in_another = known.values().any(|text| text.contains(&format!("{{ {key} }}")));
        assert!(in_another || uses.contains(&format!("\"{key}\"")), "{key} is used nowhere");
    }
    for call in ["text(\"", "text1(\"", "text2(\"", "count(\"", "text_with(\""] {
        for rest in uses.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(known.contains_key(key), "there is no text {key}");
        }
    }
}

/// Typographic apostrophes; an unbreakable space before double punctuation and inside « ».
#[test]
fn french_is_set_as_french() {
    for (key, text) in texts("fr") {
        assert!(!text.contains('\''), "{key}: straight apostrophe");
        let characters: Vec<char> = text.chars().collect();
        for (position, character) in characters.iter().enumerate().skip(1) {
            let before = characters[position - 1];
            let unbreakable = matches!(before, '\u{a0}' | '\u{202f}');
            match character {
                ';' | '!' | '?' | ':' | '»' if !before.is_alphanumeric() || *character == '»' => {
                    assert!(
                        unbreakable || matches!(before, '?' | '!' | '(' | '}' | '/'),
                        "{key}: {character} after {before:?}"
                    );
                }
                _ => {}
            }
            if before == '«' {
                assert!(matches!(character, '\u{a0}' | '\u{202f}'), "{key}: « before {character:?}");
            }
        }
    }
}
