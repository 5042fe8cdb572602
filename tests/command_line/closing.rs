//! GR-04 and domain.md: whatever closes a service to somebody ends what it holds of them, in the same
//! transaction, and it is told; those who are still let in go on.

use std::time::Duration;

use loquet::crypto::Vault;
use sqlx::PgPool;

use crate::support::client::{Answer, REDIRECT};
use crate::support::listener::LOOPBACK;
use crate::support::program::Program;
use crate::support::{Browser, Listener, Mode, RelyingParty, Server};

/// Alice, whom the thing about to be done concerns, and bob, whom it does not: both have tokens.
struct Scene {
    server: Server,
    program: Program,
    told: Listener,
    rp: RelyingParty,
    tokens: [Answer; 2],
}

impl Scene {
    /// `before` opens the service; with it, both sign in there.
    async fn new(pool: &PgPool, everyone: bool, before: &[&[&str]]) -> Self {
        let told = Listener::start(Mode::Ok);
        let server = Server::replica(pool, &[LOOPBACK], &Vault::generate_master_key()).await;
        let program = Program::of(&server, pool).with("LOQUET_OUTGOING_ALLOWED_NETWORKS", "127.0.0.0/8");
        for name in ["alice", "bob"] {
            server.person(name).await;
        }
        let address = format!("{}/told", told.url);
        let (_, secret) = server
            .service_with("wiki", REDIRECT, |client| {
                client.everyone = everyone;
                client.backchannel_logout_uri = Some(address);
            })
            .await;
        for arguments in before {
            program.does(arguments).await;
        }
        server.reload().await;
        let rp = RelyingParty::of(&server, "wiki", Some(secret));
        let mut tokens = Vec::new();
        for name in ["alice", "bob"] {
            tokens.push(rp.exchange(&rp.code(&Browser::of(&server), name).await).await);
        }
        let tokens = tokens.try_into().unwrap();
        Self { server, program, told, rp, tokens }
    }

    /// Does it; what ended ended for good, even when it is undone.
    async fn closes(&self, pool: &PgPool, arguments: &[&str], for_bob: bool) {
        self.program.does(arguments).await;
        let ended: i64 = sqlx::query_scalar("SELECT count(*) FROM oauth_sessions WHERE revoked_at IS NOT NULL")
            .fetch_one(pool)
            .await
            .unwrap();
        assert_eq!(ended, if for_bob { 2 } else { 1 }, "{arguments:?}");
        self.server.reload().await;
        for (answer, over) in self.tokens.iter().zip([true, for_bob]) {
            let status = self.rp.userinfo(&answer.text("access_token")).await.status;
            assert_eq!(status == 200, !over, "{arguments:?}: {status}");
            let refreshed = self.rp.refresh(&answer.text("refresh_token")).await;
            assert_eq!(refreshed.status == 200, !over, "{arguments:?}: {:?}", refreshed.body);
        }
        let notices = if for_bob { 2 } else { 1 };
        assert_eq!(self.told.wait_for(notices).await.len(), notices);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(self.told.heard().len(), notices, "bob’s session there goes on");
    }
}

const GROUP: &[&[&str]] = &[
    &["group", "create", "bureau"],
    &["group", "create", "autres"],
    &["group", "add", "bureau", "alice"],
    &["group", "add", "autres", "bob"],
    &["client", "set", "wiki", "--allow-group", "bureau", "--allow-group", "autres"],
];

const ORGANIZATION: &[&[&str]] = &[
    &["organization", "create", "atelier", "--name", "Atelier"],
    &["organization", "create", "fournil", "--name", "Fournil"],
    &["organization", "member", "add", "atelier", "alice", "--without-consent"],
    &["organization", "member", "add", "fournil", "bob", "--without-consent"],
    &["organization", "attach", "atelier", "wiki"],
    &["organization", "attach", "fournil", "wiki", "--all-members"],
    &["organization", "grant", "atelier", "alice", "wiki"],
];

#[sqlx::test]
async fn taken_out_of_a_group(pool: PgPool) {
    Scene::new(&pool, false, GROUP).await.closes(&pool, &["group", "remove", "bureau", "alice", "bob"], false).await;
}

#[sqlx::test]
async fn a_group_removed(pool: PgPool) {
    Scene::new(&pool, false, GROUP).await.closes(&pool, &["group", "delete", "bureau"], false).await;
}

#[sqlx::test]
async fn a_group_not_let_in_any_more(pool: PgPool) {
    let scene = Scene::new(&pool, false, GROUP).await;
    let refused = scene.program.run(&["client", "set", "wiki", "--disallow-group", "admins"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    scene.closes(&pool, &["client", "set", "wiki", "--disallow-group", "bureau"], false).await;
}

/// Bob is in a group that is let in, so a service that is not open to everybody any more goes on for him.
#[sqlx::test]
async fn not_open_to_everybody_any_more(pool: PgPool) {
    let only_bob = &[&["client", "set", "wiki", "--allow-group", "autres"][..], &["group", "add", "autres", "bob"]];
    let scene = Scene::new(&pool, true, only_bob).await;
    scene.closes(&pool, &["client", "set", "wiki", "--policy", "restricted"], false).await;
}

#[sqlx::test]
async fn a_service_switched_off(pool: PgPool) {
    let scene = Scene::new(&pool, true, &[]).await;
    scene.closes(&pool, &["client", "set", "wiki", "--enabled", "false"], true).await;
}

#[sqlx::test]
async fn an_access_withdrawn(pool: PgPool) {
    let withdraw = ["organization", "withdraw", "atelier", "alice", "wiki"];
    Scene::new(&pool, false, ORGANIZATION).await.closes(&pool, &withdraw, false).await;
}

#[sqlx::test]
async fn a_service_taken_away_from_an_organization(pool: PgPool) {
    let detach = ["organization", "detach", "atelier", "wiki"];
    Scene::new(&pool, false, ORGANIZATION).await.closes(&pool, &detach, false).await;
}

#[sqlx::test]
async fn a_member_taken_out(pool: PgPool) {
    let remove = ["organization", "member", "remove", "atelier", "alice"];
    Scene::new(&pool, false, ORGANIZATION).await.closes(&pool, &remove, false).await;
}

#[sqlx::test]
async fn an_organization_switched_off_or_deleted(pool: PgPool) {
    let scene = Scene::new(&pool, false, ORGANIZATION).await;
    scene.closes(&pool, &["organization", "deactivate", "atelier"], false).await;
    scene.program.does(&["organization", "activate", "atelier"]).await;
    let alice = scene.tokens[0].text("refresh_token");
    assert_eq!(scene.rp.refresh(&alice).await.status, 400, "over for good");
    scene.program.does(&["organization", "delete", "fournil"]).await;
    let bob = scene.tokens[1].text("access_token");
    assert_eq!(scene.rp.userinfo(&bob).await.status, 401);
}
