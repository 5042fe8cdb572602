//! The transaction that restores: what was there goes, the backup comes, what was issued before is void, the
//! journal is protected. All of it or nothing: `pg_restore` writes the script, `psql` runs it between our own
//! beginning and end, and nothing is committed unless both did their work.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStderr, ChildStdin};
use tokio::task::JoinHandle;

use crate::cli::Failure;
use crate::cli::backup::programs::{Programs, absent, complaint};
use crate::db::restoring::{BEGIN, COMMIT, PROTECT, VOID};

/// Restores a backup.
///
/// # Errors
/// What failed; then the database is as it was.
pub async fn run(file: &Path, programs: &Programs) -> Result<(), Failure> {
    let mut psql = programs.command("psql");
    psql.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]);
    psql.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut psql = psql.spawn().map_err(|error| absent("psql", &error))?;
    let said = listen(psql.stderr.take());
    let written = match psql.stdin.take() {
        Some(stdin) => write(file, programs, stdin).await,
        None => Err(Failure::new("psql takes nothing")),
    };
    // Without an end to the transaction, psql has undone it when it leaves.
    let status = psql.wait().await?;
    let said = said.await.unwrap_or_default();
    if !status.success() {
        // Its complaint comes first: the pipe broke because of it.
        return Err(Failure::new(format!("{}; the database is as it was", complaint("psql", &said))));
    }
    written
}

/// The whole script.
async fn write(file: &Path, programs: &Programs, mut script: ChildStdin) -> Result<(), Failure> {
    script.write_all(BEGIN.as_bytes()).await?;
    let mut restore = programs.command("pg_restore");
    // Roles of another machine need not be here: everything is ours, and so are the privileges.
    restore.args(["--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--file=-"]);
    let mut restore = restore.arg(file).spawn().map_err(|error| absent("pg_restore", &error))?;
    let said = listen(restore.stderr.take());
    if let Some(mut stdout) = restore.stdout.take() {
        tokio::io::copy(&mut stdout, &mut script).await?;
    }
    if !restore.wait().await?.success() {
        let said = said.await.unwrap_or_default();
        return Err(Failure::new(format!("{}; the database is as it was", complaint("pg_restore", &said))));
    }
    for end in [PROTECT, VOID, COMMIT] {
        script.write_all(end.as_bytes()).await?;
    }
    script.shutdown().await?;
    Ok(())
}

/// Reads what a program complains of while it runs: a full pipe would stop it.
fn listen(stderr: Option<ChildStderr>) -> JoinHandle<Vec<u8>> {
    tokio::spawn(async move {
        let mut said = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = stderr.read_to_end(&mut said).await;
        }
        said
    })
}
