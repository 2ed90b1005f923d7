"""The slowest requests and texts that the search has found (`make fuzz`).

`found.json` keeps them as recipes. The time of a body is that of the function that handles it,
the time of a text that of rendering it for one recipient: processor time of all threads.

genes     bodies of requests as short recipes, which a search can change and a file can keep
accounts  the accounts that they are sent with
"""

import gc
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.edge import Edge
from bench.invoke import load, silence
from bench.report import Goal, Section, Table, milliseconds, number
from bench.worst import accounts, genes, texts
from bench.worst.accounts import Post

FOUND: Final = Path(__file__).with_name("found.json")
_REPEATS: Final = 3
# As a multiple of a plain request of 10,000 recipients, measured in the same run.
_TIMES_PLAIN: Final = 8
_SECONDS: Final = 1.0
# A chunk has 100 recipients, and a function 60 seconds on less than a whole processor.
_SECONDS_OF_TEXT: Final = 0.08
_SECONDS_OF_SOURCE: Final = 0.15


class Outcome(NamedTuple):
    seconds: float
    # The status of an answer, or what became of a text.
    status: str


def measure(edge: Edge, items: Any, posts: Mapping[str, Post], plain: str) -> Section:
    """`posts` are the accounts of bench.worst.accounts; `plain` is a body of 10,000 recipients."""
    known = json.loads(FOUND.read_text())
    usual = best(partial(of_body, edge, items, posts, "POST /Messages", plain))
    bodies, rows = [], []
    for name, route, gene in known["bodies"]:
        body = genes.built(gene)
        outcome = best(partial(of_body, edge, items, posts, route, body))
        bodies.append(outcome.seconds)
        times = number(outcome.seconds / usual.seconds)
        rows.append((name, f"{len(body.encode()):,}", outcome.status, milliseconds(outcome.seconds), times))
    sources, rendered, text_rows = [], [], []
    for name, recipe in known["texts"]:
        source = texts.built(recipe)
        read, made = best(partial(of_source, source)), best(partial(of_text, source))
        sources.append(read.seconds)
        rendered.append(made.seconds)
        text_rows.append(
            (name, f"{len(source):,}", milliseconds(read.seconds), milliseconds(made.seconds), made.status)
        )
    return Section(
        "worst",
        [
            Goal("any body: processor time", _SECONDS, max(bodies), "s"),
            Goal("any body: times a plain 10,000", _TIMES_PLAIN, max(bodies) / usual.seconds),
            Goal("any text: reading it", _SECONDS_OF_SOURCE * 1000, max(sources) * 1000, "ms"),
            Goal(
                "any text: rendering it for one recipient",
                _SECONDS_OF_TEXT * 1000,
                max(rendered) * 1000,
                "ms",
            ),
        ],
        [
            Table(
                f"Worst bodies (a plain 10,000: {milliseconds(usual.seconds)} ms)",
                ("body", "bytes", "answer", "CPU ms", "times plain"),
                rows,
            ),
            Table("Worst texts", ("text", "characters", "read ms", "render ms", "outcome"), text_rows),
        ],
        ["Found by `make fuzz`, which searches for what takes longest; best of 3 runs each."],
    )


def best(run: Callable[[], Outcome]) -> Outcome:
    """The shortest of some runs: longer ones include other load on the machine."""
    return min((run() for _ in range(_REPEATS)), key=lambda each: each.seconds)


def of_body(edge: Edge, items: Any, posts: Mapping[str, Post], route: str, body: str) -> Outcome:
    """The time of a request; a 5xx fails."""
    method, path = route.split(" ")[:2]
    event = accounts.of_route(posts, route)(method, path, body)
    edge.restore(items)
    gc.collect()
    with silence():
        handler = load("accept" if path == "/Messages" else "configure").handler
        start = time.process_time()
        answer = handler(event, _Context())
        seconds = time.process_time() - start - edge.own_seconds
    if answer["statusCode"] >= 500:
        raise AssertionError(f"{route} answered {answer['statusCode']}")
    return Outcome(seconds, str(answer["statusCode"]))


class _Context:
    function_name = "bench"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


def of_source(source: str) -> Outcome:
    """The time of checking a text, in a request."""
    from herald.content import problem_with

    start = time.process_time()
    problem = problem_with(source)
    return Outcome(time.process_time() - start, "wrong" if problem else "right")


def of_text(source: str) -> Outcome:
    """The time of rendering a text for one recipient."""
    from herald.content import Template, Unrenderable

    try:
        template = Template(source)
    except Unrenderable:
        return Outcome(0, "wrong")
    start = time.process_time()
    try:
        template.render(texts.VARIABLES)
        outcome = "rendered"
    except Unrenderable:
        outcome = "too much"
    return Outcome(time.process_time() - start, outcome)
