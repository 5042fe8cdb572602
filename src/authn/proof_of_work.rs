//! The captcha: a little work that a browser does before a form is accepted (ALTCHA, protocol v2).
//!
//! A challenge is signed and nothing of it is stored until it is solved. Inside its signature are the
//! form it is for, its end and its difficulty, so that none of them can be changed. It is made in
//! deterministic mode: we choose at random how long the search is, do its last step only, and check a
//! solution by a keyed hash, without doing any of the work again.

use std::collections::BTreeMap;

use altcha::{Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge, verify_solution};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::crypto::{Purpose, Vault, random_bytes, sha256};

/// What one step of the search computes.
const ALGORITHM: &str = "PBKDF2/SHA-256";

/// Its iterations: enough that a browser is not much slower at it than a program, and less than a
/// millisecond for us, who do one step for each challenge.
const COST: u32 = 2000;

/// How long a challenge may be solved and sent.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);

/// Longest answer that is read, in bytes: three times what the widget sends.
const MAX_PAYLOAD: usize = 3000;

/// How far back solved captchas count as load.
pub const LOAD_WINDOW: TimeDelta = TimeDelta::hours(1);

/// The forms that ask for one. A challenge made for one is refused on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Opening an account.
    SignUp,
    /// A forgotten password.
    Recovery,
    /// Signing in, after failures.
    SignIn,
}

impl Form {
    /// Its name inside signatures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::Recovery => "recovery",
            Self::SignIn => "sign-in",
        }
    }
}

/// How many captchas were solved lately.
#[derive(Debug, Clone, Copy, Default)]
pub struct Load {
    /// From one address range.
    pub range: i64,
    /// From everywhere.
    pub overall: i64,
}

impl Load {
    /// Most that is worth counting: more changes nothing.
    pub const MOST: Self = Self { range: 10 << 3, overall: 100 << 1 };

    /// How often the difficulty is doubled: by what comes from one range, sixteen times at the most; by
    /// what comes from everywhere, four times, because everybody pays for it.
    #[must_use]
    pub fn level(self) -> u32 {
        let doublings = |count: i64, free: i64, most: u32| match count / free {
            0 => 0,
            times => (times.ilog2() + 1).min(most),
        };
        doublings(self.range, 10, 4).max(doublings(self.overall, 100, 2))
    }
}

/// Why a solution is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not ours, changed, of another form, or not solved.
    Wrong,
    /// It was good, but too long ago.
    Expired,
}

/// A challenge that somebody solved.
#[derive(Debug)]
pub struct Solved {
    /// What it is remembered by, to be good only once.
    pub key: [u8; 32],
    /// How often its difficulty had been doubled.
    pub level: u32,
}

/// Makes challenges and checks their solutions, with keys derived from the master key.
pub struct ProofOfWork {
    challenges: Zeroizing<String>,
    solutions: Zeroizing<String>,
}

impl ProofOfWork {
    /// With the keys of this installation.
    #[must_use]
    pub fn new(vault: &Vault) -> Self {
        let key = |name: &[u8]| {
            let mac = vault.mac(Purpose::Captcha, &[b"proof of work", name]);
            Zeroizing::new(STANDARD.encode(mac))
        };
        Self { challenges: key(b"challenge"), solutions: key(b"solution") }
    }

    /// A challenge for a form, as the widget reads it. `steps` is the longest search at level 0.
    ///
    /// # Errors
    /// The library's, which we give no reason to.
    pub fn issue(&self, form: Form, steps: u32, level: u32, now: DateTime<Utc>) -> Result<String, altcha::Error> {
        // Not the protocol's own `expiresAt`: the widget compares that to the clock of the person's
        // machine, and the library to the system's rather than ours.
        let data = BTreeMap::from([
            ("form".to_owned(), Value::from(form.name())),
            ("expires".to_owned(), Value::from((now + LIFE).timestamp())),
            ("level".to_owned(), Value::from(level)),
        ]);
        let challenge = create_challenge(CreateChallengeOptions {
            algorithm: ALGORITHM.to_owned(),
            counter: Some(below(steps.saturating_mul(1 << level.min(8)))),
            cost: COST,
            data: Some(data),
            hmac_signature_secret: Some(self.challenges.to_string()),
            hmac_key_signature_secret: Some(self.solutions.to_string()),
            ..CreateChallengeOptions::default()
        })?;
        Ok(serde_json::to_string(&challenge)?)
    }

    /// Checks what the widget sent for a form.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn verify(&self, form: Form, payload: &str, now: DateTime<Utc>) -> Result<Solved, Fault> {
        if payload.len() > MAX_PAYLOAD {
            return Err(Fault::Wrong);
        }
        let json = STANDARD.decode(payload).map_err(|_| Fault::Wrong)?;
        // Numbers too large, negative or broken do not fit the types.
        let Payload { challenge, solution } = serde_json::from_slice(&json).map_err(|_| Fault::Wrong)?;
        let mut options = VerifySolutionOptions::new(&challenge, &solution, self.challenges.as_str());
        options.hmac_key_signature_secret = Some(self.solutions.to_string());
        if !verify_solution(options).is_ok_and(|result| result.verified) {
            return Err(Fault::Wrong);
        }
        // From here on it is one of ours, unchanged, and solved.
        let Challenge { parameters, signature: Some(signature) } = &challenge else { return Err(Fault::Wrong) };
        let data = |name: &str| parameters.data.as_ref().and_then(|data| data.get(name));
        let number = |name: &str| data(name).and_then(Value::as_i64).ok_or(Fault::Wrong);
        if data("form").and_then(Value::as_str) != Some(form.name()) || parameters.algorithm != ALGORITHM {
            return Err(Fault::Wrong);
        }
        if number("expires")? <= now.timestamp() {
            return Err(Fault::Expired);
        }
        let level = u32::try_from(number("level")?).map_err(|_| Fault::Wrong)?;
        Ok(Solved { key: sha256(signature.as_bytes()), level })
    }
}

/// A random number from 1 to `most`.
fn below(most: u32) -> u32 {
    // 64 bits for 32: no number is noticeably likelier than another.
    let random = u64::from_be_bytes(random_bytes());
    u32::try_from(random % u64::from(most.max(1))).unwrap_or_default() + 1
}
