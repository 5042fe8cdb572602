//! The demonstration, as `make run` starts it.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::support::processes::{Process, free_port};

/// A demonstration of its own folder and ports, with the sample members.
pub struct Demo {
    /// The issuer.
    pub loquet: String,
    /// The service to sign in to.
    pub service: String,
    process: Process,
    folder: TempDir,
}

/// Starting one imports hundreds of members: tests that run at the same time share it, and the last
/// one stops it.
static SHARED: Mutex<Weak<Demo>> = Mutex::const_new(Weak::new());

impl Demo {
    /// The one that runs, or a new one.
    pub async fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().await;
        if let Some(demo) = shared.upgrade() {
            return demo;
        }
        let demo = Arc::new(Self::start().await);
        *shared = Arc::downgrade(&demo);
        demo
    }

    async fn start() -> Self {
        let (port, service_port) = (free_port(), free_port());
        let folder = tempfile::Builder::new().prefix("loquet-demo-").tempdir().unwrap();
        // Started as root, its PostgreSQL is somebody else's.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_loquet-demo"))
            .arg(folder.path().join("data"))
            .args([port.to_string(), service_port.to_string()])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let mut demo = Self {
            loquet: format!("http://localhost:{port}"),
            service: format!("http://127.0.0.1:{service_port}"),
            process: Process { child, leader: false },
            folder,
        };
        for _ in 0..600 {
            if let Some(status) = demo.process.child.try_wait().unwrap() {
                panic!("the demonstration ended: {status}\n{}", demo.log());
            }
            if reqwest::get(&demo.service).await.is_ok_and(|answer| answer.status().is_success()) {
                return demo;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the demonstration does not answer\n{}", demo.log());
    }

    /// What it complained of.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
    }
}

/// The password that a member had in the old database.
pub fn password_of(login: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/legacy/passwords.csv");
    let records = csv::Reader::from_path(path).unwrap().into_records();
    let record = records.map(Result::unwrap).find(|record| record[0].eq_ignore_ascii_case(login)).unwrap();
    record[1].to_owned()
}
