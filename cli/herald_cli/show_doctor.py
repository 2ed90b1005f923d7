"""Output of `herald doctor`: a line for each finding, and the sums."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import click

from herald_cli.doctor.findings import Finding, State

_COLOURS: Final = {
    State.OK: "green",
    State.UNCHECKED: "cyan",
    State.WARNING: "yellow",
    State.FAILURE: "red",
}


def line(finding: Finding) -> None:
    """One line: the state, the check, what it means, the cure."""
    state = click.style(f"{finding.state:9}", fg=_COLOURS[finding.state])
    cure = f"  Cure: {finding.cure}" if finding.cure else ""
    click.echo(f"{state} {finding.check:21} {finding.what}{'.' if cure else ''}{cure}")


def as_json(finding: Finding) -> dict[str, str]:
    return {"check": finding.check, "state": finding.state, "what": finding.what, "cure": finding.cure}


def sums(findings: Iterable[Finding]) -> None:
    counted = Counter(each.state for each in findings)
    click.echo(
        f"{counted[State.OK]} ok, {counted[State.WARNING]} warnings, {counted[State.FAILURE]} failures, "
        f"{counted[State.UNCHECKED]} cannot be checked here",
        err=True,
    )
