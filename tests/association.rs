//! The story of an association: what an administrator, a referent and members do and see, in Chromium,
//! with mails that arrive by SMTP and Apache's `mod_auth_openidc` as the service that signs people out.

use std::time::{Duration, Instant};

use loquet::db::clients::Client;
use reqwest::Method;
use sqlx::PgPool;

use crate::relying_parties::httpd::Httpd;
use crate::relying_parties::recipe::by_recipe;
use crate::support::patience::within;
use crate::support::people::Person;
use crate::support::processes::free_port;
use crate::support::program::Program;
use crate::support::routes::paths;
use crate::support::server::LOOPBACK;
use crate::support::sink::{Manner, Sink};
use crate::support::{Browser, Chromium, PASSWORD, RelyingParty, Server, Site};

const INVITED: &str = "Une invitation vous attend";
const NEW: &str = "trois rayons et un moyeu";

/// Twelve people, as a spreadsheet has them: the referent herself, a newcomer who gets the dedicated
/// service, a member of the other organization, and others.
const LIST: &str = "e-mail;rôle;services\n\
    rita@example.org;référente;\n\
    zoe@example.org;membre;c_members\n\
    bob@example.org;;c_members\n\
    p1@example.org;;\n\
    p2@example.org;;\n\
    p3@example.org;;\n\
    p4@example.org;membre;\n\
    p5@example.org;membre;\n\
    p6@example.org;membre;c_members\n\
    p7@example.org;;\n\
    p8@example.org;;\n\
    p9@example.org;;\n";

struct Story {
    server: Server,
    program: Program,
    post: Sink,
    /// The service of the bicycle workshop alone.
    members: Httpd,
    /// The service of both organizations.
    cloud: RelyingParty,
    /// Where that one is.
    _site: Site,
    bob: Person,
}

impl Story {
    async fn new(pool: &PgPool) -> Self {
        let post = Sink::start(Manner::default()).await;
        let port = post.port.to_string();
        let settings = [
            LOOPBACK,
            ("LOQUET_MAIL_HOST", "127.0.0.1"),
            ("LOQUET_MAIL_PORT", &port),
            ("LOQUET_MAIL_SECURITY", "none"),
            ("LOQUET_MAIL_FROM", "loquet@contre-voie.example"),
        ];
        let server = Server::posting(pool, &settings).await;
        let bob = server.person("bob").await;
        for name in ["rita", "remi"] {
            server.person(name).await;
        }
        let closed = |client: &mut Client| client.everyone = false;
        let port = free_port();
        let address = format!("http://localhost:{port}/members");
        let recipe = by_recipe(&server, "apache", &address, "c_members", closed).await;
        let site = Site::start("localhost");
        site.publish("/cb", "text/html; charset=utf-8", "<h1>at the cloud</h1>");
        let (_, secret) = server.service_with("c_cloud", &site.at("/cb"), closed).await;
        let mut cloud = RelyingParty::of(&server, "c_cloud", Some(secret));
        cloud.redirect_uri = site.at("/cb");
        Self {
            program: Program::of(&server, pool),
            members: Httpd::start(port, &recipe),
            cloud,
            _site: site,
            bob,
            post,
            server,
        }
    }

    /// The administrator makes two organizations with a referent each, attaches a service to both and
    /// another to one.
    async fn prepared(&self) {
        for (slug, name, referent) in
            [("velo", "Atelier vélo", "rita@example.org"), ("brasserie", "Brasserie du port", "remi@example.org")]
        {
            self.program.does(&["organization", "create", slug, "--name", name]).await;
            self.program.does(&["organization", "attach", slug, "c_cloud", "--all-members"]).await;
            self.program
                .does(&["organization", "member", "add", slug, referent, "--role", "referent", "--without-consent"])
                .await;
        }
        self.program.does(&["organization", "attach", "velo", "c_members"]).await;
        self.program
            .does(&["organization", "member", "add", "brasserie", "bob@example.org", "--without-consent"])
            .await;
    }

    async fn browser(&self) -> Chromium {
        Chromium::start("fr-FR", true).await
    }

    async fn open(&self, chromium: &Chromium, path: &str) {
        chromium.open(&format!("{}{path}", self.server.url)).await;
    }

    async fn sign_in(&self, chromium: &Chromium, name: &str, password: &str) {
        chromium.fill("#username", name).await;
        chromium.fill("#password", password).await;
        chromium.leave_by("#submit").await;
    }

    async fn link(&self, address: &str) -> String {
        let mail = self.post.letter(address, INVITED).await;
        mail.lines().find(|line| line.starts_with(&self.server.url)).expect("a link").to_owned()
    }

    /// The referent pastes her list, sees what it will do, and does it.
    async fn list_pasted(&self, rita: &Chromium) {
        self.open(rita, "/organizations/velo/list").await;
        self.sign_in(rita, "rita", PASSWORD).await;
        rita.element("#text").await;
        // As a paste: the whole at once.
        rita.run("document.getElementById('text').value = arguments[0]", vec![LIST.into()]).await;
        rita.leave_by("#submit").await;
        let preview = rita.text("main").await;
        assert!(preview.contains("zoe@example.org") && preview.contains("p9@example.org"), "{preview}");
        rita.leave_by("#submit").await;
        rita.leave_by("#people").await;
        self.open(rita, "/organizations/velo/invitations").await;
        let page = rita.text("main").await;
        for name in ["zoe", "bob", "p1", "p9"] {
            assert!(page.contains(&format!("{name}@example.org")), "{name}: {page}");
        }
    }

