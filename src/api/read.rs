//! What a request says, read strictly: nothing unknown is passed over (OR-05, OR-09), nothing is repaired.

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_TYPE, IF_MATCH};
use actix_web::web::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::delegation::Version;
use crate::http::api_error::{ApiError, Kind};
use crate::http::params::Params;

/// The query string.
///
/// # Errors
/// A name that is unknown, repeated or has a value that it cannot have.
pub(super) fn query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, ApiError> {
    let params =
        Params::parse(request.query_string().as_bytes()).map_err(|_| ApiError::invalid("query", "not-utf-8"))?;
    let mut members = Map::new();
    for (name, value) in params.iter() {
        if members.insert(name.to_owned(), Value::String(value.to_owned())).is_some() {
            return Err(ApiError::invalid(name.to_owned(), "repeated"));
        }
    }
    let object = Value::Object(members);
    without_nul(&object)?;
    serde_path_to_error::deserialize(object).map_err(|error| flaw(&error))
}

/// A JSON body.
///
/// # Errors
/// Another media type; no JSON; a member that is unknown, repeated, missing or of the wrong type.
pub(super) fn body<T: DeserializeOwned>(request: &HttpRequest, bytes: &Bytes) -> Result<T, ApiError> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Kind::MediaType.into());
    }
    // Whether it is JSON at all; what serde tells of afterwards is about what is in it.
    let value: Value = serde_json::from_slice(bytes).map_err(|_| ApiError::invalid("body", "not-json"))?;
    without_nul(&value)?;
    // serde would take a list for the members in their order.
    if !value.is_object() {
        return Err(ApiError::invalid("body", "wrong-type"));
    }
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(bytes)).map_err(|error| flaw(&error))
}

/// PostgreSQL stores no such text.
fn without_nul(value: &Value) -> Result<(), ApiError> {
    match value {
        Value::String(text) if text.contains('\0') => Err(ApiError::invalid("body", "nul")),
        Value::Array(values) => values.iter().try_for_each(without_nul),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, value)| without_nul(value).map_err(|_| ApiError::invalid(name.clone(), "nul"))),
        _ => Ok(()),
    }
}

/// What serde says, for programs. Its own words stay here: they tell of our insides (HT-05).
fn flaw(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let (words, path) = (error.inner().to_string(), error.path().to_string());
    let named = words.split('`').nth(1).unwrap_or_default();
    let within = |name: &str| if path == "." { name.to_owned() } else { format!("{path}.{name}") };
    let (field, problem) = if words.starts_with("missing field") {
        (within(named), "missing")
    } else if words.starts_with("unknown field") {
        (path.clone(), "unknown")
    } else if words.starts_with("duplicate field") {
        (within(named), "repeated")
    } else if words.starts_with("unknown variant") {
        (path.clone(), "not-a-choice")
    } else {
        (path.clone(), "wrong-type")
    };
    let field = if field == "." { "body" } else { &field };
    ApiError::invalid(field.chars().take(100).collect::<String>(), problem)
}

/// The version that a change was decided on; none: any (`If-Match: *`). RFC 9110 13.1.1.
///
/// # Errors
/// No such header (RFC 6585 3), or one with more than one version.
pub(super) fn expected(request: &HttpRequest) -> Result<Option<Version>, ApiError> {
    let mut given = request.headers().get_all(IF_MATCH);
    let first = given.next().ok_or(Kind::PreconditionRequired)?;
    let wrong = || ApiError::invalid("If-Match", "not-a-version");
    let text = first.to_str().map_err(|_| wrong())?.trim();
    if given.next().is_some() {
        return Err(wrong());
    }
    if text == "*" {
        return Ok(None);
    }
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|tag| !tag.contains('"'));
    // A weak one is never the same (RFC 9110 8.8.3.2), as one that was made up.
    Ok(Some(Version::presented(tag.or_else(|| text.strip_prefix("W/")).ok_or_else(wrong)?)))
}

/// A number in a query string.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| de::Error::custom("no number"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Asked {
        name: String,
        #[serde(default)]
        list: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        number: u8,
    }

    fn told(text: &str) -> String {
        let request = TestRequest::default().insert_header((CONTENT_TYPE, "application/json")).to_http_request();
        let error = body::<Asked>(&request, &Bytes::from(text.to_owned())).unwrap_err();
        error.errors.iter().map(|error| [&*error.field, error.problem].join(" ")).collect()
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, expected) in [
            (r#"{"name":"a","email":"b"}"#, "email unknown"),
            (r#"{"list":[]}"#, "name missing"),
            (r#"{"name":"a","name":"b"}"#, "name repeated"),
            (r#"{"name":1}"#, "name wrong-type"),
            (r#"{"name":null}"#, "name wrong-type"),
            (r#"{"name":"a","list":[{"number":1},{"number":"x"}]}"#, "list[1].number wrong-type"),
            (r#"{"name":"a","list":[{}]}"#, "list[0].number missing"),
            (r#"{"name":"a","list":[{"number":1,"x":2}]}"#, "list[0].x unknown"),
            (r#"{"name":"a\u0000"}"#, "name nul"),
            (r#"{"name":"\ud800"}"#, "body not-json"),
            (r#"{"name":"a"}{}"#, "body not-json"),
            ("[]", "body wrong-type"),
            ("3", "body wrong-type"),
            ("{", "body not-json"),
            ("", "body not-json"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        let invalid = [b"{\"name\":\"\xff\"}".to_vec(), vec![b'['; 20_000]];
        for bytes in invalid {
            let request = TestRequest::default().insert_header((CONTENT_TYPE, "application/json")).to_http_request();
            assert!(body::<Value>(&request, &Bytes::from(bytes)).is_err());
        }
    }

    #[test]
    fn only_json_is_a_body() {
        for (kind, good) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("application/json-patch+json", false),
        ] {
            let request = TestRequest::default().insert_header((CONTENT_TYPE, kind)).to_http_request();
            assert_eq!(body::<Value>(&request, &Bytes::from_static(b"{}")).is_ok(), good, "{kind}");
        }
    }

    #[test]
    fn versions() {
        let presented =
            |text: &str| expected(&TestRequest::default().insert_header((IF_MATCH, text)).to_http_request());
        assert_eq!(presented("\"abc\"").unwrap(), Some(Version::presented("abc")));
        assert_eq!(presented("*").unwrap(), None);
        assert_eq!(presented("W/\"abc\"").unwrap(), Some(Version::presented("\"abc\"")));
        for bad in ["abc", "\"a\", \"b\"", "", "\""] {
            assert_eq!(presented(bad).unwrap_err().kind, Kind::Invalid, "{bad}");
        }
        let without = expected(&TestRequest::default().to_http_request());
        assert_eq!(without.unwrap_err().kind, Kind::PreconditionRequired);
    }
}
