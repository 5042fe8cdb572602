//! The week of somebody who looks after a host in their spare time, on the console, in Chromium: each thing is
//! found by what is written on it and done by pressing it.

mod hand;
mod hosting;
mod looks;
mod people;
mod services;

use hand::Hand;
use sqlx::PgPool;

use crate::support::Server;
use crate::support::people::Person;
use crate::support::world::ONE_STEP;

/// Somebody with a name.
async fn person(server: &Server, username: &str, given: &str, family: &str) -> Person {
    let person = server.person(username).await;
    sqlx::query("UPDATE users SET given_name = $2, family_name = $3 WHERE id = $1")
        .bind(person.id)
        .bind(given)
        .bind(family)
        .execute(&mut *server.state.pool.acquire().await.unwrap())
        .await
        .unwrap();
    person
}

/// A host, and its volunteer on the way into the console, as everybody comes: by signing in.
async fn at_the_console(pool: &PgPool, settings: &[(&str, &str)]) -> (Server, Hand) {
    let server = Server::with(pool, &[&[ONE_STEP][..], settings].concat()).await;
    let ines = person(&server, "ines", "Inès", "Moreau").await;
    server.group("admins", &[&ines], &[]).await;
    let volunteer = Hand::at(&server).await;
    volunteer.sign_in("ines").await;
    volunteer.reads("Bonjour, Inès Moreau").await;
    volunteer.press("Administration").await;
    (server, volunteer)
}
