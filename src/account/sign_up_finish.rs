//! The link of somebody who wants an account: `/sign-up/{token}`, then `/sign-up/finish`: a username, a
//! password, what the host asks, and the account is there.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::entry::Arrival;
use super::fields::{self, Field, Input, Occasion};
use super::mail_link::Link;
use super::names::username_fault;
use super::onward::Onward;
use super::sign_up_ticket::{Instead, Ticket};
use super::{letter, password_choice, sign_up};
use crate::app::AppState;
use crate::authn::throttle::USERNAME;
use crate::config::Terms;
use crate::crypto::Purpose;
use crate::db;
use crate::db::audit::{Event, Kind, Origin};
use crate::db::users::NewUser;
use crate::http::browser::Browser;
use crate::http::flow::ServiceFace;
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::http::{csrf, trace};
use crate::mail;
use crate::paths::Paths;
use crate::types::{Details, Email, Markdown, Username};

#[derive(Template)]
#[template(path = "account/sign_up_finish.html")]
struct FinishPage<'a> {
    page: &'a Page,
    action: String,
    email: &'a str,
    minimum: i64,
    answers: &'a Answers,
    terms: Option<(&'a Terms, &'a Markdown)>,
    privacy: Option<String>,
    to_approve: bool,
    /// The organization that they join with it, and where it says more.
    joining: Option<(&'a str, String)>,
}

#[derive(Template)]
#[template(path = "account/sign_up_done.html")]
struct DonePage<'a> {
    page: &'a Page,
    stage: Stage,
    service: Option<ServiceFace>,
    next: String,
    /// The organization that they joined with it, or could.
    joined: Option<&'a str>,
}

/// What the last page says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Ready,
    Waiting,
    /// The link was used, or the address has an account by now.
    Already,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Answers {
    username: String,
    username_error: String,
    password_error: String,
    fields: Vec<Field>,
    accepted: bool,
    terms_error: String,
}

impl Answers {
    /// Every fault, with the id of its field.
    fn faults(&self) -> Vec<(&str, &str)> {
        let fields = self.fields.iter().map(|field| (field.id.as_str(), field.error.as_str()));
        let own = [("username", self.username_error.as_str()), ("password", self.password_error.as_str())];
        let all = own.into_iter().chain(fields).chain([("terms", self.terms_error.as_str())]);
        all.filter(|(_, fault)| !fault.is_empty()).collect()
    }
}

/// `GET /sign-up/{token}`
///
/// # Errors
/// When the cookie cannot be set.
pub async fn arrive(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    Link::SignUp.arrive(&token, &state)
}

/// `GET /sign-up/finish`
///
/// # Errors
/// A page that says the link is over.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let ticket = Ticket::of_registration(&request, &state).await?;
    Finish::of(&request, &state, ticket).get().await
}

/// `POST /sign-up/finish`: the account, its address proven by the link, and its first session.
///
/// # Errors
/// A page that says the link is over, or that the form is not ours.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let ticket = Ticket::of_registration(&request, &state).await?;
    Finish::of(&request, &state, ticket).post(&body).await
}

/// The last step to an account, in a browser with a ticket to it.
pub(super) struct Finish<'a> {
    request: &'a HttpRequest,
    state: &'a Data<AppState>,
    browser: Browser,
    page: Page,
    ticket: Ticket,
}

impl<'a> Finish<'a> {
    pub(super) fn of(request: &'a HttpRequest, state: &'a Data<AppState>, ticket: Ticket) -> Self {
        let browser = Browser::of(request, state);
        let page = Page::new(request, state, &browser, None);
        Self { request, state, browser, page, ticket }
    }

    pub(super) async fn get(&self) -> Result<HttpResponse, PageError> {
        if let Some(answer) = self.instead().await? {
            return Ok(answer);
        }
        let profile = &self.state.settings.profile;
        let fields = fields::form(profile, Occasion::SignUp, self.page.language(), &Details::default());
        self.show(&Answers { fields, ..Answers::default() }, StatusCode::OK)
    }

