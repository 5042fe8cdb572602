//! How many mails may be asked for (RG-04): every form that makes us write to an address it was given
//! asks here first.

use actix_web::HttpRequest;
use sqlx::PgConnection;

use crate::app::AppState;
use crate::authn::throttle::{MAIL, MAIL_RANGE};
use crate::crypto::Purpose;
use crate::db;
use crate::http::client_address::{client_address, range};

/// Whether a mail may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It may.
    Granted,
    /// This address has had enough of them for now. A form open to strangers answers as if the mail
    /// had gone, and sends none: the last one is there to be used. A page of the person says so.
    AddressSpent,
    /// This network has asked for enough of them: 429, whatever the address.
    RangeSpent,
}

/// Counts a mail that somebody asks for, in the transaction that queues it. To be called alike for
/// addresses with and without an account.
///
/// # Errors
/// PostgreSQL's.
pub async fn ask(
    connection: &mut PgConnection,
    request: &HttpRequest,
    state: &AppState,
    address: &str,
) -> sqlx::Result<Asked> {
    if state.settings.testing.unlimited {
        return Ok(Asked::Granted);
    }
    let key = |parts: &[&[u8]]| state.vault.mac(Purpose::Throttle, parts).to_vec();
    // The network first: a try that it refuses is not counted against the address.
    let limits = [
        (key(&[b"mail range", &range(client_address(request, state))]), MAIL_RANGE),
        (key(&[b"mail", address.to_ascii_lowercase().as_bytes()]), MAIL),
    ];
    let refused = db::throttles::take(connection, &limits, state.clock.now()).await?;
    Ok(match refused.map(|refused| refused.limit) {
        None => Asked::Granted,
        Some(0) => Asked::RangeSpent,
        Some(_) => Asked::AddressSpent,
    })
}
