//! The only route table: one line a route, grouped by surface.

mod programs;

use actix_cors::Cors;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, PathConfig, PayloadConfig, ServiceConfig, delete, get, post, put};
use actix_web::{Resource, Route};

use crate::account::{
    activity, authenticator, authenticator_removal, cancel_email, change_email, change_password, change_username,
    confirm_email, data, delete_account, export, first_administrator, give_up_service, home, invitation,
    invited_sign_up, keep_account, language, leave_organization, legal, new_password, organizations, own_organization,
    passkey_removal, passkey_sign_in, passkeys, picture, profile, recover, recover_password, recovery_codes,
    second_factor, security, services as own_services, sessions, sign_in, sign_out, sign_up, sign_up_finish,
    sign_up_sent, terms, tokens, verify_email, verify_link,
};
use crate::admin::{
    group, group_act, groups, import, journal as host_journal, journal_export, key_rotation, keys, mail, membership,
    merge, new_group, new_organization, new_service, news, organization as host_organization, organization_act,
    organizations as host_organizations, overview, registrations, requests, service, service_access, service_act,
    service_logo, service_secret, service_test, services as host_services, settings, user, user_act, users,
};
use crate::app::{self, AppState};
use crate::http::guard::{guard, patient_guard};
use crate::http::page_error::PageError;
use crate::http::{assets, envelope};
use crate::oidc::{
    authorize, consent, discovery, dispatcher, end_session, forward_auth, introspection, pushed_request, refused,
    registration, revocation, token, userinfo,
};

use crate::organization::{
    access, export as members_export, index, invitations, invite, journal as organization_journal, list, list_preview,
    member, people, removal, requests as organization_requests, role, withdrawal,
};

/// Largest body, in bytes.
const BODY: usize = 64 * 1024;

/// Adds every route, below the issuer's own path.
pub fn configure(config: &mut ServiceConfig, state: &Data<AppState>) {
    config
        .app_data(PayloadConfig::new(BODY))
        .app_data(PathConfig::default().error_handler(|_, _| PageError::NotFound.into()))
        .route("/healthz", get().to(app::healthz))
        .route("/readyz", get().to(app::readyz))
        .service(
            web::scope(state.paths.base())
                .configure(|config| browser_applications(config, state))
                .configure(services)
                .configure(account)
                .configure(organization)
                .configure(admin)
                .configure(programs::programs),
        )
        .default_service(web::to(envelope::not_found));
}

/// What applications in a browser call as well (CORS): those of the origins that public clients
/// registered, and never with cookies.
fn browser_applications(config: &mut ServiceConfig, state: &Data<AppState>) {
    let cors = || {
        let state = state.clone();
        Cors::default()
            .allowed_origin_fn(move |origin, _| state.directory.is_public_origin(origin.as_bytes()))
            .allowed_methods(["GET", "POST"])
            .allowed_headers([AUTHORIZATION, CONTENT_TYPE])
            .block_on_origin_mismatch(false)
            .max_age(3600)
    };
    for (path, routes) in [
        ("/token", vec![post().to(token::post)]),
        ("/revoke", vec![post().to(revocation::post)]),
        ("/userinfo", vec![get().to(userinfo::handle), post().to(userinfo::handle)]),
    ] {
        config.service(resource(path, routes).wrap(from_fn(guard)).wrap(cors()));
    }
}

