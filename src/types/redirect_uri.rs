//! Redirect URIs: checked when a client is saved, compared byte for byte when used.

use url::Url;

/// A redirect URI that a client may register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri(String);

/// Why a redirect URI cannot be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Relative, or no URI at all.
    #[error("is not an absolute URI")]
    NotAbsolute,
    /// `http` is for loopback addresses only; `javascript:`, `data:` and the like never.
    #[error(
        "must use https (http is for 127.0.0.1, [::1] and localhost only; a native application may use a scheme of its own such as org.example.app)"
    )]
    Scheme,
    /// RFC 6749 3.1.2: no fragment.
    #[error("must not hold a fragment (#…)")]
    Fragment,
    /// `user@host` misleads those who read it.
    #[error("must not hold a user name or password")]
    UserInfo,
    /// Wildcards are not supported: every URI is written out.
    #[error("must not hold a wildcard (*)")]
    Wildcard,
    /// Spaces, control or non-ASCII characters, or a form that a parser would rewrite.
    #[error("holds characters that must be percent-encoded, or '..'")]
    Characters,
}

impl RedirectUri {
    /// Checks a URI for registration.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn parse(text: &str) -> Result<Self, RedirectUriError> {
        if !text.bytes().all(|b| b.is_ascii_graphic()) || text.contains(['\\', '"', '<', '>']) {
            return Err(RedirectUriError::Characters);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::NotAbsolute)?;
        if text.contains('*') {
            return Err(RedirectUriError::Wildcard);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectUriError::UserInfo);
        }
        match url.scheme() {
            "https" if url.host().is_some() => {}
            "http" if is_loopback(&url) => {}
            // RFC 8252 7.1: a private-use scheme is a reversed domain name.
            scheme if scheme.contains('.') && url.host_str().is_none_or(|h| !h.contains('@')) => {}
            _ => return Err(RedirectUriError::Scheme),
        }
        let path = text.split(['?', '#']).next().unwrap_or_default();
        if path.split('/').any(|segment| segment == "..") {
            return Err(RedirectUriError::Characters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The URI, byte for byte as registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a requested redirect URI is the registered one: byte for byte, save that the port of a
/// loopback IP address is free (RFC 8252 7.3: a native application takes whichever it gets).
#[must_use]
pub fn matches(registered: &str, requested: &str) -> bool {
    registered == requested
        || matches!((loopback_parts(registered), loopback_parts(requested)), (Some(a), Some(b)) if a == b)
}

/// Scheme with host, then path with query, of an `http` loopback IP URI, the port left out.
fn loopback_parts(uri: &str) -> Option<(&str, &str)> {
    ["http://127.0.0.1", "http://[::1]"].into_iter().find_map(|origin| {
        let rest = uri.strip_prefix(origin)?;
        let (port, path) = match rest.strip_prefix(':') {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("0", rest),
        };
        // Digits alone: Rust reads "+80" too.
        let sound = port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
        (sound && path.starts_with('/')).then_some((origin, path))
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registration() {
        use RedirectUriError::*;
        for good in [
            "https://rp.test/cb",
            "https://rp.test/login.php?oidc",
            "http://127.0.0.1/cb",
            "http://localhost:8090/cb",
            "http://[::1]:4000/cb",
            "org.example.app:/callback",
        ] {
            assert!(RedirectUri::parse(good).is_ok(), "{good}");
        }
        for (bad, error) in [
            ("https://rp.test/*", Wildcard),
            ("http://*/cb", Wildcard),
            ("javascript:alert(1)", Scheme),
            ("JaVaScRiPt:alert(1)", Scheme),
            ("data:text/html,x", Scheme),
            ("https://rp.test/cb#f", Fragment),
            ("https://u:p@rp.test/cb", UserInfo),
            ("http://rp.test/cb", Scheme),
            ("/cb", NotAbsolute),
            ("", NotAbsolute),
            ("https://rp.test/a b", Characters),
            ("https://rp.test/cb/../evil", Characters),
            ("file:///etc/passwd", Scheme),
        ] {
            assert_eq!(RedirectUri::parse(bad), Err(error), "{bad}");
        }
    }

    #[test]
    fn only_the_loopback_port_is_free() {
        assert!(matches("https://rp.test/cb", "https://rp.test/cb"));
        assert!(matches("http://127.0.0.1/cb", "http://127.0.0.1:53123/cb"));
        assert!(matches("http://[::1]:1/cb", "http://[::1]:53123/cb"));
        for other in [
            "http://127.0.0.1:53123/cb2",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:x/cb",
            "http://127.0.0.1:+80/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1.evil.test/cb",
            "http://127.0.0.1:1@evil.test/cb",
            "http://localhost/cb",
            "http://127.0.0.1:53123",
        ] {
            assert!(!matches("http://127.0.0.1/cb", other), "{other}");
        }
        for other in [
            "https://rp.test/cb/",
            "https://rp.test/cb?x=1",
            "https://rp.test/CB",
            "HTTPS://rp.test/cb",
            "https://rp.test:443/cb",
            "https://rp.test/%63b",
            "https://rp.test//cb",
            "https://rp.test/cb ",
            "https://rp.test/\tcb",
        ] {
            assert!(!matches("https://rp.test/cb", other), "{other}");
        }
        assert!(!matches("http://localhost:1/cb", "http://localhost:2/cb"));
    }
}
