"""The JSON schemas of shapes, as clients need them: the API accepts what they allow, and answers match them.

pydantic's own would allow null where the API refuses it, and have defaults, from which
generators of clients conclude that an optional field is always present.
"""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from herald.api.glossary import FORMS, MEANINGS
from herald.carriers import CARRIERS


class Schemas(GenerateJsonSchema):
    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A request leaves out absent fields: null is refused."""
        inner = self.generate_inner(schema["schema"])
        return inner if self.mode == "validation" else self.get_flattened_anyof([inner, {"type": "null"}])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: Any, total: bool) -> bool:
        """An answer has every field except those that are left out when empty."""
        if self.mode == "serialization":
            return "serialization_exclude_if" not in field
        return super().field_is_required(field, total)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """With limits of names as propertyNames: pydantic's patternProperties would let other names pass."""
        found = super().dict_schema({**schema, "keys_schema": core_schema.str_schema()})
        names = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        limits = {key: value for key, value in names.items() if key not in ("type", "title")}
        return {**found, **({"propertyNames": limits} if limits else {})}

    def model_field_schema(self, schema: core_schema.ModelField) -> JsonSchemaValue:
        found = super().model_field_schema(schema)
        if self.mode == "serialization" and "serialization_exclude_if" in schema:
            return _without_null(found)
        return found

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        _describe(found, schema["cls"])
        return found


def _without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    some = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if len(some) != 1:
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **some[0]}


def _describe(schema: JsonSchemaValue, shape: type[BaseModel]) -> None:
    own = _texts_of(shape)
    names = {field.alias or name: name for name, field in shape.model_fields.items()}
    for name, described in schema.get("properties", {}).items():
        described.pop("title", None)
        meaning = (
            own.get(names.get(name, name)) or MEANINGS.get(f"{shape.__name__}.{name}") or MEANINGS.get(name)
        )
        if meaning and "description" not in described:
            described["description"] = meaning
        if described.get("format") == "carrier":
            del described["format"], described["pattern"]
            described["enum"] = sorted(CARRIERS)
        form = FORMS.get(f"{shape.__name__}.{name}") or FORMS.get(name)
        if form and described.get("type") == "string":
            described.setdefault("pattern", form[0])
            described.setdefault("examples", [form[1]])


@cache
def _texts_of(shape: type[BaseModel]) -> Mapping[str, str]:
    """The docstrings below the fields of a shape."""
    found: dict[str, str] = {}
    for each in reversed(shape.__mro__):
        if not (issubclass(each, BaseModel) and each is not BaseModel):
            continue
        try:
            [tree] = ast.parse(textwrap.dedent(inspect.getsource(each))).body
        except (OSError, TypeError):
            continue
        body = tree.body if isinstance(tree, ast.ClassDef) else []
        for field, text in pairwise(body):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
                and isinstance(text.value.value, str)
            ):
                found[field.target.id] = inspect.cleandoc(text.value.value)
    return found
