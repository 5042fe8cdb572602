//! The journal: nobody changes it unseen, nothing happens without it.

mod chain;
mod privileges;
mod reading;
mod telling;

use loquet::clock::Clock;
use loquet::db;
use loquet::db::audit::{Event, Kind, Origin};
use loquet::journal::{self, Findings};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

/// Our own pool over that of the test.
fn own(pool: &PgPool) -> db::Pool {
    db::Pool::new((*pool.connect_options()).clone(), 6)
}

/// Adds a line with something in every field.
async fn add(pool: &PgPool, number: i64) {
    let origin = Origin {
        address_range: "203.0.113.0/24".into(),
        device: "Firefox, Linux".into(),
        request: Some(Uuid::now_v7()),
        service: None,
    };
    let event = Event::own(Kind::RoleChanged, Uuid::now_v7(), &origin)
        .of_organization(Uuid::now_v7())
        .of_client("c_one")
        .with(json!({ "before": "member", "after": "référent·e", "number": number }));
    db::audit::record(&mut pool.acquire().await.unwrap(), &event, Clock::default().now()).await.unwrap();
}

async fn verified(pool: &PgPool) -> Findings {
    journal::verify(&own(pool), None).await.unwrap()
}
