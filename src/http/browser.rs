//! The cookie that names a browser, signed in or not. It binds forms, authorizations in progress
//! and the guessing limits to the browser; it proves nothing about a person.
//!
//! Its value is random and authenticated: an identifier that we did not issue is never adopted.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::AppState;
use crate::crypto::{Hashed, Plain, Purpose, constant_time_eq, random_bytes};

/// A browser, known by its cookie or named just now.
#[derive(Debug, Clone)]
pub struct Browser {
    id: [u8; 16],
    new: bool,
}

const NAME: &str = "browser";
const YEAR: i64 = 365;

impl Browser {
    /// The browser of a request.
    #[must_use]
    pub fn of(request: &HttpRequest, state: &AppState) -> Self {
        let known = only_cookie(request, &state.cookie_name(NAME)).and_then(|value| Self::read(&value, state));
        known.map_or_else(|| Self { id: random_bytes(), new: true }, |id| Self { id, new: false })
    }

    fn read(value: &str, state: &AppState) -> Option<[u8; 16]> {
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (id, mac) = bytes.split_at_checked(16)?;
        constant_time_eq(mac, &state.vault.mac(Purpose::Browser, &[id])).then(|| id.try_into().ok()).flatten()
    }

    /// What is stored of it.
    #[must_use]
    pub fn hashed(&self) -> Hashed {
        Plain::presented(&URL_SAFE_NO_PAD.encode(self.id)).hashed()
    }

    /// The token that forms carry, against cross-site requests.
    #[must_use]
    pub fn form_token(&self, state: &AppState) -> String {
        URL_SAFE_NO_PAD.encode(state.vault.mac(Purpose::Form, &[&self.id]))
    }

    /// Whether a form carries this browser's token.
    #[must_use]
    pub fn owns(&self, token: &str, state: &AppState) -> bool {
        !self.new && constant_time_eq(token.as_bytes(), self.form_token(state).as_bytes())
    }

    /// The cookie to set, for a browser that had none.
    #[must_use]
    pub fn cookie(&self, state: &AppState) -> Option<Cookie<'static>> {
        self.new.then(|| {
            let value =
                URL_SAFE_NO_PAD.encode([&self.id[..], &state.vault.mac(Purpose::Browser, &[&self.id])].concat());
            let mut cookie = cookie(state, NAME, value);
            cookie.set_max_age(time::Duration::days(YEAR));
            cookie
        })
    }
}

/// A cookie with all that keeps it ours: `__Host-`, `Secure` and `HttpOnly` (the first two only over
/// TLS: a loopback issuer has none).
#[must_use]
pub fn cookie(state: &AppState, name: &str, value: String) -> Cookie<'static> {
    Cookie::build(state.cookie_name(name), value)
        .path("/")
        .http_only(true)
        .secure(state.settings.server.issuer.is_https())
        .same_site(SameSite::Lax)
        .finish()
}

/// The same cookie, to be forgotten.
#[must_use]
pub fn forget(state: &AppState, name: &str) -> Cookie<'static> {
    let mut cookie = cookie(state, name, String::new());
    cookie.make_removal();
    cookie
}

/// The value of a cookie that was sent once. Sent twice, nobody can say which is ours: neither.
#[must_use]
pub fn only_cookie(request: &HttpRequest, name: &str) -> Option<String> {
    let headers = request.headers().get_all(actix_web::http::header::COOKIE);
    let mut values = headers
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(other, _)| *other == name)
        .map(|(_, value)| value.to_owned());
    let first = values.next();
    if values.next().is_some() { None } else { first }
}
