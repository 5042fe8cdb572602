//! The administrators' console, page by page.

use uuid::Uuid;

use super::requests::{administrator, overseer};
use super::walk::Walk;

const USER: &str = "/admin/users/{id}";
const ACT: &str = "/admin/users/{id}/{act}";

pub async fn pages(walk: &mut Walk) {
    let nora = walk.server.person("nora.benali").await;
    let house = walk.server.organization("jardin", &[(&nora, true)]).await;
    walk.server.attach(house, "compta", true).await;
    walk.sign_in("/sign-in", "nora.benali").await;
    administrator(walk, "inesita").await;
    users(walk, nora.id).await;
    registrations(walk).await;
    journal(walk).await;
    mail(walk).await;
    keys(walk).await;
    super::console_services::pages(walk, nora.id).await;
    membership(walk, nora.id).await;
    merge(walk, nora.id).await;
    news(walk).await;
    auditor(walk, nora.id).await;
}

async fn run(walk: &Walk, sql: &'static str, id: Uuid) {
    sqlx::query(sql).bind(id).execute(&walk.pool).await.unwrap();
}

async fn users(walk: &mut Walk, nora: Uuid) {
    for (sql, id) in [
        ("UPDATE users SET given_name = 'Nora', family_name = 'Benali' WHERE id = $1", nora),
        ("INSERT INTO authenticators VALUES ($1, '\\xdeadbeef', 1, now())", nora),
    ] {
        run(walk, sql, id).await;
    }
    for name in ["piera", "quirin", "rosalba"] {
        let person = walk.server.person_with(name, name != "piera", None).await;
        run(walk, "UPDATE users SET family_name = 'Zarc', active = username <> 'rosalba' WHERE id = $1", person.id)
            .await;
    }
    walk.open("/admin/users").await;
    walk.look("/admin/users", "admin-users").await;
    walk.chromium.fill("#q", "zarc").await;
    walk.press("#search").await;
    walk.look("/admin/users", "admin-users-found").await;
    walk.open("/admin/users?q=personne+du+tout").await;
    walk.look("/admin/users", "admin-users-nobody").await;
    walk.open(&format!("/admin/users?q={}", "x".repeat(101))).await;
    walk.look_at_fault("/admin/users", "admin-users-too-long").await;
    let page = format!("/admin/users/{nora}");
    walk.open(&page).await;
    walk.look(USER, "admin-user").await;
    for (act, name) in
        [("sign-out", "admin-sign-out"), ("reset-factor", "admin-reset-factor"), ("disable", "admin-disable")]
    {
        walk.open(&format!("{page}/{act}")).await;
        walk.look(ACT, name).await;
    }
    walk.press("#submit").await;
    walk.look(USER, "admin-user-disabled").await;
    walk.open(&format!("{page}/enable")).await;
    walk.look(ACT, "admin-enable").await;
    walk.open(&format!("{page}/verify")).await;
    walk.press("#submit").await;
    walk.look_at_fault(ACT, "admin-refused").await;
}

async fn registrations(walk: &mut Walk) {
    const ROUTE: &str = "/admin/registrations";
    walk.open(ROUTE).await;
    walk.look(ROUTE, "admin-registrations-none").await;
    for name in ["tessie", "ugolin"] {
        let person = walk.server.person(name).await;
        run(walk, "UPDATE users SET active = false, awaiting_approval_at = now() WHERE id = $1", person.id).await;
    }
    walk.open("/admin").await;
    walk.look("/admin", "admin-overview-attention").await;
    walk.open(ROUTE).await;
    walk.look(ROUTE, "admin-registrations").await;
    walk.press("#registrations button[value=accept]").await;
    walk.look(ROUTE, "admin-registrations-accepted").await;
    walk.press("#registrations a.is-plain").await;
    walk.look(ROUTE, "admin-registrations-decline").await;
    walk.open(ROUTE).await;
    sqlx::query("DELETE FROM users WHERE awaiting_approval_at IS NOT NULL").execute(&walk.pool).await.unwrap();
    walk.press("#registrations button[value=accept]").await;
    walk.look_at_fault(ROUTE, "admin-registrations-answered").await;
}

