//! The logo of a service: sent by administrators, shown to people, and what is refused.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use sqlx::PgPool;

use super::{send, signed_in};
use crate::support::{Browser, RelyingParty, Reply, World};

const SERVICE: &str = "/admin/services/c_sa";
const PAGE: &str = "/admin/services/c_sa/logo";

fn drawn(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbaImage::from_pixel(width, height, Rgba([20, 120, 90, 128])));
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Sends a file on the page of the logo.
async fn send_file(browser: &Browser, page: &Reply, file: &[u8]) -> Reply {
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    browser.send_form(PAGE, &[("csrf", &csrf)], Some(("logo", file))).await
}

async fn stored(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM service_logos").fetch_one(pool).await.unwrap()
}

/// What the journal says of it.
async fn told(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT details ->> 'logo' FROM audit_events WHERE kind = 'service-changed' AND client_id = 'c_sa' ORDER BY id",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

#[sqlx::test]
async fn a_logo_from_first_to_last(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open(PAGE).await;
    assert_eq!((page.text("#remove"), page.attribute("#shown", "src")), (None, None));
    let sent = [drawn(640, 320), b"<script>alert(1)</script>".to_vec()].concat();
    let page = adm.follow(send_file(&adm, &page, &sent).await).await;
    assert!(page.url.contains(SERVICE) && page.text("[role=status]").unwrap().contains("enregistré"), "{}", page.body);
    let address = page.attribute("img.emblem", "src").unwrap();

    // Whoever signs in sees it, before they are known.
    world.server.reload().await;
    let service: RelyingParty = world.relying_party("c_sa");
    let stranger = Browser::of(&world.server);
    let page = stranger.open(&service.authorize(&[])).await;
    assert_eq!(page.attribute(".tile-face img", "src").as_ref(), Some(&address), "{}", page.body);
    let logo = stranger.http().get(format!("{}{address}", world.server.url)).send().await.unwrap();
    assert_eq!(logo.headers()["content-type"], "image/png");
    assert!(logo.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(logo.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    let bytes = logo.bytes().await.unwrap();
    assert!(!bytes.windows(7).any(|window| window == b"<script"), "nothing of the file is left");
    let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Png).unwrap().into_rgba8();
    assert_eq!((picture.dimensions(), picture.get_pixel(9, 9).0[3]), ((128, 64), 128), "whole, and clear");

    let page = adm.open(PAGE).await;
    assert_eq!(page.attribute("#shown", "src").as_ref(), Some(&address));
    let page = adm.follow(send_file(&adm, &page, &drawn(16, 16)).await).await;
    let other = page.attribute("img.emblem", "src").unwrap();
    assert_ne!(other, address);
    assert_eq!((adm.get(&address).await.status, adm.get(&other).await.status), (404, 200));
    let page = adm.open(PAGE).await;
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let page = adm.follow(adm.send_form(PAGE, &[("csrf", &csrf), ("remove", "yes")], None).await).await;
    assert_eq!((page.attribute("img.emblem", "src"), stored(&pool).await), (None, 0));
    assert_eq!(adm.get(&other).await.status, 404);
    assert_eq!(told(&pool).await, ["changed", "changed", "removed"]);

    // It goes with its service.
    send_file(&adm, &adm.open(PAGE).await, &drawn(16, 16)).await;
    assert_eq!(stored(&pool).await, 1);
    let page = adm.open(&format!("{SERVICE}/delete")).await;
    adm.submit(&page, &[]).await;
    assert_eq!(stored(&pool).await, 0);
}

/// AD-01, WB-05: who may, what, and from where.
#[sqlx::test]
async fn what_is_no_logo_and_who_sends_none(pool: PgPool) {
    let world = World::new(&pool).await;
    let adm = signed_in(&world, "adm").await;
    let page = adm.open(PAGE).await;
    let heavy = [drawn(8, 8), vec![0; 6 << 20]].concat();
    for (file, words) in [
        (&b""[..], "Choisissez d’abord"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "PNG, JPEG ou WebP"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "abîmée"),
        (&heavy[..], "Cette image dépasse"),
    ] {
        let refused = send_file(&adm, &page, file).await;
        assert_eq!(refused.status, 422, "{words}: {}", refused.body);
        assert!(refused.text("#errors").unwrap().contains(words), "{words}: {:?}", refused.text("#errors"));
    }
    assert_eq!(send(&adm, PAGE, &[]).await.status, 400, "a form without a file");
    let elsewhere = adm.send_form(PAGE, &[("csrf", "x")], Some(("logo", &drawn(8, 8)))).await;
    assert!(elsewhere.status >= 400, "a form of another site");
    for (name, status) in [("aud", 403), ("rita", 404), ("alice", 404)] {
        let browser = signed_in(&world, name).await;
        let csrf = browser.open("/account/profile").await.attribute("input[name=csrf]", "value").unwrap();
        let sent = browser.send_form(PAGE, &[("csrf", &csrf)], Some(("logo", &drawn(8, 8)))).await;
        assert_eq!(sent.status, status, "{name}");
    }
    assert_eq!(adm.get("/admin/services/nothing/logo").await.status, 404);
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let nowhere = adm.send_form("/admin/services/nothing/logo", &[("csrf", &csrf)], Some(("logo", &drawn(8, 8)))).await;
    assert_eq!((nowhere.status, stored(&pool).await), (404, 0));
}
