//! `loquet user merge`: the same act as on the pages of administrators.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Failure, say};
use crate::delegation::{Desk, Merging, Refusal};

/// Which two, and how.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The account that stays: username or e-mail address
    keep: String,
    /// The account that goes: username or e-mail address
    other: String,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Does it, or tries it, and says what came of it.
pub async fn run(arguments: &Arguments, desk: &Desk<'_>) -> Result<(), Failure> {
    let keep = find(desk, &arguments.keep).await?;
    let other = find(desk, &arguments.other).await?;
    let outcome =
        if arguments.dry_run { desk.plan_merge(keep, other).await } else { desk.merge_accounts(keep, other).await };
    let merging = outcome.map_err(refused)?;
    if arguments.json {
        say(described(&merging, arguments.dry_run));
    } else {
        tell(&merging, arguments.dry_run);
    }
    Ok(())
}

async fn find(desk: &Desk<'_>, login: &str) -> Result<Uuid, Failure> {
    let found = desk.somebody(login).await?.map(|user| user.id);
    found.ok_or_else(|| Failure::new(format!("there is no account named {login}")))
}

fn refused(refusal: Refusal) -> Failure {
    let Refusal::Invalid(flaw) = &refusal else {
        return match refusal {
            Refusal::Hidden => Failure::new("one of the accounts is gone"),
            other => Failure::from(other),
        };
    };
    Failure::new(match flaw.problem {
        "same-account" => "these are one account",
        "powers" => "the account that goes is in admins or auditors: powers are never merged (`loquet group remove`)",
        "not-in-use" => "one of the accounts is switched off (`loquet user enable`)",
        "leaving" => "the account that stays is about to be deleted: its person must keep it first",
        "not-proven" => "nobody has proven the address of the account that stays",
        "second-factor" => {
            "the account that goes has a second factor and the one that stays has none: set one up there first"
        }
        other => other,
    })
}

fn described(merging: &Merging, dry_run: bool) -> Value {
    let side = |side: &crate::delegation::Side| {
        let user = &side.account.user;
        json!({ "id": user.id, "username": user.username, "email": user.email })
    };
    let organizations = merging
        .other
        .memberships
        .iter()
        .map(|one| json!({ "slug": one.slug, "role": if one.referent { "referent" } else { "member" } }));
    let services = merging
        .services
        .iter()
        .map(|service| json!({ "client_id": service.client_id, "knows_kept": service.knows_kept }));
    json!({
        "dry_run": dry_run,
        "kept": side(&merging.kept),
        "other": side(&merging.other),
        "organizations": organizations.collect::<Vec<_>>(),
        "groups": merging.groups,
        "membership": { "since": merging.dates.since, "until": merging.dates.until },
        "inherits_legacy_id": merging.inherits_legacy(),
        "services": services.collect::<Vec<_>>(),
    })
}

fn tell(merging: &Merging, dry_run: bool) {
    let (kept, other) = (&merging.kept.account.user, &merging.other.account.user);
    let listed = |all: Vec<&str>| if all.is_empty() { "-".to_owned() } else { all.join(", ") };
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let organizations = merging.other.memberships.iter().map(|one| one.slug.as_str()).collect();
    let groups = merging.groups.iter().map(String::as_str).collect();
    let services = merging.services.iter().map(|service| service.client_id.as_str()).collect();
    say(format!("stays          {} <{}>", kept.username, kept.email));
    say(format!("goes           {} <{}>", other.username, other.email));
    say(format!("organizations  {}", listed(organizations)));
    say(format!("groups         {}", listed(groups)));
    say(format!("membership     since {}, until {}", day(merging.dates.since), day(merging.dates.until)));
    say(format!("services       {} (they know {} and do not learn of this)", listed(services), other.username));
    if merging.comes_back() {
        eprintln!("loquet: warning: both were imported: an import that still has {} brings it back", other.username);
    }
    if dry_run {
        say("Nothing is changed (--dry-run).");
    } else {
        say(format!("{} is now a part of {}.", other.username, kept.username));
    }
}
