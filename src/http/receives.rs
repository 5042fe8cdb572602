//! What a service receives, in words: the same where the person agrees to it and where they look later.

use super::page::Page;
use crate::app::AppState;
use crate::db::users::User;
use crate::types::CustomField;

/// As people read about scopes: what says most about them first, the host's own last.
const ORDER: [&str; 8] =
    ["openid", "profile", "email", "address", "phone", "groups", "organizations", "offline_access"];

/// What these scopes give of that person.
#[must_use]
pub fn receives(page: &Page, user: &User, state: &AppState, scopes: &[String]) -> Vec<String> {
    let settings = &state.settings.profile;
    let words = |scope: &str| match scope {
        "profile" => page.text1("consent-profile", "username", &user.username),
        "email" => page.text1("consent-email", "email", &user.email),
        "address" => page.text("consent-address"),
        "phone" => page.text("consent-phone"),
        "groups" => page.text("consent-groups"),
        "organizations" => page.text("consent-organizations"),
        "offline_access" => page.text("consent-offline_access"),
        "openid" => page.text("consent-openid"),
        other => {
            let own = settings.scopes.iter().find(|own| own.name == other);
            own.map_or_else(String::new, |own| own.text.of(&page.lang).clone())
        }
    };
    // The fields of the host are named, whatever scope they are told under.
    let in_full = |scope: &str| {
        let of_scope = |field: &&CustomField| field.claim.as_ref().is_some_and(|claim| claim.scope == scope);
        let labels: Vec<&str> =
            settings.custom.iter().filter(of_scope).map(|field| field.label.of(&page.lang).as_str()).collect();
        match labels.as_slice() {
            [] => words(scope),
            labels => page.text2("consent-fields", "what", &words(scope), "fields", &labels.join(", ")),
        }
    };
    let known = ORDER.into_iter().chain(settings.scopes.iter().map(|scope| scope.name.as_str()));
    known.filter(|scope| scopes.iter().any(|given| given == scope)).map(in_full).collect()
}
