//! The settings in force, as administrators and auditors read them.

use sqlx::PgPool;

use super::signed_in;
use crate::support::World;

/// AD-05: whoever looks learns what is set, and where; no secret, nor how long it is.
#[sqlx::test]
async fn no_secret_is_shown(pool: PgPool) {
    let world = World::new(&pool).await;
    let settings = &world.server.state.settings;
    for name in ["adm", "aud"] {
        let page = signed_in(&world, name).await.open("/admin/settings").await;
        let row = |key: &str| {
            let rows = page.texts("tbody tr");
            let found = rows.into_iter().find(|row| row.split_whitespace().next() == Some(key));
            found.unwrap_or_else(|| panic!("no {key}")).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            row("second_factor.administrators"),
            "second_factor.administrators false LOQUET_SECOND_FACTOR_ADMINISTRATORS"
        );
        assert_eq!(row("host.language"), "host.language fr par défaut");
        assert!(row("server.issuer").contains(settings.server.issuer.as_str()));
        assert!(row("secrets.master_key").contains("secret, non montré"), "{}", row("secrets.master_key"));
        assert_eq!(page.texts("tbody tr").len(), settings.in_force.len());
        assert!(!page.body.contains(settings.secrets.master_key.as_str()));
        assert_eq!(page.text("#part form"), None, "nothing is changed here");
    }
}
