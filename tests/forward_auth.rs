//! Applications without OpenID Connect, behind a proxy that asks at each request (`GET /forward-auth`).

mod proxies;
mod scene;

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::support::Browser;
use scene::Scene;

/// Signed in on the way, back where one was going, and known to the application; by groups too.
#[sqlx::test]
async fn somebody_comes_in(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let browser = scene.browser("alice").await;
    let asked = scene.ask(&browser, "/page?a=b&c=%C3%A9").await;
    assert_eq!(asked.status, 303);
    let cookie = asked.headers["set-cookie"].to_str().unwrap();
    for part in ["__Host-loquet-forward-start=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let jar = scene.enter(&browser, "/page?a=b&c=%C3%A9").await;
    assert_eq!(jar.to, "https://wiki.test/page?a=b&c=%C3%A9");
    let known = scene.with(&jar.cookie, "wiki.test", "/page").await;
    assert_eq!(known.status, 200);
    for (name, value) in [
        ("remote-user", "alice"),
        ("remote-name", "Alice Martin"),
        ("remote-email", "alice@example.org"),
        ("remote-groups", "staff"),
    ] {
        assert_eq!(known.headers[name], value, "{name}");
    }
    // What it may not know is empty, and not left to whoever sends such a header.
    let mut client = scene.client.clone();
    client.scopes = vec!["openid".to_owned()];
    scene.server.change_service(&client).await;
    let known = scene.with(&jar.cookie, "wiki.test", "/page").await;
    assert_eq!(known.headers["remote-user"], scene.alice.id.to_string().as_str());
    for name in ["remote-name", "remote-email", "remote-groups"] {
        assert_eq!(known.headers[name], "", "{name}");
    }
}

/// The next request after a right, the session or the service has ended is refused; the person reads why.
#[sqlx::test]
async fn what_ends_is_over_at_the_next_request(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let good = async |cookie: &str| scene.with(cookie, "wiki.test", "/").await.status == 200;
    let browser = scene.browser("alice").await;
    let jar = scene.enter(&browser, "/").await;
    assert!(good(&jar.cookie).await);
    // Behind the back of everything that revokes: the decision alone.
    sqlx::query("DELETE FROM group_members").execute(&pool).await.unwrap();
    assert!(!good(&jar.cookie).await);
    let refused = browser.open(scene.ask(&browser, "/").await.location()).await;
    assert_eq!(refused.status, 403);
    assert!(refused.url.contains("/refused?authorization="), "{}", refused.url);
    scene.server.group("staff", &[&scene.alice], &["c_wiki"]).await;
    assert!(good(&jar.cookie).await);

    // Two steps are asked of its people from now on.
    let mut client = scene.client.clone();
    client.second_factor = true;
    scene.server.change_service(&client).await;
    assert!(!good(&jar.cookie).await);
    client.second_factor = false;
    scene.server.change_service(&client).await;
    assert!(good(&jar.cookie).await);

    browser.sign_out().await;
    assert!(!good(&jar.cookie).await);

    // Whoever works there is not idle; whoever does nothing is.
    let browser = scene.browser("alice").await;
    let jar = scene.enter(&browser, "/").await;
    let idle = TimeDelta::from_std(scene.server.state.settings.sessions.idle).unwrap();
    scene.server.advance(idle - TimeDelta::minutes(5));
    assert!(good(&jar.cookie).await);
    scene.server.advance(TimeDelta::minutes(10));
    assert!(good(&jar.cookie).await);
    scene.server.advance(idle + TimeDelta::minutes(1));
    assert!(!good(&jar.cookie).await);
}

/// A code is good once, in the browser that asked, at the host it was for; a cookie at that host.
#[sqlx::test]
async fn what_is_handed_over_is_bound(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let (browser, mallory) = (scene.browser("alice").await, scene.browser("mallory").await);
    let (start, callback) = scene.half(&browser, "/").await;
    let over = format!("{}/refused", scene.server.url);
    // Another browser, with nothing and with a start of its own: the code is not used up by that.
    let (other, _) = scene.half(&mallory, "/").await;
    for cookie in ["", other.as_str(), "__Host-loquet-forward-start=AAAA"] {
        let reply = scene.with(cookie, "wiki.test", &callback).await;
        assert_eq!((reply.status, reply.location()), (303, over.as_str()), "{cookie}");
        assert!(!reply.headers.contains_key("set-cookie"), "{cookie}");
    }
    // A start cookie twice is nobody's.
    let twice = format!("{start}; {start}");
    assert_eq!(scene.with(&twice, "wiki.test", &callback).await.location(), over);
    // Another host of the same service.
    assert_eq!(scene.with(&start, "notes.test", &callback).await.location(), over);
    // At once ten times: one gets in.
    let all = (0..10).map(|_| scene.with(&start, "wiki.test", &callback));
    let replies = futures_util::future::join_all(all).await;
    let given: Vec<_> = replies.iter().filter(|reply| reply.headers.contains_key("set-cookie")).collect();
    assert_eq!(given.len(), 1);
    let cookie = scene::cookie_of(given[0]);
    assert_eq!(scene.with(&cookie, "wiki.test", "/").await.status, 200);
    for (cookie, host) in [
        (cookie.clone(), "notes.test"),
        (cookie.replace("lqt_fw_", "lqt_at_"), "wiki.test"),
        (format!("{cookie}; {cookie}"), "wiki.test"),
    ] {
        assert_eq!(scene.with(&cookie, host, "/").await.status, 303, "{cookie} at {host}");
    }
    // Nor is it an access token.
    let token = cookie.split_once('=').unwrap().1;
    let userinfo = browser.http().get(format!("{}/userinfo", scene.server.url)).bearer_auth(token);
    assert_eq!(userinfo.send().await.unwrap().status(), 401);
}

/// Nobody is sent anywhere but to the host, whatever the proxy passes on.
#[sqlx::test]
async fn no_open_redirect(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let browser = scene.browser("alice").await;
    for (uri, to) in [
        ("//evil.test/", "https://wiki.test//evil.test/"),
        ("https://evil.test/", "https://wiki.test/"),
        ("@evil.test/", "https://wiki.test/"),
        ("/.loquet/x", "https://wiki.test/"),
        ("", "https://wiki.test/"),
    ] {
        assert_eq!(scene.enter(&browser, uri).await.to, to, "{uri}");
    }
    // A state of somebody's own making.
    let (start, callback) = scene.half(&browser, "/").await;
    let changed = callback.replace("state=", "state=A");
    let reply = scene.with(&start, "wiki.test", &changed).await;
    assert_eq!(reply.location(), format!("{}/refused", scene.server.url));
    // Signing out is asked on our page.
    let jar = scene.enter(&browser, "/").await;
    let reply = scene.with(&jar.cookie, "wiki.test", "/.loquet/sign-out").await;
    assert_eq!(reply.location(), format!("{}/end-session?client_id=c_wiki", scene.server.url));
    assert_eq!(scene.with(&jar.cookie, "wiki.test", "/").await.status, 200);
    let page = browser.open(reply.location()).await;
    browser.press(&page, "#logout-confirm", &[]).await;
    assert_eq!(scene.with(&jar.cookie, "wiki.test", "/").await.status, 303);
    // The person declines: home, and not in circles.
    let reply = scene.with(&start, "wiki.test", &callback.replace("code=", "error=access_denied&x=")).await;
    assert_eq!(reply.location(), format!("{}/", scene.server.url));
}

/// Only the proxy is answered, of hosts that are somebody's; programs get a status.
#[sqlx::test]
async fn who_is_answered_and_how(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let browser = scene.browser("alice").await;
    for host in ["other.test", "wiki.test, other.test", "wiki.test.evil.test", "", "localhost"] {
        assert_eq!(scene.with("", host, "/").await.status, 400, "{host}");
    }
    assert_eq!(scene.with("", "WIKI.test:443", "/").await.status, 303);
    let untrusting = scene.server.beside(&pool, &[("LOQUET_SERVER_ISSUER", &scene.server.url)]).await;
    let request = browser.http().get(format!("{}/forward-auth", untrusting.listening));
    let reply = request.header("x-forwarded-host", "wiki.test").send().await.unwrap();
    assert_eq!(reply.status(), 400);

    let jar = scene.enter(&browser, "/").await;
    let mut script = Browser::of(&scene.server);
    script.headers.insert("x-forwarded-host", "wiki.test".parse().unwrap());
    assert_eq!(script.get("/forward-auth?answer=status").await.status, 401);
    let page = script.get("/forward-auth?answer=page").await;
    assert!(page.location().starts_with(&format!("{}/authorize?", scene.server.url)), "{}", page.location());
    script.headers.insert("sec-fetch-mode", "cors".parse().unwrap());
    assert_eq!(script.get("/forward-auth").await.status, 401);
    script.headers.insert("cookie", jar.cookie.parse().unwrap());
    assert_eq!(script.get("/forward-auth").await.status, 200);
    assert_eq!(script.get("/forward-auth?answer=status").await.status, 200);
    let page = script.get("/forward-auth?answer=page").await;
    assert_eq!((page.status, page.location()), (303, "https://wiki.test/"));
    // A form cannot be sent again by going back to it.
    script.headers.remove("cookie");
    script.headers.remove("sec-fetch-mode");
    script.headers.insert("x-forwarded-method", "POST".parse().unwrap());
    script.headers.insert("x-forwarded-uri", "/save".parse().unwrap());
    assert_eq!(script.get("/forward-auth").await.status, 303);
}
