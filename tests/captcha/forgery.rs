//! CP-03, CP-04: nothing of a challenge can be changed, and nothing stands in for the work.

use altcha::{Challenge, Payload, Solution};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use loquet::authn::proof_of_work::{Fault, Form, LIFE, ProofOfWork};
use loquet::crypto::Vault;
use serde_json::{Value, json};

use crate::support::captcha::payload;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn vault() -> Vault {
    Vault::new(&Vault::generate_master_key()).unwrap()
}

fn issue(work: &ProofOfWork, form: Form) -> Challenge {
    serde_json::from_str(&work.issue(form, 20, 0, now()).unwrap()).unwrap()
}

type Change<'a> = &'a dyn Fn(&mut Value);

/// What was sent, changed.
fn changed(payload: &str, change: impl Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_slice(&STANDARD.decode(payload).unwrap()).unwrap();
    change(&mut value);
    STANDARD.encode(value.to_string())
}

#[test]
fn a_solution_is_for_its_form_its_time_and_its_installation() {
    let work = ProofOfWork::new(&vault());
    let solution = payload(issue(&work, Form::SignUp));
    let fault = |form, at| work.verify(form, &solution, at).unwrap_err();
    let solved = work.verify(Form::SignUp, &solution, now()).unwrap();
    assert_eq!(solved.level, 0);
    assert_eq!(work.verify(Form::SignUp, &solution, now() + LIFE - TimeDelta::seconds(1)).unwrap().key, solved.key);
    assert_eq!(fault(Form::SignUp, now() + LIFE), Fault::Expired);
    assert_eq!(fault(Form::SignUp, now() + TimeDelta::days(400)), Fault::Expired);
    // CP-03: of the forgotten password, on the registration.
    assert_eq!(fault(Form::Recovery, now()), Fault::Wrong);
    assert_eq!(fault(Form::SignIn, now()), Fault::Wrong);
    let other = ProofOfWork::new(&vault());
    assert_eq!(other.verify(Form::SignUp, &solution, now()).unwrap_err(), Fault::Wrong);
}

