//! The answers of `loquet access explain` and `claims` in words.

use serde_json::{Map, Value};

use crate::authz::explanation::{Explanation, Need, Opening, Through};
use crate::claims::preview::Preview;
use crate::cli::{Failure, say};
use crate::db::clients::Client;

pub(super) fn show_explanation(username: &str, client: &Client, told: &Explanation) {
    let may = if told.allowed { "may" } else { "may not" };
    say(format!("{username} {may} use {} (rule {}).", client.client_id, told.rule.number()));
    for through in &told.through {
        say(format!("  through {}", of_through(through)));
    }
    for need in &told.needed {
        say(format!("  needed: {}", of_need(*need)));
    }
    if !told.one_of.is_empty() {
        say("One of these would let them in:");
        for opening in &told.one_of {
            say(format!("  {}", of_opening(opening)));
        }
    } else if !told.allowed && told.through.is_empty() {
        say("Nobody was let in yet: `loquet client set … --allow-group GROUP`, or `--policy everyone`.");
    }
}

fn of_through(through: &Through) -> String {
    match through {
        Through::Everyone => "its policy: every account".to_owned(),
        Through::Group { name } => format!("the group {name}"),
        Through::Organization { slug, all_members, roles } => {
            let how = if *all_members { "all its members" } else { "granted" };
            let roles = if roles.is_empty() { String::new() } else { format!("; roles: {}", roles.join(", ")) };
            format!("the organization {slug} ({how}{roles})")
        }
    }
}

fn of_need(need: Need) -> &'static str {
    match need {
        Need::AccountEnabled => "the account is switched off",
        Need::ServiceEnabled => "the service is switched off",
        Need::AddressVerified => "the e-mail address is not verified",
    }
}

fn of_opening(opening: &Opening) -> String {
    match opening {
        Opening::Group { name } => format!("to be in the group {name}"),
        Opening::Grant { slug, .. } => format!("a grant in the organization {slug}"),
        Opening::Reactivation { slug, .. } => format!("the organization {slug} switched on again"),
        Opening::Membership { organizations: 1 } => "to join the other organization that has it".to_owned(),
        Opening::Membership { organizations } => {
            format!("to join one of the {organizations} other organizations that have it")
        }
    }
}

pub(super) fn show_claims(username: &str, client: &Client, told: &Preview) -> Result<(), Failure> {
    show_explanation(username, client, &told.access);
    if !told.access.allowed {
        say("It learns nothing of them.");
        return Ok(());
    }
    say(format!("scope {}", told.scope.join(" ")));
    let opaque = (!client.jwt_access_tokens).then_some("a random name: look it up by introspection");
    let elsewhere = (client.audience() != client.client_id).then_some("refused: its tokens are for another");
    for (what, claims, why_not) in [
        ("ID token", &told.id_token, None),
        ("userinfo", &told.userinfo, elsewhere),
        ("access token", &told.access_token, opaque),
    ] {
        say(format!("\n{what}"));
        match (claims, why_not) {
            (Some(claims), _) => show(claims)?,
            (None, why) => say(why.unwrap_or("none without the scope openid")),
        }
    }
    Ok(())
}

fn show(claims: &Map<String, Value>) -> Result<(), Failure> {
    say(serde_json::to_string_pretty(claims)?);
    Ok(())
}
