//! `/account/profile/picture`: one's own picture, changed or taken away; `/picture/{id}`: a picture, for
//! whoever was told its address.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use uuid::Uuid;

use super::frame::{Section, Visitor};
use crate::app::AppState;
use crate::crypto::random_id;
use crate::db;
use crate::db::audit::{Event, Kind};
use crate::db::pictures::NewPicture;
use crate::http::csrf;
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::http::upload::TooLarge;
use crate::types::{Details, MOST_PIXELS, Portrait, PortraitError};

/// Largest file, in bytes.
const LARGEST: usize = 5 << 20;

/// The form, as `templates/account/_picture.html` shows it.
pub struct PictureForm {
    /// Where it goes.
    pub action: String,
    /// The picture, if it is one of ours.
    pub shown: Option<String>,
    /// There is something to take away.
    pub removable: bool,
    /// What is wrong with what was sent, or nothing.
    pub error: String,
}

impl PictureForm {
    /// Of a person; none where the host wants no pictures and there is none.
    #[must_use]
    pub fn of(known: &Details, state: &AppState) -> Option<Self> {
        let claim = known.profile.get("picture");
        (state.settings.profile.picture || claim.is_some()).then(|| Self {
            action: state.paths.own_picture(),
            shown: state.paths.shown_picture(claim),
            removable: claim.is_some(),
            error: String::new(),
        })
    }
}

#[derive(Template)]
#[template(path = "account/picture.html")]
struct PicturePage<'a> {
    page: &'a Page,
    picture: PictureForm,
    accepts: bool,
    back: String,
}

/// `GET /account/profile/picture`
///
/// # Errors
/// PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    show_form(&Visitor::of(&request, &state).await?, None).await
}

/// What is wrong with what was sent.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Nothing,
    TooLarge,
    Portrait(PortraitError),
}

/// `POST /account/profile/picture`
///
/// # Errors
/// PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, payload: Payload, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &state).await?;
    let upload = state.uploads.read(&request, payload, &["picture"], LARGEST).await?;
    csrf::check(&request, &state, &visitor.browser, &upload.form)?;
    if !upload.form.get("remove").is_empty() {
        return remove(&visitor).await;
    }
    if !state.settings.profile.picture {
        return Err(PageError::NotFound);
    }
    let file = match upload.file("picture") {
        Err(TooLarge) => return show_form(&visitor, Some(Fault::TooLarge)).await,
        Ok(file) if file.is_empty() => return show_form(&visitor, Some(Fault::Nothing)).await,
        Ok(file) => file,
    };
    match state.uploads.work(move || Portrait::of(&file)).await? {
        Ok(portrait) => keep(&visitor, &portrait).await,
        Err(error) => show_form(&visitor, Some(Fault::Portrait(error))).await,
    }
}

async fn keep(visitor: &Visitor<'_>, portrait: &Portrait) -> Result<HttpResponse, PageError> {
    let (state, user) = (visitor.state, visitor.session.user.id);
    let id = random_id();
    let claim = state.paths.public(&state.paths.picture(id));
    let mut transaction = state.pool.begin().await?;
    let new = NewPicture { user, id, jpeg: portrait.jpeg(), claim: &claim };
    let now = state.clock.now();
    db::pictures::set(&mut transaction, &new, now).await?;
    db::audit::record(&mut transaction, &Event::own(Kind::PictureChanged, user, &visitor.origin()), now).await?;
    transaction.commit().await?;
    tracing::info!(%user, "picture changed");
    Ok(see_other(&format!("{}?saved", state.paths.profile())))
}

async fn remove(visitor: &Visitor<'_>) -> Result<HttpResponse, PageError> {
    let (state, user, now) = (visitor.state, visitor.session.user.id, visitor.state.clock.now());
    let mut transaction = state.pool.begin().await?;
    if db::pictures::remove(&mut transaction, user, now).await? {
        let origin = visitor.origin();
        let event = Event::own(Kind::PictureChanged, user, &origin).with(json!({ "removed": true }));
        db::audit::record(&mut transaction, &event, now).await?;
        tracing::info!(%user, "picture removed");
    }
    transaction.commit().await?;
    Ok(see_other(&format!("{}?saved", state.paths.profile())))
}

async fn show_form(visitor: &Visitor<'_>, fault: Option<Fault>) -> Result<HttpResponse, PageError> {
    let state = visitor.state;
    let mut connection = state.pool.acquire().await?;
    let known = db::users::details(&mut connection, visitor.session.user.id).await?;
    drop(connection);
    let page = visitor.page(Section::Profile);
    let mut picture = PictureForm::of(&known, state).ok_or(PageError::NotFound)?;
    let (status, error) = match fault {
        None => (StatusCode::OK, String::new()),
        Some(fault) => told(fault, &page),
    };
    picture.error = error;
    let accepts = state.settings.profile.picture;
    render(status, &page, &PicturePage { page: &page, picture, accepts, back: state.paths.profile() })
}

/// What is wrong, and what would be right.
fn told(fault: Fault, page: &Page) -> (StatusCode, String) {
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    match fault {
        Fault::Nothing => (unfit, page.text("picture-error-nothing")),
        Fault::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, page.text("picture-error-large")),
        Fault::Portrait(PortraitError::Kind) => (unfit, page.text("picture-error-kind")),
        Fault::Portrait(PortraitError::Damaged) => (unfit, page.text("picture-error-damaged")),
        Fault::Portrait(PortraitError::Pixels) => {
            (unfit, page.text1("picture-error-pixels", "millions", &(MOST_PIXELS / 1_000_000).to_string()))
        }
    }
}

/// `GET /picture/{id}`: each picture has an address of its own, so it never changes.
///
/// # Errors
/// When there is none, or PostgreSQL's.
pub async fn show(id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let mut connection = state.pool.acquire().await?;
    let jpeg = db::pictures::find(&mut connection, *id).await?.ok_or(PageError::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/jpeg"))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        // Even if it were taken for a page, nothing in it would run.
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"picture.jpg\""))
        .body(jpeg))
}
