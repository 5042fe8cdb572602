//! Somebody who was refused by a service asks to be let in; referents, or administrators, say yes or no.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Clash, Desk, Refusal, Work};
use crate::authz::asking::MOST_A_DAY;
use crate::authz::delegation::Deed;
use crate::authz::explanation::Rule;
use crate::db;
use crate::db::access_requests::{Answered, Asked, Waiting, Whose};
use crate::db::audit::{Event, Kind};
use crate::db::clients::Client;
use crate::db::users::User;
use crate::mail;
use crate::post::Post;

/// What came of asking.
#[derive(Debug)]
pub enum Asking {
    /// These were asked; none when all had been, lately.
    Asked(Vec<Asked>),
    /// Access came in the meantime.
    Allowed,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// Who had asked.
    pub person: User,
    /// For which service.
    pub client: Client,
    /// The group that was made for it.
    pub new_group: Option<String>,
}

impl Desk<'_> {
    /// Asks for a service, everywhere where this person may: the referents of each of their organizations that
    /// has it, or else the administrators. They get a mail. Asking again too soon changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Hidden`] for a service that nobody can be let into now; [`Refusal::TooMany`].
    pub async fn ask(&self, person: &User, client: &Client) -> Result<Asking, Refusal> {
        let (now, client_id) = (self.post.clock.now(), client.client_id.as_str());
        let mut transaction = self.pool.begin().await?;
        // Two presses of the button are one after the other.
        db::users::hold(&mut transaction, person.id).await?;
        let told = db::access::explanation(&mut transaction, person.id, client_id).await?.ok_or(Refusal::Hidden)?;
        match told.rule {
            Rule::SwitchedOff => return Err(Refusal::Hidden),
            Rule::Nothing => {}
            _ => return Ok(Asking::Allowed),
        }
        let day = TimeDelta::days(1);
        if db::access_requests::count_since(&mut transaction, person.id, now - day).await? >= MOST_A_DAY {
            return Err(Refusal::TooMany(now + day));
        }
        let asked = db::access_requests::ask(&mut transaction, person.id, client_id, now).await?;
        for request in &asked {
            self.tell_answerers(&mut transaction, person, client, request).await?;
            let event = Event::own(Kind::AccessAsked, person.id, self.origin).of_client(client_id);
            let event = match &request.organization {
                Some((id, ..)) => event.of_organization(*id),
                None => event,
            };
            db::audit::record(&mut transaction, &event, now).await?;
        }
        transaction.commit().await?;
        Ok(Asking::Asked(asked))
    }

    async fn tell_answerers(
        &self,
        connection: &mut PgConnection,
        person: &User,
        client: &Client,
        request: &Asked,
    ) -> Result<(), Refusal> {
        let organization = request.organization.as_ref();
        let paths = self.post.paths;
        let link = paths.public(&match organization {
            Some((_, slug, _)) => paths.organization_part(slug, "requests"),
            None => paths.access_requests(),
        });
        let answerers = db::access_requests::answerers(connection, organization.map(|(id, ..)| *id), person.id).await?;
        for answerer in answerers {
            let kind = mail::Kind::AccessRequested {
                link: &link,
                person: &person.display_name(),
                service: client.name(&answerer.locale),
                organization: organization.map(|(.., name)| name.as_str()),
            };
            self.post.to(connection, &answerer, &kind).await?;
        }
        Ok(())
    }
}

impl Work<'_> {
    /// Those who ask for a service through this organization.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn requests(&mut self) -> Result<Vec<Waiting>, Refusal> {
        self.must(Deed::SeePeople)?;
        Ok(db::access_requests::waiting(self.connection, Whose::Organization(self.place.id)).await?)
    }

    /// Says yes, which gives access without roles, or no. The person gets a mail.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for a request made elsewhere; [`Clash::AlreadyAnswered`].
    pub async fn answer_request(&mut self, id: Uuid, accepted: bool) -> Result<Answer, Refusal> {
        self.must(Deed::AnswerRequest)?;
        let (place, by) = (Some(self.place.id), self.desk.actor.person());
        let answered = db::access_requests::answer(self.connection, id, place, accepted, by, self.now).await?;
        let answer = settle(self.connection, answered).await?;
        let (person, client_id) = (answer.person.id, answer.client.client_id.as_str());
        if accepted {
            self.let_in(person, client_id).await?;
        }
        self.journal(answer_kind(accepted), Some(person), Some(client_id), json!({})).await?;
        tell(self.connection, &self.desk.post, &answer, accepted, self.now).await?;
        Ok(answer)
    }

    /// Whoever has something there already keeps the roles of it.
    async fn let_in(&mut self, person: Uuid, client_id: &str) -> Result<(), Refusal> {
        let member = self.find_member(person).await?;
        if !member.grants.iter().any(|grant| grant.client_id == client_id) {
            self.grant(person, client_id, &[], None).await?;
        }
        Ok(())
    }
}

/// Who had asked, and for what.
pub(super) async fn settle(connection: &mut PgConnection, answered: Answered) -> Result<Answer, Refusal> {
    let (person, client) = match answered {
        Answered::Now(person, client) => (person, client),
        Answered::Before => return Err(Refusal::Clash(Clash::AlreadyAnswered)),
        Answered::Nowhere => return Err(Refusal::Hidden),
    };
    let person = db::users::find(connection, person).await?.ok_or(Refusal::Hidden)?;
    let client = db::clients::find(connection, &client).await?.ok_or(Refusal::Hidden)?;
    Ok(Answer { person, client, new_group: None })
}

/// How the journal calls it.
pub(super) fn answer_kind(accepted: bool) -> Kind {
    if accepted { Kind::AccessRequestAccepted } else { Kind::AccessRequestDeclined }
}

/// Tells the person what was answered.
pub(super) async fn tell(
    connection: &mut PgConnection,
    post: &Post<'_>,
    answer: &Answer,
    accepted: bool,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let service = answer.client.name(&answer.person.locale);
    let link = answer.client.entrance(post.paths.issuer()).unwrap_or_else(|| post.paths.public(&post.paths.home()));
    let kind = if accepted {
        mail::Kind::AccessAccepted { link: &link, service }
    } else {
        mail::Kind::AccessDeclined { service, again: now + crate::authz::asking::AFTER_NO }
    };
    Ok(post.to(connection, &answer.person, &kind).await?)
}
