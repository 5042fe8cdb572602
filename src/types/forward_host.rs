//! The host name of an application that knows no OpenID Connect, behind a proxy that asks us.

/// Paths of a protected host that are ours start so.
pub const RESERVED: &str = "/.loquet/";
/// Where a sign-in comes back to.
pub const CALLBACK: &str = "/.loquet/callback";
/// Where one signs out.
pub const SIGN_OUT: &str = "/.loquet/sign-out";

/// A host name, with its port unless it is the usual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardHost(String);

/// Why a host cannot be protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a host name in lower case and nothing else, with its port if that is not 443: wiki.example.org")]
pub struct ForwardHostError;

impl ForwardHost {
    /// Checks a host for registration.
    ///
    /// # Errors
    /// When it is written in another way than browsers write it.
    pub fn parse(text: &str) -> Result<Self, ForwardHostError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
        if text.is_empty() || !text.bytes().all(plain) {
            return Err(ForwardHostError);
        }
        let url = url::Url::parse(&format!("https://{text}/")).map_err(|_| ForwardHostError)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let same = url.host_str().is_some_and(|host| format!("{host}{port}") == text);
        if same { Ok(Self(text.to_owned())) } else { Err(ForwardHostError) }
    }

    /// As a proxy tells it (`X-Forwarded-Host`): one, whatever its case.
    #[must_use]
    pub fn told(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        Self::parse(text.strip_suffix(":443").unwrap_or(&text)).ok()
    }

    /// The host, as registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is reached over TLS: always, but on this very machine.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        let name = self.0.split_once("]:").map_or(self.0.as_str(), |(name, _)| name);
        let name = if name.starts_with('[') { name } else { name.split(':').next().unwrap_or_default() };
        !["localhost", "127.0.0.1", "[::1]", "[::1"].contains(&name)
    }

    /// Its origin.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.has_tls() { "https" } else { "http" }, self.0)
    }

    /// Its redirect URI.
    #[must_use]
    pub fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.origin())
    }

    /// An address of this host and of no other, whatever `path` is: not one of our reserved paths, and the
    /// front page for what cannot be written in a header.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        let sound = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
        let kept = sound && path.len() <= LONGEST && !path.starts_with(RESERVED);
        format!("{}{}", self.origin(), if kept { path } else { "/" })
    }
}

/// Longest path that is kept during a sign-in, in bytes.
const LONGEST: usize = 1500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for good in ["wiki.example.org", "xn--caf-dma.example", "localhost:8080", "127.0.0.1:1", "[::1]:8080"] {
            assert_eq!(ForwardHost::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "Wiki.example.org",
            "https://wiki.example.org",
            "wiki.example.org/",
            "wiki.example.org:443",
            "a b",
            "*.example.org",
            "a@b",
            "a,b",
            "wiki.example.org:x",
            "a\r\nb",
            "café.example",
            "127.1",
        ] {
            assert_eq!(ForwardHost::parse(bad), Err(ForwardHostError), "{bad}");
        }
        assert_eq!(ForwardHost::told("WIKI.example.org:443").unwrap().as_str(), "wiki.example.org");
        assert_eq!(ForwardHost::told("a.test, b.test"), None);
    }

    #[test]
    fn plain_http_on_this_machine_only() {
        let origin = |host: &str| ForwardHost::parse(host).unwrap().origin();
        assert_eq!(origin("wiki.example.org"), "https://wiki.example.org");
        assert_eq!(origin("localhost.evil.test"), "https://localhost.evil.test");
        assert_eq!(origin("localhost:8080"), "http://localhost:8080");
        assert_eq!(origin("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(origin("[::1]:8080"), "http://[::1]:8080");
        assert_eq!(origin("[::1]"), "http://[::1]");
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        let host = ForwardHost::parse("wiki.test").unwrap();
        assert_eq!(host.at("/a?b=c"), "https://wiki.test/a?b=c");
        assert_eq!(host.at("//evil.test/"), "https://wiki.test//evil.test/");
        for bad in [
            "",
            "evil.test",
            "@evil.test",
            ".evil.test",
            ":1@evil.test/",
            "https://evil.test/",
            "/a\r\nb: c",
            "/é",
            "/.loquet/callback?code=x",
        ] {
            assert_eq!(host.at(bad), "https://wiki.test/", "{bad}");
        }
        assert_eq!(host.at(&format!("/{}", "a".repeat(LONGEST))), "https://wiki.test/");
    }
}
