// What clients call besides the token endpoint, with oauth4webapi: pushed requests, assertions instead of
// secrets, introspection, revocation, tokens of their own. Prints a line per thing checked. Started by
// ../oauth4webapi.rs.

import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";
import { check, settings } from "./check.mjs";
import {
  as, ask, challenge, exchange, issuer, one, oneAuth, other, otherAuth, plain, redirect, refresh, refusal, request, sub,
  userinfo, visit,
} from "./strict.mjs";

const keyed = { client_id: "c_key" };
const curve = { name: "ECDSA", namedCurve: "P-256" };
const key = await crypto.subtle.importKey("jwk", settings.key, curve, false, ["sign"]);
const named = { key, kid: settings.key.kid };
const keyedAuth = oauth.PrivateKeyJwt(named);

// Pushes a request: the reference to it.
async function push(client, auth, parameters) {
  const response = await oauth.pushedAuthorizationRequest(as, client, auth, parameters, plain);
  return oauth.processPushedAuthorizationResponse(as, client, response);
}

async function introspect(client, auth, token) {
  const response = await oauth.introspectionRequest(as, client, auth, token, plain);
  return oauth.processIntrospectionResponse(as, client, response);
}

async function revoke(client, auth, token) {
  return oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, plain));
}

await check("a pushed request signs in, once", async () => {
  const { asked, parameters } = await request(one);
  const { request_uri, expires_in } = await push(one, oneAuth, parameters);
  assert.ok(expires_in > 0 && expires_in <= 600);
  const reference = { client_id: one.client_id, request_uri };
  await exchange(one, oneAuth, { ...asked, url: await visit(reference) });
  await assert.rejects(visit(reference), /not called back: 400/);
});

await check("a pushed request with a fault is refused at once, with the code of RFC 6749", async () => {
  for (const [error, more] of [
    ["invalid_request", { redirect_uri: `${redirect}/` }],
    ["invalid_request", { redirect_uri: undefined }],
    ["invalid_request", { code_challenge: undefined, code_challenge_method: undefined }],
    ["invalid_request", { request_uri: "urn:ietf:params:oauth:request_uri:x" }],
    ["unsupported_response_type", { response_type: "token" }],
    ["invalid_scope", { scope: "profile" }],
  ]) {
    const { parameters } = await request(one, more);
    await assert.rejects(push(one, oneAuth, parameters), refusal(error), JSON.stringify(more));
  }
  const { parameters } = await request(one);
  await assert.rejects(push(one, oauth.ClientSecretBasic("wrong"), parameters), challenge("basic", undefined));
  await assert.rejects(push(one, oauth.ClientSecretPost("wrong"), parameters), refusal("invalid_client", 401));
});

await check("a pushed request is for the client that pushed it", async () => {
  const { parameters } = await request(one);
  const { request_uri } = await push(one, oneAuth, parameters);
  await assert.rejects(visit({ client_id: other.client_id, request_uri }), /not called back: 400/);
});

await check("a client that must push its requests cannot go on without", async () => {
  const { asked, parameters } = await request(keyed);
  const url = await visit(parameters);
  assert.throws(() => oauth.validateAuthResponse(as, keyed, url, asked.state), { error: "invalid_request" });
});

await check("private_key_jwt: a key in the place of a secret, for everything", async () => {
  const { asked, parameters } = await request(keyed);
  const { request_uri } = await push(keyed, keyedAuth, parameters);
  const url = await visit({ client_id: keyed.client_id, request_uri });
  const tokens = await exchange(keyed, keyedAuth, { ...asked, url });
  const renewed = await refresh(keyed, keyedAuth, tokens.refresh_token);
  assert.equal((await introspect(keyed, keyedAuth, renewed.access_token)).active, true);
  await revoke(keyed, keyedAuth, renewed.access_token);
  assert.deepEqual(await introspect(keyed, keyedAuth, renewed.access_token), { active: false });
});