async fn journal(walk: &mut Walk) {
    const ROUTE: &str = "/admin/journal";
    walk.open(ROUTE).await;
    walk.look(ROUTE, "admin-journal").await;
    walk.open("/admin/journal?person=nora.benali&kind=account-disabled").await;
    walk.look(ROUTE, "admin-journal-filtered").await;
    walk.open("/admin/journal?person=xyz").await;
    walk.look_at_fault(ROUTE, "admin-journal-unknown").await;
}

async fn mail(walk: &mut Walk) {
    const ROUTE: &str = "/admin/mail";
    walk.open(ROUTE).await;
    walk.look(ROUTE, "admin-mail-none").await;
    sqlx::query(
        "INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at, dead_at, attempts, last_error) VALUES
         (gen_random_uuid(), '\\x00', now(), now(), now(), now(), 4, '550 5.1.1 The mailbox of … does not exist'),
         (gen_random_uuid(), '\\x00', now(), now() + interval '1 day', now() + interval '2 days', NULL, 0, NULL)",
    )
    .execute(&walk.pool)
    .await
    .unwrap();
    walk.open(ROUTE).await;
    walk.look(ROUTE, "admin-mail").await;
    walk.press("#mails a.is-danger").await;
    walk.look(ROUTE, "admin-mail-forget").await;
    walk.open(ROUTE).await;
    walk.chromium.fill("#address", "bureau@example.org").await;
    walk.press("#send-test").await;
    walk.look(ROUTE, "admin-mail-tested").await;
    sqlx::query("DELETE FROM mail_outbox").execute(&walk.pool).await.unwrap();
    walk.press("#retry-all").await;
    walk.look(ROUTE, "admin-mail-retried").await;
}

async fn keys(walk: &mut Walk) {
    walk.open("/admin/keys").await;
    walk.look("/admin/keys", "admin-keys").await;
    walk.press("#rotate").await;
    walk.look("/admin/keys/rotate", "admin-keys-rotate").await;
    walk.press("#submit").await;
    walk.look("/admin/keys", "admin-keys-rotated").await;
}

async fn membership(walk: &mut Walk, nora: Uuid) {
    const ROUTE: &str = "/admin/users/{id}/membership";
    walk.open(&format!("/admin/users/{nora}/membership")).await;
    walk.look(ROUTE, "admin-membership").await;
    walk.chromium.run("for (const i of ['since', 'until']) document.getElementById(i).type = 'text'", Vec::new()).await;
    walk.chromium.fill("#since", "2026-12-31").await;
    walk.chromium.fill("#until", "2026-01-01").await;
    walk.press("#submit").await;
    walk.look(ROUTE, "admin-membership-wrong").await;
    walk.chromium.run("for (const i of ['since', 'until']) document.getElementById(i).value = ''", Vec::new()).await;
    walk.press("#submit").await;
    walk.look(USER, "admin-membership-done").await;
}

async fn merge(walk: &mut Walk, nora: Uuid) {
    const ROUTE: &str = "/admin/users/{id}/merge";
    run(walk, "UPDATE users SET active = true WHERE id = $1", nora).await;
    walk.server.person("nora.b").await;
    walk.open(&format!("/admin/users/{nora}/merge")).await;
    walk.look(ROUTE, "admin-merge").await;
    walk.chromium.fill("#other", "personne").await;
    walk.press("#compare").await;
    walk.look_at_fault(ROUTE, "admin-merge-unknown").await;
    walk.chromium.fill("#other", "nora.b").await;
    walk.press("#compare").await;
    walk.look(ROUTE, "admin-merge-both").await;
    walk.press("#submit").await;
    walk.look(USER, "admin-merge-done").await;
}

async fn news(walk: &mut Walk) {
    const ROUTE: &str = "/admin/news";
    walk.open(ROUTE).await;
    walk.look(ROUTE, "admin-news").await;
    walk.press("#submit").await;
    walk.look(ROUTE, "admin-news-done").await;
}

/// Who sees everything, and no button.
async fn auditor(walk: &mut Walk, nora: Uuid) {
    let person = walk.server.person("aurelle").await;
    overseer(walk, &person, "auditors").await;
    walk.open(&format!("/admin/users/{nora}")).await;
    walk.look(USER, "admin-user-read-only").await;
}
