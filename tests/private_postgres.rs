//! The private PostgreSQL, with a real one. Run as root, these tests also run
//! themselves again as an ordinary user.

#![allow(clippy::doc_markdown, reason = "PostgreSQL is a name, not code")]

use std::error::Error as StdError;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use loquet::private_postgres::{Error, PrivatePostgres, Settings, running, start};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, query, query_scalar};
use tempfile::TempDir;

type Outcome<T = ()> = Result<T, Box<dyn StdError>>;

/// Tells the holder (below) where to start a server.
const HOLD: &str = "LOQUET_TEST_HOLD_POSTGRES";

// --- What the tests are made of ---

/// A place that the account of PostgreSQL can reach.
fn place() -> Outcome<TempDir> {
    let place = tempfile::tempdir()?;
    fs::set_permissions(place.path(), Permissions::from_mode(0o755))?;
    Ok(place)
}

fn settings(place: &Path) -> Settings {
    Settings { directory: place.join("postgres"), bin_dir: None, user: "postgres".to_owned() }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

async fn connect(server: &PrivatePostgres) -> Outcome<PgConnection> {
    let options = PgConnectOptions::new()
        .socket(server.socket_directory())
        .port(server.port())
        .username(server.user())
        .database(server.database());
    Ok(PgConnection::connect_with(&options).await?)
}

/// Writes a row whose presence shows, later, that the data was kept.
async fn write_mark(server: &PrivatePostgres) -> Outcome {
    let mut connection = connect(server).await?;
    query("CREATE TABLE mark (text text)").execute(&mut connection).await?;
    query("INSERT INTO mark VALUES ('kept')").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn has_mark(server: &PrivatePostgres) -> Outcome<bool> {
    let mut connection = connect(server).await?;
    let text: String = query_scalar("SELECT text FROM mark").fetch_one(&mut connection).await?;
    Ok(text == "kept")
}

/// The message of a start that must fail.
async fn refusal(settings: Settings) -> Outcome<String> {
    match start(settings).await {
        Ok(_) => Err("it started".into()),
        Err(error) => Ok(error.to_string()),
    }
}

/// Waits for at most ten seconds.
async fn eventually(what: &str, mut check: impl FnMut() -> bool) -> Outcome {
    let begun = Instant::now();
    while !check() {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err(format!("not within thirty seconds: {what}").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

fn pid(number: u32) -> Outcome<Pid> {
    Ok(Pid::from_raw(number.try_into()?).ok_or("no process")?)
}

/// Whether a process runs: one that ended, and that nobody waited for, does not.
fn runs(number: u32) -> bool {
    let command = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
    pid(number).is_ok_and(|pid| test_kill_process(pid).is_ok()) && !command.is_empty()
}

/// The process id that the server wrote, if it says that it is ready.
fn ready_pid(settings: &Settings) -> Option<u32> {
    let text = fs::read_to_string(settings.directory.join("data/postmaster.pid")).ok()?;
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    (lines.get(7) == Some(&"ready")).then(|| lines[0].parse().ok())?
}

/// A command run as an account, if we are root.
fn command_as(account: &str, program: impl AsRef<Path>) -> Command {
    let program = program.as_ref();
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", account, "--regid"]);
    command.args([if account == "nobody" { "nogroup" } else { account }, "--clear-groups", "--"]);
    command.arg(program).current_dir("/");
    command
}

/// The programs that a running server was started from.
fn programs_of(server: &PrivatePostgres) -> Outcome<PathBuf> {
    let number = server.postmaster_pid().ok_or("it does not run")?;
    let program = fs::read_link(format!("/proc/{number}/exe"))?;
    Ok(program.parent().ok_or("no folder")?.to_owned())
}

/// The name by which this file's tests are called: main.rs may put it anywhere.
fn test_name(name: &str) -> String {
    let (_, module) = module_path!().split_once("::").unwrap_or_default();
    format!("{module}::{name}")
}

/// Not a test: what [`hold`] runs in a process of its own, to be killed.
#[tokio::test]
#[ignore = "run by other tests"]
async fn holder() -> Outcome {
    let Some(place) = std::env::var_os(HOLD) else {
        return Ok(());
    };
    let _server = start(settings(Path::new(&place))).await?;
    std::future::pending().await
}

/// Another process that runs the server of this place.
async fn hold(place: &Path) -> Outcome<(Child, u32)> {
    let child = Command::new(std::env::current_exe()?)
        .args(["--exact", &test_name("holder"), "--ignored"])
        .env(HOLD, place)
        .stdout(Stdio::null())
        .spawn()?;
    let mut found = None;
    eventually("the holder's server is ready", || {
        found = ready_pid(&settings(place));
        found.is_some()
    })
    .await?;
    Ok((child, found.ok_or("no server")?))
}

// --- Creation, data, settings ---

#[tokio::test]
async fn data_is_kept_from_one_start_to_the_next() -> Outcome {
    let place = place()?;
    // What an interrupted creation leaves.
    fs::create_dir_all(place.path().join("postgres/data.new/base"))?;

    let server = start(settings(place.path())).await?;
    write_mark(&server).await?;
    // A client that stays does not prevent the stop.
    let _client = connect(&server).await?;
    let first = server.postmaster_pid().ok_or("it does not run")?;
    assert!(server.pids().len() > 3, "a server has several processes: {:?}", server.pids());
    assert_eq!(running(&settings(place.path())).as_deref(), Some(server.socket_directory()));
    let stopping = Instant::now();
    server.stop().await;
    assert_eq!(running(&settings(place.path())), None);
    assert!(stopping.elapsed() < Duration::from_secs(5), "it stopped in {:?}", stopping.elapsed());
    assert!(!runs(first));

    let starting = Instant::now();
    let server = start(settings(place.path())).await?;
    let ready = starting.elapsed();
    assert!(has_mark(&server).await?);
    // A tenth of it on an idle machine.
    assert!(ready < Duration::from_secs(2), "ready in {ready:?}");
    server.stop().await;

    let mut names: Vec<_> =
        fs::read_dir(place.path().join("postgres"))?.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["conf", "data", "lock", "run"]);
    Ok(())
}

#[tokio::test]
async fn the_settings_are_the_small_and_durable_ones() -> Outcome {
    let place = place()?;
    let server = start(settings(place.path())).await?;
    let mut connection = connect(&server).await?;
    for (name, expected) in [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("shared_buffers", "16MB"),
        ("max_connections", "40"),
        ("work_mem", "2MB"),
        ("max_worker_processes", "0"),
        ("max_parallel_workers", "0"),
        ("autovacuum_max_workers", "1"),
        ("max_logical_replication_workers", "0"),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("jit", "off"),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        // Nothing of a statement reaches the log.
        ("log_min_error_statement", "panic"),
        ("log_min_duration_statement", "-1"),
        ("log_statement", "none"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("log_error_verbosity", "terse"),
    ] {
        let value: String = query_scalar("SELECT current_setting($1)").bind(name).fetch_one(&mut connection).await?;
        assert_eq!(value, expected, "{name}");
    }
    let rules: i64 = query_scalar("SELECT count(*) FROM pg_hba_file_rules").fetch_one(&mut connection).await?;
    assert_eq!(rules, 1, "pg_hba.conf lets in only our accounts, on the socket");
    server.stop().await;
    Ok(())
}

#[tokio::test]
async fn our_files_win_at_every_start_and_alter_system_cannot_open_the_server() -> Outcome {
    let place = place()?;
    let server = start(settings(place.path())).await?;
    let mut connection = connect(&server).await?;
    query("ALTER SYSTEM SET listen_addresses = '127.0.0.1'").execute(&mut connection).await?;
    query("ALTER SYSTEM SET work_mem = '3MB'").execute(&mut connection).await?;
    server.stop().await;
    fs::write(place.path().join("postgres/conf/pg_hba.conf"), "local all all trust\n")?;

    let server = start(settings(place.path())).await?;
    let mut connection = connect(&server).await?;
    let listen: String = query_scalar("SHOW listen_addresses").fetch_one(&mut connection).await?;
    let work_mem: String = query_scalar("SHOW work_mem").fetch_one(&mut connection).await?;
    let method: String = query_scalar("SELECT auth_method FROM pg_hba_file_rules").fetch_one(&mut connection).await?;
    assert_eq!((listen.as_str(), work_mem.as_str(), method.as_str()), ("", "3MB", "peer"));
    server.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_long_data_path_gets_a_short_private_socket_folder() -> Outcome {
    let place = place()?;
    let long = place.path().join("l".repeat(100));
    let server = start(settings(&long)).await?;
    let folder = server.socket_directory().to_owned();
    assert!(!folder.starts_with(&long), "{folder:?}");
    assert_eq!(fs::metadata(&folder)?.mode() & 0o777, 0o700);
    write_mark(&server).await?;
    server.stop().await;
    assert!(!folder.exists(), "{folder:?} is left");

    let server = start(settings(&long)).await?;
    assert_eq!(server.socket_directory(), folder);
    assert!(has_mark(&server).await?);
    server.stop().await;

    if is_root() {
        // Someone waits for us under our name.
        fs::create_dir(&folder)?;
        chown(&folder, Some(65534), Some(65534))?;
        let message = refusal(settings(&long)).await?;
        fs::remove_dir(&folder)?;
        assert!(message.contains("it belongs to user id 65534"), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn a_path_with_signs_that_mean_something_to_postgresql_is_fine() -> Outcome {
    let place = place()?;
    let odd = place.path().join("a, b 'c' %d é");
    let server = start(settings(&odd)).await?;
    write_mark(&server).await?;
    server.stop().await;
    Ok(())
}

// --- Refusals ---

#[tokio::test]
async fn a_second_loquet_on_the_same_folder_is_refused() -> Outcome {
    let place = place()?;
    let server = start(settings(place.path())).await?;
    let message = refusal(settings(place.path())).await?;
    assert!(message.contains(&format!("another Loquet (process {})", std::process::id())), "{message}");
    write_mark(&server).await?;
    server.stop().await;
    start(settings(place.path())).await?.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_lock_is_free_at_once_even_while_processes_are_created() -> Outcome {
    let place = place()?;
    start(settings(place.path())).await?.stop().await;
    let busy = Arc::new(());
    for _ in 0..3 {
        // A new process has our files open until it becomes another program.
        let while_held = Arc::downgrade(&busy);
        std::thread::spawn(move || {
            while while_held.upgrade().is_some() {
                drop(Command::new("true").current_dir("/").status());
            }
        });
    }
    for _ in 0..10 {
        start(settings(place.path())).await?.stop().await;
    }
    drop(busy);
    Ok(())
}

#[tokio::test]
async fn what_is_not_our_cluster_is_not_touched() -> Outcome {
    let place = place()?;
    let server = start(settings(place.path())).await?;
    let programs = programs_of(&server)?;
    server.stop().await;
    let data = place.path().join("postgres/data");

    fs::write(data.join("PG_VERSION"), "99\n")?;
    let message = refusal(settings(place.path())).await?;
    assert!(message.contains("made by PostgreSQL 99"), "{message}");
    assert!(message.contains("install the package postgresql-99"), "{message}");
    let with_programs = Settings { bin_dir: Some(programs), ..settings(place.path()) };
    assert_eq!(message, refusal(with_programs).await?, "also with a configured folder");

    fs::remove_file(data.join("PG_VERSION"))?;
    let message = refusal(settings(place.path())).await?;
    assert!(message.contains("neither empty nor a PostgreSQL cluster"), "{message}");
    Ok(())
}

#[tokio::test]
async fn missing_programs_are_told() -> Outcome {
    let place = place()?;
    let empty = Settings { bin_dir: Some(place.path().to_owned()), ..settings(place.path()) };
    let message = refusal(empty).await?;
    assert!(message.contains("has no PostgreSQL server"), "{message}");
    Ok(())
}

#[tokio::test]
async fn a_failed_creation_is_told_and_leaves_nothing() -> Outcome {
    let place = place()?;
    let programs = place.path().join("bin");
    fs::create_dir(&programs)?;
    let version = "#!/bin/sh\necho 'postgres (PostgreSQL) 15.0'\n";
    let failure = "#!/bin/sh\necho 'initdb: error: the disk is full' >&2\necho 'removing' >&2\nexit 1\n";
    for (name, text) in [("postgres", version), ("initdb", failure)] {
        fs::write(programs.join(name), text)?;
        fs::set_permissions(programs.join(name), Permissions::from_mode(0o755))?;
    }
    let failing = Settings { bin_dir: Some(programs.clone()), ..settings(place.path()) };
    let message = refusal(failing).await?;
    assert!(message.ends_with("postgres: the disk is full"), "{message}");
    assert!(!place.path().join("postgres/data.new").exists());

    fs::write(programs.join("postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")?;
    let old = Settings { bin_dir: Some(programs), ..settings(place.path()) };
    let message = refusal(old).await?;
    assert!(message.contains("PostgreSQL 14") && message.contains("too old"), "{message}");

    start(settings(place.path())).await?.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_server_that_cannot_start_tells_why() -> Outcome {
    let place = place()?;
    start(settings(place.path())).await?.stop().await;
    fs::remove_file(place.path().join("postgres/data/global/pg_control"))?;
    let message = refusal(settings(place.path())).await?;
    assert!(message.starts_with("PostgreSQL did not start: "), "{message}");
    assert!(message.contains("pg_control") || message.contains("database system"), "{message}");
    Ok(())
}

// --- Ends that nobody asked for ---

#[tokio::test]
async fn the_server_ends_with_a_killed_loquet_and_the_next_one_starts() -> Outcome {
    let place = place()?;
    start(settings(place.path())).await?.stop().await;
    let (mut holder, first) = hold(place.path()).await?;
    holder.kill()?;
    holder.wait()?;
    // At once, while the first server may still be stopping.
    let server = start(settings(place.path())).await?;
    assert!(!runs(first));
    write_mark(&server).await?;
    server.stop().await;

    let (mut holder, second) = hold(place.path()).await?;
    holder.kill()?;
    holder.wait()?;
    eventually("the server ends by itself", || !runs(second)).await
}

#[tokio::test]
async fn a_server_left_running_is_stopped_and_replaced() -> Outcome {
    let place = place()?;
    let server = start(settings(place.path())).await?;
    write_mark(&server).await?;
    let programs = programs_of(&server)?;
    server.stop().await;

    // One that no death signal reaches.
    let directory = settings(place.path()).directory;
    let mut left = command_as("postgres", programs.join("postgres"))
        .arg("-D")
        .arg(directory.join("data"))
        .args(["-c", "listen_addresses=", "-k"])
        .arg(directory.join("run"))
        .stderr(Stdio::null())
        .spawn()?;
    eventually("the other server is ready", || ready_pid(&settings(place.path())).is_some()).await?;
    let server = start(settings(place.path())).await?;
    assert!(left.try_wait()?.is_some_and(|status| status.success()), "it was shut down");
    assert!(has_mark(&server).await?);
    server.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_stale_process_id_that_is_in_use_again_does_not_matter() -> Outcome {
    let place = place()?;
    start(settings(place.path())).await?.stop().await;
    let directory = settings(place.path()).directory;
    let mut other = command_as("postgres", "sleep").arg("100").spawn()?;
    let command = format!("/proc/{}/cmdline", other.id());
    // Until then it is setpriv, as root, and a process that is not the account's blocks nothing.
    eventually("the other process is the account's", || {
        fs::read(&command).is_ok_and(|line| line.starts_with(b"sleep"))
    })
    .await?;
    let stale = format!("{}\n{}\n1\n5432\n", other.id(), directory.join("data").display());
    fs::write(directory.join("data/postmaster.pid"), &stale)?;
    fs::write(directory.join("run/.s.PGSQL.5432.lock"), &stale)?;
    let server = start(settings(place.path())).await;
    let spared = other.try_wait()?.is_none();
    other.kill()?;
    other.wait()?;
    server?.stop().await;
    assert!(spared, "a process that is not of the cluster was stopped");
    Ok(())
}

#[tokio::test]
async fn a_dead_server_is_started_again_with_its_data() -> Outcome {
    let place = place()?;
    let server = start(settings(place.path())).await?;
    write_mark(&server).await?;
    let _client = connect(&server).await?;
    for _ in 0..2 {
        let dead = server.postmaster_pid().ok_or("it does not run")?;
        kill_process(pid(dead)?, Signal::KILL)?;
        eventually("another server is ready", || ready_pid(&settings(place.path())).is_some_and(|ready| ready != dead))
            .await?;
        assert!(has_mark(&server).await?);
    }
    server.stop().await;
    Ok(())
}

#[tokio::test]
async fn dropping_the_handle_or_the_start_ends_the_server() -> Outcome {
    // Long enough for a loaded machine: a shutdown writes everything first.
    const PATIENCE: Duration = Duration::from_secs(40);
    let place = place()?;
    let server = start(settings(place.path())).await?;
    let number = server.postmaster_pid().ok_or("it does not run")?;
    drop(server);
    eventually("the server has ended", || !runs(number)).await?;

    let begun = Instant::now();
    while tokio::time::timeout(Duration::from_millis(15), start(settings(place.path()))).await.is_ok() {
        // Refused by the lock, as long as the dropped one ends.
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    loop {
        match start(settings(place.path())).await {
            Ok(server) => {
                server.stop().await;
                return Ok(());
            }
            Err(Error::AlreadyRunning { .. }) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

// --- Accounts ---

#[tokio::test]
async fn other_accounts_neither_reach_the_socket_nor_become_our_role() -> Outcome {
    if !is_root() {
        return Ok(());
    }
    let place = place()?;
    let server = start(settings(place.path())).await?;
    let folder = server.socket_directory();
    let number = server.postmaster_pid().ok_or("it does not run")?;
    let accounts = fs::metadata(format!("/proc/{number}"))?.uid();
    assert_ne!(accounts, 0);
    assert_eq!((fs::metadata(folder)?.uid(), fs::metadata(folder)?.mode() & 0o777), (accounts, 0o700));
    let root = place.path().join("postgres");
    for (name, owner) in [("", 0), ("conf", 0), ("conf/pg_hba.conf", 0), ("lock", 0), ("data", accounts)] {
        let metadata = fs::metadata(root.join(name))?;
        assert_eq!((metadata.uid(), metadata.mode() & 0o007), (owner, 0), "{name}");
    }
    let psql = |account: &str| -> Outcome<String> {
        let output = command_as(account, programs_of(&server)?.join("psql"))
            .args(["-XAtw", "-U", "loquet", "-d", "loquet", "-c", "SELECT current_user", "-h"])
            .arg(folder)
            .output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    let answer = psql("nobody")?;
    assert!(answer.contains("Permission denied"), "{answer}");
    assert_eq!(psql("root")?, "loquet\n");
    assert!(psql("postgres")?.contains("loquet"));

    // Even with the folders wide open.
    fs::set_permissions(&root, Permissions::from_mode(0o755))?;
    fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    fs::set_permissions(folder.join(".s.PGSQL.5432"), Permissions::from_mode(0o777))?;
    let answer = psql("nobody")?;
    assert!(answer.contains("Peer authentication failed"), "{answer}");
    server.stop().await;
    Ok(())
}

#[tokio::test]
async fn root_is_told_which_folder_or_account_is_wrong() -> Outcome {
    if !is_root() {
        return Ok(());
    }
    let place = place()?;
    let closed = place.path().join("closed");
    let inner = closed.join("inner");
    fs::create_dir_all(&inner)?;
    fs::set_permissions(&closed, Permissions::from_mode(0o700))?;
    fs::set_permissions(&inner, Permissions::from_mode(0o700))?;
    let message = refusal(settings(&inner)).await?;
    assert!(message.starts_with(&format!("{} does not let", closed.display())), "{message}");

    let nobody = Settings { user: "no-such-account".to_owned(), ..settings(place.path()) };
    assert!(refusal(nobody).await?.contains("no account named no-such-account"));
    let root = Settings { user: "root".to_owned(), ..settings(place.path()) };
    assert!(refusal(root).await?.contains("refuses to run as root"));

    start(settings(place.path())).await?.stop().await;
    let other = Settings { user: "nobody".to_owned(), ..settings(place.path()) };
    let message = refusal(other).await?;
    assert!(message.contains("chown -R nobody"), "{message}");
    Ok(())
}

/// Runs this file's tests again without root's rights.
#[test]
fn everything_works_for_an_ordinary_user() -> Outcome {
    if !is_root() {
        return Ok(());
    }
    // Where an ordinary user can read it: the build may be below /root.
    let place = place()?;
    let copy = place.path().join("tests");
    fs::copy(std::env::current_exe()?, &copy)?;
    let output = command_as("nobody", &copy)
        .arg(test_name(""))
        .env("HOME", "/nonexistent")
        .env_remove("TMPDIR")
        .env_remove("XDG_RUNTIME_DIR")
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("data_is_kept_from_one_start_to_the_next ... ok"), "{text}");
    Ok(())
}
