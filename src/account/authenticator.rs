//! `/account/security/authenticator`: adding an authenticator app, or another in its place.
//!
//! The secret is derived from the session and from a random number in the form: looking at the page
//! changes nothing, each look shows another secret, and the person who sends the form cannot choose it
//! (MF-06). What was there stays until a code of the new one has come.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use zeroize::Zeroizing;

use super::factor_change::{self, Change, Setup};
use super::frame::Section;
use super::qr::{self, Drawing};
use super::recovery_codes;
use crate::app::AppState;
use crate::authn::totp;
use crate::crypto::{Purpose, random_bytes};
use crate::db;
use crate::db::audit;
use crate::db::factors::NewAuthenticator;
use crate::http::page::Page;
use crate::http::page::{render, see_other};
use crate::http::page_error::PageError;
use crate::mail::{Factor, Kind};

#[derive(Template)]
#[template(path = "account/authenticator.html")]
struct AuthenticatorPage<'a> {
    page: &'a Page,
    action: String,
    /// The person was sent here: a policy demands a second factor.
    demanded: bool,
    /// Since when they have one.
    since: Option<String>,
    account: &'a str,
    /// Another way, where there is one.
    passkeys: Option<String>,
    qr: Drawing,
    key: String,
    seed: String,
    error: Option<String>,
}

/// `GET /account/security/authenticator`
///
/// # Errors
/// A way to a recent proof of identity; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let setup = Setup::of(&request, &state, &state.paths.authenticator()).await?;
    setup.show(&random_bytes(), false).await
}

/// `POST /account/security/authenticator`
///
/// # Errors
/// The refusal that leads to a recent proof of identity; PostgreSQL's, or a form that is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let setup = Setup::of(&request, &state, &state.paths.authenticator()).await?;
    let visitor = &setup.visitor;
    let form = visitor.form(&body)?;
    let seed = URL_SAFE_NO_PAD.decode(form.get("seed")).ok().and_then(|seed| seed.try_into().ok());
    let seed: [u8; SEED] = seed.ok_or(PageError::BadRequest("no seed of ours"))?;
    let (secret, now) = (setup.secret(&seed), state.clock.now());
    let step = totp::read(form.get("code")).and_then(|code| totp::step_of(secret.as_slice(), &code, now));
    let Some(step) = step else { return setup.show(&seed, true).await };
    let user = visitor.session.user.id;
    let sealed = state.vault.seal(&totp::about(user), secret.as_slice()).map_err(PageError::internal)?;
    let mut transaction = state.pool.begin().await?;
    let before = db::factors::of(&mut transaction, user).await?;
    let new = NewAuthenticator { user, secret: &sealed, step, replaces: before.authenticator_since };
    if !db::factors::set_authenticator(&mut transaction, &new, now).await? {
        // The same form was sent twice, or another browser was quicker.
        return Ok(see_other(&state.paths.security()));
    }
    // Those of another factor, or of the app that this one replaces, stay good.
    let codes =
        if before.codes_left == 0 { Some(recovery_codes::renew(&mut transaction, user, &state).await?) } else { None };
    let change = Change {
        event: audit::Kind::AuthenticatorAdded,
        details: json!({ "replaced": before.authenticator_since.is_some() }),
        notice: Kind::FactorAdded(Factor::Authenticator),
        proven: &["otp", "mfa"],
    };
    let cookie = factor_change::settle(visitor, &mut transaction, change).await?;
    transaction.commit().await?;
    let mut response = match codes {
        Some(codes) => recovery_codes::show_new(visitor, &codes, &setup.next(), true)?,
        None => see_other(&setup.next()),
    };
    response.add_cookie(&cookie).map_err(PageError::internal)?;
    Ok(response)
}

/// Bytes of the number in the form.
const SEED: usize = 16;

impl Setup<'_> {
    fn secret(&self, seed: &[u8; SEED]) -> Zeroizing<[u8; totp::SECRET]> {
        let session = self.visitor.session.id;
        let derived = self.visitor.state.vault.mac(Purpose::Authenticator, &[session.as_bytes(), seed]);
        let mut secret = Zeroizing::new([0; totp::SECRET]);
        secret.copy_from_slice(&derived[..totp::SECRET]);
        secret
    }

    /// Where to go afterwards.
    fn next(&self) -> String {
        self.onward.or(&self.visitor.state.paths.security(), self.visitor.state)
    }

    async fn show(&self, seed: &[u8; SEED], wrong: bool) -> Result<HttpResponse, PageError> {
        let (visitor, state) = (&self.visitor, self.visitor.state);
        let user = &visitor.session.user;
        let mut connection = state.pool.acquire().await?;
        let factors = db::factors::of(&mut connection, user.id).await?;
        drop(connection);
        let mut page = visitor.page(Section::Security);
        if self.demanded {
            // There is nowhere else to go.
            page.nav.clear();
        }
        let zone = state.settings.host.time_zone;
        let secret = self.secret(seed);
        let address = totp::address(secret.as_slice(), &state.settings.host.name, &user.username);
        let template = AuthenticatorPage {
            page: &page,
            action: self.onward.by(&state.paths.authenticator()),
            demanded: self.demanded,
            since: factors.authenticator_since.map(|at| page.language().date(&at.with_timezone(&zone))),
            account: &user.username,
            passkeys: state.passkeys.is_some().then(|| self.onward.by(&state.paths.passkeys())),
            qr: qr::draw(&address.map_err(PageError::internal)?)?,
            key: totp::spelled(secret.as_slice()),
            seed: URL_SAFE_NO_PAD.encode(seed),
            error: wrong.then(|| page.text("authenticator-wrong")),
        };
        render(if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page, &template)
    }
}
