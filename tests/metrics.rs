//! Figures for Prometheus: on a listener of their own, of nobody in particular.

use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, RelyingParty, Server};

/// A port that is free now.
fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

async fn scrape(address: &str) -> String {
    let answer = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    answer.text().await.unwrap()
}

/// The value of a figure, by its name and labels.
fn value(text: &str, name: &str) -> i64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
}

#[sqlx::test]
async fn figures_are_counted_and_tell_of_nobody(pool: PgPool) {
    let address = free_address();
    let server = Server::with(&pool, &[("LOQUET_METRICS_LISTEN", &address)]).await;
    server.person("alice").await;
    let rp = RelyingParty::new(&server).await;
    let browser = Browser::of(&server);
    let page = browser.open("/sign-in").await;
    browser.submit(&page, &[("username", "alice"), ("password", "wrong password")]).await;
    let held = rp.exchange(&rp.code(&browser, "alice").await).await;
    rp.refresh(&held.text("refresh_token")).await;
    rp.refresh("lqt_rt_nothing").await;
    sqlx::query(
        "INSERT INTO mail_outbox (id, message, created_at, next_attempt_at, give_up_at, dead_at)
         SELECT gen_random_uuid(), '', now(), now() + interval '1 day', now(), CASE WHEN n > 2 THEN now() END FROM generate_series(1, 3) n",
    )
    .execute(&pool)
    .await
    .unwrap();
    let text = scrape(&address).await;
    for (name, expected) in [
        ("loquet_sign_ins_total{outcome=\"succeeded\"}", 1),
        ("loquet_sign_ins_total{outcome=\"wrong\"}", 1),
        ("loquet_sign_ins_total{outcome=\"throttled\"}", 0),
        ("loquet_tokens_total{grant=\"authorization_code\"}", 1),
        ("loquet_tokens_total{grant=\"refresh_token\"}", 1),
        ("loquet_token_refusals_total{error=\"invalid_grant\"}", 1),
        ("loquet_access_refusals_total", 0),
        ("loquet_logout_notices_waiting", 0),
        ("loquet_mail_waiting", 2),
        ("loquet_mail_dead", 1),
        ("loquet_hashing_queue", 0),
        ("loquet_database_up", 1),
        ("loquet_database_connections_limit", 8),
    ] {
        assert_eq!(value(&text, name), expected, "{name}");
    }
    assert!(value(&text, "loquet_resident_memory_bytes") > 1_000_000);
    assert!(text.ends_with("# EOF\n"), "{text}");
    for word in ["alice", "example.org", "c_conf", "127.0.0.1", PASSWORD] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    // AD-01: not where the public comes; and nothing else on that listener.
    assert_eq!(browser.get("/metrics").await.status, 404);
    assert_eq!(reqwest::get(format!("http://{address}/")).await.unwrap().status(), 404);
    // Without the database there are figures still.
    server.state.pool.close().await;
    let text = scrape(&address).await;
    assert_eq!(value(&text, "loquet_database_up"), 0);
    assert!(!text.contains("loquet_mail_waiting"), "nothing is made up");
}
