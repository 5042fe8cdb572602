//! What a person sees of their own account: one file per page. Each page does one thing and goes
//! back to the dispatcher of its authorization, or home.

pub mod activity;
mod asked_mail;
pub mod authenticator;
pub mod authenticator_removal;
pub mod cancel_email;
pub mod change_email;
pub mod change_password;
pub mod change_username;
pub mod confirm_email;
mod credential;
pub mod data;
pub mod delete_account;
mod entry;
pub mod export;
mod export_words;
mod factor_change;
mod factor_proof;
pub mod fields;
pub mod first_administrator;
pub mod frame;
pub mod give_up_service;
pub mod home;
mod home_membership;
mod home_services;
pub mod invitation;
pub mod invited_sign_up;
pub mod keep_account;
pub mod language;
pub mod leave_organization;
pub mod legal;
mod mail_link;
pub mod new_password;
mod offer;
mod onward;
pub mod organizations;
pub mod own_organization;
mod passkey_proof;
pub mod passkey_removal;
pub mod passkey_sign_in;
pub mod passkeys;
mod password_choice;
mod password_proof;
pub mod picture;
pub mod profile;
mod qr;
pub mod recover;
pub mod recover_password;
pub mod recovery_codes;
pub mod second_factor;
pub mod security;
pub mod services;
pub mod sessions;
pub mod sign_in;
mod sign_in_captcha;
pub mod sign_out;
pub mod sign_up;
pub mod sign_up_finish;
pub mod sign_up_sent;
mod sign_up_ticket;
pub mod terms;
pub mod tokens;
pub mod verify_email;
pub mod verify_link;

use crate::app::AppState;
use crate::db::users::User;
use crate::http::names;
use crate::http::page_error::PageError;
use crate::i18n::Language;
use crate::mail::{Kind, Message, Recipient, Sender};

/// A mail to a person, in their language.
fn letter(kind: &Kind<'_>, user: &User, state: &AppState) -> Result<Message, PageError> {
    let language = state.texts.find(&user.locale).unwrap_or_else(|| state.texts.default_language());
    letter_to(kind, &Recipient { email: &user.email, name: &user.display_name() }, &language, state)
}

/// A mail to an address that is nobody's yet, or not the one of the account.
fn letter_to(
    kind: &Kind<'_>,
    recipient: &Recipient<'_>,
    language: &Language,
    state: &AppState,
) -> Result<Message, PageError> {
    let security = state.paths.public(&state.paths.security());
    let sender = Sender::of(&state.settings, &security);
    Message::write(kind, recipient, &sender, language).map_err(PageError::internal)
}
