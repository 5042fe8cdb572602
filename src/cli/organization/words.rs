//! What the commands of organizations answer: as JSON, and why not.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::authz::delegation::Why;
use crate::cli::{Failure, say};
use crate::db::attachments::Service;
use crate::db::delegation::Place;
use crate::db::invitations::{Sent, State};
use crate::db::members::Member;
use crate::delegation::{Clash, Refusal};

/// What it may be that there is not: the acts themselves do not say.
#[derive(Debug, Clone, Copy)]
pub enum Hidden<'a> {
    /// The organization of that slug.
    Organization(&'a str),
    /// The organization, or somebody in it.
    Member(&'a str, &'a str),
    /// The organization, or a service (of it).
    Service(&'a str, &'a str),
    /// The organization, somebody in it, or a service of it.
    Access(&'a str, &'a str, &'a str),
    /// The organization, or an invitation of it.
    Invitation(&'a str, &'a str),
}

impl Hidden<'_> {
    fn words(self) -> String {
        match self {
            Self::Organization(slug) => format!("there is no organization named {slug}"),
            Self::Member(slug, who) => format!("there is no organization named {slug}, or {who} is not in it"),
            Self::Service(slug, client) => {
                format!("there is no organization named {slug}, or no service {client} for it")
            }
            Self::Access(slug, who, client) => {
                format!(
                    "there is no organization named {slug}, {who} is not in it, or it does not have the service {client}"
                )
            }
            Self::Invitation(slug, which) => {
                format!("there is no organization named {slug}, or it has no open invitation {which}")
            }
        }
    }
}

/// Why something was not done, in words; exit code 2 when what was given is not right.
pub fn failure(refusal: Refusal, hidden: Hidden<'_>) -> Failure {
    match refusal {
        Refusal::Hidden => Failure::new(hidden.words()),
        Refusal::Forbidden(Why::Deactivated) => {
            Failure::new("the organization is switched off: `loquet organization activate` switches it on")
        }
        Refusal::Forbidden(why) => Failure::new(format!("not allowed: {}", why.name())),
        // Of what is done to accounts.
        Refusal::Clash(
            clash @ (Clash::NoSecondFactor | Clash::AlreadyVerified | Clash::NotWaiting | Clash::KeptByRule),
        ) => Failure::new(clash.name()),
        Refusal::Clash(Clash::AlreadyMember) => Failure::new("they are a member already"),
        Refusal::Clash(Clash::SlugTaken) => Failure::new(
            "there is an organization, or a group, of that name already; admin, admins, auditors and authp are none",
        ),
        Refusal::Clash(Clash::NameTaken) => {
            Failure::new("another organization has a name that people would take for this one (--despite-likeness)")
        }
        Refusal::Clash(Clash::AlreadyAnswered) => Failure::new("the invitation was answered already"),
        Refusal::Stale => Failure::new("somebody else changed it at the same time: try again"),
        Refusal::Invalid(flaw) => {
            let words = match flaw.problem {
                "not-a-slug" => "lower-case letters, digits and -, 63 at most",
                "empty" => "must not be empty",
                "not-a-line" => "must be one line of at most 100 characters",
                "unknown-role" => "is no role of the service: `loquet client role list` says which there are",
                other => other,
            };
            Failure { lines: vec![format!("{} {}: {words}", flaw.field, flaw.value).replace(" :", ":")], code: 2 }
        }
        Refusal::TooMany(until) => Failure::new(format!(
            "invited a moment ago, or too many invitations today: not before {}",
            until.to_rfc3339_opts(SecondsFormat::Secs, true)
        )),
        Refusal::Database(error) => error.into(),
    }
}

/// One or the other.
pub fn told(as_json: bool, value: &Value, words: &str) {
    if as_json {
        say(value);
    } else {
        say(words);
    }
}

/// An organization.
pub fn place(place: &Place) -> Value {
    json!({ "id": place.id, "slug": place.slug, "name": place.name, "contact": place.contact, "active": place.active })
}

/// A member.
pub fn member(member: &Member) -> Value {
    let accesses: serde_json::Map<String, Value> =
        member.grants.iter().map(|grant| (grant.client_id.clone(), json!(grant.roles))).collect();
    json!({
        "id": member.id, "name": member.name, "email": member.email, "role": member.role.as_str(), "since": member.since,
        "active": member.active, "accesses": accesses,
    })
}

/// A service of an organization.
pub fn service(service: &Service) -> Value {
    let roles: Vec<Value> =
        service.roles.iter().map(|role| json!({ "name": role.name, "delegable": role.delegable })).collect();
    json!({
        "client_id": service.client_id, "name_fr": service.name_fr, "name_en": service.name_en, "enabled": service.enabled,
        "all_members": service.all_members, "roles": roles,
    })
}

/// What has become of an invitation.
pub const fn state(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Declined => "declined",
        State::Expired => "expired",
        State::Void => "void",
    }
}

/// An invitation.
pub fn invitation(sent: &Sent) -> Value {
    let accesses: serde_json::Map<String, Value> =
        sent.grants.iter().map(|(client, roles)| (client.clone(), json!(roles))).collect();
    json!({
        "id": sent.id, "email": sent.email, "role": if sent.referent { "referent" } else { "member" }, "accesses": accesses,
        "state": state(sent.state), "created_at": sent.created_at, "expires_at": sent.expires_at, "by_host": sent.by_host,
        "inviter": sent.inviter,
    })
}
