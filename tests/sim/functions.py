"""The functions of the template: their code, their limits and their environment."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tests.template import ROOT, gateway, is_true, resource_of, resources, template

TABLE: Final = "herald"


def number_of(value: Any) -> int:
    return int(template()["Parameters"][value["Ref"]]["Default"] if isinstance(value, dict) else value)


@cache
def timeout_of(function: str) -> float:
    for properties in resources("AWS::Serverless::Function").values():
        if properties["Handler"] == f"{function}.handler":
            return float(properties.get("Timeout", template()["Globals"]["Function"]["Timeout"]))
    raise AssertionError(function)


@cache
def function_of(method: str, resource: str) -> str:
    led = gateway(method, resource)
    assert led is not None, (method, resource)
    return led.function


def environment() -> dict[str, str]:
    """The functions' environment, as the template's globals set it."""
    return {
        name: _variable(value) if isinstance(value, dict) else str(value)
        for name, value in template()["Globals"]["Function"]["Environment"]["Variables"].items()
    }


def _variable(value: Mapping[str, Any]) -> str:
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(_variable(part) if isinstance(part, dict) else part for part in parts)
    if "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        chosen = then if is_true({"Condition": condition}, _defaults()) else otherwise
        return _variable(chosen) if isinstance(chosen, dict) else str(chosen)
    name = resource_of(value)
    if name == "AWS::StackName":
        return "herald"
    if name in template()["Parameters"]:
        return str(template()["Parameters"][name]["Default"])
    if str(value.get("Fn::GetAtt", "")).endswith(".Arn"):
        return f"arn:aws:service:us-east-1:123456789012:{name}"
    return TABLE if name in resources("AWS::DynamoDB::Table") else name


def _defaults() -> dict[str, str]:
    """The defaults of the template's parameters."""
    return {name: str(each["Default"]) for name, each in template()["Parameters"].items()}


# Modules of functions that no invocation is in; the last one is the next that is taken.
FREE: Final[defaultdict[str, list[ModuleType]]] = defaultdict(list)
# The sources of functions that are to have others than their files.
_SOURCES: Final[dict[str, str]] = {}


def path_of(function: str) -> Path:
    return ROOT / f"functions/{function}.py"


@contextmanager
def changed(function: str, source: str) -> Iterator[None]:
    """Let a function have another source: in all processes that begin meanwhile."""
    before = FREE.pop(function, [])
    _SOURCES[function] = source
    try:
        yield
    finally:
        del _SOURCES[function]
        FREE[function] = before


def code_of(function: str) -> ModuleType:
    """A function's module that no other invocation is in, as each process of Lambda has its own."""
    if FREE[function]:
        return FREE[function].pop()
    path = path_of(function)
    module = ModuleType(f"{function}_in_turns")
    module.__file__ = str(path)
    exec(compile(_SOURCES.get(function) or path.read_text(), str(path), "exec"), vars(module))
    return module
