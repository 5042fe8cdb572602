//! Pictures of people: what is taken, what is made of it, who sees it, what is refused.

use std::io::{Cursor, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::patience::within;
use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server};

const PATH: &str = "/account/profile/picture";

fn drawn(width: u32, height: u32, kind: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbImage::from_pixel(width, height, Rgb([20, 120, 90])));
    picture.write_to(&mut file, kind).unwrap();
    file.into_inner()
}

/// The form of a page, with a file, as browsers send it.
async fn send(browser: &Browser, page: &Reply, file: &[u8], fields: &[(&str, &str)]) -> Reply {
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let mut fields: Vec<(&str, &str)> = fields.to_vec();
    if !fields.iter().any(|(name, _)| *name == "csrf") {
        fields.push(("csrf", &csrf));
    }
    let address = url::Url::parse(&page.url).unwrap().join(PATH).unwrap();
    let request = browser.http().post(address).header("content-type", KIND).body(body(file, &fields));
    let response = request.headers(browser.headers.clone()).send().await.unwrap();
    Reply {
        status: response.status().as_u16(),
        url: response.url().to_string(),
        headers: response.headers().clone(),
        body: response.text().await.unwrap(),
    }
}

const KIND: &str = "multipart/form-data; boundary=edge";

fn body(file: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        write!(body, "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    let about = "Content-Disposition: form-data; name=\"picture\"; filename=\"me.png\"\r\nContent-Type: image/png";
    write!(body, "--edge\r\n{about}\r\n\r\n").unwrap();
    body.extend(file);
    body.extend(b"\r\n--edge--\r\n");
    body
}

async fn scene(pool: &PgPool) -> (Server, Browser, Reply) {
    let server = Server::start(pool).await;
    server.person("alice").await;
    let mut browser = Browser::of(&server);
    browser.headers.insert("accept-language", "en".parse().unwrap());
    browser.sign_in("alice").await;
    let page = browser.open("/account/profile").await;
    (server, browser, page)
}

async fn stored(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM pictures").fetch_one(pool).await.unwrap()
}

/// Sent from the profile page, told to services, shown to whoever knows its address; another each time; gone when
/// its person says so.
#[sqlx::test]
async fn a_picture_from_first_to_last(pool: PgPool) {
    let (server, browser, page) = scene(&pool).await;
    assert_eq!(page.attribute("form:has(#picture)", "action").as_deref(), Some(PATH));
    assert_eq!((page.text("#picture-remove"), page.text("img.portrait")), (None, None));
    // A picture that is a page as well.
    let sent = [drawn(640, 480, ImageFormat::Png), b"<script>alert(1)</script>".to_vec()].concat();
    let page = browser.follow(send(&browser, &page, &sent, &[]).await).await;
    assert_eq!((page.status, page.text(".notice").is_some()), (200, true), "{}", page.body);
    let first = page.attribute("img.portrait", "src").unwrap();

    let stranger = Browser::of(&server);
    let shown = stranger.http().get(format!("{}{first}", server.url)).send().await.unwrap();
    let header = |name: &str| shown.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((shown.status().as_u16(), header("content-type").as_str()), (200, "image/jpeg"));
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(
        header("content-security-policy").contains("default-src 'none'")
            && header("content-security-policy").contains("sandbox")
    );
    let made = shown.bytes().await.unwrap();
    let picture = image::load_from_memory_with_format(&made, ImageFormat::Jpeg).unwrap();
    assert_eq!((picture.width(), picture.height()), (256, 256));
    assert!(!made.windows(7).any(|window| window == b"<script"));

    assert_eq!(browser.open("/").await.attribute("img.avatar", "src"), Some(first.clone()));
    let rp = RelyingParty::new(&server).await;
    let told = async || {
        let code = browser.open(&rp.authorize(&[("scope", "openid profile")])).await.answer("code").unwrap();
        rp.userinfo(&rp.exchange(&code).await.text("access_token")).await.body.get("picture").cloned()
    };
    assert_eq!(told().await, Some(json!(format!("{}{first}", server.url))));

    // Another: at another address. What else the profile says stays.
    let nickname = "UPDATE users SET profile = profile || '{\"nickname\":\"Lili\"}'";
    sqlx::query(nickname).execute(&pool).await.unwrap();
    let page = browser.follow(send(&browser, &page, &drawn(30, 300, ImageFormat::WebP), &[]).await).await;
    let second = page.attribute("img.portrait", "src").unwrap();
    assert_ne!(first, second);
    assert_eq!((stranger.get(&first).await.status, stranger.get(&second).await.status), (404, 200));
    assert_eq!(told().await, Some(json!(format!("{}{second}", server.url))));
    let page = browser.follow(browser.submit(&page, &[("given_name", "Alix")]).await).await;
    assert_eq!(page.attribute("img.portrait", "src"), Some(second.clone()), "the other form leaves it");

    let page = browser.follow(send(&browser, &page, b"", &[("remove", "yes")]).await).await;
    assert_eq!((page.text("img.portrait"), page.attribute("#picture-remove", "value")), (None, None));
    assert_eq!((told().await, stranger.get(&second).await.status, stored(&pool).await), (None, 404, 0));
    let kept: (String, Option<String>) =
        sqlx::query_as("SELECT profile ->> 'nickname', profile ->> 'picture' FROM users")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(kept, ("Lili".to_owned(), None));
    let journal: Vec<Value> = sqlx::query_scalar(
        "SELECT details FROM audit_events WHERE kind = 'picture-changed' AND actor_id = user_id ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(journal, [json!({}), json!({}), json!({ "removed": true })]);
}

/// Nobody sees the picture of an account that is switched off.
#[sqlx::test]
async fn it_goes_with_its_account(pool: PgPool) {
    let (_server, browser, page) = scene(&pool).await;
    let page = browser.follow(send(&browser, &page, &drawn(9, 9, ImageFormat::Jpeg), &[]).await).await;
    let address = page.attribute("img.portrait", "src").unwrap();
    assert_eq!(browser.get(&address).await.status, 200);
    sqlx::query("UPDATE users SET active = false").execute(&pool).await.unwrap();
    assert_eq!(browser.get(&address).await.status, 404);
    sqlx::query("DELETE FROM users").execute(&pool).await.unwrap();
    assert_eq!(stored(&pool).await, 0);
}

/// Each fault is told at the field, with what to do about it, in both languages.
#[sqlx::test]
async fn what_is_not_taken(pool: PgPool) {
    let (_server, mut browser, page) = scene(&pool).await;
    // 900 million pixels, says its head; with a checksum that is right.
    let mut bomb = drawn(8, 8, ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let crc = !bomb[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    });
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let heavy = [drawn(8, 8, ImageFormat::Png), vec![0; 6 << 20]].concat();
    for (file, status, word, mot) in [
        (&b""[..], 422, "first", "d’abord"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 422, "WebP", "WebP"),
        (b"<!doctype html><h1>hello</h1>", 422, "WebP", "WebP"),
        (b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;", 422, "WebP", "WebP"),
        (b"\xff\xd8\xff\xe0<script>alert(1)</script>", 422, "damaged", "abîmée"),
        (&bomb, 422, "24 million", "24 millions"),
        (&heavy, 413, "5 MB", "5 Mo"),
    ] {
        for (language, expected) in [("en", word), ("fr", mot)] {
            browser.headers.insert("accept-language", language.parse().unwrap());
            let begin = Instant::now();
            let refused = send(&browser, &page, file, &[]).await;
            assert!(begin.elapsed() < Duration::from_secs(2), "{:?} for {expected}", begin.elapsed());
            assert_eq!(refused.status, status, "{}", refused.body);
            let told = refused.text("#picture-error").unwrap().replace(['\u{a0}', '\u{202f}'], " ");
            assert!(told.contains(expected), "{told}");
            assert_eq!(refused.attribute("#errors a", "href").as_deref(), Some("#picture"));
            assert_eq!(refused.attribute("#picture", "aria-invalid").as_deref(), Some("true"));
            // And its form works.
            assert_eq!(refused.attribute("form:has(#picture)", "action").as_deref(), Some(PATH));
        }
    }
    // Forms that are not ours, or no forms.
    let good = drawn(9, 9, ImageFormat::Png);
    assert_eq!(send(&browser, &page, &good, &[("csrf", "x")]).await.status, 400);
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    assert_eq!(browser.post(PATH, &[("csrf", &csrf), ("remove", "yes")]).await.status, 400);
    browser.headers.insert("sec-fetch-site", "same-site".parse().unwrap());
    assert_eq!(send(&browser, &page, &good, &[]).await.status, 403);
    browser.headers.remove("sec-fetch-site");
    let stranger = Browser::at(&page.url);
    let answer = send(&stranger, &page, &good, &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in"));
    assert_eq!(stored(&pool).await, 0);
}

/// A host that wants no pictures: none is taken, and one that it gave itself can still be taken away.
#[sqlx::test]
async fn a_host_without_pictures(pool: PgPool) {
    let server = Server::with(&pool, &[("LOQUET_PROFILE_PICTURE", "false")]).await;
    let alice = server.person("alice").await;
    let browser = Browser::of(&server);
    browser.sign_in("alice").await;
    let page = browser.open("/account/profile").await;
    assert_eq!((page.attribute("#picture", "type"), browser.get(PATH).await.status), (None, 404));
    assert_eq!(send(&browser, &page, &drawn(9, 9, ImageFormat::Png), &[]).await.status, 404);
    server.fill_profile(&alice).await;
    let page = browser.open("/account/profile").await;
    assert_eq!((page.attribute("#picture", "type"), page.text("img.portrait")), (None, None), "elsewhere: not shown");
    assert!(page.text("#picture-remove").is_some());
    assert_eq!(send(&browser, &page, b"", &[("remove", "yes")]).await.status, 303);
    assert_eq!(browser.open("/account/profile").await.text("#picture-remove"), None);
}

/// A connection of a person who is signed in.
struct Wire {
    host: String,
    cookies: String,
}

impl Wire {
    async fn of(server: &Server) -> Self {
        let browser = Browser::of(server);
        let page = browser.get("/sign-in").await;
        let home = browser.submit(&page, &[("username", "alice"), ("password", PASSWORD)]).await;
        let cookies: Vec<String> = [&page, &home]
            .into_iter()
            .flat_map(|reply| reply.headers.get_all("set-cookie"))
            .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned())
            .collect();
        Self { host: server.listening.trim_start_matches("http://").to_owned(), cookies: cookies.join("; ") }
    }

    /// Begins to send a form.
    fn begin(&self, length: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let (host, cookies) = (&self.host, &self.cookies);
        write!(
            stream,
            "POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookies}\r\ncontent-type: {KIND}\r\n{length}\r\n\r\n"
        )
        .unwrap();
        stream
    }
}

fn status(stream: &mut TcpStream) -> String {
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    String::from_utf8_lossy(&head).into_owned()
}

/// What is announced to be enormous is refused unread; what turns out to be is cut off, and none of it is kept.
#[sqlx::test]
async fn a_body_without_end(pool: PgPool) {
    let (server, browser, page) = scene(&pool).await;
    let wire = Wire::of(&server).await;
    tokio::task::spawn_blocking(move || {
        assert_eq!(status(&mut wire.begin("content-length: 104857600")), "HTTP/1.1 413");
        let mut stream = wire.begin("transfer-encoding: chunked");
        let head = "--edge\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"x\"\r\n\r\n";
        write!(stream, "{:x}\r\n{head}\r\n", head.len()).unwrap();
        let piece = [b"100000\r\n", &vec![b'x'; 1 << 20][..], b"\r\n"].concat();
        for _ in 0..60 {
            stream.write_all(&piece).unwrap();
        }
        assert_eq!(status(&mut stream), "HTTP/1.1 413");
    })
    .await
    .unwrap();
    assert_eq!(stored(&pool).await, 0);
    assert_eq!(send(&browser, &page, &drawn(9, 9, ImageFormat::Png), &[]).await.status, 303, "the next is served");
}

/// A few are read at once; the next person is told to come back, and can when one has gone.
#[sqlx::test]
async fn a_few_at_once(pool: PgPool) {
    let (server, browser, page) = scene(&pool).await;
    let wire = Wire::of(&server).await;
    let good = drawn(9, 9, ImageFormat::Png);
    let mut slow = Vec::new();
    within(Duration::from_secs(20), "as many as may be are being read", async || {
        // One that came while ours was read has been refused: yet another.
        slow.push(wire.begin("content-length: 1000"));
        let answer = send(&browser, &page, &good, &[]).await;
        answer.status == 503 && answer.headers.contains_key("retry-after")
    })
    .await;
    assert!(slow.len() >= 8, "{}", slow.len());
    drop(slow);
    within(Duration::from_secs(20), "there is a place again", async || {
        send(&browser, &page, &good, &[]).await.status == 303
    })
    .await;
}
