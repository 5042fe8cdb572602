//! A mail server on a free port: speaks SMTP for real, with and without TLS, keeps what it is given and
//! answers as it is told to.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::authority::Certified;

/// Longest wait for a mail, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// How it answers.
#[derive(Debug, Clone)]
pub struct Manner {
    /// To a new connection; empty: nothing at all.
    pub greeting: &'static str,
    pub tls: Tls,
    /// Whoever does not give it is refused.
    pub password: Option<(&'static str, &'static str)>,
    /// To a recipient.
    pub recipient: &'static str,
    pub verdict: Verdict,
}

impl Default for Manner {
    fn default() -> Self {
        let verdict = Verdict::Say("250 taken");
        Self { greeting: "220 sink", tls: Tls::Never, password: None, recipient: "250 ok", verdict }
    }
}

/// When it encrypts.
#[derive(Debug, Clone)]
pub enum Tls {
    /// It does not.
    Never,
    /// From the first byte.
    AtOnce(Certified),
    /// When asked.
    WhenAsked(Certified),
    /// When asked; somebody on the way has already given the next answers.
    Preempted(Certified),
    /// It says so, and then that it cannot.
    Broken,
}

/// To a mail.
#[derive(Debug, Clone)]
pub enum Verdict {
    Say(&'static str),
    /// This, once it may.
    SayAfter(Arc<Notify>, &'static str),
    /// Closes the connection without a word.
    Close,
    /// A byte from time to time, for ever.
    Drip,
}

/// A mail that it was given, whatever it answered.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    pub encrypted: bool,
    /// Who signed in.
    pub user: Option<String>,
}

impl Given {
    /// The HTML of a mail, as it was before it was made fit for the way.
    fn html(&self) -> String {
        decoded(self.data.split("Content-Type: text/html").nth(1).unwrap_or_default())
    }

    /// Its plain text.
    fn text(&self) -> String {
        let text = self.data.split("Content-Type: text/plain").nth(1).unwrap_or_default();
        decoded(text.split("\n--").next().unwrap_or_default())
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.data.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
    }
}

pub struct Sink {
    pub port: u16,
    shared: Arc<Shared>,
    given: watch::Receiver<Vec<Given>>,
}

struct Shared {
    manner: Mutex<Manner>,
    given: watch::Sender<Vec<Given>>,
    /// What anybody on the way could read.
    clear: Mutex<Vec<String>>,
    connections: Mutex<usize>,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}
type Line = BufReader<Box<dyn Wire>>;

impl Sink {
    /// On a free port, answering in that way until told otherwise.
    pub async fn start(manner: Manner) -> Self {
        Self::start_on(0, manner).await
    }

    pub async fn start_on(port: u16, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, given) = watch::channel(Vec::new());
        let shared = Shared {
            manner: Mutex::new(manner),
            given: sender,
            clear: Mutex::default(),
            connections: Mutex::default(),
        };
        let shared = Arc::new(shared);
        let own = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                *own.connections.lock().unwrap() += 1;
                // Whoever hangs up, hangs up.
                tokio::spawn(attend(socket, Arc::clone(&own)));
            }
        });
        Self { port, shared, given }
    }

    /// Answers in another way from now on.
    pub fn answer(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap() = manner;
    }

    /// The mails so far.
    pub fn given(&self) -> Vec<Given> {
        self.given.borrow().clone()
    }

    /// What was said without encryption, so far.
    pub fn overheard(&self) -> Vec<String> {
        self.shared.clear.lock().unwrap().clone()
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    /// The text of the mail of that subject to an address, when it comes.
    pub async fn letter(&self, address: &str, subject: &str) -> String {
        let title = format!("<title>{subject}</title>");
        let wanted = |mail: &&Given| mail.to == [address] && mail.html().contains(&title);
        let mut given = self.given.clone();
        let here = given.wait_for(|all| all.iter().any(|mail| wanted(&mail)));
        let Ok(all) = tokio::time::timeout(PATIENCE, here).await else {
            panic!("no mail to {address}: {subject}: {:?}", self.given())
        };
        all.unwrap().iter().find(wanted).unwrap().text()
    }

    /// Waits until it was given that many mails.
    pub async fn wait_for(&self, count: usize) -> Vec<Given> {
        let mut given = self.given.clone();
        let enough = given.wait_for(|all| all.len() >= count);
        let Ok(all) = tokio::time::timeout(PATIENCE, enough).await else { panic!("{:?}", self.given()) };
        all.unwrap().clone()
    }
}

