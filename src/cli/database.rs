//! The database that a command works on: the server of the settings, or the private one, which is
//! joined if it runs and started for the time of the command if not.

use std::process::ExitCode;

use sqlx::postgres::PgConnectOptions;

use super::{Failure, say};
use crate::config::Settings;
use crate::db;
use crate::private_postgres::{self, PrivatePostgres};

/// A pool, and the private server behind it if this process runs it.
pub struct Database {
    /// Connections.
    pub pool: db::Pool,
    private: Option<PrivatePostgres>,
}

impl Database {
    /// Opens the database of the settings, for a server: starts the private one if there is no other.
    ///
    /// # Errors
    /// When the private server cannot be started.
    pub async fn start(settings: &Settings) -> Result<Self, Failure> {
        if let Some(url) = &settings.database.url {
            return Ok(Self { pool: db::Pool::new(url.parse()?, settings.database.pool), private: None });
        }
        let private = private_postgres::start(private_settings(settings)).await?;
        let options = socket_options(private.socket_directory(), &private);
        Ok(Self { pool: db::Pool::new(options, settings.database.pool), private: Some(private) })
    }

    /// Opens it for one command as it is, up to date or not.
    ///
    /// # Errors
    /// When the private server cannot be started.
    pub async fn find(settings: &Settings) -> Result<Self, Failure> {
        if settings.database.url.is_none()
            && let Some(directory) = private_postgres::running(&private_settings(settings))
        {
            let options = PgConnectOptions::new_without_pgpass()
                .socket(directory)
                .port(5432)
                .username("loquet")
                .database("loquet");
            return Ok(Self { pool: db::Pool::new(options, settings.database.pool), private: None });
        }
        Self::start(settings).await
    }

    /// Opens it for one command, up to date.
    ///
    /// # Errors
    /// When it cannot be reached or brought up to date.
    pub async fn open(settings: &Settings) -> Result<Self, Failure> {
        let database = Self::find(settings).await?;
        match db::migrate(&database.pool).await {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await;
                Err(error.into())
            }
        }
    }

    /// Process ids of the private server, for measurements.
    #[must_use]
    pub fn private_pids(&self) -> Vec<u32> {
        self.private.as_ref().map(PrivatePostgres::pids).unwrap_or_default()
    }

    /// Closes the connections and stops the private server if this process runs it.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(private) = self.private {
            private.stop().await;
        }
    }
}

fn socket_options(directory: &std::path::Path, private: &PrivatePostgres) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(directory)
        .port(private.port())
        .username(private.user())
        .database(private.database())
}

fn private_settings(settings: &Settings) -> private_postgres::Settings {
    private_postgres::Settings {
        directory: settings.database.private_directory.clone(),
        bin_dir: settings.database.private_programs.clone(),
        user: settings.database.private_account.clone(),
    }
}

/// `loquet migrate`
pub async fn migrate(settings: &Settings) -> Result<ExitCode, Failure> {
    Database::open(settings).await?.close().await;
    say("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}
