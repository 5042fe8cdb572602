//! Nobody reads or changes a byte of an organization that is not theirs (PR-15, OR-01, OR-04, OR-41): every
//! operation of the document, and every page about organizations, with objects of another organization in
//! every place, as everybody who has no business there. What is there is answered as what is nowhere.

use std::collections::BTreeMap;
use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::contract::{document, operations};
use crate::support::contents::{Contents, without_notes_of_being_seen};
use crate::support::{Browser, Script, World, routes};

/// What stands in the place of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of A.
    Own,
    /// Of B, and of nothing that A has to do with.
    Foreign,
    /// Of nobody: there is none.
    Nowhere,
}

/// What there is to ask for.
struct Objects(BTreeMap<(&'static str, &'static str), [String; 3]>);

impl Objects {
    async fn of(world: &World, pool: &PgPool) -> Self {
        let nowhere = || Uuid::now_v7().to_string();
        // In A alone, and none of those who ask.
        let anna = world.server.person("anna").await;
        let (a, now) = (world.organizations["a"], world.server.state.clock.now());
        let mut connection = world.server.state.pool.acquire().await.unwrap();
        loquet::db::organizations::add_member(&mut connection, a, anna.id, false, now).await.unwrap();
        loquet::db::organizations::grant(&mut connection, a, anna.id, "c_sa", &[], now).await.unwrap();
        drop(connection);
        let mut invitations = Vec::new();
        for (slug, referent) in [("a", "rex"), ("b", "remi")] {
            let script = Script::of(&world.server, &world.people[referent], None).await;
            let path = format!("/api/v1/organizations/{slug}/invitations");
            let sent = script.post(&path, &json!({ "email": format!("guest@{slug}.test") })).await;
            invitations.push(sent.body["id"].as_str().unwrap().to_owned());
        }
        let mut requests = Vec::<String>::new();
        for (organization, name, service) in
            [(Some("a"), "anna", "c_all"), (Some("b"), "bob", "c_sb"), (None, "dora", "c_sb")]
        {
            let organization = organization.map(|slug| world.organizations[slug]);
            let row = sqlx::query_scalar(
                "INSERT INTO access_requests (id, user_id, client_id, organization_id, created_at)
                 VALUES (gen_random_uuid(), $1, $2, $3, now()) RETURNING id::text",
            );
            let person = if name == "anna" { anna.id } else { world.id(name) };
            let row = row.bind(person).bind(service).bind(organization);
            requests.push(row.fetch_one(pool).await.unwrap());
        }
        let people = [anna.id.to_string(), world.id("bob").to_string(), nowhere()];
        let texts = |own: &str, foreign: &str, none: &str| [own.to_owned(), foreign.to_owned(), none.to_owned()];
        Self(BTreeMap::from([
            (("slug", ""), texts("a", "b", "nowhere")),
            (("person", ""), people.clone()),
            (("id", "members"), people),
            (("client_id", ""), texts("c_sa", "c_sb", "c_none")),
            (("group", ""), texts("staff", "admins", "nobody")),
            (("id", "invitations"), [invitations[0].clone(), invitations[1].clone(), nowhere()]),
            (("id", "requests"), [requests[0].clone(), requests[1].clone(), nowhere()]),
            (("id", "mail"), [nowhere(), nowhere(), nowhere()]),
            (("id", "access-requests"), [requests[0].clone(), requests[2].clone(), nowhere()]),
        ]))
    }

    /// The value for a parameter of a path.
    fn value(&self, path: &str, name: &str, whose: Whose) -> &str {
        let before = path.split(&format!("{{{name}}}")).next().unwrap();
        let kind = before.trim_end_matches('/').rsplit('/').next().unwrap();
        let found = self.0.iter().find(|((other, of), _)| *other == name && (of.is_empty() || *of == kind));
        let (_, values) = found.unwrap_or_else(|| panic!("tests/api/foreign.rs knows no {name} of {path}"));
        &values[whose as usize]
    }

    fn fill(&self, path: &str, places: &[(String, Whose)]) -> String {
        places.iter().fold(path.to_owned(), |filled, (name, whose)| {
            filled.replace(&format!("{{{name}}}"), self.value(path, name, *whose))
        })
    }
}

fn names(path: &str) -> Vec<String> {
    path.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0.to_owned()).collect()
}

/// Every way to put something of A or of B in each place.
fn combinations(names: &[String]) -> Vec<Vec<(String, Whose)>> {
    let whose = |bits: usize, place: usize| if bits & (1 << place) == 0 { Whose::Own } else { Whose::Foreign };
    (0..1 << names.len())
        .map(|bits| names.iter().enumerate().map(|(place, name)| (name.clone(), whose(bits, place))).collect())
        .collect()
}

