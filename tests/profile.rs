//! What people say of themselves: the fields of the host on forms, in the database, at services.

use std::process::{Command, Output};

use loquet::config::Settings;
use loquet::crypto::Vault;
use serde_json::json;
use sqlx::{ConnectOptions as _, PgPool};

use crate::support::client::REDIRECT;
use crate::support::{Browser, RelyingParty, Reply, Server};

/// A host that asks for more than names.
pub const CURIOUS: [(&str, &str); 33] = [
    ("LOQUET_PROFILE_GIVEN_NAME", "required"),
    ("LOQUET_PROFILE_BIRTHDATE", "optional"),
    ("LOQUET_PROFILE_PHONE_NUMBER", "optional"),
    ("LOQUET_PROFILE_ZONEINFO", "optional"),
    ("LOQUET_PROFILE_WEBSITE", "optional"),
    ("LOQUET_PROFILE_SCOPES_1_NAME", "membership"),
    ("LOQUET_PROFILE_SCOPES_1_TEXT_FR", "votre adhésion"),
    ("LOQUET_PROFILE_SCOPES_1_TEXT_EN", "your membership"),
    ("LOQUET_PROFILE_FIELDS_1_KEY", "member_number"),
    ("LOQUET_PROFILE_FIELDS_1_KIND", "text"),
    ("LOQUET_PROFILE_FIELDS_1_LABEL_FR", "Numéro d’adhésion"),
    ("LOQUET_PROFILE_FIELDS_1_LABEL_EN", "Member number"),
    ("LOQUET_PROFILE_FIELDS_1_HELP_FR", "Deux lettres, quatre chiffres."),
    ("LOQUET_PROFILE_FIELDS_1_HELP_EN", "Two letters, four digits."),
    ("LOQUET_PROFILE_FIELDS_1_PATTERN", "[A-Z]{2}[0-9]{4}"),
    ("LOQUET_PROFILE_FIELDS_1_CLAIM", "member_number"),
    ("LOQUET_PROFILE_FIELDS_1_SCOPE", "membership"),
    ("LOQUET_PROFILE_FIELDS_2_KEY", "volunteer"),
    ("LOQUET_PROFILE_FIELDS_2_KIND", "yes_no"),
    ("LOQUET_PROFILE_FIELDS_2_LABEL_FR", "Bénévole"),
    ("LOQUET_PROFILE_FIELDS_2_LABEL_EN", "Volunteer"),
    ("LOQUET_PROFILE_FIELDS_2_REQUIRED", "true"),
    ("LOQUET_PROFILE_FIELDS_2_CLAIM", "volunteer"),
    ("LOQUET_PROFILE_FIELDS_2_SCOPE", "profile"),
    ("LOQUET_PROFILE_FIELDS_3_KEY", "paid_until"),
    ("LOQUET_PROFILE_FIELDS_3_KIND", "date"),
    ("LOQUET_PROFILE_FIELDS_3_LABEL_FR", "Cotisation jusqu’au"),
    ("LOQUET_PROFILE_FIELDS_3_LABEL_EN", "Paid until"),
    ("LOQUET_PROFILE_FIELDS_3_EDITABLE", "false"),
    ("LOQUET_PROFILE_FIELDS_3_CLAIM", "paid_until"),
    ("LOQUET_PROFILE_FIELDS_3_SCOPE", "membership"),
    ("LOQUET_PROFILE_FIELDS_3_MIN", "2020-01-01"),
    ("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true"),
];

async fn scene(pool: &PgPool) -> (Server, Browser, Reply) {
    let server = Server::with(pool, &CURIOUS).await;
    server.person("alice").await;
    let mut browser = Browser::of(&server);
    browser.headers.insert("accept-language", "en".parse().unwrap());
    browser.sign_in("alice").await;
    let page = browser.open("/account/profile").await;
    (server, browser, page)
}

