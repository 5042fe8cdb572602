//! A forgotten password; another password, address, name; and what the mails about them lead to.

use super::walk::Walk;
use crate::support::PASSWORD;

const EMAIL: &str = "/account/security/email";
const USERNAME: &str = "/account/security/username";

async fn send(walk: &Walk, field: &str, text: &str) {
    walk.chromium.fill(field, text).await;
    walk.press("#submit").await;
}

pub async fn forgotten(walk: &mut Walk) {
    let simone = walk.server.person("simone").await;
    walk.afresh().await;
    walk.open("/recover").await;
    walk.look("/recover", "recover").await;
    send(walk, "#email", "simone").await;
    walk.look("/recover", "recover-wrong").await;
    send(walk, "#email", &simone.email).await;
    walk.look("/recover", "recover-sent").await;
    let link = walk.link(&simone.email, "/recover/").await;
    walk.open(&link).await;
    walk.look("/recover/new-password", "recover-password").await;
    send(walk, "#password", "court").await;
    walk.look("/recover/new-password", "recover-password-refused").await;
    send(walk, "#password", "trois rayons et un moyeu").await;
    walk.afresh().await;
    walk.open(&link).await;
    walk.look_at_fault("/recover/new-password", "recover-over").await;
}

pub async fn another_password(walk: &mut Walk) {
    walk.server.person("rachel").await;
    walk.sign_in("/sign-in", "rachel").await;
    walk.open("/account/security/password").await;
    walk.look("/account/security/password", "change-password").await;
    walk.chromium.fill("#current", "wrong").await;
    send(walk, "#password", "trois rayons et un moyeu").await;
    walk.look("/account/security/password", "change-password-wrong").await;
    walk.chromium.fill("#current", PASSWORD).await;
    send(walk, "#password", "court").await;
    walk.look("/account/security/password", "change-password-refused").await;
    walk.chromium.fill("#current", PASSWORD).await;
    send(walk, "#password", "trois rayons et un moyeu").await;
    walk.look("/account/security", "change-password-done").await;
}

pub async fn another_name(walk: &mut Walk) {
    walk.server.person("bernard").await;
    walk.sign_in("/sign-in", "bernard").await;
    walk.open(USERNAME).await;
    walk.look(USERNAME, "change-username").await;
    send(walk, "#username", "b b").await;
    walk.look(USERNAME, "change-username-wrong").await;
    send(walk, "#username", "bernadette").await;
    walk.look("/account/security", "change-username-done").await;
}

pub async fn another_address(walk: &mut Walk) {
    let henri = walk.server.person("henri").await;
    walk.sign_in("/sign-in", "henri").await;
    walk.open(EMAIL).await;
    walk.look(EMAIL, "change-email").await;
    send(walk, "#email", "henri").await;
    walk.look(EMAIL, "change-email-wrong").await;

    // One that is stopped on its way, and one that comes too late.
    for (asked, late) in [("riri@example.org", false), ("nouvelle@example.org", true)] {
        send(walk, "#email", asked).await;
        let (confirm, cancel) = (walk.link(asked, "/email/").await, walk.link(&henri.email, "/email/cancel/").await);
        if late {
            walk.look(EMAIL, "change-email-waiting").await;
            walk.open(&confirm).await;
            walk.look("/email/confirm", "confirm-email").await;
            walk.press("#submit").await;
            walk.look("/email/confirm", "confirm-email-done").await;
            walk.open(&confirm).await;
            walk.look("/email/confirm", "confirm-email-already").await;
        }
        walk.open(&cancel).await;
        walk.look("/email/cancel", if late { "cancel-email-confirmed" } else { "cancel-email" }).await;
        walk.press("#submit").await;
        walk.look("/email/cancel", if late { "cancel-email-restored" } else { "cancel-email-done" }).await;
        walk.open(&cancel).await;
        walk.look_at_fault("/email/cancel", if late { "cancel-email-over-again" } else { "cancel-email-over" }).await;
        walk.open(EMAIL).await;
    }

    walk.server.person("ada").await;
    walk.sign_in("/sign-in", "ada").await;
    walk.open(EMAIL).await;
    send(walk, "#email", "libre@example.org").await;
    let confirm = walk.link("libre@example.org", "/email/").await;
    walk.open(&confirm).await;
    walk.chromium.element("#submit").await;
    let take = "UPDATE users SET email = 'libre@example.org' WHERE username = 'bernadette'";
    assert_eq!(sqlx::query(take).execute(&walk.pool).await.unwrap().rows_affected(), 1);
    walk.press("#submit").await;
    walk.look("/email/confirm", "confirm-email-taken").await;
}
