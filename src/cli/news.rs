//! `loquet news …`: what the host tells everybody on their home page.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::post_office::at_desk;
use super::{Failure, say};
use crate::config::Settings;
use crate::delegation::Desk;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the news that stand
    Show {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell news in the place of those before; a language that is left out has none
    #[command(group = clap::ArgGroup::new("language").args(["fr", "en"]).required(true).multiple(true))]
    Set {
        /// File in French, in Markdown; `-`: standard input
        #[arg(long, value_name = "FILE")]
        fr: Option<PathBuf>,
        /// File in English, in Markdown; `-`: standard input
        #[arg(long, value_name = "FILE")]
        en: Option<PathBuf>,
    },
    /// Take them down
    Clear,
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    at_desk(settings, async |desk| act(&command, desk).await).await
}

async fn act(command: &Command, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        Command::Show { json } => show(desk, *json).await,
        Command::Set { fr, en } => {
            let (fr, en) = (read(fr.as_deref())?, read(en.as_deref())?);
            desk.tell_news(&fr, &en).await?;
            say("Everybody reads it from now on.");
            Ok(())
        }
        Command::Clear => {
            desk.tell_news("", "").await?;
            say("There are no news any more.");
            Ok(())
        }
    }
}

async fn show(desk: &Desk<'_>, as_json: bool) -> Result<(), Failure> {
    let news = desk.news().await?;
    if as_json {
        let (fr, en) = news.as_ref().map_or(("", ""), |news| (news.fr.as_str(), news.en.as_str()));
        say(json!({ "fr": fr, "en": en, "updated_at": news.as_ref().map(|news| news.updated_at) }));
        return Ok(());
    }
    let texts = news.iter().flat_map(|news| [("fr", news.fr.trim()), ("en", news.en.trim())]);
    let texts: Vec<(&str, &str)> = texts.filter(|(_, text)| !text.is_empty()).collect();
    for (language, text) in &texts {
        say(format!("[{language}]\n{text}"));
    }
    if texts.is_empty() {
        say("There are no news.");
    }
    Ok(())
}

fn read(file: Option<&Path>) -> Result<String, Failure> {
    let Some(file) = file else { return Ok(String::new()) };
    let read = if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}
