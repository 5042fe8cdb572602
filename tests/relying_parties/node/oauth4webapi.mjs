// Signs in to the provider that SETTINGS (JSON) names with oauth4webapi, which verifies every answer to
// the letter, and prints a line per thing checked: what we accept, and above all what we refuse.
// Started by ../oauth4webapi.rs.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as oauth from "oauth4webapi";
import { Browser } from "./browser.mjs";
import { changed, check } from "./check.mjs";
import {
  as, ask, challenge, exchange, issuer, login, one, oneAuth, other, otherAuth, password, plain, read, redirect,
  refresh, refusal, send, sub, userinfo,
} from "./strict.mjs";

for (const [client, auth, alg, how] of [[one, oneAuth, "RS256", "basic"], [other, otherAuth, "ES256", "post"]]) {
  await check(`${how}, ${alg}: a strict client takes every answer of ours`, async () => {
    const signed = { ...client, id_token_signed_response_alg: alg, require_auth_time: true };
    const asked = await ask(signed, { max_age: "600" });
    const tokens = await exchange(signed, auth, asked, { expectedNonce: asked.nonce, maxAge: 600 });
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    assert.deepEqual([claims.iss, claims.sub, claims.aud], [issuer, sub, client.client_id]);
    const half = createHash("sha256").update(tokens.access_token).digest().subarray(0, 16);
    assert.equal(claims.at_hash, half.toString("base64url"));
    assert.equal((await userinfo(signed, tokens.access_token)).preferred_username, login);

    const renewed = await refresh(signed, auth, tokens.refresh_token);
    const again = oauth.getValidatedIdTokenClaims(renewed);
    assert.deepEqual([again.sub, again.auth_time, again.sid], [sub, claims.auth_time, claims.sid]);
    await userinfo(signed, renewed.access_token);
  });
}

await check("no nonce asked, none given", async () => {
  const asked = await ask(one, { nonce: undefined });
  await exchange(one, oneAuth, asked, { expectedNonce: oauth.expectNoNonce });
});

await check("a request that we refuse: its registered error, with state and iss", async () => {
  for (const [error, more] of [
    ["invalid_request", { response_type: undefined }],
    ["unsupported_response_type", { response_type: "code id_token" }],
    ["unsupported_response_type", { response_type: "token" }],
    ["invalid_scope", { scope: "profile" }],
    ["invalid_request", { code_challenge: undefined, code_challenge_method: undefined }],
    ["invalid_request", { code_challenge_method: "plain" }],
    ["request_not_supported", { request: "e30.e30." }],
    ["request_uri_not_supported", { request_uri: "https://rp.test/request" }],
    ["invalid_request", { max_age: "soon" }],
    ["invalid_request", { prompt: "none login" }],
    ["invalid_request", { id_token_hint: "e30.e30." }],
  ]) {
    const { url, state } = await ask(one, more);
    assert.throws(() => oauth.validateAuthResponse(as, one, url, state), { name: "AuthorizationResponseError", error });
  }
  const { url, state } = await ask(one, { prompt: "none" }, new Browser(issuer));
  assert.throws(() => oauth.validateAuthResponse(as, one, url, state), { error: "login_required" });
});

await check("an answer with another state or iss, none, or two of one is rejected", async () => {
  const asked = await ask(one);
  for (const [name, value] of [["state", "another"], ["iss", "https://attacker.test"], ["iss", `${issuer}/`]]) {
    const twice = new URL(asked.url);
    twice.searchParams.append(name, value);
    for (const url of [changed(asked.url, name, value), changed(asked.url, name), twice]) {
      const pattern = new RegExp(`"${name}"`);
      const caught = (thrown) => thrown.name === "OperationProcessingError" && pattern.test(thrown.message);
      assert.throws(() => oauth.validateAuthResponse(as, one, url, asked.state), caught, `${name} ${url}`);
    }
  }
  await exchange(one, oneAuth, asked);
});

