//! What mails say, in both languages, and that nobody can write in them what they like.

use std::sync::LazyLock;

use chrono::DateTime;
use loquet::i18n::I18n;
use loquet::mail::{Factor, Kind, Message, Recipient, Sender};
use loquet::types::{Palette, Scheme};
use scraper::{Html, Selector};

const SECURITY: &str = "https://sso.contre-voie.example/account/security";
const LINK: &str = "https://sso.contre-voie.example/x/lqt_ml_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

const fn membership<'a>(organization: &'a str, inviter: Option<&'a str>, services: &'a [String]) -> Kind<'a> {
    Kind::Membership { link: LINK, organization, inviter, services }
}

const fn access_requested<'a>(person: &'a str, service: &'a str, organization: Option<&'a str>) -> Kind<'a> {
    Kind::AccessRequested { link: LINK, person, service, organization }
}

/// Every mail, with a name for its snapshot.
fn all() -> Vec<(&'static str, Kind<'static>)> {
    static SERVICES: LazyLock<Vec<String>> = LazyLock::new(|| vec!["Cloud".to_owned(), "Compta".to_owned()]);
    let date = DateTime::from_timestamp(1_804_082_700, 0).unwrap();
    let passkey = Factor::Passkey("Clé USB du bureau");
    vec![
        ("verify_email", Kind::VerifyEmail { link: LINK }),
        ("sign_up", Kind::SignUp { link: LINK, service: None }),
        ("sign_up_for_a_service", Kind::SignUp { link: LINK, service: Some("Cloud de la Maison des Peuples") }),
        ("already_registered", Kind::AlreadyRegistered { recover: LINK }),
        ("became_referent", Kind::BecameReferent { organization: "Le Vélo pour Tous", link: LINK }),
        ("new_referent", Kind::NewReferent { person: "Camille Petit", organization: "Le Vélo pour Tous", link: LINK }),
        ("placed", Kind::Placed { organization: "Le Vélo pour Tous", link: LINK }),
        ("membership_ended", Kind::MembershipEnded { organization: "Le Vélo pour Tous" }),
        ("invitation", Kind::Invitation { link: LINK }),
        ("membership", membership("Le Vélo pour Tous", Some("Rita Moreau"), &SERVICES)),
        ("membership_without_services", membership("Le Vélo pour Tous", Some("Rita Moreau"), &[])),
        ("membership_by_the_host", membership("Le Vélo pour Tous", None, &[])),
        ("access_requested", access_requested("Camille Petit", "Cloud", Some("Le Vélo pour Tous"))),
        ("access_requested_of_the_host", access_requested("Camille Petit", "Cloud", None)),
        ("access_accepted", Kind::AccessAccepted { link: LINK, service: "Cloud" }),
        ("access_declined", Kind::AccessDeclined { service: "Cloud", again: date }),
        ("registration_waiting", Kind::RegistrationWaiting),
        ("registration_approved", Kind::RegistrationApproved { sign_in: LINK }),
        ("registration_declined", Kind::RegistrationDeclined),
        ("reset_password", Kind::ResetPassword { link: LINK }),
        ("password_changed", Kind::PasswordChanged),
        ("email_change_confirm", Kind::EmailChangeConfirm { link: LINK }),
        ("email_change_notice", Kind::EmailChangeNotice { new_masked: "c…@example.net", cancel: LINK }),
        ("email_changed", Kind::EmailChanged { new_masked: "c…@example.net" }),
        ("email_change_cancelled", Kind::EmailChangeCancelled),
        ("username_changed", Kind::UsernameChanged { username: "camille.petit" }),
        ("new_device", Kind::NewDevice { device: "Firefox, Linux", place: "203.0.113.0/24", when: date }),
        (
            "second_factor_refused",
            Kind::SecondFactorRefused { device: "Firefox, Linux", place: "203.0.113.0/24", when: date },
        ),
        ("authenticator_added", Kind::FactorAdded(Factor::Authenticator)),
        ("authenticator_removed", Kind::FactorRemoved(Factor::Authenticator)),
        ("passkey_added", Kind::FactorAdded(passkey)),
        ("passkey_removed", Kind::FactorRemoved(passkey)),
        ("passkey_without_a_name", Kind::FactorRemoved(Factor::Passkey(""))),
        ("factors_reset", Kind::FactorsReset),
        ("recovery_codes_renewed", Kind::RecoveryCodesRenewed),
        ("recovery_code_used", Kind::RecoveryCodeUsed { left: 8 }),
        ("recovery_code_used_but_one", Kind::RecoveryCodeUsed { left: 1 }),
        ("recovery_code_used_last", Kind::RecoveryCodeUsed { left: 0 }),
        ("membership_ends", Kind::MembershipEnds { date: date.date_naive(), link: LINK }),
        ("deletion_scheduled", Kind::DeletionScheduled { date, cancel: LINK }),
        ("deletion_cancelled", Kind::DeletionCancelled),
        ("account_deleted", Kind::AccountDeleted),
        ("account_merged", Kind::AccountMerged { username: "camille" }),
        ("account_merged_away", Kind::AccountMergedAway { address: "c…@example.net" }),
        ("test", Kind::Test),
    ]
}

fn write(kind: &Kind<'_>, name: &str, contact: Option<&str>, language: &str) -> Message {
    let texts = I18n::load("fr").unwrap();
    let (light, dark) = (Palette::of(Scheme::Light, &[]), Palette::of(Scheme::Dark, &[]));
    let zone = "Europe/Paris".parse().unwrap();
    let sender = Sender { host: "La Contre-Voie", contact, security: SECURITY, zone, light: &light, dark: &dark };
    let to = Recipient { email: "camille@example.org", name };
    Message::write(kind, &to, &sender, &texts.find(language).unwrap()).unwrap()
}

