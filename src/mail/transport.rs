//! Ways of handing a mail over.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use uuid::Uuid;

use super::Message;
use super::envelope;
use super::smtp::{Server, SetupError};
use crate::config::Mail;

/// The longest wait for an answer to our good-bye.
const GOOD_BYE: Duration = Duration::from_secs(2);

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
    Smtp(Arc<Server>),
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No mail can be handed over for now: the server is down, or not the one it should be, or does
    /// not know us.
    #[error("{0}")]
    OutOfOrder(String),
    /// This mail is worth another try.
    #[error("{0}")]
    Later(String),
    /// This mail is refused for good (a 5xx answer, or an address that cannot be written).
    #[error("{0}")]
    Never(String),
}

impl Transport {
    /// The transport of the settings.
    ///
    /// # Errors
    /// When TLS cannot be set up for that host.
    pub fn of(settings: &Mail) -> Result<Self, SetupError> {
        Ok(Server::of(settings)?.map_or(Self::None, |server| Self::Smtp(Arc::new(server))))
    }
}

/// Carries mails, one after another, over one connection as long as it is good.
pub struct Courier {
    way: Way,
}

enum Way {
    Captured(Captured),
    Smtp { server: Arc<Server>, connection: Option<Box<AsyncSmtpConnection>> },
}

impl Courier {
    /// A courier, if there is a way to go.
    #[must_use]
    pub fn of(transport: &Transport) -> Option<Self> {
        let way = match transport {
            Transport::None => return None,
            Transport::Captured(captured) => Way::Captured(captured.clone()),
            Transport::Smtp(server) => Way::Smtp { server: Arc::clone(server), connection: None },
        };
        Some(Self { way })
    }

    /// The longest that [`Self::send`] takes.
    pub(super) fn longest(&self) -> TimeDelta {
        match &self.way {
            Way::Captured(_) => TimeDelta::zero(),
            Way::Smtp { server, .. } => TimeDelta::from_std(server.timeout).unwrap_or(TimeDelta::MAX),
        }
    }

    /// Hands a mail over. The same `id` gives the same `Message-ID`, should it be sent twice.
    ///
    /// # Errors
    /// Why not.
    pub async fn send(&mut self, id: Uuid, message: &Message) -> Result<(), TransportError> {
        match &mut self.way {
            Way::Captured(captured) => {
                captured.keep(id, message);
                Ok(())
            }
            Way::Smtp { server, connection } => {
                // After a failure nobody knows what the next answer would be about: another connection.
                let used = connection.take();
                let mut connected = used.is_some();
                let talk = talk(server, used.map(|used| *used), &mut connected, id, message);
                match tokio::time::timeout(server.timeout, talk).await {
                    Ok(Ok(still_good)) => {
                        *connection = Some(Box::new(still_good));
                        Ok(())
                    }
                    Ok(Err(error)) => Err(error),
                    Err(_) if connected => Err(TransportError::Later("the server took too long".to_owned())),
                    Err(_) => Err(TransportError::OutOfOrder("the server took too long".to_owned())),
                }
            }
        }
    }

    /// Connects as for a mail and says nothing more: the server is there, is the one that it should be, and
    /// knows us.
    ///
    /// # Errors
    /// Why not.
    pub async fn greet(&mut self) -> Result<(), TransportError> {
        let Way::Smtp { server, connection } = &mut self.way else { return Ok(()) };
        match tokio::time::timeout(server.timeout, server.connect()).await {
            Ok(Ok(connected)) => {
                *connection = Some(Box::new(connected));
                Ok(())
            }
            Ok(Err(error)) => Err(TransportError::OutOfOrder(plain(error))),
            Err(_) => Err(TransportError::OutOfOrder("the server took too long".to_owned())),
        }
    }

    /// Says good-bye.
    pub async fn end(self) {
        if let Way::Smtp { connection: Some(mut connection), .. } = self.way {
            // Whatever it answers, everything is handed over.
            let _ = tokio::time::timeout(GOOD_BYE, connection.quit()).await;
        }
    }
}

async fn talk(
    server: &Server,
    used: Option<AsyncSmtpConnection>,
    connected: &mut bool,
    id: Uuid,
    message: &Message,
) -> Result<AsyncSmtpConnection, TransportError> {
    let mail = envelope::compose(id, message, &server.from).map_err(TransportError::Never)?;
    let mut connection = match used {
        Some(connection) => connection,
        None => server.connect().await.map_err(|error| TransportError::OutOfOrder(plain(error)))?,
    };
    *connected = true;
    match connection.send(mail.envelope(), &mail.formatted()).await {
        Ok(_) => Ok(connection),
        // It wants TLS or a password first (RFC 3207 4, RFC 4954 6): the settings are wrong, not the mail.
        Err(error) if error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538)) => {
            Err(TransportError::OutOfOrder(plain(error)))
        }
        Err(error) if error.is_permanent() => Err(TransportError::Never(plain(error))),
        Err(error) => Err(TransportError::Later(plain(error))),
    }
}

/// A server's complaint as one line, without the addresses that it repeats.
fn plain(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    let words = text.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(300).collect()
}
