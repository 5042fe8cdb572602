//! Services to tick in a form, with the roles there: what a member or whoever accepts an invitation is to
//! have.

use crate::db::attachments::Service;
use crate::db::members::Grant;
use crate::http::page::Page;
use crate::http::params::Params;

/// A service, to tick.
pub struct Choice {
    /// The service.
    pub id: String,
    /// Its name.
    pub name: String,
    /// All members have access: there are only roles to choose.
    pub open: bool,
    /// Switched on.
    pub enabled: bool,
    /// Ticked.
    pub given: bool,
    /// What it knows.
    pub roles: Vec<RoleChoice>,
    /// What the member has at present, when that is not what is ticked; else "".
    pub present: String,
}

/// A role, to tick.
pub struct RoleChoice {
    /// What the form sends.
    pub value: String,
    /// As the service calls it.
    pub name: String,
    /// Ticked.
    pub given: bool,
    /// Not this person's to give.
    pub fixed: bool,
}

/// What somebody is to have of a service: nothing, or access with these roles.
pub type Wanted = (String, Option<Vec<String>>);

/// The services to tick, as they are held. `all`: roles that referents do not give, too.
#[must_use]
pub fn choices(services: &[Service], held: &[Grant], all: bool, page: &Page) -> Vec<Choice> {
    let choice = |service: &Service| {
        let grant = held.iter().find(|grant| grant.client_id == service.client_id);
        let roles = service.roles.iter().map(|role| RoleChoice {
            value: format!("{} {}", service.client_id, role.name),
            name: role.name.clone(),
            given: grant.is_some_and(|grant| grant.roles.contains(&role.name)),
            fixed: !role.delegable && !all,
        });
        Choice {
            id: service.client_id.clone(),
            name: service.name(&page.lang).to_owned(),
            open: service.all_members,
            enabled: service.enabled,
            given: grant.is_some(),
            roles: roles.collect(),
            present: String::new(),
        }
    };
    services.iter().map(choice).collect()
}

/// The same with what a form ticked instead, and a word on what is held where that is something else.
pub fn tick(choices: &mut [Choice], form: &Params, page: &Page) {
    for choice in choices {
        let held = (choice.given, choice.roles.iter().map(|role| role.given).collect::<Vec<_>>());
        let roles: Vec<&str> = choice.roles.iter().filter(|role| role.given).map(|role| role.name.as_str()).collect();
        let present = match (choice.given || choice.open, roles.as_slice()) {
            (false, _) => page.text("no"),
            (true, []) => page.text("yes"),
            (true, roles) => page.text1("access-with-roles", "roles", &roles.join(", ")),
        };
        choice.given = form.all("access").any(|id| id == choice.id);
        for role in choice.roles.iter_mut().filter(|role| !role.fixed) {
            role.given = form.all("role").any(|value| value == role.value);
        }
        let ticked = (choice.given, choice.roles.iter().map(|role| role.given).collect::<Vec<_>>());
        // Where all have access there is nothing to tick but roles.
        if ticked.1 != held.1 || (ticked.0 != held.0 && !choice.open) {
            choice.present = present;
        }
    }
}

/// What a form asks for, service by service. A role ticked without the access gives it, unless the access
/// was there and has been unticked.
#[must_use]
pub fn wanted(form: &Params, services: &[Service], held: &[Grant]) -> Vec<Wanted> {
    let want = |service: &Service| {
        let id = service.client_id.as_str();
        let ticked = form.all("access").any(|other| other == id);
        let roles: Vec<String> = form
            .all("role")
            .filter_map(|value| value.split_once(' '))
            .filter(|(other, _)| *other == id)
            .map(|(_, role)| role.to_owned())
            .collect();
        let grant = held.iter().find(|grant| grant.client_id == id);
        let fixed = grant.is_some_and(|grant| !fixed_roles(service, grant).is_empty());
        let given = if service.all_members {
            !roles.is_empty() || fixed
        } else {
            ticked || (grant.is_none() && !roles.is_empty())
        };
        (id.to_owned(), given.then_some(roles))
    };
    services.iter().map(want).collect()
}

/// The roles among those held that referents neither give nor give back.
#[must_use]
pub fn fixed_roles(service: &Service, grant: &Grant) -> Vec<String> {
    let fixed = |role: &&String| service.roles.iter().any(|known| known.name == **role && !known.delegable);
    grant.roles.iter().filter(fixed).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::attachments::ServiceRole;

    fn service(id: &str, all_members: bool) -> Service {
        let role = |name: &str, delegable| ServiceRole { name: name.to_owned(), delegable };
        Service {
            client_id: id.to_owned(),
            name_fr: String::new(),
            name_en: String::new(),
            all_members,
            enabled: true,
            roles: vec![role("editor", true), role("owner", false)],
        }
    }

    fn asked(form: &str, held: &[&str], all_members: bool) -> Option<Vec<String>> {
        let grant =
            Grant { client_id: "cloud".to_owned(), roles: held.iter().map(|role| (*role).to_owned()).collect() };
        let held = if held.is_empty() { Vec::new() } else { vec![grant] };
        let form = Params::parse(form.as_bytes()).unwrap();
        wanted(&form, &[service("cloud", all_members)], &held).pop().unwrap().1
    }

    #[test]
    fn what_is_ticked() {
        let editor = Some(vec!["editor".to_owned()]);
        assert_eq!(asked("", &[], false), None);
        assert_eq!(asked("access=cloud", &[], false), Some(Vec::new()));
        assert_eq!(asked("access=cloud&role=cloud+editor", &[], false), editor);
        assert_eq!(asked("role=cloud+editor", &[], false), editor, "a role alone gives access");
        assert_eq!(asked("role=cloud+editor", &["editor"], false), None, "unticked, with its roles left ticked");
        assert_eq!(asked("access=forge&role=forge+editor", &[], false), None, "of another service");
        assert_eq!(asked("", &["editor"], true), None, "no role left where all have access");
        assert_eq!(asked("", &["owner"], true), Some(Vec::new()), "what only the host gives stays");
        assert_eq!(asked("role=cloud+editor", &[], true), editor);
    }
}
