//! `/admin/mail`: what waits, what was given up, and whether the mail server takes anything.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::confirm::{self, Question};
use super::frame::{Console, Frame, Tab};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::outbox::Kept;
use crate::delegation::{Refusal, Target};
use crate::http::page::{Page, render};
use crate::http::page_error::PageError;
use crate::mail;
use crate::paths::Paths;
use crate::post::Untried;
use crate::types::{Email, masked_email};

/// Mails that are shown.
const MAILS: i64 = 100;
/// What is asked first: to throw a mail away.
const FORGET: &str = "forget";

#[derive(Template)]
#[template(path = "admin/mail.html")]
struct MailPage<'a> {
    page: &'a Page,
    frame: Frame,
    /// What was just done; or "".
    told: String,
    /// What went wrong; or "".
    error: String,
    /// The field at fault; or "".
    field: &'static str,
    /// What the mail server said; or "".
    said: String,
    facts: Vec<(String, String)>,
    mails: Vec<Row>,
    /// Not all are shown.
    /// Something failed: it can be tried again.
    failed: bool,
    others: bool,
    /// Where the test was to go.
    address: String,
    action: String,
}

struct Row {
    id: Uuid,
    to: String,
    subject: String,
    written: String,
    state: String,
    dead: bool,
    tries: String,
    said: String,
    forget: String,
}

/// What a press of a button came to.
#[derive(Default)]
struct Outcome {
    told: String,
    error: String,
    field: &'static str,
    said: String,
    address: String,
}

/// `GET /admin/mail`; with `?forget={id}`, it asks first.
///
/// # Errors
/// Not found for whoever is neither administrator nor auditor; what the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let query = console.query()?;
    if !query.get(FORGET).is_empty() {
        return ask(&console, query.get(FORGET).parse().map_err(|_| PageError::NotFound)?).await;
    }
    show(&console, StatusCode::OK, Outcome::default()).await
}

/// What is thrown away does not come back.
async fn ask(console: &Console<'_>, id: Uuid) -> Result<HttpResponse, PageError> {
    let (page, back) = (&console.page, console.state().paths.admin_mail());
    let refused = |refusal| console.refused(refusal, &back);
    console.desk().may(Act::TendMail, Target::Mail(id)).await.map_err(refused)?;
    let (_, kept) = console.desk().mails(MAILS).await.map_err(refused)?;
    let Some(mail) = kept.iter().find(|mail| mail.id == id && mail.dead_at.is_some()) else {
        return gone(console).await;
    };
    let row = row(mail, console);
    let question = Question {
        title: page.text1("admin-mail-forget-title", "to", &row.to),
        effects: vec![row.subject, page.text("admin-mail-forget-effect")],
        kept: vec![(FORGET, id.to_string())],
        action: back.clone(),
        submit: page.text("admin-mail-forget"),
        danger: true,
        back,
    };
    confirm::ask(console, Frame::of(console, Tab::Mail).await?, question)
}

/// It has left in the meantime.
async fn gone(console: &Console<'_>) -> Result<HttpResponse, PageError> {
    let error = console.page.text("admin-mail-gone");
    show(console, StatusCode::CONFLICT, Outcome { error, ..Outcome::default() }).await
}

/// `POST /admin/mail`: tries a mail again, or all; forgets one; or sends a test.
///
/// # Errors
/// What the rule says.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let (page, path) = (&console.page, state.paths.admin_mail());
    let (desk, id) = (console.desk(), |name| form.get(name).parse::<Uuid>().map_err(|_| PageError::NotFound));
    let done = if !form.get(FORGET).is_empty() {
        desk.forget_mail(id(FORGET)?).await.map(|()| page.text("admin-mail-forgotten"))
    } else if !form.get("retry").is_empty() {
        let one = if form.get("retry") == "all" { None } else { Some(id("retry")?) };
        let retried = desk.retry_mail(one).await;
        retried.map(|mails| page.count("admin-mail-retried", i64::try_from(mails).unwrap_or(i64::MAX)))
    } else {
        // To any address at all: not by whoever finds the browser open (AD-04).
        console.visitor.recent(&path)?;
        return test(&console, form.get("address").trim()).await;
    };
    match done {
        Ok(told) => show(&console, StatusCode::OK, Outcome { told, ..Outcome::default() }).await,
        Err(Refusal::Hidden) => gone(&console).await,
        Err(refusal) => Err(console.refused(refusal, &path)),
    }
}

