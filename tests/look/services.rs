//! Between a person and a service.

use loquet::db;

use super::walk::Walk;
use crate::support::client::REDIRECT;
use crate::support::{PASSWORD, RelyingParty};

/// A service that is not the host's own: it has to ask.
async fn foreign(walk: &Walk, client_id: &str) -> RelyingParty {
    let (_, secret) = walk
        .server
        .service_with(client_id, REDIRECT, |client| {
            client.ours = false;
            "Nuage des Deux Rives".clone_into(&mut client.name_fr);
            "Two Banks Cloud".clone_into(&mut client.name_en);
            client.policy_uri = Some("https://rp.test/privacy".to_owned());
            client.tos_uri = Some("https://rp.test/terms".to_owned());
            client.post_logout_redirect_uris = vec!["https://rp.test/".to_owned()];
        })
        .await;
    RelyingParty::of(&walk.server, client_id, Some(secret))
}

pub async fn consent(walk: &mut Walk) {
    let service = foreign(walk, "nuage").await;
    let alix = walk.server.person("alix").await;
    walk.server.fill_profile(&alix).await;
    let all = service.authorize(&[("scope", "openid profile email address phone groups offline_access")]);
    walk.sign_in(&all, "alix").await;
    walk.look("/consent", "consent").await;
}

pub async fn refused(walk: &mut Walk) {
    let closed = |client: &mut loquet::db::clients::Client| client.everyone = false;
    let (_, secret) = walk.server.service_with("compta", REDIRECT, closed).await;
    let service = RelyingParty::of(&walk.server, "compta", Some(secret));
    let (nicole, madeleine) = (walk.server.person("nicole").await, walk.server.person("madeleine").await);
    walk.sign_in(&service.authorize(&[]), "nicole").await;
    walk.look("/refused", "refused").await;

    let now = walk.server.state.clock.now();
    let mut connection = walk.pool.acquire().await.unwrap();
    let peoples =
        db::organizations::ensure_organization(&mut connection, "peuples", "Maison des Peuples", now).await.unwrap();
    db::organizations::attach(&mut connection, peoples, "compta", false).await.unwrap();
    for (person, referent) in [(&nicole, false), (&madeleine, true)] {
        db::organizations::add_member(&mut connection, peoples, person.id, referent, now).await.unwrap();
    }
    drop(connection);
    walk.server.reload().await;
    walk.open(&service.authorize(&[])).await;
    walk.look("/refused", "refused-by-referent").await;
}

/// Pages that go on by themselves.
pub async fn on_the_way(walk: &mut Walk) {
    let service = foreign(walk, "lettres").await;
    walk.server.person("roland").await;
    let browser = walk.stand_in();
    let page = browser.open(&service.authorize(&[("response_mode", "form_post")])).await;
    let page = browser.sign_in_on(&page, "roland", PASSWORD).await;
    let answered = browser.press(&page, "#consent-allow", &[]).await;
    let next = answered.location().to_owned();
    let page = browser.get(&next).await;
    walk.hold(&next, &page.body).await;
    walk.look("/authorize/{id}/continue", "continue").await;
    let page = browser.follow(page).await;
    let path = page.url.strip_prefix(&walk.server.url).unwrap().to_owned();
    walk.hold(&path, &page.body).await;
    walk.look("/authorize/{id}", "form-post").await;
}

pub async fn end_session(walk: &mut Walk) {
    let service = foreign(walk, "forge").await;
    walk.server.person("camille").await;
    walk.sign_in("/sign-in", "camille").await;
    let asked =
        format!("/end-session?client_id={}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F", service.client_id);
    walk.open(&asked).await;
    walk.look("/end-session", "end-session-by-service").await;
    walk.open("/end-session").await;
    walk.look("/end-session", "end-session").await;
    walk.press("#logout-confirm").await;
    walk.look("/end-session/done", "ended").await;
    let done = asked.replace("end-session", "end-session/done");
    let page = walk.stand_in().get(&done).await;
    walk.hold(&done, &page.body).await;
    walk.look("/end-session/done", "ended-to-service").await;
}
