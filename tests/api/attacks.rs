//! What somebody found who looked for ways around the rule.

use reqwest::Method;
use serde_json::json;
use sqlx::PgPool;

use crate::support::mailbox::all_left;
use crate::support::organizations::invitation;
use crate::support::{Browser, Script, Server, World};

const ALL: &str = "/api/v1/organizations";
const A: &str = "/api/v1/organizations/a";

async fn of(world: &World, name: &str, only: Option<&str>) -> Script {
    Script::of(&world.server, &world.people[name], only).await
}

/// OR-33: an administrator's key for one organization is that of a member there, and not of the host.
#[sqlx::test]
async fn a_key_for_one_does_not_administer_it(pool: PgPool) {
    let world = World::new(&pool).await;
    sqlx::query("INSERT INTO memberships SELECT $1, $2, 'referent', now()")
        .bind(world.organizations["a"])
        .bind(world.id("adm"))
        .execute(&pool)
        .await
        .unwrap();
    let key = of(&world, "adm", Some("a")).await;
    assert_eq!(key.get(&format!("{A}/members")).await.status, 200);
    let opened = key.change(Method::PUT, &format!("{A}/services/c_sb"), &json!({ "all_members": true })).await;
    assert_eq!((opened.status, &opened.body["reason"]), (403, &json!("administrators-only")));
    assert_eq!(key.delete(A).await.status, 403);
}

/// AD-04: whoever owes a second factor, or a new password, owes it to the API too.
#[sqlx::test]
async fn what_stops_a_person_stops_their_token(pool: PgPool) {
    let world = World::on(Server::with(&pool, &[]).await).await;
    let alice = of(&world, "alice", None).await;
    assert_eq!(alice.get("/api/v1/me").await.status, 200);
    world.server.group("admins", &[&world.people["alice"]], &[]).await;
    assert_eq!(alice.post(ALL, &json!({ "slug": "new", "name": "New" })).await.status, 401);
    let rita = of(&world, "rita", None).await;
    sqlx::query("UPDATE users SET password_expired = true WHERE id = $1")
        .bind(world.id("rita"))
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(rita.get(A).await.status, 401);
}

/// OR-26, EN-05: whoever declines, signed in or by the link alone, is told of in the same words.
#[sqlx::test]
async fn who_declines_may_be_anybody(pool: PgPool) {
    let world = World::new(&pool).await;
    let a = world.organizations["a"];
    let mut told = Vec::new();
    for (address, signs_in) in [("dora@example.org", true), ("nobody@example.org", false)] {
        let token = world.server.invite(a, address, false, Some(&world.people["rita"]), &[]).await;
        let browser = Browser::of(&world.server);
        if signs_in {
            browser.sign_in("dora").await;
        }
        let page = browser.open(&invitation(&token)).await;
        browser.press(&page, "button[value=decline]", &[]).await;
        let journal = of(&world, "rita", None).await.get(&format!("{A}/journal")).await.body;
        let line = &journal["items"][0];
        assert_eq!(line["kind"], "invitation-declined");
        told.push((line["actor"].clone(), line["person"].clone()));
    }
    assert_eq!(told[0], told[1]);
}

/// One line an hour for one reason in one place: nobody fills the journal, nor buries what is in it.
#[sqlx::test]
async fn trying_again_writes_nothing(pool: PgPool) {
    let world = World::new(&pool).await;
    let (alice, dora) = (of(&world, "alice", None).await, of(&world, "dora", None).await);
    for number in 0..10 {
        assert_eq!(alice.get(A).await.status, 403);
        assert_eq!(dora.get(&format!("{ALL}/nowhere-{number}")).await.status, 404);
    }
    let kept = async || -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'delegation-refused'");
        count.fetch_one(&pool).await.unwrap()
    };
    assert_eq!(kept().await, 2);
    world.server.advance(chrono::TimeDelta::minutes(61));
    assert_eq!(alice.get(A).await.status, 403);
    assert_eq!(kept().await, 3);
}

