//! The settings of a service, in words.

use super::frame::Console;
use crate::db::clients::{Authentication, Client};
use crate::http::page::Page;
use crate::types::GroupFormat;

/// A setting.
pub struct Fact {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub values: Vec<String>,
    /// They are for machines.
    pub code: bool,
}

/// What a service is told to be set up there: who we are, and who it is.
pub fn of_us(console: &Console<'_>, client_id: &str) -> Vec<Fact> {
    let (page, issuer) = (&console.page, console.state().paths.issuer());
    vec![
        code(page, "admin-service-id", &[client_id]),
        code(page, "admin-service-issuer", &[issuer]),
        code(page, "admin-service-discovery", &[&format!("{issuer}/.well-known/openid-configuration")]),
    ]
}

/// What is known of a service here; nothing that it does not have.
pub fn of_client(client: &Client, console: &Console<'_>) -> Vec<Fact> {
    let page = &console.page;
    let yes_no = |is: bool| page.text(if is { "yes" } else { "no" });
    let proof = match client.authentication {
        Authentication::ClientSecret => "admin-service-proof-secret",
        Authentication::PrivateKeyJwt => "admin-service-proof-key",
        Authentication::None => "admin-service-proof-none",
    };
    let layout = &client.claims;
    let format = match layout.group_format {
        GroupFormat::Plain => "admin-service-format-plain",
        GroupFormat::SlugRole => "admin-service-format-role",
        GroupFormat::LeadingSlash => "admin-service-format-slash",
    };
    let groups = page.text2("admin-service-claim", "name", &layout.groups_claim.to_string(), "how", &page.text(format));
    let renamed = layout.rename_groups.iter().chain(&layout.rename_roles);
    let renamed: Vec<String> = renamed.map(|(ours, theirs)| format!("{ours} → {theirs}")).collect();
    let asked = if client.ours { "admin-service-ours" } else { "admin-service-asked" };
    let mut facts = vec![
        words(page, "admin-service-proof", vec![page.text(proof)]),
        codes(page, "admin-service-redirects", &client.redirect_uris),
        codes(page, "admin-service-hosts", &client.forward_hosts),
        codes(page, "admin-service-start", client.start_uri.as_slice()),
        codes(page, "admin-service-signed-out", &client.post_logout_redirect_uris),
        codes(page, "admin-service-backchannel", client.backchannel_logout_uri.as_slice()),
        codes(page, "admin-service-scopes", &[client.scopes.join(" ")]),
        words(page, "admin-service-groups-claim", vec![groups]),
        codes(page, "admin-service-roles-claim", &[layout.roles_claim.to_string()]),
        words(page, "admin-service-renamed", renamed),
        words(page, "admin-service-pkce", vec![yes_no(client.require_pkce)]),
        words(page, "admin-service-consent", vec![page.text(asked)]),
        codes(page, "admin-service-signature", &[client.id_token_alg.name().to_owned()]),
    ];
    if client.second_factor {
        facts.push(words(page, "admin-service-two-steps", vec![yes_no(true)]));
    }
    facts.retain(|fact| !fact.values.is_empty());
    facts
}

fn words(page: &Page, label: &str, values: Vec<String>) -> Fact {
    Fact { label: page.text(label), values, code: false }
}

fn codes(page: &Page, label: &str, values: &[String]) -> Fact {
    Fact { label: page.text(label), values: values.to_vec(), code: true }
}

fn code(page: &Page, label: &str, values: &[&str]) -> Fact {
    Fact { label: page.text(label), values: values.iter().map(|value| (*value).to_owned()).collect(), code: true }
}
