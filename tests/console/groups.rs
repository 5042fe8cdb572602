//! Groups: made, filled, emptied, renamed, removed.

use loquet::authz::delegation::Why;
use loquet::delegation::Refusal;
use sqlx::PgPool;

use super::{noted, send, signed_in};
use crate::support::client::REDIRECT;
use crate::support::{Browser, Reply, World};

async fn act(browser: &Browser, page: &str, fields: &[(&str, &str)]) -> Reply {
    let asked = browser.open(page).await;
    assert_eq!(asked.status, 200, "{page}: {}", asked.body);
    browser.follow(browser.submit(&asked, fields).await).await
}

async fn members(pool: &PgPool, group: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT u.username FROM group_members m JOIN groups g ON g.id = m.group_id JOIN users u ON u.id = m.user_id
         WHERE g.name = $1 ORDER BY 1",
    )
    .bind(group)
    .fetch_all(pool)
    .await
    .unwrap()
}

#[sqlx::test]
async fn the_life_of_a_group(pool: PgPool) {
    let world = World::new(&pool).await;
    let closed = |client: &mut loquet::db::clients::Client| client.everyone = false;
    let (_, secret) = world.server.service_with("wiki", REDIRECT, closed).await;
    let wiki = crate::support::RelyingParty::of(&world.server, "wiki", Some(secret));
    let adm = signed_in(&world, "adm").await;
    let form = adm.open("/admin/new-group").await;
    for name in ["", "Bureau", "a b", "admin", "admins", "a"] {
        let refused = adm.submit(&form, &[("name", name)]).await;
        assert!(refused.status == 422 && refused.text("#name-error").is_some(), "{name}: {}", refused.body);
    }
    let page = act(&adm, "/admin/new-group", &[("name", "ca.2026")]).await;
    assert!(page.text("[role=status]").unwrap().contains("créé") && page.text(".empty").is_some(), "{}", page.body);
    world.server.group("ca.2026", &[], &["wiki"]).await;
    let add = "/admin/groups/ca.2026/add";
    assert!(adm.open(add).await.text("#part").unwrap().contains("wiki"), "what it opens is said");
    act(&adm, add, &[("login", "dora")]).await;
    let page = act(&adm, add, &[("login", "bob@example.org")]).await;
    assert_eq!(page.texts("#people td:nth-child(2)"), ["bob", "dora"]);
    assert_eq!(act(&adm, add, &[("login", "nobody")]).await.status, 422);
    let dora = signed_in(&world, "dora").await;
    assert!(!dora.open(&wiki.authorize(&[])).await.url.contains("/refused"));

    act(&adm, "/admin/groups/ca.2026/demand", &[]).await;
    let page = act(&adm, "/admin/groups/ca.2026/rename", &[("name", "conseil")]).await;
    assert_eq!(page.text("h1").as_deref(), Some("conseil"));
    assert_eq!(adm.get("/admin/groups/ca.2026").await.status, 404);
    for name in ["a", "admins", "auditors", "Conseil"] {
        assert_eq!(act(&adm, "/admin/groups/conseil/rename", &[("name", name)]).await.status, 422, "{name}");
    }
    act(&adm, "/admin/groups/conseil/relax", &[]).await;
    let asked = adm.open("/admin/groups/conseil/delete").await;
    let said = asked.text("#part").unwrap();
    assert!(said.contains("2 personnes en font partie") && said.contains("wiki"), "{said}");
    assert_eq!(members(&pool, "conseil").await, ["bob", "dora"], "only asked");
    let remove = format!("/admin/groups/conseil/remove?person={}", world.id("bob"));
    act(&adm, &remove, &[]).await;
    assert_eq!(members(&pool, "conseil").await, ["dora"]);
    assert_eq!(adm.get(&remove).await.status, 404, "he is not in it any more");
    let page = adm.follow(adm.submit(&asked, &[]).await).await;
    assert!(page.text("[role=status]").is_some() && !page.body.contains("conseil"), "{}", page.body);
    assert!(dora.open(&wiki.authorize(&[])).await.url.contains("/refused"), "only it let her in");
    for (kind, times) in
        [("group-added", 1), ("group-joined", 2), ("group-renamed", 1), ("group-left", 1), ("group-removed", 1)]
    {
        let lines = noted(&pool, kind).await;
        assert_eq!(lines.len(), times, "{kind}");
        assert!(lines.iter().all(|(actor, _)| *actor == Some(world.id("adm"))), "{kind}");
    }
    assert_eq!(noted(&pool, "second-factor-policy").await.len(), 2);
}

