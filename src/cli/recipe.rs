//! Recipes, as the command line offers them.

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};

use super::{Failure, say};
use crate::clients::recipe::{Card, all, names, provider_name, service_url};

pub use crate::clients::recipe::Recipe;

/// The options of `client add` that choose a recipe.
#[derive(Debug, Args)]
pub struct Choice {
    /// Fill in what a well-known service needs, and print what to paste there; other options win over it
    #[arg(long, requires = "url", value_parser = PossibleValuesParser::new(names()))]
    recipe: Option<String>,
    /// Public address of the service, with its path if it lives below one
    #[arg(long, requires = "recipe", value_parser = service_url)]
    url: Option<String>,
    /// Name that the service gives to Loquet, where it has one [default: loquet]
    #[arg(long, requires = "recipe", value_parser = provider_name)]
    provider: Option<String>,
}

impl Choice {
    /// The recipe that was chosen.
    ///
    /// # Errors
    /// A recipe of ours that cannot be read.
    pub fn recipe(self) -> Result<Option<Recipe>, Failure> {
        let (Some(name), Some(url)) = (self.recipe, self.url) else { return Ok(None) };
        Ok(Some(Recipe::new(&name, url, self.provider)?))
    }
}

/// Says which recipes there are.
///
/// # Errors
/// A recipe of ours that cannot be read.
pub fn list(as_json: bool) -> Result<(), Failure> {
    let all = all()?;
    if as_json {
        let one = |card: &Card| json!({ "recipe": card.name, "title": card.title, "page": card.page });
        say(Value::Array(all.iter().map(one).collect()));
        return Ok(());
    }
    for recipe in &all {
        say(format!("{:16} {:44} {}", recipe.name, recipe.title, recipe.page));
    }
    Ok(())
}