/// What a person answers is kept, and told to services as they are allowed to ask: typed, under its
/// scope, and under no other.
#[sqlx::test]
async fn answers_reach_the_services_that_may_know(pool: PgPool) {
    let (server, browser, page) = scene(&pool).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.attribute("#given_name", "value").as_deref(), Some("Alice"));
    assert_eq!(page.attribute("#given_name", "autocomplete").as_deref(), Some("given-name"));
    assert_eq!(page.attribute("#birthdate", "type").as_deref(), Some("date"));
    assert_eq!(page.attribute("#nickname", "value"), None, "what is off is not asked");
    assert_eq!(page.attribute("#own-paid_until", "value"), None, "what the host answers is not asked");
    assert!(page.body.contains("Paid until"), "but shown");
    let answers = [
        ("given_name", "Alix"),
        ("phone_number", "06 12 34 56 78"),
        ("birthdate", "1975-12-31"),
        ("zoneinfo", "Europe/Paris"),
        ("website", "https://alix.example/"),
        ("own-member_number", "AB1234"),
        ("own-volunteer", "yes"),
        ("locale", "en"),
    ];
    let refused = browser.submit(&page, &answers).await;
    assert_eq!(refused.status, 422, "a number without its country");
    assert_eq!(refused.attribute("#phone_number", "value").as_deref(), Some("06 12 34 56 78"), "nothing typed is lost");
    assert_eq!(refused.attribute("#own-member_number", "value").as_deref(), Some("AB1234"));
    let saved = browser.follow(browser.submit(&refused, &[("phone_number", "+33 6 12.34.56-78")]).await).await;
    assert_eq!((saved.status, saved.text(".notice").is_some()), (200, true));
    assert_eq!(saved.attribute("#phone_number", "value").as_deref(), Some("+33612345678"));
    assert!(saved.text("option[selected]").is_some_and(|zone| zone == "Europe/Paris"));

    let rp = RelyingParty::new(&server).await;
    let told = async |scope: &str| {
        let code = browser.open(&rp.authorize(&[("scope", scope)])).await.answer("code").unwrap();
        let answer = rp.exchange(&code).await;
        (rp.userinfo(&answer.text("access_token")).await.body, answer.id_token())
    };
    let (userinfo, _) = told("openid profile").await;
    assert_eq!(userinfo["volunteer"], json!(true));
    assert_eq!((&userinfo["given_name"], &userinfo["locale"]), (&json!("Alix"), &json!("en-GB")));
    assert_eq!(userinfo.get("member_number"), None);
    let (userinfo, _) = told("openid membership").await;
    assert_eq!(userinfo.get("member_number"), None, "not a scope of this service");
    let mut client = (*server.state.directory.client("c_conf", &server.state.pool).await.unwrap().unwrap()).clone();
    client.scopes.push("membership".to_owned());
    client.claims_in_id_token = true;
    server.change_service(&client).await;
    let (userinfo, id_token) = told("openid membership").await;
    assert_eq!((&userinfo["member_number"], &id_token["member_number"]), (&json!("AB1234"), &json!("AB1234")));
    assert_eq!((userinfo.get("paid_until"), userinfo.get("volunteer")), (None, None), "no answer, other scope");
}

/// Each field says what is wrong with it, in the language of the page; a summary leads to it.
#[sqlx::test]
async fn every_fault_is_told_at_its_field(pool: PgPool) {
    let (server, mut browser, page) = scene(&pool).await;
    let wrong = [
        ("given_name", " "),
        ("family_name", "Votre compte : http://evil.test"),
        ("birthdate", "1975-02-30"),
        ("zoneinfo", "Paris"),
        ("website", "javascript:alert(1)"),
        ("own-member_number", "\"><script>alert(1)</script>"),
        ("own-volunteer", "perhaps"),
    ];
    for language in ["en", "fr"] {
        browser.headers.insert("accept-language", language.parse().unwrap());
        let refused = browser.submit(&page, &wrong).await;
        assert_eq!(refused.status, 422);
        for (id, typed) in wrong {
            let fault = refused.text(&format!("#{id}-error")).unwrap_or_else(|| panic!("{id} in {}", refused.body));
            assert_eq!(refused.text(&format!("#errors a[href='#{id}']")), Some(fault), "{id}");
            if !matches!(id, "zoneinfo" | "own-volunteer") {
                assert_eq!(refused.attribute(&format!("#{id}"), "value").as_deref(), Some(typed));
                assert_eq!(refused.attribute(&format!("#{id}"), "aria-invalid").as_deref(), Some("true"), "{id}");
            }
        }
        assert!(!refused.body.contains("<script>alert"), "{}", refused.body);
    }
    for (name, hidden) in [("given_name", "Al\u{202e}ice"), ("family_name", "Mar\ntin"), ("given_name", "a\0b")] {
        let refused = browser.submit(&page, &[("own-volunteer", "no"), (name, hidden)]).await;
        assert_eq!(refused.status, 422, "{hidden:?}");
    }
    let long = "é".repeat(65);
    assert_eq!(browser.submit(&page, &[("own-volunteer", "no"), ("given_name", &long)]).await.status, 422);
    let stored: (String, String, serde_json::Value) =
        sqlx::query_as("SELECT given_name, family_name, custom FROM users").fetch_one(&pool).await.unwrap();
    assert_eq!(stored, ("Alice".to_owned(), "Martin".to_owned(), json!({})), "nothing of it was stored");
    drop(server);
}

