//! What comes next in an authorization. The only place that decides; pure.

use chrono::{DateTime, TimeDelta, Utc};

use super::acr::Demand;
use super::authorization_request::AuthorizationRequest;
use crate::authn::duty::{Duty, Facts, duty};
use crate::authz::client_access::{Allowed, Decision, Reason};
use crate::config::ProfileFields;
use crate::db::clients::{Authentication, Client};

/// An authorization older than this starts again at the service, which has forgotten it or is about
/// to (Nextcloud gives 300 s, WordPress 180 s).
pub const STALE: TimeDelta = TimeDelta::seconds(150);

/// Who is in front of the browser.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their `sub`.
    pub sub: String,
    /// When they last proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// They proved it with two factors.
    pub multi_factor: bool,
    /// What their duties depend on.
    pub duties: Facts,
    /// May they use this client?
    pub access: Decision,
}

/// What the person said of what the service asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// They have not been asked.
    Unknown,
    /// They agreed before, or the service is the host's own.
    Remembered,
    /// They agreed to this very request.
    Given,
    /// They refused it.
    Declined,
}

/// Whether a request asks nothing new of a person who agreed to give these scopes.
#[must_use]
pub fn agreed_before(
    request: &AuthorizationRequest,
    client: &Client,
    agreed: &[String],
    fields: &ProfileFields,
) -> bool {
    // RFC 8252 8.6: any program on the machine may take the address of a native application that has no
    // secret, so its person is asked each time.
    let impersonable = client.authentication == Authentication::None && !request.redirect_uri.starts_with("https:");
    client.ours || (!impersonable && request.disclosed_scopes(fields).iter().all(|scope| agreed.contains(scope)))
}

/// All that the decision looks at.
#[derive(Debug)]
pub struct Situation<'a> {
    /// The request.
    pub request: &'a AuthorizationRequest,
    /// When it arrived.
    pub requested_at: DateTime<Utc>,
    /// The person, if signed in.
    pub person: Option<&'a Person>,
    /// What they said of what the service asks.
    pub consent: Consent,
    /// The client wants two factors of everybody.
    pub client_demands: bool,
    /// The client has an address to start again from.
    pub can_restart: bool,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Prove who they are.
    SignIn,
    /// Do what comes before anything else.
    Duty(Duty),
    /// Prove that the address is theirs.
    VerifyEmail,
    /// Agree to what the service receives.
    Consent,
    /// Say that they may not use this client.
    Refuse,
    /// Start again at the service.
    Restart,
    /// Answer the client with this error.
    Fail(&'static str),
    /// Answer with a code.
    Issue(Allowed),
}

