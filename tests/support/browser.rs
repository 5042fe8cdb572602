//! A browser without script: keeps cookies, follows redirects within a host, fills in forms.

use std::collections::HashMap;

use reqwest::header::{HeaderMap, LOCATION};
use scraper::{Html, Selector};

use super::{PASSWORD, Server};

pub struct Browser {
    http: reqwest::Client,
    origin: String,
    /// Sent with every request.
    pub headers: HeaderMap,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub url: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// A parameter of that address.
    pub fn answer(&self, name: &str) -> Option<String> {
        let url =
            url::Url::parse(self.location()).unwrap_or_else(|_| panic!("no redirect: {} {}", self.status, self.body));
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Text of the first element that matches.
    pub fn text(&self, selector: &str) -> Option<String> {
        let html = Html::parse_document(&self.body);
        let element = html.select(&Selector::parse(selector).unwrap()).next()?;
        Some(element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Texts of all that match.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let (html, selector) = (Html::parse_document(&self.body), Selector::parse(selector).unwrap());
        html.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
    }

    /// An attribute of the first element that matches.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse(selector).unwrap()).next()?.attr(name).map(str::to_owned)
    }

    /// Action and values of the form around a button, that button's own value among them.
    pub fn form(&self, button: &str) -> (String, HashMap<String, String>) {
        form(&self.body, button)
    }

    pub fn is_page(&self) -> bool {
        self.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"))
    }
}

impl Browser {
    pub fn of(server: &Server) -> Self {
        Self::at(&server.url)
    }

    pub fn at(origin: &str) -> Self {
        let http =
            reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, origin: origin.to_owned(), headers: HeaderMap::new() }
    }

    /// Its cookies and its connections, for any request.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with("http") { address.to_owned() } else { format!("{}{address}", self.origin) }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.headers(self.headers.clone()).send().await.unwrap();
        Reply {
            status: response.status().as_u16(),
            url: response.url().to_string(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }

    /// One request, no redirect followed.
    pub async fn request(&self, method: reqwest::Method, address: &str) -> Reply {
        self.send(self.http.request(method, self.absolute(address))).await
    }

    /// One GET, no redirect followed.
    pub async fn get(&self, address: &str) -> Reply {
        self.request(reqwest::Method::GET, address).await
    }

    /// One POST of a form, no redirect followed.
    pub async fn post(&self, address: &str, form: &[(&str, &str)]) -> Reply {
        self.send(self.http.post(self.absolute(address)).form(form)).await
    }

    /// One POST of a form with a file (`multipart/form-data`), no redirect followed.
    pub async fn send_form(&self, address: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Reply {
        let mut body = Vec::new();
        for (name, value) in fields {
            let about = format!("Content-Disposition: form-data; name=\"{name}\"");
            body.extend(format!("--edge\r\n{about}\r\n\r\n{value}\r\n").into_bytes());
        }
        if let Some((name, bytes)) = file {
            let about = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"file\"");
            body.extend(format!("--edge\r\n{about}\r\n\r\n").into_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let request = self.http.post(self.absolute(address)).body(body);
        self.send(request.header("content-type", "multipart/form-data; boundary=edge")).await
    }

    /// Follows redirects, and pages that go on by themselves, while they stay on this host.
    pub async fn follow(&self, reply: Reply) -> Reply {
        self.follow_while(reply, |next| next.starts_with(&self.origin)).await
    }

    /// The same from host to host: for services that are there.
    pub async fn roam(&self, reply: Reply) -> Reply {
        self.follow_while(reply, |_| true).await
    }

    /// The same, with a say in where to go.
    pub async fn follow_while(&self, mut reply: Reply, onward: impl Fn(&str) -> bool) -> Reply {
        for _ in 0..20 {
            let refresh = reply.attribute("meta[http-equiv=refresh]", "content");
            let next = match refresh {
                Some(content) if reply.is_page() => content.split_once("url=").unwrap().1.to_owned(),
                _ if reply.status == 303 || reply.status == 302 => reply.location().to_owned(),
                _ => return reply,
            };
            let next = url::Url::parse(&reply.url).unwrap().join(&next).unwrap().to_string();
            if !onward(&next) {
                return reply;
            }
            reply = self.get(&next).await;
        }
        panic!("too many redirects");
    }

    /// GET and follow.
    pub async fn open(&self, address: &str) -> Reply {
        self.follow(self.get(address).await).await
    }

    /// Fills in the form that holds `#submit` and sends it; nothing is followed.
    pub async fn submit(&self, page: &Reply, fields: &[(&str, &str)]) -> Reply {
        self.press(page, "#submit", fields).await
    }

    /// Fills in the form around a button and presses that button; nothing is followed.
    pub async fn press(&self, page: &Reply, button: &str, fields: &[(&str, &str)]) -> Reply {
        let (action, mut values) = page.form(button);
        for (name, value) in fields {
            values.insert((*name).to_owned(), (*value).to_owned());
        }
        let address = url::Url::parse(&page.url).unwrap().join(&action).unwrap().to_string();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&address, &values).await
    }

    /// Signs in on the page given, and follows.
    pub async fn sign_in_on(&self, page: &Reply, login: &str, password: &str) -> Reply {
        let reply = self.submit(page, &[("username", login), ("password", password)]).await;
        self.follow(reply).await
    }

    /// Signs in at home.
    pub async fn sign_in(&self, login: &str) -> Reply {
        let page = self.open("/sign-in").await;
        self.sign_in_on(&page, login, PASSWORD).await
    }

    /// Signs out at home; nothing is followed.
    pub async fn sign_out(&self) -> Reply {
        let home = self.open("/").await;
        let csrf = home.attribute("input[name=csrf]", "value").unwrap();
        self.post("/sign-out", &[("csrf", &csrf)]).await
    }
}

/// Action and values of the form around an element.
fn form(body: &str, selector: &str) -> (String, HashMap<String, String>) {
    let html = Html::parse_document(body);
    let inside =
        html.select(&Selector::parse(selector).unwrap()).next().unwrap_or_else(|| panic!("no {selector} in {body}"));
    let form = inside
        .ancestors()
        .filter_map(scraper::ElementRef::wrap)
        .find(|element| element.value().name() == "form")
        .unwrap();
    let mut values = HashMap::new();
    for input in form.select(&Selector::parse("input").unwrap()).chain([inside]) {
        let sent = !matches!(input.attr("type"), Some("radio" | "checkbox")) || input.attr("checked").is_some();
        if let Some(name) = input.attr("name").filter(|_| sent) {
            values.insert(name.to_owned(), input.attr("value").unwrap_or_default().to_owned());
        }
    }
    let chosen = Selector::parse("option[selected]").unwrap();
    for select in form.select(&Selector::parse("select[name]").unwrap()) {
        let value = select.select(&chosen).next().and_then(|option| option.attr("value")).unwrap_or_default();
        values.insert(select.attr("name").unwrap_or_default().to_owned(), value.to_owned());
    }
    (form.attr("action").unwrap_or_default().to_owned(), values)
}
