//! What a start refuses, and several starts at once.

use actix_web::web::Data;
use loquet::app::{self, AppState, BootError};
use loquet::config::Settings;
use loquet::crypto::Vault;
use loquet::db;
use sqlx::PgPool;

fn state(pool: &PgPool, key: &str, demo: bool) -> Data<AppState> {
    let environment = [("LOQUET_SERVER_ISSUER", "http://127.0.0.1:1"), ("LOQUET_SECRETS_MASTER_KEY", key)];
    let environment: Vec<(String, String)> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (settings, _) = Settings::load(None, &environment).unwrap();
    Data::new(AppState::new(settings, db::Pool::new((*pool.connect_options()).clone(), 4), None, demo).unwrap())
}

/// KM-02: another key, and no fallback.
#[sqlx::test]
async fn the_master_key_is_the_one_of_the_database(pool: PgPool) {
    let (one, two) = (Vault::generate_master_key(), Vault::generate_master_key());
    app::prepare_database(&state(&pool, &one, false)).await.unwrap();
    app::prepare_database(&state(&pool, &one, false)).await.unwrap();
    let refused = app::prepare_database(&state(&pool, &two, false)).await.unwrap_err();
    assert!(matches!(refused, BootError::WrongMasterKey) && !refused.is_transient(), "{refused}");
}

/// DM-01: a demonstration and a real instance never share data.
#[sqlx::test]
async fn a_demonstration_keeps_to_itself(pool: PgPool) {
    let key = Vault::generate_master_key();
    app::prepare_database(&state(&pool, &key, true)).await.unwrap();
    app::prepare_database(&state(&pool, &key, true)).await.unwrap();
    assert!(matches!(app::prepare_database(&state(&pool, &key, false)).await, Err(BootError::IsADemo)));
    sqlx::query("UPDATE instance SET demo = false").execute(&pool).await.unwrap();
    assert!(matches!(app::prepare_database(&state(&pool, &key, true)).await, Err(BootError::NotADemo)));
    // Filled by hand or by an import, before any start.
    sqlx::query("DELETE FROM instance").execute(&pool).await.unwrap();
    sqlx::query("INSERT INTO users (id, username, email, locale, created_at, updated_at) VALUES (gen_random_uuid(), 'alice', 'a@b.example', 'fr', now(), now())")
        .execute(&pool)
        .await
        .unwrap();
    assert!(matches!(app::prepare_database(&state(&pool, &key, true)).await, Err(BootError::NotADemo)));
}

/// FA-16: replicas that start together on an empty database.
#[sqlx::test(migrations = false)]
async fn replicas_start_together(pool: PgPool) {
    let key = Vault::generate_master_key();
    let starts = (0..4).map(|_| async {
        let state = state(&pool, &key, false);
        app::prepare_database(&state)
            .await
            .map(|()| serde_json::from_slice::<serde_json::Value>(state.directory.jwks().as_bytes()).unwrap())
    });
    let sets = futures_util::future::join_all(starts).await;
    let first = sets[0].as_ref().unwrap();
    assert_eq!(first["keys"].as_array().unwrap().len(), 2);
    for set in &sets {
        assert_eq!(set.as_ref().unwrap(), first, "all with the same keys");
    }
}

/// FA-18: a database of a later version is refused in words.
#[sqlx::test]
async fn a_later_schema_is_refused(pool: PgPool) {
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, '', 0)")
        .execute(&pool)
        .await
        .unwrap();
    let refused = app::prepare_database(&state(&pool, &Vault::generate_master_key(), false)).await.unwrap_err();
    assert!(refused.to_string().contains("later version of Loquet"), "{refused}");
}

/// A setting that loses acknowledged changes.
#[sqlx::test]
async fn durability_is_asserted(pool: PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    db::assert_durable(&mut connection).await.unwrap();
    sqlx::query("SET synchronous_commit = off").execute(&mut *connection).await.unwrap();
    let refused = db::assert_durable(&mut connection).await.unwrap_err();
    assert!(refused.to_string().contains("synchronous_commit = off"), "{refused}");
}
