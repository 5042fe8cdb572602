//! Which column of the file is which field of an account.

use std::str::FromStr;
use std::sync::Arc;

use super::source::SourceError;

/// Columns that the file of rejects adds, and that the import passes over.
pub const NOTES: [&str; 2] = ["loquet_line", "loquet_reason"];

/// What old sites call the column of their administrators: counted, and ignored, unless mapped.
const ADMINISTRATOR_FLAGS: [&str; 5] = ["is_admin", "isadmin", "admin", "administrator", "is_administrator"];

/// What the import knows of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The key in the old database.
    Id,
    /// The name to sign in with.
    Username,
    /// The address.
    Email,
    /// The old site had verified the address.
    EmailVerified,
    /// The old hash.
    Password,
    /// First name.
    GivenName,
    /// Last name.
    FamilyName,
    /// The language of the person.
    Language,
    /// When the account was made.
    CreatedAt,
    /// Last day of the paid membership.
    MembershipUntil,
    /// An administrator.
    Administrator,
    /// The account may be used.
    Active,
    /// The account may not be used.
    Disabled,
}

/// No field is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not a field: there are id, username, email, email_verified, password, given_name, family_name, language, \
     created_at, membership_until, administrator, active and disabled"
)]
pub struct UnknownField;

impl Field {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 13] = [
        Self::Id,
        Self::Username,
        Self::Email,
        Self::EmailVerified,
        Self::Password,
        Self::GivenName,
        Self::FamilyName,
        Self::Language,
        Self::CreatedAt,
        Self::MembershipUntil,
        Self::Administrator,
        Self::Active,
        Self::Disabled,
    ];

    /// Its name on the command line, and its column in the old site's export.
    fn names(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Id => ("id", Some("id")),
            Self::Username => ("username", Some("login")),
            Self::Email => ("email", Some("email")),
            Self::EmailVerified => ("email_verified", Some("email_confirmed")),
            Self::Password => ("password", Some("password")),
            Self::GivenName => ("given_name", Some("firstname")),
            Self::FamilyName => ("family_name", Some("lastname")),
            Self::Language => ("language", Some("lang")),
            Self::CreatedAt => ("created_at", Some("created_at")),
            Self::MembershipUntil => ("membership_until", Some("membership_until")),
            // Rights and locks only when the operator says so.
            Self::Administrator => ("administrator", None),
            Self::Active => ("active", None),
            Self::Disabled => ("disabled", None),
        }
    }

    /// Without these there is no account.
    fn is_required(self) -> bool {
        matches!(self, Self::Id | Self::Username | Self::Email | Self::Password)
    }
}

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        Self::ALL.into_iter().find(|field| field.names().0 == text).ok_or(UnknownField)
    }
}

/// The column of each field, by name. Names are compared in any case.
#[derive(Debug, Clone)]
pub struct Mapping {
    columns: [Option<Arc<str>>; 13],
    /// Chosen by the operator: it must be there.
    chosen: [bool; 13],
}

impl Default for Mapping {
    /// The old site's export.
    fn default() -> Self {
        Self { columns: Field::ALL.map(|field| field.names().1.map(Arc::from)), chosen: [false; 13] }
    }
}

impl Mapping {
    /// Takes a field from another column; an empty name: from none.
    pub fn set(&mut self, field: Field, column: &str) {
        let column = column.trim();
        self.columns[field as usize] = (!column.is_empty()).then(|| Arc::from(column));
        self.chosen[field as usize] = !column.is_empty();
    }

    /// The column of a field.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<&Arc<str>> {
        self.columns[field as usize].as_ref()
    }

    /// The administrator flags that nobody mapped, among the names of a record.
    #[must_use]
    pub fn is_ignored_flag(&self, name: &str) -> bool {
        ADMINISTRATOR_FLAGS.iter().any(|flag| flag.eq_ignore_ascii_case(name))
            && !self.columns.iter().flatten().any(|column| column.eq_ignore_ascii_case(name))
    }
}

/// Where everything is in the records of a delimited file.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The names of all columns.
    pub names: Vec<String>,
    /// Between the fields.
    pub separator: u8,
    /// The last two columns are our own notes.
    pub has_notes: bool,
    positions: [Option<usize>; 13],
    ignored_flags: Vec<usize>,
}

impl Layout {
    /// Finds the columns in a header.
    ///
    /// # Errors
    /// A column that is missing, or there twice.
    pub fn of(names: Vec<String>, separator: u8, mapping: &Mapping) -> Result<Self, SourceError> {
        let mut positions = [None; 13];
        for field in Field::ALL {
            let Some(column) = mapping.column(field) else {
                if field.is_required() {
                    return Err(SourceError::NotMapped(field.names().0));
                }
                continue;
            };
            let mut found = (0..names.len()).filter(|at| names[*at].eq_ignore_ascii_case(column));
            positions[field as usize] = found.next();
            if positions[field as usize].is_none() && (field.is_required() || mapping.chosen[field as usize]) {
                return Err(SourceError::NoColumn { field: field.names().0, column: column.to_string() });
            }
            if found.next().is_some() {
                return Err(SourceError::TwoColumns(column.to_string()));
            }
        }
        let ignored_flags = (0..names.len()).filter(|at| mapping.is_ignored_flag(&names[*at])).collect();
        let has_notes = names.ends_with(&NOTES.map(str::to_owned));
        Ok(Self { names, separator, has_notes, positions, ignored_flags })
    }

    /// Where a field is.
    pub fn position(&self, field: Field) -> Option<usize> {
        self.positions[field as usize]
    }

    /// Where the administrator flags are that nobody mapped.
    pub fn ignored_flags(&self) -> &[usize] {
        &self.ignored_flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(header: &str, mapping: &Mapping) -> Result<Layout, SourceError> {
        Layout::of(header.split(',').map(str::to_owned).collect(), b',', mapping)
    }

    #[test]
    fn columns_are_found_by_name() {
        let layout =
            layout("email,ID,Login,x,password,is_admin,loquet_line,loquet_reason", &Mapping::default()).unwrap();
        assert_eq!(layout.position(Field::Id), Some(1));
        assert_eq!(layout.position(Field::Username), Some(2));
        assert_eq!(layout.position(Field::Language), None);
        assert_eq!(layout.ignored_flags(), [5]);
        assert!(layout.has_notes);
    }

    #[test]
    fn what_is_missing_is_said() {
        let mut mapping = Mapping::default();
        assert!(matches!(layout("id,login,email", &mapping), Err(SourceError::NoColumn { field: "password", .. })));
        let all = "id,login,email,password,staff,email";
        assert!(matches!(layout(all, &mapping), Err(SourceError::TwoColumns(_))));
        let all = "id,login,email,password,staff,admin";
        mapping.set(Field::Administrator, "Staff");
        assert_eq!(layout(all, &mapping).unwrap().position(Field::Administrator), Some(4));
        assert_eq!(layout(all, &mapping).unwrap().ignored_flags(), [5]);
        mapping.set(Field::Disabled, "locked");
        assert!(matches!(layout(all, &mapping), Err(SourceError::NoColumn { field: "disabled", .. })));
        mapping.set(Field::Disabled, "");
        mapping.set(Field::Id, "");
        assert!(matches!(layout(all, &mapping), Err(SourceError::NotMapped("id"))));
        assert_eq!("given_name".parse(), Ok(Field::GivenName));
        assert_eq!("firstname".parse::<Field>(), Err(UnknownField));
    }
}
