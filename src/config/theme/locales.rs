//! `locales/{language}/*.ftl`: texts of the host.

use std::path::Path;

use super::Inspection;
use crate::config::Fault;
use crate::i18n::{Remark, TextFile, review};

/// Reads all of them, and compares them with ours. None of it keeps a server from starting: what is wrong is
/// left out.
pub(super) fn read(folder: &Path, found: &mut Inspection) {
    let before = found.faults.len();
    let texts = files(folder, found);
    let mut left_out = found.faults.split_off(before);
    match review(&texts) {
        Ok(review) => {
            left_out.extend(review.faults.into_iter().map(fault));
            found.notes.extend(review.notes.into_iter().map(fault));
            found.languages = review.languages;
            found.theme.texts = review.sound;
        }
        Err(error) => found.fault(folder.display(), error),
    }
    found.theme.left_out = left_out;
}

fn files(folder: &Path, found: &mut Inspection) -> Vec<TextFile> {
    let mut texts = Vec::new();
    for (language, path) in found.entries(folder) {
        if !path.is_dir() {
            found.note(path.display(), "is not used: files are in the folder of a language, such as locales/fr");
            continue;
        }
        for (_, path) in found.entries(&path) {
            if path.extension().is_none_or(|ending| ending != "ftl") {
                found.note(path.display(), "is not used: the names of files of texts end in .ftl");
                continue;
            }
            if let Some(text) = found.text(&path) {
                texts.push(TextFile { language: language.clone(), path: path.display().to_string(), text });
            }
        }
    }
    texts
}

fn fault(Remark { place, key, reason }: Remark) -> Fault {
    Fault { key, place, reason }
}
