//! Table `client_roles`: the roles that a service understands.

use sqlx::PgConnection;

use super::attachments::ServiceRole;

/// Those of a service, by name.
///
/// # Errors
/// PostgreSQL's.
pub async fn list(connection: &mut PgConnection, client_id: &str) -> sqlx::Result<Vec<ServiceRole>> {
    sqlx::query_as!(
        ServiceRole,
        "SELECT name, delegable FROM client_roles WHERE client_id = $1 ORDER BY name",
        client_id
    )
    .fetch_all(connection)
    .await
}

/// Removes a role, from everybody who had it too. `false`: there was none.
///
/// # Errors
/// PostgreSQL's.
pub async fn remove(connection: &mut PgConnection, client_id: &str, role: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!("DELETE FROM client_roles WHERE client_id = $1 AND name = $2", client_id, role)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// How many people have a role somewhere.
///
/// # Errors
/// PostgreSQL's.
pub async fn holders(connection: &mut PgConnection, client_id: &str, role: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(DISTINCT user_id) AS "count!" FROM access_grant_roles WHERE client_id = $1 AND role = $2"#,
        client_id,
        role
    )
    .fetch_one(connection)
    .await
}