#[test]
fn nothing_in_a_challenge_can_be_changed() {
    let work = ProofOfWork::new(&vault());
    let solution = payload(issue(&work, Form::SignUp));
    let other = payload(issue(&work, Form::SignUp));
    let other: Value = serde_json::from_slice(&STANDARD.decode(other).unwrap()).unwrap();
    let remove = |value: &mut Value, name: &str| drop(value.as_object_mut().unwrap().remove(name));
    let changes: [(&str, Change<'_>); 21] = [
        ("later", &|v| v["challenge"]["parameters"]["data"]["expires"] = json!(9_999_999_999_i64)),
        ("for ever", &|v| remove(&mut v["challenge"]["parameters"]["data"], "expires")),
        ("without data", &|v| remove(&mut v["challenge"]["parameters"], "data")),
        ("another expiry", &|v| v["challenge"]["parameters"]["expiresAt"] = json!(9_999_999_999_i64)),
        ("another form", &|v| v["challenge"]["parameters"]["data"]["form"] = json!("recovery")),
        ("another level", &|v| v["challenge"]["parameters"]["data"]["level"] = json!(4)),
        ("another algorithm", &|v| v["challenge"]["parameters"]["algorithm"] = json!("SHA-1")),
        ("one we know", &|v| v["challenge"]["parameters"]["algorithm"] = json!("SHA-256")),
        ("cheaper", &|v| v["challenge"]["parameters"]["cost"] = json!(1)),
        ("shorter", &|v| v["challenge"]["parameters"]["keyLength"] = json!(1)),
        ("any prefix", &|v| v["challenge"]["parameters"]["keyPrefix"] = json!("")),
        ("no key signature", &|v| remove(&mut v["challenge"]["parameters"], "keySignature")),
        ("its key signature", &|v| {
            v["challenge"]["parameters"]["keySignature"] = other["challenge"]["parameters"]["keySignature"].clone();
        }),
        ("another nonce", &|v| v["challenge"]["parameters"]["nonce"] = json!("00")),
        ("unsigned", &|v| remove(&mut v["challenge"], "signature")),
        ("empty signature", &|v| v["challenge"]["signature"] = json!("")),
        ("its signature", &|v| v["challenge"]["signature"] = other["challenge"]["signature"].clone()),
        ("in capitals", &|v| {
            v["challenge"]["signature"] = json!(v["challenge"]["signature"].as_str().unwrap().to_uppercase());
        }),
        ("its solution", &|v| v["solution"] = other["solution"].clone()),
        ("its challenge", &|v| v["challenge"] = other["challenge"].clone()),
        ("no solution", &|v| remove(v, "solution")),
    ];
    for (name, change) in changes {
        let outcome = work.verify(Form::SignUp, &changed(&solution, change), now());
        assert_eq!(outcome.unwrap_err(), Fault::Wrong, "{name}");
    }
    // What is not signed does not make another solution of it: the same key, good once.
    let key = work.verify(Form::SignUp, &solution, now()).unwrap().key;
    for change in [
        &|v: &mut Value| v["more"] = json!(1),
        &|v: &mut Value| v["solution"]["time"] = json!(3.5),
        &|v: &mut Value| v["challenge"]["parameters"]["more"] = json!(1),
    ] as [Change<'_>; 3]
    {
        assert_eq!(work.verify(Form::SignUp, &changed(&solution, change), now()).unwrap().key, key);
    }
}

/// A solution without work is refused, and so is what is no solution at all.
#[test]
fn nothing_stands_in_for_the_work() {
    let work = ProofOfWork::new(&vault());
    let challenge = issue(&work, Form::SignUp);
    let prefix = challenge.parameters.key_prefix.clone();
    assert_eq!(prefix.len(), 32, "what a browser looks for is long enough not to be met by chance");
    let lazy = |counter: u32, key: &str| {
        let solution = Solution { counter, derived_key: key.to_owned(), time: None };
        STANDARD.encode(serde_json::to_vec(&Payload { challenge: challenge.clone(), solution }).unwrap())
    };
    let signature = challenge.parameters.key_signature.clone().unwrap();
    for key in ["", "00", "zz", &prefix, &format!("{prefix}{:032}", 0), &"0".repeat(64), &signature] {
        for counter in [0, 1, 7, u32::MAX] {
            assert_eq!(work.verify(Form::SignUp, &lazy(counter, key), now()).unwrap_err(), Fault::Wrong, "{key}");
        }
    }
    let good = payload(challenge.clone());
    for number in ["-1", "1.5", "1e3", "\"7\"", "null", "4294967296", &format!("1{}", "0".repeat(400))] {
        let text = String::from_utf8(STANDARD.decode(&good).unwrap()).unwrap();
        let (start, rest) = text.split_once("\"counter\":").unwrap();
        let (_, end) = rest.split_once(',').unwrap();
        let odd = STANDARD.encode(format!("{start}\"counter\":{number},{end}"));
        assert_eq!(work.verify(Form::SignUp, &odd, now()).unwrap_err(), Fault::Wrong, "{number}");
    }
    let first =
        STANDARD.encode(r#"{"algorithm":"SHA-256","challenge":"00","number":1,"salt":"a?expires=9","signature":"00"}"#);
    for odd in ["x", "{}", "bnVsbA==", "W10=", &STANDARD.encode("{}"), &first, &"A".repeat(100_000), "\u{e9}"] {
        assert_eq!(work.verify(Form::SignUp, odd, now()).unwrap_err(), Fault::Wrong, "{}", odd.len());
    }
}

/// The search is at random between one step and the most, doubled with each level.
#[test]
fn the_work_is_as_long_as_it_is_said() {
    let work = ProofOfWork::new(&vault());
    let counter = |level| {
        let challenge: Challenge = serde_json::from_str(&work.issue(Form::SignUp, 3, level, now()).unwrap()).unwrap();
        let value: Value = serde_json::from_slice(&STANDARD.decode(payload(challenge)).unwrap()).unwrap();
        value["solution"]["counter"].as_u64().unwrap()
    };
    let seen: std::collections::BTreeSet<u64> = (0..60).map(|_| counter(0)).collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    assert!((0..60).map(|_| counter(2)).all(|steps| (1..=12).contains(&steps)));
}
