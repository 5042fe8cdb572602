//! Services: seen, added, opened, closed, given another secret, switched off, removed. What is done is
//! [`crate::clients::change`]'s, as on the command line.

use sqlx::PgConnection;

use crate::authz::administration::Act;
use crate::clients::change::{By, Change, Fault};
use crate::clients::rules;
use crate::crypto::Plain;
use crate::db;
use crate::db::clients::{Authentication, Client};
use crate::db::host_services::{Attached, Deliveries, Entitled, Group, Listed, SecretLife};
use crate::db::logouts::Notice;
use crate::delegation::members::check_search;
use crate::delegation::{Desk, Refusal, Target, Version};
use crate::outgoing::Outgoing;
use crate::types::Logo;

/// Organizations that are named with a service.
const ORGANIZATIONS: i64 = 20;
/// Sign-out notices that are shown with it.
const NOTICES: i64 = 10;

/// All that is shown of a service.
#[derive(Debug)]
pub struct ServiceFile {
    /// The service.
    pub client: Client,
    /// Names of the groups that it lets in.
    pub groups: Vec<String>,
    /// The first organizations that have it.
    pub organizations: Vec<Attached>,
    /// Its secrets.
    pub secrets: Vec<SecretLife>,
    /// How many sign-out notices there are.
    pub deliveries: Deliveries,
    /// The latest.
    pub notices: Vec<Notice>,
}

/// Who may use a service.
#[derive(Debug)]
pub struct AccessFile {
    /// The service.
    pub client: Client,
    /// Every group.
    pub groups: Vec<Group>,
    /// The first organizations that have it.
    pub organizations: Vec<Attached>,
    /// Of the rule.
    pub version: Version,
    /// A page of those who may.
    pub people: Vec<Entitled>,
    /// There are others.
    pub more: bool,
}

/// Who may use a service, as administrators say it; organizations have it besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRule {
    /// Every account may.
    pub everyone: bool,
    /// The members of these groups may.
    pub groups: Vec<String>,
}

