//! Settings: every fault at once, and a sample that tells the truth.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use loquet::config::{Fault, Settings};
use loquet::crypto::Vault;

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Settings, Vec<Fault>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loquet.toml");
    std::fs::write(&file, text).unwrap();
    let environment: Vec<(String, String)> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::load(Some(&file), &environment).map(|(settings, _)| settings)
}

fn keys(faults: &[Fault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.key.as_str()).collect()
}

#[test]
fn every_fault_is_told_at_once_with_its_key_and_line() {
    let faults = load(
        "[server]\nissuer = \"http://sso.example.org/\"\nlisten = \"nowhere\"\nlisen = 1\n\n[passwords]\ncost = 31\n\n[mail]\nhost = \"smtp.example.org\"\nsecurity = \"none\"\n\n[surprise]\nx = 1\n",
        &[("LOQUET_TOKENS_ID_SECONDS", "10")],
    )
    .unwrap_err();
    let found = keys(&faults);
    for key in [
        "server.issuer",
        "server.listen",
        "server.lisen",
        "passwords.cost",
        "mail.from",
        "mail.security",
        "surprise.x",
        "tokens.id_seconds",
        "secrets.master_key_file",
    ] {
        assert!(found.contains(&key), "{key} in {found:?}");
    }
    let typo = faults.iter().find(|fault| fault.key == "server.lisen").unwrap();
    assert!(typo.place.ends_with("loquet.toml:4") && typo.reason.contains("server.listen"), "{typo}");
    let broken = load("[server\nissuer = 1", &[]).unwrap_err();
    assert!(broken[0].place.ends_with(":1"), "{}", broken[0]);
    let missing = Settings::load(Some(Path::new("/nonexistent.toml")), &[]).unwrap_err();
    assert!(missing[0].to_string().contains("/nonexistent.toml"), "{}", missing[0]);
}

#[test]
fn the_environment_comes_after_the_file() {
    let key = Vault::generate_master_key();
    let text = "[server]\nissuer = \"https://a.example\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n";
    let settings = load(
        text,
        &[
            ("LOQUET_SERVER_ISSUER", "https://b.example/x"),
            ("LOQUET_SECRETS_MASTER_KEY", &key),
            ("LOQUET_HOST_NAME", "Ça"),
            // A section of two words.
            ("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true"),
        ],
    )
    .unwrap();
    assert!(settings.dynamic_registration.enabled);
    assert_eq!((settings.server.issuer.as_str(), settings.host.name.as_str()), ("https://b.example/x", "Ça"));
    assert_eq!(settings.server.trusted_proxies.len(), 2);
    let unknown = load(text, &[("LOQUET_SECRETS_MASTER_KEY", &key), ("LOQUET_SERVER_ISUER", "x")]).unwrap_err();
    assert_eq!((unknown[0].key.as_str(), unknown[0].place.as_str()), ("server.isuer", "LOQUET_SERVER_ISUER"));
}

/// FA-37: a secret that everybody can read is refused; its value is never told.
#[test]
fn secrets_come_from_files_that_others_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let key = Vault::generate_master_key();
    std::fs::write(&file, format!("{}\n", key.as_str())).unwrap();
    let text =
        format!("[server]\nissuer = \"https://a.example\"\n[secrets]\nmaster_key_file = \"{}\"\n", file.display());
    for (mode, good) in [(0o644, false), (0o600, true), (0o640, true)] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(load(&text, &[]).is_ok(), good, "{mode:o}");
    }
    let both = load(&text, &[("LOQUET_SECRETS_MASTER_KEY", &key)]).unwrap_err();
    assert!(both.iter().all(|fault| !fault.to_string().contains(key.as_str())) && both[0].reason.contains("both"));
    let bad = load("[server]\nissuer = \"https://a.example\"\n[secrets]\nmaster_key = \"hunter2\"\n[database]\nurl = \"postgres:/hunter2\"\n", &[]).unwrap_err();
    assert!(bad.iter().all(|fault| !fault.to_string().contains("hunter2")), "{bad:?}");
    std::fs::write(&file, "").unwrap();
    assert!(load(&text, &[]).is_err(), "an empty secret");
}

#[test]
fn testing_switches_are_for_test_hosts() {
    let key = Vault::generate_master_key();
    let with = |issuer: &str| {
        let text = "[testing]\nunlimited = true\ncaptcha_steps = 5\n";
        load(text, &[("LOQUET_SERVER_ISSUER", issuer), ("LOQUET_SECRETS_MASTER_KEY", &key)])
    };
    let refused = with("https://sso.example.org").unwrap_err();
    assert_eq!(BTreeSet::from_iter(keys(&refused)), BTreeSet::from(["testing.captcha_steps", "testing.unlimited"]));
    for issuer in ["http://127.0.0.1:8080", "http://localhost:1", "https://sso.test"] {
        assert!(with(issuer).is_ok(), "{issuer}");
    }
}

/// The sample names every key, and what it shows as default is the default.
#[test]
fn the_sample_is_true() {
    let sample = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/loquet.sample.toml")).unwrap();
    let key = Vault::generate_master_key();
    let required = [
        ("LOQUET_SERVER_ISSUER".to_owned(), "https://sso.example.org".to_owned()),
        ("LOQUET_SECRETS_MASTER_KEY".to_owned(), key.as_str().to_owned()),
    ];
    let (_, in_force) = Settings::load(None, &required).unwrap();
    let mut section = String::new();
    let mut named = BTreeSet::new();
    for line in sample.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        }
        let Some((name, value)) = line.trim_start_matches('#').split_once('=') else { continue };
        if name.starts_with(' ') || !name.trim().bytes().all(|c| c.is_ascii_lowercase() || c == b'_') {
            continue;
        }
        let full = format!("{section}.{}", name.trim());
        if line.starts_with('#') {
            let shown = value.trim().trim_matches('"');
            let entry =
                in_force.iter().find(|entry| entry.key == full).unwrap_or_else(|| panic!("{full} is not a setting"));
            let default = match shown {
                "" => "(not set)",
                "[]" => "(empty)",
                other => other,
            };
            assert_eq!(entry.value, default, "{full}");
        }
        // The file of a secret, or a setting that is a file.
        let is_setting = in_force.iter().any(|entry| entry.key == full);
        named.insert(if is_setting { full } else { full.trim_end_matches("_file").to_owned() });
    }
    let existing: BTreeSet<String> = in_force.iter().map(|entry| entry.key.clone()).collect();
    assert_eq!(named, existing);
}
