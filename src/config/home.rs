//! `[home]`: what members land on.

use std::collections::BTreeSet;

use super::Reader;
use super::profile::bilingual;
use crate::types::Bilingual;

/// `[home]`.
#[derive(Debug, Clone)]
pub struct Home {
    /// There is one: otherwise `/` leads to one's account.
    pub enabled: bool,
    /// Categories of the host, in their order.
    pub categories: Vec<Category>,
}

/// Services that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its name.
    pub name: Bilingual,
    /// Client ids of its services.
    pub services: Vec<String>,
}

impl Home {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let enabled = r.or("home.enabled", "true");
        let categories: Vec<_> =
            (1..=r.tables("home.categories")).map(|number| category(r, &format!("home.categories.{number}"))).collect();
        let mut seen = BTreeSet::new();
        for (category, number) in categories.iter().zip(1..) {
            for service in category.iter().flat_map(|category| &category.services) {
                if !seen.insert(service.clone()) {
                    let reason = format!("'{service}' is in a category already: a service stands in one place");
                    r.fault(&format!("home.categories.{number}.services"), "", &reason);
                }
            }
        }
        Some(Self { enabled: enabled?, categories: categories.into_iter().collect::<Option<_>>()? })
    }
}

fn category(r: &mut Reader, at: &str) -> Option<Category> {
    let name = bilingual::<60>(r, at, "name", "what the category is called");
    let services = r.list::<String>(&format!("{at}.services"));
    if services.as_ref().is_some_and(Vec::is_empty) {
        r.fault(&format!("{at}.services"), "", "is empty: name the services of this category by their client ids");
        return None;
    }
    Some(Category { name: name?, services: services? })
}
