//! What referents and administrators do in organizations, and administrators to the whole instance (`host`). The pages, the API and the command line all go
//! through here, so that none can do what another forbids.
//!
//! A [`Desk`] is somebody at work. [`Desk::read`] and [`Desk::change`] open a transaction, find the
//! organization *through what the person is to it* ([`crate::db::delegation::enter`]: an outsider finds
//! nothing), and hand a [`Work`] to one of the acts of this folder. An act asks the rule
//! ([`crate::authz::delegation::rule`]) before it changes anything, ends the rights that end
//! ([`crate::db::rights`]), journals, and queues mails; all of it or nothing is committed. A refusal is
//! journalled too.
//!
//! Must not import a surface nor `http`.

mod aim;
mod cursor;
mod desk;
mod explanations;
mod grants;
mod host;
mod host_requests;
mod invitations;
mod journal;
pub mod list;
mod members;
pub mod new_referents;
mod organizations;
mod placement;
mod refusal;
mod requests;
mod services;
mod version;

pub use aim::{Aim, Target};
pub use cursor::Cursor;
pub use desk::{Actor, Desk, Work};
pub use host::{
    AccessFile, AccessRule, Dossier, Filter, FoundOrganizations, GroupDossier, Keeping, Merging, Named,
    OrganizationDossier, People, ServiceFile, Side, as_csv, wanted,
};
pub use invitations::Invitations;
pub use journal::Events;
pub use members::{MOST, Members};
pub use organizations::{Change, NewOrganization, Organizations};
pub use refusal::{Clash, Flaw, Refusal};
pub use requests::{Answer, Asking};
pub use version::Version;
