"""What is replaced in Herald's modules while it is simulated: constants, classes, defaults."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import walk_packages
from types import FunctionType, ModuleType
from typing import Any, Final, NamedTuple, cast
from unittest import mock

import herald


class Sizes(NamedTuple):
    """Small, so that few recipients are many chunks and groups."""

    chunk: int = 4
    group: int = 2
    # Places that are counted in one item.
    block: int = 8


_CONSTANTS: Final = {"CHUNK_SIZE": "chunk", "GROUP_SIZE": "group", "BLOCK_SIZE": "block"}
_DEFAULTS: Final = {"group_size": "group"}


def modules() -> list[ModuleType]:
    """All of Herald's, also those that are imported when they are first needed."""
    for found in walk_packages(herald.__path__, "herald."):
        import_module(found.name)
    return [
        module for name, module in list(sys.modules.items()) if name == "herald" or name.startswith("herald.")
    ]


def everywhere(name: str, value: object, old: object = None) -> list[Any]:
    """Replace what modules of Herald know under a name, wherever they have it from: if it is `old`."""
    return [
        mock.patch.object(module, name, value)
        for module in modules()
        if hasattr(module, name) and old in (None, getattr(module, name))
    ]


class Sized:
    """The places in Herald that know how large chunks, groups and blocks are."""

    def __init__(self) -> None:
        self._constants = [
            (module, name, size)
            for module in modules()
            for name, size in _CONSTANTS.items()
            if hasattr(module, name)
        ]
        functions = {
            id(found): found
            for module in modules()
            for found in vars(module).values()
            if isinstance(found, FunctionType)
        }
        self._defaults = [
            (cast(dict[str, Any], function.__kwdefaults__), name, size)
            for function in functions.values()
            for name, size in _DEFAULTS.items()
            if name in (function.__kwdefaults__ or {})
        ]

    def resize(self, sizes: Sizes) -> None:
        for module, name, size in self._constants:
            setattr(module, name, getattr(sizes, size))
        for defaults, name, size in self._defaults:
            defaults[name] = getattr(sizes, size)

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Let everything be again as it was, in the end."""
        constants = [(module, name, getattr(module, name)) for module, name, _ in self._constants]
        defaults = [(found, name, found[name]) for found, name, _ in self._defaults]
        try:
            yield
        finally:
            for module, name, value in constants:
                setattr(module, name, value)
            for found, name, value in defaults:
                found[name] = value
