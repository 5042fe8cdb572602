//! What a host adds: fields of its own, terms, pictures of people.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use loquet::db;
use loquet::types::Portrait;

use super::walk::Walk;
use crate::profile::CURIOUS;
use crate::support::Server;
use crate::terms::Texts;

pub async fn own_ways(walk: &mut Walk) {
    let texts = Texts::new();
    let legal = texts.settings("2026-11");
    let mut settings = CURIOUS.to_vec();
    settings.extend(legal.iter().map(|(name, value)| (*name, value.as_str())));
    let key = walk.server.state.settings.secrets.master_key.clone();
    let usual = std::mem::replace(&mut walk.server, Server::replica(&walk.pool, &settings, &key).await);
    walk.afresh().await;
    for (path, name) in [("/terms", "terms"), ("/privacy", "privacy")] {
        walk.open(path).await;
        walk.look(path, name).await;
    }
    let rose = walk.server.person("rose").await;
    walk.sign_in("/account/profile", "rose").await;
    walk.look("/account/terms", "terms-to-accept").await;
    walk.chromium.click("summary").await;
    walk.look("/account/terms", "terms-open").await;
    walk.press("#submit").await;
    walk.look("/account/profile", "profile").await;
    // The browser's own checks would say it first, each in its own way.
    walk.chromium.run("document.querySelector('form:has(#given_name)').noValidate = true", Vec::new()).await;
    walk.chromium.fill("#given_name", "http://evil.test").await;
    walk.chromium.fill("#own-member_number", "12").await;
    walk.press("#submit").await;
    walk.look("/account/profile", "profile-refused").await;
    walk.open("/account/profile/picture").await;
    walk.look("/account/profile/picture", "picture").await;
    walk.chromium.run("document.querySelector('#picture').required = false", Vec::new()).await;
    walk.press("#picture-save").await;
    walk.look("/account/profile/picture", "picture-refused").await;
    paint(walk, rose.id).await;
    walk.open("/account/profile?saved").await;
    walk.look("/account/profile", "profile-saved").await;
    walk.open("/").await;
    walk.look("/", "home-with-picture").await;
    walk.server = usual;
}

/// A sunset for a picture.
async fn paint(walk: &Walk, user: uuid::Uuid) {
    let dusk = |y: u32| Rgb([240, u8::try_from(200 - y / 2).unwrap(), u8::try_from(60 + y / 3).unwrap()]);
    let mut file = std::io::Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_fn(300, 300, |_, y| dusk(y))).write_to(&mut file, ImageFormat::Png).unwrap();
    let portrait = Portrait::of(&file.into_inner()).unwrap();
    let (state, id) = (&walk.server.state, loquet::crypto::random_id());
    let claim = state.paths.public(&state.paths.picture(id));
    let new = db::pictures::NewPicture { user, id, jpeg: portrait.jpeg(), claim: &claim };
    let mut connection = state.pool.acquire().await.unwrap();
    db::pictures::set(&mut connection, &new, state.clock.now()).await.unwrap();
}
