#!/usr/bin/env python3
"""Keeps the people of an organization in step with a spreadsheet.

    export LOQUET_TOKEN=lqt_pt_…        # Your account → Security → Access tokens
    keep_in_step.py https://sso.example.org le-fournil members.csv            # shows what would change
    keep_in_step.py https://sso.example.org le-fournil members.csv --yes      # changes it, for cron
    keep_in_step.py … --complete --yes                                        # whoever is not in it goes

The spreadsheet is saved as CSV. Its first line names the columns; `--email`, `--role` and `--services` say
what yours are called. Roles are `member` and `referent`; services are `cloud`, or `cloud:editor+viewer` with
roles there, several in one cell separated by spaces.

Ends with 0 when all is in step, 1 when some lines could not be followed, 2 when nothing was done.
Needs Python 3.9 and nothing else.
"""

import argparse
import csv
import io
import json
import os
import sys
import time
import urllib.error
import urllib.request

# How often a request is made that the server has no time for.
TRIES = 5


class Failure(Exception):
    """Nothing was done, for this reason."""


class Api:
    """The API of one organization."""

    def __init__(self, address, organization, token):
        self.base = f"{address.rstrip('/')}/api/v1/organizations/{organization}"
        self.token = token

    def post(self, path, document):
        """The answer, or a Failure with what the server says of the problem."""
        request = urllib.request.Request(
            f"{self.base}/{path}",
            data=json.dumps(document).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        for attempt in range(1, TRIES + 1):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                wait = int(error.headers.get("Retry-After") or 0)
                if error.code not in (429, 503) or attempt == TRIES or wait > 60:
                    raise Failure(describe(error)) from error
                time.sleep(max(wait, 1))
            except urllib.error.URLError as error:
                if attempt == TRIES:
                    raise Failure(f"{self.base}: {error.reason}") from error
                time.sleep(attempt)


def describe(error):
    """What a problem document (RFC 9457) says, in one line."""
    try:
        problem = json.load(error)
    except ValueError:
        return f"{error.code} {error.reason}"
    fields = ", ".join(f"{wrong['field']}: {wrong['problem']}" for wrong in problem.get("errors", []))
    parts = [problem.get("detail"), fields, problem.get("type"), problem.get("instance")]
    return f"{error.code} {problem.get('title')} ({'; '.join(part for part in parts if part)})"


def read(path, columns):
    """The list of the API, from a spreadsheet: only the columns that it knows."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")  # As Excel saves it when nobody tells it otherwise.
    first = text.splitlines()[0] if text else ""
    separator = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    named = reader.fieldnames or []
    present = {ours: theirs for ours, theirs in columns.items() if theirs in named}
    if "email" not in present:
        raise Failure(f"{path} has no column «{columns['email']}» but {', '.join(named) or 'nothing'}")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(present)
    for row in reader:
        cells = [(row[theirs] or "").strip() for theirs in present.values()]
        if any(cells):
            writer.writerow(cells)
    return out.getvalue()


def told(change):
    """A change, for people."""
    what = {
        "invite": "invite",
        "change-invitation": "change the invitation of",
        "change-member": "change",
        "remove-member": "take out",
        "withdraw-invitation": "withdraw the invitation of",
    }[change["change"]]
    given = [":".join([access["client_id"], "+".join(access["roles"])]).rstrip(":") for access in change["give"]]
    parts = [change["role"] and f"as {change['role']}", given and f"gets {' '.join(given)}"]
    parts.append(change["take"] and f"loses {' '.join(change['take'])}")
    return f"{what} {change['email']} {', '.join(part for part in parts if part)}".rstrip()


def keep_in_step(api, text, complete, apply, most_removals):
    """Shows what changes, and changes it if that is wanted: how many lines could not be followed."""
    plan = api.post("list/preview", {"text": text, "complete": complete})
    for change in plan["changes"]:
        print(told(change))
    for line in plan["refused"]:
        where = f"line {line['line']}" if line["line"] else line["email"]
        print(f"not done, {where} ({line['email']}): {line['field']} {line['problem']}", file=sys.stderr)
    removals = sum(change["change"] == "remove-member" for change in plan["changes"])
    if not plan["changes"]:
        print(f"nothing to change, {plan['unchanged']} in step")
    elif not apply:
        print("nothing was changed: add --yes")
    elif removals > most_removals:
        # A spreadsheet that somebody has emptied by mistake must not empty the organization.
        raise Failure(f"{removals} people would be taken out: more than --most-removals {most_removals}")
    else:
        # The digest stands for what was shown: if it would be something else by now, nothing is done.
        api.post("list", {"text": text, "complete": complete, "digest": plan["digest"]})
        print(f"done: {len(plan['changes'])} changes, {plan['unchanged']} in step already")
    return len(plan["refused"])


def main():
    parser = argparse.ArgumentParser(description="Keeps an organization in step with a spreadsheet.")
    parser.add_argument("address", help="where one signs in, https://sso.example.org")
    parser.add_argument("organization", help="as in addresses, le-fournil")
    parser.add_argument("spreadsheet", help="saved as CSV")
    parser.add_argument("--yes", action="store_true", help="change it, not only show it")
    parser.add_argument("--complete", action="store_true", help="whoever is not in it is taken out")
    parser.add_argument("--most-removals", type=int, default=5, help="do nothing if more would be taken out (5)")
    for name in ("email", "role", "services"):
        parser.add_argument(f"--{name}", default=name, help=f"the column that holds the {name}")
    arguments = parser.parse_args()
    token = os.environ.get("LOQUET_TOKEN")
    try:
        if not token:
            raise Failure("LOQUET_TOKEN is not set")
        columns = {name: getattr(arguments, name) for name in ("email", "role", "services")}
        text = read(arguments.spreadsheet, columns)
        api = Api(arguments.address, arguments.organization, token)
        refused = keep_in_step(api, text, arguments.complete, arguments.yes, arguments.most_removals)
    except (Failure, OSError) as error:
        print(f"nothing was done: {error}", file=sys.stderr)
        return 2
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
