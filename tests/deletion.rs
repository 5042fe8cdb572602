//! The end of an account: asked for, called off, carried out.

use std::time::Duration;

use chrono::TimeDelta;
use loquet::crypto::Vault;
use loquet::db;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::contents::Contents;
use crate::support::listener::LOOPBACK;
use crate::support::patience::within;
use crate::support::people::Person;
use crate::support::{Browser, Listener, Mode, RelyingParty, Server};

const WEEK: TimeDelta = TimeDelta::days(7);

/// Asks for it, as one does.
async fn ask(browser: &Browser) {
    let page = browser.open("/account/data").await;
    let page = browser.open(&page.attribute("#delete", "href").unwrap()).await;
    assert_eq!(page.status, 200);
    let reply = browser.submit(&page, &[]).await;
    assert_eq!((reply.status, reply.location()), (303, "/account/data"), "{}", reply.body);
}

async fn accounts(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(pool).await.unwrap()
}

/// The latest mail whose subject holds these words.
async fn mail(server: &Server, words: &str) -> loquet::mail::Message {
    let found = || server.mails.all().into_iter().rev().find(|(_, mail)| mail.subject.contains(words));
    within(Duration::from_secs(20), words, async || found().is_some()).await;
    found().unwrap().1
}

async fn organization(server: &Server, name: &str, referents: &[&Person]) -> uuid::Uuid {
    let mut connection = server.state.pool.acquire().await.unwrap();
    let now = server.state.clock.now();
    let slug = name.to_lowercase();
    let id = db::organizations::ensure_organization(&mut connection, &slug, name, now).await.unwrap();
    for referent in referents {
        db::organizations::add_member(&mut connection, id, referent.id, true, now).await.unwrap();
    }
    id
}

/// Everything there is of a person is gone; services were told; what may stay names nobody.
#[sqlx::test]
async fn all_goes_after_a_week(pool: PgPool) {
    let told = Listener::start(Mode::Ok);
    let server = Server::replica(&pool, &[LOOPBACK], &Vault::generate_master_key()).await;
    let alice = server.person("alice-unique").await;
    let bob = server.person("bob").await;
    server.fill_profile(&alice).await;
    let address = format!("{}/told", told.url);
    let (_, secret) =
        server.service_with("c_told", REDIRECT, |client| client.backchannel_logout_uri = Some(address)).await;
    let rp = RelyingParty::of(&server, "c_told", Some(secret));
    let browser = Browser::of(&server);
    let access = rp.exchange(&rp.code(&browser, "alice-unique").await).await.text("access_token");
    let of_bob = Browser::of(&server);
    of_bob.sign_in("bob").await;
    organization(&server, "Atelier", &[&alice, &bob]).await;
    ask(&browser).await;
    let cancel = mail(&server, "va être supprimé").await;
    assert_eq!(cancel.to, alice.email);
    let page = browser.open("/account/profile").await;
    assert!(page.text("#keep-account").is_some(), "the banner is on every page of the account");
    assert!(browser.open("/").await.text("#keep-account").is_some());

    // Until then everything works, and nothing is due.
    server.advance(WEEK - TimeDelta::hours(1));
    loquet::deletion::erase_due(&server.state).await.unwrap();
    assert_eq!(accounts(&pool).await, 2);
    browser.sign_in("alice-unique").await;
    assert_eq!(told.heard().len(), 0);
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let kept = rp.exchange(&code).await.text("access_token");
    assert_eq!(rp.userinfo(&kept).await.status, 200);

    server.advance(TimeDelta::hours(2));
    // Two replicas at once: once.
    let (one, two) =
        tokio::join!(loquet::deletion::erase_due(&server.state), loquet::deletion::erase_due(&server.state));
    one.unwrap();
    two.unwrap();
    assert_eq!(accounts(&pool).await, 1);
    for access in [&access, &kept] {
        assert_eq!(rp.userinfo(access).await.status, 401);
    }
    assert!(browser.get("/account/data").await.location().starts_with("/sign-in"));
    let heard = told.wait_for(1).await;
    assert!(heard.iter().all(|heard| heard.body.starts_with("logout_token=")));
    let farewell = mail(&server, "est supprimé").await;
    assert_eq!(farewell.to, alice.email);
    within(Duration::from_secs(30), "the outbox is empty", async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM mail_outbox").fetch_one(&pool).await.unwrap() == 0
    })
    .await;
    let page = browser.open("/sign-in").await;
    let refused = browser.submit(&page, &[("username", "alice-unique"), ("password", crate::support::PASSWORD)]).await;
    assert_eq!(refused.status, 401);
    // AU-05: the lines are there, of one nobody knows.
    let lines: i64 = sqlx::query_scalar("SELECT count(DISTINCT user_id) FROM audit_events WHERE kind IN ('signed-in', 'deletion-asked', 'account-deleted') AND user_id <> $1")
        .bind(bob.id).fetch_one(&pool).await.unwrap();
    assert_eq!(lines, 1, "one pseudonym ties them together");
    let places: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE user_id <> $1 AND (address_range <> '' OR device <> '' OR details <> '{}')",
    )
    .bind(bob.id)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(places, 0);
    // In no table is anything left that names them, but for names that nobody may take again (hashed) and
    // notices still under way.
    let contents = format!("{:#?}", Contents::of(&pool).await);
    for trace in ["alice-unique", "Bordeaux", "+33123456789"] {
        assert!(!contents.contains(trace), "{trace} in {contents}");
    }
    let id = alice.id.to_string();
    let known: Vec<&str> = contents.lines().filter(|line| line.contains(&id)).collect();
    let may = |line: &&&str| !line.contains("username,") && !line.contains("email,") && !line.contains("c_told,");
    assert_eq!(known.iter().filter(may).count(), 0, "{known:#?}");
    let free: i64 = sqlx::query_scalar("SELECT count(*) FROM released_names").fetch_one(&pool).await.unwrap();
    assert_eq!(free, 2);
    // What somebody else had is untouched.
    assert_eq!(of_bob.get("/account/data").await.location(), "/sign-in?to=%2Faccount%2Fdata", "eight days idle");
    of_bob.sign_in("bob").await;
    assert_eq!(of_bob.get("/account/data").await.status, 200);
}

