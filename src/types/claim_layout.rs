//! How a service reads groups and roles: the names of the claims, and of what is in them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ClaimPath;

/// How names of groups are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum GroupFormat {
    /// Groups and organizations: `staff`, `atelier`.
    #[serde(rename = "plain")]
    Plain,
    /// …and the roles granted in each organization: `atelier/editor`.
    #[default]
    #[serde(rename = "slug/role")]
    SlugRole,
    /// The same as paths: `/staff`, `/atelier`, `/atelier/editor`.
    #[serde(rename = "leading-slash")]
    LeadingSlash,
}

/// What a service was configured for, so that it needs no change. Part of a client's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimLayout {
    /// Where groups are.
    pub groups_claim: ClaimPath,
    /// Where roles are.
    pub roles_claim: ClaimPath,
    /// How groups are written.
    pub group_format: GroupFormat,
    /// Groups, slugs and `slug/role`: our name, and what the service calls it.
    pub rename_groups: BTreeMap<String, String>,
    /// The same for roles.
    pub rename_roles: BTreeMap<String, String>,
}

impl Default for ClaimLayout {
    fn default() -> Self {
        Self {
            groups_claim: ClaimPath::from("groups"),
            roles_claim: ClaimPath::from("roles"),
            group_format: GroupFormat::default(),
            rename_groups: BTreeMap::new(),
            rename_roles: BTreeMap::new(),
        }
    }
}

impl ClaimLayout {
    /// The names in the groups claim, each once: of groups, of organizations, and for each `slug/role`.
    #[must_use]
    pub fn group_names(&self, groups: &[String], organizations: &[String], roles: &[String]) -> Vec<String> {
        let roles = if self.group_format == GroupFormat::Plain { &[] } else { roles };
        let mut names: Vec<String> = Vec::new();
        for ours in groups.iter().chain(organizations).chain(roles) {
            let mut theirs = self.group_name(ours);
            if self.group_format == GroupFormat::LeadingSlash && !theirs.starts_with('/') {
                theirs.insert(0, '/');
            }
            if !names.contains(&theirs) {
                names.push(theirs);
            }
        }
        names
    }

    /// `slug/role` as a whole, or else each of its two parts.
    fn group_name(&self, ours: &str) -> String {
        match (self.rename_groups.get(ours), ours.split_once('/')) {
            (Some(theirs), _) => theirs.clone(),
            (None, None) => ours.to_owned(),
            (None, Some((slug, role))) => {
                let slug = self.rename_groups.get(slug).map_or(slug, String::as_str);
                format!("{slug}/{}", self.role_name(role))
            }
        }
    }

    /// The names in the roles claim, each once, for each `slug/role`.
    #[must_use]
    pub fn role_names(&self, roles: &[String]) -> Vec<String> {
        let names = roles.iter().filter_map(|role| Some(self.role_name(role.split_once('/')?.1)));
        names.map(str::to_owned).collect::<BTreeSet<String>>().into_iter().collect()
    }

    fn role_name<'a>(&'a self, ours: &'a str) -> &'a str {
        self.rename_roles.get(ours).map_or(ours, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(ours, theirs)| (ours.to_owned(), theirs.to_owned())).collect()
    }

    /// What a person of the group `staff`, editor of `atelier` and of `chorale`, member of `zola`, sends.
    fn sent(layout: &ClaimLayout) -> (Vec<String>, Vec<String>) {
        let (organizations, roles) =
            (names(&["atelier", "chorale", "zola"]), names(&["atelier/editor", "chorale/editor"]));
        (layout.group_names(&names(&["staff"]), &organizations, &roles), layout.role_names(&roles))
    }

    #[test]
    fn formats() {
        let of = |group_format| sent(&ClaimLayout { group_format, ..ClaimLayout::default() });
        let all = ["staff", "atelier", "chorale", "zola", "atelier/editor", "chorale/editor"];
        assert_eq!(sent(&ClaimLayout::default()), (names(&all), names(&["editor"])));
        assert_eq!(of(GroupFormat::SlugRole), (names(&all), names(&["editor"])));
        assert_eq!(of(GroupFormat::Plain), (names(&all[..4]), names(&["editor"])));
        let slashed: Vec<String> = all.iter().map(|name| format!("/{name}")).collect();
        assert_eq!(of(GroupFormat::LeadingSlash), (slashed, names(&["editor"])));
    }

    #[test]
    fn renaming_reaches_both_parts_of_a_role() {
        let mut layout = ClaimLayout {
            rename_groups: map(&[("staff", "Équipe"), ("atelier", "Workshop"), ("chorale/editor", "cantors")]),
            rename_roles: map(&[("editor", "writer")]),
            ..ClaimLayout::default()
        };
        let expected = ["Équipe", "Workshop", "chorale", "zola", "Workshop/writer", "cantors"];
        assert_eq!(sent(&layout), (names(&expected), names(&["writer"])));
        layout.group_format = GroupFormat::LeadingSlash;
        layout.rename_groups.insert("staff".to_owned(), "/Équipe".to_owned());
        let expected = ["/Équipe", "/Workshop", "/chorale", "/zola", "/Workshop/writer", "/cantors"];
        assert_eq!(sent(&layout).0, names(&expected));
    }

    #[test]
    fn two_names_made_one_are_sent_once() {
        let layout = ClaimLayout {
            rename_groups: map(&[("atelier", "us"), ("chorale", "us"), ("staff", "us")]),
            group_format: GroupFormat::Plain,
            ..ClaimLayout::default()
        };
        assert_eq!(sent(&layout).0, names(&["us", "zola"]));
    }

    #[test]
    fn a_document_that_says_nothing_of_it() {
        let layout: ClaimLayout = serde_json::from_str("{}").unwrap();
        assert_eq!(layout, ClaimLayout::default());
        let written = serde_json::to_value(&layout).unwrap();
        assert_eq!(written["groups_claim"], "groups");
        assert_eq!(written["group_format"], "slug/role");
        assert_eq!(serde_json::from_value::<ClaimLayout>(written).unwrap(), layout);
    }
}
