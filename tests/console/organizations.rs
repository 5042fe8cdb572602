//! Organizations: found among many, made, opened and closed.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::TimeDelta;
use sqlx::PgPool;

use super::{noted, send, signed_in};
use crate::support::{Browser, PASSWORD, Reply, World};

const A: &str = "/admin/organizations/a";

async fn role(pool: &PgPool, slug: &str, name: &str) -> Option<String> {
    sqlx::query_scalar(
        "SELECT role FROM memberships m JOIN organizations o ON o.id = m.organization_id JOIN users u ON u.id = m.user_id
         WHERE o.slug = $1 AND u.username = $2",
    )
    .bind(slug)
    .bind(name)
    .fetch_optional(pool)
    .await
    .unwrap()
}

/// Services of `a`, and whether all its members have them.
async fn attached(pool: &PgPool) -> Vec<(String, bool)> {
    sqlx::query_as(
        "SELECT client_id, all_members FROM attachments a JOIN organizations o ON o.id = a.organization_id
         WHERE o.slug = 'a' ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// Opens the page of an act, fills it in, sends it, and comes to what follows.
async fn act(browser: &Browser, page: &str, fields: &[(&str, &str)]) -> Reply {
    let asked = browser.open(page).await;
    assert_eq!(asked.status, 200, "{page}: {}", asked.body);
    browser.follow(browser.submit(&asked, fields).await).await
}

#[sqlx::test]
async fn found_among_ten_thousand(pool: PgPool) {
    let world = World::new(&pool).await;
    sqlx::query(
        "INSERT INTO organizations (id, slug, name, created_at)
         SELECT gen_random_uuid(), 'o-' || n, CASE n % 83 WHEN 0 THEN 'Étoile ' ELSE 'Association ' END || n, now()
         FROM generate_series(1, 10000) n",
    )
    .execute(&pool)
    .await
    .unwrap();
    let adm = signed_in(&world, "adm").await;
    let mut page = adm.open("/admin/organizations?q=ETOILE").await;
    let (mut seen, mut pages) = (Vec::new(), 1);
    loop {
        seen.extend(page.texts("#organizations td:nth-child(2)"));
        let Some(next) = page.attribute("#next", "href") else { break };
        page = adm.open(&next).await;
        pages += 1;
    }
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), once.len(), pages), (120, 120, 3));
    assert_eq!(page.attribute("#first", "href").as_deref(), Some("/admin/organizations?q=ETOILE"));
    for (text, expected) in [("o-9999", &["o-9999"][..]), ("vélo", &["a"]), ("VELO", &["a"]), ("%", &[]), ("\\", &[])]
    {
        let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let begin = Instant::now();
        let page = adm.open(&format!("/admin/organizations?q={query}")).await;
        println!("{text}: {:?}", begin.elapsed());
        assert_eq!(page.texts("#organizations td:nth-child(2)"), expected, "{text}");
        assert_eq!(page.text(".empty").is_some(), expected.is_empty());
    }
    let page = adm.open("/admin/organizations").await;
    assert_eq!(page.texts("#organizations td:nth-child(2)").len(), 50);
    let first = page.text("#organizations tbody tr").unwrap();
    assert!(first.contains("Atelier vélo") && first.ends_with('4'), "{first}");
    for bad in ["a%00b".to_owned(), "é".repeat(101)] {
        assert_eq!(adm.get(&format!("/admin/organizations?q={bad}")).await.status, 422, "{bad}");
    }
    for (path, status) in [("s?after=AAAA", 400), ("s/nothing", 404), ("s/a%0d%0a", 404), ("s/a/burn", 404)] {
        assert_eq!(adm.get(&format!("/admin/organization{path}")).await.status, status, "{path}");
    }
    assert!(noted(&pool, "delegation-refused").await.is_empty(), "a slip is no attempt");
}

