//! Members down, services across: what each cell says, and what its button does.

use super::done::Done;
use super::frame::Office;
use crate::db::attachments::Service;
use crate::db::members::Member;
use crate::http::page::Page;
use crate::types::Role;

/// A service, as a column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The service.
    pub id: String,
    /// Its name.
    pub name: String,
    /// All members have access.
    pub all_members: bool,
    /// Switched on.
    pub enabled: bool,
}

/// A member, as a line.
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// They look after the organization.
    pub referent: bool,
    /// It is the one who looks.
    pub own: bool,
    /// Their page.
    pub href: String,
    /// A cell for each column.
    pub cells: Vec<Cell>,
    /// What was just done to them.
    pub told: Option<Told>,
}

/// What was just done to somebody.
pub struct Told {
    /// In words.
    pub text: String,
    /// What «Undo» sends.
    pub undo: String,
}

/// Whether somebody may use a service.
pub struct Cell {
    /// Name of the service.
    pub service: String,
    /// They may.
    pub held: bool,
    /// …because all members may.
    pub open: bool,
    /// Their roles there.
    pub roles: String,
    /// What a press does; none where nothing can be pressed.
    pub button: Option<Button>,
}

/// A button of the grid.
pub struct Button {
    /// `give` or `take`.
    pub name: &'static str,
    /// To whom, and what.
    pub value: String,
    /// In words.
    pub label: String,
}

/// The services as columns: all, or only the one of that id, if it is one of them.
#[must_use]
pub fn columns(services: &[Service], page: &Page, only: &str) -> Vec<Column> {
    let column = |service: &Service| Column {
        id: service.client_id.clone(),
        name: service.name(&page.lang).to_owned(),
        all_members: service.all_members,
        enabled: service.enabled,
    };
    let one: Vec<Column> = services.iter().filter(|service| service.client_id == only).map(column).collect();
    if one.is_empty() { services.iter().map(column).collect() } else { one }
}

/// The line of a member.
#[must_use]
pub fn person(office: &Office<'_>, member: &Member, columns: &[Column], changes: bool) -> Person {
    Person {
        name: member.name.clone(),
        email: member.email.clone(),
        referent: member.role == Role::Referent,
        own: false,
        href: office.state().paths.organization_member(&office.slug, member.id),
        cells: columns.iter().map(|column| cell(member, column, changes, &office.page)).collect(),
        told: None,
    }
}

fn cell(member: &Member, column: &Column, changes: bool, page: &Page) -> Cell {
    let grant = member.grants.iter().find(|grant| grant.client_id == column.id);
    let held = grant.is_some() || column.all_members;
    let button = (changes && !column.all_members).then(|| {
        let (name, words) = if held { ("take", "grid-take") } else { ("give", "grid-give") };
        Button {
            name,
            value: format!("{} {}", member.id, column.id),
            label: page.text2(words, "name", &member.name, "service", &column.name),
        }
    });
    Cell {
        service: column.name.clone(),
        held,
        open: column.all_members,
        roles: grant.map(|grant| grant.roles.join(", ")).unwrap_or_default(),
        button,
    }
}

/// What was just done, if it was done to that member.
#[must_use]
pub fn told(done: &Done, member: &Member, columns: &[Column], page: &Page) -> Option<String> {
    let Done::Access { person, service, before, .. } = done else { return None };
    let column = columns.iter().find(|column| column.id == *service).filter(|_| *person == member.id)?;
    let words = if before.is_none() { "grid-given" } else { "grid-taken" };
    Some(page.text2(words, "name", &member.name, "service", &column.name))
}
