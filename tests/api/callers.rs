//! Who may call: by what token, and for how long it is good (OR-15, OR-33, OR-34; RFC 6750 3).

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::World;
use crate::support::client::REDIRECT;
use crate::support::contents::Contents;
use crate::support::{Browser, RelyingParty, Script};

const ME: &str = "/api/v1/me";
const A: &str = "/api/v1/organizations/a";
const B: &str = "/api/v1/organizations/b";

#[sqlx::test]
async fn only_a_token_in_the_header(pool: PgPool) {
    let world = World::new(&pool).await;
    let anonymous = Script::anonymous(&world.server);
    let refused = anonymous.get(ME).await;
    assert_eq!((refused.status, refused.problem()), (401, "unauthorized"));
    assert_eq!(refused.headers["www-authenticate"], "Bearer realm=\"loquet\"");
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let token = rita.token.clone().unwrap();
    assert_eq!(rita.get(ME).await.status, 200);
    // In the address it would end in logs: refused even beside a good one.
    for script in [&anonymous, &rita] {
        let in_address = script.get(&format!("{ME}?access_token={token}")).await;
        assert_eq!((in_address.status, in_address.errors().as_str()), (400, "access_token in-the-address"));
    }
    for wrong in ["lqt_pt_x", "lqt_at_x", "lqt_ct_x", "a.b.c", "", &token[..token.len() - 1], &format!("{token}a")] {
        let refused = Script::with(&world.server, wrong).get(ME).await;
        assert_eq!(refused.status, 401, "{wrong}");
        let challenge = refused.headers["www-authenticate"].to_str().unwrap();
        assert!(wrong.is_empty() || challenge.contains("invalid_token"), "{challenge}");
    }
    let basic = anonymous.request(Method::GET, ME).basic_auth("rita", Some(&token));
    assert_eq!(anonymous.send(basic).await.status, 401);
}

