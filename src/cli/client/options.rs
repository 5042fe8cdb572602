//! The options of `loquet client add` and `set`, and what they make of a client.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::claims::ClaimOptions;
use crate::cli::Failure;
use crate::clients::{rules, usual_start};
use crate::config::Settings;
use crate::crypto::Algorithm;
use crate::db::clients::{Authentication, Client};
use crate::outgoing::Outgoing;

/// Who may use a service without belonging to an allowed group or an attached organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Policy {
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    /// A secret, in HTTP Basic or in the body
    ClientSecret,
    /// An assertion signed with its own key (give --jwks or --jwks-uri)
    PrivateKeyJwt,
    /// None: a browser or native application, with PKCE always
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TokenFormat {
    /// A random name, looked up here
    Opaque,
    /// A signed document that a resource server reads by itself (RFC 9068)
    Jwt,
}

/// What can be said of a service. A text option given as "" removes what was there.
#[derive(Debug, Args)]
pub struct Options {
    /// Redirect URI, compared byte for byte; repeat for several (replaces those before)
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Host name that a proxy protects by asking here (forward authentication), with its port unless it is 443;
    /// repeat for several (replaces those before)
    #[arg(long = "forward-host", value_name = "HOST")]
    forward_hosts: Vec<String>,
    /// Where people start using it [default: the site of its first redirect URI]
    #[arg(long, value_name = "URL")]
    start: Option<String>,
    /// Scope it may get; repeat for several [default: openid profile email groups `offline_access`]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Who may use it [default: restricted, and nobody allowed]
    #[arg(long)]
    policy: Option<Policy>,
    /// Let the members of a group in; repeat for several
    #[arg(long = "allow-group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// The host's own service: people are not asked what it may receive [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    ours: Option<bool>,

    /// Where it may be sent back to after a sign-out, compared byte for byte; repeat for several
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// …whatever query follows it [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    post_logout_any_query: Option<bool>,
    /// Where to tell it that a session has ended (back-channel logout)
    #[arg(long, value_name = "URL")]
    backchannel_logout_uri: Option<String>,
    /// Where to ask it to start a sign-in
    #[arg(long, value_name = "URL")]
    initiate_login_uri: Option<String>,

    /// How it proves who it is [default: client-secret]
    #[arg(long)]
    authentication: Option<Method>,
    /// File with its public keys (JSON Web Key Set)
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Where its public keys are
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    /// PKCE required [default: true]
    #[arg(long)]
    require_pkce: Option<bool>,
    /// Requests must be pushed (PAR) [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    require_pushed_requests: Option<bool>,
    /// Its people sign in in two steps [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    second_factor: Option<bool>,
    /// Gets refresh tokens [default: true]
    #[arg(long)]
    refresh_tokens: Option<bool>,
    /// May get tokens for itself (`client_credentials`) [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    client_credentials: Option<bool>,
    /// May administer the instance in its own name, with the scope `admin` of `client_credentials` [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    administers: Option<bool>,

    /// Repeat the claims in the ID token [default: true]
    #[arg(long)]
    claims_in_id_token: Option<bool>,
    /// What its ID tokens are signed with [default: RS256]
    #[arg(long)]
    id_token_alg: Option<SigningAlgorithm>,
    /// Subjects of its own instead of account ids, shared with the services of this sector (a host name).
    /// Changing it later makes everybody somebody else there
    #[arg(long, value_name = "HOST")]
    sector: Option<String>,
    /// Form of its access tokens [default: opaque]
    #[arg(long)]
    access_tokens: Option<TokenFormat>,
    /// Resource server that its access tokens are for, if not itself
    #[arg(long, value_name = "ID")]
    audience: Option<String>,
    /// Life of its access tokens, in seconds
    #[arg(long, value_name = "N")]
    access_token_seconds: Option<u32>,
    /// Life of its ID tokens, in seconds
    #[arg(long, value_name = "N")]
    id_token_seconds: Option<u32>,
    /// Longest silence of its refresh tokens, in seconds
    #[arg(long, value_name = "N")]
    refresh_idle_seconds: Option<u32>,
    /// Life of a family of its refresh tokens, in seconds
    #[arg(long, value_name = "N")]
    refresh_absolute_seconds: Option<u32>,

    #[command(flatten)]
    claims: ClaimOptions,

    /// Page about what it does with what it learns
    #[arg(long, value_name = "URL")]
    policy_uri: Option<String>,
    /// Page of its terms
    #[arg(long, value_name = "URL")]
    tos_uri: Option<String>,
}

