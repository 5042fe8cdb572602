//! Who calls: a person, by a token of theirs. Cookies mean nothing here (OR-34).

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::SCOPE;
use super::refusal::{because, of_refusal};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::authz::client_access::{Decision, decide};
use crate::authz::delegation::Reach;
use crate::claims::ADMIN;
use crate::crypto::{Hashed, Plain};
use crate::db;
use crate::db::audit::Origin;
use crate::delegation::{Actor, Desk, Refusal, Target, Work};
use crate::http::api_error::{ApiError, Kind};
use crate::http::bearer::{self, Owner};
use crate::http::session::RECENT;
use crate::http::trace;
use crate::post::Post;

const NO_TOKEN: &str = "Bearer realm=\"loquet\"";
const BAD_TOKEN: &str =
    "Bearer realm=\"loquet\", error=\"invalid_token\", error_description=\"wrong, expired or revoked\"";
const LITTLE_TOKEN: &str = "Bearer realm=\"loquet\", error=\"insufficient_scope\", scope=\"organizations\"";

/// Somebody whose token is good at this moment.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person; none: a service in its own name.
    pub person: Option<Uuid>,
    /// The organization that the token is good for alone, and its slug.
    pub only: Option<(Uuid, String)>,
    /// What the token is.
    pub token: Token,
    /// Its end.
    pub expires_at: DateTime<Utc>,
    /// When the person made it, having just proven who they are; none: no key of theirs.
    made_at: Option<DateTime<Utc>>,
    /// From where, and with what.
    pub origin: Origin,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Made by the person for their own programs; what they call it.
    Personal(String),
    /// Issued to this service.
    Access(String),
    /// Issued to this service for itself.
    Client(String),
}

impl Caller {
    /// Of a request.
    ///
    /// # Errors
    /// In the words of RFC 6750 3.1: no token, one that is not good, one that is not for this; or a token
    /// in the address.
    pub async fn of(request: &HttpRequest, state: &AppState) -> Result<Self, ApiError> {
        let names = url::form_urlencoded::parse(request.query_string().as_bytes());
        if names.into_iter().any(|(name, _)| name == "access_token") {
            return Err(ApiError::invalid("access_token", "in-the-address"));
        }
        let token = bearer::in_header(request).ok_or_else(|| refused(NO_TOKEN))?;
        let mut caller = if token.reveal().starts_with(db::personal_tokens::PREFIX) {
            Self::by_personal_token(&token, state).await?
        } else {
            Self::by_access_token(&token, state).await?
        };
        caller.origin = trace::origin(request, state);
        let (Token::Personal(name) | Token::Access(name) | Token::Client(name)) = &caller.token;
        // What a person reads in their journal in the place of a browser.
        caller.origin.device = format!("API, {name}");
        if let Token::Client(client_id) = &caller.token {
            caller.origin.service = Some(client_id.clone());
        }
        Ok(caller)
    }

    async fn by_personal_token(token: &Plain, state: &AppState) -> Result<Self, ApiError> {
        let mut connection = state.pool.acquire().await?;
        let (two_steps, now) = (state.settings.second_factor.administrators, state.clock.now());
        let found = db::personal_tokens::find(&mut connection, token.hashed(), two_steps, now).await?;
        let holder = found.ok_or_else(|| refused(BAD_TOKEN))?;
        Ok(Self {
            person: Some(holder.user),
            only: holder.organization.zip(holder.slug),
            token: Token::Personal(holder.name),
            expires_at: holder.expires_at,
            made_at: Some(holder.created_at),
            origin: Origin::default(),
        })
    }

    async fn by_access_token(token: &Plain, state: &AppState) -> Result<Self, ApiError> {
        let bad = || refused(BAD_TOKEN);
        let hash = match bearer::access_token(token, state) {
            Some((hash, Owner::Person)) => hash,
            Some((hash, Owner::Client)) => return Self::by_client_token(hash, state).await,
            None => return Err(bad()),
        };
        let mut connection = state.pool.acquire().await?;
        let found = db::tokens::find(&mut connection, hash, state.clock.now()).await?.ok_or_else(bad)?;
        drop(connection);
        let held = found.held;
        let client = state.directory.client(&held.client_id, &state.pool).await?.ok_or_else(bad)?;
        // One meant for a resource server opens that server and not this.
        if client.audience() != client.client_id || matches!(decide(held.facts), Decision::Refused(_)) {
            return Err(bad());
        }
        let has = |scopes: &[String]| scopes.iter().any(|scope| scope == SCOPE);
        if !has(&held.scope) || !has(&client.scopes) {
            return Err(ApiError { challenge: Some(LITTLE_TOKEN), ..Kind::InsufficientScope.into() });
        }
        Ok(Self {
            person: Some(held.user),
            only: None,
            token: Token::Access(held.client_id),
            expires_at: found.expires_at,
            made_at: None,
            origin: Origin::default(),
        })
    }