/// The link of the mail needs no sign-in; its button does it, once; the page may be opened by machines.
#[sqlx::test]
async fn kept_by_the_link(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    ask(&browser).await;
    let sent = mail(&server, "va être supprimé").await;
    let link = sent.text.split_whitespace().find(|word| word.contains("/keep-account/")).unwrap().to_owned();
    server.advance(TimeDelta::days(6));
    let stranger = Browser::of(&server);
    let page = stranger.open(&link).await;
    assert_eq!((page.status, page.url.ends_with("/keep-account")), (200, true), "the token left the address bar");
    let twin = Browser::of(&server);
    let again = twin.open(&link).await;
    let pending: i64 = sqlx::query_scalar("SELECT count(*) FROM account_deletions").fetch_one(&pool).await.unwrap();
    assert_eq!(pending, 1, "opening it changes nothing");
    let forged = stranger.post("/keep-account", &[("csrf", "x")]).await;
    assert_eq!(forged.status, 400);
    let done = stranger.submit(&page, &[]).await;
    assert_eq!(done.status, 200);
    assert_eq!(done.text("h1").unwrap(), "Votre compte est gardé");
    assert!(stranger.get("/account/data").await.location().starts_with("/sign-in"), "and signs nobody in");
    assert_eq!(twin.submit(&again, &[]).await.status, 410);
    mail(&server, "est gardé").await;
    server.advance(TimeDelta::days(2));
    loquet::deletion::erase_due(&server.state).await.unwrap();
    assert_eq!(accounts(&pool).await, 1);
    for wrong in ["lqt_ml_x", "%00", "..%2f", "%ff"] {
        let browser = Browser::of(&server);
        assert!(matches!(browser.open(&format!("/keep-account/{wrong}")).await.status, 400 | 404 | 410), "{wrong}");
    }
}