/// OR-34: a signed-in browser is nobody here, and there is no other way to name a method.
#[sqlx::test]
async fn cookies_mean_nothing(pool: PgPool) {
    let world = World::new(&pool).await;
    let browser = Browser::of(&world.server);
    browser.sign_in("rita").await;
    let invitations = format!("{}{A}/invitations", world.server.url);
    let before = Contents::of(&pool).await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json"] {
        let request = browser.http().post(&invitations).header("origin", "https://evil.test");
        let request = request.header("content-type", kind).body(r#"{"email":"x@evil.test"}"#);
        assert_eq!(request.send().await.unwrap().status(), 401, "{kind}");
    }
    assert_eq!(before.difference(&Contents::of(&pool).await), Vec::<String>::new());
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        let request = rita.request(Method::POST, &invitations).header("content-type", kind);
        let refused = rita.send(request.body(r#"{"email":"x@evil.test"}"#)).await;
        assert_eq!((refused.status, refused.problem()), (415, "media-type"), "{kind}");
    }
    let alice = format!("{A}/members/{}", world.id("alice"));
    for header in ["x-http-method-override", "x-method-override", "x-http-method"] {
        let request = rita.request(Method::POST, &alice).header(header, "DELETE").header("if-match", "*");
        assert_eq!(rita.send(request).await.status, 405);
        let request = rita.request(Method::GET, &alice).header(header, "DELETE").header("if-match", "*");
        assert_eq!(rita.send(request).await.status, 200);
    }
    assert_eq!(rita.get(&format!("{alice}?_method=DELETE")).await.status, 200);
    assert_eq!(rita.get(&alice).await.status, 200, "alice is still there");
}

/// OR-33: a key for A, elsewhere; after its end, its deletion, its person's demotion.
#[sqlx::test]
async fn a_key_for_one_organization(pool: PgPool) {
    let world = World::new(&pool).await;
    sqlx::query("INSERT INTO memberships SELECT $1, $2, 'referent', now()")
        .bind(world.organizations["b"])
        .bind(world.id("rita"))
        .execute(&pool)
        .await
        .unwrap();
    let key = Script::of(&world.server, &world.people["rita"], Some("a")).await;
    let whole = Script::of(&world.server, &world.people["rita"], None).await;
    assert_eq!((whole.get(A).await.status, whole.get(B).await.status), (200, 200));
    assert_eq!(key.get(A).await.status, 200);
    assert_eq!(key.get(B).await.masked(), key.get("/api/v1/organizations/nowhere").await.masked());
    assert_eq!(key.get(B).await.status, 404);
    let me = key.get(ME).await.body;
    assert_eq!((&me["token"]["only"], &me["standing"]), (&json!("a"), &Value::Null));
    let all = key.get("/api/v1/organizations").await.body;
    assert_eq!((all["items"].as_array().unwrap().len(), &all["items"][0]["slug"]), (1, &json!("a")));

    let demoted = "UPDATE memberships SET role = $1 WHERE user_id = $2 AND organization_id = $3";
    for (role, status) in [("member", 403), ("referent", 200)] {
        sqlx::query(demoted)
            .bind(role)
            .bind(world.id("rita"))
            .bind(world.organizations["a"])
            .execute(&pool)
            .await
            .unwrap();
        assert_eq!(key.get(A).await.status, status, "{role}");
    }
    sqlx::query("DELETE FROM memberships WHERE user_id = $1").bind(world.id("rita")).execute(&pool).await.unwrap();
    assert_eq!(key.get(A).await.masked(), key.get("/api/v1/organizations/nowhere").await.masked());
    world.server.advance(TimeDelta::days(30));
    assert_eq!(key.get(ME).await.status, 401);
    assert_eq!(whole.get(ME).await.status, 401);
}

/// An administrator's key for one organization is good for no act on the instance.
#[sqlx::test]
async fn a_key_is_less_than_its_person(pool: PgPool) {
    let world = World::new(&pool).await;
    sqlx::query("INSERT INTO memberships SELECT $1, $2, 'member', now()")
        .bind(world.organizations["a"])
        .bind(world.id("adm"))
        .execute(&pool)
        .await
        .unwrap();
    let key = Script::of(&world.server, &world.people["adm"], Some("a")).await;
    let new = json!({ "slug": "new", "name": "New" });
    assert_eq!(key.post("/api/v1/organizations", &new).await.status, 403);
    assert_eq!(key.get(B).await.status, 404);
    assert_eq!(key.get("/api/v1/organizations").await.body["items"].as_array().unwrap().len(), 1);
    let whole = Script::of(&world.server, &world.people["adm"], None).await;
    assert_eq!(whole.post("/api/v1/organizations", &new).await.status, 201);
}

/// Whoever cannot sign in cannot call either.
#[sqlx::test]
async fn a_token_ends_with_its_account(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    for (sql, status) in [
        ("UPDATE users SET active = false WHERE id = $1", 401),
        ("UPDATE users SET active = true WHERE id = $1", 200),
        ("UPDATE users SET email_verified_at = NULL WHERE id = $1", 401),
        ("UPDATE users SET email_verified_at = now() WHERE id = $1", 200),
        ("DELETE FROM personal_tokens WHERE user_id = $1", 401),
    ] {
        sqlx::query(sql).bind(world.id("rita")).execute(&pool).await.unwrap();
        assert_eq!(rita.get(A).await.status, status, "{sql}");
    }
}

/// What a service holds for somebody who signed in there.
async fn through(world: &World, service: &str, person: &str, scope: &str) -> (RelyingParty, Script) {
    let rp = world.relying_party(service);
    let browser = Browser::of(&world.server);
    let page = browser.open(&rp.authorize(&[("scope", scope)])).await;
    let code = browser.sign_in_on(&page, person, crate::support::PASSWORD).await.answer("code").unwrap();
    let token = rp.exchange(&code).await.text("access_token");
    (rp, Script::with(&world.server, &token))
}

#[sqlx::test]
async fn access_tokens_of_services(pool: PgPool) {
    let world = World::new(&pool).await;
    let (_, script) = through(&world, "c_conf", "rita", "openid organizations").await;
    let me = script.get(ME).await.body;
    assert_eq!((&me["token"]["kind"], &me["token"]["name"]), (&json!("access"), &json!("c_conf")));
    assert_eq!((script.get(A).await.status, script.get(B).await.status), (200, 404));
    // Not made for this.
    let (_, little) = through(&world, "c_conf", "rex", "openid profile email groups").await;
    let refused = little.get(A).await;
    assert_eq!((refused.status, refused.problem()), (403, "insufficient-scope"));
    let challenge = refused.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("insufficient_scope") && challenge.contains("scope=\"organizations\""), "{challenge}");

    // The service loses the scope, its person, its permission: at once.
    let mut connection = pool.acquire().await.unwrap();
    let client = loquet::db::clients::find(&mut connection, "c_conf").await.unwrap().unwrap();
    drop(connection);
    let mut less = client.clone();
    less.scopes.retain(|scope| scope != "organizations");
    world.server.change_service(&less).await;
    assert_eq!(script.get(A).await.problem(), "insufficient-scope");
    let closed = loquet::db::clients::Client { everyone: false, ..client.clone() };
    world.server.change_service(&closed).await;
    assert_eq!(script.get(A).await.status, 401);
    let audience = loquet::db::clients::Client { audience: Some("api.example".to_owned()), ..client.clone() };
    world.server.change_service(&audience).await;
    assert_eq!(script.get(A).await.status, 401, "meant for somebody else");
    world.server.change_service(&client).await;
    assert_eq!(script.get(A).await.status, 200);
    world.server.advance(TimeDelta::hours(2));
    assert_eq!(script.get(A).await.status, 401);
}

