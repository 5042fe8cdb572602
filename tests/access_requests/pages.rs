use sqlx::PgPool;

use super::{all_waiting, arrive, ask, scene, the_one};
use crate::support::world::World;
use crate::support::{Browser, Reply};

async fn at_work(world: &World, name: &str, path: &str) -> (Browser, Reply) {
    let browser = Browser::of(&world.server);
    browser.sign_in(name).await;
    let page = browser.open(path).await;
    (browser, page)
}

const ACCEPT: &str = "#requests button[value=accept]";
const DECLINE: &str = "#requests button[value=decline]";

/// The administrators' page: empty at first, then one press is a yes or a no, and it says what was done.
#[sqlx::test]
async fn administrators_answer_in_one_press(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = at_work(&world, "adm", "/access-requests").await;
    assert_eq!((page.status, page.text("h1").as_deref()), (200, Some("Demandes d’accès")));
    assert!(page.text(".empty").is_some(), "{}", page.body);
    for name in ["rita", "dora"] {
        assert_eq!(at_work(&world, name, "/access-requests").await.1.status, 404, "{name}");
    }
    assert!(Browser::of(&world.server).open("/access-requests").await.url.contains("/sign-in"));
    for name in ["dora", "bob", "eve"] {
        let (browser, page) = arrive(&world, name, "c_sa").await;
        ask(&browser, &page).await;
    }
    let page = browser.open("/access-requests").await;
    assert_eq!(page.texts("#requests h2"), ["Dora Test", "Bob Test", "Eve Test"]);
    assert!(page.text("#requests li").unwrap().contains("crée un groupe au nom de Service c_sa"), "{}", page.body);
    let done = browser.press(&page, ACCEPT, &[]).await;
    let told = done.text(".notice").unwrap();
    assert_eq!(done.status, 200);
    assert!(told.contains("Dora Test peut maintenant utiliser Service c_sa"), "{told}");
    assert!(told.contains("Le groupe service-c-sa a été créé"), "{told}");
    // The old page once more: somebody has answered.
    let again = browser.press(&page, ACCEPT, &[]).await;
    assert_eq!(again.status, 409);
    assert!(again.text("#errors").unwrap().contains("déjà répondu"), "{}", again.body);
    assert!(again.text("#requests li").unwrap().contains("dans le groupe service-c-sa"), "{}", again.body);

    // Two groups, one of which opens more: none is chosen for them.
    world.server.group("wide", &[], &["c_sa", "c_sb"]).await;
    let page = browser.open("/access-requests").await;
    assert!(page.text("fieldset").unwrap().contains("Ce groupe ouvre aussi : Service c_sb"), "{}", page.body);
    let refused = browser.press(&page, ACCEPT, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.attribute("#errors a", "href").unwrap().starts_with("#group-"), "{}", refused.body);
    let done = browser.press(&page, ACCEPT, &[("group", "wide")]).await;
    assert!(done.text(".notice").unwrap().contains("Bob Test peut maintenant"), "{}", done.body);
    let declined = browser.press(&done, DECLINE, &[]).await;
    assert!(
        declined.text(".notice").unwrap().contains("refusé à Eve Test l’accès à Service c_sa"),
        "{}",
        declined.body
    );
    assert!(all_waiting(&world).await.is_empty() && declined.text(".empty").is_some());
}

