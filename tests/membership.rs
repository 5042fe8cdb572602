//! Membership of the host: its dates, what they open and close, what people read of it.

use chrono::{Days, NaiveDate, TimeDelta};
use loquet::db::audit::Origin;
use loquet::db::standing::Dates;
use loquet::delegation::{Actor, Desk};
use loquet::membership::{self, day};
use loquet::post::Post;
use serde_json::json;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::listener::LOOPBACK;
use crate::support::mailbox::all_left;
use crate::support::program::Program;
use crate::support::world::ONE_STEP;
use crate::support::{Browser, Listener, Mode, RelyingParty, Server, World};

/// Signed in for a year.
const LONG: [(&str, &str); 2] = [("LOQUET_SESSIONS_IDLE_MINUTES", "43200"), ("LOQUET_SESSIONS_ABSOLUTE_HOURS", "8760")];

fn today(server: &Server) -> NaiveDate {
    day(server.state.clock.now(), server.state.settings.host.time_zone)
}

/// A service that a group opens, and that is told of sign-outs.
async fn service_of_group(server: &Server, group: &str, told: &Listener) -> RelyingParty {
    let address = format!("{}/told", told.url);
    let closed = |client: &mut loquet::db::clients::Client| {
        client.everyone = false;
        client.backchannel_logout_uri = Some(address);
        client.start_uri = Some("https://rp.test/".to_owned());
    };
    let (_, secret) = server.service_with("c_members", REDIRECT, closed).await;
    server.group(group, &[], &["c_members"]).await;
    RelyingParty::of(server, "c_members", Some(secret))
}

async fn members_of(pool: &PgPool, group: &str) -> Vec<String> {
    let sql =
        "SELECT u.username FROM group_members m JOIN groups g ON g.id = m.group_id JOIN users u ON u.id = m.user_id
               WHERE g.name = $1 ORDER BY 1";
    sqlx::query_scalar(sql).bind(group).fetch_all(pool).await.unwrap()
}

