//! What is held about a person: organizations, a copy, the end.

use std::time::Duration;

use loquet::crypto::Plain;
use loquet::db;
use loquet::db::invitations::NewInvitation;
use loquet::types::Email;

use super::walk::Walk;
use crate::support::patience::within;
use crate::support::people::Person;

async fn organization(walk: &Walk, slug: &str, name: &str, members: &[(&Person, bool)]) -> uuid::Uuid {
    let now = walk.server.state.clock.now();
    let mut connection = walk.pool.acquire().await.unwrap();
    let id = db::organizations::ensure_organization(&mut connection, slug, name, now).await.unwrap();
    for (member, referent) in members {
        db::organizations::add_member(&mut connection, id, member.id, *referent, now).await.unwrap();
    }
    id
}

async fn invite(walk: &Walk, organization: uuid::Uuid, address: &str, referent: bool) -> Plain {
    let (token, now) = (Plain::random("lqt_oi_"), walk.server.state.clock.now());
    let invitation = NewInvitation {
        organization,
        email: &Email::parse(address).unwrap(),
        referent,
        grants: &[],
        token: token.hashed(),
        created_by: None,
        by_host: true,
        expires_at: now + chrono::TimeDelta::days(7),
    };
    let mut connection = walk.pool.acquire().await.unwrap();
    db::invitations::insert(&mut connection, &invitation, now).await.unwrap();
    token
}

pub async fn organizations(walk: &mut Walk) {
    let (samia, paul) = (walk.server.person("samia").await, walk.server.person("paul").await);
    walk.sign_in("/sign-in", "samia").await;
    walk.open("/account/organizations").await;
    walk.look("/account/organizations", "organizations-none").await;
    let workshop = organization(walk, "atelier", "Atelier des Deux Rives", &[(&samia, false), (&paul, true)]).await;
    organization(walk, "chorale", "Chorale du Port", &[(&samia, true)]).await;
    let mut connection = walk.pool.acquire().await.unwrap();
    db::organizations::attach(&mut connection, workshop, "s3", true).await.unwrap();
    drop(connection);
    let library = organization(walk, "biblio", "Bibliothèque de rue", &[(&paul, true)]).await;
    let token = invite(walk, library, &samia.email, true).await;
    let link = format!("/invitation/{}", token.reveal());
    walk.open("/account/organizations").await;
    walk.look("/account/organizations", "organizations").await;
    walk.open("/account/organizations/atelier").await;
    walk.look("/account/organizations/{slug}", "organization-leave").await;
    walk.open("/account/organizations/chorale").await;
    walk.look("/account/organizations/{slug}", "organization-alone").await;
    walk.open("/account/data/delete").await;
    walk.look("/account/data/delete", "delete-alone").await;

    walk.open(&link).await;
    walk.look("/invitation", "invitation").await;
    walk.sign_in("/sign-in", "paul").await;
    walk.open(&link).await;
    walk.look("/invitation", "invitation-of-another").await;
    walk.afresh().await;
    walk.open(&link).await;
    walk.look("/invitation", "invitation-sign-in").await;
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
