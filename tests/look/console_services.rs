//! The services of the console, page by page.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use loquet::db;
use loquet::types::Logo;
use uuid::Uuid;

use super::walk::Walk;
use crate::support::client::REDIRECT;

const LIST: &str = "/admin/services";
const NEW: &str = "/admin/new-service";
const SERVICE: &str = "/admin/services/{client_id}";
const ACCESS: &str = "/admin/services/{client_id}/access";
const TEST: &str = "/admin/services/{client_id}/test";
const SECRET: &str = "/admin/services/{client_id}/secret";
const LOGO: &str = "/admin/services/{client_id}/logo";
const ACT: &str = "/admin/services/{client_id}/{act}";

/// For an administrator who has just signed in; `nora` is in an organization.
pub async fn pages(walk: &mut Walk, nora: Uuid) {
    list(walk).await;
    new(walk).await;
    one(walk, nora).await;
}

async fn list(walk: &mut Walk) {
    walk.open(LIST).await;
    walk.look(LIST, "admin-services").await;
    walk.open("/admin/services?q=zzz").await;
    walk.look(LIST, "admin-services-none").await;
    walk.open(&format!("/admin/services?q={}", "x".repeat(101))).await;
    walk.look_at_fault(LIST, "admin-services-too-long").await;
}

async fn new(walk: &mut Walk) {
    walk.open(NEW).await;
    walk.look(NEW, "admin-new-service").await;
    walk.open("/admin/new-service?recipe=other").await;
    walk.look(NEW, "admin-new-service-other").await;
    walk.press("#submit").await;
    walk.look_at_fault(NEW, "admin-new-service-other-wrong").await;
    walk.open("/admin/new-service?recipe=forgejo").await;
    walk.look(NEW, "admin-new-service-forgejo").await;
    walk.chromium.fill("#url", "forge").await;
    walk.press("#submit").await;
    walk.look_at_fault(NEW, "admin-new-service-wrong").await;
    walk.chromium.fill("#url", "https://forge.example.org").await;
    walk.press("#submit").await;
    walk.look(NEW, "admin-new-service-kept").await;
}

async fn one(walk: &mut Walk, nora: Uuid) {
    let change = |client: &mut loquet::db::clients::Client| {
        client.everyone = false;
        "Nuage".clone_into(&mut client.name_fr);
        "Cloud".clone_into(&mut client.name_en);
        client.backchannel_logout_uri = Some("https://rp.test/backchannel".to_owned());
    };
    walk.server.service_with("brouillons", REDIRECT, change).await;
    walk.open("/admin/services/brouillons").await;
    walk.look(SERVICE, "admin-service-closed").await;
    let house: Uuid = sqlx::query_scalar("SELECT organization_id FROM memberships WHERE user_id = $1")
        .bind(nora)
        .fetch_one(&walk.pool)
        .await
        .unwrap();
    walk.server.attach(house, "brouillons", true).await;
    sqlx::query(
        "INSERT INTO logout_deliveries (id, client_id, user_id, sid, created_at, next_attempt_at, attempts, delivered_at, failed_at, last_error)
         SELECT gen_random_uuid(), 'brouillons', $1, gen_random_uuid(), now(), now() + interval '1 day', n, CASE n WHEN 1 THEN now() END,
             CASE n WHEN 3 THEN now() END, CASE n WHEN 3 THEN 'answered 500' END FROM generate_series(1, 3) n",
    )
    .bind(nora)
    .execute(&walk.pool)
    .await
    .unwrap();
    walk.open("/admin/services/brouillons").await;
    walk.look(SERVICE, "admin-service").await;
    walk.press("#change-logo").await;
    walk.look(LOGO, "admin-service-logo").await;
    walk.press("#submit").await;
    walk.look_at_fault(LOGO, "admin-service-logo-nothing").await;
    paint(walk).await;
    walk.open("/admin/services/brouillons/logo").await;
    walk.look(LOGO, "admin-service-logo-there").await;
    walk.open("/admin/services/brouillons").await;
    walk.look(SERVICE, "admin-service-with-logo").await;
    walk.press("#access").await;
    walk.look(ACCESS, "admin-service-access").await;
    walk.press("#submit").await;
    walk.look(ACCESS, "admin-service-access-saved").await;
    walk.open("/admin/services/brouillons/test").await;
    walk.look(TEST, "admin-service-test").await;
    walk.chromium.fill("#person", "nora.benali").await;
    walk.press("#submit").await;
    walk.look(TEST, "admin-service-tested").await;
    // She is switched off; what would be told of her if she were not.
    activate(walk, nora, true).await;
    walk.open("/admin/services/brouillons/test?person=nora.benali").await;
    walk.look(TEST, "admin-service-tokens").await;
    activate(walk, nora, false).await;
    walk.open("/admin/services/brouillons/test?person=personne").await;
    walk.look_at_fault(TEST, "admin-service-test-nobody").await;
    walk.open("/admin/services/brouillons/secret").await;
    walk.look(SECRET, "admin-service-secret").await;
    walk.press("#submit").await;
    walk.look(SECRET, "admin-service-secret-kept").await;
    walk.open("/admin/services/brouillons/disable").await;
    walk.look(ACT, "admin-service-disable").await;
    walk.press("#submit").await;
    walk.look(SERVICE, "admin-service-off").await;
    walk.open("/admin/services/brouillons/enable").await;
    walk.look(ACT, "admin-service-enable").await;
    walk.open("/admin/services/brouillons/delete").await;
    walk.look(ACT, "admin-service-delete").await;
    walk.press("#submit").await;
    walk.look(LIST, "admin-services-deleted").await;
}

async fn activate(walk: &Walk, person: Uuid, active: bool) {
    let change = sqlx::query("UPDATE users SET active = $1 WHERE id = $2").bind(active).bind(person);
    change.execute(&walk.pool).await.unwrap();
}

/// A disc for a logo.
async fn paint(walk: &Walk) {
    let inside = |x: u32, y: u32| x.abs_diff(100).pow(2) + y.abs_diff(100).pow(2) < 8_100;
    let colour = |x, y| if inside(x, y) { Rgba([20, 120, 90, 255]) } else { Rgba([0, 0, 0, 0]) };
    let mut file = std::io::Cursor::new(Vec::new());
    DynamicImage::from(RgbaImage::from_fn(200, 200, colour)).write_to(&mut file, ImageFormat::Png).unwrap();
    let logo = Logo::of(&file.into_inner()).unwrap();
    let (mut connection, id) = (walk.pool.acquire().await.unwrap(), loquet::crypto::random_id());
    let now = walk.server.state.clock.now();
    db::service_logos::set(&mut connection, "brouillons", id, logo.png(), now).await.unwrap();
}
