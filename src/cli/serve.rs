//! `loquet serve`

use std::process::ExitCode;

use actix_web::web::Data;
use tokio::signal::unix::{SignalKind, signal};

use super::{Database, Failure, say};
use crate::account::first_administrator;
use crate::app::{self, AppState, BootError};
use crate::config::Settings;

pub async fn run(settings: Settings) -> Result<ExitCode, Failure> {
    raise_file_limit();
    let listener = app::listen(settings.server.listen)?;
    let database = Database::start(&settings).await?;
    let state = Data::new(AppState::new(settings, database.pool.clone(), None, false)?);
    if state.settings.testing.unlimited {
        tracing::warn!("testing.unlimited is on: guessing is not limited");
    }
    for fault in &state.settings.theme.left_out {
        tracing::warn!(place = fault.place, key = fault.key, reason = fault.reason, "a text of the theme is left out");
    }
    tracing::info!(issuer = state.paths.issuer(), listen = %state.settings.server.listen, "serving");
    let outcome = serve_until(&state, listener, stop_signal()).await;
    drop(state);
    database.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Serves while the database is prepared, until a signal or a fault that waiting would not mend.
///
/// # Errors
/// That fault.
async fn serve_until(
    state: &Data<AppState>,
    listener: std::net::TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let (fatal, failed) = tokio::sync::oneshot::channel::<BootError>();
    let preparing = state.clone();
    tokio::spawn(async move {
        match app::prepare_when_possible(&preparing).await {
            Ok(()) => {
                tracing::info!("ready");
                welcome(&preparing).await;
            }
            Err(error) => drop(fatal.send(error)),
        }
    });
    let mut fault = None;
    let stop = async {
        tokio::select! {
            () = stop => {}
            // Closed without a value: prepared, and only a signal stops from here on.
            Ok(error) = failed => fault = Some(error),
        }
    };
    app::serve(state.clone(), listener, stop).await?;
    fault.map_or(Ok(()), |error| Err(error.into()))
}

/// Says how to become the administrator of an instance that never had one. On standard output, and nowhere
/// else: whoever starts the server reads it, and the log keeps no link.
async fn welcome(state: &AppState) {
    match first_administrator::offer(state).await {
        Ok(Some(link)) => {
            say("This instance has no administrator yet. Open this link within an hour to make the first one:");
            say(format!("    {link}"));
            say("It is good once. Later, restart the server for another, or use `loquet user make-admin LOGIN`.");
        }
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "no link for the first administrator could be made"),
    }
}

/// Resolves at the first SIGTERM or SIGINT; the second ends the process at once.
pub async fn stop_signal() {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
    tracing::info!("stopping; a second signal ends at once");
    tokio::spawn(async move {
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        std::process::exit(130);
    });
}

/// Each connection is a file: the soft limit of many systems, 1,024, is too low for a public server.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).is_ok() {
        tracing::debug!(files = limit.maximum, "limit of open files");
    }
}
