//! Somebody new is let in, somebody is found among very many, two accounts become one.

use std::time::Instant;

use sqlx::PgPool;

use super::hand::Hand;
use super::{at_the_console, person};
use crate::support::PASSWORD;
use crate::support::client::REDIRECT;

/// Whoever asked for an account waits, is let in, hears of it by mail, and comes in by its link.
#[sqlx::test]
async fn a_registration_that_waits(pool: PgPool) {
    let settings = [("LOQUET_REGISTRATION_MODE", "open"), ("LOQUET_REGISTRATION_APPROVAL", "always")];
    let (server, volunteer) = at_the_console(&pool, &settings).await;
    volunteer.reads("Rien à traiter pour le moment.").await;
    let camille = Hand::at(&server).await;
    camille.open("/sign-in").await;
    camille.press("Créer un compte").await;
    camille.write("Votre adresse e-mail", "camille@example.org").await;
    camille.press("Recevoir le lien").await;
    let link = server.link("camille@example.org", "Terminez la création de votre compte", 1).await;
    camille.chromium.open(&link).await;
    camille.write("Identifiant", "camille").await;
    camille.write("Mot de passe", PASSWORD).await;
    camille.press("Créer mon compte").await;
    camille.reads("Votre demande est arrivée").await;
    camille.sign_in("camille").await;
    camille.reads("La connexion n’a pas abouti").await;

    volunteer.press("Vue d’ensemble").await;
    volunteer.press("1 nouveau compte attend une réponse").await;
    volunteer.press("Accepter camille").await;
    volunteer.reads("camille peut maintenant se connecter. Un e-mail est en route vers camille@example.org.").await;
    volunteer.reads("Aucun nouveau compte").await;
    volunteer.press("Vue d’ensemble").await;
    volunteer.reads("Rien à traiter pour le moment.").await;
    volunteer.close().await;

    let link = server.link("camille@example.org", "Votre compte est prêt", 1).await;
    camille.chromium.open(&link).await;
    camille.sign_in_here("camille").await;
    camille.reads("Bonjour, camille").await;
    camille.close().await;
}

/// How many others there are. Writing them takes longer than all the rest: a million are for whoever asks.
fn others() -> i32 {
    std::env::var("VOLUNTEER_PEOPLE").map_or(100_000, |number| number.parse().unwrap())
}

/// By name, by address and by the number of the account, each in a page's time.
#[sqlx::test]
async fn somebody_among_very_many(pool: PgPool) {
    let (server, volunteer) = at_the_console(&pool, &[]).await;
    let zelie = person(&server, "zq", "Zélie", "Quintrec").await;
    let start = Instant::now();
    sqlx::query(
        "INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, created_at, updated_at)
         SELECT gen_random_uuid(), 'person-' || i, 'person.' || i || '@people.example', now(),
             (ARRAY['Lucie', 'Honoré', 'Zoé', 'Karim', 'Anaïs', 'Noémie', 'Inès', 'Zélie'])[1 + i % 8],
             (ARRAY['Marie', 'Fabre', 'Benali', 'Lefèvre', 'Le Goff', 'Müller', 'Petit', 'Moreau', 'Martin'])[1 + i % 9],
             'fr', now(), now()
         FROM generate_series(1, $1) i",
    )
    .bind(others())
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("ANALYZE users").execute(&pool).await.unwrap();
    println!("{} people in {:?}", others(), start.elapsed());

    volunteer.press("Personnes").await;
    let id = zelie.id.to_string();
    for text in ["quintrec", "zelie quin", "ZQ@", "zq@example.org", &id] {
        volunteer.write("Nom, identifiant ou adresse e-mail", text).await;
        let asked = Instant::now();
        volunteer.press("Chercher").await;
        println!("«{text}» in {:?}, with the browser's own time", asked.elapsed());
        assert_eq!(volunteer.texts("#people tbody th").await, ["Zélie Quintrec"], "{text}");
        assert_eq!(volunteer.holds("Nom, identifiant ou adresse e-mail").await, text);
    }
    volunteer.press("Zélie Quintrec").await;
    assert_eq!(volunteer.text("h1").await, "Zélie Quintrec");
    volunteer.reads(&id).await;

    // A name that thousands have is a page, and then another.
    volunteer.press("Toutes les personnes").await;
    volunteer.write("Nom, identifiant ou adresse e-mail", "zélie").await;
    volunteer.press("Chercher").await;
    let first = volunteer.texts("#people tbody td:nth-child(2)").await;
    volunteer.press("Page suivante").await;
    let second = volunteer.texts("#people tbody td:nth-child(2)").await;
    assert_eq!((first.len(), second.len()), (50, 50));
    assert!(second.iter().all(|username| !first.contains(username)), "{second:?}");
    volunteer.press("Première page").await;
    assert_eq!(volunteer.texts("#people tbody td:nth-child(2)").await, first);
    volunteer.write("Nom, identifiant ou adresse e-mail", "quintrek").await;
    volunteer.press("Chercher").await;
    volunteer.reads("Personne ne correspond à « quintrek »").await;
    volunteer.close().await;
}

