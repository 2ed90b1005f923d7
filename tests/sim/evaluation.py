"""What DynamoDB's expressions mean for an item: where they look, how they compare, what they change."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from tests.sim.values import Invalid, Item, Typed, is_set, normalized_number, size_of_value

# A step into an item: an attribute's name or its placeholder, or a place in a list.
type Step = str | int
type Path_ = tuple[Step, ...]


class Bound(NamedTuple):
    """What a request gives for the placeholders of its expressions."""

    names: Mapping[str, str]
    values: Mapping[str, Typed]

    def path(self, path: Path_) -> Path_:
        if len(path) == 1 and isinstance(step := path[0], str):
            # Most paths.
            return (self.names[step],) if step[0] == "#" else path
        return tuple(self.names[step] if isinstance(step, str) and step[0] == "#" else step for step in path)


type Operand = Callable[[Item, Bound], Typed | None]
type Condition = Callable[[Item, Bound], bool]


class Action(NamedTuple):
    """One change of an attribute: `kind` is the clause, `operand` what it takes."""

    kind: str
    path: Path_
    operand: Operand | None = None


def find(item: Item, path: Path_) -> Typed | None:
    """What is at a path in an item; None where there is nothing."""
    found: Typed | None = item.get(str(path[0]))
    for step in path[1:]:
        if found is None:
            return None
        if isinstance(step, int):
            parts = found.get("L", [])
            found = parts[step] if step < len(parts) else None
        else:
            found = found.get("M", {}).get(step)
    return found


def compared(left: Typed | None, operator: str, right: Typed | None) -> bool:
    """Something that is missing compares to nothing; neither do two types, but for <>."""
    if left is None or right is None:
        return operator == "<>" and left is not right
    if operator in ("=", "<>"):
        return (left == right) == (operator == "=")
    [(kind, first)], [(other, second)] = left.items(), right.items()
    if kind != other or kind not in ("S", "N", "B"):
        return False
    one, two = sort_value(kind, first), sort_value(kind, second)
    return bool(
        one < two if operator == "<" else one <= two if operator == "<=" else one > two
        if operator == ">" else one >= two
    )  # fmt: skip


def sort_value(kind: str, value: Any) -> Any:
    return Decimal(value) if kind == "N" else value.encode() if kind == "S" else value


def between(value: Typed | None, low: Typed | None, high: Typed | None) -> bool:
    return compared(value, ">=", low) and compared(value, "<=", high)


def size(value: Typed | None) -> Typed | None:
    if value is None:
        return None
    [(kind, content)] = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    return {"N": str(size_of_value({kind: content}) if kind in ("S", "B") else len(content))}


def tested(name: str, path: Path_, second: Operand | None) -> Condition:
    def test(item: Item, bound: Bound) -> bool:
        value = find(item, bound.path(path))
        if name == "attribute_exists":
            return value is not None
        if name == "attribute_not_exists":
            return value is None
        given = second(item, bound) if second else None
        if value is None or given is None:
            return False
        [(kind, content)], [(other, wanted)] = value.items(), given.items()
        if name == "attribute_type":
            return bool(wanted == kind)
        if name == "begins_with":
            return kind == other and kind in ("S", "B") and content.startswith(wanted)
        if kind == "L":
            return given in content
        return wanted in content if kind == other or is_set(kind) else False

    return test


def existing(value: Typed | None) -> Typed:
    if value is None:
        raise Invalid("the provided expression refers to an attribute that does not exist in the item")
    return value


def added(left: Typed | None, right: Typed | None, sign: str) -> Typed:
    if left is None or right is None or "N" not in left or "N" not in right:
        raise Invalid("an operand in the update expression has an incorrect data type")
    first, second = Decimal(left["N"]), Decimal(right["N"])
    return {"N": normalized_number(str(first + second if sign == "+" else first - second))}


def appended(left: Typed | None, right: Typed | None) -> Typed:
    if left is None or right is None or "L" not in left or "L" not in right:
        raise Invalid("an operand in the update expression has an incorrect data type")
    return {"L": [*left["L"], *right["L"]]}


def changed(item: Item, actions: Sequence[Action], bound: Bound) -> Item:
    """The item after an update; what it was before is what the operands are taken from."""
    new = dict(item)
    paths = [bound.path(action.path) for action in actions]
    _refuse_overlaps(paths)
    for action, path in zip(actions, paths, strict=True):
        if len(path) > 1:
            if action.kind != "SET" or not action.operand:
                raise NotImplementedError("inside of attributes nothing in Herald does anything but SET")
            inside = _with(new.get(str(path[0])), path[1:], existing(action.operand(item, bound)))
            new[str(path[0])] = inside
            continue
        name = str(path[0])
        if action.kind == "REMOVE":
            new.pop(name, None)
            continue
        assert action.operand
        value = action.operand(item, bound)
        assert value is not None
        if action.kind == "SET":
            new[name] = value
        elif action.kind == "ADD":
            new[name] = _sum(item.get(name), value)
        elif left := _difference(item.get(name), value):
            new[name] = left
        else:
            new.pop(name, None)
    return new


def _refuse_overlaps(paths: Sequence[Path_]) -> None:
    if len({path[0] for path in paths}) == len(paths):
        return
    for one, other in combinations(paths, 2):
        shorter = min(len(one), len(other))
        if one[:shorter] == other[:shorter]:
            raise Invalid(f"two document paths overlap: {one} and {other}")


def _with(old: Typed | None, path: Path_, value: Typed) -> Typed:
    """A map with a value at a path inside of it."""
    if not path:
        return value
    if old is None or "M" not in old:
        raise Invalid("the document path provided in the update expression is invalid for update")
    name = path[0]
    if not isinstance(name, str):
        raise NotImplementedError("updates inside of lists: nothing in Herald makes them")
    if len(path) > 1 and name not in old["M"]:
        raise Invalid("the document path provided in the update expression is invalid for update")
    return {"M": {**old["M"], name: _with(old["M"].get(name), path[1:], value)}}


def _sum(old: Typed | None, value: Typed) -> Typed:
    [(kind, given)] = value.items()
    if kind == "N":
        return added(old or {"N": "0"}, value, "+")
    if not is_set(kind) or (old is not None and kind not in old):
        raise Invalid("ADD takes a number or a set, of the attribute's own type")
    return {kind: sorted({*(old[kind] if old else ()), *given})}


def _difference(old: Typed | None, value: Typed) -> Typed | None:
    [(kind, given)] = value.items()
    if not is_set(kind) or (old is not None and kind not in old):
        raise Invalid("DELETE takes a set, of the attribute's own type")
    left = sorted({*(old[kind] if old else ())} - {*given})
    return {kind: left} if left else None
