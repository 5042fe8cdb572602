//! OR-38: what happened in an organization, for those who look after it; nothing of elsewhere, no addresses.

use sqlx::PgPool;

use super::scene::{ATELIER, Scene, csrf, lines};

#[sqlx::test]
async fn what_happened(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    let journal = format!("{ATELIER}/journal");
    assert!(rita.open(&journal).await.text(".empty").is_some());
    let token = csrf(&rita).await;
    let id = scene.id("alice");
    let press = async |name: &str, service: &str| {
        rita.post(&format!("{ATELIER}/access"), &[("csrf", &token), (name, &format!("{id} {service}"))]).await
    };
    press("give", "cloud").await;
    press("take", "cloud").await;
    let page = rita.open(&format!("{ATELIER}/invite")).await;
    rita.submit(&page, &[("email", "neuf@example.org")]).await;
    let page = rita.open(&format!("{ATELIER}/members/{id}")).await;
    rita.submit(&page, &[("access", "cloud"), ("role", "cloud editor")]).await;
    let question = rita.open(&format!("{ATELIER}/members/{id}/role")).await;
    rita.submit(&question, &[]).await;
    let adm = scene.browser("adm").await;
    adm.submit(&adm.open(&format!("{ATELIER}/members/{}/remove", scene.id("carl"))).await, &[]).await;
    // What carl does in the other organization, and that dora tried to look, is not here.
    scene.browser("dora").await.get(ATELIER).await;
    let bob = scene.browser("bob").await;
    bob.post(
        "/organizations/fournil/access",
        &[("csrf", &csrf(&bob).await), ("give", &format!("{} forge", scene.id("carl")))],
    )
    .await;
    scene.set_role("atelier", "alice", "member").await;
    scene.browser("alice").await.get(ATELIER).await;
    rita.press(&rita.open(ATELIER).await, "#export", &[]).await;

    let page = rita.open(&journal).await;
    assert_eq!(
        lines(&page, ".day li > span:last-child"),
        [
            "Rita Moreau a téléchargé la liste des membres.",
            "Alice Martin a tenté une action non permise : seules les personnes référentes le peuvent. Refusé",
            "L’équipe de La Contre-Voie a retiré Carl Noël de l’organisation.",
            "Rita Moreau a nommé Alice Martin personne référente.",
            "Rita Moreau a donné à Alice Martin l’accès à Nuage, avec editor.",
            "Rita Moreau a invité n…@example.org.",
            "Rita Moreau a retiré à Alice Martin l’accès à Nuage.",
            "Rita Moreau a donné à Alice Martin l’accès à Nuage.",
        ]
    );
    for secret in ["127.0.0", "forge", "Forge", "Fournil", "Dora"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    for (login, status) in [("aud", 200), ("adm", 200), ("alice", 403), ("dora", 404), ("bob", 404)] {
        assert_eq!(scene.browser(login).await.get(&journal).await.status, status, "{login}");
    }
}

/// Page by page; a line of another organization's journal is no place to begin from.
#[sqlx::test]
async fn page_by_page(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    let token = csrf(&rita).await;
    for number in 0..60 {
        let name = if number % 2 == 0 { "give" } else { "take" };
        let cell = format!("{} cloud", scene.id("alice"));
        assert_eq!(rita.post(&format!("{ATELIER}/access"), &[("csrf", &token), (name, &cell)]).await.status, 303);
    }
    let page = rita.open(&format!("{ATELIER}/journal")).await;
    assert_eq!(page.texts(".day li").len(), 50);
    let older = rita.open(&page.attribute("#older", "href").unwrap()).await;
    assert_eq!((older.texts(".day li").len(), older.text("#older")), (10, None));
    assert_eq!(rita.open(&format!("{ATELIER}/journal?before=x")).await.texts(".day li").len(), 50);
}
