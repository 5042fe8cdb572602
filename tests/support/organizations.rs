//! Organizations and invitations, written straight into the database.

use chrono::TimeDelta;
use loquet::crypto::Plain;
use loquet::db;
use loquet::db::invitations::{Grant, NewInvitation};
use loquet::types::Email;
use uuid::Uuid;

use super::Server;
use super::people::Person;

impl Server {
    /// An organization («Maison …») of these people, referents or not.
    pub async fn organization(&self, slug: &str, members: &[(&Person, bool)]) -> Uuid {
        let now = self.state.clock.now();
        let mut connection = self.state.pool.acquire().await.unwrap();
        let name = format!("Maison {slug}");
        let id = db::organizations::ensure_organization(&mut connection, slug, &name, now).await.unwrap();
        for (member, referent) in members {
            db::organizations::add_member(&mut connection, id, member.id, *referent, now).await.unwrap();
        }
        id
    }

    /// Opens a service to an organization.
    pub async fn attach(&self, organization: Uuid, client_id: &str, all_members: bool) {
        let mut connection = self.state.pool.acquire().await.unwrap();
        db::organizations::attach(&mut connection, organization, client_id, all_members).await.unwrap();
    }

    /// Invites an address, for seven days: by the host, or by a referent. The token of the link.
    pub async fn invite(
        &self,
        organization: Uuid,
        address: &str,
        referent: bool,
        by: Option<&Person>,
        grants: &[Grant],
    ) -> Plain {
        let (token, now) = (Plain::random("lqt_ml_"), self.state.clock.now());
        let invitation = NewInvitation {
            organization,
            email: &Email::parse(address).unwrap(),
            referent,
            grants,
            token: token.hashed(),
            created_by: by.map(|person| person.id),
            by_host: by.is_none(),
            expires_at: now + TimeDelta::days(7),
        };
        let mut connection = self.state.pool.acquire().await.unwrap();
        db::invitations::insert(&mut connection, &invitation, now).await.unwrap();
        token
    }
}

/// The path of that link.
pub fn invitation(token: &Plain) -> String {
    format!("/invitation/{}", token.reveal())
}
