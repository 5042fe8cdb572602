//! A real browser signs in to the service of the demonstration, as a person would. The service is on
//! another host than Loquet: what Chromium makes of `form-action`, cookies and redirects is real
//! (rule 21).

mod demo;

use std::time::Duration;

use crate::support::Chromium;
use crate::support::chromium::{ENTER, TAB};
use demo::{Demo, password_of};
use fantoccini::Locator;

/// A person's words for what the pages say.
struct Words {
    language: &'static str,
    lang: &'static str,
    sign_in: &'static str,
    title: &'static str,
    labels: [&'static str; 2],
    submit: &'static str,
    hello: &'static str,
}

const FRENCH: Words = Words {
    language: "fr-FR",
    lang: "fr",
    sign_in: "Se connecter avec La Contre-Voie",
    title: "Connexion à Atelier vélo – La Contre-Voie",
    labels: ["Identifiant ou adresse e-mail", "Mot de passe"],
    submit: "Se connecter",
    hello: "Bonjour Margaud Michel, votre établi vous attend",
};

const ENGLISH: Words = Words {
    language: "en-GB",
    lang: "en",
    sign_in: "Sign in with La Contre-Voie",
    title: "Sign in to Bike workshop – La Contre-Voie",
    labels: ["Username or e-mail address", "Password"],
    submit: "Sign in",
    hello: "Hello Alix Blanchet, your bench is ready",
};

impl Chromium {
    /// From the service to the sign-in page.
    async fn go_to_sign_in(&self, demo: &Demo) {
        self.open(&demo.service).await;
        self.click("#sign-in").await;
        self.element("#username").await;
        assert!(self.address().await.starts_with(&format!("{}/sign-in", demo.loquet)));
    }

    async fn sign_in(&self, login: &str, password: &str) {
        self.fill("#username", login).await;
        self.fill("#password", password).await;
        self.click("#submit").await;
    }

    /// Back at the service, signed in.
    async fn at_service(&self, demo: &Demo) -> String {
        self.element("#claims").await;
        assert_eq!(self.address().await, format!("{}/", demo.service));
        self.text("h1").await
    }

    /// The form that leads to the service posts itself, or waits for its button without scripts.
    async fn leave_if_asked(&self, scripts: bool) {
        if !scripts {
            self.element("form[data-leave]").await;
            self.fits("form-post").await;
            self.click("#submit").await;
        }
    }

