//! The program as a process: its commands, its start without a database, its end.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use loquet::private_postgres;
use rustix::process::{Pid, Signal, kill_process};

const PROGRAM: &str = env!("CARGO_BIN_EXE_loquet");

/// A folder that the account running PostgreSQL can reach, with a master key in it.
struct Home {
    folder: tempfile::TempDir,
    port: u16,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("loquet-test").tempdir_in("/var/tmp").unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let home = Self { folder, port };
        assert!(home.run(&["master-key", home.key().to_str().unwrap()]).status.success());
        home
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    fn postgres(&self) -> PathBuf {
        self.folder.path().join("pg")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin")
            .env("LOQUET_SERVER_ISSUER", format!("http://127.0.0.1:{}", self.port))
            .env("LOQUET_SERVER_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("LOQUET_SERVER_SHUTDOWN_TIMEOUT", "5")
            .env("LOQUET_SECRETS_MASTER_KEY_FILE", self.key())
            .env("LOQUET_DATABASE_PRIVATE_DIRECTORY", self.postgres())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn serve(&self, change: impl FnOnce(&mut Command)) -> Process {
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let mut command = self.command(&["serve"]);
        command.stderr(log);
        change(&mut command);
        Process { child: command.spawn().unwrap(), log: self.folder.path().join("log") }
    }

    async fn status(&self, path: &str) -> Option<u16> {
        let answer = reqwest::Client::new()
            .get(format!("http://127.0.0.1:{}{path}", self.port))
            .timeout(Duration::from_secs(4))
            .send()
            .await;
        answer.ok().map(|answer| answer.status().as_u16())
    }

    /// Waits until `path` answers with `status`; how long it took.
    async fn until(&self, path: &str, status: u16, limit: Duration) -> Duration {
        let start = Instant::now();
        while self.status(path).await != Some(status) {
            assert!(
                start.elapsed() < limit,
                "{path} is not {status} after {limit:?}: {}",
                std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        start.elapsed()
    }
}

struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// AD-09, AD-10: exit codes, every fault at once, no secret told, no secret in an argument.
#[test]
fn commands_say_what_is_wrong() {
    let home = Home::new();
    assert_eq!(std::fs::metadata(home.key()).unwrap().permissions().mode() & 0o777, 0o600);
    let again = home.run(&["master-key", home.key().to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1), "never overwritten");
    let good = home.run(&["check-config"]);
    assert!(good.status.success() && text(&good.stdout).contains("server.issuer"));
    let key = std::fs::read_to_string(home.key()).unwrap();
    assert!(!text(&good.stdout).contains(key.trim()));
    let json: serde_json::Value = serde_json::from_slice(&home.run(&["check-config", "--json"]).stdout).unwrap();
    assert!(json["settings"].as_array().unwrap().len() > 20);
    let bad = home
        .command(&["check-config"])
        .env("LOQUET_SERVER_LISTEN", "x")
        .env("LOQUET_PASSWORDS_COST", "99")
        .env("LOQUET_NO_SUCH", "1")
        .output()
        .unwrap();
    assert_eq!(bad.status.code(), Some(2));
    for name in ["server.listen", "passwords.cost", "no.such"] {
        assert!(text(&bad.stderr).contains(name), "{name}: {}", text(&bad.stderr));
    }
    for arguments in
        [&["nonsense"][..], &["client", "add", "--name", "x", "--secret", "y"], &["serve", "--password", "x"]]
    {
        assert_eq!(home.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

/// Made from the command line itself, wherever there are no settings yet.
#[test]
fn shells_and_readers_know_the_commands() {
    let home = Home::new();
    let mut alone = Command::new(PROGRAM);
    let completions = alone.args(["completions", "bash"]).env_clear().output().unwrap();
    assert!(completions.status.success(), "{}", text(&completions.stderr));
    for word in ["doctor", "by-other-means", "registration-token"] {
        assert!(text(&completions.stdout).contains(word), "{word}");
    }
    assert_eq!(home.run(&["completions", "nonsense"]).status.code(), Some(2));
    let manual = Command::new(PROGRAM).arg("man").env_clear().output().unwrap();
    let page = text(&manual.stdout);
    assert!(manual.status.success() && page.contains(".TH loquet 1"), "{page}");
    for word in [".SH \"loquet user invite\"", ".SH \"loquet doctor\"", "\\-\\-by\\-other\\-means"] {
        assert!(page.contains(word), "{word}");
    }
    assert!(!page.contains("loquet\\-doctor(1)"), "a page that does not exist");
}

/// FA-33: the private PostgreSQL too; a backup moves to another machine, which has never had one.
#[test]
fn a_backup_moves_to_another_machine() {
    let (old, new) = (Home::new(), Home::new());
    std::fs::copy(old.key(), new.key()).unwrap();
    let add =
        ["client", "add", "--name", "Nuage", "--client-id", "nuage", "--redirect-uri", "https://nuage.example/cb"];
    let added = old.run(&add);
    assert!(added.status.success(), "{}", text(&added.stderr));
    let file = old.folder.path().join("x.dump");
    let backup = old.run(&["backup", file.to_str().unwrap()]);
    assert!(backup.status.success(), "{}", text(&backup.stderr));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let restored = new.run(&["restore", file.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert!(text(&new.run(&["client", "list"]).stdout).contains("nuage"));
}

/// AD-02: what a start of an instance without administrator says on standard output.
async fn first_link(said: &Path) -> String {
    for _ in 0..200 {
        let text = std::fs::read_to_string(said).unwrap();
        if let Some(link) = text.lines().find_map(|line| line.strip_prefix("    http")) {
            return format!("http{link}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no link on standard output");
}

/// `loquet serve` alone: its private PostgreSQL comes and goes with it; commands join it while it runs.
#[tokio::test]
async fn it_runs_its_own_database() {
    let home = Home::new();
    let said = home.folder.path().join("said");
    let mut server = home.serve(|command| {
        command.stdout(std::fs::File::create(&said).unwrap());
    });
    home.until("/readyz", 200, Duration::from_secs(30)).await;
    let link = first_link(&said).await;
    assert!(link.starts_with(&format!("http://127.0.0.1:{}/first-administrator/lqt_ml_", home.port)), "{link}");
    assert!(!server.log().contains(link.rsplit('/').next().unwrap()), "the log keeps no link");
    let added = home.run(&[
        "client",
        "add",
        "--name",
        "Nuage",
        "--client-id",
        "nuage",
        "--redirect-uri",
        "https://nuage.example/cb",
        "--json",
    ]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    let added: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    assert!(added["client_secret"].as_str().unwrap().starts_with("lqt_cs_"));
    assert!(text(&home.run(&["client", "list"]).stdout).contains("nuage"));
    let shown: serde_json::Value =
        serde_json::from_slice(&home.run(&["client", "show", "nuage", "--json"]).stdout).unwrap();
    assert_eq!((shown["policy"].as_str(), shown["secrets"].as_u64()), (Some("restricted"), Some(1)));
    assert!(home.run(&["client", "set", "nuage", "--policy", "everyone", "--require-pkce", "false"]).status.success());
    assert!(home.run(&["client", "rotate-secret", "nuage"]).status.success());
    for (arguments, fault) in [
        (&["client", "set", "nuage", "--redirect-uri", "http://evil.test/*"][..], "--redirect-uri"),
        (&["client", "add", "--name", "", "--redirect-uri", "javascript:alert(1)"], "javascript:alert(1)"),
        (&["client", "show", "nobody"], "nobody"),
        (&["user", "disable", "nobody"], "nobody"),
    ] {
        let refused = home.run(arguments);
        assert!(
            !refused.status.success() && text(&refused.stderr).contains(fault),
            "{arguments:?}: {}",
            text(&refused.stderr)
        );
    }
    server.signal(Signal::TERM);
    assert_eq!(server.wait(), Some(0), "{}", server.log());
    assert!(!home.postgres().join("data/postmaster.pid").exists(), "PostgreSQL has stopped");
    // With nothing running, a command starts the database for itself; then the next start is quick.
    assert!(text(&home.run(&["client", "list"]).stdout).contains("nuage"));
    let mut server = home.serve(|_| ());
    let took = home.until("/readyz", 200, Duration::from_secs(20)).await;
    println!("ready on an existing database after {took:?}");
    server.signal(Signal::INT);
    assert_eq!(server.wait(), Some(0));
}

/// A recipe fills in what a service needs and says what to paste there; options given beside it win.
#[tokio::test]
async fn a_recipe_adds_a_service() {
    let home = Home::new();
    let nextcloud = ["client", "add", "--recipe", "nextcloud"];
    let cloud = ["--url", "https://cloud.example.org/"];
    for (arguments, told) in [
        (&nextcloud[..], "--url <URL>"),
        (&[&nextcloud[..3], &["nexcloud"], &cloud].concat(), "nextcloud, listmonk, forgejo"),
        (&[&nextcloud[..], &["--url", "http://cloud.example.org"]].concat(), "must use https"),
        (&["client", "add", "--redirect-uri", "https://rp.test/cb"], "--name <NAME>"),
    ] {
        let refused = home.run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(text(&refused.stderr).contains(told), "{arguments:?}: {}", text(&refused.stderr));
    }
    assert!(text(&home.run(&["client", "recipes"]).stdout).contains("docs/clients/nextcloud.md"));

    let mut server = home.serve(|_| ());
    home.until("/readyz", 200, Duration::from_secs(30)).await;
    let added = home.run(&[&nextcloud[..], &cloud, &["--client-id", "cloud", "--provider", "sso"]].concat());
    let told = text(&added.stdout);
    assert!(added.status.success(), "{}", text(&added.stderr));
    let secret = told.lines().find_map(|line| line.strip_prefix("client secret  ")).unwrap();
    for needed in [
        "occ user_oidc:provider sso ",
        "--clientid='cloud'",
        &format!("--clientsecret='{secret}'"),
        &format!("--discoveryuri='http://127.0.0.1:{}/.well-known/openid-configuration'", home.port),
        "Nobody may use it yet",
        "--ours",
        "docs/clients/nextcloud.md",
    ] {
        assert!(told.contains(needed), "no {needed} in {told}");
    }
    let show = |id: &str| -> serde_json::Value {
        serde_json::from_slice(&home.run(&["client", "show", id, "--json"]).stdout).unwrap()
    };
    let shown = show("cloud");
    for (field, value) in [
        ("name_en", serde_json::json!("Nextcloud")),
        (
            "redirect_uris",
            serde_json::json!([
                "https://cloud.example.org/apps/user_oidc/code",
                "https://cloud.example.org/index.php/apps/user_oidc/code"
            ]),
        ),
        ("post_logout_redirect_uris", serde_json::json!(["https://cloud.example.org/"])),
        (
            "backchannel_logout_uri",
            serde_json::json!("https://cloud.example.org/index.php/apps/user_oidc/backchannel-logout/sso"),
        ),
        ("scopes", serde_json::json!(["openid", "profile", "email", "groups"])),
        ("require_pkce", serde_json::json!(true)),
        ("policy", serde_json::json!("restricted")),
    ] {
        assert_eq!(shown[field], value, "{field} in {shown}");
    }

    let other = ["--name", "Nuage", "--client-id", "nuage", "--redirect-uri", "https://cloud.example.org/cb", "--json"];
    let added = home.run(&[&nextcloud[..], &cloud, &other, &["--require-pkce", "false", "--ours"]].concat());
    let answer: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    assert!(answer["settings"].as_str().unwrap().contains(answer["client_secret"].as_str().unwrap()), "{answer}");
    let shown = show("nuage");
    assert_eq!(shown["redirect_uris"], serde_json::json!(["https://cloud.example.org/cb"]));
    assert_eq!(
        (&shown["name_fr"], &shown["require_pkce"], &shown["ours"]),
        (&"Nuage".into(), &false.into(), &true.into())
    );
    server.signal(Signal::TERM);
    assert_eq!(server.wait(), Some(0), "{}", server.log());
}

/// FA-03 and FA-01: PostgreSQL comes later, dies and comes back; the process stays.
#[tokio::test]
async fn the_database_comes_and_goes() {
    let home = Home::new();
    let url = format!("postgres://loquet@localhost/loquet?host={}", home.postgres().join("run").display());
    let mut server = home.serve(|command| {
        command.env("LOQUET_DATABASE_URL", &url);
    });
    home.until("/healthz", 200, Duration::from_secs(20)).await;
    assert_eq!(home.status("/readyz").await, Some(503));
    assert_eq!(home.status("/signed-out").await, Some(200), "a page that needs no database");
    let settings =
        private_postgres::Settings { directory: home.postgres(), bin_dir: None, user: "postgres".to_owned() };
    let postgres = private_postgres::start(settings).await.unwrap();
    home.until("/readyz", 200, Duration::from_secs(10)).await;
    for _ in 0..3 {
        kill_process(Pid::from_raw(postgres.postmaster_pid().unwrap().cast_signed()).unwrap(), Signal::QUIT).unwrap();
        // Requests meanwhile are answered, never with more than 503.
        let status = home.status("/authorize?client_id=nobody").await;
        assert!(matches!(status, Some(400 | 503)), "{status:?}");
        home.until("/readyz", 200, Duration::from_secs(10)).await;
    }
    assert_eq!(home.status("/authorize?client_id=nobody").await, Some(400));
    server.signal(Signal::TERM);
    assert_eq!(server.wait(), Some(0), "{}", server.log());
    postgres.stop().await;
}

/// FA-03: what waiting would not mend ends the process at once, in one clear line.
#[tokio::test]
async fn a_hopeless_start_ends_at_once() {
    let home = Home::new();
    let url = std::env::var("DATABASE_URL").unwrap().replace("/loquet?", "/no_such_database?");
    let mut server = home.serve(|command| {
        command.env("LOQUET_DATABASE_URL", &url);
    });
    assert_eq!(server.wait(), Some(1));
    assert!(server.log().contains("no_such_database"), "{}", server.log());
    let mut taken = home.serve(|command| {
        command.env("LOQUET_SERVER_LISTEN", "203.0.113.1:1");
    });
    assert_eq!(taken.wait(), Some(1));
    assert!(taken.log().contains("cannot listen on 203.0.113.1:1"), "{}", taken.log());
    assert!(!Path::new(&home.postgres()).exists(), "nothing was started");
}

/// AU-01: at the most talkative level, nothing that lets anybody in is in the log. On the way: members
/// imported by the command sign in with the passwords they had.
#[tokio::test]
async fn nothing_secret_is_logged() {
    let home = Home::new();
    let members = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/legacy/members.csv");
    let imported = home.run(&["import", "members", members]);
    assert!(imported.status.success(), "{}{}", text(&imported.stdout), text(&imported.stderr));
    let redirect = "http://127.0.0.1:9/cb";
    let added = home.run(&[
        "client",
        "add",
        "--name",
        "App",
        "--client-id",
        "app",
        "--authentication",
        "none",
        "--ours",
        "--policy",
        "everyone",
        "--redirect-uri",
        redirect,
    ]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    let mut server = home.serve(|command| {
        command.env("LOQUET_LOG_FILTER", "trace").env("LOQUET_LOG_FORMAT", "json");
    });
    home.until("/readyz", 200, Duration::from_secs(30)).await;
    let (login, password) = ("mdumas", "pâté en croûte 2019!");
    let url = format!("http://127.0.0.1:{}", home.port);
    let browser = crate::support::Browser::at(&url);
    let verifier = "canary-verifier-canary-verifier-canary-verifier";
    let challenge = loquet::oidc::pkce::challenge_of(verifier).unwrap();
    let asked = format!(
        "{url}/authorize?client_id=app&redirect_uri={redirect}&response_type=code&scope=openid%20email&state=canary-state&code_challenge={challenge}&code_challenge_method=S256"
    );
    let page = browser.open(&asked).await;
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    browser.submit(&page, &[("username", login), ("password", "canary-wrong-password")]).await;
    let signed_in = browser.submit(&page, &[("username", login), ("password", password)]).await;
    let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
    let code = browser.follow(signed_in).await.answer("code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", &code),
        ("redirect_uri", redirect),
        ("code_verifier", verifier),
    ];
    let tokens: serde_json::Value = serde_json::from_str(&browser.post("/token", &form).await.body).unwrap();
    let token = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned();
    let answer =
        reqwest::Client::new().get(format!("{url}/userinfo")).bearer_auth(token("access_token")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    server.signal(Signal::TERM);
    assert_eq!(server.wait(), Some(0));
    let (log, key) = (server.log(), std::fs::read_to_string(home.key()).unwrap());
    assert!(log.contains("signed in") && log.contains("\"path\":\"/token\""), "the log tells what happened");
    for secret in [
        password,
        "canary-wrong-password",
        "canary-state",
        verifier,
        &csrf,
        &cookie,
        &code,
        &token("access_token"),
        &token("refresh_token"),
        &token("id_token"),
        key.trim(),
    ] {
        assert!(
            !log.contains(secret),
            "{secret} is in the log: {}",
            log.lines().find(|line| line.contains(secret)).unwrap()
        );
    }
}
