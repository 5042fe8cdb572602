//! Services: added after a recipe, opened, tried, given another secret, switched off, removed.

use chrono::TimeDelta;
use loquet::clients::recipe::Recipe;
use loquet::crypto::Plain;
use loquet::db;
use serde_json::Value;
use sqlx::PgPool;

use super::{send, signed_in};
use crate::support::{Browser, RelyingParty, Reply, World};

const FORGE: &str = "https://forge.example.org";
const RECIPE: &str = "/admin/new-service?recipe=forgejo";

/// Adds a Forgejo as an administrator does: the page that is shown once.
async fn forgejo(adm: &Browser) -> Reply {
    let page = adm.open("/admin/new-service").await;
    assert!(page.attribute(&format!("#recipes a[href=\"{RECIPE}\"]"), "href").is_some(), "{}", page.body);
    let page = adm.open(RECIPE).await;
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("Forgejo"), "the recipe knows it");
    let added = adm.submit(&page, &[("url", "https://Forge.example.org/")]).await;
    assert_eq!(added.status, 200, "{}", added.body);
    added
}

fn client_id(added: &Reply) -> String {
    added.text("[aria-labelledby=kept] dd").unwrap()
}

/// Lines of the journal of that kind about that service: who did it, and what is told.
async fn told(pool: &PgPool, kind: &str, client_id: &str) -> Vec<(Option<uuid::Uuid>, Value)> {
    sqlx::query_as("SELECT actor_id, details FROM audit_events WHERE kind = $1 AND client_id = $2 ORDER BY id")
        .bind(kind)
        .bind(client_id)
        .fetch_all(pool)
        .await
        .unwrap()
}

