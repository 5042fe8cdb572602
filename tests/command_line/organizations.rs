//! `loquet organization …`, `loquet client role …`

use serde_json::json;
use sqlx::PgPool;

use super::{closed, fails, journal, json};
use crate::support::Server;
use crate::support::program::Program;

/// Made, shown, renamed, switched off and on, deleted.
#[sqlx::test]
async fn the_life_of_an_organization(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    assert!(program.does(&["organization", "list"]).await.out.contains("loquet organization create"));
    let make = ["organization", "create", "atelier", "--name", "Atelier vélo", "--contact", "velo@example.org"];
    let made = json(&program, &make).await;
    assert_eq!((&made["slug"], &made["active"]), (&json!("atelier"), &json!(true)));
    let look = ["organization", "show", "atelier"];
    let shown = json(&program, &look).await;
    assert_eq!((&shown["id"], &shown["members"], &shown["services"]), (&made["id"], &json!(0), &json!([])));
    let changed = json(&program, &["organization", "set", "atelier", "--name", "Atelier", "--contact", ""]).await;
    assert_eq!((&changed["name"], &changed["contact"]), (&json!("Atelier"), &json!("")));
    assert_eq!(json(&program, &["organization", "deactivate", "atelier"]).await["active"], false);
    assert!(program.does(&look).await.out.contains("switched off"));
    fails(&program, &["organization", "invite", "atelier", "a@example.org"], 1, "switched off").await;
    program.does(&["organization", "activate", "atelier"]).await;
    for (arguments, code, words) in [
        (&make[..], 1, "already"),
        (&["organization", "create", "Atelier", "--name", "Atelier"], 2, "slug Atelier"),
        (&["organization", "create", "autre", "--name", ""], 2, "name: must not be empty"),
        (&["organization", "create", "autre", "--name", "Αtelier"], 1, "--despite-likeness"),
        (&["organization", "create", "autre"], 2, "--name"),
        (&["organization", "set", "atelier"], 2, "--name"),
        (&["organization", "set", "nowhere", "--name", "X"], 1, "no organization named nowhere"),
        (&["organization", "show", "../x"], 1, "no organization named ../x"),
        (&["organization", "delete", "nowhere"], 1, "no organization named nowhere"),
    ] {
        fails(&program, arguments, code, words).await;
    }
    json(&program, &["organization", "create", "autre", "--name", "Αtelier", "--despite-likeness"]).await;
    let slugs = |list: &serde_json::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(slugs(&json(&program, &["organization", "list"]).await), ["atelier", "autre"]);
    program.does(&["organization", "delete", "atelier"]).await;
    assert_eq!(slugs(&json(&program, &["organization", "list"]).await), ["autre"]);
    assert_eq!(
        journal(&pool).await,
        [
            "organization-created",
            "organization-changed",
            "organization-changed",
            "organization-changed",
            "organization-created",
            "organization-deleted"
        ]
    );
}

