//! Invitations as referents send them.

use chrono::TimeDelta;
use loquet::db::invitations::State;
use loquet::delegation::{Clash, Refusal, Work};
use loquet::types::{Email, Role};
use sqlx::PgPool;

use crate::support::{Browser, World};

const SUBJECT: &str = "Une invitation vous attend";

fn to(address: &str) -> impl AsyncFnOnce(&mut Work<'_>) -> Result<loquet::db::invitations::Sent, Refusal> {
    let email = Email::parse(address).unwrap();
    async move |work| work.invite(&email, Role::Member, &[("c_sa".to_owned(), vec!["viewer".to_owned()])]).await
}

/// OR-08, OR-26, EN-05: the same for an address that has an account and one that has none.
#[sqlx::test]
async fn nobody_learns_who_has_an_account(pool: PgPool) {
    let world = World::new(&pool).await;
    let (mut answers, mut letters) = (Vec::new(), Vec::new());
    for address in ["dora@example.org", "nobody@example.org"] {
        let sent = world.desk("rita").change("a", to(address)).await.unwrap();
        answers.push((sent.state, sent.grants, sent.referent, sent.inviter));
        letters.push(world.server.letter(address, SUBJECT, 1).await.text.replace(address, "").len());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(letters[0], letters[1], "links are of one length");
    let members: i64 = sqlx::query_scalar("SELECT count(*) FROM memberships WHERE user_id = $1")
        .bind(world.id("dora"))
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(members, 0, "nobody is put into an organization");
    let outcome = world.desk("rita").change("a", to("ALICE@example.org")).await;
    assert!(matches!(outcome, Err(Refusal::Clash(Clash::AlreadyMember))));
}

/// OR-25: one a day to an address, so many a day in all; other organizations are not in it.
#[sqlx::test]
async fn quotas(pool: PgPool) {
    let world =
        World::on(crate::support::Server::with(&pool, &[("LOQUET_ORGANIZATIONS_INVITATIONS_PER_DAY", "3")]).await)
            .await;
    let many = |outcome: Result<_, Refusal>| matches!(outcome, Err(Refusal::TooMany(_)));
    let sent = world.desk("rita").change("a", to("x1@example.org")).await.unwrap();
    assert!(many(world.desk("rex").change("a", to("x1@example.org")).await));
    assert!(many(world.desk("rex").change("a", async |work| work.resend(sent.id).await).await));
    let email = Email::parse("x1@example.org").unwrap();
    world.desk("remi").change("b", async |work| work.invite(&email, Role::Member, &[]).await).await.unwrap();
    for address in ["x2@example.org", "x3@example.org"] {
        world.desk("rita").change("a", to(address)).await.unwrap();
    }
    assert!(many(world.desk("rita").change("a", to("x4@example.org")).await));
    world.server.advance(TimeDelta::hours(25));
    let again = world.desk("rex").change("a", async |work| work.resend(sent.id).await).await.unwrap();
    assert_eq!(again.id, sent.id);
    world.server.letter("x1@example.org", SUBJECT, 3).await;
}

/// OR-22: an invitation ends with the right of whoever sent it; one of the host stands.
#[sqlx::test]
async fn ends_with_its_inviter(pool: PgPool) {
    let world = World::new(&pool).await;
    world.desk("rita").change("a", to("dora@example.org")).await.unwrap();
    world.desk("adm").change("a", to("eve@example.org")).await.unwrap();
    let rita = world.id("rita");
    world.desk("rex").change("a", async |work| work.change_role(rita, Role::Member, None).await).await.unwrap();
    for (name, status) in [("dora", 410), ("eve", 200)] {
        let link = world.server.link(&world.people[name].email, SUBJECT, 1).await;
        let browser = Browser::of(&world.server);
        browser.sign_in(name).await;
        let page = browser.follow(browser.get(&link).await).await;
        assert_eq!(page.status, status, "{name}");
    }
    let sent = world.desk("rex").read("a", async |work| work.invitations(None, 50).await).await.unwrap();
    let states: Vec<_> = sent.invitations.iter().map(|sent| (sent.email.as_str(), sent.state)).collect();
    assert_eq!(states, [("dora@example.org", State::Void), ("eve@example.org", State::Pending)]);
}

/// OR-23: the link is in the mail and nowhere else.
#[sqlx::test]
async fn the_link_is_the_invited_persons(pool: PgPool) {
    let world = World::new(&pool).await;
    let sent = world.desk("rita").change("a", to("dora@example.org")).await.unwrap();
    let link = world.server.link("dora@example.org", SUBJECT, 1).await;
    let token = link.rsplit('/').next().unwrap();
    assert!(!format!("{sent:?}").contains(token));
    let journal: Vec<String> = sqlx::query_scalar("SELECT e::text FROM audit_events e").fetch_all(&pool).await.unwrap();
    assert!(journal.iter().all(|line| !line.contains(token) && !line.contains("dora@example.org")));
    assert!(journal.iter().any(|line| line.contains("invited") && line.contains("d…@example.org")));
}
