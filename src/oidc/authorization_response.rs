//! The answer to an authorization request, as an address to go to. Pure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986 is encoded.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The redirect URI, byte for byte, with the answer in its query; always with `iss` (RFC 9207).
#[must_use]
pub fn redirect(redirect_uri: &str, answer: &[(&str, &str)], state: Option<&str>, issuer: &str) -> String {
    let mut address = redirect_uri.to_owned();
    let mut separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let state = state.map(|state| ("state", state));
    for (name, value) in answer.iter().copied().chain(state).chain([("iss", issuer)]) {
        address.push(separator);
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, VALUE));
        separator = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_uri_as_registered() {
        assert_eq!(
            redirect("https://rp.test/login.php?oidc", &[("code", "a.b")], Some("==+/ é\r\n"), "https://sso.test"),
            "https://rp.test/login.php?oidc&code=a.b&state=%3D%3D%2B%2F%20%C3%A9%0D%0A&iss=https%3A%2F%2Fsso.test"
        );
        assert_eq!(
            redirect("https://rp.test/cb", &[("error", "access_denied")], None, "https://sso.test"),
            "https://rp.test/cb?error=access_denied&iss=https%3A%2F%2Fsso.test"
        );
    }
}
