//! Where one is signed in: seen and ended by oneself, on two replicas.

use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::{Browser, Listener, Mode, RelyingParty, Reply, Server};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/17.0 Mobile/15E148 Safari/604.1";

fn browser(server: &Server, agent: &str) -> Browser {
    let mut browser = Browser::of(server);
    browser.headers.insert("user-agent", agent.parse().unwrap());
    browser
}

/// Cookies do not tell ports apart: a browser is known to both replicas.
async fn is_in(browser: &Browser, servers: &[Server]) -> Vec<bool> {
    let mut found = Vec::new();
    for server in servers {
        let home = browser.get(&format!("{}/", server.url)).await;
        assert!(home.status == 200 || home.location().ends_with("/sign-in"), "{} {}", home.status, home.location());
        found.push(home.status == 200);
    }
    found
}

/// The sessions that a page offers to end.
fn buttons(page: &Reply) -> usize {
    page.body.matches(r#"<button class="button is-plain" name="session""#).count()
}

struct Scene {
    servers: [Server; 2],
    rp: RelyingParty,
    twin: RelyingParty,
    told: Listener,
    /// With the tokens of a service, which end with the session.
    laptop: Browser,
    telephone: Browser,
    access: Vec<String>,
}

async fn scene(pool: &PgPool) -> Scene {
    let key = Vault::generate_master_key();
    let servers = [Server::replica(pool, &[LOOPBACK], &key).await, Server::replica(pool, &[LOOPBACK], &key).await];
    servers[0].person("alice").await;
    let told = Listener::start(Mode::Ok);
    let address = format!("{}/told", told.url);
    let (_, secret) =
        servers[0].service_with("c_conf", REDIRECT, |client| client.backchannel_logout_uri = Some(address)).await;
    servers[1].reload().await;
    let rp = RelyingParty::of(&servers[0], "c_conf", Some(secret.clone()));
    let twin = RelyingParty::of(&servers[1], "c_conf", Some(secret));
    let (laptop, telephone) = (browser(&servers[0], FIREFOX), browser(&servers[0], SAFARI));
    let mut access = Vec::new();
    for browser in [&laptop, &telephone] {
        let page = browser.open(&rp.authorize(&[("scope", "openid")])).await;
        let back = browser.sign_in_on(&page, "alice", crate::support::PASSWORD).await;
        access.push(rp.exchange(&back.answer("code").unwrap()).await.text("access_token"));
    }
    Scene { servers, rp, twin, told, laptop, telephone, access }
}

/// SE-12: the list says what one needs to recognise a browser and no more; one is ended, at once, everywhere.
#[sqlx::test]
async fn one_is_ended(pool: PgPool) {
    let Scene { servers, twin, told, laptop, telephone, access, .. } = scene(&pool).await;
    let page = laptop.open("/account/sessions").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Firefox, Linux") && page.body.contains("Safari"), "{}", page.body);
    assert!(page.body.contains("127.0.0.0/24") && !page.body.contains("127.0.0.1<"), "a whole address");
    assert!(page.text(".things li:first-child").unwrap().contains("Ce navigateur"), "this one comes first");
    assert_eq!(page.body.matches("is-done").count(), 1);
    assert_eq!(buttons(&page), 1, "this one is not ended by mistake");
    let done = laptop.press(&page, "button[name=session]", &[]).await;
    assert_eq!((done.status, done.location()), (303, "/account/sessions?ended=one"));
    assert_eq!(is_in(&telephone, &servers).await, [false, false]);
    assert_eq!(is_in(&laptop, &servers).await, [true, true]);
    assert_eq!(twin.userinfo(&access[1]).await.error(), (401, "invalid_token"));
    assert_eq!(twin.userinfo(&access[0]).await.status, 200);
    assert_eq!(told.wait_for(1).await.len(), 1);
    let page = laptop.follow(done).await;
    assert_eq!(buttons(&page), 0);
    assert!(page.text(".notice.is-done").is_some() && page.text(".empty").is_some(), "{}", page.body);
    // Pressed again, by an older page: it is gone already.
    assert_eq!(laptop.get("/account/sessions").await.status, 200);
    let activity = laptop.open("/account/activity").await;
    assert!(activity.body.contains("Un de vos navigateurs déconnecté"), "{}", activity.body);
}

/// All the others; what works while the person is away goes on.
#[sqlx::test]
async fn all_others_are_ended(pool: PgPool) {
    let Scene { servers, rp, twin, told, laptop, telephone, access } = scene(&pool).await;
    let tablet = browser(&servers[1], SAFARI);
    tablet.sign_in("alice").await;
    let code = telephone.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let away = rp.exchange(&code).await;
    let page = laptop.open("/account/sessions").await;
    assert_eq!(buttons(&page), 2);
    let done = laptop.press(&page, "#end-others", &[]).await;
    assert_eq!(done.location(), "/account/sessions?ended=others");
    for ended in [&telephone, &tablet] {
        assert_eq!(is_in(ended, &servers).await, [false, false]);
    }
    assert_eq!(is_in(&laptop, &servers).await, [true, true]);
    assert_eq!(twin.userinfo(&access[1]).await.status, 401);
    assert_eq!(twin.userinfo(&access[0]).await.status, 200);
    assert_eq!(twin.refresh(&away.text("refresh_token")).await.status, 200, "offline_access");
    assert_eq!(told.wait_for(1).await.len(), 1);
    // Twice is once.
    assert_eq!(laptop.press(&page, "#end-others", &[]).await.status, 303);
    assert_eq!(is_in(&laptop, &servers).await, [true, true]);
}

/// SE-12: somebody else's session is none, told like any page that is not there.
#[sqlx::test]
async fn another_persons_session_stays(pool: PgPool) {
    let Scene { servers, laptop, .. } = scene(&pool).await;
    servers[0].person("bob").await;
    let bob = browser(&servers[0], SAFARI);
    bob.sign_in("bob").await;
    let of_bob: String = sqlx::query_scalar(
        "SELECT s.id::text FROM browser_sessions s JOIN users u ON u.id = s.user_id WHERE u.username = 'bob'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    let page = laptop.open("/account/sessions").await;
    assert!(!page.body.contains(&of_bob));
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let plain = |reply: &Reply| {
        let id = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        reply.body.replace(&id, "").replace("/account/sessions", "/x").replace("/nothing", "/x")
    };
    let nothing = plain(&laptop.get("/nothing").await);
    for named in [of_bob.as_str(), "00000000-0000-0000-0000-000000000000", "", "x", "OTHERS", "%00"] {
        let reply = laptop.post("/account/sessions", &[("csrf", &csrf), ("session", named)]).await;
        assert_eq!(reply.status, 404, "{named}");
        assert_eq!(plain(&reply), nothing, "{named}");
    }
    let forged = laptop.post("/account/sessions", &[("csrf", "x"), ("session", "others")]).await;
    assert_eq!(forged.status, 400);
    assert_eq!(is_in(&bob, &servers).await, [true, true]);
    let others: i64 = sqlx::query_scalar("SELECT count(*) FROM browser_sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(others, 3);
    let stranger = Browser::of(&servers[0]);
    assert!(stranger.get("/account/sessions").await.location().starts_with("/sign-in?to="));
}