await check("an ID token of another request, another client, another algorithm or another person is rejected", async () => {
  const mismatch = (claim) => (thrown) => {
    assert.equal(thrown.code, oauth.JWT_CLAIM_COMPARISON, thrown.stack);
    assert.equal(thrown.cause.claim, claim);
    return true;
  };
  const first = await ask(one);
  await assert.rejects(exchange(one, oneAuth, first, { expectedNonce: "another" }), mismatch("nonce"));
  const second = await ask(one);
  await assert.rejects(exchange(one, oneAuth, second, { expectedNonce: oauth.expectNoNonce }), mismatch("nonce"));
  const third = await ask(one);
  const answer = await send(one, oneAuth, third);
  await assert.rejects(read(other, answer, { expectedNonce: third.nonce }), mismatch("aud"));
  const fourth = await ask(one);
  await assert.rejects(exchange({ ...one, id_token_signed_response_alg: "ES256" }, oneAuth, fourth), /"alg"/);
  const fifth = await ask(one);
  const tokens = await exchange(one, oneAuth, fifth);
  await assert.rejects(userinfo(one, tokens.access_token, "somebody-else"), { code: oauth.JSON_ATTRIBUTE_COMPARISON });
});

await check("a code with another verifier or none, another redirect URI or client: invalid_grant; it stays good for its own", async () => {
  const asked = await ask(one);
  for (const verifier of [oauth.generateRandomCodeVerifier(), oauth.nopkce]) {
    await assert.rejects(exchange(one, oneAuth, { ...asked, verifier }), refusal("invalid_grant"));
  }
  await assert.rejects(read(one, await send(one, oneAuth, asked, `${redirect}/`)), refusal("invalid_grant"));
  await assert.rejects(exchange(other, otherAuth, asked), refusal("invalid_grant"));
  await exchange(one, oneAuth, asked);
});

await check("a code used twice: invalid_grant, and what it gave is over", async () => {
  const asked = await ask(one);
  const tokens = await exchange(one, oneAuth, asked);
  await assert.rejects(exchange(one, oneAuth, asked), refusal("invalid_grant"));
  await assert.rejects(userinfo(one, tokens.access_token), challenge("bearer", "invalid_token"));
  await assert.rejects(refresh(one, oneAuth, tokens.refresh_token), refusal("invalid_grant"));
});

await check("a wrong secret: invalid_client, in a challenge to HTTP Basic; the code is still good", async () => {
  const asked = await ask(one);
  const response = await send(one, oauth.ClientSecretBasic("wrong"), asked);
  const body = response.clone();
  await assert.rejects(read(one, response), challenge("basic", undefined));
  assert.equal((await body.json()).error, "invalid_client");
  const posted = oauth.ClientSecretPost("wrong");
  await assert.rejects(exchange(one, posted, asked), refusal("invalid_client", 401));
  await assert.rejects(exchange(one, oauth.None(), asked), refusal("invalid_client", 401));
  await assert.rejects(exchange({ client_id: "c_nobody" }, posted, asked), refusal("invalid_client", 401));
  await exchange(one, oneAuth, asked);
});

await check("a refresh token of another client, an unknown one, an unknown grant: the codes of RFC 6749", async () => {
  const tokens = await exchange(one, oneAuth, await ask(one));
  await assert.rejects(refresh(other, otherAuth, tokens.refresh_token), refusal("invalid_grant"));
  await assert.rejects(refresh(one, oneAuth, "nonsense"), refusal("invalid_grant"));
  const generic = (grant, form) => oauth
    .genericTokenEndpointRequest(as, one, oneAuth, grant, form, plain)
    .then((response) => oauth.processGenericTokenEndpointResponse(as, one, response));
  await assert.rejects(generic("password", { username: login, password }), refusal("unsupported_grant_type"));
  await assert.rejects(generic("client_credentials", {}), refusal("unauthorized_client"));
  await assert.rejects(generic("authorization_code", {}), refusal("invalid_request"));
  await refresh(one, oneAuth, tokens.refresh_token);
});

await check("no access token of ours: a Bearer challenge", async () => {
  await assert.rejects(userinfo(one, "nonsense"), challenge("bearer", "invalid_token"));
});
