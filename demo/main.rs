//! The demonstration: Loquet with its private PostgreSQL and sample data, a service to sign in to,
//! and captured mail, on loopback, in one process.
//!
//! `loquet-demo DIRECTORY` keeps everything below DIRECTORY; see `make run`. Two more arguments are
//! other ports than 8080 and 8090.

mod organizations;
mod pages;
mod relying_party;
mod sample;
mod service;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitCode;

use actix_web::web::Data;
use loquet::app::{self, AppState};
use loquet::cli::{Database, Failure, say, stop_signal};
use loquet::config::Settings;
use loquet::crypto::Vault;
use loquet::mail::{Captured, Transport};

/// Where everything is, on this machine only.
#[derive(Debug, Clone)]
pub struct Place {
    port: u16,
    service_port: u16,
    /// The issuer.
    pub issuer: String,
    /// The address of the service, the guide and the mails. A host of its own: cookies do not tell
    /// ports apart.
    pub service: String,
}

impl Place {
    fn new(port: u16, service_port: u16) -> Self {
        let (issuer, service) = (format!("http://localhost:{port}"), format!("http://127.0.0.1:{service_port}"));
        Self { port, service_port, issuer, service }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = |position: usize, usual: u16| arguments.get(position).map_or(Ok(usual), |text| text.parse());
    let (Some(directory), Ok(port), Ok(service_port)) = (arguments.first(), port(1, 8080), port(2, 8090)) else {
        say("usage: loquet-demo DIRECTORY [PORT [PORT OF THE SERVICE]]");
        return ExitCode::from(2);
    };
    tracing_subscriber::fmt().with_env_filter("warn,loquet=warn").with_writer(std::io::stderr).compact().init();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(Path::new(directory), &Place::new(port, service_port))));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(directory: &Path, place: &Place) -> Result<(), Failure> {
    let listen = |port| app::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let listeners = (listen(place.port)?, listen(place.service_port)?);
    let settings = settings(directory, place)?;
    let database = Database::start(&settings).await?;
    let outcome = serve(settings, &database, listeners, place).await;
    database.close().await;
    say("\nThe demonstration has stopped. `make run` finds its data again; `make clean-demo` forgets it.");
    outcome
}

async fn serve(
    settings: Settings,
    database: &Database,
    (listener, service_listener): (TcpListener, TcpListener),
    place: &Place,
) -> Result<(), Failure> {
    let captured = Captured::default();
    let transport = Transport::Captured(captured.clone());
    let state = Data::new(AppState::new(settings, database.pool.clone(), Some(transport), true)?);
    app::prepare_when_possible(&state).await?;
    let secret = sample::fill(&state, place).await?;
    announce(place);
    let (stop, stopped) = tokio::sync::watch::channel(());
    let service = pages::serve(state.clone(), captured, secret, place.clone(), service_listener, stopped);
    let loquet = app::serve(state, listener, async move {
        stop_signal().await;
        drop(stop);
    });
    let (loquet, service) = tokio::join!(loquet, service);
    loquet.and(service).map_err(Failure::from)
}

/// Everything is told on the command line; nothing is in a file.
fn settings(directory: &Path, place: &Place) -> Result<Settings, Failure> {
    std::fs::create_dir_all(directory)?;
    let key = directory.join("master-key");
    if !key.exists() {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&key)?;
        writeln!(file, "{}", Vault::generate_master_key().as_str())?;
    }
    let pairs = [
        ("LOQUET_SERVER_ISSUER", place.issuer.clone()),
        ("LOQUET_SERVER_LISTEN", format!("127.0.0.1:{}", place.port)),
        ("LOQUET_SERVER_SHUTDOWN_TIMEOUT", "3".to_owned()),
        ("LOQUET_HOST_NAME", "La Contre-Voie".to_owned()),
        ("LOQUET_HOST_CONTACT", "aide@contre-voie.example".to_owned()),
        ("LOQUET_REGISTRATION_MODE", "open".to_owned()),
        ("LOQUET_SECRETS_MASTER_KEY_FILE", key.display().to_string()),
        ("LOQUET_DATABASE_PRIVATE_DIRECTORY", directory.join("postgres").display().to_string()),
    ];
    let environment: Vec<(String, String)> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Settings::load(None, &environment).map(|(settings, _)| settings).map_err(|faults| Failure::of_faults(&faults))
}

fn announce(place: &Place) {
    let Place { issuer, service, .. } = place;
    say("\nThe demonstration of Loquet is running, on this machine only. Ctrl-C stops it.\n");
    say(format!("  Guided tour        {service}/guide"));
    say(format!("  A service          {service}/         (sign in with one of the accounts below)"));
    say(format!("  Your account       {issuer}/"));
    say(format!("  An organization    {issuer}/organizations    (sign in as madeleine)"));
    say(format!("  Captured mail      {service}/mails"));
    say(format!("  For integrators    {issuer}/.well-known/openid-configuration\n"));
    say("  Accounts, imported from the old members database with the passwords they had:\n");
    for account in sample::ACCOUNTS {
        say(format!("    {:12} {:24} {}", account.login, sample::password_of(account.login), account.summary));
    }
    say("");
}
