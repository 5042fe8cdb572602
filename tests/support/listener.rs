//! A service's own address, on loopback: hears what Loquet sends (sign-out notices) or asks for (keys),
//! and answers as it is told to. For a server with [`LOOPBACK`] in its settings.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::header::{HeaderMap, LOCATION};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::Value;
use tokio::sync::watch;

/// Lets a server call listeners.
pub const LOOPBACK: (&str, &str) = ("LOQUET_OUTGOING_ALLOWED_NETWORKS", "127.0.0.0/8");

/// Longest wait for something to be heard: a notice is tried again after 2 s, then 15 s.
const PATIENCE: Duration = Duration::from_secs(30);

/// How it answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// 200, with nothing.
    Ok,
    /// Never.
    Hang,
    /// 500.
    Fail,
    /// 302 to another address.
    Redirect(String),
    /// 200, with a document.
    Json(Value),
}

/// A request that was heard.
#[derive(Debug, Clone)]
pub struct Heard {
    pub method: String,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Heard {
    /// The form that was posted.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

pub struct Listener {
    /// Its address; every path below it is heard as well.
    pub url: String,
    mode: Arc<Mutex<Mode>>,
    heard: watch::Receiver<Vec<Heard>>,
    handle: ServerHandle,
}

struct Ears {
    mode: Arc<Mutex<Mode>>,
    heard: watch::Sender<Vec<Heard>>,
}

impl Listener {
    /// On a free port, answering in that way until told otherwise.
    pub fn start(mode: Mode) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let mode = Arc::new(Mutex::new(mode));
        let (sender, heard) = watch::channel(Vec::new());
        let ears = Data::new(Ears { mode: Arc::clone(&mode), heard: sender });
        let server = HttpServer::new(move || App::new().app_data(ears.clone()).default_service(web::to(hear)))
            .workers(1)
            .disable_signals()
            .listen(socket)
            .unwrap()
            .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, mode, heard, handle }
    }

    /// Answers in another way from now on.
    pub fn answer(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    /// All that was heard so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.borrow().clone()
    }

    /// Waits until that many requests were heard.
    pub async fn wait_for(&self, count: usize) -> Vec<Heard> {
        let mut heard = self.heard.clone();
        let enough = heard.wait_for(|all| all.len() >= count);
        let Ok(all) = tokio::time::timeout(PATIENCE, enough).await else {
            panic!("heard {} of {count}: {:?}", self.heard().len(), self.heard())
        };
        all.unwrap().clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // What it says is carried out whether or not the answer is waited for.
        drop(self.handle.stop(false));
    }
}

async fn hear(request: HttpRequest, body: Bytes, ears: Data<Ears>) -> HttpResponse {
    let heard = Heard {
        method: request.method().to_string(),
        path: request.uri().to_string(),
        headers: request.headers().clone(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    // First: whoever waits for it to be heard may change the answer to the next one.
    let mode = ears.mode.lock().unwrap().clone();
    ears.heard.send_modify(|all| all.push(heard));
    match mode {
        Mode::Ok => HttpResponse::Ok().finish(),
        Mode::Hang => std::future::pending().await,
        Mode::Fail => HttpResponse::InternalServerError().finish(),
        Mode::Redirect(to) => HttpResponse::Found().insert_header((LOCATION, to)).finish(),
        Mode::Json(document) => HttpResponse::Ok().json(document),
    }
}

#[tokio::test]
async fn a_listener_answers_as_it_is_told() {
    let listener = Listener::start(Mode::Ok);
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let post = || http.post(format!("{}/told?a=b", listener.url)).form(&[("x", "é+")]).send();
    for (mode, status) in [
        (Mode::Ok, 200),
        (Mode::Fail, 500),
        (Mode::Redirect("https://elsewhere.test/".to_owned()), 302),
        (Mode::Json(serde_json::json!({"keys": []})), 200),
    ] {
        listener.answer(mode.clone());
        assert_eq!(post().await.unwrap().status(), status, "{mode:?}");
    }
    listener.answer(Mode::Hang);
    assert!(post().await.unwrap_err().is_timeout());
    let heard = listener.wait_for(5).await.pop().unwrap();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/told?a=b"));
    assert_eq!(heard.headers.get("content-type").unwrap(), "application/x-www-form-urlencoded");
    assert_eq!(heard.form(), [("x".to_owned(), "é+".to_owned())]);
}
