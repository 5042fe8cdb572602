//! What goes on besides requests. Any number of replicas may run it at once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::web::Data;

use crate::app::{self, AppState};
use crate::db;
use crate::deletion;
use crate::directory::DirectoryError;
use crate::http::session;
use crate::journal;
use crate::key_rotation;
use crate::mail;
use crate::membership;
use crate::oidc::backchannel_logout;

/// Runs for ever; stopped with the server.
pub async fn run(state: Data<AppState>) {
    // The first start makes the tables first.
    while !state.ready.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::join!(
        state.directory.keep_fresh(&state.pool, &state.vault, &state.clock),
        every(Duration::from_millis(500), || deliver_mail(&state)),
        every(Duration::from_secs(600), || watch_mail(&state)),
        backchannel_logout::deliver(state.clone()),
        every(Duration::from_secs(60), || purge(&state)),
        every(Duration::from_secs(60), || deletion::erase_due(&state)),
        every(Duration::from_secs(60), || membership::follow_day(&state)),
        every(Duration::from_secs(600), || membership::remind(&state)),
        every(Duration::from_secs(60), || rotate_keys(&state)),
        every(Duration::from_secs(30), || app::follow_clock(&state)),
        every(Duration::from_secs(1), || journal::seal(&state.pool)),
        every(Duration::from_secs(3600), || forget_old_lines(&state)),
    );
}

/// Does something again and again; a failure is told and forgotten.
async fn every<F: Future<Output = sqlx::Result<()>>>(pause: Duration, mut job: impl FnMut() -> F) {
    loop {
        tokio::time::sleep(pause).await;
        if let Err(error) = job().await {
            if !db::is_unavailable(&error) || db::is_forbidden(&error) {
                tracing::error!(%error, "a background job failed");
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}

async fn deliver_mail(state: &AppState) -> sqlx::Result<()> {
    let round = mail::deliver_due(&state.pool, &state.vault, &state.clock, &state.transport).await?;
    if round.out_of_order {
        // One try says it for all the mails that wait.
        tokio::time::sleep(Duration::from_secs(20)).await;
    }
    Ok(())
}

/// Mail that waits for long is for somebody to see to.
async fn watch_mail(state: &AppState) -> sqlx::Result<()> {
    let count = db::outbox::count(&mut *state.pool.acquire().await?).await?;
    let minutes = count.oldest.map_or(0, |oldest| (state.clock.now() - oldest).num_minutes());
    if minutes >= 10 {
        tracing::warn!(
            waiting = count.waiting,
            oldest_minutes = minutes,
            "mail is waiting: `loquet mail list` says why"
        );
    }
    Ok(())
}

async fn rotate_keys(state: &AppState) -> sqlx::Result<()> {
    let Some(period) = state.settings.keys.rotation else { return Ok(()) };
    match key_rotation::rotate_if_due(&state.pool, &state.vault, period, state.clock.now()).await {
        Err(DirectoryError::Database(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "the next signing key could not be made");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn purge(state: &AppState) -> sqlx::Result<()> {
    loop {
        let mut connection = state.pool.acquire().await?;
        if !db::jobs::purge(&mut connection, session::idle(state), state.clock.now()).await? {
            return Ok(());
        }
        drop(connection);
        tokio::task::yield_now().await;
    }
}

async fn forget_old_lines(state: &AppState) -> sqlx::Result<()> {
    let Some(retention) = state.settings.journal.retention else { return Ok(()) };
    journal::forget_old(&state.pool, retention, state.clock.now()).await
}
