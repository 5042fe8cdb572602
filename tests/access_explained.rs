//! Why somebody may use a service, and what it would learn of them: explained and shown beforehand, by the
//! same rules as the real thing.

use loquet::claims::preview::{Preview, preview};
use loquet::claims::told::OF_THE_MOMENT;
use loquet::db::organizations;
use loquet::types::{ClaimPath, GroupFormat};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::client::REDIRECT;
use crate::support::program::Program;
use crate::support::{Browser, RelyingParty, Server, jwt};

async fn foreseen(server: &Server, user: Uuid, client_id: &str, scopes: Option<&[&str]>) -> Preview {
    let client = server.state.directory.client(client_id, &server.state.pool).await.unwrap().unwrap();
    let scopes: Option<Vec<String>> = scopes.map(|scopes| scopes.iter().map(|&scope| scope.to_owned()).collect());
    let mut connection = server.state.pool.acquire().await.unwrap();
    preview(&mut connection, server.state.teller(), user, &client, scopes.as_deref()).await.unwrap().unwrap()
}

/// Without what belongs to the moment and the sign-in, which must be there.
fn lasting(claims: &Value) -> Value {
    let mut claims = claims.clone();
    let object = claims.as_object_mut().unwrap();
    assert!(object.contains_key("exp") || object.contains_key("updated_at") || object.contains_key("sub"));
    object.retain(|name, _| !OF_THE_MOMENT.contains(&name.as_str()));
    claims
}

/// Byte for byte what tokens say then, whatever the service is set to receive; and nothing is issued.
#[sqlx::test]
async fn the_claims_foreseen_are_those_sent(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    server.fill_profile(&alice).await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let now = server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    let atelier = organizations::ensure_organization(&mut connection, "atelier", "Atelier", now).await.unwrap();
    organizations::add_member(&mut connection, atelier, alice.id, false, now).await.unwrap();
    for (number, jwt_access_tokens, claims_in_id_token, sector, mapped) in [
        (0, true, true, false, false),
        (1, true, false, true, true),
        (2, false, true, true, false),
        (3, false, false, false, true),
    ] {
        let id = format!("c_{number}");
        let (_, secret) = server
            .service_with(&id, REDIRECT, |client| {
                client.jwt_access_tokens = jwt_access_tokens;
                client.claims_in_id_token = claims_in_id_token;
                client.sector = sector.then(|| "rp.test".to_owned());
                if mapped {
                    client.claims.roles_claim = ClaimPath::from("resource_access.x.roles");
                    client.claims.group_format = GroupFormat::LeadingSlash;
                }
            })
            .await;
        server.group("staff", &[&alice], &[&id]).await;
        organizations::ensure_role(&mut connection, &id, "editor", true).await.unwrap();
        organizations::attach(&mut connection, atelier, &id, false).await.unwrap();
        organizations::grant(&mut connection, atelier, alice.id, &id, &["editor".to_owned()], now).await.unwrap();
        let rp = RelyingParty::of(&server, &id, Some(secret));
        for scopes in [None, Some(&["openid", "email"][..]), Some(&["groups", "unknown"]), Some(&["openid", "phone"])] {
            let all = "openid profile email address phone groups organizations offline_access";
            let asked = scopes.map_or_else(|| all.to_owned(), |scopes| format!("openid {}", scopes.join(" ")));
            let issued = "SELECT (SELECT count(*) FROM oauth_sessions) + (SELECT count(*) FROM access_tokens)";
            let before: i64 = sqlx::query_scalar(issued).fetch_one(&pool).await.unwrap();
            let foreseen = foreseen(&server, alice.id, &id, scopes).await;
            let after: i64 = sqlx::query_scalar(issued).fetch_one(&pool).await.unwrap();
            assert_eq!(before, after, "something was issued");
            let code = browser.get(&rp.authorize(&[("scope", &asked)])).await.answer("code").unwrap();
            let answer = rp.exchange(&code).await;
            let access = answer.text("access_token");
            let what = format!("{id} {scopes:?}");
            assert!(foreseen.access.allowed, "{what}");
            let mut told: Vec<&str> = foreseen.scope.iter().map(String::as_str).collect();
            let mut given = answer.text("scope");
            told.sort_unstable();
            given = {
                let mut names: Vec<&str> = given.split(' ').collect();
                names.sort_unstable();
                names.join(" ")
            };
            assert_eq!(told.join(" "), given, "{what}");
            assert_eq!(json!(foreseen.id_token), lasting(&answer.id_token()), "{what}");
            assert_eq!(json!(foreseen.userinfo), lasting(&rp.userinfo(&access).await.body), "{what}");
            let signed = jwt_access_tokens.then(|| {
                // The order of scopes is the client's own.
                let mut signed = lasting(&jwt::part(&access, 1));
                signed["scope"] = json!(foreseen.scope.join(" "));
                signed
            });
            assert_eq!(json!(foreseen.access_token), json!(signed), "{what}");
        }
    }
    // For a resource server: userinfo refuses it, and is foreseen to.
    server.service_with("c_api", REDIRECT, |client| client.audience = Some("api".to_owned())).await;
    assert!(foreseen(&server, alice.id, "c_api", None).await.userinfo.is_none());
}

