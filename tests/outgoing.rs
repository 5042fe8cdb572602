//! The requests that we make, over real sockets: where they do not go, and what they do not swallow.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ipnet::IpNet;
use loquet::outgoing::Outgoing;
use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::client::REDIRECT;
use crate::support::processes::{Process, free_port, needs};
use crate::support::{Browser, RelyingParty, Server};

/// Nothing private is allowed, as by default.
fn strict() -> Outgoing {
    Outgoing::new(&[])
}

/// Loopback is allowed.
fn loopback() -> Outgoing {
    Outgoing::new(&["127.0.0.0/8".parse::<IpNet>().unwrap()])
}

/// A listener that must hear nothing.
struct Canary(std::net::TcpListener);

impl Canary {
    fn new() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    fn heard_nothing(&self) -> bool {
        self.0.accept().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }
}

/// Answers every connection in its own way; its address.
async fn answering<F: Future<Output = std::io::Result<()>> + Send>(
    answer: impl Fn(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            // A peer that leaves in the middle is what is wanted.
            let _ = answer(stream).await;
        }
    });
    address
}

/// SS-01: no way of writing an address leads inside; open and closed ports are answered alike, at once.
#[tokio::test]
async fn nothing_inside_is_called() {
    let canary = Canary::new();
    let port = canary.port();
    let closed = free_port();
    let outgoing = strict();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "１２７.０.０.１",
        "127。0。0。1",
    ] {
        for scheme in ["http", "https"] {
            let mut answers = Vec::new();
            for port in [port, closed] {
                let address = format!("{scheme}://{host}:{port}/");
                let begin = Instant::now();
                let error = outgoing.get_json(&address).await.expect_err(&address);
                let posted = outgoing.post_form(&address, &[("logout_token", "x")]).await.expect_err(&address);
                assert!(begin.elapsed() < Duration::from_millis(500), "{address} took {:?}", begin.elapsed());
                assert_eq!(error.to_string(), posted.to_string(), "{address}");
                answers.push(error.to_string());
            }
            assert_eq!(answers[0], answers[1], "{scheme}://{host}: an open port is told from a closed one");
        }
    }
    for address in [
        format!("gopher://127.0.0.1:{port}/"),
        "file:///etc/passwd".to_owned(),
        format!("https://user:pass@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}@example.org/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
    ] {
        assert!(outgoing.get_json(&address).await.is_err(), "{address}");
    }
    assert!(canary.heard_nothing());
}

/// SS-01: an address that was saved when it was allowed is refused when it is called, whatever the table says.
#[sqlx::test]
async fn a_saved_address_is_checked_again(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let canary = Canary::new();
    let address = format!("http://127.0.0.1:{}/told", canary.port());
    let (_, secret) =
        server.service_with("c_conf", REDIRECT, |client| client.backchannel_logout_uri = Some(address)).await;
    let rp = RelyingParty::of(&server, "c_conf", Some(secret));
    let browser = Browser::of(&server);
    rp.exchange(&rp.code(&browser, "alice").await).await;
    let home = browser.get("/").await;
    browser.press(&home, "#sign-out", &[]).await;
    let mut told = None;
    for _ in 0..200 {
        told = sqlx::query_scalar::<_, Option<String>>("SELECT last_error FROM logout_deliveries")
            .fetch_one(&pool)
            .await
            .unwrap();
        if told.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(told.is_some_and(|told| told.contains("private network")));
    assert!(canary.heard_nothing());
}

/// SS-02: a redirect is an answer like any other that is not a success.
#[tokio::test]
async fn redirects_are_not_followed() {
    let canary = Canary::new();
    let to = format!("http://127.0.0.1:{}/", canary.port());
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let answer = format!("HTTP/1.1 {status}\r\nlocation: {to}\r\ncontent-length: 2\r\n\r\n{{}}");
        let address = answering(move |mut stream| {
            let answer = answer.clone();
            async move { stream.write_all(answer.as_bytes()).await }
        })
        .await;
        let code = status.split(' ').next().unwrap();
        assert_eq!(loopback().get_json(&address).await.unwrap_err().to_string(), format!("answered {code}"));
        let posted = loopback().post_form(&address, &[("a", "b")]).await;
        assert_eq!(posted.unwrap_err().to_string(), format!("answered {code}"));
    }
    assert!(canary.heard_nothing());
}

