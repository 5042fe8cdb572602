//! Ways of handing a mail over.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use uuid::Uuid;

use super::Message;
use crate::config::{Mail, SmtpSecurity};

/// Mails kept instead of sent, newest last: for the demonstration and for tests.
#[derive(Debug, Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<(Uuid, Message)>>>);

impl Captured {
    /// All so far.
    #[must_use]
    pub fn all(&self) -> Vec<(Uuid, Message)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, id: Uuid, message: &Message) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A second delivery of the same mail replaces the first.
        kept.retain(|(other, _)| *other != id);
        kept.push((id, message.clone()));
        let surplus = kept.len().saturating_sub(200);
        kept.drain(..surplus);
    }
}

/// Where mail goes.
#[derive(Clone)]
pub enum Transport {
    /// Nowhere: no server is set. Mail waits in the outbox.
    None,
    /// Kept in memory.
    Captured(Captured),
    /// To a server.
    Smtp {
        /// lettre's connection pool.
        server: AsyncSmtpTransport<Tokio1Executor>,
        /// The sender.
        from: String,
    },
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No server is set.
    #[error("no mail server is set")]
    None,
    /// Refused for good (a 5xx answer, or an address that cannot be written).
    #[error("refused: {0}")]
    Permanent(String),
    /// Worth another try.
    #[error("{0}")]
    Transient(String),
}

impl Transport {
    /// The transport of the settings.
    ///
    /// # Errors
    /// When TLS cannot be set up for that host.
    pub fn of(settings: &Mail) -> Result<Self, lettre::transport::smtp::Error> {
        let (Some(host), Some(from)) = (&settings.host, &settings.from) else { return Ok(Self::None) };
        let tls = match settings.security {
            SmtpSecurity::Tls => Tls::Wrapper(TlsParameters::new(host.clone())?),
            SmtpSecurity::StartTls => Tls::Required(TlsParameters::new(host.clone())?),
            SmtpSecurity::None => Tls::None,
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(20)));
        if let (Some(username), Some(password)) = (&settings.username, &settings.password) {
            server = server.credentials(Credentials::new(username.clone(), password.to_string()));
        }
        Ok(Self::Smtp { server: server.build(), from: from.clone() })
    }

    /// Hands a mail over. The same `id` gives the same `Message-ID`, should it be sent twice.
    ///
    /// # Errors
    /// Why not.
    pub async fn send(&self, id: Uuid, message: &Message) -> Result<(), TransportError> {
        match self {
            Self::None => Err(TransportError::None),
            Self::Captured(captured) => {
                captured.keep(id, message);
                Ok(())
            }
            Self::Smtp { server, from } => {
                let mail = compose(id, message, from).map_err(TransportError::Permanent)?;
                match server.send(mail).await {
                    Ok(_) => Ok(()),
                    Err(error) if error.is_permanent() => Err(TransportError::Permanent(error.to_string())),
                    Err(error) => Err(TransportError::Transient(error.to_string())),
                }
            }
        }
    }
}

fn compose(id: Uuid, message: &Message, from: &str) -> Result<lettre::Message, String> {
    // A line break in a header would be another header.
    if [&message.from_name, &message.subject, &message.to].iter().any(|text| text.chars().any(char::is_control)) {
        return Err("a header holds a control character".to_owned());
    }
    let from: lettre::Address = from.parse().map_err(|error| format!("sender: {error}"))?;
    let to = message.to.parse().map_err(|error| format!("recipient: {error}"))?;
    let domain = from.domain().to_owned();
    lettre::Message::builder()
        .from(Mailbox::new(Some(message.from_name.clone()), from))
        .to(Mailbox::new(None, to))
        .subject(&message.subject)
        .message_id(Some(format!("<{}@{domain}>", id.simple())))
        .header(AutoSubmitted)
        .date(std::time::UNIX_EPOCH + since_epoch(id))
        .multipart(MultiPart::alternative_plain_html(message.text.clone(), message.html.clone()))
        .map_err(|error| error.to_string())
}

/// When the mail was written: its id is a UUID version 7. Sent twice, it carries the same date.
fn since_epoch(id: Uuid) -> Duration {
    id.get_timestamp().map_or(Duration::ZERO, |timestamp| {
        let (seconds, nanos) = timestamp.to_unix();
        Duration::new(seconds, nanos)
    })
}

/// RFC 3834 5: no vacation message in answer, please.
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
