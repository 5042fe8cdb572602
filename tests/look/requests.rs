//! Somebody asks to be let into a service; somebody else answers.

use sqlx::Row as _;

use super::walk::Walk;
use crate::support::client::REDIRECT;
use crate::support::people::Person;
use crate::support::{PASSWORD, RelyingParty};

/// Signed in as somebody who administers the instance.
pub async fn administrator(walk: &Walk, name: &str) {
    let person = walk.server.person(name).await;
    overseer(walk, &person, "admins").await;
}

/// Signed in, in two steps, as somebody in a group of those who see all of it.
pub async fn overseer(walk: &Walk, person: &Person, group: &str) {
    walk.sign_in("/sign-in", &person.email).await;
    walk.server.group(group, &[person], &[]).await;
    for sql in [
        "INSERT INTO authenticators VALUES ($1, '\\xdeadbeef', 1, now())",
        "UPDATE browser_sessions SET amr = '{pwd,otp,mfa}' WHERE user_id = $1",
    ] {
        sqlx::query(sql).bind(person.id).execute(&walk.pool).await.unwrap();
    }
}

/// For those who look after an organization.
pub async fn of_organization(walk: &mut Walk) {
    const ROUTE: &str = "/organizations/{slug}/requests";
    let closed = |client: &mut loquet::db::clients::Client| client.everyone = false;
    let (_, secret) = walk.server.service_with("partage", REDIRECT, closed).await;
    let service = RelyingParty::of(&walk.server, "partage", Some(secret));
    let (mona, noe) = (walk.server.person("mona").await, walk.server.person("noe").await);
    let kitchen = walk.server.organization("cuisine", &[(&mona, true), (&noe, false)]).await;
    walk.server.attach(kitchen, "partage", false).await;
    walk.sign_in("/sign-in", "mona").await;
    walk.open("/organizations/cuisine/requests").await;
    walk.look(ROUTE, "organization-requests-none").await;
    let browser = walk.stand_in();
    let page = browser.open(&service.authorize(&[])).await;
    let page = browser.sign_in_on(&page, "noe", PASSWORD).await;
    browser.press(&page, "#ask", &[]).await;
    walk.open("/organizations/cuisine/requests").await;
    walk.look(ROUTE, "organization-requests").await;
    // Somebody else is quicker.
    let sql = "UPDATE access_requests SET answered_at = now(), accepted = false WHERE client_id = 'partage'";
    sqlx::query(sql).execute(&walk.pool).await.unwrap();
    walk.press("#requests button[value=accept]").await;
    walk.look_at_fault(ROUTE, "organization-requests-answered").await;
    sqlx::query("UPDATE access_requests SET answered_at = NULL, accepted = NULL WHERE client_id = 'partage'")
        .execute(&walk.pool)
        .await
        .unwrap();
    walk.open("/organizations/cuisine/requests").await;
    walk.press("#requests button[value=accept]").await;
    walk.look(ROUTE, "organization-requests-accepted").await;
    // She looks after the kitchen and is not let in herself: by her own hand.
    walk.open(&service.authorize(&[])).await;
    walk.look("/refused", "refused-own").await;
}

pub async fn requests(walk: &mut Walk) {
    let closed = |client: &mut loquet::db::clients::Client| {
        client.everyone = false;
        "Tableaux".clone_into(&mut client.name_fr);
        "Tables".clone_into(&mut client.name_en);
    };
    let (_, secret) = walk.server.service_with("tableaux", REDIRECT, closed).await;
    let service = RelyingParty::of(&walk.server, "tableaux", Some(secret));
    walk.server.person("hugo").await;
    walk.sign_in(&service.authorize(&[]), "hugo").await;
    walk.press("#ask").await;
    walk.look("/refused", "refused-asked").await;
    administrator(walk, "irene").await;
    walk.open("/admin").await;
    walk.look("/admin", "admin-overview").await;
    walk.open("/access-requests").await;
    walk.look("/access-requests", "access-requests").await;
    walk.press("#requests button[value=accept]").await;
    walk.look("/access-requests", "access-requests-accepted").await;

    for name in ["jules", "karim"] {
        walk.server.person(name).await;
        let browser = walk.stand_in();
        let page = browser.open(&service.authorize(&[])).await;
        let page = browser.sign_in_on(&page, name, PASSWORD).await;
        browser.press(&page, "#ask", &[]).await;
    }
    walk.server.group("ateliers", &[], &["tableaux", "compta"]).await;
    administrator(walk, "lea").await;
    walk.open("/access-requests").await;
    walk.look("/access-requests", "access-requests-which-group").await;
    walk.press("#requests button[value=accept]").await;
    walk.look_at_fault("/access-requests", "access-requests-no-group").await;
    walk.press("#requests button[value=decline]").await;
    let declined =
        sqlx::query("SELECT username FROM users u JOIN access_requests r ON r.user_id = u.id WHERE NOT r.accepted")
            .fetch_one(&walk.pool)
            .await
            .unwrap();
    assert_eq!(declined.get::<String, _>(0), "jules");
    walk.sign_in(&service.authorize(&[]), "jules").await;
    walk.look("/refused", "refused-declined").await;
}
