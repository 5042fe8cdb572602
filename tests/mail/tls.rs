//! ML-04: nothing is said to a server that does not prove, over TLS, to be the one of the settings.

use chrono::TimeDelta;
use loquet::mail::{Round, SetupError, Transport};
use sqlx::PgPool;

use super::{Office, message, settings_of, tried};
use crate::support::authority::Authority;
use crate::support::sink::{Manner, Sink, Tls};

const SIGNED_IN: [(&str, &str); 2] = [("LOQUET_MAIL_USERNAME", "loquet"), ("LOQUET_MAIL_PASSWORD", "a password")];

#[sqlx::test]
async fn encrypted_and_signed_in(pool: PgPool) {
    let authority = Authority::new();
    let own = authority.certify("localhost");
    for (security, tls) in [("tls", Tls::AtOnce(own.clone())), ("starttls", Tls::WhenAsked(own))] {
        let manner = Manner { tls, password: Some(("loquet", "a password")), ..Manner::default() };
        let sink = Sink::start(manner).await;
        let ours = [("LOQUET_MAIL_SECURITY", security), ("LOQUET_MAIL_CA_FILE", authority.file())];
        let office = Office::new(&pool, sink.port, &[&ours[..], &SIGNED_IN].concat());
        office.queue(&message()).await;
        assert_eq!(office.round().await, tried(1), "{security}: {:?}", office.kept().await);
        let given = sink.given().pop().unwrap();
        assert!(given.encrypted && given.data.contains("multipart/alternative"));
        assert_eq!(given.user.as_deref(), Some("loquet"));
        let overheard = sink.overheard();
        assert!(overheard.iter().all(|line| line.starts_with("EHLO ") || line == "STARTTLS"), "{overheard:?}");
    }
}

/// The mail waits, says why, and goes once the server is the right one.
#[sqlx::test]
async fn to_nobody_else(pool: PgPool) {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let right = authority.certify("localhost");
    let (elsewhere, unknown) = (authority.certify("mail.elsewhere.test"), stranger.certify("localhost"));
    let own_word = authority.self_signed("localhost");
    for (case, security, tls, reason) in [
        ("TLS is not offered, or was taken out on the way", "starttls", Tls::Never, "STARTTLS is not supported"),
        ("TLS is offered and refused", "starttls", Tls::Broken, "454"),
        ("no TLS at all", "tls", Tls::Never, "onnection"),
        ("another host's certificate", "tls", Tls::AtOnce(elsewhere.clone()), "not valid for name"),
        ("another host's certificate", "starttls", Tls::WhenAsked(elsewhere), "not valid for name"),
        ("an unknown authority", "tls", Tls::AtOnce(unknown.clone()), "UnknownIssuer"),
        ("an unknown authority", "starttls", Tls::WhenAsked(unknown), "UnknownIssuer"),
        ("its own word", "tls", Tls::AtOnce(own_word.clone()), "UnknownIssuer"),
        ("its own word", "starttls", Tls::WhenAsked(own_word), "UnknownIssuer"),
    ] {
        let sink = Sink::start(Manner { tls, ..Manner::default() }).await;
        let ours = [("LOQUET_MAIL_SECURITY", security), ("LOQUET_MAIL_CA_FILE", authority.file())];
        let office = Office::new(&pool, sink.port, &[&ours[..], &SIGNED_IN, &[("LOQUET_MAIL_TIMEOUT", "5")]].concat());
        office.queue(&message()).await;
        for _ in 0..3 {
            assert_eq!(office.round().await, Round { tried: 1, out_of_order: true }, "{case}");
            office.advance(TimeDelta::minutes(1));
        }
        let kept = office.kept().await.pop().unwrap();
        let error = kept.last_error.unwrap();
        assert!(kept.dead_at.is_none() && error.contains(reason), "{case}: {error}");
        assert!(sink.given().is_empty(), "{case}");
        for line in sink.overheard() {
            let word = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
            assert!(!["AUTH", "MAIL", "RCPT", "DATA"].contains(&word.as_str()), "{case}: {line}");
        }
        let tls = if security == "tls" { Tls::AtOnce(right.clone()) } else { Tls::WhenAsked(right.clone()) };
        sink.answer(Manner { tls, password: Some(("loquet", "a password")), ..Manner::default() });
        assert_eq!(office.round().await, tried(1), "{case}");
        assert!(sink.given()[0].encrypted && office.kept().await.is_empty(), "{case}");
    }
}

/// What was said before the encryption is not taken for an answer given within it.
#[sqlx::test]
async fn nobody_answers_in_advance(pool: PgPool) {
    let authority = Authority::new();
    let tls = Tls::Preempted(authority.certify("localhost"));
    let sink = Sink::start(Manner { tls, ..Manner::default() }).await;
    let settings = [("LOQUET_MAIL_SECURITY", "starttls"), ("LOQUET_MAIL_CA_FILE", authority.file())];
    let office = Office::new(&pool, sink.port, &settings);
    office.queue(&message()).await;
    assert_eq!(office.round().await, Round { tried: 1, out_of_order: true });
    assert!(sink.given().is_empty());
}

/// A wrong password, or none where one is wanted, is no fault of the mails: none becomes a dead letter.
#[sqlx::test]
async fn a_wrong_password_buries_nothing(pool: PgPool) {
    let sink = Sink::start(Manner { password: Some(("loquet", "another")), ..Manner::default() }).await;
    for (settings, reason) in [(&SIGNED_IN[..], "535"), (&[], "530")] {
        let office = Office::new(&pool, sink.port, settings);
        office.queue(&message()).await;
        assert_eq!(office.round().await, Round { tried: 1, out_of_order: true });
        let kept = office.kept().await.pop().unwrap();
        assert!(kept.dead_at.is_none() && kept.last_error.as_ref().unwrap().contains(reason), "{kept:?}");
        sqlx::query("TRUNCATE mail_outbox").execute(&pool).await.unwrap();
    }
    assert!(sink.given().is_empty());
}

/// A server is not started with an authority that is not there.
#[tokio::test]
async fn the_authority_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    let key = loquet::crypto::Vault::generate_master_key();
    let with = |file: &str| {
        let settings = [("LOQUET_MAIL_SECURITY", "tls"), ("LOQUET_MAIL_CA_FILE", file)];
        Transport::of(&settings_of(1, &key, &settings).mail).err().unwrap()
    };
    assert!(matches!(with("/nowhere.pem"), SetupError::File(..)));
    assert!(matches!(with(empty.to_str().unwrap()), SetupError::Empty(_)));
}
