//! What people say of themselves: the fields of the host on forms, in the database, at services.

use serde_json::json;
use sqlx::PgPool;

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
