//! A service as the console and the API let one add it: after a recipe, or by where it is sent back to. What the
//! recipe knows is not asked.

use super::recipe::Recipe;
use super::usual_start;
use crate::claims::USUAL_SCOPES;
use crate::crypto::random_id;
use crate::db::clients::Client;
use crate::types::{RedirectUri, check_line};

/// Longest name, in characters; as the rules of services say.
const NAME: usize = 64;
/// Most redirect URIs.
const MOST_ADDRESSES: usize = 20;

/// What is said of it.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// What people read.
    pub name: &'a str,
    /// The host's own: people are not asked what it may receive.
    pub ours: bool,
    /// Where the rest comes from.
    pub way: Way<'a>,
}

/// Where the settings of a service come from.
#[derive(Debug)]
pub enum Way<'a> {
    /// A recipe.
    Recipe {
        /// Its name.
        name: &'a str,
        /// The service's own address.
        url: &'a str,
        /// What it calls Loquet, where that makes a difference; "": as usual.
        provider: &'a str,
    },
    /// Its redirect URIs.
    Addresses {
        /// All of them.
        redirect_uris: Vec<String>,
        /// It must use PKCE.
        pkce: bool,
    },
}

/// What cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// None, or no line of text.
    Name,
    /// None, too many, or one that is none.
    RedirectUris,
    /// Not the address of a service.
    Url,
    /// Nothing that can be a part of addresses.
    Provider,
    /// There is no such recipe.
    Recipe,
}

impl Wanted<'_> {
    /// The service, with an id of its own; and its recipe, which tells what to set on the other side.
    ///
    /// # Errors
    /// The first thing that cannot be.
    pub fn client(&self) -> Result<(Client, Option<Recipe>), Unusable> {
        let name = self.name.trim();
        if name.is_empty() || check_line(name, NAME).is_err() {
            return Err(Unusable::Name);
        }
        let mut client = Client {
            client_id: random_id().simple().to_string(),
            name_fr: name.to_owned(),
            name_en: name.to_owned(),
            scopes: USUAL_SCOPES.map(str::to_owned).to_vec(),
            ours: self.ours,
            ..Client::default()
        };
        match &self.way {
            Way::Addresses { redirect_uris: uris, pkce } => {
                let wrong = |uri: &String| RedirectUri::parse(uri).is_err();
                if uris.is_empty() || uris.len() > MOST_ADDRESSES || uris.iter().any(wrong) {
                    return Err(Unusable::RedirectUris);
                }
                client.redirect_uris.clone_from(uris);
                client.start_uri = usual_start(&client);
                client.require_pkce = *pkce;
                Ok((client, None))
            }
            Way::Recipe { name, url, provider } => {
                let provider = Some(provider.trim()).filter(|provider| !provider.is_empty());
                let recipe = Recipe::asked(name, url.trim(), provider).map_err(|(field, _)| match field {
                    "url" => Unusable::Url,
                    "provider" => Unusable::Provider,
                    _ => Unusable::Recipe,
                })?;
                recipe.apply(&mut client);
                Ok((client, Some(recipe)))
            }
        }
    }
}
