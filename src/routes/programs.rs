//! The routes of programs (`/api/…`): a part of the table, kept apart for its length.

use actix_web::Route;
use actix_web::middleware::from_fn;
use actix_web::web::{PayloadConfig, ServiceConfig, delete, get, patch, post, put};

use super::{at, resource};
use crate::api::door::door;
use crate::api::{
    access, docs, document, groups, host_journal, host_services, import, invitations, journal, kept_groups, keys, list,
    mail, me, member_access, members, memberships, merging, news, organizations, overview, problems, registrations,
    requests, service_access, service_file, service_logo, services, settings, user_acts, users,
};
use crate::delegation::list::LONGEST;
use crate::http::guard::{guard, patient_guard};

/// What programs call.
pub(super) fn programs(config: &mut ServiceConfig) {
    at(config, "/api/docs", [get().to(docs::get)]);
    at(config, "/api/problems", [get().to(problems::list)]);
    at(config, "/api/problems/{name}", [get().to(problems::one)]);
    at(config, "/api/v1/openapi.json", [get().to(document::get)]);
    call(config, "/api/v1/me", [get().to(me::get)]);
    call(config, "/api/v1/access/{person}/{client_id}", [get().to(access::explain)]);
    call(config, "/api/v1/access/{person}/{client_id}/claims", [get().to(access::claims)]);
    let all = [get().to(organizations::list), post().to(organizations::create)];
    call(config, "/api/v1/organizations", all);
    let one = [get().to(organizations::show), patch().to(organizations::change), delete().to(organizations::delete)];
    call(config, "/api/v1/organizations/{slug}", one);
    call(config, "/api/v1/organizations/{slug}/members", [get().to(members::list)]);
    call(config, "/api/v1/organizations/{slug}/members.csv", [get().to(members::export)]);
    let one = [get().to(members::show), patch().to(members::change), delete().to(members::remove)];
    call(config, "/api/v1/organizations/{slug}/members/{person}", one);
    let one = [put().to(member_access::put), delete().to(member_access::delete)];
    call(config, "/api/v1/organizations/{slug}/members/{person}/accesses/{client_id}", one);
    let all = [get().to(invitations::list), post().to(invitations::create)];
    call(config, "/api/v1/organizations/{slug}/invitations", all);
    let one = [get().to(invitations::show), delete().to(invitations::withdraw)];
    call(config, "/api/v1/organizations/{slug}/invitations/{id}", one);
    call(config, "/api/v1/organizations/{slug}/invitations/{id}/resend", [post().to(invitations::resend)]);
    call(config, "/api/v1/organizations/{slug}/services", [get().to(services::list)]);
    let one = [put().to(services::put), delete().to(services::delete)];
    call(config, "/api/v1/organizations/{slug}/services/{client_id}", one);
    call(config, "/api/v1/organizations/{slug}/journal", [get().to(journal::get)]);
    call(config, "/api/v1/organizations/{slug}/requests", [get().to(requests::list)]);
    call(config, "/api/v1/organizations/{slug}/requests/{id}/accept", [post().to(requests::accept)]);
    call(config, "/api/v1/organizations/{slug}/requests/{id}/decline", [post().to(requests::decline)]);
    call(config, "/api/v1/access-requests", [get().to(requests::list_of_host)]);
    call(config, "/api/v1/access-requests/{id}/accept", [post().to(requests::accept_for_host)]);
    call(config, "/api/v1/access-requests/{id}/decline", [post().to(requests::decline_for_host)]);
    call(config, "/api/v1/overview", [get().to(overview::get)]);
    call(config, "/api/v1/journal", [get().to(host_journal::get)]);
    call(config, "/api/v1/users", [get().to(users::list)]);
    call(config, "/api/v1/users/{person}", [get().to(users::show)]);
    call(config, "/api/v1/users/{person}/enable", [post().to(user_acts::enable)]);
    call(config, "/api/v1/users/{person}/disable", [post().to(user_acts::disable)]);
    call(config, "/api/v1/users/{person}/reset-factor", [post().to(user_acts::reset_factor)]);
    call(config, "/api/v1/users/{person}/sign-out", [post().to(user_acts::sign_out)]);
    call(config, "/api/v1/users/{person}/verification", [post().to(user_acts::verify)]);
    call(config, "/api/v1/registrations", [get().to(registrations::list)]);
    call(config, "/api/v1/registrations/{person}/accept", [post().to(registrations::accept)]);
    call(config, "/api/v1/registrations/{person}/decline", [post().to(registrations::decline)]);
    call(config, "/api/v1/mail", [get().to(mail::list)]);
    call(config, "/api/v1/mail/retry", [post().to(mail::retry_all)]);
    call(config, "/api/v1/mail/test", [post().to(mail::test)]);
    call(config, "/api/v1/mail/{id}/retry", [post().to(mail::retry)]);
    call(config, "/api/v1/mail/{id}/forget", [post().to(mail::forget)]);
    call(config, "/api/v1/signing-keys", [get().to(keys::list)]);
    call(config, "/api/v1/signing-keys/rotate", [post().to(keys::rotate)]);
    let membership = [get().to(memberships::of_person), post().to(memberships::set_of_person)];
    call(config, "/api/v1/users/{person}/membership", membership);
    let membership = [get().to(memberships::of_organization), post().to(memberships::set_of_organization)];
    call(config, "/api/v1/organizations/{slug}/membership", membership);
    call(config, "/api/v1/users/{person}/merge", [post().to(merging::merge)]);
    call(config, "/api/v1/users/{person}/merge/preview", [post().to(merging::preview)]);
    call(config, "/api/v1/groups", [get().to(groups::list), post().to(groups::create)]);
    call(config, "/api/v1/groups/{group}", [get().to(groups::show), delete().to(groups::delete)]);
    call(config, "/api/v1/groups/{group}/rename", [post().to(groups::rename)]);
    call(config, "/api/v1/groups/{group}/second-factor", [post().to(groups::demand)]);
    call(config, "/api/v1/groups/{group}/members", [get().to(groups::members)]);
    let one = [put().to(groups::add), delete().to(groups::remove)];
    call(config, "/api/v1/groups/{group}/members/{person}", one);
    call(config, "/api/v1/group-rules", [get().to(kept_groups::list)]);
    let one = [post().to(kept_groups::keep), delete().to(kept_groups::release)];
    call(config, "/api/v1/group-rules/{group}", one);
    call(config, "/api/v1/services", [get().to(host_services::list), post().to(host_services::create)]);
    let one = [get().to(service_file::show), delete().to(host_services::delete)];
    call(config, "/api/v1/services/{client_id}", one);
    call(config, "/api/v1/services/{client_id}/enable", [post().to(host_services::enable)]);
    call(config, "/api/v1/services/{client_id}/disable", [post().to(host_services::disable)]);
    call(config, "/api/v1/services/{client_id}/secret", [post().to(service_file::renew_secret)]);
    let access = [get().to(service_access::show), put().to(service_access::put)];
    call(config, "/api/v1/services/{client_id}/access", access);
    call(config, "/api/v1/services/{client_id}/people", [get().to(service_access::people)]);
    call(config, "/api/v1/news", [get().to(news::show), post().to(news::tell)]);
    call(config, "/api/v1/settings", [get().to(settings::list)]);
    let logo = [put().to(service_logo::put), delete().to(service_logo::delete)];
    let logo = resource("/api/v1/services/{client_id}/logo", logo);
    let logo = logo.app_data(PayloadConfig::new(service_logo::LONGEST));
    config.service(logo.wrap(from_fn(door)).wrap(from_fn(guard)));
    // A list is longer than a form, and a thousand people take a while.
    for (path, route, most) in [
        ("/api/v1/organizations/{slug}/list", post().to(list::apply), LONGEST),
        ("/api/v1/organizations/{slug}/list/preview", post().to(list::preview), LONGEST),
        ("/api/v1/import", post().to(import::post), import::LONGEST),
    ] {
        let list = resource(path, [route]).app_data(PayloadConfig::new(2 * most));
        config.service(list.wrap(from_fn(door)).wrap(from_fn(patient_guard)));
    }
}

/// A path of the API, behind its door.
fn call<const N: usize>(config: &mut ServiceConfig, path: &str, routes: [Route; N]) {
    config.service(resource(path, routes).wrap(from_fn(door)).wrap(from_fn(guard)));
}
