"""template.yaml as data, so that tests are about the infrastructure we deploy."""

from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).parent.parent


class _Loader(yaml.SafeLoader):
    """Reads !Ref X as {"Ref": X} and !Sub X as {"Fn::Sub": X}, and so on."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(cast(yaml.MappingNode, node), deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    text = (ROOT / "template.yaml").read_text()
    return cast(dict[str, Any], yaml.load(text, _Loader))  # noqa: S506 (a SafeLoader)


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of one type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }
