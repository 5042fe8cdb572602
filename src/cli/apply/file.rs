//! What a file declares.

use std::collections::BTreeSet;

use serde_json::Value;

use super::reader::{Faults, Lines, Table};
use crate::cli::recipe::Recipe;

/// All of it.
#[derive(Default)]
pub struct Declared {
    /// `[[group]]`
    pub groups: Vec<Group>,
    /// `[[service]]`
    pub services: Vec<Service>,
    /// `[[organization]]`
    pub organizations: Vec<Organization>,
}

/// A group of the instance.
pub struct Group {
    /// Where its keys are.
    pub lines: Lines,
    /// Its name.
    pub name: String,
    /// Its members sign in in two steps.
    pub second_factor: Option<bool>,
    /// Usernames or addresses of people in it.
    pub members: Option<Vec<String>>,
}

/// A service.
pub struct Service {
    /// Where its keys are.
    pub lines: Lines,
    /// Its client id.
    pub client_id: String,
    /// Name in French, or in both languages.
    pub name: Option<String>,
    /// Name in English.
    pub name_en: Option<String>,
    /// Switched on.
    pub enabled: Option<bool>,
    /// Open to every account.
    pub everyone: Option<bool>,
    /// Groups that it lets in.
    pub groups: Option<Vec<String>>,
    /// Roles that it knows.
    pub roles: Option<Vec<Role>>,
    /// What it is made of, unless other keys say otherwise.
    pub recipe: Option<Recipe>,
    /// Keys of its document (`Client`), in any order.
    pub document: Vec<(String, Value)>,
}

/// A role of a service.
pub struct Role {
    /// Where its keys are.
    pub lines: Lines,
    /// As the service knows it.
    pub name: String,
    /// Referents may give it.
    pub delegable: Option<bool>,
}

/// An organization.
pub struct Organization {
    /// Where its keys are.
    pub lines: Lines,
    /// In addresses.
    pub slug: String,
    /// What it is called.
    pub name: Option<String>,
    /// Whom to write to.
    pub contact: Option<String>,
    /// Switched on.
    pub active: Option<bool>,
    /// Even if another has a name that people would take for this one.
    pub despite_likeness: bool,
    /// Services that it has.
    pub services: Option<Vec<Attachment>>,
}

/// A service of an organization.
pub struct Attachment {
    /// Where its keys are.
    pub lines: Lines,
    /// The service.
    pub client_id: String,
    /// Open to all members.
    pub all_members: Option<bool>,
}

impl Declared {
    /// Reads a file. What is wrong is among the faults; what is right is in the answer.
    pub fn read(text: &str, faults: &mut Faults) -> Self {
        let mut file = Table::read(text, faults);
        let declared = Self {
            groups: all(&mut file, "group", "name", faults, Group::read).unwrap_or_default(),
            services: all(&mut file, "service", "client_id", faults, Service::read).unwrap_or_default(),
            organizations: all(&mut file, "organization", "slug", faults, Organization::read).unwrap_or_default(),
        };
        file.end(faults);
        declared
    }
}

/// The tables of a list, each with a name of its own.
fn all<T>(
    table: &mut Table,
    list: &str,
    name: &str,
    faults: &mut Faults,
    read: fn(String, &mut Table, &mut Faults) -> T,
) -> Option<Vec<T>> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for mut table in table.tables(list, faults)? {
        let id = table.required(name, faults);
        if let Some(id) = &id
            && !known.insert(id.clone())
        {
            table.fault(faults, name, format!("{id} is declared twice"));
        }
        // Read even without a name: its other faults are told too.
        let item = read(id.clone().unwrap_or_default(), &mut table, faults);
        table.end(faults);
        found.extend(id.map(|_| item));
    }
    Some(found)
}

impl Group {
    fn read(name: String, table: &mut Table, faults: &mut Faults) -> Self {
        Self {
            lines: table.lines.clone(),
            name,
            second_factor: table.truth("second_factor", faults),
            members: table.strings("members", faults),
        }
    }
}

impl Service {
    fn read(client_id: String, table: &mut Table, faults: &mut Faults) -> Self {
        let policy = table.string("policy", faults);
        let everyone = policy.as_deref().and_then(|policy| match policy {
            "everyone" => Some(true),
            "restricted" => Some(false),
            _ => {
                table.fault(faults, "policy", "must be \"everyone\" or \"restricted\"");
                None
            }
        });
        let mut service = Self {
            lines: table.lines.clone(),
            client_id,
            name: table.string("name", faults),
            name_en: table.string("name_en", faults),
            enabled: table.truth("enabled", faults),
            everyone,
            groups: table.strings("allow_groups", faults),
            roles: all(table, "role", "name", faults, Role::read),
            recipe: recipe(table, faults),
            document: Vec::new(),
        };
        for key in super::service::keys() {
            service.document.extend(table.value(&key, faults).map(|value| (key, value)));
        }
        service
    }
}

fn recipe(table: &mut Table, faults: &mut Faults) -> Option<Recipe> {
    let (name, url, provider) =
        (table.string("recipe", faults), table.string("url", faults), table.string("provider", faults));
    let (name, url) = match (name, url) {
        (Some(name), Some(url)) => (name, url),
        (Some(_), None) => {
            table.fault(faults, "url", "is missing: where is the service?");
            return None;
        }
        (None, url) => {
            for key in url.map(|_| "url").into_iter().chain(provider.map(|_| "provider")) {
                table.fault(faults, key, "means nothing without a recipe");
            }
            return None;
        }
    };
    Recipe::asked(&name, &url, provider.as_deref()).map_err(|(key, why)| table.fault(faults, key, why)).ok()
}

impl Role {
    fn read(name: String, table: &mut Table, faults: &mut Faults) -> Self {
        Self { lines: table.lines.clone(), name, delegable: table.truth("delegable", faults) }
    }
}

impl Organization {
    fn read(slug: String, table: &mut Table, faults: &mut Faults) -> Self {
        Self {
            lines: table.lines.clone(),
            slug,
            name: table.string("name", faults),
            contact: table.string("contact", faults),
            active: table.truth("active", faults),
            despite_likeness: table.truth("despite_likeness", faults).unwrap_or_default(),
            services: all(table, "service", "client_id", faults, Attachment::read),
        }
    }
}

impl Attachment {
    fn read(client_id: String, table: &mut Table, faults: &mut Faults) -> Self {
        Self { lines: table.lines.clone(), client_id, all_members: table.truth("all_members", faults) }
    }
}