/// What the one had, the other has; the one is no account any more, at once, wherever it was open.
#[sqlx::test]
async fn two_accounts_of_one_person(pool: PgPool) {
    const TITLE: &str = "Vos deux comptes n’en font plus qu’un";
    let (server, volunteer) = at_the_console(&pool, &[]).await;
    person(&server, "camille", "Camille", "Petit").await;
    let other = person(&server, "camille.b", "Camille", "Petit").await;
    let books = |client: &mut loquet::db::clients::Client| {
        client.everyone = false;
        "Comptabilité".clone_into(&mut client.name_fr);
        client.start_uri = Some("https://compta.test/".to_owned());
    };
    server.service_with("compta", REDIRECT, books).await;
    let house = server.organization("brasserie", &[(&other, false)]).await;
    server.attach(house, "compta", true).await;
    server.group("bureau", &[&other], &[]).await;
    let camille = Hand::at(&server).await;
    camille.sign_in("camille.b").await;
    assert_eq!(camille.texts("a.tile > span:last-child").await, ["Comptabilité"]);

    volunteer.press("Personnes").await;
    volunteer.write("Nom, identifiant ou adresse e-mail", "petit").await;
    volunteer.press("Chercher").await;
    assert_eq!(volunteer.texts("#people tbody td:nth-child(2)").await, ["camille", "camille.b"]);
    volunteer.press_beside("Camille Petit", "camille").await;
    volunteer.reads("Cette personne n’est dans aucune organisation.").await;
    volunteer.press("Réunir un autre compte avec celui-ci").await;
    volunteer.write("Le compte qui disparaît", "camille.x").await;
    volunteer.press("Comparer les deux").await;
    volunteer.reads("Ce compte n’existe pas.").await;
    assert_eq!(volunteer.holds("Le compte qui disparaît").await, "camille.x");
    volunteer.write("Le compte qui disparaît", "camille.b").await;
    volunteer.press("Comparer les deux").await;
    assert_eq!(volunteer.texts("#both tbody tr:nth-child(2) td").await, ["camille", "camille.b"]);
    for words in ["accès qui y ont été donnés : Maison brasserie.", "dans ces groupes : bureau."] {
        volunteer.reads(words).await;
    }
    volunteer.press("Réunir les deux comptes").await;
    volunteer.reads("Les deux comptes n’en font plus qu’un : Camille Petit.").await;
    assert_eq!(volunteer.text("[aria-labelledby=memberships] li").await, "Maison brasserie");
    assert!(volunteer.text("[aria-labelledby=account]").await.contains("Groupes bureau"));
    volunteer.close().await;

    camille.open("/").await;
    camille.chromium.comes_to(&server.url, "/sign-in").await;
    camille.sign_in("camille.b").await;
    camille.reads("Cet identifiant et ce mot de passe ne vont pas ensemble.").await;
    camille.sign_in("camille").await;
    assert_eq!(camille.texts("a.tile > span:last-child").await, ["Comptabilité"]);
    for address in ["camille@example.org", "camille.b@example.org"] {
        server.mail_titled(address, TITLE).await;
    }
    camille.close().await;
}
