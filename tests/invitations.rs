//! Being invited to an organization: by its link, with an account or without, once, and for the invited
//! address only (OR-20 to OR-27, RG-13).

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use loquet::crypto::{Plain, Vault};
use loquet::db;
use loquet::db::invitations::{Renewal, Sendings, State};
use loquet::types::Email;
use reqwest::Method;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::client::REDIRECT;
use crate::support::contents::Contents;
use crate::support::organizations::invitation;
use crate::support::people::Person;
use crate::support::{Browser, Chromium, RelyingParty, Reply, Server};
use crate::terms::Texts;

const NEW: &str = "une phrase toute neuve";

/// Somebody becomes a user of theirs, with that name.
async fn register(browser: &Browser, page: &Reply, username: &str) -> Reply {
    let form = browser.open(&page.attribute("#sign-up", "href").unwrap()).await;
    assert_eq!(form.status, 200, "{}", form.body);
    browser.submit(&form, &[("username", username), ("password", NEW)]).await
}

async fn members(pool: &PgPool, organization: Uuid) -> Vec<(String, String)> {
    let sql = "SELECT u.email, m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.organization_id = $1 ORDER BY 1";
    sqlx::query_as(sql).bind(organization).fetch_all(pool).await.unwrap()
}

fn member(email: &str, role: &str) -> (String, String) {
    (email.to_owned(), role.to_owned())
}

/// `client/role,role` of a person, for each grant.
async fn grants(pool: &PgPool, email: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT g.client_id || '/' || coalesce((SELECT string_agg(r.role, ',' ORDER BY r.role) FROM access_grant_roles r
             WHERE (r.organization_id, r.user_id, r.client_id) = (g.organization_id, g.user_id, g.client_id)), '')
         FROM access_grants g JOIN users u ON u.id = g.user_id WHERE u.email = $1 ORDER BY 1",
    )
    .bind(email)
    .fetch_all(pool)
    .await
    .unwrap()
}

async fn execute(pool: &PgPool, sql: &'static str) {
    sqlx::query(sql).execute(pool).await.unwrap();
}

/// A closed service with roles: `editor` is for referents to give, `owner` is not.
async fn restricted(server: &Server, id: &str) -> RelyingParty {
    let (_, secret) = server.service_with(id, REDIRECT, |client| client.everyone = false).await;
    let mut connection = server.state.pool.acquire().await.unwrap();
    for (role, delegable) in [("editor", true), ("owner", false)] {
        db::organizations::ensure_role(&mut connection, id, role, delegable).await.unwrap();
    }
    RelyingParty::of(server, id, Some(secret))
}

fn given(client: &str, roles: &[&str]) -> (String, Vec<String>) {
    (client.to_owned(), roles.iter().map(|role| (*role).to_owned()).collect())
}

