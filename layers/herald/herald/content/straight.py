"""Templates of text and variables alone, as most are: rendered without python-liquid, and the same.

`Hi {{ name }}` and `Hi {{ name | default: 'there' }}` need no program: what they render to is put
together from pieces, in a fifth of the time.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path, PositionalArgument, StringLiteral
from liquid.builtin.output import OutputNode


class Variable(NamedTuple):
    """A variable that is shown, and what is shown in its place where it is missing or empty."""

    name: str
    default: str | None


Pieces = tuple[str | Variable, ...]


class MissingVariable(Exception):
    """A variable is missing and has no default."""


def pieces_of(nodes: Iterable[Node], beside: type[Node]) -> Pieces | None:
    """What a template consists of; None when it takes a program. Nodes of the kind `beside` show nothing."""
    pieces: list[str | Variable] = []
    for node in nodes:
        if isinstance(node, beside):
            continue
        if isinstance(node, ContentNode):
            pieces.append(node.text)
        elif isinstance(node, OutputNode) and (variable := _variable(node.expression)):
            pieces.append(variable)
        else:
            return None
    return tuple(pieces)


def _variable(expression: object) -> Variable | None:
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        return None
    match expression.left.path, expression.filters or []:
        case [str(name)], []:
            return Variable(name, None)
        case [str(name)], [used] if used.name == "default" and len(used.args) == 1:
            [argument] = used.args
            if isinstance(argument, PositionalArgument) and isinstance(argument.value, StringLiteral):
                return Variable(name, argument.value.value)
    return None


def joined(pieces: Pieces, variables: Mapping[str, str]) -> str:
    """The text for these variables. Raises MissingVariable."""
    return "".join(piece if isinstance(piece, str) else _shown(piece, variables) for piece in pieces)


def _shown(variable: Variable, variables: Mapping[str, str]) -> str:
    value = variables.get(variable.name)
    if variable.default is not None:
        return value or variable.default
    if value is None:
        raise MissingVariable(f"variable '{variable.name}' is missing and has no default")
    return value