/// What Loquet needs stays, and so does the last administrator.
#[sqlx::test]
async fn somebody_is_always_left_to_administer(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open("/admin/groups/admins").await;
    assert_eq!((page.text("#rename"), page.text("#delete")), (None, None));
    for (act, fields) in [("delete", &[][..]), ("rename", &[("name", "patrons")])] {
        for group in ["admins", "auditors"] {
            assert_eq!(send(&adm, &format!("/admin/groups/{group}/{act}"), fields).await.status, 404, "{group} {act}");
        }
    }
    let remove = format!("/admin/groups/admins/remove?person={}", world.id("adm"));
    let asked = adm.open(&remove).await;
    let refused = adm.submit(&asked, &[]).await;
    assert!(refused.status == 403 && refused.body.contains("plus personne"), "{}", refused.body);
    act(&adm, "/admin/groups/admins/add", &[("login", "rex")]).await;
    assert_eq!(members(&pool, "admins").await, ["adm", "rex"]);
    // With somebody else there, one may leave.
    let left = adm.follow(adm.submit(&asked, &[]).await).await;
    assert_eq!(left.status, 200, "{}", left.body);
    assert_eq!((members(&pool, "admins").await, adm.get("/admin").await.status), (vec!["rex".to_owned()], 404));

    // Two take one another out at the same moment: one is too late.
    for _ in 0..5 {
        world.server.group("admins", &[&world.people["adm"], &world.people["rex"]], &[]).await;
        let (one, other) = (world.desk("adm"), world.desk("rex"));
        let (one, other) =
            tokio::join!(one.leave_group("admins", world.id("rex")), other.leave_group("admins", world.id("adm")));
        let refused = [one.err(), other.err()].into_iter().flatten().collect::<Vec<_>>();
        assert!(matches!(refused[..], [Refusal::Forbidden(Why::AdministratorsOnly)]), "{refused:?}");
        assert_eq!(members(&pool, "admins").await.len(), 1);
    }
}

/// An address may have been typed by somebody whom it does not belong to: whoever is found by it gets no power before
/// it is proven. Nor does an account that is off.
#[sqlx::test]
async fn powers_are_for_proven_accounts(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.person_with("nadia", false, None).await;
    world.desk("adm").switch_account(world.id("dora"), false).await.unwrap();
    let adm = signed_in(&world, "adm").await;
    for (group, login) in [("admins", "nadia@example.org"), ("auditors", "nadia"), ("admins", "dora")] {
        let asked = adm.open(&format!("/admin/groups/{group}/add")).await;
        let refused = adm.submit(&asked, &[("login", login)]).await;
        assert_eq!((refused.status, refused.text("#login-error").is_some()), (422, true), "{login}: {}", refused.body);
    }
    assert_eq!(
        (members(&pool, "admins").await, members(&pool, "auditors").await),
        (vec!["adm".to_owned()], vec!["aud".to_owned()])
    );
}

/// A page at a time, everybody once; and one of them found.
#[sqlx::test]
async fn page_by_page(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.group("foule", &[&world.people["alice"]], &[]).await;
    sqlx::query(
        "WITH u AS (INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, created_at, updated_at)
             SELECT gen_random_uuid(), 'x' || n, 'y' || n || '@example.org', now(), 'Zoé', 'Béchu', 'fr', now(), now()
             FROM generate_series(1, 120) n RETURNING id)
         INSERT INTO group_members (user_id, group_id) SELECT u.id, g.id FROM u, groups g WHERE g.name = 'foule'",
    )
    .execute(&pool)
    .await
    .unwrap();
    let adm = signed_in(&world, "adm").await;
    let mut page = adm.open("/admin/groups/foule").await;
    let mut seen = Vec::new();
    loop {
        seen.extend(page.texts("#people td:nth-child(2)"));
        let Some(next) = page.attribute("#next", "href") else { break };
        page = adm.open(&next).await;
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((count, seen.len()), (121, 121));
    for (text, expected) in [("y77@", 1), ("ALICE", 1), ("bechu", 50), ("%", 0)] {
        let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let page = adm.open(&format!("/admin/groups/foule?q={query}")).await;
        assert_eq!(page.texts("#people td:nth-child(2)").len(), expected, "{text}");
    }
    let elsewhere = adm.open("/admin/groups/foule").await.attribute("#next", "href").unwrap();
    let elsewhere = elsewhere.replace("/foule", "/admins");
    assert_eq!(adm.get(&elsewhere).await.status, 400, "the cursor of another group");
}