/// The journal says which fields changed, never what they say.
#[sqlx::test]
async fn a_change_is_journaled_without_what_it_says(pool: PgPool) {
    let (_server, browser, page) = scene(&pool).await;
    let answers = [("given_name", "Alix"), ("own-volunteer", "no"), ("website", "https://secret.example/")];
    let page = browser.follow(browser.submit(&page, &answers).await).await;
    browser.submit(&page, &[]).await;
    let kept: Vec<(serde_json::Value, String)> = sqlx::query_as(
        "SELECT details, address_range FROM audit_events WHERE kind = 'profile-changed' AND user_id = actor_id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let expected = json!({ "fields": ["given_name", "website", "volunteer"] });
    assert_eq!(kept, [(expected, "127.0.0.0/24".to_owned())], "nothing changed, nothing is told");
}

/// A service that asks for a scope of the host: announced, and said in words before anybody agrees.
#[sqlx::test]
async fn a_scope_of_the_host_is_announced_and_agreed_to(pool: PgPool) {
    let (server, mut browser, page) = scene(&pool).await;
    browser.submit(&page, &[("own-volunteer", "no"), ("own-member_number", "AB1234")]).await;
    let metadata: serde_json::Value =
        serde_json::from_str(&browser.get("/.well-known/openid-configuration").await.body).unwrap();
    let names =
        |list: &str| metadata[list].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>();
    assert!(names("scopes_supported").contains(&"membership"), "{metadata}");
    for claim in ["member_number", "volunteer", "paid_until"] {
        assert!(names("claims_supported").contains(&claim), "{metadata}");
    }
    let foreign = |client: &mut loquet::db::clients::Client| {
        client.ours = false;
        client.scopes.push("membership".to_owned());
    };
    let (_, secret) = server.service_with("c_foreign", REDIRECT, foreign).await;
    let rp = RelyingParty::of(&server, "c_foreign", Some(secret));
    let asks = rp.authorize(&[("scope", "openid profile membership")]);
    for (language, words, fields) in [
        ("fr", "votre adhésion", "Numéro d’adhésion, Cotisation jusqu’au"),
        ("en", "your membership", "Member number, Paid until"),
    ] {
        browser.headers.insert("accept-language", language.parse().unwrap());
        let page = browser.open(&asks).await;
        assert!(page.text("#consent-allow").is_some() && page.body.contains(words), "{}", page.body);
        assert!(page.body.contains(fields), "{}", page.body);
        assert!(page.body.contains(if language == "fr" { "Bénévole" } else { "Volunteer" }), "told under profile");
    }
    let page = browser.open(&asks).await;
    let back = browser.follow(browser.press(&page, "#consent-allow", &[]).await).await;
    let answer = rp.exchange(&back.answer("code").unwrap()).await;
    let userinfo = rp.userinfo(&answer.text("access_token")).await.body;
    assert_eq!((&userinfo["member_number"], &userinfo["volunteer"]), (&json!("AB1234"), &json!(false)));
}

/// Faults of `[profile]` in a file: all of them, each at its key and line.
#[test]
fn faults_of_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loquet.toml");
    let load = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let environment = [
            ("LOQUET_SERVER_ISSUER".to_owned(), "https://sso.test".to_owned()),
            ("LOQUET_SECRETS_MASTER_KEY".to_owned(), Vault::generate_master_key().as_str().to_owned()),
        ];
        Settings::load(Some(&file), &environment).map(|(settings, _)| settings)
    };
    let field = |about: &str| {
        format!("[[profile.fields]]\nkey = \"x\"\nkind = \"text\"\nlabel_fr = \"X\"\nlabel_en = \"X\"\n{about}\n")
    };
    for (text, key, reason) in [
        ("[profile]\nnickname = \"maybe\"".to_owned(), "profile.nickname", "off, optional or required"),
        ("[profile]\nnikname = \"off\"".to_owned(), "profile.nikname", "did you mean"),
        (field("patern = \"a\""), "profile.fields.1.patern", "did you mean"),
        (field("pattern = \"[a\"\nhelp_fr = \"a\"\nhelp_en = \"a\""), "profile.fields.1.pattern", "[a"),
        (field("pattern = \"a\""), "profile.fields.1.pattern", "help"),
        (
            field("pattern = \"(a{500}){500}\"\nhelp_fr = \"a\"\nhelp_en = \"a\""),
            "profile.fields.1.pattern",
            "(a{500})",
        ),
        (field("help_fr = \"a\""), "profile.fields.1.help_en", "together"),
        (field("min = \"2020-01-01\""), "profile.fields.1.min", "kind date"),
        (field("max_length = 5000"), "profile.fields.1.max_length", "between 1 and 1000"),
        (field("claim = \"x\"").clone(), "profile.fields.1.claim", "scope"),
        (field("claim = \"x\"\nscope = \"email\""), "profile.fields.1.scope", "profile"),
        (field("claim = \"sub\"\nscope = \"profile\""), "profile.fields.1.claim", "sub"),
        (field("claim = \"email\"\nscope = \"profile\""), "profile.fields.1.claim", "email"),
        (field("required = true\neditable = false"), "profile.fields.1.required", "not editable"),
        (field("") + &field(""), "profile.fields.key", "twice"),
        (field("").replace("\"x\"", "\"email\""), "profile.fields.1.key", "exists already"),
        (field("").replace("\"x\"", "\"X-1\""), "profile.fields.1.key", "lower-case"),
        (field("").replace("\"text\"", "\"number\""), "profile.fields.1.kind", "yes_no"),
        (field("").replace("\"text\"", "\"choice\""), "profile.fields.1.choices", "2 to 100"),
        (field("").replace("label_fr = \"X\"", ""), "profile.fields.1.label_fr", "not set"),
        (field("").replace("label_fr = \"X\"", "label_fr = \"a\u{202e}b\""), "profile.fields.1.label_fr", "'a"),
        (
            "[[profile.scopes]]\nname = \"email\"\ntext_fr = \"x\"\ntext_en = \"x\"".to_owned(),
            "profile.scopes.1.name",
            "exists already",
        ),
        (
            "[[profile.scopes]]\nname = \"club\"\ntext_fr = \"x\"\ntext_en = \"x\"".to_owned(),
            "profile.scopes",
            "no field",
        ),
    ] {
        let faults = load(&text).unwrap_err();
        let fault =
            faults.iter().find(|fault| fault.key == key).unwrap_or_else(|| panic!("{key} in {faults:?}\n{text}"));
        assert!(fault.to_string().contains(reason), "{fault}");
    }
    let faults = load("[profile]\nnickname = 1\ngender = 2\n").unwrap_err();
    let places: Vec<&str> = faults.iter().map(|fault| fault.place.rsplit(':').next().unwrap()).collect();
    assert_eq!(places, ["2", "3"], "{faults:?}");
    // What the sample shows, without its comment marks, is right.
    let sample = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/loquet.sample.toml")).unwrap();
    let example = sample.split("# [[profile.scopes]]").nth(1).unwrap().split("\n[").next().unwrap();
    let example = format!("# [[profile.scopes]]{example}");
    let example = example.lines().map(|line| line.trim_start_matches(['#', ' '])).collect::<Vec<_>>().join("\n");
    let settings = load(&example).unwrap();
    assert_eq!((settings.profile.custom.len(), settings.profile.scopes.len()), (1, 1));
}

