//! What a person sees of their own account: one file per page. Each page does one thing and goes
//! back to the dispatcher of its authorization, or home.

mod entry;
pub mod frame;
pub mod home;
pub mod language;
pub mod new_password;
mod onward;
mod password_proof;
pub mod security;
pub mod sign_in;
pub mod sign_out;
pub mod verify_email;
pub mod verify_link;

use crate::app::AppState;
use crate::db::users::User;
use crate::http::page_error::PageError;
use crate::mail::{Kind, Message, Recipient, Sender};

/// A mail to a person, in their language.
fn letter(kind: &Kind<'_>, user: &User, state: &AppState) -> Result<Message, PageError> {
    let settings = &state.settings.host;
    let language = state.texts.find(&user.locale).unwrap_or_else(|| state.texts.default_language());
    let recipient = Recipient { email: &user.email, name: &user.display_name() };
    let home = state.paths.public(&state.paths.home());
    let sender = Sender { host: &settings.name, contact: settings.contact.as_deref(), home: &home };
    Message::write(kind, &recipient, &sender, &language).map_err(PageError::internal)
}
