//! What the pages of the console share: who may see them, and the way from part to part.

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data, Payload};
use chrono::{DateTime, Utc};

use crate::app::AppState;
use crate::authz::delegation::{Reach, Standing};
use crate::db;
use crate::db::access_requests::Whose;
use crate::db::audit::Origin;
use crate::delegation::{Actor, Desk, Refusal};
use crate::http::csrf;
use crate::http::page::Page;
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::upload::Upload;
use crate::http::visitor::Visitor;
use crate::post::Post;

/// A part of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// How the instance is.
    Overview,
    /// Everybody.
    Users,
    /// All organizations.
    Organizations,
    /// Groups of the whole instance.
    Groups,
    /// Who waits for an account.
    Registrations,
    /// Who asks the host for a service.
    Requests,
    /// What people sign in to.
    Services,
    /// What happened.
    Journal,
    /// What everybody reads at home.
    News,
    /// What is sent.
    Mail,
    /// What signs.
    Keys,
    /// The settings in force.
    Settings,
    /// Accounts from elsewhere.
    Import,
}

/// The way to a part.
pub struct Way {
    /// Its address.
    pub href: String,
    /// Its name.
    pub label: String,
    /// One is there.
    pub current: bool,
    /// How many wait there, in figures and in words; none: nobody.
    pub badge: Option<(i64, String)>,
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
        Self::open(Visitor::of(request, state).await?).await
    }

    /// Of a form. Whether it is ours is asked before who they are: a form of another site writes nothing in
    /// the journal.
    ///
    /// # Errors
    /// As `of`; when the form is not ours.
    pub async fn sent(
        request: &'a HttpRequest,
        body: &Bytes,
        state: &'a Data<AppState>,
    ) -> Result<(Self, Params), PageError> {
        let visitor = Visitor::of(request, state).await?;
        let form = visitor.form(body)?;
        Ok((Self::open(visitor).await?, form))
    }

    /// Of a form with a file of that name. As `sent`: whether it is ours first.
    ///
    /// # Errors
    /// As `sent`; when it is no such form, or far too large.
    pub async fn received(
        request: &'a HttpRequest,
        payload: Payload,
        state: &'a Data<AppState>,
        name: &str,
        largest: usize,
    ) -> Result<(Self, Upload), PageError> {
        let visitor = Visitor::of(request, state).await?;
        // Nothing is held of what others send; and nothing is noted, for it may be another site's form.
        if !visitor.session.oversees {
            return Err(PageError::NotFound);
        }
        let upload = state.uploads.read(request, payload, &[name], largest).await?;
        csrf::check(request, state, &visitor.browser, &upload.form)?;
        Ok((Self::open(visitor).await?, upload))
    }

    async fn open(visitor: Visitor<'a>) -> Result<Self, PageError> {
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

    /// What stands after `?`.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn query(&self) -> Result<Params, PageError> {
        let query = self.visitor.request.query_string();
        Params::parse(query.as_bytes()).map_err(|_| PageError::BadRequest("query is not UTF-8"))
    }

    /// A moment in words, where the host is.
    #[must_use]
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        self.page.language().moment(at, self.state().settings.host.time_zone)
    }

    /// A day in words, where the host is.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> String {
        self.page.language().date(&at.with_timezone(&self.state().settings.host.time_zone))
    }
}

/// Most accounts that wait and are shown.
pub const MOST: i64 = 100;

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
    pub tabs: Vec<Way>,
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
        let asking = count(db::access_requests::waiting(&mut connection, Whose::Host).await?.len());
        let arriving = count(db::registrations::waiting(&mut connection, MOST).await?.len());
        drop(connection);
        let tabs = [
            (Tab::Overview, paths.admin(), "admin-overview", 0, ""),
            (Tab::Users, paths.admin_users(), "admin-users", 0, ""),
            (Tab::Organizations, paths.admin_organizations(), "places-organizations", 0, ""),
            (Tab::Groups, paths.admin_groups(), "places-groups", 0, ""),
            (
                Tab::Registrations,
                paths.admin_registrations(),
                "admin-registrations",
                arriving,
                "admin-registrations-waiting",
            ),
            (Tab::Requests, paths.access_requests(), "admin-requests", asking, "organization-asking"),
            (Tab::Services, paths.admin_services(), "admin-services", 0, ""),
            (Tab::Journal, paths.admin_journal(), "admin-journal", 0, ""),
            (Tab::News, paths.admin_news(), "admin-news", 0, ""),
            (Tab::Mail, paths.admin_mail(), "admin-mail", 0, ""),
            (Tab::Keys, paths.admin_keys(), "admin-keys", 0, ""),
            (Tab::Settings, paths.admin_settings(), "places-settings", 0, ""),
            (Tab::Import, paths.admin_import(), "import-title", 0, ""),
        ];
        let way = |(other, href, label, waiting, words): (Tab, String, &str, i64, &str)| Way {
            href,
            label: page.text(label),
            current: other == tab,
            badge: (waiting > 0).then(|| (waiting, page.count(words, waiting))),
        };
        Ok(Self { tabs: tabs.into_iter().map(way).collect(), read_only: !console.administrator })
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
