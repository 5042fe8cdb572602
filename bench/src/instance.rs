//! A Loquet of our own: a folder, its settings, the server and its private PostgreSQL.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;

/// Longest that a start or a stop may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The folder of a run: removed at its end.
pub struct Workplace {
    pub path: PathBuf,
    keep: bool,
}

impl Workplace {
    /// In `/var/tmp`: on a disk, and open to the account that runs PostgreSQL.
    pub fn new(keep: bool) -> Result<Self, Failure> {
        let path = PathBuf::from(format!("/var/tmp/loquet-bench-{}", std::process::id()));
        fs::create_dir(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o711))?;
        Ok(Self { path, keep })
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// An installation, running or not.
pub struct Instance {
    program: PathBuf,
    pub folder: PathBuf,
    settings: PathBuf,
    pub address: SocketAddr,
    server: Option<Child>,
}

impl Instance {
    /// A new one in a folder of its own; nothing runs yet. `settings` are those of the command line.
    pub fn new(program: &Path, folder: PathBuf, settings: &[(String, String)]) -> Result<Self, Failure> {
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o711))?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let quoted = |text: &str| format!("\"{text}\"");
        let mut all = vec![
            ("server.issuer", quoted(&format!("http://{address}"))),
            ("server.listen", quoted(&address.to_string())),
            ("server.shutdown_timeout", "5".to_owned()),
            ("database.private_directory", quoted(&folder.join("postgres").display().to_string())),
            ("secrets.master_key_file", quoted(&folder.join("master.key").display().to_string())),
            // Codes and access tokens are made in one measurement and used in the next.
            ("tokens.code_seconds", "600".to_owned()),
            ("tokens.access_seconds", "3600".to_owned()),
            ("testing.unlimited", "true".to_owned()),
        ];
        for (key, value) in settings {
            all.retain(|(other, _)| other != key);
            all.push((key, value.clone()));
        }
        // One table each: the keys of a TOML file may be dotted.
        let text: String = all.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        let instance =
            Self { program: program.to_owned(), settings: folder.join("loquet.toml"), folder, address, server: None };
        fs::write(&instance.settings, text)?;
        instance.run(&["master-key", &instance.folder.join("master.key").display().to_string()])?;
        Ok(instance)
    }

    /// Another server of this installation, beside the one that runs and on its PostgreSQL; not started yet.
    pub fn replica(&self) -> Result<Self, Failure> {
        let folder = self.folder.join("replica");
        fs::create_dir(&folder)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let run = self.folder.join("postgres/run");
        let text: String = fs::read_to_string(&self.settings)?
            .lines()
            .filter(|line| !line.starts_with("server.listen") && !line.starts_with("database.private"))
            .map(|line| format!("{line}\n"))
            .collect();
        let own = format!(
            "server.listen = \"{address}\"\ndatabase.url = \"postgres://loquet@localhost/loquet?host={}&port=5432\"\n",
            run.display()
        );
        let replica =
            Self { program: self.program.clone(), settings: folder.join("loquet.toml"), folder, address, server: None };
        fs::write(&replica.settings, text + &own)?;
        // It holds what would open a database elsewhere.
        fs::set_permissions(&replica.settings, fs::Permissions::from_mode(0o600))?;
        Ok(replica)
    }

    /// A command of Loquet, with this installation's settings and nobody's environment.
    pub fn command(&self, arguments: &[&str]) -> Result<Command, Failure> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.settings).args(arguments).stdin(Stdio::null()).stderr(log);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LOQUET_")) {
            command.env_remove(name);
        }
        Ok(command)
    }

    /// Where its processes write their log.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Runs a command to its end; what it printed.
    pub fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.command(arguments)?.stdout(Stdio::piped()).output()?;
        if !output.status.success() {
            return Err(format!("loquet {}: {}; see {}", arguments.join(" "), output.status, self.log().display()).into());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts the server; how long until it says that it is ready.
    pub fn start(&mut self) -> Result<Duration, Failure> {
        let begin = Instant::now();
        self.server = Some(self.command(&["serve"])?.stdout(Stdio::null()).spawn()?);
        while begin.elapsed() < PATIENCE {
            if self.is_ready() {
                return Ok(begin.elapsed());
            }
            if let Some(server) = &mut self.server
                && let Some(status) = server.try_wait()?
            {
                return Err(format!("the server ended ({status}); see {}", self.log().display()).into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(format!("the server is not ready; see {}", self.log().display()).into())
    }

    fn is_ready(&self) -> bool {
        let ask = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")?;
            let mut start = [0; 12];
            stream.read_exact(&mut start)?;
            Ok(start.ends_with(b"200"))
        };
        ask().unwrap_or(false)
    }

    /// The server's process; none when it does not run.
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// The first process of the private PostgreSQL, whoever started it.
    pub fn postmaster(&self) -> Option<u32> {
        postmaster(&self.folder)
    }

    /// Stops the server as an operator would, and waits.
    pub fn stop(&mut self) -> Result<(), Failure> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        let _ = Command::new("kill").arg(server.id().to_string()).status();
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if server.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        server.kill()?;
        server.wait()?;
        Err("the server did not stop in time: killed".into())
    }

    /// Asks the private PostgreSQL; columns are separated by `|`, rows by line ends.
    pub fn sql(&self, statement: &str) -> Result<String, Failure> {
        let output = Command::new("psql")
            .args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-p", "5432", "-U", "loquet", "-d", "loquet"])
            .arg("-h")
            .arg(self.folder.join("postgres/run"))
            .args(["-c", statement])
            .output()?;
        if !output.status.success() {
            return Err(format!("psql: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs a file of `sql/` of this crate, with these variables.
    pub fn sql_file(&self, name: &str, variables: &[(&str, String)]) -> Result<(), Failure> {
        let mut command = Command::new("psql");
        command.args(["-X", "-q", "-p", "5432", "-U", "loquet", "-d", "loquet", "-h"]).arg(self.folder.join("postgres/run"));
        for (name, value) in variables {
            command.arg("-v").arg(format!("{name}={value}"));
        }
        let output = command.arg("-f").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("sql").join(name)).output()?;
        if !output.status.success() {
            return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
        }
        Ok(())
    }

    /// Bytes of journal written so far.
    pub fn journal(&self) -> Result<f64, Failure> {
        Ok(self.sql("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")?.parse()?)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Err(failure) = self.stop() {
            eprintln!("{failure}");
        }
    }
}

/// The first process of the PostgreSQL in an installation's folder.
pub fn postmaster(folder: &Path) -> Option<u32> {
    let text = fs::read_to_string(folder.join("postgres/data/postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}
