//! A person's own account.

use super::walk::Walk;
use crate::support::client::REDIRECT;

/// First of all: there are no services yet.
pub async fn home(walk: &mut Walk) {
    walk.server.person("zoe").await;
    walk.sign_in("/sign-in", "zoe").await;
    walk.look("/", "home-empty").await;
    for (id, name_fr, name_en) in [
        ("s1", "Nuage", "Cloud"),
        ("s2", "Lettres d’information", "Newsletters"),
        ("s3", "Forge", "Code forge"),
        ("s4", "Comptabilité des associations adhérentes", "Accounts of member associations"),
        ("s5", "Vidéos", "Videos"),
    ] {
        let name = |client: &mut loquet::db::clients::Client| {
            name_fr.clone_into(&mut client.name_fr);
            name_en.clone_into(&mut client.name_en);
            client.start_uri = Some("https://rp.test/".to_owned());
        };
        walk.server.service_with(id, REDIRECT, name).await;
    }
    walk.open("/").await;
    walk.look("/", "home").await;
}

pub async fn own_pages(walk: &mut Walk) {
    walk.server.person("lise").await;
    walk.sign_in("/sign-in", "lise").await;
    walk.open("/account/security").await;
    walk.look("/account/security", "security").await;
}
