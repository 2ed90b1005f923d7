"""The base of every shape of the wire (docs/api.md).

Keys are in camel case and values are never converted. Optional fields may be left
out; an explicit null is an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, Tag
from pydantic.alias_generators import to_camel
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError


def _not_null(value: object) -> object:
    if value is None:
        raise PydanticCustomError("null", "must not be null; leave it out instead")
    return value


@dataclass(frozen=True, slots=True)
class Says:
    """Adds to the JSON schema of a value the rules of validators that are functions."""

    # Python 3.11 and 3.12 hash the annotations of a union's kinds, and a mapping has no hash.
    schema: Mapping[str, Any] = field(hash=False)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), **self.schema}


@dataclass(frozen=True, slots=True)
class Checked(AfterValidator):
    """A function that refuses values, and the JSON schema of those that it accepts."""

    schema: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), **self.schema}


NotNull: Final = BeforeValidator(_not_null)


def _whole(value: object) -> object:
    """JSON has one kind of number: 1.0 is the integer 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(_whole)
NonEmpty = Annotated[str, StringConstraints(min_length=1)]
# The JSON schema's name for tokens that an answer has given (docs/api.md).
PageToken = Annotated[str, Says({"format": "page-token"})]
# An address or an id of any kind: keys of the table contain them.
Short = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Wire(BaseModel):
    """A shape of the wire: camel case, nothing converted, unknown keys ignored."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
    )


class Closed(Wire):
    """A shape that the contract closes: an unknown key is an error."""

    # An answer that shows such a shape shows it as it was given.
    model_config = ConfigDict(extra="forbid", json_schema_mode_override="validation")


def kind(name: str) -> Tag:
    """The tag of one kind of a union; `<...>` keeps it out of an error's JSON path."""
    return Tag(f"<{name}>")


def apart(wanted: Mapping[str, tuple[str, ...]]) -> Says:
    """In the JSON schema of a union: an object has telling keys of one kind alone (see `has_only`)."""
    pairs = [
        {"required": [one, other]}
        for first, second in combinations(wanted.values(), 2)
        for one, other in product(first, second)
    ]
    return Says({"not": {"anyOf": pairs}})


def some_of(*names: str) -> dict[str, Any]:
    """A JSON schema of objects that have at least one of these names; client generators ignore it."""
    return {"not": {"allOf": [{"not": {"required": [name]}} for name in names]}}


def has_only(value: Any, wanted: Mapping[str, tuple[str, ...]]) -> str | None:
    """The one kind whose distinctive keys a JSON object has; None for none and for several.

    For a validated object, the keys that it was given with.
    """
    if isinstance(value, BaseModel):
        value = dict.fromkeys(map(to_camel, value.model_fields_set))
    if not isinstance(value, dict):
        return None
    kinds = [name for name, keys in wanted.items() if any(key in value for key in keys)]
    return f"<{kinds[0]}>" if len(kinds) == 1 else None
