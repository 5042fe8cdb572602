//! A list against what is there: shown, then applied.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::{Refusal, Version, Work};
use super::parse::parse;
use super::plan::plan;
use super::steps::{Plan, Planned, Present, Step};
use super::write::write;
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::audit::Kind;
use crate::db::members::{Member, Search};
use crate::types::{Email, Role};

/// What a list has changed.
#[derive(Debug)]
pub struct Applied {
    /// What was done, and what could not be.
    pub plan: Plan,
}

impl Work<'_> {
    /// What a list would change. Nothing does.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Invalid`] for what is no list.
    pub async fn preview_list(&mut self, text: &str, complete: bool) -> Result<Plan, Refusal> {
        self.must(Deed::Invite)?;
        self.must(Deed::Grant { delegable: true })?;
        let lines = parse(text)?;
        Ok(plan(&lines, &self.present().await?, complete))
    }

    /// Does what [`Self::preview_list`] showed: all its steps or none. `seen`: the digest of what was shown;
    /// none: whatever it is now.
    ///
    /// # Errors
    /// As for the preview; [`Refusal::Stale`] when it would be something else by now.
    pub async fn apply_list(&mut self, text: &str, complete: bool, seen: Option<&Version>) -> Result<Applied, Refusal> {
        let plan = self.preview_list(text, complete).await?;
        plan.digest.must_be(seen)?;
        // New referents first: the last of the old ones may become a member.
        let (first, rest): (Vec<&Planned>, Vec<&Planned>) = plan
            .steps
            .iter()
            .partition(|planned| matches!(planned.step, Step::Change { role: Some(Role::Referent), .. }));
        let mut referents = Vec::new();
        for planned in first.into_iter().chain(rest) {
            referents.extend(self.take(planned).await?);
        }
        if !referents.is_empty() {
            self.tell_of_referents(&referents).await?;
        }
        if !plan.steps.is_empty() {
            let count = |wanted: fn(&Step) -> bool| plan.steps.iter().filter(|planned| wanted(&planned.step)).count();
            let details = json!({
                "invited": count(|step| matches!(step, Step::Invite { .. })),
                "changed": count(|step| matches!(step, Step::Change { .. } | Step::ChangeInvitation { .. })),
                "removed": count(|step| matches!(step, Step::Remove { .. })),
                "withdrawn": count(|step| matches!(step, Step::Withdraw { .. })),
                "refused": plan.refused.len(),
            });
            self.journal(Kind::ListApplied, None, None, details).await?;
        }
        Ok(Applied { plan })
    }

    /// The list of today, as CSV. The journal keeps who took it away.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn export_list(&mut self) -> Result<String, Refusal> {
        self.must(Deed::SeePeople)?;
        let members = db::members::list(self.connection, self.place.id, &Search::ALL).await?;
        let invitations = db::invitations::list(self.connection, self.place.id, self.now, None, i64::MAX).await?;
        self.journal(Kind::MembersExported, None, None, json!({ "members": members.len() })).await?;
        write(&members, &invitations).map_err(|error| sqlx::Error::Encode(error.into()).into())
    }

    /// Whoever becomes a referent by it has not been told of.
    async fn take(&mut self, planned: &Planned) -> Result<Option<Member>, Refusal> {
        match &planned.step {
            Step::Invite { role, grants } => {
                let email = Email::parse(&planned.email).map_err(|_| Refusal::Stale)?;
                self.invite(&email, *role, grants).await?;
            }
            Step::ChangeInvitation { id, role, grants } => {
                self.change_invitation(*id, *role, grants).await?;
            }
            Step::Change { member, role, give, take } => {
                for service in take {
                    self.withdraw(*member, service, None).await?;
                }
                for (service, roles) in give {
                    self.grant(*member, service, roles, None).await?;
                }
                if let Some(role) = role {
                    let changed = self.set_role(*member, *role, None).await?;
                    return Ok(changed.filter(|_| *role == Role::Referent));
                }
            }
            Step::Remove { member } => {
                self.remove_member(*member, None).await?;
            }
            Step::Withdraw { id } => self.withdraw_invitation(*id).await?,
        }
        Ok(None)
    }

    async fn present(&mut self) -> Result<Present, Refusal> {
        let (organization, now) = (self.place.id, self.now);
        let most = self.desk.post.settings.organizations.invitations_per_day;
        let (invited, sent) = db::invitations::sent_lately(self.connection, organization, now).await?;
        Ok(Present {
            members: db::members::list(self.connection, organization, &Search::ALL).await?,
            invitations: db::invitations::list(self.connection, organization, now, None, i64::MAX).await?,
            services: db::attachments::list(self.connection, organization, None).await?,
            invited_lately: invited.into_iter().collect::<BTreeSet<_>>(),
            quota: usize::try_from(most - sent).unwrap_or_default(),
            standing: self.place.standing,
            active: self.place.active,
            actor: self.desk.actor.person(),
        })
    }
}
