//! The host's own colours, logo, words and pages, without recompiling.

use std::path::{Path, PathBuf};

use serde_json::Value;
use sqlx::PgPool;
use tempfile::TempDir;

use crate::support::program::{Program, Said};
use crate::support::{Browser, Server};

const LOGO: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 120 40\"><rect width=\"120\" height=\"40\"/></svg>";

const LOOK: &str = r##"
[light]
accent = "#7a1fa2"
[dark]
accent = "#c9a5ff"
[[links]]
href = "https://contre-voie.example"
label_fr = "Notre site"
label_en = "Our site"
"##;

/// A sound theme.
pub struct Theme(TempDir);

impl Theme {
    pub fn new() -> Self {
        let theme = Self(tempfile::tempdir().unwrap());
        for (file, text) in [
            ("theme.toml", LOOK),
            ("extra.css", ".door { border-style: dashed }\n"),
            ("logo.svg", LOGO),
            ("logo-dark.svg", &LOGO.replace("<rect", "<rect fill=\"#fff\"")),
            ("favicon.svg", &LOGO.replace("120 40", "40 40")),
            ("locales/fr/nous.ftl", "sign-in-title = Entrez\nmail-reset-password = Choisissez un autre mot de passe\n"),
            (
                "locales/de/alles.ftl",
                "language-name = Deutsch\nsign-in-title = Anmelden\nmail-reset-password = Neues Passwort\n",
            ),
            ("pages/fr/aide.md", "# Aide\n\nAppelez-nous. <script>alert(1)</script>\n"),
            ("pages/en/aide.md", "# Help\n\nCall us.\n"),
        ] {
            theme.write(file, text);
        }
        theme
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn path(&self) -> String {
        self.0.path().display().to_string()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn speaking(server: &Server, language: &str) -> Browser {
    let mut browser = Browser::of(server);
    browser.headers.insert("accept-language", language.parse().unwrap());
    browser
}

async fn server(pool: &PgPool, theme: &Theme, more: &[(&str, &str)]) -> Server {
    let path = theme.path();
    let mut settings = vec![("LOQUET_THEME_DIRECTORY", path.as_str())];
    settings.extend_from_slice(more);
    Server::with(pool, &settings).await
}

/// Every page has them, under the policy of every page; a drawing is an image wherever it is opened.
#[sqlx::test]
async fn a_host_is_at_home(pool: PgPool) {
    let theme = Theme::new();
    let server = server(&pool, &theme, &[]).await;
    let browser = speaking(&server, "fr");
    let page = browser.open("/sign-in").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("unsafe") && policy.contains("img-src 'self'"), "{policy}");
    assert_eq!(page.text(".host").as_deref(), Some("La Contre-Voie"));
    assert_eq!(page.attribute(".host img", "alt").as_deref(), Some(""));
    assert_eq!((page.attribute(".host img", "width").as_deref(), page.texts("style").len()), (Some("120"), 0));

    let (logo, dark) = (page.attribute(".host img", "src").unwrap(), page.attribute(".host source", "srcset").unwrap());
    let icon = page.attribute("link[rel=icon]", "href").unwrap();
    assert!(
        logo.starts_with("/static/theme-logo.") && dark != logo && icon.contains("theme-favicon."),
        "{logo} {icon}"
    );
    for drawing in [logo, dark, icon] {
        let shown = browser.get(&drawing).await;
        assert_eq!(
            (shown.status, shown.headers["content-type"].to_str().unwrap()),
            (200, "image/svg+xml"),
            "{drawing}"
        );
        let policy = shown.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert_eq!(shown.headers["x-content-type-options"], "nosniff");
        assert!(shown.headers["cache-control"].to_str().unwrap().contains("immutable"));
    }

    let sheets = stylesheets(&page.body);
    assert_eq!(sheets.len(), 2, "{sheets:?}");
    assert!(sheets[1].starts_with("/static/theme."), "ours first: {sheets:?}");
    let style = browser.get(&sheets[1]).await.body;
    for part in
        ["--accent: #7a1fa2;", "--accent-deep:", "(prefers-color-scheme: dark)", "#c9a5ff", "border-style: dashed"]
    {
        assert!(style.contains(part), "{part} in {style}");
    }

    // A change is another address: what browsers keep for ever is never the old one.
    theme.write("extra.css", ".door { border-style: dotted }\n");
    let later = server.beside(&pool, &[("LOQUET_THEME_DIRECTORY", theme.path().as_str())]).await;
    let changed = stylesheets(&Browser::of(&later).open("/sign-in").await.body);
    assert_eq!((&changed[0], changed[1] == sheets[1]), (&sheets[0], false));
}

fn stylesheets(body: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(body);
    let links = scraper::Selector::parse("link[rel=stylesheet]").unwrap();
    html.select(&links).map(|link| link.attr("href").unwrap().to_owned()).collect()
}

/// Without a theme nothing is different.
#[sqlx::test]
async fn a_host_without_a_theme(pool: PgPool) {
    let server = Server::start(&pool).await;
    let page = Browser::of(&server).open("/sign-in").await;
    assert_eq!((stylesheets(&page.body).len(), page.text(".host img"), page.text(".legal")), (1, None, None));
    assert!(page.attribute("link[rel=icon]", "href").unwrap().starts_with("/static/icon."));
    assert_eq!(Browser::of(&server).get("/pages/aide").await.status, 404);
}

/// A French sentence of theirs, the others ours; a language that was not there.
#[sqlx::test]
async fn a_host_in_its_own_words(pool: PgPool) {
    let server = server(&pool, &Theme::new(), &[]).await;
    let alice = server.person("alice").await;
    let french = speaking(&server, "fr").open("/sign-in").await;
    assert_eq!(french.text("h1").as_deref(), Some("Entrez"));
    assert_eq!(french.text("label[for=password]").as_deref(), Some("Mot de passe"));

    let browser = speaking(&server, "de-AT, fr;q=0.5");
    let german = browser.open("/sign-in").await;
    assert_eq!(
        (german.text("h1").as_deref(), german.attribute("html", "lang").as_deref()),
        (Some("Anmelden"), Some("de"))
    );
    assert_eq!(german.text("label[for=password]").as_deref(), Some("Password"), "what is missing is English");
    assert_eq!(german.texts(".languages button"), ["English", "Français"]);
    assert_eq!(german.text(".languages [aria-current]").as_deref(), Some("Deutsch"));
    // Chosen as the others are.
    let chosen = speaking(&server, "fr");
    let page = chosen.open("/sign-in").await;
    let page = chosen.follow(chosen.press(&page, ".languages [value=de]", &[]).await).await;
    assert_eq!(page.text("h1").as_deref(), Some("Anmelden"));
    let metadata: Value = serde_json::from_str(&browser.get("/.well-known/openid-configuration").await.body).unwrap();
    assert_eq!(metadata["ui_locales_supported"], serde_json::json!(["de", "en", "fr"]));

    // Mail speaks to each in their language, in the host's colours.
    for (locale, subject) in [("fr", "Choisissez un autre mot de passe"), ("de", "Neues Passwort")] {
        sqlx::query("UPDATE users SET locale = $2 WHERE id = $1")
            .bind(alice.id)
            .bind(locale)
            .execute(&pool)
            .await
            .unwrap();
        let post = loquet::post::Post::of(&server.state);
        let mut connection = server.state.pool.acquire().await.unwrap();
        let user = loquet::db::users::find(&mut connection, alice.id).await.unwrap().unwrap();
        let kind = loquet::mail::Kind::ResetPassword { link: "https://sso.test/recover/x" };
        post.to(&mut connection, &user, &kind).await.unwrap();
        drop(connection);
        let mail = server.mail_titled("alice@example.org", subject).await;
        assert!(mail.html.contains("background-color:#7a1fa2") && !mail.html.contains("#17595f"), "{}", mail.html);
        assert!(mail.html.contains(&format!("lang=\"{locale}\"")) && mail.text.contains("https://sso.test/recover/x"));
    }
}

/// Pages and links of the host at the foot of every page, in the language of the page.
#[sqlx::test]
async fn a_host_has_pages(pool: PgPool) {
    let server = server(&pool, &Theme::new(), &[]).await;
    let browser = speaking(&server, "fr");
    let page = browser.open("/sign-in").await;
    assert_eq!(page.texts(".legal a"), ["Aide", "Notre site"]);
    assert_eq!(page.text(".legal a[href='https://contre-voie.example']").as_deref(), Some("Notre site"));
    let help = browser.open("/pages/aide").await;
    assert_eq!((help.status, help.text("h1").as_deref()), (200, Some("Aide")));
    assert!(!help.body.contains("<script>alert"), "{}", help.body);
    assert_eq!(help.attribute("[aria-current=page]", "href").as_deref(), Some("/pages/aide"));
    let german = speaking(&server, "de");
    assert_eq!(german.open("/sign-in").await.texts(".legal a"), ["Help", "Our site"]);
    assert_eq!(german.open("/pages/aide").await.text(".prose").as_deref(), Some("Call us."));
    for nothing in ["/pages/nothing", "/pages/terms", "/pages/%2e%2e%2fextra.css"] {
        assert_eq!(browser.get(nothing).await.status, 404, "{nothing}");
    }
}

/// The terms of the settings, in a language of the theme.
#[sqlx::test]
async fn terms_in_another_language(pool: PgPool) {
    let theme = Theme::new();
    theme.write("pages/de/terms.md", "# Bedingungen\n\nFreundlich sein.\n");
    let texts = crate::terms::Texts::new();
    let legal = texts.settings("1");
    let legal: Vec<(&str, &str)> = legal.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = server(&pool, &theme, &legal).await;
    for (language, title) in [("de", "Bedingungen"), ("fr", "Conditions d’utilisation"), ("en", "Terms of use")] {
        assert_eq!(speaking(&server, language).open("/terms").await.text("h1").as_deref(), Some(title));
    }
    assert_eq!(speaking(&server, "de").open("/privacy").await.text("h1").as_deref(), Some("Your data"));
}

/// The language of those whose own is not spoken may be the theme's, and only if it is.
#[test]
fn the_language_of_the_host() {
    let (theme, key) = (Theme::new(), loquet::crypto::Vault::generate_master_key());
    let faults = |language: &str| {
        let environment = [
            ("LOQUET_SERVER_ISSUER", "https://sso.test"),
            ("LOQUET_SECRETS_MASTER_KEY", key.as_str()),
            ("LOQUET_THEME_DIRECTORY", &theme.path()),
            ("LOQUET_HOST_LANGUAGE", language),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        match loquet::config::Settings::load(None::<&Path>, &environment) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.to_string()).collect::<Vec<_>>(),
        }
    };
    assert_eq!(faults("de"), Vec::<String>::new());
    let told = faults("it");
    assert!(
        told.len() == 1 && told[0].contains("host.language: 'it': must be fr, en or a language of the theme"),
        "{told:?}"
    );
    // A theme with a fault keeps the server from starting, and says all of them.
    theme.write("theme.toml", "[light]\naccent = \"#f0c000\"\n");
    theme.write("logo.svg", "<svg/>");
    let told = faults("fr");
    for part in ["theme.toml:2: light.accent: accent #f0c000 on background", "logo.svg: does not say its size"] {
        assert!(told.iter().any(|line| line.contains(part)), "{part} in {told:#?}");
    }
}

/// Where a sentence of theirs is wrong, people read ours; the others are theirs all the same.
#[sqlx::test]
async fn a_wrong_sentence_is_ours(pool: PgPool) {
    let theme = Theme::new();
    theme.write(
        "locales/fr/nous.ftl",
        "# Nous\nsign-in-title = Entrez\nsign-in = Aller { $nulle-part }\npassword-label = { oups\n\n-equipe = { rien }\n\
         show-password = { -equipe }\n",
    );
    let server = server(&pool, &theme, &[]).await;
    let page = speaking(&server, "fr").open("/sign-in").await;
    assert_eq!(page.text("h1").as_deref(), Some("Entrez"));
    assert_eq!(page.text("label[for=password]").as_deref(), Some("Mot de passe"));
    assert!(page.texts("button").iter().any(|button| button == "Se connecter"), "{:?}", page.texts("button"));
    assert!(!page.body.contains("nulle-part") && !page.body.contains("equipe") && !page.body.contains("rien }"));

    let said = check(&server, &pool, &theme, &["--json"]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    let told = said.json();
    assert_eq!((&told["sound"], &told["faults"]), (&Value::Bool(false), &serde_json::json!([])));
    let told_of: Vec<(String, &str)> = told["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            let place = fault["place"].as_str().unwrap().rsplit('/').next().unwrap();
            (place.to_owned(), fault["key"].as_str().unwrap())
        })
        .collect();
    let at = |line: u8| format!("nous.ftl:{line}");
    assert_eq!(told_of, [(at(4), "password-label"), (at(6), "-equipe"), (at(3), "sign-in")], "{told}");
    let said = check(&server, &pool, &theme, &[]).await;
    assert!(said.out.contains("these texts are left out") && !said.out.contains("does not start"), "{said:?}");
    let settings = Program::of(&server, &pool).with("LOQUET_THEME_DIRECTORY", &theme.path());
    let said = settings.does(&["check-config"]).await;
    assert!(said.out.contains("Warning: a text of the theme is left out"), "{said:?}");
}

async fn check(server: &Server, pool: &PgPool, theme: &Theme, arguments: &[&str]) -> Said {
    let path = theme.path();
    Program::of(server, pool)
        .with("LOQUET_THEME_DIRECTORY", &path)
        .run(&[&["theme", "check"][..], arguments].concat())
        .await
}

/// `loquet theme check`: the contract of `docs/theme.md`.
#[sqlx::test]
async fn what_is_wrong_is_told_at_once(pool: PgPool) {
    let (server, theme) = (Server::start(&pool).await, Theme::new());
    let said = check(&server, &pool, &theme, &["--json"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    let told = said.json();
    assert_eq!(
        (&told["sound"], &told["faults"], &told["notes"]),
        (&Value::Bool(true), &serde_json::json!([]), &serde_json::json!([]))
    );
    let pair = &told["colours"]["light"][0];
    assert!(pair["contrast"].as_f64().unwrap() >= pair["needed"].as_f64().unwrap(), "{pair}");
    let german = &told["languages"][0];
    assert_eq!((&german["code"], &german["own"]), (&Value::from("de"), &Value::from(3)));
    let missing = german["missing"].as_array().unwrap();
    assert!(
        missing.contains(&Value::from("mail-reset-password.body")) && !missing.contains(&Value::from("sign-in-title"))
    );
    assert_eq!(Value::from(missing.len() + 3), german["texts"]);
    assert!(check(&server, &pool, &theme, &[]).await.out.contains("is sound"));

    theme.write("theme.toml", "[light]\naccent = \"#f0c000\"\ncolour = 1\n");
    theme.write("extra.css", "@import url(https://evil.test/x.css);\n");
    theme.write("logo.svg", "<svg viewBox='0 0 1 1'><script/></svg>");
    theme.write("favicon.png", "not a picture");
    theme.write("locales/fr/nous.ftl", "sign-in-titel = x\n");
    theme.write("pages/fr/aide.md", "no title\n");
    theme.write("logo.jpg", "");
    std::fs::write(theme.file("locales/de/alles.ftl"), b"language-name = \xff").unwrap();
    let said = check(&server, &pool, &theme, &["--json"]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    let told = said.json();
    let faults = format!("{}{}", told["faults"], told["left_out"]);
    for part in [
        "theme.toml:2",
        "1.51:1, and text needs 4.5:1",
        "light.colour",
        "extra.css:1",
        "holds a script",
        "favicon.svg and favicon.png: keep one",
        "nous.ftl:1",
        "did you mean sign-in-title?",
        "aide.md",
        "alles.ftl",
        "is not UTF-8",
    ] {
        assert!(faults.contains(part), "{part} in {faults}");
    }
    assert!(told["notes"].to_string().contains("logo.jpg"), "{told}");
    let said = check(&server, &pool, &theme, &[]).await;
    assert!(said.code == Some(1) && said.out.contains("faults:") && said.out.contains("theme.toml:2"), "{said:?}");

    // A folder by name needs no settings at all; without either, the command says so.
    let named = Program::of(&server, &pool).run(&["theme", "check", &theme.path()]).await;
    assert_eq!(named.code, Some(1), "{named:?}");
    let nowhere = Program::of(&server, &pool).run(&["theme", "check"]).await;
    assert!(nowhere.code == Some(2) && nowhere.err.contains("theme.directory is not set"), "{nowhere:?}");
    let missing = Program::of(&server, &pool).run(&["theme", "check", "/nonexistent"]).await;
    assert!(missing.code == Some(1) && missing.out.contains("/nonexistent: cannot be read"), "{missing:?}");
}