#[sqlx::test]
async fn signed_access_tokens_and_services_own(pool: PgPool) {
    let world = World::new(&pool).await;
    let (_, secret) = world
        .server
        .service_with("c_jwt", REDIRECT, |client| {
            client.jwt_access_tokens = true;
            client.client_credentials = true;
        })
        .await;
    let rp = RelyingParty::of(&world.server, "c_jwt", Some(secret));
    let browser = Browser::of(&world.server);
    let page = browser.open(&rp.authorize(&[("scope", "openid organizations")])).await;
    let code = browser.sign_in_on(&page, "rita", crate::support::PASSWORD).await.answer("code").unwrap();
    let answer = rp.exchange(&code).await;
    let script = Script::with(&world.server, &answer.text("access_token"));
    assert_eq!(script.get(A).await.status, 200);
    // An ID token is no access token; nor is a service a person.
    let id_token = Script::with(&world.server, &answer.text("id_token"));
    assert_eq!(id_token.get(A).await.status, 401);
    let own = rp.token(&[("grant_type", "client_credentials"), ("scope", "organizations")]).await;
    if own.status == 200 {
        let own = Script::with(&world.server, &own.text("access_token"));
        assert_eq!(own.get(A).await.status, 401);
    }
    browser.sign_out().await;
    let revoked = rp
        .http()
        .post(format!("{}/revoke", world.server.url))
        .basic_auth("c_jwt", rp.secret.as_ref().map(loquet::crypto::Plain::reveal));
    let token = answer.text("access_token");
    assert_eq!(revoked.form(&[("token", token.as_str())]).send().await.unwrap().status(), 200);
    assert_eq!(script.get(A).await.status, 401, "revoked");
}

/// Six hundred at once, ten a second; shared by the tokens and the replicas, not by the people.
#[sqlx::test]
async fn not_too_often(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let again = Script::of(&world.server, &world.people["rita"], Some("a")).await;
    let rex = Script::of(&world.server, &world.people["rex"], None).await;
    assert_eq!(rita.get(ME).await.status, 200);
    // As if she had called for a minute ahead.
    let ahead = world.server.state.clock.now() + TimeDelta::minutes(5);
    sqlx::query("UPDATE throttles SET free_at = $1 WHERE attempts = 0").bind(ahead).execute(&pool).await.unwrap();
    for script in [&rita, &again] {
        let refused = script.get(ME).await;
        assert_eq!((refused.status, refused.problem()), (429, "too-many-requests"));
        assert_eq!(refused.headers["retry-after"], "1");
    }
    assert_eq!(rex.get(ME).await.status, 200);
    world.server.advance(TimeDelta::minutes(4) + TimeDelta::seconds(1));
    assert_eq!((rita.get(ME).await.status, again.get(ME).await.status), (200, 200));
}
