//! The import of the old members database, on the files of `tests/legacy` (made up, in the form of
//! the old site's export).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use loquet::authn::password::{PasswordHashing, Verdict};
use loquet::crypto::Vault;
use loquet::import::members::{Cause, Event, ImportError, Options, run};
use loquet::import::{Field, Format, Report};
use sqlx::PgPool;

use crate::support::Office;

mod again;
mod command;
mod damage;
mod export;
mod formats;
mod interruptions;
mod rejects;
mod settled;

const HEADER: &str =
    "id,login,email,email_confirmed,password,firstname,lastname,lang,created_at,membership_until,is_admin\n";
const HASH: &str = "$2b$12$jJabCrKUDm45TiUvpkPZm.hAQRTP0ILGjJ/nAwAiX0HRRjlMKlfAW";

fn legacy(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/legacy/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn options() -> Options {
    Options { patience: Duration::from_secs(10), ..Options::new(&["en", "fr"], "fr") }
}

/// A sound record of the old site.
fn line(id: &str, login: &str) -> String {
    format!("{id},{login},{login}@example.org,1,{HASH},Ada,Martin,fr,2020-01-01 10:00:00,2027-01-01,0\n")
}

fn file(lines: &[String]) -> String {
    format!("{HEADER}{}", lines.concat())
}

/// A file in memory that can be read after it was given away.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What came of an import.
struct Done {
    report: Report,
    /// `line: column: reason`, in the order told.
    refused: Vec<String>,
    warnings: Vec<String>,
    rejects: Vec<u8>,
}

async fn import_with(pool: &PgPool, input: impl Into<Vec<u8>>, options: &Options) -> Done {
    let (mut refused, mut warnings) = (Vec::new(), Vec::new());
    let rejects = Shared::default();
    let output = Box::new(rejects.clone());
    let office = Office::new();
    let report = run(pool, office.post(), Cursor::new(input.into()), options, Some(output), |event| match event {
        Event::Refused { line, faults } => refused.extend(faults.iter().map(|fault| format!("{line}: {fault}"))),
        Event::Warning { line, fault } => warnings.push(format!("{line}: {fault}")),
        Event::Progress(_) | Event::Waiting(_) => {}
    })
    .await
    .unwrap();
    let rejects = rejects.0.lock().unwrap().clone();
    Done { report, refused, warnings, rejects }
}

async fn import(pool: &PgPool, input: impl Into<Vec<u8>>) -> Done {
    import_with(pool, input, &options()).await
}

async fn refusal(pool: &PgPool, input: impl Into<Vec<u8>>, options: &Options) -> String {
    let office = Office::new();
    run(pool, office.post(), Cursor::new(input.into()), options, None, |_| {}).await.unwrap_err().to_string()
}

/// Everything about the accounts but what no two runs have in common.
async fn dump(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT (to_jsonb(u) - 'id' - 'updated_at' || jsonb_build_object('groups',
             (SELECT array_agg(g.name) FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = u.id)))::text
         FROM users u ORDER BY legacy_id, username",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// Ids and times too: nothing at all has been written.
async fn full_dump(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT to_jsonb(u)::text FROM users u ORDER BY id").fetch_all(pool).await.unwrap()
}

/// One value of an account, as text.
async fn value(pool: &PgPool, column: &str, username: &str) -> Option<String> {
    let statement = format!("SELECT ({column})::text FROM users WHERE username = $1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).bind(username).fetch_optional(pool).await.unwrap().flatten()
}

async fn execute(pool: &PgPool, statement: &'static str) {
    sqlx::raw_sql(statement).execute(pool).await.unwrap();
}
