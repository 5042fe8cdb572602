//! What a service asks when it signs a person out (OpenID Connect RP-Initiated Logout 2).

use std::sync::Arc;

use uuid::Uuid;

use crate::app::AppState;
use crate::db::clients::Client;
use crate::directory::{ID_TOKEN_TYP, Signed};
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// A request to end a session, believed as far as it is proven.
#[derive(Debug, Default)]
pub struct LogoutRequest {
    /// The session that a genuine ID token names.
    pub sid: Option<Uuid>,
    /// The service that asks.
    pub client: Option<Arc<Client>>,
    /// Languages wished for.
    pub ui_locales: Option<String>,
    id_token_hint: Option<String>,
    /// One of those that the service registered; never otherwise.
    redirect_uri: Option<String>,
    state: Option<String>,
}

impl LogoutRequest {
    /// Reads a request. An ID token that is not ours, or that contradicts `client_id`, proves nothing and
    /// leads nowhere.
    ///
    /// # Errors
    /// PostgreSQL's, or a parameter given twice.
    pub async fn read(params: &Params, state: &AppState) -> Result<Self, PageError> {
        let one = |name| {
            let value = params.one(name).map_err(|_| PageError::BadRequest("a parameter is given twice"))?;
            Ok::<_, PageError>(value.map(str::to_owned))
        };
        let (hint, client_id) = (one("id_token_hint")?, one("client_id")?);
        let mut asked = Self { ui_locales: one("ui_locales")?, state: one("state")?, ..Self::default() };
        let named = match &hint {
            None => client_id,
            Some(token) => match session_of(token, state) {
                Some((sid, audience)) if client_id.as_ref().is_none_or(|client_id| *client_id == audience) => {
                    asked.sid = Some(sid);
                    asked.id_token_hint = hint;
                    Some(audience)
                }
                _ => None,
            },
        };
        let Some(named) = named else { return Ok(asked) };
        let client = state.directory.client(&named, &state.pool).await?.filter(|client| client.enabled);
        let Some(client) = client else {
            // The token of a service that is gone proves nothing any more.
            return Ok(Self { sid: None, id_token_hint: None, ..asked });
        };
        if let Some(uri) = one("post_logout_redirect_uri")? {
            if is_registered(&client, &uri) {
                asked.redirect_uri = Some(uri);
            } else {
                tracing::warn!(client = client.client_id, uri, "post_logout_redirect_uri is not registered");
            }
        }
        asked.client = Some(client);
        Ok(asked)
    }

    /// The service's id, for the log.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.client.as_ref().map_or("", |client| &client.client_id)
    }

    /// What a form needs to ask the same again.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        [
            ("id_token_hint", self.id_token_hint.as_deref()),
            ("client_id", self.client.as_ref().map(|client| client.client_id.as_str())),
            ("post_logout_redirect_uri", self.redirect_uri.as_deref()),
            ("state", self.state.as_deref()),
            ("ui_locales", self.ui_locales.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The same without the ID token, which has done its work and is too long for an address.
    #[must_use]
    pub fn query(&self) -> String {
        let fields = self.fields().into_iter().filter(|(name, _)| *name != "id_token_hint");
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    }

    /// Where to send the person, with the service's `state`.
    #[must_use]
    pub fn destination(&self) -> Option<String> {
        let uri = self.redirect_uri.as_ref()?;
        let Some(state) = &self.state else { return Some(uri.clone()) };
        let state: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
        let separator = if uri.contains('?') { '&' } else { '?' };
        Some(format!("{uri}{separator}state={}", state.replace('+', "%20")))
    }
}

/// Session and audience of an ID token of ours.
fn session_of(token: &str, state: &AppState) -> Option<(Uuid, String)> {
    let Signed { typ, claims } = state.directory.verify(token, state.paths.issuer())?;
    let sid = claims["sid"].as_str()?.parse().ok()?;
    let audience = claims["aud"].as_str()?.to_owned();
    (typ == ID_TOKEN_TYP).then_some((sid, audience))
}

/// Byte for byte; for some services, whatever the query.
fn is_registered(client: &Client, uri: &str) -> bool {
    let path = |uri: &str| uri.split('?').next().unwrap_or_default().to_owned();
    client.post_logout_redirect_uris.iter().any(|registered| {
        registered == uri
            || (client.post_logout_any_query
                && !uri.contains('#')
                && uri.bytes().all(|byte| byte.is_ascii_graphic())
                && path(registered) == path(uri))
    })
}
