//! What is held about a person: organizations, a copy, the end.

use std::time::Duration;

use loquet::db;

use super::walk::Walk;
use crate::support::organizations::invitation;
use crate::support::patience::within;
use crate::support::people::Person;

async fn organization(walk: &Walk, slug: &str, name: &str, members: &[(&Person, bool)]) -> uuid::Uuid {
    let id = walk.server.organization(slug, members).await;
    sqlx::query("UPDATE organizations SET name = $2 WHERE id = $1")
        .bind(id)
        .bind(name)
        .execute(&walk.pool)
        .await
        .unwrap();
    id
}

pub async fn organizations(walk: &mut Walk) {
    let (samia, paul) = (walk.server.person("samia").await, walk.server.person("paul").await);
    walk.sign_in("/sign-in", "samia").await;
    walk.open("/account/organizations").await;
    walk.look("/account/organizations", "organizations-none").await;
    let workshop = organization(walk, "atelier", "Atelier des Deux Rives", &[(&samia, false), (&paul, true)]).await;
    organization(walk, "chorale", "Chorale du Port", &[(&samia, true)]).await;
    walk.server.attach(workshop, "s3", true).await;
    walk.server.attach(workshop, "s4", false).await;
    let now = walk.server.state.clock.now();
    let mut connection = walk.pool.acquire().await.unwrap();
    db::organizations::grant(&mut connection, workshop, samia.id, "s4", &[], now).await.unwrap();
    drop(connection);
    let library = organization(walk, "biblio", "Bibliothèque de rue", &[(&paul, true)]).await;
    walk.server.attach(library, "s3", true).await;
    let token = walk.server.invite(library, &samia.email, true, Some(&paul), &[]).await;
    let link = invitation(&token);
    walk.open("/account/organizations").await;
    walk.look("/account/organizations", "organizations").await;
    walk.open("/account/organizations/atelier").await;
    walk.look("/account/organizations/{slug}", "organization").await;
    walk.open("/account/organizations/atelier/leave").await;
    walk.look("/account/organizations/{slug}/leave", "organization-leave").await;
    walk.open("/account/organizations/atelier/services/s4").await;
    walk.look("/account/organizations/{slug}/services/{client_id}", "service-give-up").await;
    walk.open("/account/organizations/atelier/services/s3").await;
    walk.look("/account/organizations/{slug}/services/{client_id}", "service-of-all").await;
    walk.open("/account/organizations/chorale/leave").await;
    walk.look("/account/organizations/{slug}/leave", "organization-alone").await;
    walk.open("/account/data/delete").await;
    walk.look("/account/data/delete", "delete-alone").await;

    walk.open(&link).await;
    walk.look("/invitation", "invitation").await;
    walk.sign_in("/sign-in", "paul").await;
    walk.open(&link).await;
    walk.look_at_fault("/invitation", "invitation-of-another").await;
    walk.afresh().await;
    walk.open(&link).await;
    walk.look("/invitation", "invitation-sign-in").await;
    let token = walk.server.invite(library, "mona.lemaire@example.org", false, None, &[]).await;
    walk.open(&invitation(&token)).await;
    walk.press("#sign-up").await;
    walk.look("/invitation/account", "invitation-account").await;
    walk.chromium.fill("#username", "mona").await;
    walk.chromium.fill("#password", "une phrase toute neuve").await;
    walk.press("#submit").await;
    walk.look("/invitation/account", "invitation-account-done").await;
    let token = walk.server.invite(library, "ugo.prat@example.org", false, None, &[]).await;
    walk.afresh().await;
    walk.open(&invitation(&token)).await;
    walk.press("#decline").await;
    walk.look("/invitation", "invitation-declined").await;
}

pub async fn export_and_deletion(walk: &mut Walk) {
    let mina = walk.server.person("mina").await;
    walk.server.fill_profile(&mina).await;
    organization(walk, "radio", "Radio du quartier", &[(&mina, false)]).await;
    if walk.lang == "en" {
        let sql = "UPDATE users SET locale = 'en' WHERE id = $1";
        sqlx::query(sql).bind(mina.id).execute(&walk.pool).await.unwrap();
    }
    walk.sign_in("/sign-in", "mina").await;
    walk.open("/account/data").await;
    walk.look("/account/data", "data").await;
    walk.open("/account/data/export").await;
    walk.look("/account/data/export", "export").await;
    walk.open("/account/data/delete").await;
    walk.look("/account/data/delete", "delete").await;
    walk.press("#submit").await;
    walk.look("/account/data", "data-leaving").await;
    walk.open("/").await;
    walk.look("/", "home-leaving").await;
    let link = || {
        let mails = walk.server.mails.all().into_iter();
        let text = mails.map(|(_, mail)| mail).find(|mail| mail.to == mina.email)?.text;
        text.split_whitespace().find(|word| word.contains("/keep-account/")).map(str::to_owned)
    };
    within(Duration::from_secs(20), "the mail", async || link().is_some()).await;
    let link = link().unwrap();
    walk.afresh().await;
    walk.open(&link).await;
    walk.look("/keep-account", "keep-account").await;
    walk.press("#submit").await;
    walk.look("/keep-account", "keep-account-done").await;
}
