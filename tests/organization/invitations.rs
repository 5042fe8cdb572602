//! Somebody is invited, once more, or not after all; what is read does not say whether they have an account.

use sqlx::PgPool;

use super::scene::{ATELIER, Scene, csrf};
use crate::support::{Browser, Reply};

async fn invite(rita: &Browser, fields: &[(&str, &str)]) -> Reply {
    let page = rita.open(&format!("{ATELIER}/invite")).await;
    rita.submit(&page, fields).await
}

/// An address without an account and one with: the same words (EN-05, OR-08, OR-26), and what comes of it.
#[sqlx::test]
async fn the_same_for_everybody(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    let said = async |address: &str| {
        let done = invite(&rita, &[("email", address), ("access", "cloud"), ("role", "cloud editor")]).await;
        assert!(done.status == 303 && done.location().starts_with(&format!("{ATELIER}/invitations?done=")));
        rita.follow(done).await.text(".notice").unwrap().replace(address, "")
    };
    let (stranger, dora) = (said("new@example.org").await, said("dora@example.org").await);
    assert_eq!(stranger, dora);
    let page = rita.open(&format!("{ATELIER}/invitations")).await;
    assert_eq!(page.texts(".things h2"), ["dora@example.org", "new@example.org"]);
    let cards: Vec<String> = page
        .texts(".things .card > div:first-child")
        .iter()
        .map(|card| card.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(cards[0], cards[1]);
    assert!(
        cards[0].contains("Pourra utiliser : Nuage (editor)") && cards[0].contains("par Rita Moreau"),
        "{}",
        cards[0]
    );
    assert!(!page.body.contains("/invitation/") && !page.body.contains("lqt_"), "OR-23");
    assert!(rita.open(ATELIER).await.text(".headed .muted").unwrap().contains("2 invitations en attente"));

    // One accepts, one declines: the list says who declined, and the grid who is in.
    let link = async |address: &str| {
        let mail = scene.server.mail_to(address).await;
        mail.text.split_whitespace().find(|word| word.contains("/invitation/")).unwrap().to_owned()
    };
    link("new@example.org").await;
    let browser = scene.browser("dora").await;
    let invitation = browser.open(&link("dora@example.org").await).await;
    browser.press(&invitation, "#accept", &[]).await;
    assert_eq!(scene.grants("atelier", "dora").await, [("cloud".to_owned(), vec!["editor".to_owned()])]);
    let page = rita.open(&format!("{ATELIER}/invitations")).await;
    assert_eq!(page.texts(".things h2"), ["new@example.org"]);
    sqlx::query("UPDATE invitations SET answered_at = now(), accepted = false WHERE email = 'new@example.org'")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(rita.open(&format!("{ATELIER}/invitations")).await.text(".things .chip").unwrap(), "Refusée");
    assert!(rita.open(ATELIER).await.text(".headed .muted").unwrap().contains("aucune invitation"));
}

/// What is wrong is said beside the field, and nothing typed is lost.
#[sqlx::test]
async fn what_is_wrong_is_said(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    for (address, status, words) in [
        ("", 422, "adresse"),
        ("not an address", 422, "adresse"),
        ("a@b.test\r\nbcc: c@d.test", 422, "adresse"),
        ("a@b.test, c@d.test", 422, "adresse"),
        ("\"a@b\"@c.test", 422, "adresse"),
        ("alice@example.org", 409, "déjà celle d’un membre"),
        ("ALICE@example.org", 409, "déjà celle d’un membre"),
    ] {
        let page =
            invite(&rita, &[("email", address), ("referent", "yes"), ("access", "cloud"), ("role", "cloud viewer")])
                .await;
        assert_eq!(page.status, status, "{address}");
        assert!(page.text("#email-error").unwrap().contains(words), "{address}: {}", page.body);
        assert_eq!(page.attribute("#errors a", "href").unwrap(), "#email");
        assert!(page.attribute("input[name=referent]", "checked").is_some());
        assert!(page.attribute("input[value=cloud]", "checked").is_some());
        assert!(page.attribute("input[value='cloud viewer']", "checked").is_some());
        assert!(page.attribute("input[value=compta]", "checked").is_none());
    }
    // OR-25: one a day to an address; so many a day by an organization.
    assert_eq!(invite(&rita, &[("email", "new@example.org")]).await.status, 303);
    let again = invite(&rita, &[("email", "NEW@example.org")]).await;
    assert_eq!(again.status, 429);
    assert!(again.text("#email-error").unwrap().contains("déjà reçu une invitation aujourd’hui"));
    // OR-11: nothing that is not this organization's to give.
    for (name, value, status) in [("role", "cloud owner", 403), ("role", "cloud boss", 400), ("access", "forge", 303)] {
        assert_eq!(invite(&rita, &[("email", "other@example.org"), (name, value)]).await.status, status, "{value}");
    }
    let given: i64 = sqlx::query_scalar("SELECT count(*) FROM invitation_grants").fetch_one(&pool).await.unwrap();
    assert_eq!(given, 0);
}

/// Sent again, a day later; withdrawn, once asked. Who may not does neither.
#[sqlx::test]
async fn sent_again_and_withdrawn(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    invite(&rita, &[("email", "new@example.org")]).await;
    let list = format!("{ATELIER}/invitations");
    let page = rita.open(&list).await;
    let soon = rita.press(&page, "button[name=resend]", &[]).await;
    assert_eq!(soon.status, 429);
    assert!(soon.text("#errors").unwrap().contains("aujourd’hui"), "{}", soon.body);
    let id = page.attribute("button[name=resend]", "value").unwrap();
    for (login, status) in [("alice", 403), ("aud", 403), ("dora", 404), ("bob", 404)] {
        let browser = scene.browser(login).await;
        let token = csrf(&browser).await;
        assert_eq!(browser.post(&list, &[("csrf", &token), ("resend", &id)]).await.status, status, "{login}");
        assert_eq!(browser.post(&format!("{list}/{id}"), &[("csrf", &token)]).await.status, status, "{login}");
        assert_eq!(browser.get(&format!("{list}/{id}")).await.status, status, "{login}");
        assert_eq!(browser.get(&format!("{ATELIER}/invite")).await.status, status, "{login}");
        assert_eq!(
            browser.post(&format!("{ATELIER}/invite"), &[("csrf", &token), ("email", "x@y.test")]).await.status,
            status,
            "{login}"
        );
        let seen = browser.get(&list).await.status;
        assert_eq!(seen, if login == "aud" { 200 } else { status }, "{login}");
    }
    let bob = scene.browser("bob").await;
    let other = format!("/organizations/fournil/invitations/{id}");
    assert_eq!(bob.get(&other).await.status, 404, "of another organization");
    assert_eq!(bob.post(&other, &[("csrf", &csrf(&bob).await)]).await.status, 404);

    scene.server.advance(chrono::TimeDelta::days(8));
    let rita = scene.browser("rita").await;
    let page = rita.open(&list).await;
    assert!(page.text(".things .chip").unwrap().starts_with("Sans réponse"));
    let done = rita.press(&page, "button[name=resend]", &[]).await;
    let page = rita.follow(done).await;
    assert!(page.text(".notice").unwrap().contains("Une nouvelle invitation est en route"));
    assert!(page.text(".things .chip").unwrap().starts_with("En attente"));
    let question = rita.open(&page.attribute(".things a", "href").unwrap()).await;
    assert_eq!(question.text("h1").unwrap(), "Annuler l’invitation pour new@example.org ?");
    let page = rita.follow(rita.submit(&question, &[]).await).await;
    assert!(page.text(".notice").unwrap().contains("est annulée") && page.text(".empty").is_some());
    assert_eq!(rita.submit(&question, &[]).await.status, 404);
    // Whoever may invite no more is said so in words.
    scene.switch_off("atelier").await;
    assert_eq!(rita.get(&format!("{ATELIER}/invite")).await.status, 403);
    assert!(rita.open(&list).await.text("#invite, .empty a").is_none());
}

/// Many: in pages.
#[sqlx::test]
async fn many_invitations(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    sqlx::query(
        "INSERT INTO invitations (id, organization_id, email, role, token_hash, by_host, created_at, expires_at)
         SELECT gen_random_uuid(), $1, 'm' || lpad(n::text, 3, '0') || '@x.test', 'member', decode(md5(n::text) || md5(n::text), 'hex'), true, $2, $2 + interval '7 days'
         FROM generate_series(1, 60) n",
    )
    .bind(scene.organization("atelier").await)
    .bind(scene.server.state.clock.now())
    .execute(&pool)
    .await
    .unwrap();
    let rita = scene.browser("rita").await;
    let page = rita.open(&format!("{ATELIER}/invitations")).await;
    assert_eq!(page.texts(".things h2").len(), 50);
    assert!(page.text(".things .muted").unwrap().contains("l’équipe de La Contre-Voie"));
    let page = rita.open(&page.attribute("#next", "href").unwrap()).await;
    assert_eq!(
        (page.texts(".things h2").len(), page.text("#next"), page.attribute("#first", "href").unwrap()),
        (10, None, format!("{ATELIER}/invitations"))
    );
    let cursor = page.url.split("after=").nth(1).unwrap();
    assert_eq!(scene.browser("rex").await.get(&format!("{ATELIER}/invitations?after={cursor}")).await.status, 400);
}
