//! `loquet user find`: people by what is known of them.

use serde_json::{Value, json};

use super::{Failure, say};
use crate::db::people::Found;
use crate::delegation::Desk;

/// Says who was found, in the order of the console.
pub async fn find(text: &str, limit: usize, as_json: bool, desk: &Desk<'_>) -> Result<(), Failure> {
    let found = desk.people(text, None, limit).await?;
    if as_json {
        say(Value::Array(found.people.iter().map(described).collect()));
        return Ok(());
    }
    for person in &found.people {
        let state = match (person.active, person.waiting) {
            (_, true) => "  (waits for approval)",
            (false, _) => "  (switched off)",
            (true, false) => "",
        };
        say(format!("{}  {:24}  {}  <{}>{state}", person.id, person.username, person.name, person.email));
    }
    if found.people.is_empty() {
        say("Nobody.");
    } else if found.next.is_some() {
        say("There are others: look for something longer, or give --limit.");
    }
    Ok(())
}

fn described(person: &Found) -> Value {
    json!({
        "id": person.id, "username": person.username, "name": person.name, "email": person.email,
        "email_verified": person.email_verified, "active": person.active, "waiting": person.waiting,
    })
}
