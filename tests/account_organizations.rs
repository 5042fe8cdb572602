//! Organizations by their members: seen, joined on invitation, left.

use std::time::Duration;

use chrono::TimeDelta;
use loquet::crypto::Vault;
use loquet::db;
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::people::Person;
use crate::support::{Browser, Listener, Mode, RelyingParty, Server};

async fn roles(pool: &PgPool, person: &Person) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT o.slug, m.role FROM memberships m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = $1 ORDER BY 1",
    )
    .bind(person.id)
    .fetch_all(pool)
    .await
    .unwrap()
}

fn role(slug: &str, role: &str) -> (String, String) {
    (slug.to_owned(), role.to_owned())
}

/// Leaving ends what came through that organization alone, on every replica and in the services; the rest goes on.
#[sqlx::test]
async fn leaving_ends_what_came_through_it(pool: PgPool) {
    let told = Listener::start(Mode::Ok);
    let key = Vault::generate_master_key();
    let servers = [Server::replica(&pool, &[LOOPBACK], &key).await, Server::replica(&pool, &[LOOPBACK], &key).await];
    let (dora, rita) = (servers[0].person("dora").await, servers[0].person("rita").await);
    let address = format!("{}/told", told.url);
    let closed = |client: &mut db::clients::Client| {
        client.everyone = false;
        client.backchannel_logout_uri = Some(address.clone());
    };
    let mut services = Vec::new();
    for id in ["c_lost", "c_both", "c_open"] {
        let (_, secret) = servers[0]
            .service_with(id, REDIRECT, |client| {
                closed(client);
                client.everyone = id == "c_open";
            })
            .await;
        services.push((id, secret));
    }
    let one = servers[0].organization("une", &[(&dora, false), (&rita, true)]).await;
    let two = servers[0].organization("deux", &[(&dora, false)]).await;
    let mut connection = pool.acquire().await.unwrap();
    for (organization, client) in [(one, "c_lost"), (one, "c_both"), (two, "c_both")] {
        db::organizations::attach(&mut connection, organization, client, true).await.unwrap();
    }
    drop(connection);
    for server in &servers {
        server.reload().await;
    }
    let browser = Browser::of(&servers[0]);
    browser.sign_in("dora").await;
    let mut held = Vec::new();
    for (id, secret) in &services {
        let rp = RelyingParty::of(&servers[0], id, Some(secret.clone()));
        let tokens = rp.exchange(&browser.get(&rp.authorize(&[])).await.answer("code").unwrap()).await;
        held.push((RelyingParty::of(&servers[1], id, Some(secret.clone())), tokens));
    }
    let page = browser.open("/account/organizations").await;
    assert_eq!(page.texts("#joined h2"), ["Maison deux", "Maison une"]);
    let page = browser.open("/account/organizations/une/leave").await;
    assert!(page.body.contains("Service c_lost") && page.body.contains("Service c_both"), "{}", page.body);
    assert!(!page.body.contains("Service c_open"));
    let done = browser.submit(&page, &[]).await;
    assert_eq!((done.status, done.location()), (303, "/account/organizations?done=left"));
    for (index, status) in [401, 200, 200].into_iter().enumerate() {
        let (rp, tokens) = &held[index];
        assert_eq!(rp.userinfo(&tokens.text("access_token")).await.status, status, "{}", rp.client_id);
        assert_eq!(rp.refresh(&tokens.text("refresh_token")).await.status == 200, status == 200, "{}", rp.client_id);
    }
    assert_eq!(told.wait_for(1).await.len(), 1);
    let waiting: Vec<String> =
        sqlx::query_scalar("SELECT client_id FROM logout_deliveries").fetch_all(&pool).await.unwrap();
    assert_eq!(waiting, ["c_lost"], "the others are not told");
    assert_eq!(browser.get("/account").await.status, 303, "still signed in here");
    assert_eq!(roles(&pool, &dora).await, [role("deux", "member")]);
    assert_eq!(browser.submit(&page, &[]).await.status, 404, "left already");
    let activity = browser.open("/account/activity").await;
    assert!(activity.body.contains("Départ de Maison une"), "{}", activity.body);
}