fn loquet(pool: &PgPool, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loquet"));
    command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").envs(CURIOUS);
    command.env("LOQUET_SERVER_ISSUER", "https://sso.test");
    command.env("LOQUET_SECRETS_MASTER_KEY", Vault::generate_master_key().as_str());
    command.env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str());
    command.output().unwrap()
}

/// What the host answers itself: on the command line, by the same rules; people see it and cannot change it.
#[sqlx::test]
async fn the_host_answers_on_the_command_line(pool: PgPool) {
    let (_server, browser, page) = scene(&pool).await;
    let wrong = ["user", "set", "alice", "paid_until=2019-12-31", "member_number=x", "volunteer", "shoe_size=42"];
    let refused = loquet(&pool, &wrong);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    for part in [
        "paid_until must not be before 2020-01-01",
        "member_number does not have the form",
        "volunteer: write NAME=VALUE",
        "shoe_size is not one of",
        "paid_until",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let set = ["user", "set", "alice", "paid_until=2027-06-30", "member_number=AB1234", "nickname=Lili"];
    let done = loquet(&pool, &set);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let shown = loquet(&pool, &["user", "show", "alice", "--json"]).stdout;
    let shown: serde_json::Value = serde_json::from_slice(&shown).unwrap();
    assert_eq!(shown["custom"], json!({ "member_number": "AB1234", "paid_until": "2027-06-30" }));
    assert_eq!(shown["profile"], json!({ "nickname": "Lili" }));
    let plain = String::from_utf8(loquet(&pool, &["user", "show", "alice"]).stdout).unwrap();
    assert!(plain.lines().any(|line| line.starts_with("paid_until ") && line.ends_with(" 2027-06-30")), "{plain}");
    let page = browser.open(&page.url).await;
    assert!(page.body.contains("2027-06-30"), "{}", page.body);
    let forged = [("own-volunteer", "yes"), ("own-paid_until", "2099-01-01"), ("paid_until", "2099-01-01")];
    assert_eq!(browser.submit(&page, &forged).await.status, 303);
    let removed = loquet(&pool, &["user", "set", "alice", "member_number=", "volunteer="]);
    assert!(removed.status.success(), "{}", String::from_utf8_lossy(&removed.stderr));
    let kept: serde_json::Value = sqlx::query_scalar("SELECT custom FROM users").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, json!({ "paid_until": "2027-06-30" }));
}
