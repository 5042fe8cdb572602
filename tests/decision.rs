//! May this person use this service? Asked wherever something is issued or vouched for (GR-01, GR-02, GR-04,
//! PR-04). Which routes those are is found out: each one there is is tried with all that a person and a
//! service can hold. Groups hold people and no groups: there is no nesting that could give more (GR-09).

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, RelyingParty, Reply, Server, routes};

/// A name that is nowhere by chance.
const NAME: &str = "carlotta";
const ID: &str = "c_sa";
/// A host that it has behind a proxy, which the tests are.
const HOST: &str = "wiki.test";
const PROXY: (&str, &str) = ("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1/32");

/// What is held up to a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// The browser's session alone, at a request under way to which the person agreed.
    Session,
    /// What a browser holds at a protected host, as a proxy asks about it (forward-auth).
    Forwarded,
    /// A request of the service, made by the browser.
    Request,
    /// …that nobody may be asked about (`prompt=none`).
    Silent,
    /// …that the service pushed (PAR).
    Pushed,
    /// The service has a code.
    Code,
    /// The service has a refresh token.
    Refresh,
    /// An access token as a bearer.
    Bearer,
    /// The service asks what an access token is worth.
    AskedOfAccess,
    /// …what a refresh token is worth.
    AskedOfRefresh,
}

const WAYS: [Way; 10] = [
    Way::Session,
    Way::Forwarded,
    Way::Request,
    Way::Silent,
    Way::Pushed,
    Way::Code,
    Way::Refresh,
    Way::Bearer,
    Way::AskedOfAccess,
    Way::AskedOfRefresh,
];

/// Every route that gives a code, a token or a claim, and for what. One that is not here fails the test, and
/// so does one that is here and gives nothing.
const GIVING: [(&str, &str, Way); 14] = [
    ("GET", "/authorize", Way::Request),
    ("GET", "/authorize", Way::Silent),
    ("GET", "/authorize", Way::Pushed),
    ("GET", "/authorize/{id}", Way::Session),
    ("GET", "/forward-auth", Way::Forwarded),
    ("GET", "/userinfo", Way::Bearer),
    ("POST", "/authorize", Way::Request),
    ("POST", "/authorize", Way::Silent),
    ("POST", "/authorize", Way::Pushed),
    ("POST", "/introspect", Way::AskedOfAccess),
    ("POST", "/introspect", Way::AskedOfRefresh),
    ("POST", "/token", Way::Code),
    ("POST", "/token", Way::Refresh),
    ("POST", "/userinfo", Way::Bearer),
];

/// All that a person and a service hold, got while the person had access.
struct Held {
    code: String,
    access: String,
    refresh: String,
    pushed: String,
    stored: String,
    forwarded: String,
}

struct Scene<'a> {
    server: &'a Server,
    pool: &'a PgPool,
    rp: RelyingParty,
    browser: Browser,
    person: Uuid,
}

impl<'a> Scene<'a> {
    /// A service that one group may use; somebody of it, who agreed once to what it receives.
    async fn new(server: &'a Server, pool: &'a PgPool) -> Self {
        let person = server.person(NAME).await;
        let change = |client: &mut loquet::db::clients::Client| {
            client.everyone = false;
            client.ours = false;
            client.forward_hosts = vec![HOST.to_owned()];
        };
        let (_, secret) = server.service_with(ID, REDIRECT, change).await;
        server.group("guests", &[&person], &[ID]).await;
        let rp = RelyingParty::of(server, ID, Some(secret));
        let browser = Browser::of(server);
        let asked = browser.sign_in_on(&browser.open(&rp.authorize(&[])).await, NAME, PASSWORD).await;
        let agreed = browser.press(&asked, "#consent-allow", &[]).await;
        assert!(browser.follow(agreed).await.answer("code").is_some());
        Self { server, pool, rp, browser, person: person.id }
    }