/// OR-28: what was given to somebody alone can be given up, without a referent; what comes with the
/// membership cannot. Services hold nothing any more, unless something else lets the person in.
#[sqlx::test]
async fn a_service_is_given_up(pool: PgPool) {
    let told = Listener::start(Mode::Ok);
    let server = Server::with(&pool, &[LOOPBACK]).await;
    let (dora, rita) = (server.person("dora").await, server.person("rita").await);
    let address = format!("{}/told", told.url);
    let mut parties = Vec::new();
    for id in ["c_all", "c_both", "c_mine", "c_other"] {
        let (_, secret) = server
            .service_with(id, REDIRECT, |client| {
                client.everyone = false;
                client.backchannel_logout_uri = Some(address.clone());
            })
            .await;
        parties.push(RelyingParty::of(&server, id, Some(secret)));
    }
    let one = server.organization("une", &[(&dora, false), (&rita, true)]).await;
    let two = server.organization("deux", &[(&dora, false)]).await;
    server.attach(one, "c_all", true).await;
    server.attach(two, "c_both", true).await;
    let mut connection = pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    for client in ["c_both", "c_mine", "c_other"] {
        server.attach(one, client, false).await;
        let person = if client == "c_other" { &rita } else { &dora };
        db::organizations::grant(&mut connection, one, person.id, client, &[], now).await.unwrap();
    }
    let browser = Browser::of(&server);
    browser.sign_in("dora").await;
    let mut held = Vec::new();
    for rp in &parties[..3] {
        held.push(rp.exchange(&browser.get(&rp.authorize(&[])).await.answer("code").unwrap()).await);
    }
    let list = browser.open("/account/organizations").await;
    assert!(list.body.contains("Services\u{a0}: Service c_all, Service c_both, Service c_mine"), "{}", list.body);
    assert!(list.text("a[href='/organizations/une']").is_none(), "she looks after nothing");
    let page = browser.open("/account/organizations/une").await;
    assert_eq!(page.texts("#services h3"), ["Service c_all", "Service c_both", "Service c_mine"]);
    assert_eq!(page.texts("#services a").len(), 2);
    let ask = "/account/organizations/une/services";
    for id in ["c_both", "c_mine"] {
        let page = browser.open(&format!("{ask}/{id}")).await;
        let done = browser.submit(&page, &[]).await;
        assert_eq!((done.status, done.location()), (303, "/account/organizations/une?done=given-up"), "{}", done.body);
        assert_eq!(browser.submit(&page, &[]).await.status, 404, "given up already");
    }
    for (index, status) in [200, 200, 401].into_iter().enumerate() {
        let rp = &parties[index];
        assert_eq!(rp.userinfo(&held[index].text("access_token")).await.status, status, "{}", rp.client_id);
    }
    assert_eq!(told.wait_for(1).await.len(), 1);
    assert_eq!(browser.open(&parties[2].authorize(&[])).await.status, 403, "no new session");
    // What comes with the membership, what was given to somebody else, and what is not there.
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let page = browser.open(&format!("{ask}/c_all")).await;
    assert!(page.status == 200 && page.text("#submit").is_none() && page.text(".notice").is_some(), "{}", page.body);
    for (id, status) in [("c_all", 409), ("c_other", 404), ("c_none", 404), ("%00", 404)] {
        assert_eq!(browser.post(&format!("{ask}/{id}"), &[("csrf", &csrf)]).await.status, status, "{id}");
        assert_eq!(browser.post(&format!("{ask}/{id}"), &[("csrf", "x")]).await.status, 400, "{id}");
    }
    let left: Vec<String> = sqlx::query_scalar("SELECT client_id FROM access_grants").fetch_all(&pool).await.unwrap();
    assert_eq!(left, ["c_other"]);
    let journal: Vec<(String, Uuid)> = sqlx::query_as(
        "SELECT client_id, organization_id FROM audit_events WHERE kind = 'service-given-up' ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(journal, [("c_both".to_owned(), one), ("c_mine".to_owned(), one)]);
    let of_rita = Browser::of(&server);
    of_rita.sign_in("rita").await;
    let list = of_rita.open("/account/organizations").await;
    assert!(list.text("a[href='/organizations/une']").is_some(), "{}", list.body);
}

/// OR-19: the last referent cannot leave, and two who leave at once are not both let go.
#[sqlx::test]
async fn never_the_last_referent(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (rita, rosa) = (server.person("rita").await, server.person("rosa").await);
    server.organization("une", &[(&rita, true), (&rosa, true)]).await;
    let (of_rita, of_rosa) = (Browser::of(&server), Browser::of(&server));
    of_rita.sign_in("rita").await;
    of_rosa.sign_in("rosa").await;
    let path = "/account/organizations/une/leave";
    let pages = (of_rita.open(path).await, of_rosa.open(path).await);
    let (one, two) = tokio::join!(of_rita.submit(&pages.0, &[]), of_rosa.submit(&pages.1, &[]));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [303, 409]);
    let stays = if one.status == 409 { one } else { two };
    assert!(stays.text(".notice").is_some() && stays.text("#submit").is_none(), "{}", stays.body);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM memberships").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 1);
}

