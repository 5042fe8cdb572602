//! Inviting people to an organization. Whoever invites never learns whether an address has an account.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{Clash, Cursor, Refusal, Work};
use crate::authz::delegation::{Deed, Standing};
use crate::crypto::Plain;
use crate::db;
use crate::db::audit::Kind;
use crate::db::invitations::{Grant, NewInvitation, Renewal, Sent};
use crate::post::INVITATION;
use crate::types::{Email, Role, masked_email};

/// Of the links, as of all links of mails.
const PREFIX: &str = "lqt_ml_";
/// Over which invitations are counted.
const DAY: TimeDelta = TimeDelta::hours(24);

/// A page of invitations.
#[derive(Debug)]
pub struct Invitations {
    /// By address.
    pub invitations: Vec<Sent>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Work<'_> {
    /// Invitations that were not accepted, by address.
    ///
    /// # Errors
    /// As the rule says; a cursor of another list.
    pub async fn invitations(&mut self, cursor: Option<&str>, count: i64) -> Result<Invitations, Refusal> {
        self.must(Deed::SeePeople)?;
        let caller = self.desk.actor.person().unwrap_or_default();
        let bounds: [&[u8]; 3] = [b"invitations", self.place.id.as_bytes(), caller.as_bytes()];
        let cursors = Cursor::new(self.desk.post.vault, &bounds);
        let after = cursor.map(|cursor| cursors.open(cursor)).transpose()?;
        let count = count.clamp(1, super::members::MOST);
        let found =
            db::invitations::list(self.connection, self.place.id, self.now, after.as_deref(), count + 1).await?;
        let (invitations, next) = super::cursor::page(found, count, |last| cursors.seal(&last.cursor()));
        Ok(Invitations { invitations, next })
    }

    /// One of them.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for one of another organization.
    pub async fn invitation(&mut self, id: Uuid) -> Result<Sent, Refusal> {
        self.must(Deed::SeePeople)?;
        self.find_invitation(id).await
    }

    async fn find_invitation(&mut self, id: Uuid) -> Result<Sent, Refusal> {
        let found = db::invitations::find(self.connection, self.place.id, id, self.now).await?;
        found.ok_or(Refusal::Hidden)
    }

    /// Invites an address, with the accesses that whoever accepts will have. An earlier invitation of that
    /// address here becomes this one.
    ///
    /// # Errors
    /// As the rule says; [`Clash::AlreadyMember`]; [`Refusal::Hidden`] for a service that the organization
    /// does not have; [`Refusal::TooMany`] (OR-25).
    pub async fn invite(&mut self, email: &Email, role: Role, grants: &[Grant]) -> Result<Sent, Refusal> {
        self.must(Deed::Invite)?;
        let grants = self.settle_grants(grants).await?;
        if db::members::has_address(self.connection, self.place.id, &email.key()).await? {
            return Err(Refusal::Clash(Clash::AlreadyMember));
        }
        self.within_quota(email).await?;
        let token = Plain::random(PREFIX);
        let (created_by, by_host) = self.inviter();
        let invitation = NewInvitation {
            organization: self.place.id,
            email,
            referent: role == Role::Referent,
            grants: &grants,
            token: token.hashed(),
            created_by,
            by_host,
            expires_at: self.now + INVITATION,
        };
        let id = db::invitations::insert(self.connection, &invitation, self.now).await?;
        self.desk.post.invitation(self.connection, id, &token).await?;
        self.journal_invitation(Kind::Invited, id, email.as_str(), role, &grants).await?;
        self.find_invitation(id).await
    }

    /// Changes what an invitation gives; its link stays good and no mail is sent.
    ///
    /// # Errors
    /// As for [`Self::invite`]; [`Clash::AlreadyAnswered`].
    pub async fn change_invitation(&mut self, id: Uuid, role: Role, grants: &[Grant]) -> Result<Sent, Refusal> {
        self.must(Deed::Invite)?;
        let before = self.find_invitation(id).await?;
        let grants = self.settle_grants(grants).await?;
        let (referent, by) = (role == Role::Referent, self.inviter());
        if !db::invitations::change(self.connection, self.place.id, id, referent, &grants, by).await? {
            return Err(Refusal::Clash(Clash::AlreadyAnswered));
        }
        self.journal_invitation(Kind::InvitationChanged, id, &before.email, role, &grants).await?;
        self.find_invitation(id).await
    }