/// Nobody may register here, and whoever does waits for approval: not whom an organization invites. No
/// captcha, no second mail; the terms. What opens with it opens at once, and nothing else.
#[sqlx::test]
async fn a_new_person_joins(pool: PgPool) {
    let settings = [("LOQUET_REGISTRATION_MODE", "closed"), ("LOQUET_REGISTRATION_APPROVAL", "always")];
    let server = Server::with(&pool, &settings).await;
    let rita = server.person("rita").await;
    let organization = server.organization("une", &[(&rita, true)]).await;
    execute(&pool, "UPDATE organizations SET name = 'Maison <b>une</b>'").await;
    let (wiki, cloud) = (restricted(&server, "c_wiki").await, restricted(&server, "c_cloud").await);
    restricted(&server, "c_other").await;
    server.attach(organization, "c_wiki", false).await;
    server.attach(organization, "c_cloud", true).await;
    server.attach(organization, "c_other", false).await;
    let gives = [given("c_wiki", &["editor", "owner"])];
    let token = server.invite(organization, "Zoe@Example.org", false, Some(&rita), &gives).await;
    let link = invitation(&token);

    // OR-24: opening it, and looking at all it leads to, changes nothing.
    let (scanner, before) = (Browser::of(&server), Contents::of(&pool).await);
    for _ in 0..3 {
        scanner.request(Method::HEAD, &link).await;
        let reply = scanner.get(&link).await;
        assert_eq!((reply.status, reply.location()), (303, "/invitation"));
        assert_eq!(reply.headers["referrer-policy"].to_str().unwrap(), "no-referrer");
        for path in ["/invitation", "/invitation/account"] {
            assert_eq!(scanner.get(path).await.status, 200);
            scanner.request(Method::HEAD, path).await;
        }
    }
    assert!(before.difference(&Contents::of(&pool).await).is_empty());

    let browser = Browser::of(&server);
    let page = browser.open(&link).await;
    assert!(page.url.ends_with("/invitation") && !page.body.contains(token.reveal()), "out of the address bar");
    assert_eq!(page.text("h1").unwrap(), "Maison <b>une</b> vous invite");
    let offer = page.text("#offer").unwrap();
    for said in ["Alice Martin vous propose", "Service c_wiki", "Service c_cloud", "Identifiant : une", "jusqu’au"] {
        assert!(offer.contains(said), "{said}: {offer}");
    }
    assert!(!offer.contains("c_other") && page.body.contains("Z…@Example.org") && !page.body.contains("Zoe@"));

    let form = browser.open(&page.attribute("#sign-up", "href").unwrap()).await;
    assert!(form.body.contains("Zoe@Example.org"), "whoever has the link has the mail");
    assert!(form.text("#email").is_none() && form.text("altcha-widget").is_none());
    assert_eq!(form.text("#submit").unwrap(), "Créer mon compte et rejoindre Maison <b>une</b>");
    let refused = browser.submit(&form, &[("username", "x"), ("password", NEW), ("email", "eve@example.org")]).await;
    assert_eq!(refused.status, 422);
    assert!(members(&pool, organization).await.len() == 1, "nothing yet");
    let done = browser.submit(&form, &[("username", "zoe"), ("password", NEW), ("email", "eve@example.org")]).await;
    assert_eq!((done.status, done.text("#joined").is_some()), (200, true), "{}", done.body);
    assert_eq!(
        members(&pool, organization).await,
        [member("Zoe@Example.org", "member"), member(&rita.email, "referent"),]
    );
    // A referent cannot give what is not theirs to give.
    assert_eq!(grants(&pool, "Zoe@Example.org").await, ["c_wiki/editor"]);
    for rp in [&wiki, &cloud] {
        let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
        let tokens = rp.exchange(&code).await;
        let roles = &rp.userinfo(&tokens.text("access_token")).await.body["roles"];
        assert_eq!(*roles, if rp.client_id == "c_wiki" { json!(["editor"]) } else { json!([]) }, "{}", rp.client_id);
    }
    let activity = browser.open("/account/activity").await;
    for line in ["Création du compte", "Entrée dans Maison <b>une</b>"] {
        assert!(activity.text("main").unwrap().contains(line), "{line}: {}", activity.body);
    }
    assert_eq!(browser.open(&link).await.status, 410, "it has done its work");
    // OR-23: neither the link nor its token is in the journal.
    let journal: Vec<String> = sqlx::query_scalar("SELECT e::text FROM audit_events e").fetch_all(&pool).await.unwrap();
    assert!(journal.iter().all(|line| !line.contains("lqt_ml_")), "{journal:?}");
}

