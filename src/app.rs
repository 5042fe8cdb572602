//! The running server: what it holds, how it starts and how it stops.

mod boot;
mod health;
mod metrics;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use crate::api::document::{self, Written};
use crate::authn::hashing::Hasher;
use crate::authn::passkeys::Passkeys;
use crate::authn::password::PasswordHashing;
use crate::claims::told::Teller;
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::{Vault, VaultError};
use crate::db::Pool;
use crate::directory::Directory;
use crate::http::assets::Assets;
use crate::http::document::Document;
use crate::http::envelope::envelope;
use crate::http::upload::Uploads;
use crate::i18n::{I18n, TextsError};
use crate::jobs;
use crate::mail::{SetupError, Transport};
use crate::metrics::Metrics;
use crate::oidc::client_keys::FetchedKeys;
use crate::oidc::discovery;
use crate::outgoing::Outgoing;
use crate::paths::Paths;
use crate::routes;

pub use boot::{BootError, follow_clock, prepare_database, prepare_when_possible};
pub use health::{healthz, readyz};

/// What every handler can reach.
pub struct AppState {
    /// Settings in force.
    pub settings: Settings,
    /// Connections.
    pub pool: Pool,
    /// Time.
    pub clock: Clock,
    /// Keys derived from the master key.
    pub vault: Arc<Vault>,
    /// Texts.
    pub texts: I18n,
    /// Static files.
    pub assets: Assets,
    /// Addresses.
    pub paths: Paths,
    /// Clients and signing keys.
    pub directory: Directory,
    /// The hashing pool.
    pub hasher: Hasher,
    /// Passkeys; none when the issuer is an IP address.
    pub passkeys: Option<Passkeys>,
    /// How mail leaves.
    pub transport: Transport,
    /// The metadata document.
    pub metadata: Document,
    /// What is written about the API.
    pub api: Written,
    /// Requests that we make.
    pub outgoing: Outgoing,
    /// Keys of clients.
    pub fetched_keys: FetchedKeys,
    /// Files that people send.
    pub uploads: Uploads,
    /// What is counted.
    pub metrics: Metrics,
    /// A demonstration.
    pub demo: bool,
    /// The database is up to date and the directory is filled.
    pub ready: AtomicBool,
    /// Stopping: no new work, please.
    pub draining: AtomicBool,
}

/// Why a server cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The texts.
    #[error(transparent)]
    Texts(#[from] TextsError),
    /// The master key.
    #[error("secrets.master_key {0}")]
    MasterKey(#[from] VaultError),
    /// The mail server's TLS.
    #[error("mail: {0}")]
    Mail(#[from] SetupError),
    /// Threads or sockets.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl AppState {
    /// Who tells services of people.
    #[must_use]
    pub fn teller(&self) -> Teller<'_> {
        Teller { issuer: self.paths.issuer(), vault: &self.vault, fields: &self.settings.profile }
    }

    /// Builds the state; nothing is connected yet.
    ///
    /// # Errors
    /// What cannot be built.
    pub fn new(settings: Settings, pool: Pool, transport: Option<Transport>, demo: bool) -> Result<Self, BuildError> {
        let vault = Arc::new(Vault::new(&settings.secrets.master_key)?);
        let texts = settings.texts()?;
        let paths = Paths::new(&settings.server.issuer);
        let transport = transport.map_or_else(|| Transport::of(&settings.mail), Ok)?;
        let hasher = Hasher::start(settings.passwords.threads, time_of_one_hash(&vault, settings.passwords.cost))?;
        Ok(Self {
            metadata: discovery::metadata(&paths, &texts, &settings),
            api: document::write(&paths),
            outgoing: Outgoing::new(&settings.outgoing.allowed_networks),
            fetched_keys: FetchedKeys::default(),
            uploads: Uploads::default(),
            metrics: Metrics::default(),
            clock: Clock::default(),
            passkeys: Passkeys::new(&settings.server.issuer.origin(), &settings.host.name),
            assets: Assets::load(settings.theme.files()),
            directory: Directory::default(),
            ready: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            settings,
            pool,
            vault,
            texts,
            paths,
            hasher,
            transport,
            demo,
        })
    }

    /// The name of a cookie: with the prefix that ties it to this host over TLS (RFC 6265bis).
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.settings.server.issuer.is_https() { "__Host-" } else { "" };
        format!("{prefix}loquet-{name}")
    }
}

/// Measured at the least cost, scaled: each step of the cost doubles the time.
fn time_of_one_hash(vault: &Vault, cost: u32) -> Duration {
    let start = std::time::Instant::now();
    let _ = PasswordHashing { vault, cost: 6 }.hash("measure");
    start.elapsed() * 2_u32.pow(cost.saturating_sub(6))
}

/// Listens. Separate from [`serve`] so that a taken port is told before anything else starts.
///
/// # Errors
/// When the address cannot be had.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address)
        .map_err(|error| std::io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
}

/// Serves until `stop` resolves, then lets requests in flight finish.
///
/// # Errors
/// The server's.
pub async fn serve(
    state: Data<AppState>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let figures = match state.settings.metrics.listen {
        Some(address) => Some(metrics::serve(&state, listen(address)?)?),
        None => None,
    };
    let background = tokio::spawn(jobs::run(state.clone()));
    let shared = state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .configure(|config| routes::configure(config, &shared))
            .wrap(from_fn(envelope))
    })
    .workers(std::thread::available_parallelism().map_or(2, usize::from))
    .backlog(1024)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(5))
    .client_disconnect_timeout(Duration::from_secs(5))
    .shutdown_timeout(state.settings.server.shutdown_timeout.as_secs())
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    let mut server = tokio::spawn(server);
    tokio::select! {
        outcome = &mut server => return outcome.unwrap_or_else(|error| Err(std::io::Error::other(error))),
        () = stop => {}
    }
    // Proxies look at /readyz; what they still send is served.
    state.draining.store(true, Ordering::Relaxed);
    tokio::time::sleep(state.settings.server.drain_delay).await;
    handle.stop(true).await;
    // Last: how the end goes is of interest too.
    if let Some(figures) = figures {
        figures.stop(false).await;
    }
    background.abort();
    server.await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}
