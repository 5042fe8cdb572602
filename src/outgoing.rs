//! The requests that we make to services: sign-out notices and their keys. An address comes from
//! somebody who registered a client, so it is checked when it is saved **and** when it is connected to:
//! only public addresses, or networks that the settings allow (SS-01 to SS-06).

mod address;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::Url;

pub use address::AddressError;

const CONNECT: Duration = Duration::from_secs(3);
const WHOLE: Duration = Duration::from_secs(5);
/// Largest answer read, in bytes.
const LARGEST: usize = 64 * 1024;

/// Makes requests, within what is allowed.
pub struct Outgoing {
    allowed: Arc<[IpNet]>,
    client: OnceLock<reqwest::Client>,
}

/// Why a request failed, in words for an administrator.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// Not an address that we call.
    #[error("the address {0}")]
    Address(#[from] AddressError),
    /// Not reached, not in time, or not verified.
    #[error("{0}")]
    Request(String),
    /// Another status than success.
    #[error("answered {0}")]
    Status(u16),
    /// Too large, or not JSON.
    #[error("the answer {0}")]
    Answer(&'static str),
}

impl From<reqwest::Error> for OutgoingError {
    fn from(error: reqwest::Error) -> Self {
        // The innermost cause tells; the address is left out, it is known.
        let error = error.without_url();
        let mut cause: &dyn std::error::Error = &error;
        while let Some(next) = cause.source() {
            cause = next;
        }
        Self::Request(if error.is_timeout() { "did not answer in time".to_owned() } else { cause.to_string() })
    }
}

impl Outgoing {
    /// Public addresses, and these networks.
    #[must_use]
    pub fn new(allowed_networks: &[IpNet]) -> Self {
        Self { allowed: allowed_networks.into(), client: OnceLock::new() }
    }

    /// Whether an address may be called at all, as far as can be told without looking up its name.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn check(&self, address: &str) -> Result<Url, AddressError> {
        address::check(address, &self.allowed)
    }

    /// POSTs a form; success is any status from 200 to 299.
    ///
    /// # Errors
    /// Why not.
    pub async fn post_form(&self, address: &str, form: &[(&str, &str)]) -> Result<(), OutgoingError> {
        let response = self.client()?.post(self.check(address)?).form(form).send().await?;
        if response.status().is_success() { Ok(()) } else { Err(OutgoingError::Status(response.status().as_u16())) }
    }

    /// GETs a JSON document of at most 64 KiB.
    ///
    /// # Errors
    /// Why not.
    pub async fn get_json(&self, address: &str) -> Result<serde_json::Value, OutgoingError> {
        let mut response = self.client()?.get(self.check(address)?).send().await?;
        if !response.status().is_success() {
            return Err(OutgoingError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LARGEST {
                return Err(OutgoingError::Answer("is larger than 64 KiB"));
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|_| OutgoingError::Answer("is not JSON"))
    }

    /// Made when first needed: it reads the machine's certificates.
    fn client(&self) -> Result<&reqwest::Client, OutgoingError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder()
            .dns_resolver(Arc::new(Public { allowed: Arc::clone(&self.allowed) }))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .pool_max_idle_per_host(0)
            .user_agent(concat!("Loquet/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// Looks names up, and keeps the addresses that may be called: a name that is public when it is saved
/// may lead inside later.
struct Public {
    allowed: Arc<[IpNet]>,
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.allowed);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = found.filter(|at| address::may_call(at.ip(), &allowed)).collect();
            if kept.is_empty() {
                return Err(AddressError::Private.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SS-01: the check of what a name leads to, at the moment of the connection.
    #[tokio::test]
    async fn names_that_lead_inside() {
        let look = async |name: &str, allowed: &[IpNet]| {
            let found = Public { allowed: allowed.into() }.resolve(name.parse().unwrap()).await;
            found
                .map(|found| found.map(|at| at.ip().to_string()).collect::<Vec<_>>())
                .map_err(|error| error.to_string())
        };
        assert!(look("localhost", &[]).await.is_err_and(|error| error.contains("private network")));
        let ours = ["127.0.0.0/8".parse().unwrap()];
        assert!(look("localhost", &ours).await.is_ok_and(|found| found.iter().all(|ip| ip == "127.0.0.1")));
    }
}
