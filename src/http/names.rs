//! What is wrong with a username or an address that somebody typed, in words.

use crate::http::page::Page;
use crate::types::{EmailError, UsernameError};

/// Of an address.
#[must_use]
pub fn email_fault(error: EmailError, page: &Page) -> String {
    page.text(match error {
        EmailError::Empty => "email-empty",
        EmailError::TooLong => "email-too-long",
        EmailError::NotAscii => "email-not-ascii",
        EmailError::Malformed => "email-malformed",
    })
}

/// Of a username.
#[must_use]
pub fn username_fault(error: UsernameError, page: &Page) -> String {
    page.text(match error {
        UsernameError::Empty => "username-empty",
        UsernameError::Length => "username-length",
        UsernameError::Character => "username-character",
        UsernameError::Reserved => "username-reserved",
    })
}
