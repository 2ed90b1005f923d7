"""`python -m bench.worst`: search for the slowest request and the slowest text.

A population of recipes is changed at random, and the recipes that take most processor time
survive. They are written into found.json, which `make bench` measures.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Final

from bench.edge import Edge
from bench.invoke import silence
from bench.scenarios import set_environment
from bench.worst import FOUND, accounts, genes, of_body, of_source, of_text, texts

_POPULATION: Final = 24
# As many of each kind as are kept; they differ in what they do, not only in how much.
_KEPT: Final = 4

Scored = tuple[float, Any]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.worst", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long to search in all")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="of the changes")
    arguments = parser.parse_args()
    random = Random(arguments.seed)  # noqa: S311 (not for secrets)
    known = json.loads(FOUND.read_text())
    share = arguments.minutes * 60 / (len(ROUTES) + 2)
    print(f"seed {arguments.seed}, {share:.0f} s for each of {len(ROUTES) + 2} searches", flush=True)
    set_environment()
    edge = Edge()
    found: dict[str, list[Any]] = {"bodies": [], "texts": []}
    with edge.installed():
        with silence():
            posts = accounts.made(edge)
        items = dict(edge.items)
        for route, seed in ROUTES.items():
            begun = [gene for _, each, gene in known["bodies"] if each == route] + [seed]
            score = partial(_body_seconds, edge, items, posts, route)
            best = _search(begun, score, genes.changed, share, random)
            _show(route, best)
            found["bodies"] += [
                [f"{route} {number}", route, gene] for number, (_, gene) in enumerate(best, 1)
            ]
    begun = [recipe for _, recipe in known["texts"]] + [texts.made(random) for _ in range(8)]
    for name, measured in (("reading", of_source), ("rendering", of_text)):
        best = _search(begun, partial(_text_seconds, measured), texts.changed, share, random)
        _show(name, best)
        found["texts"] += [[f"{name} {number}", recipe] for number, (_, recipe) in enumerate(best, 1)]
    FOUND.write_text(json.dumps(found, ensure_ascii=True, indent=1) + "\n")
    return 0


def _search(
    begun: list[Any],
    score: Callable[[Any], float],
    change: Callable[[Any, Random], Any],
    seconds: float,
    random: Random,
) -> list[Scored]:
    """The recipes that took longest, and their seconds."""
    until = time.monotonic() + seconds
    alive: list[Scored] = [(score(each), each) for each in begun]
    while time.monotonic() < until:
        alive.sort(key=lambda each: -each[0])
        alive = _different(alive)[:_POPULATION]
        # The better half has most of the children.
        parent = alive[int(len(alive) * random.random() ** 2)][1]
        child = change(parent, random)
        alive.append((score(child), child))
    # Other load may have caused one slow run: a slow recipe is measured again.
    again = [(min(took, score(each)), each) for took, each in _different(alive)[: _KEPT * 3]]
    return sorted(again, key=lambda each: -each[0])[:_KEPT]


def _different(alive: list[Scored]) -> list[Scored]:
    kept: dict[str, Scored] = {}
    for each in alive:
        kept.setdefault(json.dumps(each[1]), each)
    return list(kept.values())


def _body_seconds(edge: Edge, items: Any, posts: Any, route: str, gene: genes.Gene) -> float:
    return of_body(edge, items, posts, route, genes.built(gene)).seconds


def _text_seconds(measured: Callable[[str], Any], recipe: texts.Recipe) -> float:
    return float(measured(texts.built(recipe)).seconds)


def _show(name: str, best: list[Scored]) -> None:
    for seconds, recipe in best[:2]:
        print(f"{seconds * 1000:8.1f} ms  {name}: {json.dumps(recipe)[:150]}", flush=True)


def _object(**fields: genes.Gene) -> genes.Gene:
    return ["object", fields]


def _text(unit: str, times: int = 1) -> genes.Gene:
    return ["text", unit, times]


_WRONG: Final = _object(address=_text("2065550123"), channel=_text("SMS"))
_PHONE: Final = _object(address=_text("+12065550123"), channel=_text("PHONE"))
_WORDY: Final = _object(
    address=_text("+12065550123"), channel=_text("PHONE"), variables=["names", _text("x", 20), 9]
)
# Numbers of one country, and of one that shares its calling code, each unlike the others.
_ANYBODY: Final = _object(address=["serial", "+4479", 8], channel=_text("PHONE"))
_CONTENT: Final = _object(
    text=_text("{{a | upcase}}", 300), media=["list", _object(url=_text("{{a}}", 300)), 10]
)
ROUTES: Final[dict[str, genes.Gene]] = {
    "POST /Messages": _object(
        to=["list", _object(addresses=["list", _WRONG, 4], variables=["names", ["raw", "1"], 9]), 10_000],
        content=_CONTENT,
        tags=["names", _text("{{a}}", 300), 10],
    ),
    "POST /Messages accepted": _object(to=["list", _WORDY, 10_000], content=_CONTENT),
    "POST /Messages limited": _object(
        to=["list", _object(addresses=["list", _ANYBODY, 10]), 9_400],
        content=_object(contentId=_text(accounts.TEMPLATE)),
        **{"from": _object(senderPoolId=_text(accounts.POOL))},
    ),
    "POST /Suppressions": _object(suppressions=["list", _PHONE, 1_000]),
    "POST /Content": _object(
        friendlyName=_text("x"), types=["object", {"twilio/text": _object(body=_text("{{1}}", 900))}]
    ),
    "POST /SenderPools": _object(senders=["list", _object(senderId=_text("x", 40)), 10_000]),
    "POST /Senders": _object(channel=_text("SMS"), address=_text("1", 9), tags=["names", _text("x"), 10]),
    "PUT /Keywords": _object(stop=["names", ["list", _text("é", 60), 100], 10]),
}


if __name__ == "__main__":
    sys.exit(main())
