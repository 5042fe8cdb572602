//! The pages of one's own account: who may see them, and what they share.

use crate::http::page::{NavLink, Page};
pub use crate::http::visitor::Visitor;

/// A part of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Names and what services may learn.
    Profile,
    /// Password, address, second factors.
    Security,
    /// Where one is signed in.
    Sessions,
    /// What services one allowed.
    Services,
    /// Organizations one is in.
    Organizations,
    /// What happened to the account.
    Activity,
    /// Export and deletion.
    Data,
}

impl Visitor<'_> {
    /// The page of a section, with the way to the others.
    #[must_use]
    pub fn page(&self, section: Section) -> Page {
        let paths = &self.state.paths;
        let mut page = self.bare_page();
        let console = self.session.oversees.then(|| NavLink {
            href: paths.admin(),
            label: page.text("admin-title"),
            current: false,
        });
        page.nav = [
            (Section::Profile, paths.profile(), "account-profile"),
            (Section::Security, paths.security(), "account-security"),
            (Section::Sessions, paths.sessions(), "account-sessions"),
            (Section::Services, paths.services(), "account-services"),
            (Section::Organizations, paths.organizations(), "account-organizations"),
            (Section::Activity, paths.activity(), "account-activity"),
            (Section::Data, paths.data(), "account-data"),
        ]
        .into_iter()
        .map(|(other, href, label)| NavLink { href, label: page.text(label), current: other == section })
        .chain(console)
        .collect();
        page
    }
}
