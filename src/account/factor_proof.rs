//! Is this the second factor of that person? Counted before it is looked at; codes of the app and
//! recovery codes share the count (MF-07, PR-19). A wrong password, a new sign-in, another replica or
//! a restart change nothing to it: only a right code does.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::AppState;
use crate::authn::recovery_code::RecoveryCode;
use crate::authn::throttle::{ACCOUNT, KNOWN_BROWSER, factor_key};
use crate::authn::totp;
use crate::crypto::{Purpose, Vault};
use crate::db;
use crate::http::browser::Browser;
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// What somebody typed.
pub enum Answer {
    /// Six digits.
    Code(String),
    /// One of the codes for the day the telephone is lost.
    Recovery(RecoveryCode),
}

impl Answer {
    /// Of a form; none when it cannot be right, which is not worth counting.
    pub fn read(form: &Params) -> Option<Self> {
        match form.get("recovery-code") {
            "" => totp::read(form.get("code")).map(Self::Code),
            typed => RecoveryCode::read(typed).map(Self::Recovery),
        }
    }
}

/// Why not.
pub enum Refusal {
    /// Not that code.
    Wrong,
    /// Too many tries.
    Throttled {
        /// When the next is evaluated.
        free_at: DateTime<Utc>,
    },
}

/// It may be right: [`Proof::settle`] says so.
pub struct Proof {
    user: Uuid,
    used: Used,
    /// The count that a right one ends.
    counted: Vec<Vec<u8>>,
}

enum Used {
    Step(i64),
    Recovery(Vec<u8>),
}

impl Proof {
    /// Uses the code up, in the transaction of the sign-in: of parallel tries one succeeds, and none
    /// afterwards (MF-01, MF-02).
    pub async fn settle(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<bool> {
        let good = match &self.used {
            Used::Step(step) => db::factors::use_step(connection, self.user, *step, now).await?,
            Used::Recovery(hash) => db::factors::use_recovery_code(connection, self.user, hash, now).await?,
        };
        if good {
            db::throttles::clear(connection, &self.counted).await?;
        }
        Ok(good)
    }

    /// A recovery code was used.
    pub fn is_recovery(&self) -> bool {
        matches!(self.used, Used::Recovery(_))
    }
}

/// What is stored of a recovery code.
pub fn hash_of(code: &RecoveryCode, user: Uuid, vault: &Vault) -> Vec<u8> {
    vault.mac(Purpose::RecoveryCode, &[user.as_bytes(), code.as_bytes()]).to_vec()
}

/// Checks an answer.
///
/// # Errors
/// PostgreSQL's.
pub async fn prove(
    state: &AppState,
    browser: &Browser,
    user: Uuid,
    answer: &Answer,
) -> Result<Result<Proof, Refusal>, PageError> {
    let now = state.clock.now();
    let mut connection = state.pool.acquire().await?;
    let hashed = browser.hashed();
    let challenge = db::factors::challenge(&mut connection, user, hashed).await?;
    // As for passwords: somebody who has the password cannot lock the owner out of their own browser.
    let (counted, limit) = if challenge.known_browser {
        let own: [&[u8]; 3] = [b"factor browser", user.as_bytes(), hashed.as_bytes()];
        (state.vault.mac(Purpose::Throttle, &own).to_vec(), KNOWN_BROWSER)
    } else {
        (factor_key(&state.vault, user), ACCOUNT)
    };
    if !state.settings.testing.unlimited
        && let Some(refused) = db::throttles::take(&mut connection, &[(counted.clone(), limit)], now).await?
    {
        return Ok(Err(Refusal::Throttled { free_at: refused.free_at }));
    }
    drop(connection);
    let used = match answer {
        Answer::Recovery(code) => Some(Used::Recovery(hash_of(code, user, &state.vault))),
        Answer::Code(code) => {
            let open = |sealed: Vec<u8>| state.vault.open(&totp::about(user), &sealed).map_err(PageError::internal);
            let secret = challenge.secret.map(open).transpose()?;
            secret.and_then(|secret| totp::step_of(&secret, code, now)).map(Used::Step)
        }
    };
    Ok(used.map(|used| Proof { user, used, counted: vec![counted] }).ok_or(Refusal::Wrong))
}