    async fn held(&self) -> Held {
        let code = async || self.browser.get(&self.rp.authorize(&[])).await.answer("code").unwrap();
        let tokens = self.rp.exchange(&code().await).await;
        let pushed = self.rp.read(self.basic("/par").form(&self.parameters(&[]))).await;
        let asked = self.browser.open(&self.rp.authorize(&[("prompt", "consent")])).await;
        self.browser.press(&asked, "#consent-allow", &[]).await;
        let start = self.at_host("", "/").await;
        let answer = self.browser.get(start.location()).await;
        let callback = answer.location().strip_prefix("https://wiki.test").unwrap().to_owned();
        let forwarded = cookie_of(&self.at_host(&cookie_of(&start), &callback).await);
        Held {
            forwarded,
            code: code().await,
            access: tokens.text("access_token"),
            refresh: tokens.text("refresh_token"),
            pushed: pushed.text("request_uri"),
            stored: asked.url.split("authorization=").nth(1).unwrap().to_owned(),
        }
    }

    /// A request to the protected host, as a proxy asks about it.
    async fn at_host(&self, cookie: &str, uri: &str) -> Reply {
        let mut browser = Browser::of(self.server);
        for (name, value) in [("cookie", cookie), ("x-forwarded-host", HOST), ("x-forwarded-uri", uri)] {
            browser.headers.insert(name, value.parse().unwrap());
        }
        browser.get("/forward-auth").await
    }

    fn parameters(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        url::Url::parse(&self.rp.authorize(changes)).unwrap().query_pairs().into_owned().collect()
    }

    /// A POST of the service.
    fn basic(&self, path: &str) -> RequestBuilder {
        let secret = self.rp.secret.as_ref().unwrap().reveal();
        self.rp.http().post(format!("{}{path}", self.server.url)).basic_auth(ID, Some(secret))
    }

    /// A way held up to a route.
    fn request(&self, method: &Method, path: &str, way: Way, held: &Held) -> RequestBuilder {
        let path = path.replace("{id}", &held.stored).replace("{client_id}", ID);
        let address = format!("{}{path}", self.server.url);
        let own = |text: &str, value: &str| vec![(text.to_owned(), value.to_owned())];
        let mut form = match way {
            Way::Session | Way::Forwarded | Way::Bearer => Vec::new(),
            Way::Request => self.parameters(&[]),
            Way::Silent => self.parameters(&[("prompt", "none")]),
            Way::Pushed => [own("client_id", ID), own("request_uri", &held.pushed)].concat(),
            Way::Code => {
                let grant = self.rp.grant(&held.code);
                grant.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
            }
            Way::Refresh => [own("grant_type", "refresh_token"), own("refresh_token", &held.refresh)].concat(),
            Way::AskedOfAccess => own("token", &held.access),
            Way::AskedOfRefresh => own("token", &held.refresh),
        };
        // A large form is answered as it is, and not sent on to a GET.
        if method == Method::POST && matches!(way, Way::Request | Way::Silent | Way::Pushed) {
            form.push(("padding".to_owned(), "x".repeat(8000)));
        }
        let http = match way {
            Way::Session | Way::Request | Way::Silent | Way::Pushed => self.browser.http(),
            _ => self.rp.http(),
        };
        let request = http.request(method.clone(), address);
        let request = match way {
            Way::Session => request.header("x-forwarded-uri", "/").header("x-forwarded-host", HOST),
            Way::Forwarded => request
                .header("x-forwarded-uri", "/")
                .header("x-forwarded-host", HOST)
                .header("cookie", &held.forwarded),
            Way::Bearer => request.bearer_auth(&held.access),
            Way::Code | Way::Refresh | Way::AskedOfAccess | Way::AskedOfRefresh => {
                request.basic_auth(ID, self.rp.secret.as_ref().map(loquet::crypto::Plain::reveal))
            }
            _ => request,
        };
        if *method == Method::GET { request.query(&form) } else { request.form(&form) }
    }

