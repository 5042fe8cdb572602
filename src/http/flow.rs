//! The authorization that a page belongs to (`?authorization=…`): enough to name the service and to
//! go back to the dispatcher. What the request asks is the OpenID Connect surface's business.

use std::sync::Arc;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::browser::Browser;
use super::page_error::PageError;
use super::params::Params;
use crate::app::AppState;
use crate::db;
use crate::db::clients::Client;
use crate::paths::Paths;

/// An authorization in progress, in the browser that began it.
pub struct Flow {
    /// Its row.
    pub id: Uuid,
    /// The service the person is going to.
    pub client: Arc<Client>,
    /// The request, as stored.
    pub parameters: Value,
    /// When it arrived.
    pub requested_at: DateTime<Utc>,
    /// Who agreed to this very request.
    pub consented_by: Option<Uuid>,
    /// The person refused it.
    pub declined: bool,
}

impl Flow {
    /// The flow named in the query of a page; none when there is none or it is over.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of(request: &HttpRequest, browser: &Browser, state: &AppState) -> Result<Option<Self>, PageError> {
        let params = Params::parse(request.query_string().as_bytes())
            .map_err(|_| PageError::BadRequest("query is not UTF-8"))?;
        match params.get("authorization").parse() {
            Ok(id) => Self::find(id, browser, state).await,
            Err(_) => Ok(None),
        }
    }

    /// The flow of that id; none when it is over or another browser's.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn find(id: Uuid, browser: &Browser, state: &AppState) -> Result<Option<Self>, PageError> {
        let mut connection = state.pool.acquire().await?;
        let stored = db::authorizations::find(&mut connection, id, browser.hashed(), state.clock.now()).await?;
        drop(connection);
        let Some(stored) = stored else { return Ok(None) };
        let client = state.directory.client(&stored.client_id, &state.pool).await?;
        Ok(client.map(|client| Self {
            id,
            client,
            parameters: stored.parameters,
            requested_at: stored.created_at,
            consented_by: stored.consented_by,
            declined: stored.declined,
        }))
    }

    /// The languages that the service wishes for.
    #[must_use]
    pub fn ui_locales(&self) -> Option<&str> {
        self.parameters["ui_locales"].as_str()
    }

    /// What the service thinks the person is called.
    #[must_use]
    pub fn login_hint(&self) -> &str {
        self.parameters["login_hint"].as_str().unwrap_or_default()
    }
}

/// A service as pages show it.
#[derive(Debug, Clone)]
pub struct ServiceFace {
    /// Its name.
    pub name: String,
    /// Path of its icon.
    pub icon: Option<String>,
    /// Where it starts, or where to ask it to start a sign-in with us; empty when unknown.
    pub url: String,
}

impl ServiceFace {
    /// For a page in that language.
    #[must_use]
    pub fn of(client: &Client, language: &str, paths: &Paths) -> Self {
        let url = client.entrance(paths.issuer()).unwrap_or_default();
        let icon = client.logo.map(|id| paths.service_logo(id));
        Self { name: client.name(language).to_owned(), icon, url }
    }
}
