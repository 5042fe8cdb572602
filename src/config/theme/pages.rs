//! `pages/{language}/{name}.md`: pages of the host, such as help, each at `/pages/{name}`.

use std::collections::BTreeMap;
use std::path::Path;

use super::Inspection;
use crate::types::Markdown;

/// These are in `[legal]`, in French and English; other languages have them here.
const LEGAL: [&str; 2] = ["terms", "privacy"];

/// The pages of a host: by name, then by language.
#[derive(Debug, Clone, Default)]
pub struct Pages(BTreeMap<String, BTreeMap<String, Markdown>>);

impl Pages {
    /// Those that have an address of their own, in the order of their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(|name| !LEGAL.contains(name))
    }

    /// A page in a language; in English where it has none in that one, or in whichever language it has.
    #[must_use]
    pub fn find(&self, name: &str, language: &str) -> Option<&Markdown> {
        let page = self.0.get(name).filter(|_| !LEGAL.contains(&name))?;
        page.get(language).or_else(|| page.get("en")).or_else(|| page.values().next())
    }

    /// `terms` or `privacy` in a language of the host.
    #[must_use]
    pub fn legal(&self, name: &str, language: &str) -> Option<&Markdown> {
        self.0.get(name)?.get(language)
    }
}

/// Reads them all; `languages` are those that are spoken.
pub(super) fn read(folder: &Path, languages: &[String], found: &mut Inspection) {
    for (language, path) in found.entries(folder) {
        if !path.is_dir() {
            found.note(path.display(), "is not used: pages are in the folder of a language, such as pages/fr");
            continue;
        }
        if !languages.contains(&language) {
            let spoken = languages.join(", ");
            found.fault(path.display(), format!("is in a language that is not spoken here; there is {spoken}"));
        }
        for (name, path) in found.entries(&path) {
            let Some(stem) = name.strip_suffix(".md") else {
                found.note(path.display(), "is not used: the names of pages end in .md");
                continue;
            };
            if let Some(page) = page(stem, &language, &path, found) {
                found.theme.pages.0.entry(stem.to_owned()).or_default().insert(language.clone(), page);
            }
        }
    }
    for (name, page) in found.theme.pages.0.clone() {
        let missing: Vec<&str> = ["en", "fr"].into_iter().filter(|ours| !page.contains_key(*ours)).collect();
        if !missing.is_empty() && !LEGAL.contains(&name.as_str()) {
            let reason = format!("the page {name} is not there in {}: another language stands in", missing.join(", "));
            found.note(folder.display(), reason);
        }
    }
}

fn page(name: &str, language: &str, path: &Path, found: &mut Inspection) -> Option<Markdown> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > 40 || !name.bytes().all(plain) {
        found.fault(path.display(), "its name is its address: 1 to 40 lower-case letters, digits and hyphens");
        return None;
    }
    if LEGAL.contains(&name) && ["fr", "en"].contains(&language) {
        found.fault(path.display(), format!("is a setting: name this file in legal.{name}_{language}"));
        return None;
    }
    match found.text(path)?.parse() {
        Ok(page) => Some(page),
        Err(error) => {
            found.fault(path.display(), error);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_what_is_none() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("fr/aide.md", "# Aide\n\nAppelez. <b>x</b>\n"),
            ("en/aide.md", "# Help\n\nCall.\n"),
            ("de/terms.md", "# Bedingungen\n\nFreundlich sein.\n"),
            ("fr/terms.md", "# Conditions\n\nx\n"),
            ("fr/Aide.md", "# x\n\nx\n"),
            ("fr/empty.md", "no title"),
            ("fr/one.md", "# One\n\nx\n"),
            ("xx/one.md", "# One\n\nx\n"),
            ("fr/x.txt", ""),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut found = Inspection::default();
        read(folder.path(), &["de".to_owned(), "en".to_owned(), "fr".to_owned()], &mut found);
        let told =
            |remarks: &[crate::config::Fault]| remarks.iter().map(|fault| fault.reason.clone()).collect::<Vec<_>>();
        let faults = told(&found.faults).join("\n");
        for part in
            ["name is its address", "name this file in legal.terms_fr", "must begin with its title", "not spoken here"]
        {
            assert!(faults.contains(part), "{part} in {faults}");
        }
        assert_eq!(found.faults.len(), 4, "{faults}");
        assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
        let pages = &found.theme.pages;
        assert_eq!(pages.names().collect::<Vec<_>>(), ["aide", "one"]);
        let title = |name: &str, language: &str| pages.find(name, language).map(|page| page.title.clone());
        assert_eq!(title("aide", "fr").as_deref(), Some("Aide"));
        assert_eq!(title("aide", "de").as_deref(), Some("Help"));
        assert_eq!(title("terms", "de"), None);
        assert_eq!(pages.legal("terms", "de").map(|page| page.title.as_str()), Some("Bedingungen"));
        assert_eq!(pages.legal("terms", "fr"), None);
    }
}
