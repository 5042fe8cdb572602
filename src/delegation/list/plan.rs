//! What a list changes, compared with what is there. Pure.

use std::collections::BTreeMap;

use super::super::Version;
use super::parse::{Entry, Line};
use super::steps::{Plan, Planned, Present, Refused, Step};
use crate::authz::delegation::{Deed, Standing, Verdict, Why, rule};
use crate::db::invitations::{Grant, Sent, State};
use crate::db::members::Member;
use crate::types::Role;

/// Compares. `complete`: whoever is not in the list goes.
#[must_use]
pub fn plan(lines: &[Line], present: &Present, complete: bool) -> Plan {
    let members = present.members.iter().map(|member| (member.email.to_ascii_lowercase(), member));
    let invitations = present.invitations.iter().map(|sent| (sent.email.to_ascii_lowercase(), sent));
    let mut work = Planning {
        present,
        members: members.collect(),
        invitations: invitations.collect(),
        steps: Vec::new(),
        refused: Vec::new(),
        unchanged: 0,
        invited: 0,
    };
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines {
        let planned = line.entry.clone().and_then(|entry| {
            if seen.insert(entry.email.key(), line.number).is_some() {
                return Err(("email", "repeated"));
            }
            work.entry(&entry)
        });
        match planned {
            Ok(Some((name, step))) => {
                work.steps.push(Planned { line: Some(line.number), email: line.email.clone(), name, step });
            }
            Ok(None) => work.unchanged += 1,
            Err((field, problem)) => {
                // Whoever stands on a line that is wrong is in the list all the same.
                seen.insert(line.email.to_ascii_lowercase(), line.number);
                work.refused.push(Refused { line: Some(line.number), email: line.email.clone(), field, problem });
            }
        }
    }
    if complete {
        work.leave_out(&seen);
    }
    work.keep_a_referent();
    let digest = Version::of(&work.steps.iter().map(|planned| format!("{planned:?}")).collect::<Vec<_>>());
    Plan { steps: work.steps, unchanged: work.unchanged, refused: work.refused, digest }
}

struct Planning<'a> {
    present: &'a Present,
    /// By address, in lower case.
    members: BTreeMap<String, &'a Member>,
    /// By address, in lower case.
    invitations: BTreeMap<String, &'a Sent>,
    steps: Vec<Planned>,
    refused: Vec<Refused>,
    unchanged: usize,
    invited: usize,
}

type Wrong = (&'static str, &'static str);