/// Auditors look; a form of nobody's is no answer.
#[sqlx::test]
async fn auditors_look_and_do_not_answer(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = arrive(&world, "dora", "c_sa").await;
    ask(&browser, &page).await;
    let id = the_one(&world).await;
    let (browser, page) = at_work(&world, "aud", "/access-requests").await;
    assert_eq!(page.texts("#requests button"), [""; 0]);
    assert_eq!(page.texts("#requests h2"), ["Dora Test"]);
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let form = [("csrf", csrf.as_str()), ("request", &id.to_string()), ("answer", "accept")];
    let refused = browser.post("/access-requests", &form).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text("#errors").unwrap().contains("mais pas y répondre"), "{}", refused.body);
    let (browser, page) = at_work(&world, "adm", "/access-requests").await;
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let id = id.to_string();
    for (form, status) in [
        (vec![("request", id.as_str()), ("answer", "accept")], 403),
        (vec![("csrf", csrf.as_str()), ("request", id.as_str()), ("answer", "perhaps")], 400),
        (vec![("csrf", &csrf), ("request", "x"), ("answer", "accept")], 404),
        (vec![("csrf", &csrf), ("request", "00000000-0000-7000-8000-000000000000"), ("answer", "accept")], 404),
    ] {
        let reply = browser.post("/access-requests", &form).await;
        assert!(reply.status == status || status == 403 && reply.status == 400, "{form:?}: {}", reply.status);
    }
    assert_eq!(the_one(&world).await.to_string(), id);
}

/// The referents' page: one press gives access, and it says so; a colleague who was quicker is told of.
/// Whoever looks after another organization, or none, finds nothing.
#[sqlx::test]
async fn referents_answer_in_one_press(pool: PgPool) {
    let world = scene(&pool).await;
    sqlx::query("DELETE FROM access_grants WHERE user_id = $1").bind(world.id("carl")).execute(&pool).await.unwrap();
    let (browser, page) = at_work(&world, "rita", "/organizations/a/requests").await;
    assert_eq!((page.status, page.text("h1").as_deref()), (200, Some("Demandes")));
    assert!(page.text(".empty").is_some(), "{}", page.body);
    for name in ["alice", "carl"] {
        let (browser, page) = arrive(&world, name, "c_sa").await;
        ask(&browser, &page).await;
    }
    let page = browser.open("/organizations/a/requests").await;
    assert_eq!(page.texts("#requests h2"), ["Alice Test", "Carl Test"]);
    let (other, same) = at_work(&world, "rex", "/organizations/a/requests").await;
    let reply = browser.press(&page, ACCEPT, &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let done = browser.follow(reply).await;
    assert!(
        done.text(".notice").unwrap().contains("Alice Test peut maintenant utiliser Service c_sa"),
        "{}",
        done.body
    );
    assert_eq!(done.texts("#requests h2"), ["Carl Test"]);
    let late = other.press(&same, DECLINE, &[]).await;
    assert_eq!(late.status, 409);
    assert!(late.text("#errors").unwrap().contains("déjà répondu"), "{}", late.body);
    let declined = other.follow(other.press(&late, DECLINE, &[]).await).await;
    assert!(
        declined.text(".notice").unwrap().contains("refusé à Carl Test l’accès à Service c_sa"),
        "{}",
        declined.body
    );
    assert!(all_waiting(&world).await.is_empty());
    // What was done is said to the one who did it, and to nobody else.
    assert!(other.open(&done.url).await.text(".notice").is_none());

    for (name, slug, status) in [("remi", "a", 404), ("eve", "a", 404), ("alice", "a", 403), ("rita", "b", 404)] {
        let (browser, page) = at_work(&world, name, &format!("/organizations/{slug}/requests")).await;
        assert_eq!(page.status, status, "{name} in {slug}");
        let csrf = browser.open("/").await.attribute("input[name=csrf]", "value").unwrap();
        let form = [("csrf", csrf.as_str()), ("request", "00000000-0000-7000-8000-000000000000"), ("answer", "accept")];
        let reply = browser.post(&format!("/organizations/{slug}/requests"), &form).await;
        assert_eq!(reply.status, status, "{name} in {slug}");
    }
    // Auditors look; what is switched off is looked at.
    let (browser, page) = arrive(&world, "rita", "c_sa").await;
    ask(&browser, &page).await;
    let (_, page) = at_work(&world, "aud", "/organizations/a/requests").await;
    assert_eq!((page.texts("#requests h2"), page.texts("#requests button").len()), (vec!["Rita Test".to_owned()], 0));
}
