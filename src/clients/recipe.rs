//! Recipes: what Loquet must know of a well-known service, and what to paste on its side. They are
//! data, one file per service in `recipes/`, each with a page in `docs/clients/`. The command line and the
//! console follow the same.

use serde::Deserialize;
use url::Url;

use crate::db::clients::Client;
use crate::paths::Paths;
use crate::types::RedirectUri;

/// Every recipe, in the order of `docs/clients/README.md`.
const ALL: [(&str, &str); 12] = [
    ("nextcloud", include_str!("recipes/nextcloud.toml")),
    ("listmonk", include_str!("recipes/listmonk.toml")),
    ("forgejo", include_str!("recipes/forgejo.toml")),
    ("synapse", include_str!("recipes/synapse.toml")),
    ("mas", include_str!("recipes/mas.toml")),
    ("wordpress", include_str!("recipes/wordpress.toml")),
    ("paheko", include_str!("recipes/paheko.toml")),
    ("roundcube", include_str!("recipes/roundcube.toml")),
    ("peertube", include_str!("recipes/peertube.toml")),
    ("oauth2-proxy", include_str!("recipes/oauth2-proxy.toml")),
    ("caddy-security", include_str!("recipes/caddy-security.toml")),
    ("apache", include_str!("recipes/apache.toml")),
];

/// A recipe of ours that cannot be read: a fault of the build, found by the tests.
#[derive(Debug, thiserror::Error)]
#[error("recipe {name}: {reason}")]
pub struct RecipeError {
    name: String,
    reason: String,
}

/// What a recipe is for.
#[derive(Debug, Clone)]
pub struct Card {
    /// To ask for it.
    pub name: &'static str,
    /// To choose it by.
    pub title: String,
    /// What people will read.
    pub service: String,
    /// The name that the service gives to Loquet unless somebody says otherwise; none where it makes no
    /// difference.
    pub provider: Option<String>,
    /// Where the rest is told.
    pub page: String,
}

/// A recipe file. In its texts, `{url}` and `{provider}` stand for what was chosen; in the settings
/// also what [`Recipe::settings`] lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What it is for, to choose it by.
    title: String,
    /// Name of the service that people read.
    name: String,
    /// Name that the service gives to Loquet.
    #[serde(default = "usual_provider")]
    provider: String,
    start: String,
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_any_query: bool,
    backchannel_logout_uri: Option<String>,
    scopes: Vec<String>,
    require_pkce: bool,
    refresh_tokens: bool,
    /// What to paste on the other side.
    settings: String,
}

fn usual_provider() -> String {
    "loquet".to_owned()
}

/// A recipe for one service at one address.
#[derive(Debug)]
pub struct Recipe {
    file: File,
    page: String,
    url: String,
    provider: String,
}

impl Recipe {
    /// The recipe of that name, for a service at that address.
    ///
    /// # Errors
    /// A recipe of ours that cannot be read.
    pub fn new(name: &str, url: String, provider: Option<String>) -> Result<Self, RecipeError> {
        let file = read(name)?;
        let provider = provider.unwrap_or_else(|| file.provider.clone());
        Ok(Self { file, page: page(name), url, provider })
    }

    /// The recipe that a file asks for.
    ///
    /// # Errors
    /// Which of the three is at fault (`recipe`, `url`, `provider`), and why.
    pub fn asked(name: &str, url: &str, provider: Option<&str>) -> Result<Self, (&'static str, String)> {
        if !ALL.iter().any(|(known, _)| *known == name) {
            return Err(("recipe", format!("there is no recipe {name}: see `loquet client recipes`")));
        }
        let url = service_url(url).map_err(|why| ("url", format!("{url} {why}")))?;
        let provider = provider.map(provider_name).transpose().map_err(|why| ("provider", why.to_owned()))?;
        Self::new(name, url, provider).map_err(|fault| ("recipe", fault.to_string()))
    }