    /// What a route answers, and whether that gives a code, a token or a claim.
    async fn attempt(&self, method: &Method, path: &str, way: Way, held: &Held) -> (String, bool) {
        let reply = self.request(method, path, way, held).send().await.unwrap();
        let status = reply.status().as_u16();
        let headers: Vec<String> = reply
            .headers()
            .iter()
            .filter(|(name, _)| *name != "set-cookie")
            .map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        let headers = headers.join("\n");
        let json = headers.contains("application/json");
        let body = reply.text().await.unwrap();
        let known = [&held.code, &held.access, &held.refresh];
        let issued = |text: &str| {
            ["lqt_ac_", "lqt_at_", "lqt_rt_", "eyJ"].iter().any(|prefix| {
                let places = text.match_indices(prefix).map(|(place, _)| &text[place..]);
                places.into_iter().any(|rest| !known.iter().any(|known| rest.starts_with(known.as_str())))
            })
        };
        let told =
            |text: &str| [NAME, &self.person.to_string(), "\"active\":true"].iter().any(|mark| text.contains(mark));
        let gives = issued(&headers) || issued(&body) || told(&headers) || (json && told(&body));
        (format!("{status}\n{headers}\n{body}"), gives)
    }

    async fn withdraw(&self) {
        sqlx::query("DELETE FROM group_members").execute(self.pool).await.unwrap();
    }

    async fn restore(&self) {
        sqlx::query("INSERT INTO group_members SELECT $1, id FROM groups WHERE name = 'guests' ON CONFLICT DO NOTHING")
            .bind(self.person)
            .execute(self.pool)
            .await
            .unwrap();
    }
}

