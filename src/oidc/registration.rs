//! `/register` (RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration): services that register
//! themselves, each with an initial access token that an administrator made. Off by default. What they
//! get is open to nobody unless that token says so, and people are asked what they may receive.

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::oauth_error::OAuthError;
use super::registration_metadata::{self, Metadata};
use crate::app::AppState;
use crate::clients::{SECRET_PREFIX, rules};
use crate::crypto::{Plain, constant_time_eq, random_id};
use crate::db;
use crate::db::audit::{Event, Kind, changes};
use crate::db::clients::{Authentication, Client};
use crate::http::trace;

const REGISTRATION_PREFIX: &str = "lqt_rg_";

type Body = Result<Bytes, actix_web::Error>;

/// `POST /register`: 201 and the new client, its secret and the token that manages it.
///
/// # Errors
/// `invalid_token`, `invalid_redirect_uri`, `invalid_client_metadata`.
pub async fn create(request: HttpRequest, body: Body, state: Data<AppState>) -> Result<HttpResponse, OAuthError> {
    check_enabled(&state)?;
    let token = bearer(&request)?;
    let now = state.clock.now();
    // Looked at before anything is fetched for a stranger, spent with what it brings.
    let mut connection = state.pool.acquire().await?;
    let policy = db::initial_access_tokens::policy(&mut connection, token.hashed(), now).await?;
    drop(connection);
    let everyone = policy.ok_or(OAuthError::InvalidToken)? == "everyone";
    let metadata = read(body)?;
    let registration_token = Plain::random(REGISTRATION_PREFIX);
    let mut client = Client {
        client_id: random_id().simple().to_string(),
        everyone,
        registration_token: Some(registration_token.hashed().as_bytes().to_vec()),
        // What the specification says, no more.
        claims_in_id_token: false,
        ..Client::default()
    };
    check_sector(&metadata, &state).await?;
    apply(metadata, &mut client, &state)?;
    let secret = (client.authentication == Authentication::ClientSecret).then(|| Plain::random(SECRET_PREFIX));
    let mut transaction = state.pool.begin().await?;
    if !db::initial_access_tokens::spend(&mut transaction, token.hashed(), now).await? {
        return Err(OAuthError::InvalidToken);
    }
    db::clients::save(&mut transaction, &client, true, now).await?;
    if let Some(secret) = &secret {
        db::clients::add_secret(&mut transaction, &client.client_id, secret.hashed(), now, now).await?;
    }
    let details = json!({ "after": client.described(), "registered_itself": true });
    journal(&mut transaction, Kind::ServiceAdded, &client, details, &request, &state).await?;
    transaction.commit().await?;
    tracing::info!(client = client.client_id, "a client registered itself");
    let mut answer = describe(&client, &registration_token, &state);
    answer["client_id_issued_at"] = json!(now.timestamp());
    if let Some(secret) = &secret {
        answer["client_secret"] = json!(secret.reveal());
        answer["client_secret_expires_at"] = json!(0);
    }
    Ok(answer_with(StatusCode::CREATED, &answer))
}

/// `GET /register/{client_id}`
///
/// # Errors
/// `invalid_token`, for an unknown client as well.
pub async fn show(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    let (client, token) = own(&request, &client_id, &state).await?;
    Ok(answer_with(StatusCode::OK, &describe(&client, &token, &state)))
}

/// `PUT /register/{client_id}`: what is left out goes back to its default (RFC 7592 2.2).
///
/// # Errors
/// As at the registration.
pub async fn change(
    request: HttpRequest,
    client_id: Path<String>,
    body: Body,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    let (client, token) = own(&request, &client_id, &state).await?;
    let metadata = read(body)?;
    check_sector(&metadata, &state).await?;
    // That may have taken seconds. An administrator who switched the client off meanwhile has the last word.
    let mut transaction = state.pool.begin().await?;
    db::clients::lock(&mut transaction, &client.client_id).await?;
    let mut client = managed_with(&mut transaction, &client.client_id, &token).await?;
    let before = client.clone();
    apply(metadata, &mut client, &state)?;
    if client.authentication != before.authentication {
        return Err(OAuthError::ClientMetadata("token_endpoint_auth_method cannot change".to_owned()));
    }
    db::clients::save(&mut transaction, &client, false, state.clock.now()).await?;
    let details = changes(&before.described(), &client.described());
    journal(&mut transaction, Kind::ServiceChanged, &client, details, &request, &state).await?;
    transaction.commit().await?;
    Ok(answer_with(StatusCode::OK, &describe(&client, &token, &state)))
}

