//! `/account/profile`: what a person says of themself, and who learns it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::fields::{self, Answer, Field, Input, Occasion};
use super::frame::{Section, Visitor};
use super::picture::PictureForm;
use crate::app::AppState;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::sessions::Session;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::types::Details;

#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage<'a> {
    page: &'a Page,
    action: String,
    username: &'a str,
    change_username: String,
    email: &'a str,
    change_email: String,
    fields: Vec<Field>,
    picture: Option<PictureForm>,
    /// Pictures may be sent.
    accepts: bool,
    refused: bool,
    /// What the host entered itself: label and value.
    of_the_host: Vec<(String, String)>,
    /// Who learns what: the words of the consent page, and the fields behind them.
    told: Vec<(String, String)>,
    services: String,
    saved: bool,
}

/// `GET /account/profile`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let (page, session) = (visitor.page(Section::Profile), &visitor.session);
    let mut connection = state.pool.acquire().await?;
    let known = db::users::details(&mut connection, session.user.id).await?;
    drop(connection);
    let fields = all(&state, &page, session, &known);
    show(&state, &page, session, &known, fields, request.query_string() == "saved")
}

/// The fields of the host, and the language.
fn all(state: &AppState, page: &Page, session: &Session, known: &Details) -> Vec<Field> {
    let mut fields = fields::form(&state.settings.profile, Occasion::Profile, page.language(), known);
    fields.push(language(page, &session.user.locale));
    fields
}

fn language(page: &Page, current: &str) -> Field {
    let answers = page.languages.iter().map(|choice| Answer {
        value: choice.code.clone(),
        label: choice.name.clone(),
        lang: choice.code.clone(),
    });
    Field {
        id: "locale".to_owned(),
        label: page.text("field-language"),
        help: page.text("field-language-help"),
        error: String::new(),
        value: current.to_owned(),
        required: true,
        input: Input::Radios(answers.collect()),
        autocomplete: "off",
    }
}

/// `POST /account/profile`
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let form = visitor.form(&body)?;
    let (page, session) = (visitor.page(Section::Profile), &visitor.session);
    let locale = state.texts.find(form.get("locale")).ok_or(PageError::BadRequest("unknown language"))?;
    let mut transaction = state.pool.begin().await?;
    db::users::hold(&mut transaction, session.user.id).await?;
    let known = db::users::details(&mut transaction, session.user.id).await?;
    match fields::read(&state.settings.profile, Occasion::Profile, page.language(), &known, &form) {
        Ok(details) => {
            let now = state.clock.now();
            let user = session.user.id;
            let mut changed = fields::changed(&state.settings.profile, &known, &details);
            if locale.code() != session.user.locale {
                changed.push("locale".to_owned());
            }
            if !changed.is_empty() {
                db::users::set_details(&mut transaction, user, &details, now).await?;
                db::users::set_locale(&mut transaction, user, locale.code(), now).await?;
                // What was said is nobody's business, that it changed is.
                let origin = visitor.origin();
                let event = Event::own(Kind::ProfileChanged, user, &origin).with(json!({ "fields": changed }));
                db::audit::record(&mut transaction, &event, now).await?;
            }
            transaction.commit().await?;
            tracing::info!(%user, "profile changed");
            Ok(see_other(&format!("{}?saved", state.paths.profile())))
        }
        Err(mut fields) => {
            drop(transaction);
            fields.push(language(&page, locale.code()));
            show(&state, &page, session, &known, fields, false)
        }
    }
}

fn show(
    state: &AppState,
    page: &Page,
    session: &Session,
    known: &Details,
    fields: Vec<Field>,
    saved: bool,
) -> Result<HttpResponse, PageError> {
    let refused = fields.iter().any(|field| !field.error.is_empty());
    let template = ProfilePage {
        page,
        action: state.paths.profile(),
        username: &session.user.username,
        change_username: state.paths.username(),
        email: &session.user.email,
        change_email: state.paths.email(),
        fields,
        picture: PictureForm::of(known, state),
        accepts: state.settings.profile.picture,
        refused,
        told: told(state, page, known),
        services: state.paths.services(),
        of_the_host: fields::of_the_host(&state.settings.profile, known, page.language()),
        saved,
    };
    render(if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, page, &template)
}

/// For each thing that a service may be given, in the words of the consent page, the fields behind it;
/// then what no service is given.
fn told(state: &AppState, page: &Page, known: &Details) -> Vec<(String, String)> {
    let (settings, language) = (&state.settings.profile, page.language());
    let join = |labels: Vec<String>| labels.join(", ");
    let mut told: Vec<(String, String)> = ["profile", "email", "address", "phone"]
        .into_iter()
        .map(|scope| {
            (
                scope,
                page.text(match scope {
                    "profile" => "profile-told-profile",
                    "email" => "profile-told-email",
                    "address" => "profile-told-address",
                    _ => "profile-told-phone",
                }),
            )
        })
        .chain(
            settings
                .scopes
                .iter()
                .map(|scope| (scope.name.as_str(), page.text1("profile-told-host", "what", scope.text.of(&page.lang)))),
        )
        .map(|(scope, words)| (words, join(fields::told_under(settings, scope, known, language))))
        .collect();
    told.push((page.text("profile-told-nobody"), join(fields::told_to_nobody(settings, language))));
    told.retain(|(_, labels)| !labels.is_empty());
    told
}
