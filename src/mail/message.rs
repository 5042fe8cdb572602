//! The mails we send. Each has a subject in `locales/*/mail.ftl` and two bodies in
//! `templates/mail/`.

use askama::Template;
use serde::{Deserialize, Serialize};

use crate::i18n::Language;

/// Whom a mail goes to.
#[derive(Debug, Clone)]
pub struct Recipient<'a> {
    /// The address.
    pub email: &'a str,
    /// How to greet them.
    pub name: &'a str,
}

/// What a mail says.
#[derive(Debug, Clone)]
pub enum Kind<'a> {
    /// A link that proves the address.
    VerifyEmail {
        /// The link.
        link: &'a str,
    },
    /// The password was changed.
    PasswordChanged,
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

/// What templates of mails read as `mail`.
struct Letter<'a> {
    language: &'a Language,
    lang: &'a str,
    host: &'a str,
    contact: Option<&'a str>,
    name: Option<&'a str>,
    link: &'a str,
}

impl Letter<'_> {
    fn text(&self, key: &str) -> String {
        self.language.text(key)
    }

    fn text1(&self, key: &str, name: &'static str, value: &str) -> String {
        self.language.text_with(key, &[(name, &value)])
    }
}

/// The two bodies of a mail.
macro_rules! mail_template {
    ($text:ident, $text_path:literal, $html:ident, $html_path:literal) => {
        #[derive(Template)]
        #[template(path = $text_path, escape = "none")]
        struct $text<'a> {
            mail: &'a Letter<'a>,
        }

        #[derive(Template)]
        #[template(path = $html_path)]
        struct $html<'a> {
            mail: &'a Letter<'a>,
        }
    };
}

mail_template!(VerifyEmailText, "mail/verify_email.txt", VerifyEmailHtml, "mail/verify_email.html");
mail_template!(PasswordChangedText, "mail/password_changed.txt", PasswordChangedHtml, "mail/password_changed.html");

/// Who writes.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// Name of the host.
    pub host: &'a str,
    /// Whom people may write to.
    pub contact: Option<&'a str>,
    /// Address of the home page.
    pub home: &'a str,
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
        let letter = |link| Letter {
            language,
            lang: language.code(),
            host: sender.host,
            contact: sender.contact,
            name: Some(to.name).filter(|name| !name.is_empty()),
            link,
        };
        let (subject, text, html) = match kind {
            Kind::VerifyEmail { link } => {
                let mail = &letter(*link);
                (
                    language.text("mail-verify-subject"),
                    VerifyEmailText { mail }.render()?,
                    VerifyEmailHtml { mail }.render()?,
                )
            }
            Kind::PasswordChanged => {
                let mail = &letter(sender.home);
                let subject = language.text("mail-password-changed-subject");
                (subject, PasswordChangedText { mail }.render()?, PasswordChangedHtml { mail }.render()?)
            }
        };
        Ok(Self { to: to.email.to_owned(), from_name: sender.host.to_owned(), subject, text, html })
    }
}
