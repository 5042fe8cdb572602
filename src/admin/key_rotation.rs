//! `/admin/keys/rotate`: the next signing keys, asked first; with a recent proof of identity (AD-04).

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::confirm::{self, Question};
use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::Target;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::key_rotation::{Rotated, Rotation};

/// `GET /admin/keys/rotate`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let (page, back) = (&console.page, state.paths.admin_keys());
    console.desk().may(Act::RotateKeys, Target::Instance).await.map_err(|refusal| console.refused(refusal, &back))?;
    let action = state.paths.admin_keys_rotation();
    console.visitor.recent(&action)?;
    let question = Question {
        title: page.text("admin-keys-rotate-title"),
        effects: vec![page.text("admin-keys-rotate-effect"), page.text("admin-keys-rotate-unnoticed")],
        kept: Vec::new(),
        action,
        submit: page.text("admin-keys-rotate"),
        danger: false,
        back,
    };
    confirm::ask(&console, Frame::of(&console, Tab::Keys).await?, question)
}

/// `POST /admin/keys/rotate`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, _) = Console::sent(&request, &body, &state).await?;
    let back = state.paths.admin_keys();
    let refused = |refusal| console.refused(refusal, &back);
    console.desk().may(Act::RotateKeys, Target::Instance).await.map_err(refused)?;
    console.visitor.recent(&state.paths.admin_keys_rotation())?;
    let rotated = console.desk().rotate_keys(Rotation::Planned).await.map_err(refused)?;
    let made = rotated.iter().any(|(_, rotated)| matches!(rotated, Rotated::Next { .. }));
    Ok(see_other(&format!("{back}?done={}", if made { "rotated" } else { "waiting" })))
}
