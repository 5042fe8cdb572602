//! What a client may be: the same rules for the command line, for clients that register themselves
//! and for administrators' pages. Pure.

use jsonwebtoken::jwk::JwkSet;
use url::Url;

use super::claim_rules;
use crate::claims::{is_scope, scopes};
use crate::config::ProfileFields;
use crate::db::clients::{Authentication, Client};
use crate::outgoing::Outgoing;
use crate::types::{ForwardHost, RedirectUri, check_line};

/// Longest life of a token that nobody can revoke where it is used, in seconds: keys are kept that
/// long after they have signed.
pub const LONGEST_TOKEN: u32 = 86_400;
/// Shortest life of an ID token, in seconds: clients allow no leeway after `exp`.
pub const SHORTEST_ID_TOKEN: u32 = 300;

/// Most keys of a client: an assertion may be tried with each.
pub const MOST_KEYS: usize = 20;

/// A setting that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The setting, by the name of its field.
    pub field: &'static str,
    /// The value at fault, when there are several; else empty.
    pub value: String,
    /// What is wrong with it, to be read after the field and the value.
    pub why: String,
}

/// Every fault of a client, in the order of its fields.
#[must_use]
pub fn faults(client: &Client, outgoing: &Outgoing, fields: &ProfileFields) -> Vec<Fault> {
    let mut found = Faults(Vec::new());
    names(client, &mut found);
    addresses(client, outgoing, &mut found);
    authentication(client, &mut found);
    scopes_and_lives(client, fields, &mut found);
    for (field, value, why) in claim_rules::faults(&client.claims, fields) {
        found.add(field, &value, why);
    }
    found.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, field: &'static str, value: &str, why: impl std::fmt::Display) {
        self.0.push(Fault { field, value: value.to_owned(), why: why.to_string() });
    }
}

fn names(client: &Client, found: &mut Faults) {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
    if client.client_id.is_empty() || client.client_id.len() > 64 || !client.client_id.chars().all(allowed) {
        found.add("client_id", &client.client_id, "may hold 1 to 64 letters, digits and . _ ~ -");
    }
    for (field, name) in [("name", &client.name_fr), ("name_en", &client.name_en)] {
        if name.trim().is_empty() {
            found.add(field, "", "is empty");
        } else if let Err(error) = check_line(name, 64) {
            found.add(field, "", error);
        }
    }
}

fn addresses(client: &Client, outgoing: &Outgoing, found: &mut Faults) {
    if client.redirect_uris.is_empty() && client.forward_hosts.is_empty() && !client.client_credentials {
        found.add("redirect_uris", "", "is missing: the service's documentation gives it");
    }
    let lists =
        [("redirect_uris", &client.redirect_uris), ("post_logout_redirect_uris", &client.post_logout_redirect_uris)];
    let starts: Vec<String> = client.start_uri.iter().cloned().collect();
    for (field, uris) in lists.into_iter().chain([("start_uri", &starts)]) {
        for uri in uris {
            if let Err(error) = RedirectUri::parse(uri) {
                found.add(field, uri, error);
            }
        }
    }
    for host in &client.forward_hosts {
        if let Err(error) = ForwardHost::parse(host) {
            found.add("forward_hosts", host, error);
        }
    }
    if client.require_pushed_requests && !client.forward_hosts.is_empty() {
        found.add("forward_hosts", "", "and require_pushed_requests cannot both be given");
    }
    for (field, uri) in [("backchannel_logout_uri", &client.backchannel_logout_uri), ("jwks_uri", &client.jwks_uri)] {
        if let Some(uri) = uri
            && let Err(error) = outgoing.check(uri)
        {
            found.add(field, uri, error);
        }
    }
    let pages = [
        ("initiate_login_uri", &client.initiate_login_uri),
        ("client_uri", &client.client_uri),
        ("logo_uri", &client.logo_uri),
        ("policy_uri", &client.policy_uri),
        ("tos_uri", &client.tos_uri),
    ];
    for (field, uri) in pages {
        let Some(uri) = uri else { continue };
        let sound = Url::parse(uri).is_ok_and(|url| url.scheme() == "https" && url.username().is_empty());
        if !sound || RedirectUri::parse(uri).is_err() {
            found.add(field, uri, "must be an address that starts with https://");
        }
    }
}

fn authentication(client: &Client, found: &mut Faults) {
    match (client.authentication, &client.jwks, &client.jwks_uri) {
        (_, Some(_), Some(_)) => found.add("jwks", "", "and jwks_uri cannot both be given"),
        (Authentication::PrivateKeyJwt, None, None) => {
            found.add("jwks", "", "or jwks_uri is needed for private_key_jwt");
        }
        (Authentication::None, ..) if !client.require_pkce => {
            found.add("require_pkce", "", "cannot be false for a public client");
        }
        (Authentication::None, ..) if client.client_credentials => {
            found.add("client_credentials", "", "cannot be given to a public client");
        }
        _ => {}
    }
    if client.administers && !(client.client_credentials && client.is_confidential()) {
        found.add("administers", "", "needs client_credentials, and a way to prove who it is");
    }
    if let Some(jwks) = &client.jwks {
        match serde_json::from_value::<JwkSet>(jwks.clone()) {
            Ok(set) if set.keys.is_empty() => found.add("jwks", "", "holds no key"),
            Ok(set) if set.keys.len() > MOST_KEYS => found.add("jwks", "", format!("holds more than {MOST_KEYS} keys")),
            Ok(_) if is_private(jwks) => found.add("jwks", "", "holds a private key: give the public half only"),
            Ok(_) => {}
            Err(error) => found.add("jwks", "", format!("is not a JSON Web Key Set: {error}")),
        }
    }
}

fn is_private(jwks: &serde_json::Value) -> bool {
    jwks["keys"].as_array().into_iter().flatten().any(|key| key.get("d").is_some() || key.get("k").is_some())
}

fn scopes_and_lives(client: &Client, fields: &ProfileFields, found: &mut Faults) {
    for scope in client.scopes.iter().filter(|scope| !is_scope(scope, fields)) {
        found.add("scopes", scope, format!("is not one of {}", scopes(fields).collect::<Vec<_>>().join(", ")));
    }
    if let Some(audience) = &client.audience
        && (audience.is_empty() || !audience.bytes().all(|byte| byte.is_ascii_graphic()) || audience.len() > 255)
    {
        found.add("audience", audience, "must be the client id or the address of a resource server");
    }
    if let Some(sector) = &client.sector
        && url::Host::parse(sector).is_err()
    {
        found.add("sector", sector, "must be the name of a host");
    }
    for (field, seconds, least, most) in [
        ("access_token_seconds", client.access_token_seconds, 60, LONGEST_TOKEN),
        ("id_token_seconds", client.id_token_seconds, SHORTEST_ID_TOKEN, LONGEST_TOKEN),
        ("refresh_idle_seconds", client.refresh_idle_seconds, 300, 730 * 86_400),
        ("refresh_absolute_seconds", client.refresh_absolute_seconds, 300, 730 * 86_400),
    ] {
        if let Some(seconds) = seconds
            && !(least..=most).contains(&seconds)
        {
            found.add(field, &seconds.to_string(), format!("must be between {least} and {most}"));
        }
    }
}
