//! The mail server: one connection, encrypted and signed in before anything is said.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::Address;
use lettre::address::AddressError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use tokio::net::TcpStream;

use super::starttls::ByteByByte;
use crate::config::{Mail, SmtpSecurity};

/// How to reach the server of the settings.
pub struct Server {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    /// The sender.
    pub(super) from: Address,
    /// The longest that a connection and one mail may take together.
    pub(super) timeout: Duration,
}

enum Security {
    Tls(TlsParameters),
    StartTls(TlsParameters),
    None,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    /// Nobody there.
    #[error("{0}")]
    Network(#[from] io::Error),
    /// Not the one it should be, or it does not know us.
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
}

/// Why the settings make no mail server.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// TLS.
    #[error(transparent)]
    Tls(#[from] lettre::transport::smtp::Error),
    /// The sender.
    #[error("mail.from: {0}")]
    From(#[from] AddressError),
    /// The file of the authority cannot be read.
    #[error("mail.ca_file: {}: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// It holds no certificate.
    #[error("mail.ca_file: {} holds no certificate (PEM)", .0.display())]
    Empty(PathBuf),
}

impl Server {
    /// The server of the settings, if they name one.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn of(settings: &Mail) -> Result<Option<Self>, SetupError> {
        let (Some(host), Some(from)) = (&settings.host, &settings.from) else { return Ok(None) };
        let tls = || {
            let mut parameters = TlsParameters::builder(host.clone());
            if let Some(file) = &settings.ca_file {
                parameters = parameters.add_root_certificate(authority(file)?);
            }
            Ok::<_, SetupError>(parameters.build()?)
        };
        let security = match settings.security {
            SmtpSecurity::Tls => Security::Tls(tls()?),
            SmtpSecurity::StartTls => Security::StartTls(tls()?),
            SmtpSecurity::None => Security::None,
        };
        let credentials = settings
            .username
            .as_ref()
            .zip(settings.password.as_ref())
            .map(|(username, password)| Credentials::new(username.clone(), password.to_string()));
        let (host, port, timeout) = (host.clone(), settings.port, settings.timeout);
        Ok(Some(Self { host, port, security, credentials, from: from.parse()?, timeout }))
    }

    /// Connects. What fails here says nothing about the mails that wait.
    ///
    /// # Errors
    /// Why not: nobody there, no TLS, a certificate that is not theirs, a wrong password.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, ConnectError> {
        let name = ClientId::Domain(self.from.domain().to_owned());
        let place = (self.host.as_str(), self.port);
        // A third: a host may have several addresses, and one of them be silent.
        let patience = Some(self.timeout / 3);
        let mut connection = match &self.security {
            Security::Tls(tls) => {
                AsyncSmtpConnection::connect_tokio1(place, patience, &name, Some(tls.clone()), None).await?
            }
            Security::StartTls(tls) => {
                let stream = Box::new(ByteByByte(TcpStream::connect(place).await?));
                let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &name).await?;
                connection.starttls(tls.clone(), &name).await?;
                connection
            }
            Security::None => AsyncSmtpConnection::connect_tokio1(place, patience, &name, None, None).await?,
        };
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }
}

fn authority(file: &Path) -> Result<Certificate, SetupError> {
    let pem = std::fs::read(file).map_err(|error| SetupError::File(file.to_owned(), error))?;
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(SetupError::Empty(file.to_owned()));
    }
    Ok(Certificate::from_pem(&pem)?)
}
