//! Requests that no browser sends: written byte by byte, directly and through nginx.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use sqlx::PgPool;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::processes::{Process, free_port, needs};
use crate::support::{Browser, Server};

/// What a peer that says this gets until the connection is closed, or nothing more comes.
async fn say(address: &str, bytes: &[u8]) -> (String, bool) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let (mut answer, mut buffer) = (Vec::new(), vec![0; 16_384]);
    // Longer than an answer takes; shorter than the 5 s that a head may take.
    let closed = loop {
        match tokio::time::timeout(Duration::from_millis(1500), stream.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => break true,
            Ok(Ok(read)) => answer.extend_from_slice(&buffer[..read]),
            Err(_) => break false,
        }
    };
    (String::from_utf8_lossy(&answer).into_owned(), closed)
}

fn statuses(answer: &str) -> Vec<&str> {
    answer.match_indices("HTTP/1.1 ").filter_map(|(at, _)| answer.get(at + 9..at + 12)).collect()
}

/// Requests whose end two readers may see in two places, each followed by another one.
fn ambiguous() -> Vec<(&'static str, String)> {
    let second = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let post = |headers: &str, body: &str| {
        format!(
            "POST /token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}{second}"
        )
    };
    vec![
        ("CL.TE", post("content-length: 5\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n")),
        ("TE.CL", post("transfer-encoding: chunked\r\ncontent-length: 5\r\n", "0\r\n\r\n")),
        ("TE.TE", post("transfer-encoding: chunked\r\ntransfer-encoding: x\r\n", "0\r\n\r\n")),
        ("TE identity", post("transfer-encoding: identity\r\ncontent-length: 3\r\n", "a=b")),
        ("TE unknown", post("transfer-encoding: xchunked\r\n", "0\r\n\r\n")),
        ("TE chunked twice", post("transfer-encoding: chunked, chunked\r\n", "0\r\n\r\n")),
        ("TE not last", post("transfer-encoding: chunked, identity\r\n", "0\r\n\r\n")),
        ("space before the colon", post("transfer-encoding : chunked\r\n", "0\r\n\r\n")),
        ("two lengths", post("content-length: 3\r\ncontent-length: 4\r\n", "a=b")),
        ("two equal lengths", post("content-length: 3\r\ncontent-length: 3\r\n", "a=b")),
        ("a list of lengths", post("content-length: 3, 3\r\n", "a=b")),
        ("+3", post("content-length: +3\r\n", "a=b")),
        ("-3", post("content-length: -3\r\n", "a=b")),
        ("0x3", post("content-length: 0x3\r\n", "a=b")),
        ("3 with a tail", post("content-length: 3 x\r\n", "a=b")),
        ("a length beyond all numbers", post("content-length: 18446744073709551619\r\n", "a=b")),
        ("folded", post("x: y\r\n content-length: 3\r\n", "a=b")),
        ("NUL in a header", post("x: y\0z\r\ncontent-length: 3\r\n", "a=b")),
        ("bare CR in a header", post("x: y\rcontent-length: 3\r\n", "")),
        ("chunk of +5", post("transfer-encoding: chunked\r\n", "+5\r\nhello\r\n0\r\n\r\n")),
        ("chunk of 0x5", post("transfer-encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n")),
        ("chunk of -1", post("transfer-encoding: chunked\r\n", "-1\r\nhello\r\n0\r\n\r\n")),
        ("chunk beyond all numbers", post("transfer-encoding: chunked\r\n", "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")),
        ("chunk without its line end", post("transfer-encoding: chunked\r\n", "5\r\nhelloXX0\r\n\r\n")),
    ]
}