/// The volunteer's week: a Forgejo is added, opened to a group, tried for somebody; and what was shown is what
/// the service receives.
#[sqlx::test]
async fn a_forgejo_from_the_recipe_to_the_test_sign_in(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.group("equipe", &[&world.people["dora"]], &[]).await;
    let adm = signed_in(&world, "adm").await;
    let added = forgejo(&adm).await;
    let (id, secret) = (client_id(&added), added.text("#secret").unwrap());
    assert!(secret.starts_with("lqt_cs_"), "{secret}");
    // Whatever asks again is not told it.
    let service = format!("/admin/services/{id}");
    let page = adm.open(&service).await;
    assert!(!page.body.contains(&secret));
    assert!(page.text("[aria-labelledby=who] .notice").is_some(), "nobody may use it yet");
    assert!(page.text("[aria-labelledby=settings]").unwrap().contains(&format!("{FORGE}/user/oauth2/loquet/callback")));
    let added = told(&pool, "service-added", &id).await;
    assert_eq!(added.len(), 1);
    assert_eq!(added[0].0, Some(world.id("adm")));
    assert!(!added[0].1.to_string().contains(&secret));

    let access = format!("{service}/access");
    let page = adm.open(&access).await;
    assert_eq!(page.text("#people"), None);
    let page = adm.follow(adm.submit(&page, &[("group", "equipe")]).await).await;
    assert_eq!(page.texts("#people td:nth-child(2)"), ["dora"]);
    assert!(page.text("#people").unwrap().contains("groupe equipe"));
    assert_eq!(told(&pool, "service-changed", &id).await[0].1["groups"], serde_json::json!(["equipe"]));

    let test = page.attribute("#people td:nth-child(4) a", "href").unwrap();
    let page = adm.open(&test).await;
    assert!(page.text("#outcome").unwrap().contains("peut se connecter à Forgejo"), "{}", page.body);
    let names = page.texts("[aria-labelledby=\"id-token\"] dt");
    let values = page.texts("[aria-labelledby=\"id-token\"] dd");
    let shown: std::collections::BTreeMap<String, String> = names.into_iter().zip(values).collect();
    assert_eq!(shown["groups"], r#"["equipe"]"#);
    assert_eq!(shown["preferred_username"], "dora");
    let page = adm.open(&format!("{service}/test?person=bob%40example.org")).await;
    assert!(page.text("#outcome").unwrap().contains("ne peut pas se connecter"), "{}", page.body);
    assert_eq!(page.text("[aria-labelledby=\"id-token\"]"), None, "nothing of him");
    assert!(page.text("[aria-labelledby=outcome] li").unwrap().contains("equipe"));
    assert_eq!(adm.get(&format!("{service}/test?person=personne")).await.status, 422);

    world.server.reload().await;
    let mut forge = RelyingParty::of(&world.server, &id, Some(Plain::presented(&secret)));
    forge.redirect_uri = format!("{FORGE}/user/oauth2/loquet/callback");
    let dora = Browser::of(&world.server);
    let asked = dora.sign_in_on(&dora.open(&forge.authorize(&[])).await, "dora", crate::support::PASSWORD).await;
    let agreed = dora.follow(dora.press(&asked, "#consent-allow", &[]).await).await;
    let tokens = forge.exchange(&agreed.answer("code").unwrap()).await.id_token();
    for (claim, value) in &shown {
        let told = tokens[claim].as_str().map_or_else(|| tokens[claim].to_string(), str::to_owned);
        assert_eq!(told, *value, "{claim}: {tokens}");
    }
}

/// What is shown to paste is what the command line prints, and what `docs/clients/forgejo.md` speaks of.
#[sqlx::test]
async fn the_settings_are_those_of_the_documentation(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let added = forgejo(&adm).await;
    let (id, secret, shown) =
        (client_id(&added), added.text("#secret").unwrap(), added.texts("#settings code").remove(0));
    let recipe = Recipe::new("forgejo", FORGE.to_owned(), None).unwrap();
    assert_eq!(shown, recipe.settings(&world.server.state.paths, &id, &secret).trim());
    assert!(added.text("#settings-title + pre + p").unwrap().contains("docs/clients/forgejo.md"));

    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/clients/forgejo.md")).unwrap();
    let settings = docs.split("| Setting | Why |").nth(1).unwrap().lines().skip(2);
    let settings: Vec<&str> =
        settings.take_while(|line| line.starts_with('|')).map(|line| line.split('`').nth(1).unwrap()).collect();
    assert!(settings.len() > 3, "{settings:?}");
    for setting in settings {
        assert!(shown.contains(setting), "{setting} of the page is not in {shown}");
    }
    assert!(docs.contains("admin auth add-oauth") && shown.contains("admin auth add-oauth"));
    let client = db::clients::find(&mut pool.acquire().await.unwrap(), &id).await.unwrap().unwrap();
    for address in &client.redirect_uris {
        assert!(docs.contains(&format!("`{address}`")), "{address}");
    }
    assert_eq!(client.scopes, ["openid", "profile", "email", "groups"]);
    assert!(client.require_pkce && !client.everyone && client.enabled);
}

/// Whoever is listed may use the service, and whoever may is listed: for each service and person.
#[sqlx::test]
async fn who_can_sign_in_is_what_the_rule_says(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.group("equipe", &[&world.people["dora"], &world.people["carl"]], &["c_sb"]).await;
    world.server.service_with("c_off", crate::support::client::REDIRECT, |client| client.enabled = false).await;
    sqlx::query(
        "UPDATE users SET active = username <> 'bob', email_verified_at = CASE WHEN username <> 'rex' THEN now() END",
    )
    .execute(&pool)
    .await
    .unwrap();
    let desk = world.desk("aud");
    for service in ["c_conf", "c_sa", "c_sb", "c_all", "c_off"] {
        let mut listed: Vec<String> = Vec::new();
        // Page by page.
        loop {
            let after = listed.last().cloned().unwrap_or_default();
            let file = desk.service_access(service, &after, 3).await.unwrap();
            listed.extend(file.people.into_iter().map(|person| person.username));
            if !file.more {
                break;
            }
        }
        let mut allowed = Vec::new();
        for (name, person) in &world.people {
            if desk.explain_access(person.id, service).await.unwrap().allowed {
                allowed.push((*name).to_owned());
            }
        }
        assert_eq!(listed, allowed, "{service}");
    }
}

/// Two administrators who look at the same rule do not undo one another unaware; and closing ends what is held.
#[sqlx::test]
async fn the_rule_is_changed_by_one_at_a_time(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.group("equipe", &[&world.people["dora"]], &["c_sa"]).await;
    let adm = signed_in(&world, "adm").await;
    let service = world.relying_party("c_sa");
    let held = service.exchange(&service.code(&Browser::of(&world.server), "dora").await).await;
    let path = "/admin/services/c_sa/access";
    let (one, other) = (adm.open(path).await, adm.open(path).await);
    assert_eq!(one.texts("#people td:nth-child(2)"), ["alice", "carl", "dora"]);
    let page = adm.follow(adm.submit(&one, &[("policy", "everyone")]).await).await;
    assert_eq!(page.texts("#people td:nth-child(2)").len(), world.people.len());
    let stale = adm.submit(&other, &[("group", "admins")]).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    // Neither open to everybody nor to her group any more.
    let version = page.attribute("input[name=version]", "value").unwrap();
    let closed = send(&adm, path, &[("policy", "restricted"), ("version", &version)]).await;
    let page = adm.follow(closed).await;
    assert!(page.text("[role=status]").unwrap().contains("Une personne"), "{}", page.body);
    assert_eq!(page.texts("#people td:nth-child(2)"), ["alice", "carl"]);
    assert_eq!(service.refresh(&held.text("refresh_token")).await.error().1, "invalid_grant");
    let version = page.attribute("input[name=version]", "value").unwrap();
    let unknown = send(&adm, path, &[("policy", "restricted"), ("group", "nulle-part"), ("version", &version)]).await;
    assert_eq!(unknown.status, 400, "{}", unknown.body);
}

/// AD-13: the old secret is good for as long as was said, and not a moment longer.
#[sqlx::test]
async fn a_secret_is_renewed(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let renew = async |overlap: &str| {
        let page = adm.open("/admin/services/c_conf/secret").await;
        let kept = adm.submit(&page, &[("overlap", overlap)]).await;
        assert_eq!(kept.status, 200, "{}", kept.body);
        world.server.reload().await;
        Plain::presented(&kept.text("#secret").unwrap())
    };
    // It has no grant of that kind: with a good secret it is told so.
    let is_good = async |secret: &Plain| {
        let service = RelyingParty::of(&world.server, "c_conf", Some(secret.clone()));
        match service.token(&[("grant_type", "client_credentials")]).await.error() {
            (401, "invalid_client") => false,
            (400, "unauthorized_client") => true,
            other => panic!("{other:?}"),
        }
    };
    let first = world.secrets["c_conf"].clone();
    let second = renew("24").await;
    assert!(is_good(&first).await && is_good(&second).await);
    let page = adm.open("/admin/services/c_conf").await;
    assert_eq!(page.texts("[aria-labelledby=secrets] li").len(), 2, "{}", page.body);
    let third = renew("0").await;
    assert!(!is_good(&first).await && !is_good(&second).await && is_good(&third).await, "at once");
    let fourth = renew("1").await;
    assert_eq!(send(&adm, "/admin/services/c_conf/secret", &[("overlap", "48")]).await.status, 400, "a day at most");
    world.server.advance(TimeDelta::minutes(59));
    assert!(is_good(&third).await && is_good(&fourth).await);
    world.server.advance(TimeDelta::minutes(2));
    assert!(!is_good(&third).await && is_good(&fourth).await);
    assert_eq!(told(&pool, "service-secret-renewed", "c_conf").await.len(), 3);
}

#[sqlx::test]
async fn a_service_is_switched_off_and_on_and_removed(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let service = world.relying_party("c_sa");
    let held = service.exchange(&service.code(&Browser::of(&world.server), "alice").await).await;
    let path = "/admin/services/c_sa";
    assert_eq!(adm.open(path).await.texts("#deeds a"), ["Désactiver le service", "Supprimer le service"]);
    let page = adm.open(&format!("{path}/disable")).await;
    let page = adm.follow(adm.submit(&page, &[]).await).await;
    assert!(page.text("[role=status]").unwrap().contains("désactivé"), "{}", page.body);
    assert_eq!(page.texts("#deeds a"), ["Réactiver le service", "Supprimer le service"]);
    world.server.reload().await;
    assert_ne!(service.refresh(&held.text("refresh_token")).await.status, 200);
    let page = adm.open(&format!("{path}/enable")).await;
    adm.submit(&page, &[]).await;
    world.server.reload().await;
    assert_eq!(service.refresh(&held.text("refresh_token")).await.error().1, "invalid_grant", "what ended has ended");
    service.exchange(&service.code(&Browser::of(&world.server), "alice").await).await.text("access_token");
    let page = adm.open(&format!("{path}/delete")).await;
    let page = adm.follow(adm.submit(&page, &[]).await).await;
    assert!(page.text("[role=status]").unwrap().contains("supprimé"), "{}", page.body);
    assert!(!page.texts("#services td:nth-child(3)").contains(&"c_sa".to_owned()));
    assert_eq!(adm.get(path).await.status, 404);
    let lines = told(&pool, "service-changed", "c_sa").await;
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].1["after"], serde_json::json!({ "enabled": false }));
    assert_eq!(told(&pool, "service-removed", "c_sa").await[0].0, Some(world.id("adm")));
}

