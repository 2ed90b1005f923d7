"""The branches of Herald that a process has taken, each way counted separately.

Python reports each branch as it is taken (`sys.monitoring`), until both of its ways were
taken. Those with one way left cost a tenth of a run, so only the page's figures have them.
"""

import dis
import sys
from collections import defaultdict
from collections.abc import Iterator, Set
from pathlib import Path
from types import CodeType
from typing import Any, Final

from tests.template import ROOT

type Branch = tuple[str, str, int, int]
"""File, name in it, offset, and where it led."""

_TOOL: Final = sys.monitoring.COVERAGE_ID
_PRODUCT: Final = (str(ROOT / "layers/herald/herald"), str(ROOT / "functions"))
_BRANCHES: Final = ("POP_JUMP_IF", "FOR_ITER")


class Branches:
    """Looks while it is entered."""

    def __init__(self) -> None:
        self.taken: set[Branch] = set()
        # By the code's identity: its own hash goes through all of its instructions.
        self._ways: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        self._seen: dict[int, CodeType] = {}

    def __enter__(self) -> "Branches":
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL, "herald's branches")
        monitoring.register_callback(_TOOL, monitoring.events.BRANCH, self._branched)
        monitoring.set_events(_TOOL, monitoring.events.BRANCH)
        return self

    def __exit__(self, *_: object) -> None:
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.free_tool_id(_TOOL)

    def _branched(self, code: CodeType, offset: int, to: int) -> Any:
        if not code.co_filename.startswith(_PRODUCT):
            return sys.monitoring.DISABLE
        ways = self._ways[id(code), offset]
        if to not in ways:
            ways.add(to)
            # As long as it is kept, no other code has its identity.
            self._seen[id(code)] = code
            self.taken.add((_place(code.co_filename), code.co_qualname, offset, to))
        return sys.monitoring.DISABLE if len(ways) == 2 else None


def shares(taken: Set[Branch]) -> dict[str, float]:
    """The share of branches that were taken, of the package's parts and of all."""
    there: defaultdict[str, int] = defaultdict(int)
    for file, number in _known():
        for part in (file.split("/")[0], "all"):
            there[part] += number
    seen: defaultdict[str, int] = defaultdict(int)
    for file, *_ in taken:
        for part in (file.split("/")[0], "all"):
            seen[part] += 1
    return {part: seen[part] / number for part, number in there.items() if number}


def _known() -> Iterator[tuple[str, int]]:
    """How many ways the branches of each file have."""
    for folder in _PRODUCT:
        for file in Path(folder).rglob("*.py"):
            yield _place(str(file)), 2 * _branches_in(compile(file.read_text(), str(file), "exec"))


def _branches_in(code: CodeType) -> int:
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    here = sum(each.opname.startswith(_BRANCHES) for each in dis.get_instructions(code))
    return here + sum(map(_branches_in, inner))


def _place(file: str) -> str:
    if "/layers/" in file:
        return file.split("/layers/herald/herald/")[-1]
    return "functions/" + file.split("/functions/")[-1]
