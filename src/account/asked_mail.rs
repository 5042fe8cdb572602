//! How many mails may be asked for (RG-04, ML-06): every form that makes us write to an address it was
//! given asks here first.

use actix_web::HttpRequest;
use sqlx::PgConnection;

use crate::app::AppState;
use crate::authn::throttle::MAIL_RANGE;
use crate::crypto::Purpose;
use crate::db;
use crate::http::client_address::{client_address, range};
use crate::mail::quota::{self, Budget};

/// Whether a mail may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It may.
    Granted,
    /// This address, or its domain, has had enough of them for now. A form open to strangers answers as if the mail
    /// had gone, and sends none: the last one is there to be used. A page of the person says so.
    AddressSpent,
    /// This network has asked for enough of them: 429, whatever the address.
    RangeSpent,
}

/// Counts a mail that somebody asks for, to an address that they typed, in the transaction that queues
/// it. To be called alike for addresses with and without an account.
///
/// # Errors
/// PostgreSQL's.
pub async fn ask(
    connection: &mut PgConnection,
    request: &HttpRequest,
    state: &AppState,
    address: &str,
) -> sqlx::Result<Asked> {
    count(connection, request, state, address, Budget::Anybody).await
}

/// The same for a mail that lets the owner of an account in (forgotten password, verification): whoever
/// spends what [`ask`] counts does not keep them out.
///
/// # Errors
/// PostgreSQL's.
pub async fn ask_for_owner(
    connection: &mut PgConnection,
    request: &HttpRequest,
    state: &AppState,
    address: &str,
) -> sqlx::Result<Asked> {
    count(connection, request, state, address, Budget::Owner).await
}

async fn count(
    connection: &mut PgConnection,
    request: &HttpRequest,
    state: &AppState,
    address: &str,
    budget: Budget,
) -> sqlx::Result<Asked> {
    if state.settings.testing.unlimited {
        return Ok(Asked::Granted);
    }
    // The network first: a try that it refuses is not counted against the address.
    let network = range(client_address(request, state));
    let key = state.vault.mac(Purpose::Throttle, &[b"mail range", &network]).to_vec();
    if db::throttles::take(connection, &[(key, MAIL_RANGE)], state.clock.now()).await?.is_some() {
        return Ok(Asked::RangeSpent);
    }
    let per_domain = state.settings.mail.strangers_per_domain;
    let granted = quota::take(connection, &state.vault, &state.clock, per_domain, address, budget).await?;
    Ok(if granted { Asked::Granted } else { Asked::AddressSpent })
}