/// OR-14: everybody concerned hears of a new referent, once, however one is made, and however many are made.
#[sqlx::test]
async fn new_referents_are_told_of_once(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = of(&world, "rita", None).await;
    let subject = "Une nouvelle personne référente";
    let count = async |name: &str, subject: &str| {
        all_left(&pool).await;
        let address = format!("{name}@example.org");
        let all = world.server.mails.all().into_iter();
        all.filter(|(_, mail)| mail.to == address && mail.subject == subject).count()
    };
    // By an invitation.
    let token =
        world.server.invite(world.organizations["a"], "dora@example.org", true, Some(&world.people["rita"]), &[]);
    let browser = Browser::of(&world.server);
    let token = token.await;
    browser.sign_in("dora").await;
    let page = browser.open(&invitation(&token)).await;
    browser.press(&page, "button[value=accept]", &[]).await;
    for (name, mails) in [("rex", 1), ("adm", 1), ("alice", 0)] {
        assert_eq!(count(name, subject).await, mails, "{name}");
    }
    // To and fro.
    let alice = format!("{A}/members/{}", world.id("alice"));
    for role in ["referent", "member", "referent", "member", "referent", "member"] {
        assert_eq!(rita.change(Method::PATCH, &alice, &json!({ "role": role })).await.status, 200, "{role}");
    }
    assert_eq!(count("rex", subject).await, 2);
    assert_eq!(count("alice", "Vous êtes maintenant personne référente").await, 1);
    // By a list: one mail for all of them.
    world.server.advance(chrono::TimeDelta::hours(25));
    let list = json!({ "text": "alice@example.org,referent\ncarl@example.org,referent\n" });
    let rita = of(&world, "rita", None).await;
    let applied = rita.post(&format!("{A}/list"), &list).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    assert_eq!(count("rex", subject).await, 3);
    assert_eq!(count("carl", "Vous êtes maintenant personne référente").await, 1);
}

/// Services tell groups and organizations by their names alone: no two are called the same.
#[sqlx::test]
async fn no_organization_is_called_like_a_group(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = of(&world, "adm", None).await;
    world.server.group("staff", &[], &["c_sa"]).await;
    for slug in ["staff", "admin", "admins", "auditors", "authp"] {
        let refused = adm.post(ALL, &json!({ "slug": slug, "name": format!("Maison {slug}") })).await;
        assert_eq!((refused.status, &refused.body["reason"]), (409, &json!("slug-taken")), "{slug}");
    }
    let mut connection = pool.acquire().await.unwrap();
    let now = world.server.state.clock.now();
    assert!(loquet::db::groups::insert(&mut connection, "a", now).await.unwrap().is_none());
    assert!(loquet::db::organizations::ensure_group(&mut connection, "a", now).await.is_err());
}

/// An invitation stands on whoever changed it last: what the host allowed once does not cover what a referent
/// made of it, when the referent is gone.
#[sqlx::test]
async fn a_changed_invitation_stands_on_who_changed_it(pool: PgPool) {
    let world = World::new(&pool).await;
    let token = world.server.invite(world.organizations["a"], "eve@example.org", false, None, &[]).await;
    let rex = of(&world, "rex", None).await;
    let list = json!({ "text": "eve@example.org,referent\n" });
    assert_eq!(rex.post(&format!("{A}/list"), &list).await.status, 200);
    sqlx::query("DELETE FROM memberships WHERE user_id = $1").bind(world.id("rex")).execute(&pool).await.unwrap();
    let browser = Browser::of(&world.server);
    browser.sign_in("eve").await;
    assert_eq!(browser.open(&invitation(&token)).await.status, 410);
}

/// OR-19: whoever leaves while they are made referent, and the other one steps down: somebody is left.
#[sqlx::test]
async fn leaving_waits_for_what_changes_the_role(pool: PgPool) {
    let world = World::new(&pool).await;
    let alice = world.id("alice");
    let mut leaving = pool.begin().await.unwrap();
    loquet::db::own_organizations::lock(&mut leaving, alice).await.unwrap();
    let rita = of(&world, "rita", None).await;
    let path = format!("{A}/members/{alice}");
    let promoted =
        tokio::spawn(async move { rita.change(Method::PATCH, &path, &json!({ "role": "referent" })).await.status });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!promoted.is_finished(), "a member who is about to leave is made a referent");
    loquet::db::own_organizations::leave(&mut leaving, alice, world.organizations["a"]).await.unwrap();
    leaving.commit().await.unwrap();
    assert_eq!(promoted.await.unwrap(), 404);
}

/// Of the 200 requests that are looked at, none is one that does not count.
#[sqlx::test]
async fn requests_that_do_not_count_hide_none(pool: PgPool) {
    let world = World::new(&pool).await;
    for sql in [
        "INSERT INTO users (id, username, email, email_verified_at, active, locale, created_at, updated_at)
             SELECT gen_random_uuid(), 'r' || n, 'r' || n || '@x.test', now(), n = 300, 'fr', now(), now() FROM generate_series(1, 300) n",
        "INSERT INTO access_requests (id, user_id, client_id, created_at)
             SELECT gen_random_uuid(), id, 'c_sa', now() - interval '1 hour' + substr(username, 2)::int * interval '1 second'
             FROM users WHERE email LIKE 'r%@x.test'",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    let found = of(&world, "adm", None).await.get("/api/v1/access-requests").await.body;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["items"][0]["email"], "r300@x.test");
}
