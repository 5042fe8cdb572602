//! Query strings and form bodies, read strictly: invalid UTF-8 is refused (actix would repair it,
//! making two different texts one), and a repeated name is noticed instead of dropped.

use percent_encoding::percent_decode;

/// Decoded parameters in their order.
#[derive(Clone, Default)]
pub struct Params(Vec<(String, String)>);

/// What is wrong with a set of parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// Not UTF-8 once decoded.
    #[error("a parameter is not valid UTF-8")]
    NotUtf8,
    /// A name given twice.
    #[error("the parameter {0} is given more than once")]
    Repeated(&'static str),
}

impl Params {
    /// Decodes `application/x-www-form-urlencoded` bytes (a query string or a body).
    ///
    /// # Errors
    /// [`ParamError::NotUtf8`].
    pub fn parse(encoded: &[u8]) -> Result<Self, ParamError> {
        let decode = |part: &[u8]| {
            let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            String::from_utf8(percent_decode(&spaced).collect()).map_err(|_| ParamError::NotUtf8)
        };
        let mut params = Vec::new();
        for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(position) => (&pair[..position], &pair[position + 1..]),
                None => (pair, &[][..]),
            };
            params.push((decode(name)?, decode(value)?));
        }
        Ok(Self(params))
    }

    /// Parameters that something else has decoded.
    #[must_use]
    pub fn of(params: Vec<(String, String)>) -> Self {
        Self(params)
    }

    /// Names and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a name that may be given once (RFC 6749 3.1: never twice). An empty value counts
    /// as absent.
    ///
    /// # Errors
    /// [`ParamError::Repeated`].
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, ParamError> {
        let mut values = self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() {
            return Err(ParamError::Repeated(name));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// Whether a NUL character is in them: PostgreSQL stores no such text.
    #[must_use]
    pub fn hold_nul(&self) -> bool {
        self.0.iter().any(|(name, value)| name.contains('\0') || value.contains('\0'))
    }

    /// The same parameters, encoded again.
    #[must_use]
    pub fn encode(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// All values of a name: of boxes that were ticked.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a name, or nothing: for forms of ours, where a repetition means nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict() {
        let params = Params::parse(b"a=1&b=x+y%20z&c&d=&a=2&%C3%A9=%E2%82%AC&e==%3D").unwrap();
        assert_eq!(params.one("a"), Err(ParamError::Repeated("a")));
        assert_eq!(params.one("b"), Ok(Some("x y z")));
        assert_eq!(params.one("c"), Ok(None));
        assert_eq!(params.one("d"), Ok(None));
        assert_eq!(params.one("e"), Ok(Some("==")));
        assert_eq!(params.get("é"), "€");
        for bad in [&b"a=%ff"[..], b"%fe=1", b"a=\xff", b"a=%C3"] {
            assert!(matches!(Params::parse(bad), Err(ParamError::NotUtf8)));
        }
    }
}