#[sqlx::test]
async fn made_renamed_switched_off_and_on(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let form = adm.open("/admin/new-organization").await;
    for (name, slug, wrong) in [
        ("", "jardin", "name"),
        ("Jardin", "", "slug"),
        ("Jardin", "Jardin !", "slug"),
        ("Jardin", "a", "slug"),
        ("Jardin", "admins", "slug"),
        ("ATELIER VÉLO", "velo", "name"),
        ("Jardin\u{202e}", "jardin", "name"),
    ] {
        let refused = adm.submit(&form, &[("name", name), ("slug", slug)]).await;
        assert_eq!(refused.status, 422, "{name} {slug}: {}", refused.body);
        assert!(refused.text(&format!("#{wrong}-error")).is_some(), "{name} {slug}");
        assert_eq!(refused.attribute("#slug", "value").as_deref(), Some(slug), "nothing typed is lost");
        assert_eq!(refused.attribute("#despite", "type").is_some(), slug == "velo", "{name} {slug}");
    }
    let page = act(&adm, "/admin/new-organization", &[("name", "Jardin partagé"), ("slug", "jardin")]).await;
    assert!(page.text("[role=status]").unwrap().contains("créée"), "{}", page.body);
    assert_eq!(page.texts(".empty strong").len(), 2, "nobody looks after it, and it has no service");
    assert_eq!(noted(&pool, "organization-created").await, [(Some(world.id("adm")), None)]);
    let page =
        act(&adm, "/admin/organizations/jardin/edit", &[("name", "Potager"), ("contact", "06 00 00 00 00")]).await;
    assert_eq!(page.text("h1").as_deref(), Some("Potager"));
    assert!(page.text("#lines").unwrap().contains("adm"), "its history");
    let twin = act(&adm, "/admin/organizations/jardin/edit", &[("name", "Atelier vélo")]).await;
    assert!(twin.status == 422 && twin.text("#despite").is_some(), "{}", twin.body);
    let kept = adm.follow(adm.submit(&twin, &[("despite", "yes")]).await).await;
    assert_eq!(kept.text("h1").as_deref(), Some("Atelier vélo"));

    // AD-12: two who change it at the same time do not undo one another unaware.
    let edit = "/admin/organizations/jardin/edit";
    let (first, second) = (adm.open(edit).await, adm.open(edit).await);
    let fields = [("name", "Jardin des lilas"), ("contact", "lilas@example.org")];
    assert_eq!(adm.submit(&first, &fields).await.status, 303);
    let other = [("name", "Jardin des roses"), ("contact", "roses@example.org")];
    let stale = adm.submit(&second, &other).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    assert!(stale.text("#errors").unwrap().contains("entre-temps"), "{}", stale.body);
    let now = stale.text("main").unwrap();
    assert!(now.contains("Jardin des lilas") && now.contains("lilas@example.org"), "what is there: {now}");
    for (name, value) in other {
        assert_eq!(stale.attribute(&format!("#{name}"), "value").as_deref(), Some(value), "nothing typed is lost");
    }
    let changed = async || -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'organization-changed'");
        count.fetch_one(&pool).await.unwrap()
    };
    let before = changed().await;
    // One that was refused for something else is still of the version that it began with.
    let wrong = adm.submit(&adm.open(edit).await, &[("name", "")]).await;
    assert_eq!(wrong.status, 422);
    let page = adm.follow(adm.submit(&stale, &[]).await).await;
    assert_eq!(page.text("h1").as_deref(), Some("Jardin des roses"), "now they know");
    assert_eq!(adm.submit(&wrong, &[("name", "Jardin des iris")]).await.status, 409);
    assert_eq!(send(&adm, edit, &[("name", "Jardin"), ("contact", "")]).await.status, 409, "on the sight of nothing");
    assert_eq!(changed().await, before + 1);

    // OR-30: what it opened is closed, and nobody is named while it is off.
    let page = act(&adm, "/admin/organizations/b/disable", &[]).await;
    assert!(page.text("h1").unwrap().contains("Désactivée"), "{}", page.body);
    assert_eq!(page.text("#name-referent"), None);
    let remi = signed_in(&world, "remi").await;
    let invite = ("/organizations/b/invite", [("email", "voisine@example.org")]);
    assert_eq!(send(&remi, invite.0, &invite.1).await.status, 403);
    let refused = act(&adm, "/admin/organizations/b/referent", &[("login", "dora")]).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let page = act(&adm, "/admin/organizations/b/enable", &[]).await;
    assert!(!page.text("h1").unwrap().contains("Désactivée"), "{}", page.body);
    assert_eq!(send(&remi, invite.0, &invite.1).await.status, 303);
}

#[sqlx::test]
async fn referents_are_named_and_dismissed(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let referents = "[aria-labelledby=referents] .muted";
    let mut found = adm.open(A).await.texts(referents);
    found.sort();
    assert_eq!(found, ["rex@example.org", "rita@example.org"]);
    let page = act(&adm, &format!("{A}/referent"), &[("login", "alice")]).await;
    assert_eq!(page.texts(referents).len(), 3, "a member is one at once: {}", page.body);
    assert_eq!(role(&pool, "a", "alice").await.as_deref(), Some("referent"));
    // Nobody is put in without their consent: an account is invited like an address without one.
    for (login, address) in [("dora", "dora@example.org"), ("new@example.org", "new@example.org")] {
        let page = act(&adm, &format!("{A}/referent"), &[("login", login)]).await;
        assert!(page.text("[role=status]").unwrap().contains("invitation"), "{}", page.body);
        world.server.mail_to(address).await;
    }
    assert_eq!(role(&pool, "a", "dora").await, None);
    let invited: Vec<String> = sqlx::query_scalar("SELECT role FROM invitations").fetch_all(&pool).await.unwrap();
    assert_eq!(invited, ["referent", "referent"]);
    let page = act(&adm, &format!("{A}/referent"), &[("login", "nobody")]).await;
    assert!(page.status == 422 && page.text("#login-error").is_some(), "{}", page.body);
    let again = act(&adm, &format!("{A}/referent"), &[("login", "rita")]).await;
    assert!(again.text("[role=status]").unwrap().contains("déjà"), "{}", again.body);

    let dismiss = |name| format!("/dismiss?person={}", world.id(name));
    let asked = adm.open(&format!("{A}{}", dismiss("rex"))).await;
    assert!(!asked.text("#part").unwrap().contains("Personne d’autre"));
    assert_eq!(role(&pool, "a", "rex").await.as_deref(), Some("referent"), "only asked");
    adm.submit(&asked, &[]).await;
    assert_eq!(role(&pool, "a", "rex").await.as_deref(), Some("member"));
    assert_eq!(adm.get(&format!("{A}{}", dismiss("rex"))).await.status, 404, "he is none any more");
    assert_eq!(adm.get(&format!("{A}{}", dismiss("remi"))).await.status, 404, "of another organization");
    let asked = adm.open(&format!("/admin/organizations/b{}", dismiss("remi"))).await;
    assert!(asked.text("#part").unwrap().contains("Personne d’autre"), "{}", asked.body);
    let page = adm.follow(adm.submit(&asked, &[]).await).await;
    assert!(page.text(".empty").is_some(), "{}", page.body);
    let list = adm.open("/admin/organizations?q=brasserie").await;
    assert!(list.text("#organizations").unwrap().contains("Sans personne référente"));
    assert_eq!(noted(&pool, "role-changed").await.len(), 3);
}

