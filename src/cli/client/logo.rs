//! `loquet client logo`

use std::path::PathBuf;

use clap::Args;
use sqlx::PgConnection;

use crate::cli::{Failure, say};
use crate::db::audit::Origin;
use crate::types::{Logo, PortraitError};

#[derive(Debug, Args)]
pub struct SetLogo {
    /// Its client id
    client_id: String,
    /// A PNG, JPEG or WebP picture
    #[arg(required_unless_present = "remove", conflicts_with = "remove")]
    file: Option<PathBuf>,
    /// Take the logo away
    #[arg(long)]
    remove: bool,
}

/// Gives a service a logo, and says so.
pub async fn run(options: SetLogo, connection: &mut PgConnection) -> Result<(), Failure> {
    let client = super::find(connection, &options.client_id).await?;
    let logo = options.file.as_deref().map(|file| {
        let told = |why: &str| Failure::new(format!("{}: {why}", file.display()));
        let bytes = std::fs::read(file).map_err(|error| told(&error.to_string()))?;
        Logo::of(&bytes).map_err(|error| {
            told(match error {
                PortraitError::Kind => "is no PNG, JPEG or WebP picture",
                PortraitError::Damaged => "cannot be read to its end",
                PortraitError::Pixels => "has too many pixels",
            })
        })
    });
    let logo = logo.transpose()?;
    let by = super::by(&Origin::default()).set_logo(connection, &client.client_id, logo.as_ref()).await;
    by.map_err(super::refused)?;
    say(format!("{} {}.", client.client_id, if logo.is_some() { "has its logo" } else { "has no logo any more" }));
    Ok(())
}
