//! Refresh tokens.

use chrono::TimeDelta;
use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::{Browser, RelyingParty, Server};

struct Scene {
    server: Server,
    rp: RelyingParty,
    browser: Browser,
    first: crate::support::client::Answer,
}

async fn scene(pool: &PgPool) -> Scene {
    scene_on(Server::start(pool).await).await
}

async fn scene_on(server: Server) -> Scene {
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let first = rp.exchange(&rp.code(&browser, "alice").await).await;
    Scene { server, rp, browser, first }
}

/// Rule 15: always a refresh token back; the same successor for 30 s; later, reuse ends the family (RT-01).
#[sqlx::test]
async fn rotation_and_reuse(pool: PgPool) {
    let Scene { server, rp, first, .. } = scene(&pool).await;
    let (old, id_token) = (first.text("refresh_token"), first.id_token());
    let second = rp.refresh(&old).await;
    assert_eq!(second.status, 200, "{:?}", second.body);
    let successor = second.text("refresh_token");
    assert_ne!(successor, old);
    let renewed = second.id_token();
    for claim in ["iss", "sub", "aud", "auth_time", "sid", "nonce"] {
        assert_eq!(renewed[claim], id_token[claim], "{claim}");
    }
    server.advance(TimeDelta::seconds(20));
    let again = rp.refresh(&old).await;
    assert_eq!(again.text("refresh_token"), successor);
    assert_ne!(again.text("access_token"), second.text("access_token"));
    let third = rp.refresh(&successor).await;
    assert_eq!(third.status, 200);
    server.advance(TimeDelta::seconds(31));
    assert_eq!(rp.refresh(&old).await.error(), (400, "invalid_grant"));
    assert_eq!(rp.refresh(&third.text("refresh_token")).await.error(), (400, "invalid_grant"), "the family is revoked");
    assert_eq!(rp.userinfo(&third.text("access_token")).await.status, 401);
}

/// RT-02: fifty at once on two replicas end with one successor and one lineage.
#[sqlx::test]
async fn parallel_refreshes_share_one_successor(pool: PgPool) {
    let key = Vault::generate_master_key();
    let (one, two) = (Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await);
    one.person("alice").await;
    let rp = RelyingParty::new(&one).await;
    two.reload().await;
    let twin = RelyingParty::of(&two, "c_conf", rp.secret.clone());
    let mut token = rp.exchange(&rp.code(&Browser::of(&one), "alice").await).await.text("refresh_token");
    for round in 0..20 {
        let all = futures_util::future::join_all(
            (0..50).map(|number| if number % 2 == 0 { rp.refresh(&token) } else { twin.refresh(&token) }),
        )
        .await;
        let mut successors: Vec<String> = all.iter().map(|answer| answer.text("refresh_token")).collect();
        successors.dedup();
        assert_eq!(successors.len(), 1, "round {round}");
        token = successors.remove(0);
    }
    let live: i64 = sqlx::query_scalar("SELECT count(*) FROM refresh_tokens WHERE rotated_at IS NULL")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(live, 1);
}

/// RT-05, RT-06 and another client's token.
#[sqlx::test]
async fn refused_refreshes_change_nothing(pool: PgPool) {
    let Scene { server, rp, first, .. } = scene(&pool).await;
    let token = first.text("refresh_token");
    let (_, secret) = server.service("c_other", crate::support::client::REDIRECT).await;
    let other = RelyingParty::of(&server, "c_other", Some(secret));
    assert_eq!(other.refresh(&token).await.error(), (400, "invalid_grant"));
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("client_id", "c_conf")];
    assert_eq!(
        rp.read(rp.http().post(format!("{}/token", server.url)).form(&form)).await.error(),
        (401, "invalid_client")
    );
    let wide = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", "openid admin")];
    assert_eq!(rp.token(&wide).await.error(), (400, "invalid_scope"));
    assert_eq!(rp.refresh("lqt_rt_nonsense").await.error(), (400, "invalid_grant"));
    assert_eq!(rp.refresh(&first.text("access_token")).await.error(), (400, "invalid_grant"));
    let narrow = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", "openid")];
    assert_eq!(rp.token(&narrow).await.status, 200);
}

