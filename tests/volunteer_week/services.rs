//! A service is added after its recipe and tried for somebody; its logo is seen at home.

use sqlx::PgPool;

use super::hand::Hand;
use super::{at_the_console, person};
use crate::support::chromium::PATIENCE;
use crate::support::client::REDIRECT;
use crate::support::patience::within;

const NAME: &str = "Forge de l’asso";

/// The secret is seen once; who may sign in, and what the service would be told of them, is seen before anybody
/// does; whoever may not, is told to the volunteer with what is missing.
#[sqlx::test]
async fn a_forgejo_from_the_recipe(pool: PgPool) {
    let (server, volunteer) = at_the_console(&pool, &[]).await;
    let nadia = person(&server, "nadia", "Nadia", "Benali").await;
    person(&server, "bob", "Bob", "Lefèvre").await;
    server.group("equipe", &[&nadia], &[]).await;
    volunteer.press("Services").await;
    volunteer.press("Ajouter un service").await;
    volunteer.press("Forgejo, Gitea").await;
    assert_eq!(volunteer.holds("Nom du service").await, "Forgejo", "the recipe knows it");

    // A slip loses nothing of what was typed.
    volunteer.write("Adresse du service", "forge").await;
    volunteer.write("Nom du service", NAME).await;
    volunteer.tick("C’est un service de la maison").await;
    volunteer.press("Ajouter le service").await;
    volunteer.reads("Le service n’est pas ajouté").await;
    volunteer.chromium.has_focus("errors").await;
    assert_eq!(volunteer.holds("Adresse du service").await, "forge");
    assert_eq!(volunteer.holds("Nom du service").await, NAME);
    assert_eq!(volunteer.chromium.value("document.querySelector('#ours').checked").await, true);
    volunteer.write("Adresse du service", "https://forge.example.org").await;
    volunteer.press("Ajouter le service").await;

    volunteer.reads("Le secret n’est affiché que cette fois").await;
    let secret = volunteer.text("#secret").await;
    assert!(secret.starts_with("lqt_cs_"), "{secret}");
    let settings = volunteer.text("#settings").await;
    assert!(settings.contains(&format!("--secret '{secret}'")), "{settings}");
    volunteer.press("Voir la page du service").await;
    volunteer.reads("Personne ne peut encore utiliser ce service.").await;
    assert!(!volunteer.chromium.value("document.documentElement.outerHTML").await.to_string().contains(&secret));

    volunteer.press("Choisir qui peut l’utiliser").await;
    volunteer.tick("equipe").await;
    volunteer.press("Enregistrer").await;
    volunteer.reads("C’est enregistré.").await;
    assert_eq!(volunteer.texts("#people tbody td:nth-child(2)").await, ["nadia"]);

    volunteer.press("Essayer Nadia Benali").await;
    volunteer.reads(&format!("Nadia Benali peut se connecter à {NAME}")).await;
    volunteer.reads("Par le groupe equipe").await;
    let token = volunteer.text("[aria-labelledby=id-token]").await;
    for words in ["preferred_username nadia", "nadia@example.org", "[\"equipe\"]"] {
        assert!(token.contains(words), "{words}: {token}");
    }
    volunteer.write("Personne", "bob@example.org").await;
    volunteer.press("Essayer").await;
    volunteer.reads(&format!("Bob Lefèvre ne peut pas se connecter à {NAME}")).await;
    volunteer.reads("Il faudrait être dans le groupe equipe.").await;
    volunteer.reads("Le service n’apprendrait rien.").await;
    assert!(volunteer.chromium.all("#id-token").await.is_empty(), "nothing of him");
    volunteer.write("Personne", "boob").await;
    volunteer.press("Essayer").await;
    volunteer.reads("Aucun compte ne correspond.").await;
    assert_eq!(volunteer.holds("Personne").await, "boob");

    // As it was foreseen, so it is: the service is at home with her, and not with him.
    volunteer.press("Se déconnecter").await;
    let member = volunteer;
    member.sign_in("nadia").await;
    assert_eq!(member.texts("a.tile > span:last-child").await, [NAME]);
    member.press("Se déconnecter").await;
    member.sign_in("bob").await;
    member.reads("Aucun service pour le moment").await;
    member.close().await;
}

/// From the volunteer's own file to everybody's home.
#[sqlx::test]
async fn the_logo_of_a_service(pool: PgPool) {
    let (server, volunteer) = at_the_console(&pool, &[]).await;
    person(&server, "nadia", "Nadia", "Benali").await;
    let cloud = |client: &mut loquet::db::clients::Client| {
        "Nuage".clone_into(&mut client.name_fr);
        client.start_uri = Some("https://nuage.test/".to_owned());
    };
    server.service_with("nuage", REDIRECT, cloud).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nuage.png");
    super::looks::draw(&file, 640, 320);

    let member = Hand::at(&server).await;
    member.sign_in("nadia").await;
    assert_eq!(member.text(".tile-face").await, "N", "no logo yet");

    volunteer.press("Services").await;
    volunteer.press("Nuage").await;
    volunteer.press("Changer le logo").await;
    volunteer.press("Envoyer ce logo").await;
    volunteer.reads("Choisissez d’abord une image.").await;
    volunteer.attach("Choisir une image", &file).await;
    volunteer.press("Envoyer ce logo").await;
    volunteer.reads("Le logo de Nuage est enregistré.").await;
    assert_eq!(volunteer.drawn("img.emblem").await, Some(128));
    volunteer.close().await;

    // Servers tell one another what changed, a moment later.
    within(PATIENCE, "the logo is on the tile", async || {
        member.open("/").await;
        member.drawn("a.tile img").await == Some(128)
    })
    .await;
    member.close().await;
}
