// Signs in to the provider that SETTINGS (JSON) names, with the certified openid-client, and prints a
// line per thing checked. Started by ../openid_client.rs.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { Browser } from "./browser.mjs";
import { changed, check, settings } from "./check.mjs";

const { issuer, redirect, login, password, sub, services } = settings;
const SCOPE = "openid profile email groups offline_access";

async function discover({ id, secret, algorithm, authentication }) {
  const metadata = { id_token_signed_response_alg: algorithm };
  const authentications = { basic: client.ClientSecretBasic, post: client.ClientSecretPost, none: client.None };
  // The issuer of a test is on loopback: without TLS.
  const options = { execute: [client.allowInsecureRequests] };
  const config = await client.discovery(new URL(issuer), id, metadata, authentications[authentication](secret), options);
  // Signatures too, which the code flow may leave to TLS.
  client.enableNonRepudiationChecks(config);
  return config;
}

// Sends the browser away; what it brings back and what to compare it with.
async function callback(config, browser, more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier,
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: SCOPE,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    ...more,
  });
  return { url: await browser.signIn(address, login, password), checks };
}

for (const service of services) {
  await check(`${service.algorithm}, ${service.authentication}: signs in, userinfo, refresh with rotation`, async () => {
    const config = await discover(service);
    const { url, checks } = await callback(config, new Browser(issuer), { max_age: "600" });
    const tokens = await client.authorizationCodeGrant(config, url, { ...checks, maxAge: 600 });
    const claims = tokens.claims();
    assert.equal(claims.sub, sub);
    assert.equal(claims.aud, service.id);
    assert.ok(tokens.expiresIn() > 0);
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    assert.equal(userinfo.preferred_username, login);
    assert.equal(userinfo.email_verified, true);
    assert.deepEqual(userinfo.groups, claims.groups);
    await assert.rejects(client.fetchUserInfo(config, tokens.access_token, "somebody-else"), isRejection(/sub/));

    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(renewed.claims().sub, sub);
    assert.equal(renewed.claims().auth_time, claims.auth_time);
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    // A service whose processes refresh at once: all get the same successor.
    const together = await Promise.all([1, 2, 3].map(() => client.refreshTokenGrant(config, renewed.refresh_token)));
    assert.equal(new Set(together.map((answer) => answer.refresh_token)).size, 1);
    await client.fetchUserInfo(config, together[2].access_token, sub);
  });
}

const config = await discover(services[0]);
const browser = new Browser(issuer);
const rejected = (url, checks, pattern) => assert.rejects(client.authorizationCodeGrant(config, url, checks), pattern);

await check("discovery: the issuer is the one asked for, and answers carry it", async () => {
  const metadata = config.serverMetadata();
  assert.equal(metadata.issuer, issuer);
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);
  assert.ok(metadata.supportsPKCE());
});

// None of these may reach the token endpoint: the code is good in the end.
await check("an answer with another state, another iss or none is rejected; the true one is accepted", async () => {
  const { url, checks } = await callback(config, browser);
  await rejected(changed(url, "state", "another"), checks, isRejection(/state/));
  await rejected(changed(url, "state"), checks, isRejection(/state/));
  await rejected(changed(url, "iss", "https://attacker.test"), checks, isRejection(/iss/));
  await rejected(changed(url, "iss", `${issuer}/`), checks, isRejection(/iss/));
  await rejected(changed(url, "iss"), checks, isRejection(/iss/));
  const tokens = await client.authorizationCodeGrant(config, url, checks);
  await check("a code used twice: invalid_grant, and its tokens are over", async () => {
    await rejected(url, checks, { error: "invalid_grant", status: 400 });
    await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub), { status: 401 });
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: "invalid_grant" });
  });
});

await check("another nonce in the ID token is rejected", async () => {
  const { url, checks } = await callback(config, browser);
  await rejected(url, { ...checks, expectedNonce: "another" }, isRejection(/nonce/));
});

await check("another PKCE verifier: invalid_grant", async () => {
  const { url, checks } = await callback(config, browser);
  await rejected(url, { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }, { error: "invalid_grant" });
});

await check("prompt=none without a session: login_required, with the state", async () => {
  const { url, checks } = await callback(config, new Browser(issuer), { prompt: "none" });
  await rejected(url, checks, { error: "login_required" });
  assert.equal(url.searchParams.get("state"), checks.expectedState);
});

await check("prompt=none with a session: a code, the same person", async () => {
  const { url, checks } = await callback(config, browser, { prompt: "none" });
  assert.equal((await client.authorizationCodeGrant(config, url, checks)).claims().sub, sub);
});

await check("a wrong secret: invalid_client", async () => {
  const impostor = await discover({ ...services[0], secret: "wrong" });
  const refused = await client.refreshTokenGrant(impostor, "any").catch((error) => error);
  assert.equal(refused.status, 401);
  assert.equal((await refused.response.json()).error, "invalid_client");
});

// The library found it: no answer of the provider's (those have `error`).
function isRejection(pattern) {
  return (error) => {
    assert.equal(error.error, undefined, error.stack);
    assert.match(`${error.message} ${error.cause?.message} ${JSON.stringify(error.cause?.cause)}`, pattern);
    return true;
  };
}
