//! `loquet client …`: services.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Database, Failure, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::crypto::{Algorithm, Plain, random_bytes};
use crate::db;
use crate::db::clients::Client;
use crate::oidc::claims::{SCOPES, is_scope};
use crate::types::{RedirectUri, check_line};

/// Prefix of client secrets.
const SECRET_PREFIX: &str = "lqt_cs_";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a service; prints its secret, once
    Add(Add),
    /// List the services
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a service
    Show {
        /// Its client id
        client_id: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a service
    Set(Set),
    /// Make a new secret; the old one stays good for a while
    RotateSecret {
        /// Its client id
        client_id: String,
        /// Hours during which the old secret stays good (24 at the most; 0: not at all)
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(0..=24))]
        overlap: i64,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// Name that people read
    #[arg(long)]
    name: String,
    /// Name in English, if it differs
    #[arg(long)]
    name_en: Option<String>,
    /// Client id [default: random]
    #[arg(long)]
    client_id: Option<String>,
    /// A public client (a browser or native application): no secret, PKCE always
    #[arg(long)]
    public: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Args)]
pub struct Set {
    /// Its client id
    client_id: String,
    /// Name that people read
    #[arg(long)]
    name: Option<String>,
    /// Name in English
    #[arg(long)]
    name_en: Option<String>,
    /// Switch it on or off
    #[arg(long)]
    enabled: Option<bool>,
    #[command(flatten)]
    options: Options,
}

/// Who may use a service without belonging to an allowed group or an attached organization.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Policy {
    /// Nobody
    Restricted,
    /// Every account
    Everyone,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SigningAlgorithm {
    #[value(name = "RS256")]
    Rs256,
    #[value(name = "ES256")]
    Es256,
}

#[derive(Debug, Args)]
struct Options {
    /// Redirect URI, compared byte for byte; repeat for several (replaces those before)
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where people start using it
    #[arg(long, value_name = "URL")]
    start: Option<String>,
    /// Scope it may get; repeat for several [default: all]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Who may use it [default: restricted, and nobody allowed]
    #[arg(long)]
    policy: Option<Policy>,
    /// Let the members of a group in; repeat for several
    #[arg(long = "allow-group", value_name = "GROUP")]
    groups: Vec<String>,
    /// PKCE required [default: true]
    #[arg(long)]
    require_pkce: Option<bool>,
    /// Gets refresh tokens [default: true]
    #[arg(long)]
    refresh_tokens: Option<bool>,
    /// Repeat the claims in the ID token [default: true]
    #[arg(long)]
    claims_in_id_token: Option<bool>,
    /// What its ID tokens are signed with [default: RS256]
    #[arg(long)]
    id_token_alg: Option<SigningAlgorithm>,
}

pub async fn run(command: Command, settings: &Settings) -> Result<ExitCode, Failure> {
    let database = Database::open(settings).await?;
    let outcome = async {
        let mut transaction = database.pool.begin().await?;
        act(command, &mut transaction).await?;
        transaction.commit().await?;
        Ok(ExitCode::SUCCESS)
    }
    .await;
    database.close().await;
    outcome
}

async fn act(command: Command, connection: &mut PgConnection) -> Result<(), Failure> {
    match command {
        Command::Add(add) => add_client(add, connection).await,
        Command::List { json } => {
            let clients = db::clients::load(connection, None).await?;
            if json {
                say(Value::Array(clients.iter().map(describe).collect()));
            } else if clients.is_empty() {
                say("No service yet. Add one with `loquet client add --name … --redirect-uri …`.");
            }
            for client in clients.iter().filter(|_| !json) {
                let state = if client.enabled { "" } else { "  (switched off)" };
                say(format!("{:24}  {}{state}", client.client_id, client.name_en));
            }
            Ok(())
        }
        Command::Show { client_id, json } => {
            show(&find(connection, &client_id).await?, json);
            Ok(())
        }
        Command::Set(set) => set_client(set, connection).await,
        Command::RotateSecret { client_id, overlap, json } => {
            let client = find(connection, &client_id).await?;
            if !client.confidential {
                return Err(Failure::new(format!("{client_id} is a public client: it has no secret")));
            }
            let secret = new_secret(connection, &client_id, TimeDelta::hours(overlap)).await?;
            if json {
                say(json!({ "client_id": client_id, "client_secret": secret.reveal() }));
            } else {
                say(format!("client secret  {}", secret.reveal()));
                say(format!("It is shown this once. The one before stays good for {overlap} h."));
            }
            Ok(())
        }
    }
}

async fn add_client(add: Add, connection: &mut PgConnection) -> Result<(), Failure> {
    let client_id = add
        .client_id
        .unwrap_or_else(|| uuid::Builder::from_random_bytes(random_bytes()).into_uuid().simple().to_string());
    let mut client = Client {
        name_en: add.name_en.unwrap_or_else(|| add.name.clone()),
        name_fr: add.name,
        enabled: true,
        confidential: !add.public,
        everyone: false,
        redirect_uris: Vec::new(),
        start_uri: None,
        scopes: SCOPES.map(str::to_owned).to_vec(),
        require_pkce: true,
        refresh_tokens: true,
        claims_in_id_token: true,
        id_token_alg: Algorithm::Rs256,
        secrets: Vec::new(),
        client_id,
    };
    apply(&mut client, &add.options);
    check(&client)?;
    if !db::clients::save(connection, &client, true, Clock::default().now()).await? {
        return Err(Failure::new(format!("there is already a service with the client id {}", client.client_id)));
    }
    allow_groups(connection, &client.client_id, &add.options.groups).await?;
    let secret = if client.confidential {
        Some(new_secret(connection, &client.client_id, TimeDelta::zero()).await?)
    } else {
        None
    };
    if add.json {
        say(json!({ "client_id": client.client_id, "client_secret": secret.as_ref().map(Plain::reveal) }));
        return Ok(());
    }
    say(format!("client id      {}", client.client_id));
    if let Some(secret) = &secret {
        say(format!("client secret  {}", secret.reveal()));
        say("The secret is shown this once: paste it into the service now.");
    }
    if !client.everyone && add.options.groups.is_empty() {
        say(
            "Nobody may use it yet: let a group in with `loquet client set … --allow-group GROUP`, or everybody with `--policy everyone`.",
        );
    }
    Ok(())
}

