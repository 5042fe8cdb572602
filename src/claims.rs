//! What a client learns of a person (OpenID Connect Core 5.1, 5.4, 5.5; `domain.md`). Pure; what would be
//! told is in [`preview`].

pub mod preview;
pub mod told;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::authz::client_access::Allowed;
use crate::config::ProfileFields;
use crate::crypto::{Purpose, Vault};
use crate::db::clients::Client;
use crate::db::held::Held;
use crate::db::users::display_name;
use crate::types::{CustomField, Profile};

/// The scope of what acts for somebody in the API, as far as they may there: a service has it once an
/// administrator allows it.
pub const ORGANIZATIONS: &str = "organizations";
/// The scope of a service that administers the instance in its own name (`client_credentials`). No person’s token
/// has it.
pub const ADMIN: &str = "admin";
/// The standard scopes; the host may have made others ([`scopes`]).
pub const SCOPES: [&str; 8] =
    ["openid", "profile", "email", "address", "phone", "groups", ORGANIZATIONS, "offline_access"];

/// What a service gets unless somebody decides otherwise: telephones and postal addresses are given
/// where they are needed, as is the right to act for somebody in the API.
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

/// Every scope that can be asked for.
pub fn scopes(fields: &ProfileFields) -> impl Iterator<Item = &str> {
    SCOPES.into_iter().chain(fields.scopes.iter().map(|scope| scope.name.as_str()))
}

/// Whether that scope exists.
#[must_use]
pub fn is_scope(name: &str, fields: &ProfileFields) -> bool {
    scopes(fields).any(|scope| scope == name)
}

/// Every claim about a person and the scope that gives it.
fn all(fields: &ProfileFields) -> impl Iterator<Item = (&str, &str)> {
    let standard = CLAIMS.into_iter().flat_map(|(scope, names)| names.iter().map(move |name| (*name, scope)));
    standard.chain(fields.custom.iter().filter_map(|field| {
        let claim = field.claim.as_ref()?;
        Some((claim.name.as_str(), claim.scope.as_str()))
    }))
}

/// Every claim about a person, for the metadata.
pub fn names(fields: &ProfileFields) -> impl Iterator<Item = &str> {
    all(fields).map(|(name, _)| name)
}

/// The scope that gives a claim.
#[must_use]
pub fn scope_of<'a>(claim: &str, fields: &'a ProfileFields) -> Option<&'a str> {
    all(fields).find(|(name, _)| *name == claim).map(|(_, scope)| scope)
}

/// What a client means by the name of a claim that it asks for: one of ours, or the outermost name that it
/// reads groups or roles under. None: there is no such claim.
#[must_use]
pub fn asked_for(name: &str, client: &Client, fields: &ProfileFields) -> Vec<String> {
    let placed = [("groups", &client.claims.groups_claim), ("roles", &client.claims.roles_claim)];
    let meant: Vec<&str> = placed.into_iter().filter(|(_, path)| path.claim() == name).map(|(ours, _)| ours).collect();
    let ours = all(fields).map(|(known, _)| known).filter(|known| meant.is_empty() && *known == name);
    meant.iter().copied().chain(ours).map(str::to_owned).collect()
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
pub fn claims(
    held: &Held,
    client: &Client,
    allowed: &Allowed,
    target: Target,
    fields: &ProfileFields,
) -> Map<String, Value> {
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
    let told =
        |(name, scope): &(&str, &str)| wanted(name, scope) && (target != Target::AccessToken || *scope == "groups");
    let (layout, mut claims) = (&client.claims, Map::new());
    let mut places = Vec::new();
    for (name, _) in all(fields).filter(told) {
        match name {
            // Empty rather than absent: a client that maps groups would keep old ones.
            "groups" => {
                let names = layout.group_names(&allowed.groups, &allowed.organizations, &allowed.roles);
                places.push((&layout.groups_claim, json!(names)));
            }
            "roles" => places.push((&layout.roles_claim, json!(layout.role_names(&allowed.roles)))),
            name => {
                let value = custom(name, held, fields).or_else(|| value(name, held));
                claims.extend(value.map(|value| (name.to_owned(), value)));
            }
        }
    }
    // Last: what a person answers to a field of the host never passes for groups.
    for (path, value) in places {
        path.put(&mut claims, value);
    }
    claims
}

/// The answer to a field of the host.
fn custom(claim: &str, held: &Held, fields: &ProfileFields) -> Option<Value> {
    let of_claim = |field: &&CustomField| field.claim.as_ref().is_some_and(|other| other.name == claim);
    let field = fields.custom.iter().find(of_claim)?;
    held.custom.get(&field.key).map(|answer| json!(answer))
}

fn value(claim: &str, held: &Held) -> Option<Value> {
    let text = |text: &str| (!text.is_empty()).then(|| json!(text));
    match claim {
        "name" => Some(json!(display_name(&held.given_name, &held.family_name, &held.username))),
        "given_name" => text(&held.given_name),
        "family_name" => text(&held.family_name),
        "preferred_username" => text(&held.username),
        "locale" => Some(json!(match held.locale.as_str() {
            "fr" => "fr-FR",
            "en" => "en-GB",
            // A language that the host added: by the name that it gave.
            other => other,
        })),
        "updated_at" => Some(json!(held.updated_at.timestamp())),
        // An address that is not proven is nobody's business (nOAuth).
        "email" => held.facts.email_verified.then(|| json!(held.email)),
        "email_verified" => held.facts.email_verified.then_some(Value::Bool(true)),
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
