//! Signing in, and what may be asked on the way.

use super::walk::Walk;
use crate::support::client::REDIRECT;
use crate::support::{PASSWORD, RelyingParty};

/// Where the widget is there.
const CAPTCHA: &str = ".altcha input[type=checkbox]";

pub async fn sign_in(walk: &mut Walk) {
    walk.server.person("margaud").await;
    walk.afresh().await;
    walk.open("/sign-in").await;
    walk.look("/sign-in", "sign-in").await;
    walk.chromium.fill("#username", "margaud").await;
    walk.chromium.fill("#password", "wrong").await;
    walk.press("#submit").await;
    walk.look("/sign-in", "sign-in-wrong").await;

    let guesser = walk.stand_in();
    let page = guesser.open("/sign-in").await;
    while guesser.submit(&page, &[("username", "nobody"), ("password", "wrong")]).await.status == 401 {}
    walk.chromium.fill("#username", "nobody").await;
    walk.chromium.fill("#password", PASSWORD).await;
    walk.press("#submit").await;
    walk.look("/sign-in", "sign-in-throttled").await;

    // Five more, and the waits are over.
    let more = "UPDATE throttles SET attempts = attempts + 5, free_at = updated_at WHERE attempts = 10";
    assert_eq!(sqlx::query(more).execute(&walk.pool).await.unwrap().rows_affected(), 1);
    walk.chromium.fill("#username", "nobody").await;
    walk.chromium.fill("#password", PASSWORD).await;
    walk.press("#submit").await;
    walk.chromium.element(CAPTCHA).await;
    walk.look("/sign-in", "sign-in-captcha").await;

    walk.open("/sign-in").await;
    let places: Vec<_> = std::iter::from_fn(|| walk.server.state.hasher.place().ok()).take(1000).collect();
    walk.chromium.fill("#username", "margaud").await;
    walk.chromium.fill("#password", PASSWORD).await;
    walk.press("#submit").await;
    walk.look("/sign-in", "sign-in-busy").await;
    drop(places);

    walk.afresh().await;
    walk.press("#submit").await;
    walk.look("/sign-in", "sign-in-page-expired").await;

    let (_, secret) = walk.server.service("atelier", REDIRECT).await;
    let service = RelyingParty::of(&walk.server, "atelier", Some(secret));
    walk.open(&service.authorize(&[("login_hint", "margaud")])).await;
    walk.look("/sign-in", "sign-in-to-service").await;

    walk.sign_in("/sign-in", "margaud").await;
    walk.open("/sign-in?confirm=1&to=%2Faccount%2Fsecurity").await;
    walk.look("/sign-in", "sign-in-confirm").await;
    walk.open("/").await;
    walk.press("#sign-out").await;
    walk.look("/signed-out", "signed-out").await;
}

/// An account of one's own: the address, then the rest.
pub async fn sign_up(walk: &mut Walk) {
    walk.afresh().await;
    walk.open("/sign-up").await;
    walk.chromium.element(CAPTCHA).await;
    walk.look("/sign-up", "sign-up").await;
    walk.chromium.fill("#email", "neuve").await;
    walk.press("#submit").await;
    walk.chromium.element(CAPTCHA).await;
    walk.look("/sign-up", "sign-up-wrong").await;
    walk.chromium.fill("#email", "neuve@example.org").await;
    walk.press("#submit").await;
    walk.look("/sign-up/sent", "sign-up-sent").await;
    walk.press("#submit").await;
    walk.look("/sign-up/sent", "sign-up-sent-again").await;
    let link = walk.link("neuve@example.org", "/sign-up/").await;
    walk.open(&link).await;
    walk.look("/sign-up/finish", "sign-up-finish").await;
    walk.chromium.fill("#username", "neuve").await;
    walk.chromium.fill("#password", PASSWORD).await;
    walk.press("#submit").await;
    walk.look("/sign-up/finish", "sign-up-ready").await;
    walk.afresh().await;
    walk.open(&link).await;
    walk.look("/sign-up/finish", "sign-up-already").await;
}

/// Before anybody on the walk is an administrator.
pub async fn first_administrator(walk: &mut Walk) {
    let link = loquet::account::first_administrator::offer(&walk.server.state).await.unwrap().unwrap();
    walk.afresh().await;
    walk.open(&link).await;
    walk.look("/first-administrator", "first-administrator").await;
    walk.chromium.fill("#username", "pierre paul").await;
    walk.press("#submit").await;
    walk.look("/first-administrator", "first-administrator-wrong").await;
}

pub async fn new_password(walk: &mut Walk) {
    let croux = walk.server.person("croux").await;
    let expire = "UPDATE users SET password_expired = true WHERE id = $1";
    sqlx::query(expire).bind(croux.id).execute(&walk.pool).await.unwrap();
    walk.sign_in("/sign-in", "croux").await;
    walk.look("/account/new-password", "new-password").await;
    walk.chromium.fill("#password", "court").await;
    walk.press("#submit").await;
    walk.look("/account/new-password", "new-password-refused").await;
}

pub async fn verify_email(walk: &mut Walk) {
    let emilie = walk.server.person_with("emilie", false, None).await;
    walk.sign_in("/sign-in", "emilie").await;
    walk.look("/", "home-to-verify").await;
    walk.open("/account/verify-email").await;
    walk.look("/account/verify-email", "verify-email").await;
    walk.press("#submit").await;
    walk.look("/account/verify-email", "verify-email-sent").await;
    let mail = walk.server.mail_to(&emilie.email).await;
    let link = mail.text.lines().find(|line| line.contains("/verify/")).unwrap().to_owned();
    walk.open(&link).await;
    walk.look("/verify", "verify").await;
    walk.press("#submit").await;
    walk.look("/verify", "verify-done").await;
    walk.open(&link).await;
    walk.look("/verify", "verify-already").await;
    walk.open("/verify/over").await;
    walk.look_at_fault("/verify", "error-link").await;

    walk.server.person_with("impatient", false, None).await;
    walk.sign_in("/sign-in", "impatient").await;
    walk.open("/account/verify-email").await;
    while walk.chromium.all("#errors").await.is_empty() {
        walk.press("#submit").await;
    }
    walk.look("/account/verify-email", "verify-email-throttled").await;
}
