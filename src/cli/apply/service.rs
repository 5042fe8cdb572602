//! Services of a file.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Hands;
use super::file::{Role, Service};
use super::reader::Faults;
use super::report::Item;
use crate::claims::USUAL_SCOPES;
use crate::cli::Failure;
use crate::cli::client::{self, roles};
use crate::clients::change::{By, Change};
use crate::clients::{needs_secret, rules, usual_start};
use crate::db;
use crate::db::clients::Client;
use crate::groups;
use crate::outgoing::Outgoing;

/// The keys of a service that are those of its document, as `loquet client show --json` has them.
pub fn keys() -> Vec<String> {
    document(&Client::default()).as_object().into_iter().flat_map(|all| all.keys().cloned()).collect()
}

fn document(client: &Client) -> Value {
    serde_json::to_value(client).unwrap_or_default()
}

impl Service {
    /// The service as the file wants it.
    fn make(&self, known: Option<&Client>, faults: &mut Faults) -> Client {
        let mut client = known.cloned().unwrap_or_else(|| Client {
            client_id: self.client_id.clone(),
            scopes: USUAL_SCOPES.map(str::to_owned).to_vec(),
            ..Client::default()
        });
        if let Some(recipe) = &self.recipe {
            recipe.apply(&mut client);
            if known.is_none() {
                recipe.name().clone_into(&mut client.name_fr);
                recipe.name().clone_into(&mut client.name_en);
            }
        }
        if let Some(name) = &self.name {
            client.name_fr.clone_from(name);
            client.name_en.clone_from(name);
        }
        if let Some(name) = &self.name_en {
            client.name_en.clone_from(name);
        }
        client.enabled = self.enabled.unwrap_or(client.enabled);
        client.everyone = self.everyone.unwrap_or(client.everyone);
        let usual = document(&Client::default());
        for (key, value) in &self.document {
            // What may be absent is removed by an empty text.
            let value = if usual[key].is_null() && value == "" { &Value::Null } else { value };
            let mut document = document(&client);
            document[key] = value.clone();
            match serde_json::from_value::<Client>(document) {
                Ok(read) => client = with_document(client, read),
                Err(error) => self.fault(faults, key, error),
            }
        }
        if known.is_none() && client.start_uri.is_none() && !self.document.iter().any(|(key, _)| key == "start_uri") {
            client.start_uri = usual_start(&client);
        }
        client
    }

    fn fault(&self, faults: &mut Faults, key: &str, reason: impl std::fmt::Display) {
        faults.add(self.lines.of(key), &format!("service.{key}"), reason);
    }
}

/// A client with the document of another.
fn with_document(client: Client, read: Client) -> Client {
    Client {
        client_id: client.client_id,
        name_fr: client.name_fr,
        name_en: client.name_en,
        enabled: client.enabled,
        everyone: client.everyone,
        secrets: client.secrets,
        registration_token: client.registration_token,
        logo: client.logo,
        ..read
    }
}

