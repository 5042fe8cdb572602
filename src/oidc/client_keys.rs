//! The public keys of clients: given with the client, or fetched from where it says and kept for a
//! while. Fetching is bounded: a stranger who sends nonsense must not make us call a service again and
//! again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;

use crate::app::AppState;
use crate::clients::rules::MOST_KEYS;
use crate::db::clients::Client;

/// Fetched keys are used for as long.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// Keys are fetched no more often than this, whether that worked or not.
const PAUSE: TimeDelta = TimeDelta::seconds(10);
/// While they cannot be fetched, those known are good for as long: a service may be away for a while, but a key that
/// it took back must not live on because of that.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// Keys that were fetched, by their address.
#[derive(Default)]
pub struct FetchedKeys(Mutex<HashMap<String, Fetched>>);

#[derive(Clone, Default)]
struct Fetched {
    keys: Option<(Arc<JwkSet>, DateTime<Utc>)>,
    tried_at: DateTime<Utc>,
    /// Held by whoever fetches.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Fetched {
    fn keys(&self, now: DateTime<Utc>) -> Option<Arc<JwkSet>> {
        self.keys.as_ref().filter(|(_, at)| *at + LONGEST > now).map(|(keys, _)| Arc::clone(keys))
    }

    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.keys.as_ref().is_some_and(|(_, at)| *at + FRESH > now)
    }

    fn is_recent(&self, now: DateTime<Utc>) -> bool {
        self.tried_at + PAUSE > now
    }
}

impl FetchedKeys {
    /// What is known; nothing yet, but the same nothing for all who ask.
    fn get(&self, uri: &str, now: DateTime<Utc>) -> Fetched {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Addresses of clients that are gone.
        all.retain(|other, old| other == uri || old.tried_at + LONGEST > now || Arc::strong_count(&old.turn) > 1);
        all.entry(uri.to_owned()).or_default().clone()
    }

    fn tried(&self, uri: &str, keys: Option<Arc<JwkSet>>, now: DateTime<Utc>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = all.entry(uri.to_owned()).or_default();
        entry.tried_at = now;
        if let Some(keys) = keys {
            entry.keys = Some((keys, now));
        }
    }
}

/// Whether fetching again may bring other keys.
#[must_use]
pub fn may_have_changed(client: &Client, state: &AppState) -> bool {
    let now = state.clock.now();
    client.jwks_uri.as_deref().is_some_and(|uri| !state.fetched_keys.get(uri, now).is_recent(now))
}

/// The client's keys; none when they cannot be had.
pub async fn of(client: &Client, fetch_again: bool, state: &AppState) -> Option<Arc<JwkSet>> {
    if let Some(jwks) = &client.jwks {
        return serde_json::from_value(jwks.clone()).ok().map(Arc::new);
    }
    let uri = client.jwks_uri.as_deref()?;
    let now = state.clock.now();
    let known = state.fetched_keys.get(uri, now);
    if let Some(keys) = known.keys(now)
        && (known.is_recent(now) || (known.is_fresh(now) && !fetch_again))
    {
        return Some(keys);
    }
    // Whoever has nothing to make do with waits for the answer that another asked for.
    let _turn = known.turn.lock().await;
    let known = state.fetched_keys.get(uri, now);
    if known.is_recent(now) {
        return known.keys(now);
    }
    // Noted before the answer is there: those who ask meanwhile make do with what is known.
    state.fetched_keys.tried(uri, None, now);
    let keys = match state.outgoing.get_json(uri).await {
        Ok(document) => parse(document).or_else(|| {
            tracing::warn!(client = client.client_id, "jwks_uri does not lead to a JSON Web Key Set");
            None
        }),
        Err(error) => {
            tracing::warn!(client = client.client_id, %error, "the keys of a client could not be fetched");
            None
        }
    };
    state.fetched_keys.tried(uri, keys.map(Arc::new), now);
    state.fetched_keys.get(uri, now).keys(now)
}

/// The keys of a set that we understand; the others are skipped (RFC 7517 5).
fn parse(mut document: serde_json::Value) -> Option<JwkSet> {
    let keys = document.get_mut("keys")?.as_array_mut()?;
    let known = keys.drain(..).filter_map(|key| serde_json::from_value(key).ok());
    Some(JwkSet { keys: known.take(MOST_KEYS).collect() })
}
