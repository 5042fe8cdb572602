//! The people of an organization.

use serde_json::json;
use uuid::Uuid;

use super::new_referents::{self, Organization};
use super::{Cursor, Refusal, Version, Work};
use crate::authz::delegation::Deed;
use crate::db;
use crate::db::audit::Kind;
use crate::db::members::{Member, Search};
use crate::mail;
use crate::types::Role;

/// Most members on one page.
pub const MOST: i64 = 200;
/// Longest text to search for, in characters.
const LONGEST_SEARCH: usize = 100;

/// A page of members.
#[derive(Debug)]
pub struct Members {
    /// By name.
    pub members: Vec<Member>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Work<'_> {
    /// Members by name, `count` (1 to [`MOST`]) from the cursor on: all, or those whose name or address
    /// holds `text`.
    ///
    /// # Errors
    /// As the rule says; a cursor of another list.
    pub async fn members(
        &mut self,
        text: &str,
        role: Option<Role>,
        cursor: Option<&str>,
        count: i64,
    ) -> Result<Members, Refusal> {
        self.must(Deed::SeePeople)?;
        check_search(text)?;
        let caller = self.desk.actor.person().unwrap_or_default();
        let bounds: [&[u8]; 3] = [b"members", self.place.id.as_bytes(), caller.as_bytes()];
        let cursors = Cursor::new(self.desk.post.vault, &bounds);
        let after = cursor.map(|cursor| cursors.open(cursor)).transpose()?;
        let after = after.as_deref().and_then(position);
        let count = count.clamp(1, MOST);
        // One more says whether there are others.
        let search = Search { text: text.trim(), role, after, count: count + 1 };
        let found = db::members::list(self.connection, self.place.id, &search).await?;
        let (members, next) =
            super::cursor::page(found, count, |last| cursors.seal(&format!("{} {}", last.id, last.sort_name)));
        Ok(Members { members, next })
    }

    /// The cursor of the page before the one that `cursor` begins; none when that is the first.
    ///
    /// # Errors
    /// As the rule says; a cursor of another list.
    pub async fn members_before(&mut self, text: &str, cursor: &str, count: i64) -> Result<Option<String>, Refusal> {
        self.must(Deed::SeePeople)?;
        check_search(text)?;
        let caller = self.desk.actor.person().unwrap_or_default();
        let bounds: [&[u8]; 3] = [b"members", self.place.id.as_bytes(), caller.as_bytes()];
        let cursors = Cursor::new(self.desk.post.vault, &bounds);
        let opened = cursors.open(cursor)?;
        let after = position(&opened);
        let search = Search { text: text.trim(), role: None, after, count: count.clamp(1, MOST) };
        let found = db::members::before(self.connection, self.place.id, &search).await?;
        Ok(found.map(|(name, id)| cursors.seal(&format!("{id} {name}"))))
    }

    /// How many they are.
    ///
    /// # Errors
    /// As the rule says.
    pub async fn count_members(&mut self) -> Result<i64, Refusal> {
        self.must(Deed::SeePeople)?;
        Ok(db::members::count(self.connection, self.place.id).await?)
    }

    /// One member.
    ///
    /// # Errors
    /// As the rule says; [`Refusal::Hidden`] for somebody who is not in this organization.
    pub async fn member(&mut self, person: Uuid) -> Result<Member, Refusal> {
        self.must(Deed::SeePeople)?;
        self.find_member(person).await
    }

    /// One member, for whoever has asked the rule already.
    pub(super) async fn find_member(&mut self, person: Uuid) -> Result<Member, Refusal> {
        db::members::find(self.connection, self.place.id, person).await?.ok_or(Refusal::Hidden)
    }

    /// Makes a member referent, or a referent member. The referents and the administrators hear of a new
    /// referent (OR-14).
    ///
    /// # Errors
    /// As the rule says: never the last referent.
    pub async fn change_role(
        &mut self,
        person: Uuid,
        role: Role,
        expected: Option<&Version>,
    ) -> Result<Member, Refusal> {
        let member = self.set_role(person, role, expected).await?;
        if let Some(member) = member.filter(|_| role == Role::Referent) {
            self.tell_of_referents(&[member]).await?;
        }
        self.find_member(person).await
    }

