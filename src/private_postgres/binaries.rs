//! Finds the installed PostgreSQL to use.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use super::account::Account;

/// The oldest major version that Loquet supports.
pub(super) const OLDEST: u32 = 15;

/// The programs of one installed PostgreSQL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binaries {
    pub(super) directory: PathBuf,
    /// The major version, as 15.
    pub(super) major: u32,
}

impl Binaries {
    /// Of the programs in `bin_dir`, or else of those installed, the ones that
    /// fit the cluster: `cluster` is the major version that made it, if any.
    pub(super) fn find(
        bin_dir: Option<&Path>,
        cluster: Option<u32>,
        data: &Path,
        account: &Account,
    ) -> Result<Self, Error> {
        if let Some(bin_dir) = bin_dir {
            let found =
                in_directory(bin_dir, account)?.ok_or_else(|| Error::NoProgram { bin_dir: bin_dir.to_owned() })?;
            return choose(vec![found], cluster, data);
        }
        let mut found = installed(Path::new("/usr"));
        let fits = |one: &Self| cluster.is_none_or(|major| one.major == major);
        if !found.iter().any(fits) {
            found.extend(on_path(account)?);
        }
        choose(found, cluster, data)
    }

    /// The path of one of the programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// The one that made the cluster, or else the highest version.
fn choose(found: Vec<Binaries>, cluster: Option<u32>, data: &Path) -> Result<Binaries, Error> {
    let Some(highest) = found.iter().max_by_key(|one| one.major).cloned() else {
        return Err(Error::NotInstalled);
    };
    let chosen = match cluster {
        None => highest,
        Some(cluster) => found.into_iter().find(|one| one.major == cluster).ok_or_else(|| Error::OtherMajor {
            data: data.to_owned(),
            cluster,
            found: highest.major,
            bin_dir: highest.directory,
        })?,
    };
    if chosen.major < OLDEST {
        return Err(Error::TooOld { found: chosen.major, bin_dir: chosen.directory });
    }
    Ok(chosen)
}

/// Every version that Debian's packages (`/usr/lib/postgresql/15/bin`) or
/// PostgreSQL's own for Red Hat (`/usr/pgsql-15/bin`) installed. Their folders
/// tell the version: asking each program would cost time at every start.
fn installed(usr: &Path) -> Vec<Binaries> {
    let folders = [(usr.join("lib/postgresql"), ""), (usr.to_owned(), "pgsql-")];
    let mut found = Vec::new();
    for (parent, prefix) in folders {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let major = name.to_str().and_then(|name| name.strip_prefix(prefix));
            let directory = entry.path().join("bin");
            if let Some(major) = major.and_then(|major| major.parse().ok())
                && is_server(&directory)
            {
                found.push(Binaries { directory, major });
            }
        }
    }
    found
}

/// The server whose `postgres` is the first on our path.
fn on_path(account: &Account) -> Result<Option<Binaries>, Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    let program = env::split_paths(&path).map(|folder| folder.join("postgres")).find(|program| program.is_file());
    // A link on the path leads to the folder that has the other programs.
    let program = program.and_then(|program| fs::canonicalize(program).ok());
    match program.as_deref().and_then(Path::parent) {
        Some(folder) => in_directory(folder, account),
        None => Ok(None),
    }
}

/// The server in this folder, if there is one, asked for its version.
fn in_directory(folder: &Path, account: &Account) -> Result<Option<Binaries>, Error> {
    if !is_server(folder) {
        return Ok(None);
    }
    let directory = fs::canonicalize(folder).map_err(Error::io("open", folder))?;
    let output = account.run(&directory.join("postgres"), &["--version".as_ref()])?;
    match major_in(&String::from_utf8_lossy(&output.stdout)) {
        Some(major) => Ok(Some(Binaries { directory, major })),
        None => Err(Error::Startup { reason: super::log::last_error(&output.stderr) }),
    }
}

/// Debian's package of the clients has this folder too, without the server.
fn is_server(folder: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| folder.join(program).is_file())
}

/// The major version that a program of PostgreSQL tells: 15 in `postgres (PostgreSQL) 15.18 (Debian
/// 15.18-0+deb12u1)`, 19 in `19beta1`.
#[must_use]
pub fn major_in(version: &str) -> Option<u32> {
    let (_, number) = version.split_once("(PostgreSQL) ")?;
    let end = number.find(|c: char| !c.is_ascii_digit());
    number[..end.unwrap_or(number.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn binaries(major: u32) -> Binaries {
        Binaries { directory: PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")), major }
    }

    fn message(found: &[u32], cluster: Option<u32>) -> String {
        let found = found.iter().copied().map(binaries).collect();
        match choose(found, cluster, Path::new("/srv/data")) {
            Ok(chosen) => format!("chose {}", chosen.major),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_version_that_made_the_cluster_is_chosen_or_else_the_highest() {
        assert_eq!(message(&[15, 17, 16], None), "chose 17");
        assert_eq!(message(&[15, 17, 16], Some(15)), "chose 15");
        assert!(message(&[], None).contains("install the package postgresql"));
        assert!(message(&[9, 14], None).contains("PostgreSQL 14 in /usr/lib/postgresql/14/bin"));
        assert!(message(&[14, 15], Some(14)).contains("too old"));
        assert_eq!(
            message(&[16, 18], Some(17)),
            "the data in /srv/data was made by PostgreSQL 17, and the programs in \
             /usr/lib/postgresql/18/bin are version 18: install the package postgresql-17, \
             or convert the data with pg_upgrade"
        );
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(major_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0)"), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(major_in("mysqld 8"), None);
    }

    #[test]
    fn only_whole_servers_count_as_installed() -> Outcome {
        let usr = tempfile::tempdir()?;
        for (folder, programs) in [
            ("lib/postgresql/15/bin", vec!["postgres", "initdb"]),
            ("lib/postgresql/17/bin", vec!["psql"]),
            ("pgsql-16/bin", vec!["postgres", "initdb"]),
            ("lib/postgresql/common/bin", vec!["postgres", "initdb"]),
        ] {
            let folder = usr.path().join(folder);
            fs::create_dir_all(&folder)?;
            for program in programs {
                fs::write(folder.join(program), "")?;
            }
        }
        let majors: Vec<u32> = installed(usr.path()).iter().map(|one| one.major).collect();
        assert_eq!(majors, [15, 16]);
        Ok(())
    }
}
