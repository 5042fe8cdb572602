"""A mail server, aiosmtpd, told in SETTINGS (JSON) how to encrypt and whom to let in.

Prints its port, then each mail that it takes as one line of JSON, as Python's own library reads it.
"""

import asyncio
import email
import email.policy
import json
import logging
import os
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# What is asked of it here is all that it is for.
warnings.simplefilter("ignore")
logging.disable()

settings = json.loads(os.environ["SETTINGS"])
at_once = settings["security"] == "tls"
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(settings["certificate"], settings["key"])


def say(value):
    print(json.dumps(value), flush=True)


def known(_server, _session, _envelope, _mechanism, data):
    right = (settings["username"].encode(), settings["password"].encode())
    # `handled` would be that the refusal has been said already.
    return AuthResult(success=(data.login, data.password) == right, handled=False)


class Taken:
    async def handle_DATA(self, _server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        sender = mail["From"].addresses[0]
        say({
            "encrypted": at_once or session.ssl is not None,
            "from": envelope.mail_from, "to": envelope.rcpt_tos,
            "recipients": [address.addr_spec for address in mail["To"].addresses],
            "name": sender.display_name, "subject": mail["Subject"],
            "types": [part.get_content_type() for part in parts],
            "text": parts[0].get_content(), "html": parts[1].get_content(),
            "defects": [str(defect) for part in mail.walk() for defect in part.defects],
        })
        return "250 taken"


def server():
    # It does not count encryption from the first byte as encryption.
    within = {} if at_once else {"tls_context": tls, "require_starttls": True}
    # Its own name for itself is asked of DNS, and waited for.
    return SMTP(Taken(), hostname="localhost", authenticator=known, auth_required=True, auth_require_tls=not at_once, **within)


async def serve():
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(server, "127.0.0.1", 0, ssl=tls if at_once else None)
    say(listening.sockets[0].getsockname()[1])
    # Until the test ends.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