/// HT-01: refused, the connection closed, and the second request is never seen.
#[sqlx::test]
async fn ambiguous_requests(pool: PgPool) {
    let server = Server::start(&pool).await;
    let nginx = Nginx::before(&server);
    let direct = server.url.trim_start_matches("http://").to_owned();
    let mut wrong = String::new();
    for (way, address) in [("direct", &direct), ("nginx", &nginx.address)] {
        let all = ambiguous();
        let answers = futures_util::future::join_all(all.iter().map(|(_, bytes)| say(address, bytes.as_bytes()))).await;
        for ((what, _), (answer, closed)) in all.iter().zip(&answers) {
            let statuses = statuses(answer);
            // nginx calls a transfer coding that it does not know «not implemented».
            let refused = |status: &&str| status.starts_with('4') || (way == "nginx" && *status == "501");
            if statuses.len() > 1 || !statuses.iter().all(refused) || !closed {
                writeln!(wrong, "{way}, {what}: {statuses:?} closed {closed}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(Browser::of(&server).get("/healthz").await.status, 200);
    assert_eq!(Browser::at(&format!("http://{}", nginx.address)).get("/healthz").await.status, 200);
}

/// HT-03: methods and protocols that are not ours.
#[sqlx::test]
async fn other_methods_and_protocols(pool: PgPool) {
    let server = Server::start(&pool).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut wrong = String::new();
    for (first, expected) in [
        ("TRACE / HTTP/1.1", "405"),
        ("TRACK / HTTP/1.1", "405"),
        ("BREW /sign-in HTTP/1.1", "405"),
        ("OPTIONS /sign-in HTTP/1.1", "405"),
        ("OPTIONS * HTTP/1.1", "4"),
        ("DELETE /token HTTP/1.1", "405"),
        ("PROPFIND /authorize HTTP/1.1", "405"),
        ("CONNECT evil.test:443 HTTP/1.1", "4"),
        ("GET http://evil.test/ HTTP/1.1", "303"),
        ("GET //evil.test/ HTTP/1.1", "404"),
        ("GET /sign-in HTTP/9.9", "4"),
        ("GET /sign-in", "4"),
        ("get /sign-in HTTP/1.1", "405"),
        ("PRI * HTTP/2.0", "4"),
        ("\u{16}\u{3}\u{1}", "4"),
    ] {
        let (answer, _) =
            say(&address, format!("{first}\r\nhost: evil.test\r\nx-forwarded-host: evil.test\r\n\r\n").as_bytes())
                .await;
        let statuses = statuses(&answer);
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        let refused = statuses.is_empty() && expected == "4";
        let right = refused || (statuses.len() == 1 && statuses[0].starts_with(expected));
        if !right || head.contains("evil") {
            writeln!(wrong, "{first:?}: {statuses:?} {head}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(Browser::of(&server).get("/healthz").await.status, 200);
}

/// FA-22, FA-23: heads and bodies without measure; the worker lives on.
#[sqlx::test]
async fn bombs(pool: PgPool) {
    let server = Server::start(&pool).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let headers = |count: usize| (0..count).fold(String::new(), |all, number| format!("{all}x-{number}: y\r\n"));
    let form = "POST /token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    let chunk = format!("8000\r\n{}\r\n", "a".repeat(0x8000));
    for (what, bytes) in [
        ("100 headers and more", format!("GET /sign-in HTTP/1.1\r\nhost: x\r\n{}\r\n", headers(300))),
        ("a large header", format!("GET /sign-in HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "c".repeat(140_000))),
        ("a long address", format!("GET /sign-in?{} HTTP/1.1\r\nhost: x\r\n\r\n", "q".repeat(140_000))),
        ("a large body", format!("{form}content-length: 104857600\r\n\r\n{}", "a".repeat(200_000))),
        ("chunks without end", format!("{form}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(20))),
    ] {
        let (answer, _) = say(&address, bytes.as_bytes()).await;
        let statuses = statuses(&answer);
        assert!(statuses.len() <= 1 && statuses.iter().all(|status| status.starts_with('4')), "{what}: {statuses:?}");
    }
    let browser = Browser::of(&server);
    assert_eq!(browser.get("/healthz").await.status, 200);
    // A packed body is not unpacked, whatever it says.
    let packed = "\u{1f}\u{8b}".repeat(100);
    let request = format!("{form}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n{packed}", packed.len());
    let (answer, _) = say(&address, request.as_bytes()).await;
    assert!(statuses(&answer).iter().all(|status| status.starts_with('4')), "{answer}");
}

/// Debian's nginx before a server, as the packaging says.
struct Nginx {
    address: String,
    _process: Process,
    _folder: TempDir,
}

impl Nginx {
    fn before(server: &Server) -> Self {
        let folder = tempfile::Builder::new().prefix("loquet-nginx-").tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let (port, here) = (free_port(), folder.path().display());
        let configuration = format!(
            "daemon off; pid {here}/pid; error_log {here}/error.log; worker_processes 1; events {{}}
             http {{ access_log off; client_body_temp_path {here}; proxy_temp_path {here}; fastcgi_temp_path {here};
                     uwsgi_temp_path {here}; scgi_temp_path {here};
                     upstream loquet {{ server {}; keepalive 8; }}
                     server {{ listen 127.0.0.1:{port};
                               location / {{ proxy_pass http://loquet; proxy_http_version 1.1; proxy_set_header Connection \"\"; }} }} }}",
            server.url.trim_start_matches("http://")
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, configuration).unwrap();
        let child = Command::new("/usr/sbin/nginx").arg("-c").arg(&file).stderr(Stdio::null()).spawn();
        let process = Process { child: needs(child, "nginx", "nginx-light"), leader: false };
        let address = format!("127.0.0.1:{port}");
        for _ in 0..500 {
            if std::net::TcpStream::connect(&address).is_ok() {
                return Self { address, _process: process, _folder: folder };
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("nginx: {}", std::fs::read_to_string(folder.path().join("error.log")).unwrap_or_default());
    }
}