    /// The same, and nobody hears of it yet. Who they were; none: nothing had to change.
    pub(super) async fn set_role(
        &mut self,
        person: Uuid,
        role: Role,
        expected: Option<&Version>,
    ) -> Result<Option<Member>, Refusal> {
        self.must(Deed::ChangeRole { last_referent: false })?;
        let member = self.find_member(person).await?;
        Version::of_member(&member).must_be(expected)?;
        if member.role == role {
            return Ok(None);
        }
        let last_referent =
            role == Role::Member && db::members::is_last_referent(self.connection, self.place.id, person).await?;
        self.must(Deed::ChangeRole { last_referent })?;
        db::members::set_role(self.connection, self.place.id, person, role).await?;
        let details = json!({ "before": member.role.as_str(), "after": role.as_str() });
        self.journal(Kind::RoleChanged, Some(person), None, details).await?;
        if last_referent {
            tracing::warn!(organization = self.place.slug, "an organization loses its last referent");
        }
        Ok(Some(member))
    }

    /// Tells new referents, and those who must hear of them.
    pub(super) async fn tell_of_referents(&mut self, new: &[Member]) -> Result<(), Refusal> {
        let new: Vec<(Uuid, &str)> = new.iter().map(|member| (member.id, member.name.as_str())).collect();
        let organization = Organization { id: self.place.id, slug: &self.place.slug, name: &self.place.name };
        Ok(new_referents::tell(self.connection, &self.desk.post, organization, &new).await?)
    }

    /// Takes somebody out, with all that they had here. What services hold of them ends where nothing else
    /// lets them in. Their account, and what they have elsewhere, stay.
    ///
    /// # Errors
    /// As the rule says: referents never take the last of them out.
    pub async fn remove_member(&mut self, person: Uuid, expected: Option<&Version>) -> Result<Member, Refusal> {
        let oneself = self.desk.actor.person() == Some(person);
        self.must(Deed::Remove { oneself, last_referent: false })?;
        let member = self.find_member(person).await?;
        Version::of_member(&member).must_be(expected)?;
        let last_referent = db::members::is_last_referent(self.connection, self.place.id, person).await?;
        self.must(Deed::Remove { oneself, last_referent })?;
        db::own_organizations::leave(self.connection, person, self.place.id).await?;
        let closed = db::rights::end_refused(self.connection, person, self.now).await?;
        let kind = if oneself { Kind::OrganizationLeft } else { Kind::MemberRemoved };
        let details = json!({ "role": member.role.as_str(), "services": grants_of(&member) });
        self.journal(kind, Some(person), None, details).await?;
        if !oneself
            && let Some(user) = db::users::find(self.connection, person).await?
            && user.email_verified
        {
            let told = mail::Kind::MembershipEnded { organization: &self.place.name };
            self.desk.post.to(self.connection, &user, &told).await?;
        }
        if last_referent {
            tracing::warn!(organization = self.place.slug, "an organization loses its last referent");
        }
        tracing::info!(%person, organization = self.place.slug, ?closed, "taken out of an organization");
        Ok(member)
    }
}

/// What PostgreSQL is asked to search for.
pub(super) fn check_search(text: &str) -> Result<(), Refusal> {
    let fits = !text.contains('\0') && text.chars().count() <= LONGEST_SEARCH;
    if fits { Ok(()) } else { Err(Refusal::invalid("q", "too-long", "")) }
}

/// The place in the list that a cursor means.
fn position(opened: &str) -> Option<(&str, Uuid)> {
    let (id, name) = opened.split_once(' ')?;
    Some((name, id.parse().ok()?))
}

fn grants_of(member: &Member) -> Vec<&str> {
    member.grants.iter().map(|grant| grant.client_id.as_str()).collect()
}
