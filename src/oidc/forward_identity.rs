//! What a protected application reads of a person: four headers that the proxy copies. Pure.

use crate::authz::client_access::Allowed;
use crate::claims::told::Told;
use crate::db::users::display_name;

/// Names and values. All four always, empty when the service may not know: a proxy that copies what is there
/// must have something to put in the place of what a browser sent.
#[must_use]
pub fn headers(told: &Told<'_>) -> [(&'static str, String); 4] {
    let (held, Allowed { groups, organizations, roles }) = (told.held, told.allowed);
    let may = |scope: &str| {
        let asked = held.scope.iter().any(|name| name == scope);
        asked && told.client.scopes.iter().any(|name| name == scope)
    };
    let user = if may("profile") { held.username.clone() } else { told.subject() };
    let name = display_name(&held.given_name, &held.family_name, &held.username);
    let names = told.client.claims.group_names(groups, organizations, roles);
    [
        ("Remote-User", line(&user)),
        ("Remote-Name", if may("profile") { line(&name) } else { String::new() }),
        ("Remote-Email", if may("email") && held.facts.email_verified { line(&held.email) } else { String::new() }),
        ("Remote-Groups", if may("groups") { list(&names) } else { String::new() }),
    ]
}

/// One line of UTF-8: nothing that ends a header.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Names between commas: a comma of a name is written `%2C`, so that no name passes for two.
fn list(names: &[String]) -> String {
    names.iter().map(|name| line(name).replace('%', "%25").replace(',', "%2C")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_header_or_a_name() {
        assert_eq!(line("Élodie\r\nRemote-Groups: admins\0"), "Élodie  Remote-Groups: admins");
        assert_eq!(list(&["staff".to_owned(), "a,admins".to_owned(), "50%".to_owned()]), "staff,a%2Cadmins,50%25");
    }
}
