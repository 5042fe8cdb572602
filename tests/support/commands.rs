//! The program's commands, on the database of a server.

use sqlx::{ConnectOptions as _, PgPool};
use tokio::process::Command;

use super::Server;

impl Server {
    /// Runs a command as the host would: its exit code, and what it says (when it fails: what it complains of).
    pub async fn run(&self, pool: &PgPool, arguments: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_loquet"))
            .args(arguments)
            .env_clear()
            .env("LOQUET_SERVER_ISSUER", &self.url)
            .env("LOQUET_SECRETS_MASTER_KEY", &self.state.settings.secrets.master_key)
            .env("LOQUET_HOST_NAME", &self.state.settings.host.name)
            .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
            .output()
            .await
            .unwrap();
        let told = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.code().unwrap(), String::from_utf8(told).unwrap())
    }

    /// The same with `--json`, which succeeds.
    pub async fn run_json(&self, pool: &PgPool, arguments: &[&str]) -> serde_json::Value {
        let (code, told) = self.run(pool, &[arguments, &["--json"]].concat()).await;
        assert_eq!(code, 0, "{arguments:?}: {told}");
        serde_json::from_str(&told).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {told}"))
    }
}
