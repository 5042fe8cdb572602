//! What a client learns of a person (OpenID Connect Core 5.1, 5.4, 5.5; `domain.md`). Pure.

use serde_json::{Map, Value, json};

use crate::authz::client_access::Allowed;
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

/// Where claims are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The ID token.
    IdToken,
    /// The userinfo endpoint.
    Userinfo,
}

/// The claims for a client, besides `sub`: those of its scopes, and those it asked for one by one
/// among what its scopes may give. An absent value is left out, never `null`.
#[must_use]
pub fn claims(held: &Held, client: &Client, allowed: &Allowed, target: Target) -> Map<String, Value> {
    let requested = if target == Target::IdToken { &held.id_token_claims } else { &held.userinfo_claims };
    let by_scope = target == Target::Userinfo || client.claims_in_id_token;
    let wanted = |claim: &str, scope: &str| {
        let granted = held.scope.iter().any(|granted| granted == scope);
        let permitted = client.scopes.iter().any(|permitted| permitted == scope);
        (by_scope && granted) || (permitted && requested.iter().any(|requested| requested == claim))
    };
    CLAIMS
        .iter()
        .flat_map(|(scope, names)| names.iter().map(move |name| (*scope, *name)))
        .filter(|(scope, name)| wanted(name, scope))
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
