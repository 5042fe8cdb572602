//! An ordinary role of the database: what hosts give a program.

use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Executor as _, PgPool};

/// No superuser.
pub const ROLE: &str = "loquet_plain";

/// The database, owned by an ordinary role, and connections of that role.
pub async fn as_plain_role(pool: &PgPool) -> PgPool {
    let options = pool.connect_options();
    let database = options.get_database().unwrap();
    pool.execute(AssertSqlSafe(format!(
        "DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )))
    .await
    .unwrap();
    pool.execute(AssertSqlSafe(format!("ALTER DATABASE \"{database}\" OWNER TO {ROLE}"))).await.unwrap();
    PgPoolOptions::new().max_connections(4).connect_lazy_with((*options).clone().username(ROLE))
}