/// A list to search; who may use each in a word; and what a form cannot be.
#[sqlx::test]
async fn services_are_found_and_forms_are_looked_at(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.group("equipe", &[], &["c_sb"]).await;
    world.server.service_with("c_none", crate::support::client::REDIRECT, |client| client.everyone = false).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open("/admin/services").await;
    let who: std::collections::BTreeMap<String, String> =
        page.texts("#services td:nth-child(3)").into_iter().zip(page.texts("#services td:nth-child(2)")).collect();
    for (service, words) in [
        ("c_conf", "Tout le monde"),
        ("c_sa", "1 organisation"),
        ("c_sb", "1 groupe, 1 organisation"),
        ("c_all", "2 organisations"),
        ("c_none", "Personne"),
    ] {
        assert_eq!(who[service], words, "{service}");
    }
    let found = async |q: &str| adm.open(&format!("/admin/services?q={q}")).await.texts("#services td:nth-child(3)");
    assert_eq!(found("C_S").await, ["c_sa", "c_sb"]);
    assert_eq!(found("%25").await, [""; 0]);
    assert_eq!(adm.get(&format!("/admin/services?q={}", "x".repeat(101))).await.status, 422);
    let aud = signed_in(&world, "aud").await;
    let page = aud.open("/admin/services/c_sa").await;
    assert_eq!((page.text("#deeds"), page.text("#renew")), (None, None));
    assert_eq!(aud.open("/admin/services/c_sa/access").await.text("input[name=policy]"), None);

    let count = async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM clients").fetch_one(&pool).await.unwrap() };
    let before = count().await;
    let form = adm.open(RECIPE).await;
    for (fields, fault) in [
        (&[("url", "forge.example.org")][..], "#url-error"),
        (&[("url", "http://forge.example.org")][..], "#url-error"),
        (&[("url", FORGE), ("name", " ")][..], "#name-error"),
        (&[("url", FORGE), ("provider", "a/b")][..], "#provider-error"),
    ] {
        let refused = adm.submit(&form, fields).await;
        assert_eq!(refused.status, 422, "{fields:?}");
        assert!(refused.text(fault).is_some(), "{fields:?}: {}", refused.body);
    }
    assert_eq!(adm.get("/admin/new-service?recipe=nothing").await.status, 404);
    let other = adm.open("/admin/new-service?recipe=other").await;
    let refused = adm.submit(&other, &[("name", "Wiki"), ("redirect_uris", "http://wiki.example.org/cb")]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(count().await, before);
    let uris = "https://wiki.example.org/cb\r\nhttps://wiki.example.org/other\r\n";
    let added = adm.submit(&other, &[("name", "Wiki"), ("redirect_uris", uris)]).await;
    assert_eq!(added.status, 200, "{}", added.body);
    let id = client_id(&added);
    let client = db::clients::find(&mut pool.acquire().await.unwrap(), &id).await.unwrap().unwrap();
    assert_eq!(client.redirect_uris, ["https://wiki.example.org/cb", "https://wiki.example.org/other"]);
    assert_eq!(client.start_uri.as_deref(), Some("https://wiki.example.org/"));
}

/// AD-04: what shows a secret, opens, closes or removes wants a proof of the last ten minutes.
#[sqlx::test]
async fn services_want_a_recent_proof(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    world.server.advance(TimeDelta::minutes(11));
    let acts = ["secret", "disable", "enable", "delete"].map(|act| format!("/admin/services/c_sa/{act}"));
    for path in acts.iter().map(String::as_str).chain([RECIPE]) {
        let asked = adm.get(path).await;
        assert!(asked.location().contains("confirm=1"), "{path}: {} {}", asked.status, asked.location());
    }
    let forms: [(&str, &[(&str, &str)]); 5] = [
        ("/admin/new-service", &[("recipe", "forgejo"), ("url", FORGE), ("name", "n")]),
        ("/admin/services/c_sa/access", &[("policy", "everyone")]),
        ("/admin/services/c_sa/secret", &[("overlap", "0")]),
        ("/admin/services/c_sa/disable", &[]),
        ("/admin/services/c_sa/delete", &[]),
    ];
    for (path, fields) in forms {
        let sent = send(&adm, path, fields).await;
        assert!(sent.status == 403 && sent.body.contains("confirm=1"), "{path}: {} {}", sent.status, sent.body);
    }
    let client = db::clients::find(&mut pool.acquire().await.unwrap(), "c_sa").await.unwrap().unwrap();
    assert!(client.enabled && !client.everyone);
}

/// Sign-out notices: the last, those that failed with why, those that wait.
#[sqlx::test]
async fn sign_out_notices_are_told(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open("/admin/services/c_sa").await;
    assert!(page.text("[aria-labelledby=\"sign-outs\"]").unwrap().contains("n’a pas d’adresse"), "{}", page.body);
    sqlx::query(
        "INSERT INTO logout_deliveries (id, client_id, user_id, sid, created_at, next_attempt_at, attempts, delivered_at, failed_at, last_error)
         SELECT gen_random_uuid(), 'c_sa', $1, gen_random_uuid(), now(), now() + interval '1 day', n, CASE n WHEN 1 THEN now() END,
             CASE n WHEN 3 THEN now() END, CASE n WHEN 3 THEN 'answered 500 <b>' END FROM generate_series(1, 3) n",
    )
    .bind(world.id("alice"))
    .execute(&pool)
    .await
    .unwrap();
    let page = adm.open("/admin/services/c_sa").await;
    let facts = page.texts("[aria-labelledby=\"sign-outs\"] dd");
    assert_eq!(facts[1..], ["1", "1"], "{facts:?}");
    assert_eq!(page.texts("#notices tbody tr").len(), 3);
    assert_eq!(page.text("#notices samp").as_deref(), Some("answered 500 <b>"));
    assert!(page.text("#notices").unwrap().contains("Abandonné après 3 essais"));
}
