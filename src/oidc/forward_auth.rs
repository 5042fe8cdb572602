//! `GET /forward-auth`: a proxy asks, at each request for an application that knows no OpenID Connect, who that
//! is and whether they may (Caddy `forward_auth`, nginx `auth_request`, Traefik `ForwardAuth`).
//!
//! The protected host is a relying party of which we play the part: `start` sends the browser to `/authorize`
//! like any service would, `arrive` redeems the code. Sign-in, second factor, consent and refusal are
//! therefore the dispatcher's, and the code is single-use, bound to host, service and (PKCE) browser. What the
//! browser then holds at that host is a token of an `oauth_sessions` row; the access rule is asked each time.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY};
use actix_web::web::Data;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::forward_identity::headers;
use super::{acr, lives, pkce};
use crate::app::AppState;
use crate::authz::client_access::{Decision, decide};
use crate::claims::told::Told;
use crate::clock::after;
use crate::crypto::{Hashed, Plain, Purpose, constant_time_eq, random_bytes};
use crate::db;
use crate::db::clients::Client;
use crate::db::tokens::Redemption;
use crate::http::browser::only_cookie;
use crate::http::client_address::is_from_proxy;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::session;
use crate::types::{FORWARD_CALLBACK, FORWARD_SIGN_OUT, ForwardHost};

/// Prefix of what a browser holds at a protected host. No endpoint takes it for an access token.
const PREFIX: &str = "lqt_fw_";
/// How long a sign-in may take.
const START: time::Duration = time::Duration::minutes(20);

/// How a proxy wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// 200, or what the browser is to be told (Caddy, Traefik).
    Both,
    /// 200 or 401 (nginx's subrequest).
    Status,
    /// What the browser is to be told, always (nginx's reserved location).
    Page,
}

/// What a proxy asks.
struct Asked<'a> {
    request: &'a HttpRequest,
    state: &'a AppState,
    answer: Answer,
    host: ForwardHost,
    client: Arc<Client>,
    /// Path and query, as the browser sent them.
    uri: &'a str,
    /// The browser goes there and shows what comes: not a picture, a script's request or a form.
    navigates: bool,
    /// It will come back with a GET.
    safe: bool,
}

/// The handler.
///
/// # Errors
/// A page for whoever sets the proxy up: it is not trusted, or says no host that a service has.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let asked = Asked::read(&request, &state)?;
    let mut response = asked.respond().await?;
    // Ours covers every host below; that of somebody else's application is theirs to extend.
    if asked.host.has_tls() {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    Ok(response)
}

impl<'a> Asked<'a> {
    fn read(request: &'a HttpRequest, state: &'a AppState) -> Result<Self, PageError> {
        if !is_from_proxy(request, state) {
            return Err(PageError::BadRequest("forward-auth: not from an address of server.trusted_proxies"));
        }
        let host = only_header(request, "x-forwarded-host").and_then(ForwardHost::told);
        let host = host.ok_or(PageError::BadRequest("forward-auth: no X-Forwarded-Host, or several"))?;
        let client = state.directory.protecting(host.as_str());
        let client = client.ok_or(PageError::BadRequest("forward-auth: no service has this host"))?;
        let query = Params::parse(request.query_string().as_bytes()).unwrap_or_default();
        let answer = match query.get("answer") {
            "status" => Answer::Status,
            "page" => Answer::Page,
            _ => Answer::Both,
        };
        let safe = matches!(only_header(request, "x-forwarded-method"), None | Some("GET" | "HEAD"));
        let navigates = matches!(only_header(request, "sec-fetch-mode"), None | Some("navigate"));
        let uri = only_header(request, "x-forwarded-uri").unwrap_or("/");
        Ok(Self { request, state, answer, host, client, uri, navigates, safe })
    }

