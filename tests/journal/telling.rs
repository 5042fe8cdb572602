//! AU-04: one line for each thing that the host or a service changes, and for who is not let in.

use chrono::TimeDelta;
use loquet::import::members::Options;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{own, verified};
use crate::support::client::REDIRECT;
use crate::support::program::Program;
use crate::support::{Browser, Office, PASSWORD, RelyingParty, Server};

/// Kind, service, whom it is about, details; in order, of everything but sign-ins.
async fn journal(pool: &PgPool) -> Vec<(String, Option<String>, bool, Value)> {
    sqlx::query_as(
        "SELECT kind, client_id, user_id IS NOT NULL, details FROM audit_events WHERE kind <> 'signed-in' ORDER BY id",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

#[sqlx::test]
async fn what_the_command_line_does(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let program = Program::of(&server, &pool).with("LOQUET_REGISTRATION_MODE", "invitation");
    let client = ["client", "set", "cloud"];
    let mut secrets = Vec::new();
    for arguments in [
        &[
            "client",
            "add",
            "--name",
            "Nuage",
            "--client-id",
            "cloud",
            "--redirect-uri",
            REDIRECT,
            "--allow-group",
            "bureau",
            "--json",
        ][..],
        &[&client[..], &["--policy", "everyone", "--name", "Nuages"]].concat(),
        &["client", "rotate-secret", "cloud", "--overlap", "2", "--json"],
        &["client", "registration-token", "--note", "essai", "--json"],
        &["client", "remove", "cloud"],
        &["keys", "rotate"],
        &["keys", "rotate", "--compromised"],
        &["user", "set", "alice", "locality=Paris"],
        &["user", "disable", "alice"],
        &["user", "enable", "alice"],
        &["user", "invite", "new@example.org"],
        &["group", "set", "bureau", "--second-factor", "true"],
    ] {
        let said = program.does(arguments).await;
        let answer: Value = serde_json::from_str(&said.out).unwrap_or_default();
        secrets.extend(
            ["client_secret", "initial_access_token"]
                .iter()
                .filter_map(|name| answer[name].as_str().map(str::to_owned)),
        );
    }
    assert_eq!(secrets.len(), 3);
    let lines = journal(&pool).await;
    let told: Vec<(&str, Option<&str>, bool)> =
        lines.iter().map(|(kind, client, about, _)| (kind.as_str(), client.as_deref(), *about)).collect();
    let cloud = Some("cloud");
    assert_eq!(
        told,
        [
            ("service-added", cloud, false),
            ("service-changed", cloud, false),
            ("service-secret-renewed", cloud, false),
            ("registration-token-made", None, false),
            ("service-removed", cloud, false),
            // One for each algorithm.
            ("keys-rotated", None, false),
            ("keys-rotated", None, false),
            ("keys-rotated", None, false),
            ("keys-rotated", None, false),
            ("profile-changed", None, true),
            ("account-disabled", None, true),
            ("account-enabled", None, true),
            ("account-invited", None, false),
            ("second-factor-policy", None, false),
        ]
    );
    let details: Vec<&Value> = lines.iter().map(|line| &line.3).collect();
    assert_eq!((&details[0]["after"]["name_fr"], &details[0]["groups"]), (&json!("Nuage"), &json!(["bureau"])));
    assert_eq!(
        details[1],
        &json!({ "before": { "name_fr": "Nuage", "policy": "restricted" }, "after": { "name_fr": "Nuages", "policy": "everyone" } })
    );
    assert_eq!(details[4]["before"]["secrets"], 2);
    assert_eq!((&details[5]["others_forgotten"], &details[8]["others_forgotten"]), (&json!(false), &json!(true)));
    assert_eq!(details[9], &json!({ "fields": ["locality"] }));
    let hashes: Vec<String> = sqlx::query_scalar(
        "SELECT encode(hash, 'hex') FROM client_secrets UNION SELECT encode(hash, 'hex') FROM initial_access_tokens",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let all = format!("{lines:?}");
    for secret in secrets.iter().chain(&hashes) {
        assert!(!all.contains(secret.as_str()), "{secret} in {all}");
    }
    assert!(!all.contains("new@example.org"), "whose address it is goes with the invitation");
    // What changes nothing is not told.
    for arguments in [&["client", "list"][..], &["audit", "list"], &["group", "list"], &["user", "show", "alice"]] {
        program.does(arguments).await;
    }
    assert_eq!(journal(&pool).await.len(), lines.len());
}

/// A service that registers, changes and removes itself.
#[sqlx::test]
async fn what_a_service_does_to_itself(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true")]).await;
    let (rp, answer) =
        RelyingParty::register(&server, &json!({ "redirect_uris": [REDIRECT], "client_name": "Un" })).await;
    let (address, token) = (answer.text("registration_client_uri"), answer.text("registration_access_token"));
    let change = json!({ "client_id": rp.client_id, "redirect_uris": [REDIRECT], "client_name": "Deux" });
    assert_eq!(rp.read(rp.http().put(&address).bearer_auth(&token).json(&change)).await.status, 200);
    let gone = rp.http().delete(&address).bearer_auth(&token).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    let lines = journal(&pool).await;
    let kinds: Vec<&str> = lines.iter().map(|line| line.0.as_str()).collect();
    assert_eq!(kinds, ["service-added", "service-changed", "service-removed"]);
    assert_eq!(lines[0].3["registered_itself"], true);
    assert_eq!(lines[1].3["after"]["name_fr"], "Deux");
    let all = format!("{lines:?}");
    for secret in [&token, rp.secret.as_ref().unwrap().reveal()] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

/// Somebody who is not let in: a line for each person, service and hour, by the page and under
/// `prompt=none`; whoever declines is not refused.
#[sqlx::test]
async fn who_is_not_let_in(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, _) = (server.person("alice").await, server.person("bob").await);
    let mut parties = Vec::new();
    for id in ["c_one", "c_two"] {
        let (_, secret) = server.service_with(id, REDIRECT, |client| client.everyone = false).await;
        parties.push(RelyingParty::of(&server, id, Some(secret)));
    }
    let (_, secret) = server.service_with("c_asks", REDIRECT, |client| client.ours = false).await;
    let asks = RelyingParty::of(&server, "c_asks", Some(secret));
    let browser = Browser::of(&server);
    let page = browser.open(&parties[0].authorize(&[])).await;
    let page = browser.sign_in_on(&page, "alice", PASSWORD).await;
    assert_eq!(page.status, 403);
    let noted = async || -> Vec<(String, String, Value)> {
        sqlx::query_as("SELECT client_id, outcome, details FROM audit_events WHERE kind = 'access-refused' AND user_id = $1 AND actor_id = $1 ORDER BY id")
            .bind(alice.id)
            .fetch_all(&pool)
            .await
            .unwrap()
    };
    let line = |id: &str| (id.to_owned(), "refused".to_owned(), json!({ "reason": "not-allowed" }));
    assert_eq!(noted().await, [line("c_one")]);
    for _ in 0..5 {
        assert_eq!(browser.open(&parties[0].authorize(&[])).await.status, 403);
        let silent = browser.get(&parties[0].authorize(&[("prompt", "none")])).await;
        assert_eq!(silent.answer("error").as_deref(), Some("access_denied"));
    }
    assert_eq!(noted().await, [line("c_one")], "once");
    browser.get(&parties[1].authorize(&[("prompt", "none")])).await;
    assert_eq!(noted().await, [line("c_one"), line("c_two")]);
    server.advance(TimeDelta::minutes(61));
    browser.sign_in("alice").await;
    assert_eq!(browser.open(&parties[0].authorize(&[])).await.status, 403);
    assert_eq!(noted().await.len(), 3);
    let page = browser.open(&asks.authorize(&[])).await;
    browser.follow(browser.press(&page, "#consent-deny", &[]).await).await;
    assert_eq!(noted().await.len(), 3, "declining is not being refused");
    let activity = browser.open("/account/activity").await;
    assert!(activity.body.contains("Accès à Service c_one refusé"), "{}", activity.body);
}

/// A batch, a line, in the batch's transaction; a batch that changes nothing has none, nor has a rehearsal.
#[sqlx::test]
async fn what_an_import_brings(pool: PgPool) {
    let own = own(&pool);
    for (dry_run, lines) in [(true, 0), (false, 2), (false, 2)] {
        let options = Options { dry_run, batch: 7, ..Options::new(&["en", "fr"], "fr") };
        let file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/legacy/members.csv")).unwrap();
        let office = Office::new();
        let report = loquet::import::members::run(&own, office.post(), file, &options, None, |_| ()).await.unwrap();
        let found = journal(&pool).await;
        let imported: i64 = found.iter().map(|line| line.3["imported"].as_i64().unwrap()).sum();
        assert!(found.len() >= lines && found.iter().all(|line| line.0 == "members-imported"), "{found:?}");
        if !dry_run {
            let accounts: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
            assert_eq!(imported, accounts, "{report}");
        }
        if lines == 0 {
            assert_eq!(found.len(), 0);
        }
    }
    loquet::journal::seal(&own).await.unwrap();
    assert_eq!(verified(&pool).await.fault, None);
}
