"""Herald with one of its decisions changed: a piece of its source is replaced by another.

A developer who moves such a piece gets an error that says so, and not a mistake that is
none. The functions keep their places, so that whatever has imported them has the mistake.
"""

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

from tests.sim import functions
from tests.sim.edge import Edge, Handler

# How the names of functions' modules begin; they are run from their files.
_FUNCTIONS: Final = "functions."
# What a mistake may use that its module has not imported.
_NAMES: Final = {"timedelta": timedelta, "timezone": timezone, "UTC": UTC}


class AnchorGone(Exception):
    """The piece of source that a mistake changes is not there any more, or there several times."""


@dataclass(frozen=True)
class Rewritten:
    """`promise`: what the mistake breaks. `journeys` are those that find it, if any does."""

    name: str
    promise: str
    module: str
    old: str
    new: str
    journeys: tuple[str, ...] = ()
    # Which function's calls go wrong in these journeys, and how, where it takes a fault to show.
    struck: str = ""
    # In how many orders of what happens at about the same time the journeys are tried.
    orders: int = 1
    # What is always so: every run with the mistake is one with the mistake.
    fired: int = 1

    def __call__(self, edge: Edge, operation: str, request: Mapping[str, Any], do: Handler) -> Any:
        return do(request)

    @contextmanager
    def made(self) -> Iterator[None]:
        """Let Herald have the mistake. Raises AnchorGone."""
        if self.module.startswith(_FUNCTIONS):
            name = self.module.removeprefix(_FUNCTIONS)
            with functions.changed(name, self._changed(functions.path_of(name).read_text())):
                yield
            return
        module = import_module(self.module)
        assert module.__file__
        changed = compile(self._changed(inspect.getsource(module)), module.__file__, "exec")
        codes = dict(_codes(changed))
        before = {function: function.__code__ for function in _functions(module)}
        different = [
            function
            for function, code in before.items()
            if code.co_qualname in codes and codes[code.co_qualname] != code
        ]
        if not different:
            raise AnchorGone(f"{self.name}: no function of {self.module} is another one")
        added = {name: value for name, value in _NAMES.items() if not hasattr(module, name)}
        vars(module).update(added)
        for function in different:
            function.__code__ = codes[function.__code__.co_qualname]
        try:
            yield
        finally:
            for function in different:
                function.__code__ = before[function]
            for name in added:
                delattr(module, name)

    def _changed(self, source: str) -> str:
        if source.count(self.old) != 1:
            raise AnchorGone(f"{self.name}: {source.count(self.old)} times in {self.module}: {self.old!r}")
        return source.replace(self.old, self.new)


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner.co_qualname, inner
            yield from _codes(inner)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """All functions of a module, those of its classes as well."""
    for owner in (module, *(each for each in vars(module).values() if isinstance(each, type))):
        for found in list(vars(owner).values()):
            function = getattr(found, "__func__", None) or getattr(found, "fget", None) or found
            function = getattr(function, "func", function)
            function = inspect.unwrap(function) if callable(function) else function
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function
