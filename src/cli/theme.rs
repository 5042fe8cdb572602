//! `loquet theme …`: says what is wrong in a theme's folder, before the server refuses it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Failure, say, sources};
use crate::config::Fault;
use crate::config::theme::{Inspection, directory, inspect};
use crate::types::{Pair, Palette, Scheme};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say everything that is wrong in a theme: files, colours, texts, pages. Exit code 0 if nothing is, 1 if
    /// something is
    Check {
        /// The folder [default: theme.directory of the settings]
        directory: Option<PathBuf>,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

pub fn run(file: Option<&Path>, command: &Command) -> Result<ExitCode, Failure> {
    let Command::Check { directory: given, json } = command;
    let folder = match given {
        Some(given) => given.clone(),
        None => of_settings(file)?,
    };
    let found = inspect(&folder);
    if *json {
        say(answer(&folder, &found));
    } else {
        tell(&folder, &found);
    }
    Ok(if is_sound(&found) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn is_sound(found: &Inspection) -> bool {
    found.faults.is_empty() && found.theme.left_out.is_empty()
}

fn list(title: &str, remarks: &[Fault]) {
    if !remarks.is_empty() {
        say(title);
        for remark in remarks {
            say(format!("  {remark}"));
        }
        say("");
    }
}

/// The folder in force; the other settings may be wrong or missing.
fn of_settings(file: Option<&Path>) -> Result<PathBuf, Failure> {
    let (file, environment) = sources(file);
    let found = directory(file, &environment).map_err(|faults| Failure::of_faults(&faults))?;
    found.ok_or_else(|| Failure {
        lines: vec!["theme.directory is not set: name the folder, as in `loquet theme check DIRECTORY`".to_owned()],
        code: 2,
    })
}

fn tell(folder: &Path, found: &Inspection) {
    if is_sound(found) {
        say(format!("{} is sound.", folder.display()));
    }
    list(&format!("{}: the server does not start with these faults:", folder.display()), &found.faults);
    list(
        &format!("{}: these texts are left out, and people read ours instead:", folder.display()),
        &found.theme.left_out,
    );
    list("Notes, which keep nothing from working:", &found.notes);
    let look = &found.theme.look;
    for (scheme, palette) in [(Scheme::Light, &look.light), (Scheme::Dark, &look.dark)] {
        if let Some(least) = own_pairs(palette).first() {
            let (name, below) = (least.name, least.below);
            say(format!(
                "Colours, {}: least {:.2}:1, {name} on {below}; {:.1}:1 is asked for.",
                scheme.name(),
                down(least.contrast),
                least.least
            ));
        }
    }
    for language in &found.languages {
        let (code, own, texts) = (&language.code, language.own, language.texts);
        match language.missing.len() {
            0 => say(format!("Language {code}: {own} of {texts} texts are yours.")),
            missing => say(format!(
                "Language {code}: {own} of {texts} texts; {missing} are missing and read in English (--json names them)."
            )),
        }
    }
}

/// Pairs in which a colour of the host is, the faintest for what it is used for first.
fn own_pairs(palette: &Palette) -> Vec<Pair> {
    let own: Vec<&str> = palette.own().map(|(name, _)| name).collect();
    let concerns = |pair: &Pair| own.contains(&pair.name) || own.contains(&pair.below);
    let mut pairs: Vec<_> = palette.pairs().filter(concerns).collect();
    pairs.sort_by(|a, b| (a.contrast / a.least).total_cmp(&(b.contrast / b.least)));
    pairs
}

/// Two figures, never more than there is.
fn down(contrast: f64) -> f64 {
    (contrast * 100.0).floor() / 100.0
}

/// A contract: `docs/theme.md`.
fn answer(folder: &Path, found: &Inspection) -> Value {
    let remarks = |remarks: &[Fault]| -> Vec<Value> {
        let one = |remark: &Fault| json!({ "place": remark.place, "key": remark.key, "reason": remark.reason });
        remarks.iter().map(one).collect()
    };
    let look = &found.theme.look;
    let colours = |palette: &Palette| -> Vec<Value> {
        let one = |pair: &Pair| {
            json!({
                "colour": pair.name,
                "on": pair.below,
                "values": [pair.colours.0.to_string(), pair.colours.1.to_string()],
                "contrast": down(pair.contrast),
                "needed": pair.least,
            })
        };
        own_pairs(palette).iter().map(one).collect()
    };
    let languages: Vec<Value> = found
        .languages
        .iter()
        .map(|language| {
            json!({
                "code": language.code,
                "texts": language.texts,
                "own": language.own,
                "missing": language.missing,
            })
        })
        .collect();
    json!({
        "directory": folder.display().to_string(),
        "sound": is_sound(found),
        "faults": remarks(&found.faults),
        "left_out": remarks(&found.theme.left_out),
        "notes": remarks(&found.notes),
        "colours": { "light": colours(&look.light), "dark": colours(&look.dark) },
        "languages": languages,
    })
}
