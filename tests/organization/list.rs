//! The list: pasted or sent, looked at, applied; and taken away as it is today.

use sqlx::PgPool;

use super::scene::{ATELIER, Scene, csrf, lines};
use crate::support::{Browser, Reply};

/// Sends a form of the list: as text, and perhaps as a file.
async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)], file: Option<&[u8]>) -> Reply {
    let token = csrf(browser).await;
    let fields: Vec<(&str, &str)> = [("csrf", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.send_form(&format!("{ATELIER}/{path}"), &fields, file.map(|bytes| ("file", bytes))).await
}

/// Presses a button of a preview.
async fn apply(browser: &Browser, page: &Reply) -> Reply {
    let (_, values) = page.form("#submit");
    let fields: Vec<(&str, &str)> = values
        .iter()
        .filter(|(name, _)| *name != "csrf")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    send(browser, "list/apply", &fields, None).await
}

fn group(page: &Reply, title: &str) -> Vec<String> {
    let titles = page.texts("section.card h2");
    let at = titles.iter().position(|other| other == title).unwrap_or_else(|| panic!("no {title} in {titles:?}"));
    let section = format!("section.card:nth-of-type({}) .changes li", at + 1);
    lines(page, &section)
}

/// Shown, applied, applied again: the second time there is nothing to do.
#[sqlx::test]
async fn shown_then_applied(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.grant("atelier", "alice", "cloud", &["editor"]).await;
    let rita = scene.browser("rita").await;
    let page = rita.open(&format!("{ATELIER}/list")).await;
    let example = page.text(".sample").unwrap();
    assert!(example.contains("membre;compta") && example.contains("référent;compta cloud:editor"), "{example}");
    assert_eq!(page.texts(".table code"), ["compta", "cloud", "cloud:editor", "cloud:viewer"]);
    let text =
        "alice@example.org;référente;compta\nneuf@example.org;;cloud:viewer\nrita@example.org\nnobody\nx@y.test;chef\n";
    let preview = send(&rita, "list", &[("text", text)], None).await;
    assert_eq!((preview.status, preview.text("h1").unwrap()), (200, "Ce que votre liste changerait".to_owned()));
    assert_eq!(group(&preview, "1 personne à inviter"), ["neuf@example.org pourra utiliser Nuage (viewer)"]);
    assert_eq!(
        group(&preview, "1 membre à modifier"),
        ["Alice Martin (alice@example.org) devient une personne référente reçoit Compta perd Nuage"]
    );
    let refused: Vec<String> = lines(&preview, "section td, section .table th[scope=row]");
    assert_eq!(
        refused,
        [
            "Ligne 4",
            "nobody",
            "Ce n’est pas une adresse e-mail.",
            "Ligne 5",
            "x@y.test",
            "Écrivez « membre » ou « référent », ou rien."
        ]
    );
    assert!(preview.body.contains("1 ligne ne change rien."));
    assert_eq!(preview.text("#submit").unwrap(), "Faire ces 2 changements");
    assert!(scene.journal("atelier").await.is_empty(), "nothing was done");

    let done = apply(&rita, &preview).await;
    assert_eq!((done.status, done.text("h1").unwrap()), (200, "Votre liste est appliquée".to_owned()));
    assert_eq!(group(&done, "1 personne invitée").len(), 1);
    assert_eq!(done.texts("section td").len(), 4, "what was left out is told again");
    assert_eq!(scene.grants("atelier", "alice").await, [("compta".to_owned(), Vec::new())]);
    assert_eq!(scene.server.mail_to("neuf@example.org").await.subject, "Une invitation vous attend");
    assert_eq!(scene.journal("atelier").await.last().unwrap(), "list-applied");

    let again = send(&rita, "list", &[("text", text)], None).await;
    assert!(
        again.text(".notice").unwrap().contains("ne change rien") && again.text("#submit").is_none(),
        "{}",
        again.body
    );
    // Pressed twice: looked at anew.
    let twice = apply(&rita, &preview).await;
    assert_eq!(twice.status, 409);
    assert!(twice.text("#errors").is_some() && twice.body.contains("ne change rien"));
    // «Correct»: what was pasted is there.
    let edit = send(&rita, "list", &[("text", text), ("edit", "yes"), ("complete", "yes")], None).await;
    assert_eq!(edit.text("#text").unwrap().split_whitespace().count(), 5);
    assert!(edit.attribute("#complete", "checked").is_some());
}

/// A complete list removes whoever is not in it, and says so; never the referents' last.
#[sqlx::test]
async fn a_complete_list(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    let page = rita.open(&format!("{ATELIER}/invite")).await;
    rita.submit(&page, &[("email", "waits@example.org")]).await;
    let text = "alice@example.org\nrita@example.org\n";
    let preview = send(&rita, "list", &[("text", text)], None).await;
    assert!(preview.body.contains("ne change rien"), "not ticked: nobody goes");
    let preview = send(&rita, "list", &[("text", text), ("complete", "yes")], None).await;
    let lost = "perd tous les accès qui viennent d’ici";
    assert_eq!(
        group(&preview, "2 personnes à retirer"),
        [format!("Carl Noël (carl@example.org) {lost}"), format!("Rex Lambert (rex@example.org) {lost}")]
    );
    assert_eq!(group(&preview, "1 invitation à annuler"), ["waits@example.org"]);
    assert!(preview.attribute("#submit", "class").unwrap().contains("is-danger"));
    // Somebody joins while she reads: looked at anew, nothing lost.
    let mut connection = pool.acquire().await.unwrap();
    let (atelier, now) = (scene.organization("atelier").await, scene.server.state.clock.now());
    loquet::db::organizations::add_member(&mut connection, atelier, scene.id("dora"), false, now).await.unwrap();
    drop(connection);
    let stale = apply(&rita, &preview).await;
    assert_eq!((stale.status, group(&stale, "3 personnes à retirer").len()), (409, 3));
    assert_eq!(scene.roles("atelier").await.len(), 5);
    assert_eq!(apply(&rita, &stale).await.status, 200);
    let left: Vec<String> = scene.roles("atelier").await.into_iter().map(|(login, _)| login).collect();
    assert_eq!(left, ["alice", "rita"]);
    let own = send(&rita, "list", &[("text", "alice@example.org"), ("complete", "yes")], None).await;
    assert!(own.body.contains("elle ne vous retire pas"), "{}", own.body);
}

/// OR-35: taken away, changed in a spreadsheet, brought back: as it is, it changes nothing.
#[sqlx::test]
async fn there_and_back(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let evil = "=HYPERLINK(\"http://evil.test\";\"x\")";
    sqlx::query("UPDATE users SET given_name = $1, family_name = '' WHERE username = 'alice'")
        .bind(evil)
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query("UPDATE users SET email = '+carl@example.org' WHERE username = 'carl'").execute(&pool).await.unwrap();
    scene.grant("atelier", "alice", "cloud", &["editor", "owner"]).await;
    let rita = scene.browser("rita").await;
    let page = rita.open(&format!("{ATELIER}/invite")).await;
    rita.submit(&page, &[("email", "waits@example.org"), ("access", "compta")]).await;
    let page = rita.open(ATELIER).await;
    let file = rita.press(&page, "#export", &[]).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"atelier.csv\"");
    assert!(file.body.starts_with('\u{feff}') && file.body.contains("\"'=HYPERLINK("), "{}", file.body);
    assert!(file.body.contains("\r\n'+carl@example.org;member;"), "{}", file.body);
    assert!(!file.body.contains("bob@example.org"));
    assert_eq!(scene.journal("atelier").await.last().unwrap(), "members-exported");
    for complete in [&[][..], &[("complete", "yes")]] {
        let preview = send(&rita, "list", complete, Some(file.body.as_bytes())).await;
        assert!(preview.body.contains("ne change rien") && preview.text("section").is_none(), "{}", preview.body);
    }
    let mut english = scene.browser("rita").await;
    english.headers.insert("accept-language", "en".parse().unwrap());
    let page = english.open(&format!("{ATELIER}/list")).await;
    let file = english.press(&page, "#export", &[]).await;
    assert!(file.body.contains("alice@example.org,member,cloud:editor+owner,"), "{}", file.body);
    // Who may look may take it away; a GET takes nothing.
    assert_eq!(rita.get(&format!("{ATELIER}/members.csv")).await.status, 405);
    for (login, status) in [("aud", 200), ("adm", 200), ("alice", 403), ("dora", 404), ("bob", 404)] {
        let browser = scene.browser(login).await;
        let token = csrf(&browser).await;
        assert_eq!(
            browser.post(&format!("{ATELIER}/members.csv"), &[("csrf", &token)]).await.status,
            status,
            "{login}"
        );
        assert_eq!(browser.post(&format!("{ATELIER}/members.csv"), &[("csrf", "x")]).await.status, 400, "{login}");
    }
}

/// Files that are no list, and people who may not: in words, with what was pasted kept.
#[sqlx::test]
async fn what_cannot_be_read(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let rita = scene.browser("rita").await;
    let pasted = "alice@example.org;référente";
    let long = "a".repeat(600 * 1024);
    for (file, words) in [
        (&b"PK\x03\x04\x14\x00\x06"[..], "enregistrez-le au format CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "fichier de texte"),
        (b"nom;prenom\nPetit;Camille\n", "première colonne"),
        (long.as_bytes(), "plusieurs fois"),
    ] {
        let page = send(&rita, "list", &[("text", pasted)], Some(file)).await;
        assert_eq!(page.status, 422, "{words}");
        assert!(page.text("#text-error").unwrap().contains(words), "{words}: {}", page.body);
    }
    let page = send(&rita, "list", &[("text", pasted)], Some(b"PK\x03\x04\x14\x00\x06")).await;
    assert_eq!(page.text("#text").unwrap(), pasted);
    let page = send(&rita, "list", &[("text", " \n"), ("complete", "yes")], Some(b"")).await;
    assert!(page.text("#text-error").unwrap().contains("Collez une liste"));
    assert!(page.attribute("#complete", "checked").is_some());
    assert_eq!(send(&rita, "list", &[("text", &"x@y.test\n".repeat(5001))], None).await.status, 422);
    // As old spreadsheets of Windows write «référente».
    let latin = send(&rita, "list", &[], Some(b"alice@example.org;r\xe9f\xe9rente\n")).await;
    assert!(latin.body.contains("devient une personne référente"), "{}", latin.body);
    let five_hundred: String =
        (0..500).map(|n| ["m", &n.to_string(), "@many.example;membre;cloud:editor\n"].concat()).collect();
    assert_eq!(
        group(&send(&rita, "list", &[("text", &five_hundred)], None).await, "500 personnes à inviter").len(),
        500
    );

    for (login, status) in [("alice", 403), ("aud", 403), ("dora", 404), ("bob", 404)] {
        let browser = scene.browser(login).await;
        for path in ["list", "list/apply"] {
            let fields = [("text", "x@y.test"), ("digest", "x")];
            assert_eq!(send(&browser, path, &fields, None).await.status, status, "{login} {path}");
        }
        assert_eq!(browser.get(&format!("{ATELIER}/list")).await.status, if login == "aud" { 200 } else { status });
    }
    let aud = scene.browser("aud").await.open(&format!("{ATELIER}/list")).await;
    assert!(aud.text("#text").is_none() && aud.text("#export").is_some());
    let mut evil = scene.browser("rita").await;
    evil.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(send(&evil, "list/apply", &[("text", "x@y.test"), ("complete", "yes")], None).await.status, 403);
    assert_eq!(scene.roles("atelier").await.len(), 4);
}
