//! Where everything is: the only place that writes our addresses. A leaf: no page imports another
//! page to link to it.

mod places;

use uuid::Uuid;

use crate::authn::duty::Duty;
use crate::config::Issuer;

/// Builds paths (below the issuer's own path) and full addresses.
#[derive(Debug, Clone)]
pub struct Paths {
    issuer: String,
    base: String,
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        impl Paths {
            $($(#[$doc])* #[must_use] pub fn $name(&self) -> String { format!(concat!("{}", $path), self.base) })*
        }
    };
}

fixed! {
    /// The person's home.
    home = "/";
    /// The sign-in page.
    sign_in = "/sign-in";
    /// The second of two steps.
    second_factor = "/sign-in/second-factor";
    /// Ends the browser session (POST).
    sign_out = "/sign-out";
    /// After signing out.
    signed_out = "/signed-out";
    /// Choice of language (POST).
    language = "/language";
    /// A new password is asked for.
    new_password = "/account/new-password";
    /// One's own account.
    account = "/account";
    /// One's own account: names and what services may learn.
    profile = "/account/profile";
    /// One's own picture, to change it.
    own_picture = "/account/profile/picture";
    /// How the instance is, for administrators.
    admin = "/admin";
    /// The people of the whole instance, for administrators.
    admin_users = "/admin/users";
    /// New accounts that wait for somebody of the host.
    admin_registrations = "/admin/registrations";
    /// What happened in the whole instance.
    admin_journal = "/admin/journal";
    /// …to take away (POST).
    admin_journal_export = "/admin/journal.csv";
    /// Mail that waits or was given up.
    admin_mail = "/admin/mail";
    /// What everybody reads at home.
    admin_news = "/admin/news";
    /// The keys that sign.
    admin_keys = "/admin/keys";
    /// Make the next ones.
    admin_keys_rotation = "/admin/keys/rotate";
    /// The services of the whole instance, for administrators.
    admin_services = "/admin/services";
    /// Add one. (Not below the list: a service may be called anything.)
    admin_new_service = "/admin/new-service";
    /// Who asks for a service, for administrators.
    access_requests = "/access-requests";
    /// Password, address, username, second factors.
    security = "/account/security";
    /// Choose another password.
    password = "/account/security/password";
    /// Change the address.
    email = "/account/security/email";
    /// Change the username.
    username = "/account/security/username";
    /// The authenticator app.
    authenticator = "/account/security/authenticator";
    /// Take it away.
    authenticator_removal = "/account/security/authenticator/remove";
    /// Codes for the day the phone is lost.
    recovery_codes = "/account/security/recovery-codes";
    /// Passkeys.
    passkeys = "/account/security/passkeys";
    /// What a new passkey signs (POST, for a script).
    passkey_challenge = "/account/security/passkeys/challenge";
    /// What a passkey signs as a second step (POST, for a script).
    second_factor_challenge = "/sign-in/second-factor/challenge";
    /// A passkey as a whole sign-in (POST).
    passkey_sign_in = "/sign-in/passkey";
    /// What it signs (POST, for a script).
    passkey_sign_in_challenge = "/sign-in/passkey/challenge";
    /// Where one is signed in.
    sessions = "/account/sessions";
    /// What services one allowed.
    services = "/account/services";
    /// Organizations one is in.
    organizations = "/account/organizations";
    /// The organizations that one looks after.
    looked_after = "/organizations";
    /// What happened to the account.
    activity = "/account/activity";
    /// Export and deletion.
    data = "/account/data";
    /// All that is held about one: to read, and to download (POST).
    export = "/account/data/export";
    /// Have one's account deleted.
    deletion = "/account/data/delete";
    /// Keep it after all (POST).
    deletion_cancel = "/account/data/delete/cancel";
    /// The page of a mail link that keeps an account, once the link is out of the address bar.
    keep_account = "/keep-account";
    /// An invitation, once its link is out of the address bar.
    invitation = "/invitation";
    /// …which opens an account.
    invitation_account = "/invitation/account";
    /// The page of the link that makes the first administrator.
    first_administrator = "/first-administrator";
    /// The terms, to be accepted again.
    account_terms = "/account/terms";
    /// The terms.
    terms = "/terms";
    /// What becomes of personal data.
    privacy = "/privacy";
    /// The address must be verified.
    verify_email = "/account/verify-email";
    /// The page of a mail link, once the link is out of the address bar: this one proves an address.
    verify = "/verify";
    /// An account is wanted.
    sign_up = "/sign-up";
    /// The link to it is on its way.
    sign_up_sent = "/sign-up/sent";
    /// The page of that link.
    sign_up_finish = "/sign-up/finish";
    /// The password is forgotten.
    recover = "/recover";
    /// The page of the link that lets one choose another.
    recover_password = "/recover/new-password";
    /// The page of the link that proves a new address.
    email_confirm = "/email/confirm";
    /// The page of the link that undoes a change of address.
    email_cancel = "/email/cancel";
    /// The person may not use a service.
    refused = "/refused";
    /// What a service receives, and whether the person agrees.
    consent = "/consent";
    /// Pushed authorization request endpoint.
    pushed_request = "/par";
    /// Authorization endpoint.
    authorize = "/authorize";
    /// Token endpoint.
    token = "/token";
    /// Introspection endpoint.
    introspect = "/introspect";
    /// Revocation endpoint.
    revoke = "/revoke";
    /// Userinfo endpoint.
    userinfo = "/userinfo";
    /// A service asks to end the session (OpenID Connect RP-Initiated Logout).
    end_session = "/end-session";
    /// The person agrees to it (POST).
    end_session_confirm = "/end-session/confirm";
    /// It has ended.
    end_session_done = "/end-session/done";
    /// Client registration endpoint.
    register = "/register";
    /// JSON Web Key Set.
    jwks = "/jwks.json";
    /// All that programs may call is below it.
    api = "/api";
    /// The description of the API for people.
    api_docs = "/api/docs";
    /// …and for programs.
    api_document = "/api/v1/openapi.json";
    /// What the problems mean that the API tells of.
    problems = "/api/problems";
    /// Keys for one's own programs.
    personal_tokens = "/account/security/tokens";
}

macro_rules! links {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        impl Paths {
            $($(#[$doc])* #[must_use] pub fn $name(&self, token: &str) -> String {
                format!(concat!("{}", $path, "/{}"), self.base, token)
            })*
        }
    };
}

