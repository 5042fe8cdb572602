//! `[captcha]`: how much work a browser does before some forms.

use super::Reader;
use super::sections::{Server, whole};

/// `[captcha]`.
#[derive(Debug, Clone)]
pub struct Captcha {
    /// The longest search, in steps; the mean is half of it.
    pub steps: u32,
}

impl Captcha {
    pub(super) fn read(r: &mut Reader, server: Option<&Server>) -> Option<Self> {
        let steps = whole(r, "captcha.steps", "3000", 1000..=100_000);
        let fewer = r.optional::<u32>("testing.captcha_steps")?;
        if fewer.is_some() && server.is_some_and(|server| !server.issuer.is_for_tests()) {
            r.fault("testing.captcha_steps", "", "is for a loopback or .test issuer only");
        }
        let steps = u32::try_from(steps?).ok()?;
        Some(Self { steps: fewer.unwrap_or(steps) })
    }
}
