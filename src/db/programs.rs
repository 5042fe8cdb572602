//! How PostgreSQL's own programs reach the database: through their environment, which only the account that runs
//! them can read, unlike arguments (AD-09).

use std::ffi::OsString;

use sqlx::postgres::PgConnectOptions;
use url::Url;

/// The variables of libpq that lead to the database of these options, and of the address that they were read from:
/// a password and the files of TLS are told by nothing else. They may be secret.
#[must_use]
pub fn environment(options: &PgConnectOptions, address: Option<&str>) -> Vec<(&'static str, OsString)> {
    let host = match options.get_socket() {
        Some(socket) => socket.clone().into_os_string(),
        None => options.get_host().into(),
    };
    let mut variables = vec![
        ("PGHOST", host),
        ("PGPORT", options.get_port().to_string().into()),
        ("PGUSER", options.get_username().into()),
        // As PostgreSQL itself has it.
        ("PGDATABASE", options.get_database().unwrap_or(options.get_username()).into()),
        ("PGCONNECT_TIMEOUT", "10".into()),
    ];
    let Some(url) = address.and_then(|address| Url::parse(address).ok()) else { return variables };
    if let Some(password) = url.password() {
        let password = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
        variables.push(("PGPASSWORD", password.into()));
    }
    for (key, value) in url.query_pairs() {
        let name = match &*key {
            "password" => "PGPASSWORD",
            "sslmode" | "ssl-mode" => "PGSSLMODE",
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
            "sslcert" | "ssl-cert" => "PGSSLCERT",
            "sslkey" | "ssl-key" => "PGSSLKEY",
            _ => continue,
        };
        variables.push((name, value.into_owned().into()));
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(url: &str, name: &str) -> Option<String> {
        let options: PgConnectOptions = url.parse().unwrap();
        let found = environment(&options, Some(url)).into_iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| value.into_string().unwrap())
    }

    #[test]
    fn every_way_of_saying_where() {
        let far = "postgres://lo%40quet:p%2Fa%20s@db.example:6432/sso?sslmode=verify-full&sslrootcert=/etc/ca.pem";
        for (name, value) in [
            ("PGSSLROOTCERT", "/etc/ca.pem"),
            ("PGHOST", "db.example"),
            ("PGPORT", "6432"),
            ("PGUSER", "lo@quet"),
            ("PGPASSWORD", "p/a s"),
            ("PGDATABASE", "sso"),
            ("PGSSLMODE", "verify-full"),
        ] {
            assert_eq!(named(far, name).as_deref(), Some(value), "{name}");
        }
        let near = "postgres://postgres@localhost/loquet?host=/run/x";
        assert_eq!(named(near, "PGHOST").as_deref(), Some("/run/x"));
        assert_eq!(named("postgres://me@localhost", "PGDATABASE").as_deref(), Some("me"));
    }
}
