//! Somebody who goes from page to page and looks at each.

use std::collections::BTreeSet;

use loquet::mail::Message;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::language::Languages;
use super::pictures::Album;
use crate::relying_parties::node;
use crate::support::chromium::TAB;
use crate::support::mailbox::all_left;
use crate::support::{Browser, Chromium, PASSWORD, Server};

/// Anybody may have an account.
pub const OPEN: (&str, &str) = ("LOQUET_REGISTRATION_MODE", "open");
const CHECKS: &str = include_str!("checks.js");
const KEYS: &str = include_str!("keys.js");

/// What axe-core says, a line for each fault: in the light of everything, in the dark of colours only.
const AXE: &str = "const dark = arguments[0];
    const colours = ['color-contrast', 'link-in-text-block'];
    const asked = dark ? { runOnly: colours } : {};
    return axe.run({ exclude: [['[data-vendored] *']] }, { resultTypes: ['violations'], ...asked }).then(({ violations }) =>
    violations.flatMap(({ id, impact, help, nodes }) =>
        nodes.map(({ html, any, all, none }) =>
            `${id} (${impact}): ${help}: ${html.replace(/\\s+/g, ' ').slice(0, 200)} ` +
            [...any, ...all, ...none].map(({ message }) => message).join('; '))))";

pub struct Walk {
    pub server: Server,
    pub pool: PgPool,
    pub chromium: Chromium,
    /// Of the reader.
    pub lang: &'static str,
    languages: Languages,
    axe: String,
    album: Option<Album>,
    names: BTreeSet<String>,
    seen: BTreeSet<&'static str>,
    faults: Vec<String>,
}

