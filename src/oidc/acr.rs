//! How well somebody proved who they are: what a request asks of it, and what tokens say (OpenID Connect
//! Core 2, 3.1.2.1, 5.5.1.1; RFC 8176). Pure.
//!
//! Two factors are also one: a request for `password` is content with `multi-factor`, which is then what
//! the token says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::authorization_checks::Checked;
use crate::db::clients::Client;
use crate::db::sessions::is_multi_factor;

const PASSWORD: &str = "urn:loquet:acr:password";
const MULTI_FACTOR: &str = "urn:loquet:acr:multi-factor";

/// Authentication contexts that we publish, and never claim more than was proven.
pub const ACR_VALUES: [&str; 2] = [PASSWORD, MULTI_FACTOR];

/// The one that these methods are worth.
#[must_use]
pub fn acr(amr: &[String]) -> &'static str {
    if is_multi_factor(amr) { MULTI_FACTOR } else { PASSWORD }
}

/// Whether two factors are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// They are not.
    #[default]
    None,
    /// The service prefers them: those who have a second factor show it.
    Preferred,
    /// Nothing less will do.
    Required,
}

/// What a request asks for.
///
/// # Errors
/// It demands what we do not offer.
pub fn demand(acr_values: Option<&str>, claim: &Value) -> Checked<Demand> {
    let named = claim["values"].as_array().into_iter().flatten().chain(claim.get("value"));
    let named: Vec<&str> = named.filter_map(Value::as_str).collect();
    if claim["essential"] == true && !named.is_empty() {
        return match (named.contains(&PASSWORD), named.contains(&MULTI_FACTOR)) {
            (true, _) => Ok(Demand::None),
            (false, true) => Ok(Demand::Required),
            (false, false) => Err(("unmet_authentication_requirements", "acr cannot be what claims demands")),
        };
    }
    // In order of preference; what we do not know is passed over.
    let mut wished = acr_values.unwrap_or_default().split(' ').chain(named).filter(|name| ACR_VALUES.contains(name));
    Ok(if wished.next() == Some(MULTI_FACTOR) { Demand::Preferred } else { Demand::None })
}

/// Whether a proof is enough for a client.
#[must_use]
pub fn suffices(amr: &[String], client: &Client) -> bool {
    !client.second_factor || is_multi_factor(amr)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_asked() {
        let none = Value::Null;
        for (acr_values, expected) in [
            (None, Demand::None),
            (Some("x y"), Demand::None),
            (Some(PASSWORD), Demand::None),
            (Some(MULTI_FACTOR), Demand::Preferred),
            (Some("x urn:loquet:acr:multi-factor urn:loquet:acr:password"), Demand::Preferred),
            (Some("urn:loquet:acr:password urn:loquet:acr:multi-factor"), Demand::None),
        ] {
            assert_eq!(demand(acr_values, &none), Ok(expected), "{acr_values:?}");
        }
        for (claim, expected) in [
            (json!({ "essential": true }), Ok(Demand::None)),
            (json!({ "essential": true, "value": MULTI_FACTOR }), Ok(Demand::Required)),
            (json!({ "essential": true, "values": ["x", MULTI_FACTOR] }), Ok(Demand::Required)),
            (json!({ "essential": true, "values": [MULTI_FACTOR, PASSWORD] }), Ok(Demand::None)),
            (json!({ "essential": false, "value": MULTI_FACTOR }), Ok(Demand::Preferred)),
            (json!({ "values": [MULTI_FACTOR] }), Ok(Demand::Preferred)),
            (json!({ "values": [1, null] }), Ok(Demand::None)),
            (json!({ "essential": true, "value": "x" }), Err(())),
        ] {
            assert_eq!(demand(None, &claim).map_err(|_| ()), expected, "{claim}");
        }
    }

    #[test]
    fn what_is_said() {
        let amr = |methods: &[&str]| methods.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(acr(&amr(&["pwd"])), PASSWORD);
        assert_eq!(acr(&amr(&["pwd", "otp", "mfa"])), MULTI_FACTOR);
        assert_eq!(acr(&amr(&["pop", "user", "mfa"])), MULTI_FACTOR);
        assert_eq!(acr(&[]), PASSWORD);
    }
}