/// The exit code of a command and what it says; when it fails, what it complains of.
async fn told_by(program: &Program, arguments: &[&str]) -> (i32, String) {
    let said = program.run(arguments).await;
    let code = said.code.unwrap();
    (code, if code == 0 { said.out } else { said.err })
}

async fn json_of(program: &Program, arguments: &[&str]) -> Value {
    program.does(&[arguments, &["--json"]].concat()).await.json()
}

/// GR-01: nothing is told of whom a service refuses, and it is said what would let them in.
#[sqlx::test]
async fn commands(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let (alice, dora) = (server.person("alice").await, server.person("dora").await);
    server.service_with("wiki", REDIRECT, |client| client.everyone = false).await;
    let now = server.state.clock.now();
    let explain = async |user: &str| json_of(&program, &["access", "explain", user, "wiki"]).await;
    let told = explain("dora").await;
    assert_eq!(
        told,
        json!({ "allowed": false, "rule": "nothing", "through": [], "needed": [], "one_of": [] }),
        "nobody was let in yet"
    );
    let (_, words) = told_by(&program, &["access", "explain", "dora", "wiki"]).await;
    assert!(words.contains("dora may not use wiki (rule 5).") && words.contains("Nobody was let in yet"), "{words}");

    server.group("staff", &[&alice], &["wiki"]).await;
    let mut connection = pool.acquire().await.unwrap();
    for (slug, member, active) in [("atelier", true, true), ("asleep", true, false), ("other", false, true)] {
        let id = organizations::ensure_organization(&mut connection, slug, slug, now).await.unwrap();
        organizations::attach(&mut connection, id, "wiki", !active).await.unwrap();
        if member {
            organizations::add_member(&mut connection, id, dora.id, false, now).await.unwrap();
        }
        sqlx::query("UPDATE organizations SET active = $2 WHERE id = $1")
            .bind(id)
            .bind(active)
            .execute(&pool)
            .await
            .unwrap();
    }
    // By name, address and id.
    for user in ["dora", "DORA@example.org", &dora.id.to_string()] {
        assert_eq!(
            explain(user).await["one_of"],
            json!([
                { "kind": "group", "name": "staff" },
                { "kind": "reactivation", "slug": "asleep", "name": "asleep" },
                { "kind": "grant", "slug": "atelier", "name": "atelier" },
                { "kind": "membership", "organizations": 1 },
            ]),
            "{user}"
        );
    }
    let told = explain("alice").await;
    assert_eq!((&told["allowed"], &told["rule"]), (&json!(true), &json!("group")));
    assert_eq!(told["through"], json!([{ "kind": "group", "name": "staff" }]));
    sqlx::query("UPDATE users SET active = false WHERE username = 'alice'").execute(&pool).await.unwrap();
    let told = explain("alice").await;
    assert_eq!((&told["allowed"], &told["rule"]), (&json!(false), &json!("switched_off")));
    assert_eq!(told["needed"], json!(["account_enabled"]));

    let claims = ["access", "claims", "alice", "wiki"];
    let told = json_of(&program, &claims).await;
    for part in ["id_token", "userinfo", "access_token"] {
        assert_eq!(told[part], Value::Null, "{part}");
    }
    sqlx::query("UPDATE users SET active = true").execute(&pool).await.unwrap();
    let told = json_of(&program, &[&claims[..], &["--scope", "openid", "--scope", "groups"]].concat()).await;
    assert_eq!(told["scope"], json!(["openid", "groups"]));
    assert_eq!(told["userinfo"], json!({ "sub": alice.id, "groups": ["staff"], "roles": [] }));
    assert_eq!(told["id_token"]["iss"], json!(server.url));
    let (_, words) = told_by(&program, &claims).await;
    for expected in
        ["alice may use wiki (rule 3).", "through the group staff", "\"email\": \"alice@example.org\"", "a random name"]
    {
        assert!(words.contains(expected), "{expected}: {words}");
    }

    for (bad, code, complaint) in [
        (&["access", "claims", "alice", "wiki", "--scope", "nonsense"][..], 2, "--scope nonsense"),
        (&["access", "claims", "nobody", "wiki"], 1, "no account named nobody"),
        (&["access", "explain", "alice", "nothing"], 1, "client id nothing"),
        (&["access", "explain", "00000000-0000-7000-8000-000000000000", "wiki"], 1, "no account named 00000000"),
    ] {
        let (found, told) = told_by(&program, bad).await;
        assert_eq!(found, code, "{bad:?}: {told}");
        assert!(told.contains(complaint), "{bad:?}: {told}");
    }
}
