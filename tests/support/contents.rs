//! All that the database holds, to see what a request changed.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgPool};

/// Rows by table, as text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, Vec<String>>);

impl Contents {
    /// Those of this moment.
    pub async fn of(pool: &PgPool) -> Self {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
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