    /// Sends an invitation again, by a new link: the former is worth nothing.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for one of another organization; [`Refusal::TooMany`].
    pub async fn resend(&mut self, id: Uuid) -> Result<Sent, Refusal> {
        self.must(Deed::Invite)?;
        let before = self.find_invitation(id).await?;
        let email = Email::parse(&before.email).map_err(|_| Refusal::Hidden)?;
        // A member of today must not send in their name what an administrator of yesterday gave.
        let grants = self.settle_grants(&before.grants).await?;
        self.within_quota(&email).await?;
        let token = Plain::random(PREFIX);
        let (created_by, by_host) = self.inviter();
        let renewal = Renewal { token: token.hashed(), created_by, by_host, expires_at: self.now + INVITATION };
        if !db::invitations::renew(self.connection, self.place.id, id, &renewal, self.now).await? {
            return Err(Refusal::Clash(Clash::AlreadyAnswered));
        }
        self.desk.post.invitation(self.connection, id, &token).await?;
        let role = if before.referent { Role::Referent } else { Role::Member };
        self.journal_invitation(Kind::InvitedAgain, id, &before.email, role, &grants).await?;
        self.find_invitation(id).await
    }

    /// Takes an invitation back: its link is worth nothing.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for one of another organization.
    pub async fn withdraw_invitation(&mut self, id: Uuid) -> Result<(), Refusal> {
        self.must(Deed::Invite)?;
        let sent = self.find_invitation(id).await?;
        db::invitations::withdraw(self.connection, self.place.id, id, self.now).await?;
        let details = json!({ "invitation": id, "email": masked_email(&sent.email) });
        self.journal(Kind::InvitationWithdrawn, None, None, details).await
    }

    /// Who invites, and whether it is the host: what the host invites stands whoever leaves.
    fn inviter(&self) -> (Option<Uuid>, bool) {
        (self.desk.actor.person(), self.place.standing == Standing::Administrator)
    }

    /// Services that the organization has and roles that this actor may give, or nothing at all.
    async fn settle_grants(&mut self, grants: &[Grant]) -> Result<Vec<Grant>, Refusal> {
        let mut settled: Vec<Grant> = Vec::new();
        if grants.is_empty() {
            return Ok(settled);
        }
        let services = db::attachments::list(self.connection, self.place.id, None).await?;
        for (client_id, roles) in grants {
            if settled.iter().any(|(other, _)| other == client_id) {
                return Err(Refusal::invalid("client_id", "repeated", client_id));
            }
            let service = services.iter().find(|service| service.client_id == *client_id).ok_or(Refusal::Hidden)?;
            settled.push((client_id.clone(), self.settle_roles(service, roles, &[])?));
        }
        settled.sort();
        Ok(settled)
    }

    async fn within_quota(&mut self, email: &Email) -> Result<(), Refusal> {
        let most = self.desk.post.settings.organizations.invitations_per_day;
        let sent = db::invitations::sendings(self.connection, self.place.id, email, self.now).await?;
        if sent.address > 0 || sent.organization >= most {
            return Err(Refusal::TooMany(self.now + DAY));
        }
        Ok(())
    }

    async fn journal_invitation(
        &mut self,
        kind: Kind,
        id: Uuid,
        email: &str,
        role: Role,
        grants: &[Grant],
    ) -> Result<(), Refusal> {
        let services: serde_json::Map<_, _> =
            grants.iter().map(|(client, roles)| (client.clone(), json!(roles))).collect();
        let details = json!({
            "invitation": id, "email": masked_email(email), "role": role.as_str(), "services": services,
        });
        self.journal(kind, None, None, details).await
    }
}