/// `DELETE /register/{client_id}`: 204, and everything that it held is gone.
///
/// # Errors
/// `invalid_token`.
pub async fn delete(
    request: HttpRequest,
    client_id: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, OAuthError> {
    let (client, _) = own(&request, &client_id, &state).await?;
    let mut transaction = state.pool.begin().await?;
    db::clients::delete(&mut transaction, &client.client_id).await?;
    let details = json!({ "before": client.described() });
    journal(&mut transaction, Kind::ServiceRemoved, &client, details, &request, &state).await?;
    transaction.commit().await?;
    tracing::info!(client = client.client_id, "a client removed its registration");
    Ok(HttpResponse::NoContent().finish())
}

/// What a service did to itself.
async fn journal(
    connection: &mut PgConnection,
    kind: Kind,
    client: &Client,
    details: Value,
    request: &HttpRequest,
    state: &AppState,
) -> Result<(), OAuthError> {
    let origin = trace::origin(request, state);
    let event = Event::of_host(kind, &origin).of_client(&client.client_id).with(details);
    Ok(db::audit::record(connection, &event, state.clock.now()).await?)
}

fn check_enabled(state: &AppState) -> Result<(), OAuthError> {
    if state.settings.dynamic_registration.enabled { Ok(()) } else { Err(OAuthError::NotFound) }
}

fn bearer(request: &HttpRequest) -> Result<Plain, OAuthError> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token =
        header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token.map(|(_, token)| Plain::presented(token.trim())).ok_or(OAuthError::InvalidToken)
}

/// The client that the token of the request manages. Read from the database: what was just changed or
/// removed counts at once.
async fn own(request: &HttpRequest, client_id: &str, state: &AppState) -> Result<(Client, Plain), OAuthError> {
    check_enabled(state)?;
    let token = bearer(request)?;
    if client_id.parse::<Uuid>().is_err() {
        return Err(OAuthError::InvalidToken);
    }
    let mut connection = state.pool.acquire().await?;
    let client = managed_with(&mut connection, client_id, &token).await?;
    Ok((client, token))
}

async fn managed_with(connection: &mut PgConnection, client_id: &str, token: &Plain) -> Result<Client, OAuthError> {
    let client = db::clients::find(connection, client_id).await?.filter(|client| client.enabled);
    let client = client.ok_or(OAuthError::InvalidToken)?;
    let hash = client.registration_token.as_deref().unwrap_or_default();
    if constant_time_eq(hash, token.hashed().as_bytes()) { Ok(client) } else { Err(OAuthError::InvalidToken) }
}

fn read(body: Body) -> Result<Metadata, OAuthError> {
    let body = body.map_err(|_| OAuthError::TooLarge)?;
    // In JSON a NUL character is always written so; PostgreSQL stores no such text.
    if body.windows(6).any(|six| six == br"\u0000") {
        return Err(OAuthError::ClientMetadata("a NUL character is in it".to_owned()));
    }
    serde_json::from_slice(&body).map_err(|error| OAuthError::ClientMetadata(error.to_string()))
}

/// Makes the client what the metadata says, if every rule allows it.
fn apply(metadata: Metadata, client: &mut Client, state: &AppState) -> Result<(), OAuthError> {
    metadata.apply(client).map_err(OAuthError::ClientMetadata)?;
    let faults = rules::faults(client, &state.outgoing, &state.settings.profile);
    let words = |fault: &rules::Fault| format!("{} {} {}", fault.field, fault.value, fault.why).replace("  ", " ");
    let all = faults.iter().map(words).collect::<Vec<_>>().join("; ");
    match faults.first() {
        None => Ok(()),
        Some(fault) if fault.field == "redirect_uris" => Err(OAuthError::RedirectUri(all)),
        Some(_) => Err(OAuthError::ClientMetadata(all)),
    }
}

/// OpenID Connect Core 8.1: the document of the sector names every redirect URI.
async fn check_sector(metadata: &Metadata, state: &AppState) -> Result<(), OAuthError> {
    let Some(uri) = &metadata.sector_identifier_uri else { return Ok(()) };
    let document = state.outgoing.get_json(uri).await.map_err(|error| {
        // Why is for the log: an answer that told would map our network.
        tracing::info!(uri, %error, "sector_identifier_uri could not be read");
        OAuthError::ClientMetadata("sector_identifier_uri could not be read".to_owned())
    })?;
    let listed: Vec<&str> = document.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if metadata.redirect_uris().iter().all(|uri| listed.contains(&uri.as_str())) {
        Ok(())
    } else {
        Err(OAuthError::ClientMetadata("sector_identifier_uri does not list every redirect URI".to_owned()))
    }
}

fn describe(client: &Client, token: &Plain, state: &AppState) -> Value {
    let mut answer = registration_metadata::describe(client);
    let uri = state.paths.public(&state.paths.registration(&client.client_id));
    answer.insert("registration_client_uri".to_owned(), json!(uri));
    answer.insert("registration_access_token".to_owned(), json!(token.reveal()));
    Value::Object(answer)
}

fn answer_with(status: StatusCode, answer: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).json(answer)
}