#[test]
fn every_mail_reads_well() {
    for (name, kind) in all() {
        let read = |language| {
            let mail = write(&kind, "Camille Petit", Some("aide@contre-voie.example"), language);
            format!("{}\n{}\n\n{}", mail.subject, "=".repeat(mail.subject.chars().count()), mail.text)
        };
        insta::assert_snapshot!(name, format!("{}\n\n{}", read("fr"), read("en")));
    }
    insta::assert_snapshot!("html", write(&all()[0].1, "Camille Petit", None, "fr").html);
}

/// ML-05: a short subject, one greeting, one link (ours), no picture, the same words in both versions.
#[test]
fn every_mail_keeps_the_rules() {
    let select = |selector: &str| Selector::parse(selector).unwrap();
    for (name, kind) in all() {
        for (language, contact) in [("fr", None), ("en", Some("aide@contre-voie.example"))] {
            let Message { subject, text, html, from_name, to } = write(&kind, "Camille Petit", contact, language);
            assert_eq!((to.as_str(), from_name.as_str()), ("camille@example.org", "La Contre-Voie"));
            assert!(subject.chars().count() < 50, "{name}: {subject}");
            assert!(text.lines().all(|line| line == line.trim_end() || line == "-- "), "{name}: {text}");
            assert!(!text.contains("\n\n\n") && !text.contains("none") && !text.contains("mail-"), "{name}: {text}");

            let page = Html::parse_document(&html);
            let attribute = |selector: &str, attribute: &str| -> Vec<String> {
                page.select(&select(selector)).filter_map(|it| Some(it.value().attr(attribute)?.to_owned())).collect()
            };
            assert_eq!(attribute("html", "lang"), [language]);
            assert_eq!(page.select(&select("title")).next().unwrap().text().collect::<String>(), subject);
            assert_eq!(page.select(&select("h1")).count(), 1);
            assert!(page.select(&select("table:not([role=presentation])")).next().is_none());
            for tracker in ["img", "link", "script", "iframe", "[background]"] {
                assert!(page.select(&select(tracker)).next().is_none(), "{name}: {tracker}");
            }
            assert!(!html.contains("url(") && !html.contains("@import"), "{name}");
            let links = attribute("a", "href");
            assert!(links.len() == 2 && links[0] == links[1] || links.is_empty(), "{name}: {links:?}");
            assert_eq!(text.matches("https://").count(), links.len() / 2, "{name}");
            for link in links {
                assert!(link == LINK || link == SECURITY, "{name}: {link}");
                assert!(text.lines().any(|line| line == link), "{name}: the link is alone on its line");
            }
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
            let shown = words(&page.select(&select("body")).next().unwrap().text().collect::<String>());
            for paragraph in text.split("\n\n").filter(|part| !part.starts_with("-- ")) {
                let paragraph = words(paragraph.trim_end_matches([':', '\u{a0}']));
                assert!(shown.contains(&paragraph), "{name}: {paragraph:?} is not in {shown:?}");
            }
        }
    }
}

/// ML-01, ML-03: what others choose stays a name, and does not reach people who never dealt with us.
#[test]
fn nobody_writes_in_our_mails() {
    let long = "é".repeat(5_000);
    for (chosen, shown) in [
        ("Votre compte: http://evil.test", "Votre compte:"),
        ("a\r\nBcc: eve@evil.test", "a Bcc:"),
        ("a\u{2028}b", "a b"),
        ("=?utf-8?q?x?=", "=?utf-8?q?x?="),
        ("<b>x</b>", "<b>x</b>"),
        (long.as_str(), &("é".repeat(63) + "…")),
    ] {
        for kind in [
            Kind::SignUp { link: LINK, service: Some(chosen) },
            membership(chosen, None, &[]),
            membership("Le Vélo pour Tous", Some(chosen), &[]),
            membership("Le Vélo pour Tous", None, &[chosen.to_owned()]),
            access_requested(chosen, "Cloud", None),
            access_requested("Camille Petit", chosen, Some("Le Vélo pour Tous")),
            access_requested("Camille Petit", "Cloud", Some(chosen)),
            Kind::FactorAdded(Factor::Passkey(chosen)),
            Kind::NewDevice { device: chosen, place: "203.0.113.0/24", when: DateTime::UNIX_EPOCH },
        ] {
            let mail = write(&kind, "", None, "fr");
            assert!(mail.text.contains(shown), "{}", mail.text);
            assert!(!mail.text.contains("evil") && !mail.html.contains("evil") && !mail.html.contains("<b>"));
            assert_eq!(mail.subject, write(&kind, "", None, "fr").subject);
        }
        let greeted = |kind: &Kind<'_>| write(kind, chosen, None, "fr");
        let known = greeted(&Kind::PasswordChanged);
        assert!(known.text.starts_with(&format!("Bonjour {shown},\n")), "{}", known.text);
        assert!(!known.html.contains("<b>"));
        for kind in [
            Kind::SignUp { link: LINK, service: None },
            Kind::Invitation { link: LINK },
            membership("Le Vélo pour Tous", Some("Rita Moreau"), &[]),
            Kind::EmailChangeConfirm { link: LINK },
        ] {
            assert!(greeted(&kind).text.starts_with("Bonjour,\n"));
        }
    }
}
