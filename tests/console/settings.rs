//! The settings in force, as administrators and auditors read them.

use sqlx::PgPool;

use super::{at_work, signed_in};
use crate::support::world::ONE_STEP;
use crate::support::{Server, World};

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

/// A text that is left out is seen by whoever can correct it.
#[sqlx::test]
async fn texts_of_the_theme_that_are_wrong(pool: PgPool) {
    let theme = tempfile::tempdir().unwrap();
    let folder = theme.path().join("locales/fr");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("nous.ftl"), "sign-in-title = Entrez { $inconnue }\npassword-label = Sésame\n").unwrap();
    let path = theme.path().display().to_string();
    let world = World::on(Server::with(&pool, &[("LOQUET_THEME_DIRECTORY", &path), ONE_STEP]).await).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open("/admin").await;
    let matters = page.text("#matters").unwrap();
    assert!(matters.contains("1 texte de votre thème contient une erreur"), "{matters}");
    assert!(page.text("#matters a[href=\"/admin/settings#theme-texts\"]").is_some(), "{}", page.body);
    let faults = adm.open("/admin/settings").await.texts("section[aria-labelledby=theme-texts] samp");
    assert!(
        matches!(&faults[..], [fault] if fault.contains("nous.ftl:1") && fault.contains("$inconnue")),
        "{faults:?}"
    );
}

/// Nor is anything said where nothing is wrong; and what the tabs lead to has no second link beside them.
#[sqlx::test]
async fn nothing_is_said_twice(pool: PgPool) {
    let world = World::new(&pool).await;
    let page = at_work(&world, "adm").await;
    let matters = page.text("#matters").unwrap_or_default();
    assert!(!matters.contains("thème"), "{matters}");
    assert!(page.text(".whose a").is_none() && page.text(".parts a[href=\"/admin/organizations\"]").is_some());
    let settings = signed_in(&world, "aud").await.open("/admin/settings").await;
    assert!(settings.text("#theme-texts").is_none());
}
