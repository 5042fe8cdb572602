//! Who looks after an organization, named by the host.

use crate::authz::delegation::Deed;
use crate::db;
use crate::delegation::{Refusal, Work};
use crate::types::{Email, Role};

/// What came of naming somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// They looked after it already.
    Already,
    /// They are a member, and look after it from now on.
    Made,
    /// They are not in it: they will look after it when they accept the invitation.
    Invited,
}

impl Work<'_> {
    /// Names somebody, by username or address. Nobody is put into an organization without their consent:
    /// whoever is no member is invited.
    ///
    /// # Errors
    /// As the rule says: administrators alone, who may learn whether there is such an account;
    /// [`Refusal::Invalid`] for what is neither an account nor an address; as for an invitation.
    pub async fn name_referent(&mut self, login: &str) -> Result<Named, Refusal> {
        self.must(Deed::Administer)?;
        let unknown = || Refusal::invalid("login", "unknown", login);
        if login.contains('\0') {
            return Err(unknown());
        }
        let found = db::users::find_by_login(self.connection, login).await?;
        if let Some(user) = &found
            && let Some(member) = db::members::find(self.connection, self.place.id, user.id).await?
        {
            if member.role == Role::Referent {
                return Ok(Named::Already);
            }
            self.change_role(member.id, Role::Referent, None).await?;
            return Ok(Named::Made);
        }
        let email = Email::parse(found.as_ref().map_or(login, |user| &user.email)).map_err(|_| unknown())?;
        self.invite(&email, Role::Referent, &[]).await?;
        Ok(Named::Invited)
    }
}
