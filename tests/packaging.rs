//! The proxies of `packaging/`: Debian's Caddy and nginx, with the very lines, in front of real servers.

use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::PgPool;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::support::processes::{Process, free_port, needs};
use crate::support::{Browser, Server};

/// What the examples hold of a host of their own: replaced by ours.
fn example(name: &str, servers: &[&Server], replaced: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/proxies").join(name);
    let mut text = std::fs::read_to_string(path).unwrap();
    for (old, new) in replaced {
        assert!(text.contains(old), "{old} in {name}");
        text = text.replace(old, new);
    }
    let addresses: Vec<&str> = servers.iter().map(|server| server.listening.trim_start_matches("http://")).collect();
    text.replace("127.0.0.1:8080", &addresses.join(" "))
}

struct Proxy {
    _process: Process,
    _folder: TempDir,
}

impl Proxy {
    fn start(port: u16, package: &str, command: impl FnOnce(&Path) -> Command) -> Self {
        let folder = tempfile::Builder::new().prefix("loquet-proxy-").tempdir().unwrap();
        let log = folder.path().join("log");
        let output = std::fs::File::create(&log).unwrap();
        let child = command(folder.path()).stdout(Stdio::null()).stderr(output).spawn();
        let mut process = Process { child: needs(child, package, package), leader: false };
        process.wait_for(port, || std::fs::read_to_string(&log).unwrap_or_default());
        Self { _process: process, _folder: folder }
    }

    fn caddy(port: u16, servers: &[&Server]) -> Self {
        let site = format!("http://127.0.0.1:{port}");
        let text = example("Caddyfile", servers, &[("sso.example.org", &site)]);
        Self::start(port, "caddy", |folder| {
            let file = folder.join("Caddyfile");
            std::fs::write(&file, format!("{{\n\tadmin off\n\tauto_https off\n}}\n{text}")).unwrap();
            let mut command = Command::new("caddy");
            command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
            command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
            command
        })
    }

    fn nginx(port: u16, servers: &[&Server]) -> Self {
        let other = format!("listen 127.0.0.1:{};", free_port());
        let own = format!("listen 127.0.0.1:{port};");
        let replaced = [
            ("listen 80;", other.as_str()),
            ("listen [::]:80;", ""),
            ("listen 443 ssl http2;", &own),
            ("listen [::]:443 ssl http2;", ""),
            ("server_name sso.example.org;", "server_name 127.0.0.1;"),
            ("ssl_certificate     /etc/letsencrypt/live/sso.example.org/fullchain.pem;", ""),
            ("ssl_certificate_key /etc/letsencrypt/live/sso.example.org/privkey.pem;", ""),
        ];
        let text = example("nginx.conf", servers, &replaced);
        Self::start(port, "nginx", |folder| {
            let place = folder.display();
            let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|name| format!("{name}_temp_path {place}/{name};\n"))
                .concat();
            let file = folder.join("nginx.conf");
            let all = format!(
                "daemon off;\nmaster_process off;\npid {place}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}{text}\n}}\n"
            );
            std::fs::write(&file, all).unwrap();
            let mut command = Command::new("/usr/sbin/nginx");
            command.arg("-e").arg("stderr").arg("-c").arg(file);
            command
        })
    }
}

/// A server that is known by the proxy's address.
async fn behind(pool: &PgPool, port: u16) -> Server {
    let issuer = format!("http://127.0.0.1:{port}");
    let settings = [("LOQUET_SERVER_ISSUER", issuer.as_str()), ("LOQUET_SERVER_TRUSTED_PROXIES", "127.0.0.1")];
    let server = Server::with(pool, &settings).await;
    server.person("alice").await;
    server
}

/// Somebody signs in through it, from where they are and not from where they say.
async fn a_sign_in(pool: &PgPool, server: &Server) {
    let mut browser = Browser::at(&server.url);
    browser.headers.insert("x-forwarded-for", "198.51.100.7".parse().unwrap());
    browser.sign_in("alice").await;
    let page = browser.open("/account").await;
    assert_eq!((page.status, page.headers["strict-transport-security"].to_str().unwrap()), (200, "max-age=63072000"));
    let places: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT address_range FROM browser_sessions").fetch_all(pool).await.unwrap();
    assert!(places.iter().all(|place| !place.contains("198.51.100")), "{places:?}");
}

/// And a server that stops is noticed by nobody.
#[sqlx::test]
async fn caddy_leads_to_us(pool: PgPool) {
    let port = free_port();
    let server = behind(&pool, port).await;
    let mut second = Some(server.beside(&pool, &[("LOQUET_SERVER_ISSUER", &server.url)]).await);
    let _proxy = Proxy::caddy(port, &[&server, second.as_ref().unwrap()]);
    a_sign_in(&pool, &server).await;
    let browser = Browser::at(&server.url);
    for round in 0..60 {
        if round == 20 {
            drop(second.take());
        }
        assert_eq!(browser.get("/sign-in").await.status, 200, "{round}");
    }
}

/// And keeps a flood of requests for sign-ins out, which would be rows.
#[sqlx::test]
async fn nginx_leads_to_us(pool: PgPool) {
    let port = free_port();
    let server = behind(&pool, port).await;
    let _proxy = Proxy::nginx(port, &[&server]);
    a_sign_in(&pool, &server).await;
    // At once, so that it does not depend on how quick this machine is.
    let browser = Browser::at(&server.url);
    let asked = reqwest::Client::new().get(format!("{}/authorize?client_id=nobody", server.url));
    let mut asking: JoinSet<u16> = JoinSet::new();
    for _ in 0..150 {
        let one = asked.try_clone().unwrap();
        asking.spawn(async move { one.send().await.unwrap().status().as_u16() });
    }
    let statuses = asking.join_all().await;
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!((10..110).contains(&refused), "{statuses:?}");
    assert_eq!(browser.get("/sign-in").await.status, 200, "the rest is served");
}
