//! An authority of our own, and the certificates that it gives.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::processes::needs;

const CONFIGURATION: &str = "
[req]
distinguished_name = name
prompt = no
[name]
CN = $ENV::NAME
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:$ENV::HOST
";

/// Gone with its folder.
pub struct Authority {
    folder: TempDir,
}

/// A certificate and its key, as files in PEM.
#[derive(Debug, Clone)]
pub struct Certified {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Authority {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("loquet-authority-").tempdir().unwrap();
        std::fs::write(folder.path().join("configuration"), CONFIGURATION).unwrap();
        let authority = Self { folder };
        authority.make("authority", "authority", "", &[]);
        authority
    }

    /// Its own certificate.
    pub fn file(&self) -> &str {
        self.folder.path().join("authority.pem").to_str().unwrap().to_owned().leak()
    }

    /// A certificate for a host.
    pub fn certify(&self, host: &str) -> Certified {
        let own = self.folder.path().join("authority");
        let [certificate, key] = ["pem", "key"].map(|kind| own.with_extension(kind));
        self.make(host, "server", host, &["-CA".as_ref(), certificate.as_ref(), "-CAkey".as_ref(), key.as_ref()])
    }

    /// A certificate that vouches for itself.
    pub fn self_signed(&self, host: &str) -> Certified {
        self.make("self-signed", "server", host, &[])
    }

    fn make(&self, name: &str, extensions: &str, host: &str, signed_by: &[&Path]) -> Certified {
        let own = self.folder.path().join(name);
        let made = Certified { certificate: own.with_extension("pem"), key: own.with_extension("key") };
        let output = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"])
            .args(["-extensions", extensions, "-config"])
            .arg(self.folder.path().join("configuration"))
            .args(signed_by)
            .arg("-keyout")
            .arg(&made.key)
            .arg("-out")
            .arg(&made.certificate)
            .env("NAME", format!("{name} {}", self.folder.path().file_name().unwrap().display()))
            .env("HOST", host)
            .output();
        let output = needs(output, "openssl", "openssl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        made
    }
}