impl Planning<'_> {
    fn entry(&mut self, entry: &Entry) -> Result<Option<(Option<String>, Step)>, Wrong> {
        let key = entry.email.key();
        if let Some(grants) = &entry.grants {
            for grant in grants {
                self.check_grant(grant)?;
            }
        }
        if let Some(member) = self.members.get(&key).copied() {
            let step = self.change(member, entry)?;
            return Ok(step.map(|step| (Some(member.name.clone()), step)));
        }
        match self.invitations.get(&key).copied() {
            Some(Sent { state: State::Declined, .. }) => Err(("email", "declined")),
            Some(invitation) if invitation.state == State::Pending => {
                let before = if invitation.referent { Role::Referent } else { Role::Member };
                let role = entry.role.unwrap_or(before);
                let grants = entry.grants.clone().unwrap_or_else(|| invitation.grants.clone());
                self.check_roles(&grants, &invitation.grants)?;
                let same = (role, &grants) == (before, &invitation.grants);
                Ok((!same).then_some((None, Step::ChangeInvitation { id: invitation.id, role, grants })))
            }
            _ => {
                let grants = entry.grants.clone().unwrap_or_default();
                self.check_roles(&grants, &[])?;
                if self.present.invited_lately.contains(&key) {
                    return Err(("email", "invited-lately"));
                }
                if self.invited >= self.present.quota {
                    return Err(("email", "quota"));
                }
                self.invited += 1;
                Ok(Some((None, Step::Invite { role: entry.role.unwrap_or(Role::Member), grants })))
            }
        }
    }

    fn change(&self, member: &Member, entry: &Entry) -> Result<Option<Step>, Wrong> {
        let role = entry.role.filter(|role| *role != member.role);
        let held: Vec<Grant> =
            member.grants.iter().map(|grant| (grant.client_id.clone(), grant.roles.clone())).collect();
        let (mut give, mut take) = (Vec::new(), Vec::new());
        if let Some(asked) = &entry.grants {
            self.check_roles(asked, &held)?;
            for (service, roles) in asked {
                let before = held.iter().find(|(other, _)| other == service).map(|(_, roles)| roles);
                // What referents may not take away stays: asking for less is asking for the same.
                let kept = before.into_iter().flatten().filter(|role| !self.may_give(service, role));
                let mut after: Vec<String> = roles.iter().chain(kept).cloned().collect();
                after.sort();
                after.dedup();
                if before != Some(&after) {
                    give.push((service.clone(), after));
                }
            }
            take = held
                .iter()
                .map(|(service, _)| service.clone())
                .filter(|held| !asked.iter().any(|(service, _)| service == held))
                .collect();
        }
        let same = role.is_none() && give.is_empty() && take.is_empty();
        Ok((!same).then_some(Step::Change { member: member.id, role, give, take }))
    }

    fn check_grant(&self, (service, roles): &Grant) -> Result<(), Wrong> {
        let service = self.present.services.iter().find(|other| other.client_id == *service);
        let service = service.ok_or(("services", "unknown-service"))?;
        let known = |role: &String| service.roles.iter().any(|other| other.name == *role);
        if roles.iter().all(known) { Ok(()) } else { Err(("services", "unknown-role")) }
    }

    /// Roles that the actor may not give are not asked for, unless they are there.
    fn check_roles(&self, asked: &[Grant], held: &[Grant]) -> Result<(), Wrong> {
        for (service, roles) in asked {
            let before = held.iter().find(|(other, _)| other == service).map(|(_, roles)| roles);
            for role in roles {
                if !self.may_give(service, role) && !before.is_some_and(|roles| roles.contains(role)) {
                    return Err(("services", Why::NotDelegable.name()));
                }
            }
        }
        Ok(())
    }

    fn may_give(&self, service: &str, role: &str) -> bool {
        let service = self.present.services.iter().find(|other| other.client_id == service);
        let role = service.and_then(|service| service.roles.iter().find(|other| other.name == role));
        let delegable = role.is_none_or(|role| role.delegable);
        rule(self.present.standing, self.present.active, Deed::Grant { delegable }) == Verdict::Allowed
    }

    fn leave_out(&mut self, seen: &BTreeMap<String, u64>) {
        let absent = |email: &str| !seen.contains_key(&email.to_ascii_lowercase());
        for member in self.present.members.iter().filter(|member| absent(&member.email)) {
            if self.present.actor == Some(member.id) {
                self.refuse(None, &member.email, "yourself");
                continue;
            }
            self.steps.push(Planned {
                line: None,
                email: member.email.clone(),
                name: Some(member.name.clone()),
                step: Step::Remove { member: member.id },
            });
        }
        for sent in &self.present.invitations {
            if sent.state == State::Pending && absent(&sent.email) {
                let step = Step::Withdraw { id: sent.id };
                self.steps.push(Planned { line: None, email: sent.email.clone(), name: None, step });
            }
        }
    }

    /// A list does not leave an organization without anybody who looks after it: then those who would go
    /// or become members stay as they are.
    fn keep_a_referent(&mut self) {
        let Present { members, standing, .. } = self.present;
        let loses = |planned: &Planned, member: &Member| match &planned.step {
            Step::Remove { member: id } | Step::Change { member: id, role: Some(Role::Member), .. } => *id == member.id,
            _ => false,
        };
        let referents = || members.iter().filter(|member| member.role == Role::Referent && member.active);
        let one_stays = referents().any(|member| !self.steps.iter().any(|planned| loses(planned, member)));
        let one_comes = self.steps.iter().any(|planned| {
            matches!(planned.step, Step::Change { member, role: Some(Role::Referent), .. }
                if members.iter().any(|other| other.id == member && other.active))
        });
        if one_stays || one_comes || referents().next().is_none() || *standing == Standing::Administrator {
            return;
        }
        let (losing, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.steps)
            .into_iter()
            .partition(|planned| referents().any(|member| loses(planned, member)));
        self.steps = kept;
        for planned in losing {
            self.refuse(planned.line, &planned.email, Why::LastReferent.name());
        }
    }

    fn refuse(&mut self, line: Option<u64>, email: &str, problem: &'static str) {
        self.refused.push(Refused { line, email: email.to_owned(), field: "role", problem });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::super::parse::parse;
    use super::*;
    use crate::db::attachments::{Service, ServiceRole};
    use crate::db::members;

    fn member(name: &str, role: Role, grants: &[(&str, &[&str])]) -> Member {
        let grants = grants.iter().map(|(service, roles)| members::Grant {
            client_id: (*service).to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        });
        Member {
            id: Uuid::from_u128(u128::from(name.as_bytes()[0])),
            name: name.to_owned(),
            email: format!("{name}@x.test"),
            role,
            since: DateTime::<Utc>::UNIX_EPOCH,
            active: true,
            last_seen: None,
            grants: grants.collect(),
            sort_name: name.to_owned(),
        }
    }

    fn present() -> Present {
        let role = |name: &str, delegable| ServiceRole { name: name.to_owned(), delegable };
        Present {
            members: vec![
                member("rita", Role::Referent, &[]),
                member("alice", Role::Member, &[("cloud", &["admin", "editor"])]),
            ],
            invitations: Vec::new(),
            services: vec![Service {
                client_id: "cloud".to_owned(),
                name_fr: "Nuage".to_owned(),
                name_en: "Cloud".to_owned(),
                all_members: false,
                enabled: true,
                roles: vec![role("admin", false), role("editor", true)],
            }],
            invited_lately: BTreeSet::new(),
            quota: 2,
            standing: Standing::Referent,
            active: true,
            actor: Some(Uuid::from_u128(u128::from(b'r'))),
        }
    }

    fn told(text: &str, present: &Present, complete: bool) -> (Vec<Step>, Vec<(&'static str, &'static str)>, usize) {
        let plan = plan(&parse(text).unwrap(), present, complete);
        let refused = plan.refused.iter().map(|refused| (refused.field, refused.problem)).collect();
        (plan.steps.into_iter().map(|planned| planned.step).collect(), refused, plan.unchanged)
    }

    const ALICE: Uuid = Uuid::from_u128(b'a' as u128);

    #[test]
    fn newcomers_changes_and_nothing() {
        let text = "rita@x.test\nALICE@x.test,referent,cloud:editor\nnew@x.test,,cloud\nother@x.test\nthird@x.test\n";
        let (steps, refused, unchanged) = told(text, &present(), false);
        let cloud = |roles: &[&str]| ("cloud".to_owned(), roles.iter().map(|role| (*role).to_owned()).collect());
        // The role that referents do not give is not theirs to take either.
        let change = Step::Change { member: ALICE, role: Some(Role::Referent), give: Vec::new(), take: Vec::new() };
        let invite = |grants| Step::Invite { role: Role::Member, grants };
        assert_eq!(steps, [change, invite(vec![cloud(&[])]), invite(Vec::new())]);
        assert_eq!((refused, unchanged), (vec![("email", "quota")], 1));
        let (steps, ..) = told("alice@x.test,,-\n", &present(), false);
        let take = vec!["cloud".to_owned()];
        assert_eq!(steps, [Step::Change { member: ALICE, role: None, give: Vec::new(), take }]);
    }

    #[test]
    fn what_is_refused() {
        let text = "a1@x.test,,nowhere\na2@x.test,,cloud:boss\na3@x.test,,cloud:admin\na4@x.test\nA4@x.test\n\
            rita@x.test,member\nlate@x.test\n";
        let mut present = present();
        present.invited_lately.insert("late@x.test".to_owned());
        let (steps, refused, _) = told(text, &present, false);
        assert_eq!(steps.len(), 1);
        let expected = [
            ("services", "unknown-service"),
            ("services", "unknown-role"),
            ("services", "not-delegable"),
            ("email", "repeated"),
            ("email", "invited-lately"),
            ("role", "last-referent"),
        ];
        assert_eq!(refused, expected);
        present.standing = Standing::Administrator;
        let (steps, ..) = told("rita@x.test,member\n", &present, false);
        assert_eq!(steps.len(), 1, "an administrator may");
    }

    #[test]
    fn a_complete_list() {
        let (steps, refused, _) = told("bob@x.test\n", &present(), true);
        assert_eq!(steps, [Step::Invite { role: Role::Member, grants: Vec::new() }, Step::Remove { member: ALICE }]);
        assert_eq!(refused, [("role", "yourself")]);
        let (steps, refused, _) = told("alice@x.test,boss\nrita@x.test\n", &present(), true);
        assert_eq!((steps, refused), (Vec::new(), vec![("role", "unknown")]), "a wrong line removes nobody");
    }

    #[test]
    fn another_plan_has_another_digest() {
        let digest = |text| plan(&parse(text).unwrap(), &present(), false).digest;
        assert_eq!(digest("new@x.test"), digest("new@x.test,member"));
        assert_ne!(digest("new@x.test"), digest("new@x.test,referent"));
    }
}
