//! Rights that end: at once, everywhere, and for nobody else (GR-04, OR-16, OR-30, PR-04).

use loquet::authz::delegation::Why;
use loquet::delegation::{Change, Refusal};
use sqlx::PgPool;

use crate::support::client::Answer;
use crate::support::listener::LOOPBACK;
use crate::support::{Browser, Listener, Mode, RelyingParty, Server, World};

/// A world whose services hear of sign-outs, and a replica of its server.
async fn told_world(pool: &PgPool) -> (World, Server, Listener) {
    let world = World::new(pool).await;
    let listener = Listener::start(Mode::Ok);
    let mut connection = pool.acquire().await.unwrap();
    for id in ["c_sa", "c_sb", "c_all", "c_conf"] {
        let mut client = loquet::db::clients::find(&mut connection, id).await.unwrap().unwrap();
        client.backchannel_logout_uri = Some(format!("{}/{id}", listener.url));
        world.server.change_service(&client).await;
    }
    let replica = world.server.beside(pool, &[LOOPBACK]).await;
    replica.reload().await;
    (world, replica, listener)
}

/// Somebody signed in to a service: what it holds, as another replica sees it.
async fn hold(world: &World, replica: &Server, browser: &Browser, service: &'static str) -> (RelyingParty, Answer) {
    let party = world.relying_party(service);
    let tokens = party.exchange(&browser.get(&party.authorize(&[])).await.answer("code").unwrap()).await;
    (RelyingParty::of(replica, service, Some(world.secrets[service].clone())), tokens)
}

async fn alive((party, tokens): &(RelyingParty, Answer)) -> bool {
    let userinfo = party.userinfo(&tokens.text("access_token")).await.status;
    let refreshed = party.refresh(&tokens.text("refresh_token")).await.status;
    assert_eq!(userinfo == 200, refreshed == 200, "{userinfo} {refreshed}");
    userinfo == 200
}

#[sqlx::test]
async fn a_withdrawn_access_ends_and_nothing_else(pool: PgPool) {
    let (world, replica, told) = told_world(&pool).await;
    let browser = Browser::of(&world.server);
    browser.sign_in("carl").await;
    let mut held = Vec::new();
    for service in ["c_sa", "c_sb", "c_all", "c_conf"] {
        held.push(hold(&world, &replica, &browser, service).await);
    }
    let carl = world.id("carl");
    world.desk("rita").change("a", async |work| work.withdraw(carl, "c_sa", None).await).await.unwrap();
    let mut answers = Vec::new();
    for one in &held {
        answers.push(alive(one).await);
    }
    assert_eq!(answers, [false, true, true, true]);
    let heard = told.wait_for(1).await;
    assert!(heard[0].path.ends_with("/c_sa"), "{}", heard[0].path);
    // Out of A altogether: what B gives stays, what both give too.
    world.desk("rex").change("a", async |work| work.remove_member(carl, None).await).await.unwrap();
    assert!(alive(&held[1]).await && alive(&held[2]).await);
    assert!(browser.get("/account/organizations").await.body.contains("Brasserie du port"));
    world.server.letter(&world.people["carl"].email, "Vous ne faites plus partie d’une organisation", 1).await;
}

/// OR-30: switched off, then on again.
#[sqlx::test]
async fn an_organization_switched_off(pool: PgPool) {
    let (world, replica, _told) = told_world(&pool).await;
    let (alice, carl) = (Browser::of(&world.server), Browser::of(&world.server));
    alice.sign_in("alice").await;
    carl.sign_in("carl").await;
    let held = [hold(&world, &replica, &alice, "c_sa").await, hold(&world, &replica, &carl, "c_all").await];
    let switch = |active| {
        async move |work: &mut loquet::delegation::Work<'_>| {
            work.change_organization(&Change { active: Some(active), ..Change::default() }, None).await
        }
    };
    let outcome = world.desk("rita").change("a", switch(false)).await;
    assert!(matches!(outcome, Err(Refusal::Forbidden(Why::AdministratorsOnly))));
    world.desk("adm").change("a", switch(false)).await.unwrap();
    assert!(!alive(&held[0]).await, "A alone let her in");
    assert!(alive(&held[1]).await, "B lets him in still");
    let party = world.relying_party("c_sa");
    assert_eq!(alice.get(&party.authorize(&[])).await.location().split('?').next(), Some("/refused"));
    let found = world.desk("rita").read("a", async |work| work.members("", None, None, 10).await).await.unwrap();
    assert_eq!(found.members.len(), 4, "its referents may look");
    world.desk("adm").change("a", switch(true)).await.unwrap();
    assert!(alice.get(&party.authorize(&[])).await.answer("code").is_some());
}

/// A service taken away from an organization, or given one by one from now on.
#[sqlx::test]
async fn a_service_taken_away(pool: PgPool) {
    let (world, replica, _told) = told_world(&pool).await;
    let (alice, bob) = (Browser::of(&world.server), Browser::of(&world.server));
    alice.sign_in("alice").await;
    bob.sign_in("bob").await;
    let held = [hold(&world, &replica, &alice, "c_all").await, hold(&world, &replica, &bob, "c_all").await];
    world.desk("host").change("a", async |work| work.attach("c_all", false).await).await.unwrap();
    assert!(!alive(&held[0]).await);
    world.desk("host").change("b", async |work| work.detach("c_all").await).await.unwrap();
    assert!(!alive(&held[1]).await);
    let outcome = world.desk("host").change("b", async |work| work.detach("c_all").await).await;
    assert!(matches!(outcome, Err(Refusal::Hidden)));
}

/// OR-11: only what the organization has, with roles that referents may give.
#[sqlx::test]
async fn what_referents_give(pool: PgPool) {
    let world = World::new(&pool).await;
    let alice = world.id("alice");
    let give = |service: &'static str, roles: &'static [&'static str]| {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        async move |work: &mut loquet::delegation::Work<'_>| work.grant(alice, service, &roles, None).await
    };
    for service in ["c_sb", "c_conf", "nothing", "admins"] {
        assert!(matches!(world.desk("rita").change("a", give(service, &[])).await, Err(Refusal::Hidden)), "{service}");
    }
    let outcome = world.desk("rita").change("a", give("c_sa", &["admin"])).await;
    assert!(matches!(outcome, Err(Refusal::Forbidden(Why::NotDelegable))), "{outcome:?}");
    let outcome = world.desk("rita").change("a", give("c_sa", &["boss"])).await;
    assert!(matches!(outcome, Err(Refusal::Invalid(_))), "{outcome:?}");
    world.desk("adm").change("a", give("c_sa", &["admin"])).await.unwrap();
    let kept = world.desk("rita").change("a", give("c_sa", &["viewer"])).await.unwrap();
    assert_eq!(kept.grants[0].roles, ["admin", "viewer"], "not theirs to take");
    let changed = world.desk("adm").change("a", give("c_sa", &["viewer"])).await.unwrap();
    assert_eq!(changed.grants[0].roles, ["viewer"]);
    // What a service learns of it.
    let browser = Browser::of(&world.server);
    browser.sign_in("alice").await;
    let party = world.relying_party("c_sa");
    let tokens = party.exchange(&browser.get(&party.authorize(&[])).await.answer("code").unwrap()).await;
    let claims = party.userinfo(&tokens.text("access_token")).await;
    assert_eq!(claims.body["groups"], serde_json::json!(["a", "a/viewer"]));
    assert_eq!(claims.body["roles"], serde_json::json!(["viewer"]));
}
