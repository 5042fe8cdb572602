//! The rules of `loquet doctor` about the database and what is in it. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::finding::Finding;

/// From there on `/readyz` warns too.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(5);
/// Codes of authenticator apps and tokens of services are good for about as long.
const CLOCKS_DISAGREE: TimeDelta = TimeDelta::seconds(60);
/// A key is published that long before it signs (`key_rotation::NOTICE`).
const NOTICE: TimeDelta = TimeDelta::hours(24);
/// Jobs run every minute; after that, none runs.
const PATIENCE: TimeDelta = TimeDelta::hours(1);
/// Where nothing rotates keys by itself, somebody should once a year.
const OLD_KEY: TimeDelta = TimeDelta::days(400);
/// Mail that waits for longer is for somebody to see to.
const MAIL_WAITS: TimeDelta = TimeDelta::minutes(10);

/// How far PostgreSQL's clock is ahead of this machine's.
pub fn clock(ahead: TimeDelta) -> Finding {
    let seconds = ahead.num_seconds().abs();
    let apart = format!("this machine's clock and PostgreSQL's are {seconds} s apart");
    let advice = "PostgreSQL's decides: let both machines follow a time server (systemd-timesyncd, chrony)";
    if ahead.abs() > CLOCKS_DISAGREE {
        Finding::fault("clock", apart, advice)
    } else if ahead.abs() > CLOCKS_DIFFER {
        Finding::warning("clock", apart, advice)
    } else {
        Finding::good("clock", "this machine and PostgreSQL agree on the time")
    }
}

/// Migrations that were applied, with their success, against those that this program knows.
pub fn migrations(applied: &[(i64, bool)], known: &[i64]) -> Finding {
    const CHECK: &str = "migrations";
    if let Some((version, _)) = applied.iter().find(|(version, _)| !known.contains(version)) {
        let message = format!("the database was set up by a later version of Loquet (migration {version})");
        return Finding::fault(CHECK, message, "install that version, or restore a backup of this one");
    }
    if let Some((version, _)) = applied.iter().find(|(_, success)| !success) {
        let advice = "see what PostgreSQL says with `loquet migrate`";
        return Finding::fault(CHECK, format!("migration {version} was begun and not finished"), advice);
    }
    let missing = known.iter().filter(|version| applied.iter().all(|(other, _)| other != *version)).count();
    if missing > 0 {
        let advice = "make a backup, then run `loquet migrate` or start the server";
        return Finding::warning(CHECK, format!("{missing} of {} are not applied yet", known.len()), advice);
    }
    Finding::good(CHECK, format!("all {} are applied", known.len()))
}

/// A signing key, as far as it matters here.
#[derive(Debug, Clone)]
pub struct Key {
    pub kid: String,
    pub algorithm: String,
    pub signs_from: DateTime<Utc>,
    /// This master key opens it.
    pub opens: bool,
}

/// The key of each algorithm that signs now.
pub fn signing<'a>(keys: &'a [Key], algorithm: &str, now: DateTime<Utc>) -> Option<&'a Key> {
    let own = keys.iter().filter(|key| key.algorithm == algorithm && key.signs_from <= now);
    own.max_by_key(|key| key.signs_from)
}

/// The age of an algorithm's key and what comes after it; `period` is how long one signs, if it ends by itself.
pub fn key(keys: &[Key], algorithm: &str, period: Option<TimeDelta>, now: DateTime<Utc>) -> Finding {
    const CHECK: &str = "keys";
    if let Some(key) = keys.iter().find(|key| key.algorithm == algorithm && !key.opens) {
        let message = format!("the {algorithm} key {} does not open with this master key", key.kid);
        return Finding::fault(CHECK, message, "give the master key that this database was set up with");
    }
    let Some(key) = signing(keys, algorithm, now) else {
        return Finding::fault(CHECK, format!("no {algorithm} key signs"), "start the server: it makes the first one");
    };
    let age = now - key.signs_from;
    let since = format!("the {algorithm} key has signed for {}", days(age));
    let next =
        keys.iter().filter(|key| key.algorithm == algorithm && key.signs_from > now).min_by_key(|k| k.signs_from);
    if let Some(next) = next {
        let hours = (next.signs_from - now).num_hours() + 1;
        return Finding::good(CHECK, format!("{since}; the next one is published and signs in {hours} h"));
    }
    match period {
        None if age > OLD_KEY => Finding::warning(CHECK, since, "rotate it: `loquet keys rotate`"),
        None => Finding::good(CHECK, format!("{since}; keys.rotation_days is 0: none follows by itself")),
        // The next one should be published by now.
        Some(period) if age > period - NOTICE + PATIENCE => Finding::warning(
            CHECK,
            format!("{since}, and the next one is not published"),
            "a running server rotates keys: look for errors in its log, or use `loquet keys rotate`",
        ),
        Some(period) => Finding::good(CHECK, format!("{since}; the next one signs in {}", days(period - age))),
    }
}

