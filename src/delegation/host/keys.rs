//! The keys that sign.

use crate::authz::administration::Act;
use crate::crypto::Algorithm;
use crate::db;
use crate::db::signing_keys::SealedKey;
use crate::delegation::{Desk, Refusal, Target};
use crate::directory::DirectoryError;
use crate::key_rotation::{self, Hand, Rotated, Rotation};

impl Desk<'_> {
    /// Those that are published.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn signing_keys(&self) -> Result<Vec<SealedKey>, Refusal> {
        self.administer(Act::Look, Target::Instance, async |connection| {
            Ok(db::signing_keys::load(connection, self.post.clock.now()).await?)
        })
        .await
    }

    /// Makes the next key of each algorithm.
    ///
    /// # Errors
    /// As the rule says; as PostgreSQL's, what the library says, and keys that this master key does not open:
    /// with another one than the server’s, it could not open the new ones.
    pub async fn rotate_keys(&self, rotation: Rotation) -> Result<Vec<(Algorithm, Rotated)>, Refusal> {
        self.administer(Act::RotateKeys, Target::Instance, async |connection| {
            let now = self.post.clock.now();
            for key in &db::signing_keys::load(connection, now).await? {
                key_rotation::open(key, self.post.vault).map_err(fault)?;
            }
            let hand = Hand { actor: self.actor.person(), origin: self.origin };
            let mut done = Vec::new();
            for algorithm in Algorithm::ALL {
                let rotated = key_rotation::rotate(connection, self.post.vault, algorithm, rotation, hand, now).await;
                done.push((algorithm, rotated.map_err(fault)?));
            }
            Ok(done)
        })
        .await
    }
}

fn fault(error: DirectoryError) -> Refusal {
    match error {
        DirectoryError::Database(error) => Refusal::Database(error),
        error @ DirectoryError::Key(_) => Refusal::Database(sqlx::Error::Decode(error.to_string().into())),
    }
}
