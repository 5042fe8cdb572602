//! Where a request comes from, as the journal and the list of sessions keep it: enough to recognise,
//! never enough to follow somebody.

use std::net::IpAddr;

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpMessage as _, HttpRequest};
use woothee::parser::Parser;

use super::client_address::client_address;
use super::envelope::RequestId;
use crate::app::AppState;
use crate::db::audit::Origin;

/// Of a request.
#[must_use]
pub fn origin(request: &HttpRequest, state: &AppState) -> Origin {
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin {
        address_range: range(client_address(request, state)),
        device: device(agent),
        request: request.extensions().get::<RequestId>().map(|id| id.0),
        service: None,
    }
}

/// «Firefox, Linux»; empty when the browser does not say.
fn device(agent: &str) -> String {
    // The longest that is worth reading.
    let agent = agent.get(..512).unwrap_or(agent);
    let Some(found) = Parser::new().parse(agent) else { return String::new() };
    let known = |name: &&str| !name.is_empty() && *name != "UNKNOWN";
    [found.name, found.os].into_iter().filter(known).collect::<Vec<_>>().join(", ")
}

/// The /24 of an IPv4 address, the /48 of an IPv6 one.
fn range(address: IpAddr) -> String {
    let prefix = if address.is_ipv4() { 24 } else { 48 };
    ipnet::IpNet::new(address, prefix).map(|network| network.trunc().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_little() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(device(firefox), "Firefox, Linux");
        assert_eq!(device("<script>alert(1)</script>"), "");
        assert_eq!(device(&"é".repeat(4000)), "");
        assert_eq!(range("203.0.113.77".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(range("2001:db8:1:2::3".parse().unwrap()), "2001:db8:1::/48");
    }
}
