//! Requests that administrators answer: whoever is let in is put into a group that the service allows.

use serde_json::json;
use sqlx::PgConnection;
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use super::requests::{Answer, answer_kind, settle, tell};
use super::{Aim, Desk, Refusal, Target};
use crate::authz::administration::Act;
use crate::authz::delegation::Standing;
use crate::crypto::random_bytes;
use crate::db;
use crate::db::access_requests::{Waiting, Whose};
use crate::db::audit::{Event, Kind};
use crate::db::clients::Client;
use crate::db::entrances::Entrance;

/// Names that mean something to Loquet or to services.
const RESERVED: [&str; 3] = ["admin", "admins", "auditors"];
/// Longest name that is made of a service's.
const LONGEST: usize = 40;

impl Desk<'_> {
    /// Requests that administrators answer, and for each the groups that would open its service. `all`: those
    /// that referents answer, too.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] to whoever is neither administrator nor auditor.
    pub async fn host_requests(&self, all: bool) -> Result<Vec<(Waiting, Vec<Entrance>)>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            let whose = if all { Whose::Everybodys } else { Whose::Host };
            let mut requests = Vec::new();
            for waiting in db::access_requests::waiting(connection, whose).await? {
                // Through an organization nobody needs a group.
                let entrances = match waiting.organization {
                    Some(_) => Vec::new(),
                    None => db::entrances::entrances(connection, &waiting.client_id).await?,
                };
                requests.push((waiting, entrances));
            }
            Ok(requests)
        })
        .await
    }

    /// Says yes or no for the host. Yes gives access through the organization that was asked, if any; else the
    /// person is put into `group`, which may be left out when there is no choice. When the service allows no
    /// group, one is made for it.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] to whoever is no administrator; [`Refusal::Hidden`] for what is no request;
    /// [`super::Clash::AlreadyAnswered`]; [`Refusal::Invalid`] when a
    /// group must be chosen.
    pub async fn answer_for_host(&self, id: Uuid, accepted: bool, group: Option<&str>) -> Result<Answer, Refusal> {
        let mut connection = self.pool.acquire().await?;
        let standing = self.standing(&mut connection).await?;
        let found = db::access_requests::asked_where(&mut connection, id).await?;
        drop(connection);
        let aim = Aim::of_host(Act::Decide, Target::Request(id));
        match (standing, found) {
            (Standing::Administrator, Some(Some(slug))) => {
                self.change(&slug, async |work| work.answer_request(id, accepted).await).await
            }
            _ => self.attempt(aim, async |connection| self.answer(connection, id, accepted, group).await).await,
        }
    }

    async fn answer(
        &self,
        connection: &mut PgConnection,
        id: Uuid,
        accepted: bool,
        group: Option<&str>,
    ) -> Result<Answer, Refusal> {
        self.must_host(connection, Act::Decide).await?;
        let (now, by) = (self.post.clock.now(), self.actor.person());
        let answered = db::access_requests::answer(connection, id, None, accepted, by, now).await?;
        let mut answer = settle(connection, answered).await?;
        if accepted {
            answer.new_group = self.let_in(connection, &answer, group).await?;
        }
        let event = Event { actor: by, ..Event::of_host(answer_kind(accepted), self.origin) };
        let event = event.about(answer.person.id).of_client(&answer.client.client_id);
        db::audit::record(connection, &event, now).await?;
        tell(connection, &self.post, &answer, accepted, now).await?;
        Ok(answer)
    }

    /// Puts the person into a group that opens the service; the name of one that was made for it.
    async fn let_in(
        &self,
        connection: &mut PgConnection,
        answer: &Answer,
        group: Option<&str>,
    ) -> Result<Option<String>, Refusal> {
        let (client, now) = (&answer.client, self.post.clock.now());
        let entrances = db::entrances::entrances(connection, &client.client_id).await?;
        let chosen = match (group, entrances.as_slice()) {
            (None, [only]) => Some(only),
            (None, []) => None,
            (None, _) => return Err(Refusal::invalid("group", "choose", "")),
            (Some(name), all) => {
                let found = all.iter().find(|entrance| entrance.name == name);
                Some(found.ok_or_else(|| Refusal::invalid("group", "unknown", name))?)
            }
        };
        let event = |kind| Event { actor: self.actor.person(), ..Event::of_host(kind, self.origin) };
        let (id, name) = match chosen {
            Some(entrance) => (entrance.id, entrance.name.clone()),
            None => {
                let (id, name) = new_group(connection, client, now).await?;
                db::organizations::allow_group(connection, &client.client_id, id).await?;
                let added = event(Kind::GroupAdded).with(json!({ "group": name }));
                db::audit::record(connection, &added, now).await?;
                let changed =
                    event(Kind::ServiceChanged).of_client(&client.client_id).with(json!({ "groups": [name] }));
                db::audit::record(connection, &changed, now).await?;
                (id, name)
            }
        };
        db::organizations::add_to_group(connection, answer.person.id, id).await?;
        let joined = event(Kind::GroupJoined).about(answer.person.id).with(json!({ "group": name }));
        db::audit::record(connection, &joined, now).await?;
        Ok(chosen.is_none().then_some(name))
    }
}

/// A group that nobody is in, named after a service.
async fn new_group(
    connection: &mut PgConnection,
    client: &Client,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(Uuid, String), Refusal> {
    let base = name_of_group(&client.name_fr);
    let numbered = (2..=9).map(|number| format!("{base}-{number}"));
    let random = format!("{base}-{}", u64::from_be_bytes(random_bytes()));
    for name in std::iter::once(base.clone()).chain(numbered).chain([random]) {
        if RESERVED.contains(&name.as_str()) {
            continue;
        }
        if let Some(id) = db::entrances::new_group(connection, &name, now).await? {
            return Ok((id, name));
        }
    }
    Err(Refusal::invalid("group", "unknown", base))
}

/// «Cloud de l’Été» → `cloud-de-l-ete`.
fn name_of_group(service: &str) -> String {
    // Accents stand by themselves once decomposed.
    let plain = service.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).map(|c| c.to_ascii_lowercase());
    let marked: String = plain.map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = marked.split('-').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(LONGEST).collect();
    let name = name.trim_end_matches('-');
    if name.is_empty() { "service".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_groups() {
        for (service, name) in [
            ("Cloud", "cloud"),
            ("Été d’ici : n°2", "ete-d-ici-n-2"),
            ("--", "service"),
            ("Ωμέγα", "service"),
            (&"é x".repeat(40), "e-xe-xe-xe-xe-xe-xe-xe-xe-xe-xe-xe-xe-xe"),
        ] {
            assert_eq!(name_of_group(service), name);
        }
    }
}