/// What services call, and the steps of an authorization.
fn services(config: &mut ServiceConfig) {
    at(config, "/.well-known/openid-configuration", [get().to(discovery::configuration)]);
    at(config, "/jwks.json", [get().to(discovery::jwks)]);
    at(config, "/authorize", [get().to(authorize::handle), post().to(authorize::handle)]);
    at(config, "/par", [post().to(pushed_request::post)]);
    at(config, "/introspect", [post().to(introspection::post)]);
    at(config, "/register", [post().to(registration::create)]);
    let own = [get().to(registration::show), put().to(registration::change), delete().to(registration::delete)];
    at(config, "/register/{client_id}", own);
    at(config, "/authorize/{id}", [get().to(dispatcher::get)]);
    at(config, "/authorize/{id}/continue", [get().to(dispatcher::continue_page)]);
    at(config, "/authorize/{id}/decline", [get().to(dispatcher::decline)]);
    at(config, "/consent", [get().to(consent::get), post().to(consent::post)]);
    at(config, "/end-session", [get().to(end_session::handle), post().to(end_session::handle)]);
    at(config, "/end-session/confirm", [post().to(end_session::confirm)]);
    at(config, "/end-session/done", [get().to(end_session::done)]);
    at(config, "/forward-auth", [get().to(forward_auth::get)]);
    at(config, "/refused", [get().to(refused::get), post().to(refused::post)]);
}

/// A person's own account.
fn account(config: &mut ServiceConfig) {
    at(config, "/", [get().to(home::get)]);
    at(config, "/sign-in", [get().to(sign_in::get), post().to(sign_in::post)]);
    at(config, "/sign-in/second-factor", [get().to(second_factor::get), post().to(second_factor::post)]);
    at(config, "/sign-in/second-factor/challenge", [post().to(second_factor::challenge)]);
    at(config, "/sign-in/passkey", [post().to(passkey_sign_in::post)]);
    at(config, "/sign-in/passkey/challenge", [post().to(passkey_sign_in::challenge)]);
    at(config, "/sign-out", [post().to(sign_out::post)]);
    at(config, "/signed-out", [get().to(sign_out::done)]);
    at(config, "/language", [post().to(language::post)]);
    at(config, "/account", [get().to(home::account)]);
    at(config, "/account/security", [get().to(security::get)]);
    at(config, "/account/sessions", [get().to(sessions::get), post().to(sessions::post)]);
    at(config, "/account/services", [get().to(own_services::get)]);
    let own_service = [get().to(own_services::ask), post().to(own_services::end)];
    at(config, "/account/services/{client_id}", own_service);
    at(config, "/account/organizations", [get().to(organizations::get), post().to(organizations::post)]);
    at(config, "/account/organizations/{slug}", [get().to(own_organization::get)]);
    let leave = [get().to(leave_organization::get), post().to(leave_organization::post)];
    at(config, "/account/organizations/{slug}/leave", leave);
    let given = [get().to(give_up_service::get), post().to(give_up_service::post)];
    at(config, "/account/organizations/{slug}/services/{client_id}", given);
    at(config, "/account/activity", [get().to(activity::get)]);
    at(config, "/account/data", [get().to(data::get)]);
    at(config, "/account/data/export", [get().to(export::get), post().to(export::post)]);
    at(config, "/account/data/delete", [get().to(delete_account::get), post().to(delete_account::post)]);
    at(config, "/account/data/delete/cancel", [post().to(data::cancel)]);
    at(config, "/keep-account/{token}", [get().to(keep_account::arrive)]);
    at(config, "/keep-account", [get().to(keep_account::get), post().to(keep_account::post)]);
    at(config, "/invitation", [get().to(invitation::get), post().to(invitation::post)]);
    at(config, "/invitation/account", [get().to(invited_sign_up::get), post().to(invited_sign_up::post)]);
    at(config, "/invitation/{token}", [get().to(invitation::arrive)]);
    at(config, "/account/security/authenticator", [get().to(authenticator::get), post().to(authenticator::post)]);
    let removal = [get().to(authenticator_removal::get), post().to(authenticator_removal::post)];
    at(config, "/account/security/authenticator/remove", removal);
    at(config, "/account/security/passkeys", [get().to(passkeys::get), post().to(passkeys::post)]);
    at(config, "/account/security/passkeys/challenge", [post().to(passkeys::challenge)]);
    let removal = [get().to(passkey_removal::get), post().to(passkey_removal::post)];
    at(config, "/account/security/passkeys/{id}", removal);
    at(config, "/account/security/recovery-codes", [get().to(recovery_codes::get), post().to(recovery_codes::post)]);
    at(config, "/account/security/tokens", [get().to(tokens::get), post().to(tokens::post)]);
    at(config, "/account/new-password", [get().to(new_password::get), post().to(new_password::post)]);
    at(config, "/account/profile", [get().to(profile::get), post().to(profile::post)]);
    at(config, "/account/terms", [get().to(terms::get), post().to(terms::post)]);
    at(config, "/terms", [get().to(legal::terms)]);
    at(config, "/privacy", [get().to(legal::privacy)]);
    at(config, "/pages/{name}", [get().to(legal::page)]);
    at(config, "/picture/{id}", [get().to(picture::show)]);
    let own = [get().to(picture::get), post().to(picture::post)];
    config.service(resource("/account/profile/picture", own).wrap(from_fn(patient_guard)));
    at(config, "/account/verify-email", [get().to(verify_email::get), post().to(verify_email::post)]);
    at(config, "/verify/{token}", [get().to(verify_link::arrive)]);
    at(config, "/verify", [get().to(verify_link::get), post().to(verify_link::post)]);
    at(config, "/sign-up", [get().to(sign_up::get), post().to(sign_up::post)]);
    at(config, "/sign-up/sent", [get().to(sign_up_sent::get), post().to(sign_up_sent::post)]);
    at(config, "/sign-up/finish", [get().to(sign_up_finish::get), post().to(sign_up_finish::post)]);
    at(config, "/sign-up/{token}", [get().to(sign_up_finish::arrive)]);
    let first = [get().to(first_administrator::get), post().to(first_administrator::post)];
    at(config, "/first-administrator", first);
    at(config, "/first-administrator/{token}", [get().to(first_administrator::arrive)]);
    at(config, "/recover", [get().to(recover::get), post().to(recover::post)]);
    let choose = [get().to(recover_password::get), post().to(recover_password::post)];
    at(config, "/recover/new-password", choose);
    at(config, "/recover/{token}", [get().to(recover_password::arrive)]);
    at(config, "/account/security/password", [get().to(change_password::get), post().to(change_password::post)]);
    at(config, "/account/security/email", [get().to(change_email::get), post().to(change_email::post)]);
    at(config, "/account/security/username", [get().to(change_username::get), post().to(change_username::post)]);
    at(config, "/email/confirm", [get().to(confirm_email::get), post().to(confirm_email::post)]);
    at(config, "/email/cancel", [get().to(cancel_email::get), post().to(cancel_email::post)]);
    at(config, "/email/cancel/{token}", [get().to(cancel_email::arrive)]);
    at(config, "/email/{token}", [get().to(confirm_email::arrive)]);
    at(config, "/static/{name}", [get().to(assets::get)]);
}