/// A right that the membership gives goes on for its days of grace, then ends with the day: what the service
/// holds is worth nothing, and it is told. Paid again, it is there again.
#[sqlx::test]
async fn access_ends_with_the_membership_and_its_grace(pool: PgPool) {
    let server = Server::with(&pool, &[LOOPBACK, LONG[0], LONG[1]]).await;
    server.person("alice").await;
    let (told, program) = (Listener::start(Mode::Ok), Program::of(&server, &pool));
    let rp = service_of_group(&server, "adherents", &told).await;
    program.does(&["membership", "keep", "adherents", "--rule", "member", "--grace-days", "2"]).await;
    let browser = Browser::of(&server);
    let refused = rp.sign_in(&browser, "alice").await;
    assert!(refused.url.contains("/refused"), "no membership yet: {}", refused.url);
    let last = today(&server).to_string();
    program.does(&["membership", "set", "alice", "--until", &last]).await;
    assert_eq!(members_of(&pool, "adherents").await, ["alice"], "at once");
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let mut held = rp.exchange(&code).await;
    for grace in 1..=2 {
        server.advance(TimeDelta::days(1));
        membership::follow_day(&server.state).await.unwrap();
        held = rp.refresh(&held.text("refresh_token")).await;
        assert_eq!(held.status, 200, "day {grace} of grace: {}", held.body);
    }
    assert!(told.heard().is_empty());
    server.advance(TimeDelta::days(1));
    // Two replicas at once.
    let (one, other) = tokio::join!(membership::follow_day(&server.state), membership::follow_day(&server.state));
    one.unwrap();
    other.unwrap();
    assert_eq!(rp.refresh(&held.text("refresh_token")).await.error(), (400, "invalid_grant"));
    assert_eq!(rp.userinfo(&held.text("access_token")).await.status, 401);
    assert!(told.wait_for(1).await[0].body.starts_with("logout_token="));
    assert!(members_of(&pool, "adherents").await.is_empty());
    let lines: Vec<(String, serde_json::Value)> = sqlx::query_as(
        "SELECT kind, details - 'ended' FROM audit_events WHERE kind IN ('group-joined', 'group-left') ORDER BY at, id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let by_rule = json!({ "group": "adherents", "by_rule": true });
    assert_eq!(lines, [("group-joined".to_owned(), by_rule.clone()), ("group-left".to_owned(), by_rule)], "once each");
    // Nothing more to do that day; and what is paid is open at once.
    membership::follow_day(&server.state).await.unwrap();
    let next = today(&server).checked_add_days(Days::new(365)).unwrap().to_string();
    let (nowhere, post) = (Origin::default(), Post::of(&server.state));
    let desk = Desk { pool: &server.state.pool, post, actor: Actor::CommandLine, origin: &nowhere };
    let alice = sqlx::query_scalar("SELECT id FROM users WHERE username = 'alice'").fetch_one(&pool).await.unwrap();
    let dates = Dates { since: None, until: next.parse().ok() };
    desk.set_membership(alice, dates).await.unwrap();
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    assert_eq!(rp.exchange(&code).await.status, 200);
    // Taken away by hand: in the same transaction.
    desk.set_membership(alice, Dates::default()).await.unwrap();
    told.wait_for(2).await;
    assert!(browser.open(&rp.authorize(&[])).await.url.contains("/refused"));
}

/// Through an organization in good standing: whoever joins it, or leaves it, and when it is closed.
#[sqlx::test]
async fn members_of_an_organization_in_good_standing(pool: PgPool) {
    let world = World::new(&pool).await;
    let program = Program::of(&world.server, &pool);
    program.does(&["group", "create", "collectifs"]).await;
    program.does(&["group", "add", "collectifs", "eve"]).await;
    program.does(&["membership", "set", "dora", "--since", "2020-01-01", "--until", "2190-01-01"]).await;
    let kept = program.does(&["membership", "keep", "collectifs", "--rule", "organization", "--json"]).await.json();
    assert_eq!(
        kept,
        json!({ "group": "collectifs", "rule": "organization", "grace_days": 0, "members": 0 }),
        "eve is out"
    );
    program.does(&["membership", "set-organization", "b", "--until", "2190-12-31"]).await;
    program.does(&["membership", "set-organization", "c", "--until", "2190-12-31"]).await;
    assert_eq!(members_of(&pool, "collectifs").await, ["bob", "carl", "remi"], "c is switched off");
    program.does(&["organization", "member", "add", "b", "eve", "--without-consent"]).await;
    program.does(&["organization", "member", "remove", "b", "bob"]).await;
    assert_eq!(members_of(&pool, "collectifs").await, ["carl", "eve", "remi"]);
    program.does(&["organization", "activate", "c"]).await;
    assert_eq!(members_of(&pool, "collectifs").await, ["alice", "carl", "eve", "remi", "rita"]);
    program.does(&["organization", "deactivate", "c"]).await;
    program.does(&["organization", "delete", "b"]).await;
    assert!(members_of(&pool, "collectifs").await.is_empty());
    let kept = program.does(&["membership", "keep", "collectifs", "--rule", "any", "--json"]).await.json();
    assert_eq!(kept["members"], 1);
    assert_eq!(members_of(&pool, "collectifs").await, ["dora"]);
    // By hand: not while there is a rule.
    for arguments in [["group", "add", "collectifs", "eve"], ["group", "remove", "collectifs", "dora"]] {
        let said = program.run(&arguments).await;
        assert!(said.code == Some(1) && said.err.contains("is kept by rule"), "{said:?}");
    }
    program.does(&["membership", "release", "collectifs"]).await;
    program.does(&["group", "add", "collectifs", "eve"]).await;
    assert_eq!(members_of(&pool, "collectifs").await, ["dora", "eve"]);
}

#[sqlx::test]
async fn on_the_command_line(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    server.organization("maison", &[]).await;
    let program = Program::of(&server, &pool);
    let show = async || program.does(&["membership", "show", "alice", "--json"]).await.json();
    assert_eq!(show().await, json!({ "username": "alice", "since": null, "until": null, "status": "none" }));
    program.does(&["membership", "set", "alice", "--since", "2020-01-01", "--until", "2020-12-31"]).await;
    program.does(&["membership", "set", "alice@example.org", "--until", "2021-12-31"]).await;
    assert_eq!(
        show().await,
        json!({ "username": "alice", "since": "2020-01-01", "until": "2021-12-31", "status": "over" })
    );
    program.does(&["membership", "set", "alice", "--until", "2190-12-31"]).await;
    assert_eq!(show().await["status"], "current");
    program.does(&["membership", "set", "alice", "--since", "none", "--until", "none"]).await;
    assert_eq!(show().await["status"], "none");
    let made =
        program.does(&["membership", "set-organization", "maison", "--until", "2190-12-31", "--json"]).await.json();
    assert_eq!(made, json!({ "slug": "maison", "since": null, "until": "2190-12-31", "status": "current" }));
    let shown = program.does(&["membership", "show-organization", "maison", "--json"]).await.json();
    assert_eq!(shown, made);
    assert!(program.does(&["membership", "groups"]).await.out.contains("No group is kept by rule"));
    for (arguments, code, words) in [
        (&["membership", "set", "alice", "--since", "2021-01-01", "--until", "2020-01-01"][..], 2, "before the first"),
        (&["membership", "set", "alice", "--until", "20226-12-31"], 2, "2026-12-31"),
        (&["membership", "set", "alice", "--until", "0202-12-31"], 2, "between 1900 and 2199"),
        (&["membership", "set", "alice"], 2, "--until"),
        (&["membership", "set", "nobody", "--until", "none"], 1, "no account named nobody"),
        (&["membership", "set-organization", "none", "--until", "none"], 1, "no organization named none"),
        (&["membership", "keep", "nothing", "--rule", "member"], 1, "no group named nothing"),
        (&["membership", "keep", "admins", "--rule", "member"], 2, "built in"),
        (&["membership", "keep", "x", "--rule", "member", "--grace-days", "367"], 2, "367"),
    ] {
        let said = program.run(arguments).await;
        assert_eq!(said.code, Some(code), "{arguments:?}: {said:?}");
        assert!(said.err.contains(words), "{arguments:?}: {said:?}");
    }
    let kinds: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(kinds.iter().filter(|kind| *kind == "membership-set").count(), 4);
    assert_eq!(kinds.iter().filter(|kind| *kind == "organization-membership-set").count(), 1);
}

/// On the page of somebody: an administrator changes the dates, and reads what is wrong with them.
#[sqlx::test]
async fn on_the_console(pool: PgPool) {
    let world = World::on(Server::with(&pool, &[LOOPBACK, ONE_STEP]).await).await;
    let browser = Browser::of(&world.server);
    browser.sign_in("adm").await;
    let address = format!("/admin/users/{}", world.id("dora"));
    let page = browser.open(&address).await;
    assert!(page.text("[aria-labelledby=standing]").unwrap().contains("Pas d’adhésion"), "{}", page.body);
    let form = browser.open(&page.attribute("#edit-standing", "href").unwrap()).await;
    let wrong = browser.submit(&form, &[("since", "2026-02-01"), ("until", "2026-01-01")]).await;
    assert_eq!((wrong.status, wrong.attribute("#until", "aria-invalid")), (422, Some("true".to_owned())));
    assert_eq!(wrong.attribute("#since", "value").as_deref(), Some("2026-02-01"), "nothing typed is lost");
    let wrong = browser.submit(&form, &[("since", "hier")]).await;
    assert!(wrong.status == 422 && wrong.text("#errors").unwrap().contains("2027-12-31"), "{}", wrong.body);
    let done = browser.follow(browser.submit(&form, &[("since", "2020-01-01"), ("until", "2190-12-31")]).await).await;
    assert!(done.text("[role=status]").unwrap().contains("enregistrée"), "{}", done.body);
    assert!(done.text("[aria-labelledby=standing]").unwrap().contains("À jour · Jusqu’au 31 décembre 2190."));
    let line: (Option<uuid::Uuid>, Option<uuid::Uuid>, serde_json::Value) =
        sqlx::query_as("SELECT actor_id, user_id, details FROM audit_events WHERE kind = 'membership-set'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((line.0, line.1), (Some(world.id("adm")), Some(world.id("dora"))));
    assert_eq!(line.2["after"], json!({ "since": "2020-01-01", "until": "2190-12-31" }));
}

/// A mail, once for each last day; to whoever can read it, when the host wants it.
#[sqlx::test]
async fn reminded_once(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_MEMBERSHIP_REMINDER_DAYS", "30")]).await;
    for name in ["alice", "bob", "carl", "dan"] {
        server.person_with(name, name != "dan", None).await;
    }
    let end = |days| today(&server).checked_add_days(Days::new(days)).unwrap();
    for (name, days) in [("alice", 30), ("bob", 31), ("dan", 3)] {
        sqlx::query("UPDATE users SET membership_until = $1 WHERE username = $2")
            .bind(end(days))
            .bind(name)
            .execute(&pool)
            .await
            .unwrap();
    }
    let (one, other) = tokio::join!(membership::remind(&server.state), membership::remind(&server.state));
    one.unwrap();
    other.unwrap();
    let mail = server.mail_to("alice@example.org").await;
    assert_eq!(mail.subject, "Votre adhésion se termine bientôt");
    server.advance(TimeDelta::days(1));
    membership::remind(&server.state).await.unwrap();
    server.mail_to("bob@example.org").await;
    // Renewed, and near its end again.
    sqlx::query("UPDATE users SET membership_until = $1 WHERE username = 'alice'")
        .bind(end(10))
        .execute(&pool)
        .await
        .unwrap();
    membership::remind(&server.state).await.unwrap();
    all_left(&pool).await;
    let to = |address: &str| server.mails.all().iter().filter(|(_, mail)| mail.to == address).count();
    assert_eq!(["alice", "bob", "carl", "dan"].map(|name| to(&format!("{name}@example.org"))), [2, 1, 0, 0]);
    let quiet = server.beside(&pool, &[]).await;
    sqlx::query("UPDATE users SET membership_until = $1 WHERE username = 'carl'")
        .bind(end(5))
        .execute(&pool)
        .await
        .unwrap();
    membership::remind(&quiet.state).await.unwrap();
    all_left(&pool).await;
    assert_eq!(to("carl@example.org"), 0, "not wanted");
}
