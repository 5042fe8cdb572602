//! The plain pages that say what went wrong, each brought about for real.

use chrono::TimeDelta;
use uuid::Uuid;

use super::walk::Walk;
use crate::support::PASSWORD;

pub async fn errors(walk: &mut Walk) {
    walk.afresh().await;
    for (address, name) in [
        ("/nothing", "error-not-found"),
        ("/sign-out", "error-method"),
        ("/sign-in?x=%ff", "error-bad-request"),
        ("/authorize?client_id=unknown", "error-service"),
    ] {
        walk.open(address).await;
        let route = address.split('?').next().unwrap();
        walk.look_at_fault(route, name).await;
    }
    let over = format!("/sign-in?authorization={}", Uuid::now_v7());
    walk.open(&over).await;
    walk.look_at_fault("/sign-in", "error-expired").await;

    walk.server.person("louise").await;
    walk.sign_in("/sign-in", "louise").await;
    walk.chromium.element("#sign-out").await;
    walk.afresh().await;
    walk.press("#sign-out").await;
    walk.look_at_fault("/sign-out", "error-forbidden").await;

    walk.open("/sign-in").await;
    walk.chromium.run("document.getElementById('username').value = 'x'.repeat(70000)", Vec::new()).await;
    walk.press("#submit").await;
    walk.look_at_fault("/sign-in", "error-too-large").await;

    walk.server.person("hortense").await;
    sqlx::query("UPDATE users SET password_expired = true WHERE username = 'hortense'")
        .execute(&walk.pool)
        .await
        .unwrap();
    walk.sign_in("/sign-in", "hortense").await;
    walk.chromium.fill("#password", PASSWORD).await;
    walk.chromium.fill("#password", "trois rayons et un moyeu").await;
    let places: Vec<_> = std::iter::from_fn(|| walk.server.state.hasher.place().ok()).take(1000).collect();
    walk.press("#submit").await;
    walk.look_at_fault("/account/new-password", "error-unavailable").await;
    drop(places);

    walk.server.person("germaine").await;
    walk.sign_in("/sign-in", "germaine").await;
    walk.open("/account/security/username").await;
    walk.server.advance(TimeDelta::minutes(11));
    walk.press("#submit").await;
    walk.look_at_fault("/account/security/username", "error-sign-in-again").await;

    let rename = |from: &str, to: &str| sqlx::AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"));
    sqlx::query(rename("browser_sessions", "gone")).execute(&walk.pool).await.unwrap();
    walk.open("/").await;
    walk.look_at_fault("/", "error-internal").await;
    sqlx::query(rename("gone", "browser_sessions")).execute(&walk.pool).await.unwrap();
}
