//! The administrators' console: who sees it, what it says, and what is done there.

mod acts;
mod attempts;
mod groups;
pub mod import;
mod journal;
mod letters;
mod logo;
mod organizations;
mod people;
mod registrations;
mod services;
mod settings;

use loquet::db;
use sqlx::PgPool;

use crate::support::contents::{Contents, without_notes_of_being_seen};
use crate::support::{Browser, Reply, World, routes};

/// Somebody who is signed in.
async fn signed_in(world: &World, name: &str) -> Browser {
    let browser = Browser::of(&world.server);
    browser.sign_in(name).await;
    browser
}

/// A form that the person did not find on a page.
async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Reply {
    let home = browser.open("/account/profile").await;
    let csrf = home.attribute("input[name=csrf]", "value").unwrap();
    browser.post(path, &[&[("csrf", csrf.as_str())], fields].concat()).await
}

/// Lines of the journal of that kind: who did it, and to whom.
async fn noted(pool: &PgPool, kind: &str) -> Vec<(Option<uuid::Uuid>, Option<uuid::Uuid>)> {
    sqlx::query_as("SELECT actor_id, user_id FROM audit_events WHERE kind = $1 ORDER BY id")
        .bind(kind)
        .fetch_all(pool)
        .await
        .unwrap()
}

async fn at_work(world: &World, name: &str) -> Reply {
    signed_in(world, name).await.open("/admin").await
}

/// A copy of the journal.
const EXPORT: &str = "/admin/journal.csv";

/// Forms, each with what would do something. `{id}` is dora.
const FORMS: &[(&str, &[(&str, &str)])] = &[
    ("/admin/users/{id}/verify", &[]),
    ("/admin/users/{id}/sign-out", &[]),
    ("/admin/users/{id}/reset-factor", &[]),
    ("/admin/users/{id}/disable", &[]),
    ("/admin/users/{id}/enable", &[]),
    ("/admin/users/{id}/membership", &[("until", "2190-12-31")]),
    ("/admin/users/{id}/merge", &[("other", "{rita}")]),
    ("/admin/news", &[("fr", "Bonjour"), ("en", "Hello")]),
    ("/admin/registrations", &[("account", "{eve}"), ("answer", "accept")]),
    ("/admin/registrations", &[("account", "{eve}"), ("answer", "decline")]),
    ("/admin/mail", &[("retry", "all")]),
    ("/admin/mail", &[("forget", "{mail}")]),
    ("/admin/mail", &[("address", "somebody@example.org")]),
    ("/admin/keys/rotate", &[]),
    ("/admin/new-service", &[("recipe", "forgejo"), ("url", "https://forge.example.org"), ("name", "Forge")]),
    ("/admin/services/{client_id}/access", &[("policy", "everyone")]),
    ("/admin/services/{client_id}/secret", &[("overlap", "0")]),
    ("/admin/services/{client_id}/disable", &[]),
    ("/admin/services/{client_id}/enable", &[]),
    ("/admin/services/{client_id}/delete", &[]),
    ("/admin/new-organization", &[("name", "Jardin"), ("slug", "jardin")]),
    ("/admin/organizations/a/edit", &[("name", "Autre nom"), ("contact", "")]),
    ("/admin/organizations/a/referent", &[("login", "alice")]),
    ("/admin/organizations/a/dismiss", &[("person", "{rita}")]),
    ("/admin/organizations/a/attach", &[("service", "c_sb"), ("who", "all")]),
    ("/admin/organizations/a/detach", &[("service", "c_sa")]),
    ("/admin/organizations/a/disable", &[]),
    ("/admin/organizations/c/enable", &[]),
    ("/admin/new-group", &[("name", "bureau")]),
    ("/admin/groups/ca/add", &[("login", "bob")]),
    ("/admin/groups/ca/remove", &[("person", "{id}")]),
    ("/admin/groups/ca/rename", &[("name", "conseil")]),
    ("/admin/groups/ca/demand", &[]),
    ("/admin/groups/ca/relax", &[]),
    ("/admin/groups/ca/delete", &[]),
    (EXPORT, &[]),
];

