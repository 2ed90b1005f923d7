"""template.yaml as data, so that tests are about the infrastructure we deploy."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import unquote

import yaml

ROOT = Path(__file__).parent.parent


class _Loader(yaml.CSafeLoader):
    """Reads !Ref X as {"Ref": X} and !Sub X as {"Fn::Sub": X}, and so on."""


def _intrinsic(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(cast(yaml.MappingNode, node), deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


def load(text: str) -> dict[str, Any]:
    """A template as data."""
    return cast(dict[str, Any], yaml.load(text, _Loader))


def read(path: Path) -> dict[str, Any]:
    return load(path.read_text())


@cache
def template() -> dict[str, Any]:
    return read(ROOT / "template.yaml")


@cache
def resources(kind: str) -> Mapping[str, dict[str, Any]]:
    """The properties of every resource of one type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def buckets() -> dict[str, dict[str, Any]]:
    """Every bucket, whole: with its condition."""
    return {name: each for name, each in template()["Resources"].items() if each["Type"] == "AWS::S3::Bucket"}


def holds(resource: Mapping[str, Any], parameters: Mapping[str, str]) -> bool:
    """Whether a resource is made with these parameters."""
    return "Condition" not in resource or is_true({"Condition": resource["Condition"]}, parameters)


def is_true(condition: Mapping[str, Any], parameters: Mapping[str, str]) -> bool:
    """What a condition of the template comes to."""
    [(name, of)] = condition.items()
    match name:
        case "Condition":
            return is_true(template()["Conditions"][of], parameters)
        case "Fn::Not":
            return not is_true(of[0], parameters)
        case "Fn::And":
            return all(is_true(each, parameters) for each in of)
        case "Fn::Or":
            return any(is_true(each, parameters) for each in of)
        case "Fn::Equals":
            known = {"AWS::Region": "us-east-1", **parameters}
            left, right = (known[each["Ref"]] if isinstance(each, dict) else each for each in of)
            return bool(str(left) == str(right))
    raise ValueError(f"no condition: {name}")


class EventSource(NamedTuple):
    """An event of a function: `kind` is SAM's type of it, such as Api or SQS."""

    function: str
    name: str
    kind: str
    properties: dict[str, Any]


@cache
def event_sources(*kinds: str) -> Sequence[EventSource]:
    """The events of all functions, of some kinds or all; a function goes by the name of its file."""
    return tuple(_event_sources(kinds))


def _event_sources(kinds: Collection[str]) -> Iterator[EventSource]:
    for function in resources("AWS::Serverless::Function").values():
        for name, event in function.get("Events", {}).items():
            if not kinds or event["Type"] in kinds:
                file = function["Handler"].removesuffix(".handler")
                yield EventSource(file, name, event["Type"], event["Properties"])


class Gateway(NamedTuple):
    """Where API Gateway leads a request: to a function, by a resource, with the parameters of the path."""

    function: str
    resource: str
    parameters: Mapping[str, str]
    is_public: bool


def gateway(method: str, path: str) -> Gateway | None:
    """Where API Gateway leads a request; None: nowhere, as the path has no such method.

    It chooses the resource first, the literal before a parameter and that before a greedy
    one, and then looks at its methods alone: a resource that lacks the method hides others.
    """
    for resource, methods in _methods_of_resources():
        parameters = _parameters(resource, path)
        if parameters is None:
            continue
        found = methods.get(method) or methods.get("ANY")
        if found is None:
            return None
        is_public = found.properties.get("Auth") == {"Authorizer": "NONE"}
        return Gateway(found.function, resource, parameters, is_public)
    return None


@cache
def _methods_of_resources() -> list[tuple[str, dict[str, EventSource]]]:
    """The resources in the order in which API Gateway looks at them, each with its methods."""
    methods: defaultdict[str, dict[str, EventSource]] = defaultdict(dict)
    for source in event_sources("Api"):
        methods[source.properties["Path"]][source.properties["Method"]] = source
    return sorted(methods.items(), key=lambda each: _preference(each[0]))


def _preference(resource: str) -> list[tuple[bool, bool]]:
    return [(part.endswith("+}"), part.startswith("{")) for part in resource.split("/")[1:]]


def _parameters(resource: str, path: str) -> dict[str, str] | None:
    """The parameters of a path; None: it is not the resource's."""
    parts, given = resource.split("/"), path.split("/")
    if parts[-1].endswith("+}") and len(given) >= len(parts):
        given = [*given[: len(parts) - 1], "/".join(given[len(parts) - 1 :])]
    if len(parts) != len(given):
        return None
    pairs = list(zip(parts, given, strict=True))
    if not all(part == value or (part.startswith("{") and value) for part, value in pairs):
        return None
    return {part.strip("{+}"): unquote(value) for part, value in pairs if part.startswith("{")}


def resource_of(value: Mapping[str, Any]) -> str:
    """The logical id in a !Ref or a !GetAtt."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"].split(".")[0])


def lets_through(source: EventSource, record: Mapping[str, Any]) -> bool:
    """Whether an event source hands a record to its function, as its FilterCriteria say."""
    return filter_of(source)(record)


type _Test = Callable[[Any], bool]


def filter_of(source: EventSource) -> _Test:
    """Tells which records an event source hands to its function, as its FilterCriteria say."""
    filters = source.properties.get("FilterCriteria", {}).get("Filters", [])
    tests = [_pattern(each["Pattern"]) for each in filters]
    return lambda record: not tests or any(test(record) for test in tests)


@cache
def _pattern(text: str) -> _Test:
    """A pattern of EventBridge's language, as far as the template uses it."""
    return _test_of(json.loads(text))


def _test_of(pattern: Any) -> _Test:
    if isinstance(pattern, dict):
        tests = [(name, _test_of(each)) for name, each in pattern.items()]

        def has_all(value: Any) -> bool:
            if not isinstance(value, dict):
                return False
            # Of each change of a table: a generator takes three times as long.
            for name, test in tests:  # noqa: SIM110
                if name not in value or not test(value[name]):
                    return False
            return True

        return has_all
    plain = [rule for rule in pattern if not isinstance(rule, dict)]
    prefixes = tuple(
        rule["prefix"] for rule in pattern if isinstance(rule, dict) and rule.keys() == {"prefix"}
    )
    is_any = {"exists": True} in pattern
    assert len(plain) + len(prefixes) + is_any == len(pattern), f"{pattern} is not played"
    return lambda value: is_any or value in plain or str(value).startswith(prefixes)
