//! OpenID Connect as any service would do it, with the `openidconnect` crate: discovery, code flow
//! with PKCE, ID token verified, userinfo.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _, reqwest,
};
use serde_json::{Map, Value};

/// What was sent with a request and must come back.
struct Pending {
    verifier: PkceCodeVerifier,
    nonce: Nonce,
}

/// A relying party of one provider.
pub struct RelyingParty {
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: ClientSecret,
    redirect: RedirectUrl,
    http: reqwest::Client,
    pending: Mutex<HashMap<String, Pending>>,
}

/// Why a sign-in failed, in words for the page.
pub type Fault = String;

fn fault(error: impl std::fmt::Display) -> Fault {
    error.to_string()
}

impl RelyingParty {
    /// A relying party; nothing is asked of the provider yet.
    pub fn new(issuer: &str, client_id: &str, secret: &str, redirect: &str) -> Result<Self, Fault> {
        Ok(Self {
            issuer: IssuerUrl::new(issuer.to_owned()).map_err(fault)?,
            client_id: ClientId::new(client_id.to_owned()),
            secret: ClientSecret::new(secret.to_owned()),
            redirect: RedirectUrl::new(redirect.to_owned()).map_err(fault)?,
            // Following redirects would let a hostile provider lead us anywhere.
            http: reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none()).build().map_err(fault)?,
            pending: Mutex::default(),
        })
    }

    /// Where to send somebody who wants to sign in, and the `state` that must come back.
    pub async fn begin(&self, language: &str) -> Result<(String, String), Fault> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await.map_err(fault)?;
        let client = CoreClient::from_provider_metadata(metadata, self.client_id.clone(), Some(self.secret.clone()))
            .set_redirect_uri(self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "groups"].map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("ui_locales", language)
            .set_pkce_challenge(challenge)
            .url();
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() > 1000 {
            pending.clear();
        }
        pending.insert(state.secret().clone(), Pending { verifier, nonce });
        Ok((url.to_string(), state.secret().clone()))
    }

    /// Exchanges a code: what the provider says of the person.
    pub async fn finish(&self, state: &str, code: &str) -> Result<Map<String, Value>, Fault> {
        let pending =
            self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(state).ok_or("unknown state")?;
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await.map_err(fault)?;
        let userinfo = metadata.userinfo_endpoint().cloned().ok_or("the provider has no userinfo endpoint")?;
        let client = CoreClient::from_provider_metadata(metadata, self.client_id.clone(), Some(self.secret.clone()))
            .set_redirect_uri(self.redirect.clone());
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(fault)?
            .set_pkce_verifier(pending.verifier)
            .request_async(&self.http)
            .await
            .map_err(fault)?;
        let id_token = tokens.id_token().ok_or("no ID token")?;
        let claims = id_token.claims(&client.id_token_verifier(), &pending.nonce).map_err(fault)?;
        // The crate checks that userinfo speaks of the same person; then the whole answer is read, to be shown.
        let checked: CoreUserInfoClaims = client
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
            .map_err(fault)?
            .request_async(&self.http)
            .await
            .map_err(fault)?;
        let answer =
            self.http.get(userinfo.as_str()).bearer_auth(tokens.access_token().secret()).send().await.map_err(fault)?;
        let mut shown: Map<String, Value> =
            serde_json::from_str(&answer.text().await.map_err(fault)?).map_err(fault)?;
        shown.insert("sub".to_owned(), Value::String(checked.subject().to_string()));
        Ok(shown)
    }
}
