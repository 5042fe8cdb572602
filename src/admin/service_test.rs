//! `/admin/services/{client_id}/test`: what a service would be told of somebody who signs in now. Nothing is
//! issued.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Map, Value};

use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::explanation::{Explanation, Need, Opening, Through};
use crate::claims::preview::Preview;
use crate::db::clients::Client;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;

#[derive(Template)]
#[template(path = "admin/service_test.html")]
struct TestPage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    action: String,
    service: String,
    person: &'a str,
    error: String,
    outcome: Option<Outcome>,
}

/// What would happen.
struct Outcome {
    /// In one line.
    said: String,
    allowed: bool,
    /// Through what, or what is missing.
    reasons: Vec<String>,
    scope: String,
    tokens: Vec<Token>,
}

/// What is told in one place.
struct Token {
    id: &'static str,
    title: String,
    claims: Vec<(String, String)>,
    /// Why there are none.
    none: String,
}

/// `GET /admin/services/{client_id}/test?person={username}`
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor, and when there is no such service.
pub async fn get(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let frame = Frame::of(&console, Tab::Services).await?;
    let (page, service) = (&console.page, state.paths.admin_service(&client_id));
    let refused = |refusal| console.refused(refusal, &service);
    let desk = console.desk();
    let client = desk.service_file(&client_id).await.map_err(refused)?.client;
    let name = client.name(&page.lang).to_owned();
    let query = console.query()?;
    let person = query.get("person").trim();
    let found = if person.is_empty() { None } else { desk.somebody(person).await.map_err(refused)? };
    let outcome = match &found {
        Some(user) => {
            let preview = desk.preview_claims(user.id, &client_id, None).await.map_err(refused)?;
            Some(outcome(&preview, &client, &user.display_name(), &name, page))
        }
        None => None,
    };
    let unknown = found.is_none() && !person.is_empty();
    let template = TestPage {
        page,
        frame,
        action: state.paths.admin_service_part(&client_id, "test"),
        person,
        error: if unknown { page.text("admin-journal-nobody") } else { String::new() },
        outcome,
        name,
        service: service.clone(),
    };
    render(if unknown { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, page, &template)
}

fn outcome(preview: &Preview, client: &Client, person: &str, service: &str, page: &Page) -> Outcome {
    let allowed = preview.access.allowed;
    let said = if allowed { "admin-service-test-yes" } else { "admin-service-test-no" };
    let elsewhere = client.audience() != client.client_id;
    let tokens = [
        ("id-token", "admin-service-test-id-token", preview.id_token.as_ref(), "admin-service-test-no-openid"),
        (
            "userinfo",
            "admin-service-test-userinfo",
            preview.userinfo.as_ref(),
            if elsewhere { "admin-service-test-elsewhere" } else { "admin-service-test-no-openid" },
        ),
        ("access-token", "admin-service-test-access-token", preview.access_token.as_ref(), "admin-service-test-opaque"),
    ];
    let token = |(id, title, claims, none): (&'static str, &str, Option<&Map<String, Value>>, &str)| Token {
        id,
        title: page.text(title),
        claims: claims.into_iter().flatten().map(|(name, value)| (name.clone(), shown(value))).collect(),
        none: if claims.is_some() { String::new() } else { page.text(none) },
    };
    Outcome {
        said: page.text2(said, "name", person, "service", service),
        allowed,
        reasons: reasons(&preview.access, page),
        scope: preview.scope.join(" "),
        tokens: if allowed { tokens.into_iter().map(token).collect() } else { Vec::new() },
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn reasons(told: &Explanation, page: &Page) -> Vec<String> {
    let through = told.through.iter().map(|through| match through {
        Through::Everyone => page.text("admin-service-through-everyone"),
        Through::Group { name } => page.text1("admin-service-through-group", "group", name),
        Through::Organization { slug, .. } => page.text1("admin-service-through-organization", "organization", slug),
    });
    let needed = told.needed.iter().map(|need| {
        page.text(match need {
            Need::AccountEnabled => "admin-service-need-account",
            Need::ServiceEnabled => "admin-service-need-service",
            Need::AddressVerified => "admin-service-need-address",
        })
    });
    let openings = told.one_of.iter().map(|opening| match opening {
        Opening::Group { name } => page.text1("admin-service-open-group", "group", name),
        Opening::Grant { name, .. } => page.text1("admin-service-open-grant", "organization", name),
        Opening::Reactivation { name, .. } => page.text1("admin-service-open-reactivation", "organization", name),
        Opening::Membership { organizations } => page.count("admin-service-open-membership", *organizations),
    });
    let mut reasons: Vec<String> = through.chain(needed).chain(openings).collect();
    if reasons.is_empty() {
        reasons.push(page.text("admin-service-closed"));
    }
    reasons
}
