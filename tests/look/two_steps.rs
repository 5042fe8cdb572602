//! Signing in in two steps: setting it up, and doing it.

use loquet::db;

use super::walk::Walk;
use crate::support::RelyingParty;
use crate::support::authenticator::Authenticator;
use crate::support::client::REDIRECT;

const APP: &str = "/account/security/authenticator";
const REMOVAL: &str = "/account/security/authenticator/remove";
const CODES: &str = "/account/security/recovery-codes";
const STEP: &str = "/sign-in/second-factor";

/// Types what an app shows, or does not show, and sends it.
async fn send_code(walk: &Walk, code: &str) {
    walk.chromium.fill("#code", code).await;
    walk.press("#submit").await;
}

/// Scans the page that is there, and confirms.
async fn confirm(walk: &Walk) -> Authenticator {
    let app = Authenticator::typed(&walk.chromium.text("#secret").await);
    send_code(walk, &app.code(&walk.server)).await;
    walk.chromium.element(".codes").await;
    app
}

pub async fn setting_up(walk: &mut Walk) {
    walk.server.person("odile").await;
    walk.sign_in("/sign-in", "odile").await;
    walk.open(APP).await;
    walk.look(APP, "authenticator").await;
    send_code(walk, "12345").await;
    walk.look(APP, "authenticator-wrong").await;
    confirm(walk).await;
    walk.look(APP, "recovery-codes-new").await;
    walk.press("#kept").await;
    walk.look("/account/security", "security-two-steps").await;
    walk.open(APP).await;
    walk.look(APP, "authenticator-replace").await;
    walk.open(CODES).await;
    walk.look(CODES, "recovery-codes").await;
    walk.press("#submit").await;
    walk.look(CODES, "recovery-codes-renewed").await;
    walk.open(REMOVAL).await;
    walk.look(REMOVAL, "authenticator-remove").await;
    walk.press("#submit").await;
    walk.look("/account/security", "security-one-step").await;
}

pub async fn demanded(walk: &mut Walk) {
    let tania = walk.server.person("tania").await;
    walk.server.group("coffre", &[&tania], &[]).await;
    let mut connection = walk.pool.acquire().await.unwrap();
    let now = walk.server.state.clock.now();
    assert!(db::organizations::demand_second_factor(&mut connection, "coffre", true, now).await.unwrap());
    drop(connection);
    walk.sign_in("/sign-in", "tania").await;
    walk.look(APP, "authenticator-demanded").await;
    confirm(walk).await;
    walk.open(REMOVAL).await;
    walk.look(REMOVAL, "authenticator-must-stay").await;
}

pub async fn signing_in(walk: &mut Walk) {
    let yvon = walk.server.person("yvon").await;
    let app = walk.server.authenticator(&yvon).await;
    walk.sign_in("/sign-in", "yvon").await;
    walk.look(STEP, "second-factor").await;
    send_code(walk, &app.wrong_code(&walk.server)).await;
    walk.look(STEP, "second-factor-wrong").await;
    while walk.chromium.value("performance.getEntriesByType('navigation')[0].responseStatus").await != 429 {
        // Chromium tells of each refusal; the last is the page's own.
        walk.chromium.complaints().await;
        send_code(walk, &app.wrong_code(&walk.server)).await;
    }
    walk.look(STEP, "second-factor-throttled").await;

    let (_, secret) = walk.server.service("coffre", REDIRECT).await;
    let service = RelyingParty::of(&walk.server, "coffre", Some(secret));
    let yves = walk.server.person("yves").await;
    walk.server.authenticator(&yves).await;
    walk.sign_in(&service.authorize(&[]), "yves").await;
    walk.look(STEP, "second-factor-to-service").await;
    walk.press("#other-way").await;
    walk.look(STEP, "second-factor-recovery").await;
    walk.chromium.fill("#recovery-code", "0000-0000-0000-0000").await;
    walk.press("#submit").await;
    walk.look(STEP, "second-factor-recovery-wrong").await;
}