links! {
    /// A link that proves an address.
    verify_link = "/verify";
    /// A link that leads to an account.
    sign_up_link = "/sign-up";
    /// A link to choose another password.
    recover_link = "/recover";
    /// A link that proves a new address.
    email_confirm_link = "/email";
    /// The link that makes the first administrator.
    first_administrator_link = "/first-administrator";
    /// A link that undoes a change of address.
    email_cancel_link = "/email/cancel";
}

impl Paths {
    /// For the issuer of the settings.
    #[must_use]
    pub fn new(issuer: &Issuer) -> Self {
        Self { issuer: issuer.as_str().to_owned(), base: issuer.path().to_owned() }
    }

    /// The path that everything is below; empty at the root.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The full public address of a path made here.
    #[must_use]
    pub fn public(&self, path: &str) -> String {
        format!("{}{}", self.issuer, path.strip_prefix(self.base.as_str()).unwrap_or(path))
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// An authorization in progress: the dispatcher.
    #[must_use]
    pub fn authorization(&self, id: Uuid) -> String {
        format!("{}/authorize/{id}", self.base)
    }

    /// The page that leads back to the dispatcher by a fresh GET.
    #[must_use]
    pub fn authorization_continue(&self, id: Uuid) -> String {
        format!("{}/authorize/{id}/continue", self.base)
    }

    /// The person gives up: back to the service with `access_denied`.
    #[must_use]
    pub fn authorization_decline(&self, id: Uuid) -> String {
        format!("{}/authorize/{id}/decline", self.base)
    }

    /// A page that belongs to an authorization in progress.
    #[must_use]
    pub fn within(path: &str, authorization: Option<Uuid>) -> String {
        authorization.map_or_else(|| path.to_owned(), |id| format!("{path}?authorization={id}"))
    }

    /// A page that goes to `to` when it is done.
    #[must_use]
    pub fn then(path: &str, to: &str) -> String {
        format!("{path}?to={}", percent_encoding::utf8_percent_encode(to, percent_encoding::NON_ALPHANUMERIC))
    }

    /// The sign-in page, for somebody who is signed in already and must show that it is still them.
    #[must_use]
    pub fn confirm(&self, to: &str) -> String {
        format!("{}&confirm=1", Self::then(&self.sign_in(), to))
    }

    /// Where a duty is done.
    #[must_use]
    pub fn of_duty(&self, duty: Duty) -> String {
        match duty {
            Duty::NewPassword => self.new_password(),
            Duty::SecondFactor => self.authenticator(),
            Duty::Terms => self.account_terms(),
        }
    }

    /// A service that one uses.
    #[must_use]
    pub fn service(&self, client_id: &str) -> String {
        format!("{}/account/services/{client_id}", self.base)
    }

    /// A path of ours, never another site's (`//evil.test`, `/\\evil.test`) nor one that cannot be
    /// written in a header.
    #[must_use]
    pub fn local(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix(self.base.as_str())?;
        let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        (plain && rest.starts_with('/') && !rest.starts_with("//")).then(|| path.to_owned())
    }

    /// Somebody's picture.
    #[must_use]
    pub fn picture(&self, id: Uuid) -> String {
        format!("{}/picture/{id}", self.base)
    }

    /// The path of a picture that we show, from its full address: those of other sites stay there.
    #[must_use]
    pub fn shown_picture(&self, claim: Option<&str>) -> Option<String> {
        let path = claim?.strip_prefix(&self.issuer)?;
        path.starts_with("/picture/").then(|| format!("{}{path}", self.base))
    }

    /// A passkey, to take it away.
    #[must_use]
    pub fn passkey(&self, id: Uuid) -> String {
        format!("{}/{id}", self.passkeys())
    }

    /// What one problem means.
    #[must_use]
    pub fn problem(&self, name: &str) -> String {
        format!("{}/{name}", self.problems())
    }

    /// Whether programs call that path.
    #[must_use]
    pub fn is_api(&self, path: &str) -> bool {
        path.strip_prefix(&self.api()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// An organization, for programs.
    #[must_use]
    pub fn api_organization(&self, slug: &str) -> String {
        format!("{}/v1/organizations/{slug}", self.api())
    }

    /// An invitation, for programs.
    #[must_use]
    pub fn api_invitation(&self, slug: &str, id: Uuid) -> String {
        format!("{}/invitations/{id}", self.api_organization(slug))
    }

    /// A client's own registration.
    #[must_use]
    pub fn registration(&self, client_id: &str) -> String {
        format!("{}/register/{client_id}", self.base)
    }

    /// The link of a mail that keeps an account.
    #[must_use]
    pub fn deletion_link(&self, token: &str) -> String {
        format!("{}/keep-account/{token}", self.base)
    }

    /// The link of an invitation.
    #[must_use]
    pub fn invitation_link(&self, token: &str) -> String {
        format!("{}/invitation/{token}", self.base)
    }

    /// An organization that one is in.
    #[must_use]
    pub fn organization(&self, slug: &str) -> String {
        format!("{}/account/organizations/{slug}", self.base)
    }

    /// …to leave it.
    #[must_use]
    pub fn organization_leave(&self, slug: &str) -> String {
        format!("{}/leave", self.organization(slug))
    }

    /// A service that it gives, to give it up.
    #[must_use]
    pub fn organization_service(&self, slug: &str, client_id: &str) -> String {
        format!("{}/services/{client_id}", self.organization(slug))
    }

    /// The people of an organization, for those who look after it.
    #[must_use]
    pub fn organization_people(&self, slug: &str) -> String {
        format!("{}/organizations/{slug}", self.base)
    }

    /// A part of an organization's pages: `invitations`, `list`, `journal`…
    #[must_use]
    pub fn organization_part(&self, slug: &str, part: &str) -> String {
        format!("{}/organizations/{slug}/{part}", self.base)
    }

    /// A member of an organization, for those who look after it.
    #[must_use]
    pub fn organization_member(&self, slug: &str, person: Uuid) -> String {
        format!("{}/organizations/{slug}/members/{person}", self.base)
    }

    /// An invitation of an organization, for those who look after it.
    #[must_use]
    pub fn organization_invitation(&self, slug: &str, id: Uuid) -> String {
        format!("{}/organizations/{slug}/invitations/{id}", self.base)
    }

    /// A page that the host wrote.
    #[must_use]
    pub fn host_page(&self, name: &str) -> String {
        format!("{}/pages/{name}", self.base)
    }

    /// Somebody's account, for administrators.
    #[must_use]
    pub fn admin_user(&self, id: Uuid) -> String {
        format!("{}/{id}", self.admin_users())
    }

    /// What may be done to it, asked first: `disable`, `sign-out`…
    #[must_use]
    pub fn admin_user_act(&self, id: Uuid, act: &str) -> String {
        format!("{}/{act}", self.admin_user(id))
    }

    /// A page with what is said after `?`; what is empty is left out.
    #[must_use]
    pub fn with(page: &str, params: &[(&str, &str)]) -> String {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let given = params.iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<String> = given.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        if given.is_empty() { page.to_owned() } else { format!("{page}?{}", given.join("&")) }
    }

    /// A static file.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        format!("{}/static/{name}", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours() {
        let paths = |base: &str| Paths { issuer: format!("https://sso.test{base}"), base: base.to_owned() };
        assert_eq!(paths("").local("/sign-in?x=1").as_deref(), Some("/sign-in?x=1"));
        assert_eq!(paths("/realms/main").local("/realms/main/").as_deref(), Some("/realms/main/"));
        for bad in ["https://evil.test/", "//evil.test", "/\\evil.test", "", "/a b", "/a\r\nb", "/é"] {
            assert_eq!(paths("").local(bad), None, "{bad}");
        }
        assert_eq!(paths("/realms/main").local("/other"), None);
        assert_eq!(Paths::then("/a", "/b?c=d&e"), "/a?to=%2Fb%3Fc%3Dd%26e");
    }
}
