//! AU-04: what is refused is in the journal with the act and whom or what it was about, and does not fill it.

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::{send, signed_in};
use crate::support::{Script, World};

/// Act, person, service, and the other details.
type Attempt = (String, Option<Uuid>, Option<String>, Value);

async fn attempts(pool: &PgPool, by: Uuid) -> Vec<Attempt> {
    sqlx::query_as(
        "SELECT details ->> 'act', user_id, client_id, details - 'act' - 'slug' - 'reason' FROM audit_events
         WHERE kind = 'delegation-refused' AND actor_id = $1 ORDER BY id",
    )
    .bind(by)
    .fetch_all(pool)
    .await
    .unwrap()
}

#[sqlx::test]
async fn each_says_what_and_on_whom(pool: PgPool) {
    let world = World::new(&pool).await;
    world.server.group("ca", &[&world.people["dora"]], &[]).await;
    let (dora, eve, none) = (world.id("dora"), world.id("eve"), json!({}));
    let aud = signed_in(&world, "aud").await;
    for _ in 0..2 {
        for path in [
            format!("/admin/users/{dora}/disable"),
            format!("/admin/users/{eve}/disable"),
            format!("/admin/users/{eve}/enable"),
            "/admin/services/c_sa/disable".to_owned(),
            "/admin/organizations/a/disable".to_owned(),
            "/admin/groups/ca/delete".to_owned(),
            "/admin/keys/rotate".to_owned(),
        ] {
            assert_eq!(send(&aud, &path, &[]).await.status, 403, "{path}");
        }
    }
    let line = |act: &str, person, service: Option<&str>, details: &Value| -> Attempt {
        (act.to_owned(), person, service.map(str::to_owned), details.clone())
    };
    let expected = [
        line("switch-off", Some(dora), None, &none),
        line("switch-off", Some(eve), None, &none),
        line("switch-on", Some(eve), None, &none),
        line("tend-services", None, Some("c_sa"), &none),
        line("organize", None, None, &json!({ "organization": "a" })),
        line("regroup", None, None, &json!({ "group": "ca" })),
        line("rotate-keys", None, None, &none),
    ];
    assert_eq!(attempts(&pool, world.id("aud")).await, expected);

    // By the API just so; of somebody else, and not of the organization.
    let alice = Script::of(&world.server, &world.people["alice"], None).await;
    let refused = alice.change(Method::POST, &format!("/api/v1/users/{dora}/disable"), &json!({})).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert_eq!(attempts(&pool, world.id("alice")).await, [line("switch-off", Some(dora), None, &none)]);

    let page = signed_in(&world, "adm").await.open("/admin/journal?kind=delegation-refused").await;
    let told = page.text("#lines").unwrap();
    for part in ["refusée : désactiver un compte", "modifier les groupes (ca)", "modifier les services (Service c_sa)"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(page.texts("#lines tbody td:nth-child(3) a"), ["dora", "eve", "eve", "dora"]);
    // Nothing happened to whom it was tried on.
    let own = signed_in(&world, "dora").await.open("/account/activity").await;
    assert!(!own.body.contains("refusée"), "{}", own.body);
}

/// Many accounts one after the other, or all at once, are soon one line for each act.
#[sqlx::test]
async fn many_do_not_fill_the_journal(pool: PgPool) {
    let world = World::new(&pool).await;
    let tried = async || {
        let desks = (0..60).map(|number| {
            let desk = world.desk("aud");
            async move { desk.switch_account(Uuid::now_v7(), number % 2 == 0).await.is_err() }
        });
        assert!(join_all(desks).await.into_iter().all(|refused| refused));
        attempts(&pool, world.id("aud")).await
    };
    for _ in 0..2 {
        let kept = tried().await;
        let (named, others): (Vec<_>, Vec<_>) = kept.iter().partition(|(_, person, ..)| person.is_some());
        assert_eq!(named.len(), 20);
        let mut acts: Vec<&str> = others.iter().map(|(act, ..)| act.as_str()).collect();
        acts.sort_unstable();
        assert_eq!(acts, ["switch-off", "switch-on"]);
        assert!(others.iter().all(|(.., details)| *details == json!({ "others": true })));
    }
    world.server.advance(TimeDelta::minutes(61));
    assert_eq!(tried().await.len(), 44);
}