/// OR-24: nor does a mail scanner with a real browser.
#[sqlx::test]
async fn a_scanner_that_runs_scripts(pool: PgPool) {
    let server = Server::start(&pool).await;
    let organization = server.organization("une", &[]).await;
    let token = server.invite(organization, "zoe@example.org", false, None, &[]).await;
    let before = Contents::of(&pool).await;
    let scanner = Chromium::start("fr-FR", true).await;
    for path in [invitation(&token), "/invitation/account".to_owned()] {
        scanner.open(&format!("{}{path}", server.url)).await;
        scanner.element(".door").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    scanner.close().await;
    assert!(before.difference(&Contents::of(&pool).await).is_empty());
}

/// The terms are accepted by whoever is invited, too.
#[sqlx::test]
async fn the_terms_apply(pool: PgPool) {
    let server = Texts::new().server(&pool, "1", &Vault::generate_master_key()).await;
    let organization = server.organization("une", &[]).await;
    let token = server.invite(organization, "zoe@example.org", false, None, &[]).await;
    let browser = Browser::of(&server);
    browser.open(&invitation(&token)).await;
    let form = browser.open("/invitation/account").await;
    let without = browser.submit(&form, &[("username", "zoe"), ("password", NEW)]).await;
    assert!(without.status == 422 && without.text("#terms-error").is_some(), "{}", without.body);
    assert_eq!(browser.submit(&form, &[("username", "zoe"), ("password", NEW), ("terms", "1")]).await.status, 200);
    let accepted: i64 = sqlx::query_scalar("SELECT count(*) FROM acceptances").fetch_one(&pool).await.unwrap();
    assert_eq!((accepted, members(&pool, organization).await.len()), (1, 1));
}

/// OR-26: the page says the same whether the address has an account or not; so does the referents' list.
#[sqlx::test]
async fn the_same_for_everybody(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (dora, rita) = (server.person("dora").await, server.person("rita").await);
    let organization = server.organization("une", &[(&rita, true)]).await;
    let mut pages = Vec::new();
    for address in [dora.email.as_str(), "dana@example.org"] {
        let token = server.invite(organization, address, false, Some(&rita), &[]).await;
        let browser = Browser::of(&server);
        let page = browser.open(&invitation(&token)).await;
        let csrf = page.attribute("input[name=csrf]", "value").unwrap();
        pages.push(page.body.replace(&csrf, "…"));
    }
    assert_eq!(pages[0], pages[1]);
    let mut connection = pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    let mut listed = db::invitations::list(&mut connection, organization, now, None, 10).await.unwrap();
    assert_eq!(
        listed.iter().map(|sent| sent.email.as_str()).collect::<Vec<_>>(),
        ["dana@example.org", "dora@example.org"]
    );
    for sent in &mut listed {
        sent.email.clear();
        (sent.id, sent.created_at, sent.expires_at) = (Uuid::nil(), now, now);
    }
    assert_eq!(format!("{:?}", listed[0]), format!("{:?}", listed[1]));

    // Who has an account is told so only behind the link, and goes on to sign in.
    let token = server.invite(organization, &dora.email, false, Some(&rita), &[]).await;
    let browser = Browser::of(&server);
    browser.open(&invitation(&token)).await;
    let page = browser.open("/invitation/account").await;
    assert_eq!(page.text("h1").unwrap(), "Ce compte existe déjà");
    let page = browser.open(&page.attribute("#continue", "href").unwrap()).await;
    let page = browser.sign_in_on(&page, "dora", crate::support::PASSWORD).await;
    assert!(page.url.ends_with("/invitation") && page.text("#accept").is_some(), "{} {}", page.url, page.body);
    assert_eq!(browser.get("/invitation/account").await.location(), "/invitation");
}

/// OR-20, OR-27: another account gets nothing out of the link but whom it is for, and can make way.
#[sqlx::test]
async fn a_forwarded_link(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (dora, eve, rita) = (server.person("dora").await, server.person("eve").await, server.person("rita").await);
    let organization = server.organization("une", &[(&rita, true)]).await;
    restricted(&server, "c_wiki").await;
    server.attach(organization, "c_wiki", true).await;
    let token = server.invite(organization, &dora.email, true, Some(&rita), &[]).await;
    let browser = Browser::of(&server);
    browser.sign_in("eve").await;
    let before = Contents::of(&pool).await;
    let page = browser.open(&invitation(&token)).await;
    assert_eq!(page.status, 403);
    assert_eq!(
        page.text("#not-theirs").unwrap(),
        "Elle est pour d…@example.org, et ne sert qu’à la personne qui a cette adresse."
    );
    assert!(page.body.contains("Alice Martin (eve@example.org)"), "which account it is: {}", page.body);
    for inside in ["Maison une", "Service c_wiki", "dora@", "Identifiant"] {
        assert!(!page.body.contains(inside), "{inside}");
    }
    assert!(page.text("#accept").is_none());
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    for answer in ["accept", "decline"] {
        let reply = browser.post("/invitation", &[("csrf", &csrf), ("answer", answer)]).await;
        assert!(reply.status == 403 && !reply.body.contains("Maison une"), "{answer}: {}", reply.body);
    }
    let form = [("csrf", csrf.as_str()), ("username", "eve2"), ("password", NEW)];
    assert_eq!(browser.get("/invitation/account").await.status, 403);
    assert_eq!(browser.post("/invitation/account", &form).await.status, 403);
    let changed = before.difference(&Contents::of(&pool).await);
    assert!(changed.iter().all(|line| line.contains("browser_sessions")), "{changed:?}");
    assert_eq!(members(&pool, organization).await, [member(&rita.email, "referent")]);

    let page = browser.follow(browser.press(&page, "#switch", &[]).await).await;
    assert!(page.url.ends_with("/invitation") && page.text("#sign-in").is_some(), "{}", page.url);
    let page = browser.open(&page.attribute("#sign-in", "href").unwrap()).await;
    let page = browser.sign_in_on(&page, "dora", crate::support::PASSWORD).await;
    assert_eq!(browser.press(&page, "#accept", &[]).await.location(), "/account/organizations?done=joined");
    assert_eq!(members(&pool, organization).await, [member(&dora.email, "referent"), member(&rita.email, "referent")]);
    assert!(eve.id != dora.id);
    // Elsewhere than on this host one is not sent.
    let home = browser.open("/account").await;
    let csrf = home.attribute("input[name=csrf]", "value").unwrap();
    let away = browser.post("/sign-out", &[("csrf", &csrf), ("to", "//evil.test/")]).await;
    assert_eq!(away.location(), "/signed-out");
}

/// OR-22: fifty at once, on two servers: one membership.
#[sqlx::test]
async fn it_is_answered_once(pool: PgPool) {
    let key = Vault::generate_master_key();
    let servers = [Server::replica(&pool, &[], &key).await, Server::replica(&pool, &[], &key).await];
    let (dora, rita) = (servers[0].person("dora").await, servers[0].person("rita").await);
    let organization = servers[0].organization("une", &[(&rita, true)]).await;
    let token = servers[0].invite(organization, &dora.email, false, Some(&rita), &[]).await;
    let browsers = [Browser::of(&servers[0]), Browser::of(&servers[1])];
    let mut pages = Vec::new();
    for browser in &browsers {
        browser.sign_in("dora").await;
        pages.push(browser.open(&invitation(&token)).await);
    }
    let tries = (0..50).map(|number| browsers[number % 2].press(&pages[number % 2], "#accept", &[]));
    let statuses: Vec<u16> = join_all(tries).await.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    // One has no link any more as soon as its browser has answered.
    assert!(statuses.iter().all(|status| [303, 400, 410].contains(status)), "{statuses:?}");
    assert_eq!(members(&pool, organization).await, [member(&dora.email, "member"), member(&rita.email, "referent")]);
    let joined: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE kind = 'organization-joined'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(joined, 1);

    // So it is for new people.
    let token = servers[0].invite(organization, "zoe@example.org", false, Some(&rita), &[]).await;
    let browsers: Vec<Browser> = (0..8).map(|number| Browser::of(&servers[number % 2])).collect();
    let mut pages = Vec::new();
    for browser in &browsers {
        pages.push(browser.open(&invitation(&token)).await);
    }
    let tries = browsers
        .iter()
        .zip(&pages)
        .enumerate()
        .map(async |(number, (browser, page))| register(browser, page, &format!("zoe{number}")).await);
    let replies = join_all(tries).await;
    let made = replies.iter().filter(|reply| reply.text("#joined").is_some()).count();
    assert_eq!(made, 1);
    let people: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
    assert_eq!((people, members(&pool, organization).await.len()), (3, 3));
}

/// OR-22, OR-30: what allowed it is looked at when it is answered.
#[sqlx::test]
async fn it_ends_with_what_allowed_it(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (rita, dora) = (server.person("rita").await, server.person("dora").await);
    let organization = server.organization("une", &[(&rita, true)]).await;
    let ends: [(&str, &'static str, &'static str); 6] = [
        ("withdrawn", "UPDATE invitations SET answered_at = now(), accepted = NULL", "SELECT"),
        ("inviter demoted", "UPDATE memberships SET role = 'member'", "UPDATE memberships SET role = 'referent'"),
        (
            "inviter suspended",
            "UPDATE users SET active = false WHERE username = 'rita'",
            "UPDATE users SET active = true",
        ),
        ("inviter gone", "UPDATE invitations SET created_by = NULL", "SELECT"),
        ("organization closed", "UPDATE organizations SET active = false", "UPDATE organizations SET active = true"),
        ("sent again", "UPDATE invitations SET token_hash = sha256('other')", "SELECT"),
    ];
    let of_dora = Browser::of(&server);
    of_dora.sign_in("dora").await;
    for (name, end, undo) in ends {
        let token = server.invite(organization, &dora.email, false, Some(&rita), &[]).await;
        let stranger = Browser::of(&server);
        let (page, theirs) = (stranger.open(&invitation(&token)).await, of_dora.open(&invitation(&token)).await);
        let form = stranger.open("/invitation/account").await;
        assert_eq!((page.status, theirs.status), (200, 200), "{name}");
        execute(&pool, end).await;
        for path in ["/invitation", "/invitation/account"] {
            assert_eq!(stranger.get(path).await.status, 410, "{name} {path}");
            assert_eq!(of_dora.get(path).await.status, 410, "{name} {path}");
        }
        assert_eq!(stranger.press(&page, "#decline", &[]).await.status, 410, "{name}");
        assert_eq!(of_dora.press(&theirs, "#accept", &[]).await.status, 410, "{name}");
        assert_eq!(of_dora.press(&theirs, "#decline", &[]).await.status, 410, "{name}");
        let csrf = page.attribute("input[name=csrf]", "value").unwrap();
        let account = [("csrf", csrf.as_str()), ("username", "zoe"), ("password", NEW)];
        assert_eq!(stranger.post("/invitation/account", &account).await.status, 410, "{name} {}", form.status);
        execute(&pool, undo).await;
    }
    // Too late.
    let token = server.invite(organization, &dora.email, false, Some(&rita), &[]).await;
    server.advance(TimeDelta::days(8));
    assert_eq!(Browser::of(&server).open(&invitation(&token)).await.status, 410);
    assert_eq!(members(&pool, organization).await, [member(&rita.email, "referent")]);
    // The host's stand whoever leaves.
    let token = server.invite(organization, "zoe@example.org", false, None, &[]).await;
    execute(&pool, "DELETE FROM users WHERE username = 'rita'").await;
    let page = Browser::of(&server).open(&invitation(&token)).await;
    assert!(
        page.status == 200 && page.text("#offer").unwrap().contains("La Contre-Voie vous propose"),
        "{}",
        page.body
    );
}

/// Nobody needs an account to say no; the organization learns that, and nothing else.
#[sqlx::test]
async fn declined_without_an_account(pool: PgPool) {
    let server = Server::start(&pool).await;
    let rita = server.person("rita").await;
    let organization = server.organization("une", &[(&rita, true)]).await;
    let token = server.invite(organization, "zoe@example.org", false, Some(&rita), &[]).await;
    let browser = Browser::of(&server);
    let page = browser.open(&invitation(&token)).await;
    for wrong in [vec![("csrf", "x"), ("answer", "decline")], vec![("answer", "decline")]] {
        assert_eq!(browser.post("/invitation", &wrong).await.status, 400);
    }
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    assert_eq!(browser.post("/invitation", &[("csrf", &csrf), ("answer", "maybe")]).await.status, 400);
    let accept = browser.post("/invitation", &[("csrf", &csrf), ("answer", "accept")]).await;
    assert_eq!(accept.location(), "/sign-in?to=%2Finvitation", "that needs an account");
    let done = browser.press(&page, "#decline", &[]).await;
    assert_eq!((done.status, done.text("h1").unwrap().as_str()), (200, "L’invitation est refusée."));
    assert_eq!(browser.get("/invitation").await.status, 400, "forgotten here");
    assert_eq!(browser.open(&invitation(&token)).await.status, 410);
    let (people, kinds): (i64, Vec<String>) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM users), (SELECT array_agg(kind) FROM audit_events WHERE organization_id = $1)",
    )
    .bind(organization)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!((people, kinds), (1, vec!["invitation-declined".to_owned()]));
    let mut connection = pool.acquire().await.unwrap();
    let listed =
        db::invitations::list(&mut connection, organization, server.state.clock.now(), None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|sent| sent.state).collect::<Vec<_>>(), [State::Declined]);
}