await check("an assertion that is not for us, over, another's, used twice or signed with another key: invalid_client", async () => {
  const now = Math.floor(Date.now() / 1000);
  const stranger = await oauth.generateKeyPair("ES256");
  const assertion = (change, by = named) => oauth.PrivateKeyJwt(by, { [oauth.modifyAssertion]: (header, payload) => change(payload, header) });
  const { parameters } = await request(keyed);
  for (const [name, auth] of Object.entries({
    audience: assertion((payload) => { payload.aud = "https://attacker.test"; }),
    expired: assertion((payload) => { payload.exp = now - 120; payload.iat = now - 300; payload.nbf = now - 300; }),
    issuer: assertion((payload) => { payload.iss = "c_one"; }),
    subject: assertion((payload) => { payload.sub = "c_one"; }),
    "without exp": assertion((payload) => { delete payload.exp; }),
    "without jti": assertion((payload) => { delete payload.jti; }),
    algorithm: assertion((payload, header) => { header.alg = "none"; }),
    stranger: oauth.PrivateKeyJwt({ key: stranger.privateKey, kid: settings.key.kid }),
    secret: oauth.ClientSecretPost("anything"),
    nothing: oauth.None(),
  })) {
    await assert.rejects(push(keyed, auth, parameters), refusal("invalid_client", 401), name);
  }
  const twice = assertion((payload) => { payload.jti = "the same"; });
  await push(keyed, twice, parameters);
  await assert.rejects(push(keyed, twice, parameters), refusal("invalid_client", 401));
  await push(keyed, keyedAuth, parameters);
});

await check("introspection: whose token it is, to the client that holds it", async () => {
  const tokens = await exchange(one, oneAuth, await ask(one));
  const access = await introspect(one, oneAuth, tokens.access_token);
  assert.deepEqual(
    [access.active, access.client_id, access.sub, access.iss, access.token_type],
    [true, one.client_id, sub, issuer, "Bearer"],
  );
  assert.ok(access.scope.split(" ").includes("email") && access.exp > Date.now() / 1000);
  assert.equal((await introspect(one, oneAuth, tokens.refresh_token)).active, true);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    assert.deepEqual(await introspect(other, otherAuth, token), { active: false });
  }
  assert.deepEqual(await introspect(one, oneAuth, "nonsense"), { active: false });
  await assert.rejects(introspect(one, oauth.ClientSecretBasic("wrong"), tokens.access_token), challenge("basic", undefined));
  await assert.rejects(introspect({ client_id: "c_public" }, oauth.None(), tokens.access_token), refusal("invalid_client", 401));
});

await check("revocation: an access token alone, a refresh token with all that it gave", async () => {
  const tokens = await exchange(one, oneAuth, await ask(one));
  await revoke(other, otherAuth, tokens.refresh_token);
  await revoke(other, otherAuth, tokens.access_token);
  await revoke(one, oneAuth, "nonsense");
  await userinfo(one, tokens.access_token);
  await assert.rejects(revoke(one, oauth.ClientSecretBasic("wrong"), tokens.access_token), challenge("basic", undefined));

  await revoke(one, oneAuth, tokens.access_token);
  await assert.rejects(userinfo(one, tokens.access_token), challenge("bearer", "invalid_token"));
  const renewed = await refresh(one, oneAuth, tokens.refresh_token);
  await userinfo(one, renewed.access_token);
  await revoke(one, oneAuth, renewed.refresh_token);
  await assert.rejects(userinfo(one, renewed.access_token), challenge("bearer", "invalid_token"));
  await assert.rejects(refresh(one, oneAuth, renewed.refresh_token), refusal("invalid_grant"));
});

await check("an access token as a JWT (RFC 9068): a resource server reads it by itself", async () => {
  const client = { client_id: "c_jwt" };
  const auth = oauth.ClientSecretBasic(settings.secrets.c_jwt);
  const tokens = await exchange(client, auth, await ask(client));
  const bearer = (token) => new Request("https://api.test/", { headers: { authorization: `Bearer ${token}` } });
  const claims = await oauth.validateJwtAccessToken(as, bearer(tokens.access_token), "https://api.test/", plain);
  assert.deepEqual([claims.sub, claims.client_id], [sub, client.client_id]);
  await assert.rejects(oauth.validateJwtAccessToken(as, bearer(tokens.access_token), "https://other.test/", plain), /"aud"/);
  await assert.rejects(oauth.validateJwtAccessToken(as, bearer(tokens.id_token), "https://api.test/", plain), /"typ"/);
});

await check("a client's own token, for those who may", async () => {
  const own = (client, auth) => oauth
    .clientCredentialsGrantRequest(as, client, auth, {}, plain)
    .then((response) => oauth.processClientCredentialsResponse(as, client, response));
  const machine = { client_id: "c_machine" };
  const auth = oauth.ClientSecretBasic(settings.secrets.c_machine);
  const token = await own(machine, auth);
  assert.equal(token.id_token ?? token.refresh_token, undefined);
  const meaning = await introspect(machine, auth, token.access_token);
  assert.deepEqual([meaning.active, meaning.client_id], [true, machine.client_id]);
  await assert.rejects(userinfo(machine, token.access_token), challenge("bearer", "invalid_token"));
  await assert.rejects(own(one, oneAuth), refusal("unauthorized_client"));
});
