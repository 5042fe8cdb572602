//! Scopes: userinfo holds every standard claim of the scope that the person has, and none of another;
//! the ID token of a service that registered itself does not repeat them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::PgPool;

use super::registration::ALLOWED;
use super::scene::{Passed, STANDARD, Scene};
use crate::support::RelyingParty;
use crate::support::people::PROFILE;

/// alice, who has every claim, and a service of all scopes that registered itself.
async fn scene(pool: &PgPool) -> (Scene, RelyingParty) {
    let scene = Scene::with(pool, &[ALLOWED], |_| ()).await;
    scene.server.fill_profile(&scene.alice).await;
    let scope = "openid profile email address phone groups offline_access";
    let metadata = json!({"redirect_uris": ["https://suite.test/cb"], "scope": scope, "client_name": "Suite"});
    let (rp, _) = RelyingParty::register(&scene.server, &metadata).await;
    (scene, rp)
}

/// Exactly `sub` and the claims of these scopes, with the right values and types.
fn check(passed: &Passed, scopes: &[&str]) {
    let userinfo = passed.userinfo.as_object().unwrap();
    let held: BTreeSet<&str> = userinfo.keys().map(String::as_str).collect();
    let mut expected = BTreeSet::from(["sub"]);
    expected.extend(STANDARD.iter().filter(|(scope, _)| scopes.contains(scope)).flat_map(|(_, names)| *names));
    assert_eq!(held, expected, "{scopes:?}");
    for (name, value) in userinfo {
        match name.as_str() {
            "updated_at" => assert!(value.is_u64(), "{value}"),
            "email_verified" | "phone_number_verified" => assert!(value.is_boolean(), "{name}: {value}"),
            "groups" | "roles" => assert_eq!(*value, json!([])),
            "address" => assert_eq!(*value, address()),
            _ => assert!(value.as_str().is_some_and(|text| !text.is_empty()), "{name}: {value}"),
        }
        if let Some((_, given)) = PROFILE.iter().find(|(given, _)| given == name) {
            assert_eq!(value, given);
        }
    }
    for (_, names) in STANDARD {
        for name in names {
            assert!(passed.id_token.get(*name).is_none(), "the ID token repeats {name}");
        }
    }
}

fn address() -> Value {
    json!({
        "street_address": "1 rue de la Paix", "postal_code": "33000", "locality": "Bordeaux",
        "region": "Nouvelle-Aquitaine", "country": "France",
        "formatted": "1 rue de la Paix\n33000 Bordeaux\nNouvelle-Aquitaine\nFrance",
    })
}

/// Row `scopes profile, email, address, phone, all`.
#[sqlx::test]
async fn each_scope_gives_its_claims_and_no_other(pool: PgPool) {
    let (scene, rp) = scene(&pool).await;
    for scope in ["profile", "email", "address", "phone", "groups"] {
        let passed = scene.pass_with(&rp, &[("scope", &format!("openid {scope}"))]).await;
        check(&passed, &[scope]);
        assert_eq!(passed.answer.text("scope"), format!("openid {scope}"));
    }
    let all = ["profile", "email", "address", "phone", "groups"];
    check(&scene.pass_with(&rp, &[("scope", "openid profile email address phone groups")]).await, &all);
    check(&scene.pass_with(&rp, &[("scope", "openid")]).await, &[]);
}

/// Row `userinfo`: the three ways of asking answer alike.
#[sqlx::test]
async fn userinfo_is_the_same_however_it_is_asked(pool: PgPool) {
    let (scene, rp) = scene(&pool).await;
    let passed = scene.pass_with(&rp, &[("scope", "openid profile email address phone")]).await;
    let token = passed.answer.text("access_token");
    let address = format!("{}/userinfo", scene.server.url);
    for request in [
        rp.http().get(&address).bearer_auth(&token),
        rp.http().post(&address).bearer_auth(&token),
        rp.http().post(&address).form(&[("access_token", &token)]),
    ] {
        assert_eq!(rp.read(request).await.body, passed.userinfo);
    }
}

/// Rule 9: a service made by an administrator reads the ID token, unless it is set otherwise; rule 10:
/// the same there, in userinfo and nowhere `null`.
#[sqlx::test]
async fn an_administrators_service_finds_the_claims_in_the_id_token(pool: PgPool) {
    let scene = Scene::with(&pool, &[], |client| client.claims_in_id_token = true).await;
    for filled in [false, true] {
        if filled {
            scene.server.fill_profile(&scene.alice).await;
        }
        let passed = scene.pass(&[("scope", "openid profile email address phone groups")]).await;
        for (name, value) in passed.userinfo.as_object().unwrap() {
            assert_eq!(passed.id_token[name], *value, "{name}");
            assert!(!value.is_null(), "{name}");
        }
        assert_eq!(passed.userinfo.get("address").is_some(), filled);
        assert_eq!(passed.userinfo.get("phone_number_verified").is_some(), filled);
        assert_eq!(passed.userinfo["locale"], "fr-FR");
        assert_eq!(passed.userinfo["groups"], json!([]), "empty rather than absent");
    }
}
