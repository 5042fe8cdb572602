//! The widget, in a real browser, under our policy: by sending the form, by the keyboard, and without
//! script (CP-06).

use std::time::Duration;

use loquet::authn::signed_form::MINIMUM_AGE;
use loquet::crypto::sha256;
use serde_json::Value;
use sqlx::PgPool;

use super::{PROXY, after_failures};
use crate::support::patience::within;
use crate::support::{Chromium, PASSWORD, Server};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
const CHECKBOX: &str = ".altcha input[type=checkbox]";

struct Words {
    language: &'static str,
    lang: &'static str,
    label: &'static str,
    verified: &'static str,
}

const FRENCH: Words =
    Words { language: "fr-FR", lang: "fr", label: "Je suis une personne", verified: "Vérification faite" };
const ENGLISH: Words = Words { language: "en-GB", lang: "en", label: "I am a person", verified: "Check done" };

/// Somebody who comes to sign in under a name that was tried too often.
async fn held_up(server: &Server, language: &str, scripts: bool) -> Chromium {
    let browser = Chromium::start(language, scripts).await;
    browser.open(&format!("{}/sign-in", server.url)).await;
    browser.fill("#username", "alice").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("#submit").await;
    browser.element(".captcha").await;
    // That the page came with 400.
    browser.complaints().await;
    browser
}

async fn signed_in(server: &Server, browser: &Chromium) {
    browser.leaves(&format!("{}/sign-in", server.url)).await;
    assert!(!browser.address().await.contains("sign-in"), "{}", browser.address().await);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

async fn server(pool: &PgPool) -> Server {
    let server = Server::with(pool, &[PROXY]).await;
    server.person("alice").await;
    after_failures(&server, "alice").await;
    server
}

/// Whoever just sends the form waits a moment, and is through.
#[sqlx::test]
async fn sending_the_form_is_enough(pool: PgPool) {
    let server = server(&pool).await;
    for words in [FRENCH, ENGLISH] {
        let browser = held_up(&server, words.language, true).await;
        let checkbox = browser.element(CHECKBOX).await;
        assert_eq!(browser.spoken(&checkbox).await, words.label);
        assert_eq!(browser.value("document.documentElement.lang").await, words.lang);
        let config = "document.querySelector('altcha-widget').getConfiguration().humanInteractionSignature";
        assert_eq!(browser.value(config).await, false);
        for width in [320, 1280] {
            browser.resize(width).await;
            browser.value("document.querySelector('.captcha').scrollIntoView()").await;
            let root = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]";
            let root = browser.value(root).await;
            assert_eq!(root[0], root[1], "{width}");
            browser.picture(&format!("captcha-{}-{width}", words.lang)).await;
        }
        browser.dark(true).await;
        browser.picture(&format!("captcha-{}-dark", words.lang)).await;
        browser.fill("#password", PASSWORD).await;
        browser.press(ENTER).await;
        signed_in(&server, &browser).await;
        browser.close().await;
        // What it solved is spent; the failures are forgotten: once more, for the next language.
        after_failures(&server, "alice").await;
    }
}

/// With the difficulty that hosts have, in a browser six times slower than this one: a few seconds
/// (docs/decisions.md), and through in any case.
#[sqlx::test]
async fn a_slow_telephone_gets_through(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY, ("LOQUET_TESTING_CAPTCHA_STEPS", "3000")]).await;
    server.person("alice").await;
    after_failures(&server, "alice").await;
    let browser = held_up(&server, FRENCH.language, true).await;
    browser.element(CHECKBOX).await;
    browser.slow_down(6).await;
    browser.fill("#password", PASSWORD).await;
    browser.press(ENTER).await;
    signed_in(&server, &browser).await;
    browser.close().await;
}

/// With Tab, Space and Enter, told what happens.
#[sqlx::test]
async fn the_keyboard_is_enough(pool: PgPool) {
    let server = server(&pool).await;
    let browser = held_up(&server, FRENCH.language, true).await;
    browser.element(CHECKBOX).await;
    browser.fill("#password", PASSWORD).await;
    let here = "document.activeElement.matches('.altcha input[type=checkbox]')";
    for _ in 0..5 {
        browser.press(TAB).await;
        if browser.value(here).await == true {
            break;
        }
    }
    assert_eq!(browser.value(here).await, true, "the box is not reached");
    assert_eq!(browser.value("getComputedStyle(document.activeElement).outlineStyle !== 'none'").await, true);
    browser.press(SPACE).await;
    browser.reads("#captcha-status", FRENCH.verified).await;
    let checkbox = browser.element(CHECKBOX).await;
    assert_eq!(browser.spoken(&checkbox).await, FRENCH.verified);
    browser.picture("captcha-fr-done").await;
    browser.press(TAB).await;
    browser.has_focus("submit").await;
    browser.press(TAB).await;
    browser.has_focus("captcha-other-way").await;
    browser.fill("#password", PASSWORD).await;
    browser.press(ENTER).await;
    signed_in(&server, &browser).await;
    browser.close().await;
}

/// Without script, and with it for those whom the check fails.
#[sqlx::test]
async fn there_is_a_way_without_it(pool: PgPool) {
    let server = server(&pool).await;
    for (scripts, button) in [(false, "#submit"), (true, "#captcha-other-way")] {
        let browser = held_up(&server, FRENCH.language, scripts).await;
        assert_eq!(browser.all("altcha-widget").await.len(), usize::from(scripts));
        assert_eq!(browser.text("main").await.contains("Sans JavaScript"), !scripts);
        browser.value("document.querySelector('.captcha').scrollIntoView()").await;
        browser.picture(if scripts { "captcha-fr-other-way" } else { "captcha-fr-no-script" }).await;
        browser.fill("#password", PASSWORD).await;
        let shown = server.state.clock.now();
        let old_enough = async || server.state.clock.now() - shown >= MINIMUM_AGE;
        within(Duration::from_secs(20), "the form may be sent", old_enough).await;
        browser.click(button).await;
        signed_in(&server, &browser).await;
        browser.close().await;
        after_failures(&server, "alice").await;
    }
}

/// The files are those of the archive that `scripts/vendor-altcha` took them from.
#[test]
fn the_widget_is_the_one_that_was_vendored() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = std::fs::read(root.join("scripts/altcha.lock.json")).unwrap();
    let lock: Value = serde_json::from_slice(&lock).unwrap();
    let files = lock["sha256"].as_object().unwrap();
    assert_eq!(files.len(), 4);
    for (name, digest) in files {
        let found = sha256(&std::fs::read(root.join("static").join(name)).unwrap());
        let digits = found.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let found: String = digits.map(|digit| char::from_digit(digit.into(), 16).unwrap()).collect();
        assert_eq!(digest, &Value::from(found), "{name}");
    }
}
