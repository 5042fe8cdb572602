//! Somebody who was refused by a service asks to be let in, in one press; somebody else says yes or no.

mod answers;
mod asking;
mod host;
mod pages;
mod programs;

use loquet::db::access_requests::{Waiting, Whose, waiting};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::listener::LOOPBACK;
use crate::support::world::World;
use crate::support::{Browser, PASSWORD, Reply, Server};

const ASKED: &str = "Quelqu’un demande l’accès à un service";

/// The world, in which everybody has a name of their own, and alice is in A alone and lost her access to
/// `c_sa`.
async fn scene(pool: &PgPool) -> World {
    let one_step = [LOOPBACK, ("LOQUET_SECOND_FACTOR_ADMINISTRATORS", "false")];
    let world = World::on(Server::with(pool, &one_step).await).await;
    sqlx::query("UPDATE users SET given_name = initcap(username), family_name = 'Test'").execute(pool).await.unwrap();
    sqlx::query("DELETE FROM access_grants WHERE user_id = $1").bind(world.id("alice")).execute(pool).await.unwrap();
    sqlx::query("DELETE FROM memberships m USING organizations o WHERE o.id = m.organization_id AND o.slug = 'c'")
        .execute(pool)
        .await
        .unwrap();
    world
}

/// Somebody on their way to a service, in front of what they see.
async fn arrive(world: &World, name: &str, service: &str) -> (Browser, Reply) {
    let browser = Browser::of(&world.server);
    let page = browser.open(&world.relying_party(service).authorize(&[])).await;
    let page = browser.sign_in_on(&page, name, PASSWORD).await;
    (browser, page)
}

/// Presses the button, and what is seen then.
async fn ask(browser: &Browser, page: &Reply) -> Reply {
    let reply = browser.press(page, "#ask", &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    browser.follow(reply).await
}

/// Requests to anybody that wait.
async fn all_waiting(world: &World) -> Vec<Waiting> {
    let mut connection = world.server.state.pool.acquire().await.unwrap();
    waiting(&mut connection, Whose::Everybodys).await.unwrap()
}

/// The one request that waits.
async fn the_one(world: &World) -> Uuid {
    let all = all_waiting(world).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].id
}

/// How many mails with that subject each of these got, once all that wait have left.
async fn mails<const N: usize>(world: &World, pool: &PgPool, subject: &str, names: [&str; N]) -> [usize; N] {
    for _ in 0..200 {
        let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM mail_outbox").fetch_one(pool).await.unwrap();
        if waiting == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let all = world.server.mails.all();
    names.map(|name| {
        let address = format!("{name}@example.org");
        all.iter().filter(|(_, mail)| mail.to == address && mail.subject == subject).count()
    })
}

async fn lines(pool: &PgPool, kind: &str) -> Vec<(Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<String>)> {
    sqlx::query_as("SELECT actor_id, user_id, organization_id, client_id FROM audit_events WHERE kind = $1 ORDER BY id")
        .bind(kind)
        .fetch_all(pool)
        .await
        .unwrap()
}