/// AD-01: every page and every form, whoever asks. An auditor looks at everything and changes nothing; nobody
/// else learns that anything is there.
#[sqlx::test]
async fn every_route_for_everybody(pool: PgPool) {
    let world = World::new(&pool).await;
    let (dora, eve, mail) =
        (world.id("dora").to_string(), world.id("eve").to_string(), uuid::Uuid::now_v7().to_string());
    let run = async |sql: &'static str| sqlx::query(sql).execute(&pool).await.unwrap();
    run("UPDATE users SET active = false, awaiting_approval_at = now() WHERE username = 'eve'").await;
    run("INSERT INTO authenticators VALUES ((SELECT id FROM users WHERE username = 'dora'), '\\xdeadbeef', 1, now())")
        .await;
    sqlx::query("INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at, dead_at) VALUES ($1, '\\x00', now(), now(), now(), now())")
        .bind(mail.parse::<uuid::Uuid>().unwrap()).execute(&pool).await.unwrap();
    world.server.group("ca", &[&world.people["dora"]], &["c_sb"]).await;
    let rita = world.id("rita").to_string();
    let filled = |text: &str| {
        let text = text.replace("{id}", &dora).replace("{eve}", &eve).replace("{mail}", &mail);
        let text = text.replace("{rita}", &rita).replace("{slug}", "a").replace("{group}", "ca");
        text.replace("{client_id}", "c_sa")
    };
    let paths: Vec<String> = routes::paths().into_iter().filter(|path| path.starts_with("/admin")).collect();
    for (form, _) in FORMS {
        let known = |path: &String| {
            let written = path.replace("{slug}", "a").replace("{group}", "ca");
            let form = form.replace("/organizations/c/", "/organizations/a/");
            *path == form || (path.ends_with("/{act}") && form.starts_with(written.trim_end_matches("{act}")))
        };
        assert!(paths.iter().any(known), "{form}");
    }
    for (name, looks) in [("adm", true), ("aud", true), ("rita", false), ("alice", false)] {
        let browser = signed_in(&world, name).await;
        for path in paths.iter().filter(|path| *path != EXPORT) {
            let act = if path.contains("/groups/") { "delete" } else { "disable" };
            let path = filled(&path.replace("{act}", act));
            let changes = [
                "/disable",
                "/membership",
                "/merge",
                "/rotate",
                "/delete",
                "/new-organization",
                "/new-group",
                "/new-service",
                "/secret",
                "/logo",
            ]
            .iter()
            .any(|end| path.ends_with(end));
            let status = browser.get(&path).await.status;
            let expected = if !looks {
                404
            } else if changes && name == "aud" {
                403
            } else {
                200
            };
            assert_eq!(status, expected, "{name} {path}");
        }
    }
    without_notes_of_being_seen(&pool).await;
    for (name, expected) in [("aud", 403), ("rita", 404), ("alice", 404)] {
        let browser = signed_in(&world, name).await;
        browser.open("/account/profile").await;
        let before = Contents::of(&pool).await;
        for (path, fields) in FORMS {
            let fields: Vec<(&str, String)> = fields.iter().map(|(key, value)| (*key, filled(value))).collect();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
            let reply = send(&browser, &filled(path), &fields).await;
            // Taking a copy is looking.
            let expected = if name == "aud" && *path == EXPORT { 200 } else { expected };
            assert_eq!(reply.status, expected, "{name} {path} {fields:?}: {}", reply.body);
        }
        let mut changed = before.difference(&Contents::of(&pool).await);
        // That they tried is kept; and their own mail about a new browser leaves when it is its turn.
        let kept = |row: &String| {
            row.starts_with("+ audit_events ")
                && (row.contains("delegation-refused") || row.contains("journal-exported"))
        };
        changed.retain(|row| !kept(row) && (!row.contains(" mail_outbox (") || row.contains(&mail)));
        assert!(changed.is_empty(), "{name}: {changed:#?}");
    }
    assert!(world.server.mails.all().iter().all(|(_, mail)| mail.to != "somebody@example.org"));
    let stranger = Browser::of(&world.server);
    for path in &paths {
        let reply = stranger.get(&filled(path)).await;
        assert!(reply.status == 405 || reply.location().contains("/sign-in"), "{path}: {}", reply.status);
    }
}

/// AD-01: administrators and auditors; nobody else learns that it is there, and the journal keeps that they tried.
#[sqlx::test]
async fn who_sees_the_console(pool: PgPool) {
    let world = World::new(&pool).await;
    for (name, status, read_only) in
        [("adm", 200, false), ("aud", 200, true), ("rita", 404, false), ("dora", 404, false)]
    {
        let page = at_work(&world, name).await;
        assert_eq!(page.status, status, "{name}: {}", page.body);
        assert_eq!(page.text("#read-only").is_some(), read_only, "{name}");
        let browser = signed_in(&world, name).await;
        let account = browser.open("/account/profile").await;
        assert_eq!(account.attribute(".parts a[href=\"/admin\"]", "href").is_some(), status == 200, "{name}");
    }
    assert!(Browser::of(&world.server).open("/admin").await.url.contains("/sign-in"));
    let noted: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT actor_id) FROM audit_events WHERE kind = 'delegation-refused'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(noted, 2);
}

/// Each thing that waits for somebody is said, and goes when it is seen to.
#[sqlx::test]
async fn it_says_what_needs_attention(pool: PgPool) {
    let world = World::new(&pool).await;
    let run = async |sql: &'static str| sqlx::query(sql).execute(&pool).await.unwrap();
    run("UPDATE users SET active = false, awaiting_approval_at = now() WHERE username = 'eve'").await;
    run("INSERT INTO organizations VALUES (gen_random_uuid(), 'orpheline', 'Orpheline', '', true, now())").await;
    run("INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at, dead_at)
         VALUES (gen_random_uuid(), '\\x00', now(), now(), now(), now())")
    .await;
    run("UPDATE signing_keys SET signs_from = now() - interval '10 years'").await;
    let page = at_work(&world, "adm").await;
    let said = page.text("#matters").unwrap();
    for part in [
        "1 nouveau compte attend une réponse",
        "1 message n’a pas pu être remis",
        "Les clés de signature",
        "Orpheline n’a pas de personne référente",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    for page_of in ["/admin/registrations", "/admin/mail", "/admin/keys", "/organizations/orpheline"] {
        assert!(page.text(&format!("#matters a[href=\"{page_of}\"]")).is_some(), "{page_of}");
    }
    let facts = page.texts("[aria-labelledby=accounts] dd");
    let mut connection = pool.acquire().await.unwrap();
    let accounts = db::overview::accounts(&mut connection).await.unwrap();
    assert_eq!(facts[..3], [accounts.total, accounts.total - accounts.inactive, 1].map(|count| count.to_string()));
    assert!(page.text("[aria-labelledby=\"sign-ins\"] dd").is_some(), "the administrator's own sign-in");
    assert!(page.text("[aria-labelledby=machine]").unwrap().contains(env!("CARGO_PKG_VERSION")));
}