/// RG-06: an account that somebody made with the address of another opens nothing, and does not stand in
/// the way of its owner.
#[sqlx::test]
async fn an_account_that_a_stranger_made(pool: PgPool) {
    let server = Server::start(&pool).await;
    let vic = server.person_with("vic", false, None).await;
    let organization = server.organization("une", &[]).await;
    let token = server.invite(organization, &vic.email, false, None, &[]).await;
    let eve = Browser::of(&server);
    eve.sign_in("vic").await;
    assert!(eve.open("/account/organizations").await.url.contains("/account/verify-email"));
    let page = eve.open(&invitation(&token)).await;
    assert!(page.url.contains("/account/verify-email"), "{}", page.url);
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let reply = eve.post("/invitation", &[("csrf", &csrf), ("answer", "accept")]).await;
    assert_eq!(reply.location(), "/account/verify-email");
    let mut connection = pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    let row: Uuid = sqlx::query_scalar("SELECT id FROM invitations").fetch_one(&mut *connection).await.unwrap();
    assert!(db::invitations::answer(&mut connection, row, vic.id, true, now).await.unwrap().is_none());
    assert!(members(&pool, organization).await.is_empty());
}

/// What an invitation gives is looked at when it is accepted, and the host may give what referents may not.
#[sqlx::test]
async fn what_it_can_still_give(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (rita, dora, paul) = (server.person("rita").await, server.person("dora").await, server.person("paul").await);
    let organization = server.organization("une", &[(&rita, true)]).await;
    for id in ["c_wiki", "c_cloud", "c_chat"] {
        restricted(&server, id).await;
        server.attach(organization, id, false).await;
    }
    let gives =
        [given("c_wiki", &["owner", "editor", "none"]), given("c_cloud", &["editor"]), given("c_chat", &["editor"])];
    let accept = async |person: &Person, token: &Plain| {
        let browser = Browser::of(&server);
        browser.sign_in(person.email.split_once('@').unwrap().0).await;
        let page = browser.open(&invitation(token)).await;
        assert_eq!(browser.press(&page, "#accept", &[]).await.status, 303, "{}", page.body);
    };
    let by_the_host = server.invite(organization, &paul.email, true, None, &gives).await;
    accept(&paul, &by_the_host).await;
    assert_eq!(grants(&pool, &paul.email).await, ["c_chat/editor", "c_cloud/editor", "c_wiki/editor,owner"]);
    assert_eq!(members(&pool, organization).await[0], member(&paul.email, "referent"));

    let token = server.invite(organization, &dora.email, false, Some(&rita), &gives).await;
    execute(&pool, "DELETE FROM attachments WHERE client_id = 'c_cloud'").await;
    execute(&pool, "DELETE FROM client_roles WHERE client_id = 'c_chat'").await;
    accept(&dora, &token).await;
    assert_eq!(grants(&pool, &dora.email).await, ["c_chat/", "c_wiki/editor"]);

    // Invited again, as less than they are and with more: nothing is lost.
    let token = server.invite(organization, &paul.email, false, Some(&rita), &[given("c_chat", &[])]).await;
    accept(&paul, &token).await;
    assert_eq!(grants(&pool, &paul.email).await, ["c_chat/", "c_wiki/editor,owner"]);
    assert_eq!(members(&pool, organization).await[1], member(&paul.email, "referent"));
}

