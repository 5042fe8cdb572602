//! Table `service_logos`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// The logo at an address.
///
/// # Errors
/// PostgreSQL's.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT png FROM service_logos WHERE id = $1", id).fetch_optional(connection).await
}

/// Gives a service a logo, in place of the one before.
///
/// # Errors
/// PostgreSQL's.
pub async fn set(
    connection: &mut PgConnection,
    client_id: &str,
    id: Uuid,
    png: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO service_logos (client_id, id, png, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (client_id) DO UPDATE SET id = $2, png = $3, created_at = $4",
        client_id,
        id,
        png,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the logo of a service away; `false` when there was none.
///
/// # Errors
/// PostgreSQL's.
pub async fn remove(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<bool> {
    let removed = sqlx::query!("DELETE FROM service_logos WHERE client_id = $1", client_id).execute(connection).await?;
    Ok(removed.rows_affected() == 1)
}
