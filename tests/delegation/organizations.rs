//! Organizations themselves.

use loquet::authz::delegation::Why;
use loquet::delegation::{Change, Clash, NewOrganization, Refusal};
use sqlx::PgPool;

use crate::support::World;

fn new(slug: &str) -> NewOrganization<'_> {
    NewOrganization { slug, name: "Maison neuve", contact: "", despite_likeness: false }
}

#[sqlx::test]
async fn made_by_administrators(pool: PgPool) {
    let world = World::new(&pool).await;
    for (name, why) in [
        ("rita", Why::AdministratorsOnly),
        ("alice", Why::AdministratorsOnly),
        ("dora", Why::AdministratorsOnly),
        ("aud", Why::ReadOnly),
    ] {
        let outcome = world.desk(name).create_organization(&new("neuve")).await;
        assert!(matches!(outcome, Err(Refusal::Forbidden(other)) if other == why), "{name}: {outcome:?}");
    }
    world.desk("adm").create_organization(&new("neuve")).await.unwrap();
    let taken = NewOrganization { name: "Une autre", ..new("a") };
    let outcome = world.desk("adm").create_organization(&taken).await;
    assert!(matches!(outcome, Err(Refusal::Clash(Clash::SlugTaken))), "{outcome:?}");
    for bad in ["", "-a", "a-", "Ä", "a b", &"a".repeat(64)] {
        let outcome = world.desk("adm").create_organization(&new(bad)).await;
        assert!(matches!(&outcome, Err(Refusal::Invalid(flaw)) if flaw.field == "slug"), "{bad}: {outcome:?}");
    }
    let seen = async |name: &'static str| {
        let found = world.desk(name).organizations(None, 50).await.unwrap();
        found.organizations.into_iter().map(|found| found.slug).collect::<Vec<_>>()
    };
    assert_eq!(seen("adm").await, ["a", "b", "c", "neuve"]);
    assert_eq!(seen("aud").await, ["a", "b", "c", "neuve"]);
    assert_eq!(seen("carl").await, ["a", "b"]);
    assert!(seen("dora").await.is_empty());
}

/// OR-31: another organization of the same slug inherits nothing.
#[sqlx::test]
async fn deleted_and_made_again(pool: PgPool) {
    let world = World::new(&pool).await;
    let outcome = world.desk("rita").change("a", async |work| work.delete_organization(None).await).await;
    assert!(matches!(outcome, Err(Refusal::Forbidden(Why::AdministratorsOnly))));
    world.desk("adm").change("a", async |work| work.delete_organization(None).await).await.unwrap();
    world.desk("adm").create_organization(&new("a")).await.unwrap();
    for name in ["rita", "rex", "alice"] {
        let outcome = world.desk(name).read("a", async |work| work.members("", None, None, 10).await).await;
        assert!(matches!(outcome, Err(Refusal::Hidden)), "{name}");
    }
    let found =
        world.desk("adm").read("a", async |work| Ok((work.members("", None, None, 10).await?, work.services().await?)));
    let (members, services) = found.await.unwrap();
    assert!(members.members.is_empty() && services.is_empty());
}

/// The journal says what it was before.
#[sqlx::test]
async fn a_change_is_journalled(pool: PgPool) {
    let world = World::new(&pool).await;
    let change = Change { name: Some("Atelier vélo et pédalo"), ..Change::default() };
    world.desk("adm").change("a", async |work| work.change_organization(&change, None).await).await.unwrap();
    let details: serde_json::Value =
        sqlx::query_scalar("SELECT details FROM audit_events WHERE kind = 'organization-changed'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(details["before"]["name"], "Atelier vélo");
    assert_eq!(details["after"]["name"], "Atelier vélo et pédalo");
}

/// UN-04: nobody is made to take one for another, unless an administrator knows that they are two.
#[sqlx::test]
async fn names_that_look_alike(pool: PgPool) {
    let world = World::new(&pool).await;
    let (desk, twin) = (world.desk("adm"), NewOrganization { name: "Аtelier Vélo", ..new("neuve") });
    let outcome = desk.create_organization(&twin).await;
    assert!(matches!(outcome, Err(Refusal::Clash(Clash::NameTaken))), "a Cyrillic А: {outcome:?}");
    desk.create_organization(&NewOrganization { despite_likeness: true, ..twin }).await.unwrap();
    let rename = async |change: Change<'static>| {
        desk.change("b", async |work| work.change_organization(&change, None).await).await.map(|place| place.name)
    };
    let change = Change { name: Some("atelier vélo"), ..Change::default() };
    let outcome = rename(change).await;
    assert!(matches!(outcome, Err(Refusal::Clash(Clash::NameTaken))), "{outcome:?}");
    assert_eq!(rename(Change { despite_likeness: true, ..change }).await.unwrap(), "atelier vélo");
    // What it is called already may stay, whatever others are called.
    let same = Change { contact: Some("ecrire@example.org"), ..Change::default() };
    assert_eq!(rename(same).await.unwrap(), "atelier vélo");
}