    /// Name of the service that people read.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Where the rest is told.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Makes a client what the service needs.
    pub fn apply(&self, client: &mut Client) {
        let all = |texts: &[String]| texts.iter().map(|text| self.address(text)).collect();
        client.start_uri = Some(self.address(&self.file.start));
        client.redirect_uris = all(&self.file.redirect_uris);
        client.post_logout_redirect_uris = all(&self.file.post_logout_redirect_uris);
        client.post_logout_any_query = self.file.post_logout_any_query;
        client.backchannel_logout_uri = self.file.backchannel_logout_uri.as_ref().map(|text| self.address(text));
        client.scopes.clone_from(&self.file.scopes);
        client.require_pkce = self.file.require_pkce;
        client.refresh_tokens = self.file.refresh_tokens;
    }

    fn address(&self, text: &str) -> String {
        fill(text, &[("url", &self.url), ("provider", &self.provider)])
    }

    /// What to paste on the other side.
    #[must_use]
    pub fn settings(&self, paths: &Paths, client_id: &str, secret: &str) -> String {
        let issuer = paths.issuer();
        let path = Url::parse(&self.url).map(|url| url.path().to_owned()).unwrap_or_default();
        fill(
            &self.file.settings,
            &[
                ("url", &self.url),
                ("place", &path),
                ("provider", &self.provider),
                ("client_id", client_id),
                ("client_secret", secret),
                ("issuer", issuer),
                ("discovery", &format!("{issuer}/.well-known/openid-configuration")),
                ("authorization_endpoint", &paths.public(&paths.authorize())),
                ("token_endpoint", &paths.public(&paths.token())),
                ("userinfo_endpoint", &paths.public(&paths.userinfo())),
                ("end_session_endpoint", &paths.public(&paths.end_session())),
                ("jwks_uri", &paths.public(&paths.jwks())),
            ],
        )
    }
}

/// Names of the recipes.
#[must_use]
pub fn names() -> [&'static str; ALL.len()] {
    ALL.map(|(name, _)| name)
}

/// Every recipe.
///
/// # Errors
/// A recipe of ours that cannot be read.
pub fn all() -> Result<Vec<Card>, RecipeError> {
    names().into_iter().map(card).collect()
}

fn card(name: &'static str) -> Result<Card, RecipeError> {
    let file = read(name)?;
    let uris = file.redirect_uris.iter().chain(&file.backchannel_logout_uri).chain([&file.start, &file.settings]);
    let named = uris.into_iter().any(|text| text.contains("{provider}"));
    Ok(Card { name, title: file.title, service: file.name, provider: named.then_some(file.provider), page: page(name) })
}

fn read(name: &str) -> Result<File, RecipeError> {
    let text = ALL.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text);
    toml::from_str(text).map_err(|error| RecipeError { name: name.to_owned(), reason: error.to_string() })
}

fn page(name: &str) -> String {
    format!("docs/clients/{name}.md")
}

/// Replaces `{name}` by its value, in one pass; leaves other braces alone, for many settings hold some.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let value = |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, after)| Some((value(name)?, after)));
        if let Some((value, after)) = known {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// As services write their own address: host in lower case, no slash at the end.
///
/// # Errors
/// When it is none.
pub fn service_url(text: &str) -> Result<String, String> {
    RedirectUri::parse(text).map_err(|error| error.to_string())?;
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") && url.query().is_none() => {
            Ok(url.as_str().trim_end_matches('/').to_owned())
        }
        _ => Err("must be an address such as https://cloud.example.org, without a query".to_owned()),
    }
}

