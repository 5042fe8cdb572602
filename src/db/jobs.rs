//! Rows whose time has passed. Nothing relies on this: every statement that uses such a row looks
//! at its expiry itself.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

/// Most rows removed by one statement.
const BATCH: i64 = 1000;

/// Removes what has expired, a batch of each table; `true` when there may be more.
///
/// # Errors
/// PostgreSQL's.
#[expect(clippy::too_many_lines, reason = "a list, one statement for each table")]
pub async fn purge(connection: &mut PgConnection, idle: TimeDelta, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let mut most = 0;
    macro_rules! purge {
        ($statement:literal, $moment:expr) => {
            most = most.max(sqlx::query!($statement, $moment, BATCH).execute(&mut *connection).await?.rows_affected());
        };
    }
    purge!(
        "DELETE FROM authorization_requests WHERE id IN (SELECT id FROM authorization_requests WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    // A redeemed code is kept for an hour: if it comes back, its tokens are revoked.
    purge!(
        "DELETE FROM authorization_codes WHERE hash IN (SELECT hash FROM authorization_codes WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::hours(1)
    );
    purge!(
        "DELETE FROM access_tokens WHERE hash IN (SELECT hash FROM access_tokens WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM refresh_tokens WHERE hash IN (SELECT hash FROM refresh_tokens WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM oauth_sessions WHERE id IN (SELECT id FROM oauth_sessions WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM browser_sessions WHERE id IN (SELECT id FROM browser_sessions WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM browser_sessions WHERE id IN (SELECT id FROM browser_sessions WHERE last_seen_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - idle
    );
    purge!(
        "DELETE FROM passkey_challenges WHERE (browser_hash, purpose) IN (SELECT browser_hash, purpose FROM passkey_challenges WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM pending_sign_ins WHERE token_hash IN (SELECT token_hash FROM pending_sign_ins WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM mail_links WHERE token_hash IN (SELECT token_hash FROM mail_links WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(7)
    );
    purge!(
        "DELETE FROM email_changes WHERE id IN (SELECT id FROM email_changes WHERE cancel_expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM registrations WHERE email_key IN (SELECT email_key FROM registrations WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM throttles WHERE key IN (SELECT key FROM throttles WHERE updated_at < $1 AND attempts < 10 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(30)
    );
    purge!(
        "DELETE FROM known_devices WHERE (browser_hash, user_id) IN (SELECT browser_hash, user_id FROM known_devices WHERE last_used_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(400)
    );
    purge!(
        "DELETE FROM pushed_requests WHERE hash IN (SELECT hash FROM pushed_requests WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM used_assertions WHERE hash IN (SELECT hash FROM used_assertions WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM client_tokens WHERE hash IN (SELECT hash FROM client_tokens WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM personal_tokens WHERE id IN (SELECT id FROM personal_tokens WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(30)
    );
    purge!(
        "DELETE FROM initial_access_tokens WHERE hash IN (SELECT hash FROM initial_access_tokens WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now
    );
    purge!(
        "DELETE FROM logout_deliveries WHERE id IN (SELECT id FROM logout_deliveries WHERE created_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(30)
    );
    purge!(
        "DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(30)
    );
    purge!(
        "DELETE FROM access_requests WHERE id IN (SELECT id FROM access_requests WHERE coalesce(answered_at, created_at) < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(180)
    );
    // Longer than any of them is good for.
    purge!(
        "DELETE FROM spent_captchas WHERE key IN (SELECT key FROM spent_captchas WHERE spent_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::hours(3)
    );
    purge!(
        "DELETE FROM mail_outbox WHERE id IN (SELECT id FROM mail_outbox WHERE dead_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - TimeDelta::days(30)
    );
    purge!(
        "DELETE FROM mail_domain_counts WHERE (domain, day) IN (SELECT domain, day FROM mail_domain_counts WHERE day < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now.date_naive() - TimeDelta::days(1)
    );
    Ok(most >= BATCH.unsigned_abs())
}
