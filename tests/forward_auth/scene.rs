//! A server, an application of two hosts that the group `staff` may use, and what a proxy in front of it says.

use loquet::db::clients::Client;
use sqlx::PgPool;

use crate::support::people::Person;
use crate::support::{Browser, Reply, Server};

/// The tests are the proxy.
pub const TRUSTED: (&str, &str) = ("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1/32");

pub struct Scene {
    pub server: Server,
    pub client: Client,
    pub alice: Person,
}

/// What a browser holds at the host after signing in, and where it was sent.
pub struct Jar {
    pub cookie: String,
    pub to: String,
}

/// `name=value` of what an answer sets.
pub fn cookie_of(reply: &Reply) -> String {
    reply.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

impl Scene {
    pub async fn new(pool: &PgPool) -> Self {
        Self::of_hosts(pool, &["wiki.test", "notes.test"]).await
    }

    pub async fn of_hosts(pool: &PgPool, hosts: &[&str]) -> Self {
        let server = Server::with(pool, &[TRUSTED]).await;
        let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
        let protect = |client: &mut Client| {
            client.redirect_uris.clear();
            client.forward_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            client.everyone = false;
        };
        let (client, _) = server.service_with("c_wiki", "", protect).await;
        server.group("staff", &[&alice, &mallory], &["c_wiki"]).await;
        Self { server, client, alice }
    }

    /// Somebody who is signed in at Loquet.
    pub async fn browser(&self, name: &str) -> Browser {
        let browser = Browser::of(&self.server);
        browser.sign_in(name).await;
        browser
    }

    /// A request to a host, with these cookies, as a proxy asks about it.
    pub async fn with(&self, cookie: &str, host: &str, uri: &str) -> Reply {
        let mut browser = Browser::of(&self.server);
        for (name, value) in [("cookie", cookie), ("x-forwarded-host", host), ("x-forwarded-uri", uri)] {
            browser.headers.insert(name, value.parse().unwrap());
        }
        browser.get("/forward-auth").await
    }

    /// The first request of a browser that has nothing there.
    pub async fn ask(&self, _browser: &Browser, uri: &str) -> Reply {
        self.with("", "wiki.test", uri).await
    }

    /// Until the code: what the browser holds, and where it comes back to.
    pub async fn half(&self, browser: &Browser, uri: &str) -> (String, String) {
        let asked = self.ask(browser, uri).await;
        let answer = browser.get(asked.location()).await;
        let callback = answer.location().strip_prefix("https://wiki.test").unwrap_or_else(|| panic!("{answer:?}"));
        (cookie_of(&asked), callback.to_owned())
    }

    /// All the way.
    pub async fn enter(&self, browser: &Browser, uri: &str) -> Jar {
        let (start, callback) = self.half(browser, uri).await;
        let arrived = self.with(&start, "wiki.test", &callback).await;
        assert_eq!(arrived.status, 303);
        Jar { cookie: cookie_of(&arrived), to: arrived.location().to_owned() }
    }
}
