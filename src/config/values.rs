//! Types of settings that check themselves.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The public origin of this instance, with a path if it lives below one: the issuer of OpenID
/// Connect Discovery 2, byte for byte. No trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// The issuer as published.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port, as a browser writes it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The path below which everything lives; empty at the root.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Whether browsers reach us over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether this is an instance for tests: its host is a loopback address or below `.test`.
    #[must_use]
    pub fn is_for_tests(&self) -> bool {
        match self.url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || is_below_test(name),
            None => false,
        }
    }

    /// The host alone.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

fn is_below_test(name: &str) -> bool {
    name.rsplit('.').next() == Some("test")
}

impl FromStr for Issuer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| "must be an address such as https://sso.example.org")?;
        if text.ends_with('/') {
            return Err("must not end with a slash");
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err("must hold nothing but scheme, host, port and path");
        }
        let issuer = Self { text: text.to_owned(), url };
        if !issuer.is_https() && (issuer.url.scheme() != "http" || !issuer.is_for_tests()) {
            return Err("must use https (http is for loopback and .test hosts)");
        }
        if format!("{}{}", issuer.origin(), issuer.path()) != text {
            return Err("must be written in its plain form: lower case, no default port, no '..'");
        }
        Ok(issuer)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (port 465).
    Tls,
    /// STARTTLS, refused if the server does not offer it (port 587).
    StartTls,
    /// None: loopback servers only.
    None,
}

impl FromStr for SmtpSecurity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "tls" => Ok(Self::Tls),
            "starttls" => Ok(Self::StartTls),
            "none" => Ok(Self::None),
            _ => Err("must be tls, starttls or none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers() {
        for good in [
            "https://sso.example",
            "https://sso.example/realms/main",
            "http://localhost:8080",
            "http://sso.test",
            "http://[::1]:8080",
        ] {
            assert_eq!(good.parse::<Issuer>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "sso.example",
            "https://sso.example/",
            "http://sso.example",
            "https://u@sso.example",
            "https://sso.example?x",
            "https://SSO.example",
            "https://sso.example:443",
            "https://sso.example/a/../b",
            "ftp://localhost",
        ] {
            assert!(bad.parse::<Issuer>().is_err(), "{bad}");
        }
        assert_eq!("https://sso.example/realms/main".parse::<Issuer>().unwrap().path(), "/realms/main");
        assert_eq!("https://sso.example".parse::<Issuer>().unwrap().path(), "");
    }
}
