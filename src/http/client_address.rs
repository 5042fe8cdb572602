//! Which address a request comes from, believing only the proxies of the settings.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;
use ipnet::IpNet;

use crate::app::AppState;

/// Whether a request comes from a trusted proxy, whatever it says of others.
#[must_use]
pub fn is_from_proxy(request: &HttpRequest, state: &AppState) -> bool {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    peer.is_some_and(|peer| state.settings.server.trusted_proxies.iter().any(|network| network.contains(&peer)))
}

/// The address behind the trusted proxies: the last one of `X-Forwarded-For` that is not a trusted
/// proxy itself. Whatever an untrusted peer writes there is ignored.
#[must_use]
pub fn client_address(request: &HttpRequest, state: &AppState) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    behind_proxies(peer, forwarded, &state.settings.server.trusted_proxies)
}

fn behind_proxies<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let chain: Vec<&str> = forwarded.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut address = peer;
    for hop in chain.into_iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(next) => address = next.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

/// What limits are counted by: an IPv4 address, or the /64 that one IPv6 subscriber has.
#[must_use]
pub fn range(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted: Vec<IpNet> = vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let find = |peer: &str, header: &str| {
            behind_proxies(peer.parse().unwrap(), std::iter::once(header), &trusted).to_string()
        };
        assert_eq!(find("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(find("127.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(find("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.4"), "198.51.100.1");
        assert_eq!(find("127.0.0.1", "198.51.100.1, nonsense"), "127.0.0.1");
        assert_eq!(find("127.0.0.1", ""), "127.0.0.1");
        assert_eq!(range("2001:db8:1:2:3::4".parse().unwrap()), range("2001:db8:1:2:9::9".parse().unwrap()));
    }
}