    /// Opens a mail that the demonstration captured.
    async fn open_mail(&self, demo: &Demo, subject: &str) {
        for _ in 0..100 {
            self.open(&format!("{}/mails", demo.service)).await;
            for row in self.all("tbody tr").await {
                if row.text().await.unwrap().contains(subject) {
                    return row.find(Locator::Css("a")).await.unwrap().click().await.unwrap();
                }
            }
            // It leaves a little after the page is there.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no mail: {subject}\n{}", demo.log());
    }

    /// What every page owes everybody.
    async fn is_in_order(&self, lang: &str) {
        let place = self.address().await;
        assert_eq!(self.value("document.documentElement.lang").await, lang, "{place}");
        assert!(!self.title().await.is_empty() && self.all("h1").await.len() == 1, "{place}");
        for control in self.all("input:not([type=hidden], [aria-hidden]), button, a").await {
            if control.is_displayed().await.unwrap() {
                assert!(!self.spoken(&control).await.is_empty(), "{place}: {}", control.html(false).await.unwrap());
            }
        }
        let dangling = "[...document.querySelectorAll('[for], [aria-describedby], [aria-labelledby], [aria-controls]')]
            .flatMap(e => ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls'].map(a => e.getAttribute(a)))
            .filter(Boolean).flatMap(ids => ids.split(' ')).filter(id => !document.getElementById(id))";
        assert_eq!(self.value(dangling).await.as_array().unwrap().len(), 0, "{place}: ids that lead nowhere");
        assert_eq!(self.complaints().await, Vec::<String>::new(), "{place}");
    }

    /// Readable on a small telephone, and enlarged four times on a screen (WCAG 1.4.10): nothing to
    /// scroll sideways.
    async fn fits(&self, picture: &str) {
        for width in [320, 1280] {
            self.resize(width).await;
            assert_eq!(self.value("innerWidth").await, width);
            let root = self.value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]").await;
            assert_eq!(root[0], root[1], "{} at {width}", self.address().await);
            self.picture(&format!("{picture}-{width}")).await;
        }
    }
}

#[tokio::test]
async fn a_member_signs_in_in_french_and_in_english() {
    let demo = Demo::shared().await;
    for (words, login) in [(FRENCH, "margaud"), (ENGLISH, "alix")] {
        let browser = Chromium::start(words.language, true).await;
        browser.open(&demo.service).await;
        assert_eq!(browser.text("#sign-in").await, words.sign_in);
        browser.is_in_order(words.lang).await;
        browser.fits(&format!("service-{}", words.lang)).await;

        browser.go_to_sign_in(&demo).await;
        assert_eq!(browser.title().await, words.title);
        for (field, label) in ["#username", "#password"].into_iter().zip(words.labels) {
            assert_eq!(browser.spoken(&browser.element(field).await).await, label);
        }
        assert_eq!(browser.text("#submit").await, words.submit);
        browser.has_focus("username").await;
        browser.is_in_order(words.lang).await;
        browser.fits(&format!("sign-in-{}", words.lang)).await;
        browser.dark(true).await;
        browser.picture(&format!("sign-in-{}-dark", words.lang)).await;
        browser.dark(false).await;

        browser.sign_in(login, &password_of(login)).await;
        assert_eq!(browser.at_service(&demo).await, words.hello);
        browser.is_in_order(words.lang).await;
        browser.fits(&format!("signed-in-{}", words.lang)).await;

        // The second time, nothing is asked.
        browser.click("#sign-out").await;
        browser.click("#sign-in").await;
        assert_eq!(browser.at_service(&demo).await, words.hello);
        browser.is_in_order(words.lang).await;
        browser.close().await;
    }
}

/// What the service receives is said in words; no is an answer; yes ends at the service, by a form that
/// posts itself (rule 21, WB-02). Then one sign-out for both.
#[tokio::test]
async fn a_member_is_asked_what_the_service_receives() {
    let demo = Demo::shared().await;
    for (words, login, scripts) in [(FRENCH, "margaud", true), (ENGLISH, "alix", false)] {
        let browser = Chromium::start(words.language, scripts).await;
        browser.open(&demo.service).await;
        browser.click("#sign-in-asking").await;
        browser.sign_in(login, &password_of(login)).await;
        browser.element("#consent-allow").await;
        let asked = browser.text("main").await;
        assert!(asked.contains(&format!("{login}@")) || asked.contains('@'), "{asked}");
        if scripts {
            browser.is_in_order(words.lang).await;
        }
        browser.fits(&format!("consent-{}", words.lang)).await;
        browser.dark(true).await;
        browser.picture(&format!("consent-{}-dark", words.lang)).await;
        browser.dark(false).await;
        browser.click("#consent-deny").await;
        browser.leave_if_asked(scripts).await;
        assert_eq!(browser.text("#error").await, "access_denied");

        browser.open(&demo.service).await;
        browser.click("#sign-in-asking").await;
        browser.click("#consent-allow").await;
        browser.leave_if_asked(scripts).await;
        assert_eq!(browser.at_service(&demo).await, words.hello);

        browser.click("#sign-out-everywhere").await;
        browser.element("#sign-in").await;
        assert_eq!(browser.address().await, format!("{}/", demo.service));
        browser.open(&format!("{}/", demo.loquet)).await;
        browser.element("#username").await;
        browser.close().await;
    }
}

/// A service that cannot prove whose session it means: the person decides, and may stay.
#[tokio::test]
async fn a_person_is_asked_before_a_service_signs_them_out() {
    let demo = Demo::shared().await;
    for (words, login) in [(FRENCH, "margaud"), (ENGLISH, "alix")] {
        let browser = Chromium::start(words.language, true).await;
        browser.go_to_sign_in(&demo).await;
        browser.sign_in(login, &password_of(login)).await;
        browser.at_service(&demo).await;
        let back = demo.service.replace(':', "%3A").replace('/', "%2F");
        let asking =
            format!("{}/end-session?client_id=atelier-velo&post_logout_redirect_uri={back}%2F&state=x", demo.loquet);
        browser.open(&asking).await;
        browser.element("#logout-confirm").await;
        browser.is_in_order(words.lang).await;
        browser.fits(&format!("end-session-{}", words.lang)).await;
        browser.click("#stay").await;
        assert_eq!(browser.address().await, format!("{}/", demo.loquet));
        browser.open(&asking).await;
        browser.click("#logout-confirm").await;
        browser.element("#claims").await;
        assert_eq!(browser.address().await, format!("{}/?state=x", demo.service));
        browser.open(&format!("{}/end-session", demo.loquet)).await;
        browser.reads("h1", if words.lang == "fr" { "Votre session est fermée" } else { "You’re signed out" }).await;
        browser.fits(&format!("ended-{}", words.lang)).await;
        browser.close().await;
    }
}

/// The language can be changed on the way, and the service is still where it ends.
#[tokio::test]
async fn a_person_chooses_another_language() {
    let demo = Demo::shared().await;
    let browser = Chromium::start(FRENCH.language, true).await;
    browser.go_to_sign_in(&demo).await;
    browser.click("button[lang=en]").await;
    browser.element("html[lang=en]").await;
    assert_eq!(browser.title().await, ENGLISH.title);
    browser.is_in_order("en").await;
    browser.sign_in("alix", &password_of("alix")).await;
    browser.at_service(&demo).await;
    browser.close().await;
}

#[tokio::test]
async fn a_member_signs_in_without_scripts() {
    let demo = Demo::shared().await;
    let browser = Chromium::start(FRENCH.language, false).await;
    // To be sure that there are none: this page would change its own title.
    browser.open("data:text/html,<title>without</title><h1>x</h1><script>document.title='with'</script>").await;
    assert_eq!(browser.title().await, "without");
    browser.go_to_sign_in(&demo).await;
    assert!(!browser.element("[data-reveal]").await.is_displayed().await.unwrap(), "a button that would do nothing");
    browser.sign_in("margaud", "wrong").await;
    browser.element("#errors").await;
    browser.has_focus("errors").await;
    browser.sign_in("margaud", &password_of("margaud")).await;
    assert_eq!(browser.at_service(&demo).await, FRENCH.hello);
    browser.close().await;
}

#[tokio::test]
async fn a_wrong_password_is_said_where_the_person_is() {
    let demo = Demo::shared().await;
    let browser = Chromium::start(ENGLISH.language, true).await;
    browser.go_to_sign_in(&demo).await;
    browser.sign_in("alix", "wrong").await;
    browser.element("#errors").await;
    browser.has_focus("errors").await;
    assert!(browser.title().await.starts_with("Error:"), "{}", browser.title().await);
    let fields = [browser.element("#username").await, browser.element("#password").await];
    for field in &fields {
        assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
    }
    assert_eq!(fields[0].prop("value").await.unwrap().as_deref(), Some("alix"), "not to be typed again");
    assert_eq!(fields[1].prop("value").await.unwrap().as_deref(), Some(""));
    // The browser tells of the 401 itself; of nothing else.
    let complaints = browser.complaints().await;
    assert!(complaints.iter().all(|line| line.contains("status of 401")), "{complaints:?}");
    browser.is_in_order("en").await;
    browser.fits("wrong-password-en").await;
    browser.click("#errors a").await;
    browser.has_focus("username").await;

    // What was typed can be looked at, and still leaves as a password.
    browser.fill("#password", &password_of("alix")).await;
    browser.click("[data-reveal]").await;
    assert_eq!(browser.element("#password").await.attr("type").await.unwrap().as_deref(), Some("text"));
    browser.click("#submit").await;
    assert_eq!(browser.at_service(&demo).await, ENGLISH.hello);
    browser.close().await;
}

#[tokio::test]
async fn a_person_without_access_is_told_whom_to_ask() {
    let demo = Demo::shared().await;
    let browser = Chromium::start(FRENCH.language, true).await;
    browser.go_to_sign_in(&demo).await;
    browser.sign_in("nicole", &password_of("nicole")).await;
    browser.element("#back").await;
    assert!(browser.address().await.starts_with(&demo.loquet));
    browser.reads("h1", "Vous n’avez pas encore accès à Atelier vélo").await;
    let page = browser.text("main").await;
    assert!(page.contains("Nicole Ferreira") && page.contains("Madeleine"), "{page}");
    browser.complaints().await;
    browser.is_in_order("fr").await;
    browser.fits("refused-fr").await;

    // The service hears of it, on its own page.
    browser.click("#back").await;
    assert_eq!(browser.text("#error").await, "access_denied");
    assert!(browser.address().await.starts_with(&demo.service));

    // Or somebody else signs in instead, from there.
    browser.click("#back").await;
    browser.click("#sign-in").await;
    browser.click("#other-account").await;
    browser.sign_in("margaud", &password_of("margaud")).await;
    assert_eq!(browser.at_service(&demo).await, FRENCH.hello);
    browser.close().await;
}

/// Everything with Tab and Enter, and one sees where one is.
#[tokio::test]
async fn a_member_signs_in_with_the_keyboard_only() {
    let demo = Demo::shared().await;
    let browser = Chromium::start(FRENCH.language, true).await;
    browser.open(&demo.service).await;
    let visible = "getComputedStyle(document.activeElement).outlineStyle !== 'none'
        || getComputedStyle(document.activeElement).boxShadow !== 'none'";
    for _ in 0..10 {
        browser.press(TAB).await;
        assert_eq!(browser.value(visible).await, true, "focus not seen on {:?}", browser.focused().await);
        if browser.focused().await == "sign-in" {
            break;
        }
    }
    browser.press(ENTER).await;
    browser.has_focus("username").await;
    browser.press("margaud").await;
    browser.press(TAB).await;
    browser.has_focus("password").await;
    browser.press(&password_of("margaud")).await;
    for _ in 0..2 {
        browser.press(TAB).await;
        assert_eq!(browser.value(visible).await, true, "focus not seen on {:?}", browser.focused().await);
    }
    browser.has_focus("submit").await;
    browser.press(ENTER).await;
    assert_eq!(browser.at_service(&demo).await, FRENCH.hello);
    browser.close().await;
}

/// Three more forms stand between some people and the service. The way still ends there.
#[tokio::test]
async fn a_member_chooses_a_password_and_proves_an_address_on_the_way() {
    let demo = Demo::shared().await;
    let browser = Chromium::start(FRENCH.language, true).await;
    browser.go_to_sign_in(&demo).await;
    browser.sign_in("croux", &password_of("croux")).await;
    browser.reads("h1", "Choisissez un nouveau mot de passe").await;
    browser.is_in_order("fr").await;
    browser.fits("new-password-fr").await;
    browser.fill("#password", "court").await;
    browser.click("#submit").await;
    browser.element("#errors").await;
    browser.has_focus("errors").await;
    browser.fill("#password", "trois rayons et un moyeu").await;
    browser.click("#submit").await;

    browser.element("form[action*=verify-email]").await;
    browser.reads("h1", "Confirmez votre adresse e-mail").await;
    browser.fits("verify-email-fr").await;
    browser.click("#submit").await;
    browser.element("div[role=status]").await;
    browser.reads("h1", "Consultez votre messagerie").await;
    browser.complaints().await;
    browser.is_in_order("fr").await;
    let waiting = browser.address().await;
    browser.open_mail(&demo, "Confirmez").await;
    browser.is_in_order("fr").await;
    browser.click("#mail-link").await;
    browser.reads("h1", "Est-ce bien votre adresse ?").await;
    browser.is_in_order("fr").await;
    browser.click("#submit").await;
    browser.reads("h1", "Votre adresse est confirmée").await;
    browser.is_in_order("fr").await;
    // The page that waited goes on.
    browser.open(&waiting).await;
    assert!(browser.at_service(&demo).await.starts_with("Bonjour croux"));
    browser.close().await;
}
