//! A mail, written out: one layout for all of them, as text and as HTML.

use askama::Template;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::kind::{Kind, Link};
use super::name;
use crate::config::Settings;
use crate::i18n::{Language, Value};
use crate::types::Palette;

/// Whom a mail goes to.
#[derive(Debug, Clone)]
pub struct Recipient<'a> {
    /// The address.
    pub email: &'a str,
    /// How to greet them.
    pub name: &'a str,
}

/// Who writes.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// Name of the host.
    pub host: &'a str,
    /// Whom people may write to.
    pub contact: Option<&'a str>,
    /// Where people see to the safety of their account.
    pub security: &'a str,
    /// The time zone of dates.
    pub zone: Tz,
    /// Colours in the light…
    pub light: &'a Palette,
    /// …and in the dark.
    pub dark: &'a Palette,
}

impl<'a> Sender<'a> {
    /// The host of these settings; `security` is where people see to the safety of their account.
    #[must_use]
    pub fn of(settings: &'a Settings, security: &'a str) -> Self {
        let (host, look) = (&settings.host, &settings.theme.look);
        Self {
            host: &host.name,
            contact: host.contact.as_deref(),
            security,
            zone: host.time_zone,
            light: &look.light,
            dark: &look.dark,
        }
    }
}

/// A mail ready to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Address of the recipient.
    pub to: String,
    /// Name of the host, as sender.
    pub from_name: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}

/// A paragraph, line by line.
type Paragraph = Vec<String>;

/// What both templates are filled with.
struct Letter<'a> {
    lang: &'a str,
    dir: &'static str,
    host: &'a str,
    subject: String,
    greeting: String,
    body: Vec<Paragraph>,
    button: Option<Button<'a>>,
    after: Vec<Paragraph>,
    footer: String,
    light: &'a Palette,
    dark: &'a Palette,
}

struct Button<'a> {
    label: String,
    link: &'a str,
    /// What introduces the link in the text.
    before_link: String,
    /// What introduces the bare address in the HTML.
    before_address: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct Text<'a> {
    mail: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    mail: &'a Letter<'a>,
}

impl Message {
    /// Writes a mail.
    ///
    /// # Errors
    /// When a template fails: a fault of ours.
    pub fn write(
        kind: &Kind<'_>,
        to: &Recipient<'_>,
        sender: &Sender<'_>,
        language: &Language,
    ) -> askama::Result<Self> {
        let letter = compose(kind, to, sender, language);
        Ok(Self {
            to: to.email.to_owned(),
            from_name: sender.host.to_owned(),
            text: Text { mail: &letter }.render()?,
            html: Html { mail: &letter }.render()?,
            subject: letter.subject,
        })
    }
}

fn compose<'a>(kind: &Kind<'a>, to: &Recipient<'_>, sender: &Sender<'a>, language: &'a Language) -> Letter<'a> {
    let wording = kind.wording(language, sender.zone);
    let mut variables = wording.variables;
    variables.push(("host", Value::Text(sender.host.to_owned())));
    variables.push(("contact", Value::Text(sender.contact.unwrap_or("none").to_owned())));
    let part = |part: &str| language.part(wording.key, part, &variables);
    let paragraphs = |name: &str| part(name).map(|text| paragraphs(&text)).unwrap_or_default();
    let link = match wording.link {
        Link::To(link) => Some(link),
        Link::Security => Some(sender.security),
        Link::None => None,
    };
    let button = link.map(|link| {
        let label = part("button").unwrap_or_default();
        let before_link = language.text_with("mail-link", &[("label", &label)]);
        Button { label, link, before_link, before_address: language.text("mail-bare-address") }
    });
    let greeting = match name::plain(to.name).filter(|_| !kind.may_reach_a_stranger()) {
        Some(name) => language.text_with("mail-hello-name", &[("name", &name)]),
        None => language.text("mail-hello"),
    };
    Letter {
        lang: language.code(),
        dir: language.direction(),
        host: sender.host,
        // One line, however a host may have written it.
        subject: language.whole(wording.key, &variables).replace('\n', " "),
        greeting,
        body: paragraphs("body"),
        button,
        after: paragraphs("after"),
        footer: language.text_with("mail-footer", &[("host", &sender.host)]),
        light: sender.light,
        dark: sender.dark,
    }
}

/// An empty line ends a paragraph.
fn paragraphs(text: &str) -> Vec<Paragraph> {
    text.split("\n\n").map(|paragraph| paragraph.lines().map(str::to_owned).collect()).collect()
}
