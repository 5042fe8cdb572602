//! `loquet access list`

use serde_json::{Value, json};

use crate::cli::{Failure, say};
use crate::db::host_services::Entitled;
use crate::delegation::{Desk, Refusal};

/// People that are read at once.
const PAGE: usize = 500;

/// Says who may use a service, by username: all of them, page by page.
pub async fn list(desk: &Desk<'_>, client_id: &str, as_json: bool) -> Result<(), Failure> {
    let (mut after, mut all) = (String::new(), Vec::new());
    loop {
        let file = desk.service_access(client_id, &after, PAGE).await.map_err(|refusal| match refusal {
            Refusal::Hidden => Failure::new(format!("there is no service with the client id {client_id}")),
            other => Failure::from(other),
        })?;
        for person in &file.people {
            if as_json {
                all.push(described(person));
            } else {
                say(format!("{:24}  {}  ({})", person.username, person.name, through(person)));
            }
        }
        match file.people.last() {
            Some(last) if file.more => after.clone_from(&last.username),
            Some(_) => break,
            None => {
                if !as_json {
                    say(if file.client.enabled { "Nobody." } else { "Nobody: it is switched off." });
                }
                break;
            }
        }
    }
    if as_json {
        say(Value::Array(all));
    }
    Ok(())
}

fn through(person: &Entitled) -> String {
    let groups = person.groups.iter().map(|group| format!("group {group}"));
    let ways: Vec<String> = groups.chain(person.organizations.iter().cloned()).collect();
    if ways.is_empty() { "open to everybody".to_owned() } else { ways.join(", ") }
}

fn described(person: &Entitled) -> Value {
    json!({
        "id": person.id, "username": person.username, "name": person.name, "groups": person.groups,
        "organizations": person.organizations,
    })
}