impl Desk<'_> {
    /// Services whose name or id holds a text; so many, after so many others.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Invalid`] for a text that is too long.
    pub async fn host_services(
        &self,
        text: &str,
        french: bool,
        skipped: i64,
        count: i64,
    ) -> Result<Vec<Listed>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            check_search(text)?;
            Ok(db::host_services::list(connection, text, french, skipped, count).await?)
        })
        .await
    }

    /// One of them.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is none.
    pub async fn service_file(&self, client_id: &str) -> Result<ServiceFile, Refusal> {
        self.administer(Act::Look, Target::Service(client_id), async |connection| {
            let client = find(connection, client_id).await?;
            let groups = db::host_services::groups(connection, client_id).await?;
            Ok(ServiceFile {
                client,
                groups: groups.into_iter().filter(|group| group.allowed).map(|group| group.name).collect(),
                organizations: db::host_services::organizations(connection, client_id, ORGANIZATIONS).await?,
                secrets: db::host_services::secrets(connection, client_id, self.post.clock.now()).await?,
                deliveries: db::host_services::deliveries(connection, client_id).await?,
                notices: db::logouts::latest(connection, Some(client_id), NOTICES).await?,
            })
        })
        .await
    }

    /// Who may use a service: so many people, from after that username on.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such service.
    pub async fn service_access(&self, client_id: &str, after: &str, count: usize) -> Result<AccessFile, Refusal> {
        self.administer(Act::Look, Target::Service(client_id), async |connection| {
            let client = find(connection, client_id).await?;
            check_search(after)?;
            let groups = db::host_services::groups(connection, client_id).await?;
            // One more says whether there are others.
            let most = i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1);
            let mut people = match (client.enabled, client.everyone) {
                (false, _) => Vec::new(),
                (true, true) => db::host_services::everybody(connection, after, most).await?,
                (true, false) => db::host_services::let_in(connection, client_id, after, most).await?,
            };
            let more = people.len() > count;
            people.truncate(count);
            Ok(AccessFile {
                version: version(&client, &groups),
                organizations: db::host_services::organizations(connection, client_id, ORGANIZATIONS).await?,
                client,
                groups,
                people,
                more,
            })
        })
        .await
    }

    /// Adds a service, which nobody may use yet; its secret, if it proves who it is by one.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Invalid`] with the first setting that breaks a rule.
    pub async fn add_service(&self, client: &Client) -> Result<Option<Plain>, Refusal> {
        self.administer(Act::TendServices, Target::Service(&client.client_id), async |connection| {
            let settings = self.post.settings;
            let outgoing = Outgoing::new(&settings.outgoing.allowed_networks);
            if let Some(fault) = rules::faults(client, &outgoing, &settings.profile).into_iter().next() {
                return Err(Refusal::invalid(fault.field, "invalid", fault.value));
            }
            let secret = self.changing().add(connection, client, &[], true).await.map_err(fault)?;
            tracing::info!(client_id = client.client_id, "a service was added");
            Ok(secret)
        })
        .await
    }

    /// Says who may use a service, beside the organizations that have it. What it holds of those who may not any
    /// more ends: how many they are.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such service; [`Refusal::Stale`] when somebody
    /// changed the rule since `seen` (none: whatever it is); [`Refusal::Invalid`] for a group that is none.
    pub async fn open_service(
        &self,
        client_id: &str,
        rule: &AccessRule,
        seen: Option<&Version>,
    ) -> Result<usize, Refusal> {
        self.administer(Act::TendServices, Target::Service(client_id), async |connection| {
            let before = self.hold(connection, client_id).await?;
            let groups = db::host_services::groups(connection, client_id).await?;
            version(&before, &groups).must_be(seen)?;
            if let Some(name) = rule.groups.iter().find(|name| !groups.iter().any(|group| group.name == **name)) {
                return Err(Refusal::invalid("group", "unknown", name));
            }
            let named = |wanted: bool| {
                let changed = groups.iter().filter(|group| {
                    let is_wanted = rule.groups.contains(&group.name);
                    is_wanted == wanted && is_wanted != group.allowed
                });
                changed.map(|group| group.name.clone()).collect::<Vec<_>>()
            };
            let (opened, closed) = (named(true), named(false));
            if rule.everyone == before.everyone && opened.is_empty() && closed.is_empty() {
                return Ok(0);
            }
            let after = Client { everyone: rule.everyone, ..before.clone() };
            let change = Change { before: &before, after, opened: &opened, closed: &closed };
            let changed = self.changing().change(connection, change).await.map_err(fault)?;
            tracing::info!(client_id, "who may use a service was changed");
            Ok(changed.ended.unwrap_or_default())
        })
        .await
    }

    /// Switches a service on; or off, which ends what it holds of anybody.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such service.
    pub async fn switch_service(&self, client_id: &str, enabled: bool) -> Result<Client, Refusal> {
        self.administer(Act::TendServices, Target::Service(client_id), async |connection| {
            let before = self.hold(connection, client_id).await?;
            let after = Client { enabled, ..before.clone() };
            if before.enabled != enabled {
                let change = Change { before: &before, after: after.clone(), opened: &[], closed: &[] };
                self.changing().change(connection, change).await.map_err(fault)?;
                tracing::info!(client_id, enabled, "a service was switched");
            }
            Ok(after)
        })
        .await
    }

    /// Makes a new secret; the one before stays good for so many hours.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such service, or it has no secret.
    pub async fn renew_secret(&self, client_id: &str, overlap: i64) -> Result<(Client, Plain), Refusal> {
        self.administer(Act::TendServices, Target::Service(client_id), async |connection| {
            let client = self.hold(connection, client_id).await?;
            let secret = self.changing().renew_secret(connection, &client, overlap).await.map_err(fault)?;
            tracing::info!(client_id, "a service got a new secret");
            Ok((client, secret))
        })
        .await
    }

    /// Gives a service a logo in place of the one before; none: takes it away.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such service.
    pub async fn set_logo(&self, client_id: &str, logo: Option<&Logo>) -> Result<(), Refusal> {
        self.administer(Act::TendServices, Target::Service(client_id), async |connection| {
            self.hold(connection, client_id).await?;
            self.changing().set_logo(connection, client_id, logo).await.map_err(fault)?;
            tracing::info!(client_id, "the logo of a service was changed");
            Ok(())
        })
        .await
    }

    /// Removes a service, with all that people granted it.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] when there is no such service.
    pub async fn remove_service(&self, client_id: &str) -> Result<Client, Refusal> {
        self.administer(Act::TendServices, Target::Service(client_id), async |connection| {
            let client = self.hold(connection, client_id).await?;
            self.changing().remove(connection, &client).await.map_err(fault)?;
            tracing::info!(client_id, "a service was removed");
            Ok(client)
        })
        .await
    }

    fn changing(&self) -> By<'_> {
        By { actor: self.actor.person(), origin: self.origin, now: self.post.clock.now() }
    }

    /// The service, which nobody else changes meanwhile.
    async fn hold(&self, connection: &mut PgConnection, client_id: &str) -> Result<Client, Refusal> {
        if client_id.contains('\0') {
            return Err(Refusal::Hidden);
        }
        db::clients::lock(connection, client_id).await?;
        find(connection, client_id).await
    }
}

async fn find(connection: &mut PgConnection, client_id: &str) -> Result<Client, Refusal> {
    let found = if client_id.contains('\0') { None } else { db::clients::find(connection, client_id).await? };
    found.ok_or(Refusal::Hidden)
}

/// Of what can be changed of the rule.
fn version(client: &Client, groups: &[Group]) -> Version {
    let policy = if client.everyone { "everyone" } else { "restricted" }.to_owned();
    let allowed = groups.iter().filter(|group| group.allowed).map(|group| group.name.clone());
    Version::of(&std::iter::once(policy).chain(allowed).collect::<Vec<_>>())
}

/// What the pages offer cannot be at fault: it has gone in the meantime.
fn fault(fault: Fault) -> Refusal {
    match fault {
        Fault::Database(error) => Refusal::Database(error),
        _ => Refusal::Hidden,
    }
}

impl ServiceFile {
    /// Whether it proves who it is by a secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        self.client.authentication == Authentication::ClientSecret && !self.secrets.is_empty()
    }
}
