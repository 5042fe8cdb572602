//! A real browser: Chromium, without a window, led through chromedriver.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::patience::within;
use crate::support::processes::{Process, needs};

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
/// Tab, Enter and Space, as `WebDriver` writes them.
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
pub const SPACE: &str = " ";
const SHIFT: char = '\u{e008}';
/// The longest wait for a page, on a machine that does much else.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's browser.
pub struct Chromium {
    client: Client,
    /// Ends before its folder goes.
    _driver: Process,
    _profile: TempDir,
}

/// What a `WebDriver` command may lack in the library: chromedriver's own, and accessible names.
#[derive(Debug)]
struct Other {
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Other {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (reqwest::Method, Option<String>) {
        let method = if self.body.is_some() { reqwest::Method::POST } else { reqwest::Method::GET };
        (method, self.body.as_ref().map(ToString::to_string))
    }
}

impl Chromium {
    /// A new browser of somebody who reads this language (`fr-FR`), with or without scripts.
    pub async fn start(language: &str, scripts: bool) -> Self {
        needs(std::fs::metadata(CHROMIUM), CHROMIUM, "chromium");
        let profile = tempfile::Builder::new().prefix("loquet-chromium-").tempdir().unwrap();
        // A group of its own: Chromium's processes are in it, and end with it.
        let mut command = Command::new(CHROMEDRIVER);
        command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let child = needs(command.spawn(), CHROMEDRIVER, "chromium-driver");
        let mut driver = Process { child, leader: true };
        let port = driver.told("successfully on port ");
        let port = port.trim_end_matches('.');
        let options = json!({
            "binary": CHROMIUM,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=1280,900", format!("--user-data-dir={}", profile.path().display()),
            ],
            "prefs": {
                "intl.accept_languages": language,
                "profile.managed_default_content_settings.javascript": if scripts { 1 } else { 2 },
                // Its own questions must not come over the page.
                "credentials_enable_service": false,
                "profile.password_manager_leak_detection": false,
            },
        });
        let capabilities = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        Self { client, _driver: driver, _profile: profile }
    }

    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// Waits until the page is another one, and there. What is asked of a page on its way may fail.
    pub async fn leaves(&self, address: &str) {
        let left = |now: &str| now.trim_end_matches('/') != address.trim_end_matches('/');
        for _ in 0..PATIENCE.as_millis() / 50 {
            let ready = self.client.execute("return document.readyState === 'complete'", Vec::new()).await;
            if ready.is_ok_and(|ready| ready == true) && left(&self.address().await) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("still at {address}");
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    /// Waits for an element.
    pub async fn element(&self, selector: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                let page = self.client.source().await.unwrap_or_default();
                panic!("{selector}: {error}\n{}\n{page}\n{:?}", self.address().await, self.complaints().await)
            }
        }
    }

    /// What a person reads in it.
    pub async fn text(&self, selector: &str) -> String {
        self.element(selector).await.text().await.unwrap()
    }

