//! What the pages of the console share: who may see them, and the way from part to part.

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data};

use crate::app::AppState;
use crate::authz::delegation::{Reach, Standing};
use crate::db;
use crate::db::access_requests::Whose;
use crate::db::audit::Origin;
use crate::delegation::{Actor, Desk, Refusal};
use crate::http::page::{NavLink, Page};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::visitor::Visitor;
use crate::post::Post;

/// A part of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// How the instance is.
    Overview,
    /// Who asks the host for a service.
    Requests,
}

/// Somebody who may look at the whole instance, on a page.
pub struct Console<'a> {
    /// Who.
    pub visitor: Visitor<'a>,
    /// The page that they will see.
    pub page: Page,
    /// They may change things: an auditor looks only.
    pub administrator: bool,
    origin: Origin,
}

impl<'a> Console<'a> {
    /// Of a request.
    ///
    /// # Errors
    /// A way to the page that comes first; not found for whoever is neither administrator nor auditor,
    /// which the journal keeps.
    pub async fn of(request: &'a HttpRequest, state: &'a Data<AppState>) -> Result<Self, PageError> {
        let visitor = Visitor::of(request, state).await?;
        let (page, origin) = (visitor.bare_page(), visitor.origin());
        let mut console = Self { visitor, page, administrator: false, origin };
        let standing = console.desk().oversight().await.map_err(refused)?;
        console.administrator = standing == Standing::Administrator;
        Ok(console)
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

    /// The form that was sent.
    ///
    /// # Errors
    /// When it is not ours.
    pub fn form(&self, body: &Bytes) -> Result<Params, PageError> {
        self.visitor.form(body)
    }
}

/// A refusal where there is nothing to explain: what one may not see is not there.
pub fn refused(refusal: Refusal) -> PageError {
    match refusal {
        Refusal::Database(error) => PageError::Database(error),
        _ => PageError::NotFound,
    }
}

/// What stands around each page: templates read it as `frame`.
pub struct Frame {
    /// The parts.
    pub tabs: Vec<NavLink>,
    /// How many ask the host for access, in figures and in words; empty when nobody does.
    pub asking: Option<(usize, String)>,
    /// Where they are answered.
    pub requests: String,
    /// All organizations.
    pub organizations: String,
    /// The person may change nothing here.
    pub read_only: bool,
}

impl Frame {
    /// Around a page of that part.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of(console: &Console<'_>, tab: Tab) -> Result<Self, PageError> {
        let (page, paths) = (&console.page, &console.state().paths);
        let mut connection = console.state().pool.acquire().await?;
        let asking = db::access_requests::waiting(&mut connection, Whose::Host).await?.len();
        let words = page.count("organization-asking", i64::try_from(asking).unwrap_or(i64::MAX));
        let tabs = [
            (Tab::Overview, paths.admin(), "admin-overview"),
            (Tab::Requests, paths.access_requests(), "admin-requests"),
        ];
        Ok(Self {
            tabs: tabs
                .into_iter()
                .map(|(other, href, label)| NavLink { href, label: page.text(label), current: other == tab })
                .collect(),
            asking: (asking > 0).then_some((asking, words)),
            requests: paths.access_requests(),
            organizations: paths.looked_after(),
            read_only: !console.administrator,
        })
    }
}