/// What one is not in is not there.
#[sqlx::test]
async fn others_organizations_are_not_there(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (dora, rita) = (server.person("dora").await, server.person("rita").await);
    let id = server.organization("une", &[(&rita, true)]).await;
    let browser = Browser::of(&server);
    browser.sign_in("dora").await;
    let page = browser.open("/account/organizations").await;
    assert!(page.text(".empty").is_some() && !page.body.contains("Maison une"));
    let csrf = browser.open("/account/profile").await.attribute("input[name=csrf]", "value").unwrap();
    for slug in ["une", "none", "%00", "%ff", "a%27b"] {
        let path = format!("/account/organizations/{slug}");
        assert!(matches!(browser.get(&path).await.status, 400 | 404), "{slug}");
        for path in [format!("{path}/leave"), format!("{path}/services/c_conf")] {
            assert!(matches!(browser.get(&path).await.status, 400 | 404), "{path}");
            assert!(matches!(browser.post(&path, &[("csrf", &csrf)]).await.status, 400 | 404), "{path}");
        }
    }
    // An invitation of somebody else's.
    server.invite(id, "bea@example.org", false, None, &[]).await;
    let of_bea: String = sqlx::query_scalar("SELECT id::text FROM invitations").fetch_one(&pool).await.unwrap();
    for id in [of_bea.as_str(), "", "x", "00000000-0000-0000-0000-000000000000"] {
        for name in ["accept", "decline"] {
            let reply = browser.post("/account/organizations", &[("csrf", &csrf), (name, id)]).await;
            assert_eq!(reply.status, 404, "{name} {id}");
        }
    }
    assert_eq!(browser.post("/account/organizations", &[("csrf", "x"), ("accept", &of_bea)]).await.status, 400);
    assert!(roles(&pool, &dora).await.is_empty());
}

/// On the list: accepted, declined, once; a referent is not made a member by it.
#[sqlx::test]
async fn invitations_are_answered(pool: PgPool) {
    let server = Server::start(&pool).await;
    let dora = server.person("dora").await;
    let mut ids = Vec::new();
    for slug in ["deux", "trois", "une"] {
        ids.push(server.organization(slug, &[]).await);
    }
    server.invite(ids[0], "Dora@Example.org", true, None, &[]).await;
    server.invite(ids[1], &dora.email, false, None, &[]).await;
    let browser = Browser::of(&server);
    browser.sign_in("dora").await;
    let page = browser.open("/account/organizations").await;
    assert_eq!(page.texts(".things h3"), ["Maison deux", "Maison trois"]);
    let done = browser.press(&page, "button[name=accept]", &[]).await;
    assert_eq!(done.location(), "/account/organizations?done=joined");
    assert_eq!(browser.press(&page, "button[name=accept]", &[]).await.status, 404, "answered already");
    let page = browser.follow(done).await;
    let declined = browser.press(&page, "button[name=decline]", &[]).await;
    assert_eq!(declined.location(), "/account/organizations?done=declined");
    assert_eq!(roles(&pool, &dora).await, [role("deux", "referent")]);
    let page = browser.follow(declined).await;
    assert_eq!(page.texts("#joined h2"), ["Maison deux"]);
    // Invited again, as less than she is.
    server.invite(ids[0], &dora.email, false, None, &[]).await;
    let page = browser.open("/account/organizations").await;
    assert_eq!(browser.press(&page, "button[name=accept]", &[]).await.status, 303);
    assert_eq!(roles(&pool, &dora).await, [role("deux", "referent")]);
    // Too late.
    server.invite(ids[2], &dora.email, false, None, &[]).await;
    let page = browser.open("/account/organizations").await;
    server.advance(TimeDelta::days(8));
    browser.sign_in("dora").await;
    assert_eq!(browser.press(&page, "button[name=accept]", &[]).await.status, 404);
    assert!(browser.open("/account/organizations").await.text("button[name=accept]").is_none());
    let activity = browser.open("/account/activity").await;
    for line in ["Entrée dans Maison deux", "Invitation de Maison trois refusée"] {
        assert!(activity.body.contains(line), "{line}");
    }
}

