//! Two accounts of one person become one.

use loquet::authz::delegation::Why;
use loquet::db;
use loquet::db::standing::Dates;
use loquet::delegation::Refusal;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::client::REDIRECT;
use crate::support::contents::Contents;
use crate::support::listener::LOOPBACK;
use crate::support::program::Program;
use crate::support::world::ONE_STEP;
use crate::support::{Browser, Listener, Mode, RelyingParty, Server, World};

const TITLE: &str = "Vos deux comptes n’en font plus qu’un";

async fn strings(pool: &PgPool, sql: &'static str, id: Uuid) -> Vec<String> {
    sqlx::query_scalar(sql).bind(id).fetch_all(pool).await.unwrap()
}

async fn places(pool: &PgPool, id: Uuid) -> Vec<String> {
    let sql = "SELECT o.slug || ':' || m.role FROM memberships m JOIN organizations o ON o.id = m.organization_id
               WHERE m.user_id = $1 ORDER BY 1";
    strings(pool, sql, id).await
}

async fn there(pool: &PgPool, id: Uuid) -> bool {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM users WHERE id = $1)").bind(id).fetch_one(pool).await.unwrap()
}

fn problem<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> &'static str {
    match outcome {
        Err(Refusal::Invalid(flaw)) => flaw.problem,
        Err(Refusal::Forbidden(why)) => why.name(),
        other => panic!("{other:?}"),
    }
}

/// Mail leaves when it is its turn.
async fn nothing_else(pool: &PgPool, before: &Contents) {
    let mut changed = before.difference(&Contents::of(pool).await);
    changed.retain(|row| !row.contains(" mail_outbox "));
    assert!(changed.is_empty(), "{changed:#?}");
}

/// What carl was let into is alice's; what he held ends, services are told, and he is forgotten as one who left.
#[sqlx::test]
async fn everything_moves(pool: PgPool) {
    let told = Listener::start(Mode::Ok);
    let world = World::on(Server::with(&pool, &[LOOPBACK, ONE_STEP]).await).await;
    let (server, alice, carl) = (&world.server, world.id("alice"), world.id("carl"));
    let address = format!("{}/told", told.url);
    let (_, secret) =
        server.service_with("c_told", REDIRECT, |client| client.backchannel_logout_uri = Some(address)).await;
    let rp = RelyingParty::of(server, "c_told", Some(secret));
    let browser = Browser::of(server);
    let held = rp.exchange(&rp.code(&browser, "carl").await).await;
    let program = Program::of(server, &pool);
    server.group("bureau", &[&world.people["carl"]], &["c_sb"]).await;
    for group in ["adherents", "equipe"] {
        program.does(&["group", "create", group]).await;
    }
    program.does(&["membership", "keep", "adherents", "--rule", "member"]).await;
    program.does(&["membership", "set", "carl", "--since", "2020-01-01", "--until", "2190-12-31"]).await;
    let mut connection = pool.acquire().await.unwrap();
    let (a, now, editor) = (world.organizations["a"], server.state.clock.now(), ["editor".to_owned()]);
    db::organizations::grant(&mut connection, a, carl, "c_sa", &editor, now).await.unwrap();
    for sql in [
        "UPDATE users SET legacy_id = 'm-17', legacy_digest = '\\x01' WHERE id = $1",
        "INSERT INTO personal_tokens (id, user_id, hash, name, created_at, expires_at)
         VALUES (gen_random_uuid(), $1, '\\x02', 'Script', now(), now() + interval '1 day')",
        "INSERT INTO access_requests (id, user_id, client_id, created_at) VALUES (gen_random_uuid(), $1, 'c_sb', now())",
    ] {
        sqlx::query(sql).bind(carl).execute(&pool).await.unwrap();
    }
    sqlx::query(
        "INSERT INTO access_requests (id, user_id, client_id, created_at, answered_at, accepted)
         VALUES (gen_random_uuid(), $1, 'c_sb', now(), now(), false)",
    )
    .bind(alice)
    .execute(&pool)
    .await
    .unwrap();
    let before = Contents::of(&pool).await;
    let plan = world.desk("adm").plan_merge(alice, carl).await.unwrap();
    assert_eq!(plan.groups, ["bureau"], "what a rule decides is not moved");
    assert_eq!(
        plan.services.iter().map(|one| (one.client_id.as_str(), one.knows_kept)).collect::<Vec<_>>(),
        [("c_told", false)]
    );
    nothing_else(&pool, &before).await;

    world.desk("adm").merge_accounts(alice, carl).await.unwrap();
    assert_eq!(rp.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"));
    assert_eq!(rp.userinfo(&held.text("access_token")).await.status, 401);
    assert!(browser.open("/account/profile").await.url.contains("/sign-in"), "his session is over");
    assert!(told.wait_for(1).await[0].body.starts_with("logout_token="));
    assert!(!there(&pool, carl).await);
    assert_eq!(places(&pool, alice).await, ["a:member", "b:member", "c:member"]);
    let grants = "SELECT o.slug || ':' || g.client_id || ':' || coalesce((SELECT string_agg(role, ',') FROM access_grant_roles r
                      WHERE (r.organization_id, r.user_id, r.client_id) = (g.organization_id, g.user_id, g.client_id)), '')
                  FROM access_grants g JOIN organizations o ON o.id = g.organization_id WHERE g.user_id = $1 ORDER BY 1";
    assert_eq!(strings(&pool, grants, alice).await, ["a:c_sa:editor", "b:c_sb:"]);
    let groups =
        "SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = $1 ORDER BY 1";
    assert_eq!(strings(&pool, groups, alice).await, ["adherents", "bureau"], "and the rule follows her dates");
    let dates = Dates { since: "2020-01-01".parse().ok(), until: "2190-12-31".parse().ok() };
    assert_eq!(db::standing::of_person(&mut connection, alice).await.unwrap(), Some(dates));
    assert_eq!(strings(&pool, "SELECT legacy_id FROM users WHERE id = $1", alice).await, ["m-17"]);
    let waits = "SELECT client_id FROM access_requests WHERE user_id = $1 AND answered_at IS NULL";
    assert_eq!(strings(&pool, waits, alice).await, ["c_sb"], "the one that waits");
    let names = "SELECT kind FROM released_names WHERE user_id = $1 ORDER BY 1";
    assert_eq!(strings(&pool, names, alice).await, ["email", "username"], "hers to take");

    let line: (Option<Uuid>, Option<Uuid>, Value) =
        sqlx::query_as("SELECT actor_id, user_id, details FROM audit_events WHERE kind = 'accounts-merged'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((line.0, line.1), (Some(world.id("adm")), Some(alice)));
    assert_eq!((&line.2["groups"], &line.2["organizations"]), (&json!(["bureau"]), &json!(["a", "b"])));
    let pseudonym: Uuid = line.2["merged"].as_str().unwrap().parse().unwrap();
    let kinds = "SELECT kind FROM audit_events WHERE user_id = $1";
    assert!(strings(&pool, kinds, pseudonym).await.contains(&"account-deleted".to_owned()));
    assert_eq!(strings(&pool, kinds, carl).await, Vec::<String>::new());
    assert!(server.mail_titled("alice@example.org", TITLE).await.text.contains("carl"));
    assert!(server.mail_titled("carl@example.org", TITLE).await.text.contains("a…@example.org"));

    let again = world.desk("adm").merge_accounts(alice, carl).await;
    assert!(matches!(again, Err(Refusal::Hidden)), "{again:?}");
}

