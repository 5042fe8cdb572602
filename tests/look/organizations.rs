//! What those who look after an organization see of it.

use chrono::TimeDelta;
use loquet::db;
use serde_json::json;
use uuid::Uuid;

use super::requests::overseer;
use super::walk::Walk;
use crate::organization::scene::{csrf, name};
use crate::support::client::REDIRECT;
use crate::support::people::Person;

const HOUSE: &str = "/organizations/deux-rives";
const ROUTE: &str = "/organizations/{slug}";
const MEMBER: &str = "/organizations/{slug}/members/{id}";
const INVITATIONS: &str = "/organizations/{slug}/invitations";
const LIST: &str = "/organizations/{slug}/list";

/// The bicycle workshop, which Camille looks after.
struct House {
    id: Uuid,
    camille: Person,
    dominique: Person,
    claude: Person,
    sacha: Person,
}

pub async fn pages(walk: &mut Walk) {
    let house = build(walk).await;
    walk.sign_in("/sign-in", "sacha.morel").await;
    walk.open("/organizations").await;
    walk.look("/organizations", "organizations-to-look-after-none").await;
    walk.sign_in("/sign-in", "camille.petit").await;
    alone(walk).await;
    furnish(walk, &house).await;
    people(walk, &house).await;
    member(walk, &house).await;
    place(walk, &house).await;
    invitations(walk, &house).await;
    list(walk).await;
    walk.open(&format!("{HOUSE}/journal")).await;
    walk.look("/organizations/{slug}/journal", "organization-journal").await;
    crowd(walk, &house).await;
    who_only_looks(walk, &house).await;
}

async fn build(walk: &Walk) -> House {
    let mut people = Vec::new();
    for (login, given, family) in [
        ("camille.petit", "Camille", "Petit"),
        ("dominique.leroy", "Dominique", "Leroy"),
        ("claude.garnier", "Claude", "Garnier"),
        ("sacha.morel", "Sacha", "Morel"),
    ] {
        let person = walk.server.person(login).await;
        name(&walk.pool, &person, given, family).await;
        people.push(person);
    }
    let id = walk.server.organization("deux-rives", &[(&people[0], true)]).await;
    let sql = "UPDATE organizations SET name = 'Vélos des Deux Rives' WHERE id = $1";
    sqlx::query(sql).bind(id).execute(&walk.pool).await.unwrap();
    let [camille, dominique, claude, sacha] = people.try_into().unwrap();
    House { id, camille, dominique, claude, sacha }
}

/// Nobody else, no service, nothing invited, nothing in the journal.
async fn alone(walk: &mut Walk) {
    walk.open(HOUSE).await;
    walk.look(ROUTE, "organization-alone-at-first").await;
    walk.open(&format!("{HOUSE}/invitations")).await;
    walk.look(INVITATIONS, "organization-invitations-none").await;
    walk.open(&format!("{HOUSE}/journal")).await;
    walk.look("/organizations/{slug}/journal", "organization-journal-none").await;
}

/// Members, services with roles, an access or two.
async fn furnish(walk: &Walk, house: &House) {
    for (id, name_fr, name_en, all) in [
        ("compta-velo", "Comptabilité", "Accounts", false),
        ("nuage-velo", "Nuage", "Cloud", false),
        ("agenda-velo", "Agenda partagé", "Shared calendar", true),
        ("lettres-velo", "Lettres d’information", "Newsletters", false),
    ] {
        service(walk, id, name_fr, name_en).await;
        walk.server.attach(house.id, id, all).await;
    }
    let now = walk.server.state.clock.now();
    let mut connection = walk.pool.acquire().await.unwrap();
    for (role, delegable) in [("editor", true), ("viewer", true), ("owner", false)] {
        db::organizations::ensure_role(&mut connection, "nuage-velo", role, delegable).await.unwrap();
    }
    for (person, referent) in [(&house.dominique, false), (&house.claude, true), (&house.sacha, false)] {
        db::organizations::add_member(&mut connection, house.id, person.id, referent, now).await.unwrap();
    }
    for (person, service, roles) in
        [(&house.dominique, "nuage-velo", &["editor", "owner"][..]), (&house.camille, "compta-velo", &[])]
    {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        db::attachments::grant(&mut connection, house.id, person.id, service, &roles, now).await.unwrap();
    }
    sqlx::query("UPDATE clients SET enabled = false WHERE client_id = 'lettres-velo'")
        .execute(&mut *connection)
        .await
        .unwrap();
    drop(connection);
    walk.server.reload().await;
}

