//! Apache with `mod_auth_openidc`, on a free port, configured in a folder of its own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::processes::{Process, needs};

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// What is shown of a person, by name of the variable and of the element that holds it.
const VARIABLES: [&str; 12] = [
    "REMOTE_USER",
    "OIDC_CLAIM_sub",
    "OIDC_CLAIM_iss",
    "OIDC_CLAIM_nonce",
    "OIDC_CLAIM_sid",
    "OIDC_CLAIM_preferred_username",
    "OIDC_CLAIM_name",
    "OIDC_CLAIM_email",
    "OIDC_CLAIM_email_verified",
    "OIDC_CLAIM_groups",
    "OIDC_CLAIM_roles",
    "OIDC_access_token",
];

/// A running server; stopped with it.
pub struct Httpd {
    /// Its address. A host of its own: cookies do not tell ports apart.
    pub url: String,
    _process: Process,
    folder: TempDir,
}

impl Httpd {
    /// Starts it with these settings of `mod_auth_openidc`.
    pub fn start(port: u16, settings: &str) -> Self {
        needs(std::fs::metadata(PROGRAM), PROGRAM, "apache2");
        let module = format!("{MODULES}/mod_auth_openidc.so");
        needs(std::fs::metadata(&module), &module, "libapache2-mod-auth-openidc");
        let folder = tempfile::Builder::new().prefix("loquet-httpd-").tempdir().unwrap();
        // Started as root it reads its pages as somebody else.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let pages = folder.path().join("pages");
        for page in ["members", "staff", "fresh"] {
            std::fs::create_dir_all(pages.join(page)).unwrap();
            std::fs::write(pages.join(page).join("index.shtml"), page_of_variables()).unwrap();
        }
        let configuration = folder.path().join("httpd.conf");
        std::fs::write(&configuration, configuration_of(folder.path(), port, settings)).unwrap();
        // -X: one process, in the foreground, so that nothing outlives the test.
        let child = Command::new(PROGRAM)
            .args(["-X", "-d"])
            .arg(folder.path())
            .arg("-f")
            .arg(&configuration)
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("stderr")).unwrap())
            .spawn();
        let mut process = Process { child: needs(child, PROGRAM, "apache2"), leader: false };
        process.wait_for(port, || log_in(folder.path()));
        Self { url: format!("http://localhost:{port}"), _process: process, folder }
    }

    /// What it complained of.
    pub fn log(&self) -> String {
        log_in(self.folder.path())
    }
}

fn log_in(folder: &Path) -> String {
    ["stderr", "error.log"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap_or_default()).concat()
}

fn page_of_variables() -> String {
    let show = |name: &str| format!("<p id=\"{name}\"><!--#echo var=\"{name}\" --></p>\n");
    format!("<!doctype html>\n<title>Who</title>\n{}", VARIABLES.map(show).concat())
}

fn configuration_of(folder: &Path, port: u16, settings: &str) -> String {
    let folder = folder.display();
    let modules = ["mpm_event", "mime", "dir", "include", "authn_core", "authz_core", "authz_user", "auth_openidc"];
    let modules = modules.map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n")).concat();
    let account = if rustix::process::geteuid().is_root() { "User www-data\nGroup www-data" } else { "" };
    format!(
        r"{modules}{account}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/httpd.pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
DocumentRoot {folder}/pages
TypesConfig /dev/null
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
DirectoryIndex index.shtml
<Directory {folder}/pages>
    Options +Includes
    Require all granted
</Directory>
{settings}"
    )
}
