//! All that the database holds, to see what a request changed.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgPool};

/// That a session was seen is noted once a minute, whatever is asked for: for an hour it is not, so that a
/// test that takes longer than a minute sees what requests change and nothing else.
pub async fn without_notes_of_being_seen(pool: &PgPool) {
    let sql = "UPDATE browser_sessions SET last_seen_at = last_seen_at + interval '1 hour'";
    sqlx::query(sql).execute(pool).await.unwrap();
}

/// Rows by table, as text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, Vec<String>>);

impl Contents {
    /// Those of this moment, but for the seal of the journal: a job puts it there when it is its turn.
    pub async fn of(pool: &PgPool) -> Self {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                 AND table_name NOT IN ('audit_chain', 'audit_waiting')",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        let mut contents = BTreeMap::new();
        for table in tables {
            let rows = format!("SELECT t::text FROM \"{table}\" t ORDER BY 1");
            let rows = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(pool).await.unwrap();
            contents.insert(table, rows);
        }
        Self(contents)
    }

    /// What the other has that this one has not, and the reverse.
    pub fn difference(&self, other: &Self) -> Vec<String> {
        let lacking = |sign: char, of: &Self, from: &Self| {
            let mut lacking = Vec::new();
            for (table, rows) in &of.0 {
                let known = from.0.get(table).map_or(&[][..], Vec::as_slice);
                lacking
                    .extend(rows.iter().filter(|row| !known.contains(row)).map(|row| format!("{sign} {table} {row}")));
            }
            lacking
        };
        [lacking('-', self, other), lacking('+', other, self)].concat()
    }
}
