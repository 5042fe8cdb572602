//! Roles and memberships.

use loquet::authz::delegation::Why;
use loquet::delegation::{Refusal, Version};
use loquet::types::Role;
use serde_json::Value;
use sqlx::PgPool;

use crate::support::World;

async fn role(pool: &PgPool, world: &World, slug: &str, name: &str) -> Option<String> {
    sqlx::query_scalar("SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2")
        .bind(world.organizations[slug])
        .bind(world.id(name))
        .fetch_optional(pool)
        .await
        .unwrap()
}

/// OR-14: a new referent is told of to all the others and to administrators, and to nobody else.
#[sqlx::test]
async fn a_new_referent_is_no_secret(pool: PgPool) {
    let world = World::new(&pool).await;
    let alice = world.id("alice");
    let made = world.desk("rita").change("a", async |work| work.change_role(alice, Role::Referent, None).await).await;
    assert_eq!(made.unwrap().role, Role::Referent);
    for name in ["rita", "rex", "adm"] {
        let mail = world.server.letter(&world.people[name].email, "Une nouvelle personne référente", 1).await;
        assert!(mail.text.contains("Alice Martin"), "{}", mail.text);
    }
    world.server.letter(&world.people["alice"].email, "Vous êtes maintenant personne référente", 1).await;
    for name in ["remi", "carl", "bob"] {
        assert!(world.server.subjects(&pool, &world.people[name].email).await.is_empty(), "{name}");
    }
    let again = world.desk("rita").change("a", async |work| work.change_role(alice, Role::Referent, None).await).await;
    assert!(again.is_ok());
    assert_eq!(world.server.subjects(&pool, &world.people["adm"].email).await.len(), 1, "told once");
}

/// OR-19, and the same asked by both at once on two servers: one stays.
#[sqlx::test]
async fn an_organization_keeps_a_referent(pool: PgPool) {
    let world = World::new(&pool).await;
    for _ in 0..10 {
        let (rita, rex) = (world.desk("rita"), world.desk("rex"));
        let (one, two) = tokio::join!(
            rita.change("a", async |work| work.change_role(world.id("rex"), Role::Member, None).await),
            rex.change("a", async |work| work.change_role(world.id("rita"), Role::Member, None).await),
        );
        let done = [one.is_ok(), two.is_ok()];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{one:?} {two:?}");
        for name in ["rita", "rex"] {
            let again = world
                .desk("host")
                .change("a", async |work| work.change_role(world.id(name), Role::Referent, None).await);
            again.await.unwrap();
        }
    }
    let remi = world.id("remi");
    let refused = |outcome: Result<loquet::db::members::Member, Refusal>| {
        assert!(matches!(outcome, Err(Refusal::Forbidden(Why::LastReferent))), "{outcome:?}");
    };
    refused(world.desk("remi").change("b", async |work| work.change_role(remi, Role::Member, None).await).await);
    refused(world.desk("remi").change("b", async |work| work.remove_member(remi, None).await).await);
    let bob = world.id("bob");
    world.desk("remi").change("b", async |work| work.remove_member(bob, None).await).await.unwrap();
    world.desk("adm").change("b", async |work| work.remove_member(remi, None).await).await.unwrap();
    assert_eq!(role(&pool, &world, "b", "remi").await, None, "an administrator may");
}

/// OR-18: what somebody else changed meanwhile is not undone unaware.
#[sqlx::test]
async fn two_who_change_the_same(pool: PgPool) {
    let world = World::new(&pool).await;
    let alice = world.id("alice");
    let seen = world.desk("rita").read("a", async |work| work.member(alice).await).await.unwrap();
    let version = Version::of_member(&seen);
    let give = |roles: &'static [&'static str]| {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let version = version.clone();
        async move |work: &mut loquet::delegation::Work<'_>| work.grant(alice, "c_sa", &roles, Some(&version)).await
    };
    world.desk("rex").change("a", give(&["viewer"])).await.unwrap();
    let late = world.desk("rita").change("a", give(&["editor"])).await;
    assert!(matches!(late, Err(Refusal::Stale)), "{late:?}");
    let now = world.desk("rita").read("a", async |work| work.member(alice).await).await.unwrap();
    assert_eq!(now.grants[0].roles, ["viewer"]);
}

/// What everybody may, tried through the acts themselves: the rule's table is beside the rule.
#[sqlx::test]
async fn each_to_their_own(pool: PgPool) {
    let world = World::new(&pool).await;
    let (alice, bob, carl) = (world.id("alice"), world.id("bob"), world.id("carl"));
    for (name, slug, expected) in [
        ("dora", "a", "hidden"),
        ("remi", "a", "hidden"),
        ("bob", "a", "hidden"),
        ("rita", "nowhere", "hidden"),
        ("rita", "A' OR 1=1", "hidden"),
        ("alice", "a", "not-referent"),
        ("aud", "a", "read-only"),
        ("rita", "c", "deactivated"),
    ] {
        let outcome = world.desk(name).change(slug, async |work| work.remove_member(carl, None).await).await;
        assert_eq!(outcome.unwrap_err().attempt(), Some(expected), "{name} {slug}");
    }
    // OR-16: somebody of elsewhere is nobody here.
    let outcome = world.desk("rita").change("a", async |work| work.remove_member(bob, None).await).await;
    assert!(matches!(outcome, Err(Refusal::Hidden)));
    assert_eq!(role(&pool, &world, "b", "bob").await.as_deref(), Some("member"));
    // Attempts are kept, the same of one person once an hour; one of an outsider is no business of the
    // organization's referents.
    let kept: Vec<(Option<uuid::Uuid>, bool, Value)> = sqlx::query_as(
        "SELECT actor_id, organization_id IS NOT NULL, details FROM audit_events WHERE kind = 'delegation-refused' ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(kept.len(), 7);
    assert_eq!((kept[0].0, kept[0].1, &kept[0].2["reason"]), (Some(world.id("dora")), false, &Value::from("hidden")));
    assert_eq!((kept[4].0, kept[4].1, &kept[4].2["reason"]), (Some(alice), true, &Value::from("not-referent")));
}

/// OR-05: pages of one organization and one person only; searches are taken literally.
#[sqlx::test]
async fn searched_and_paged(pool: PgPool) {
    let world = World::new(&pool).await;
    let find = async |text: &'static str| {
        let found = world.desk("rita").read("a", async |work| work.members(text, None, None, 200).await).await.unwrap();
        found.members.into_iter().map(|member| member.email).collect::<Vec<_>>()
    };
    assert_eq!(find("").await.len(), 4);
    assert_eq!(find("ALICE@").await, ["alice@example.org"]);
    for nothing in ["bob", "%", "_", "' OR 1=1--", "\\"] {
        assert!(find(nothing).await.is_empty(), "{nothing}");
    }
    let page = |cursor: Option<String>| {
        async move |work: &mut loquet::delegation::Work<'_>| work.members("", None, cursor.as_deref(), 3).await
    };
    let first = world.desk("rita").read("a", page(None)).await.unwrap();
    let next = first.next.clone().unwrap();
    let second = world.desk("rita").read("a", page(Some(next.clone()))).await.unwrap();
    assert_eq!((first.members.len(), second.members.len(), second.next.is_none()), (3, 1, true));
    for (name, slug) in [("rex", "a"), ("adm", "b")] {
        let other = world.desk(name).read(slug, page(Some(next.clone()))).await;
        assert!(matches!(other, Err(Refusal::Invalid(_))), "{name}");
    }
}