    /// Waits until it says that. Pages come and go meanwhile: what was found may be gone when read.
    pub async fn reads(&self, selector: &str, expected: &str) {
        let mut text = String::new();
        for _ in 0..PATIENCE.as_millis() / 100 {
            if let Ok(element) = self.client.find(Locator::Css(selector)).await {
                text = element.text().await.unwrap_or_default();
                if text == expected {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{}: {selector} says {text:?} instead of {expected:?}", self.address().await);
    }

    pub async fn all(&self, selector: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(selector)).await.unwrap()
    }

    pub async fn click(&self, selector: &str) {
        self.element(selector).await.click().await.unwrap();
    }

    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.element(selector).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses keys one by one, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let strokes = keys.chars().fold(KeyActions::new("keyboard".to_owned()), |actions, value| {
            actions.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.client.perform_actions(strokes).await.unwrap();
    }

    /// Goes back to what had the focus before, with Shift and Tab.
    pub async fn press_back(&self) {
        let [tab] = TAB.chars().collect::<Vec<_>>()[..] else { unreachable!() };
        let both = [KeyAction::Down { value: SHIFT }, KeyAction::Down { value: tab }, KeyAction::Up { value: tab }];
        let strokes = both.into_iter().fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
        self.client.perform_actions(strokes.then(KeyAction::Up { value: SHIFT })).await.unwrap();
    }

    /// Id of the element that has the focus.
    pub async fn focused(&self) -> String {
        let element = self.client.active_element().await.unwrap();
        element.attr("id").await.ok().flatten().unwrap_or_default()
    }

    /// Waits until that element has the focus: a page gives it when it has been drawn.
    pub async fn has_focus(&self, id: &str) {
        for _ in 0..50 {
            if self.focused().await == id {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{}: the focus is on {:?} instead of {id:?}", self.address().await, self.focused().await);
    }

    /// Value of an expression in the page.
    pub async fn value(&self, expression: &str) -> Value {
        self.client.execute(&format!("return {expression}"), Vec::new()).await.unwrap()
    }

    /// Value of an expression in the document of a frame, wherever that came from.
    pub async fn value_in_frame(&self, index: u16, expression: &str) -> Value {
        self.client.enter_frame(index).await.unwrap();
        let value = self.value(expression).await;
        self.client.clone().enter_parent_frame().await.unwrap();
        value
    }

    /// What a screen reader says of an element: its accessible name, as Chromium computes it.
    pub async fn spoken(&self, element: &Element) -> String {
        let path = format!("element/{}/computedlabel", &*element.element_id());
        let label = self.client.issue_cmd(Other { path, body: None }).await.unwrap();
        label.as_str().unwrap_or_default().to_owned()
    }

    /// What a script returns, or its promise. Ours are not held by the page's policy.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Presses a button and waits for the page that comes of it, at whatever address.
    pub async fn leave_by(&self, button: &str) {
        let from = self.address().await;
        self.value("window.leaving = true").await;
        self.click(button).await;
        let there = "!window.leaving && document.readyState === 'complete'";
        within(PATIENCE, &format!("another page than {from} by {button}"), async || {
            // What is asked of a page on its way may fail.
            let there = self.client.execute(&format!("return {there}"), Vec::new()).await;
            there.is_ok_and(|there| there == true)
        })
        .await;
    }

    /// Waits until it is at a path of that site, written as a route (`/authorize/{id}`).
    pub async fn comes_to(&self, site: &str, route: &str) {
        let mut here = String::new();
        for _ in 0..PATIENCE.as_millis() / 50 {
            let ready = self.client.execute("return document.readyState === 'complete'", Vec::new()).await;
            here = self.address().await;
            let path = here.strip_prefix(site).unwrap_or("elsewhere").split(['?', '#']).next().unwrap();
            let (is, should): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), route.split('/').collect());
            let alike = || is.iter().zip(&should).all(|(is, should)| should.starts_with('{') || is == should);
            if ready.is_ok_and(|ready| ready == true) && is.len() == should.len() && alike() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("at {here} instead of {route}: {}", self.text("body").await);
    }

    /// Puts another page in the place of the one that is there, at a path of the same site.
    pub async fn write(&self, path: &str, page: &str) {
        let write = "history.replaceState(null, '', arguments[0]);
            document.open(); document.write(arguments[1]); document.close();";
        self.run(write, vec![json!(path), json!(page)]).await;
    }

    /// Plugs in a key that people unlock with a finger, and says its name.
    pub async fn virtual_authenticator(&self) -> String {
        let body = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        let command = Other { path: "webauthn/authenticator".to_owned(), body: Some(body) };
        self.client.issue_cmd(command).await.unwrap().as_str().unwrap().to_owned()
    }

    /// What such a key holds.
    pub async fn credentials(&self, authenticator: &str) -> Value {
        let path = format!("webauthn/authenticator/{authenticator}/credentials");
        self.client.issue_cmd(Other { path, body: None }).await.unwrap()
    }

    /// Waits until it is sent to an address, there or not: a parameter of it.
    pub async fn query_of(&self, address: &str, name: &str) -> String {
        let mut here = String::new();
        within(PATIENCE, address, async || {
            here = self.address().await;
            here.starts_with(address)
        })
        .await;
        let url = url::Url::parse(&here).unwrap();
        url.query_pairs().find(|(key, _)| key == name).unwrap_or_else(|| panic!("{here}")).1.into_owned()
    }

    /// Forgets whatever sites have stored.
    pub async fn forget(&self) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = Some(json!({ "cmd": command, "params": parameters }));
        self.client.issue_cmd(Other { path: "goog/cdp/execute".to_owned(), body }).await.unwrap()
    }

    /// Keeps in a folder what sites hand over as files.
    pub async fn download_to(&self, folder: &Path) {
        let place = json!({ "behavior": "allow", "downloadPath": folder.to_str().unwrap() });
        self.devtools("Browser.setDownloadBehavior", place).await;
    }

    /// Makes it as many times slower.
    pub async fn slow_down(&self, rate: u32) {
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
    }

    /// Makes the page as wide as a small telephone, or as a screen.
    pub async fn resize(&self, width: u32) {
        let narrow = width < 600;
        let metrics = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": narrow });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        // Colours that change gently are not yet what they will be.
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Errors and warnings of the console since last asked: scripts, the content security policy,
    /// resources that could not be loaded.
    pub async fn complaints(&self) -> Vec<String> {
        let command = Other { path: "se/log".to_owned(), body: Some(json!({ "type": "browser" })) };
        let entries = self.client.issue_cmd(command).await.unwrap();
        let entries = entries.as_array().cloned().unwrap_or_default();
        let serious = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        serious.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Keeps a picture for people to look at.
    pub async fn picture(&self, name: &str) {
        let folder = screenshots();
        std::fs::create_dir_all(&folder).unwrap();
        // Colours that change gently are not yet what they will be.
        self.value("Promise.all(document.getAnimations().map(animation => animation.finished)).then(() => true)").await;
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    /// The whole page as it is now, as far down as it goes.
    pub async fn whole_picture(&self) -> Vec<u8> {
        let size = self.value("[document.documentElement.clientWidth, document.documentElement.scrollHeight]").await;
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        let picture = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", picture).await;
        STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }

    /// Closes it properly. A test that fails leaves that to its end.
    pub async fn close(self) {
        self.client.clone().close().await.unwrap();
    }
}

/// `target/screenshots`
fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots")
}
