//! Where a claim stands in a token: a name, or names from the outside in.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most names of a path.
const DEPTH: usize = 5;
/// Longest name, in bytes.
const LENGTH: usize = 100;

/// Written with dots between the names, `realm_access.roles`; a dot that belongs to a name is written
/// `\.`, a backslash `\\`: `resource_access.wiki\.example\.org.roles`. Every text is a path; whether it
/// is a sound one, [`ClaimPath::fault`] says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ClaimPath(Vec<String>);

impl From<&str> for ClaimPath {
    fn from(text: &str) -> Self {
        let (mut names, mut name, mut escaped) = (Vec::new(), String::new(), false);
        for character in text.chars() {
            match character {
                '\\' if !escaped => escaped = true,
                '.' if !escaped => names.push(std::mem::take(&mut name)),
                other => {
                    name.push(other);
                    escaped = false;
                }
            }
        }
        if escaped {
            name.push('\\');
        }
        names.push(name);
        Self(names)
    }
}

impl From<String> for ClaimPath {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<ClaimPath> for String {
    fn from(path: ClaimPath) -> Self {
        path.to_string()
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(|name| name.replace('\\', "\\\\").replace('.', "\\.")).collect();
        f.write_str(&names.join("."))
    }
}

impl ClaimPath {
    /// The outermost name: that of the claim.
    #[must_use]
    pub fn claim(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if self.0.len() > DEPTH {
            return Some("has more than 5 names (a dot in a name is written \\.)");
        }
        let sound = |name: &String| {
            !name.is_empty() && name.len() <= LENGTH && name.bytes().all(|byte| byte.is_ascii_graphic())
        };
        (!self.0.iter().all(sound)).then_some("must be names of 1 to 100 letters, digits and signs, with dots between")
    }

    /// Whether both cannot be in one token: one stands where the other is, or above it.
    #[must_use]
    pub fn collides_with(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(one, other)| one.eq_ignore_ascii_case(other))
    }

    /// Puts a value there, in place of whatever is in the way.
    pub fn put(&self, claims: &mut Map<String, Value>, value: Value) {
        put(&self.0, claims, value);
    }
}

fn put(names: &[String], within: &mut Map<String, Value>, value: Value) {
    match names {
        [] => {}
        [name] => {
            within.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let mut inner = match within.remove(name) {
                Some(Value::Object(inner)) => inner,
                _ => Map::new(),
            };
            put(rest, &mut inner, value);
            within.insert(name.clone(), Value::Object(inner));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_and_its_names() {
        for (text, names) in [
            ("groups", &["groups"][..]),
            ("realm_access.roles", &["realm_access", "roles"]),
            (r"resource_access.wiki\.example\.org.roles", &["resource_access", "wiki.example.org", "roles"]),
            (r"a\\.b", &["a\\", "b"]),
            (r"https://a\.test/roles", &["https://a.test/roles"]),
            ("", &[""]),
            (".a", &["", "a"]),
            ("a.", &["a", ""]),
        ] {
            let path = ClaimPath::from(text);
            assert_eq!(path.0, names, "{text}");
            assert_eq!(path.to_string(), text);
        }
        // Needless escapes are dropped, and the end of the text escapes nothing.
        assert_eq!(ClaimPath::from(r"\a\b").to_string(), "ab");
        assert_eq!(ClaimPath::from(r"a\").to_string(), r"a\\");
    }

    #[test]
    fn what_is_no_path() {
        for bad in ["", "a..b", ".a", "a.", "a b", "é", "a.b.c.d.e.f", &"x".repeat(101)] {
            assert!(ClaimPath::from(bad).fault().is_some(), "{bad}");
        }
        for good in ["a", "a.b.c.d.e", &"x".repeat(100), r"https://a\.test/roles"] {
            assert_eq!(ClaimPath::from(good).fault(), None, "{good}");
        }
    }

    #[test]
    fn collisions() {
        let collide = |one: &str, other: &str| ClaimPath::from(one).collides_with(&ClaimPath::from(other));
        for (one, other) in [("a", "a"), ("a", "a.b"), ("a.b.c", "a.b"), ("A.b", "a.B.c")] {
            assert!(collide(one, other) && collide(other, one), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("a.b", "a.c"), ("ab", "a.b"), (r"a\.b", "a.b")] {
            assert!(!collide(one, other) && !collide(other, one), "{one} {other}");
        }
    }

    #[test]
    fn values_find_their_place() {
        let mut claims = Map::new();
        claims.insert("in_the_way".to_owned(), json!("text"));
        for (path, value) in [("a.b", 1), (r"a.c\.d.e", 2), ("f", 3), ("in_the_way.g", 4)] {
            ClaimPath::from(path).put(&mut claims, json!(value));
        }
        assert_eq!(
            Value::Object(claims),
            json!({ "a": { "b": 1, "c.d": { "e": 2 } }, "f": 3, "in_the_way": { "g": 4 } })
        );
    }
}
