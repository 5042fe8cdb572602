//! The list, against what is there.

use loquet::delegation::list::Step;
use loquet::delegation::{Refusal, Work};
use sqlx::PgPool;

use crate::support::World;

const LIST: &str = "e-mail;rôle;services\n\
    rita@example.org;référente;\n\
    rex@example.org;membre;\n\
    alice@example.org;;c_sa:viewer+editor\n\
    dora@example.org;membre;c_sa\n\
    nobody@example.org;;\n\
    wrong;;\n\
    bob@example.org;;c_sb\n";

/// Previewed, applied at once, and applied again: nothing.
#[sqlx::test]
async fn applied_once(pool: PgPool) {
    let world = World::new(&pool).await;
    let preview = world.desk("rita").read("a", async |work| work.preview_list(LIST, true).await).await.unwrap();
    assert_eq!((preview.steps.len(), preview.unchanged), (5, 1), "{preview:?}");
    let refused: Vec<_> = preview.refused.iter().map(|refused| (refused.line, refused.problem)).collect();
    assert_eq!(refused, [(Some(7), "not-an-address"), (Some(8), "unknown-service")]);
    assert!(preview.steps.iter().any(|planned| planned.email == "carl@example.org" && planned.line.is_none()));
    let before: i64 = sqlx::query_scalar("SELECT count(*) FROM invitations").fetch_one(&pool).await.unwrap();
    assert_eq!(before, 0, "a preview changes nothing");
    let seen = preview.digest.clone();
    let apply = |list: &'static str| {
        let seen = seen.clone();
        async move |work: &mut Work<'_>| work.apply_list(list, true, Some(&seen)).await
    };
    world.desk("rita").change("a", apply(LIST)).await.unwrap();
    for address in ["dora@example.org", "nobody@example.org"] {
        world.server.letter(address, "Une invitation vous attend", 1).await;
    }
    let members: Vec<(String, String)> = sqlx::query_as(
        "SELECT u.username, m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE organization_id = $1 ORDER BY 1",
    )
    .bind(world.organizations["a"])
    .fetch_all(&pool)
    .await
    .unwrap();
    let expected = [("alice", "member"), ("rex", "member"), ("rita", "referent")];
    assert_eq!(members, expected.map(|(name, role)| (name.to_owned(), role.to_owned())));
    let late = world.desk("rita").change("a", apply(LIST)).await;
    assert!(matches!(late, Err(Refusal::Stale)), "what was shown is done already: {late:?}");
    let again = world.desk("rita").change("a", async |work| work.apply_list(LIST, true, None).await).await.unwrap();
    assert_eq!((again.plan.steps.len(), again.plan.unchanged), (0, 5));
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'list-applied'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(events, 1);
}

/// The list that is taken away and brought back changes nothing.
#[sqlx::test]
async fn taken_away_and_brought_back(pool: PgPool) {
    let world = World::new(&pool).await;
    world.desk("rita").change("a", async |work| work.apply_list(LIST, false, None).await).await.unwrap();
    let list = world.desk("rita").change("a", async |work| work.export_list().await).await.unwrap();
    assert!(list.starts_with("email,role,services,name,state\r\n"), "{list}");
    assert!(list.contains("nobody@example.org,member,,,invited\r\n"), "{list}");
    let plan = world.desk("rita").read("a", async |work| work.preview_list(&list, true).await).await.unwrap();
    assert_eq!((plan.steps, plan.refused), (Vec::new(), Vec::new()));
}

/// OR-36: a step that fails takes the whole list back.
#[sqlx::test]
async fn all_or_nothing(pool: PgPool) {
    let world = World::new(&pool).await;
    sqlx::raw_sql(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no more mail'; END $$;
         CREATE TRIGGER fail BEFORE INSERT ON mail_outbox FOR EACH ROW WHEN (pg_trigger_depth() = 0)
         EXECUTE FUNCTION fail();",
    )
    .execute(&pool)
    .await
    .unwrap();
    let outcome = world.desk("rita").change("a", async |work| work.apply_list(LIST, true, None).await).await;
    assert!(matches!(outcome, Err(Refusal::Database(_))), "{outcome:?}");
    let list = world.desk("host").read("a", async |work| work.preview_list(LIST, true).await).await.unwrap();
    assert!(list.steps.iter().any(|planned| matches!(planned.step, Step::Change { .. })), "nothing was done");
    assert_eq!(list.steps.len(), 5);
}
