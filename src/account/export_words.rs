//! An export in the words of people: what its parts and its facts are called.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::app::AppState;
use crate::db::audit::Kind;
use crate::http::page::Page;
use crate::http::page_error::PageError;

/// Names of parts and of facts, and the keys of their texts.
pub const NAMES: &[(&str, &str)] = &[
    ("account", "export-account"),
    ("picture", "export-picture"),
    ("acceptances", "export-acceptances"),
    ("second_factors", "export-second-factors"),
    ("passkeys", "export-passkeys"),
    ("personal_tokens", "export-personal-tokens"),
    ("sessions", "export-sessions"),
    ("known_browsers", "export-known-browsers"),
    ("mail_links", "export-mail-links"),
    ("email_changes", "export-email-changes"),
    ("registrations", "export-registrations"),
    ("consents", "export-consents"),
    ("services", "export-services"),
    ("sign_out_notices", "export-sign-out-notices"),
    ("groups", "export-groups"),
    ("organizations", "export-organizations"),
    ("accesses", "export-accesses"),
    ("access_requests", "export-access-requests"),
    ("invitations", "export-invitations"),
    ("former_names", "export-former-names"),
    ("deletion", "export-deletion"),
    ("journal", "export-journal"),
    ("id", "export-id"),
    ("username", "export-username"),
    ("email", "export-email"),
    ("email_verified_at", "export-email-verified-at"),
    ("given_name", "export-given-name"),
    ("family_name", "export-family-name"),
    ("locale", "export-locale"),
    ("profile", "export-profile"),
    ("custom", "export-custom"),
    ("active", "export-active"),
    ("has_password", "export-has-password"),
    ("password_expired", "export-password-expired"),
    ("password_changed_at", "export-password-changed-at"),
    ("membership_since", "export-membership-since"),
    ("membership_until", "export-membership-until"),
    ("membership_reminded", "export-membership-reminded"),
    ("legacy_id", "export-legacy-id"),
    ("accepted_terms", "export-accepted-terms"),
    ("created_at", "export-created-at"),
    ("updated_at", "export-updated-at"),
    ("jpeg", "export-jpeg"),
    ("document", "export-document"),
    ("version", "export-version"),
    ("accepted_at", "export-accepted-at"),
    ("authenticator_since", "export-authenticator-since"),
    ("authenticator_last_used_at", "export-authenticator-last-used-at"),
    ("recovery_codes_left", "export-recovery-codes-left"),
    ("recovery_codes_used", "export-recovery-codes-used"),
    ("name", "export-name"),
    ("last_used_at", "export-last-used-at"),
    ("device", "export-device"),
    ("address_range", "export-address-range"),
    ("amr", "export-amr"),
    ("authenticated_at", "export-authenticated-at"),
    ("last_seen_at", "export-last-seen-at"),
    ("expires_at", "export-expires-at"),
    ("purpose", "export-purpose"),
    ("used_at", "export-used-at"),
    ("client_id", "export-client"),
    ("scopes", "export-scopes"),
    ("offline", "export-offline"),
    ("revoked_at", "export-revoked-at"),
    ("delivered_at", "export-delivered-at"),
    ("failed_at", "export-failed-at"),
    ("organization", "export-organization"),
    ("role", "export-role"),
    ("roles", "export-roles"),
    ("sent_by_you", "export-sent-by-you"),
    ("answered_at", "export-answered-at"),
    ("accepted", "export-accepted"),
    ("former_kind", "export-former-kind"),
    ("released_at", "export-released-at"),
    ("asked_at", "export-asked-at"),
    ("due_at", "export-due-at"),
    ("at", "export-at"),
    ("kind", "export-kind"),
    ("by_you", "export-by-you"),
    ("about_you", "export-about-you"),
    ("details", "export-details"),
    ("awaiting_approval_at", "export-awaiting-approval-at"),
    ("old_email", "export-old-email"),
    ("new_email", "export-new-email"),
    ("confirm_expires_at", "export-confirm-expires-at"),
    ("cancel_expires_at", "export-cancel-expires-at"),
    ("confirmed_at", "export-confirmed-at"),
    ("cancelled_at", "export-cancelled-at"),
    ("invited", "export-invited"),
    ("to_approve", "export-to-approve"),
];

/// What words an export needs.
pub struct Words<'a> {
    page: &'a Page,
    state: &'a AppState,
    /// Names of services, by id.
    services: HashMap<String, String>,
}

impl<'a> Words<'a> {
    /// For a page and an export.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub async fn of(page: &'a Page, state: &'a AppState, held: &[(&'static str, Value)]) -> Result<Self, PageError> {
        let mut services = HashMap::new();
        let things = held.iter().filter_map(|(_, value)| value.as_array()).flatten();
        for id in things.filter_map(|thing| thing["client_id"].as_str()) {
            if !services.contains_key(id)
                && let Some(client) = state.directory.client(id, &state.pool).await?
            {
                services.insert(id.to_owned(), client.name(&page.lang).to_owned());
            }
        }
        Ok(Self { page, state, services })
    }

    /// What a part or a fact is called.
    pub fn title(&self, name: &str) -> String {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| name.to_owned(), |(_, key)| self.page.text(key))
    }

    /// The things of a part; facts that are not there are not said.
    pub fn things(&self, value: &Value) -> Vec<Vec<(String, String)>> {
        let things = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        let facts = |thing: &Value| -> Vec<(String, String)> {
            let facts = thing.as_object().into_iter().flatten();
            facts
                .map(|(name, value)| (self.title(name), self.fact(name, value, thing)))
                .filter(|(_, text)| !text.is_empty())
                .collect()
        };
        things.iter().map(facts).filter(|facts| !facts.is_empty()).collect()
    }

    fn fact(&self, name: &str, value: &Value, thing: &Value) -> String {
        match (name, value) {
            (_, Value::Null) => String::new(),
            // Not to be read: the download holds it.
            ("jpeg", _) => self.page.text("export-in-the-download"),
            ("client_id", Value::String(id)) => self.service(id),
            ("kind", Value::String(kind)) => self.happening(kind, thing),
            ("role", Value::String(role)) if role == "member" => self.page.text("member-is-member"),
            ("role", Value::String(role)) if role == "referent" => self.page.text("organizations-referent"),
            (_, Value::Bool(true)) => self.page.text("export-yes"),
            (_, Value::Bool(false)) => self.page.text("export-no"),
            (_, Value::String(text)) => match text.parse::<DateTime<Utc>>() {
                Ok(at) => self.page.language().moment(at, self.state.settings.host.time_zone),
                Err(_) => text.clone(),
            },
            (_, Value::Number(number)) => number.to_string(),
            (_, Value::Array(list)) => list.iter().map(|one| self.fact("", one, thing)).collect::<Vec<_>>().join(", "),
            (_, Value::Object(members)) => members
                .iter()
                .map(|(name, value)| format!("{name}: {}", self.fact("", value, thing)))
                .collect::<Vec<_>>()
                .join("; "),
        }
    }

    fn service(&self, id: &str) -> String {
        self.services.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn happening(&self, kind: &str, thing: &Value) -> String {
        let Some(kind) = Kind::of(kind) else { return kind.to_owned() };
        let service = self.service(thing["client_id"].as_str().unwrap_or_default());
        let organization = thing["organization"].as_str().unwrap_or_default();
        self.page.text2(kind.text(), "service", &service, "organization", organization)
    }
}
