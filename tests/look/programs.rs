//! What those who write programs see: keys of theirs, and what is written about the API.

use super::walk::Walk;

const TOKENS: &str = "/account/security/tokens";

pub async fn pages(walk: &mut Walk) {
    let noor = walk.server.person("noor").await;
    walk.server.organization("cuisine", &[(&noor, true)]).await;
    walk.sign_in("/sign-in", "noor").await;
    walk.open(TOKENS).await;
    walk.look(TOKENS, "tokens-none").await;
    walk.press("#submit").await;
    walk.look_at_fault(TOKENS, "tokens-faulty").await;
    walk.chromium.fill("#name", "Adherents.ods").await;
    walk.press("#submit").await;
    walk.look(TOKENS, "token-made").await;
    walk.open(TOKENS).await;
    walk.look(TOKENS, "tokens").await;
    walk.press("button[name=end]").await;
    walk.look(TOKENS, "tokens-ended").await;
    walk.open("/api/problems").await;
    walk.look("/api/problems", "api-problems").await;
    walk.open("/api/docs").await;
    walk.chromium.element("#reference .opblock").await;
    walk.look("/api/docs", "api-docs").await;
}
