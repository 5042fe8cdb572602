//! What administrators do to accounts.

use chrono::TimeDelta;
use loquet::authz::delegation::Why;
use loquet::delegation::Refusal;
use sqlx::PgPool;
use uuid::Uuid;

use super::{noted, send, signed_in};
use crate::support::program::Program;
use crate::support::{Browser, World};

async fn active(pool: &PgPool, name: &str) -> bool {
    sqlx::query_scalar("SELECT active FROM users WHERE username = $1").bind(name).fetch_one(pool).await.unwrap()
}

/// The page of somebody, with what is asked there first.
fn page_of(world: &World, name: &str, act: &str) -> String {
    format!("/admin/users/{}/{act}", world.id(name))
}

#[sqlx::test]
async fn an_account_is_switched_off_and_on(pool: PgPool) {
    let world = World::new(&pool).await;
    let (adm, dora) = (signed_in(&world, "adm").await, signed_in(&world, "dora").await);
    let page = adm.open(&format!("/admin/users/{}", world.id("dora"))).await;
    let links: Vec<String> = page.texts("#deeds a");
    assert_eq!(links, ["Déconnecter partout", "Désactiver le compte"]);
    assert_eq!(page.texts("ul.things h3").len(), 1, "her browser");
    let page = adm.open(&page_of(&world, "dora", "disable")).await;
    assert!(active(&pool, "dora").await, "only asked");
    let page = adm.follow(adm.submit(&page, &[]).await).await;
    assert!(page.text("[role=status]").unwrap().contains("désactivé"), "{}", page.body);
    assert_eq!(page.texts("#deeds a"), ["Réactiver le compte"]);
    assert!(dora.open("/account/profile").await.url.contains("/sign-in"), "her session is over");
    assert!(dora.sign_in("dora").await.url.contains("/sign-in"));
    let page = adm.open(&page_of(&world, "dora", "enable")).await;
    adm.submit(&page, &[]).await;
    assert!(!dora.sign_in("dora").await.url.contains("/sign-in"));
    let line = (Some(world.id("adm")), Some(world.id("dora")));
    assert_eq!(
        (noted(&pool, "account-disabled").await, noted(&pool, "account-enabled").await),
        (vec![line], vec![line])
    );
}

/// Nobody their own; not the last administrator, but from the server itself, with a warning.
#[sqlx::test]
async fn somebody_is_always_left_to_administer(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    for act in ["disable", "sign-out", "reset-factor"] {
        assert_eq!(adm.get(&page_of(&world, "adm", act)).await.status, 403, "{act}");
        let refused = send(&adm, &page_of(&world, "adm", act), &[]).await;
        assert_eq!(refused.status, 403, "{act}");
        assert!(refused.text("p").is_some_and(|_| refused.body.contains("son propre compte")), "{}", refused.body);
    }
    let page = adm.open(&format!("/admin/users/{}", world.id("adm"))).await;
    assert_eq!(page.text("#deeds"), None);
    assert!(active(&pool, "adm").await);
    let said = Program::of(&world.server, &pool).does(&["user", "disable", "adm"]).await;
    assert!(said.err.contains("the last administrator"), "{}", said.err);
    assert!(!active(&pool, "adm").await);
}

/// Two administrators switch one another off at the same moment: one is too late.
#[sqlx::test]
async fn two_administrators_against_one_another(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.group("admins", &[&world.people["rex"]], &[]).await;
    for _ in 0..5 {
        let (one, other) = (world.desk("adm"), world.desk("rex"));
        let (one, other) =
            tokio::join!(one.switch_account(world.id("rex"), false), other.switch_account(world.id("adm"), false));
        let refused = [one.err(), other.err()].into_iter().flatten().collect::<Vec<_>>();
        assert!(matches!(refused[..], [Refusal::Forbidden(Why::AdministratorsOnly)]), "{refused:?}");
        assert_ne!(active(&pool, "adm").await, active(&pool, "rex").await);
        sqlx::query("UPDATE users SET active = true").execute(&pool).await.unwrap();
    }
}

#[sqlx::test]
async fn second_factors_are_taken_away(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let dora = signed_in(&world, "dora").await;
    sqlx::query("INSERT INTO authenticators VALUES ($1, '\\xdeadbeef', 1, now())")
        .bind(world.id("dora"))
        .execute(&pool)
        .await
        .unwrap();
    let page = adm.open(&format!("/admin/users/{}", world.id("dora"))).await;
    assert!(page.text("[aria-labelledby=factors] li").unwrap().starts_with("Application d’authentification"));
    let page = adm.open(&page_of(&world, "dora", "reset-factor")).await;
    let page = adm.follow(adm.submit(&page, &[]).await).await;
    assert_eq!(page.text("[aria-labelledby=factors] li"), None);
    assert!(dora.open("/account/profile").await.url.contains("/sign-in"));
    world.server.mail_titled("dora@example.org", "Votre double authentification est retirée").await;
    assert_eq!(noted(&pool, "second-factor-reset").await, [(Some(world.id("adm")), Some(world.id("dora")))]);
    assert_eq!(send(&adm, &page_of(&world, "dora", "reset-factor"), &[]).await.status, 409, "there is none any more");
}

/// The link that goes out is one like any other.
#[sqlx::test]
async fn the_confirmation_link_is_sent_again(pool: PgPool) {
    let world = World::new(&pool).await;
    let new = world.server.person_with("nadia", false, None).await;
    let adm = signed_in(&world, "adm").await;
    let path = format!("/admin/users/{}/verify", new.id);
    let page = adm.open(&path).await;
    assert!(page.text("#part").unwrap().contains("nadia@example.org"));
    assert_eq!(adm.submit(&page, &[]).await.status, 303);
    let mail = world.server.mail_to("nadia@example.org").await;
    let link = mail.text.split_whitespace().find(|word| word.contains("/verify/")).unwrap().to_owned();
    let nadia = Browser::of(&world.server);
    nadia.sign_in("nadia").await;
    let page = nadia.open(&link).await;
    nadia.submit(&page, &[]).await;
    let verified: bool = sqlx::query_scalar("SELECT email_verified_at IS NOT NULL FROM users WHERE id = $1")
        .bind(new.id)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(verified);
    assert_eq!(send(&adm, &path, &[]).await.status, 409, "it is proven");
    assert_eq!(noted(&pool, "verification-sent").await, [(Some(world.id("adm")), Some(new.id))]);
}

/// The address may be a stranger’s: it is written to as seldom as when its person asks; and an account that is off
/// is not written to.
#[sqlx::test]
async fn confirmation_links_are_few(pool: PgPool) {
    let world = World::new(&pool).await;
    let new = world.server.person_with("nadia", false, None).await;
    let adm = signed_in(&world, "adm").await;
    let path = format!("/admin/users/{}/verify", new.id);
    for status in [303, 303, 303, 429] {
        let sent = send(&adm, &path, &[]).await;
        assert_eq!(sent.status, status, "{}", sent.body);
    }
    assert_eq!(noted(&pool, "verification-sent").await.len(), 3);
    world.desk("adm").switch_account(new.id, false).await.unwrap();
    world.server.advance(TimeDelta::days(2));
    let adm = signed_in(&world, "adm").await;
    assert_eq!(send(&adm, &path, &[]).await.status, 404);
    assert_eq!(noted(&pool, "verification-sent").await.len(), 3);
}

/// A sign-in that was under way while the account was switched off leaves a session behind: it is not there when
/// the account is switched on.
#[sqlx::test]
async fn no_session_wakes_up(pool: PgPool) {
    let world = World::new(&pool).await;
    let dora = signed_in(&world, "dora").await;
    sqlx::query("UPDATE users SET active = false WHERE username = 'dora'").execute(&pool).await.unwrap();
    world.desk("adm").switch_account(world.id("dora"), true).await.unwrap();
    assert!(dora.open("/account/profile").await.url.contains("/sign-in"));
}

/// One session of somebody, or all; never one of somebody else.
#[sqlx::test]
async fn sessions_are_ended(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let (here, there, bob) =
        (signed_in(&world, "dora").await, signed_in(&world, "dora").await, signed_in(&world, "bob").await);
    let session = async |name: &str| -> Uuid {
        sqlx::query_scalar("SELECT id FROM browser_sessions WHERE user_id = $1 ORDER BY created_at LIMIT 1")
            .bind(world.id(name))
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    let path = page_of(&world, "dora", "sign-out");
    for wrong in [session("bob").await.to_string(), Uuid::now_v7().to_string(), "all".to_owned()] {
        assert_eq!(send(&adm, &path, &[("session", &wrong)]).await.status, 404, "{wrong}");
    }
    let is_in = async |browser: &Browser| !browser.open("/account/profile").await.url.contains("/sign-in");
    assert!(is_in(&here).await && is_in(&there).await && is_in(&bob).await);
    let page = adm.open(&format!("{path}?session={}", session("dora").await)).await;
    adm.submit(&page, &[]).await;
    assert!(!is_in(&here).await && is_in(&there).await);
    let page = adm.open(&path).await;
    adm.submit(&page, &[]).await;
    assert!(!is_in(&there).await && is_in(&bob).await);
    assert_eq!(noted(&pool, "signed-out-by-host").await.len(), 2);
}

/// AD-04: what takes something away wants a proof of the last ten minutes; and leads back.
#[sqlx::test]
async fn dangerous_things_want_a_recent_proof(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    world.server.advance(TimeDelta::minutes(11));
    let mut paths: Vec<String> =
        ["disable", "enable", "sign-out", "reset-factor", "membership"].map(|act| page_of(&world, "dora", act)).into();
    paths.push("/admin/keys/rotate".to_owned());
    for path in &paths {
        let asked = adm.get(path).await;
        assert!(asked.location().contains("confirm=1"), "{path}: {} {}", asked.status, asked.location());
        let sent = send(&adm, path, &[]).await;
        assert!(sent.status == 403 && sent.body.contains("confirm=1"), "{path}: {} {}", sent.status, sent.body);
    }
    for (path, fields) in [("/admin/journal.csv", vec![]), ("/admin/mail", vec![("address", "x@example.org")])] {
        assert_eq!(send(&adm, path, &fields).await.status, 403, "{path}");
    }
    assert!(active(&pool, "dora").await);
    let page = adm.open(&paths[0]).await;
    let page = adm.follow(adm.submit(&page, &[("password", crate::support::PASSWORD)]).await).await;
    assert!(page.url.ends_with(&paths[0]), "{}", page.url);
    adm.submit(&page, &[]).await;
    assert!(!active(&pool, "dora").await);
}
