//! The demonstration: Loquet with its private PostgreSQL and sample data, a service to sign in to,
//! and captured mail, on loopback, in one process.
//!
//! `loquet-demo DIRECTORY` keeps everything below DIRECTORY; see `make run`.

mod pages;
mod relying_party;
mod sample;
mod service;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use actix_web::web::Data;
use loquet::app::{self, AppState};
use loquet::cli::{Database, Failure, say, stop_signal};
use loquet::config::Settings;
use loquet::crypto::Vault;
use loquet::mail::{Captured, Transport};

/// Where Loquet listens.
const LOQUET: &str = "127.0.0.1:8080";
/// Where the service, the guide and the mails are.
const SERVICE: &str = "127.0.0.1:8090";
/// The service's address for browsers. A host of its own: cookies do not tell ports apart.
const SERVICE_URL: &str = "http://127.0.0.1:8090";
/// The issuer.
const ISSUER: &str = "http://localhost:8080";

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1).map(PathBuf::from) else {
        say("usage: loquet-demo DIRECTORY");
        return ExitCode::from(2);
    };
    tracing_subscriber::fmt().with_env_filter("warn,loquet=warn").with_writer(std::io::stderr).compact().init();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(&directory)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(directory: &Path) -> Result<(), Failure> {
    let (listener, service_listener) = (app::listen(address(LOQUET)?)?, app::listen(address(SERVICE)?)?);
    let settings = settings(directory)?;
    let database = Database::start(&settings).await?;
    let outcome = serve(settings, &database, listener, service_listener).await;
    database.close().await;
    say("\nThe demonstration has stopped. `make run` finds its data again; `make clean-demo` forgets it.");
    outcome
}

async fn serve(
    settings: Settings,
    database: &Database,
    listener: std::net::TcpListener,
    service_listener: std::net::TcpListener,
) -> Result<(), Failure> {
    let captured = Captured::default();
    let transport = Transport::Captured(captured.clone());
    let state = Data::new(AppState::new(settings, database.pool.clone(), Some(transport), true)?);
    app::prepare_when_possible(&state).await?;
    let secret = sample::fill(&state).await?;
    announce();
    let (stop, stopped) = tokio::sync::watch::channel(());
    let service = pages::serve(state.clone(), captured, secret, service_listener, stopped);
    let loquet = app::serve(state, listener, async move {
        stop_signal().await;
        drop(stop);
    });
    let (loquet, service) = tokio::join!(loquet, service);
    loquet.and(service).map_err(Failure::from)
}

/// Everything is told on the command line; nothing is in a file.
fn settings(directory: &Path) -> Result<Settings, Failure> {
    std::fs::create_dir_all(directory)?;
    let key = directory.join("master-key");
    if !key.exists() {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&key)?;
        writeln!(file, "{}", Vault::generate_master_key().as_str())?;
    }
    let pairs = [
        ("LOQUET_SERVER_ISSUER", ISSUER.to_owned()),
        ("LOQUET_SERVER_LISTEN", LOQUET.to_owned()),
        ("LOQUET_SERVER_SHUTDOWN_TIMEOUT", "3".to_owned()),
        ("LOQUET_HOST_NAME", "La Contre-Voie".to_owned()),
        ("LOQUET_HOST_CONTACT", "aide@contre-voie.example".to_owned()),
        ("LOQUET_SECRETS_MASTER_KEY_FILE", key.display().to_string()),
        ("LOQUET_DATABASE_PRIVATE_DIRECTORY", directory.join("postgres").display().to_string()),
    ];
    let environment: Vec<(String, String)> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Settings::load(None, &environment).map(|(settings, _)| settings).map_err(|faults| Failure::of_faults(&faults))
}

fn address(text: &str) -> Result<std::net::SocketAddr, Failure> {
    Ok(text.parse()?)
}

fn announce() {
    say("\nThe demonstration of Loquet is running, on this machine only. Ctrl-C stops it.\n");
    say(format!("  Guided tour        {SERVICE_URL}/guide"));
    say(format!("  A service          {SERVICE_URL}/         (sign in with one of the accounts below)"));
    say(format!("  Your account       {ISSUER}/"));
    say(format!("  Captured mail      {SERVICE_URL}/mails"));
    say(format!("  For integrators    {ISSUER}/.well-known/openid-configuration\n"));
    say("  Accounts, imported from the old members database with the passwords they had:\n");
    for account in sample::ACCOUNTS {
        say(format!("    {:12} {:24} {}", account.login, sample::password_of(account.login), account.summary));
    }
    say("");
}
