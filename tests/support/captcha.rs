//! The captcha, solved as the widget solves it.

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Reply;

/// The challenge of a page.
pub fn challenge(page: &Reply) -> Challenge {
    let json = page.attribute(".captcha", "data-challenge").unwrap_or_else(|| panic!("no captcha: {}", page.body));
    serde_json::from_str(&json).unwrap()
}

/// What the widget sends (in the field `altcha`) when it has done the work.
pub fn payload(challenge: Challenge) -> String {
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().expect("no solution in time");
    STANDARD.encode(serde_json::to_vec(&Payload { challenge, solution }).unwrap())
}

/// The same, for the challenge of a page.
pub fn solve(page: &Reply) -> String {
    payload(challenge(page))
}
