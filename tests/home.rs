//! The home of a member: what they may open, and what the host says there.

use std::collections::BTreeMap;

use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::world::ONE_STEP;
use crate::support::{Browser, Reply, Server, World};

/// A service with an address, closed but to whom something lets in.
async fn service(server: &Server, id: &str, name: &str, everyone: bool) {
    let change = |client: &mut loquet::db::clients::Client| {
        client.everyone = everyone;
        name.clone_into(&mut client.name_fr);
        client.start_uri = Some(format!("https://{id}.test/"));
    };
    server.service_with(id, REDIRECT, change).await;
}

/// Names of the tiles.
fn tiles(page: &Reply) -> Vec<String> {
    page.texts("a.tile > span:last-child")
}

async fn home(server: &Server, name: &str) -> (Browser, Reply) {
    let browser = Browser::of(server);
    browser.sign_in(name).await;
    let page = browser.open("/").await;
    assert_eq!(page.status, 200, "{}", page.body);
    (browser, page)
}

/// Categories of the host first, then by what opens them; found by their names; none that one may not open.
#[sqlx::test]
async fn services_in_categories(pool: PgPool) {
    let host = [
        ("LOQUET_HOME_CATEGORIES_1_NAME_FR", "Travailler ensemble"),
        ("LOQUET_HOME_CATEGORIES_1_NAME_EN", "Working together"),
        ("LOQUET_HOME_CATEGORIES_1_SERVICES", "cloud, gone"),
        LOOPBACK,
        ONE_STEP,
    ];
    let server = Server::with(&pool, &host).await;
    let alice = server.person("alice").await;
    for (id, name, everyone) in [
        ("cloud", "Nuage", true),
        ("videos", "Vidéos", true),
        ("forge", "Forge", false),
        ("books", "Comptabilité", false),
        ("other", "Autre", false),
    ] {
        service(&server, id, name, everyone).await;
    }
    server.group("devs", &[&alice], &["forge"]).await;
    let house = server.organization("maison", &[(&alice, true)]).await;
    server.attach(house, "books", true).await;
    let (browser, page) = home(&server, "alice").await;
    assert_eq!(page.texts("h3"), ["Travailler ensemble", "À vous", "De vos organisations", "En libre accès"]);
    assert_eq!(tiles(&page), ["Nuage", "Forge", "Comptabilité", "Vidéos"]);
    assert_eq!(page.attribute("a.tile", "href").as_deref(), Some("https://cloud.test/"));
    assert_eq!(page.text("#search"), None, "few enough to see them all");
    assert!(page.text("[aria-labelledby=organizations]").unwrap().contains("Maison maison"), "{}", page.body);
    assert_eq!(page.texts("[aria-labelledby=organizations] a").len(), 2, "one to look after");
    let found = browser.open("/?q=VIDEO").await;
    assert_eq!(tiles(&found), ["Vidéos"]);
    assert_eq!(found.attribute("#q", "value").as_deref(), Some("VIDEO"));
    let none = browser.open("/?q=%3Cscript%3Eautre").await;
    assert!(none.text(".empty").unwrap().contains("<script>autre"), "{}", none.body);
    assert!(tiles(&none).is_empty() && !none.body.contains("<script>autre"));
    // In the same moment as the right.
    sqlx::query("DELETE FROM group_members").execute(&pool).await.unwrap();
    assert_eq!(tiles(&browser.open("/").await), ["Nuage", "Comptabilité", "Vidéos"]);
}

/// However many services there are, the page asks PostgreSQL as often and shows no more than one can see.
#[sqlx::test]
async fn a_thousand_services(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    service(&server, "s0", "Service 0000", true).await;
    let (browser, page) = home(&server, "alice").await;
    assert_eq!(tiles(&page).len(), 1);
    sqlx::query(
        "INSERT INTO clients (client_id, name_fr, name_en, enabled, policy, settings, created_at, updated_at)
         SELECT 's' || n, 'Service ' || lpad(n::text, 4, '0'), name_en || n, enabled, policy, settings, created_at, updated_at
         FROM clients, generate_series(1, 999) n WHERE client_id = 's0'",
    )
    .execute(&pool)
    .await
    .unwrap();
    server.reload().await;
    let page = browser.open("/").await;
    assert_eq!(tiles(&page).len(), 60);
    assert!(page.text("#others").unwrap().contains("940 autres services"), "{}", page.body);
    assert_eq!(tiles(&browser.open("/?q=service+0999").await), ["Service 0999"]);
}

