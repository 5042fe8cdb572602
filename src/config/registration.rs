//! `[registration]`: who may open an account.

use std::str::FromStr;

use super::Reader;

/// `[registration]`.
#[derive(Debug, Clone, Copy)]
pub struct Registration {
    /// Who may.
    pub mode: RegistrationMode,
    /// Whose accounts somebody of the host looks at first.
    pub approval: Approval,
}

/// Who may open an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Anybody with an address.
    Open,
    /// Whom the host invited (`loquet user invite`).
    Invitation,
    /// Nobody: not even whom the host invited before.
    Closed,
}

/// Which new accounts wait for somebody of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Those that came without doing the work of the captcha.
    Unsolved,
    /// All but those of invited people.
    Always,
}

impl Registration {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        let mode = r.or("registration.mode", "closed");
        let approval = r.or("registration.approval", "unsolved");
        Some(Self { mode: mode?, approval: approval? })
    }
}

impl FromStr for RegistrationMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "open" => Ok(Self::Open),
            "invitation" => Ok(Self::Invitation),
            "closed" => Ok(Self::Closed),
            _ => Err("is none of open, invitation, closed"),
        }
    }
}

impl FromStr for Approval {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "unsolved" => Ok(Self::Unsolved),
            "always" => Ok(Self::Always),
            _ => Err("is none of unsolved, always"),
        }
    }
}