/// Whoever looked after an organization alone still does, with the account that is kept.
#[sqlx::test]
async fn an_organization_keeps_its_referent(pool: PgPool) {
    let world = World::new(&pool).await;
    world.desk("adm").merge_accounts(world.id("bob"), world.id("remi")).await.unwrap();
    assert_eq!(places(&pool, world.id("bob")).await, ["b:referent"], "the higher of the two");
    // The other way round: a referent stays one.
    world.desk("adm").merge_accounts(world.id("bob"), world.id("carl")).await.unwrap();
    assert_eq!(places(&pool, world.id("bob")).await, ["a:member", "b:referent"]);
    let orphans: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM organizations o WHERE NOT EXISTS (
             SELECT FROM memberships m WHERE m.organization_id = o.id AND m.role = 'referent')",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(orphans, 0);
}

/// Each for its own reason, and nothing changes.
#[sqlx::test]
async fn what_is_refused(pool: PgPool) {
    let world = World::new(&pool).await;
    let run = async |sql: &'static str| sqlx::query(sql).execute(&pool).await.unwrap();
    let nadia = world.server.person_with("nadia", false, None).await;
    run("UPDATE users SET active = false WHERE username = 'eve'").await;
    run("INSERT INTO account_deletions (user_id, asked_at, due_at, cancel_hash)
         SELECT id, now(), now() + interval '7 days', '\\x01' FROM users WHERE username = 'rex'")
    .await;
    run("INSERT INTO authenticators SELECT id, '\\xdeadbeef', 1, now() FROM users WHERE username = 'dora'").await;
    let (alice, adm, dora) = (world.id("alice"), world.id("adm"), world.id("dora"));
    let before = Contents::of(&pool).await;
    let host = world.desk("host");
    for (kept, other, expected) in [
        (alice, alice, "same-account"),
        (alice, adm, "powers"),
        (alice, world.id("aud"), "powers"),
        (alice, world.id("eve"), "not-in-use"),
        (world.id("eve"), alice, "not-in-use"),
        (world.id("rex"), alice, "leaving"),
        (nadia.id, alice, "not-proven"),
        (alice, dora, "second-factor"),
    ] {
        assert_eq!(problem(host.merge_accounts(kept, other).await), expected);
        assert_eq!(problem(host.plan_merge(kept, other).await), expected);
    }
    nothing_else(&pool, &before).await;
    for (name, why) in [("aud", Why::ReadOnly), ("rita", Why::AdministratorsOnly), ("alice", Why::AdministratorsOnly)] {
        assert_eq!(problem(world.desk(name).merge_accounts(world.id("bob"), world.id("carl")).await), why.name());
    }
    for (kept, other) in [(adm, alice), (alice, adm)] {
        assert_eq!(problem(world.desk("adm").merge_accounts(kept, other).await), Why::Oneself.name());
    }
    // With two steps on both sides, nothing that was protected is less so.
    run("INSERT INTO authenticators SELECT id, '\\xdeadbeef', 1, now() FROM users WHERE username = 'alice'").await;
    world.desk("adm").merge_accounts(alice, dora).await.unwrap();
    // Nobody proved who goes: it brings nothing that somebody proven does not take.
    world.desk("adm").merge_accounts(alice, nadia.id).await.unwrap();
    assert!(!there(&pool, dora).await && !there(&pool, nadia.id).await);
}

/// Each into the other at the same moment: one is too late, and neither waits for ever.
#[sqlx::test]
async fn opposite_merges(pool: PgPool) {
    let world = World::new(&pool).await;
    for (one, other) in [("alice", "carl"), ("bob", "dora"), ("rita", "rex")] {
        let (one, other) = (world.id(one), world.id(other));
        let (adm, host) = (world.desk("adm"), world.desk("host"));
        let (first, second) = tokio::join!(adm.merge_accounts(one, other), host.merge_accounts(other, one));
        let refused = [first.err(), second.err()].into_iter().flatten().collect::<Vec<_>>();
        assert!(matches!(refused[..], [Refusal::Hidden]), "{refused:?}");
        assert_ne!(there(&pool, one).await, there(&pool, other).await);
    }
}

#[sqlx::test]
async fn on_the_console(pool: PgPool) {
    let world = World::on(Server::with(&pool, &[LOOPBACK, ONE_STEP]).await).await;
    let (browser, carl) = (Browser::of(&world.server), world.id("carl"));
    browser.sign_in("adm").await;
    let page = browser.open(&format!("/admin/users/{}", world.id("alice"))).await;
    let address = page.attribute("#merge", "href").unwrap();
    assert_eq!(browser.open(&address).await.status, 200);
    for (login, words) in [("nobody", "n’existe pas"), ("alice", "le même compte"), ("aud", "pouvoirs")] {
        let wrong = browser.open(&format!("{address}?other={login}")).await;
        assert_eq!(wrong.status, 422, "{login}");
        assert!(wrong.text("#errors").unwrap().contains(words), "{login}: {}", wrong.body);
        assert_eq!(wrong.attribute("#other", "value").as_deref(), Some(login), "nothing typed is lost");
    }
    let page = browser.open(&format!("{address}?other=carl%40example.org")).await;
    let both = page.texts("#both td");
    for words in ["alice", "carl", "alice@example.org (confirmée)", "Atelier vélo, Brasserie du port"] {
        assert!(both.iter().any(|cell| cell == words), "{words}: {both:?}");
    }
    assert!(page.text("[aria-labelledby=effects]").unwrap().contains("Brasserie du port"), "{}", page.body);
    assert!(there(&pool, carl).await, "only asked");
    let done = browser.follow(browser.submit(&page, &[]).await).await;
    assert!(done.text("[role=status]").unwrap().contains("n’en font plus qu’un"), "{}", done.body);
    assert!(!there(&pool, carl).await);
    let again = browser.submit(&page, &[]).await;
    assert!(again.status == 422 && again.text("#errors").unwrap().contains("déjà"), "{}", again.body);
    let auditor = Browser::of(&world.server);
    auditor.sign_in("aud").await;
    assert_eq!(auditor.open(&format!("/admin/users/{}", world.id("alice"))).await.attribute("#merge", "href"), None);
}

#[sqlx::test]
async fn on_the_command_line(pool: PgPool) {
    let world = World::new(&pool).await;
    let program = Program::of(&world.server, &pool);
    let tried = program.does(&["user", "merge", "alice", "carl@example.org", "--dry-run", "--json"]).await.json();
    assert_eq!((&tried["dry_run"], &tried["other"]["username"]), (&json!(true), &json!("carl")));
    assert_eq!(
        tried["organizations"],
        json!([{ "slug": "a", "role": "member" }, { "slug": "b", "role": "member" }]),
        "{tried}"
    );
    assert!(there(&pool, world.id("carl")).await, "only tried");
    let said = program.does(&["user", "merge", "alice", "carl"]).await;
    assert!(said.out.contains("carl is now a part of alice"), "{said:?}");
    for (arguments, words) in [
        (["user", "merge", "alice", "carl"], "no account named carl"),
        (["user", "merge", "alice", "adm"], "powers are never merged"),
        (["user", "merge", "alice", "alice@example.org"], "one account"),
    ] {
        let said = program.run(&arguments).await;
        assert!(said.code == Some(1) && said.err.contains(words), "{said:?}");
    }
}
