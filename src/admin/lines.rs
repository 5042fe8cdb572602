//! Lines of the journal in the words of administrators.

use uuid::Uuid;

use super::attempts::tried;
use super::frame::Console;
use crate::db::audit::{HostLine, Kind};
use crate::http::page_error::PageError;

/// A line, in words.
pub struct Told {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
    /// It was tried, and refused.
    pub refused: bool,
    /// Who did it.
    pub by: Who,
    /// Whom it is about, if that is somebody else.
    pub about: Option<Who>,
    /// Which organization, as in addresses; or "".
    pub organization: String,
    /// With what, and from where; each may be "".
    pub device: String,
    /// From where.
    pub place: String,
}

/// Somebody.
pub struct Who {
    /// Username, or what is said instead.
    pub name: String,
    /// Their page, while they have an account.
    pub href: Option<String>,
}

/// What is told; nothing of what only a later version of Loquet understands.
///
/// # Errors
/// PostgreSQL's.
pub async fn told(lines: Vec<HostLine>, console: &Console<'_>) -> Result<Vec<Told>, PageError> {
    let mut all = Vec::new();
    for line in lines {
        let Some(kind) = Kind::of(&line.kind) else { continue };
        all.push(tell(line, kind, console).await?);
    }
    Ok(all)
}

async fn tell(line: HostLine, kind: Kind, console: &Console<'_>) -> Result<Told, PageError> {
    let (page, state) = (&console.page, console.state());
    let client = match &line.client_id {
        Some(client_id) => state.directory.client(client_id, &state.pool).await?,
        None => None,
    };
    // A service that is gone keeps the name that its administrators know it by.
    let service =
        client.map_or_else(|| line.client_id.clone().unwrap_or_default(), |client| client.name(&page.lang).to_owned());
    let organization = line.organization.clone().unwrap_or_else(|| page.text("journal-organization-gone"));
    // What somebody tried here, not in an organization.
    let what = match kind {
        Kind::DelegationRefused if line.details["slug"] == "" => tried(&line.details, &service, page),
        kind => page.text2(kind.text(), "service", &service, "organization", &organization),
    };
    let refused = line.outcome == "refused";
    let by = match line.actor_id {
        // A wrong password tells nothing of who typed it.
        None if refused => Who { name: "–".to_owned(), href: None },
        id => who(id, line.actor, console),
    };
    // What was tried on an organization is not in its own journal.
    let tried_on = line.details["organization"].as_str().filter(|_| kind == Kind::DelegationRefused);
    let organization = line.organization.clone().or_else(|| tried_on.map(str::to_owned));
    let other = line.user_id.filter(|user| line.actor_id != Some(*user));
    Ok(Told {
        when: console.moment(line.at),
        what,
        refused,
        by,
        about: other.map(|user| who(Some(user), line.user, console)),
        organization: organization.unwrap_or_default(),
        device: line.device.unwrap_or_default(),
        place: line.address_range.unwrap_or_default(),
    })
}

fn who(id: Option<Uuid>, username: Option<String>, console: &Console<'_>) -> Who {
    let page = &console.page;
    match (id, username) {
        (Some(id), Some(name)) => Who { name, href: Some(console.state().paths.admin_user(id)) },
        (Some(_), None) => Who { name: page.text("journal-somebody-gone"), href: None },
        (None, _) => Who { name: page.text("admin-by-host"), href: None },
    }
}
