//! Secrets of new services: in a file that only its owner reads, never on the screen.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::crypto::Plain;

/// Those that are made, and where they go.
pub struct Secrets {
    file: Option<PathBuf>,
    made: Vec<(String, Plain)>,
}

impl Secrets {
    /// None yet.
    pub fn to(file: Option<PathBuf>) -> Self {
        Self { file, made: Vec::new() }
    }

    /// Where they go; without a place none is made.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// One more.
    pub fn add(&mut self, client_id: &str, secret: Plain) {
        self.made.push((client_id.to_owned(), secret));
    }

    /// Whether the file could be written: one that is there is somebody’s, perhaps the secrets of another day.
    ///
    /// # Errors
    /// It is there.
    pub fn check(&self) -> Result<(), Failure> {
        match &self.file {
            Some(file) if !self.made.is_empty() && file.symlink_metadata().is_ok() => {
                Err(named(file, &"is there already: name another file for the new secrets"))
            }
            _ => Ok(()),
        }
    }

    /// Writes them, as TOML: `"client id" = "secret"`. Nothing to write: no file.
    ///
    /// # Errors
    /// The file is there, or cannot be written.
    pub fn write(&self) -> Result<Option<&Path>, Failure> {
        let Some(file) = self.file.as_deref().filter(|_| !self.made.is_empty()) else { return Ok(None) };
        let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
        let mut out = out.map_err(|error| named(file, &error))?;
        let mut write = || -> io::Result<()> {
            for (client_id, secret) in &self.made {
                writeln!(out, "\"{client_id}\" = \"{}\"", secret.reveal())?;
            }
            out.sync_all()
        };
        if let Err(error) = write() {
            discard(file);
            return Err(named(file, &error));
        }
        Ok(Some(file))
    }
}

/// Takes back what was written: the secrets are those of nobody.
pub fn discard(file: &Path) {
    if let Err(error) = std::fs::remove_file(file) {
        eprintln!("loquet: warning: {}: {error}; its secrets are good for nothing", file.display());
    }
}

fn named(file: &Path, reason: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {reason}", file.display()))
}
