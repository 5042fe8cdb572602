//! What the console has, at the command line: people found and signed out, who may use a service, logos, news.

use image::{DynamicImage, ImageFormat};
use serde_json::json;
use sqlx::PgPool;

use super::{fails, json};
use crate::support::program::Program;
use crate::support::{Browser, World};

#[sqlx::test]
async fn people_are_found_and_signed_out(pool: PgPool) {
    let world = World::new(&pool).await;
    let program = Program::of(&world.server, &pool);
    let found = json(&program, &["user", "find", "r", "--limit", "2"]).await;
    assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    let rita = json(&program, &["user", "find", "rita@example"]).await;
    assert_eq!((&rita[0]["id"], &rita[0]["active"]), (&json!(world.id("rita")), &json!(true)));
    let by_id = program.does(&["user", "find", &world.id("bob").to_string()]).await;
    assert!(by_id.out.contains("bob@example.org"), "{by_id:?}");
    assert!(program.does(&["user", "find", "r", "--limit", "2"]).await.out.contains("There are others"));
    assert_eq!(program.does(&["user", "find", "nobody-at-all"]).await.out, "Nobody.\n");

    let browser = Browser::of(&world.server);
    browser.sign_in("alice").await;
    assert_eq!(browser.get("/account/sessions").await.status, 200);
    assert!(program.does(&["user", "sign-out", "alice"]).await.out.contains("signed out everywhere"));
    assert_ne!(browser.get("/account/sessions").await.status, 200);
    fails(&program, &["user", "sign-out", "nobody"], 1, "no account named nobody").await;

    fails(&program, &["user", "resend", "bob"], 1, "proven already").await;
    sqlx::query("UPDATE users SET email_verified_at = NULL WHERE username = 'bob'").execute(&pool).await.unwrap();
    program.does(&["user", "resend", "bob"]).await;
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM mail_outbox").fetch_one(&pool).await.unwrap();
    let left = world.server.mail_to("bob@example.org");
    assert!(waiting == 1 || !left.await.text.is_empty());
}

#[sqlx::test]
async fn who_may_use_a_service(pool: PgPool) {
    let world = World::new(&pool).await;
    let program = Program::of(&world.server, &pool);
    let names = async |client: &str| {
        let all = json(&program, &["access", "list", client]).await;
        let all = all.as_array().unwrap().iter();
        all.map(|one| one["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("c_sa").await, ["alice", "carl"]);
    assert_eq!(names("c_conf").await.len(), 10);
    let said = program.does(&["access", "list", "c_sa"]).await;
    assert!(said.out.contains("alice") && said.out.contains("Atelier vélo"), "{said:?}");
    program.does(&["client", "set", "c_sa", "--enabled", "false"]).await;
    assert_eq!(program.does(&["access", "list", "c_sa"]).await.out, "Nobody: it is switched off.\n");
    fails(&program, &["access", "list", "c_none"], 1, "no service with the client id").await;
}

#[sqlx::test]
async fn logos_and_news(pool: PgPool) {
    let world = World::new(&pool).await;
    let program = Program::of(&world.server, &pool);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut png = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgba8(8, 8).write_to(&mut png, ImageFormat::Png).unwrap();
    std::fs::write(path("logo.png"), png.into_inner()).unwrap();
    std::fs::write(path("logo.svg"), "<svg/>").unwrap();
    let stored =
        async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM service_logos").fetch_one(&pool).await.unwrap() };
    program.does(&["client", "logo", "c_sa", &path("logo.png")]).await;
    assert_eq!(stored().await, 1);
    fails(&program, &["client", "logo", "c_sa", &path("logo.svg")], 1, "is no PNG").await;
    fails(&program, &["client", "logo", "c_sa", &path("none.png")], 1, "none.png").await;
    fails(&program, &["client", "logo", "c_none", &path("logo.png")], 1, "c_none").await;
    program.does(&["client", "logo", "c_sa", "--remove"]).await;
    assert_eq!(stored().await, 0);

    assert_eq!(program.does(&["news", "show"]).await.out, "There are no news.\n");
    std::fs::write(path("fr.md"), "Fermé **samedi**.\n").unwrap();
    fails(&program, &["news", "set"], 2, "--fr").await;
    program.does(&["news", "set", "--fr", &path("fr.md")]).await;
    let told = json(&program, &["news", "show"]).await;
    assert_eq!((&told["fr"], &told["en"]), (&json!("Fermé **samedi**.\n"), &json!("")));
    let browser = Browser::of(&world.server);
    browser.sign_in("alice").await;
    assert!(browser.get("/").await.body.contains("<strong>samedi</strong>"));
    program.does(&["news", "clear"]).await;
    assert_eq!(program.does(&["news", "show"]).await.out, "There are no news.\n");
}
