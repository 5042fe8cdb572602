//! The people and organizations that `security.md` speaks of, at work on one server.

use std::collections::BTreeMap;

use loquet::authz::delegation::Reach;
use loquet::crypto::Plain;
use loquet::db;
use loquet::db::audit::Origin;
use loquet::delegation::{Actor, Desk};
use loquet::post::Post;
use sqlx::PgPool;
use uuid::Uuid;

use super::client::REDIRECT;
use super::listener::LOOPBACK;
use super::people::Person;
use super::{RelyingParty, Server};

/// Organizations `a` and `b` are active, `c` is switched off. alice∈A, bob∈B, carl∈A∩B, dora in none, eve
/// nobody's friend, rita and rex referents of A, remi referent of B, adm administrator, aud auditor. `c_sa` is
/// A's and `c_sb` B's, given one by one; `c_all` both have for all their members; `c_conf` is everybody's.
/// Services know the roles `editor`, `viewer` (delegable) and `admin` (not). alice and carl have `c_sa`, bob and
/// carl `c_sb`.
pub struct World {
    pub server: Server,
    pub people: BTreeMap<&'static str, Person>,
    pub organizations: BTreeMap<&'static str, Uuid>,
    pub secrets: BTreeMap<&'static str, Plain>,
    nowhere: Origin,
}

const MEMBERS: [(&str, &str, bool); 9] = [
    ("a", "alice", false),
    ("a", "carl", false),
    ("a", "rita", true),
    ("a", "rex", true),
    ("b", "bob", false),
    ("b", "carl", false),
    ("b", "remi", true),
    ("c", "alice", false),
    ("c", "rita", true),
];

/// `adm` has one step to sign in: what is demanded of administrators is another test's.
pub const ONE_STEP: (&str, &str) = ("LOQUET_SECOND_FACTOR_ADMINISTRATORS", "false");

impl World {
    pub async fn new(pool: &PgPool) -> Self {
        Self::on(Server::with(pool, &[LOOPBACK, ONE_STEP]).await).await
    }

    /// On that server; `told` is where services hear of sign-outs.
    pub async fn on(server: Server) -> Self {
        let mut people = BTreeMap::new();
        for name in ["alice", "bob", "carl", "dora", "eve", "rita", "remi", "rex", "adm", "aud"] {
            people.insert(name, server.person(name).await);
        }
        server.group("admins", &[&people["adm"]], &[]).await;
        server.group("auditors", &[&people["aud"]], &[]).await;
        let (mut organizations, mut secrets) = (BTreeMap::new(), BTreeMap::new());
        for id in ["c_conf", "c_sa", "c_sb", "c_all"] {
            let closed = |client: &mut db::clients::Client| client.everyone = id == "c_conf";
            secrets.insert(id, server.service_with(id, REDIRECT, closed).await.1);
        }
        let now = server.state.clock.now();
        let mut connection = server.state.pool.acquire().await.unwrap();
        for id in ["c_sa", "c_sb", "c_all"] {
            for (role, delegable) in [("editor", true), ("viewer", true), ("admin", false)] {
                db::organizations::ensure_role(&mut connection, id, role, delegable).await.unwrap();
            }
        }
        for (slug, name) in [("a", "Atelier vélo"), ("b", "Brasserie du port"), ("c", "Cercle fermé")] {
            let id = db::organizations::ensure_organization(&mut connection, slug, name, now).await.unwrap();
            db::organizations::update(&mut connection, id, name, "", slug != "c").await.unwrap();
            organizations.insert(slug, id);
        }
        for (slug, name, referent) in MEMBERS {
            db::organizations::add_member(&mut connection, organizations[slug], people[name].id, referent, now)
                .await
                .unwrap();
        }
        for (slug, service, all) in [
            ("a", "c_sa", false),
            ("b", "c_sb", false),
            ("c", "c_sa", true),
            ("a", "c_all", true),
            ("b", "c_all", true),
        ] {
            db::organizations::attach(&mut connection, organizations[slug], service, all).await.unwrap();
        }
        for (slug, name, service) in
            [("a", "alice", "c_sa"), ("a", "carl", "c_sa"), ("b", "bob", "c_sb"), ("b", "carl", "c_sb")]
        {
            let (organization, person) = (organizations[slug], people[name].id);
            db::organizations::grant(&mut connection, organization, person, service, &[], now).await.unwrap();
        }
        drop(connection);
        Self { server, people, organizations, secrets, nowhere: Origin::default() }
    }

    /// Somebody at work, past the HTTP layer.
    pub fn desk(&self, name: &str) -> Desk<'_> {
        let actor = match name {
            "host" => Actor::CommandLine,
            name => Actor::Person { id: self.people[name].id, reach: Reach::Everything },
        };
        Desk { pool: &self.server.state.pool, post: Post::of(&self.server.state), actor, origin: &self.nowhere }
    }

    /// Their id.
    pub fn id(&self, name: &str) -> Uuid {
        self.people[name].id
    }

    pub fn relying_party(&self, service: &str) -> RelyingParty {
        RelyingParty::of(&self.server, service, Some(self.secrets[service].clone()))
    }
}