/// The host's own words, checked at start, for somebody with a membership and for somebody without.
#[sqlx::test]
async fn the_host_speaks_of_membership(pool: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let (fr, en) = (folder.path().join("fr.md"), folder.path().join("en.html"));
    let text = "{% if member %}Merci, **{{ name }}** !{% else %}[Adhérer](https://pay.test/?for={{ email|urlencode }}){% endif %}";
    std::fs::write(&fr, text).unwrap();
    std::fs::write(&en, "<p class=\"muted\">{{ organizations|join(', ') }}: {{ status }}</p>").unwrap();
    let settings = [
        ("LOQUET_MEMBERSHIP_SNIPPET_FR", fr.to_str().unwrap()),
        ("LOQUET_MEMBERSHIP_SNIPPET_EN", en.to_str().unwrap()),
    ];
    let server = Server::with(&pool, &settings).await;
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    server.organization("maison", &[(&alice, false)]).await;
    sqlx::query("UPDATE users SET membership_until = '2190-12-31', family_name = '<b>*x*' WHERE username = 'alice'")
        .execute(&pool)
        .await
        .unwrap();
    let (mut browser, page) = home(&server, "alice").await;
    let card = page.text("[aria-labelledby=membership]").unwrap();
    assert!(
        card.contains("À jour") && card.contains("31 décembre 2190") && card.contains("Merci, Alice <b>*x* !"),
        "{card}"
    );
    browser.headers.insert("accept-language", "en".parse().unwrap());
    let page = browser.open("/").await;
    assert_eq!(page.text("#membership-words p.muted").as_deref(), Some("Maison maison: current"), "{}", page.body);
    let (_, page) = home(&server, "bob").await;
    assert_eq!(
        page.attribute("#membership-words a", "href").as_deref(),
        Some("https://pay.test/?for=bob%40example.org")
    );
    // Nothing is said where the host says nothing.
    let quiet = server.beside(&pool, &[]).await;
    assert_eq!(home(&quiet, "bob").await.1.text("[aria-labelledby=membership]"), None);
    assert!(home(&quiet, "alice").await.1.text("[aria-labelledby=membership]").is_some());
}

/// What an administrator publishes, everybody reads in their language.
#[sqlx::test]
async fn news_of_the_host(pool: PgPool) {
    let world = World::new(&pool).await;
    let browser = Browser::of(&world.server);
    browser.sign_in("adm").await;
    assert_eq!(browser.open("/").await.text("#news"), None);
    let form = browser.open("/admin/news").await;
    let text = "# Samedi\r\n\r\nAssemblée **générale**, [le lieu](https://lieu.test/) <script>x</script>";
    let done = browser.follow(browser.submit(&form, &[("fr", text), ("en", " ")]).await).await;
    assert!(done.text("[role=status]").is_some(), "{}", done.body);
    let (mut dora, page) = home(&world.server, "dora").await;
    assert!(page.text("#news").unwrap().contains("Assemblée générale"), "{}", page.body);
    assert_eq!(page.text("#news h3").as_deref(), Some("Samedi"));
    assert!(!page.body.contains("<script>x"));
    dora.headers.insert("accept-language", "en".parse().unwrap());
    assert_eq!(dora.open("/").await.text("#news"), None, "nothing in English");
    let refused = browser.submit(&form, &[("fr", ""), ("en", &"x".repeat(10_001))]).await;
    assert_eq!((refused.status, refused.attribute("#en", "aria-invalid")), (422, Some("true".to_owned())));
    browser.submit(&form, &[("fr", ""), ("en", "")]).await;
    assert_eq!(home(&world.server, "dora").await.1.text("#news"), None);
}

#[sqlx::test]
async fn it_can_be_switched_off(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_HOME_ENABLED", "false")]).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    assert!(browser.open("/").await.url.ends_with("/sign-in"));
    let page = browser.sign_in("alice").await;
    assert!(page.url.ends_with("/account/profile"), "{}", page.url);
}

/// All faults at once, each with its key.
#[test]
fn what_is_wrong_is_told_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.md");
    std::fs::write(&bad, "Bonjour\n{{ personne }}").unwrap();
    let key = loquet::crypto::Vault::generate_master_key();
    let environment = [
        ("LOQUET_SERVER_ISSUER", "https://sso.example.org"),
        ("LOQUET_SECRETS_MASTER_KEY", key.as_str()),
        ("LOQUET_MEMBERSHIP_SNIPPET_FR", bad.to_str().unwrap()),
        ("LOQUET_MEMBERSHIP_SNIPPET_EN", "/nowhere.md"),
        ("LOQUET_MEMBERSHIP_REMINDER_DAYS", "400"),
        ("LOQUET_HOME_CATEGORIES_1_NAME_FR", "Un"),
        ("LOQUET_HOME_CATEGORIES_1_SERVICES", "a, a"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let faults = loquet::config::Settings::load(None, &environment).unwrap_err();
    let told: BTreeMap<&str, &str> = faults.iter().map(|fault| (fault.key.as_str(), fault.reason.as_str())).collect();
    assert!(told["membership.snippet_fr"].contains("line 2: undefined value"), "{told:?}");
    assert!(told["membership.snippet_en"].contains("cannot be read"), "{told:?}");
    assert!(told["membership.reminder_days"].contains("between 0 and 366"), "{told:?}");
    assert!(told["home.categories.1.name_en"].contains("not set"), "{told:?}");
    assert_eq!(told.len(), 4, "{told:?}");
}