#[sqlx::test]
async fn services_are_attached_and_detached(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open("/admin/organizations/b").await;
    let shared = page.texts("#attached .muted");
    assert_eq!(shared, ["Partagé avec une autre organisation", "Pour cette organisation seule"], "c_all, c_sb");
    let asked = adm.open(&format!("{A}/attach")).await;
    let choices = asked.texts("#service option");
    assert_eq!(choices, ["Service c_conf (c_conf)", "Service c_sb (c_sb), rattaché à 1 organisation"]);
    adm.submit(&asked, &[("service", "c_sb"), ("who", "all")]).await;
    let with = |sb: bool| vec![("c_all".to_owned(), true), ("c_sa".to_owned(), false), ("c_sb".to_owned(), sb)];
    assert_eq!(attached(&pool).await, with(true));
    // The same again changes for whom.
    act(&adm, &format!("{A}/attach?service=c_sb"), &[("who", "given")]).await;
    assert_eq!(attached(&pool).await, with(false));
    assert_eq!(send(&adm, &format!("{A}/attach"), &[("service", "nothing")]).await.status, 404);
    assert_eq!(adm.get(&format!("{A}/detach?service=c_conf")).await.status, 404);
    let alice = world.relying_party("c_sa");
    let browser = signed_in(&world, "alice").await;
    assert!(!browser.open(&alice.authorize(&[])).await.url.contains("/refused"));
    let page = act(&adm, &format!("{A}/detach?service=c_sa"), &[]).await;
    assert_eq!(page.texts("#attached h3").len(), 2, "{}", page.body);
    assert!(page.text("#lines").unwrap().contains("adm"));
    assert!(browser.open(&alice.authorize(&[])).await.url.contains("/refused"), "only it let her in");
    assert_eq!(noted(&pool, "service-attached").await.len(), 2);
    assert_eq!(noted(&pool, "service-detached").await, [(Some(world.id("adm")), None)]);
}

/// AD-04: what opens or closes something to people wants a proof of the last ten minutes, and leads back.
#[sqlx::test]
async fn a_recent_proof_is_wanted(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    world.server.advance(TimeDelta::minutes(11));
    let (rita, member) = (world.id("rita"), world.id("adm"));
    let paths = [
        format!("{A}/disable"),
        format!("{A}/referent"),
        format!("{A}/dismiss?person={rita}"),
        format!("{A}/attach?service=c_sa"),
        format!("{A}/detach?service=c_sa"),
        "/admin/groups/auditors/add".to_owned(),
        format!("/admin/groups/admins/remove?person={member}"),
        "/admin/groups/auditors/demand".to_owned(),
    ];
    for path in &paths {
        let asked = adm.get(path).await;
        assert!(asked.location().contains("confirm=1"), "{path}: {} {}", asked.status, asked.location());
        let (bare, query) = path.split_once('?').unwrap_or((path.as_str(), ""));
        let field: Vec<(&str, &str)> = query.split_once('=').into_iter().collect();
        let sent = send(&adm, bare, &[&field[..], &[("login", "dora")]].concat()).await;
        assert!(sent.status == 403 && sent.body.contains("confirm=1"), "{path}: {} {}", sent.status, sent.body);
    }
    assert_eq!(adm.get(&format!("{A}/edit")).await.status, 200, "a name is no door");
    let page = adm.open(&paths[2]).await;
    let page = adm.follow(adm.submit(&page, &[("password", PASSWORD)]).await).await;
    assert!(page.url.contains("/dismiss?person="), "{}", page.url);
    adm.submit(&page, &[]).await;
    assert_eq!(role(&pool, "a", "rita").await.as_deref(), Some("member"));
}
