//! Invented members, in the layout of the old site's export.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use crate::Failure;
use crate::person::PASSWORD;

const GIVEN: [&str; 12] =
    ["Lucie", "Honoré", "Zoé", "Karim", "Anaïs", "", "Jean-Baptiste", "Noémie", "Thu Trang", "Øystein", "Inès", "Bérénice"];
const FAMILY: [&str; 11] =
    ["Marie", "Fabre", "D'Hérouville", "Benali", "Lefèvre", "", "Nguyễn", "Le Goff", "García López", "Müller", "Dos Santos"];

/// The name that a member signs in with.
pub fn login(number: usize) -> String {
    format!("membre.{number:07}")
}

/// Writes so many members; their passwords are all [`PASSWORD`], hashed once at the cost of very old
/// sites: the first sign-in replaces it by a hash at the configured cost.
pub fn write(path: &Path, count: usize) -> Result<(), Failure> {
    let hash = bcrypt::hash(PASSWORD, 4).map_err(|error| error.to_string())?;
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(file, "id,login,email,email_confirmed,password,firstname,lastname,lang,created_at,membership_until,is_admin")?;
    for number in 0..count {
        let (id, login) = (number + 1, login(number));
        let (given, family) = (GIVEN[number % GIVEN.len()], FAMILY[number % FAMILY.len()]);
        let (year, month, day, hour, minute) =
            (2009 + number % 15, 1 + number % 12, 1 + number % 28, number % 24, number % 60);
        let language = if number % 9 == 0 { "en" } else { "fr" };
        let until = if number % 5 == 0 { String::new() } else { format!("{}-{month:02}-{day:02}", year + 1) };
        writeln!(
            file,
            "{id},{login},{login}@courriel.example,1,{hash},{given},{family},{language},\
             {year}-{month:02}-{day:02} {hour:02}:{minute:02}:00,{until},0"
        )?;
    }
    file.flush()?;
    Ok(())
}
