//! People, services and organizations, written straight into the database.

use loquet::authn::password::PasswordHashing;
use loquet::crypto::Plain;
use loquet::db;
use loquet::db::clients::{Authentication, Client};
use loquet::db::initial_access_tokens::NewToken;
use loquet::db::users::NewUser;
use loquet::types::{Email, Username};
use uuid::Uuid;

use super::Server;

/// Everybody's.
pub const PASSWORD: &str = "un cheval de course 1";

/// What [`Server::fill_profile`] gives.
pub const PROFILE: [(&str, &str); 14] = [
    ("middle_name", "Louise"),
    ("nickname", "Lili"),
    ("profile", "https://alice.example/moi"),
    ("picture", "https://alice.example/moi.png"),
    ("website", "https://alice.example/"),
    ("gender", "female"),
    ("birthdate", "1975-12-31"),
    ("zoneinfo", "Europe/Paris"),
    ("phone_number", "+33123456789"),
    ("street_address", "1 rue de la Paix"),
    ("postal_code", "33000"),
    ("locality", "Bordeaux"),
    ("region", "Nouvelle-Aquitaine"),
    ("country", "France"),
];

#[derive(Debug, Clone)]
pub struct Person {
    pub id: Uuid,
    pub email: String,
}

impl Server {
    /// A verified person with [`PASSWORD`].
    pub async fn person(&self, username: &str) -> Person {
        self.person_with(username, true, None).await
    }

    /// A person with a given stored hash.
    pub async fn person_with(&self, username: &str, verified: bool, hash: Option<&str>) -> Person {
        let email = format!("{username}@example.org");
        let own = PasswordHashing { vault: &self.state.vault, cost: 10 };
        let hash = hash.map_or_else(|| own.hash(PASSWORD).unwrap(), str::to_owned);
        let id = Uuid::now_v7();
        let user = NewUser {
            id,
            username: &Username::parse(username).unwrap(),
            email: &Email::parse(&email).unwrap(),
            email_verified: verified,
            given_name: "Alice",
            family_name: "Martin",
            locale: "fr",
            password_hash: Some(&hash),
        };
        let mut connection = self.state.pool.acquire().await.unwrap();
        assert!(db::users::insert(&mut connection, &user, self.state.clock.now()).await.unwrap());
        Person { id, email }
    }

    /// A confidential service open to everybody, and its secret.
    pub async fn service(&self, client_id: &str, redirect_uri: &str) -> (Client, Plain) {
        self.service_with(client_id, redirect_uri, |_| ()).await
    }

    /// The same, changed.
    pub async fn service_with(
        &self,
        client_id: &str,
        redirect_uri: &str,
        change: impl FnOnce(&mut Client),
    ) -> (Client, Plain) {
        let mut client = Client {
            client_id: client_id.to_owned(),
            name_fr: format!("Service {client_id}"),
            name_en: format!("{client_id} service"),
            everyone: true,
            ours: true,
            redirect_uris: vec![redirect_uri.to_owned()],
            scopes: loquet::claims::SCOPES.map(str::to_owned).to_vec(),
            ..Client::default()
        };
        change(&mut client);
        let secret = Plain::random("lqt_cs_");
        let now = self.state.clock.now();
        let mut connection = self.state.pool.acquire().await.unwrap();
        assert!(db::clients::save(&mut connection, &client, true, now).await.unwrap());
        if client.authentication == Authentication::ClientSecret {
            db::clients::add_secret(&mut connection, client_id, secret.hashed(), now, now).await.unwrap();
        }
        drop(connection);
        self.reload().await;
        (client, secret)
    }

    /// A group of these people, of which these services learn.
    pub async fn group(&self, name: &str, members: &[&Person], services: &[&str]) {
        let mut connection = self.state.pool.acquire().await.unwrap();
        let group = db::organizations::ensure_group(&mut connection, name, self.state.clock.now()).await.unwrap();
        for member in members {
            db::organizations::add_to_group(&mut connection, member.id, group).await.unwrap();
        }
        for service in services {
            db::organizations::allow_group(&mut connection, service, group).await.unwrap();
        }
    }

    /// Leave for one service, open to everybody, to register itself.
    pub async fn leave_to_register(&self) -> Plain {
        let (leave, now) = (Plain::random("lqt_ia_"), self.state.clock.now());
        let expires_at = now + chrono::TimeDelta::hours(1);
        let new = NewToken { token: leave.hashed(), note: "a test", uses: 1, everyone: true, expires_at };
        let mut connection = self.state.pool.acquire().await.unwrap();
        db::initial_access_tokens::insert(&mut connection, &new, now).await.unwrap();
        leave
    }

    /// Gives a person every standard claim that they may hold.
    pub async fn fill_profile(&self, person: &Person) {
        let mut connection = self.state.pool.acquire().await.unwrap();
        let mut details = db::users::details(&mut connection, person.id).await.unwrap();
        for (name, text) in PROFILE {
            details.profile.set(name, text).unwrap();
        }
        db::users::set_details(&mut connection, person.id, &details, self.state.clock.now()).await.unwrap();
    }

    /// Saves a changed service.
    pub async fn change_service(&self, client: &Client) {
        let mut connection = self.state.pool.acquire().await.unwrap();
        assert!(db::clients::save(&mut connection, client, false, self.state.clock.now()).await.unwrap());
        drop(connection);
        self.reload().await;
    }
}
