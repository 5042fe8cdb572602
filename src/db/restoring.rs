//! Putting a backup into the database, and what must be so afterwards: **nothing that was issued before is good
//! any more** (KM-06). A backup knows nothing of what was used, rotated or revoked since it was made, so all of
//! it goes: in the transaction that restores, for a server that starts in the middle must not honour any of it.
//!
//! A backup may be of an earlier version: each statement asks whether its table is there. What is written here
//! must hold for every schema since the first.

use sqlx::{Executor as _, PgConnection};

/// Begins the transaction that restores, in an empty schema.
pub const BEGIN: &str = "\
SET client_min_messages = warning;
SET lock_timeout = '60s';
BEGIN;
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
";

/// The privileges of the journal (`migrations/0024_journal.sql`): those of the backup name the role that made it,
/// which need not be there. `tests/backups.rs` compares all privileges before and after.
pub const PROTECT: &str = "
RESET search_path;
DO $$ BEGIN
    IF to_regclass('audit_chain') IS NOT NULL THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON audit_events, audit_chain FROM CURRENT_USER;
        GRANT UPDATE (actor_id, user_id, address_range, device, request_id, details, salt) ON audit_events TO CURRENT_USER;
    END IF;
END $$;
";

/// Ends it.
pub const COMMIT: &str = "\nCOMMIT;\n";

/// Makes void what was issued: sessions, tokens, keys of programs, links, codes, steps of sign-ins; services are
/// told that the sessions have ended. Mail that waits holds such links, or has been sent since.
///
/// What stays: links that only take something back (a change of address, the deletion of an account), because a
/// restore may have undone just that. Deletions that are due wait for another week, in case they were cancelled.
pub const VOID: &str = "
DO $$
DECLARE
    needed text;
    act text;
BEGIN
    FOR needed, act IN SELECT * FROM (VALUES
        ('logout_deliveries', 'SELECT queue_logouts(ARRAY(SELECT DISTINCT sid FROM oauth_sessions WHERE revoked_at IS NULL AND expires_at > now()), now())'),
        ('oauth_sessions', 'DELETE FROM oauth_sessions'),
        ('browser_sessions', 'DELETE FROM browser_sessions'),
        ('authorization_requests', 'DELETE FROM authorization_requests'),
        ('pushed_requests', 'DELETE FROM pushed_requests'),
        ('client_tokens', 'DELETE FROM client_tokens'),
        ('initial_access_tokens', 'DELETE FROM initial_access_tokens'),
        ('personal_tokens', 'DELETE FROM personal_tokens'),
        ('pending_sign_ins', 'DELETE FROM pending_sign_ins'),
        ('passkey_challenges', 'DELETE FROM passkey_challenges'),
        ('mail_links', 'DELETE FROM mail_links'),
        ('mail_outbox', 'DELETE FROM mail_outbox'),
        ('registrations', 'DELETE FROM registrations WHERE used_at IS NULL'),
        ('invitations', 'UPDATE invitations SET answered_at = now(), accepted = NULL WHERE answered_at IS NULL'),
        ('email_changes', 'UPDATE email_changes SET confirm_hash = NULL WHERE confirmed_at IS NULL'),
        ('recovery_codes', 'UPDATE recovery_codes SET used_at = now() WHERE used_at IS NULL'),
        ('authenticators', 'UPDATE authenticators SET last_step = greatest(last_step, floor(extract(epoch FROM now()) / 30)::bigint + 1)'),
        ('account_deletions', 'UPDATE account_deletions SET due_at = greatest(due_at, now() + interval ''7 days'')'),
        ('first_administrator', 'UPDATE first_administrator SET token_hash = NULL, expires_at = NULL')
    ) AS acts LOOP
        IF to_regclass(needed) IS NOT NULL THEN
            EXECUTE act;
        END IF;
    END LOOP;
END $$;
";

/// Makes void what was issued, in a transaction of the caller. It may take a while on a large host.
///
/// # Errors
/// PostgreSQL's.
pub async fn void(connection: &mut PgConnection) -> sqlx::Result<()> {
    connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'").await?;
    connection.execute(VOID).await?;
    Ok(())
}

/// Whether there are accounts in the database, of whatever version it is.
///
/// Not checked at compile time: the table may not be there.
///
/// # Errors
/// PostgreSQL's.
pub async fn has_accounts(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let is_there: bool =
        sqlx::query_scalar("SELECT to_regclass('users') IS NOT NULL").fetch_one(&mut *connection).await?;
    if !is_there {
        return Ok(false);
    }
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM users)").fetch_one(connection).await
}

/// How many other connections Loquet has to this database: a server that runs, or another command.
///
/// # Errors
/// PostgreSQL's.
pub async fn others(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'loquet' AND pid <> pg_backend_pid()"#
    )
    .fetch_one(connection)
    .await
}
