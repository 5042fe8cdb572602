//! Groups and organizations of a file.

use serde_json::{Value, json};

use super::Hands;
use super::file::{Group, Organization};
use super::report::Item;
use crate::cli::Failure;
use crate::cli::organization::words::{Hidden, failure};
use crate::db;
use crate::delegation::{Change, Clash, NewOrganization, Refusal};
use crate::groups::{self, Fault};

impl Hands<'_> {
    /// Makes a group what the file says.
    ///
    /// # Errors
    /// PostgreSQL's; what is wrong with the file is among its faults.
    pub async fn group(&mut self, declared: &Group) -> Result<(), Failure> {
        let name = declared.name.as_str();
        let mut item = Item::new("group", name);
        let group = match groups::find(self.connection, name).await {
            Ok(group) => group,
            Err(Fault::Database(error)) => return Err(error.into()),
            Err(_) => match self.by.create(self.connection, name).await {
                Ok(()) => {
                    item.created();
                    groups::find(self.connection, name).await?
                }
                Err(Fault::Database(error)) => return Err(error.into()),
                Err(fault) => {
                    self.faults.add(declared.lines.of("name"), "group.name", fault);
                    return Ok(());
                }
            },
        };
        let (_, two_steps) = db::groups::effects(self.connection, group).await?;
        if let Some(wanted) = declared.second_factor.filter(|wanted| *wanted != two_steps) {
            self.by.demand(self.connection, name, wanted).await?;
            item.change("second_factor", json!(two_steps), json!(wanted));
        }
        if let Some(wanted) = &declared.members {
            self.members(declared, wanted, group, &mut item).await?;
        }
        self.report.items.push(item);
        Ok(())
    }

    async fn members(
        &mut self,
        declared: &Group,
        wanted: &[String],
        group: uuid::Uuid,
        item: &mut Item,
    ) -> Result<(), Failure> {
        let (mut added, mut people) = (Vec::new(), Vec::new());
        for login in wanted {
            let Some(user) = db::users::find_by_login(self.connection, login).await? else {
                let reason = format!("there is no account named {login}");
                self.faults.add(declared.lines.of("members"), "group.members", reason);
                continue;
            };
            people.push(user.id);
            if self.by.add(self.connection, &declared.name, user.id).await? {
                added.push(user.username);
            }
        }
        let mut removed = Vec::new();
        if self.prune {
            for member in db::groups::members(self.connection, group).await? {
                if !people.contains(&member.id) && self.by.remove(self.connection, &declared.name, member.id).await? {
                    removed.push(member.username);
                }
            }
        }
        for (key, names) in [("members.added", added), ("members.removed", removed)] {
            if !names.is_empty() {
                item.change(key, Value::Null, json!(names));
            }
        }
        Ok(())
    }

    /// Makes an organization what the file says.
    ///
    /// # Errors
    /// PostgreSQL's; what is wrong with the file is among its faults.
    pub async fn organization(&mut self, declared: &Organization) -> Result<(), Failure> {
        let slug = declared.slug.as_str();
        let mut item = Item::new("organization", slug);
        let there = self.desk.change_within(self.connection, slug, async |work| Ok(work.place.clone())).await;
        let before = match there {
            Ok(place) => place,
            Err(Refusal::Hidden) => {
                let Some(name) = &declared.name else {
                    let reason = format!("is missing: {slug} is not there yet");
                    self.faults.add(declared.lines.of("name"), "organization.name", reason);
                    return Ok(());
                };
                let contact = declared.contact.as_deref().unwrap_or_default();
                let new = NewOrganization { slug, name, contact, despite_likeness: declared.despite_likeness };
                let made = self.desk.create_within(self.connection, &new).await;
                let Some(made) = self.done(declared, made, Hidden::Organization(slug))? else { return Ok(()) };
                item.created();
                item.change("name", Value::Null, json!(name));
                if !contact.is_empty() {
                    item.change("contact", Value::Null, json!(contact));
                }
                made
            }
            Err(refusal) => return Err(failure(refusal, Hidden::Organization(slug))),
        };
        let change = Change {
            name: declared.name.as_deref(),
            contact: declared.contact.as_deref(),
            active: declared.active,
            despite_likeness: declared.despite_likeness,
        };
        let changed = self
            .desk
            .change_within(self.connection, slug, async |work| work.change_organization(&change, None).await)
            .await;
        let Some(after) = self.done(declared, changed, Hidden::Organization(slug))? else { return Ok(()) };
        let told = |place: &db::delegation::Place| json!({ "name": place.name, "contact": place.contact, "active": place.active });
        item.changes(&told(&before), &told(&after));
        self.attachments(declared, &mut item).await?;
        self.report.items.push(item);
        Ok(())
    }

    async fn attachments(&mut self, declared: &Organization, item: &mut Item) -> Result<(), Failure> {
        let Some(wanted) = &declared.services else { return Ok(()) };
        let slug = declared.slug.as_str();
        let known = self.desk.change_within(self.connection, slug, async |work| work.services().await).await;
        let known = known.map_err(|refusal| failure(refusal, Hidden::Organization(slug)))?;
        let told = |all: bool| if all { "all members" } else { "who is given access" };
        for one in wanted {
            let id = one.client_id.as_str();
            let before = known.iter().find(|service| service.client_id == id).map(|service| service.all_members);
            let all = one.all_members.or(before).unwrap_or_default();
            let attached =
                self.desk.change_within(self.connection, slug, async |work| work.attach(id, all).await).await;
            match attached {
                Ok(_) if before == Some(all) => {}
                Ok(_) => item.change(format!("service.{id}"), json!(before.map(told)), json!(told(all))),
                // That it could not be made is told where it stands.
                Err(Refusal::Hidden) if self.names.services.contains(id) => {}
                Err(Refusal::Hidden) => {
                    let reason = format!("there is no service with the client id {id}");
                    self.faults.add(one.lines.of("client_id"), "organization.service.client_id", reason);
                }
                Err(refusal) => return Err(failure(refusal, Hidden::Service(slug, id))),
            }
        }
        for service in known {
            if self.prune && !wanted.iter().any(|one| one.client_id == service.client_id) {
                let id = service.client_id.as_str();
                let detached = self.desk.change_within(self.connection, slug, async |work| work.detach(id).await).await;
                detached.map_err(|refusal| failure(refusal, Hidden::Service(slug, id)))?;
                item.change(format!("service.{id}"), json!(told(service.all_members)), Value::Null);
            }
        }
        Ok(())
    }

    /// What was done; none when the file is at fault.
    fn done<T>(
        &mut self,
        declared: &Organization,
        outcome: Result<T, Refusal>,
        hidden: Hidden<'_>,
    ) -> Result<Option<T>, Failure> {
        let refusal = match outcome {
            Ok(done) => return Ok(Some(done)),
            Err(refusal @ Refusal::Database(_)) => return Err(failure(refusal, hidden)),
            Err(refusal) => refusal,
        };
        let key = match &refusal {
            Refusal::Invalid(flaw) => flaw.field,
            Refusal::Clash(Clash::NameTaken) => "name",
            _ => "slug",
        };
        let words = failure(refusal, hidden).lines.join(" ").replace("--despite-likeness", "despite_likeness = true");
        self.faults.add(declared.lines.of(key), &format!("organization.{key}"), words);
        Ok(None)
    }
}
