//! What a client learns of a person (OpenID Connect Core 5.1, 5.4, 5.5; `domain.md`). Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::authorization_request::AuthorizationRequest;
use crate::authz::client_access::Allowed;
use crate::crypto::{Purpose, Vault};
use crate::db::clients::Client;
use crate::db::tokens::Held;
use crate::db::users::display_name;
use crate::types::Profile;

/// Scopes that can be asked for.
pub const SCOPES: [&str; 7] = ["openid", "profile", "email", "address", "phone", "groups", "offline_access"];

/// What a service gets unless somebody decides otherwise: telephones and postal addresses are given
/// where they are needed.
pub const USUAL_SCOPES: [&str; 5] = ["openid", "profile", "email", "groups", "offline_access"];

/// Claims by the scope that gives them.
const CLAIMS: [(&str, &[&str]); 5] = [
    (
        "profile",
        &[
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    ("groups", &["groups", "roles"]),
];

/// Whether that scope exists.
#[must_use]
pub fn is_scope(name: &str) -> bool {
    SCOPES.contains(&name)
}

/// Whether that claim about a person exists.
#[must_use]
pub fn is_claim(name: &str) -> bool {
    scope_of(name).is_some()
}

/// Every claim about a person, for the metadata.
pub fn names() -> impl Iterator<Item = &'static str> {
    CLAIMS.iter().flat_map(|(_, names)| names.iter().copied())
}

/// The scope that gives a claim.
#[must_use]
pub fn scope_of(claim: &str) -> Option<&'static str> {
    CLAIMS.iter().find(|(_, names)| names.contains(&claim)).map(|(scope, _)| *scope)
}

/// What a request asks to learn or to do: its scopes, and those of the claims asked for one by one.
#[must_use]
pub fn disclosed_scopes(request: &AuthorizationRequest) -> Vec<String> {
    let single = request.id_token_claims.iter().chain(&request.userinfo_claims).filter_map(|claim| scope_of(claim));
    let all: Vec<&str> = request.scope.iter().map(String::as_str).chain(single).collect();
    SCOPES.into_iter().filter(|scope| all.contains(scope)).map(str::to_owned).collect()
}

/// The name of a person for a client (OpenID Connect Core 8): the account's id, or one made for the
/// client's sector that leads back to nothing.
#[must_use]
pub fn subject(user: Uuid, client: &Client, vault: &Vault) -> String {
    match &client.sector {
        None => user.to_string(),
        Some(sector) => {
            let mac = vault.mac(Purpose::Subject, &[sector.to_ascii_lowercase().as_bytes(), user.as_bytes()]);
            URL_SAFE_NO_PAD.encode(mac)
        }
    }
}

/// Where claims are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The ID token.
    IdToken,
    /// The userinfo endpoint.
    Userinfo,
    /// A resource server: what it decides by, groups and roles, and no more.
    AccessToken,
}

/// The claims for a client, besides `sub`: those of its scopes, and those it asked for one by one
/// among what its scopes may give. An absent value is left out, never `null`.
#[must_use]
pub fn claims(held: &Held, client: &Client, allowed: &Allowed, target: Target) -> Map<String, Value> {
    let (requested, by_scope): (&[String], bool) = match target {
        Target::IdToken => (&held.id_token_claims, client.claims_in_id_token),
        Target::Userinfo => (&held.userinfo_claims, true),
        Target::AccessToken => (&[], true),
    };
    let wanted = |claim: &str, scope: &str| {
        let granted = held.scope.iter().any(|granted| granted == scope);
        let permitted = client.scopes.iter().any(|permitted| permitted == scope);
        (by_scope && granted) || (permitted && requested.iter().any(|requested| requested == claim))
    };
    CLAIMS
        .iter()
        .flat_map(|(scope, names)| names.iter().map(move |name| (*scope, *name)))
        .filter(|(scope, name)| wanted(name, scope) && (target != Target::AccessToken || *scope == "groups"))
        .filter_map(|(_, name)| Some((name.to_owned(), value(name, held, allowed)?)))
        .collect()
}

fn value(claim: &str, held: &Held, allowed: &Allowed) -> Option<Value> {
    let text = |text: &str| (!text.is_empty()).then(|| json!(text));
    match claim {
        "name" => Some(json!(display_name(&held.given_name, &held.family_name, &held.username))),
        "given_name" => text(&held.given_name),
        "family_name" => text(&held.family_name),
        "preferred_username" => text(&held.username),
        "locale" => Some(json!(if held.locale == "fr" { "fr-FR" } else { "en-GB" })),
        "updated_at" => Some(json!(held.updated_at.timestamp())),
        // An address that is not proven is nobody's business (nOAuth).
        "email" => held.facts.email_verified.then(|| json!(held.email)),
        "email_verified" => held.facts.email_verified.then_some(Value::Bool(true)),
        // Empty rather than absent: a client that maps groups would keep old ones.
        "groups" => Some(json!(allowed.groups)),
        "roles" => Some(json!(allowed.roles)),
        "address" => address(&held.profile),
        // Nobody has rung it.
        "phone_number_verified" => held.profile.get("phone_number").map(|_| Value::Bool(false)),
        other => held.profile.get(other).map(|text| json!(text)),
    }
}

/// OpenID Connect Core 5.1.1: the parts, and all of it as an envelope shows it.
fn address(profile: &Profile) -> Option<Value> {
    let mut address: Map<String, Value> = ["street_address", "postal_code", "locality", "region", "country"]
        .into_iter()
        .filter_map(|part| Some((part.to_owned(), json!(profile.get(part)?))))
        .collect();
    let town =
        [profile.get("postal_code"), profile.get("locality")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let lines = [profile.get("street_address"), Some(town.as_str()), profile.get("region"), profile.get("country")];
    let formatted = lines.into_iter().flatten().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    (!address.is_empty()).then(|| {
        address.insert("formatted".to_owned(), json!(formatted));
        Value::Object(address)
    })
}
