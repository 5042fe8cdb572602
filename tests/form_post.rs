//! The answer to a service as a form (OAuth 2.0 Form Post Response Mode), in a real browser: sent by
//! itself, by a button where there are no scripts, and our policy lets it go and go on (rule 21).

use sqlx::PgPool;

use crate::support::{Chromium, PASSWORD, RelyingParty, Server, Site};

const HTML: &str = "text/html; charset=utf-8";
/// To come back as it is.
const STATE: &str = "==+/ é\"<";

#[sqlx::test]
async fn a_form_takes_the_answer_to_the_service(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    // What receives the form sends the person on, to another host still.
    let (site, elsewhere) = (Site::start("localhost"), Site::start("localhost"));
    site.redirect("/callback", &elsewhere.at("/home"));
    elsewhere.publish("/home", HTML, "<h1>home</h1>");
    let (_, secret) = server.service("c_form", &site.at("/callback")).await;
    let mut service = RelyingParty::of(&server, "c_form", Some(secret));
    service.redirect_uri = site.at("/callback");

    for scripts in [true, false] {
        let chromium = Chromium::start("fr-FR", scripts).await;
        let ask = async |prompt: &str| {
            let changes = [("response_mode", "form_post"), ("state", STATE), ("prompt", prompt)];
            chromium.open(&service.authorize(&changes)).await;
        };
        // What the service got; nothing of it is in an address.
        let arrive = async || {
            if !scripts {
                chromium.click("form[data-leave] #submit").await;
            }
            chromium.reads("h1", "home").await;
            assert_eq!(chromium.address().await, elsewhere.at("/home"));
            let [form] = <[_; 1]>::try_from(site.posted()).unwrap();
            let [(name, value), rest @ ..] = &form[..] else { panic!("nothing came") };
            let rest: Vec<(&str, &str)> = rest.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(rest, [("state", STATE), ("iss", &server.url)]);
            (name.clone(), value.clone())
        };
        // Nobody is signed in: an error travels alike.
        ask("none").await;
        assert_eq!(arrive().await, ("error".to_owned(), "login_required".to_owned()));

        ask("").await;
        chromium.fill("#username", "alice").await;
        chromium.fill("#password", PASSWORD).await;
        chromium.click("#submit").await;
        let (name, code) = arrive().await;
        assert_eq!((name.as_str(), service.exchange(&code).await.status), ("code", 200));
        assert_eq!(chromium.complaints().await, Vec::<String>::new());
        chromium.close().await;
    }
}
