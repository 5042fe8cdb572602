//! The host's own logo and one sentence of its own: a folder, and a restart.

use std::fs;
use std::path::Path;

use image::{Rgba, RgbaImage};
use sqlx::PgPool;

use super::hand::Hand;
use crate::support::Server;

/// A picture of that size, as a file.
pub fn draw(file: &Path, width: u32, height: u32) {
    RgbaImage::from_pixel(width, height, Rgba([20, 120, 90, 255])).save(file).unwrap();
}

/// One title of the host's; every other sentence, and the other language, stay ours.
#[sqlx::test]
async fn a_logo_and_one_sentence(pool: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let words = folder.path().join("locales/fr");
    fs::create_dir_all(&words).unwrap();
    draw(&folder.path().join("logo.png"), 120, 40);
    fs::write(words.join("nous.ftl"), "sign-in-title = Entrez, c’est ouvert\n").unwrap();
    let theme = [("LOQUET_THEME_DIRECTORY", folder.path().to_str().unwrap())];
    let server = Server::with(&pool, &theme).await;
    let visitor = Hand::at(&server).await;
    visitor.open("/sign-in").await;
    assert_eq!(visitor.text("h1").await, "Entrez, c’est ouvert");
    visitor.reads("Avec votre compte La Contre-Voie").await;
    assert_eq!(visitor.drawn(".host img").await, Some(120));
    visitor.press("English").await;
    assert_eq!(visitor.text("h1").await, "Sign in");
    assert_eq!(visitor.drawn(".host img").await, Some(120));
    visitor.close().await;

    // Another day, another sentence and another logo: what browsers keep is never the old one.
    fs::write(words.join("nous.ftl"), "sign-in-title = Bonjour, c’est par ici\n").unwrap();
    draw(&folder.path().join("logo.png"), 90, 30);
    let restarted = server.beside(&pool, &theme).await;
    let visitor = Hand::at(&restarted).await;
    visitor.open("/sign-in").await;
    assert_eq!(visitor.text("h1").await, "Bonjour, c’est par ici");
    assert_eq!(visitor.drawn(".host img").await, Some(90));
    visitor.close().await;
}
