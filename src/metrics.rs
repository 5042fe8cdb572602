//! What is counted while the server runs, for Prometheus. Every label is one of a few words of ours: nothing of a
//! person or a service, so that neither the figures tell of anybody nor their number grows (`app::metrics` serves
//! them, with what can be looked up at that moment).

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// What every name begins with.
pub const PREFIX: &str = "loquet";

/// How a try to sign in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// A session was made.
    Succeeded,
    /// Not that password, or nobody of that name.
    Wrong,
    /// A right password, then no right second factor.
    SecondFactor,
    /// Not a passkey that we know.
    Passkey,
    /// The work of the captcha was asked and not done.
    Captcha,
    /// Too many tries.
    Throttled,
    /// Too many sign-ins at once.
    Busy,
}

impl SignIn {
    /// All of them: each is shown from the start, since what was never there cannot be seen to rise.
    const ALL: [Self; 7] =
        [Self::Succeeded, Self::Wrong, Self::SecondFactor, Self::Passkey, Self::Captcha, Self::Throttled, Self::Busy];

    fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Wrong => "wrong",
            Self::SecondFactor => "second_factor",
            Self::Passkey => "passkey",
            Self::Captcha => "captcha",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
        }
    }
}

/// What a service gave for its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// RFC 6749 4.1
    AuthorizationCode,
    /// RFC 6749 6
    RefreshToken,
    /// RFC 6749 4.4
    ClientCredentials,
}

impl Grant {
    const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// How a try to tell a service that a session has ended went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It knows.
    Delivered,
    /// Again later.
    Postponed,
    /// Never.
    GivenUp,
}

impl Notice {
    const ALL: [Self; 3] = [Self::Delivered, Self::Postponed, Self::GivenUp];

    fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Postponed => "postponed",
            Self::GivenUp => "given_up",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfGrant {
    grant: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfError {
    error: &'static str,
}

/// The counters.
pub struct Metrics {
    registry: Registry,
    sign_ins: Family<Outcome, Counter>,
    tokens: Family<OfGrant, Counter>,
    token_refusals: Family<OfError, Counter>,
    access_refusals: Counter,
    notices: Family<Outcome, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let sign_ins = Family::<Outcome, Counter>::default();
        let tokens = Family::<OfGrant, Counter>::default();
        let token_refusals = Family::<OfError, Counter>::default();
        let access_refusals = Counter::default();
        let notices = Family::<Outcome, Counter>::default();
        registry.register("sign_ins", "Tries to sign in, by how they ended", sign_ins.clone());
        registry.register("tokens", "Answers of the token endpoint with tokens, by grant", tokens.clone());
        registry.register("token_refusals", "Answers of the token endpoint without, by error", token_refusals.clone());
        registry.register("access_refusals", "People whom a service does not let in", access_refusals.clone());
        registry.register("logout_notices", "Tries to tell a service of an ended session", notices.clone());
        for outcome in SignIn::ALL {
            drop(sign_ins.get_or_create(&Outcome { outcome: outcome.name() }));
        }
        for grant in Grant::ALL {
            drop(tokens.get_or_create(&OfGrant { grant: grant.name() }));
        }
        for outcome in Notice::ALL {
            drop(notices.get_or_create(&Outcome { outcome: outcome.name() }));
        }
        Self { registry, sign_ins, tokens, token_refusals, access_refusals, notices }
    }
}

impl Metrics {
    /// Somebody tried to sign in.
    pub fn sign_in(&self, outcome: SignIn) {
        self.sign_ins.get_or_create(&Outcome { outcome: outcome.name() }).inc();
    }

    /// A service was given tokens.
    pub fn token(&self, grant: Grant) {
        self.tokens.get_or_create(&OfGrant { grant: grant.name() }).inc();
    }

    /// A service was given none: a registered code of OAuth, of which there are a dozen.
    pub fn token_refused(&self, error: &'static str) {
        self.token_refusals.get_or_create(&OfError { error }).inc();
    }

    /// Somebody was not let into a service.
    pub fn access_refused(&self) {
        self.access_refusals.inc();
    }

    /// A service was told that a session has ended, or not.
    pub fn notice(&self, outcome: Notice) {
        self.notices.get_or_create(&Outcome { outcome: outcome.name() }).inc();
    }

    /// Writes all of them, in the text form of `OpenMetrics`.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, text: &mut String) -> std::fmt::Result {
        encode_registry(text, &self.registry)
    }
}

/// What this process holds in memory, in bytes; none where the system does not say.
#[must_use]
pub fn memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_there_from_the_start() {
        let metrics = Metrics::default();
        metrics.sign_in(SignIn::Wrong);
        metrics.sign_in(SignIn::Wrong);
        metrics.token(Grant::RefreshToken);
        metrics.token_refused("invalid_grant");
        metrics.notice(Notice::GivenUp);
        metrics.access_refused();
        let mut text = String::new();
        metrics.write(&mut text).unwrap();
        for line in [
            "loquet_sign_ins_total{outcome=\"wrong\"} 2",
            "loquet_sign_ins_total{outcome=\"succeeded\"} 0",
            "loquet_tokens_total{grant=\"refresh_token\"} 1",
            "loquet_token_refusals_total{error=\"invalid_grant\"} 1",
            "loquet_logout_notices_total{outcome=\"given_up\"} 1",
            "loquet_access_refusals_total 1",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} in {text}");
        }
    }
}
