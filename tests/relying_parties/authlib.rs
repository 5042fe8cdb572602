//! `Authlib`, the library of many services in Python: the script `python/sign_in.py`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loquet::crypto::{Algorithm, SigningKey};
use loquet::db::clients::{Authentication, Client};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::process::Command;

use super::programs::{converse, made, prepare, sources};
use crate::support::client::REDIRECT;
use crate::support::{Browser, Server};

/// A pair of keys of a service: the private one as PEM, the public one as a set (RFC 7517).
fn keys(algorithm: Algorithm, kid: Option<&str>) -> (String, Value) {
    let pkcs8 = SigningKey::generate(algorithm).unwrap();
    let mut public =
        SigningKey::from_pkcs8(kid.unwrap_or_default().to_owned(), algorithm, &pkcs8).unwrap().public_jwk();
    if kid.is_none() {
        public.as_object_mut().unwrap().remove("kid");
    }
    let private = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&pkcs8));
    (private, json!({ "keys": [public] }))
}

/// Discovery, code flow with PKCE and nonce, verification, userinfo, renewal, introspection and
/// revocation, with each way to authenticate.
#[sqlx::test]
async fn authlib_signs_in_and_detects_what_is_wrong(pool: PgPool) {
    prepare("python").await;
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    let mut services = Vec::new();
    for (id, algorithm, authentication, library, kid) in [
        ("c_basic", Algorithm::Rs256, "client_secret_basic", "requests", None),
        ("c_post", Algorithm::Es256, "client_secret_post", "httpx", None),
        ("c_public", Algorithm::Rs256, "none", "httpx", None),
        ("c_rsa", Algorithm::Rs256, "private_key_jwt", "requests", None),
        ("c_ec", Algorithm::Es256, "private_key_jwt", "httpx", Some("key-1")),
    ] {
        let (private, public) = keys(algorithm, kid);
        let change = |client: &mut Client| {
            client.id_token_alg = algorithm;
            client.authentication = match authentication {
                "none" => Authentication::None,
                "private_key_jwt" => Authentication::PrivateKeyJwt,
                _ => Authentication::ClientSecret,
            };
            client.jwks = Some(public);
        };
        let (client, secret) = server.service_with(id, REDIRECT, change).await;
        server.group("staff", &[&alice], &[id]).await;
        let secret = match client.authentication {
            Authentication::None => None,
            Authentication::PrivateKeyJwt => Some(private),
            Authentication::ClientSecret => Some(secret.reveal().to_owned()),
        };
        services.push(json!({
            "id": id, "secret": secret, "algorithm": algorithm.name(), "authentication": authentication,
            "library": library, "header": kid.map(|kid| json!({ "kid": kid })),
        }));
    }
    let settings = json!({
        "issuer": server.url, "redirect": REDIRECT, "login": "alice", "email": alice.email, "sub": alice.id,
        "services": services,
    });
    let mut python = Command::new(made("python/bin/python"));
    python.arg(sources("python").join("sign_in.py"));
    let checked = converse(&mut python, &settings, &Browser::of(&server), "alice").await;
    // A script that ends early has checked nothing.
    assert_eq!(checked, 10);
}
