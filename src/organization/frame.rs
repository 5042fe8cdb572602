//! What the pages of an organization share: who is at work there, the way from part to part, and the way
//! to the person's other organizations.

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data};

use crate::app::AppState;
use crate::authz::delegation::{Deed, Reach, Standing, Verdict, rule};
use crate::db;
use crate::db::audit::Origin;
use crate::delegation::{Actor, Desk, Refusal, Work};
use crate::http::page::{NavLink, Page};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::visitor::Visitor;
use crate::post::Post;

/// A part of an organization's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Its members and their accesses.
    People,
    /// Who was invited.
    Invitations,
    /// Who asks for a service.
    Requests,
    /// The list of members, as a spreadsheet has it.
    List,
    /// What happened there.
    Journal,
}

/// Somebody at work on an organization, on a page.
pub struct Office<'a> {
    /// Who.
    pub visitor: Visitor<'a>,
    /// The page that they will see.
    pub page: Page,
    /// Which organization, as the address has it.
    pub slug: String,
    origin: Origin,
}

impl<'a> Office<'a> {
    /// Of a request.
    ///
    /// # Errors
    /// A way to the page that comes first; PostgreSQL's.
    pub async fn of(request: &'a HttpRequest, slug: &str, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let visitor = Visitor::of(request, state).await?;
        let (page, origin) = (visitor.bare_page(), visitor.origin());
        Ok(Self { visitor, page, slug: slug.to_owned(), origin })
    }

    /// The server.
    #[must_use]
    pub fn state(&self) -> &AppState {
        self.visitor.state
    }

    /// Where the person works.
    #[must_use]
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            pool: &self.state().pool,
            post: Post::of(self.state()),
            actor: Actor::Person { id: self.visitor.session.user.id, reach: Reach::Everything },
            origin: &self.origin,
        }
    }

    /// Looks at the organization.
    ///
    /// # Errors
    /// As [`Desk::read`].
    pub async fn read<T>(&self, act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.desk().read(&self.slug, act).await
    }

    /// Changes something there.
    ///
    /// # Errors
    /// As [`Desk::change`].
    pub async fn change<T>(&self, act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.desk().change(&self.slug, act).await
    }

    /// The form that was sent.
    ///
    /// # Errors
    /// When it is not ours.
    pub fn form(&self, body: &Bytes) -> Result<Params, PageError> {
        self.visitor.form(body)
    }

    /// What stands after `?`.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn query(&self) -> Result<Params, PageError> {
        let query = self.visitor.request.query_string();
        Params::parse(query.as_bytes()).map_err(|_| PageError::BadRequest("query is not UTF-8"))
    }

    /// The address of a part of these pages.
    #[must_use]
    pub fn part(&self, part: &str) -> String {
        self.state().paths.organization_part(&self.slug, part)
    }

    /// The address of the people.
    #[must_use]
    pub fn people(&self) -> String {
        self.state().paths.organization_people(&self.slug)
    }
}

/// What stands around each page: templates read it as `frame`.
pub struct Frame {
    /// Name of the organization.
    pub name: String,
    /// As in addresses: what tells it from another of nearly the same name (UN-04).
    pub slug: String,
    /// Its parts.
    pub tabs: Vec<NavLink>,
    /// How many ask for access, in figures and in words; empty when nobody does.
    pub asking: Option<(usize, String)>,
    /// Where they are answered.
    pub requests: String,
    /// Other organizations that the person looks after.
    pub others: Vec<NavLink>,
    /// Where all of them are, if they are too many to stand here.
    pub all: Option<String>,
    /// The person may change accesses and roles.
    pub changes: bool,
    /// The person may invite.
    pub invites: bool,
    /// Why there is little to press here; empty when that is not so.
    pub closed: String,
}

/// Most organizations to choose from around a page.
const OTHERS: u8 = 8;

impl Frame {
    /// Around a page of that part.
    ///
    /// # Errors
    /// As the rule says; PostgreSQL's.
    pub async fn of(work: &mut Work<'_>, office: &Office<'_>, tab: Tab) -> Result<Self, Refusal> {
        work.must(Deed::SeePeople)?;
        let (page, place) = (&office.page, work.place.clone());
        let allowed = |deed| rule(place.standing, place.active, deed) == Verdict::Allowed;
        let tabs = [
            (Tab::People, office.people(), "organization-people"),
            (Tab::Invitations, office.part("invitations"), "organization-invitations"),
            (Tab::Requests, office.part("requests"), "organization-requests"),
            (Tab::List, office.part("list"), "organization-list"),
            (Tab::Journal, office.part("journal"), "organization-journal"),
        ];
        let host = matches!(place.standing, Standing::Administrator | Standing::Auditor);
        let mut others = others(work, office).await?;
        let all = (host || others.len() > usize::from(OTHERS)).then(|| office.state().paths.looked_after());
        others.truncate(usize::from(OTHERS));
        let closed = match (place.active, place.standing) {
            (false, _) => page.text1("organization-deactivated", "host", &page.host),
            (true, Standing::Auditor) => page.text("organization-read-only"),
            (true, _) => String::new(),
        };
        let asking = work.requests().await?.len();
        let words = page.count("organization-asking", i64::try_from(asking).unwrap_or(i64::MAX));
        Ok(Self {
            asking: (asking > 0).then_some((asking, words)),
            requests: office.part("requests"),
            tabs: tabs
                .into_iter()
                .map(|(other, href, label)| NavLink { href, label: page.text(label), current: other == tab })
                .collect(),
            changes: allowed(Deed::Grant { delegable: true }),
            invites: allowed(Deed::Invite),
            name: place.name,
            slug: place.slug,
            others,
            all,
            closed,
        })
    }
}

/// Those that the person looks after themself, but this one; one more than stand around a page.
async fn others(work: &mut Work<'_>, office: &Office<'_>) -> Result<Vec<NavLink>, Refusal> {
    let Some(person) = work.desk.actor.person() else { return Ok(Vec::new()) };
    let found = db::delegation::looked_after(work.connection, person, work.place.id, i64::from(OTHERS) + 1).await?;
    let link = |(slug, name): (String, String)| NavLink {
        href: office.state().paths.organization_people(&slug),
        label: name,
        current: false,
    };
    Ok(found.into_iter().map(link).collect())
}