impl Options {
    /// Gives a new client what nobody said.
    pub fn complete(&self, client: &mut Client) {
        if self.start.is_none() && client.start_uri.is_none() {
            client.start_uri = usual_start(client);
        }
    }

    /// Changes a client as the options say.
    ///
    /// # Errors
    /// A file of keys that cannot be read.
    pub fn apply(&self, client: &mut Client) -> Result<(), Failure> {
        for (given, field) in [
            (&self.redirect_uris, &mut client.redirect_uris),
            (&self.forward_hosts, &mut client.forward_hosts),
            (&self.post_logout_redirect_uris, &mut client.post_logout_redirect_uris),
            (&self.scopes, &mut client.scopes),
        ] {
            if !given.is_empty() {
                *field = given.iter().filter(|text| !text.is_empty()).cloned().collect();
            }
        }
        for (given, field) in [
            (&self.start, &mut client.start_uri),
            (&self.backchannel_logout_uri, &mut client.backchannel_logout_uri),
            (&self.initiate_login_uri, &mut client.initiate_login_uri),
            (&self.jwks_uri, &mut client.jwks_uri),
            (&self.sector, &mut client.sector),
            (&self.audience, &mut client.audience),
            (&self.policy_uri, &mut client.policy_uri),
            (&self.tos_uri, &mut client.tos_uri),
        ] {
            if let Some(text) = given {
                *field = (!text.is_empty()).then(|| text.clone());
            }
        }
        for (given, field) in [
            (self.ours, &mut client.ours),
            (self.post_logout_any_query, &mut client.post_logout_any_query),
            (self.require_pkce, &mut client.require_pkce),
            (self.require_pushed_requests, &mut client.require_pushed_requests),
            (self.second_factor, &mut client.second_factor),
            (self.refresh_tokens, &mut client.refresh_tokens),
            (self.client_credentials, &mut client.client_credentials),
            (self.administers, &mut client.administers),
            (self.claims_in_id_token, &mut client.claims_in_id_token),
            (self.policy.map(|policy| policy == Policy::Everyone), &mut client.everyone),
            (self.access_tokens.map(|format| matches!(format, TokenFormat::Jwt)), &mut client.jwt_access_tokens),
        ] {
            *field = given.unwrap_or(*field);
        }
        for (given, field) in [
            (self.access_token_seconds, &mut client.access_token_seconds),
            (self.id_token_seconds, &mut client.id_token_seconds),
            (self.refresh_idle_seconds, &mut client.refresh_idle_seconds),
            (self.refresh_absolute_seconds, &mut client.refresh_absolute_seconds),
        ] {
            *field = given.or(*field);
        }
        if let Some(algorithm) = self.id_token_alg {
            client.id_token_alg = match algorithm {
                SigningAlgorithm::Rs256 => Algorithm::Rs256,
                SigningAlgorithm::Es256 => Algorithm::Es256,
            };
        }
        if let Some(method) = self.authentication {
            client.authentication = match method {
                Method::ClientSecret => Authentication::ClientSecret,
                Method::PrivateKeyJwt => Authentication::PrivateKeyJwt,
                Method::None => Authentication::None,
            };
        }
        self.claims.apply(&mut client.claims);
        if let Some(file) = &self.jwks {
            client.jwks = Some(read_jwks(file)?);
        }
        Ok(())
    }
}

fn read_jwks(file: &Path) -> Result<serde_json::Value, Failure> {
    let text =
        std::fs::read_to_string(file).map_err(|error| Failure::new(format!("--jwks {}: {error}", file.display())))?;
    serde_json::from_str(&text).map_err(|error| Failure::new(format!("--jwks {}: {error}", file.display())))
}

/// Every fault at once, each with the option that is at fault.
///
/// # Errors
/// The faults, exit code 2.
pub fn check(client: &Client, settings: &Settings) -> Result<(), Failure> {
    let outgoing = Outgoing::new(&settings.outgoing.allowed_networks);
    let lines: Vec<String> = rules::faults(client, &outgoing, &settings.profile)
        .into_iter()
        .map(|fault| {
            let option = match fault.field {
                "start_uri" => "start".to_owned(),
                "redirect_uris"
                | "forward_hosts"
                | "post_logout_redirect_uris"
                | "scopes"
                | "rename_groups"
                | "rename_roles" => fault.field.trim_end_matches('s').to_owned(),
                other => other.to_owned(),
            };
            let words = [format!("--{}", option.replace('_', "-")), fault.value, fault.why];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    if lines.is_empty() { Ok(()) } else { Err(Failure { lines, code: 2 }) }
}
