//! Is this the password of that name? Counted against the limits before anything is computed, and
//! computed on the hashing pool.
//!
//! Every refusal looks the same and takes the same time, whatever is or is not behind the name: a
//! wrong password, an unknown name, a disabled account, one without a password.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::app::AppState;
use crate::authn::hashing::Busy;
use crate::authn::password::{PasswordHashing, Verdict};
use crate::authn::throttle::{ACCOUNT, ADDRESS, KNOWN_BROWSER, Limit};
use crate::crypto::{Hashed, Purpose};
use crate::db;
use crate::db::users::{Credentials, User};
use crate::http::browser::Browser;
use crate::http::client_address::{client_address, range};
use crate::http::page_error::PageError;
use crate::http::trace;
use crate::types::username_key;

/// Longest name or address that is looked up, in bytes.
const MAX_LOGIN: usize = 254;

/// Why not.
pub enum Refusal {
    /// Not that password, or nobody of that name. Never told apart.
    Wrong,
    /// Too many tries.
    Throttled {
        /// When the next is evaluated.
        free_at: DateTime<Utc>,
    },
    /// Too many sign-ins at once.
    Busy(Busy),
}

/// The password was right.
pub struct Proof {
    /// Whose.
    pub user: Uuid,
    /// They have a second factor, to be shown as well.
    pub second_factor: bool,
    /// A better hash of it, and the one it replaces.
    upgrade: Option<(String, String)>,
    /// It was longer than what the old hash read.
    cut: bool,
    limits: Limits,
}

impl Proof {
    /// Writes what follows from the proof, in the transaction of the sign-in: the tries are
    /// forgotten, an old hash is replaced.
    pub async fn settle(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        db::throttles::clear(connection, &self.limits.account).await?;
        db::throttles::give_back(connection, &self.limits.address).await?;
        if let Some((old, new)) = &self.upgrade {
            db::users::upgrade_hash(connection, self.user, old, new).await?;
        }
        if self.cut {
            db::users::expire_password(connection, self.user).await?;
        }
        Ok(())
    }
}

/// The keys that a try counts against.
#[derive(Default)]
struct Limits {
    account: Vec<Vec<u8>>,
    address: Vec<Vec<u8>>,
}

/// Checks a password.
///
/// # Errors
/// PostgreSQL's.
pub async fn prove(
    request: &HttpRequest,
    state: &AppState,
    browser: &Browser,
    login: &str,
    password: &str,
) -> Result<Result<Proof, Refusal>, PageError> {
    // A place first: a try that cannot be evaluated is not counted.
    let place = match state.hasher.place() {
        Ok(place) => place,
        Err(busy) => return Ok(Err(Refusal::Busy(busy))),
    };
    let sound = is_sound(login) && !password.contains('\0');
    let mut connection = state.pool.acquire().await?;
    let found = if sound { db::users::find_credentials(&mut connection, login, browser.hashed()).await? } else { None };
    let (counted, limits) = limits(request, state, browser.hashed(), login, found.as_ref());
    let refused = if state.settings.testing.unlimited {
        None
    } else {
        db::throttles::take(&mut connection, &counted, state.clock.now()).await?
    };
    drop(connection);
    if let Some(refused) = refused {
        // The last limit is that of the account, whatever it was called: to say so would tell that
        // a username and an address are one person.
        let told = refused.limit < 2 || limits.address.is_empty();
        return Ok(Err(if told { Refusal::Throttled { free_at: refused.free_at } } else { Refusal::Wrong }));
    }
    let usable = found.filter(|credentials| credentials.active);
    let stored = usable.as_ref().and_then(|credentials| credentials.password_hash.clone());
    let (vault, cost) = (Arc::clone(&state.vault), state.settings.passwords.cost);
    let password = Zeroizing::new(password.to_owned());
    let compared = stored.clone();
    let verdict =
        place.run(move || PasswordHashing { vault: &vault, cost }.verify(&password, compared.as_deref())).await?;
    Ok(match (usable, verdict) {
        (Some(Credentials { user_id: user, second_factor, .. }), Verdict::Right { replacement }) => {
            Ok(Proof { user, second_factor, upgrade: stored.zip(replacement), cut: false, limits })
        }
        (Some(Credentials { user_id: user, second_factor, .. }), Verdict::RightButCut) => {
            Ok(Proof { user, second_factor, upgrade: None, cut: true, limits })
        }
        (known, _) => {
            if let Some(credentials) = known {
                let (origin, now) = (trace::origin(request, state), state.clock.now());
                let mut connection = state.pool.acquire().await?;
                db::audit::record_refusal(&mut connection, credentials.user_id, &origin, now).await?;
            }
            Err(Refusal::Wrong)
        }
    })
}

