//! Where everything is: the only place that writes our addresses. A leaf: no page imports another
//! page to link to it.

use uuid::Uuid;

use crate::config::Issuer;

/// Builds paths (below the issuer's own path) and full addresses.
#[derive(Debug, Clone)]
pub struct Paths {
    issuer: String,
    base: String,
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        impl Paths {
            $($(#[$doc])* #[must_use] pub fn $name(&self) -> String { format!(concat!("{}", $path), self.base) })*
        }
    };
}

fixed! {
    /// The person's home.
    home = "/";
    /// The sign-in page.
    sign_in = "/sign-in";
    /// Ends the browser session (POST).
    sign_out = "/sign-out";
    /// After signing out.
    signed_out = "/signed-out";
    /// Choice of language (POST).
    language = "/language";
    /// A new password is asked for.
    new_password = "/account/new-password";
    /// The address must be verified.
    verify_email = "/account/verify-email";
    /// The page of a mail link, once the link is out of the address bar.
    verify = "/verify";
    /// The person may not use a service.
    refused = "/refused";
    /// What a service receives, and whether the person agrees.
    consent = "/consent";
    /// Pushed authorization request endpoint.
    pushed_request = "/par";
    /// Authorization endpoint.
    authorize = "/authorize";
    /// Token endpoint.
    token = "/token";
    /// Introspection endpoint.
    introspect = "/introspect";
    /// Revocation endpoint.
    revoke = "/revoke";
    /// Userinfo endpoint.
    userinfo = "/userinfo";
    /// A service asks to end the session (OpenID Connect RP-Initiated Logout).
    end_session = "/end-session";
    /// The person agrees to it (POST).
    end_session_confirm = "/end-session/confirm";
    /// It has ended.
    end_session_done = "/end-session/done";
    /// Client registration endpoint.
    register = "/register";
    /// JSON Web Key Set.
    jwks = "/jwks.json";
}

impl Paths {
    /// For the issuer of the settings.
    #[must_use]
    pub fn new(issuer: &Issuer) -> Self {
        Self { issuer: issuer.as_str().to_owned(), base: issuer.path().to_owned() }
    }

    /// The path that everything is below; empty at the root.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The full public address of a path made here.
    #[must_use]
    pub fn public(&self, path: &str) -> String {
        format!("{}{}", self.issuer, path.strip_prefix(self.base.as_str()).unwrap_or(path))
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// An authorization in progress: the dispatcher.
    #[must_use]
    pub fn authorization(&self, id: Uuid) -> String {
        format!("{}/authorize/{id}", self.base)
    }

    /// The page that leads back to the dispatcher by a fresh GET.
    #[must_use]
    pub fn authorization_continue(&self, id: Uuid) -> String {
        format!("{}/authorize/{id}/continue", self.base)
    }

    /// The person gives up: back to the service with `access_denied`.
    #[must_use]
    pub fn authorization_decline(&self, id: Uuid) -> String {
        format!("{}/authorize/{id}/decline", self.base)
    }

    /// A page that belongs to an authorization in progress.
    #[must_use]
    pub fn within(path: &str, authorization: Option<Uuid>) -> String {
        authorization.map_or_else(|| path.to_owned(), |id| format!("{path}?authorization={id}"))
    }

    /// A client's own registration.
    #[must_use]
    pub fn registration(&self, client_id: &str) -> String {
        format!("{}/register/{client_id}", self.base)
    }

    /// A mail link.
    #[must_use]
    pub fn verify_link(&self, token: &str) -> String {
        format!("{}/verify/{token}", self.base)
    }

    /// A static file.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        format!("{}/static/{name}", self.base)
    }
}
