use chrono::TimeDelta;
use futures_util::future::join_all;
use sqlx::PgPool;

use super::{ASKED, all_waiting, arrive, ask, lines, mails, scene};
use crate::support::Browser;

/// The page says why and who will be asked; one press asks all who can answer, and nobody else; a second
/// press on the same day asks nobody.
#[sqlx::test]
async fn one_press_asks_those_who_can_answer(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    assert_eq!(page.status, 403);
    assert!(page.text("#reason").unwrap().starts_with("Seules certaines personnes ont accès à Service c_sa"));
    assert_eq!(page.texts("#whom li"), ["Rex Test (Atelier vélo)", "Rita Test (Atelier vélo)"]);
    let asked = ask(&browser, &page).await;
    assert_eq!(asked.status, 403);
    let told = asked.text("#asked").unwrap();
    assert!(told.contains("Rex Test (Atelier vélo), Rita Test (Atelier vélo)") && told.contains("e-mail"), "{told}");
    assert!(asked.text("#ask").is_none() && asked.text("#whom").is_none(), "{}", asked.body);
    let everybody = ["rita", "rex", "remi", "adm", "alice", "carl"];
    assert_eq!(mails(&world, &pool, ASKED, everybody).await, [1, 1, 0, 0, 0, 0]);
    let mail = world.server.mail_titled("rita@example.org", ASKED).await;
    assert!(mail.text.contains("Alice Test demande l’accès à Service c_sa"), "{}", mail.text);
    assert!(mail.text.contains(&format!("{}/organizations/a/requests", world.server.url)), "{}", mail.text);

    // The old form once more: nothing.
    let before = all_waiting(&world).await[0].asked_at;
    browser.follow(browser.press(&page, "#ask", &[]).await).await;
    assert_eq!(all_waiting(&world).await[0].asked_at, before);
    assert_eq!(mails(&world, &pool, ASKED, everybody).await, [1, 1, 0, 0, 0, 0]);
    let (alice, a) = (Some(world.id("alice")), Some(world.organizations["a"]));
    assert_eq!(lines(&pool, "access-asked").await, [(alice, alice, a, Some("c_sa".to_owned()))]);
    // The way back to the service stays.
    let back = browser.get(&asked.attribute("#back", "href").unwrap()).await;
    assert_eq!(back.answer("error").as_deref(), Some("access_denied"));

    // The next day, they may be reminded.
    world.server.advance(TimeDelta::hours(25));
    let page = browser.open(&world.relying_party("c_sa").authorize(&[])).await;
    let page = if page.text("#username").is_some() {
        browser.sign_in_on(&page, "alice", crate::support::PASSWORD).await
    } else {
        page
    };
    assert_eq!(page.text("#ask").as_deref(), Some("Demander à nouveau"));
    ask(&browser, &page).await;
    assert_eq!(mails(&world, &pool, ASKED, everybody).await, [2, 2, 0, 0, 0, 0]);
    assert_eq!(all_waiting(&world).await.len(), 1);
}

/// Pressed ten times at once, on two servers.
#[sqlx::test]
async fn many_presses_are_one(pool: PgPool) {
    let world = scene(&pool).await;
    let other = world.server.beside(&pool, &[]).await;
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    let (action, form) = page.form("#ask");
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let servers = [&world.server, &other];
    let addresses: Vec<String> = (0..10).map(|number| format!("{}{action}", servers[number % 2].url)).collect();
    for reply in join_all(addresses.iter().map(|address| browser.post(address, &form))).await {
        assert_eq!(reply.status, 303, "{}", reply.body);
    }
    assert_eq!(all_waiting(&world).await.len(), 1);
    assert_eq!(mails(&world, &pool, ASKED, ["rita", "rex"]).await, [1, 1]);
    assert_eq!(lines(&pool, "access-asked").await.len(), 1);
}

/// Only the person at that very door, with a form of ours; and where there is a door.
#[sqlx::test]
async fn nobody_asks_for_another(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    let (action, _) = page.form("#ask");
    assert!(browser.post(&action, &[("csrf", "x")]).await.status >= 400);
    let (other, _) = arrive(&world, "bob", "c_sa").await;
    let csrf = other.open("/").await.attribute("input[name=csrf]", "value").unwrap();
    assert_eq!(other.post(&action, &[("csrf", &csrf)]).await.status, 400, "another browser's");
    let stranger = Browser::of(&world.server);
    assert!(stranger.post(&action, &[]).await.status >= 400);
    assert!(all_waiting(&world).await.is_empty());
    // Access came: the page leads in, and so does the button.
    let now = world.server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    let (a, alice) = (world.organizations["a"], world.id("alice"));
    loquet::db::organizations::grant(&mut connection, a, alice, "c_sa", &[], now).await.unwrap();
    assert!(browser.open(&page.url).await.answer("code").is_some());
    let (browser, _) = arrive(&world, "carl", "c_sb").await;
    assert_eq!(browser.get("/refused?authorization=x").await.status, 400);
    assert!(all_waiting(&world).await.is_empty());
}