    /// A service in its own name, which an administrator marked for that on the command line.
    async fn by_client_token(hash: Hashed, state: &AppState) -> Result<Self, ApiError> {
        let bad = || refused(BAD_TOKEN);
        let mut connection = state.pool.acquire().await?;
        let found = db::client_tokens::find(&mut connection, hash, state.clock.now()).await?.ok_or_else(bad)?;
        drop(connection);
        let client = state.directory.client(&found.client_id, &state.pool).await?.ok_or_else(bad)?;
        let marked = client.administers && client.client_credentials && client.audience() == client.client_id;
        if !marked || !found.scope.iter().any(|scope| scope == ADMIN) {
            return Err(bad());
        }
        let settled = client.access_token_seconds.map(|seconds| Duration::from_secs(seconds.into()));
        let life = TimeDelta::from_std(settled.unwrap_or(state.settings.tokens.access)).unwrap_or(TimeDelta::MAX);
        Ok(Self {
            person: None,
            only: None,
            token: Token::Client(found.client_id),
            expires_at: found.expires_at,
            made_at: found.expires_at.checked_sub_signed(life),
            origin: Origin::default(),
        })
    }

    /// By what it is told apart from others.
    #[must_use]
    pub fn key(&self) -> String {
        match (&self.person, &self.token) {
            (Some(person), _) => person.to_string(),
            (None, Token::Personal(name) | Token::Access(name) | Token::Client(name)) => format!("service {name}"),
        }
    }

    /// Who is at work.
    #[must_use]
    pub fn desk<'a>(&'a self, state: &'a AppState) -> Desk<'a> {
        let reach = match (&self.only, &self.token) {
            (Some((id, _)), _) => Reach::Organization(*id),
            (None, Token::Personal(_)) => Reach::Everything,
            (None, Token::Access(_) | Token::Client(_)) => Reach::Organizations,
        };
        let actor = self.person.map_or(Actor::Service, |id| Actor::Person { id, reach });
        Desk { pool: &state.pool, post: Post::of(state), actor, origin: &self.origin }
    }

    /// Goes on only if the rule would allow an act that takes something away, and the key is new: whoever makes
    /// one has just proven who they are (AD-04).
    ///
    /// # Errors
    /// What is refused.
    pub async fn must_be_recent(&self, state: &AppState, act: Act, target: Target<'_>) -> Result<(), ApiError> {
        self.desk(state).may(act, target).await.map_err(of_refusal(state))?;
        if self.made_at.is_some_and(|made| state.clock.now() < made + RECENT) {
            return Ok(());
        }
        Err(because(Kind::Forbidden, "key-too-old", "This wants a key that was made in the last ten minutes."))
    }

    /// Looks at an organization.
    ///
    /// # Errors
    /// What is refused.
    pub async fn read<T>(
        &self,
        state: &AppState,
        slug: &str,
        act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>,
    ) -> Result<T, ApiError> {
        self.desk(state).read(slug, act).await.map_err(of_refusal(state))
    }

    /// Changes something in an organization.
    ///
    /// # Errors
    /// What is refused.
    pub async fn change<T>(
        &self,
        state: &AppState,
        slug: &str,
        act: impl AsyncFnOnce(&mut Work<'_>) -> Result<T, Refusal>,
    ) -> Result<T, ApiError> {
        self.desk(state).change(slug, act).await.map_err(of_refusal(state))
    }
}

fn refused(challenge: &'static str) -> ApiError {
    ApiError { challenge: Some(challenge), ..Kind::Unauthorized.into() }
}

/// The one that the door let in.
impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| ApiError::internal("a route of the API without its door")))
    }
}
