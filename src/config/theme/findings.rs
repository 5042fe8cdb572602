//! Looks at a theme's folder: what is in it, and everything that is wrong.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
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
    /// The folder itself, wherever links lead to it.
    root: PathBuf,
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
        match read(path, &self.root) {
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

/// A link may lead to another file of the folder, as those of Kubernetes do, and nowhere else: everything that
/// is read here is shown to everybody, and who may write into this folder may not read all that the server reads.
fn read(path: &Path, root: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let path = path.canonicalize().map_err(unreadable)?;
    if !path.starts_with(root) {
        return Err("is a link that leads out of the folder: copy the file into it".to_owned());
    }
    if !path.is_file() {
        return Err("is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(&path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    let is_long = u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST);
    if is_long { Err(format!("is longer than {} KiB", LARGEST / 1024)) } else { Ok(bytes) }
}

#[expect(clippy::needless_pass_by_value, reason = "what is said is made for this, once")]
fn remark(place: impl ToString, reason: impl ToString) -> Fault {
    Fault { key: String::new(), place: place.to_string(), reason: reason.to_string() }
}

/// Reads the whole folder, and goes on after each fault.
#[must_use]
pub fn inspect(directory: &Path) -> Inspection {
    let root = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    let mut found = Inspection { root, ..Inspection::default() };
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// Whoever may write here does not publish what only the server may read.
    #[test]
    fn links_stay_in_the_folder() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (inside, outside) = (folder.path().join("v1"), elsewhere.path());
        for (file, text) in [(inside.join("extra.css"), ".a { color: red }"), (outside.join("aide.md"), "# x\n\nx\n")] {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        std::fs::write(outside.join("secret"), "accent = 1\n").unwrap();
        std::fs::write(outside.join("x.ftl"), "sign-in = x\n").unwrap();
        symlink("v1/extra.css", folder.path().join("extra.css")).unwrap();
        symlink(outside.join("secret"), folder.path().join("theme.toml")).unwrap();
        symlink("/dev/zero", folder.path().join("logo.svg")).unwrap();
        std::fs::create_dir(folder.path().join("pages")).unwrap();
        symlink(outside, folder.path().join("pages/fr")).unwrap();
        std::fs::create_dir(folder.path().join("locales")).unwrap();
        symlink(outside, folder.path().join("locales/fr")).unwrap();
        let found = inspect(folder.path());
        let told: Vec<String> = found.faults.iter().chain(&found.theme.left_out).map(ToString::to_string).collect();
        for file in ["theme.toml", "logo.svg", "pages/fr/aide.md", "locales/fr/x.ftl"] {
            let expected = format!("{file}: is a link that leads out of the folder");
            assert!(told.iter().any(|line| line.contains(&expected)), "{expected} in {told:#?}");
        }
        assert_eq!(told.len(), 4, "{told:#?}");
        assert_eq!(found.theme.style.as_deref(), Some(".a { color: red }"));
        // The folder itself may be a link, as the one in force often is.
        symlink(folder.path(), outside.join("current")).unwrap();
        assert_eq!(inspect(&outside.join("current")).faults.len(), found.faults.len());
    }

    #[test]
    fn what_is_no_file_or_too_long() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("extra.css")).unwrap();
        let long = vec![b' '; usize::try_from(LARGEST).unwrap() + 1];
        std::fs::write(folder.path().join("logo.png"), long).unwrap();
        let told: Vec<String> = inspect(folder.path()).faults.into_iter().map(|fault| fault.reason).collect();
        assert_eq!(told, ["is longer than 512 KiB", "is not a file"]);
    }
}