/// The pages of those who look after an organization.
fn organization(config: &mut ServiceConfig) {
    at(config, "/organizations", [get().to(index::get)]);
    at(config, "/organizations/{slug}", [get().to(people::get)]);
    at(config, "/organizations/{slug}/access", [post().to(access::post)]);
    at(config, "/organizations/{slug}/members.csv", [post().to(members_export::post)]);
    at(config, "/organizations/{slug}/members/{id}", [get().to(member::get), post().to(member::post)]);
    at(config, "/organizations/{slug}/members/{id}/role", [get().to(role::get), post().to(role::post)]);
    at(config, "/organizations/{slug}/members/{id}/remove", [get().to(removal::get), post().to(removal::post)]);
    at(config, "/organizations/{slug}/invite", [get().to(invite::get), post().to(invite::post)]);
    at(config, "/organizations/{slug}/invitations", [get().to(invitations::get), post().to(invitations::post)]);
    at(config, "/organizations/{slug}/invitations/{id}", [get().to(withdrawal::get), post().to(withdrawal::post)]);
    let list_form = [get().to(list::get), post().to(list::post)];
    config.service(resource("/organizations/{slug}/list", list_form).wrap(from_fn(patient_guard)));
    let apply = [post().to(list_preview::apply)];
    config.service(resource("/organizations/{slug}/list/apply", apply).wrap(from_fn(patient_guard)));
    let requests = [get().to(organization_requests::get), post().to(organization_requests::post)];
    at(config, "/organizations/{slug}/requests", requests);
    at(config, "/organizations/{slug}/journal", [get().to(organization_journal::get)]);
}