/// What a try counts against, in order. From a browser that its owner has used before: a counter of
/// its own. From any other: the address range, the name as typed, and the account behind it.
fn limits(
    request: &HttpRequest,
    state: &AppState,
    browser: Hashed,
    login: &str,
    found: Option<&Credentials>,
) -> (Vec<(Vec<u8>, Limit)>, Limits) {
    if let Some(credentials) = found.filter(|credentials| credentials.known_browser) {
        let own = key(state, &[b"browser", credentials.user_id.as_bytes(), browser.as_bytes()]);
        return (vec![(own.clone(), KNOWN_BROWSER)], Limits { account: vec![own], address: Vec::new() });
    }
    let (address, name) = (address_key(request, state), name_key(login, state));
    let mut counted = vec![(address.clone(), ADDRESS), (name.clone(), ACCOUNT)];
    let mut account = vec![name];
    if let Some(credentials) = found {
        let person = key(state, &[b"account", credentials.user_id.as_bytes()]);
        counted.push((person.clone(), ACCOUNT));
        account.push(person);
    }
    (counted, Limits { account, address: vec![address] })
}

/// Whether it can be somebody's name at all.
pub(super) fn is_sound(login: &str) -> bool {
    !login.is_empty() && login.len() <= MAX_LOGIN && !login.contains('\0')
}

fn key(state: &AppState, parts: &[&[u8]]) -> Vec<u8> {
    state.vault.mac(Purpose::Throttle, parts).to_vec()
}

/// The counter of an address range.
pub(super) fn address_key(request: &HttpRequest, state: &AppState) -> Vec<u8> {
    key(state, &[b"address", &range(client_address(request, state))])
}

/// The counter of a name, as typed.
pub(super) fn name_key(login: &str, state: &AppState) -> Vec<u8> {
    key(state, &[b"name", username_key(login).as_bytes()])
}

/// Waits until a whole number of floors has passed since `start`: the time of a refusal says nothing
/// about which kind of hash, or none, was behind it.
pub async fn wait_for_floor(start: Instant, state: &AppState) {
    if state.settings.testing.unlimited {
        return;
    }
    let floor = state.settings.passwords.refusal_floor.max(Duration::from_millis(1));
    let elapsed = start.elapsed().as_micros();
    let rest = floor.as_micros() - elapsed % floor.as_micros();
    tokio::time::sleep(Duration::from_micros(u64::try_from(rest).unwrap_or_default())).await;
}

/// Forgets the tries on somebody who came back by another way: whatever strangers tried meanwhile, the
/// owner gets in (PW-02).
pub async fn forget_tries(
    connection: &mut PgConnection,
    user: &User,
    browser: &Browser,
    state: &AppState,
) -> sqlx::Result<()> {
    let key = |parts: &[&[u8]]| state.vault.mac(Purpose::Throttle, parts).to_vec();
    let names = [&user.username, &user.email].map(|name| key(&[b"name", username_key(name).as_bytes()]));
    let person = key(&[b"account", user.id.as_bytes()]);
    let here = key(&[b"browser", user.id.as_bytes(), browser.hashed().as_bytes()]);
    db::throttles::clear(connection, &[&names[..], &[person, here]].concat()).await
}