/// The rule.
#[must_use]
pub fn next_step(situation: &Situation<'_>) -> NextStep {
    let request = situation.request;
    if situation.consent == Consent::Declined {
        return NextStep::Fail("access_denied");
    }
    let interaction = |step: NextStep, error: &'static str| if request.silent { NextStep::Fail(error) } else { step };
    let Some(person) = situation.person else {
        return interaction(NextStep::SignIn, "login_required");
    };
    // A proof given for this very request is always fresh enough, however long the rest took.
    let proved_for_this = person.authenticated_at >= situation.requested_at;
    let too_old =
        request.max_age.is_some_and(|seconds| person.authenticated_at + TimeDelta::seconds(seconds) < situation.now);
    if !proved_for_this && (request.sign_in_again || too_old) {
        return interaction(NextStep::SignIn, "login_required");
    }
    if request.required_sub.as_ref().is_some_and(|sub| *sub != person.sub) {
        // Asked once; if somebody else still answers, the client is told.
        return if proved_for_this {
            NextStep::Fail("login_required")
        } else {
            interaction(NextStep::SignIn, "login_required")
        };
    }
    let demanded =
        request.second_factor == Demand::Required || situation.client_demands || person.duties.second_factor_demanded;
    if person.duties.second_factor && !person.multi_factor {
        // A session from before the second factor.
        if demanded {
            return interaction(NextStep::SignIn, "login_required");
        }
        if request.second_factor == Demand::Preferred && !request.silent && !proved_for_this {
            return NextStep::SignIn;
        }
    }
    if let Some(duty) = duty(Facts { second_factor_demanded: demanded, ..person.duties }) {
        return interaction(NextStep::Duty(duty), "interaction_required");
    }
    match &person.access {
        Decision::Refused(Reason::EmailNotVerified) => interaction(NextStep::VerifyEmail, "interaction_required"),
        Decision::Refused(Reason::NotAllowed | Reason::Disabled) => interaction(NextStep::Refuse, "access_denied"),
        Decision::Allowed(_)
            if situation.consent == Consent::Unknown
                || (request.ask_consent && situation.consent == Consent::Remembered) =>
        {
            interaction(NextStep::Consent, "consent_required")
        }
        Decision::Allowed(_) if situation.can_restart && situation.requested_at + STALE < situation.now => {
            NextStep::Restart
        }
        Decision::Allowed(allowed) => NextStep::Issue(allowed.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    fn request() -> AuthorizationRequest {
        serde_json::from_value(serde_json::json!({
            "client_id": "c", "redirect_uri": "https://rp.test/cb", "state": null, "scope": ["openid"], "nonce": null, "code_challenge": null,
            "silent": false, "sign_in_again": false, "max_age": null, "ui_locales": null, "login_hint": null, "required_sub": null,
            "id_token_claims": [], "userinfo_claims": []
        }))
        .unwrap()
    }

    /// Every combination of request, person and time, against the rule written the other way round.
    #[test]
    fn every_combination() {
        let accesses = [
            Decision::Allowed(Allowed::default()),
            Decision::Refused(Reason::NotAllowed),
            Decision::Refused(Reason::Disabled),
            Decision::Refused(Reason::EmailNotVerified),
        ];
        let mut cases = 0;
        for bits in 0..256_u32 {
            let bit = |position: u32| bits & (1 << position) != 0;
            let (silent, again, aged, required, other, expired, stale, restart) =
                (bit(0), bit(1) && !bit(0), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7));
            for access in &accesses {
                // Signed out, signed in an hour before the request, or for this very request.
                for (proof, consent, asked) in [None, Some(-3600), Some(1)].into_iter().flat_map(|proof| {
                    [Consent::Unknown, Consent::Remembered, Consent::Given, Consent::Declined]
                        .into_iter()
                        .flat_map(move |consent| [false, true].map(move |asked| (proof, consent, asked)))
                }) {
                    cases += 1;
                    let request = AuthorizationRequest {
                        silent,
                        sign_in_again: again,
                        ask_consent: asked && !silent,
                        max_age: aged.then_some(60),
                        required_sub: required.then(|| if other { "bob" } else { "alice" }.to_owned()),
                        ..request()
                    };
                    let person = proof.map(|seconds| Person {
                        sub: "alice".to_owned(),
                        authenticated_at: at(seconds),
                        multi_factor: false,
                        duties: Facts { password_expired: expired, ..Facts::default() },
                        access: access.clone(),
                    });
                    let now = at(if stale { 151 } else { 10 });
                    let situation = Situation {
                        request: &request,
                        requested_at: at(0),
                        person: person.as_ref(),
                        consent,
                        client_demands: false,
                        can_restart: restart,
                        now,
                    };
                    let step = next_step(&situation);
                    if consent == Consent::Declined {
                        assert_eq!(step, NextStep::Fail("access_denied"));
                        continue;
                    }
                    let agreed = match consent {
                        Consent::Given => true,
                        Consent::Remembered => !asked || silent,
                        _ => false,
                    };

                    let fresh = proof == Some(1);
                    let stranger = required && other;
                    if step == NextStep::SignIn {
                        assert!(!silent && !fresh);
                        assert!(proof.is_none() || again || aged || stranger);
                    }
                    if let NextStep::Issue(_) | NextStep::Restart = step {
                        assert!(proof.is_some() && !stranger && !expired && agreed);
                        assert!(matches!(access, Decision::Allowed(_)));
                        assert!(fresh || !(again || aged));
                        assert_eq!(step == NextStep::Restart, restart && stale);
                    }
                    if silent {
                        assert!(
                            matches!(step, NextStep::Fail(_) | NextStep::Issue(_) | NextStep::Restart),
                            "no page when silent: {step:?}"
                        );
                    }
                    if proof.is_none() {
                        assert_eq!(step, if silent { NextStep::Fail("login_required") } else { NextStep::SignIn });
                    }
                    if fresh && stranger {
                        assert_eq!(step, NextStep::Fail("login_required"));
                    }
                    if fresh && !stranger && expired {
                        let duty = NextStep::Duty(Duty::NewPassword);
                        assert_eq!(step, if silent { NextStep::Fail("interaction_required") } else { duty });
                    }
                    if fresh && !stranger && !expired {
                        let expected = match access {
                            Decision::Refused(Reason::EmailNotVerified) if silent => {
                                NextStep::Fail("interaction_required")
                            }
                            Decision::Refused(Reason::EmailNotVerified) => NextStep::VerifyEmail,
                            Decision::Refused(_) if silent => NextStep::Fail("access_denied"),
                            Decision::Refused(_) => NextStep::Refuse,
                            Decision::Allowed(_) if !agreed && silent => NextStep::Fail("consent_required"),
                            Decision::Allowed(_) if !agreed => NextStep::Consent,
                            Decision::Allowed(_) if restart && stale => NextStep::Restart,
                            Decision::Allowed(allowed) => NextStep::Issue(allowed.clone()),
                        };
                        assert_eq!(step, expected);
                    }
                }
            }
        }
        assert_eq!(cases, 256 * 4 * 3 * 8);
    }

    /// Who asks for two factors, and what the person has and has shown, in every combination.
    #[test]
    fn two_factors() {
        let mut issued = 0;
        for bits in 0..512_u32 {
            let bit = |position: u32| bits & (1 << position) != 0;
            let (silent, fresh, has, shown, expired) = (bit(0), bit(1), bit(2), bit(3), bit(4));
            let (by_request, by_client, by_group, preferred) = (bit(5), bit(6), bit(7), bit(8));
            let second_factor = match (by_request, preferred) {
                (true, _) => Demand::Required,
                (false, true) => Demand::Preferred,
                (false, false) => Demand::None,
            };
            let request = AuthorizationRequest { silent, second_factor, ..request() };
            let person = Person {
                sub: "alice".to_owned(),
                authenticated_at: at(if fresh { 1 } else { -3600 }),
                multi_factor: shown,
                duties: Facts {
                    password_expired: expired,
                    second_factor_demanded: by_group,
                    second_factor: has,
                    terms_due: false,
                },
                access: Decision::Allowed(Allowed::default()),
            };
            let situation = Situation {
                request: &request,
                requested_at: at(0),
                person: Some(&person),
                consent: Consent::Remembered,
                client_demands: by_client,
                can_restart: false,
                now: at(10),
            };
            let demanded = by_request || by_client || by_group;
            let page = |step: NextStep, error| if silent { NextStep::Fail(error) } else { step };
            let expected = if demanded && has && !shown {
                page(NextStep::SignIn, "login_required")
            } else if preferred && has && !shown && !silent && !fresh {
                NextStep::SignIn
            } else if expired {
                page(NextStep::Duty(Duty::NewPassword), "interaction_required")
            } else if demanded && !has {
                page(NextStep::Duty(Duty::SecondFactor), "interaction_required")
            } else {
                issued += 1;
                assert!(!demanded || shown);
                NextStep::Issue(Allowed::default())
            };
            assert_eq!(next_step(&situation), expected, "{bits:b}");
        }
        assert!(issued > 50, "{issued}");
    }
}