impl Hands<'_> {
    /// Makes a service what the file says.
    ///
    /// # Errors
    /// PostgreSQL's; what is wrong with the file is among its faults.
    pub async fn service(&mut self, declared: &Service) -> Result<(), Failure> {
        let id = declared.client_id.as_str();
        db::clients::lock(self.connection, id).await?;
        let before = db::clients::find(self.connection, id).await?;
        let after = declared.make(before.as_ref(), &mut self.faults);
        let (opened, closed) = self.doors(declared).await?;
        if !self.is_sound(declared, &after).await? {
            return Ok(());
        }
        let mut item = Item::new("service", id);
        let nothing =
            Client { client_id: id.to_owned(), name_fr: String::new(), name_en: String::new(), ..Client::default() };
        item.changes(&before.as_ref().unwrap_or(&nothing).described(), &after.described());
        if !opened.is_empty() {
            item.change("allow_groups.added", Value::Null, json!(opened));
        }
        if !closed.is_empty() {
            item.change("allow_groups.removed", Value::Null, json!(closed));
        }
        let by = By { actor: None, origin: self.by.origin, now: self.by.clock.now() };
        let with_secret = needs_secret(&after) && self.secrets.file().is_some();
        let secret = match &before {
            None => {
                item.created();
                by.add(self.connection, &after, &opened, with_secret).await?
            }
            Some(before) => {
                if before.described() != after.described() || !opened.is_empty() || !closed.is_empty() {
                    let change = Change { before, after: after.clone(), opened: &opened, closed: &closed };
                    let done = by.change(self.connection, change).await?;
                    if let Some(ended) = done.ended {
                        item.note(format!("{ended} people who used it are not let in any more"));
                    }
                    if done.registered_no_more {
                        item.note("it can no longer change its registration by itself");
                    }
                }
                if with_secret && before.secrets.is_empty() {
                    Some(by.renew_secret(self.connection, &after, 0).await?)
                } else {
                    None
                }
            }
        };
        if let (Some(secret), Some(file)) = (secret, self.secrets.file()) {
            item.change("secret", Value::Null, json!(file.display().to_string()));
            self.secrets.add(id, secret);
        } else if needs_secret(&after) && after.secrets.is_empty() {
            item.note(format!("it has no secret: give --secrets FILE, or `loquet client rotate-secret {id}`"));
        }
        if before.is_none()
            && let Some(recipe) = &declared.recipe
        {
            item.note(format!("what to set there: {}", recipe.page()));
        }
        self.roles(declared, &mut item).await?;
        self.report.items.push(item);
        Ok(())
    }

    /// Groups that are to be let in, and not any more.
    async fn doors(&mut self, declared: &Service) -> Result<(Vec<String>, Vec<String>), Failure> {
        let Some(wanted) = &declared.groups else { return Ok(Default::default()) };
        let known = db::groups::let_in(self.connection, &declared.client_id).await?;
        let mut opened = Vec::new();
        for name in wanted.iter().filter(|name| !known.contains(name)) {
            match groups::find(self.connection, name).await {
                Ok(_) => opened.push(name.clone()),
                Err(groups::Fault::Database(error)) => return Err(error.into()),
                // That it could not be made is told where it stands.
                Err(_) if self.names.groups.contains(name) => {}
                Err(fault) => declared.fault(&mut self.faults, "allow_groups", fault),
            }
        }
        let closed = known.into_iter().filter(|name| self.prune && !wanted.contains(name)).collect();
        Ok((opened, closed))
    }

    /// Whether a service keeps the rules; what it breaks is among the faults.
    async fn is_sound(&mut self, declared: &Service, client: &Client) -> Result<bool, Failure> {
        let outgoing = Outgoing::new(&self.settings.outgoing.allowed_networks);
        let broken = rules::faults(client, &outgoing, &self.settings.profile);
        let mut broken: Vec<(&str, String)> = broken
            .into_iter()
            .map(|fault| (fault.field, format!("{} {}", fault.value, fault.why).trim_start().to_owned()))
            .collect();
        let hosts = client::hosts::faults(client, self.connection, self.settings).await?;
        broken.extend(hosts.into_iter().map(|(host, why)| ("forward_hosts", format!("{host} {why}"))));
        let has = |key: &&str| self.faults.has(declared.lines.of(key), &format!("service.{key}"));
        if ["recipe", "url", "provider"].iter().any(&has) {
            return Ok(false);
        }
        // What a key is not, because it could not be read, is no other fault.
        let told: BTreeSet<&str> = broken.iter().map(|(field, _)| *field).filter(has).collect();
        for (field, why) in &broken {
            if !told.contains(field) {
                declared.fault(&mut self.faults, field, why);
            }
        }
        Ok(broken.is_empty())
    }

    async fn roles(&mut self, declared: &Service, item: &mut Item) -> Result<(), Failure> {
        let Some(wanted) = &declared.roles else { return Ok(()) };
        let known = db::client_roles::list(self.connection, &declared.client_id).await?;
        for Role { lines, name, delegable } in wanted {
            if !roles::is_name(name) {
                self.faults.add(lines.of("name"), "service.role.name", format!("{name}: {}", roles::NOT_A_NAME));
                continue;
            }
            let before = known.iter().find(|role| role.name == *name).map(|role| role.delegable);
            let after = delegable.or(before).unwrap_or_default();
            if before != Some(after) {
                roles::put(self.connection, &declared.client_id, name, after).await?;
                let told = |delegable| if delegable { "referents may give it" } else { "administrators give it" };
                item.change(format!("role.{name}"), json!(before.map(told)), json!(told(after)));
            }
        }
        for role in known.iter().filter(|role| self.prune && !wanted.iter().any(|one| one.name == role.name)) {
            let holders = roles::take(self.connection, &declared.client_id, &role.name).await?;
            item.change(format!("role.{}", role.name), json!("there"), Value::Null);
            item.note(format!("{} people had the role {}", holders.unwrap_or_default(), role.name));
        }
        Ok(())
    }
}
