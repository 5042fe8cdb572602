"""Signs in to the provider that SETTINGS (JSON) names with Authlib over Requests and over HTTPX, as its
documentation says. Started by ../authlib.rs, which is the browser: see ../programs.rs."""

import json
import os
import sys
import traceback

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2 import rfc9207
from authlib.oauth2.rfc6749.errors import MismatchingStateException
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken, UserInfo
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidClaimError, JoseError
from joserfc.jwk import KeySet, RSAKey, import_key
from joserfc.jws import JWSRegistry

SETTINGS = json.loads(os.environ["SETTINGS"])
LIBRARIES = {"requests": OAuth2Session, "httpx": OAuth2Client}


def check(name, test):
    try:
        test()
    except Exception:
        print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
        sys.exit(1)
    print(f"ok      {name}", flush=True)


def discover():
    address = get_well_known_url(SETTINGS["issuer"], external=True)
    metadata = OpenIDProviderMetadata(requests.get(address).json())
    metadata.validate(metadata_classes=[rfc9207.AuthorizationServerMetadata])
    assert metadata["issuer"] == SETTINGS["issuer"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    return metadata


class Party:
    """A service: what it was told when it was registered."""

    def __init__(self, metadata, service, **more):
        self.metadata = metadata
        self.service = service
        self.session = LIBRARIES[service["library"]](
            service["id"],
            service["secret"],
            token_endpoint_auth_method=service["authentication"],
            revocation_endpoint_auth_method=service["authentication"],
            scope="openid profile email groups offline_access",
            redirect_uri=SETTINGS["redirect"],
            code_challenge_method="S256",
            token_endpoint=metadata["token_endpoint"],
            **more,
        )
        if service["authentication"] == "private_key_jwt":
            self.session.client_secret = import_key(service["secret"], "EC" if service["algorithm"] == "ES256" else "RSA")
            self.sign_assertions()
        self.keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"]).json())

    def sign_assertions(self, **claims):
        alg, header = self.service["algorithm"], self.service["header"]
        method = PrivateKeyJWT(self.metadata["token_endpoint"], claims=claims or None, headers=header, alg=alg)
        self.session.register_client_auth_method(method)

    def send_away(self):
        """The address that the browser brings back, and what to compare it with."""
        kept = {"nonce": generate_token(), "code_verifier": generate_token(64)}
        address, kept["state"] = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], **kept
        )
        print(f"visit {address}", flush=True)
        return sys.stdin.readline().strip(), kept

    def exchange(self, answer, kept, **changes):
        kept = kept | changes
        return self.session.fetch_token(
            authorization_response=answer, state=kept["state"], code_verifier=kept["code_verifier"]
        )

    def verified(self, token, nonce, client_id=None, keys=None):
        """Signature with the algorithm agreed on, issuer, audience, times, nonce, access token's hash."""
        client_id = client_id or self.service["id"]
        registry = JWSRegistry(algorithms=[self.service["algorithm"]], strict_check_header=False)
        decoded = jwt.decode(token["id_token"], keys or self.keys, registry=registry)
        options = {
            "iss": {"essential": True, "value": self.metadata["issuer"]},
            "aud": {"essential": True, "value": client_id},
            "at_hash": {"essential": True},
            "nonce": {"essential": nonce is not None},
        }
        params = {"nonce": nonce, "client_id": client_id, "access_token": token["access_token"]}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate()
        return UserInfo(claims)

    def userinfo(self):
        answer = self.session.get(self.metadata["userinfo_endpoint"])
        answer.raise_for_status()
        return UserInfo(answer.json())


def refused(error, test):
    """That the provider refuses, in these words."""
    try:
        test()
    except OAuthError as refusal:
        assert refusal.error == error, refusal
    else:
        raise AssertionError(f"not refused: {error}")


def rejected(kind, test):
    """That the library finds it wrong."""
    try:
        test()
    except kind:
        return
    raise AssertionError(f"not rejected: {kind}")


def signs_in(metadata, service):
    renewals = []
    party = Party(metadata, service, update_token=lambda token, **_: renewals.append(token))
    answer, kept = party.send_away()
    token = party.exchange(answer, kept)
    claims = party.verified(token, kept["nonce"])
    assert claims.sub == SETTINGS["sub"]
    userinfo = party.userinfo()
    for person in (claims, userinfo):
        person.validate_locale()
        assert person.sub == SETTINGS["sub"]
        assert person.preferred_username == SETTINGS["login"]
        assert person.email == SETTINGS["email"] and person.email_verified is True
        assert person["groups"] == ["staff"]
        assert isinstance(person.updated_at, int)

    # The library renews a token that is over by itself, and tells the service to keep the new one.
    party.session.token = dict(token, expires_at=1)
    assert party.userinfo() == userinfo
    (renewed,) = renewals
    assert renewed["access_token"] != token["access_token"]
    assert renewed["refresh_token"] != token["refresh_token"]
    assert party.verified(renewed, None).sub == SETTINGS["sub"]


