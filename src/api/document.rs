//! `/api/v1/openapi.json`: what is written about the API (`OpenAPI` 3.1), made of what stands at each handler.

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{OpenApi, ToSchema};

use super::{
    SCOPE, access, groups, host_journal, host_services, import, invitations, journal, kept_groups, keys, list, mail,
    me, member_access, members, memberships, merging, news, organizations, overview, registrations, requests,
    service_access, service_file, service_logo, services, settings, user_acts, users,
};
use crate::app::AppState;
use crate::claims::ADMIN;
use crate::http::api_error::{self, Kind};
use crate::http::document::Document;
use crate::paths::Paths;

/// What every answer says when something is wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct ProblemDocument {
    /// What kind of problem it is; a page explains it. Never changes.
    r#type: String,
    /// The kind in a few words.
    title: String,
    /// The status, once more.
    status: u16,
    /// This very problem: the id of the request, which finds it in the log of the host.
    instance: String,
    /// Why, as a word for programs.
    #[schema(nullable = false)]
    reason: Option<String>,
    /// Why, in a sentence.
    #[schema(nullable = false)]
    detail: Option<String>,
    /// What is wrong with which fields.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldProblem>>,
}

/// What is wrong with a field.
#[derive(Serialize, ToSchema)]
struct FieldProblem {
    /// Its name, or the path to it.
    field: String,
    /// What is wrong with it, as a word for programs.
    problem: String,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Loquet", description = include_str!("introduction.md")),
    paths(
        me::get,
        organizations::list, organizations::create, organizations::show, organizations::change, organizations::delete,
        members::list, members::show, members::change, members::remove,
        member_access::put, member_access::delete,
        invitations::list, invitations::create, invitations::show, invitations::resend, invitations::withdraw,
        list::preview, list::apply, members::export,
        services::list, services::put, services::delete,
        journal::get,
        requests::list, requests::accept, requests::decline,
        requests::list_of_host, requests::accept_for_host, requests::decline_for_host,
        access::explain, access::claims,
        overview::get, host_journal::get,
        users::list, users::show, user_acts::enable, user_acts::disable, user_acts::reset_factor, user_acts::sign_out,
        user_acts::verify,
        registrations::list, registrations::accept, registrations::decline,
        mail::list, mail::retry_all, mail::retry, mail::forget, mail::test,
        keys::list, keys::rotate,
        memberships::of_person, memberships::set_of_person, memberships::of_organization,
        memberships::set_of_organization, merging::preview, merging::merge,
        groups::list, groups::create, groups::show, groups::delete, groups::rename, groups::demand, groups::members,
        groups::add, groups::remove, kept_groups::list, kept_groups::keep, kept_groups::release,
        host_services::list, host_services::create, host_services::delete, host_services::enable,
        host_services::disable, service_file::show, service_file::renew_secret, service_access::show, service_access::put,
        service_access::people, service_logo::put, service_logo::delete,
        news::show, news::tell, settings::list, import::post,
    ),
    components(schemas(ProblemDocument)),
    tags(
        (name = "You", description = "Whose token it is."),
        (name = "Organizations", description = "Hosted structures."),
        (name = "Members", description = "Their people, and what these have."),
        (name = "Invitations", description = "Nobody is put into an organization: they are invited and accept."),
        (name = "The list", description = "All of them as a spreadsheet has them."),
        (name = "Services", description = "What an organization has."),
        (name = "Requests", description = "Of people whom a service refused, and who ask to be let in."),
        (name = "Access", description = "Who may use what, and why."),
        (name = "Journal", description = "What happened in it."),
        (name = "Instance", description = "All of it. For administrators; auditors look."),
        (name = "Users", description = "Everybody, and those who want to be. For administrators; auditors look."),
        (name = "Groups", description = "People of the whole instance who are let in together. For administrators; auditors look."),
        (name = "All services", description = "Services of the instance. For administrators; auditors look."),
        (name = "Mail", description = "What has not left. For administrators; auditors look."),
        (name = "Signing keys", description = "What signs tokens. For administrators; auditors look."),
    )
)]
struct Description;

/// What is written, ready to send.
pub struct Written {
    document: Document,
    /// By path, the methods that it has.
    methods: HashMap<String, String>,
}

impl Written {
    /// What a path allows (RFC 9110 10.2.1).
    #[must_use]
    pub fn methods(&self, path: &str) -> Option<&str> {
        self.methods.get(path).map(String::as_str)
    }
}

