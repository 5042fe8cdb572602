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
    let faults = faults(client, connection, settings).await?;
    let lines: Vec<String> = faults.into_iter().map(|(host, why)| format!("--forward-host {host} {why}")).collect();
    if lines.is_empty() { Ok(()) } else { Err(Failure { lines, code: 2 }) }
}

/// Those that are not free, and why.
///
/// # Errors
/// PostgreSQL's.
pub async fn faults(
    client: &Client,
    connection: &mut PgConnection,
    settings: &Settings,
) -> sqlx::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    if client.forward_hosts.is_empty() {
        return Ok(found);
    }
    let origin = settings.server.issuer.origin();
    let own = origin.split_once("://").map_or("", |(_, host)| host);
    let others = db::clients::load(connection, None).await?;
    for host in &client.forward_hosts {
        if host == own {
            found.push((host.clone(), "is where Loquet is: the application needs a host of its own".to_owned()));
        }
        let taken =
            others.iter().find(|other| other.client_id != client.client_id && other.forward_hosts.contains(host));
        if let Some(other) = taken {
            found.push((host.clone(), format!("is already that of {}", other.client_id)));
        }
    }
    Ok(found)
}
