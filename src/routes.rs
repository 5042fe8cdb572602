//! The only route table: one line a route, grouped by surface.

use actix_web::web::{self, Data, PathConfig, PayloadConfig, ServiceConfig, resource};

use crate::account::{home, language, new_password, sign_in, sign_out, verify_email, verify_link};
use crate::app::{self, AppState};
use crate::http::page_error::PageError;
use crate::http::{assets, envelope};
use crate::oidc::{authorize, discovery, dispatcher, refused, token, userinfo};

/// Largest body, in bytes.
const BODY: usize = 64 * 1024;

/// Adds every route below the issuer's path.
pub fn configure(config: &mut ServiceConfig, state: &Data<AppState>) {
    config
        .app_data(PayloadConfig::new(BODY))
        .app_data(PathConfig::default().error_handler(|_, _| PageError::NotFound.into()))
        .route("/healthz", web::get().to(app::healthz))
        .route("/readyz", web::get().to(app::readyz))
        .service(
            web::scope(state.paths.base())
                // What services call.
                .route("/.well-known/openid-configuration", web::get().to(discovery::configuration))
                .route("/jwks.json", web::get().to(discovery::jwks))
                .service(
                    resource("/authorize")
                        .route(web::get().to(authorize::handle))
                        .route(web::post().to(authorize::handle)),
                )
                .service(resource("/token").route(web::post().to(token::post)))
                .service(
                    resource("/userinfo")
                        .route(web::get().to(userinfo::handle))
                        .route(web::post().to(userinfo::handle)),
                )
                // The steps of an authorization.
                .service(resource("/authorize/{id}").route(web::get().to(dispatcher::get)))
                .service(resource("/authorize/{id}/continue").route(web::get().to(dispatcher::continue_page)))
                .service(resource("/authorize/{id}/decline").route(web::get().to(dispatcher::decline)))
                .service(resource("/refused").route(web::get().to(refused::get)))
                // A person's own account.
                .service(resource("/").route(web::get().to(home::get)))
                .service(resource("/sign-in").route(web::get().to(sign_in::get)).route(web::post().to(sign_in::post)))
                .service(resource("/sign-out").route(web::post().to(sign_out::post)))
                .service(resource("/signed-out").route(web::get().to(sign_out::done)))
                .service(resource("/language").route(web::post().to(language::post)))
                .service(
                    resource("/account/new-password")
                        .route(web::get().to(new_password::get))
                        .route(web::post().to(new_password::post)),
                )
                .service(
                    resource("/account/verify-email")
                        .route(web::get().to(verify_email::get))
                        .route(web::post().to(verify_email::post)),
                )
                .service(resource("/verify/{token}").route(web::get().to(verify_link::arrive)))
                .service(
                    resource("/verify").route(web::get().to(verify_link::get)).route(web::post().to(verify_link::post)),
                )
                .service(resource("/static/{name}").route(web::get().to(assets::get))),
        )
        .default_service(web::to(envelope::not_found));
}
