//! FA-09: a server that is down, slow, or refuses. Requests notice nothing of it: a mail is a row.

use chrono::TimeDelta;
use loquet::mail::{self, Message, Round};
use sqlx::PgPool;

use super::{Office, message, tried};
use crate::support::processes::free_port;
use crate::support::sink::{Manner, Sink, Verdict};

const OUT_OF_ORDER: Round = Round { tried: 1, out_of_order: true };

/// Not now: again after 10 s, 20 s, 40 s… an hour, for a day. Then it is given up, and can be had tried.
#[sqlx::test]
async fn what_is_not_taken_now_is_tried_for_a_day(pool: PgPool) {
    let sink = Sink::start(Manner::default()).await;
    let office = Office::new(&pool, sink.port, &[]);
    office.queue(&message()).await;
    let manners = [
        Manner { recipient: "450 later", ..Manner::default() },
        Manner { recipient: "421 closing", ..Manner::default() },
        Manner { verdict: Verdict::Say("451 later"), ..Manner::default() },
    ];
    let mut waits = Vec::new();
    let mut waited = TimeDelta::zero();
    for manner in manners.iter().cycle() {
        sink.answer(manner.clone());
        let before = office.clock.now();
        assert_eq!(office.round().await, tried(1));
        assert_eq!(office.round().await, tried(0), "not before its time");
        let kept = office.kept().await.pop().unwrap();
        assert!(kept.dead_at.is_none() && kept.last_error.unwrap().contains("transient"));
        let wait = kept.next_attempt_at - before;
        waits.push(wait.num_seconds());
        waited += wait;
        if waited > TimeDelta::hours(24) {
            break;
        }
        office.advance(wait);
    }
    assert_eq!(waits[..10], [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
    assert!(waits[10..].iter().all(|wait| *wait == 3600) && waits.len() > 25, "{waits:?}");
    office.advance(TimeDelta::hours(1));
    assert_eq!(office.round().await, tried(0));
    assert!(office.kept().await[0].dead_at.is_some(), "given up after a day");

    sink.answer(Manner::default());
    let heard = sink.given().len();
    mail::retry(&mut office.pool.acquire().await.unwrap(), None, &office.clock).await.unwrap();
    assert_eq!(office.round().await, tried(1));
    assert_eq!((sink.given().len(), office.kept().await.len()), (heard + 1, 0));
}

/// Never: a dead letter at once, that says why and repeats no address; the next mail goes all the same.
#[sqlx::test]
async fn what_is_refused_for_good_is_a_dead_letter(pool: PgPool) {
    let sink = Sink::start(Manner::default()).await;
    let office = Office::new(&pool, sink.port, &[]);
    for (manner, reason) in [
        (
            Manner { recipient: "550 <alice@example.org> no such user", ..Manner::default() },
            "permanent error (550): … no such user",
        ),
        (
            Manner { verdict: Verdict::Say("552 alice@example.org: full"), ..Manner::default() },
            "permanent error (552): … full",
        ),
    ] {
        sink.answer(manner);
        office.queue(&message()).await;
        assert_eq!(office.round().await, tried(1));
        let kept = office.kept().await.pop().unwrap();
        assert_eq!((kept.dead_at.is_some(), kept.last_error.as_deref()), (true, Some(reason)));
        office.advance(TimeDelta::hours(12));
        assert_eq!(office.round().await, tried(0), "never again by itself");
    }
    // What cannot be written is dead as well, and holds nobody up.
    sink.answer(Manner::default());
    let heard = sink.given().len();
    office.queue(&Message { to: "nobody".to_owned(), ..message() }).await;
    office.queue(&message()).await;
    assert_eq!(office.round().await, tried(2));
    assert_eq!((sink.given().len(), office.kept().await.len()), (heard + 1, 3));
}

/// Nobody knows whether it was taken: it is sent again, and is the same mail.
#[sqlx::test]
async fn a_connection_closed_after_the_mail(pool: PgPool) {
    let sink = Sink::start(Manner { verdict: Verdict::Close, ..Manner::default() }).await;
    let office = Office::new(&pool, sink.port, &[]);
    office.queue(&message()).await;
    assert_eq!(office.round().await, tried(1));
    assert_eq!(office.kept().await.len(), 1);
    sink.answer(Manner::default());
    office.advance(TimeDelta::seconds(11));
    assert_eq!(office.round().await, tried(1));
    let given = sink.given();
    assert_eq!((given.len(), office.kept().await.len()), (2, 0));
    assert!(!given[0].header("Message-ID").is_empty());
    assert_eq!(given[0].header("Message-ID"), given[1].header("Message-ID"));
}

/// However slowly it answers, there is an end to it.
#[sqlx::test]
async fn a_slow_server_has_a_deadline(pool: PgPool) {
    let sink = Sink::start(Manner { verdict: Verdict::Drip, ..Manner::default() }).await;
    let office = Office::new(&pool, sink.port, &[("LOQUET_MAIL_TIMEOUT", "1")]);
    office.queue(&message()).await;
    assert_eq!(office.round().await, tried(1));
    assert_eq!(office.kept().await[0].last_error.as_deref(), Some("the server took too long"));
    // Not a word: no mail's fault.
    sink.answer(Manner { greeting: "", ..Manner::default() });
    office.advance(TimeDelta::seconds(11));
    assert_eq!(office.round().await, OUT_OF_ORDER);
    sink.answer(Manner::default());
    office.advance(TimeDelta::seconds(21));
    assert_eq!(office.round().await, tried(1));
    assert!(office.kept().await.is_empty());
}

/// PR-05: while the server is down one try says it for all; once it is back, all go within the minute.
#[sqlx::test]
async fn after_an_outage_everything_goes(pool: PgPool) {
    let port = free_port();
    let office = Office::new(&pool, port, &[]);
    for _ in 0..5 {
        office.queue(&message()).await;
    }
    // For more than a day.
    for _ in 0..40 {
        assert_eq!(office.round().await, OUT_OF_ORDER);
        office.advance(TimeDelta::hours(1));
    }
    let kept = office.kept().await;
    assert!(kept.iter().all(|mail| mail.dead_at.is_none() && mail.next_attempt_at <= office.clock.now()));
    assert!(kept.iter().any(|mail| mail.last_error.as_deref().is_some_and(|error| error.contains("refused"))));
    let sink = Sink::start_on(port, Manner::default()).await;
    assert_eq!(office.round().await, tried(5));
    assert_eq!((sink.given().len(), sink.connections(), office.kept().await.len()), (5, 1, 0));
}

/// Two replicas, forty mails: each goes once.
#[sqlx::test]
async fn two_replicas_share_the_work(pool: PgPool) {
    let sink = Sink::start(Manner::default()).await;
    let office = Office::new(&pool, sink.port, &[]);
    for _ in 0..40 {
        office.queue(&message()).await;
    }
    let (one, other) = tokio::join!(office.round(), office.round());
    assert_eq!(one.tried + other.tried, 40);
    let given = sink.given();
    let distinct: std::collections::HashSet<_> = given.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((given.len(), distinct.len(), office.kept().await.len()), (40, 40, 0));
}