/// On one's own pages; then asked again with a link of its own.
#[sqlx::test]
async fn kept_on_the_page(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    ask(&browser).await;
    assert_eq!(browser.get("/account/data/delete").await.location(), "/account/data", "asked already");
    let page = browser.open("/account/security").await;
    let done = browser.press(&page, "#keep-account", &[]).await;
    assert_eq!(done.location(), "/account/data?kept=1");
    let page = browser.follow(done).await;
    assert!(page.text(".notice.is-done").is_some() && page.text("#keep-account").is_none(), "{}", page.body);
    assert_eq!(browser.post("/account/data/delete/cancel", &[("csrf", "x")]).await.status, 400);
    let activity = browser.open("/account/activity").await.texts("tbody th");
    assert_eq!(activity[..2], ["Suppression du compte annulée", "Suppression du compte demandée"]);
    ask(&browser).await;
    within(Duration::from_secs(20), "three mails", async || server.mails.all().len() == 3).await;
}

/// RS-14: not by another site, not without a proof of now.
#[sqlx::test]
async fn only_by_its_person(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let page = browser.open("/account/data/delete").await;
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let mut evil = Browser::of(&server);
    evil.sign_in("alice").await;
    let theirs = evil.open("/account/data/delete").await.attribute("input[name=csrf]", "value").unwrap();
    evil.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(evil.post("/account/data/delete", &[("csrf", &theirs)]).await.status, 403);
    assert_eq!(browser.post("/account/data/delete", &[("csrf", "x")]).await.status, 400);
    server.advance(TimeDelta::minutes(11));
    let old = browser.post("/account/data/delete", &[("csrf", &csrf)]).await;
    assert_eq!(old.status, 403);
    assert!(old.attribute("#again", "href").unwrap().starts_with("/sign-in?to=%2Faccount%2Fdata%2Fdelete"));
    assert!(browser.get("/account/data/delete").await.location().contains("confirm=1"));
    let pending: i64 = sqlx::query_scalar("SELECT count(*) FROM account_deletions").fetch_one(&pool).await.unwrap();
    assert_eq!(pending, 0);
}

/// RS-14, OR-19: the last referent is told why not and what to do; somebody who is about to go is no successor.
#[sqlx::test]
async fn not_the_last_referent(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    organization(&server, "Atelier", &[&alice, &bob]).await;
    let (of_alice, of_bob) = (Browser::of(&server), Browser::of(&server));
    of_alice.sign_in("alice").await;
    of_bob.sign_in("bob").await;
    let page = of_alice.open("/account/data/delete").await;
    assert!(page.body.contains("Votre place dans Atelier"), "{}", page.body);
    ask(&of_bob).await;
    let refused = of_alice.submit(&page, &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Atelier") && refused.body.contains("aide@contre-voie.example"));
    assert!(refused.text("#submit").is_none());
    let page = of_bob.open("/account/data").await;
    of_bob.press(&page, "#keep-account", &[]).await;
    // Both at once: one of them stays.
    let pages = (of_alice.open("/account/data/delete").await, of_bob.open("/account/data/delete").await);
    let (one, two) = tokio::join!(of_alice.submit(&pages.0, &[]), of_bob.submit(&pages.1, &[]));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [303, 409]);
}

/// Mails that wait for a person go with them; others' do not.
#[sqlx::test]
async fn waiting_mails_are_dropped(pool: PgPool) {
    let server = Server::start(&pool).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let post = loquet::post::Post::of(&server.state);
    let mut transaction = pool.begin().await.unwrap();
    for person in [&alice, &bob] {
        let user = db::users::find(&mut transaction, person.id).await.unwrap().unwrap();
        post.to(&mut transaction, &user, &loquet::mail::Kind::PasswordChanged).await.unwrap();
    }
    assert!(loquet::deletion::erase(&mut transaction, &post, alice.id).await.unwrap());
    assert!(!loquet::deletion::erase(&mut transaction, &post, alice.id).await.unwrap());
    transaction.commit().await.unwrap();
    within(Duration::from_secs(20), "the outbox is empty", async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM mail_outbox").fetch_one(&pool).await.unwrap() == 0
    })
    .await;
    let mut subjects: Vec<(String, String)> =
        server.mails.all().into_iter().map(|(_, mail)| (mail.to, mail.subject)).collect();
    subjects.sort();
    let expected = [(alice.email, "Votre compte est supprimé"), (bob.email, "Votre mot de passe a changé")];
    assert_eq!(subjects, expected.map(|(to, subject)| (to, subject.to_owned())));
}