    pub(super) async fn post(&self, body: &Bytes) -> Result<HttpResponse, PageError> {
        let (request, state, page, ticket) = (self.request, self.state, &self.page, &self.ticket);
        let form = Params::parse(body).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
        csrf::check(request, state, &self.browser, &form)?;
        if let Some(answer) = self.instead().await? {
            return Ok(answer);
        }
        let refused = |answers: &Answers| self.show(answers, StatusCode::UNPROCESSABLE_ENTITY);
        let (mut answers, username, details) = read(&form, page, state);
        let names = [answers.username.as_str(), &details.given_name, &details.family_name];
        let email = &ticket.email;
        if let Some(weakness) = password_choice::weakness(form.get("password"), &names, email.as_str(), state) {
            answers.password_error = password_choice::words(weakness, page, state);
        }
        let (Some(username), true) = (username, answers.faults().is_empty()) else { return refused(&answers) };
        if names_tried(email, state).await? {
            answers.username_error = page.text("change-username-throttled");
            return self.show(&answers, StatusCode::TOO_MANY_REQUESTS);
        }
        let hash = password_choice::hash(form.get("password"), &names, email.as_str(), None, state).await?;
        let hash = hash.map_err(|_| PageError::BadRequest("a password that was good a moment ago"))?;
        let user = NewUser {
            id: Uuid::now_v7(),
            username: &username,
            email,
            email_verified: true,
            given_name: &details.given_name,
            family_name: &details.family_name,
            locale: &ticket.locale,
            password_hash: Some(&hash),
        };
        let arrival = Arrival::of(request, state, &self.browser).await?;
        let origin = trace::origin(request, state);
        let mut transaction = state.pool.begin().await?;
        if !db::users::insert(&mut transaction, &user, state.clock.now()).await? {
            drop(transaction);
            // The address was free a moment ago: it is the name, or somebody was quicker.
            if let Some(answer) = self.instead().await? {
                return Ok(answer);
            }
            answers.username_error = page.text("username-taken");
            return refused(&answers);
        }
        create(&mut transaction, state, &user, &details, &origin).await?;
        if !ticket.use_up(&mut transaction, state, user.id, &origin).await? {
            return Err(PageError::LinkExpired);
        }
        let (stage, cookie) = if ticket.to_approve {
            hold(&mut transaction, state, user.id).await?;
            (Stage::Waiting, None)
        } else {
            (Stage::Ready, Some(arrival.enter(&mut transaction, user.id, &["pwd".to_owned()]).await?))
        };
        transaction.commit().await?;
        tracing::info!(user = %user.id, waiting = stage == Stage::Waiting, "account created");
        let mut response = self.done(stage).await?;
        if let Some(cookie) = cookie {
            response.add_cookie(&cookie).map_err(PageError::internal)?;
        }
        ticket.link.forget(&mut response, state)?;
        Ok(response)
    }

    /// What is shown instead of the form: registration was closed meanwhile, or the account is there.
    async fn instead(&self) -> Result<Option<HttpResponse>, PageError> {
        Ok(match self.ticket.instead(self.state).await? {
            None => None,
            Some(Instead::Closed) => Some(sign_up::closed(&self.page, self.state)?),
            Some(Instead::Already) => Some(self.done(Stage::Already).await?),
        })
    }

    /// Goes on to the service that the person was on the way to in this browser, to the one that they came
    /// from in another, or home; an invitation that waits for them comes first.
    async fn done(&self, stage: Stage) -> Result<HttpResponse, PageError> {
        let (state, page, ticket) = (self.state, &self.page, &self.ticket);
        let flow = Onward::of_browser(&self.browser, state).await?.flow;
        let client = match (&flow, &ticket.client_id) {
            (Some(flow), _) => Some(flow.client.clone()),
            (None, Some(id)) => state.directory.client(id, &state.pool).await?,
            (None, None) => None,
        };
        let service = client.map(|client| ServiceFace::of(&client, &page.lang, &state.paths));
        let service = service.filter(|service| flow.is_some() || !service.url.is_empty());
        let sign_in = state.paths.sign_in();
        let next = match (stage, &flow, &service) {
            (Stage::Already, ..) if ticket.invitation.is_some() => Paths::then(&sign_in, &state.paths.invitation()),
            (Stage::Already, ..) => sign_in,
            (_, Some(flow), _) => state.paths.authorization(flow.id),
            (_, None, Some(service)) => service.url.clone(),
            (_, None, None) => state.paths.home(),
        };
        let joined = ticket.invitation.as_ref().map(|invitation| invitation.organization.as_str());
        render(StatusCode::OK, page, &DonePage { page, stage, service, next, joined })
    }

