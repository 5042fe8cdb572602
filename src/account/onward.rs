//! Where a page goes when its one thing is done: the authorization it belongs to (`?authorization=…`),
//! another page of ours (`?to=…`), or home.

use actix_web::HttpRequest;

use crate::app::AppState;
use crate::db;
use crate::http::browser::Browser;
use crate::http::flow::{Flow, ServiceFace};
use crate::http::page::Page;
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::paths::Paths;

/// Where to go afterwards.
pub struct Onward {
    /// The authorization that the page belongs to.
    pub flow: Option<Flow>,
    /// The page of ours that sent the person here.
    to: Option<String>,
    /// The query named an authorization that is over.
    pub over: bool,
}

impl Onward {
    /// From the query of a page.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of(request: &HttpRequest, browser: &Browser, state: &AppState) -> Result<Self, PageError> {
        let query = Params::parse(request.query_string().as_bytes())
            .map_err(|_| PageError::BadRequest("query is not UTF-8"))?;
        let named = query.get("authorization");
        let flow = match named.parse() {
            Ok(id) => Flow::find(id, browser, state).await?,
            Err(_) => None,
        };
        Ok(Self { over: flow.is_none() && !named.is_empty(), flow, to: state.paths.local(query.get("to")) })
    }

    /// Where the person of a browser was going when a mail interrupted them.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of_browser(browser: &Browser, state: &AppState) -> Result<Self, PageError> {
        let mut connection = state.pool.acquire().await?;
        let latest = db::authorizations::latest(&mut connection, browser.hashed(), state.clock.now()).await?;
        drop(connection);
        let flow = match latest {
            Some(id) => Flow::find(id, browser, state).await?,
            None => None,
        };
        Ok(Self { flow, to: None, over: false })
    }

    /// That place.
    #[must_use]
    pub fn address(&self, state: &AppState) -> String {
        self.or(&state.paths.home(), state)
    }

    /// That place, or another one than home when none was named.
    #[must_use]
    pub fn or(&self, usual: &str, state: &AppState) -> String {
        match (&self.flow, &self.to) {
            (Some(flow), _) => state.paths.authorization_continue(flow.id),
            (None, to) => to.as_deref().unwrap_or(usual).to_owned(),
        }
    }

    /// A page of the same way: it will go to the same place.
    #[must_use]
    pub fn by(&self, path: &str) -> String {
        match (&self.flow, &self.to) {
            (None, Some(to)) => Paths::then(path, to),
            (flow, _) => Paths::within(path, flow.as_ref().map(|flow| flow.id)),
        }
    }

    /// The languages that the service wishes for.
    #[must_use]
    pub fn ui_locales(&self) -> Option<&str> {
        self.flow.as_ref().and_then(Flow::ui_locales)
    }

    /// The service that the person is going to, for `page`.
    #[must_use]
    pub fn service(&self, page: &Page, state: &AppState) -> Option<ServiceFace> {
        self.flow.as_ref().map(|flow| ServiceFace::of(&flow.client, &page.lang, &state.paths))
    }
}
