//! One member: what a referent sees of them (OR-06, OR-07), what they may use, their place, their leaving.

use sqlx::PgPool;

use super::scene::{ATELIER, Scene, csrf, lines};

fn page_of(scene: &Scene, login: &str) -> String {
    format!("{ATELIER}/members/{}", scene.id(login))
}

/// OR-06, OR-07: name, address, place, services here, the day of the last visit; nothing of elsewhere.
#[sqlx::test]
async fn what_is_seen_of_a_member(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.grant("atelier", "carl", "cloud", &["viewer"]).await;
    scene.grant("fournil", "carl", "forge", &[]).await;
    scene.browser("carl").await;
    let rita = scene.browser("rita").await;
    let page = rita.open(&page_of(&scene, "carl")).await;
    assert_eq!(page.text("h1").unwrap(), "Carl Noël");
    let today = scene.server.state.texts.find("fr").unwrap().date(&scene.server.state.clock.now());
    assert_eq!(page.texts(".facts dd"), ["carl@example.org", "Membre", &today, &today]);
    assert_eq!(page.texts(".access legend"), ["Compta", "Nuage", "Site"]);
    assert_eq!(page.texts("input[name=access][checked]").len(), 1);
    assert_eq!(page.attribute("input[name=role][checked]", "value").unwrap(), "cloud viewer");
    for secret in ["Fournil", "fournil", "Forge", "forge", "127.0.0", "Chrome"] {
        assert!(!page.body.contains(secret), "{secret}: {}", page.body);
    }
    let unseen = rita.open(&page_of(&scene, "alice")).await;
    assert!(unseen.texts(".facts dd")[3].contains("pas récemment"));
    // A role that only the host gives is shown, and cannot be ticked.
    assert!(page.attribute("input[value='cloud owner']", "disabled").is_some());
    let adm = scene.browser("adm").await.open(&page_of(&scene, "carl")).await;
    assert!(adm.attribute("input[value='cloud owner']", "disabled").is_none());
    let aud = scene.browser("aud").await.open(&page_of(&scene, "carl")).await;
    assert!(aud.status == 200 && aud.text("main input, #remove, #role, #submit").is_none(), "{}", aud.body);
    // Who is not in it is nobody, and who may not look is told so.
    for (login, about, status) in [
        ("rita", "bob", 404),
        ("rita", "dora", 404),
        ("alice", "carl", 403),
        ("dora", "carl", 404),
        ("bob", "alice", 404),
    ] {
        let browser = scene.browser(login).await;
        for part in ["", "/role", "/remove"] {
            let path = format!("{}{part}", page_of(&scene, about));
            assert_eq!(browser.get(&path).await.status, status, "{login} {path}");
            let token = csrf(&browser).await;
            let form = [("csrf", token.as_str()), ("role", "referent"), ("version", "x")];
            assert_eq!(browser.post(&path, &form).await.status, status, "{login} {path}");
        }
    }
    assert_eq!(rita.get(&format!("{ATELIER}/members/x")).await.status, 404);
}

