//! The rules of `loquet doctor` about what is around Loquet: the proxy, files, backups. Pure.

use std::net::SocketAddr;

use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use serde_json::Value;

use super::finding::Finding;
use super::rules::days;

/// A night was missed, and half a day to see to it.
const BACKUP_LATE: TimeDelta = TimeDelta::hours(36);
/// Whoever restores that one loses a week.
const BACKUP_OLD: TimeDelta = TimeDelta::days(8);

/// The discovery document, as anybody gets it at the issuer's address.
pub fn issuer(expected: &str, document: &Value) -> Finding {
    const CHECK: &str = "issuer";
    match document["issuer"].as_str() {
        Some(found) if found == expected => Finding::good(CHECK, format!("{expected} leads here")),
        Some(found) => Finding::fault(
            CHECK,
            format!("what answers at {expected} calls itself {found}: services refuse that"),
            "let the reverse proxy of that address lead to this instance, or correct server.issuer",
        ),
        None => Finding::fault(
            CHECK,
            format!("what answers at {expected} is no OpenID Connect provider"),
            "let the reverse proxy of that address lead to this instance, path unchanged",
        ),
    }
}

/// Whose `X-Forwarded-For` is believed.
pub fn proxies(listen: SocketAddr, trusted: &[IpNet]) -> Finding {
    const CHECK: &str = "proxy headers";
    // Wider than any network of one's own (10.0.0.0/8, fc00::/7).
    let too_wide = |network: &&IpNet| match network {
        IpNet::V4(network) => network.prefix_len() < 8,
        IpNet::V6(network) => network.prefix_len() < 7,
    };
    if let Some(network) = trusted.iter().find(too_wide) {
        return Finding::fault(
            CHECK,
            format!("server.trusted_proxies names {network}: anybody there may pretend to be any address"),
            "name the addresses of your proxies only",
        );
    }
    if trusted.is_empty() && listen.ip().is_loopback() {
        return Finding::warning(
            CHECK,
            "server.trusted_proxies is empty: everybody seems to come from the proxy and shares one guessing limit",
            format!("if a proxy on this machine leads to {listen}, set it to [\"127.0.0.1\", \"::1\"]"),
        );
    }
    if trusted.is_empty() {
        return Finding::good(CHECK, "no proxy is believed: browsers are taken to come to us themselves");
    }
    let names = trusted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Finding::good(CHECK, format!("X-Forwarded-For is believed of {names}"))
}

/// Where figures are served, if anywhere.
pub fn metrics(listen: Option<SocketAddr>) -> Option<Finding> {
    let at = listen?;
    let private = match at.ip().to_canonical() {
        std::net::IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        std::net::IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    };
    Some(if private {
        Finding::good("metrics", format!("served on {at}"))
    } else {
        Finding::warning(
            "metrics",
            format!("metrics.listen is {at}, where nobody is asked who they are"),
            "let a firewall keep everybody out but your monitoring, or listen on 127.0.0.1",
        )
    })
}

/// Who may touch a file.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// Its permission bits.
    pub mode: u32,
    /// Its owner.
    pub owner: u32,
    /// Who we are.
    pub ours: u32,
}

/// The file of the master key. Its own group may read it, as many packages have it.
pub fn key_file(name: &str, access: Access) -> Finding {
    const CHECK: &str = "master key";
    let Access { mode, owner, ours } = access;
    if mode & 0o007 != 0 {
        return Finding::fault(CHECK, format!("{name} is open to everybody"), format!("chmod 600 {name}"));
    }
    if mode & 0o020 != 0 {
        return Finding::warning(CHECK, format!("{name} can be changed by its group"), format!("chmod 640 {name}"));
    }
    // Root looks after everything, so who it should belong to cannot be told from root's seat.
    if owner != 0 && ours != 0 && owner != ours {
        let advice = format!("chown it to the account that runs Loquet, or to root with mode 640: {name}");
        return Finding::warning(CHECK, format!("{name} belongs to another account (user id {owner})"), advice);
    }
    Finding::good(CHECK, format!("{name} is closed to others (mode {:o})", mode & 0o777))
}

/// A backup, as far as it matters here.
#[derive(Debug, Clone)]
pub struct Found {
    pub name: String,
    pub made_at: DateTime<Utc>,
    pub mode: u32,
}

