//! Which addresses may be called. Pure.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No URL.
    #[error("is not an absolute address")]
    NotAbsolute,
    /// Something else than `https`.
    #[error("must start with https:// (http:// only within outgoing.allowed_networks, by IP address)")]
    Scheme,
    /// `user@host`.
    #[error("must not hold a user name or password")]
    UserInfo,
    /// A `#…` goes nowhere.
    #[error("must not hold a fragment (#…)")]
    Fragment,
    /// A port of another kind of server.
    #[error("uses a port that is not for HTTP")]
    Port,
    /// This machine, or a private network.
    #[error("leads to this machine or to a private network that outgoing.allowed_networks does not name")]
    Private,
}

/// Networks that are not the Internet at large: the special-purpose registries of IANA (RFC 6890), and
/// the forms of IPv6 that carry an IPv4 address.
const SPECIAL: [&str; 26] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// Ports above 1023 that belong to databases, caches and remote control.
const NOT_HTTP: [u16; 22] = [
    1433, 1521, 2049, 2181, 2375, 2376, 2379, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 6000, 6379, 6667, 9042, 9092,
    9200, 11211, 27017,
];

/// Whether an IP address may be connected to.
#[must_use]
pub fn may_call(address: IpAddr, allowed: &[IpNet]) -> bool {
    // ::ffff:127.0.0.1 is 127.0.0.1.
    let address = address.to_canonical();
    allowed.iter().any(|network| network.contains(&address))
        || !SPECIAL.iter().filter_map(|text| text.parse::<IpNet>().ok()).any(|network| network.contains(&address))
}

/// Checks an address, as far as can be told without looking up its name.
///
/// # Errors
/// The rule that it breaks.
pub fn check(address: &str, allowed: &[IpNet]) -> Result<Url, AddressError> {
    let url = Url::parse(address).map_err(|_| AddressError::NotAbsolute)?;
    let ip = match url.host().ok_or(AddressError::Scheme)? {
        Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            if name == "localhost" || name.ends_with(".localhost") {
                Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST))
            } else {
                None
            }
        }
    };
    match (url.scheme(), ip) {
        ("https", _) => {}
        ("http", Some(ip)) if allowed.iter().any(|network| network.contains(&ip.to_canonical())) => {}
        ("http", Some(_)) => return Err(AddressError::Private),
        _ => return Err(AddressError::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(AddressError::Fragment);
    }
    if url.port().is_some_and(|port| (port < 1024 && port != 80 && port != 443) || NOT_HTTP.contains(&port)) {
        return Err(AddressError::Port);
    }
    if ip.is_some_and(|ip| !may_call(ip, allowed)) {
        return Err(AddressError::Private);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SS-01: every way of writing an address inside.
    #[test]
    fn only_the_internet_at_large() {
        for bad in [
            "http://127.0.0.1:9/",
            "https://127.0.0.1/",
            "https://127.1/",
            "http://[::1]/",
            "https://[::1]/",
            "http://0/",
            "https://0/",
            "http://2130706433/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "http://169.254.169.254/",
            "https://169.254.169.254/latest",
            "http://[::ffff:127.0.0.1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[::127.0.0.1]/",
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://172.31.0.1/",
            "https://100.64.0.1/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "file:///etc/passwd",
            "gopher://example.org/",
            "http://example.org/",
            "https://u:p@example.org/",
            "https://example.org:22/",
            "https://example.org:5432/",
            "https://example.org/#f",
            "//example.org/",
            "",
        ] {
            assert!(check(bad, &[]).is_err(), "{bad}");
        }
        for good in [
            "https://example.org/",
            "https://example.org:8443/logout?x",
            "https://93.184.216.34/",
            "https://[2606:4700::1]/",
        ] {
            assert!(check(good, &[]).is_ok(), "{good}");
        }
        let inside: Vec<IpNet> = ["10.0.0.0/8", "127.0.0.1/32"].iter().map(|text| text.parse().unwrap()).collect();
        for good in ["http://10.1.2.3:8080/", "https://10.1.2.3/", "http://127.0.0.1:4000/", "http://localhost:4000/"] {
            assert!(check(good, &inside).is_ok(), "{good}");
        }
        for bad in ["http://192.168.1.1/", "http://intranet.example/", "http://127.0.0.2/", "http://10.1.2.3:5432/"] {
            assert!(check(bad, &inside).is_err(), "{bad}");
        }
    }
}
