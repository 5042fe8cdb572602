//! What a page of another site can do to a person who is signed in, in a real browser: show our pages
//! inside its own (WB-03, RFC 9700 4.16), and send our forms (WB-05, PR-21). On another host, and on
//! another port of the same one: for cookies, that is the same site.

use serde_json::json;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::contents::{Contents, without_notes_of_being_seen};
use crate::support::{Browser, Chromium, PASSWORD, RelyingParty, Server, Site, routes};

const HTML: &str = "text/html; charset=utf-8";
const OTHERS: [&str; 2] = ["localhost", "127.0.0.1"];

async fn signed_in(server: &Server) -> Chromium {
    server.person("alice").await;
    let chromium = Chromium::start("fr-FR", true).await;
    chromium.open(&format!("{}/sign-in", server.url)).await;
    chromium.fill("#username", "alice").await;
    chromium.fill("#password", PASSWORD).await;
    chromium.click("#submit").await;
    chromium.element("#sign-out").await;
    chromium
}

/// An element, its `{}` replaced by an address.
fn element(template: &str, address: &str) -> String {
    template.replace("{}", &askama::filters::escape(address, askama::filters::Html).unwrap().to_string())
}

/// Each page in a frame: the browser shows its own complaint instead.
#[sqlx::test]
async fn no_page_of_ours_is_shown_inside_another(pool: PgPool) {
    let server = Server::start(&pool).await;
    let chromium = signed_in(&server).await;
    let service = RelyingParty::new(&server).await;
    let (_, secret) = server.service_with("c_foreign", REDIRECT, |client| client.ours = false).await;
    // Where one signs in, where one agrees, where one reads that something is wrong.
    let sign_in = service.authorize(&[("prompt", "login")]);
    let consent = RelyingParty::of(&server, "c_foreign", Some(secret)).authorize(&[]);
    let wrong = service.authorize(&[("redirect_uri", "https://evil.test/")]);
    let pages = routes::paths().into_iter().map(|path| format!("{}{path}", server.url));
    let addresses: Vec<String> = pages.chain([sign_in, consent, wrong]).collect();
    let frames = "<iframe src='{}'></iframe><iframe sandbox='allow-scripts' src='{}'></iframe>";
    let inside = "[location.protocol, document.body.innerText.trim()]";
    for host in OTHERS {
        let evil = Site::start(host);
        evil.publish("/harmless", HTML, "<h1>harmless</h1>");
        for address in [evil.at("/harmless")].iter().chain(&addresses) {
            evil.publish("/", HTML, element(frames, address));
            chromium.open(&evil.url).await;
            for frame in [0, 1] {
                let shown = chromium.value_in_frame(frame, inside).await;
                if *address == evil.at("/harmless") {
                    assert_eq!(shown, json!(["http:", "harmless"]));
                } else {
                    assert_eq!(shown[0], "chrome-error:", "{address} in {host}: {shown}");
                }
            }
            let told =
                chromium.complaints().await.iter().filter(|line| line.contains("frame-ancestors 'none'")).count();
            assert_eq!(told, if *address == evil.at("/harmless") { 0 } else { 2 }, "{address} in {host}");
        }
    }
    chromium.close().await;
}

/// Every form that there is, sent from elsewhere with all that a stranger can know: nothing happens.
#[sqlx::test]
async fn a_form_of_another_site_changes_nothing(pool: PgPool) {
    let server = Server::start(&pool).await;
    let chromium = signed_in(&server).await;
    let home = chromium.address().await;
    let form = format!(
        "<form method='post' action='{{}}'>
         <input name='username' value='alice'><input name='password' value='{PASSWORD}'>
         <input name='language' value='en'><input name='csrf' value='x'><button id='send'>Win a prize</button></form>"
    );
    let mut addresses = Vec::new();
    for path in routes::paths() {
        if Browser::of(&server).post(&path, &[]).await.status != 405 {
            addresses.push(format!("{}{path}", server.url));
        }
    }
    assert!(addresses.len() > 10, "{addresses:?}");
    without_notes_of_being_seen(&pool).await;
    let before = Contents::of(&pool).await;
    for host in OTHERS {
        let evil = Site::start(host);
        for address in &addresses {
            evil.publish("/", HTML, element(&form, address));
            chromium.open(&evil.url).await;
            chromium.click("#send").await;
            chromium.leaves(&evil.url).await;
            let changed = before.difference(&Contents::of(&pool).await);
            assert!(changed.is_empty(), "{address} from {host}: {changed:#?}");
        }
    }
    // Still there, and in the same language; our own button works.
    chromium.open(&home).await;
    chromium.element("html[lang=fr]").await;
    chromium.click("#sign-out").await;
    chromium.leaves(&home).await;
    assert!(!before.difference(&Contents::of(&pool).await).is_empty());
    chromium.close().await;
}
