//! Accounts of an old site, brought in from the console.

use chrono::TimeDelta;
use sqlx::PgPool;

use super::{noted, send, signed_in};
use crate::support::{Browser, Reply, World};

const PAGE: &str = "/admin/import";
const HEADER: &str =
    "id,login,email,email_confirmed,password,firstname,lastname,lang,created_at,membership_until,is_admin\n";
pub const HASH: &str = "$2b$12$jJabCrKUDm45TiUvpkPZm.hAQRTP0ILGjJ/nAwAiX0HRRjlMKlfAW";

fn line(id: &str, login: &str) -> String {
    format!("{id},{login},{login}@old.example,1,{HASH},Ada,Martin,fr,2020-01-01 10:00:00,2027-01-01,0\n")
}

/// Two good ones, one whose address is none, and one whose name is taken.
pub fn export() -> String {
    let bad = line("3", "gus").replace("gus@old.example", "gus(at)old.example");
    format!("{HEADER}{}{}{bad}{}", line("1", "fanny"), line("2", "gaston"), line("4", "alice"))
}

/// Sends a file on the page that is open.
async fn send_file(browser: &Browser, page: &Reply, file: &[u8]) -> Reply {
    let (action, values) = page.form("#submit");
    let fields: Vec<(&str, &str)> = values
        .iter()
        .filter(|(name, _)| name.as_str() != "file")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.send_form(&action, &fields, Some(("file", file))).await
}

async fn accounts(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM users WHERE legacy_id IS NOT NULL").fetch_one(pool).await.unwrap()
}

#[sqlx::test]
async fn tried_first_then_imported(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open(PAGE).await;
    let tried = send_file(&adm, &page, export().as_bytes()).await;
    assert_eq!(tried.status, 200, "{}", tried.body);
    assert_eq!(tried.texts("#part .facts dd"), ["4", "2", "0", "0", "2"]);
    let lines = tried.texts("#lines tr td");
    assert_eq!(tried.texts("#lines tbody th"), ["Ligne 4", "Ligne 5"]);
    assert!(lines[0].starts_with("email\u{a0}:") && lines[1].starts_with("login\u{a0}:"), "{lines:?}");
    assert!(!tried.body.contains(HASH) && !tried.body.contains("gus(at)"), "no value is repeated");
    assert_eq!((accounts(&pool).await, noted(&pool, "members-imported").await.len()), (0, 0), "a trial");

    // Another file than the one that was tried does not go in.
    let other = send_file(&adm, &tried, format!("{HEADER}{}", line("9", "zoe")).as_bytes()).await;
    assert!(other.status == 422 && other.text("#errors").unwrap().contains("pas le fichier"), "{}", other.body);
    assert_eq!(accounts(&pool).await, 0);

    let done = send_file(&adm, &tried, export().as_bytes()).await;
    assert!(done.text("[role=status]").unwrap().contains("fait"), "{}", done.body);
    assert_eq!((accounts(&pool).await, done.attribute("input[name=digest]", "value")), (2, None));
    assert_eq!(noted(&pool, "members-imported").await, [(Some(world.id("adm")), None)]);
    let again = send_file(&adm, &tried, export().as_bytes()).await;
    assert_eq!(again.texts("#part .facts dd"), ["4", "0", "0", "2", "2"], "doing it again changes nothing");
}

#[sqlx::test]
async fn whole_files_are_refused_in_words(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open(PAGE).await;
    for (file, words) in [
        (&b""[..], "Choisissez un fichier"),
        (b"\n", "vide"),
        (b"a,b\n1,2\n", "colonne"),
        (b"[{}]", "liste JSON"),
        (b"\xff\xfea\0", "UTF-8"),
        (&vec![b'x'; (16 << 20) + 1][..], "seize"),
    ] {
        let refused = send_file(&adm, &page, file).await;
        assert_eq!(refused.status, 422, "{words}: {}", refused.body);
        assert!(refused.text("#errors").unwrap().contains(words), "{words}: {:?}", refused.text("#errors"));
    }
    assert_eq!(send(&adm, PAGE, &[]).await.status, 400, "a form without a file");
}

/// AD-01, AD-04, WB-05: who may, how lately proven, and from where.
#[sqlx::test]
async fn administrators_alone_with_a_recent_proof(pool: PgPool) {
    let world = World::new(&pool).await;
    let file = export();
    let page = signed_in(&world, "aud").await.open(PAGE).await;
    assert_eq!((page.status, page.text("#part form")), (200, None));
    for (name, status) in [("aud", 403), ("rita", 404), ("alice", 404)] {
        let browser = signed_in(&world, name).await;
        let csrf = browser.open("/account/profile").await.attribute("input[name=csrf]", "value").unwrap();
        let sent = browser.send_form(PAGE, &[("csrf", &csrf)], Some(("file", file.as_bytes()))).await;
        assert_eq!(sent.status, status, "{name}");
    }
    let adm = signed_in(&world, "adm").await;
    let elsewhere = adm.send_form(PAGE, &[("csrf", "x")], Some(("file", file.as_bytes()))).await;
    assert!(elsewhere.status >= 400, "a form of another site");
    let page = adm.open(PAGE).await;
    world.server.advance(TimeDelta::minutes(11));
    assert!(adm.get(PAGE).await.location().contains("confirm=1"));
    let late = send_file(&adm, &page, file.as_bytes()).await;
    assert!(late.status == 403 && late.body.contains("confirm=1"), "{}", late.body);
    assert_eq!(accounts(&pool).await, 0);
}
