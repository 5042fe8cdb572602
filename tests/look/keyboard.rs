//! From the first page to the last with the keyboard alone: Tab, Enter, Space and what is typed (WB-10,
//! PR-26). Where the focus goes is part of the page, so it is written down here.

use chrono::TimeDelta;
use sqlx::PgPool;

use super::walk::OPEN;
use crate::support::authenticator::Authenticator;
use crate::support::chromium::{ENTER, PATIENCE, SPACE, TAB};
use crate::support::patience::within;
use crate::support::{Chromium, PASSWORD, RelyingParty, Server, Site};

/// Where the focus is: an id, or what is read there, or nothing.
const FOCUS: &str = "(({ activeElement: at }) => at === document.body ? ''
    : at.id || at.getAttribute('aria-label') || at.textContent.trim())(document)";
/// Seen by who looks at the page, and in the part of it that they look at.
const VISIBLE: &str = "(({ activeElement: at }) => {
    const { outlineStyle, boxShadow } = getComputedStyle(at);
    const { top, bottom } = at.getBoundingClientRect();
    return (outlineStyle !== 'none' || boxShadow !== 'none') && top > -1 && bottom < innerHeight + 1;
})(document)";

/// Somebody without a mouse.
pub struct Keyboard {
    pub chromium: Chromium,
}

impl Keyboard {
    pub async fn new(language: &str) -> Self {
        Self { chromium: Chromium::start(language, true).await }
    }

    async fn focus(&self) -> String {
        self.chromium.value(FOCUS).await.as_str().unwrap().to_owned()
    }

    /// Waits for a page, known by an element of it, and for where it puts the focus ("" for nowhere).
    pub async fn arrives(&self, element: &str, focus: &str) {
        self.chromium.element(element).await;
        if focus.is_empty() {
            assert_eq!(self.focus().await, "", "{}", self.chromium.address().await);
        } else {
            self.chromium.has_focus(focus).await;
        }
    }

    /// Goes on with Tab, over these stops and no other.
    pub async fn tabs(&self, stops: &[&str]) {
        for stop in stops {
            self.chromium.press(TAB).await;
            let address = self.chromium.address().await;
            assert_eq!(self.focus().await, *stop, "{address}");
            // Once it has been scrolled to.
            let seen = async || self.chromium.value(VISIBLE).await == true;
            within(PATIENCE, &format!("the focus is seen on {stop} of {address}"), seen).await;
        }
    }

    /// Goes on with Tab until it is there.
    pub async fn reach(&self, stop: &str) {
        while self.focus().await != stop {
            self.chromium.press(TAB).await;
            assert_ne!(self.focus().await, "", "the focus is lost before {stop}");
        }
    }

    pub async fn types(&self, text: &str) {
        self.chromium.press(text).await;
    }

    /// Presses what has the focus.
    pub async fn enter(&self) {
        self.chromium.press(ENTER).await;
    }

    /// The same, with the other key that presses buttons.
    pub async fn space(&self) {
        self.chromium.press(SPACE).await;
    }
}

#[sqlx::test]
async fn signing_in_consenting_and_signing_out(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let site = Site::start("localhost");
    site.publish("/cb", "text/html; charset=utf-8", "<h1>at the service</h1>");
    let foreign = |client: &mut loquet::db::clients::Client| client.ours = false;
    let (_, secret) = server.service_with("atelier", &site.at("/cb"), foreign).await;
    let mut service = RelyingParty::of(&server, "atelier", Some(secret));
    service.redirect_uri = site.at("/cb");

    let keyboard = Keyboard::new("fr-FR").await;
    keyboard.chromium.open(&service.authorize(&[("scope", "openid email")])).await;
    keyboard.arrives("#username", "username").await;
    keyboard.types("alice").await;
    keyboard.tabs(&["password"]).await;
    keyboard.types("wrong").await;
    keyboard.tabs(&["Afficher le mot de passe", "submit"]).await;
    keyboard.space().await;

    // The error says where to go, and leads there.
    keyboard.arrives("#errors", "errors").await;
    keyboard.tabs(&["Cet identifiant et ce mot de passe ne vont pas ensemble."]).await;
    keyboard.enter().await;
    keyboard.arrives("#username", "username").await;
    keyboard.tabs(&["password"]).await;
    keyboard.types(PASSWORD).await;
    keyboard.enter().await;

    keyboard.arrives("#consent-allow", "").await;
    keyboard.tabs(&["Aller au contenu"]).await;
    keyboard.enter().await;
    keyboard.arrives("#consent-allow", "main").await;
    keyboard.tabs(&["consent-allow", "consent-deny", "other-account", "English"]).await;
    keyboard.chromium.press_back().await;
    keyboard.chromium.press_back().await;
    keyboard.chromium.press_back().await;
    assert_eq!(keyboard.focus().await, "consent-allow");
    keyboard.space().await;
    keyboard.chromium.reads("h1", "at the service").await;

    keyboard.chromium.open(&format!("{}/", server.url)).await;
    keyboard.arrives("#sign-out", "").await;
    keyboard.tabs(&["Aller au contenu", "La Contre-Voie"]).await;
    keyboard.reach("sign-out").await;
    keyboard.enter().await;
    keyboard.chromium.reads("h1", "Votre session est fermée").await;
    assert_eq!(server.url, keyboard.chromium.address().await.trim_end_matches("/signed-out"));
    keyboard.chromium.close().await;
}

