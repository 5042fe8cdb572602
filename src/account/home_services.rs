//! The services of somebody's home, found and put into categories. Pure.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::authz::client_access::Openings;
use crate::config::Category;
use crate::db::clients::Client;

/// Most services on the page: whoever has more finds them by their names.
pub(super) const MOST: usize = 60;

/// What opens a service to somebody, if the host did not put it into a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shelf {
    /// A category of the host, by its place.
    Host(usize),
    /// A group of theirs.
    Own,
    /// An organization of theirs.
    Organization,
    /// It is open to everybody.
    Everybody,
}

impl Shelf {
    /// What a service stands under. Open to everybody and given to the person as well: it is theirs.
    pub fn of(openings: Openings) -> Self {
        if openings.by_group {
            Self::Own
        } else if openings.by_organization {
            Self::Organization
        } else {
            Self::Everybody
        }
    }
}

/// Services that stand together, by name.
pub(super) struct Stand {
    pub shelf: Shelf,
    pub services: Vec<Arc<Client>>,
}

/// What is shown.
pub(super) struct Arranged {
    pub stands: Vec<Stand>,
    /// How many were found.
    pub found: usize,
}

/// Services whose name holds every word of a text, whatever its capitals and accents, in their categories; the
/// first [`MOST`] of them.
pub(super) fn arrange(
    services: Vec<(Arc<Client>, Openings)>,
    categories: &[Category],
    text: &str,
    language: &str,
) -> Arranged {
    let places: HashMap<&str, usize> = categories
        .iter()
        .enumerate()
        .flat_map(|(place, category)| category.services.iter().map(move |service| (service.as_str(), place)))
        .collect();
    let wanted = folded(text);
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(Shelf, String, Arc<Client>)> = Vec::with_capacity(services.len());
    for (client, openings) in services {
        let name = folded(client.name(language));
        if words.iter().all(|word| name.contains(word)) {
            let shelf =
                places.get(client.client_id.as_str()).map_or_else(|| Shelf::of(openings), |place| Shelf::Host(*place));
            found.push((shelf, name, client));
        }
    }
    found.sort_by(|(shelf, name, client), (other_shelf, other_name, other)| {
        (shelf, name, &client.client_id).cmp(&(other_shelf, other_name, &other.client_id))
    });
    let count = found.len();
    let mut stands: BTreeMap<Shelf, Vec<Arc<Client>>> = BTreeMap::new();
    for (shelf, _, client) in found.into_iter().take(MOST) {
        stands.entry(shelf).or_default().push(client);
    }
    let stands = stands.into_iter().map(|(shelf, services)| Stand { shelf, services });
    Arranged { stands: stands.collect(), found: count }
}

/// In small letters, without accents.
fn folded(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Bilingual;

    fn service(id: &str, name: &str, by_group: bool, by_organization: bool) -> (Arc<Client>, Openings) {
        let client = Client {
            client_id: id.to_owned(),
            name_fr: name.to_owned(),
            name_en: name.to_owned(),
            ..Client::default()
        };
        (Arc::new(client), Openings { by_group, by_organization, everyone: id == "pads", ..Openings::default() })
    }

    fn shown(text: &str) -> Vec<(Shelf, Vec<String>)> {
        let services = vec![
            service("videos", "Vidéos", true, true),
            service("pads", "Blocs-notes", false, false),
            service("forge", "Forge", true, false),
            service("books", "Comptabilité", false, true),
            service("cloud", "Nuage", true, false),
            service("admin", "étiquettes", true, false),
        ];
        let name = Bilingual { fr: "À nous".to_owned(), en: "Ours".to_owned() };
        let categories = [Category { name, services: vec!["forge".to_owned(), "gone".to_owned()] }];
        let arranged = arrange(services, &categories, text, "fr");
        let ids = |stand: Stand| stand.services.iter().map(|client| client.client_id.clone()).collect();
        arranged.stands.into_iter().map(|stand| (stand.shelf, ids(stand))).collect()
    }

    #[test]
    fn each_stands_in_one_place() {
        let own = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let expected = vec![
            (Shelf::Host(0), own(&["forge"])),
            (Shelf::Own, own(&["admin", "cloud", "videos"])),
            (Shelf::Organization, own(&["books"])),
            (Shelf::Everybody, own(&["pads"])),
        ];
        assert_eq!(shown(""), expected);
        assert_eq!(shown("  VIDEO "), [(Shelf::Own, own(&["videos"]))]);
        assert_eq!(shown("notes bloc"), [(Shelf::Everybody, own(&["pads"]))]);
        assert_eq!(
            shown("É T"),
            [(Shelf::Own, own(&["admin"])), (Shelf::Organization, own(&["books"])), (Shelf::Everybody, own(&["pads"]))]
        );
        assert_eq!(shown("nothing"), []);
    }

    #[test]
    fn a_thousand_are_cut_short() {
        let services =
            (0..1000).map(|number| service(&format!("s{number}"), &format!("Service {number:04}"), true, false));
        let arranged = arrange(services.collect(), &[], "", "en");
        assert_eq!((arranged.found, arranged.stands[0].services.len()), (1000, MOST));
        assert_eq!(arranged.stands[0].services[MOST - 1].client_id, "s59");
    }
}