async fn set_client(set: Set, connection: &mut PgConnection) -> Result<(), Failure> {
    let mut client = find(connection, &set.client_id).await?;
    client.name_fr = set.name.unwrap_or(client.name_fr);
    client.name_en = set.name_en.unwrap_or(client.name_en);
    client.enabled = set.enabled.unwrap_or(client.enabled);
    apply(&mut client, &set.options);
    check(&client)?;
    db::clients::save(connection, &client, false, Clock::default().now()).await?;
    allow_groups(connection, &client.client_id, &set.options.groups).await?;
    say(format!("{} is changed.", client.client_id));
    Ok(())
}

fn apply(client: &mut Client, options: &Options) {
    if !options.redirect_uris.is_empty() {
        client.redirect_uris.clone_from(&options.redirect_uris);
    }
    if !options.scopes.is_empty() {
        client.scopes.clone_from(&options.scopes);
    }
    if let Some(start) = &options.start {
        client.start_uri = Some(start.clone());
    }
    if let Some(policy) = options.policy {
        client.everyone = matches!(policy, Policy::Everyone);
    }
    if let Some(algorithm) = options.id_token_alg {
        client.id_token_alg = match algorithm {
            SigningAlgorithm::Rs256 => Algorithm::Rs256,
            SigningAlgorithm::Es256 => Algorithm::Es256,
        };
    }
    client.require_pkce = options.require_pkce.unwrap_or(client.require_pkce);
    client.refresh_tokens = options.refresh_tokens.unwrap_or(client.refresh_tokens);
    client.claims_in_id_token = options.claims_in_id_token.unwrap_or(client.claims_in_id_token);
}

/// Every fault at once, each with the option that is at fault.
fn check(client: &Client) -> Result<(), Failure> {
    let mut faults = Vec::new();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
    if client.client_id.is_empty() || client.client_id.len() > 64 || !client.client_id.chars().all(allowed) {
        faults.push("--client-id may hold 1 to 64 letters, digits and . _ ~ -".to_owned());
    }
    for (option, name) in [("--name", &client.name_fr), ("--name-en", &client.name_en)] {
        if name.is_empty() {
            faults.push(format!("{option} is empty"));
        }
        if let Err(error) = check_line(name, 64) {
            faults.push(format!("{option} {error}"));
        }
    }
    if client.redirect_uris.is_empty() {
        faults.push("--redirect-uri is missing: the service's documentation gives it".to_owned());
    }
    for uri in &client.redirect_uris {
        if let Err(error) = RedirectUri::parse(uri) {
            faults.push(format!("--redirect-uri {uri} {error}"));
        }
    }
    if let Some(start) = &client.start_uri
        && let Err(error) = RedirectUri::parse(start)
    {
        faults.push(format!("--start {start} {error}"));
    }
    for scope in client.scopes.iter().filter(|scope| !is_scope(scope)) {
        faults.push(format!("--scope {scope} is not one of {}", SCOPES.join(", ")));
    }
    if !client.confidential && !client.require_pkce {
        faults.push("--require-pkce cannot be false for a public client".to_owned());
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure { lines: faults, code: 2 }) }
}

async fn find(connection: &mut PgConnection, client_id: &str) -> Result<Client, Failure> {
    db::clients::find(connection, client_id)
        .await?
        .ok_or_else(|| Failure::new(format!("there is no service with the client id {client_id}")))
}

async fn allow_groups(connection: &mut PgConnection, client_id: &str, groups: &[String]) -> Result<(), Failure> {
    for name in groups {
        let group = db::organizations::ensure_group(connection, name, Clock::default().now()).await.map_err(|_| {
            Failure::new(format!("--allow-group {name}: a group's name holds lower-case letters, digits and . _ -"))
        })?;
        db::organizations::allow_group(connection, client_id, group).await?;
    }
    Ok(())
}

async fn new_secret(connection: &mut PgConnection, client_id: &str, overlap: TimeDelta) -> Result<Plain, Failure> {
    let secret = Plain::random(SECRET_PREFIX);
    let now = Clock::default().now();
    db::clients::add_secret(connection, client_id, secret.hashed(), now + overlap, now).await?;
    Ok(secret)
}

fn describe(client: &Client) -> Value {
    json!({
        "client_id": client.client_id,
        "name_fr": client.name_fr,
        "name_en": client.name_en,
        "enabled": client.enabled,
        "confidential": client.confidential,
        "policy": if client.everyone { "everyone" } else { "restricted" },
        "redirect_uris": client.redirect_uris,
        "start": client.start_uri,
        "scopes": client.scopes,
        "require_pkce": client.require_pkce,
        "refresh_tokens": client.refresh_tokens,
        "claims_in_id_token": client.claims_in_id_token,
        "id_token_alg": client.id_token_alg.name(),
        "secrets": client.secrets.len(),
    })
}

fn show(client: &Client, as_json: bool) {
    let described = describe(client);
    if as_json {
        say(described);
        return;
    }
    for (name, value) in described.as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("  "),
            Value::Null => "-".to_owned(),
            other => other.to_string(),
        };
        say(format!("{name:19} {value}"));
    }
}