    /// Somebody new registers from the mail: no captcha, no second mail.
    async fn newcomer_joins(&self, zoe: &Chromium) {
        zoe.open(&self.link("zoe@example.org").await).await;
        assert!(zoe.text("main").await.contains("Atelier vélo"));
        zoe.leave_by("#sign-up").await;
        self.sign_in(zoe, "zoe", NEW).await;
        zoe.leave_by("#continue").await;
        self.open(zoe, "/account/organizations").await;
        assert!(zoe.text("#joined").await.contains("Atelier vélo"));
    }

    /// A member of the other organization signs in and accepts.
    async fn member_accepts(&self, bob: &Chromium) {
        bob.open(&self.link("bob@example.org").await).await;
        bob.leave_by("#sign-in").await;
        self.sign_in(bob, "bob", PASSWORD).await;
        bob.leave_by("#accept").await;
        let joined = bob.text("#joined").await;
        assert!(joined.contains("Atelier vélo") && joined.contains("Brasserie du port"), "{joined}");
    }

    /// Whether the workshop's service lets somebody in, and who it says they are.
    async fn opens_members(&self, chromium: &Chromium) -> Option<String> {
        chromium.open(&format!("{}/members/", self.members.url)).await;
        let shown = chromium.value("document.getElementById('REMOTE_USER')?.textContent ?? null").await;
        shown.as_str().map(str::to_owned)
    }

    /// Each opens what they may, and is refused what they may not.
    async fn each_to_their_own(&self, zoe: &Chromium, bob: &Chromium) {
        assert_eq!(self.opens_members(zoe).await.as_deref(), Some("zoe"), "{}", self.members.log());
        assert_eq!(self.opens_members(bob).await.as_deref(), Some("bob"), "{}", self.members.log());
        for chromium in [zoe, bob] {
            chromium.open(&self.cloud.authorize(&[])).await;
            assert!(!chromium.query_of(&self.cloud.redirect_uri, "code").await.is_empty());
        }
        let remi = self.browser().await;
        self.open(&remi, "/sign-in").await;
        self.sign_in(&remi, "remi", PASSWORD).await;
        assert_eq!(self.opens_members(&remi).await, None);
        remi.comes_to(&self.server.url, "/refused").await;
        remi.close().await;
    }

    /// The referent takes an access back: Apache's session ends within five seconds, the rest goes on.
    async fn access_withdrawn(&self, rita: &Chromium, bob: &Chromium) {
        self.open(rita, "/organizations/velo?q=bob%40").await;
        let cell = format!("button[name='take'][value='{} c_members']", self.bob.id);
        rita.leave_by(&cell).await;
        let taken = Instant::now();
        rita.element("#undo").await;
        let signed_out = async || self.opens_members(bob).await.is_none();
        within(Duration::from_secs(5), "signed out of Apache", signed_out).await;
        assert!(taken.elapsed() < Duration::from_secs(10), "with the time of the pages");
        bob.comes_to(&self.server.url, "/refused").await;
        bob.open(&self.cloud.authorize(&[])).await;
        assert!(!bob.query_of(&self.cloud.redirect_uri, "code").await.is_empty(), "what both give goes on");
    }

    /// The referent of one organization finds nothing of the other by any route.
    async fn nothing_of_the_other(&self, rita: &Chromium) {
        self.open(rita, "/organizations/velo").await;
        let people = rita.text("main").await;
        assert!(
            people.contains("bob@example.org") && !people.contains("Brasserie") && !people.contains("remi"),
            "{people}"
        );
        let browser = Browser::of(&self.server);
        browser.sign_in("rita").await;
        let page = browser.open("/account/organizations").await;
        let token = page.attribute("input[name=csrf]", "value").unwrap();
        // Were it hers, each of these would do something.
        let (bob, give) = (self.bob.id.to_string(), format!("{} c_cloud", self.bob.id));
        let form = [
            ("csrf", token.as_str()),
            ("give", &give),
            ("request", &bob),
            ("answer", "accept"),
            ("email", "x@x.test"),
            ("text", "x@x.test"),
            ("role", "referent"),
            ("resend", &bob),
        ];
        let mut tried = 0;
        for route in paths().into_iter().filter(|path| path.starts_with("/organizations/{slug}")) {
            let at = |slug: &str| route.replace("{slug}", slug).replace("{id}", &bob);
            for method in [Method::GET, Method::POST] {
                let mut answers = Vec::new();
                for slug in ["brasserie", "nowhere"] {
                    let reply = match method {
                        Method::GET => browser.open(&at(slug)).await,
                        _ => browser.post(&at(slug), &form).await,
                    };
                    assert!([400, 404, 405, 415].contains(&reply.status), "{method} {route}: {}", reply.status);
                    assert!(!reply.body.contains("Brasserie") && !reply.body.contains("remi"), "{route}");
                    answers.push(reply.status);
                    tried += 1;
                }
                assert_eq!(answers[0], answers[1], "{method} {route}");
            }
        }
        assert!(tried >= 40, "{tried} requests");
    }
}

#[sqlx::test]
async fn the_story_of_an_association(pool: PgPool) {
    let story = Story::new(&pool).await;
    story.prepared().await;
    let (rita, zoe, bob) = (story.browser().await, story.browser().await, story.browser().await);
    story.list_pasted(&rita).await;
    story.newcomer_joins(&zoe).await;
    story.member_accepts(&bob).await;
    story.each_to_their_own(&zoe, &bob).await;
    story.access_withdrawn(&rita, &bob).await;
    story.nothing_of_the_other(&rita).await;
    let verified = story.program.does(&["audit", "verify"]).await;
    assert!(verified.err.is_empty() || !verified.err.contains("altered"), "{verified:?}");
    for chromium in [rita, zoe, bob] {
        chromium.close().await;
    }
}
