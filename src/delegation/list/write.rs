//! Writes a list: the people of an organization and those it has invited, in the form that is read back.
//! Applied as it is, it changes nothing.

use crate::db::invitations::{Grant, Sent, State};
use crate::db::members::Member;
use crate::types::Role;

/// The columns. The last two are for people: what reads the list back passes over them.
const COLUMNS: [&str; 5] = ["email", "role", "services", "name", "state"];

/// A list as CSV (RFC 4180). No cell is a formula for a spreadsheet (OR-35).
///
/// # Errors
/// When it cannot be written: a fault of ours.
pub fn write(members: &[Member], invitations: &[Sent]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for member in members {
        let grants = member.grants.iter().map(|grant| (grant.client_id.as_str(), grant.roles.as_slice()));
        // Read by people alone. A spreadsheet of another country would end the cell there.
        let name = member.name.replace([',', ';', '\t'], " ");
        let row = [&member.email, member.role.as_str(), &services(grants), &name, "member"];
        writer.write_record(row.map(inert))?;
    }
    for sent in invitations.iter().filter(|sent| sent.state == State::Pending) {
        let role = if sent.referent { Role::Referent } else { Role::Member };
        let grants = sent.grants.iter().map(|(client_id, roles): &Grant| (client_id.as_str(), roles.as_slice()));
        writer.write_record([&sent.email, role.as_str(), &services(grants), "", "invited"].map(inert))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn services<'a>(grants: impl Iterator<Item = (&'a str, &'a [String])>) -> String {
    let words = grants.map(|(service, roles)| match roles {
        [] => service.to_owned(),
        roles => format!("{service}:{}", roles.join("+")),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What a spreadsheet would take for a formula begins with an apostrophe, which it takes for text.
pub(in crate::delegation) fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use uuid::Uuid;

    use super::super::parse::parse;
    use super::*;
    use crate::db::members::Grant;

    #[test]
    fn is_read_back() {
        let member = Member {
            id: Uuid::nil(),
            name: "=HYPERLINK(\"x\";\"y\"), \"Bob\"\n".to_owned(),
            email: "+bob@x.test".to_owned(),
            role: Role::Referent,
            since: chrono::DateTime::<Utc>::UNIX_EPOCH,
            active: true,
            last_seen: None,
            grants: vec![Grant { client_id: "cloud".to_owned(), roles: vec!["a".to_owned(), "b".to_owned()] }],
            sort_name: String::new(),
        };
        let text = write(&[member], &[]).unwrap();
        assert!(text.contains("\"'=HYPERLINK(\"\"x\"\" \"\"y\"\")  \"\"Bob\"\"\n\""), "{text}");
        let lines = parse(&text).unwrap();
        let entry = lines[0].entry.as_ref().unwrap();
        assert_eq!((lines.len(), entry.email.as_str(), entry.role), (1, "+bob@x.test", Some(Role::Referent)));
        assert_eq!(entry.grants, Some(vec![("cloud".to_owned(), vec!["a".to_owned(), "b".to_owned()])]));
    }
}
