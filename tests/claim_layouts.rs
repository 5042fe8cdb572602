//! Groups and roles as each service reads them: the same in every token, and of nobody it need not know.

use loquet::db::clients::Client;
use loquet::db::organizations;
use loquet::types::{ClaimPath, GroupFormat};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::people::Person;
use crate::support::program::Program;
use crate::support::{Browser, RelyingParty, Server, jwt};

const ID: &str = "wiki.example.org";

/// As a service reads that was made for another provider.
fn elsewhere(client: &mut Client) {
    client.jwt_access_tokens = true;
    let layout = &mut client.claims;
    layout.groups_claim = ClaimPath::from("realm_access.roles");
    layout.roles_claim = ClaimPath::from(r"resource_access.wiki\.example\.org.roles");
    layout.group_format = GroupFormat::LeadingSlash;
    layout.rename_groups.insert("equipe".to_owned(), "Équipe du mardi".to_owned());
    layout.rename_groups.insert("atelier".to_owned(), "workshop".to_owned());
    layout.rename_roles.insert("editor".to_owned(), "rédaction".to_owned());
}

async fn service(server: &Server, change: impl FnOnce(&mut Client)) -> RelyingParty {
    let (_, secret) = server.service_with(ID, REDIRECT, change).await;
    RelyingParty::of(server, ID, Some(secret))
}

/// In two groups and three organizations, of which the service has one group and two organizations.
async fn carl(server: &Server) -> Person {
    let carl = server.person("carl").await;
    server.group("equipe", &[&carl], &[ID]).await;
    server.group("secrets", &[&carl], &[]).await;
    let now = server.state.clock.now();
    let mut connection = server.state.pool.acquire().await.unwrap();
    organizations::ensure_role(&mut connection, ID, "editor", true).await.unwrap();
    for (slug, attached, granted) in [("atelier", true, true), ("chorale", true, false), ("elsewhere", false, false)] {
        let id = organizations::ensure_organization(&mut connection, slug, slug, now).await.unwrap();
        organizations::add_member(&mut connection, id, carl.id, false, now).await.unwrap();
        if attached {
            organizations::attach(&mut connection, id, ID, true).await.unwrap();
        }
        if granted {
            organizations::grant(&mut connection, id, carl.id, ID, &["editor".to_owned()], now).await.unwrap();
        }
    }
    carl
}

/// What the service receives: ID token, userinfo, access token (or its introspection), introspection.
async fn received(server: &Server, rp: &RelyingParty, browser: &Browser, changes: &[(&str, &str)]) -> [Value; 4] {
    let code = browser.get(&rp.authorize(changes)).await.answer("code").unwrap();
    let answer = rp.exchange(&code).await;
    let access = answer.text("access_token");
    let form = [("token", access.as_str())];
    let secret = rp.secret.as_ref().unwrap().reveal();
    let request = rp.http().post(format!("{}/introspect", server.url)).basic_auth(ID, Some(secret)).form(&form);
    let introspected = rp.read(request).await.body;
    assert_eq!(introspected["active"], true);
    let opaque = access.starts_with("lqt_at_");
    let token = if opaque { introspected.clone() } else { jwt::part(&access, 1) };
    [answer.id_token(), rp.userinfo(&access).await.body, token, introspected]
}

