"""The requests of a transcript, asked again; its writes and sums, compared with those of another run."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from herald_cli.doctor.exchange import Answer, Exchange
from herald_cli.doctor.transcript import Entry, answer_of, exchange_of

# Of HTTP, and of no meaning to a client of the API.
_LEFT_OUT: Final = frozenset({"content-encoding"})


def differences_of_requests(transcript: Iterable[Entry], ask: Callable[[Exchange], Answer]) -> Iterator[str]:
    """Asks every request of a transcript; in what the answers differ."""
    for entry in transcript:
        if entry["kind"] != "request":
            continue
        wanted, found = entry["answer"], answer_of(ask(exchange_of(entry)))
        for part in ("status", "body"):
            if wanted[part] != found[part]:
                yield f"{entry['name']}: {part} {_short(found[part])}, recorded {_short(wanted[part])}"
        for name in sorted({*wanted["headers"], *found["headers"]} - _LEFT_OUT):
            one, other = found["headers"].get(name), wanted["headers"].get(name)
            if one != other:
                yield f"{entry['name']}: {name} {one!r}, recorded {other!r}"


def differences_of_runs(transcript: Iterable[Entry], other: Iterable[Entry]) -> Iterator[str]:
    """In what the writes and the sums of a recorded run differ from those of another run."""
    found = {(each["kind"], each["name"]): each for each in other if each["kind"] != "request"}
    for entry in transcript:
        if entry["kind"] == "request":
            continue
        there: Any = found.get((entry["kind"], entry["name"]))
        if there != entry:
            yield f"{entry['name']}: {_short(there)}, recorded {_short(entry)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 300 else f"{text[:300]}..."
