//! One press gives access, one takes it, one undoes either.

use sqlx::PgPool;

use super::scene::{ATELIER, Scene, csrf};
use crate::support::RelyingParty;

type Grants = Vec<(String, Vec<String>)>;

fn cloud(roles: &[&str]) -> Grants {
    vec![("cloud".to_owned(), roles.iter().map(|role| (*role).to_owned()).collect())]
}

/// Given, undone; taken with the roles, undone with the roles; and a way back to the same place.
#[sqlx::test]
async fn given_taken_undone(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    let page = rita.open(&format!("{ATELIER}?q=ali")).await;
    let give = format!("button[value='{} cloud']", scene.id("alice"));
    let given = rita.press(&page, &give, &[]).await;
    assert!(
        given.status == 303 && given.location().starts_with(&format!("{ATELIER}?q=ali&done=")),
        "{}",
        given.location()
    );
    assert!(given.location().ends_with("#done"));
    assert_eq!(scene.grants("atelier", "alice").await, cloud(&[]));
    let page = rita.follow(given).await;
    assert_eq!(page.text("#done p").unwrap(), "Alice Martin a maintenant accès à Nuage.");
    let undone = rita.press(&page, "#undo", &[]).await;
    assert_eq!((undone.status, undone.location()), (303, "/organizations/atelier?q=ali"));
    assert_eq!(scene.grants("atelier", "alice").await, Grants::new());
    assert_eq!(rita.press(&page, "#undo", &[]).await.status, 409, "undone already");

    scene.grant("atelier", "alice", "cloud", &["editor", "viewer"]).await;
    let page = rita.open(ATELIER).await;
    let taken = rita.follow(rita.press(&page, &give, &[]).await).await;
    assert_eq!(taken.text("#done p").unwrap(), "Alice Martin n’a plus accès à Nuage.");
    assert_eq!(scene.grants("atelier", "alice").await, Grants::new());
    rita.press(&taken, "#undo", &[]).await;
    assert_eq!(scene.grants("atelier", "alice").await, cloud(&["editor", "viewer"]));
    assert_eq!(
        scene.journal("atelier").await,
        ["access-granted", "access-withdrawn", "access-withdrawn", "access-granted"]
    );
    // Pressed again on a page of before: nothing more.
    assert_eq!(
        rita.post(
            &format!("{ATELIER}/access"),
            &[("csrf", &csrf(&rita).await), ("give", &format!("{} cloud", scene.id("alice")))]
        )
        .await
        .location(),
        ATELIER
    );
    assert_eq!(scene.grants("atelier", "alice").await, cloud(&["editor", "viewer"]), "roles stay");
}

/// What another did since is not undone unaware (OR-18); nor by somebody else, nor the day after.
#[sqlx::test]
async fn undoing_undoes_what_was_seen(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let (rita, rex) = (scene.browser("rita").await, scene.browser("rex").await);
    let page = rita.open(ATELIER).await;
    let give = format!("button[value='{} cloud']", scene.id("alice"));
    let given = rita.press(&page, &give, &[]).await;
    let link = given.location().to_owned();
    let page = rita.follow(given).await;
    let undo = page.attribute("#undo", "value").unwrap();
    // The link says nothing to others, and of another organization.
    assert!(rex.open(&link).await.text("#done").is_none());
    assert!(rita.open(&format!("{ATELIER}?done=x")).await.text("#done").is_none());
    let by_rex = [("csrf", &*csrf(&rex).await), ("undo", &undo)];
    assert_eq!(rex.post(&format!("{ATELIER}/access"), &by_rex).await.status, 409);
    scene.grant("atelier", "alice", "cloud", &["editor"]).await;
    let late = rita.press(&page, "#undo", &[]).await;
    assert_eq!(late.status, 409);
    assert_eq!(late.text("h1").unwrap(), "Cela a changé entre-temps");
    assert_eq!(scene.grants("atelier", "alice").await, cloud(&["editor"]));
    scene.server.advance(chrono::TimeDelta::minutes(11));
    assert!(rita.open(&link).await.text("#done").is_none(), "no longer news");
}

