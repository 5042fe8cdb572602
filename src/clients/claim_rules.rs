//! Where a client may read groups and roles, and what it may call them. Pure; part of
//! [`super::rules`].

use std::collections::BTreeMap;

use crate::config::ProfileFields;
use crate::types::{ClaimLayout, ClaimPath, check_line, is_registered_claim};

/// Most names that are changed for one client.
const MOST_NAMES: usize = 500;
/// Longest name of a group or role, in characters.
const LONGEST_NAME: usize = 128;
/// Registered names that mean just this.
const OURS: [&str; 3] = ["groups", "roles", "entitlements"];

/// The setting, its names, which of ours there can be, what one is that cannot.
type Renaming<'a> = (&'static str, &'a BTreeMap<String, String>, fn(&str) -> bool, &'static str);

/// Every fault: the setting, the value, what is wrong with it.
pub(super) fn faults(layout: &ClaimLayout, fields: &ProfileFields) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let mut add = |field, value: &str, why: String| found.push((field, value.to_owned(), why));
    for (field, path) in [("groups_claim", &layout.groups_claim), ("roles_claim", &layout.roles_claim)] {
        if let Some(why) = fault_of_path(path, fields) {
            add(field, &path.to_string(), why);
        }
    }
    if layout.groups_claim.collides_with(&layout.roles_claim) {
        let why = format!("stands in the way of the groups ({}), or they of it", layout.groups_claim);
        add("roles_claim", &layout.roles_claim.to_string(), why);
    }
    let maps: [Renaming<'_>; 2] = [
        ("rename_groups", &layout.rename_groups, is_group, "is no name of a group, of an organization or slug/role"),
        ("rename_roles", &layout.rename_roles, is_name, "is no name of a role"),
    ];
    for (field, names, is_ours, no_name) in maps {
        if names.len() > MOST_NAMES {
            add(field, "", format!("changes more than {MOST_NAMES} names"));
        }
        for (ours, theirs) in names {
            if !is_ours(ours) {
                add(field, ours, no_name.to_owned());
            }
            if theirs.trim().is_empty() || theirs.trim() != theirs {
                add(field, ours, "becomes a name that is empty, or begins or ends with a space".to_owned());
            } else if let Err(error) = check_line(theirs, LONGEST_NAME) {
                add(field, ours, format!("becomes a name that {error}"));
            }
        }
    }
    found
}

fn fault_of_path(path: &ClaimPath, fields: &ProfileFields) -> Option<String> {
    let claim = path.claim();
    let of_host =
        fields.custom.iter().filter_map(|field| field.claim.as_ref()).any(|own| own.name.eq_ignore_ascii_case(claim));
    match path.fault() {
        Some(why) => Some(why.to_owned()),
        None if is_registered_claim(claim) && !OURS.contains(&claim) => {
            Some(format!("would take the place of {claim}, which has a meaning of its own: choose another name"))
        }
        None if of_host => Some(format!("would take the place of {claim}, a field of the settings")),
        None => None,
    }
}

/// As the tables demand of groups, slugs and roles.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    (1..=63).contains(&text.len()) && !text.starts_with(['.', '_', '-']) && text.chars().all(allowed)
}

fn is_group(text: &str) -> bool {
    text.split_once('/').map_or_else(|| is_name(text), |(slug, role)| is_name(slug) && is_name(role))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Bilingual, CustomClaim, CustomField, CustomKind};

    fn layout(groups: &str, roles: &str) -> ClaimLayout {
        ClaimLayout {
            groups_claim: ClaimPath::from(groups),
            roles_claim: ClaimPath::from(roles),
            ..ClaimLayout::default()
        }
    }

    fn fields_at_fault(layout: &ClaimLayout) -> Vec<&'static str> {
        faults(layout, &ProfileFields::default()).into_iter().map(|(field, ..)| field).collect()
    }

    #[test]
    fn sound_layouts() {
        for (groups, roles) in [
            ("groups", "roles"),
            ("roles", "groups"),
            ("entitlements", "roles"),
            ("realm_access.roles", r"resource_access.wiki\.example\.org.roles"),
            ("access.groups", "access.roles"),
            (r"https://wiki\.example\.org/groups", "roles"),
        ] {
            assert_eq!(fields_at_fault(&layout(groups, roles)), [""; 0], "{groups} {roles}");
        }
    }

    #[test]
    fn no_layout_takes_anothers_place() {
        for taken in [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "nbf",
            "jti",
            "azp",
            "nonce",
            "acr",
            "amr",
            "sid",
            "auth_time",
            "at_hash",
            "email",
            "email_verified",
            "name",
            "preferred_username",
            "picture",
            "phone_number",
            "address",
            "address.x",
            "client_id",
            "scope",
            "active",
            "username",
            "token_type",
            "cnf",
            "act",
            "Sub",
            "EMAIL",
            "sub.groups",
        ] {
            assert_eq!(fields_at_fault(&layout(taken, "roles")), ["groups_claim"], "{taken}");
            assert_eq!(fields_at_fault(&layout("groups", taken)), ["roles_claim"], "{taken}");
        }
        let claim = Some(CustomClaim { name: "team".to_owned(), scope: "profile".to_owned() });
        let label = Bilingual { fr: "Équipe".to_owned(), en: "Team".to_owned() };
        let (key, kind) = ("team".to_owned(), CustomKind::YesNo);
        let field = CustomField { key, kind, label, help: None, required: false, editable: true, claim };
        let mut fields = ProfileFields::default();
        fields.custom = vec![field];
        assert_eq!(faults(&layout("team.names", "roles"), &fields).len(), 1);
    }

    /// All at once.
    #[test]
    fn every_fault_is_named() {
        let mut layout = layout("sub", "sub.roles");
        for (ours, theirs) in [
            ("Staff", "x"),
            ("a/b/c", "x"),
            ("a/", "x"),
            ("-a", "x"),
            ("ok", ""),
            ("ok2", " x"),
            ("ok3", "two\nlines"),
            ("ok4", &"x".repeat(129)),
            ("good", "Équipe du mardi"),
            ("a/b", "/A/B"),
        ] {
            layout.rename_groups.insert(ours.to_owned(), theirs.to_owned());
        }
        layout.rename_roles.insert("a/b".to_owned(), "x".to_owned());
        let found = fields_at_fault(&layout);
        let count = |field: &str| found.iter().filter(|other| **other == field).count();
        assert_eq!(["groups_claim", "roles_claim", "rename_groups", "rename_roles"].map(count), [1, 2, 8, 1]);
        layout.rename_roles = (0..=MOST_NAMES).map(|n| (format!("r{n}"), "x".to_owned())).collect();
        assert_eq!(fields_at_fault(&layout).iter().filter(|field| **field == "rename_roles").count(), 1);
    }
}
