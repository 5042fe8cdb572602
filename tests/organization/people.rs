//! Who sees the people of an organization, and how: by name, in pages, searched.

use sqlx::PgPool;

use super::scene::{ATELIER, Scene, lines, names};
use crate::support::Browser;

/// OR-04: referents and the host see, members are told whom to ask, others find nothing.
#[sqlx::test]
async fn who_sees_what(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    for login in ["rita", "rex", "adm", "aud"] {
        let browser = scene.browser(login).await;
        let page = browser.open(ATELIER).await;
        assert_eq!(
            (page.status, names(&page)),
            (200, ["Alice Martin", "Carl Noël", "Rex Lambert", "Rita Moreau"].map(str::to_owned).to_vec()),
            "{login}"
        );
        assert_eq!(page.texts("button.toggle").is_empty(), login == "aud", "{login}");
        assert_eq!(page.text("#invite").is_none(), login == "aud", "{login}");
        assert!(page.body.contains("Atelier des Deux Rives") && !page.body.contains("Fournil"), "{login}");
        // The addresses of these people, and nothing else of them.
        assert!(page.body.contains("alice@example.org") && !page.body.contains("bob@example.org"));
    }
    let alice = scene.browser("alice").await;
    let page = alice.open(ATELIER).await;
    assert_eq!(page.status, 403);
    assert!(page.text("main p").unwrap().contains("Ce sont ses personnes référentes"), "{}", page.body);
    assert_eq!(page.texts("main li"), ["Rex Lambert", "Rita Moreau"]);
    assert!(!page.body.contains("Carl"), "{}", page.body);

    let dora = scene.browser("dora").await;
    let (hidden, nothing) = (dora.open(ATELIER).await, dora.open("/organizations/nothing").await);
    assert_eq!((hidden.status, nothing.status), (404, 404));
    let same = |body: &str, slug: &str, reply: &crate::support::Reply| {
        let id = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        body.replace(slug, "").replace(&id, "")
    };
    assert_eq!(same(&hidden.body, "atelier", &hidden), same(&nothing.body, "nothing", &nothing));
    let lost = scene.browser("rita").await.open("/organizations/fournil").await;
    assert_eq!(lost.status, 404);
    for strange in ["%00", "%ff", "a%27b", "Atelier", "-"] {
        assert!(matches!(dora.get(&format!("/organizations/{strange}")).await.status, 400 | 404), "{strange}");
    }
    let stranger = Browser::of(&scene.server);
    let sent = stranger.get(ATELIER).await;
    assert_eq!((sent.status, sent.location()), (303, "/sign-in?to=%2Forganizations%2Fatelier"));
    // What was tried is in the journal; an outsider's attempt is not in the organization's own.
    assert_eq!(scene.journal("atelier").await, ["delegation-refused"]);
}

/// A service that all have, what somebody has, and that a service is closed: in words.
#[sqlx::test]
async fn the_grid_says_who_has_what(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    scene.grant("atelier", "alice", "cloud", &["editor", "owner"]).await;
    scene.grant("fournil", "carl", "cloud", &["viewer"]).await;
    sqlx::query("UPDATE clients SET enabled = false WHERE client_id = 'compta'").execute(&pool).await.unwrap();
    let rita = scene.browser("rita").await;
    let page = rita.open(ATELIER).await;
    assert_eq!(
        lines(&page, ".grid thead th"),
        ["Personne", "Compta fermé pour le moment", "Nuage", "Site ouvert à tous les membres"]
    );
    let cells = |line: usize| page.texts(&format!(".grid tbody tr:nth-child({line}) td > * > span:last-child"));
    assert_eq!(cells(1), ["Non", "Ouieditor, owner", "Oui ouvert à tous les membres"]);
    assert_eq!(cells(2), ["Non", "Non", "Oui ouvert à tous les membres"], "what carl has elsewhere is not here");
    let label = page.text(".grid tbody tr:nth-child(2) td:nth-of-type(2) button").unwrap();
    assert_eq!(label, "Nuage Non. Donner accès à Nuage à Carl Noël");
    assert_eq!(page.texts(".grid tbody tr:nth-child(4) th .chip"), ["Personne référente"]);
    assert!(page.text(".headed .muted").unwrap().starts_with("4 membres, aucune invitation"));
}