async fn attend(socket: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    let manner = shared.manner.lock().unwrap().clone();
    let mut line: Line = BufReader::new(Box::new(socket));
    let mut encrypted = false;
    if let Tls::AtOnce(certified) = &manner.tls {
        line = encrypt(line, certified).await?;
        encrypted = true;
    }
    if manner.greeting.is_empty() {
        std::future::pending::<()>().await;
    }
    say(&mut line, manner.greeting).await?;
    let (mut given, mut user) = (Given::default(), None);
    while let Some(told) = hear(&mut line).await? {
        if !encrypted {
            shared.clear.lock().unwrap().push(told.clone());
        }
        let verb = told.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (verb.as_str(), &manner.tls) {
            ("EHLO", tls) => {
                let starttls = !matches!(tls, Tls::Never) && !encrypted;
                let offers = ["250-sink", "250-8BITMIME", "250-STARTTLS", "250-AUTH PLAIN LOGIN", "250 SIZE 1000000"];
                let wanted = |offer: &&str| match *offer {
                    "250-STARTTLS" => starttls,
                    "250-AUTH PLAIN LOGIN" => manner.password.is_some(),
                    _ => true,
                };
                offers.into_iter().filter(wanted).collect::<Vec<_>>().join("\r\n")
            }
            ("STARTTLS", Tls::WhenAsked(certified) | Tls::Preempted(certified)) if !encrypted => {
                let more = matches!(manner.tls, Tls::Preempted(_));
                say(&mut line, if more { "220 go on\r\n250 sink" } else { "220 go on" }).await?;
                line = encrypt(line, certified).await?;
                encrypted = true;
                continue;
            }
            ("STARTTLS", _) => "454 not now".to_owned(),
            ("AUTH", _) => {
                user = signed_in(&told, manner.password);
                if user.is_some() { "235 welcome" } else { "535 who are you" }.to_owned()
            }
            ("MAIL", _) if manner.password.is_some() && user.is_none() => "530 who are you".to_owned(),
            ("MAIL", _) => {
                given = Given { from: between_angles(&told), encrypted, user: user.clone(), ..Given::default() };
                "250 ok".to_owned()
            }
            ("RCPT", _) => {
                given.to.push(between_angles(&told));
                manner.recipient.to_owned()
            }
            ("DATA", _) => {
                say(&mut line, "354 go on").await?;
                while let Some(text) = hear(&mut line).await?.filter(|text| text != ".") {
                    // RFC 5321 4.5.2
                    given.data += text.strip_prefix('.').unwrap_or(&text);
                    given.data.push('\n');
                }
                shared.given.send_modify(|all| all.push(std::mem::take(&mut given)));
                match &manner.verdict {
                    Verdict::Say(verdict) => (*verdict).to_owned(),
                    Verdict::SayAfter(signal, verdict) => {
                        signal.notified().await;
                        (*verdict).to_owned()
                    }
                    Verdict::Close => return Ok(()),
                    Verdict::Drip => loop {
                        line.get_mut().write_all(b"2").await?;
                        line.get_mut().flush().await?;
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    },
                }
            }
            ("QUIT", _) => {
                say(&mut line, "221 bye").await?;
                return Ok(());
            }
            _ => "250 ok".to_owned(),
        };
        say(&mut line, &answer).await?;
    }
    Ok(())
}

/// Undoes quoted-printable (RFC 2045 6.7).
fn decoded(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).map(|code| u8::from_str_radix(code, 16)) {
            Some(Ok(byte)) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            // Not written in that way: as it is.
            _ => bytes.extend(format!("={part}").bytes()),
        }
    }
    String::from_utf8(bytes).unwrap()
}

async fn encrypt(line: Line, certified: &Certified) -> io::Result<Line> {
    let certificates =
        CertificateDer::pem_file_iter(&certified.certificate).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(&certified.key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    Ok(BufReader::new(Box::new(TlsAcceptor::from(Arc::new(config)).accept(line.into_inner()).await?)))
}

async fn say(line: &mut Line, answer: &str) -> io::Result<()> {
    line.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await?;
    line.get_mut().flush().await
}

async fn hear(line: &mut Line) -> io::Result<Option<String>> {
    let mut told = Vec::new();
    if line.read_until(b'\n', &mut told).await? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&told).trim_end_matches(['\r', '\n']).to_owned()))
}

fn between_angles(told: &str) -> String {
    told.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// RFC 4616: `AUTH PLAIN` and `\0username\0password`.
fn signed_in(told: &str, password: Option<(&str, &str)>) -> Option<String> {
    let clear = STANDARD.decode(told.strip_prefix("AUTH PLAIN ")?).ok()?;
    let (username, password) = password?;
    (clear == format!("\0{username}\0{password}").as_bytes()).then(|| username.to_owned())
}
