"""The command runs on Python 3.11 to 3.14, and the gate on one of them: what older ones do not take.

`make wheel` tries the rest: it installs the wheel for each Python, and imports all of it.
"""

import dataclasses
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Annotated, Any, Generic, get_args, get_origin

import pytest
from pydantic import BaseModel

import herald
import herald_cli

MODULES = [
    name
    for package in (herald, herald_cli)
    for _, name, _ in walk_packages(package.__path__, f"{package.__name__}.")
    if not name.endswith("__main__")
]


def classes() -> Iterator[type]:
    """The classes of the wheel."""
    for name in MODULES:
        for each in vars(import_module(name)).values():
            if isinstance(each, type) and each.__module__ == name:
                yield each


def metadata(annotation: Any) -> Iterator[Any]:
    """What `Annotated` says, in an annotation and within it."""
    if get_origin(annotation) is Annotated:
        yield from annotation.__metadata__
    for each in get_args(annotation):
        yield from metadata(each)


def test_unions_can_be_made_of_all_annotations() -> None:
    """Python 3.11 and 3.12 put the kinds of a union in a set."""
    found = [
        each
        for model in classes()
        if issubclass(model, BaseModel)
        for annotation in vars(model).get("__annotations__", {}).values()
        for each in metadata(annotation)
    ]

    assert found
    for each in found:
        hash(each)


@pytest.mark.parametrize("named", [each for each in classes() if Generic in each.__bases__], ids=str)
def test_a_generic_dataclass_has_no_slots(named: type) -> None:
    """Python 3.11 and 3.12.1 cannot make a frozen one by the name of its kind, such as `Kind[None](...)`."""
    if dataclasses.is_dataclass(named):
        assert "__slots__" not in vars(named)