/// RFC 6749 6: a token that does less than was granted; the next one may do all of it again.
#[sqlx::test]
async fn a_refresh_may_ask_for_less(pool: PgPool) {
    let Scene { server: _server, rp, first, .. } = scene(&pool).await;
    let refresh = |token: String, scope: &'static str| {
        let rp = &rp;
        async move { rp.token(&[("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", scope)]).await }
    };
    let less = refresh(first.text("refresh_token"), "openid openid email").await;
    assert_eq!(less.text("scope"), "openid email");
    assert_eq!(
        (less.id_token()["name"].as_str(), less.id_token()["email"].as_str()),
        (None, Some("alice@example.org"))
    );
    let told = rp.userinfo(&less.text("access_token")).await.body;
    assert!(told["email"].is_string() && told["name"].is_null() && told["groups"].is_null(), "{told}");
    let nobody = refresh(less.text("refresh_token"), "groups").await;
    assert!(nobody.body["id_token"].is_null(), "{}", nobody.body);
    assert_eq!(rp.userinfo(&nobody.text("access_token")).await.status, 401);
    let all = rp.refresh(&nobody.text("refresh_token")).await;
    assert_eq!(all.text("scope"), first.text("scope"));
    assert!(rp.userinfo(&all.text("access_token")).await.body["groups"].is_array());
}

/// RT-07, RT-09, RT-11.
#[sqlx::test]
async fn refresh_tokens_end_with_the_right_to_them(pool: PgPool) {
    let mut server = Server::start(&pool).await;
    for end in [
        "UPDATE users SET active = false",
        "UPDATE clients SET policy = 'restricted'",
        "UPDATE users SET email_verified_at = NULL",
        "DELETE FROM users",
    ] {
        sqlx::query("TRUNCATE users, clients, throttles CASCADE").execute(&pool).await.unwrap();
        let Scene { server: same, rp, first, browser: _ } = scene_on(server).await;
        server = same;
        sqlx::query(end).execute(&pool).await.unwrap();
        assert_eq!(rp.refresh(&first.text("refresh_token")).await.error(), (400, "invalid_grant"), "{end}");
        assert_eq!(rp.userinfo(&first.text("access_token")).await.status, 401, "{end}");
    }
}

/// RT-09: with the browser session, unless the person let them outlive it.
#[sqlx::test]
async fn refresh_tokens_end_with_the_session_unless_offline(pool: PgPool) {
    for (scope, status) in [("openid", 400), ("openid offline_access", 200)] {
        sqlx::query("TRUNCATE users, clients, throttles, instance, signing_keys CASCADE").execute(&pool).await.unwrap();
        let Scene { server: _server, rp, browser, first: _ } = scene(&pool).await;
        let code = browser.get(&rp.authorize(&[("scope", scope)])).await.answer("code").unwrap();
        let token = rp.exchange(&code).await.text("refresh_token");
        browser.sign_out().await;
        assert_eq!(rp.refresh(&token).await.status, status, "{scope}");
    }
}

#[sqlx::test]
async fn lives_of_refresh_tokens(pool: PgPool) {
    let Scene { server, rp, first, .. } = scene(&pool).await;
    let mut token = first.text("refresh_token");
    for day in 1..=29 {
        server.advance(TimeDelta::days(1));
        let answer = rp.refresh(&token).await;
        assert_eq!(answer.status, 200, "day {day}");
        token = answer.text("refresh_token");
    }
    server.advance(TimeDelta::days(2));
    assert_eq!(rp.refresh(&token).await.error(), (400, "invalid_grant"), "30 days at the most");
    server.state.clock.set_shift(TimeDelta::zero());
    let browser = Browser::of(&server);
    let token = rp.exchange(&rp.code(&browser, "alice").await).await.text("refresh_token");
    server.advance(TimeDelta::days(8));
    assert_eq!(rp.refresh(&token).await.error(), (400, "invalid_grant"), "7 days unused");
}

/// A client that gets none.
#[sqlx::test]
async fn refresh_tokens_can_be_withheld(pool: PgPool) {
    let Scene { server, rp, browser, .. } = scene(&pool).await;
    let mut client =
        server.state.directory.client("c_conf", &server.state.pool).await.unwrap().unwrap().as_ref().clone();
    client.refresh_tokens = false;
    server.change_service(&client).await;
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    assert!(rp.exchange(&code).await.body.get("refresh_token").is_none());
    assert_eq!(rp.refresh("lqt_rt_x").await.error(), (400, "unauthorized_client"));
}
