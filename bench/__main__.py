"""`make bench`: measure, show, and fail when a goal is missed.

Without names, every benchmark runs. With --write, each one's tables replace its block in
a Markdown file.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import cold, command, handlers, model, paired, report, scaling, stack, words, worst
from bench.edge import Edge
from bench.invoke import silence
from bench.report import Section
from bench.scenarios import plain_body, prepare, recipients, set_environment
from bench.worst import accounts

NAMES = ("words", "handlers", "worst", "cold", "command", "model", "paired", "stack")


def main() -> int:
    arguments = _arguments()
    if "units" in arguments.names:
        return _units(arguments.json)
    if "growth" in arguments.names:
        from bench import growth

        growth.main()
        return 0
    sections = []
    page = arguments.write or _PAGE
    for section in _sections(arguments.names or NAMES, page):
        sections.append(section)
        print(f"\n{section}", flush=True)
        if arguments.write:
            # At once: the model takes what the handlers have written.
            report.write(page, [section])
    missed = [line for section in sections for line in section.missed]
    print("\n" + ("\n".join(missed) or "Every goal is met."))
    return 1 if missed else 0


def _units(as_json: bool) -> int:
    """Show the units of a message. They are counts, not times: a contract test holds them."""
    # It replaces the clock and the clients of this process, so it runs alone.
    from bench import units

    with silence():
        found = units.measure()
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(f"{name:30} {value:>10}" for name, value in found.items()))
    return 0


def _sections(names: Sequence[str], page: Path) -> Iterator[Section]:
    yield report.machine()
    if "words" in names:
        yield words.measure()
    if {"handlers", "worst", "cold"} & set(names):
        set_environment()
        edge = Edge()
        with edge.installed():
            with silence():
                scenarios = prepare(edge)
            if "handlers" in names:
                yield handlers.measure(edge, scenarios.timed)
            if "worst" in names:
                with silence():
                    posts = accounts.made(edge)
                yield worst.measure(edge, dict(edge.items), posts, plain_body(recipients()))
        if "cold" in names:
            yield cold.measure(scenarios.largest)
    if "command" in names:
        yield command.measure()
    if "model" in names:
        yield scaling.section(model.measured(page))
    if "peers" in names:
        yield _peers()
    if "paired" in names:
        yield paired.measure(_progress)
    if "paired-stack" in names:
        yield paired.measure_stacks(_progress)
    if "stack" in names:
        yield stack.measure(_progress)


def _peers() -> Section:
    """Compare with a peer, which needs servers that a machine may not have: only when it is named."""
    from bench import peers

    set_environment()
    # The peer finds no message by its address either.
    os.environ["ADDRESS_SEARCH"] = "false"
    edge = Edge()
    with edge.installed(), silence():
        return peers.measure(edge, prepare(edge))


def _progress(text: str) -> None:
    print(f"[{time.perf_counter() - _START:5.1f} s] {text}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[*NAMES, "units", "growth", "peers", "paired-stack", []],
        help="which; all when none is named",
    )
    parser.add_argument("--write", type=Path, help="the Markdown file to write the tables into")
    parser.add_argument("--json", action="store_true", help="of `units`: print JSON")
    return parser.parse_args()


_PAGE = Path("docs/performance.md")
_START = time.perf_counter()

if __name__ == "__main__":
    sys.exit(main())