/// Nobody is put in without consent unless it is said: then the journal and a mail say so too.
#[sqlx::test]
async fn people_and_their_accesses(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    let dora = server.person("dora").await;
    server.person("rita").await;
    closed(&server, "wiki").await;
    program.does(&["organization", "create", "atelier", "--name", "Atelier"]).await;
    let member = |verb: &'static str| vec!["organization", "member", verb, "atelier"];

    let invited = json(&program, &[member("add"), vec!["dora"]].concat()).await;
    assert_eq!((&invited["email"], &invited["state"]), (&json!(dora.email), &json!("pending")));
    assert_eq!(json(&program, &member("list")).await, json!([]), "she was not asked yet");
    server.mail_titled(&dora.email, "Une invitation vous attend").await;
    let placed = json(&program, &[member("add"), vec!["dora", "--without-consent"]].concat()).await;
    assert_eq!((&placed["id"], &placed["role"]), (&json!(dora.id), &json!("member")));
    let told = server.mail_titled(&dora.email, "Vous faites partie d’une organisation").await;
    assert!(told.text.contains("/account/organizations"), "{}", told.text);
    program.does(&[member("add"), vec!["rita@example.org", "--without-consent", "--role", "referent"]].concat()).await;
    let said = program.does(&member("list")).await;
    assert!(said.out.contains("member    dora@example.org  Alice Martin"), "{said:?}");
    assert!(said.out.contains("referent  rita@example.org"), "{said:?}");
    let found = json(&program, &[member("list"), vec!["--search", "RITA@"]].concat()).await;
    assert_eq!(found.as_array().unwrap().len(), 1);

    let role = ["client", "role"];
    for (name, delegable) in [("editor", true), ("owner", false)] {
        let flag: &[&str] = if delegable { &["--delegable"] } else { &[] };
        let set = json(&program, &[&role[..], &["set", "wiki", name], flag].concat()).await;
        assert_eq!(set, json!({ "name": name, "delegable": delegable }));
    }
    let attached = json(&program, &["organization", "attach", "atelier", "wiki"]).await;
    assert_eq!((&attached["all_members"], attached["roles"].as_array().unwrap().len()), (&json!(false), 2));
    let grant = ["organization", "grant", "atelier", "dora", "wiki"];
    let granted = json(&program, &[&grant[..], &["--role", "editor", "--role", "owner"]].concat()).await;
    assert_eq!(granted["accesses"], json!({ "wiki": ["editor", "owner"] }));
    assert_eq!(
        json(&program, &[&grant[..], &["--role", "owner"]].concat()).await["accesses"],
        json!({ "wiki": ["owner"] })
    );
    assert_eq!(json(&program, &[&role[..], &["remove", "wiki", "owner"]].concat()).await["holders"], 1);
    let withdraw = ["organization", "withdraw", "atelier", "dora", "wiki"];
    assert_eq!(json(&program, &withdraw).await["accesses"], json!({}));
    assert_eq!(json(&program, &["organization", "services", "atelier"]).await[0]["client_id"], "wiki");
    assert_eq!(
        json(&program, &["organization", "attach", "atelier", "wiki", "--all-members"]).await["all_members"],
        true
    );

    for (arguments, code, words) in [
        ([member("add"), vec!["nobody"]].concat(), 1, "no account named nobody"),
        ([member("add"), vec!["new@example.org", "--without-consent"]].concat(), 1, "no account named new@example.org"),
        ([member("add"), vec!["dora", "--without-consent"]].concat(), 1, "member already"),
        ([member("add"), vec!["dora"]].concat(), 1, "member already"),
        ([member("remove"), vec!["server"]].concat(), 1, "no account named server"),
        (vec!["organization", "member", "role", "nowhere", "dora", "referent"], 1, "nowhere"),
        (["organization", "attach", "atelier", "nothing"].to_vec(), 1, "no service nothing"),
        (["organization", "detach", "nowhere", "wiki"].to_vec(), 1, "no organization named nowhere"),
        ([&grant[..], &["--role", "king"]].concat(), 2, "king: is no role of the service"),
        (["organization", "grant", "atelier", "dora", "other"].to_vec(), 1, "does not have the service other"),
        ([&role[..], &["set", "wiki", "Not A Role"]].concat(), 1, "lower-case"),
        ([&role[..], &["set", "nothing", "editor"]].concat(), 1, "client id nothing"),
        ([&role[..], &["remove", "wiki", "owner"]].concat(), 1, "no role named owner"),
    ] {
        fails(&program, &arguments, code, words).await;
    }
    let said = program.does(&[member("role"), vec!["rita", "member"]].concat()).await;
    assert!(said.err.contains("atelier has no referent"), "{said:?}");
    assert_eq!(json(&program, &[member("role"), vec!["dora", "referent"]].concat()).await["role"], "referent");
    program.does(&[member("remove"), vec!["rita"]].concat()).await;
    program.does(&["organization", "detach", "atelier", "wiki"]).await;
    let placed: serde_json::Value =
        sqlx::query_scalar("SELECT details FROM audit_events WHERE kind = 'member-placed' AND user_id = $1")
            .bind(dora.id)
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(placed, json!({ "role": "member", "consent": false }));
    assert_eq!(
        journal(&pool).await[1..],
        [
            "invited",
            "member-placed",
            "member-placed",
            "service-changed",
            "service-changed",
            "service-attached",
            "access-granted",
            "access-granted",
            "service-changed",
            "access-withdrawn",
            "service-attached",
            "role-changed",
            "role-changed",
            "member-removed",
            "service-detached"
        ]
    );
}

/// Sent with what it will give, sent again, taken back.
#[sqlx::test]
async fn invitations(pool: PgPool) {
    let server = Server::start(&pool).await;
    let program = Program::of(&server, &pool);
    closed(&server, "wiki").await;
    for arguments in [
        &["organization", "create", "atelier", "--name", "Atelier"][..],
        &["client", "role", "set", "wiki", "editor"],
        &["organization", "attach", "atelier", "wiki"],
    ] {
        program.does(arguments).await;
    }
    let invite = ["organization", "invite", "atelier", "Bea@example.org"];
    let sent = json(&program, &[&invite[..], &["--role", "referent", "--access", "wiki:editor"]].concat()).await;
    assert_eq!((&sent["role"], &sent["accesses"]), (&json!("referent"), &json!({ "wiki": ["editor"] })));
    server.mail_to("Bea@example.org").await;
    let list = ["organization", "invitations", "atelier"];
    assert_eq!(json(&program, &list).await, json!([sent]));
    assert!(program.does(&list).await.out.contains("pending   referent  until"));
    let resend = ["organization", "resend", "atelier", "bea@EXAMPLE.org"];
    for (arguments, code, words) in [
        (&invite[..], 1, "not before"),
        (&resend, 1, "not before"),
        (&["organization", "invite", "atelier", "not an address"], 1, "not an address"),
        (&["organization", "invite", "atelier", "c@example.org", "--access", "other"], 1, "no service other"),
        (&["organization", "invite", "atelier", "c@example.org", "--access", "wiki:king"], 2, "king"),
        (&["organization", "invite", "atelier", "c@example.org", "--access", ":king"], 2, "CLIENT_ID"),
        (&["organization", "resend", "atelier", "c@example.org"], 1, "c@example.org is not invited"),
        (
            &["organization", "withdraw-invitation", "atelier", "01900000-0000-7000-8000-000000000000"],
            1,
            "no open invitation",
        ),
    ] {
        fails(&program, arguments, code, words).await;
    }
    sqlx::query("UPDATE invitations SET created_at = created_at - interval '2 days', sendings = '{}'")
        .execute(&pool)
        .await
        .unwrap();
    let again = json(&program, &resend).await;
    assert_eq!(again["id"], sent["id"]);
    program.does(&["organization", "withdraw-invitation", "atelier", "bea@example.org"]).await;
    assert_eq!(json(&program, &list).await, json!([]));
    assert_eq!(journal(&pool).await[3..], ["invited", "invited-again", "invitation-withdrawn"]);
}