/// Several organizations are asked each for itself; whoever looks after one is told that they can open it.
#[sqlx::test]
async fn each_organization_is_asked(pool: PgPool) {
    let world = scene(&pool).await;
    let now = world.server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    let (b, alice, rita) = (world.organizations["b"], world.id("alice"), world.id("rita"));
    loquet::db::organizations::attach(&mut connection, b, "c_sa", false).await.unwrap();
    loquet::db::organizations::add_member(&mut connection, b, alice, false, now).await.unwrap();
    let (browser, page) = arrive(&world, "alice", "c_sa").await;
    assert_eq!(page.texts("#whom li").len(), 3);
    let asked = ask(&browser, &page).await;
    assert_eq!(asked.texts("#asked p").len(), 2);
    let everybody = ["rita", "rex", "remi", "adm"];
    assert_eq!(mails(&world, &pool, ASKED, everybody).await, [1, 1, 1, 0]);
    // One says no: the other still waits.
    let request = all_waiting(&world).await.into_iter().find(|waiting| waiting.organization.as_ref().unwrap().0 == "b");
    world.desk("remi").change("b", async |work| work.answer_request(request.unwrap().id, false).await).await.unwrap();
    let page = browser.open(&world.relying_party("c_sa").authorize(&[])).await;
    let told = page.texts("#asked p");
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("Brasserie du port a répondu non")), "{told:?}");

    // rita looks after A and is refused herself: the others hear of it, and she may help herself.
    let (browser, page) = arrive(&world, "rita", "c_sa").await;
    assert!(page.attribute(".stack a", "href").unwrap().ends_with("/organizations/a/requests"));
    ask(&browser, &page).await;
    assert_eq!(mails(&world, &pool, ASKED, everybody).await, [1, 2, 1, 0]);
    assert!(all_waiting(&world).await.iter().any(|waiting| waiting.user == rita));
}

/// OR-30: an organization that is switched off is named as the reason and not asked; so is a door that nobody
/// has opened yet. What others have is told to nobody.
#[sqlx::test]
async fn reasons(pool: PgPool) {
    let world = scene(&pool).await;
    let (browser, page) = arrive(&world, "dora", "c_sa").await;
    assert!(page.text("#reason").unwrap().starts_with("Seules certaines personnes"));
    assert_eq!(page.texts("#whom li"), ["l’équipe de La Contre-Voie"]);
    for name in ["Atelier", "Brasserie", "Cercle", "Rita", "Rex"] {
        assert!(!page.body.contains(name), "{name}: {}", page.body);
    }
    ask(&browser, &page).await;
    assert_eq!(mails(&world, &pool, ASKED, ["adm", "aud", "rita"]).await, [1, 0, 0]);
    let mail = world.server.mail_titled("adm@example.org", ASKED).await;
    assert!(mail.text.contains(&format!("{}/access-requests", world.server.url)), "{}", mail.text);

    // Of C, which is off and has the service for all its members; not of A any more.
    sqlx::query("UPDATE memberships SET organization_id = $2 WHERE user_id = $1")
        .bind(world.id("alice"))
        .bind(world.organizations["c"])
        .execute(&pool)
        .await
        .unwrap();
    let (_, page) = arrive(&world, "alice", "c_sa").await;
    let reason = page.text("#reason").unwrap();
    assert!(reason.contains("Cercle fermé") && reason.contains("désactivée"), "{reason}");
    assert_eq!(page.texts("#whom li"), ["l’équipe de La Contre-Voie"]);

    world.server.service_with("c_new", crate::support::client::REDIRECT, |client| client.everyone = false).await;
    let rp = crate::support::RelyingParty::of(&world.server, "c_new", None);
    let page = browser.open(&rp.authorize(&[])).await;
    assert!(page.text("#reason").unwrap().contains("encore été ouvert à personne"), "{}", page.body);
}

/// Twenty requests a day are enough for anybody.
#[sqlx::test]
async fn not_for_every_service_there_is(pool: PgPool) {
    let world = scene(&pool).await;
    let now = world.server.state.clock.now();
    for number in 0..20 {
        let id = format!("c_{number}");
        world.server.service_with(&id, crate::support::client::REDIRECT, |client| client.everyone = false).await;
        sqlx::query(
            "INSERT INTO access_requests (id, user_id, client_id, created_at) VALUES (gen_random_uuid(), $1, $2, $3)",
        )
        .bind(world.id("dora"))
        .bind(&id)
        .bind(now)
        .execute(&pool)
        .await
        .unwrap();
    }
    let (browser, page) = arrive(&world, "dora", "c_sa").await;
    let reply = browser.press(&page, "#ask", &[]).await;
    assert_eq!(reply.status, 429);
    assert!(reply.text(".notice").unwrap().contains("Réessayez demain"), "{}", reply.body);
    assert_eq!(all_waiting(&world).await.len(), 20);
    world.server.advance(TimeDelta::hours(25));
    let (browser, page) = arrive(&world, "dora", "c_sa").await;
    ask(&browser, &page).await;
    assert_eq!(all_waiting(&world).await.len(), 21);
}
