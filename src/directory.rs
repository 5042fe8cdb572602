//! Clients and signing keys in memory, kept fresh by PostgreSQL's notifications. Never an access
//! decision: those are read each time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::postgres::PgListener;

use crate::clock::Clock;
use crate::crypto::{Algorithm, SigningKey, Vault};
use crate::db;
use crate::db::clients::{Authentication, Client};
use crate::http::document::Document;
use crate::key_rotation;

/// Everything is read again at least this often, should a notification be lost.
const SAFETY: Duration = Duration::from_secs(60);

/// The clients and the keys of this moment.
#[derive(Default)]
pub struct Directory {
    /// One reading at a time: an older one must not overwrite a newer.
    reading: tokio::sync::Mutex<()>,
    clients: ArcSwap<HashMap<String, Arc<Client>>>,
    /// By protected host.
    hosts: ArcSwap<HashMap<String, Arc<Client>>>,
    /// Origins of the redirect URIs of public clients.
    origins: ArcSwap<HashSet<String>>,
    keys: ArcSwap<Keys>,
}

#[derive(Default)]
struct Keys {
    /// Newest first; those that are not published any more too, to recognise old ID tokens.
    ring: Vec<(Arc<SigningKey>, DateTime<Utc>)>,
    jwks: Document,
}

/// A JWT that we signed.
#[derive(Debug)]
pub struct Signed {
    /// What kind of token its header says it is.
    pub typ: String,
    /// What it says.
    pub claims: Value,
}

/// `typ` of ID tokens.
pub const ID_TOKEN_TYP: &str = "JWT";

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

    /// The client that protects a host.
    #[must_use]
    pub fn protecting(&self, host: &str) -> Option<Arc<Client>> {
        self.hosts.load().get(host).map(Arc::clone)
    }

    /// Whether an application in a browser, from this origin, may be a public client.
    #[must_use]
    pub fn is_public_origin(&self, origin: &[u8]) -> bool {
        std::str::from_utf8(origin).is_ok_and(|origin| self.origins.load().contains(origin))
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
    pub fn jwks(&self) -> Document {
        self.keys.load().jwks.clone()
    }

    /// Signs claims as a JWT of that `typ`.
    ///
    /// # Errors
    /// Why not: a fault of ours.
    pub fn sign(
        &self,
        algorithm: Algorithm,
        typ: &str,
        claims: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<String, String> {
        let key =
            self.signing_key(algorithm, now).ok_or_else(|| format!("there is no {} signing key", algorithm.name()))?;
        key.sign(typ, claims).map_err(|error| error.to_string())
    }

    /// A JWT that we signed, expired or not (what is stored decides); none when it is not one. Its key is
    /// the one that its `kid` names, its algorithm that key's, whatever else the header says.
    #[must_use]
    pub fn verify(&self, token: &str, issuer: &str) -> Option<Signed> {
        let header = jsonwebtoken::decode_header(token).ok().filter(|header| header.crit.is_none())?;
        let keys = self.keys.load();
        let (key, _) = keys.ring.iter().find(|(key, _)| Some(key.kid()) == header.kid.as_deref())?;
        let mut rule = jsonwebtoken::Validation::new(key.algorithm().for_verification());
        rule.validate_exp = false;
        rule.validate_aud = false;
        rule.set_issuer(&[issuer]);
        rule.set_required_spec_claims(&["iss"]);
        let token = jsonwebtoken::decode::<Value>(token, key.decoding(), &rule).ok()?;
        Some(Signed { typ: header.typ?, claims: token.claims })
    }

    /// The `sub` of an ID token of ours for that client, expired or not; none when it is not one.
    #[must_use]
    pub fn subject_of_hint(&self, token: &str, issuer: &str, client_id: &str) -> Option<String> {
        let Signed { typ, claims } = self.verify(token, issuer)?;
        let ours = typ == ID_TOKEN_TYP && claims["aud"] == client_id;
        claims["sub"].as_str().filter(|_| ours).map(str::to_owned)
    }

    /// Reads everything again.
    ///
    /// # Errors
    /// PostgreSQL's, or a key that cannot be opened. What was known stays.
    pub async fn reload(&self, pool: &db::Pool, vault: &Vault, clock: &Clock) -> Result<(), DirectoryError> {
        let _one_at_a_time = self.reading.lock().await;
        let mut connection = pool.acquire().await?;
        let clients = db::clients::load(&mut connection, None).await?;
        let now = clock.now();
        let sealed = db::signing_keys::load(&mut connection, now - key_rotation::MEMORY).await?;
        drop(connection);
        let known = self.keys.load_full();
        let (mut ring, mut published) = (Vec::with_capacity(sealed.len()), Vec::new());
        for row in sealed {
            let same = known.ring.iter().find(|(key, _)| key.kid() == row.kid).map(|(key, _)| Arc::clone(key));
            let key = same.map_or_else(|| key_rotation::open(&row, vault).map(Arc::new), Ok)?;
            if row.retired_at.is_none_or(|moment| moment > now) {
                published.push(key.public_jwk());
            }
            ring.push((key, row.signs_from));
        }
        let jwks = Document::new(&json!({ "keys": published }));
        self.keys.store(Arc::new(Keys { ring, jwks }));
        self.origins.store(Arc::new(public_origins(&clients)));
        let clients: Vec<Arc<Client>> = clients.into_iter().map(Arc::new).collect();
        self.hosts.store(Arc::new(protected_hosts(&clients)));
        self.clients.store(Arc::new(clients.into_iter().map(|client| (client.client_id.clone(), client)).collect()));
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

/// Of two with the same host, which the command line does not let happen, every replica takes the same.
fn protected_hosts(clients: &[Arc<Client>]) -> HashMap<String, Arc<Client>> {
    let mut hosts = HashMap::new();
    for client in clients {
        for host in &client.forward_hosts {
            hosts.entry(host.clone()).or_insert_with(|| Arc::clone(client));
        }
    }
    hosts
}

fn public_origins(clients: &[Client]) -> HashSet<String> {
    clients
        .iter()
        .filter(|client| client.enabled && client.authentication == Authentication::None)
        .flat_map(|client| &client.redirect_uris)
        .filter_map(|uri| url::Url::parse(uri).ok())
        .map(|uri| uri.origin())
        .filter(url::Origin::is_tuple)
        .map(|origin| origin.ascii_serialization())
        .collect()
}
