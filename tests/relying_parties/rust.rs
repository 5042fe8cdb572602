//! The `openidconnect` crate.

use loquet::crypto::{Algorithm, Plain};
use loquet::db::clients::Authentication;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims,
    IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    UserInfoClaims, reqwest,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::{Browser, PASSWORD, Server};

/// The claims that are ours: the crate refuses an answer in which one is missing or of another type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    groups: Vec<String>,
    roles: Vec<String>,
}

impl AdditionalClaims for Place {}

type Claims = IdTokenClaims<Place, CoreGenderClaim>;
type Userinfo = UserInfoClaims<Place, CoreGenderClaim>;
type Fields = IdTokenFields<
    Place,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Fault = StandardErrorResponse<CoreErrorResponseType>;
type Discovered = Client<
    Place,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    Fault,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type Refusal = RequestTokenError<openidconnect::HttpClientError<reqwest::Error>, Fault>;

/// A service made with the crate.
struct Service {
    client: Discovered,
    http: reqwest::Client,
}

/// What it keeps while somebody signs in.
struct Answered {
    code: AuthorizationCode,
    verifier: PkceCodeVerifier,
    nonce: Nonce,
}

impl Service {
    async fn discover(server: &Server, client_id: &str, secret: Option<&Plain>) -> Self {
        let http = reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let issuer = IssuerUrl::new(server.url.clone()).unwrap();
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
        let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let client = Client::from_provider_metadata(metadata, ClientId::new(client_id.to_owned()), secret)
            .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned()).unwrap());
        Self { client, http }
    }

    /// Sends a browser away, and takes what it brings back.
    async fn sign_in(&self, browser: &Browser, login: &str) -> Answered {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "groups", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let mut reply = browser.open(url.as_str()).await;
        if reply.is_page() {
            reply = browser.sign_in_on(&reply, login, PASSWORD).await;
        }
        assert!(reply.location().starts_with(REDIRECT), "{} {}", reply.status, reply.body);
        assert_eq!(reply.answer("state").as_deref(), Some(state.secret().as_str()));
        Answered { code: AuthorizationCode::new(reply.answer("code").unwrap()), verifier, nonce }
    }

    async fn exchange(&self, code: &AuthorizationCode, verifier: &PkceCodeVerifier) -> Result<Tokens, Box<Refusal>> {
        let verifier = PkceCodeVerifier::new(verifier.secret().clone());
        let request = self.client.exchange_code(code.clone()).unwrap().set_pkce_verifier(verifier);
        request.request_async(&self.http).await.map_err(Box::new)
    }

    /// Everything the crate can check of an ID token: signature with the algorithm given, issuer,
    /// audience, times, nonce; and that it belongs to the access token.
    fn verified(&self, tokens: &Tokens, nonce: &Nonce, algorithm: &CoreJwsSigningAlgorithm) -> Claims {
        let verifier = self.client.id_token_verifier().set_allowed_algs([algorithm.clone()]);
        let id_token = tokens.id_token().unwrap();
        let claims = id_token.claims(&verifier, nonce).unwrap();
        let key = id_token.signing_key(&verifier).unwrap();
        let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg().unwrap(), key).unwrap();
        assert_eq!(claims.access_token_hash(), Some(&hash));
        claims.clone()
    }

    async fn userinfo(&self, tokens: &Tokens, claims: &Claims) -> Userinfo {
        let subject = Some(claims.subject().clone());
        let request = self.client.user_info(tokens.access_token().clone(), subject).unwrap();
        request.request_async(&self.http).await.unwrap()
    }

    async fn refresh(&self, token: &RefreshToken) -> Result<Tokens, Box<Refusal>> {
        self.client.exchange_refresh_token(token).unwrap().request_async(&self.http).await.map_err(Box::new)
    }
}

fn error_of<T: std::fmt::Debug>(answer: Result<T, Box<Refusal>>) -> CoreErrorResponseType {
    match *answer.unwrap_err() {
        RequestTokenError::ServerResponse(response) => response.error().clone(),
        other => panic!("{other:?}"),
    }
}