impl Walk {
    pub async fn begin(pool: &PgPool, lang: &'static str) -> Self {
        node::install().await;
        let axe = std::fs::read_to_string(node::folder().join("node_modules/axe-core/axe.min.js")).unwrap();
        Self {
            server: Server::with(pool, &[OPEN]).await,
            pool: pool.clone(),
            chromium: Chromium::start(if lang == "fr" { "fr-FR" } else { "en-GB" }, true).await,
            lang,
            languages: Languages::read(lang),
            axe,
            album: Album::wanted(lang),
            names: BTreeSet::new(),
            seen: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// Opens an address of the server.
    pub async fn open(&self, path: &str) {
        let address = if path.starts_with('/') { format!("{}{path}", self.server.url) } else { path.to_owned() };
        self.chromium.open(&address).await;
    }

    /// Somebody else's browser: it knows nothing.
    pub async fn afresh(&self) {
        self.chromium.forget().await;
    }

    /// Presses a button that leads to another page, or to this one again.
    pub async fn press(&self, button: &str) {
        self.chromium.leave_by(button).await;
    }

    /// Signs in, in a browser that knows nothing, where it is led to from there.
    pub async fn sign_in(&self, path: &str, login: &str) {
        self.afresh().await;
        self.open(path).await;
        self.chromium.fill("#username", login).await;
        self.chromium.fill("#password", PASSWORD).await;
        self.press("#submit").await;
    }

    /// The link of a mail to that address which leads there: the newest, when all have left.
    pub async fn link(&self, address: &str, path: &str) -> String {
        all_left(&self.pool).await;
        let start = format!("{}{path}lqt_", self.server.url);
        let link = |mail: &Message| mail.text.lines().find(|line| line.starts_with(&start)).map(str::to_owned);
        let mails = self.server.mails.all().into_iter().filter(|(_, mail)| mail.to == address);
        let newest = mails.filter_map(|(id, mail)| Some((id, link(&mail)?))).max();
        newest.unwrap_or_else(|| panic!("no link to {path} for {address}")).1
    }

    /// A browser without a window for what the real one need not do, of the same reader.
    pub fn stand_in(&self) -> Browser {
        let mut browser = Browser::of(&self.server);
        browser.headers.insert("accept-language", self.lang.parse().unwrap());
        browser
    }

    /// Shows a page that stays for a moment only: it is there, and goes nowhere by itself.
    pub async fn hold(&self, path: &str, page: &str) {
        let still = page.replace("http-equiv=\"refresh\"", "name=\"held\"").replace("data-leave", "");
        assert_ne!(still, page, "does it go on by itself?");
        self.open("/signed-out").await;
        self.chromium.write(path, &still).await;
    }

    /// Looks at the page that is there, which is that of this route, and gives it a name of its own.
    pub async fn look(&mut self, route: &'static str, name: &str) {
        self.look_at_fault(route, name).await;
        self.seen.insert(route);
    }

    /// The same for a page that says what went wrong there.
    pub async fn look_at_fault(&mut self, route: &str, name: &str) {
        self.chromium.comes_to(&self.server.url, route).await;
        assert!(self.names.insert(name.to_owned()), "two pages are called {name}");
        self.chromium.run(&self.axe, Vec::new()).await;
        let mut texts = Value::Null;
        let mut status = 0;
        for (width, dark) in [(1280, true), (320, true), (320, false), (1280, false)] {
            self.chromium.resize(width).await;
            self.chromium.dark(dark).await;
            let mut found = self
                .chromium
                .run(&format!("return ({CHECKS})(...arguments)"), vec![json!(self.lang), json!(width), json!(dark)])
                .await;
            let axe = self.chromium.run(AXE, vec![json!(dark)]).await;
            let scheme = if dark { "dark" } else { "light" };
            self.faults.extend(
                lines(&found["faults"]).chain(lines(&axe)).map(|fault| format!("{name}, {width} {scheme}: {fault}")),
            );
            texts = found["texts"].take();
            status = found["status"].as_u64().unwrap();
            if let Some(album) = &self.album {
                album.keep(name, width, dark, &self.chromium.whole_picture().await);
            }
        }
        for text in lines(&texts) {
            if let Some(fault) = self.languages.fault(&text) {
                self.faults.push(format!("{name}: {fault}"));
            }
        }
        self.tab_through(name).await;
        // Chromium itself tells of a page that is an error.
        let expected = format!("the server responded with a status of {status}");
        let complaints = self.chromium.complaints().await;
        let complaints = complaints.iter().filter(|line| status < 400 || !line.contains(&expected));
        self.faults.extend(complaints.map(|line| format!("{name}: {line}")));
    }

    /// With the Tab key one comes everywhere, and sees where one is.
    async fn tab_through(&mut self, name: &str) {
        let keys = format!("return ({KEYS})(...arguments)");
        let stops = self.chromium.run(&keys, vec![json!("begin")]).await.as_u64().unwrap();
        // Once more for the way through the window's own frame.
        self.chromium.press(&TAB.repeat(usize::try_from(stops).unwrap() + 2)).await;
        let faults = self.chromium.run(&keys, vec![json!("end")]).await;
        self.faults.extend(lines(&faults).map(|fault| format!("{name}: {fault}")));
    }

    /// The routes whose pages were looked at.
    pub fn seen(&self) -> &BTreeSet<&'static str> {
        &self.seen
    }

    /// Fails if something was wrong with a page, or if there are pages that nobody looked at.
    pub async fn end(mut self, unseen: Vec<String>) {
        self.faults.extend(unseen.into_iter().map(|path| format!("tests/look does not show {path}")));
        let (pages, faults) = (self.names.len(), &self.faults);
        assert!(faults.is_empty(), "{} faults on {pages} pages\n{}", faults.len(), faults.join("\n"));
        self.chromium.close().await;
    }
}

fn lines(list: &Value) -> impl Iterator<Item = String> {
    let list = list.as_array().cloned().unwrap_or_else(|| panic!("no list: {list}"));
    list.into_iter().map(|line| line.as_str().unwrap().to_owned())
}