/// From nothing to an account with two steps, and in by them.
#[sqlx::test]
async fn opening_an_account_and_signing_in_in_two_steps(pool: PgPool) {
    let server = Server::with(&pool, &[OPEN]).await;
    let keyboard = Keyboard::new("fr-FR").await;
    let open = async |path: &str| keyboard.chromium.open(&format!("{}{path}", server.url)).await;
    open("/sign-up").await;
    keyboard.arrives("#email", "email").await;
    keyboard.types("alice@example.org").await;
    // The captcha does its work, and the form goes on its way.
    keyboard.enter().await;
    keyboard.chromium.comes_to(&server.url, "/sign-up/sent").await;
    keyboard.chromium.open(&server.link("alice@example.org", "Terminez la création de votre compte", 1).await).await;
    keyboard.arrives("#username", "username").await;
    keyboard.types("alice").await;
    keyboard.tabs(&["password"]).await;
    keyboard.types("court").await;
    keyboard.enter().await;
    keyboard.arrives("#errors", "errors").await;
    keyboard.chromium.press(TAB).await;
    keyboard.enter().await;
    keyboard.arrives("#password", "password").await;
    keyboard.types(PASSWORD).await;
    keyboard.enter().await;
    keyboard.arrives("#continue", "").await;

    open("/account/security/authenticator").await;
    keyboard.arrives("#code", "").await;
    let app = Authenticator::typed(&keyboard.chromium.text("#secret").await);
    keyboard.chromium.press(TAB).await;
    keyboard.reach("code").await;
    keyboard.types(&app.code(&server)).await;
    keyboard.enter().await;
    keyboard.arrives(".codes", "").await;
    let mut recovery_codes = Vec::new();
    for code in keyboard.chromium.all(".codes code").await {
        recovery_codes.push(code.text().await.unwrap());
    }
    keyboard.chromium.press(TAB).await;
    keyboard.reach("kept").await;
    keyboard.enter().await;
    keyboard.arrives("#two-steps", "").await;
    keyboard.chromium.forget().await;

    open("/sign-in").await;
    keyboard.arrives("#username", "username").await;
    keyboard.types("alice").await;
    keyboard.tabs(&["password"]).await;
    keyboard.types(PASSWORD).await;
    keyboard.enter().await;
    keyboard.arrives("#code", "code").await;
    keyboard.types(&app.wrong_code(&server)).await;
    keyboard.tabs(&["submit"]).await;
    keyboard.space().await;
    keyboard.arrives("#errors", "errors").await;
    keyboard.chromium.press(TAB).await;
    keyboard.enter().await;
    keyboard.arrives("#code", "code").await;
    server.advance(TimeDelta::seconds(30));
    keyboard.types(&app.code(&server)).await;
    keyboard.enter().await;
    keyboard.arrives("#sign-out", "").await;
    keyboard.chromium.forget().await;

    open("/sign-in").await;
    keyboard.arrives("#username", "username").await;
    keyboard.types("alice").await;
    keyboard.tabs(&["password"]).await;
    keyboard.types(PASSWORD).await;
    keyboard.enter().await;
    keyboard.arrives("#code", "code").await;
    keyboard.tabs(&["submit", "other-way"]).await;
    keyboard.enter().await;
    keyboard.arrives("#recovery-code", "recovery-code").await;
    keyboard.types(&recovery_codes[0]).await;
    keyboard.enter().await;
    keyboard.arrives("#sign-out", "").await;
    keyboard.chromium.close().await;
}