/// SS-04: five seconds in all, however slowly it drips.
#[tokio::test]
async fn slow_answers_are_cut_off() {
    async fn drip(mut stream: TcpStream, head: &str) -> std::io::Result<()> {
        stream.write_all(head.as_bytes()).await?;
        loop {
            stream.write_all(b"1").await?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    let silent = answering(|stream| async move {
        let _open = stream;
        std::future::pending().await
    });
    let head = answering(|stream| drip(stream, "HTTP/1.1 200 OK\r\nx-slow: "));
    let body = answering(|stream| drip(stream, "HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n"));
    let endless = answering(|stream| drip(stream, "HTTP/1.1 200 OK\r\n\r\n"));
    let (silent, head, body, endless) = tokio::join!(silent, head, body, endless);
    let outgoing = loopback();
    let cut = async |address: &str| {
        let begin = Instant::now();
        let error = outgoing.get_json(address).await.unwrap_err();
        assert!(begin.elapsed() < Duration::from_secs(7), "{:?}", begin.elapsed());
        assert_eq!(error.to_string(), "did not answer in time");
    };
    tokio::join!(cut(&silent), cut(&head), cut(&body), cut(&endless));
}

/// SS-04: 64 KiB, announced or not, and nothing is unpacked.
#[tokio::test]
async fn large_answers_are_cut_off() {
    let flood = |head: &'static str| {
        answering(move |mut stream| async move {
            stream.write_all(head.as_bytes()).await?;
            for _ in 0..1024 {
                stream.write_all(&[b'1'; 1024]).await?;
            }
            Ok(())
        })
    };
    let announced = flood("HTTP/1.1 200 OK\r\ncontent-length: 1048576\r\n\r\n").await;
    let unannounced = flood("HTTP/1.1 200 OK\r\n\r\n").await;
    for address in [announced, unannounced] {
        assert_eq!(loopback().get_json(&address).await.unwrap_err().to_string(), "the answer is larger than 64 KiB");
    }
    let head = flood("HTTP/1.1 200 OK\r\nx-large: ").await;
    assert!(loopback().get_json(&head).await.is_err(), "a head without end");
    // Ten megabytes of blanks in ten kilobytes.
    let packed =
        Command::new("sh").args(["-c", "(head -c 10000000 /dev/zero | tr '\\0' ' '; echo '{}') | gzip"]).output();
    let packed = needs(packed, "gzip", "gzip").stdout;
    assert!(packed.len() > 1000 && packed.len() < 64 * 1024);
    let bomb = answering(move |mut stream| {
        let packed = packed.clone();
        async move {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                packed.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&packed).await
        }
    })
    .await;
    assert_eq!(loopback().get_json(&bomb).await.unwrap_err().to_string(), "the answer is not JSON");
}

/// SS-04: a certificate that nobody vouches for.
#[tokio::test]
async fn certificates_are_verified() {
    let folder = tempfile::tempdir().unwrap();
    let (key, certificate) = (folder.path().join("key"), folder.path().join("certificate"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    assert!(needs(made, "openssl", "openssl").status.success());
    let port = free_port();
    let child = Command::new("openssl")
        .args(["s_server", "-quiet", "-www", "-accept", &port.to_string(), "-key"])
        .arg(&key)
        .arg("-cert")
        .arg(&certificate)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _server = Process { child: needs(child, "openssl", "openssl"), leader: false };
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(begin.elapsed() < Duration::from_secs(10), "openssl does not listen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let error = loopback().post_form(&format!("https://127.0.0.1:{port}/"), &[("a", "b")]).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}
