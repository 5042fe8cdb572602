//! OpenID Connect as any service would do it, with the `openidconnect` crate: discovery, code flow
//! with PKCE, ID token verified, userinfo, sign-out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreUserInfoClaims};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope,
    TokenResponse as _, reqwest,
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

    async fn metadata(&self) -> Result<ProviderMetadataWithLogout, Fault> {
        ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &self.http).await.map_err(fault)
    }

    /// Where to send somebody who wants to sign in, and the `state` that must come back. `ask`: they are
    /// shown what the service receives, and the answer is posted.
    pub async fn begin(&self, language: &str, ask: bool) -> Result<(String, String), Fault> {
        let metadata = self.metadata().await?;
        let client = CoreClient::from_provider_metadata(metadata, self.client_id.clone(), Some(self.secret.clone()))
            .set_redirect_uri(self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "groups"].map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("ui_locales", language)
            .set_pkce_challenge(challenge);
        if ask {
            request = request.add_prompt(CoreAuthPrompt::Consent).add_extra_param("response_mode", "form_post");
        }
        let (url, state, nonce) = request.url();
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() > 1000 {
            pending.clear();
        }
        pending.insert(state.secret().clone(), Pending { verifier, nonce });
        Ok((url.to_string(), state.secret().clone()))
    }

    /// Where to send somebody who signs out here and there, with the ID token they came with.
    pub async fn leave(&self, id_token: &str, back: &str) -> Result<String, Fault> {
        let metadata = self.metadata().await?;
        let end = metadata.additional_metadata().end_session_endpoint.clone();
        let hint: CoreIdToken = id_token.parse().map_err(fault)?;
        let request = LogoutRequest::from(end.ok_or("the provider has no sign-out")?)
            .set_id_token_hint(&hint)
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(back.to_owned()).map_err(fault)?);
        Ok(request.http_get_url().to_string())
    }

    /// Exchanges a code: what the provider says of the person, and the ID token.
    pub async fn finish(&self, state: &str, code: &str) -> Result<(Map<String, Value>, String), Fault> {
        let pending =
            self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(state).ok_or("unknown state")?;
        let metadata = self.metadata().await?;
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
        Ok((shown, id_token.to_string()))
    }
}
