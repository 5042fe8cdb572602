//! The layout keeps its reasons: dependencies go down, SQL has one folder, rules are pure, files are
//! short.

use std::path::{Path, PathBuf};

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

/// `src/db/users.rs` → `db`.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The text before the unit tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

#[test]
fn dependencies_go_down() {
    // What each module must not use.
    let forbidden: [(&str, &[&str]); 18] = [
        (
            "types",
            &[
                "account",
                "oidc",
                "http",
                "db",
                "mail",
                "app",
                "cli",
                "routes",
                "authn",
                "authz",
                "config",
                "crypto",
                "directory",
                "import",
                "i18n",
                "jobs",
                "paths",
            ],
        ),
        (
            "crypto",
            &[
                "account",
                "oidc",
                "http",
                "db",
                "mail",
                "app",
                "cli",
                "routes",
                "authn",
                "authz",
                "config",
                "directory",
                "import",
                "types",
            ],
        ),
        ("authz", &["account", "oidc", "claims", "http", "db", "mail", "app", "cli", "routes", "config"]),
        ("claims", &["account", "oidc", "http", "mail", "app", "cli", "routes", "import"]),
        ("authn", &["account", "oidc", "http", "db", "mail", "app", "cli", "routes", "config"]),
        ("db", &["account", "oidc", "claims", "http", "mail", "app", "cli", "routes", "config"]),
        ("mail", &["account", "oidc", "http", "app", "cli", "routes"]),
        ("i18n", &["account", "oidc", "http", "db", "mail", "app", "cli", "routes"]),
        (
            "private_postgres",
            &[
                "account", "oidc", "http", "db", "mail", "app", "cli", "routes", "config", "authn", "authz", "crypto",
                "types",
            ],
        ),
        ("import", &["account", "oidc", "http", "mail", "app", "cli", "routes"]),
        ("clients", &["account", "admin", "api", "organization", "oidc", "http", "app", "cli", "routes", "delegation"]),
        ("http", &["account", "admin", "api", "organization", "oidc", "delegation", "cli", "routes", "import"]),
        ("delegation", &["account", "admin", "api", "organization", "oidc", "http", "app", "cli", "routes", "import"]),
        ("account", &["admin", "api", "organization", "oidc", "cli", "routes", "import"]),
        ("organization", &["account", "admin", "api", "oidc", "cli", "routes", "import"]),
        // An import is a page of administrators, and an operation of theirs.
        ("admin", &["account", "api", "organization", "oidc", "cli", "routes"]),
        ("api", &["account", "admin", "organization", "oidc", "cli", "routes"]),
        ("oidc", &["account", "admin", "api", "organization", "cli", "routes", "import"]),
    ];
    for (path, text) in sources() {
        let Some((_, banned)) = forbidden.iter().find(|(name, _)| *name == module(&path)) else { continue };
        for name in *banned {
            assert!(!code(&text).contains(&format!("crate::{name}::")), "{} uses crate::{name}", path.display());
        }
    }
}

#[test]
fn sql_has_one_folder() {
    for (path, text) in sources() {
        if module(&path) != "db" {
            for mark in ["sqlx::query", "SELECT ", "INSERT INTO", "DELETE FROM"] {
                assert!(!code(&text).contains(mark), "{} holds SQL ({mark})", path.display());
            }
        }
    }
}

#[test]
fn rules_are_pure() {
    let pure = [
        "authz/",
        "authn/password.rs",
        "authn/proof_of_work.rs",
        "authn/signed_form.rs",
        "authn/recovery_code.rs",
        "authn/throttle.rs",
        "authn/totp.rs",
        "cli/doctor/finding.rs",
        "cli/doctor/rules.rs",
        "cli/doctor/surroundings.rs",
        "oidc/next_step.rs",
        "oidc/authorization_checks.rs",
        "oidc/authorization_request.rs",
        "clients/claim_rules.rs",
        "clients/rules.rs",
        "clients/recipe.rs",
        "oidc/lives.rs",
        "outgoing/address.rs",
        "oidc/pkce.rs",
        "claims.rs",
        "claims/told.rs",
        "types/",
    ];
    for (path, text) in sources() {
        let name = path.to_str().unwrap();
        if pure.iter().any(|part| name.contains(&format!("src/{part}"))) {
            for mark in ["actix_web", "sqlx::", "Clock", "Utc::now"] {
                assert!(!code(&text).contains(mark), "{name} is not pure ({mark})");
            }
        }
    }
}

#[test]
fn files_are_short() {
    let mut lengths: Vec<(usize, PathBuf)> =
        sources().into_iter().map(|(path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    let (longest, path) = lengths.last().unwrap();
    assert!(*longest <= 500, "{} has {longest} lines", path.display());
    assert!(lengths[lengths.len() / 2].0 <= 140, "median {}", lengths[lengths.len() / 2].0);
    assert!(lengths[lengths.len() * 9 / 10].0 <= 350, "ninth decile {}", lengths[lengths.len() * 9 / 10].0);
}