/// The side of who sends them: listed by address, changed, sent again, withdrawn, counted.
#[sqlx::test]
async fn as_their_organization_sees_them(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (rita, dora) = (server.person("rita").await, server.person("dora").await);
    let organization = server.organization("une", &[(&rita, true)]).await;
    let other = server.organization("deux", &[(&rita, true)]).await;
    restricted(&server, "c_wiki").await;
    server.attach(organization, "c_wiki", false).await;
    let gives = [given("c_wiki", &["editor"])];
    for address in ["b@example.org", "C@example.org", "a@example.org", dora.email.as_str()] {
        server.invite(organization, address, false, Some(&rita), &gives).await;
    }
    server.invite(other, "b@example.org", true, None, &[]).await;
    let mut connection = pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    let first = db::invitations::list(&mut connection, organization, now, None, 2).await.unwrap();
    let cursor = first[1].cursor();
    let rest = db::invitations::list(&mut connection, organization, now, Some(&cursor), 10).await.unwrap();
    let addresses: Vec<&str> = first.iter().chain(&rest).map(|sent| sent.email.as_str()).collect();
    assert_eq!(addresses, ["a@example.org", "b@example.org", "C@example.org", "dora@example.org"]);
    let sent = &first[0];
    assert_eq!((sent.state, sent.referent, sent.by_host), (State::Pending, false, false));
    assert_eq!((sent.inviter.as_deref(), sent.grants.as_slice()), (Some("Alice Martin"), gives.as_slice()));
    // Not another's.
    assert!(db::invitations::find(&mut connection, other, sent.id, now).await.unwrap().is_none());
    assert!(!db::invitations::withdraw(&mut connection, other, sent.id, now).await.unwrap());
    assert!(
        !db::invitations::change(&mut connection, other, sent.id, true, &[], (Some(rita.id), false)).await.unwrap()
    );

    assert!(
        db::invitations::change(&mut connection, organization, sent.id, true, &[], (Some(rita.id), false))
            .await
            .unwrap()
    );
    let found = db::invitations::find(&mut connection, organization, sent.id, now).await.unwrap().unwrap();
    assert_eq!((found.referent, found.grants.len(), found.created_at), (true, 0, sent.created_at));
    assert!(db::invitations::withdraw(&mut connection, organization, sent.id, now).await.unwrap());
    assert!(!db::invitations::withdraw(&mut connection, organization, sent.id, now).await.unwrap());
    assert!(
        !db::invitations::change(&mut connection, organization, sent.id, true, &[], (Some(rita.id), false))
            .await
            .unwrap()
    );
    let later = now + TimeDelta::hours(1);
    let renewal = |token: &Plain| Renewal {
        token: token.hashed(),
        created_by: Some(rita.id),
        by_host: false,
        expires_at: later + TimeDelta::days(7),
    };
    let token = Plain::random("lqt_ml_");
    assert!(!db::invitations::renew(&mut connection, organization, sent.id, &renewal(&token), later).await.unwrap());
    assert!(db::invitations::find(&mut connection, organization, sent.id, now).await.unwrap().is_none());

    // Too late, then sent again: what it was is what it is, by another link.
    let expired = now + TimeDelta::days(8);
    let found = db::invitations::find(&mut connection, organization, rest[0].id, expired).await.unwrap().unwrap();
    assert_eq!(found.state, State::Expired);
    assert!(db::invitations::renew(&mut connection, organization, found.id, &renewal(&token), later).await.unwrap());
    let again = db::invitations::by_link(&mut connection, token.hashed(), later).await.unwrap().unwrap();
    assert_eq!((again.id, again.email.as_str(), again.services.len()), (found.id, "C@example.org", 1));
    execute(&pool, "UPDATE memberships SET role = 'member'").await;
    let found = db::invitations::find(&mut connection, organization, found.id, later).await.unwrap().unwrap();
    assert_eq!(found.state, State::Void);

    // What is withdrawn was sent all the same; what others sent is theirs to know.
    let address = |text: &str| Email::parse(text).unwrap();
    for (email, at, organization_sent, address_sent) in [
        ("c@example.org", later, 5, 2),
        ("a@example.org", later, 5, 1),
        ("b@example.org", later, 5, 1),
        ("z@example.org", later, 5, 0),
        ("c@example.org", now + TimeDelta::hours(24), 1, 1),
        ("c@example.org", now + TimeDelta::hours(26), 0, 0),
    ] {
        let counted = db::invitations::sendings(&mut connection, organization, &address(email), at).await.unwrap();
        assert_eq!(counted, Sendings { organization: organization_sent, address: address_sent }, "{email}");
    }
    // Whoever accepted is a member.
    execute(&pool, "UPDATE memberships SET role = 'referent'").await;
    let of_dora = rest.iter().find(|sent| sent.email == dora.email).unwrap().id;
    assert!(db::invitations::answer(&mut connection, of_dora, dora.id, true, later).await.unwrap().is_some());
    assert!(db::invitations::find(&mut connection, organization, of_dora, later).await.unwrap().is_none());
    assert!(!db::invitations::withdraw(&mut connection, organization, of_dora, later).await.unwrap());
    assert!(!db::invitations::renew(&mut connection, organization, of_dora, &renewal(&token), later).await.unwrap());
}
