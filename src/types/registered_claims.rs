//! Names of claims that mean something already.

use super::Profile;

/// Whether a name has a meaning of its own, however its letters are written: some services read names
/// without telling capitals apart.
#[must_use]
pub fn is_registered_claim(name: &str) -> bool {
    REGISTERED.iter().chain(&Profile::NAMES).any(|taken| taken.eq_ignore_ascii_case(name))
}

/// Claims with a registered meaning in tokens, userinfo or introspection, and those that we give one.
/// Those of a person's profile are in [`Profile::NAMES`].
const REGISTERED: [&str; 62] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "email",
    "email_verified",
    "locale",
    "phone_number_verified",
    "address",
    "updated_at",
    "azp",
    "nonce",
    "auth_time",
    "at_hash",
    "c_hash",
    "s_hash",
    "acr",
    "amr",
    "sub_jwk",
    "cnf",
    "sid",
    "events",
    "toe",
    "txn",
    "act",
    "may_act",
    "scope",
    "client_id",
    "groups",
    "roles",
    "entitlements",
    "organizations",
    "active",
    "username",
    "token_type",
    "token_introspection",
    "verified_claims",
    "place_of_birth",
    "nationalities",
    "birth_family_name",
    "birth_given_name",
    "birth_middle_name",
    "salutation",
    "title",
    "msisdn",
    "also_known_as",
    "status",
    "vc",
    "vp",
    "authorization_details",
    "_claim_names",
    "_claim_sources",
    "htm",
    "htu",
    "ath",
];
