//! Client metadata (RFC 7591 2, OpenID Connect Dynamic Client Registration 2): what a client says of
//! itself, and what it is told. Pure.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::claims::{ORGANIZATIONS, SCOPES, USUAL_SCOPES};
use crate::crypto::Algorithm;
use crate::db::clients::{Authentication, Client};

/// What a client says of itself; what we do not know is ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Metadata {
    client_id: Option<String>,
    redirect_uris: Vec<String>,
    response_types: Option<Vec<String>>,
    grant_types: Option<Vec<String>>,
    application_type: Option<String>,
    client_name: Option<String>,
    #[serde(rename = "client_name#fr")]
    client_name_fr: Option<String>,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
    contacts: Vec<String>,
    scope: Option<String>,
    token_endpoint_auth_method: Option<String>,
    jwks: Option<Value>,
    jwks_uri: Option<String>,
    subject_type: Option<String>,
    /// Its document lists the redirect URIs of a sector (OpenID Connect Core 8.1).
    pub sector_identifier_uri: Option<String>,
    id_token_signed_response_alg: Option<String>,
    default_max_age: Option<u32>,
    initiate_login_uri: Option<String>,
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: Option<String>,
    require_pushed_authorization_requests: Option<bool>,
}

/// What is wrong, in words for a developer.
pub type Fault = String;

impl Metadata {
    /// Makes the client what the metadata says. Settings that metadata cannot name stay.
    ///
    /// # Errors
    /// A value that we do not have.
    pub fn apply(self, client: &mut Client) -> Result<(), Fault> {
        if self.client_id.as_ref().is_some_and(|id| *id != client.client_id) {
            return Err("client_id is another's".to_owned());
        }
        one_of("response_types", self.response_types.as_deref(), &["code"])?;
        let grants = self.grant_types.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
        one_of("grant_types", Some(&grants), &["authorization_code", "refresh_token"])?;
        client.authentication = match self.token_endpoint_auth_method.as_deref() {
            None | Some("client_secret_basic" | "client_secret_post") => Authentication::ClientSecret,
            Some("private_key_jwt") => Authentication::PrivateKeyJwt,
            Some("none") => Authentication::None,
            Some(other) => return Err(format!("token_endpoint_auth_method {other} is not supported")),
        };
        client.id_token_alg = match self.id_token_signed_response_alg.as_deref() {
            None => Algorithm::Rs256,
            Some(name) => Algorithm::from_name(name)
                .ok_or_else(|| format!("id_token_signed_response_alg {name} is not supported"))?,
        };
        client.sector = match self.subject_type.as_deref() {
            None | Some("public") => None,
            Some("pairwise") => Some(sector(self.sector_identifier_uri.as_deref(), &self.redirect_uris)?),
            Some(other) => return Err(format!("subject_type {other} is not supported")),
        };
        if !matches!(self.application_type.as_deref(), None | Some("web" | "native")) {
            return Err("application_type must be web or native".to_owned());
        }
        let name = self.client_name.or(self.client_name_fr.clone()).unwrap_or_else(|| client.client_id.clone());
        client.name_fr = self.client_name_fr.unwrap_or_else(|| name.clone());
        client.name_en = name;
        let held = std::mem::take(&mut client.scopes);
        // Those that the host made, and the one that changes organizations, are for an administrator to allow.
        let free = |name: &str| SCOPES.contains(&name) && name != ORGANIZATIONS;
        let allowed = |name: &&str| free(name) || held.iter().any(|held| held == name);
        client.scopes = match self.scope {
            None => USUAL_SCOPES.map(str::to_owned).to_vec(),
            Some(scope) => scope.split(' ').filter(allowed).map(str::to_owned).collect(),
        };
        // A public client has nothing else to bind a code to it; for the others the specification of
        // registration has no such demand.
        client.require_pkce = client.authentication == Authentication::None;
        client.refresh_tokens = grants.iter().any(|grant| grant == "refresh_token");
        client.require_pushed_requests = self.require_pushed_authorization_requests.unwrap_or_default();
        client.redirect_uris = self.redirect_uris;
        client.post_logout_redirect_uris = self.post_logout_redirect_uris;
        client.backchannel_logout_uri = self.backchannel_logout_uri;
        client.initiate_login_uri = self.initiate_login_uri;
        client.start_uri.clone_from(&self.client_uri);
        client.client_uri = self.client_uri;
        client.logo_uri = self.logo_uri;
        client.policy_uri = self.policy_uri;
        client.tos_uri = self.tos_uri;
        client.contacts = self.contacts;
        client.jwks = self.jwks;
        client.jwks_uri = self.jwks_uri;
        client.default_max_age = self.default_max_age;
        Ok(())
    }

    /// The redirect URIs.
    #[must_use]
    pub fn redirect_uris(&self) -> &[String] {
        &self.redirect_uris
    }
}

fn one_of(name: &str, values: Option<&[String]>, known: &[&str]) -> Result<(), Fault> {
    match values.into_iter().flatten().find(|value| !known.contains(&value.as_str())) {
        Some(value) => Err(format!("{name} {value} is not supported")),
        None => Ok(()),
    }
}

/// The host that subjects are made for (OpenID Connect Core 8.1).
fn sector(identifier: Option<&str>, redirect_uris: &[String]) -> Result<String, Fault> {
    let host = |uri: &str| Url::parse(uri).ok().and_then(|url| url.host_str().map(str::to_owned));
    if let Some(uri) = identifier {
        return host(uri).ok_or_else(|| "sector_identifier_uri is no address".to_owned());
    }
    let mut hosts: Vec<String> = redirect_uris.iter().filter_map(|uri| host(uri)).collect();
    hosts.dedup();
    match hosts.as_slice() {
        [host] => Ok(host.clone()),
        _ => Err("redirect URIs of several hosts need a sector_identifier_uri".to_owned()),
    }
}

/// What a client is told of itself (RFC 7591 3.2.1); what is not set is left out.
#[must_use]
pub fn describe(client: &Client) -> Map<String, Value> {
    let grants = ["authorization_code", "refresh_token"];
    let method = match client.authentication {
        Authentication::ClientSecret => "client_secret_basic",
        Authentication::PrivateKeyJwt => "private_key_jwt",
        Authentication::None => "none",
    };
    let all = json!({
        "client_id": client.client_id,
        "client_name": client.name_en,
        "client_name#fr": client.name_fr,
        "redirect_uris": client.redirect_uris,
        "response_types": ["code"],
        "grant_types": &grants[..if client.refresh_tokens { 2 } else { 1 }],
        "scope": client.scopes.join(" "),
        "token_endpoint_auth_method": method,
        "subject_type": if client.sector.is_some() { "pairwise" } else { "public" },
        "id_token_signed_response_alg": client.id_token_alg.name(),
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "backchannel_logout_session_required": client.backchannel_logout_uri.as_ref().map(|_| true),
        "require_pushed_authorization_requests": client.require_pushed_requests,
        "initiate_login_uri": client.initiate_login_uri,
        "default_max_age": client.default_max_age,
        "jwks": client.jwks,
        "jwks_uri": client.jwks_uri,
        "client_uri": client.client_uri,
        "logo_uri": client.logo_uri,
        "policy_uri": client.policy_uri,
        "tos_uri": client.tos_uri,
        "contacts": client.contacts,
    });
    let Value::Object(all) = all else { return Map::new() };
    all.into_iter()
        .filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
        .collect()
}
