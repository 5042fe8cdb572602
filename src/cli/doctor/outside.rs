//! What `loquet doctor` asks others: the mail server, and whatever answers at the issuer's address.

use super::finding::Finding;
use super::{rules, surroundings};
use crate::config::{Issuer, Mail, Outgoing as OutgoingSettings};
use crate::mail::{Courier, Transport};
use crate::outgoing::{AddressError, Outgoing, OutgoingError};

/// Connects to the mail server, encrypts, signs in, and leaves.
pub async fn mail_server(settings: &Mail) -> Finding {
    const CHECK: &str = "mail";
    let transport = match Transport::of(settings) {
        Ok(transport) => transport,
        Err(error) => return Finding::fault(CHECK, error.to_string(), "correct the section [mail] of the settings"),
    };
    let Some(mut courier) = Courier::of(&transport) else {
        let advice = "set a mail server (docs/mail.md): without one, nobody can confirm an address or a new password";
        return Finding::warning(CHECK, "mail.host is not set: no mail is sent", advice);
    };
    let host = settings.host.as_deref().unwrap_or_default();
    let place = format!("{host}, port {}", settings.port);
    let greeted = courier.greet().await;
    courier.end().await;
    match greeted {
        Ok(()) => {
            let known = if settings.username.is_some() { " and knows us" } else { "" };
            Finding::good(CHECK, format!("{place} answers{known}; `loquet mail test ADDRESS` sends something"))
        }
        Err(error) => Finding::fault(
            CHECK,
            format!("{place}: {error}"),
            "check mail.host, mail.port, mail.security and the account; mail waits meanwhile (docs/mail.md)",
        ),
    }
}

/// Reads the discovery document and the key set as a service would. `kids`: the keys that must be in it.
pub async fn issuer(issuer: &Issuer, settings: &OutgoingSettings, kids: &[String]) -> Vec<Finding> {
    const CHECK: &str = "issuer";
    let outgoing = Outgoing::new(&settings.allowed_networks);
    let address = format!("{issuer}/.well-known/openid-configuration");
    let document = match outgoing.get_json(&address).await {
        Ok(document) => document,
        Err(error) if leads_inside(&error) => {
            let message = format!(
                "not checked: from this machine, {} {}; look at {address} from elsewhere, or name that network",
                issuer.host(),
                AddressError::Private
            );
            return vec![Finding::skipped(CHECK, message)];
        }
        Err(error) => {
            let advice = "see that `loquet serve` runs, that the name leads to your proxy and the proxy to us, and that its certificate is good";
            return vec![Finding::fault(CHECK, format!("{address}: {error}"), advice)];
        }
    };
    let mut findings = vec![surroundings::issuer(issuer.as_str(), &document)];
    if let (Some(address), false) = (document["jwks_uri"].as_str(), kids.is_empty()) {
        findings.push(match outgoing.get_json(address).await {
            Ok(set) => rules::published(kids, &set),
            Err(error) => Finding::fault("key set", format!("{address}: {error}"), "services cannot check any token"),
        });
    }
    findings
}

/// By its address, or by what its name leads to.
fn leads_inside(error: &OutgoingError) -> bool {
    match error {
        OutgoingError::Address(error) => matches!(error, AddressError::Private | AddressError::Scheme),
        OutgoingError::Request(cause) => *cause == AddressError::Private.to_string(),
        OutgoingError::Status(_) | OutgoingError::Answer(_) => false,
    }
}
