//! How many mails may be asked for to one address (ML-06). Only mails that a form open to strangers
//! sets off are counted: a notice about an account follows from a proof of its owner, and nobody can
//! spend anything to keep it from going.

use sqlx::PgConnection;

use crate::authn::throttle::{MAIL_TO_ANYBODY, MAIL_TO_OWNER};
use crate::clock::Clock;
use crate::crypto::{Purpose, Vault};
use crate::db;

/// What a mail is counted against: whoever spends one leaves the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// To the address of an account, for its owner to come in: forgotten password, verification. Six a
    /// day.
    Owner,
    /// To an address that was typed: registration, change of address. Four a day, and so many a day
    /// for each domain.
    Anybody,
}

/// Counts a mail; `false` when the address, or its domain, has had enough.
///
/// # Errors
/// PostgreSQL's.
pub async fn take(
    connection: &mut PgConnection,
    vault: &Vault,
    clock: &Clock,
    per_domain: i32,
    address: &str,
    budget: Budget,
) -> sqlx::Result<bool> {
    let address = address.to_ascii_lowercase();
    let (name, limit): (&[u8], _) = match budget {
        Budget::Owner => (b"mail to owner", MAIL_TO_OWNER),
        Budget::Anybody => (b"mail to anybody", MAIL_TO_ANYBODY),
    };
    let key = vault.mac(Purpose::Throttle, &[name, address.as_bytes()]).to_vec();
    let now = clock.now();
    if db::throttles::take(connection, &[(key, limit)], now).await?.is_some() {
        return Ok(false);
    }
    if budget == Budget::Owner {
        // There are only so many accounts.
        return Ok(true);
    }
    let domain = address.rsplit_once('@').map_or(address.as_str(), |(_, domain)| domain);
    let key = vault.mac(Purpose::Throttle, &[b"mail domain", domain.as_bytes()]);
    let taken = db::mail_domain_counts::take(connection, &key, now.date_naive(), per_domain).await?;
    if !taken {
        tracing::warn!(domain, per_domain, "no more mail to strangers of this domain today: mail.strangers_per_domain");
    }
    Ok(taken)
}
