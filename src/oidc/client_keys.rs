//! The public keys of clients: given with the client, or fetched from where it says and kept for a
//! while. Fetching is bounded: a stranger who sends nonsense must not make us call a service again and
//! again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;

use crate::app::AppState;
use crate::db::clients::Client;

/// Fetched keys are used for as long.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// Keys are fetched no more often than this, whether that worked or not.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

/// Keys that were fetched, by their address.
#[derive(Default)]
pub struct FetchedKeys(Mutex<HashMap<String, Fetched>>);

#[derive(Clone)]
struct Fetched {
    keys: Option<Arc<JwkSet>>,
    at: DateTime<Utc>,
}

impl FetchedKeys {
    fn get(&self, uri: &str) -> Option<Fetched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(uri).cloned()
    }

    fn put(&self, uri: &str, fetched: Fetched) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Addresses of clients that are gone.
        all.retain(|_, old| old.at + TimeDelta::days(1) > fetched.at);
        all.insert(uri.to_owned(), fetched);
    }
}

/// Whether fetching again may bring other keys.
#[must_use]
pub fn may_have_changed(client: &Client, state: &AppState) -> bool {
    client
        .jwks_uri
        .as_deref()
        .is_some_and(|uri| state.fetched_keys.get(uri).is_none_or(|known| known.at + PAUSE <= state.clock.now()))
}

/// The client's keys; none when they cannot be had.
pub async fn of(client: &Client, fetch_again: bool, state: &AppState) -> Option<Arc<JwkSet>> {
    if let Some(jwks) = &client.jwks {
        return serde_json::from_value(jwks.clone()).ok().map(Arc::new);
    }
    let uri = client.jwks_uri.as_deref()?;
    let (known, now) = (state.fetched_keys.get(uri), state.clock.now());
    if let Some(known) = &known {
        let fresh = known.keys.is_some() && known.at + FRESH > now && !fetch_again;
        if fresh || known.at + PAUSE > now {
            return known.keys.clone();
        }
    }
    // Noted before the answer is there: those who ask meanwhile make do with what is known.
    let old = known.and_then(|known| known.keys);
    state.fetched_keys.put(uri, Fetched { keys: old.clone(), at: now });
    let keys = match state.outgoing.get_json(uri).await {
        Ok(document) => match parse(document) {
            Some(keys) => Some(Arc::new(keys)),
            None => {
                tracing::warn!(client = client.client_id, "jwks_uri does not lead to a JSON Web Key Set");
                old
            }
        },
        Err(error) => {
            tracing::warn!(client = client.client_id, %error, "the keys of a client could not be fetched");
            old
        }
    };
    state.fetched_keys.put(uri, Fetched { keys: keys.clone(), at: now });
    keys
}

/// The keys of a set that we understand; the others are skipped (RFC 7517 5).
fn parse(mut document: serde_json::Value) -> Option<JwkSet> {
    let keys = document.get_mut("keys")?.as_array_mut()?;
    Some(JwkSet { keys: keys.drain(..).filter_map(|key| serde_json::from_value(key).ok()).collect() })
}
