//! All that is held about one person, table by table, without secrets. A test compares [`SOURCES`] with
//! the tables that refer to people.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// Where each table that refers to people ends up: in a part of the export, or nowhere, and why.
pub const SOURCES: &[(&str, Source)] = &[
    ("users", Source::Part("account")),
    ("pictures", Source::Part("picture")),
    ("acceptances", Source::Part("acceptances")),
    ("authenticators", Source::Part("second_factors")),
    ("recovery_codes", Source::Part("second_factors")),
    ("passkeys", Source::Part("passkeys")),
    ("personal_tokens", Source::Part("personal_tokens")),
    ("browser_sessions", Source::Part("sessions")),
    ("known_devices", Source::Part("known_browsers")),
    ("mail_links", Source::Part("mail_links")),
    ("email_changes", Source::Part("email_changes")),
    ("registrations", Source::Part("registrations")),
    ("consents", Source::Part("consents")),
    ("oauth_sessions", Source::Part("services")),
    ("logout_deliveries", Source::Part("sign_out_notices")),
    ("group_members", Source::Part("groups")),
    ("memberships", Source::Part("organizations")),
    ("access_grants", Source::Part("accesses")),
    ("access_grant_roles", Source::Part("accesses")),
    ("access_requests", Source::Part("access_requests")),
    ("invitations", Source::Part("invitations")),
    ("account_deletions", Source::Part("deletion")),
    ("audit_events", Source::Part("journal")),
    ("released_names", Source::Part("former_names")),
    ("passkey_challenges", Source::Nowhere("what a browser was asked to sign: five minutes")),
    ("pending_sign_ins", Source::Nowhere("a sign-in that is half done: ten minutes")),
    ("authorization_requests", Source::Nowhere("a request of a service under way: minutes")),
];

/// The columns of `users` that are not in the export: secrets, and copies of others.
pub const LEFT_OUT: &[&str] = &["password_hash", "legacy_digest", "username_key", "email_key"];