/// A role that only the host gives: asked first, since undoing could not give it back.
#[sqlx::test]
async fn what_cannot_be_undone_is_asked(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.grant("atelier", "alice", "cloud", &["editor", "owner"]).await;
    let take = format!("button[value='{} cloud']", scene.id("alice"));
    let rita = scene.browser("rita").await;
    let page = rita.open(&format!("{ATELIER}?q=alice")).await;
    let question = rita.press(&page, &take, &[]).await;
    assert_eq!(question.text("h1").unwrap(), "Retirer à Alice Martin l’accès à Nuage ?");
    assert!(question.text(".notice").unwrap().contains("owner"), "{}", question.body);
    assert_eq!(scene.grants("atelier", "alice").await, cloud(&["editor", "owner"]));
    let done = rita.submit(&question, &[]).await;
    assert!(done.location().starts_with(&format!("{ATELIER}?q=alice&done=")), "{}", done.location());
    assert_eq!(scene.grants("atelier", "alice").await, Grants::new());
    // An administrator can give it back.
    scene.grant("atelier", "alice", "cloud", &["owner"]).await;
    let adm = scene.browser("adm").await;
    let taken = adm.follow(adm.press(&adm.open(ATELIER).await, &take, &[]).await).await;
    adm.press(&taken, "#undo", &[]).await;
    assert_eq!(scene.grants("atelier", "alice").await, cloud(&["owner"]));
}

/// Who may not, does not: nor a form of another site's, nor after the right has gone (OR-04, OR-11, OR-15, OR-34).
#[sqlx::test]
async fn who_may_not(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let press = format!("{ATELIER}/access");
    let id = scene.id("alice");
    for (login, status) in [("alice", 403), ("aud", 403), ("dora", 404), ("bob", 404)] {
        let browser = scene.browser(login).await;
        let reply = browser.post(&press, &[("csrf", &csrf(&browser).await), ("give", &format!("{id} cloud"))]).await;
        assert_eq!(reply.status, status, "{login}");
    }
    let rita = scene.browser("rita").await;
    let token = csrf(&rita).await;
    // Services that the organization does not have, people who are not in it, and nonsense.
    for give in [format!("{id} forge"), format!("{} cloud", scene.id("bob")), format!("{id} cloud\0"), format!("{id} ")]
    {
        assert_eq!(rita.post(&press, &[("csrf", &token), ("give", &give)]).await.status, 404, "{give}");
    }
    for form in [&[("give", "x")][..], &[("give", "")], &[]] {
        let form: Vec<(&str, &str)> = [("csrf", &*token)].into_iter().chain(form.iter().copied()).collect();
        assert_eq!(rita.post(&press, &form).await.status, 400, "{form:?}");
    }
    assert_eq!(
        rita.post(
            "/organizations/fournil/access",
            &[("csrf", &token), ("give", &format!("{} forge", scene.id("carl")))]
        )
        .await
        .status,
        404
    );
    assert_eq!(rita.post(&press, &[("csrf", "x"), ("give", &format!("{id} cloud"))]).await.status, 400);
    let mut evil = scene.browser("rita").await;
    let token = csrf(&evil).await;
    evil.headers.insert("origin", "https://evil.test".parse().unwrap());
    assert_eq!(evil.post(&press, &[("csrf", &token), ("give", &format!("{id} cloud"))]).await.status, 403);
    // Made a member by rex while her page is open.
    let page = rita.open(ATELIER).await;
    scene.set_role("atelier", "rita", "member").await;
    let late = rita.press(&page, &format!("button[value='{id} cloud']"), &[]).await;
    assert_eq!(late.status, 403);
    assert!(late.text("h1").unwrap().starts_with("Vous ne vous occupez pas de"));
    assert_eq!(scene.grants("atelier", "alice").await, Grants::new());
    scene.set_role("atelier", "rita", "referent").await;
    scene.switch_off("atelier").await;
    let off = rita.press(&page, &format!("button[value='{id} cloud']"), &[]).await;
    assert_eq!(off.status, 403);
    assert!(off.text("main p").unwrap().contains("désactivé"), "{}", off.body);
    assert_eq!(scene.grants("atelier", "alice").await, Grants::new());
}

/// GR-04: taken in the grid, gone in the service.
#[sqlx::test]
async fn what_is_taken_ends_at_once(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.grant("atelier", "alice", "cloud", &[]).await;
    let client = loquet::crypto::Plain::random("lqt_cs_");
    let now = scene.server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    loquet::db::clients::add_secret(&mut connection, "cloud", client.hashed(), now, now).await.unwrap();
    drop(connection);
    scene.server.reload().await;
    let rp = RelyingParty::of(&scene.server, "cloud", Some(client));
    let alice = scene.browser("alice").await;
    let tokens = rp.exchange(&alice.get(&rp.authorize(&[])).await.answer("code").unwrap()).await;
    assert_eq!(rp.userinfo(&tokens.text("access_token")).await.status, 200);
    let rita = scene.browser("rita").await;
    let page = rita.open(ATELIER).await;
    rita.press(&page, &format!("button[value='{} cloud']", scene.id("alice")), &[]).await;
    assert_eq!(rp.userinfo(&tokens.text("access_token")).await.status, 401);
}
