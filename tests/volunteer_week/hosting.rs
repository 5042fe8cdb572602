//! The next signing keys; and what the journal says of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::TimeDelta;
use loquet::crypto::Algorithm;
use serde_json::Value;
use sqlx::PgPool;

use super::at_the_console;
use super::hand::Hand;
use crate::support::PASSWORD;
use crate::support::chromium::PATIENCE;
use crate::support::patience::within;

const NEXT: &str = "Créer de nouvelles clés";
const LINE: &str = "Nouvelle clé de signature";

/// The next keys are on the page and among those that services read; asked for again, there are no others.
#[sqlx::test]
async fn the_next_keys(pool: PgPool) {
    let (server, volunteer) = at_the_console(&pool, &[]).await;
    volunteer.press("Clés de signature").await;
    let before = volunteer.texts("#keys tbody th").await;
    assert_eq!(before.len(), Algorithm::ALL.len());
    assert!(volunteer.texts("#keys td:nth-child(3)").await.iter().all(|state| state == "Signe en ce moment"));
    volunteer.press(NEXT).await;
    volunteer.reads("Personne n’aura besoin de se reconnecter.").await;
    volunteer.press(NEXT).await;
    volunteer.reads("Les nouvelles clés sont publiées. Elles prendront la relève dans 24 heures.").await;
    let (keys, states) = (volunteer.texts("#keys tbody th").await, volunteer.texts("#keys td:nth-child(3)").await);
    assert_eq!(keys.len(), 2 * before.len());
    for (key, state) in keys.iter().zip(&states) {
        let expected = if before.contains(key) { "Signe en ce moment" } else { "Signera à partir du " };
        assert!(state.starts_with(expected), "{key}: {state}");
    }

    // Whoever signed in a while ago shows once more who they are, and is where they wanted to be.
    server.advance(TimeDelta::minutes(11));
    volunteer.press(NEXT).await;
    volunteer.reads("Confirmer que c’est bien vous").await;
    volunteer.write("Mot de passe", PASSWORD).await;
    volunteer.press("Confirmer").await;
    volunteer.reads("Créer de nouvelles clés de signature ?").await;
    volunteer.press(NEXT).await;
    volunteer.reads("De nouvelles clés attendent déjà de prendre la relève").await;
    let shown: BTreeSet<String> = volunteer.texts("#keys tbody th").await.into_iter().collect();
    assert_eq!(shown, keys.into_iter().collect());
    // Servers tell one another what changed, a moment later.
    within(PATIENCE, "services read the same keys", async || {
        let set = reqwest::get(format!("{}/jwks.json", server.url)).await.unwrap().bytes().await.unwrap();
        let set: Value = serde_json::from_slice(&set).unwrap();
        let names = set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned());
        names.collect::<BTreeSet<_>>() == shown
    })
    .await;
    volunteer.close().await;
}

/// The file that came, when it is whole.
async fn csv_in(folder: &Path) -> Vec<csv::StringRecord> {
    let file = || {
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files.into_iter().find(|file| file.extension().is_some_and(|kind| kind == "csv"))
    };
    within(PATIENCE, "the journal was downloaded", async || file().is_some()).await;
    let text = fs::read_to_string(file().unwrap()).unwrap();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(Result::unwrap).collect()
}

/// What each line of the page is of.
async fn lines(volunteer: &Hand) -> Vec<String> {
    volunteer.texts("#lines tbody th").await
}

/// What was just done is there, alone when one asks for it; the copy has as many lines, and is a line itself.
#[sqlx::test]
async fn the_journal_of_the_week(pool: PgPool) {
    let (_server, volunteer) = at_the_console(&pool, &[]).await;
    for page in ["Clés de signature", NEXT, NEXT, "Journal"] {
        volunteer.press(page).await;
    }
    let all = lines(&volunteer).await;
    assert_eq!(all[..2], [LINE, LINE], "the latest first");
    assert!(all.len() > 2, "{all:?}");
    volunteer.choose("Quoi", LINE).await;
    volunteer.press("Chercher").await;
    assert_eq!(lines(&volunteer).await, [LINE, LINE]);
    assert_eq!(volunteer.texts("#lines td:nth-child(2)").await, ["ines", "ines"]);
    assert_eq!(volunteer.holds("Quoi").await, "keys-rotated", "what was asked for stays");

    let folder = tempfile::tempdir().unwrap();
    volunteer.chromium.download_to(folder.path()).await;
    volunteer.take("Télécharger ces lignes et celles des autres pages").await;
    let rows = csv_in(folder.path()).await;
    let kinds: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(kinds, ["keys-rotated", "keys-rotated"]);
    assert!(rows.iter().all(|row| row.iter().any(|cell| cell == "ines")), "{rows:?}");

    volunteer.press("Voir tout le journal").await;
    assert_eq!(lines(&volunteer).await[..3], ["Journal téléchargé", LINE, LINE]);
    volunteer.write("Personne", "personne").await;
    volunteer.press("Chercher").await;
    volunteer.reads("Aucun compte ne correspond.").await;
    assert_eq!(volunteer.holds("Personne").await, "personne");
    volunteer.close().await;
}
