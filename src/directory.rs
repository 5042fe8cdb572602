//! Clients and signing keys in memory, kept fresh by PostgreSQL's notifications. Never an access
//! decision: those are read each time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::postgres::PgListener;
use uuid::Uuid;

use crate::clock::Clock;
use crate::crypto::{Algorithm, SigningKey, Vault};
use crate::db;
use crate::db::clients::Client;
use crate::db::instance::SealedKey;

/// Everything is read again at least this often, should a notification be lost.
const SAFETY: Duration = Duration::from_secs(60);

/// The clients and the keys of this moment.
#[derive(Default)]
pub struct Directory {
    /// One reading at a time: an older one must not overwrite a newer.
    reading: tokio::sync::Mutex<()>,
    clients: ArcSwap<HashMap<String, Arc<Client>>>,
    keys: ArcSwap<Keys>,
}

#[derive(Default)]
struct Keys {
    /// Newest first.
    ring: Vec<(Arc<SigningKey>, DateTime<Utc>)>,
    jwks: Value,
}

/// Why the directory cannot be filled.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// PostgreSQL's words.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A key that the master key does not open, or that is damaged.
    #[error("the signing key {0} cannot be opened with this master key")]
    Key(String),
}

impl Directory {
    /// The client of that id. One that is not in memory is looked for once in the database: it may
    /// have been added a moment ago.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn client(&self, client_id: &str, pool: &db::Pool) -> sqlx::Result<Option<Arc<Client>>> {
        if let Some(client) = self.clients.load().get(client_id) {
            return Ok(Some(Arc::clone(client)));
        }
        if client_id.len() > 64 || client_id.contains('\0') {
            return Ok(None);
        }
        let mut connection = pool.acquire().await?;
        Ok(db::clients::find(&mut connection, client_id).await?.map(Arc::new))
    }

    /// The key that signs with that algorithm at `now`.
    #[must_use]
    pub fn signing_key(&self, algorithm: Algorithm, now: DateTime<Utc>) -> Option<Arc<SigningKey>> {
        let keys = self.keys.load();
        let ready = |(key, from): &&(Arc<SigningKey>, DateTime<Utc>)| key.algorithm() == algorithm && *from <= now;
        keys.ring.iter().find(ready).map(|(key, _)| Arc::clone(key))
    }

    /// The JSON Web Key Set: public members only.
    #[must_use]
    pub fn jwks(&self) -> Value {
        self.keys.load().jwks.clone()
    }

    /// The `sub` of an ID token of ours for that client, expired or not; none when it is not one.
    #[must_use]
    pub fn subject_of_hint(&self, token: &str, issuer: &str, client_id: &str) -> Option<String> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let keys = self.keys.load();
        let (key, _) = keys.ring.iter().find(|(key, _)| Some(key.kid()) == header.kid.as_deref())?;
        let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.public_jwk()).ok()?;
        let mut rule = jsonwebtoken::Validation::new(match key.algorithm() {
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        });
        rule.validate_exp = false;
        rule.set_issuer(&[issuer]);
        rule.set_audience(&[client_id]);
        let decoding = jsonwebtoken::DecodingKey::from_jwk(&jwk).ok()?;
        let token = jsonwebtoken::decode::<Value>(token, &decoding, &rule).ok()?;
        token.claims["sub"].as_str().map(str::to_owned)
    }

    /// Reads everything again.
    ///
    /// # Errors
    /// PostgreSQL's, or a key that cannot be opened. What was known stays.
    pub async fn reload(&self, pool: &db::Pool, vault: &Vault, clock: &Clock) -> Result<(), DirectoryError> {
        let _one_at_a_time = self.reading.lock().await;
        let mut connection = pool.acquire().await?;
        let clients = db::clients::load(&mut connection, None).await?;
        let sealed = db::instance::published_keys(&mut connection, clock.now()).await?;
        drop(connection);
        let known = self.keys.load_full();
        let mut ring = Vec::with_capacity(sealed.len());
        for row in sealed {
            let from = row.signs_from;
            let same = known.ring.iter().find(|(key, _)| key.kid() == row.kid).map(|(key, _)| Arc::clone(key));
            ring.push((same.map_or_else(|| open(&row, vault), Ok)?, from));
        }
        let jwks = json!({ "keys": ring.iter().map(|(key, _)| key.public_jwk()).collect::<Vec<_>>() });
        self.keys.store(Arc::new(Keys { ring, jwks }));
        self.clients
            .store(Arc::new(clients.into_iter().map(|client| (client.client_id.clone(), Arc::new(client))).collect()));
        Ok(())
    }

    /// Listens for changes and reads again, for ever.
    pub async fn keep_fresh(&self, pool: &db::Pool, vault: &Vault, clock: &Clock) {
        loop {
            let outcome = self.listen(pool, vault, clock).await;
            if let Err(error) = outcome {
                tracing::warn!(%error, "clients and keys may be out of date; trying again");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn listen(&self, pool: &db::Pool, vault: &Vault, clock: &Clock) -> Result<(), DirectoryError> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen("loquet_cache").await?;
        loop {
            // First what changed before we listened.
            self.reload(pool, vault, clock).await?;
            if let Ok(notification) = tokio::time::timeout(SAFETY, listener.try_recv()).await {
                // None: the connection was lost, and notifications with it.
                if notification?.is_none() {
                    return Ok(());
                }
            }
        }
    }
}

fn open(row: &SealedKey, vault: &Vault) -> Result<Arc<SigningKey>, DirectoryError> {
    let fault = || DirectoryError::Key(row.kid.clone());
    let algorithm = Algorithm::from_name(&row.algorithm).ok_or_else(fault)?;
    let pkcs8 = vault.open(&about(&row.kid), &row.private_key).map_err(|_| fault())?;
    Ok(Arc::new(SigningKey::from_pkcs8(row.kid.clone(), algorithm, &pkcs8).map_err(|_| fault())?))
}

fn about(kid: &str) -> String {
    format!("signing key {kid}")
}

/// Makes the first key of each algorithm, where there is none. Signs from now on: nobody has an
/// older set in memory.
///
/// # Errors
/// PostgreSQL's, or the library's.
pub async fn ensure_keys(pool: &db::Pool, vault: &Vault, now: DateTime<Utc>) -> Result<(), DirectoryError> {
    let mut connection = pool.acquire().await?;
    let known = db::instance::published_keys(&mut connection, now).await?;
    drop(connection);
    for algorithm in Algorithm::ALL {
        if known.iter().any(|key| key.algorithm == algorithm.name()) {
            continue;
        }
        let kid = Uuid::now_v7().simple().to_string();
        let fault = || DirectoryError::Key(kid.clone());
        let clear = SigningKey::generate(algorithm).map_err(|_| fault())?;
        let private_key = vault.seal(&about(&kid), &clear).map_err(|_| fault())?;
        let mut transaction = pool.begin().await?;
        let key = SealedKey { kid, algorithm: algorithm.name().to_owned(), private_key, signs_from: now };
        db::instance::insert_first_key(&mut transaction, &key, now).await?;
        transaction.commit().await?;
    }
    Ok(())
}