def detects(metadata, service):
    party = Party(metadata, service)
    answer, kept = party.send_away()
    rejected(MismatchingStateException, lambda: party.exchange(answer, kept, state="another"))
    token = party.exchange(answer, kept)
    rejected(InvalidClaimError, lambda: party.verified(token, "another"))
    rejected(InvalidClaimError, lambda: party.verified(token, kept["nonce"], client_id="c_other"))
    swapped = token | {"access_token": token["access_token"][:-1]}
    rejected(InvalidClaimError, lambda: party.verified(swapped, kept["nonce"]))
    unsigned = token | {"id_token": token["id_token"].rpartition(".")[0] + "." + "A" * 342}
    rejected(BadSignatureError, lambda: party.verified(unsigned, kept["nonce"]))
    others = KeySet.generate_key_set("RSA", 2048)
    rejected((JoseError, ValueError), lambda: party.verified(token, kept["nonce"], keys=others))
    party.verified(token, kept["nonce"])

    refused("invalid_grant", lambda: party.exchange(answer, kept))
    assert party.session.get(metadata["userinfo_endpoint"]).status_code == 401
    refused("invalid_grant", lambda: party.session.refresh_token(refresh_token=token["refresh_token"]))


def wrong_proof(metadata, service):
    party = Party(metadata, service)
    answer, kept = party.send_away()
    impostor = Party(metadata, service | {"secret": "wrong"})
    refused("invalid_client", lambda: impostor.exchange(answer, kept))
    party.exchange(answer, kept)
    answer, kept = party.send_away()
    refused("invalid_grant", lambda: party.exchange(answer, kept, code_verifier=generate_token(64)))


def asks_about(metadata, service, other):
    """Introspection and revocation, by the service and by one whose tokens these are not."""
    party, stranger = Party(metadata, service), Party(metadata, other)
    answer, kept = party.send_away()
    token = party.exchange(answer, kept)

    def about(asker, kind):
        answer = asker.session.introspect_token(metadata["introspection_endpoint"], token[kind], kind)
        assert answer.status_code == 200, answer.text
        return answer.json()

    for kind in ("access_token", "refresh_token"):
        found = about(party, kind)
        assert found["active"] is True and found["sub"] == SETTINGS["sub"], found
        assert found["client_id"] == service["id"] and "openid" in found["scope"].split(), found
        assert about(stranger, kind) == {"active": False}
    revoke = lambda asker, kind: asker.session.revoke_token(metadata["revocation_endpoint"], token[kind], kind)
    revoke(stranger, "refresh_token")
    assert about(party, "refresh_token")["active"] is True
    assert party.userinfo().sub == SETTINGS["sub"]

    assert revoke(party, "access_token").status_code == 200
    assert about(party, "access_token") == {"active": False}
    assert party.session.get(metadata["userinfo_endpoint"]).status_code == 401
    token |= party.session.refresh_token(refresh_token=token["refresh_token"])
    assert revoke(party, "refresh_token").status_code == 200
    for kind in ("access_token", "refresh_token"):
        assert about(party, kind) == {"active": False}, kind
    refused("invalid_grant", lambda: party.session.refresh_token(refresh_token=token["refresh_token"]))


def wrong_assertion(metadata, service):
    """One good for another key, for another audience, for once."""
    party = Party(metadata, service)
    answer, kept = party.send_away()
    key, party.session.client_secret = party.session.client_secret, RSAKey.generate_key(2048)
    refused("invalid_client", lambda: party.exchange(answer, kept))
    party.session.client_secret = key
    party.sign_assertions(aud="https://attacker.test/token")
    refused("invalid_client", lambda: party.exchange(answer, kept))
    party.sign_assertions(jti="once")
    token = party.exchange(answer, kept)
    refused("invalid_client", lambda: party.session.refresh_token(refresh_token=token["refresh_token"]))


metadata = discover()
services = {service["id"]: service for service in SETTINGS["services"]}
for service in services.values():
    name = "{algorithm}, {authentication}, {library}".format(**service)
    check(f"{name}: signs in, userinfo, renews", lambda: signs_in(metadata, service))
basic, other, key = services["c_basic"], services["c_post"], services["c_rsa"]
check("what was changed is rejected; a code used twice is refused", lambda: detects(metadata, basic))
check("another secret or verifier is refused", lambda: wrong_proof(metadata, basic))
check("an assertion of another key, for another, or used twice is refused", lambda: wrong_assertion(metadata, key))
for service in (basic, key):
    check(f"{service['authentication']}: introspection and revocation", lambda: asks_about(metadata, service, other))