    fn show(&self, answers: &Answers, status: StatusCode) -> Result<HttpResponse, PageError> {
        let (state, page) = (self.state, &self.page);
        let (settings, paths) = (&state.settings, &state.paths);
        let legal = &settings.legal;
        let joining = self.ticket.invitation.as_ref();
        let template = FinishPage {
            page,
            action: joining.map_or_else(|| paths.sign_up_finish(), |_| paths.invitation_account()),
            email: self.ticket.email.as_str(),
            minimum: password_choice::minimum(state),
            answers,
            terms: legal.terms.as_ref().map(|terms| (terms, settings.legal_body("terms", &terms.text, &page.lang))),
            privacy: legal.privacy.as_ref().map(|_| paths.privacy()),
            to_approve: self.ticket.to_approve,
            joining: joining.map(|invitation| (invitation.organization.as_str(), paths.invitation())),
        };
        render(status, page, &template)
    }
}

/// Each name that is tried tells whether it is taken (EN-04): whether there were enough of them.
async fn names_tried(email: &Email, state: &AppState) -> Result<bool, PageError> {
    if state.settings.testing.unlimited {
        return Ok(false);
    }
    let key = state.vault.mac(Purpose::Throttle, &[b"sign-up username", email.key().as_bytes()]).to_vec();
    let mut connection = state.pool.acquire().await?;
    Ok(db::throttles::take(&mut connection, &[(key, USERNAME)], state.clock.now()).await?.is_some())
}

/// What comes with a new account.
async fn create(
    connection: &mut PgConnection,
    state: &AppState,
    user: &NewUser<'_>,
    details: &Details,
    origin: &Origin,
) -> Result<(), PageError> {
    let now = state.clock.now();
    db::users::set_details(connection, user.id, details, now).await?;
    db::audit::record(connection, &Event::own(Kind::AccountCreated, user.id, origin), now).await?;
    if let Some(version) = state.settings.legal.version() {
        db::legal::accept(connection, user.id, version, now).await?;
        let event = Event::own(Kind::TermsAccepted, user.id, origin).with(json!({ "version": version }));
        db::audit::record(connection, &event, now).await?;
    }
    Ok(())
}

/// Somebody of the host looks at it first.
async fn hold(connection: &mut PgConnection, state: &AppState, user: Uuid) -> Result<(), PageError> {
    db::registrations::hold(connection, user, state.clock.now()).await?;
    if let Some(user) = db::users::find(connection, user).await? {
        let message = letter(&mail::Kind::RegistrationWaiting, &user, state)?;
        mail::queue(connection, &state.vault, &state.clock, &message).await?;
    }
    Ok(())
}

/// Reads the form, but for the password.
fn read(form: &Params, page: &Page, state: &AppState) -> (Answers, Option<Username>, Details) {
    let typed = form.get("username").trim();
    let username = Username::parse(typed);
    let known = Details::default();
    let read = fields::read(&state.settings.profile, Occasion::SignUp, page.language(), &known, form);
    let (fields, details) = match read {
        Ok(details) => (fields::form(&state.settings.profile, Occasion::SignUp, page.language(), &details), details),
        Err(fields) => (fields, known),
    };
    let version = state.settings.legal.version();
    let accepted = version.is_none_or(|version| form.get("terms") == version);
    let answers = Answers {
        username: typed.get(..64).unwrap_or(typed).to_owned(),
        username_error: username.as_ref().err().map(|error| username_fault(*error, page)).unwrap_or_default(),
        password_error: String::new(),
        fields,
        accepted: accepted && version.is_some(),
        terms_error: if accepted { String::new() } else { page.text("sign-up-terms-missing") },
    };
    (answers, username.ok(), details)
}
