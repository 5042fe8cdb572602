//! Debian's Caddy and nginx, with the very lines of `docs/forward-auth.md`, in front of a real application.

use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::PgPool;
use tempfile::TempDir;

use super::scene::Scene;
use crate::support::listener::Heard;
use crate::support::processes::{Process, free_port, needs};
use crate::support::{Browser, Listener, Mode, PASSWORD};

/// The lines between the fences of that language.
fn documented(language: &str) -> String {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/forward-auth.md")).unwrap();
    let block = page.split_once(&format!("```{language}\n")).unwrap().1;
    block.split_once("```").unwrap().0.to_owned()
}

struct Proxy {
    scene: Scene,
    application: Listener,
    url: String,
    _process: Process,
    _folder: TempDir,
}

impl Proxy {
    async fn start(pool: &PgPool, language: &str) -> Self {
        let port = free_port();
        let host = format!("localhost:{port}");
        let scene = Scene::of_hosts(pool, &[&host]).await;
        let application = Listener::start(Mode::Json(serde_json::json!("the wiki")));
        let place = |text: &str, url: &str| text.replace("127.0.0.1:8080", url.trim_start_matches("http://"));
        let lines = place(&documented(language), &scene.server.url)
            .replace("127.0.0.1:9000", application.url.trim_start_matches("http://"));
        let folder = tempfile::Builder::new().prefix("loquet-proxy-").tempdir().unwrap();
        let (mut command, package) = match language {
            "caddy" => caddy(folder.path(), &lines, &host),
            _ => nginx(folder.path(), &lines, port),
        };
        let log = folder.path().join("log");
        let output = std::fs::File::create(&log).unwrap();
        let child = command.stdout(Stdio::null()).stderr(output).spawn();
        let mut process = Process { child: needs(child, package, package), leader: false };
        process.wait_for(port, || std::fs::read_to_string(&log).unwrap_or_default());
        Self { scene, application, url: format!("http://{host}"), _process: process, _folder: folder }
    }

    /// What the application heard last.
    fn heard(&self) -> Heard {
        self.application.heard().pop().unwrap()
    }
}

fn caddy(folder: &Path, lines: &str, host: &str) -> (Command, &'static str) {
    let lines = lines.replace("wiki.example.org", &format!("http://{host}"));
    let file = folder.join("Caddyfile");
    std::fs::write(&file, format!("{{\n    admin off\n    auto_https off\n}}\n{lines}")).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
    command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    (command, "caddy")
}

fn nginx(folder: &Path, lines: &str, port: u16) -> (Command, &'static str) {
    let kept: Vec<&str> = lines.lines().filter(|line| !line.contains("ssl_certificate")).collect();
    let lines = kept
        .join("\n")
        .replace("listen 443 ssl", &format!("listen 127.0.0.1:{port}"))
        .replace("server_name wiki.example.org", "server_name localhost")
        .replace("wiki.example.org", &format!("localhost:{port}"));
    let place = folder.display();
    let file = folder.join("nginx.conf");
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {place}/{name};\n"))
        .concat();
    let all = format!(
        "daemon off;\nmaster_process off;\npid {place}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n    access_log off;\n{paths}{lines}\n}}\n"
    );
    std::fs::write(&file, all).unwrap();
    let mut command = Command::new("/usr/sbin/nginx");
    command.arg("-e").arg("stderr").arg("-c").arg(file);
    (command, "nginx")
}

/// Nobody gets past it, whatever they say they are; somebody signs in on the way, works, loses the right, signs
/// out.
async fn a_day(pool: PgPool, language: &str) {
    let proxy = Proxy::start(&pool, language).await;
    let (server, url) = (&proxy.scene.server, &proxy.url);
    let mut browser = Browser::of(server);
    // Said by the browser itself, with every request.
    for (name, value) in [("remote-user", "root"), ("remote-groups", "admins"), ("remote-email", "root@example.org")] {
        browser.headers.insert(name, value.parse().unwrap());
    }
    let stranger = browser.get(&format!("{url}/page?a=b")).await;
    assert_eq!(stranger.status, 303, "{}", stranger.body);
    let form = browser.roam(stranger).await;
    assert!(form.url.starts_with(&server.url), "{}", form.url);
    let arrived = browser.submit(&form, &[("username", "alice"), ("password", PASSWORD)]).await;
    let page = browser.roam(arrived).await;
    assert_eq!((page.status, page.body.as_str()), (200, "\"the wiki\""), "{} {}", page.url, page.body);
    assert_eq!(page.url, format!("{url}/page?a=b"), "back where they were going");
    assert_eq!(proxy.application.heard().len(), 1, "nothing reached it before");
    for (name, value) in [
        ("remote-user", "alice"),
        ("remote-name", "Alice Martin"),
        ("remote-email", "alice@example.org"),
        ("remote-groups", "staff"),
    ] {
        let all: Vec<_> = proxy.heard().headers.get_all(name).map(|value| value.to_str().unwrap().to_owned()).collect();
        assert_eq!(all, [value], "{name}");
    }
    let posted = browser.post(&format!("{url}/save"), &[("x", "y")]).await;
    let heard = proxy.heard();
    assert_eq!((posted.status, heard.method.as_str(), heard.body.as_str()), (200, "POST", "x=y"));

    sqlx::query("DELETE FROM group_members").execute(&pool).await.unwrap();
    let refused = browser.roam(browser.get(&format!("{url}/page")).await).await;
    assert_eq!(refused.status, 403, "{}", refused.url);
    assert!(refused.url.contains("/refused?authorization="), "{}", refused.url);
    assert_eq!(browser.post(&format!("{url}/save"), &[("x", "y")]).await.status, 303);
    assert_eq!(proxy.application.heard().len(), 2);
    server.group("staff", &[&proxy.scene.alice], &["c_wiki"]).await;
    assert_eq!(browser.get(&format!("{url}/page")).await.status, 200);

    // A script of the application is told so, not sent to a page.
    let ask = browser.roam(browser.get(&format!("{url}/.loquet/sign-out")).await).await;
    browser.press(&ask, "#logout-confirm", &[]).await;
    browser.headers.insert("sec-fetch-mode", "cors".parse().unwrap());
    assert_eq!(browser.get(&format!("{url}/data")).await.status, 401);
    browser.headers.remove("sec-fetch-mode");
    assert_eq!(browser.get(&format!("{url}/page")).await.status, 303);
    assert_eq!(proxy.application.heard().len(), 3);
}

#[sqlx::test]
async fn behind_caddy(pool: PgPool) {
    a_day(pool, "caddy").await;
}

#[sqlx::test]
async fn behind_nginx(pool: PgPool) {
    a_day(pool, "nginx").await;
}
