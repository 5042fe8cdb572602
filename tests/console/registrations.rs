//! New accounts are answered: let in with one press, refused when it was asked.

use sqlx::PgPool;

use super::{noted, signed_in};
use crate::support::World;

#[sqlx::test]
async fn accepted_or_declined(pool: PgPool) {
    let world = World::new(&pool).await;
    sqlx::query(
        "UPDATE users SET active = false, awaiting_approval_at = now() - CASE username WHEN 'eve' THEN interval '1 day' ELSE interval '0' END
         WHERE username IN ('eve', 'dora')",
    )
    .execute(&pool)
    .await
    .unwrap();
    let (adm, aud) = (signed_in(&world, "adm").await, signed_in(&world, "aud").await);
    let page = aud.open("/admin/registrations").await;
    assert_eq!((page.texts("#registrations h2").len(), page.text("#registrations button")), (2, None));
    let page = adm.open("/admin/registrations").await;
    assert_eq!(page.text("nav [aria-current=page] .badge").as_deref(), Some("2"));
    assert_eq!(page.form("#registrations button").1["account"], world.id("eve").to_string(), "the longest first");
    let accepted = adm.press(&page, "#registrations button[value=accept]", &[]).await;
    assert!(accepted.text("[role=status]").unwrap().contains("peut maintenant se connecter"), "{}", accepted.body);
    world.server.mail_to("eve@example.org").await;
    let decline = "#registrations a.is-plain";
    // The page that was open is over.
    assert_eq!(adm.get(&page.attribute(decline, "href").unwrap()).await.status, 409);
    let way = accepted.attribute(decline, "href").unwrap();
    assert_eq!(aud.get(&way).await.status, 403);
    for (nobody, status) in [("x".to_owned(), 404), (world.id("rita").to_string(), 409)] {
        assert_eq!(adm.get(&format!("/admin/registrations?decline={nobody}")).await.status, status, "{nobody}");
    }
    let asked = adm.open(&way).await;
    let question = asked.text("main").unwrap();
    assert!(question.contains("Refuser le compte de") && question.contains("dora@example.org"), "{question}");
    assert_eq!(
        asked.attribute("section.card a.is-plain", "href").as_deref(),
        Some("/admin/registrations"),
        "the way back"
    );
    assert!(noted(&pool, "registration-refused").await.is_empty(), "only asked");
    let declined = adm.submit(&asked, &[]).await;
    assert!(declined.text(".empty").is_some(), "{}", declined.body);
    world.server.mail_to("dora@example.org").await;
    assert_eq!(adm.press(&accepted, "#registrations button[value=accept]", &[]).await.status, 409);
    let left: Vec<(String, bool)> =
        sqlx::query_as("SELECT username, active FROM users WHERE username IN ('eve', 'dora')")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(left, [("eve".to_owned(), true)]);
    assert_eq!(noted(&pool, "registration-approved").await, [(Some(world.id("adm")), Some(world.id("eve")))]);
    let refused = noted(&pool, "registration-refused").await;
    assert!(
        matches!(refused[..], [(actor, Some(pseudonym))] if actor == Some(world.id("adm")) && pseudonym != world.id("dora"))
    );
}