/// The same with nothing in the place of what is B's.
fn twin(places: &[(String, Whose)]) -> Vec<(String, Whose)> {
    let other = |whose| if whose == Whose::Foreign { Whose::Nowhere } else { whose };
    places.iter().map(|(name, whose)| (name.clone(), other(*whose))).collect()
}

/// A sound body for each operation that has one: were there no guard, it would be done.
pub(super) fn body(operation: &str) -> Value {
    match operation {
        "createOrganization" => json!({ "slug": "mine", "name": "Mine" }),
        "changeOrganization" => json!({ "name": "Mine", "active": false }),
        "changeMember" => json!({ "role": "referent" }),
        "grantAccess" => json!({ "roles": ["editor"] }),
        "invite" => json!({ "email": "eve@example.org", "role": "referent" }),
        "previewList" | "applyList" => json!({ "text": "eve@example.org,referent\n", "complete": true }),
        "acceptHostRequest" | "signOutUser" | "setMembership" | "setOrganizationMembership" => json!({}),
        "createGroup" | "renameGroup" => json!({ "name": "mine" }),
        "demandSecondFactor" => json!({ "demanded": true }),
        "keepGroup" => json!({ "rule": "any" }),
        "previewMerge" | "mergeUsers" => json!({ "other": Uuid::now_v7() }),
        "addService" => json!({ "name": "Mine", "redirect_uris": ["https://mine.test/cb"] }),
        "setServiceAccess" => json!({ "everyone": true }),
        "renewSecret" => json!({ "overlap_hours": 0 }),
        "setServiceLogo" => json!({ "image": "iVBORw0KGgo=" }),
        "tellNews" => json!({ "fr": "À moi", "en": "Mine" }),
        "importUsers" => json!({ "text": "username;email;password\n" }),
        "testMail" => json!({ "email": "eve@example.org" }),
        "attachService" => json!({ "all_members": true }),
        other => panic!("tests/api/foreign.rs has no body for {other}"),
    }
}

/// Those who have no business there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Nobody, or somebody whose account is switched off.
    Nobody,
    /// In no organization, or not any more.
    Outsider,
    /// In A, or a referent of A until a moment ago.
    Member,
    /// A referent of A, also by a key for A alone.
    Referent,
    /// Sees all of it and changes nothing.
    Auditor,
}

const ADMINISTRATORS_ONLY: [&str; 6] = [
    "createOrganization",
    "changeOrganization",
    "deleteOrganization",
    "attachService",
    "detachService",
    "setOrganizationMembership",
];

/// What must be answered; none: they may.
fn expected(who: Who, method: &Method, operation: &str, places: &[(String, Whose)]) -> Option<u16> {
    let slug = places.iter().find(|(name, _)| name == "slug").map(|(_, whose)| *whose);
    let there = places.iter().all(|(_, whose)| *whose == slug.unwrap_or(*whose) && *whose != Whose::Nowhere);
    let reads = *method == Method::GET;
    match (who, slug) {
        (Who::Nobody, _) => Some(401),
        // Of people and services anywhere: for those who see everything.
        (Who::Auditor, None) => (!reads).then_some(403),
        (_, None) if ["me", "listOrganizations"].contains(&operation) => None,
        (_, None) => Some(403),
        (Who::Auditor, Some(_)) if !reads => Some(if slug == Some(Whose::Nowhere) { 404 } else { 403 }),
        (Who::Auditor, Some(_)) => (!there).then_some(404),
        (Who::Outsider, _) | (_, Some(Whose::Foreign | Whose::Nowhere)) => Some(404),
        (Who::Member, _) => Some(403),
        (Who::Referent, _) if ADMINISTRATORS_ONLY.contains(&operation) => Some(403),
        (Who::Referent, _) => (!there).then_some(404),
    }
}

/// Somebody was a referent of A when they made their token, and is it no more.
async fn former(world: &World, pool: &PgPool, name: &str, since: &str) -> Script {
    let person = world.server.person(name).await;
    let now = world.server.state.clock.now();
    let mut connection = world.server.state.pool.acquire().await.unwrap();
    loquet::db::organizations::add_member(&mut connection, world.organizations["a"], person.id, true, now)
        .await
        .unwrap();
    drop(connection);
    let script = Script::of(&world.server, &person, Some("a")).await;
    assert_eq!(script.get("/api/v1/organizations/a").await.status, 200);
    sqlx::query(sqlx::AssertSqlSafe(since)).bind(person.id).execute(pool).await.unwrap();
    script
}

