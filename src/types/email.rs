//! E-mail addresses.

use std::fmt;

/// An ASCII address that mail can be sent to; case is kept for sending and ignored for looking up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Over 254 bytes (RFC 5321 4.5.3.1.3).
    #[error("is longer than 254 characters")]
    TooLong,
    /// Accents and other scripts: two addresses that look the same would be two accounts.
    #[error("may hold only unaccented (ASCII) characters")]
    NotAscii,
    /// Not of the form `name@domain.tld`.
    #[error("is not an e-mail address")]
    Malformed,
}

impl Email {
    /// Reads an address. Quoted local parts and address literals exist in the RFC and nowhere else:
    /// refused, like a domain without a dot.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > 254 {
            return Err(EmailError::TooLong);
        }
        if !text.is_ascii() {
            return Err(EmailError::NotAscii);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Malformed)?;
        let plain = !local.contains('"') && !domain.contains('[') && domain.contains('.');
        if !plain || lettre::Address::new(local, domain).is_err() {
            return Err(EmailError::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique. The column `users.email_key` is computed the same way.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `m…@example.org`: enough for its owner to know which address it is.
#[must_use]
pub fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        for good in ["a@b.example", "gilles80+membre@example.net", "A.B@Example.ORG"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "not-an-address",
            "a@b@c.example",
            "<script>alert(1)</script>@example.org",
            "a@b",
            "\"a\"@b.example",
            "a b@c.example",
            "a@[127.0.0.1]",
            "a@b.example\r\nBcc: c@d.example",
            "@b.example",
            "a@",
            "a@.example",
        ] {
            assert_eq!(Email::parse(bad), Err(EmailError::Malformed), "{bad}");
        }
        assert_eq!(Email::parse("héloïse@exämple.org"), Err(EmailError::NotAscii));
        assert_eq!(masked("marie@example.org"), "m…@example.org");
    }
}