/// The newest backup.
pub fn backup(newest: Option<&Found>, directory: &str, now: DateTime<Utc>) -> Finding {
    const CHECK: &str = "backups";
    let advice = "run `loquet backup` every night (docs/operations.md has a timer), and restore one now and then";
    let Some(Found { name, made_at, mode }) = newest else {
        return Finding::fault(CHECK, format!("there is no backup in {directory}"), advice);
    };
    if mode & 0o007 != 0 {
        return Finding::fault(CHECK, format!("{name} is open to everybody"), format!("chmod 600 {directory}/*"));
    }
    let age = now - *made_at;
    let told = format!("the newest, {name}, is {} old", if age.num_hours() < 48 { hours(age) } else { days(age) });
    if age > BACKUP_OLD {
        Finding::fault(CHECK, told, advice)
    } else if age > BACKUP_LATE {
        Finding::warning(CHECK, told, advice)
    } else {
        Finding::good(CHECK, told)
    }
}

fn hours(age: TimeDelta) -> String {
    format!("{} h", age.num_hours().max(0))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use serde_json::json;

    use super::super::finding::Level;
    use super::*;

    #[test]
    fn issuers() {
        let level = |document| issuer("https://sso.example", &document).level;
        assert_eq!(level(json!({ "issuer": "https://sso.example" })), Level::Good);
        assert_eq!(level(json!({ "issuer": "https://sso.example/" })), Level::Fault, "byte for byte");
        assert_eq!(level(json!({ "issuer": 1 })), Level::Fault);
        assert_eq!(level(json!([])), Level::Fault);
    }

    #[test]
    fn who_is_believed() {
        let level = |listen: &str, trusted: &[&str]| {
            let trusted: Vec<IpNet> = trusted.iter().map(|text| text.parse().unwrap()).collect();
            proxies(listen.parse().unwrap(), &trusted).level
        };
        assert_eq!(level("127.0.0.1:8080", &[]), Level::Warning);
        assert_eq!(level("0.0.0.0:8080", &[]), Level::Good);
        assert_eq!(level("127.0.0.1:8080", &["127.0.0.1/32", "10.0.0.0/8"]), Level::Good);
        assert_eq!(level("[::1]:8080", &["fd00::/8"]), Level::Good);
        assert_eq!(level("0.0.0.0:8080", &["10.0.0.1/32", "0.0.0.0/0"]), Level::Fault);
        assert_eq!(level("0.0.0.0:8080", &["::/0"]), Level::Fault);
    }

    #[test]
    fn where_figures_are_served() {
        let level = |listen: &str| metrics(Some(listen.parse().unwrap())).map(|finding| finding.level);
        assert_eq!(metrics(None), None);
        for good in ["127.0.0.1:9464", "10.2.0.1:9464", "[::1]:9464", "[fd00::1]:9464"] {
            assert_eq!(level(good), Some(Level::Good), "{good}");
        }
        for open in ["0.0.0.0:9464", "[::]:9464", "203.0.113.1:9464"] {
            assert_eq!(level(open), Some(Level::Warning), "{open}");
        }
    }

    #[test]
    fn files_of_keys() {
        let level = |mode, owner, ours| key_file("/k", Access { mode, owner, ours }).level;
        assert_eq!(level(0o100_600, 1000, 1000), Level::Good);
        assert_eq!(level(0o100_640, 0, 1000), Level::Good);
        assert_eq!(level(0o100_640, 1000, 0), Level::Good);
        assert_eq!(level(0o100_660, 1000, 1000), Level::Warning);
        assert_eq!(level(0o100_640, 1001, 1000), Level::Warning);
        assert_eq!(level(0o100_604, 1000, 1000), Level::Fault);
    }

    #[test]
    fn ages_of_backups() {
        let now = Utc.with_ymd_and_hms(2026, 11, 28, 8, 0, 0).unwrap();
        let level = |hours, mode| {
            let found = Found { name: "x.dump".to_owned(), made_at: now - TimeDelta::hours(hours), mode };
            backup(Some(&found), "/b", now).level
        };
        assert_eq!(level(6, 0o600), Level::Good);
        assert_eq!(level(36, 0o640), Level::Good);
        assert_eq!(level(37, 0o600), Level::Warning);
        assert_eq!(level(8 * 24 + 1, 0o600), Level::Fault);
        assert_eq!(level(6, 0o644), Level::Fault);
        assert_eq!(backup(None, "/b", now).level, Level::Fault);
    }
}