/// GR-07, rule 10: one layout for all four, nothing at the usual places, nothing of other groups and
/// organizations.
#[sqlx::test]
async fn the_layout_of_another_provider(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = service(&server, elsewhere).await;
    let carl = carl(&server).await;
    let browser = Browser::of(&server);
    browser.sign_in("carl").await;
    for claims in received(&server, &rp, &browser, &[]).await {
        assert_eq!(
            claims["realm_access"],
            json!({ "roles": ["/Équipe du mardi", "/workshop", "/chorale", "/workshop/rédaction"] })
        );
        assert_eq!(claims["resource_access"], json!({ "wiki.example.org": { "roles": ["rédaction"] } }));
        let object = claims.as_object().unwrap();
        assert!(!object.contains_key("groups") && !object.contains_key("roles"), "{claims}");
        for (name, value) in [("iss", json!(server.url)), ("sub", json!(carl.id))] {
            assert!(object.get(name).is_none_or(|found| *found == value), "{claims}");
        }
        let text = claims.to_string();
        for name in ["secrets", "elsewhere", "equipe", "editor"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }
    // After a refresh too, with what has changed meanwhile.
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let first = rp.exchange(&code).await;
    sqlx::query("DELETE FROM access_grant_roles").execute(&pool).await.unwrap();
    let second = rp.refresh(&first.text("refresh_token")).await.id_token();
    assert_eq!(second["realm_access"]["roles"], json!(["/Équipe du mardi", "/workshop", "/chorale"]));
    assert_eq!(second["resource_access"][ID]["roles"], json!([]));
}

/// Rule 10: empty, and there.
#[sqlx::test]
async fn nobody_in_particular_sends_empty_lists(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("dora").await;
    let rp = service(&server, elsewhere).await;
    let browser = Browser::of(&server);
    browser.sign_in("dora").await;
    for claims in received(&server, &rp, &browser, &[]).await {
        assert_eq!(claims["realm_access"], json!({ "roles": [] }));
        assert_eq!(claims["resource_access"], json!({ "wiki.example.org": { "roles": [] } }));
    }
    // Whoever does not ask for groups gets no trace of them.
    for claims in received(&server, &rp, &browser, &[("scope", "openid email")]).await {
        assert!(claims.get("realm_access").is_none() && claims.get("resource_access").is_none(), "{claims}");
    }
}

#[sqlx::test]
async fn formats_of_names(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = service(&server, |_| ()).await;
    carl(&server).await;
    let browser = Browser::of(&server);
    browser.sign_in("carl").await;
    let mut client = server.state.directory.client(ID, &server.state.pool).await.unwrap().unwrap().as_ref().clone();
    for (format, names) in [
        (GroupFormat::SlugRole, json!(["equipe", "atelier", "chorale", "atelier/editor"])),
        (GroupFormat::Plain, json!(["equipe", "atelier", "chorale"])),
        (GroupFormat::LeadingSlash, json!(["/equipe", "/atelier", "/chorale", "/atelier/editor"])),
    ] {
        client.claims.group_format = format;
        server.change_service(&client).await;
        for claims in received(&server, &rp, &browser, &[]).await {
            assert_eq!(claims["groups"], names);
            assert_eq!(claims["roles"], json!(["editor"]));
        }
    }
}

/// Claims asked for one by one are named as the service reads them, or as we call them.
#[sqlx::test]
async fn one_by_one(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rp = service(&server, |client| {
        elsewhere(client);
        client.claims_in_id_token = false;
    })
    .await;
    carl(&server).await;
    let browser = Browser::of(&server);
    browser.sign_in("carl").await;
    for (asked, groups, roles) in [
        (r#"{"id_token":{"realm_access":null}}"#, true, false),
        (r#"{"id_token":{"resource_access":{"essential":true}}}"#, false, true),
        (r#"{"id_token":{"groups":null,"roles":null}}"#, true, true),
        (r#"{"id_token":{"realm_access.roles":null,"wiki.example.org":null}}"#, false, false),
    ] {
        let changes = [("scope", "openid"), ("claims", asked)];
        let [id_token, userinfo, access, _] = received(&server, &rp, &browser, &changes).await;
        assert_eq!(id_token["realm_access"]["roles"].is_array(), groups, "{asked}");
        assert_eq!(id_token["resource_access"][ID]["roles"].is_array(), roles, "{asked}");
        for other in [userinfo, access] {
            assert!(other.get("realm_access").is_none() && other.get("resource_access").is_none(), "{asked}");
        }
    }
}

/// What people answer to a field of the host never passes for groups, whatever the settings became later.
#[sqlx::test]
async fn a_field_of_the_host_does_not_pass_for_groups(pool: PgPool) {
    let settings = [
        ("LOQUET_PROFILE_FIELDS_1_KEY", "team"),
        ("LOQUET_PROFILE_FIELDS_1_KIND", "text"),
        ("LOQUET_PROFILE_FIELDS_1_LABEL_FR", "Équipe"),
        ("LOQUET_PROFILE_FIELDS_1_LABEL_EN", "Team"),
        ("LOQUET_PROFILE_FIELDS_1_CLAIM", "team"),
        ("LOQUET_PROFILE_FIELDS_1_SCOPE", "profile"),
    ];
    let server = Server::with(&pool, &settings).await;
    let rp = service(&server, |client| client.claims.groups_claim = ClaimPath::from("team.names")).await;
    carl(&server).await;
    sqlx::query("UPDATE users SET custom = '{\"team\": \"admins\"}'").execute(&pool).await.unwrap();
    let browser = Browser::of(&server);
    browser.sign_in("carl").await;
    let [id_token, userinfo, ..] = received(&server, &rp, &browser, &[]).await;
    for claims in [id_token, userinfo] {
        assert_eq!(claims["team"], json!({ "names": ["equipe", "atelier", "chorale", "atelier/editor"] }));
    }
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

/// `client add`, `set` and `show`: what is wrong is told all at once, and nothing changes then.
#[sqlx::test]
async fn commands(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let add = ["client", "add", "--name", "Wiki", "--client-id", ID, "--redirect-uri", REDIRECT];
    let layout = [
        "--groups-claim",
        "realm_access.roles",
        "--roles-claim",
        r"resource_access.wiki\.example\.org.roles",
        "--group-format",
        "leading-slash",
        "--rename-group",
        "equipe=Équipe=A",
        "--rename-group",
        "atelier/editor=scribes",
        "--rename-role",
        "editor=writer",
    ];
    let (code, told) = told_by(&program, &[&add[..], &layout[..]].concat()).await;
    assert_eq!(code, 0, "{told}");
    let shown = json_of(&program, &["client", "show", ID]).await;
    assert_eq!(shown["groups_claim"], "realm_access.roles");
    assert_eq!(shown["roles_claim"], r"resource_access.wiki\.example\.org.roles");
    assert_eq!(shown["group_format"], "leading-slash");
    assert_eq!(shown["rename_groups"], json!({ "equipe": "Équipe=A", "atelier/editor": "scribes" }));
    assert_eq!(shown["rename_roles"], json!({ "editor": "writer" }));
    let (_, told) = told_by(&program, &["client", "show", ID]).await;
    assert!(told.contains("atelier/editor=scribes  equipe=Équipe=A"), "{told}");

    let bad = ["client", "set", ID, "--groups-claim", "sub", "--roles-claim", "sub.x", "--rename-group", "A=b"];
    let (code, told) = told_by(&program, &bad).await;
    assert_eq!(code, 2, "{told}");
    for fault in ["--groups-claim sub", "--roles-claim sub.x", "--rename-group A"] {
        assert!(told.contains(fault), "{fault}: {told}");
    }
    assert_eq!(told_by(&program, &["client", "set", ID, "--rename-role", "x"]).await.0, 2);
    assert_eq!(json_of(&program, &["client", "show", ID]).await, shown);

    let back = ["--groups-claim", "", "--roles-claim", "", "--rename-group", "", "--rename-role", ""];
    let (code, told) = told_by(&program, &[&["client", "set", ID], &back[..]].concat()).await;
    assert_eq!(code, 0, "{told}");
    let shown = json_of(&program, &["client", "show", ID]).await;
    assert_eq!((&shown["groups_claim"], &shown["roles_claim"]), (&json!("groups"), &json!("roles")));
    assert_eq!((&shown["rename_groups"], &shown["rename_roles"]), (&json!({}), &json!({})));
}