/// The link: to sign in first, for the invited address only, once; opening it changes nothing.
#[sqlx::test]
async fn the_link_of_an_invitation(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (dora, eve) = (server.person("dora").await, server.person("eve").await);
    let id = server.organization("une", &[]).await;
    let old = server.invite(id, &dora.email, false, None, &[]).await;
    let token = server.invite(id, &dora.email, false, None, &[]).await;
    let link = format!("/invitation/{}", token.reveal());
    let of_eve = Browser::of(&server);
    of_eve.sign_in("eve").await;
    let page = of_eve.open(&link).await;
    assert!(page.url.ends_with("/invitation"), "the token left the address bar");
    assert!(page.status == 403 && page.text("#not-theirs").is_some(), "{}", page.body);
    assert!(!page.body.contains(&dora.email), "whom it is for is hinted at only");
    let csrf = of_eve.open("/account/profile").await.attribute("input[name=csrf]", "value").unwrap();
    let forwarded = of_eve.post("/invitation", &[("csrf", &csrf), ("answer", "accept")]).await;
    assert_eq!(forwarded.status, 403);
    assert!(roles(&pool, &eve).await.is_empty());

    let browser = Browser::of(&server);
    assert_eq!(browser.open(&format!("/invitation/{}", old.reveal())).await.status, 410, "invited again since");
    let page = browser.open(&link).await;
    let page = browser.open(&page.attribute("#sign-in", "href").unwrap()).await;
    let page = browser.sign_in_on(&page, "dora", crate::support::PASSWORD).await;
    assert!(page.url.ends_with("/invitation"), "{}", page.url);
    assert_eq!(page.text("h1").unwrap(), "Maison une vous invite");
    assert!(roles(&pool, &dora).await.is_empty());
    let done = browser.press(&page, "#accept", &[]).await;
    assert_eq!(done.location(), "/account/organizations?done=joined");
    assert_eq!(roles(&pool, &dora).await, [role("une", "member")]);
    assert_eq!(browser.open(&link).await.status, 410);
}

/// An address that nobody has proven opens nothing.
#[sqlx::test]
async fn only_for_a_proven_address(pool: PgPool) {
    let server = Server::start(&pool).await;
    let dora = server.person_with("dora", false, None).await;
    let id = server.organization("une", &[]).await;
    let token = server.invite(id, &dora.email, false, None, &[]).await;
    let browser = Browser::of(&server);
    browser.sign_in("dora").await;
    let page = browser.open(&format!("/invitation/{}", token.reveal())).await;
    assert!(page.url.contains("/account/verify-email"), "{}", page.url);
    let now = server.state.clock.now();
    let mut connection = pool.acquire().await.unwrap();
    let row: Uuid = sqlx::query_scalar("SELECT id FROM invitations").fetch_one(&mut *connection).await.unwrap();
    assert!(db::invitations::waiting(&mut connection, dora.id, now).await.unwrap().is_empty());
    assert!(db::invitations::answer(&mut connection, row, dora.id, true, now).await.unwrap().is_none());
}

/// The command line invites by a mail in the person's language, and deletes.
#[sqlx::test]
async fn by_the_command_line(pool: PgPool) {
    let key = Vault::generate_master_key();
    let server = Server::replica(&pool, &[], &key).await;
    let dora = server.person("dora").await;
    server.organization("une", &[(&dora, true)]).await;
    let run = async |arguments: &[&str]| {
        use sqlx::ConnectOptions as _;
        let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_loquet"))
            .args(arguments)
            .env_clear()
            .env("LOQUET_SERVER_ISSUER", &server.url)
            .env("LOQUET_HOST_LANGUAGE", "en")
            .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
            .env("LOQUET_SECRETS_MASTER_KEY", key.as_str())
            .output()
            .await
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let (code, out, err) = run(&["organization", "invite", "une", "new@example.org", "--role", "referent"]).await;
    assert_eq!(code, 0, "{out}{err}");
    let mail = server.mail_to("new@example.org").await;
    assert_eq!(mail.subject, "You have an invitation");
    let link = mail.text.split_whitespace().find(|word| word.contains("/invitation/")).unwrap();
    let page = Browser::of(&server).open(link).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Maison une"));
    for wrong in [["une", "not an address"], ["none", "a@example.org"]] {
        assert_eq!(run(&["organization", "invite", wrong[0], wrong[1]]).await.0, 1, "{wrong:?}");
    }

    let (code, out, err) = run(&["user", "delete", "dora"]).await;
    assert_eq!((code, out.trim()), (0, "dora will be deleted in seven days."), "{err}");
    assert!(err.contains("dora is the last referent of Maison une"), "{err}");
    assert_eq!(server.mail_to(&dora.email).await.subject, "Votre compte va être supprimé");
    assert_eq!(run(&["user", "delete", "dora"]).await.0, 1, "asked already");
    assert_eq!(run(&["user", "delete", "nobody"]).await.0, 1);
    assert_eq!(run(&["user", "delete", "dora", "--now"]).await.0, 0);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
    crate::support::patience::within(Duration::from_secs(20), "the farewell", async || {
        server.mails.all().iter().any(|(_, mail)| mail.to == dora.email && mail.subject == "Votre compte est supprimé")
    })
    .await;
}