async fn service(walk: &Walk, id: &str, name_fr: &str, name_en: &str) {
    let closed = |client: &mut db::clients::Client| {
        client.everyone = false;
        name_fr.clone_into(&mut client.name_fr);
        name_en.clone_into(&mut client.name_en);
    };
    walk.server.service_with(id, REDIRECT, closed).await;
}

/// The grid, a press in it, and its undoing when somebody else has been there.
async fn people(walk: &mut Walk, house: &House) {
    walk.open(HOUSE).await;
    walk.look(ROUTE, "organization-people").await;
    let cell = |person: &Person, service: &str| format!("button[value='{} {service}']", person.id);
    walk.press(&cell(&house.sacha, "compta-velo")).await;
    walk.look(ROUTE, "organization-access-given").await;
    walk.press(&cell(&house.dominique, "nuage-velo")).await;
    walk.look("/organizations/{slug}/access", "organization-access-asked").await;
    walk.open(HOUSE).await;
    walk.press(&cell(&house.sacha, "nuage-velo")).await;
    let given = walk.server.state.clock.now();
    let mut connection = walk.pool.acquire().await.unwrap();
    let roles = ["viewer".to_owned()];
    db::attachments::grant(&mut connection, house.id, house.sacha.id, "nuage-velo", &roles, given).await.unwrap();
    drop(connection);
    walk.press("#undo").await;
    walk.look("/organizations/{slug}/access", "organization-changed-meanwhile").await;
    walk.open(&format!("{HOUSE}?q=zo")).await;
    walk.look(ROUTE, "organization-people-not-found").await;
}

/// One member; saved; overtaken by another referent.
async fn member(walk: &mut Walk, house: &House) {
    let path = format!("{HOUSE}/members/{}", house.dominique.id);
    walk.open(&path).await;
    walk.look(MEMBER, "organization-member").await;
    let stand_in = walk.stand_in();
    stand_in.sign_in("claude.garnier").await;
    let page = stand_in.open(&path).await;
    let form = [("access", "compta-velo"), ("access", "nuage-velo"), ("version", &version(&page))];
    let token = csrf(&stand_in).await;
    let form: Vec<(&str, &str)> = [("csrf", token.as_str())].into_iter().chain(form).collect();
    assert_eq!(stand_in.post(&path, &form).await.status, 303);
    walk.press("#submit").await;
    walk.look(MEMBER, "organization-member-overtaken").await;
    walk.press("#submit").await;
    walk.look(MEMBER, "organization-member-saved").await;
}

fn version(page: &crate::support::Reply) -> String {
    page.attribute("input[name=version]", "value").unwrap()
}

/// Made referent, made member, taken out; never the last.
async fn place(walk: &mut Walk, house: &House) {
    walk.open(&format!("{HOUSE}/members/{}/role", house.dominique.id)).await;
    walk.look("/organizations/{slug}/members/{id}/role", "organization-make-referent").await;
    walk.open(&format!("{HOUSE}/members/{}/remove", house.dominique.id)).await;
    walk.look("/organizations/{slug}/members/{id}/remove", "organization-remove").await;
    walk.open(&format!("{HOUSE}/members/{}/role", house.claude.id)).await;
    walk.press("#submit").await;
    walk.chromium.element(".notice").await;
    walk.open(&format!("{HOUSE}/members/{}/role", house.camille.id)).await;
    walk.look("/organizations/{slug}/members/{id}/role", "organization-last-referent").await;
}

/// Asked for, refused, sent, in every state, withdrawn.
async fn invitations(walk: &mut Walk, house: &House) {
    let invite = format!("{HOUSE}/invite");
    walk.open(&invite).await;
    walk.look("/organizations/{slug}/invite", "organization-invite").await;
    walk.chromium.fill("#email", "claude.garnier@example.org").await;
    walk.press("#submit").await;
    walk.look("/organizations/{slug}/invite", "organization-invite-wrong").await;
    walk.server.invite(house.id, "ancien@example.org", false, None, &[]).await;
    let sql = "UPDATE invitations SET expires_at = expires_at - interval '8 days' WHERE email = 'ancien@example.org'";
    sqlx::query(sql).execute(&walk.pool).await.unwrap();
    walk.server.invite(house.id, "parti@example.org", true, Some(&house.claude), &[]).await;
    walk.server.invite(house.id, "refus@example.org", false, Some(&house.camille), &[]).await;
    let sql = "UPDATE invitations SET answered_at = created_at, accepted = false WHERE email = 'refus@example.org'";
    sqlx::query(sql).execute(&walk.pool).await.unwrap();
    walk.chromium.fill("#email", "nouvelle@example.org").await;
    walk.chromium.click("input[value='compta-velo']").await;
    walk.chromium.click("input[value='nuage-velo viewer']").await;
    walk.press("#submit").await;
    walk.look(INVITATIONS, "organization-invitations").await;
    walk.press(".card:has(.is-waiting) button[name=resend]").await;
    walk.look(INVITATIONS, "organization-invitation-too-soon").await;
    walk.press(".card:has(.is-waiting) a").await;
    walk.look("/organizations/{slug}/invitations/{id}", "organization-invitation-withdraw").await;
}