/// Writes it.
#[must_use]
pub fn write(paths: &Paths) -> Written {
    let mut document = serde_json::to_value(Description::openapi()).unwrap_or_default();
    document["servers"] = json!([{ "url": paths.issuer() }]);
    document["components"]["securitySchemes"] = security_schemes(paths);
    let operations = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for (method, operation) in operations.filter_map(|path| path.as_object_mut()).flatten() {
        complete(method, operation, paths);
    }
    let described = document["paths"].as_object().into_iter().flatten();
    let methods = described.map(|(path, operations)| {
        let names = operations.as_object().into_iter().flat_map(|operations| operations.keys());
        (path.clone(), names.map(|name| name.to_uppercase()).collect::<Vec<_>>().join(", "))
    });
    Written { methods: methods.collect(), document: Document::new(&document) }
}

/// `GET /api/v1/openapi.json`
pub async fn get(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    state.api.document.answer(&request)
}

/// The three kinds of tokens (`caller`).
fn security_schemes(paths: &Paths) -> Value {
    json!({
        "personal": {
            "type": "http", "scheme": "bearer", "bearerFormat": "lqt_pt_…",
            "description": format!("A token that you make for your own programs: {}", paths.public(&paths.personal_tokens())),
        },
        "oauth": {
            "type": "oauth2",
            "description": "For services that act for the person who signs in.",
            "flows": { "authorizationCode": {
                "authorizationUrl": paths.public(&paths.authorize()),
                "tokenUrl": paths.public(&paths.token()),
                "refreshUrl": paths.public(&paths.token()),
                "scopes": { SCOPE: "Look after the organizations of the person, as far as the person may." },
            } },
        },
        "program": {
            "type": "oauth2",
            "description": "For services that administer the instance in their own name, marked for it on the command line.",
            "flows": { "clientCredentials": {
                "tokenUrl": paths.public(&paths.token()),
                "scopes": { ADMIN: "Administer the instance." },
            } },
        },
    })
}

/// What is the same for every operation: who may call, and what can go wrong.
fn complete(method: &str, operation: &mut Value, paths: &Paths) {
    // A handler's doc comment ends with what is for whoever calls it in Rust.
    let description = operation["description"].as_str().and_then(|text| text.split("# Errors").next());
    match description.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned) {
        Some(text) => operation["description"] = Value::String(text),
        None => drop(operation.as_object_mut().and_then(|operation| operation.remove("description"))),
    }
    operation["security"] = json!([{ "personal": [] }, { "oauth": [SCOPE] }, { "program": [ADMIN] }]);
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let placed = |place: &str| parameters.iter().any(|parameter| parameter["in"] == place);
    let (body, versioned) = (operation.get("requestBody").is_some(), placed("header"));
    let mut kinds = vec![Kind::Unauthorized, Kind::Forbidden, Kind::TooMany, Kind::Internal, Kind::Unavailable];
    if placed("path") {
        kinds.push(Kind::NotFound);
    }
    kinds.push(Kind::Invalid);
    if body {
        kinds.extend([Kind::TooLarge, Kind::MediaType]);
    }
    if method != "get" {
        kinds.push(Kind::Conflict);
    }
    if versioned {
        kinds.extend([Kind::Stale, Kind::PreconditionRequired]);
    } else if operation["responses"].get("412").is_some() {
        // What was seen is in the body.
        kinds.push(Kind::Stale);
    }
    for kind in kinds {
        let status = kind.status().as_u16().to_string();
        operation["responses"][status] = problem(kind, paths);
    }
}

fn problem(kind: Kind, paths: &Paths) -> Value {
    let mut example = json!({
        "type": paths.public(&paths.problem(kind.name())),
        "title": kind.title(),
        "status": kind.status().as_u16(),
        "instance": "urn:uuid:0192f5c0-9d3f-7e5c-9f20-4b8c3d5e6f70",
    });
    let mut headers = json!({});
    match kind {
        Kind::Invalid => example["errors"] = json!([{ "field": "role", "problem": "not-a-choice" }]),
        Kind::Forbidden => {
            example["reason"] = json!("not-referent");
            example["detail"] = json!("Referents of the organization may do this, and you are a member.");
        }
        Kind::Conflict => {
            example["reason"] = json!("last-referent");
            example["detail"] =
                json!("Nobody would look after the organization any more: name another referent first.");
        }
        Kind::Unauthorized => {
            headers["WWW-Authenticate"] =
                json!({ "description": "How to present a token (RFC 6750).", "schema": { "type": "string" } });
        }
        Kind::TooMany | Kind::Unavailable => {
            headers["Retry-After"] =
                json!({ "description": "Seconds until it is worth another try.", "schema": { "type": "integer" } });
        }
        _ => {}
    }
    json!({
        "description": kind.title(),
        "headers": headers,
        "content": { api_error::MEDIA_TYPE: {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": example,
        } },
    })
}
