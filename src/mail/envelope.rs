//! A mail as it travels (RFC 5322).

use std::time::Duration;

use lettre::Address;
use lettre::message::{Mailbox, MultiPart, header};
use uuid::Uuid;

use super::Message;

/// Headers and both versions.
pub(super) fn compose(id: Uuid, message: &Message, from: &Address) -> Result<lettre::Message, String> {
    // A line break in a header would be another header; `=?` would be read as text encoded by us.
    let is_bent = |text: &String| text.contains("=?") || text.chars().any(char::is_control);
    if [&message.from_name, &message.subject, &message.to].into_iter().any(is_bent) {
        return Err("a header holds a control character, or =?".to_owned());
    }
    let to = message.to.parse().map_err(|error| format!("recipient: {error}"))?;
    lettre::Message::builder()
        .from(Mailbox::new(Some(message.from_name.clone()), from.clone()))
        .to(Mailbox::new(None, to))
        .subject(&message.subject)
        .message_id(Some(format!("<{}@{}>", id.simple(), from.domain())))
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