async fn callers(world: &World, pool: &PgPool) -> Vec<(&'static str, Who, Script)> {
    let of = async |name: &str, only| Script::of(&world.server, &world.people[name], only).await;
    vec![
        ("anonymous", Who::Nobody, Script::anonymous(&world.server)),
        ("alice", Who::Member, of("alice", None).await),
        ("dora", Who::Outsider, of("dora", None).await),
        ("rita", Who::Referent, of("rita", None).await),
        ("rita's key", Who::Referent, of("rita", Some("a")).await),
        ("aud", Who::Auditor, of("aud", None).await),
        (
            "demoted",
            Who::Member,
            former(world, pool, "rene", "UPDATE memberships SET role = 'member' WHERE user_id = $1").await,
        ),
        ("removed", Who::Outsider, former(world, pool, "ruth", "DELETE FROM memberships WHERE user_id = $1").await),
        ("suspended", Who::Nobody, former(world, pool, "rolf", "UPDATE users SET active = false WHERE id = $1").await),
    ]
}

/// Rows that attempts leave: in the journal, in the counters.
fn harmless(row: &str) -> bool {
    let table = row.split_whitespace().nth(1).unwrap_or_default();
    table.starts_with("audit_") || table == "throttles"
}

#[sqlx::test]
async fn by_programs(pool: PgPool) {
    let world = World::new(&pool).await;
    let objects = Objects::of(&world, &pool).await;
    let callers = callers(&world, &pool).await;
    let document = document(&world).await;
    for (_, _, script) in &callers {
        script.get("/api/v1/me").await;
    }
    crate::support::mailbox::all_left(&pool).await;
    let (mut requests, mut compared, mut wrong) = (0, 0, Vec::new());
    let operations = operations(&document);
    for (method, path, operation) in &operations {
        let id = operation["operationId"].as_str().unwrap();
        let before = Contents::of(&pool).await;
        for (name, who, script) in &callers {
            for places in combinations(&names(path)) {
                let Some(status) = expected(*who, method, id, &places) else { continue };
                let ask = async |places: &[(String, Whose)]| {
                    let request = script.request(method.clone(), &objects.fill(path, places)).header("if-match", "*");
                    let body = operation.get("requestBody").map(|_| body(id));
                    script.send(if let Some(body) = body { request.json(&body) } else { request }).await
                };
                let reply = ask(&places).await;
                requests += 1;
                let at = format!("{name}: {method} {}", objects.fill(path, &places));
                if reply.status != status || !reply.headers["content-type"].to_str().unwrap().contains("problem") {
                    wrong.push(format!("{at}: {} instead of {status}: {}", reply.status, reply.text));
                }
                // For those who may know, what is somewhere else is not what is nowhere.
                if *who != Who::Auditor && places.iter().any(|(_, whose)| *whose == Whose::Foreign) {
                    let nowhere = ask(&twin(&places)).await;
                    requests += 1;
                    compared += 1;
                    if nowhere.masked() != reply.masked() {
                        wrong.push(format!("{at}: {:?} but for nowhere {:?}", reply.masked(), nowhere.masked()));
                    }
                }
            }
        }
        // They may have their person's own rows; of others, none has changed.
        let changed = before.difference(&Contents::of(&pool).await);
        wrong.extend(
            changed.iter().filter(|row| !harmless(row.as_str())).map(|row| format!("{method} {path} changed {row}")),
        );
    }
    println!(
        "{} operations × {} callers: {requests} requests, {compared} compared with nowhere",
        operations.len(),
        callers.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(requests > 1000, "{requests} requests only");
}

/// The body too names services: those of others are as good as none (OR-11).
#[sqlx::test]
async fn in_bodies(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let a = "/api/v1/organizations/a";
    rita.get("/api/v1/me").await;
    let before = Contents::of(&pool).await;
    for (path, body) in [
        ("invitations", json!({ "email": "x@x.test", "accesses": [{ "client_id": "SERVICE", "roles": ["editor"] }] })),
        ("list/preview", json!({ "text": "x@x.test,,SERVICE:editor\n" })),
        ("list", json!({ "text": "carl@example.org,,SERVICE:editor\n" })),
    ] {
        let ask = async |service: &str| {
            let body = serde_json::from_str(&body.to_string().replace("SERVICE", service)).unwrap();
            rita.post(&format!("{a}/{path}"), &body).await.masked()
        };
        assert_eq!(ask("c_sb").await, ask("c_no").await, "{path}");
    }
    let changed = before.difference(&Contents::of(&pool).await);
    assert_eq!(changed.iter().filter(|row| !harmless(row.as_str())).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// OR-41: the time that it takes tells nothing either.
#[sqlx::test]
async fn nor_by_the_clock(pool: PgPool) {
    const SAMPLES: u32 = 280;
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], None).await;
    let bob = world.id("bob");
    let times = async |path: String| {
        let begin = Instant::now();
        assert_eq!(rita.get(&path).await.status, 404);
        begin.elapsed()
    };
    let (mut there, mut nowhere) = (Vec::new(), Vec::new());
    for number in 0..SAMPLES {
        let foreign = times(format!("/api/v1/organizations/b/members/{bob}"));
        let none = times(format!("/api/v1/organizations/x/members/{bob}"));
        // Neither always comes first.
        if number % 2 == 0 {
            there.push(foreign.await);
            nowhere.push(none.await);
        } else {
            nowhere.push(none.await);
            there.push(foreign.await);
        }
    }
    let longer: usize = there.iter().map(|time| nowhere.iter().filter(|other| time > *other).count()).sum();
    let auc = f64::from(u32::try_from(longer).unwrap()) / f64::from(SAMPLES * SAMPLES);
    println!("AUC {auc:.3}");
    // Five standard deviations of what chance makes of so many samples.
    assert!((0.38..=0.62).contains(&auc), "AUC {auc}");
}

/// The pages, by everybody who is signed in, and by nobody.
#[sqlx::test]
async fn by_people(pool: PgPool) {
    let world = World::new(&pool).await;
    let objects = Objects::of(&world, &pool).await;
    let mut browsers = vec![("anonymous", Browser::of(&world.server))];
    for name in ["alice", "dora", "rita"] {
        let browser = Browser::of(&world.server);
        browser.sign_in(name).await;
        browsers.push((name, browser));
    }
    crate::support::mailbox::all_left(&pool).await;
    without_notes_of_being_seen(&pool).await;
    let (mut requests, mut wrong) = (0, Vec::new());
    let about = |path: &String| path.contains("{slug}") && !path.starts_with("/api/");
    // What administrators do on the console is asked first, each on a page of its own.
    let acts = ["edit", "referent", "dismiss", "attach", "detach", "disable", "enable"];
    let each = |path: String| {
        if path.contains("{act}") { acts.map(|act| path.replace("{act}", act)).to_vec() } else { vec![path] }
    };
    let pages: Vec<String> = routes::paths().into_iter().filter(about).flat_map(each).collect();
    for path in &pages {
        let before = Contents::of(&pool).await;
        for (name, browser) in &browsers {
            let csrf = browser.open("/").await.attribute("input[name=csrf]", "value").unwrap();
            for places in combinations(&names(path)) {
                // Of A's own pages, these tell only with something of B in them.
                if places.iter().all(|(_, whose)| *whose == Whose::Own) {
                    continue;
                }
                let ask = async |method: &Method, places: &[(String, Whose)]| {
                    let address = objects.fill(path, places);
                    let reply = match *method {
                        Method::GET => browser.get(&address).await,
                        _ => {
                            let form = [
                                ("csrf", csrf.as_str()),
                                ("email", "eve@example.org"),
                                ("role", "referent"),
                                ("text", "eve@example.org,referent"),
                                ("complete", "1"),
                                ("confirm", "1"),
                            ];
                            browser.post(&address, &form).await
                        }
                    };
                    let id = reply.headers["x-request-id"].to_str().unwrap();
                    let body = reply.body.replace(id, "ID").replace(&address, "HERE");
                    (reply.status, reply.location().replace(&address, "HERE"), body)
                };
                for method in [Method::GET, Method::POST] {
                    let reply = ask(&method, &places).await;
                    let nowhere = ask(&method, &twin(&places)).await;
                    requests += 2;
                    let at = format!("{name}: {method} {}", objects.fill(path, &places));
                    let good = match (*name, reply.0) {
                        (_, 405) => true,
                        ("anonymous", status) => status == 303 && reply.1.contains("/sign-in"),
                        // What no form of ours sends is refused before anything is looked for.
                        (_, 400) => method == Method::POST,
                        (_, status) => status == 404 || (status == 403 && places[0].1 == Whose::Own),
                    };
                    if !good {
                        wrong.push(format!("{at}: {}", reply.0));
                    }
                    // Where one signs in is told where one was going.
                    let same = if *name == "anonymous" { reply.0 == nowhere.0 } else { reply == nowhere };
                    if !same {
                        wrong.push(format!("{at}: {reply:?} but for nowhere {nowhere:?}"));
                    }
                }
            }
        }
        let changed = before.difference(&Contents::of(&pool).await);
        wrong.extend(changed.iter().filter(|row| !harmless(row.as_str())).map(|row| format!("{path} changed {row}")));
    }
    println!("{} pages × {} people: {requests} requests", pages.len(), browsers.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
