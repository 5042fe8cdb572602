//! What happens when a handler breaks, or a peer never finishes what it says.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use loquet::http::envelope::envelope;
use loquet::http::guard::guard;
use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{Browser, Server};

async fn broken() -> HttpResponse {
    panic!("secret detail of a panic");
}

/// A panic becomes a page with the request id; the worker lives on.
#[sqlx::test]
async fn a_panic_is_a_page(pool: PgPool) {
    let server = Server::start(&pool).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let state = server.state.clone();
    let app = move || {
        let broken = web::resource("/broken").route(web::get().to(broken)).wrap(from_fn(guard));
        App::new().app_data(state.clone()).service(broken).wrap(from_fn(envelope))
    };
    tokio::spawn(HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run());
    let browser = Browser::at(&address);
    for _ in 0..3 {
        let reply = browser.get("/broken").await;
        assert_eq!(reply.status, 500);
        assert!(reply.is_page() && reply.body.contains(reply.headers["x-request-id"].to_str().unwrap()));
        assert!(!reply.body.contains("secret detail"));
    }
}

/// FA-21: a head or a body that never ends is cut off; others are served meanwhile.
#[sqlx::test]
async fn slow_peers_are_cut_off(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_SERVER_REQUEST_TIMEOUT", "1")]).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let slow_head = "GET /sign-in HTTP/1.1\r\nhost: x\r\nx-slow: ";
    let slow_body = "POST /token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\ngrant_type=";
    let wait = async |head: &str| {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await;
        assert!(read.is_ok(), "the connection is still open");
        answer
    };
    let browser = Browser::of(&server);
    let (head, body, page) = tokio::join!(wait(slow_head), wait(slow_body), browser.open("/sign-in"));
    assert_eq!(page.status, 200);
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    assert!(body.starts_with("HTTP/1.1 503"), "{body}");
}