/// The name that a service gives to Loquet: it becomes part of addresses.
///
/// # Errors
/// When it cannot be.
pub fn provider_name(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
    if text.is_empty() || text.len() > 64 || !text.chars().all(allowed) {
        return Err("may hold 1 to 64 letters, digits and . _ ~ -");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::rules;
    use crate::config::{Issuer, ProfileFields};
    use crate::outgoing::Outgoing;

    const MANIFEST: &str = env!("CARGO_MANIFEST_DIR");

    fn docs(page: &str) -> String {
        std::fs::read_to_string(format!("{MANIFEST}/{page}")).unwrap_or_else(|error| panic!("{page}: {error}"))
    }

    /// Words in braces that look like ours.
    fn placeholders(text: &str) -> Vec<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|after| after.split_once('}'))
            .map(|(name, _)| name)
            .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            .collect()
    }

    /// Each makes a client that passes the same rules as any other, and settings that are complete.
    #[test]
    fn every_recipe_is_sound() {
        let paths = Paths::new(&"https://sso.example.org/realms/main".parse::<Issuer>().unwrap());
        for (name, _) in ALL {
            let recipe = Recipe::new(name, "https://service.example.org/below".to_owned(), None)
                .unwrap_or_else(|failure| panic!("{failure}"));
            let mut client = Client {
                client_id: "c".to_owned(),
                name_fr: recipe.name().to_owned(),
                name_en: recipe.name().to_owned(),
                ..Client::default()
            };
            recipe.apply(&mut client);
            assert_eq!(rules::faults(&client, &Outgoing::new(&[]), &ProfileFields::default()), [], "{name}");
            assert!(client.scopes.iter().any(|scope| scope == "openid"), "{name}");
            let addresses = [&client.redirect_uris, &client.post_logout_redirect_uris].into_iter().flatten();
            for uri in addresses.chain(&client.start_uri).chain(&client.backchannel_logout_uri) {
                assert!(uri.starts_with("https://service.example.org/below"), "{name}: {uri}");
                assert_eq!(placeholders(uri), [""; 0], "{name}: {uri}");
            }
            let settings = recipe.settings(&paths, "the-client", "the-secret");
            for needed in ["the-client", "the-secret", "https://sso.example.org/realms/main"] {
                assert!(settings.contains(needed), "{name}: no {needed} in {settings}");
            }
            // oauth2-proxy has a placeholder of its own.
            let own: &[&str] = if name == "oauth2-proxy" { &["id_token"] } else { &[] };
            assert_eq!(placeholders(&settings), own, "{name}: {settings}");
        }
    }

    /// Each has a page that tells its addresses and how to ask for it, and is in the index.
    #[test]
    fn every_recipe_has_its_page() {
        let index = docs("docs/clients/README.md");
        for (name, _) in ALL {
            let recipe = Recipe::new(name, "https://service.example.org".to_owned(), None)
                .unwrap_or_else(|failure| panic!("{failure}"));
            let page = docs(recipe.page());
            assert!(page.contains(&format!("--recipe {name} --url https://")), "{name}");
            assert!(index.contains(&format!("({name}.md) | `{name}` |")), "{name}");
            let mut client = Client::default();
            recipe.apply(&mut client);
            for uri in client.redirect_uris.iter().chain(&client.backchannel_logout_uri) {
                let place = uri.strip_prefix("https://service.example.org").unwrap();
                assert!(page.contains(place), "{name}: {place} is not on its page");
            }
        }
    }

    #[test]
    fn only_what_is_ours_is_filled_in() {
        let values = [("url", "https://a.test"), ("provider", "{url}")];
        for (text, filled) in [
            ("{url}/{provider}", "https://a.test/{url}"),
            ("{{ user.name }} {env.X} { url }", "{{ user.name }} {env.X} { url }"),
            ("{\n  at {url} {\n  }\n}", "{\n  at https://a.test {\n  }\n}"),
            ("{url", "{url"),
        ] {
            assert_eq!(fill(text, &values), filled);
        }
    }

    #[test]
    fn addresses_of_services() {
        for (given, kept) in [
            ("https://cloud.example.org/", "https://cloud.example.org"),
            ("https://Cloud.Example.org:443", "https://cloud.example.org"),
            ("https://example.org/cloud/", "https://example.org/cloud"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(service_url(given).as_deref(), Ok(kept));
        }
        for bad in [
            "cloud.example.org",
            "http://cloud.example.org",
            "https://example.org/?a",
            "https://example.org/#a",
            "https://u:p@example.org",
            "org.example.app:/x",
            "",
        ] {
            assert!(service_url(bad).is_err(), "{bad}");
        }
        assert!(provider_name("01M803G080EN42A3Q8B3CPF3TP").is_ok());
        for bad in ["", "a/b", "a b", "{url}", &"x".repeat(65)] {
            assert!(provider_name(bad).is_err(), "{bad}");
        }
    }
}
