//! What a host adds: fields of its own, terms, pictures of people.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use loquet::db;
use loquet::types::Portrait;

use super::walk::{OPEN, Walk};
use crate::profile::CURIOUS;
use crate::support::{PASSWORD, captcha};
use crate::terms::Texts;
use crate::theme::Theme;

pub async fn own_ways(walk: &mut Walk) {
    let texts = Texts::new();
    let legal = texts.settings("2026-11");
    let mut settings = CURIOUS.to_vec();
    settings.extend([OPEN, ("LOQUET_REGISTRATION_APPROVAL", "always")]);
    settings.extend(legal.iter().map(|(name, value)| (*name, value.as_str())));
    let theme = Theme::new();
    let folder = theme.path();
    settings.push(("LOQUET_THEME_DIRECTORY", folder.as_str()));
    let curious = walk.server.beside(&walk.pool, &settings).await;
    let usual = std::mem::replace(&mut walk.server, curious);
    walk.afresh().await;
    for (path, name) in [("/terms", "terms"), ("/privacy", "privacy")] {
        walk.open(path).await;
        walk.look(path, name).await;
    }
    walk.open("/pages/aide").await;
    walk.look("/pages/{name}", "page-of-the-host").await;
    asking_to_come(walk).await;
    let rose = walk.server.person("rose").await;
    walk.sign_in("/account/profile", "rose").await;
    walk.look("/account/terms", "terms-to-accept").await;
    walk.chromium.click("summary").await;
    walk.look("/account/terms", "terms-open").await;
    walk.press("#submit").await;
    walk.look("/account/profile", "profile").await;
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
    walk.server = usual.beside(&walk.pool, &[("LOQUET_REGISTRATION_MODE", "invitation")]).await;
    walk.afresh().await;
    walk.open("/sign-up").await;
    walk.look_at_fault("/sign-up", "sign-up-by-invitation").await;
    walk.server = usual;
}

/// Where the host looks at whoever comes, and asks them for more.
async fn asking_to_come(walk: &mut Walk) {
    let browser = walk.stand_in();
    let page = browser.open("/sign-up").await;
    browser.submit(&page, &[("email", "rosine@example.org"), ("altcha", &captcha::solve(&page))]).await;
    walk.open(&walk.link("rosine@example.org", "/sign-up/").await).await;
    walk.look("/sign-up/finish", "sign-up-finish-with-more").await;
    walk.chromium.fill("#password", "court").await;
    walk.press("#submit").await;
    walk.look("/sign-up/finish", "sign-up-finish-refused").await;
    walk.chromium.fill("#username", "rosine").await;
    walk.chromium.fill("#password", PASSWORD).await;
    walk.chromium.fill("#given_name", "Rosine").await;
    walk.chromium.click("#own-volunteer").await;
    walk.chromium.click("#terms").await;
    walk.press("#submit").await;
    walk.look("/sign-up/finish", "sign-up-waiting").await;
    walk.afresh().await;
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
