//! Choosing a password: the rules, the hash, and the page that asks for one.

use std::sync::Arc;

use askama::Template;
use zeroize::Zeroizing;

use crate::app::AppState;
use crate::authn::password::{About, PasswordHashing, Verdict, Weakness, check_new};
use crate::db::users::User;
use crate::http::page::Page;
use crate::http::page_error::PageError;

/// A page that asks for nothing but a new password.
#[derive(Template)]
#[template(path = "account/new_password.html")]
pub struct NewPasswordPage<'a> {
    /// The page.
    pub page: &'a Page,
    /// Where the form goes.
    pub action: String,
    /// For password managers.
    pub username: &'a str,
    /// What is wrong with the one that was typed.
    pub error: Option<String>,
    /// Why one is asked for, and what comes next.
    pub reasons: Vec<String>,
    /// The least number of characters.
    pub minimum: i64,
}

/// The least number of characters, for a text.
#[must_use]
pub fn minimum(state: &AppState) -> i64 {
    i64::try_from(state.settings.passwords.min_length).unwrap_or(i64::MAX)
}

/// The hash to store of a password of `user`, or why it is refused.
///
/// # Errors
/// Too much to hash at once.
pub async fn hash_for(
    password: &str,
    user: &User,
    old: Option<String>,
    state: &AppState,
) -> Result<Result<String, Weakness>, PageError> {
    hash(password, &[&user.username, &user.given_name, &user.family_name], &user.email, old, state).await
}

/// The same, for somebody of these names and that address.
///
/// # Errors
/// Too much to hash at once.
pub async fn hash(
    password: &str,
    names: &[&str],
    email: &str,
    old: Option<String>,
    state: &AppState,
) -> Result<Result<String, Weakness>, PageError> {
    if password.contains('\0') {
        return Err(PageError::BadRequest("NUL in a password"));
    }
    if let Some(weakness) = weakness(password, names, email, state) {
        return Ok(Err(weakness));
    }
    let place = state.hasher.place()?;
    let (vault, cost) = (Arc::clone(&state.vault), state.settings.passwords.cost);
    let password = Zeroizing::new(password.to_owned());
    place
        .run(move || {
            let hashing = PasswordHashing { vault: &vault, cost };
            if old.is_some() && hashing.verify(&password, old.as_deref()) != Verdict::Wrong {
                return Ok(Err(Weakness::Unchanged));
            }
            hashing.hash(&password).map(Ok)
        })
        .await?
        .map_err(PageError::internal)
}

/// What a password is refused for, if anything, before any of the dear work.
#[must_use]
pub fn weakness(password: &str, names: &[&str], email: &str, state: &AppState) -> Option<Weakness> {
    let about = About { names, email, host: &state.settings.host.name };
    check_new(password, state.settings.passwords.min_length, &about).err()
}

/// What is wrong with a password, and what would be right.
#[must_use]
pub fn words(weakness: Weakness, page: &Page, state: &AppState) -> String {
    match weakness {
        Weakness::TooShort => page.text1("password-too-short", "min", &state.settings.passwords.min_length.to_string()),
        Weakness::TooLong => page.text("password-too-long"),
        Weakness::TooCommon => page.text("password-too-common"),
        Weakness::YourName => page.text("password-contains-name"),
        Weakness::YourEmail => page.text("password-contains-email"),
        Weakness::ThisHost => page.text("password-contains-host"),
        Weakness::Unchanged => page.text("password-unchanged"),
    }
}
