//! Every page as people meet it: in Chromium, in both languages, narrow and wide, light and dark.
//!
//! The walk is the catalogue of pages and of their states. Each is examined by axe-core and by
//! checks of ours (WB-08 to WB-10, PR-26); `make screenshots` takes the same walk and keeps pictures.

mod account;
mod console;
mod console_services;
mod credentials;
mod data;
mod doors;
mod errors;
mod giving;
mod host;
mod keyboard;
mod language;
mod organizations;
mod passkeys;
mod pictures;
mod places;
mod programs;
mod requests;
mod routes;
mod services;
mod two_steps;
mod walk;

use sqlx::PgPool;
use walk::Walk;

/// Everywhere, then: nothing is wrong, and nothing was left out.
async fn everywhere(pool: PgPool, lang: &'static str) {
    let mut walk = Walk::begin(&pool, lang).await;
    account::home(&mut walk).await;
    account::full_home(&mut walk).await;
    doors::sign_in(&mut walk).await;
    doors::sign_up(&mut walk).await;
    doors::first_administrator(&mut walk).await;
    doors::new_password(&mut walk).await;
    doors::verify_email(&mut walk).await;
    services::consent(&mut walk).await;
    services::refused(&mut walk).await;
    requests::requests(&mut walk).await;
    requests::of_organization(&mut walk).await;
    console::pages(&mut walk).await;
    places::pages(&mut walk).await;
    services::on_the_way(&mut walk).await;
    services::end_session(&mut walk).await;
    account::own_pages(&mut walk).await;
    account::what_one_has(&mut walk).await;
    credentials::forgotten(&mut walk).await;
    credentials::another_password(&mut walk).await;
    credentials::another_name(&mut walk).await;
    credentials::another_address(&mut walk).await;
    two_steps::setting_up(&mut walk).await;
    two_steps::demanded(&mut walk).await;
    two_steps::signing_in(&mut walk).await;
    passkeys::passkeys(&mut walk).await;
    host::own_ways(&mut walk).await;
    data::organizations(&mut walk).await;
    data::export_and_deletion(&mut walk).await;
    organizations::pages(&mut walk).await;
    programs::pages(&mut walk).await;
    errors::errors(&mut walk).await;
    let unseen = routes::unseen(&walk.stand_in(), walk.seen()).await;
    walk.end(unseen).await;
}

#[sqlx::test]
async fn every_page_in_french(pool: PgPool) {
    everywhere(pool, "fr").await;
}

#[sqlx::test]
async fn every_page_in_english(pool: PgPool) {
    everywhere(pool, "en").await;
}
