//! Refusals in the words of the API.

use crate::app::AppState;
use crate::authz::delegation::Why;
use crate::delegation::{Clash, Refusal};
use crate::http::api_error::{ApiError, Kind};

/// Translates what a desk refuses.
pub(super) fn of_refusal(state: &AppState) -> impl FnOnce(Refusal) -> ApiError {
    let now = state.clock.now();
    move |refusal| match refusal {
        Refusal::Hidden => Kind::NotFound.into(),
        // Nobody may: first there must be a successor (OR-19).
        Refusal::Forbidden(why @ Why::LastReferent) => because(Kind::Conflict, why.name(), sentence(why)),
        Refusal::Forbidden(why) => because(Kind::Forbidden, why.name(), sentence(why)),
        Refusal::Clash(clash) => because(Kind::Conflict, clash.name(), clash_sentence(clash)),
        Refusal::Stale => Kind::Stale.into(),
        Refusal::Invalid(flaw) => ApiError::invalid(flaw.field, flaw.problem),
        Refusal::TooMany(until) => {
            ApiError { retry_after: Some((until - now).num_seconds().max(1)), ..Kind::TooMany.into() }
        }
        Refusal::Database(error) => error.into(),
    }
}

/// A refusal with its reason, as a word and in a sentence.
pub(super) fn because(kind: Kind, reason: &'static str, detail: &'static str) -> ApiError {
    ApiError { reason: Some((reason, detail)), ..kind.into() }
}

const fn sentence(why: Why) -> &'static str {
    match why {
        Why::NotReferent => "Referents of the organization may do this, and you are a member.",
        Why::ReadOnly => "You may look and not change.",
        Why::Deactivated => "The organization is switched off.",
        Why::AdministratorsOnly => "Administrators alone may do this.",
        Why::NotDelegable => "Administrators alone may give this role.",
        Why::LastReferent => "Nobody would look after the organization any more: name another referent first.",
        Why::Oneself => "Nobody may do this to their own account.",
        Why::LastAdministrator => "Nobody could administer the instance any more.",
    }
}

const fn clash_sentence(clash: Clash) -> &'static str {
    match clash {
        Clash::AlreadyMember => "The address is that of a member.",
        Clash::SlugTaken => "An organization, or a group, is called so.",
        Clash::NameTaken => "An organization has a name that looks the same.",
        Clash::AlreadyAnswered => "It was answered already.",
        Clash::NoSecondFactor => "The account has no second factor.",
        Clash::AlreadyVerified => "The address is proven already.",
        Clash::NotWaiting => "The account does not wait for anybody.",
        Clash::KeptByRule => "Who is in that group follows from memberships.",
    }
}