/// OR-05: five hundred members in pages, by name, there and back; searched by name and by address.
#[sqlx::test]
async fn many_members(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    sqlx::query(
        "WITH u AS (INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, created_at, updated_at)
             SELECT gen_random_uuid(), 'm' || n, 'm' || n || '@Many.example', now(), 'Membre', lpad(n::text, 3, '0'), 'fr', now(), now()
             FROM generate_series(1, 496) n RETURNING id)
         INSERT INTO memberships (organization_id, user_id, role, created_at) SELECT $1, id, 'member', now() FROM u",
    )
    .bind(scene.organization("atelier").await)
    .execute(&pool)
    .await
    .unwrap();
    let rita = scene.browser("rita").await;
    let first = rita.open(ATELIER).await;
    let (mut page, mut seen, mut pages) = (first.clone(), names(&first), vec![names(&first)]);
    assert!(first.text("#previous").is_none());
    while let Some(next) = page.attribute("#next", "href") {
        page = rita.open(&next).await;
        seen.extend(names(&page));
        pages.push(names(&page));
    }
    assert_eq!((seen.len(), pages.len(), pages[0].len()), (500, 10, 50));
    let mut sorted = seen.clone();
    sorted.sort_by_key(|name| name.to_lowercase());
    sorted.dedup();
    assert_eq!(seen, sorted, "everybody once, in order");
    for expected in pages.iter().rev().skip(1) {
        page = rita.open(&page.attribute("#previous", "href").unwrap()).await;
        assert_eq!(&names(&page), expected);
    }
    assert!(page.url.ends_with(ATELIER) && page.text("#previous").is_none(), "{}", page.url);

    let search = async |text: &str| names(&rita.open(&format!("{ATELIER}?q={text}")).await);
    assert_eq!(search("MARTIN").await, ["Alice Martin"]);
    assert_eq!(search("carl%40example").await, ["Carl Noël"]);
    assert_eq!(search("membre+04").await.len(), 10);
    assert_eq!(search("bob").await, Vec::<String>::new(), "of the other organization");
    assert_eq!(search("%25").await, Vec::<String>::new(), "no pattern");
    let empty = rita.open(&format!("{ATELIER}?q=nobody")).await;
    assert!(empty.text(".empty strong").unwrap().contains("nobody"), "{}", empty.body);
    let long = rita.open(&format!("{ATELIER}?q={}", "x".repeat(101))).await;
    assert!(long.text("#q-error").is_some() && long.status == 200);
    assert!(rita.open(&format!("{ATELIER}?q=%00")).await.text("#q-error").is_some());
    // A page of a search goes on with that search.
    let next = rita.open(&format!("{ATELIER}?q=membre")).await.attribute("#next", "href").unwrap();
    assert!(next.contains("q=membre"));
    // A cursor is its reader's, and of its list (OR-05).
    let cursor = next.split("after=").nth(1).unwrap();
    let rex = scene.browser("rex").await;
    assert_eq!(rex.get(&format!("{ATELIER}?after={cursor}")).await.status, 400);
    assert_eq!(rita.get(&format!("{ATELIER}?after={cursor}x")).await.status, 400);
}

/// OR-29: whatever they are called, it is text. OR-30: switched off, one looks and is told why.
#[sqlx::test]
async fn strange_names_and_closed_houses(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let evil = "<img src=x onerror=alert(1)>\"'&";
    sqlx::query("UPDATE organizations SET name = $1 WHERE slug = 'atelier'").bind(evil).execute(&pool).await.unwrap();
    sqlx::query("UPDATE users SET given_name = $1 WHERE username = 'alice'").bind(evil).execute(&pool).await.unwrap();
    sqlx::query("UPDATE clients SET name_fr = $1 WHERE client_id = 'cloud'").bind(evil).execute(&pool).await.unwrap();
    let rita = scene.browser("rita").await;
    let page = rita.open(ATELIER).await;
    assert!(!page.body.contains("<img src=x"), "{}", page.body);
    assert_eq!(page.text(".whose strong").unwrap(), evil);
    assert!(page.text(".whose .muted").unwrap().contains("atelier"), "UN-04");

    scene.switch_off("atelier").await;
    let page = rita.open(ATELIER).await;
    assert_eq!((page.status, page.texts("button.toggle").len()), (200, 0));
    assert!(page.text(".notice").unwrap().contains("a désactivé cette organisation"));
    assert!(page.text("#invite").is_none());
    let adm = scene.browser("adm").await;
    let page = adm.open(ATELIER).await;
    assert!(!page.texts("button.toggle").is_empty() && page.text("#invite").is_none());
}

/// Nobody but oneself: what to do next. Several organizations: a way from one to the other.
#[sqlx::test]
async fn alone_and_elsewhere(pool: PgPool) {
    let scene = Scene::new(&pool).await;
    let sql = "DELETE FROM memberships WHERE user_id <> $1 AND organization_id = $2";
    sqlx::query(sql).bind(scene.id("bob")).bind(scene.organization("fournil").await).execute(&pool).await.unwrap();
    let bob = scene.browser("bob").await;
    let page = bob.open("/organizations/fournil").await;
    assert_eq!(page.texts(".empty a"), ["Inviter quelqu’un", "Coller une liste"]);
    assert!(page.text(".switch").is_none() && page.text("#q").is_none());
    let mut connection = pool.acquire().await.unwrap();
    let (atelier, now) = (scene.organization("atelier").await, scene.server.state.clock.now());
    loquet::db::organizations::add_member(&mut connection, atelier, scene.id("bob"), true, now).await.unwrap();
    drop(connection);
    let page = bob.open("/organizations/fournil").await;
    assert_eq!(page.attribute(".switch a", "href").unwrap(), ATELIER);

    let own = bob.open("/organizations").await;
    assert_eq!(own.texts(".choices strong"), ["Atelier des Deux Rives", "Le Fournil"]);
    let adm = scene.browser("adm").await.open("/organizations").await;
    assert_eq!(adm.texts(".choices strong").len(), 2);
    let none = scene.browser("alice").await.open("/organizations").await;
    assert!(none.text(".empty").is_some() && none.text(".choices").is_none());
}