/// Exactly what is ticked; what only the host gives stays.
#[sqlx::test]
async fn accesses_are_saved(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.grant("atelier", "alice", "cloud", &["owner"]).await;
    let rita = scene.browser("rita").await;
    let path = page_of(&scene, "alice");
    let page = rita.open(&path).await;
    let (token, version) = (csrf(&rita).await, page.attribute("input[name=version]", "value").unwrap());
    let save = async |fields: &[(&str, &str)], version: &str| {
        let form: Vec<(&str, &str)> =
            [("csrf", token.as_str()), ("version", version)].into_iter().chain(fields.iter().copied()).collect();
        rita.post(&path, &form).await
    };
    let saved = save(&[("access", "cloud"), ("role", "cloud editor"), ("access", "compta")], &version).await;
    assert_eq!(saved.location(), format!("{path}?done=saved"));
    let grant =
        |service: &str, roles: &[&str]| (service.to_owned(), roles.iter().map(|role| (*role).to_owned()).collect());
    assert_eq!(scene.grants("atelier", "alice").await, [grant("cloud", &["editor", "owner"]), grant("compta", &[])]);
    assert_eq!(
        rita.follow(saved).await.text(".notice").unwrap(),
        "C’est enregistré : voici ce que peut maintenant utiliser Alice Martin."
    );
    // OR-18: rex's page is of before. What he ticked is there still, beside what holds.
    let rex = scene.browser("rex").await;
    let form = [("csrf", &*csrf(&rex).await), ("version", &*version), ("access", "cloud")];
    let late = rex.post(&path, &form).await;
    assert_eq!((late.status, late.text("#errors h2").unwrap()), (409, "Cela a changé entre-temps".to_owned()));
    assert!(late.attribute("input[value=cloud]", "checked").is_some());
    assert!(late.attribute("input[value=compta]", "checked").is_none());
    assert_eq!(lines(&late, ".access .field-error"), ["En ce moment : Oui", "En ce moment : Oui, avec editor, owner"]);
    assert_eq!(scene.grants("atelier", "alice").await.len(), 2, "nothing was done");
    let question = rex.submit(&late, &[]).await;
    assert_eq!(question.status, 303);
    assert_eq!(scene.grants("atelier", "alice").await, [grant("cloud", &["owner"])]);

    // To take the access takes the role that she could not give back.
    let version = rita.open(&path).await.attribute("input[name=version]", "value").unwrap();
    let question = save(&[("access", "compta")], &version).await;
    assert_eq!(question.text("h1").unwrap(), "Retirer à Alice Martin l’accès à Nuage ?");
    assert_eq!(scene.grants("atelier", "alice").await, [grant("cloud", &["owner"])]);
    assert_eq!(rita.submit(&question, &[]).await.status, 303);
    assert_eq!(scene.grants("atelier", "alice").await, [grant("compta", &[])]);

    // OR-09, OR-11: what the form does not offer is not to be had by it.
    let version = rita.open(&path).await.attribute("input[name=version]", "value").unwrap();
    assert_eq!(save(&[("access", "compta"), ("role", "cloud owner")], &version).await.status, 403);
    assert_eq!(save(&[("access", "compta"), ("role", "cloud boss")], &version).await.status, 400);
    assert_eq!(
        save(&[("access", "compta"), ("access", "forge"), ("email", "x@y.test"), ("role", "forge x")], &version)
            .await
            .status,
        303
    );
    assert_eq!(scene.grants("atelier", "alice").await, [grant("compta", &[])]);
    let emails: Vec<String> =
        sqlx::query_scalar("SELECT email FROM users WHERE username = 'alice'").fetch_all(&pool).await.unwrap();
    assert_eq!(emails, ["alice@example.org"]);
    // An administrator gives any role.
    let adm = scene.browser("adm").await;
    let page = adm.open(&path).await;
    let version = page.attribute("input[name=version]", "value").unwrap();
    let form = [("csrf", &*csrf(&adm).await), ("version", &*version), ("role", "cloud owner")];
    assert_eq!(adm.post(&path, &form).await.status, 303);
    assert_eq!(scene.grants("atelier", "alice").await, [grant("cloud", &["owner"])]);
}

