//! What a backup says of itself, before anything is touched: that it is Loquet's, of no later version than ours, and
//! opened by our master key.

use std::ffi::OsStr;
use std::path::Path;

use crate::cli::Failure;
use crate::cli::backup::programs::Programs;
use crate::crypto::Vault;
use crate::db;

/// Looks into a backup.
///
/// # Errors
/// Why it cannot be restored here.
pub async fn check(file: &Path, programs: &Programs, vault: &Vault) -> Result<(), Failure> {
    // Told in our words before a program does in its own.
    std::fs::File::open(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    let applied = table(file, programs, "_sqlx_migrations").await?;
    let Some(latest) = column(&applied, "version").iter().filter_map(|version| version.parse::<i64>().ok()).max()
    else {
        return Err(Failure::new(format!("{} is a backup, but not of Loquet", file.display())));
    };
    let ours = db::MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    if latest > ours {
        let told = "is of a later version of Loquet (migration";
        return Err(Failure::new(format!("{} {told} {latest}, ours is {ours}): use that version", file.display())));
    }
    let instance = table(file, programs, "instance").await?;
    let sealed = column(&instance, "key_check").first().and_then(|text| bytes(text));
    match sealed {
        Some(sealed) if vault.open("instance", &sealed).is_err() => Err(Failure::new(format!(
            "{} was made with another master key: give that one, or nothing that is sealed in it can be opened",
            file.display()
        ))),
        // A server that was never started leaves no row: nothing is sealed.
        _ => Ok(()),
    }
}

/// The rows of a table, as `COPY` writes them.
async fn table(file: &Path, programs: &Programs, name: &str) -> Result<String, Failure> {
    let table = format!("--table={name}");
    let arguments: [&OsStr; 4] = ["--data-only".as_ref(), table.as_ref(), "--file=-".as_ref(), file.as_os_str()];
    programs.output("pg_restore", &arguments).await.map_err(|failure| {
        Failure::new(format!("{} is no backup that can be read ({failure}). Nothing was changed", file.display()))
    })
}

/// The values of a column, in a script that holds one table.
fn column<'a>(script: &'a str, name: &str) -> Vec<&'a str> {
    let mut lines = script.lines().skip_while(|line| !line.starts_with("COPY "));
    let Some((_, names)) = lines.next().and_then(|line| line.split_once('(')) else { return Vec::new() };
    let mut names = names.split(')').next().unwrap_or_default().split(", ");
    let Some(place) = names.position(|other| other == name) else { return Vec::new() };
    let rows = lines.take_while(|line| *line != "\\.");
    rows.filter_map(|row| row.split('\t').nth(place)).collect()
}

/// Bytes in PostgreSQL's hexadecimal form, its backslash doubled by `COPY`.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\\\x")?.as_bytes();
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some(digit(pair.first()?)? * 16 + digit(pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "SET x = y;\n\nCOPY public.instance (only_row, id, demo, key_check) FROM stdin;\nt\t018f\tf\t\\\\x00ff7a\n\\.\n\n--\n";

    #[test]
    fn a_column_is_read() {
        assert_eq!(column(SCRIPT, "demo"), ["f"]);
        assert_eq!(column(SCRIPT, "key_check").first().and_then(|text| bytes(text)), Some(vec![0, 0xff, 0x7a]));
        assert!(column(SCRIPT, "nothing").is_empty());
        assert!(column("SET x = y;\n", "demo").is_empty());
        for bad in ["x00", "\\\\x0", "\\\\xzz"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }
}
