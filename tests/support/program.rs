//! The command line of a server's installation.

use std::process::Output;

use serde_json::Value;
use sqlx::{ConnectOptions as _, PgPool};

use super::Server;

/// `loquet` with the settings of a server, on the database of a pool.
pub struct Program {
    environment: Vec<(&'static str, String)>,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Its answer in JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Program {
    pub fn of(server: &Server, pool: &PgPool) -> Self {
        let settings = &server.state.settings;
        Self {
            environment: vec![
                ("PATH", "/usr/bin:/bin".to_owned()),
                ("LOQUET_SERVER_ISSUER", server.url.clone()),
                ("LOQUET_SECRETS_MASTER_KEY", settings.secrets.master_key.to_string()),
                ("LOQUET_HOST_NAME", settings.host.name.clone()),
                ("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().to_string()),
            ],
        }
    }

    /// Without a setting.
    pub fn without(mut self, name: &str) -> Self {
        self.environment.retain(|(other, _)| *other != name);
        self
    }

    /// With another setting.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// What a setting is.
    pub fn setting(&self, name: &str) -> String {
        let set = self.environment.iter().rev().find(|(other, _)| *other == name);
        set.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_loquet"));
        command.args(arguments).env_clear().envs(self.environment.clone()).stdin(std::process::Stdio::null());
        let Output { status, stdout, stderr } = command.output().await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// One that must succeed.
    pub async fn does(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments).await;
        assert_eq!(said.code, Some(0), "{arguments:?}: {said:?}");
        said
    }
}
