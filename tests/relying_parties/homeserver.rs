//! Matrix Synapse on a free port, configured in a folder of its own, with `SQLite`.

use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use loquet::crypto::random_bytes;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::programs::made;
use crate::support::processes::{Process, needs};

/// A running server; stopped with it.
pub struct Homeserver {
    /// Its address. A host of its own: cookies do not tell ports apart.
    pub url: String,
    _process: Process,
    folder: TempDir,
}

impl Homeserver {
    /// Starts it with these settings beside its own.
    pub fn start(port: u16, settings: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("loquet-synapse-").tempdir().unwrap();
        // JSON is YAML.
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("log.yaml", logging_to(&folder.path().join("log")).to_string());
        write("homeserver.yaml", configuration_of(folder.path(), port).to_string());
        write("more.yaml", settings.to_owned());
        let child = Command::new(made("python/bin/python"))
            .args(["-m", "synapse.app.homeserver", "-c", "homeserver.yaml", "-c", "more.yaml"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("stderr")).unwrap())
            .spawn();
        let mut process = Process { child: needs(child, "Synapse", "python3-venv"), leader: false };
        process.wait_for(port, || log_in(folder.path()));
        Self { url: format!("http://localhost:{port}"), _process: process, folder }
    }

    /// What it has to say.
    pub fn log(&self) -> String {
        log_in(self.folder.path())
    }
}

fn log_in(folder: &Path) -> String {
    ["stderr", "log"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap_or_default()).concat()
}

fn logging_to(file: &Path) -> Value {
    json!({
        "version": 1,
        "formatters": { "plain": { "format": "%(levelname)s %(name)s %(message)s" } },
        "handlers": { "file": { "class": "logging.FileHandler", "filename": file, "formatter": "plain" } },
        "root": { "level": "INFO", "handlers": ["file"] },
        "disable_existing_loggers": false,
    })
}

fn configuration_of(folder: &Path, port: u16) -> Value {
    let secret = || STANDARD_NO_PAD.encode(random_bytes::<32>());
    json!({
        "server_name": "matrix.test",
        "report_stats": false,
        "listeners": [{
            "port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": false,
            "resources": [{ "names": ["client"] }],
        }],
        "database": { "name": "sqlite3", "args": { "database": folder.join("homeserver.db") } },
        "log_config": folder.join("log.yaml"),
        "enable_media_repo": false,
        "signing_key": format!("ed25519 a_test {}", secret()),
        "macaroon_secret_key": secret(),
        "form_secret": secret(),
        "trusted_key_servers": [],
        // Members of a service have no other password.
        "password_config": { "enabled": false },
        // Applications that need not ask "continue?".
        "sso": { "client_whitelist": [format!("http://localhost:{port}/application")] },
    })
}
