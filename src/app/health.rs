//! For proxies and supervisors.

use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use super::AppState;
use crate::db;

/// `GET /healthz`: the process lives.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /readyz`: 200 when sign-ins can be served; 503 and the cause when not.
pub async fn readyz(state: Data<AppState>) -> HttpResponse {
    let cause = if state.draining.load(Ordering::Relaxed) {
        Some("stopping")
    } else if !state.ready.load(Ordering::Relaxed) {
        Some("starting: the database is not reachable or not up to date yet")
    } else if !reaches_database(&state).await {
        Some("the database is not reachable")
    } else {
        None
    };
    let skew = state.clock.offset().num_milliseconds();
    let warning = (skew.abs() > 5000).then_some("this machine's clock is more than 5 s from PostgreSQL's");
    match cause {
        None => HttpResponse::Ok().json(json!({ "status": "ready", "clock_offset_ms": skew, "warning": warning })),
        Some(cause) => HttpResponse::ServiceUnavailable()
            .json(json!({ "status": "not ready", "cause": cause, "clock_offset_ms": skew })),
    }
}

async fn reaches_database(state: &AppState) -> bool {
    let ask = async {
        let mut connection = state.pool.acquire().await?;
        db::check_writable(&mut connection).await
    };
    matches!(tokio::time::timeout(Duration::from_secs(2), ask).await, Ok(Ok(())))
}