/// Written, wrong, shown, overtaken, done.
async fn list(walk: &mut Walk) {
    walk.open(&format!("{HOUSE}/list")).await;
    walk.look(LIST, "organization-list").await;
    paste(walk, "nom;prenom\nPetit;Camille").await;
    walk.press("#submit").await;
    walk.look(LIST, "organization-list-wrong").await;
    let text = "camille.petit@example.org\ndominique.leroy@example.org;référente;compta-velo\n\
        claude.garnier@example.org;;nuage-velo:viewer\nneuf@example.org;membre;compta-velo nuage-velo:editor\n\
        nobody\nx@example.org;chef\ny@example.org;;nuage\n";
    paste(walk, text).await;
    walk.chromium.click("#complete").await;
    walk.press("#submit").await;
    walk.look(LIST, "organization-list-shown").await;
    walk.press("#submit").await;
    walk.look("/organizations/{slug}/list/apply", "organization-list-applied").await;
    walk.open(&format!("{HOUSE}/list")).await;
    paste(walk, text).await;
    walk.press("#submit").await;
    walk.look(LIST, "organization-list-nothing").await;
}

async fn paste(walk: &Walk, text: &str) {
    let script = "document.getElementById('text').value = arguments[0]";
    walk.chromium.run(script, vec![json!(text)]).await;
}

/// Many people and many services, and other organizations beside this one.
async fn crowd(walk: &mut Walk, house: &House) {
    for number in 1..=9 {
        let id = format!("s-velo-{number}");
        service(walk, &id, &format!("Service numéro {number}"), &format!("Service number {number}")).await;
        walk.server.attach(house.id, &id, number == 5).await;
    }
    sqlx::query(
        "WITH u AS (INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, created_at, updated_at)
             SELECT gen_random_uuid(), 'velo' || n, 'velo' || n || '@example.org', now(), 'Membre', lpad(n::text, 3, '0'), 'fr', now(), now()
             FROM generate_series(1, 60) n RETURNING id)
         INSERT INTO memberships (organization_id, user_id, role, created_at) SELECT $1, id, 'member', now() FROM u",
    )
    .bind(house.id)
    .execute(&walk.pool)
    .await
    .unwrap();
    walk.server.organization("chorale-du-port", &[(&house.camille, true)]).await;
    walk.open(HOUSE).await;
    let next = walk.chromium.value("document.getElementById('next').href").await;
    walk.open(next.as_str().unwrap()).await;
    walk.chromium.click(".switch summary").await;
    walk.look(ROUTE, "organization-many").await;
    walk.open("/organizations").await;
    walk.look("/organizations", "organizations-to-look-after").await;
}

/// Somebody of the host who changes nothing; a member; an organization that is switched off.
async fn who_only_looks(walk: &mut Walk, house: &House) {
    let aude = walk.server.person("aude.roy").await;
    name(&walk.pool, &aude, "Aude", "Roy").await;
    overseer(walk, &aude, "auditors").await;
    walk.open(&format!("{HOUSE}?q=petit")).await;
    walk.look(ROUTE, "organization-people-looked-at").await;
    walk.open(&format!("{HOUSE}/members/{}", house.dominique.id)).await;
    walk.look(MEMBER, "organization-member-looked-at").await;
    walk.sign_in("/sign-in", "claude.garnier").await;
    walk.open(HOUSE).await;
    walk.look(ROUTE, "organization-not-referent").await;
    let sql = "UPDATE organizations SET active = false WHERE id = $1";
    sqlx::query(sql).bind(house.id).execute(&walk.pool).await.unwrap();
    walk.server.advance(TimeDelta::seconds(1));
    walk.sign_in("/sign-in", "camille.petit").await;
    walk.open(&format!("{HOUSE}/invite")).await;
    walk.look("/organizations/{slug}/invite", "organization-switched-off").await;
}
