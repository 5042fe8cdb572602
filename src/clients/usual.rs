//! What a service has unless somebody says otherwise.

use url::Url;

use crate::db::clients::{Authentication, Client};
use crate::types::ForwardHost;

/// Where people start using a service of which nobody says it.
#[must_use]
pub fn usual_start(client: &Client) -> Option<String> {
    let protected = client.forward_hosts.first().and_then(|host| ForwardHost::parse(host).ok());
    let site = client.redirect_uris.first().and_then(|uri| site(uri));
    site.or_else(|| protected.map(|host| host.at("/")))
}

/// The front page of the site that a redirect URI belongs to.
fn site(redirect_uri: &str) -> Option<String> {
    let origin = Url::parse(redirect_uri).ok()?.origin();
    origin.is_tuple().then(|| format!("{}/", origin.ascii_serialization()))
}

/// Whether a service proves who it is with a secret. What only a proxy protects proves nothing to anybody.
#[must_use]
pub fn needs_secret(client: &Client) -> bool {
    let proves = !client.redirect_uris.is_empty() || client.client_credentials;
    proves && client.authentication == Authentication::ClientSecret
}
