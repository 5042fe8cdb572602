//! The journal of the whole instance: found, paged, taken away.

use sqlx::PgPool;

use super::{noted, send, signed_in};
use crate::support::World;

async fn lines(pool: &PgPool, count: i32) {
    sqlx::query(
        "INSERT INTO audit_events (id, at, kind, outcome, device, details)
         SELECT gen_random_uuid(), now(), 'keys-rotated', 'done', '=HYPERLINK(\"x\";\"y\")', '{}' FROM generate_series(1, $1)",
    )
    .bind(count)
    .execute(pool)
    .await
    .unwrap();
}

#[sqlx::test]
async fn what_is_asked_for(pool: PgPool) {
    let world = World::new(&pool).await;
    world.desk("adm").switch_account(world.id("dora"), false).await.unwrap();
    world.desk("rita").change("a", async |work| work.remove_member(world.id("alice"), None).await).await.unwrap();
    let aud = signed_in(&world, "aud").await;
    let today = world.server.state.clock.now().date_naive();
    let (dora, tomorrow) = (world.id("dora"), today + chrono::TimeDelta::days(2));
    for (query, expected) in [
        ("kind=account-disabled".to_owned(), 1),
        ("person=dora".to_owned(), 1),
        (format!("person={dora}&kind=account-disabled"), 1),
        ("person=dora%40example.org&kind=member-removed".to_owned(), 0),
        ("organization=a".to_owned(), 1),
        ("organization=b".to_owned(), 0),
        (format!("organization=a&since={}", today - chrono::TimeDelta::days(1)), 1),
        (format!("since={tomorrow}"), 0),
    ] {
        let page = aud.open(&format!("/admin/journal?{query}")).await;
        assert_eq!((page.status, page.texts("#lines tbody tr").len()), (200, expected), "{query}: {}", page.body);
    }
    let page = aud.open("/admin/journal?person=dora").await;
    assert_eq!(page.texts("#lines tbody td a"), ["adm", "dora"]);
    // A network is not broken in two where the table is narrow.
    let own = aud.open("/admin/journal?person=aud").await;
    assert!(own.texts("#lines .range").iter().any(|range| range.starts_with("127.0.0.0/")), "{}", own.body);
    for (bad, field) in [
        ("person=nobody", "person"),
        ("person=a%00b", "person"),
        ("organization=zzz", "organization"),
        ("organization=%00", "organization"),
        ("since=yesterday", "since"),
        ("since=-5000-01-01", "since"),
    ] {
        let page = aud.open(&format!("/admin/journal?{bad}")).await;
        assert_eq!((page.status, page.text(&format!("#{field}-error")).is_some()), (422, true), "{bad}");
    }
}

/// All that matches, in pieces; no cell is a formula; the journal keeps that it was taken.
#[sqlx::test]
async fn taken_away(pool: PgPool) {
    let world = World::new(&pool).await;
    lines(&pool, 1203).await;
    let aud = signed_in(&world, "aud").await;
    let page = aud.open("/admin/journal?kind=keys-rotated").await;
    assert_eq!(page.texts("#lines tbody tr").len(), 50);
    let older = aud.open(&page.attribute("#older", "href").unwrap()).await;
    assert_eq!(older.texts("#lines tbody tr").len(), 50);
    assert_eq!(older.attribute("#newest", "href").as_deref(), Some("/admin/journal?kind=keys%2Drotated"));
    let copy = aud.press(&page, "#export", &[]).await;
    assert_eq!(copy.headers["content-type"], "text/csv; charset=utf-8");
    let text = copy.body.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1203);
    assert!(
        rows.iter().all(|row| row.len() == 13 && &row[1] == "keys-rotated" && &row[10] == "'=HYPERLINK(\"x\";\"y\")")
    );
    let ids: std::collections::BTreeSet<String> = text.lines().map(str::to_owned).collect();
    assert!(ids.len() >= 2);
    assert_eq!(noted(&pool, "journal-exported").await, [(Some(world.id("aud")), None)]);
    for (field, wrong) in [("person", "nobody"), ("since", "28/11/2026"), ("since", "-262143-01-01"), ("kind", "x")] {
        assert_eq!(send(&aud, "/admin/journal.csv", &[(field, wrong)]).await.status, 400, "{field}={wrong}");
    }
}
