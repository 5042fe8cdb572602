//! Tells services that a session has ended (OpenID Connect Back-Channel Logout 1.0). The notices are
//! rows, written with the end of the session; this delivers them, each service on its own, so that one
//! that hangs delays nobody.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::AppState;
use crate::claims;
use crate::clock::after;
use crate::db;
use crate::db::logouts::Due;
use crate::metrics::Notice;

/// `typ` of logout tokens (2.4).
const TYP: &str = "logout+jwt";
/// Life of a logout token.
const LIFE: Duration = Duration::from_secs(120);
/// Notices of one service under way at once.
const AT_ONCE: i64 = 8;
/// For how long a notice that is under way is nobody else's: longer than a request may take.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// Waits after each failure; after the last try the notice is given up.
const WAITS: [TimeDelta; 4] =
    [TimeDelta::seconds(2), TimeDelta::seconds(15), TimeDelta::seconds(60), TimeDelta::seconds(240)];
/// How often to look for notices that are due.
const PAUSE: Duration = Duration::from_millis(250);

/// Delivers for ever. Any number of replicas may do so at once.
pub async fn deliver(state: Data<AppState>) {
    let mut under_way: JoinSet<String> = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    loop {
        tokio::time::sleep(PAUSE).await;
        while let Some(done) = under_way.try_join_next() {
            match done {
                Ok(client) => {
                    busy.remove(&client);
                }
                Err(error) => {
                    // A panic: whose it was is not known, and leases protect the rows.
                    tracing::error!(%error, "a sign-out notice failed");
                    busy.clear();
                }
            }
        }
        match claim(&busy, &state).await {
            Ok(services) => {
                for (client, notices) in services {
                    busy.insert(client.clone());
                    let state = state.clone();
                    under_way.spawn(async move {
                        join_all(notices.into_iter().map(|notice| tell(notice, &client, &state))).await;
                        client
                    });
                }
            }
            Err(error) => {
                if !db::is_unavailable(&error) || db::is_forbidden(&error) {
                    tracing::error!(%error, "sign-out notices could not be read");
                }
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }
    }
}

/// Notices that are due, by service.
async fn claim(busy: &HashSet<String>, state: &AppState) -> sqlx::Result<Vec<(String, Vec<Due>)>> {
    let busy: Vec<String> = busy.iter().cloned().collect();
    let mut connection = state.pool.acquire().await?;
    let due = db::logouts::claim(&mut connection, &busy, AT_ONCE, LEASE, state.clock.now()).await?;
    let mut services: Vec<(String, Vec<Due>)> = Vec::new();
    for notice in due {
        match services.iter_mut().find(|(client, _)| *client == notice.client_id) {
            Some((_, notices)) => notices.push(notice),
            None => services.push((notice.client_id.clone(), vec![notice])),
        }
    }
    Ok(services)
}

async fn tell(notice: Due, client_id: &str, state: &AppState) {
    let outcome = match post(&notice, client_id, state).await {
        Ok(()) => {
            tracing::info!(client = client_id, sid = %notice.sid, "told that a session has ended");
            settle(&notice, Ok(()), state).await
        }
        Err(error) => {
            tracing::warn!(client = client_id, sid = %notice.sid, error, tries = notice.attempts, "could not be told that a session has ended");
            settle(&notice, Err(&error), state).await
        }
    };
    if let Err(error) = outcome {
        // Not noted: tried again after the lease.
        tracing::error!(%error, "the outcome of a sign-out notice could not be kept");
    }
}

async fn settle(notice: &Due, outcome: Result<(), &str>, state: &AppState) -> sqlx::Result<()> {
    let now = state.clock.now();
    let mut connection = state.pool.acquire().await?;
    match outcome {
        Ok(()) => {
            state.metrics.notice(Notice::Delivered);
            db::logouts::delivered(&mut connection, notice.id, now).await
        }
        Err(error) => {
            let tried = usize::try_from(notice.attempts).unwrap_or(usize::MAX);
            let next = WAITS.get(tried.saturating_sub(1)).map(|wait| now + *wait);
            state.metrics.notice(if next.is_some() { Notice::Postponed } else { Notice::GivenUp });
            db::logouts::failed(&mut connection, notice.id, error, next, now).await
        }
    }
}

/// Posts a fresh token: those before it may have expired on the way.
async fn post(notice: &Due, client_id: &str, state: &AppState) -> Result<(), String> {
    let client = state.directory.client(client_id, &state.pool).await.map_err(|error| error.to_string())?;
    let client = client.ok_or("the service is gone")?;
    let uri = client.backchannel_logout_uri.as_deref().ok_or("the service has no backchannel_logout_uri any more")?;
    let now = state.clock.now();
    let token = json!({
        "iss": state.paths.issuer(),
        "aud": client_id,
        "iat": now.timestamp(),
        "exp": after(now, LIFE).timestamp(),
        "jti": Uuid::now_v7(),
        "sid": notice.sid,
        "sub": claims::subject(notice.user_id, &client, &state.vault),
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    let token = state.directory.sign(client.id_token_alg, TYP, &token, now)?;
    state.outgoing.post_form(uri, &[("logout_token", &token)]).await.map_err(|error| error.to_string())
}
