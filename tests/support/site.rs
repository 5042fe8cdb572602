//! Another site: a service, or somebody who means harm. Its pages are given as text.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::http::Method;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};

type Form = Vec<(String, String)>;

enum Answer {
    Page(&'static str, String),
    Redirect(String),
}

#[derive(Default)]
struct Contents {
    answers: HashMap<String, Answer>,
    posted: Vec<Form>,
}

/// On a free port; ends with the test.
pub struct Site {
    /// Its address.
    pub url: String,
    contents: Arc<Mutex<Contents>>,
}

impl Site {
    /// On a host: `127.0.0.1`, where Loquet is, or `localhost`, which browsers take for another site.
    pub fn start(host: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{host}:{}", listener.local_addr().unwrap().port());
        let contents = Arc::<Mutex<Contents>>::default();
        let shared = Data::from(contents.clone());
        let app = move || App::new().app_data(shared.clone()).default_service(web::to(answer));
        tokio::spawn(HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run());
        Self { url, contents }
    }

    /// Puts a page there, or another one.
    pub fn publish(&self, path: &str, kind: &'static str, body: impl Into<String>) {
        self.answer(path, Answer::Page(kind, body.into()));
    }

    /// Sends whoever comes there elsewhere.
    pub fn redirect(&self, path: &str, to: &str) {
        self.answer(path, Answer::Redirect(to.to_owned()));
    }

    fn answer(&self, path: &str, answer: Answer) {
        self.contents.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// The address of a page.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The forms that came in since last asked.
    pub fn posted(&self) -> Vec<Form> {
        std::mem::take(&mut self.contents.lock().unwrap().posted)
    }
}

async fn answer(request: HttpRequest, body: web::Bytes, contents: Data<Mutex<Contents>>) -> HttpResponse {
    let mut contents = contents.lock().unwrap();
    if request.method() == Method::POST {
        contents.posted.push(url::form_urlencoded::parse(&body).into_owned().collect());
    }
    match contents.answers.get(request.path()) {
        Some(Answer::Page(kind, body)) => HttpResponse::Ok().content_type(*kind).body(body.clone()),
        Some(Answer::Redirect(to)) => HttpResponse::SeeOther().insert_header((LOCATION, to.as_str())).finish(),
        // Browsers ask, and complain.
        None if request.path() == "/favicon.ico" => HttpResponse::NoContent().finish(),
        None => HttpResponse::NotFound().finish(),
    }
}
