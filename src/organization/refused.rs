//! Every refusal as a page: what cannot be done, why, and what to do instead.

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Office;
use crate::authz::delegation::{Reach, Why};
use crate::db;
use crate::db::members::Search;
use crate::delegation::{Clash, Refusal};
use crate::http::page::Page;
use crate::http::page_error::PageError;
use crate::types::Role;

/// Most referents that are named.
const NAMED: i64 = 20;

#[derive(Template)]
#[template(path = "organization/refused.html")]
struct RefusedPage<'a> {
    page: &'a Page,
    status: u16,
    title: String,
    message: String,
    /// Whom to turn to.
    referents: Vec<String>,
    back: String,
    back_label: String,
}

impl Office<'_> {
    /// The page of a refusal that the form itself does not show.
    pub async fn refused(&self, refusal: Refusal) -> PageError {
        let why = match refusal {
            Refusal::Hidden => return PageError::NotFound,
            Refusal::Database(error) => return PageError::Database(error),
            Refusal::Invalid(_) => return PageError::BadRequest("no page of ours asks that"),
            Refusal::Forbidden(why) => why,
            Refusal::Stale | Refusal::Clash(_) | Refusal::TooMany(_) => return self.in_the_way(&refusal),
        };
        let (title, message) = match why {
            Why::NotReferent => ("organization-not-referent-title", "organization-not-referent"),
            Why::ReadOnly => ("organization-refused-title", "organization-read-only"),
            Why::Deactivated => ("organization-refused-title", "organization-deactivated"),
            // The last two are of what administrators do elsewhere.
            Why::AdministratorsOnly | Why::Oneself | Why::LastAdministrator => {
                ("organization-refused-title", "organization-host-only")
            }
            Why::NotDelegable => ("organization-refused-title", "organization-not-delegable"),
            Why::LastReferent => ("organization-last-title", "organization-last"),
        };
        let (name, referents) = match self.whom_to_ask().await {
            Ok(found) => found,
            Err(error) => return error,
        };
        let member = why == Why::NotReferent;
        let page = &self.page;
        self.say(&RefusedPage {
            page,
            status: StatusCode::FORBIDDEN.as_u16(),
            title: page.text1(title, "organization", &name),
            message: page.text2(message, "host", &page.host, "organization", &name),
            referents: if member { referents } else { Vec::new() },
            back: if member { self.state().paths.organizations() } else { self.people() },
            back_label: page.text(if member { "organization-to-own" } else { "organization-to-people" }),
        })
    }

    /// What was asked cannot be done now.
    fn in_the_way(&self, refusal: &Refusal) -> PageError {
        let page = &self.page;
        let (status, title, message) = match refusal {
            Refusal::TooMany(until) => {
                let until = page.language().moment(*until, self.state().settings.host.time_zone);
                let message = page.text1("organization-too-many", "until", &until);
                (StatusCode::TOO_MANY_REQUESTS, "organization-too-many-title", message)
            }
            Refusal::Clash(clash) => (StatusCode::CONFLICT, "organization-refused-title", clash_text(*clash, page)),
            _ => (StatusCode::CONFLICT, "organization-stale-title", page.text("organization-stale")),
        };
        self.say(&RefusedPage {
            page,
            status: status.as_u16(),
            title: page.text(title),
            message,
            referents: Vec::new(),
            back: self.people(),
            back_label: page.text("organization-to-people"),
        })
    }

    fn say(&self, said: &RefusedPage<'_>) -> PageError {
        let status = StatusCode::from_u16(said.status).unwrap_or(StatusCode::FORBIDDEN);
        match said.render() {
            Ok(body) => PageError::Said { status, cause: format!("refused in {}: {}", self.slug, said.title), body },
            Err(error) => PageError::internal(error),
        }
    }

    /// Name of the organization, and those who look after it.
    async fn whom_to_ask(&self) -> Result<(String, Vec<String>), PageError> {
        let mut connection = self.state().pool.acquire().await?;
        let person = self.visitor.session.user.id;
        let place = db::delegation::enter(&mut connection, person, &self.slug, Reach::Everything).await?;
        let place = place.ok_or(PageError::NotFound)?;
        let search = Search { role: Some(Role::Referent), count: NAMED, ..Search::ALL };
        let referents = db::members::list(&mut connection, place.id, &search).await?;
        Ok((place.name, referents.into_iter().map(|member| member.name).collect()))
    }
}

/// What stands in the way, in words.
#[must_use]
pub fn clash_text(clash: Clash, page: &Page) -> String {
    page.text(match clash {
        Clash::AlreadyMember => "clash-already-member",
        Clash::AlreadyAnswered => "clash-already-answered",
        // Of what administrators do elsewhere.
        Clash::SlugTaken
        | Clash::NameTaken
        | Clash::NoSecondFactor
        | Clash::AlreadyVerified
        | Clash::NotWaiting
        | Clash::KeptByRule => "organization-stale",
    })
}