    async fn respond(&self) -> Result<HttpResponse, PageError> {
        let (path, query) = self.uri.split_once('?').unwrap_or((self.uri, ""));
        match path {
            // For nginx these are pages of the other location; its subrequest does not come here.
            FORWARD_CALLBACK if self.answer != Answer::Status => return self.arrive(query).await,
            FORWARD_SIGN_OUT if self.answer != Answer::Status => return Ok(self.sign_out()),
            _ => {}
        }
        match (self.vouched().await?, self.answer) {
            (Some(_), Answer::Page) => Ok(see_other(&self.host.at(self.uri))),
            (Some(response), _) => Ok(response),
            (None, Answer::Status) => Ok(unauthorized()),
            (None, _) if !self.navigates => Ok(unauthorized()),
            (None, _) => Ok(self.start()),
        }
    }

    /// Who this is, if they are signed in here and may use the service at this moment.
    async fn vouched(&self) -> Result<Option<HttpResponse>, PageError> {
        let Some(token) = only_cookie(self.request, &self.cookie_name("forward")) else { return Ok(None) };
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let (idle, now) = (session::idle(self.state), self.state.clock.now());
        let mut connection = self.state.pool.acquire().await?;
        let found = db::forwarded::find(&mut connection, self.hashed(&token), idle, now).await?;
        drop(connection);
        let Some(held) = found.filter(|held| held.client_id == self.client.client_id) else { return Ok(None) };
        let Decision::Allowed(allowed) = decide(held.facts.clone()) else { return Ok(None) };
        if !acr::suffices(&held.amr, &self.client) {
            return Ok(None);
        }
        let told = Told { held: &held, client: &self.client, allowed: &allowed, teller: self.state.teller() };
        let mut response = HttpResponse::Ok().finish();
        for (name, value) in headers(&told) {
            let name = HeaderName::try_from(name).map_err(PageError::internal)?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(PageError::internal)?;
            response.headers_mut().insert(name, value);
        }
        Ok(Some(response))
    }

    /// To `/authorize`, as a service would: with a verifier that this browser keeps, and a `state` that holds
    /// where the person was going.
    fn start(&self) -> HttpResponse {
        let known = self.verifier();
        let verifier = known.unwrap_or_else(|| self.new_verifier());
        let to = if self.safe { self.host.at(self.uri) } else { self.host.at("/") };
        let challenge = pkce::challenge_of(&verifier).unwrap_or_default();
        let parameters = [
            ("client_id", self.client.client_id.as_str()),
            ("redirect_uri", &self.host.callback()),
            ("response_type", "code"),
            ("scope", &claim_scopes(&self.client)),
            ("state", &self.sealed(&to, &verifier)),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let paths = &self.state.paths;
        let query = Params::of(parameters.to_vec()).encode();
        let mut cookie = self.cookie("forward-start", verifier);
        cookie.set_max_age(START);
        with_cookie(see_other(&format!("{}?{query}", paths.public(&paths.authorize()))), &cookie)
    }

    /// Comes back with a code, which is exchanged for a cookie of this host.
    async fn arrive(&self, query: &str) -> Result<HttpResponse, PageError> {
        let paths = &self.state.paths;
        // A page that says that it is over: nothing here may be shown, styles are on our host.
        let over = || see_other(&paths.public(&paths.refused()));
        let params = Params::parse(query.as_bytes()).unwrap_or_default();
        let one = |name| params.one(name).ok().flatten();
        let Some(verifier) = self.verifier() else { return Ok(over()) };
        let Some(to) = one("state").and_then(|state| self.opened(state, &verifier)) else { return Ok(over()) };
        if one("error").is_some() {
            return Ok(see_other(&paths.public(&paths.home())));
        }
        let Some(code) = one("code") else { return Ok(over()) };
        let (token, now) = (Plain::random(PREFIX), self.state.clock.now());
        let challenge = pkce::challenge_of(&verifier);
        let redemption = Redemption {
            code: Plain::presented(code).hashed(),
            client_id: &self.client.client_id,
            redirect_uri: &self.host.callback(),
            code_challenge: Some(challenge.as_deref().unwrap_or_default()),
            access_token: self.hashed(token.reveal()),
            access_expires_at: after(now, lives::of(&self.client, &self.state.settings.tokens).refresh_absolute),
            refresh_token: None,
            refresh_expires_at: now,
        };
        let mut connection = self.state.pool.acquire().await?;
        let Some(held) = db::tokens::redeem(&mut connection, &redemption, now).await? else { return Ok(over()) };
        if matches!(decide(held.facts.clone()), Decision::Refused(_)) || !acr::suffices(&held.amr, &self.client) {
            db::tokens::revoke(&mut connection, held.oauth_session, now).await?;
            return Ok(over());
        }
        drop(connection);
        let cookie = self.cookie("forward", token.reveal().to_owned());
        Ok(with_cookie(see_other(&to), &cookie))
    }

    /// Our page asks: a link or an image signs nobody out.
    fn sign_out(&self) -> HttpResponse {
        let paths = &self.state.paths;
        let query = Params::of(vec![("client_id".to_owned(), self.client.client_id.clone())]).encode();
        see_other(&format!("{}?{query}", paths.public(&paths.end_session())))
    }

    /// What is stored of a cookie: shown at another host it is another one.
    fn hashed(&self, token: &str) -> Hashed {
        Plain::presented(&format!("{token} {}", self.host.as_str())).hashed()
    }

    fn cookie_name(&self, name: &str) -> String {
        format!("{}loquet-{name}", if self.host.has_tls() { "__Host-" } else { "" })
    }

    fn cookie(&self, name: &str, value: String) -> Cookie<'static> {
        Cookie::build(self.cookie_name(name), value)
            .path("/")
            .http_only(true)
            .secure(self.host.has_tls())
            .same_site(SameSite::Lax)
            .finish()
    }

