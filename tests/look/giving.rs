//! Giving somebody access, and undoing it, with the keyboard alone.

use sqlx::PgPool;

use super::keyboard::Keyboard;
use crate::organization::scene::{ATELIER, Scene};
use crate::support::PASSWORD;

#[sqlx::test]
async fn giving_access(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let keyboard = Keyboard::new("fr-FR").await;
    keyboard.chromium.open(&format!("{}{ATELIER}", scene.server.url)).await;
    keyboard.arrives("#username", "username").await;
    keyboard.types("rita").await;
    keyboard.tabs(&["password"]).await;
    keyboard.types(PASSWORD).await;
    keyboard.enter().await;

    // Past the way there: the parts, the search, then people line by line.
    keyboard.arrives("#q", "").await;
    keyboard.tabs(&["Aller au contenu"]).await;
    keyboard.enter().await;
    keyboard.arrives("#q", "main").await;
    keyboard.tabs(&["Personnes", "Invitations", "Demandes", "La liste", "Journal", "invite", "q"]).await;
    keyboard.types("alice").await;
    keyboard.enter().await;
    keyboard.arrives(".search .is-tall", "").await;
    keyboard.reach("Alice Martin").await;
    keyboard
        .tabs(&["Compta Non. Donner accès à Compta à Alice Martin", "Nuage Non. Donner accès à Nuage à Alice Martin"])
        .await;
    keyboard.space().await;

    // Back on the same line, which says it; the next stop undoes it.
    keyboard.arrives("#done", "done").await;
    assert_eq!(scene.grants("atelier", "alice").await.len(), 1);
    keyboard.tabs(&["undo"]).await;
    keyboard.enter().await;
    keyboard.arrives("#q", "").await;
    keyboard.chromium.element("button.toggle:not(.is-on)[value$=cloud]").await;
    assert!(scene.grants("atelier", "alice").await.is_empty());
    keyboard.chromium.close().await;
}
