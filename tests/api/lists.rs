//! The list of members, by programs (OR-35, OR-36).

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::contents::Contents;
use crate::support::{Script, World};

const LIST: &str = "/api/v1/organizations/a/list";

#[sqlx::test]
async fn shown_then_applied(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let text = "email;role;services\nalice@example.org;referent;c_sa:editor\nnew@x.test;;c_sa\nbad;;\n\
        carl@example.org;;c_sb\nrita@example.org\nrex@example.org\n";
    let before = Contents::of(&pool).await;
    let list = json!({ "text": text, "complete": true });
    let shown = rita.post(&format!("{LIST}/preview"), &list).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let changed = before.difference(&Contents::of(&pool).await);
    assert!(changed.iter().all(|row| row.contains("throttles") || row.contains("personal_tokens")), "{changed:#?}");
    let word = |item: &Value| item["change"].as_str().unwrap().to_owned();
    let changes: Vec<String> = shown.body["changes"].as_array().unwrap().iter().map(word).collect();
    assert_eq!(changes, ["change-member", "invite"]);
    let refused = shown.body["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 2, "{}", shown.text);
    assert_eq!((&refused[0]["line"], &refused[0]["field"]), (&json!(4), &json!("email")));
    assert_eq!(shown.body["unchanged"], 2);

    let mut apply = list.clone();
    apply["digest"] = json!("another");
    assert_eq!(rita.post(LIST, &apply).await.status, 412);
    apply["digest"] = shown.body["digest"].clone();
    let done = rita.post(LIST, &apply).await;
    assert_eq!((done.status, &done.body), (200, &shown.body));
    let again = rita.post(LIST, &list).await;
    assert_eq!((again.status, &again.body["changes"], &again.body["unchanged"]), (200, &json!([]), &json!(4)));
    assert_eq!(rita.post(LIST, &apply).await.status, 412, "the plan is another by now");
    for (body, errors) in [
        (json!({ "text": "a,b\n", "all": true }), "all unknown"),
        (json!({ "complete": true }), "text missing"),
        (json!({ "text": "a@x.test\u{0}" }), "text nul"),
    ] {
        assert_eq!(rita.post(LIST, &body).await.errors(), errors);
    }
}

/// OR-36: a thousand lines with a bad one.
#[sqlx::test]
async fn a_thousand_at_once(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    sqlx::query(
        "WITH new AS (INSERT INTO users (id, username, email, email_verified_at, locale, created_at, updated_at)
             SELECT gen_random_uuid(), 'm' || n, 'm' || n || '@x.test', now(), 'fr', now(), now() FROM generate_series(1, 1000) n
             RETURNING id)
         INSERT INTO memberships SELECT $1, id, 'member', now() FROM new",
    )
    .bind(world.organizations["a"])
    .execute(&pool)
    .await
    .unwrap();
    let lines: String =
        (1..=1000).map(|number| ["m", &number.to_string(), "@x.test,,c_sa:editor\n"].concat()).collect();
    let text = format!("{lines}not an address,,c_sa\n");
    let done = adm.post(LIST, &json!({ "text": text })).await;
    assert_eq!(done.status, 200, "{}", done.text.chars().take(500).collect::<String>());
    assert_eq!(done.body["changes"].as_array().unwrap().len(), 1000);
    assert_eq!(done.body["refused"][0]["line"], 1001);
    let granted: i64 = sqlx::query_scalar("SELECT count(*) FROM access_grant_roles").fetch_one(&pool).await.unwrap();
    assert_eq!(granted, 1000);
}

/// OR-35: what is exported is inert in a spreadsheet, only of A, noted, and changes nothing when applied.
#[sqlx::test]
async fn exported(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    for (name, person) in [("=HYPERLINK(\"x\")", "alice"), ("+1;\",x", "carl"), ("@x", "rex")] {
        sqlx::query("UPDATE users SET given_name = $1, family_name = '' WHERE id = $2")
            .bind(name)
            .bind(world.id(person))
            .execute(&pool)
            .await
            .unwrap();
    }
    let export = rita.get("/api/v1/organizations/a/members.csv").await;
    assert_eq!(export.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(export.headers["content-disposition"], "attachment; filename=\"a.csv\"");
    let mut reader = csv::Reader::from_reader(export.text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 4);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert!(!export.text.contains("bob@") && !export.text.contains("c_sb"), "{}", export.text);
    let noted: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'members-exported'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(noted, 1);
    let plan = rita.post(&format!("{LIST}/preview"), &json!({ "text": export.text, "complete": true })).await;
    assert_eq!((&plan.body["changes"], &plan.body["refused"]), (&json!([]), &json!([])));
}