    /// The browser's, if it is one that we gave it for this host: nobody else chooses it.
    fn verifier(&self) -> Option<String> {
        let text = only_cookie(self.request, &self.cookie_name("forward-start"))?;
        let bytes = URL_SAFE_NO_PAD.decode(&text).ok()?;
        let (id, mac) = bytes.split_at_checked(32)?;
        constant_time_eq(mac, &self.mac(&[b"verifier", id])).then_some(text)
    }

    fn new_verifier(&self) -> String {
        let id = random_bytes::<32>();
        URL_SAFE_NO_PAD.encode([&id[..], &self.mac(&[b"verifier", &id])].concat())
    }

    fn sealed(&self, to: &str, verifier: &str) -> String {
        let mac = self.mac(&[b"state", to.as_bytes(), verifier.as_bytes()]);
        URL_SAFE_NO_PAD.encode([&mac[..], to.as_bytes()].concat())
    }

    fn opened(&self, state: &str, verifier: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(state).ok()?;
        let (mac, to) = bytes.split_at_checked(32)?;
        let ours = constant_time_eq(mac, &self.mac(&[b"state", to, verifier.as_bytes()]));
        ours.then(|| String::from_utf8(to.to_vec()).ok()).flatten()
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.state.vault.mac(Purpose::Forward, &[&[self.host.as_str().as_bytes()], parts].concat())
    }
}

/// What those headers are made of, as far as the service may have it.
fn claim_scopes(client: &Client) -> String {
    let known = |scope: &&str| *scope == "openid" || client.scopes.iter().any(|allowed| allowed == scope);
    ["openid", "profile", "email", "groups"].into_iter().filter(known).collect::<Vec<_>>().join(" ")
}

/// A header that is there once.
fn only_header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let mut values = request.headers().get_all(name);
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

/// For programs: a body of its own, so that nobody draws a page for it.
fn unauthorized() -> HttpResponse {
    HttpResponse::Unauthorized().json(serde_json::json!({ "error": "login_required" }))
}

fn with_cookie(mut response: HttpResponse, cookie: &Cookie<'static>) -> HttpResponse {
    // Only a name or value that we do not make could fail.
    if response.add_cookie(cookie).is_err() {
        tracing::error!("a cookie could not be set");
    }
    response
}
