// oauth4webapi, led through every verification that it has: what ../oauth4webapi.rs's programs share.

import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";
import { Browser } from "./browser.mjs";
import { settings } from "./check.mjs";

export const { issuer, redirect, login, password, sub } = settings;
// The issuer of a test is on loopback: without TLS.
export const plain = { [oauth.allowInsecureRequests]: true };
export const as = await oauth
  .discoveryRequest(new URL(issuer), plain)
  .then((answer) => oauth.processDiscoveryResponse(new URL(issuer), answer));
export const browser = new Browser(issuer);

export const one = { client_id: "c_one" };
export const oneAuth = oauth.ClientSecretBasic(settings.secrets.c_one);
export const other = { client_id: "c_other" };
export const otherAuth = oauth.ClientSecretPost(settings.secrets.c_other);

// A sound request with random parts, which are to be compared with what comes back. `more` changes it.
export async function request(client, more = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const asked = { verifier, state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() };
  const parameters = {
    client_id: client.client_id,
    redirect_uri: redirect,
    response_type: "code",
    scope: "openid profile email offline_access",
    state: asked.state,
    nonce: asked.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return { asked, parameters: Object.fromEntries(given) };
}

// Where the browser is sent back to with a request.
export function visit(parameters, by = browser) {
  return by.signIn(`${as.authorization_endpoint}?${new URLSearchParams(parameters)}`, login, password);
}

export async function ask(client, more = {}, by = browser) {
  const { asked, parameters } = await request(client, more);
  return { ...asked, url: await visit(parameters, by) };
}

// Takes a code to the token endpoint: the bare answer.
export function send(client, auth, { url, state, verifier }, redirectUri = redirect) {
  const answer = oauth.validateAuthResponse(as, client, url, state);
  return oauth.authorizationCodeGrantRequest(as, client, auth, answer, redirectUri, verifier, plain);
}

// All that the library can verify of it: claims, then the signature, which code flow may leave to TLS.
export async function read(client, response, expected) {
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { requireIdToken: true, ...expected });
  await oauth.validateApplicationLevelSignature(as, response, plain);
  return tokens;
}

export async function exchange(client, auth, asked, expected = { expectedNonce: asked.nonce }) {
  return read(client, await send(client, auth, asked), expected);
}

export async function refresh(client, auth, token) {
  const response = await oauth.refreshTokenGrantRequest(as, client, auth, token, plain);
  const tokens = await oauth.processRefreshTokenResponse(as, client, response);
  await oauth.validateApplicationLevelSignature(as, response, plain);
  return tokens;
}

export async function userinfo(client, token, subject = sub) {
  return oauth.processUserInfoResponse(as, client, subject, await oauth.userInfoRequest(as, client, token, plain));
}

// What we refuse, as the library tells it: in the body …
export const refusal = (error, status = 400) => ({ name: "ResponseBodyError", code: oauth.RESPONSE_BODY_ERROR, error, status });
// … or in a challenge (RFC 9110 11.6.1), beside the body.
export const challenge = (scheme, error) => (thrown) => {
  assert.equal(thrown.name, "WWWAuthenticateChallengeError", thrown.stack);
  assert.equal(thrown.status, 401);
  assert.deepEqual(thrown.cause.map((asked) => asked.scheme), [scheme]);
  assert.equal(thrown.cause[0].parameters.error, error);
  return true;
};