/// A referent more, one less; never the last; told to those concerned (OR-14, OR-19).
#[sqlx::test]
async fn referents_are_made(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    let question = rita.open(&format!("{}/role", page_of(&scene, "alice"))).await;
    assert_eq!(question.text("h1").unwrap(), "Nommer Alice Martin personne référente de « Atelier des Deux Rives » ?");
    let done = rita.submit(&question, &[]).await;
    assert_eq!(done.location(), format!("{}?done=referent", page_of(&scene, "alice")));
    assert!(rita.follow(done).await.text(".notice").unwrap().contains("personne référente"));
    assert_eq!(scene.server.mail_to("alice@example.org").await.subject, "Vous êtes maintenant personne référente");
    assert_eq!(scene.server.mail_to("rex@example.org").await.subject, "Une nouvelle personne référente");
    assert_eq!(rita.submit(&question, &[]).await.status, 409, "of before");

    // rex unmakes himself and alice; rita is the last.
    let rex = scene.browser("rex").await;
    let question = rex.open(&format!("{}/role", page_of(&scene, "alice"))).await;
    assert_eq!(rex.submit(&question, &[]).await.status, 303);
    let own = rex.open(&format!("{}/role", page_of(&scene, "rex"))).await;
    assert_eq!(own.text("h1").unwrap(), "Ne plus vous occuper de « Atelier des Deux Rives » ?");
    assert_eq!(rex.submit(&own, &[]).await.location(), "/account/organizations");
    assert_eq!(rex.get(ATELIER).await.status, 403);
    let last = rita.open(&format!("{}/role", page_of(&scene, "rita"))).await;
    assert!(
        last.text(".notice").unwrap().contains("Personne d’autre") && last.text("#submit").is_none(),
        "{}",
        last.body
    );
    let page = rita.open(&page_of(&scene, "rita")).await;
    let version = page.attribute("input[name=version]", "value").unwrap();
    let form = [("csrf", &*csrf(&rita).await), ("version", &*version), ("role", "member")];
    let refused = rita.post(&format!("{}/role", page_of(&scene, "rita")), &form).await;
    assert_eq!((refused.status, refused.text("h1").unwrap().contains("a besoin de quelqu’un")), (403, true));
    let refused = rita.post(&format!("{}/remove", page_of(&scene, "rita")), &form).await;
    assert_eq!(refused.status, 403);
    // The host may, warned.
    let adm = scene.browser("adm").await;
    let question = adm.open(&format!("{}/role", page_of(&scene, "rita"))).await;
    assert!(question.text(".notice").is_some());
    assert_eq!(adm.submit(&question, &[]).await.status, 303);
    let roles: Vec<String> = scene.roles("atelier").await.into_iter().map(|(_, role)| role).collect();
    assert_eq!(roles, ["member"; 4]);
}

/// OR-16: taken out of here, with what came from here; asked first, by name and effect.
#[sqlx::test]
async fn somebody_is_removed(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.grant("atelier", "carl", "cloud", &["editor"]).await;
    scene.grant("fournil", "carl", "forge", &[]).await;
    let rita = scene.browser("rita").await;
    let path = format!("{}/remove", page_of(&scene, "carl"));
    let question = rita.open(&path).await;
    assert_eq!(question.text("h1").unwrap(), "Retirer Carl Noël de « Atelier des Deux Rives » ?");
    assert!(
        question.text("section p").unwrap().ends_with("les accès qui viennent d’ici : Nuage et Site."),
        "{}",
        question.body
    );
    scene.grant("atelier", "carl", "compta", &[]).await;
    let again = rita.submit(&question, &[]).await;
    assert_eq!(again.status, 409);
    assert!(again.text("section p:nth-of-type(2)").unwrap().ends_with("Compta, Nuage et Site."), "{}", again.body);
    let done = rita.submit(&again, &[]).await;
    assert!(done.location().starts_with(&format!("{ATELIER}?done=")));
    let page = rita.follow(done).await;
    assert_eq!(page.text(".notice").unwrap(), "Carl Noël ne fait plus partie de « Atelier des Deux Rives ».");
    assert_eq!(scene.roles("atelier").await.len(), 3);
    assert_eq!(scene.roles("fournil").await.len(), 2);
    assert_eq!(scene.grants("fournil", "carl").await.len(), 1);
    assert_eq!(scene.server.mail_to("carl@example.org").await.subject, "Vous ne faites plus partie d’une organisation");
    assert_eq!(rita.submit(&again, &[]).await.status, 404);
    // Herself: she is asked as herself.
    let own = rita.open(&format!("{}/remove", page_of(&scene, "rita"))).await;
    assert_eq!(own.text("h1").unwrap(), "Quitter « Atelier des Deux Rives » ?");
    assert_eq!(rita.submit(&own, &[]).await.location(), "/account/organizations?done=left");
    // OR-15: rex, removed meanwhile, does nothing any more.
    let rex = scene.browser("rex").await;
    let question = rex.open(&format!("{}/remove", page_of(&scene, "alice"))).await;
    let sql = "DELETE FROM memberships WHERE user_id = $1";
    sqlx::query(sql).bind(scene.id("rex")).execute(&pool).await.unwrap();
    assert_eq!(rex.submit(&question, &[]).await.status, 404);
    assert_eq!(scene.roles("atelier").await, [("alice".to_owned(), "member".to_owned())]);
}