/// Straight to the mail server: what it answers is said at once.
async fn test(console: &Console<'_>, address: &str) -> Result<HttpResponse, PageError> {
    let (page, state) = (&console.page, console.state());
    let Ok(email) = Email::parse(address) else {
        let error = page.text("admin-mail-test-address");
        let outcome = Outcome { error, field: "address", address: address.to_owned(), ..Outcome::default() };
        return show(console, StatusCode::UNPROCESSABLE_ENTITY, outcome).await;
    };
    let tried = console.desk().test_mail(&state.transport, &email, page.language()).await;
    let tried = tried.map_err(|refusal| console.refused(refusal, &state.paths.admin_mail()))?;
    let (status, outcome) = match tried {
        Ok(()) => {
            let told = page.text1("admin-mail-test-done", "email", email.as_str());
            (StatusCode::OK, Outcome { told, ..Outcome::default() })
        }
        Err(fault) => {
            let key = match fault {
                Untried::NoServer => "admin-mail-test-no-server",
                Untried::Answered(_) | Untried::Unwritten(_) => "admin-mail-test-failed",
            };
            let said = if matches!(fault, Untried::Answered(_)) { fault.to_string() } else { String::new() };
            // Without a server the address may be right.
            let field = if matches!(fault, Untried::NoServer) { "" } else { "address" };
            let (error, address) = (page.text(key), address.to_owned());
            (StatusCode::OK, Outcome { error, field, said, address, ..Outcome::default() })
        }
    };
    show(console, status, outcome).await
}

async fn show(console: &Console<'_>, status: StatusCode, outcome: Outcome) -> Result<HttpResponse, PageError> {
    let frame = Frame::of(console, Tab::Mail).await?;
    let (page, action) = (&console.page, console.state().paths.admin_mail());
    let (count, kept) = console.desk().mails(MAILS).await.map_err(|refusal| console.refused(refusal, &action))?;
    let mut facts = vec![
        (page.text("admin-mail-waiting"), count.waiting.to_string()),
        (page.text("admin-mail-given-up"), count.dead.to_string()),
    ];
    if let Some(oldest) = count.oldest {
        facts.push((page.text("admin-mail-oldest"), console.moment(oldest)));
    }
    let template = MailPage {
        page,
        frame,
        told: outcome.told,
        error: outcome.error,
        field: outcome.field,
        said: outcome.said,
        facts,
        mails: kept.iter().map(|mail| row(mail, console)).collect(),
        failed: kept.iter().any(|mail| mail.dead_at.is_some() || mail.last_error.is_some()),
        others: count.waiting + count.dead > MAILS,
        address: outcome.address,
        action,
    };
    render(status, page, &template)
}

fn row(mail: &Kept, console: &Console<'_>) -> Row {
    let page = &console.page;
    // Sealed with another master key, it tells nothing.
    let message = mail::open(&console.state().vault, mail.id, &mail.message);
    let (to, subject) = message.map_or_else(
        || ("…".to_owned(), page.text("admin-mail-sealed")),
        |message| (masked_email(&message.to), message.subject),
    );
    let state = match mail.dead_at {
        Some(at) => page.text1("admin-mail-dead-since", "when", &console.moment(at)),
        None => page.text1("admin-mail-next", "when", &console.moment(mail.next_attempt_at)),
    };
    Row {
        id: mail.id,
        to,
        subject,
        written: console.moment(mail.created_at),
        state,
        dead: mail.dead_at.is_some(),
        tries: page.count("admin-mail-tries", i64::from(mail.attempts)),
        said: mail.last_error.clone().unwrap_or_default(),
        forget: Paths::with(&console.state().paths.admin_mail(), &[(FORGET, &mail.id.to_string())]),
    }
}
