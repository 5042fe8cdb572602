//! Requests that are right, one or more for each route.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loquet::crypto::Plain;
use loquet::db::initial_access_tokens::NewToken;
use sqlx::PgPool;

use crate::support::client::REDIRECT;
use crate::support::world::ONE_STEP;
use crate::support::{Browser, RelyingParty, Server};

/// A request that is answered as its sender wishes.
pub struct Sound {
    pub method: &'static str,
    pub path: String,
    /// Encoded.
    pub params: Vec<(&'static str, String)>,
    pub authorization: Option<String>,
}

fn sound(method: &'static str, path: &str, params: &[(&'static str, &str)], authorization: Option<&str>) -> Sound {
    let params = params.iter().map(|(name, value)| (*name, value.replace(' ', "+"))).collect();
    Sound { method, path: path.to_owned(), params, authorization: authorization.map(str::to_owned) }
}

/// A server, the browser of somebody who is asked for their consent, and what is sound there.
pub async fn scene(pool: &PgPool) -> (Server, Browser, Vec<Sound>) {
    let open = [("LOQUET_DYNAMIC_REGISTRATION_ENABLED", "true"), ("LOQUET_REGISTRATION_MODE", "open"), ONE_STEP];
    let server = Server::with(pool, &open).await;
    let alice = server.person("alice").await;
    // She may look at the console, and change nothing there.
    server.group("auditors", &[&alice], &[]).await;
    let house = server.organization("house", &[(&alice, true)]).await;
    let (_, secret) = server.service_with("c_conf", REDIRECT, |client| client.client_credentials = true).await;
    server.service_with("c_asks", REDIRECT, |client| client.ours = false).await;
    server.attach(house, "c_conf", false).await;
    let rp = RelyingParty::of(&server, "c_conf", Some(secret.clone()));
    let browser = Browser::of(&server);
    let held = rp.exchange(&rp.code(&browser, "alice").await).await;
    let code = browser.get(&rp.authorize(&[])).await.answer("code").unwrap();
    let page = browser.open(&rp.authorize(&[("client_id", "c_asks")])).await;
    let id = page.url.split("authorization=").nth(1).unwrap().to_owned();
    let csrf = page.attribute("input[name=csrf]", "value").unwrap();
    let (token, now) = (Plain::random("lqt_ia_"), server.state.clock.now());
    let expires_at = now + chrono::TimeDelta::days(1);
    let new = NewToken { token: token.hashed(), note: "n", uses: 1000, everyone: false, expires_at };
    let mut connection = server.state.pool.acquire().await.unwrap();
    loquet::db::initial_access_tokens::insert(&mut connection, &new, now).await.unwrap();
    let (access, refresh, hint) = (held.text("access_token"), held.text("refresh_token"), held.text("id_token"));
    let address = url::Url::parse(&rp.authorize(&[])).unwrap();
    let asked: Vec<(&'static str, String)> = address
        .query_pairs()
        .map(|(name, value)| {
            (&*name.into_owned().leak(), url::form_urlencoded::byte_serialize(value.as_bytes()).collect())
        })
        .collect();
    let asked: Vec<(&'static str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let basic = format!("Basic {}", STANDARD.encode(format!("c_conf:{}", secret.reveal())));
    let (basic, bearer) = (Some(basic.as_str()), Some(format!("Bearer {access}")));
    let registrar = format!("Bearer {}", token.reveal());
    let grant = |kind| ("grant_type", kind);
    let of_services = vec![
        sound("GET", "/authorize", &asked, None),
        sound("POST", "/authorize", &asked, None),
        sound("POST", "/par", &asked, basic),
        sound("POST", "/token", &[grant("client_credentials"), ("scope", "openid email")], basic),
        sound(
            "POST",
            "/token",
            &[grant("refresh_token"), ("refresh_token", &refresh), ("scope", "openid email")],
            basic,
        ),
        sound(
            "POST",
            "/token",
            &[
                grant("authorization_code"),
                ("code", &code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", &"v".repeat(43)),
            ],
            basic,
        ),
        sound(
            "POST",
            "/token",
            &[grant("client_credentials"), ("client_id", "c_conf"), ("client_secret", secret.reveal())],
            None,
        ),
        sound("POST", "/introspect", &[("token", &access), ("token_type_hint", "access_token")], basic),
        sound("POST", "/introspect", &[("token", &refresh)], basic),
        sound("POST", "/revoke", &[("token", &hint), ("token_type_hint", "x")], basic),
        sound("GET", "/userinfo", &[], bearer.as_deref()),
        sound("POST", "/userinfo", &[("access_token", &access)], None),
        sound(
            "GET",
            "/end-session",
            &[("client_id", "c_conf"), ("state", "s"), ("ui_locales", "fr"), ("id_token_hint", "x")],
            None,
        ),
        sound(
            "POST",
            "/end-session",
            &[("client_id", "c_conf"), ("post_logout_redirect_uri", REDIRECT), ("state", "s")],
            None,
        ),
        sound("POST", "/end-session/confirm", &[("client_id", "c_conf"), ("state", "s")], None),
        sound("GET", "/end-session/done", &[("client_id", "c_conf"), ("state", "s")], None),
    ];
    let all: Vec<Sound> = of_services
        .into_iter()
        .chain(of_people(&id, &csrf))
        .chain(of_hosts(&id, &csrf))
        .chain(of_arrivals(&id, &csrf))
        .chain(of_factors(&id, &csrf))
        .chain(of_organizations(&alice.id.to_string(), &csrf))
        .chain(of_machines(&id, &registrar))
        .chain(of_programs(bearer.as_deref()))
        .chain([sound("POST", "/account/security/tokens", &[("csrf", &csrf), ("name", "n"), ("days", "30")], None)])
        .collect();
    for path in crate::support::routes::paths() {
        assert!(all.iter().any(|sound| is_of(&path, &sound.path)), "no sound request for {path}");
    }
    (server, browser, all)
}

/// Pages and their forms, on the way of an authorization.
fn of_people(id: &str, csrf: &str) -> Vec<Sound> {
    let (form, to) = (("csrf", csrf), ("authorization", id));
    let of_flow = |path: &str| sound("GET", path, &[to], None);
    vec![
        of_flow("/consent"),
        sound("POST", &format!("/consent?authorization={id}"), &[form, ("decision", "perhaps")], None),
        of_flow(&format!("/authorize/{id}")),
        of_flow(&format!("/authorize/{id}/continue")),
        of_flow(&format!("/authorize/{id}/decline")),
        of_flow("/refused"),
        sound("POST", &format!("/refused?authorization={id}"), &[form], None),
        sound("GET", "/organizations/none/requests", &[], None),
        sound("POST", "/organizations/none/requests", &[form, ("request", id), ("answer", "accept")], None),
        sound("GET", "/access-requests", &[], None),
        sound("POST", "/access-requests", &[form, ("request", id), ("answer", "accept"), ("group", "staff")], None),
        of_flow("/sign-in"),
        sound("POST", "/sign-in", &[form, ("username", "nobody"), ("password", "x")], None),
        sound(
            "POST",
            "/language",
            &[form, ("lang", "fr"), ("return_to", &format!("/consent?authorization={id}"))],
            None,
        ),
        // Not with the form's token: they stay signed in.
        sound("POST", "/sign-out", &[("csrf", "x"), to], None),
        sound("GET", "/account", &[], None),
        sound("GET", "/account/security", &[], None),
        sound("GET", "/account/sessions", &[("ended", "one")], None),
        sound("POST", "/account/sessions", &[form, ("session", id)], None),
        sound("GET", "/account/services", &[], None),
        sound("GET", "/account/services/c_conf", &[], None),
        sound("POST", "/account/services/c_none", &[form], None),
        sound("GET", "/account/activity", &[("before", id)], None),
        sound("GET", "/account/organizations", &[("done", "left")], None),
        sound("POST", "/account/organizations", &[form, ("accept", id), ("decline", id)], None),
        sound("GET", "/account/organizations/none", &[], None),
        sound("GET", "/account/organizations/none/leave", &[], None),
        sound("POST", "/account/organizations/none/leave", &[form], None),
        sound("GET", "/account/organizations/none/services/c_conf", &[], None),
        sound("POST", "/account/organizations/none/services/c_conf", &[form], None),
        sound("GET", "/account/data", &[("kept", "1")], None),
        sound("GET", "/account/data/export", &[], None),
        sound("POST", "/account/data/export", &[form], None),
        sound("GET", "/account/data/delete", &[], None),
        sound("POST", "/account/data/delete", &[form], None),
        sound("POST", "/account/data/delete/cancel", &[form], None),
        sound("GET", "/keep-account/lqt_ml_x", &[], None),
        sound("GET", "/keep-account", &[], None),
        sound("POST", "/keep-account", &[form], None),
        sound("GET", "/invitation/lqt_ml_x", &[], None),
        sound("GET", "/invitation", &[], None),
        sound("POST", "/invitation", &[form, ("answer", "accept")], None),
        sound("GET", "/invitation/account", &[], None),
        sound(
            "POST",
            "/invitation/account",
            &[form, ("username", "zoe"), ("password", "une phrase toute neuve")],
            None,
        ),
        sound("GET", "/account/new-password", &[to], None),
        sound("POST", "/account/new-password", &[form, ("password", "x")], None),
        sound("GET", "/account/profile", &[], None),
        sound("POST", "/account/profile", &[form, ("given_name", "Alix"), ("family_name", ""), ("locale", "fr")], None),
        sound("GET", "/account/profile/picture", &[], None),
        sound("POST", "/account/profile/picture", &[form, ("remove", "yes")], None),
        sound("GET", &format!("/picture/{id}"), &[], None),
        sound("GET", &format!("/service-logo/{id}"), &[], None),
        sound("GET", "/account/terms", &[to], None),
        sound("POST", "/account/terms", &[form, ("version", "2026-11")], None),
        sound("GET", "/terms", &[], None),
        sound("GET", "/privacy", &[], None),
        sound("GET", "/pages/aide", &[], None),
        sound("GET", "/account/verify-email", &[to], None),
        sound("POST", "/account/verify-email", &[form, to], None),
        sound("GET", "/verify/lqt_ml_x", &[], None),
        sound("GET", "/verify", &[], None),
        sound("POST", "/verify", &[form], None),
    ]
}

/// The console, for somebody who may look at it.
fn of_hosts(id: &str, csrf: &str) -> Vec<Sound> {
    let form = ("csrf", csrf);
    let user = format!("/admin/users/{id}");
    vec![
        sound("GET", "/admin", &[], None),
        sound("GET", "/admin/users", &[("q", "al"), ("after", "x")], None),
        sound("GET", &user, &[("done", "verify")], None),
        sound("GET", &format!("{user}/sign-out"), &[("session", id)], None),
        sound("POST", &format!("{user}/sign-out"), &[form, ("session", id)], None),
        sound("GET", "/admin/organizations", &[("q", "mai"), ("after", "x")], None),
        sound("GET", "/admin/new-organization", &[], None),
        sound(
            "POST",
            "/admin/new-organization",
            &[form, ("name", "x"), ("slug", "x"), ("contact", "x"), ("despite", "yes")],
            None,
        ),
        sound("GET", "/admin/organizations/house", &[("done", "edited")], None),
        sound("GET", "/admin/organizations/house/dismiss", &[("person", id)], None),
        sound("GET", "/admin/organizations/house/attach", &[("service", "c_conf")], None),
        sound(
            "POST",
            "/admin/organizations/house/edit",
            &[form, ("name", "x"), ("contact", "x"), ("version", "x")],
            None,
        ),
        sound("POST", "/admin/organizations/house/referent", &[form, ("login", "alice")], None),
        sound("POST", "/admin/organizations/house/attach", &[form, ("service", "c_conf"), ("who", "all")], None),
        sound("GET", "/admin/groups", &[("done", "removed")], None),
        sound("GET", "/admin/new-group", &[], None),
        sound("POST", "/admin/new-group", &[form, ("name", "bureau")], None),
        sound("GET", "/admin/groups/auditors", &[("q", "al"), ("after", "x")], None),
        sound("GET", "/admin/groups/auditors/remove", &[("person", id)], None),
        sound("POST", "/admin/groups/auditors/add", &[form, ("login", "alice")], None),
        sound("POST", "/admin/groups/auditors/remove", &[form, ("person", id)], None),
        sound("POST", "/admin/groups/bureau/rename", &[form, ("name", "bureau-2")], None),
        sound("GET", "/admin/settings", &[], None),
        sound("GET", "/admin/import", &[], None),
        sound("POST", "/admin/import", &[form, ("digest", "x")], None),
        sound("GET", "/admin/registrations", &[("decline", id)], None),
        sound("POST", "/admin/registrations", &[form, ("account", id), ("answer", "accept")], None),
        sound(
            "GET",
            "/admin/journal",
            &[
                ("person", "alice"),
                ("organization", "house"),
                ("kind", "signed-in"),
                ("since", "2026-11-28"),
                ("before", id),
            ],
            None,
        ),
        sound("POST", "/admin/journal.csv", &[form, ("person", "alice"), ("since", "2026-11-28")], None),
        sound("GET", "/admin/mail", &[("done", "tested"), ("forget", id)], None),
        sound("POST", "/admin/mail", &[form, ("retry", id), ("forget", ""), ("address", "new@example.org")], None),
        sound("GET", &format!("{user}/membership"), &[], None),
        sound("POST", &format!("{user}/membership"), &[form, ("since", "2026-01-01"), ("until", "2026-12-31")], None),
        sound("GET", &format!("{user}/merge"), &[("other", "alice")], None),
        sound("POST", &format!("{user}/merge"), &[form, ("other", id)], None),
        sound("GET", "/admin/news", &[("done", "1")], None),
        sound("POST", "/admin/news", &[form, ("fr", "Bonjour"), ("en", "Hello")], None),
        sound("GET", "/admin/keys", &[("done", "rotated")], None),
        sound("GET", "/admin/keys/rotate", &[], None),
        sound("POST", "/admin/keys/rotate", &[form], None),
        sound("GET", "/admin/services", &[("q", "c"), ("from", "50"), ("done", "delete")], None),
        sound("GET", "/admin/new-service", &[("recipe", "forgejo")], None),
        sound(
            "POST",
            "/admin/new-service",
            &[form, ("recipe", "forgejo"), ("url", "https://forge.example.org"), ("name", "n"), ("provider", "p")],
            None,
        ),
        sound("GET", "/admin/services/c_conf", &[("done", "enable")], None),
        sound("GET", "/admin/services/c_conf/access", &[("after", "al"), ("ended", "1")], None),
        sound(
            "POST",
            "/admin/services/c_conf/access",
            &[form, ("policy", "everyone"), ("group", "auditors"), ("version", "x")],
            None,
        ),
        sound("GET", "/admin/services/c_conf/test", &[("person", "alice")], None),
        sound("GET", "/admin/services/c_conf/secret", &[], None),
        sound("POST", "/admin/services/c_conf/secret", &[form, ("overlap", "24")], None),
        sound("GET", "/admin/services/c_conf/logo", &[], None),
        sound("POST", "/admin/services/c_conf/logo", &[form, ("remove", "x")], None),
        sound("GET", "/admin/services/c_conf/disable", &[], None),
        sound("POST", "/admin/services/c_conf/disable", &[form], None),
    ]
}

/// The ways in and back in: sign-up, recovery, a changed address.
fn of_arrivals(id: &str, csrf: &str) -> Vec<Sound> {
    let (form, to) = (("csrf", csrf), ("authorization", id));
    vec![
        sound("GET", "/first-administrator/lqt_ml_x", &[], None),
        sound("GET", "/first-administrator", &[], None),
        sound(
            "POST",
            "/first-administrator",
            &[form, ("username", "x"), ("email", "new@example.org"), ("password", "x")],
            None,
        ),
        sound("GET", "/forward-auth", &[("answer", "status")], None),
        sound("GET", "/sign-up", &[to], None),
        sound(
            "POST",
            "/sign-up",
            &[form, ("email", "new@example.org"), ("altcha", "x"), ("captcha_way", "other")],
            None,
        ),
        sound("GET", "/sign-up/sent", &[("for", "x")], None),
        sound("POST", "/sign-up/sent", &[form, ("for", "x")], None),
        sound("GET", "/sign-up/lqt_ml_x", &[], None),
        sound("GET", "/sign-up/finish", &[], None),
        sound("POST", "/sign-up/finish", &[form, ("username", "x"), ("password", "x")], None),
        sound("GET", "/recover", &[to], None),
        sound("POST", "/recover", &[form, ("email", "alice@example.org")], None),
        sound("GET", "/recover/lqt_ml_x", &[], None),
        sound("GET", "/recover/new-password", &[], None),
        sound("POST", "/recover/new-password", &[form, ("password", "x")], None),
        sound("GET", "/account/security/password", &[], None),
        sound("POST", "/account/security/password", &[form, ("current", "x"), ("password", "x")], None),
        sound("GET", "/account/security/email", &[], None),
        sound("POST", "/account/security/email", &[form, ("email", "other@example.org")], None),
        sound("GET", "/account/security/username", &[], None),
        sound("POST", "/account/security/username", &[form, ("username", "x")], None),
        sound("GET", "/email/lqt_ml_x", &[], None),
        sound("GET", "/email/confirm", &[], None),
        sound("POST", "/email/confirm", &[form], None),
        sound("GET", "/email/cancel/lqt_ml_x", &[], None),
        sound("GET", "/email/cancel", &[], None),
        sound("POST", "/email/cancel", &[form], None),
        sound("GET", "/", &[("q", "forge")], None),
        sound("GET", "/signed-out", &[], None),
        sound("GET", "/static/none", &[], None),
    ]
}

/// What those who look after an organization see and press.
fn of_organizations(id: &str, csrf: &str) -> Vec<Sound> {
    let form = ("csrf", csrf);
    let part = |part: &str| format!("/organizations/house{part}");
    let (member, invitation) = (part(&format!("/members/{id}")), part(&format!("/invitations/{id}")));
    let cell = format!("{id} c_conf");
    vec![
        sound("GET", "/organizations", &[("after", "x")], None),
        sound("GET", &part(""), &[("q", "ali"), ("service", "c_conf"), ("after", ""), ("done", "x")], None),
        sound("POST", &part("/access"), &[form, ("give", &cell), ("q", "ali"), ("after", "")], None),
        sound("POST", &part("/access"), &[form, ("take", &cell), ("confirmed", "yes"), ("undo", "")], None),
        sound("POST", &part("/members.csv"), &[form], None),
        sound("GET", &member, &[("done", "saved")], None),
        sound("POST", &member, &[form, ("version", "x"), ("access", "c_conf"), ("role", "c_conf editor")], None),
        sound("GET", &format!("{member}/role"), &[], None),
        sound("POST", &format!("{member}/role"), &[form, ("version", "x"), ("role", "referent")], None),
        sound("GET", &format!("{member}/remove"), &[], None),
        sound("POST", &format!("{member}/remove"), &[form, ("version", "x")], None),
        sound("GET", &part("/invite"), &[], None),
        sound("POST", &part("/invite"), &[form, ("email", "x@y.test"), ("access", "c_conf"), ("referent", "")], None),
        sound("GET", &part("/invitations"), &[("after", "")], None),
        sound("POST", &part("/invitations"), &[form, ("resend", id), ("after", "")], None),
        sound("GET", &invitation, &[], None),
        sound("POST", &invitation, &[form], None),
        sound("GET", &part("/list"), &[], None),
        sound("POST", &part("/list"), &[form, ("text", "x@y.test"), ("complete", "yes")], None),
        sound("POST", &part("/list/apply"), &[form, ("text", "x@y.test"), ("digest", "x")], None),
        sound("GET", &part("/journal"), &[("before", id)], None),
    ]
}

/// The second step of a sign-in, and what one sets up for it.
fn of_factors(id: &str, csrf: &str) -> Vec<Sound> {
    let (form, to) = (("csrf", csrf), ("authorization", id));
    let of_flow = |path: &str| sound("GET", path, &[to], None);
    vec![
        of_flow("/sign-in/second-factor"),
        sound(
            "POST",
            "/sign-in/second-factor",
            &[form, ("code", "123456"), ("recovery-code", "0000-0000-0000-0000")],
            None,
        ),
        of_flow("/account/security/authenticator"),
        sound(
            "POST",
            "/account/security/authenticator",
            &[form, ("seed", "AAAAAAAAAAAAAAAAAAAAAA"), ("code", "123456")],
            None,
        ),
        sound("GET", "/account/security/authenticator/remove", &[], None),
        sound("POST", "/account/security/authenticator/remove", &[form], None),
        sound("POST", "/sign-in/second-factor/challenge", &[form], None),
        sound("POST", "/sign-in/passkey", &[form, ("credential", "x")], None),
        sound("POST", "/sign-in/passkey/challenge", &[form], None),
        sound("GET", "/account/security/passkeys", &[], None),
        sound("POST", "/account/security/passkeys", &[form, ("name", "x"), ("credential", "x")], None),
        sound("POST", "/account/security/passkeys/challenge", &[form], None),
        sound("GET", &format!("/account/security/passkeys/{id}"), &[], None),
        sound("POST", &format!("/account/security/passkeys/{id}"), &[form], None),
        sound("GET", "/account/security/recovery-codes", &[], None),
        sound("POST", "/account/security/recovery-codes", &[form], None),
    ]
}

/// Documents, and registrations, whose bodies are made elsewhere.
fn of_machines(id: &str, registrar: &str) -> Vec<Sound> {
    vec![
        sound("GET", "/jwks.json", &[], None),
        sound("GET", "/.well-known/openid-configuration", &[], None),
        sound("GET", "/readyz", &[], None),
        sound("GET", "/healthz", &[], None),
        sound("GET", &format!("/register/{id}"), &[], Some(registrar)),
        sound("POST", "/register", &[], Some(registrar)),
        sound("POST", "/register", &[], Some(registrar)),
        sound("PUT", &format!("/register/{id}"), &[], Some(registrar)),
    ]
}

/// Whether a path is one of a route (`/authorize/{id}`).
fn is_of(route: &str, path: &str) -> bool {
    let (route, path) = (route.split('/'), path.split('?').next().unwrap_or_default().split('/'));
    route.clone().count() == path.clone().count() && route.zip(path).all(|(a, b)| a == b || a.starts_with('{'))
}

/// What programs call: each path of the API, asked for with what its lists take.
fn of_programs(bearer: Option<&str>) -> Vec<Sound> {
    let paths = crate::support::routes::paths().into_iter().filter(|path| path.starts_with("/api/"));
    paths
        .map(|path| {
            let filled = path
                .replace("{slug}", "atelier")
                .replace("{client_id}", "c_conf")
                .replace("{name}", "forbidden")
                .replace("{person}", "01890000-0000-7000-8000-000000000000")
                .replace("{id}", "01890000-0000-7000-8000-000000000000");
            sound("GET", &filled, &[("q", "x"), ("limit", "10"), ("cursor", "c")], bearer)
        })
        .collect()
}
