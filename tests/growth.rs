//! What keeps the cost of things from growing with the host. How much it grows is measured by
//! `bench/run --only scale`.

use sqlx::PgPool;

/// Tables that every sign-in writes: an index would cost each of those more than the one look through them
/// when a service is removed.
const WRITTEN_BY_EVERY_SIGN_IN: &[&str] =
    &["authorization_requests", "client_tokens", "oauth_sessions", "pushed_requests", "registrations"];

/// A row that goes does not make PostgreSQL read whole tables for what pointed to it.
#[sqlx::test]
async fn what_points_to_a_row_is_found_by_an_index(pool: PgPool) {
    let without: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.conrelid::regclass::text, pg_get_constraintdef(c.oid) FROM pg_constraint c
         WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
           AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = ANY (c.conkey)
               AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || (
                   SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = i.indkey[0]) || ' IS NOT NULL)'))
         ORDER BY 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let forgotten: Vec<_> =
        without.iter().filter(|(table, _)| !WRITTEN_BY_EVERY_SIGN_IN.contains(&table.as_str())).collect();
    assert!(forgotten.is_empty(), "{forgotten:#?}");
    for table in WRITTEN_BY_EVERY_SIGN_IN {
        assert!(without.iter().any(|(other, _)| other == table), "{table} has its index");
    }
}
