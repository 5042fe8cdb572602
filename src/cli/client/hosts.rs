//! Protected hosts, among those of others: each has one service.

use sqlx::PgConnection;

use crate::cli::Failure;
use crate::config::Settings;
use crate::db;
use crate::db::clients::Client;

/// Whether the hosts of a service are free.
///
/// # Errors
/// One is ours, or another service's; exit code 2.
pub async fn check(client: &Client, connection: &mut PgConnection, settings: &Settings) -> Result<(), Failure> {
    if client.forward_hosts.is_empty() {
        return Ok(());
    }
    let origin = settings.server.issuer.origin();
    let own = origin.split_once("://").map_or("", |(_, host)| host);
    let others = db::clients::load(connection, None).await?;
    let mut lines = Vec::new();
    for host in &client.forward_hosts {
        if host == own {
            lines.push(format!("--forward-host {host} is where Loquet is: the application needs a host of its own"));
        }
        let taken =
            others.iter().find(|other| other.client_id != client.client_id && other.forward_hosts.contains(host));
        if let Some(other) = taken {
            lines.push(format!("--forward-host {host} is already that of {}", other.client_id));
        }
    }
    if lines.is_empty() { Ok(()) } else { Err(Failure { lines, code: 2 }) }
}
