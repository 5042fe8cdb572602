//! Looking changes nothing (RFC 9110 9.2.1): a link, an image, a mail scanner or another site makes a
//! browser ask for any address, with its cookies (WB-05, PR-21).

use std::time::Duration;

use reqwest::Method;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::contents::{Contents, without_notes_of_being_seen};
use crate::support::{Browser, PASSWORD, RelyingParty, Server, routes};

/// An organization that they look after.
const HOUSE: &str = "house";

/// Somebody in the middle of something: signed in, on the way to a service.
struct Person {
    id: String,
    browser: Browser,
    /// The request that waits for them.
    authorization: String,
}

impl Person {
    async fn new(server: &Server, pool: &PgPool, name: &str, verified: bool, service: &RelyingParty) -> Self {
        let person = server.person_with(name, verified, None).await;
        server.organization(HOUSE, &[(&person, true)]).await;
        let browser = Browser::of(server);
        let page = browser.open(&service.authorize(&[])).await;
        browser.sign_in_on(&page, name, PASSWORD).await;
        let newest = "SELECT id::text FROM authorization_requests ORDER BY created_at DESC LIMIT 1";
        let authorization = sqlx::query_scalar(newest).fetch_one(pool).await.unwrap();
        Self { id: person.id.to_string(), browser, authorization }
    }
}

/// Asks for every path there is, with all that a person's browser knows.
async fn look_everywhere(person: &Person, pool: &PgPool, link: &str) {
    let style = person.browser.get("/").await.attribute("link[rel=stylesheet]", "href").unwrap();
    let asset = style.rsplit('/').next().unwrap();
    without_notes_of_being_seen(pool).await;
    let before = Contents::of(pool).await;
    let mut pages = 0;
    for path in routes::paths() {
        let own = path.starts_with("/organizations/{slug}/members/");
        let path = [
            ("{id}", if own { person.id.as_str() } else { person.authorization.as_str() }),
            ("{person}", person.id.as_str()),
            ("{token}", link),
            ("{name}", asset),
            ("{client_id}", "c_conf"),
            ("{slug}", HOUSE),
            ("{act}", "disable"),
            ("{group}", "admins"),
        ]
        .into_iter()
        .fold(path, |path, (name, value)| path.replace(name, value));
        assert!(!path.contains('{'), "what is {path}?");
        for address in [path.clone(), format!("{path}?authorization={}", person.authorization)] {
            for method in [Method::GET, Method::HEAD] {
                let reply = person.browser.request(method.clone(), &address).await;
                assert!(reply.status < 500, "{method} {address}: {} {}", reply.status, reply.body);
                assert!(method == Method::GET || reply.body.is_empty(), "{address}: {}", reply.body);
                pages += usize::from(reply.status == 200);
                let mut changed = before.difference(&Contents::of(pool).await);
                // That somebody looked where they may not is kept (AU-04).
                changed.retain(|row| !(row.starts_with("+ audit_events ") && row.contains("delegation-refused")));
                assert!(changed.is_empty(), "{method} {address}: {changed:#?}");
            }
        }
    }
    assert!(pages > 15, "{pages} pages only: was this person signed in?");
}

/// The mail has left: its job writes no more.
async fn settled(pool: &PgPool) {
    for _ in 0..200 {
        let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM mail_outbox").fetch_one(pool).await.unwrap();
        if waiting == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the mail is still there");
}

#[sqlx::test]
async fn get_and_head_change_nothing(pool: PgPool) {
    let server = Server::start(&pool).await;
    // One has to prove an address, with the link of a mail …
    let alice = Person::new(&server, &pool, "alice", false, &RelyingParty::new(&server).await).await;
    let page = alice.browser.open("/account/verify-email").await;
    alice.browser.follow(alice.browser.submit(&page, &[]).await).await;
    let mail = server.mail_to("alice@example.org").await;
    let link = mail.text.split_whitespace().find_map(|word| Some(word.split_once("/verify/")?.1)).unwrap();
    settled(&pool).await;
    look_everywhere(&alice, &pool, link).await;

    // … the other to agree.
    let (_, secret) = server.service_with("c_foreign", REDIRECT, |client| client.ours = false).await;
    let foreign = RelyingParty::of(&server, "c_foreign", Some(secret));
    let bob = Person::new(&server, &pool, "bob", true, &foreign).await;
    look_everywhere(&bob, &pool, link).await;

    // Still asked; and what a button does is seen.
    let page = bob.browser.open(&foreign.authorize(&[])).await;
    assert!(page.text("#consent-allow").is_some(), "{}", page.body);
    let page = alice.browser.open(&format!("/verify/{link}")).await;
    let before = Contents::of(&pool).await;
    alice.browser.submit(&page, &[]).await;
    assert!(!before.difference(&Contents::of(&pool).await).is_empty(), "{}", page.body);
}
