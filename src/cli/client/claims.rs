//! The options of `loquet client add` and `set` for groups and roles.

use clap::{Args, ValueEnum};

use crate::types::{ClaimLayout, ClaimPath, GroupFormat};

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Groups and slugs of organizations: `staff`, `atelier`
    Plain,
    /// …and the roles granted there: `atelier/editor`
    #[value(name = "slug/role")]
    SlugRole,
    /// The same as paths: `/staff`, `/atelier`, `/atelier/editor`
    LeadingSlash,
}

/// How the service reads groups and roles.
#[derive(Debug, Args)]
#[command(next_help_heading = "Groups and roles")]
pub struct ClaimOptions {
    /// Claim in which it reads groups; a path of names with dots between (`realm_access.roles`), `\.` for a
    /// dot that belongs to a name [default: groups]
    #[arg(long, value_name = "PATH")]
    groups_claim: Option<String>,
    /// Claim in which it reads roles [default: roles]
    #[arg(long, value_name = "PATH")]
    roles_claim: Option<String>,
    /// How names of groups are written [default: slug/role]
    #[arg(long)]
    group_format: Option<Format>,
    /// Call a group, an organization (by its slug) or a slug/role otherwise there; repeat for several
    /// (replaces those before)
    #[arg(long = "rename-group", value_name = "OURS=THEIRS", value_parser = pair)]
    rename_groups: Vec<(String, String)>,
    /// Call a role otherwise there; repeat for several (replaces those before)
    #[arg(long = "rename-role", value_name = "OURS=THEIRS", value_parser = pair)]
    rename_roles: Vec<(String, String)>,
}

impl ClaimOptions {
    /// Changes a layout as the options say; an empty text brings back the default.
    pub fn apply(&self, layout: &mut ClaimLayout) {
        let usual = ClaimLayout::default();
        for (given, field, usual) in [
            (&self.groups_claim, &mut layout.groups_claim, usual.groups_claim),
            (&self.roles_claim, &mut layout.roles_claim, usual.roles_claim),
        ] {
            if let Some(text) = given {
                *field = if text.is_empty() { usual } else { ClaimPath::from(text.as_str()) };
            }
        }
        if let Some(format) = self.group_format {
            layout.group_format = match format {
                Format::Plain => GroupFormat::Plain,
                Format::SlugRole => GroupFormat::SlugRole,
                Format::LeadingSlash => GroupFormat::LeadingSlash,
            };
        }
        for (given, field) in
            [(&self.rename_groups, &mut layout.rename_groups), (&self.rename_roles, &mut layout.rename_roles)]
        {
            if !given.is_empty() {
                *field = given.iter().filter(|(ours, _)| !ours.is_empty()).cloned().collect();
            }
        }
    }
}

/// `ours=theirs`, or nothing, which takes all renaming back.
fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        None if text.is_empty() => Ok(Default::default()),
        Some((ours, theirs)) if !ours.is_empty() => Ok((ours.to_owned(), theirs.to_owned())),
        _ => Err("write OURS=THEIRS"),
    }
}
