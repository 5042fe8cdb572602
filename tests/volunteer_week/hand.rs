//! Somebody at a browser, who finds things by what is written on them: a button by its words, a field by its
//! label. What has no words, or the same words as another thing, is not found.

use std::path::Path;

use serde_json::json;

use crate::support::{Chromium, PASSWORD, Server};

/// Marks what one would take for it, and says of each where it leads. Of what one hears and does not see
/// («Accepter *Camille*»), either is enough; of labels, the beginning, since «(facultatif)» may follow.
const FIND: &str = "
    const [kind, words, beside] = arguments;
    const plain = text => text.replace(/\\s+/g, ' ').trim();
    const heard = element => plain(element.textContent);
    const seen = element => {
        const copy = element.cloneNode(true);
        copy.querySelectorAll('.visually-hidden, [aria-hidden=true]').forEach(hidden => hidden.remove());
        return heard(copy);
    };
    const there = element => {
        const cells = [...element.closest('tr, li')?.querySelectorAll('td, p') ?? []];
        return !beside || cells.some(cell => heard(cell) === beside);
    };
    document.querySelectorAll('[data-hand]').forEach(element => element.removeAttribute('data-hand'));
    const all = [...document.querySelectorAll(kind)].filter(element =>
        element.checkVisibility({ visibilityProperty: true }) && there(element));
    let found = all.filter(element => seen(element) === words || heard(element) === words);
    if (kind === 'label') {
        if (!found.length) found = all.filter(element => seen(element).startsWith(`${words} `));
        found = found.map(label => label.control);
    }
    found[0]?.setAttribute('data-hand', '');
    return found.map((element, place) => element ? element.href ?? place : null);";

/// What [`FIND`] marks.
const IT: &str = "[data-hand]";

pub struct Hand {
    pub chromium: Chromium,
    site: String,
}

impl Hand {
    /// At a new browser that speaks French.
    pub async fn at(server: &Server) -> Self {
        Self { chromium: Chromium::start("fr-FR", true).await, site: server.url.clone() }
    }

    pub async fn open(&self, path: &str) {
        self.chromium.open(&format!("{}{path}", self.site)).await;
    }

    /// Comes to sign in.
    pub async fn sign_in(&self, login: &str) {
        self.open("/sign-in").await;
        self.sign_in_here(login).await;
    }

    /// Signs in on the page that asks for it, with everybody's password.
    pub async fn sign_in_here(&self, login: &str) {
        self.write("Identifiant ou adresse e-mail", login).await;
        self.write("Mot de passe", PASSWORD).await;
        self.press("Se connecter").await;
    }

    async fn find(&self, kind: &str, words: &str, beside: Option<&str>) {
        let found = self.chromium.run(FIND, vec![json!(kind), json!(words), json!(beside)]).await;
        let found = found.as_array().unwrap();
        let one = found.first().is_some_and(|first| !first.is_null() && found.iter().all(|other| other == first));
        // Two ways to one page are one.
        assert!(one, "«{words}»: {found:?} on {}\n{}", self.chromium.address().await, self.main().await);
    }

    /// Presses a button or follows a link, to another page or to this one again.
    pub async fn press(&self, words: &str) {
        self.find("a, button", words, None).await;
        self.chromium.leave_by(IT).await;
    }

    /// The same in the line of a list where that is written too.
    pub async fn press_beside(&self, words: &str, beside: &str) {
        self.find("a, button", words, Some(beside)).await;
        self.chromium.leave_by(IT).await;
    }

    /// Presses what hands over a file, so that the page stays.
    pub async fn take(&self, words: &str) {
        self.find("a, button", words, None).await;
        self.chromium.click(IT).await;
    }

    pub async fn write(&self, label: &str, text: &str) {
        self.find("label", label, None).await;
        self.chromium.fill(IT, text).await;
    }

    /// Ticks a box.
    pub async fn tick(&self, label: &str) {
        self.find("label", label, None).await;
        self.chromium.click(IT).await;
        assert_eq!(self.chromium.value("document.querySelector('[data-hand]').checked").await, true, "{label}");
    }

    /// Chooses from a list.
    pub async fn choose(&self, label: &str, answer: &str) {
        self.find("label", label, None).await;
        self.chromium.element(IT).await.select_by_label(answer).await.unwrap();
    }

    pub async fn attach(&self, label: &str, file: &Path) {
        self.find("label", label, None).await;
        self.chromium.element(IT).await.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// What a field holds.
    pub async fn holds(&self, label: &str) -> String {
        self.find("label", label, None).await;
        self.chromium.element(IT).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// What one reads there.
    pub async fn text(&self, selector: &str) -> String {
        plain(&self.chromium.text(selector).await)
    }

    async fn main(&self) -> String {
        self.text("main").await
    }

    /// It is written on the page.
    pub async fn reads(&self, words: &str) {
        let page = self.main().await;
        assert!(page.contains(words), "«{words}» is not written on {}: {page}", self.chromium.address().await);
    }

    /// What one reads in each of them.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.chromium.all(selector).await {
            texts.push(plain(&element.text().await.unwrap()));
        }
        texts
    }

    /// Whether an image is drawn, and not only asked for: how wide it is.
    pub async fn drawn(&self, selector: &str) -> Option<u64> {
        let width = "(image => image && image.complete && image.checkVisibility() ? image.naturalWidth : 0)";
        let width = self.chromium.value(&format!("{width}(document.querySelector('{selector}'))")).await;
        width.as_u64().filter(|width| *width > 0)
    }

    /// Ends; nothing was wrong with a page but what its status says.
    pub async fn close(self) {
        let mut complaints = self.chromium.complaints().await;
        complaints.retain(|line| !line.contains("responded with a status of 4"));
        assert!(complaints.is_empty(), "{complaints:?}");
        self.chromium.close().await;
    }
}

/// In one line, with the spaces of a keyboard.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