/// What an answer sets.
fn cookie_of(reply: &Reply) -> String {
    reply.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// For people who read a failure.
fn line(method: &str, path: &str, way: Way) -> String {
    format!("{method} {path} {way:?}")
}

#[sqlx::test]
async fn every_route_that_gives_something_asks(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    let scene = Scene::new(&server, &pool).await;
    let mut giving: BTreeSet<String> = BTreeSet::new();
    let mut tried = 0;
    // The document of the API speaks of tokens, and is the same for everybody.
    for path in routes::paths().into_iter().filter(|path| path != "/api/v1/openapi.json") {
        let held = scene.held().await;
        for way in WAYS {
            for method in [Method::GET, Method::POST] {
                // What the one used up, the other needs.
                let fresh =
                    matches!(way, Way::Session | Way::Code | Way::Refresh | Way::Pushed) && method == Method::POST;
                let again =
                    if fresh && giving.contains(&line("GET", &path, way)) { Some(scene.held().await) } else { None };
                tried += 1;
                if scene.attempt(&method, &path, way, again.as_ref().unwrap_or(&held)).await.1 {
                    giving.insert(line(method.as_str(), &path, way));
                }
            }
        }
    }
    println!("{tried} attempts, {} give something", giving.len());
    let known: BTreeSet<String> = GIVING.iter().map(|(method, path, way)| line(method, path, *way)).collect();
    assert_eq!(giving, known, "routes that give something, and those of the list");

    for (method, path, way) in GIVING {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        scene.restore().await;
        let held = scene.held().await;
        // Behind the back of everything that revokes: the decision alone stands in the way.
        scene.withdraw().await;
        let (answer, gives) = scene.attempt(&method, path, way, &held).await;
        assert!(!gives, "{method} {path} {way:?}: {answer}");
        let refusal = match way {
            Way::Silent => "error=access_denied",
            // To the dispatcher, which refuses.
            Way::Forwarded => "/authorize?client_id=",
            Way::Session | Way::Request | Way::Pushed => "/refused?authorization=",
            Way::Code | Way::Refresh => "invalid_grant",
            Way::Bearer => "invalid_token",
            Way::AskedOfAccess | Way::AskedOfRefresh => "{\"active\":false}",
        };
        assert!(answer.contains(refusal), "{method} {path} {way:?}: {answer}");
    }
}

/// GR-01, GR-02: refused with or without a session, by every way to ask; a service that pushes learns nothing
/// there, since nobody is known yet.
#[sqlx::test]
async fn whoever_lost_access_is_refused_by_every_way_to_ask(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    let scene = Scene::new(&server, &pool).await;
    let push = async || scene.rp.read(scene.basic("/par").form(&scene.parameters(&[]))).await;
    let before = push().await;
    scene.withdraw().await;
    let after = push().await;
    assert_eq!((before.status, after.status), (201, 201));
    let names = |answer: &crate::support::client::Answer| -> Vec<String> {
        answer.body.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(names(&before), names(&after));
    let pushed = format!("/authorize?client_id={ID}&request_uri={}", after.text("request_uri"));
    let signed_out = Browser::of(&server);
    let page = signed_out.open(&scene.rp.authorize(&[])).await;
    for refused in [
        scene.browser.open(&scene.rp.authorize(&[])).await,
        scene.browser.open(&scene.rp.authorize(&[("prompt", "consent")])).await,
        scene.browser.open(&pushed).await,
        signed_out.sign_in_on(&page, NAME, PASSWORD).await,
    ] {
        assert_eq!(refused.status, 403, "{}", refused.url);
        assert!(refused.url.contains("/refused?authorization="), "{}", refused.url);
        let back = scene.browser.get(&refused.attribute("#back", "href").unwrap()).await;
        // That of the other browser is not this one's to decline.
        assert!(back.status == 400 || back.answer("error").as_deref() == Some("access_denied"), "{}", back.status);
    }
    // Agreeing to a request that was shown before.
    scene.restore().await;
    let asked = scene.browser.open(&scene.rp.authorize(&[("prompt", "consent")])).await;
    scene.withdraw().await;
    let agreed = scene.browser.press(&asked, "#consent-allow", &[]).await;
    assert_eq!(scene.browser.follow(agreed).await.status, 403);
}

/// PR-04, GR-04: what one replica takes away is worth nothing on the other, at once.
#[sqlx::test]
async fn the_other_replica_knows_within_a_second(pool: PgPool) {
    let server = Server::with(&pool, &[PROXY]).await;
    let other = server.beside(&pool, &[("LOQUET_SERVER_ISSUER", &server.url)]).await;
    let scene = Scene::new(&server, &pool).await;
    let mut slowest = Duration::ZERO;
    for trial in 0..20 {
        scene.restore().await;
        let held = scene.held().await;
        let elsewhere = |request: RequestBuilder| {
            let (http, request) = request.build_split();
            let mut request = request.unwrap();
            let path = request.url().path().to_owned();
            let query = request.url().query().map(|query| format!("?{query}")).unwrap_or_default();
            *request.url_mut() = format!("{}{path}{query}", other.listening).parse().unwrap();
            async move { http.execute(request).await.unwrap().text().await.unwrap() }
        };
        let told = elsewhere(scene.request(&Method::GET, "/userinfo", Way::Bearer, &held)).await;
        assert!(told.contains(NAME), "trial {trial}: {told}");
        let mut connection = server.state.pool.acquire().await.unwrap();
        scene.withdraw().await;
        let now = server.state.clock.now();
        loquet::db::rights::end_refused(&mut connection, scene.person, now).await.unwrap();
        let start = Instant::now();
        for (method, path, way, refusal) in [
            (Method::GET, "/userinfo", Way::Bearer, "invalid_token"),
            (Method::POST, "/introspect", Way::AskedOfAccess, "{\"active\":false}"),
            (Method::POST, "/token", Way::Refresh, "invalid_grant"),
            (Method::POST, "/token", Way::Code, "invalid_grant"),
        ] {
            let answer = elsewhere(scene.request(&method, path, way, &held)).await;
            assert!(answer.contains(refusal), "trial {trial}: {method} {path}: {answer}");
        }
        slowest = slowest.max(start.elapsed());
    }
    println!("slowest of 20 trials, four questions each: {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}
