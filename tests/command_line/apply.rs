//! `loquet apply`: a file of the host's configuration.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{closed, fails, journal, json};
use crate::support::Server;
use crate::support::program::Program;

/// The example of the documentation.
fn example() -> String {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/apply.md")).unwrap();
    let (_, rest) = page.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, text: &str) -> String {
        let path = self.path("things.toml");
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// What becomes of each thing.
fn outcomes(told: &Value) -> Vec<String> {
    let item = |item: &Value| format!("{} {}", item["name"].as_str().unwrap(), item["outcome"].as_str().unwrap());
    told["items"].as_array().unwrap().iter().map(item).collect()
}

/// What is to change of a thing: after.
fn after<'a>(told: &'a Value, name: &str, key: &str) -> &'a Value {
    let items = told["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["name"] == name).unwrap();
    let changes = item["changes"].as_array().unwrap();
    &changes.iter().find(|change| change["key"] == key).unwrap_or_else(|| panic!("{key}: {item}"))["after"]
}

/// The preview changes nothing and says what happens then; again, nothing happens.
#[sqlx::test]
async fn the_example_of_the_documentation(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let alice = server.person("alice").await;
    closed(&server, "other").await;
    let folder = Folder::new();
    let (file, secrets) = (folder.write(&example()), folder.path("secrets.toml"));
    let before = journal(&pool).await;

    let apply = ["apply", &file, "--secrets", &secrets];
    let preview = json(&program, &[&apply[..], &["--dry-run"]].concat()).await;
    let all = ["bureau", "benevoles", "git", "cloud", "wiki", "atelier"];
    assert_eq!(outcomes(&preview), all.map(|name| format!("{name} created")));
    assert_eq!(preview["not_in_the_file"]["services"], json!(["other"]));
    assert_eq!(journal(&pool).await, before, "a preview is not done");
    assert!(!std::path::Path::new(&secrets).exists());
    let words = program.does(&["apply", &file, "--dry-run"]).await.out;
    for said in [
        "+ service git\n",
        "name_en: \"Code\"",
        "members.added: [\"alice\"]",
        "6 created, 0 changed",
        "nothing was changed",
        "loquet client rotate-secret git",
        "left alone: 1 services",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }

    let done = json(&program, &apply).await;
    let mut expected = preview.clone();
    expected["dry_run"] = json!(false);
    assert_eq!(done, expected, "the preview was right");
    let git = json(&program, &["client", "show", "git"]).await;
    assert_eq!(git["redirect_uris"], json!(["https://git.example.org/user/oauth2/loquet/callback"]));
    assert_eq!((&git["name_fr"], &git["ours"], &git["secrets"]), (&json!("Dépôts de code"), &json!(true), &json!(1)));
    let cloud = json(&program, &["client", "show", "cloud"]).await;
    assert_eq!((&cloud["rename_groups"], &cloud["access_token_seconds"]), (&json!({ "bureau": "admin" }), &json!(600)));
    assert_eq!(json(&program, &["client", "show", "wiki"]).await["start_uri"], "https://wiki.example.org/");
    let bureau = json(&program, &["group", "show", "bureau"]).await;
    assert_eq!((&bureau["second_factor"], &bureau["services"]), (&json!(true), &json!(["git", "wiki"])));
    assert_eq!(bureau["members"][0]["id"], json!(alice.id));
    let services = json(&program, &["organization", "services", "atelier"]).await;
    assert_eq!((&services[0]["client_id"], &services[0]["all_members"]), (&json!("cloud"), &json!(false)));
    assert_eq!(services[0]["roles"][0], json!({ "name": "editor", "delegable": true }));

    // The secrets: in the file alone, for its owner alone, and good.
    let mode = std::fs::metadata(&secrets).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let kept = std::fs::read_to_string(&secrets).unwrap();
    let names: Vec<&str> = kept.lines().map(|line| line.split_once(" = ").unwrap().0).collect();
    assert_eq!(names, ["\"git\"", "\"cloud\""]);
    let secret = kept.lines().next().unwrap().split('"').nth(3).unwrap();
    assert!(!done.to_string().contains("lqt_cs_"), "{done}");
    let answer = reqwest::Client::new()
        .post(format!("{}/token", server.url))
        .basic_auth("git", Some(secret))
        .form(&[("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", "https://x.test")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["error"], "invalid_grant", "it is who it says it is");

    let lines = journal(&pool).await;
    let made = ["group-added", "service-added", "organization-created", "service-attached", "group-joined"];
    for kind in made {
        assert!(lines.iter().any(|line| line == kind), "{kind}: {lines:?}");
    }
    let again = json(&program, &apply).await;
    assert_eq!(outcomes(&again), all.map(|name| format!("{name} unchanged")));
    assert_eq!(journal(&pool).await, lines, "nothing to do, nothing noted");
    assert_eq!(std::fs::read_to_string(&secrets).unwrap(), kept);
}

/// What the file does not say stays; what it says is put back; `--prune` empties what it lists.
#[sqlx::test]
async fn what_has_changed_since(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    server.person("alice").await;
    server.person("bob").await;
    let folder = Folder::new();
    let file = folder.write(&example());
    program.does(&["apply", &file]).await;
    program.does(&["client", "set", "cloud", "--start", "https://cloud.example.org/start"]).await;
    program.does(&["client", "set", "cloud", "--name", "Nuage", "--policy", "everyone"]).await;
    program.does(&["group", "add", "bureau", "bob"]).await;
    program.does(&["group", "create", "autre"]).await;
    program.does(&["client", "set", "wiki", "--allow-group", "autre"]).await;
    program.does(&["client", "role", "set", "cloud", "king"]).await;
    program.does(&["organization", "attach", "atelier", "git"]).await;
    program.does(&["organization", "set", "atelier", "--contact", "autre@example.org"]).await;

    let told = json(&program, &["apply", &file]).await;
    let changed = ["bureau unchanged", "benevoles unchanged", "git unchanged", "cloud changed", "wiki unchanged"];
    assert_eq!(outcomes(&told)[..5], changed);
    assert_eq!(after(&told, "cloud", "name_fr"), "Fichiers");
    assert_eq!(after(&told, "cloud", "policy"), "restricted");
    assert_eq!(after(&told, "atelier", "contact"), "velo@example.org");
    let cloud = json(&program, &["client", "show", "cloud"]).await;
    assert_eq!(cloud["start_uri"], "https://cloud.example.org/start", "the file does not say it");
    assert_eq!(json(&program, &["group", "show", "bureau"]).await["members"].as_array().unwrap().len(), 2);

    let told = json(&program, &["apply", &file, "--prune"]).await;
    assert_eq!(after(&told, "bureau", "members.removed"), &json!(["bob"]));
    assert_eq!(after(&told, "wiki", "allow_groups.removed"), &json!(["autre"]));
    assert_eq!(after(&told, "cloud", "role.king"), &json!(null));
    assert_eq!(after(&told, "atelier", "service.git"), &json!(null));
    assert_eq!(json(&program, &["group", "show", "autre"]).await["services"], json!([]), "the group itself stays");
    assert_eq!(json(&program, &["client", "role", "list", "cloud"]).await.as_array().unwrap().len(), 2);
}

/// Every fault at once, with its line and key; nothing is done; nothing that may be a secret is repeated.
#[sqlx::test]
async fn faults_of_a_file(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let folder = Folder::new();
    let file = folder.write(
        r#"[[group]]
name = "Bureau"

[[group]]
name = "equipe"
members = ["nobody"]
second_factor = "yes"

[[service]]
client_id = "wiki"
client_secret = "swordfish"
redirect_uris = ["http://evil.test/", "https://a.test/#b"]
scopes = "openid"
allow_groups = ["Bureau", "nowhere"]
access_token_seconds = 1

[[service]]
client_id = "wiki"
recipe = "nextclod"
url = "https://cloud.example.org"

[[organization]]
slug = "atelier"

[[organization]]
slug = "a b"
name = "A"
[[organization.service]]
client_id = "nothing"

[[organization]]
slug = "chorale"
name = "Chorale"
[[organization.service]]
client_id = "nothing"

[[thing]]
name = "x"
"#,
    );
    let before = journal(&pool).await;
    let said = program.run(&["apply", &file]).await;
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said:?}");
    for (line, words) in [
        (2, "group.name: Bureau: a group’s name holds"),
        (6, "group.members: there is no account named nobody"),
        (7, "group.second_factor: must be true or false"),
        (11, "service.client_secret: has no place in this file"),
        (12, "service.redirect_uris: http://evil.test/ must use https"),
        (12, "service.redirect_uris: https://a.test/#b must not hold a fragment"),
        (13, "service.scopes: "),
        (14, "service.allow_groups: there is no group named nowhere"),
        (15, "service.access_token_seconds: 1 must be between"),
        (18, "service.client_id: wiki is declared twice"),
        (19, "service.recipe: there is no recipe nextclod"),
        (22, "organization.name: is missing: atelier is not there yet"),
        (26, "organization.slug: slug a b: lower-case letters"),
        (34, "organization.service.client_id: there is no service with the client id nothing"),
        (37, "thing: is not known here"),
    ] {
        // The line of a table is that of its head, or the next: what matters is that one finds it.
        let found = said.err.lines().any(|told| {
            let near = [line, line + 1].iter().any(|line| told.contains(&format!("things.toml:{line}: ")));
            near && told.contains(words)
        });
        assert!(found, "{line}: {words}\n{}", said.err);
    }
    assert!(!said.err.contains("swordfish"), "{said:?}");
    assert!(!said.err.contains("named Bureau"), "one fault is told once: {said:?}");
    assert_eq!(journal(&pool).await, before);
    assert_eq!(
        json(&program, &["group", "list"])
            .await
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["name"] == "equipe")
            .count(),
        0
    );

    // What is no TOML; and no file at all; and secrets that have nowhere to go.
    let broken = folder.write("[[group]]\nname = \n[[service]\n");
    fails(&program, &["apply", &broken], 2, "things.toml:2: ").await;
    fails(&program, &["apply", &folder.path("none.toml")], 1, "none.toml: ").await;
    let file = folder.write("[[service]]\nclient_id = \"a\"\nname = \"A\"\nredirect_uris = [\"https://a.test/cb\"]\n");
    fails(&program, &["apply", &file, "--secrets", &file], 1, "is there already").await;
    assert_eq!(json(&program, &["client", "list"]).await, json!([]), "nothing without its secret");
}