/// Discovery, code flow with PKCE and nonce, verification, userinfo and refresh, with both signature
/// algorithms and each way to authenticate (none being a public client's).
#[sqlx::test]
async fn the_openidconnect_crate_signs_in(pool: PgPool) {
    let server = Server::start(&pool).await;
    let alice = server.person("alice").await;
    for (number, (ours, algorithm, authentication)) in [
        (Algorithm::Rs256, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, Some(AuthType::BasicAuth)),
        (Algorithm::Es256, CoreJwsSigningAlgorithm::EcdsaP256Sha256, Some(AuthType::BasicAuth)),
        (Algorithm::Rs256, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, Some(AuthType::RequestBody)),
        (Algorithm::Es256, CoreJwsSigningAlgorithm::EcdsaP256Sha256, None),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("c_{number}");
        let change = |client: &mut loquet::db::clients::Client| {
            client.id_token_alg = ours;
            if authentication.is_none() {
                client.authentication = Authentication::None;
            }
        };
        let (_, secret) = server.service_with(&id, REDIRECT, change).await;
        let mut service = Service::discover(&server, &id, authentication.as_ref().map(|_| &secret)).await;
        if let Some(authentication) = authentication {
            service.client = service.client.set_auth_type(authentication);
        }
        let browser = Browser::of(&server);
        let answered = service.sign_in(&browser, "alice").await;
        let tokens = service.exchange(&answered.code, &answered.verifier).await.unwrap();
        assert!(tokens.expires_in().unwrap().as_secs() > 0 && *tokens.token_type() == CoreTokenType::Bearer);
        let claims = service.verified(&tokens, &answered.nonce, &algorithm);
        assert_eq!(claims.subject().as_str(), alice.id.to_string());
        let userinfo = service.userinfo(&tokens, &claims).await;
        assert_eq!(userinfo.preferred_username().unwrap().as_str(), "alice");
        assert_eq!(userinfo.name().unwrap().get(None).unwrap().as_str(), "Alice Martin");
        assert_eq!(userinfo.email().unwrap().as_str(), alice.email);
        assert_eq!(userinfo.email_verified(), Some(true));
        assert_eq!(userinfo.additional_claims(), claims.additional_claims(), "groups are the same in both");

        let old = tokens.refresh_token().unwrap();
        let renewed = service.refresh(old).await.unwrap();
        assert_ne!(renewed.refresh_token().unwrap().secret(), old.secret());
        let again = service.verified(&renewed, &answered.nonce, &algorithm);
        assert_eq!((again.subject(), again.auth_time()), (claims.subject(), claims.auth_time()));
        service.userinfo(&renewed, &again).await;
    }
}

/// What the crate finds wrong, and what we refuse it.
#[sqlx::test]
async fn the_openidconnect_crate_detects_what_is_wrong(pool: PgPool) {
    let server = Server::start(&pool).await;
    server.person("alice").await;
    let (_, secret) = server.service("c_one", REDIRECT).await;
    let (_, other_secret) = server.service("c_other", REDIRECT).await;
    let service = Service::discover(&server, "c_one", Some(&secret)).await;
    let other = Service::discover(&server, "c_other", Some(&other_secret)).await;
    let browser = Browser::of(&server);

    let first = service.sign_in(&browser, "alice").await;
    let second = service.sign_in(&browser, "alice").await;
    // One sign-in's proof does not serve another's code.
    assert_eq!(error_of(service.exchange(&second.code, &first.verifier).await), CoreErrorResponseType::InvalidGrant);
    let tokens = service.exchange(&first.code, &first.verifier).await.unwrap();
    let id_token = tokens.id_token().unwrap();
    let verifier = service.client.id_token_verifier();
    id_token.claims(&verifier, &first.nonce).unwrap();
    let wrong = id_token.claims(&verifier, &second.nonce).unwrap_err();
    assert!(matches!(wrong, ClaimsVerificationError::InvalidNonce(_)), "{wrong:?}");
    let wrong = id_token.claims(&other.client.id_token_verifier(), &first.nonce).unwrap_err();
    assert!(matches!(wrong, ClaimsVerificationError::InvalidAudience(_)), "{wrong:?}");
    let es256 = service.client.id_token_verifier().set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
    let wrong = id_token.claims(&es256, &first.nonce).unwrap_err();
    assert!(matches!(wrong, ClaimsVerificationError::SignatureVerification(_)), "{wrong:?}");

    let refresh = tokens.refresh_token().unwrap();
    assert_eq!(error_of(other.refresh(refresh).await), CoreErrorResponseType::InvalidGrant);
    let impostor = Service::discover(&server, "c_one", Some(&other_secret)).await;
    assert_eq!(error_of(impostor.refresh(refresh).await), CoreErrorResponseType::InvalidClient);
    // A code that comes back takes along what the first exchange gave.
    assert_eq!(error_of(service.exchange(&first.code, &first.verifier).await), CoreErrorResponseType::InvalidGrant);
    assert_eq!(error_of(service.refresh(refresh).await), CoreErrorResponseType::InvalidGrant);
    let request = service.client.user_info(tokens.access_token().clone(), None).unwrap();
    assert!(request.request_async::<Place, _, CoreGenderClaim>(&service.http).await.is_err());
}