/// Whether a key set that was read from outside holds the keys that sign.
pub fn published(kids: &[String], set: &Value) -> Finding {
    const CHECK: &str = "key set";
    let listed = set["keys"].as_array();
    let is_listed = |kid: &String| listed.is_some_and(|keys| keys.iter().any(|key| key["kid"] == **kid));
    match kids.iter().find(|kid| !is_listed(kid)) {
        None => Finding::good(CHECK, "the keys that sign are published"),
        Some(kid) => Finding::fault(
            CHECK,
            format!("the key {kid}, which signs, is not in the published set: services refuse its tokens"),
            "another instance answers at that address, or a proxy keeps an old answer",
        ),
    }
}

/// The outbox: how many wait, since when the first does, how many were given up.
pub fn mail_queue(waiting: i64, oldest: Option<DateTime<Utc>>, dead: i64, now: DateTime<Utc>) -> Finding {
    const CHECK: &str = "mail queue";
    let waits = oldest.map_or(TimeDelta::zero(), |oldest| now - oldest);
    if waits > MAIL_WAITS {
        let message = format!("{waiting} mail(s) wait, the first for {} minutes", waits.num_minutes());
        return Finding::warning(CHECK, message, "`loquet mail list` says why");
    }
    if dead > 0 {
        let advice = "`loquet mail list` says why; `loquet mail retry` sends them again";
        return Finding::warning(CHECK, format!("{dead} mail(s) were given up in the last 30 days"), advice);
    }
    Finding::good(CHECK, format!("{waiting} mail(s) wait, none was given up"))
}

pub fn days(span: TimeDelta) -> String {
    match span.num_days() {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use serde_json::json;

    use super::super::finding::Level;
    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 28, 8, 0, 0).unwrap()
    }

    fn made(algorithm: &str, age: TimeDelta) -> Key {
        let signs_from = now() - age;
        Key { kid: format!("{algorithm}{}", age.num_hours()), algorithm: algorithm.to_owned(), signs_from, opens: true }
    }

    #[test]
    fn clocks() {
        for (milliseconds, level) in [
            (0, Level::Good),
            (-5_000, Level::Good),
            (5_001, Level::Warning),
            (-60_000, Level::Warning),
            (60_001, Level::Fault),
            (-3_600_000, Level::Fault),
        ] {
            assert_eq!(clock(TimeDelta::milliseconds(milliseconds)).level, level, "{milliseconds}");
        }
    }

    #[test]
    fn schemas() {
        let known = [1, 2, 3];
        let level = |applied: &[(i64, bool)]| migrations(applied, &known).level;
        assert_eq!(level(&[(1, true), (2, true), (3, true)]), Level::Good);
        assert_eq!(level(&[(1, true)]), Level::Warning);
        assert_eq!(level(&[]), Level::Warning);
        assert_eq!(level(&[(1, true), (2, false), (3, true)]), Level::Fault);
        assert_eq!(level(&[(1, true), (4, true)]), Level::Fault, "a later version's");
        assert!(migrations(&[(1, true)], &known).message.contains("2 of 3"));
    }

    #[test]
    fn ages_of_keys() {
        let period = Some(TimeDelta::days(90));
        let level = |keys: &[Key], period| key(keys, "RS256", period, now()).level;
        let days = |days| made("RS256", TimeDelta::days(days));
        assert_eq!(level(&[days(3)], period), Level::Good);
        assert_eq!(level(&[days(88)], period), Level::Good);
        assert_eq!(level(&[days(90)], period), Level::Warning, "the next one should be published");
        assert_eq!(level(&[days(95), made("RS256", TimeDelta::hours(-20))], period), Level::Good);
        assert_eq!(level(&[days(95), days(2)], period), Level::Good, "the newest signs");
        assert_eq!(level(&[days(399)], None), Level::Good);
        assert_eq!(level(&[days(401)], None), Level::Warning);
        assert_eq!(level(&[made("ES256", TimeDelta::days(1))], period), Level::Fault, "none of its kind");
        assert_eq!(level(&[made("RS256", TimeDelta::hours(-1))], period), Level::Fault, "none signs yet");
        assert_eq!(level(&[Key { opens: false, ..days(1) }], period), Level::Fault);
        let told = key(&[days(3)], "RS256", period, now()).message;
        assert_eq!(told, "the RS256 key has signed for 3 days; the next one signs in 87 days");
    }

    #[test]
    fn key_sets() {
        let set = json!({ "keys": [{ "kid": "a" }, { "kid": "b" }] });
        assert_eq!(published(&["a".to_owned(), "b".to_owned()], &set).level, Level::Good);
        assert_eq!(published(&["c".to_owned()], &set).level, Level::Fault);
        assert_eq!(published(&["a".to_owned()], &json!("no set")).level, Level::Fault);
    }

    #[test]
    fn outboxes() {
        let since = |minutes| Some(now() - TimeDelta::minutes(minutes));
        assert_eq!(mail_queue(0, None, 0, now()).level, Level::Good);
        assert_eq!(mail_queue(3, since(5), 0, now()).level, Level::Good);
        assert_eq!(mail_queue(3, since(11), 0, now()).level, Level::Warning);
        assert_eq!(mail_queue(0, None, 1, now()).level, Level::Warning);
    }
}
