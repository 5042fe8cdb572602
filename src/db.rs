//! The only folder with SQL: free functions on a connection, one file per family of tables, checked
//! at compile time against the migrations. Callers open and commit transactions; nothing here does.
//! Must not import a surface, `http` or `mail`.

/// The columns of `client_access_facts`, which its callers name alike.
macro_rules! facts {
    ($row:ident) => {
        crate::authz::client_access::Facts {
            user_active: $row.user_active,
            email_verified: $row.email_verified,
            client_enabled: $row.client_enabled,
            everyone: $row.everyone,
            groups: $row.groups,
            organizations: $row.organizations,
            access_through: $row.access_through,
            roles: $row.roles,
        }
    };
}

pub mod access;
pub mod access_requests;
pub mod attachments;
pub mod audit;
pub mod authorizations;
pub mod captchas;
pub mod client_roles;
pub mod client_tokens;
pub mod clients;
mod connect;
pub mod consents;
pub mod delegation;
pub mod deletions;
pub mod email_changes;
pub mod entrances;
pub mod export;
pub mod factors;
pub mod first_administrator;
pub mod forwarded;
pub mod groups;
pub mod health;
pub mod held;
pub mod home;
pub mod host_organizations;
pub mod host_services;
pub mod import;
pub mod initial_access_tokens;
pub mod instance;
pub mod invitations;
pub mod jobs;
pub mod legal;
pub mod logouts;
pub mod mail_domain_counts;
pub mod mail_links;
pub mod members;
pub mod merging;
pub mod organizations;
pub mod outbox;
pub mod overview;
pub mod own_organizations;
pub mod own_sessions;
pub mod passkeys;
pub mod pending_sign_ins;
pub mod people;
pub mod personal_tokens;
pub mod pictures;
mod pool;
pub mod programs;
pub mod pushed_requests;
pub mod registrations;
pub mod restoring;
pub mod rights;
pub mod service_logos;
pub mod sessions;
pub mod signing_keys;
pub mod standing;
pub mod throttles;
pub mod tokens;
pub mod users;

pub use connect::{DatabaseError, MIGRATOR, assert_durable, check_writable, migrate, offset_of};
pub use pool::Pool;

/// Nothing changed because a name was taken a moment before. The transaction is over.
fn unless_taken<T>(outcome: sqlx::Result<Option<T>>) -> sqlx::Result<Option<T>> {
    match outcome {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(None),
        outcome => outcome,
    }
}

/// Whether an error means that the database is away, starting, stopping or read-only, or does not let us
/// write, such as the journal: answered with 503 and worth another try, unlike a fault of ours.
#[must_use]
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        // Classes: 57P administrator shutdown, 08 connection, 53 resources, 25006 read only,
        // 57014 cancelled by a timeout, 55P03 lock timeout, 40 serialization and deadlock, 42501 no privilege.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["57P", "08", "53", "40"].iter().any(|class| code.starts_with(class))
                || matches!(&*code, "25006" | "57014" | "55P03" | "42501")
        }),
        _ => false,
    }
}

/// Whether PostgreSQL lacks nothing but the will: somebody must give us back a privilege.
#[must_use]
pub fn is_forbidden(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().is_some_and(|code| code == "42501"))
}
