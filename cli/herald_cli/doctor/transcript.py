"""The requests to a stack and its answers, one JSON object a line, without secrets and personal data.

    {"kind": "request", "name": ..., "request": {...}, "answer": {"status": ..., "headers": ..., "body": ...}}
    {"kind": "write", "name": ..., "answer": ...}
    {"kind": "sums", "name": ..., "stats": {...}}

A request holds the kind of its credentials, never the credentials. Only known headers of an answer
are kept; ids, numbers, times, hosts and AWS account ids are replaced, and so are the entries of an
account's lists. The tests replay the files in `tests/recorded` against the local stack.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from herald_cli.doctor.exchange import Answer, Body, Exchange
from herald_cli.doctor.findings import comparable

# A description of the API is some 300 kB, and openapi.json is tested elsewhere.
_LONGEST_BODY: Final = 4_000
Entry = dict[str, Any]


class LeakError(Exception):
    """A transcript would hold something secret; it was not written."""


class Transcript:
    """The entries of one run, in their order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def exchange(self, exchange: Exchange, answer: Answer) -> None:
        self.entries.append(
            {
                "kind": "request",
                "name": exchange.name,
                "request": request_of(exchange),
                "answer": answer_of(answer),
            }
        )

    def write(self, name: str, answer: str) -> None:
        """Record the table's answer to a write of the doctor's."""
        self.entries.append({"kind": "write", "name": name, "answer": comparable(answer)})

    def sums(self, name: str, stats: Mapping[str, int]) -> None:
        self.entries.append({"kind": "sums", "name": name, "stats": dict(stats)})

    def save(self, path: Path, secrets: Iterable[str]) -> None:
        """Write all entries. Raises LeakError if one of them holds a secret."""
        text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in self.entries)
        if any(secret and secret in text for secret in secrets):
            raise LeakError(
                "the transcript would hold a credential: it was not written. Tell us, it is our error"
            )
        path.write_text(text, encoding="utf-8")


def load(path: Path) -> list[Entry]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def request_of(exchange: Exchange) -> Entry:
    return {name: value for name, value in asdict(exchange).items() if name != "name"}


def exchange_of(entry: Entry) -> Exchange:
    """The request of an entry, to be sent again."""
    request = dict(entry["request"])
    body = request.pop("body")
    return Exchange(name=entry["name"], body=Body(**body) if body else None, **request)


def answer_of(answer: Answer) -> Entry:
    """An answer without personal data and data of a single stack."""
    return {
        "status": answer.status,
        "headers": {name: comparable(value) for name, value in sorted(answer.headers.items())},
        "body": _body(answer),
    }


def _body(answer: Answer) -> Any:
    if not answer.body:
        return None
    found = answer.json
    if found is None:
        return comparable(answer.body[:_LONGEST_BODY].decode(errors="replace"))
    if len(answer.body) > _LONGEST_BODY:
        return f"<JSON with {', '.join(sorted(found))}>" if isinstance(found, dict) else "<JSON>"
    return _redacted(found)


def _redacted(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _redacted(each, key) for key, each in value.items()}
    if isinstance(value, list):
        # The entries of lists belong to an account; errors are Herald's.
        return [_redacted(each) for each in value] if name == "errors" else "<list>"
    # Whether there is a next page depends on the account's data.
    if name in ("next", "self"):
        return "<token>"
    return comparable(value) if isinstance(value, str) else value
