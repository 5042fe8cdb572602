//! `loquet client role …`: the roles that a service understands, which organizations give to their people.

use clap::Subcommand;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::cli::{Failure, say};
use crate::db;
use crate::db::attachments::ServiceRole;
use crate::db::audit::Kind;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the roles of a service
    List {
        /// The service
        client_id: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Add a role, or say again who may give it
    Set {
        /// The service
        client_id: String,
        /// As the service knows it: lower-case letters, digits and . _ -
        role: String,
        /// Referents may give it; otherwise administrators alone
        #[arg(long, num_args = 0..=1, default_missing_value = "true", default_value_t = false, action = clap::ArgAction::Set)]
        delegable: bool,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a role, from everybody who had it too
    Remove {
        /// The service
        client_id: String,
        /// The role
        role: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command, connection: &mut PgConnection) -> Result<(), Failure> {
    match command {
        Command::List { client_id, json } => list(connection, &client_id, json).await,
        Command::Set { client_id, role, delegable, json } => set(connection, &client_id, &role, delegable, json).await,
        Command::Remove { client_id, role, json } => remove(connection, &client_id, &role, json).await,
    }
}

fn described(role: &ServiceRole) -> Value {
    json!({ "name": role.name, "delegable": role.delegable })
}

async fn list(connection: &mut PgConnection, client_id: &str, as_json: bool) -> Result<(), Failure> {
    super::find(connection, client_id).await?;
    let roles = db::client_roles::list(connection, client_id).await?;
    if as_json {
        say(Value::Array(roles.iter().map(described).collect()));
        return Ok(());
    }
    for role in &roles {
        say(format!(
            "{:24}  {}",
            role.name,
            if role.delegable { "referents may give it" } else { "administrators only" }
        ));
    }
    if roles.is_empty() {
        say(format!("{client_id} has no roles. Add one with `loquet client role set {client_id} ROLE`."));
    }
    Ok(())
}

async fn set(
    connection: &mut PgConnection,
    client_id: &str,
    name: &str,
    delegable: bool,
    as_json: bool,
) -> Result<(), Failure> {
    super::find(connection, client_id).await?;
    put(connection, client_id, name, delegable).await?;
    if as_json {
        say(described(&ServiceRole { name: name.to_owned(), delegable }));
    } else {
        let who = if delegable { "referents may give it" } else { "administrators alone give it" };
        say(format!("{name} is a role of {client_id}; {who}."));
    }
    Ok(())
}

/// Adds a role, or says again who may give it.
///
/// # Errors
/// What is no name; PostgreSQL's.
pub async fn put(connection: &mut PgConnection, client_id: &str, name: &str, delegable: bool) -> Result<(), Failure> {
    if !is_name(name) {
        return Err(Failure::new(format!("{name}: {NOT_A_NAME}")));
    }
    let before = known(connection, client_id, name).await?;
    db::organizations::ensure_role(connection, client_id, name, delegable).await?;
    let after = ServiceRole { name: name.to_owned(), delegable };
    let details = json!({ "role": name, "before": before.as_ref().map(described), "after": described(&after) });
    super::journal(connection, Kind::ServiceChanged, client_id, details).await
}

/// What is wrong with the name of a role that is none.
pub const NOT_A_NAME: &str = "a role holds lower-case letters, digits and . _ -";

/// Whether a text can be the name of a role; as the database checks it.
pub fn is_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.bytes().next().is_some_and(good)
        && text.bytes().all(|byte| good(byte) || b"._-".contains(&byte))
}

async fn remove(connection: &mut PgConnection, client_id: &str, name: &str, as_json: bool) -> Result<(), Failure> {
    super::find(connection, client_id).await?;
    let Some(holders) = take(connection, client_id, name).await? else {
        return Err(Failure::new(format!("{client_id} has no role named {name}")));
    };
    if as_json {
        say(json!({ "name": name, "holders": holders }));
    } else {
        say(format!("{name} is no role of {client_id} any more; {holders} had it."));
    }
    Ok(())
}

/// Removes a role. How many had it; none: there is no such role.
///
/// # Errors
/// PostgreSQL's.
pub async fn take(connection: &mut PgConnection, client_id: &str, name: &str) -> Result<Option<i64>, Failure> {
    let before = known(connection, client_id, name).await?;
    let holders = db::client_roles::holders(connection, client_id, name).await?;
    if !db::client_roles::remove(connection, client_id, name).await? {
        return Ok(None);
    }
    let details = json!({ "role": name, "before": before.as_ref().map(described), "after": null, "holders": holders });
    super::journal(connection, Kind::ServiceChanged, client_id, details).await?;
    Ok(Some(holders))
}

async fn known(connection: &mut PgConnection, client_id: &str, name: &str) -> Result<Option<ServiceRole>, Failure> {
    let roles = db::client_roles::list(connection, client_id).await?;
    Ok(roles.into_iter().find(|role| role.name == name))
}
