//! The guide and the captured mail, beside the service.

use std::net::TcpListener;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use askama::Template;
use loquet::account::language;
use loquet::app::AppState;
use loquet::crypto::Plain;
use loquet::http::assets;
use loquet::http::browser::Browser;
use loquet::http::envelope::envelope;
use loquet::http::page::{Page, render};
use loquet::http::page_error::PageError;
use loquet::mail::{Captured, Message};
use tokio::sync::watch;
use uuid::Uuid;

use crate::Place;
use crate::relying_party::RelyingParty;
use crate::sample::{self, ACCOUNTS, CLIENT_ID};
use crate::service::{self, Service};

/// Serves the guide, the mails and the service until `stopped` closes.
pub async fn serve(
    state: Data<AppState>,
    captured: Captured,
    secret: Plain,
    place: Place,
    listener: TcpListener,
    mut stopped: watch::Receiver<()>,
) -> std::io::Result<()> {
    let relying_party =
        RelyingParty::new(&place.issuer, CLIENT_ID, secret.reveal(), &format!("{}/callback", place.service))
            .map_err(std::io::Error::other)?;
    let service = Data::new(Service::new(relying_party, format!("{}/", place.service)));
    let (captured, place) = (Data::new(captured), Data::new(place));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(service.clone())
            .app_data(captured.clone())
            .app_data(place.clone())
            .route("/", web::get().to(service::home))
            .route("/sign-in", web::get().to(service::sign_in))
            .route("/callback", web::get().to(service::callback))
            .route("/callback", web::post().to(service::posted))
            .route("/sign-out", web::post().to(service::sign_out))
            .route("/guide", web::get().to(guide))
            .route("/mails", web::get().to(mails))
            .route("/mails/{id}", web::get().to(mail))
            .route("/mails/{id}/html", web::get().to(mail_html))
            .route("/language", web::post().to(language::post))
            .route("/static/{name}", web::get().to(assets::get))
            .wrap(from_fn(envelope))
    })
    .workers(1)
    .shutdown_timeout(2)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    let running = tokio::spawn(server);
    // Closed: the demonstration stops.
    let _ = stopped.changed().await;
    handle.stop(true).await;
    running.await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}

struct Row {
    name: &'static str,
    login: &'static str,
    password: String,
    story_key: &'static str,
}

#[derive(Template)]
#[template(path = "guide.html")]
struct GuidePage<'a> {
    page: &'a Page,
    service: &'static str,
    account: &'a str,
    organizations: String,
    mails: &'static str,
    discovery: String,
    accounts: Vec<Row>,
}

async fn guide(request: HttpRequest, state: Data<AppState>, place: Data<Place>) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let row = |account: &'static sample::Account| Row {
        name: account.name,
        login: account.login,
        password: sample::password_of(account.login),
        story_key: account.story,
    };
    let template = GuidePage {
        page: &page,
        service: "/",
        account: &place.issuer,
        organizations: format!("{}/organizations", place.issuer),
        mails: "/mails",
        discovery: format!("{}/.well-known/openid-configuration", place.issuer),
        accounts: ACCOUNTS.iter().map(row).collect(),
    };
    render(StatusCode::OK, &page, &template)
}

struct MailRow {
    url: String,
    subject: String,
    to: String,
    date: String,
}

#[derive(Template)]
#[template(path = "mails.html")]
struct MailsPage<'a> {
    page: &'a Page,
    guide: &'static str,
    mails: Vec<MailRow>,
}

async fn mails(
    request: HttpRequest,
    state: Data<AppState>,
    captured: Data<Captured>,
) -> Result<HttpResponse, PageError> {
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let row = |(id, mail): (Uuid, Message)| MailRow {
        url: format!("/mails/{id}"),
        subject: mail.subject,
        to: mail.to,
        date: date(id),
    };
    let mails = captured.all().into_iter().rev().map(row).collect();
    render(StatusCode::OK, &page, &MailsPage { page: &page, guide: "/guide", mails })
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage<'a> {
    page: &'a Page,
    mails: &'static str,
    subject: String,
    from: String,
    to: String,
    date: String,
    text: String,
    link: Option<String>,
    html: Option<String>,
}

async fn mail(
    request: HttpRequest,
    id: Path<Uuid>,
    state: Data<AppState>,
    captured: Data<Captured>,
) -> Result<HttpResponse, PageError> {
    let mail = find(&captured, *id)?;
    let page = Page::new(&request, &state, &Browser::of(&request, &state), None);
    let template = MailPage {
        page: &page,
        mails: "/mails",
        link: mail.text.lines().find(|line| line.starts_with("http")).map(str::to_owned),
        subject: mail.subject,
        from: mail.from_name,
        to: mail.to,
        date: date(*id),
        text: mail.text,
        html: Some(format!("/mails/{id}/html")),
    };
    render(StatusCode::OK, &page, &template)
}

/// The formatted version as a mail program would show it: with its own styles, and no script.
async fn mail_html(id: Path<Uuid>, captured: Data<Captured>) -> Result<HttpResponse, PageError> {
    let mail = find(&captured, *id)?;
    let policy = (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation",
    );
    Ok(HttpResponse::Ok().insert_header(policy).content_type(ContentType::html()).body(mail.html))
}

fn find(captured: &Captured, id: Uuid) -> Result<Message, PageError> {
    captured.all().into_iter().find(|(other, _)| *other == id).map(|(_, mail)| mail).ok_or(PageError::NotFound)
}

/// A mail's id tells when it was written.
fn date(id: Uuid) -> String {
    let seconds = id.get_timestamp().map_or(0, |timestamp| timestamp.to_unix().0);
    let moment = i64::try_from(seconds).ok().and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    moment.map(|moment| moment.format("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}
