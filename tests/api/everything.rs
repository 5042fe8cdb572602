//! Everything that the document lets one ask, and much that it does not: schemathesis asks it, as anonymous,
//! as a member, as a referent and as an administrator (HT-04, PR-23). No answer of 500 or more, none that takes
//! long, none that is not as written; unknown methods and missing headers are refused; without a token
//! nothing is answered.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::process::Command;

use crate::relying_parties::programs::{made, prepare};
use crate::support::{Script, World};

/// Seconds for each of the four; `SCHEMATHESIS_SECONDS` asks for more (CONTRIBUTING).
const TIME: &str = "18";
/// What there is to be found, tried and undone.
const PEOPLE: usize = 40;

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,unsupported_method,allow_header_conformance,missing_required_header,ignored_auth,\
    negative_data_rejection";

/// What stands in addresses, mostly: things that are there, of one's own and of others.
async fn dictionaries(world: &World, pool: &PgPool) -> String {
    let adm = Script::of(&world.server, &world.people["adm"], None).await;
    let mut invitations = Vec::new();
    for number in 0..PEOPLE {
        let body = json!({ "email": format!("guest{number}@x.test"), "accesses": [{ "client_id": "c_sa" }] });
        let sent = adm.post("/api/v1/organizations/a/invitations", &body).await;
        invitations.push(sent.body["id"].as_str().unwrap().to_owned());
    }
    sqlx::query(
        "WITH new AS (INSERT INTO users (id, username, email, email_verified_at, locale, created_at, updated_at)
             SELECT gen_random_uuid(), 'm' || n, 'm' || n || '@x.test', now(), 'fr', now(), now() FROM generate_series(1, $2) n RETURNING id)
         INSERT INTO memberships SELECT $1, id, 'member', now() FROM new",
    )
    .bind(world.organizations["a"])
    .bind(i32::try_from(PEOPLE).unwrap())
    .execute(pool)
    .await
    .unwrap();
    let people: Vec<String> =
        sqlx::query_scalar("SELECT user_id::text FROM memberships").fetch_all(pool).await.unwrap();
    let mut spares = Vec::new();
    for number in 0..PEOPLE {
        let new = json!({ "slug": format!("spare-{number}"), "name": format!("Spare {number}") });
        assert_eq!(adm.post("/api/v1/organizations", &new).await.status, 201);
        spares.push(new["slug"].as_str().unwrap().to_owned());
    }
    let (mut groups, mut robots) = (Vec::new(), Vec::new());
    for number in 0..PEOPLE {
        let group = format!("group{number}");
        assert_eq!(adm.post("/api/v1/groups", &json!({ "name": group })).await.status, 201);
        groups.push(group);
        let new = json!({ "name": format!("Robot {number}"), "redirect_uris": ["https://robot.test/cb"] });
        robots.push(adm.post("/api/v1/services", &new).await.body["client_id"].as_str().unwrap().to_owned());
    }
    let list = |name: &str, values: &[String]| format!("[dictionaries.{name}]\nvalues = {}\n", json!(values));
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    [
        list("slugs", &owned(&["a", "a", "a", "b", "c", "nowhere"])),
        list("spares", &spares),
        list("people", &people),
        list("invitations", &invitations),
        list("services", &owned(&["c_sa", "c_all", "c_sb", "c_none"])),
        list("groups", &groups),
        list("robots", &robots),
    ]
    .concat()
}

#[sqlx::test]
async fn is_answered_as_written(pool: PgPool) {
    prepare("api").await;
    let world = World::new(&pool).await;
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/schemathesis.toml");
    let rules = std::fs::read_to_string(rules).unwrap();
    let config = format!("{rules}{}", dictionaries(&world, &pool).await);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("schemathesis.toml"), config).unwrap();
    // The pace is another test's.
    let counters = pool.clone();
    let quick = tokio::spawn(async move {
        loop {
            sqlx::query("DELETE FROM throttles").execute(&counters).await.unwrap();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let mut wrong = String::new();
    for who in ["anonymous", "alice", "rita", "adm"] {
        let token = match who {
            "anonymous" => None,
            who => Script::of(&world.server, &world.people[who], None).await.token,
        };
        let (said, count) = ask(&world, folder.path(), token.as_deref()).await;
        println!("{who}: {count} requests");
        if let Err(said) = said {
            wrong.extend(["\n== ", who, "\n", &said]);
        }
        assert!(count > 100, "{who}: {count} requests only\n{wrong}");
    }
    quick.abort();
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whether all was well, and how much was asked.
async fn ask(world: &World, folder: &Path, token: Option<&str>) -> (Result<(), String>, u64) {
    let (report, document) = (folder.join("report.json"), format!("{}/api/v1/openapi.json", world.server.url));
    let time = std::env::var("SCHEMATHESIS_SECONDS").unwrap_or_else(|_| TIME.to_owned());
    let mut command = Command::new(made("schemathesis").join("bin/schemathesis"));
    command.current_dir(folder).env("NO_COLOR", "1").args(["run", &document]);
    command.args(["--checks", CHECKS, "--max-response-time", "2", "--max-time", &time]);
    command.args(["--phases", "examples,coverage,fuzzing", "--no-shrink", "--continue-on-failure"]);
    command.args(["--report", "json", "--report-json-path"]).arg(&report);
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let output = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap_or_default()).unwrap_or_default();
    let count = report["test_cases"]["generated"].as_u64().unwrap_or_default();
    let complaints = String::from_utf8_lossy(&output.stderr);
    (if output.status.success() { Ok(()) } else { Err(format!("{said}\n{complaints}")) }, count)
}