/// The pages of administrators.
fn admin(config: &mut ServiceConfig) {
    at(config, "/admin", [get().to(overview::get)]);
    at(config, "/admin/users", [get().to(users::get)]);
    at(config, "/admin/users/{id}", [get().to(user::get)]);
    at(config, "/admin/users/{id}/membership", [get().to(membership::get), post().to(membership::post)]);
    at(config, "/admin/users/{id}/merge", [get().to(merge::get), post().to(merge::post)]);
    at(config, "/admin/users/{id}/{act}", [get().to(user_act::get), post().to(user_act::post)]);
    at(config, "/admin/organizations", [get().to(host_organizations::get)]);
    at(config, "/admin/new-organization", [get().to(new_organization::get), post().to(new_organization::post)]);
    at(config, "/admin/organizations/{slug}", [get().to(host_organization::get)]);
    let organization_act = [get().to(organization_act::get), post().to(organization_act::post)];
    at(config, "/admin/organizations/{slug}/{act}", organization_act);
    at(config, "/admin/groups", [get().to(groups::get)]);
    at(config, "/admin/new-group", [get().to(new_group::get), post().to(new_group::post)]);
    at(config, "/admin/groups/{group}", [get().to(group::get)]);
    at(config, "/admin/groups/{group}/{act}", [get().to(group_act::get), post().to(group_act::post)]);
    at(config, "/admin/settings", [get().to(settings::get)]);
    let import_form = [get().to(import::get), post().to(import::post)];
    config.service(resource("/admin/import", import_form).wrap(from_fn(patient_guard)));
    at(config, "/admin/registrations", [get().to(registrations::get), post().to(registrations::post)]);
    at(config, "/admin/journal", [get().to(host_journal::get)]);
    at(config, "/admin/journal.csv", [post().to(journal_export::post)]);
    at(config, "/admin/news", [get().to(news::get), post().to(news::post)]);
    at(config, "/admin/mail", [get().to(mail::get), post().to(mail::post)]);
    at(config, "/admin/keys", [get().to(keys::get)]);
    at(config, "/admin/keys/rotate", [get().to(key_rotation::get), post().to(key_rotation::post)]);
    at(config, "/admin/services", [get().to(host_services::get)]);
    at(config, "/admin/new-service", [get().to(new_service::get), post().to(new_service::post)]);
    at(config, "/admin/services/{client_id}", [get().to(service::get)]);
    let access = [get().to(service_access::get), post().to(service_access::post)];
    at(config, "/admin/services/{client_id}/access", access);
    let secret = [get().to(service_secret::get), post().to(service_secret::post)];
    at(config, "/admin/services/{client_id}/secret", secret);
    let logo = [get().to(service_logo::get), post().to(service_logo::post)];
    config.service(resource("/admin/services/{client_id}/logo", logo).wrap(from_fn(patient_guard)));
    at(config, "/admin/services/{client_id}/test", [get().to(service_test::get)]);
    let act = [get().to(service_act::get), post().to(service_act::post)];
    at(config, "/admin/services/{client_id}/{act}", act);
    at(config, "/service-logo/{id}", [get().to(service_logo::file)]);
    at(config, "/access-requests", [get().to(requests::get), post().to(requests::post)]);
}

/// A path and its methods; any other method is answered 405.
fn at<const N: usize>(config: &mut ServiceConfig, path: &str, routes: [Route; N]) {
    config.service(resource(path, routes).wrap(from_fn(guard)));
}

fn resource(path: &str, routes: impl IntoIterator<Item = Route>) -> Resource {
    routes.into_iter().fold(web::resource(path), Resource::route)
}