/// Where a table ends up.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// In this part.
    Part(&'static str),
    /// Not in the export, for this reason.
    Nowhere(&'static str),
}

/// The parts in order: an object or a list of objects each.
///
/// # Errors
/// PostgreSQL's.
#[expect(clippy::too_many_lines, reason = "a list, one statement for each part")]
pub async fn parts(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Vec<(&'static str, Value)>> {
    let mut parts = Vec::new();
    macro_rules! part {
        ($name:literal, $sql:literal) => {
            parts.push(($name, sqlx::query_scalar!($sql, user).fetch_one(&mut *connection).await?));
        };
    }
    part!(
        "account",
        r#"SELECT to_jsonb(t) AS "part!" FROM (
               SELECT id, username, email, email_verified_at, given_name, family_name, locale, profile, custom, active,
                   password_hash IS NOT NULL AS has_password, password_expired, password_changed_at, membership_since, membership_until,
                   membership_reminded, legacy_id, accepted_terms, awaiting_approval_at, created_at, updated_at
               FROM users WHERE id = $1) t"#
    );
    part!(
        "picture",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT created_at, translate(encode(jpeg, 'base64'), E'\n', '') AS jpeg FROM pictures WHERE user_id = $1) t"#
    );
    part!(
        "acceptances",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT document, version, accepted_at FROM acceptances WHERE user_id = $1 ORDER BY accepted_at) t"#
    );
    part!(
        "second_factors",
        r#"SELECT jsonb_build_object(
               'authenticator_since', (SELECT created_at FROM authenticators WHERE user_id = $1),
               'authenticator_last_used_at', (SELECT last_used_at FROM authenticators WHERE user_id = $1),
               'recovery_codes_left', (SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL),
               'recovery_codes_used', (SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NOT NULL)) AS "part!""#
    );
    part!(
        "passkeys",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at) t"#
    );
    part!(
        "personal_tokens",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT t.name, o.name AS organization, t.created_at, t.expires_at, t.last_used_at
               FROM personal_tokens t LEFT JOIN organizations o ON o.id = t.organization_id WHERE t.user_id = $1 ORDER BY t.created_at) t"#
    );
    part!(
        "sessions",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT device, address_range, amr, created_at, authenticated_at, last_seen_at, expires_at
               FROM browser_sessions WHERE user_id = $1 ORDER BY created_at) t"#
    );
    part!(
        "known_browsers",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT last_used_at FROM known_devices WHERE user_id = $1 ORDER BY 1) t"#
    );
    part!(
        "mail_links",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT purpose, email, created_at, expires_at, used_at FROM mail_links WHERE user_id = $1 ORDER BY created_at) t"#
    );
    part!(
        "email_changes",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT old_email, new_email, created_at, confirm_expires_at, cancel_expires_at, confirmed_at, cancelled_at
               FROM email_changes WHERE user_id = $1 ORDER BY created_at) t"#
    );
    part!(
        "registrations",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT r.email, r.locale, r.client_id, r.invited, r.to_approve, r.created_at, r.expires_at, r.used_at
               FROM users u JOIN registrations r ON r.email_key = u.email_key WHERE u.id = $1) t"#
    );
    part!(
        "consents",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT client_id, scopes, created_at, updated_at FROM consents WHERE user_id = $1 ORDER BY 1) t"#
    );
    part!(
        "services",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT client_id, scope AS scopes, amr, offline, authenticated_at, created_at, expires_at, revoked_at
               FROM oauth_sessions WHERE user_id = $1 ORDER BY created_at) t"#
    );
    part!(
        "sign_out_notices",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT client_id, created_at, delivered_at, failed_at FROM logout_deliveries WHERE user_id = $1 ORDER BY created_at) t"#
    );
    part!(
        "groups",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = $1 ORDER BY 1) t"#
    );
    part!(
        "organizations",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT o.name AS organization, m.role, m.created_at
               FROM memberships m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = $1 ORDER BY 1) t"#
    );
    part!(
        "accesses",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT o.name AS organization, a.client_id, a.created_at, ARRAY(
                   SELECT r.role FROM access_grant_roles r
                   WHERE r.organization_id = a.organization_id AND r.user_id = a.user_id AND r.client_id = a.client_id ORDER BY 1) AS roles
               FROM access_grants a JOIN organizations o ON o.id = a.organization_id WHERE a.user_id = $1 ORDER BY 1, 2) t"#
    );
    // Whose requests the person answered is those people's business.
    part!(
        "access_requests",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT r.client_id, o.name AS organization, r.created_at, r.answered_at, r.accepted
               FROM access_requests r LEFT JOIN organizations o ON o.id = r.organization_id WHERE r.user_id = $1 ORDER BY r.created_at) t"#
    );
    // Whom the person invited is those people's business.
    part!(
        "invitations",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT o.name AS organization, i.role, i.email_key IS DISTINCT FROM u.email_key AS sent_by_you, i.created_at, i.expires_at,
                   i.answered_at, i.accepted
               FROM users u JOIN invitations i ON i.email_key = u.email_key OR i.created_by = u.id
                   JOIN organizations o ON o.id = i.organization_id
               WHERE u.id = $1 ORDER BY i.created_at) t"#
    );
    part!(
        "former_names",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT kind AS former_kind, released_at FROM released_names WHERE user_id = $1 ORDER BY released_at) t"#
    );
    part!(
        "deletion",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT asked_at, due_at FROM account_deletions WHERE user_id = $1) t"#
    );
    // Where somebody else who is known did something from is their business.
    part!(
        "journal",
        r#"SELECT coalesce(jsonb_agg(t), '[]') AS "part!" FROM (
               SELECT e.at, e.kind, coalesce(e.actor_id = $1, false) AS by_you, coalesce(e.user_id = $1, false) AS about_you,
                   o.name AS organization, e.client_id,
                   CASE WHEN e.actor_id IS NULL OR e.actor_id = $1 THEN e.address_range END AS address_range,
                   CASE WHEN e.actor_id IS NULL OR e.actor_id = $1 THEN e.device END AS device,
                   CASE WHEN e.user_id = $1 THEN e.details END AS details
               FROM audit_events e LEFT JOIN organizations o ON o.id = e.organization_id
               WHERE e.user_id = $1 OR (e.actor_id = $1 AND e.actor_id IS DISTINCT FROM e.user_id) ORDER BY e.id) t"#
    );
    Ok(parts)
}
