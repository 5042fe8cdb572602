//! Passkeys: where the issuer has a name, as they are of names.

use super::walk::Walk;

const PAGE: &str = "/account/security/passkeys";
const ASK: &str = "form[data-passkey] button";

pub async fn passkeys(walk: &mut Walk) {
    let named = walk.server.beside(&walk.pool, &[("LOQUET_SERVER_ISSUER", "http://localhost:{port}")]).await;
    let usual = std::mem::replace(&mut walk.server, named);
    walk.chromium.virtual_authenticator().await;
    walk.server.person("yasmina").await;
    walk.afresh().await;
    walk.open("/sign-in").await;
    walk.look("/sign-in", "sign-in-passkey").await;
    walk.sign_in("/sign-in", "yasmina").await;
    walk.open(PAGE).await;
    walk.look(PAGE, "passkeys-none").await;
    walk.chromium.fill("#name", "Pixel").await;
    walk.press(ASK).await;
    walk.look(PAGE, "passkeys-codes").await;
    walk.press("#kept").await;
    walk.open(PAGE).await;
    walk.look(PAGE, "passkeys").await;
    walk.open("/account/security").await;
    walk.look("/account/security", "security-passkey").await;
    walk.open(PAGE).await;
    walk.press("li.card a").await;
    walk.look("/account/security/passkeys/{id}", "passkey-remove").await;
    walk.sign_in("/sign-in", "yasmina").await;
    walk.look("/sign-in/second-factor", "second-factor-passkey").await;
    walk.afresh().await;
    walk.server = usual;
}
