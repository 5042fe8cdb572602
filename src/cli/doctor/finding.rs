//! What a check of `loquet doctor` found.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nobody looked: it is not set up, or what it needs is missing.
    Skipped,
    /// As it should be.
    Good,
    /// It works, and somebody should see to it.
    Warning,
    /// It does not work, or puts people at risk.
    Fault,
}

impl Level {
    /// As printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// What one check found, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What is so.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    pub fn good(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, level: Level::Good, message: message.into(), advice: None }
    }

    pub fn skipped(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, level: Level::Skipped, message: message.into(), advice: None }
    }

    pub fn warning(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, level: Level::Warning, message: message.into(), advice: Some(advice.into()) }
    }

    pub fn fault(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, level: Level::Fault, message: message.into(), advice: Some(advice.into()) }
    }
}

/// The worst of all; good when nothing was found.
pub fn worst(findings: &[Finding]) -> Level {
    findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Good).max(Level::Good)
}

/// The exit code: 0 when nothing is wrong, 1 for warnings, 2 for faults.
pub fn exit_code(findings: &[Finding]) -> u8 {
    match worst(findings) {
        Level::Skipped | Level::Good => 0,
        Level::Warning => 1,
        Level::Fault => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_decides() {
        let (good, skipped) = (Finding::good("a", ""), Finding::skipped("b", ""));
        let (warning, fault) = (Finding::warning("c", "", ""), Finding::fault("d", "", ""));
        assert_eq!(exit_code(&[]), 0);
        assert_eq!(exit_code(std::slice::from_ref(&skipped)), 0);
        assert_eq!(exit_code(&[good.clone(), skipped.clone()]), 0);
        assert_eq!(exit_code(&[warning.clone(), good.clone()]), 1);
        assert_eq!(exit_code(&[warning, fault, skipped, good]), 2);
    }
}
