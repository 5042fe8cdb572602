//! A person's own account.

use super::walk::Walk;
use crate::support::client::REDIRECT;
use crate::support::{PASSWORD, RelyingParty};

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

/// Everything that a home can show: categories, a search, organizations, news, a membership and the host's words.
pub async fn full_home(walk: &mut Walk) {
    let folder = tempfile::tempdir().unwrap();
    let (fr, en) = (folder.path().join("fr.md"), folder.path().join("en.md"));
    let words = "{% if days_left < 30 %}";
    std::fs::write(&fr, format!("{words}Pensez à [renouveler votre adhésion](https://adherer.test/).{{% endif %}}"))
        .unwrap();
    std::fs::write(&en, format!("{words}Remember to [renew your membership](https://join.test/).{{% endif %}}"))
        .unwrap();
    let settings = [
        ("LOQUET_MEMBERSHIP_SNIPPET_FR", fr.to_str().unwrap()),
        ("LOQUET_MEMBERSHIP_SNIPPET_EN", en.to_str().unwrap()),
        ("LOQUET_HOME_CATEGORIES_1_NAME_FR", "Travailler ensemble"),
        ("LOQUET_HOME_CATEGORIES_1_NAME_EN", "Working together"),
        ("LOQUET_HOME_CATEGORIES_1_SERVICES", "s1,s3"),
        super::walk::OPEN,
    ];
    let full = walk.server.beside(&walk.pool, &settings).await;
    let usual = std::mem::replace(&mut walk.server, full);
    let salome = walk.server.person("salome").await;
    walk.server.group("salon", &[&salome], &["s5"]).await;
    walk.server.organization("verger", &[(&salome, true)]).await;
    let soon = (walk.server.state.clock.now() + chrono::TimeDelta::days(12)).date_naive();
    sqlx::query("UPDATE users SET membership_since = '2021-03-01', membership_until = $1 WHERE username = 'salome'")
        .bind(soon)
        .execute(&walk.pool)
        .await
        .unwrap();
    sqlx::query("INSERT INTO news VALUES (true, $1, $2, now())")
        .bind("Samedi, l’assemblée **générale** a lieu [au hangar](https://lieu.test/).")
        .bind("The general **meeting** is on Saturday [at the shed](https://place.test/).")
        .execute(&walk.pool)
        .await
        .unwrap();
    walk.sign_in("/sign-in", "salome").await;
    walk.look("/", "home-full").await;
    walk.open("/?q=forge").await;
    walk.look("/", "home-found").await;
    walk.open("/?q=zzz").await;
    walk.look("/", "home-not-found").await;
    sqlx::query("UPDATE users SET membership_until = '2024-12-31' WHERE username = 'salome'")
        .execute(&walk.pool)
        .await
        .unwrap();
    walk.open("/").await;
    walk.look("/", "home-membership-over").await;
    sqlx::query("DELETE FROM news").execute(&walk.pool).await.unwrap();
    walk.server = usual;
    walk.afresh().await;
}

pub async fn own_pages(walk: &mut Walk) {
    walk.server.person("lise").await;
    walk.sign_in("/sign-in", "lise").await;
    walk.open("/account/security").await;
    walk.look("/account/security", "security").await;
}

/// Sessions, services, activity: with nothing in them, then with something.
pub async fn what_one_has(walk: &mut Walk) {
    walk.server.person("ines").await;
    walk.sign_in("/sign-in", "ines").await;
    walk.open("/account/sessions").await;
    walk.look("/account/sessions", "sessions-only-this").await;
    walk.open("/account/services").await;
    walk.look("/account/services", "services-none").await;

    let mut telephone = walk.stand_in();
    let agent =
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36";
    telephone.headers.insert("user-agent", agent.parse().unwrap());
    let foreign = |client: &mut loquet::db::clients::Client| {
        client.ours = false;
        "Agenda partagé des ateliers".clone_into(&mut client.name_fr);
        "Workshops’ shared calendar".clone_into(&mut client.name_en);
    };
    let (_, secret) = walk.server.service_with("agenda", REDIRECT, foreign).await;
    let calendar = RelyingParty::of(&walk.server, "agenda", Some(secret));
    let page = telephone.open(&calendar.authorize(&[])).await;
    let page = telephone.sign_in_on(&page, "ines", PASSWORD).await;
    telephone.follow(telephone.press(&page, "#consent-allow", &[]).await).await;
    let cloud = RelyingParty::of(&walk.server, "s1", None);
    telephone.open(&cloud.authorize(&[("scope", "openid profile")])).await;

    walk.open("/account/services").await;
    walk.look("/account/services", "services").await;
    walk.open("/account/services/s1").await;
    walk.look("/account/services/{client_id}", "service-sign-out").await;
    walk.open("/account/services/agenda").await;
    walk.look("/account/services/{client_id}", "service-withdraw").await;
    walk.press("#submit").await;
    walk.look("/account/services", "service-withdrawn").await;
    walk.open("/account/sessions").await;
    walk.look("/account/sessions", "sessions").await;
    walk.press("#end-others").await;
    walk.look("/account/sessions", "sessions-ended").await;
    walk.open("/account/activity").await;
    walk.look("/account/activity", "activity").await;
}
