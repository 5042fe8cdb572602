//! `GET /metrics`, on a listener of its own (`metrics.listen`): nobody is asked who they are there, so it must not
//! be where the public comes. What is counted (`crate::metrics`), and what is looked up when somebody asks.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{Data, get};
use actix_web::{App, HttpResponse, HttpServer};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::AppState;
use crate::db;
use crate::metrics::{PREFIX, memory};

/// The form of the answer.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The longest wait for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// Serves them on `listener`, until the handle stops it.
///
/// # Errors
/// The server's.
pub fn serve(state: &Data<AppState>, listener: TcpListener) -> std::io::Result<ServerHandle> {
    let shared = state.clone();
    let server = HttpServer::new(move || App::new().app_data(shared.clone()).route("/metrics", get().to(metrics)))
        .workers(1)
        .max_connections(16)
        .client_request_timeout(Duration::from_secs(5))
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

/// `GET /metrics`
async fn metrics(state: Data<AppState>) -> HttpResponse {
    let mut now = Registry::with_prefix(PREFIX);
    of_process(&mut now, &state);
    let waiting = tokio::time::timeout(PATIENCE, of_database(&mut now, &state)).await;
    let reached = matches!(waiting, Ok(Ok(())));
    gauge(&mut now, "database_up", "Whether the database answers", None, i64::from(reached));
    let mut text = String::new();
    let written = state
        .metrics
        .write(&mut text)
        .and_then(|()| encode_registry(&mut text, &now))
        .and_then(|()| encode_eof(&mut text));
    match written {
        Ok(()) => HttpResponse::Ok().content_type(OPEN_METRICS).body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn of_process(now: &mut Registry, state: &AppState) {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    gauge(now, "hashing_queue", "Password checks that wait or run", None, count(state.hasher.waiting()));
    let (open, idle) = (i64::from(state.pool.size()), count(state.pool.num_idle()));
    gauge(now, "database_connections", "Open connections to the database", None, open);
    gauge(now, "database_connections_idle", "Those that do nothing", None, idle);
    let most = i64::from(state.settings.database.pool);
    gauge(now, "database_connections_limit", "Most connections (database.pool)", None, most);
    if let Some(bytes) = memory() {
        gauge(now, "resident_memory", "Memory of this process", Some(Unit::Bytes), bytes);
    }
}

async fn of_database(now: &mut Registry, state: &AppState) -> sqlx::Result<()> {
    let mut connection = state.pool.acquire().await?;
    let mail = db::outbox::count(&mut connection).await?;
    let notices = db::logouts::count_waiting(&mut connection).await?;
    drop(connection);
    let oldest = mail.oldest.map_or(0, |oldest| (state.clock.now() - oldest).num_seconds().max(0));
    gauge(now, "mail_waiting", "Mails that wait to be handed over", None, mail.waiting);
    gauge(now, "mail_oldest", "How long the first of them has waited", Some(Unit::Seconds), oldest);
    gauge(now, "mail_dead", "Mails that were given up, of the last 30 days", None, mail.dead);
    gauge(now, "logout_notices_waiting", "Services to be told of an ended session", None, notices);
    Ok(())
}

fn gauge(registry: &mut Registry, name: &str, help: &str, unit: Option<Unit>, value: i64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(value);
    match unit {
        Some(unit) => registry.register_with_unit(name, help, unit, gauge),
        None => registry.register(name, help, gauge),
    }
}
