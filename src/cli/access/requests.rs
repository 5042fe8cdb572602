//! `loquet access requests`, `accept` and `decline`.

use serde_json::json;
use uuid::Uuid;

use crate::cli::{Failure, say};
use crate::db::access_requests::Waiting;
use crate::db::entrances::Entrance;
use crate::delegation::{Clash, Desk, Refusal};

pub(super) async fn list(desk: &Desk<'_>, as_json: bool) -> Result<(), Failure> {
    let requests = desk.host_requests(true).await.map_err(|refusal| failure(&refusal, None))?;
    if as_json {
        let described = requests.iter().map(|(waiting, entrances)| describe(waiting, entrances));
        say(serde_json::Value::Array(described.collect()));
        return Ok(());
    }
    if requests.is_empty() {
        say("Nobody waits for an answer.");
    }
    for (waiting, entrances) in requests {
        let whose = match &waiting.organization {
            Some((slug, _)) => format!("through {slug}"),
            None if entrances.is_empty() => "to the host".to_owned(),
            None => format!("to the host; groups: {}", names(&entrances).join(", ")),
        };
        let since = waiting.asked_at.format("%F");
        say(format!("{}  {since}  {} <{}>  {}  {whose}", waiting.id, waiting.name, waiting.email, waiting.client_id));
    }
    Ok(())
}

fn names(entrances: &[Entrance]) -> Vec<&str> {
    entrances.iter().map(|entrance| entrance.name.as_str()).collect()
}

fn describe(waiting: &Waiting, entrances: &[Entrance]) -> serde_json::Value {
    json!({
        "id": waiting.id, "user": waiting.user, "name": waiting.name, "email": waiting.email, "client_id": waiting.client_id,
        "organization": waiting.organization.as_ref().map(|(slug, _)| slug), "asked_at": waiting.asked_at,
        "groups": names(entrances),
    })
}

pub(super) async fn answer(
    desk: &Desk<'_>,
    id: Uuid,
    accepted: bool,
    group: Option<&str>,
    as_json: bool,
) -> Result<(), Failure> {
    let answer = desk.answer_for_host(id, accepted, group).await.map_err(|refusal| failure(&refusal, Some(id)))?;
    let (person, client) = (&answer.person.username, &answer.client.client_id);
    if as_json {
        say(
            json!({ "id": id, "user": answer.person.id, "client_id": client, "accepted": accepted, "new_group": answer.new_group }),
        );
        return Ok(());
    }
    say(format!("{person} {} {client}, and is told by mail.", if accepted { "may use" } else { "may still not use" }));
    if let Some(group) = answer.new_group {
        say(format!("{client} allowed no group: {group} was made for it, with {person} in it."));
    }
    Ok(())
}

fn failure(refusal: &Refusal, id: Option<Uuid>) -> Failure {
    match (refusal, id) {
        (Refusal::Hidden, Some(id)) => Failure::new(format!("there is no request {id}")),
        (Refusal::Clash(Clash::AlreadyAnswered), _) => Failure::new("it was answered already"),
        (Refusal::Invalid(flaw), _) if flaw.problem == "choose" => Failure::new(
            "several groups would open the service: choose one with --group (`loquet access requests` names them)",
        ),
        (Refusal::Invalid(flaw), _) => {
            Failure::new(format!("--group {}: the service does not allow that group", flaw.value))
        }
        (other, _) => Failure::new(other),
    }
}
